"""Claims that compare: two waves of the survey, or groups of firms.

Waves and groups are independent samples. One option out of a chart is held against 5% after Holm's
adjustment over the options of that chart, for it was picked from them; a statement that needs every
one of several comparisons is tested without adjustment (intersection-union test; Berger, 1982).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sme_survey.judgement.comparisons import (
    LEVEL,
    Change,
    answer_bounds,
    answered_share,
    no_answer,
    sum_of,
    wave_changes,
)
from sme_survey.judgement.verdicts import (
    CHANGE,
    MISPRINTED,
    NOTHING,
    ArgumentError,
    Arguments,
    Finding,
    Number,
    Outcome,
    decimal_of,
    join_en,
    mismatch,
    missing_of,
    numbers_of,
    p_text,
    pick,
    plain,
    rows_of,
    same_number,
    signed,
    silent_remark,
    visible,
)
from sme_survey.numbers.counts import possible_counts
from sme_survey.numbers.intervals import Difference, newcombe
from sme_survey.numbers.power import smallest_difference
from sme_survey.numbers.testing import Trend, cochran_armitage, two_proportion_p
from sme_survey.survey.model import Answer, Survey
from sme_survey.survey.text import Text


def _change_unit(arguments: Arguments, before: Decimal, after: Decimal) -> Text:
    """What a difference printed with a per cent sign would be if taken literally."""
    if arguments.get("unit", "points") != "percent" or not before:
        return NOTHING
    relative = 100 * (after - before) / before
    printed = decimal_of(arguments.get("by", arguments.get("at_least", "0")))
    return Text(
        f"The report prints {printed}% for a difference in percentage points, and is read so here; "
        f"as per cent of the earlier share the difference is {signed(relative)}%.",
        f"報告書の「{printed}%」はパーセントポイントの差を指すため、本書もそのように読む。"
        f"前回の割合に対する率で表せば{signed(relative)}%となる。",
    )


def _misprinted(change: Change, arguments: Arguments, points: Decimal) -> list[Answer]:
    """The shares that the report prints otherwise than its tables, or whose difference it does."""
    if "by" in arguments and not same_number(arguments["by"], points):
        return [change.before, change.after]
    printed = {"from": change.before, "to": change.after}
    return [
        answer
        for key, answer in printed.items()
        if key in arguments and not same_number(arguments[key], answer.percent)
    ]


def _change_weighed(change: Change, wide: Difference, sign: int, least: Decimal) -> Outcome:
    """Whether an option moved that way by at least so many points; ``wide`` allows for the rest."""
    points, answered = change.points * sign, 100 * change.answered * sign
    true = points > 0 and points >= least
    near, far = sorted((100 * sign * wide.low, 100 * sign * wide.high))
    worst, best = sorted((100 * sign * change.bounds.low, 100 * sign * change.bounds.high))
    if true:
        clear = change.beyond_chance and (not least or near > least)
        settled = worst > 0 and worst >= least
    else:
        clear = far < least if least else change.beyond_chance
        settled = best < 0 or best < least
    return Outcome.weigh(
        true, clear=clear, settled=settled, answered=answered > 0 and answered >= least
    )


def _change_facts(change: Change, family: int) -> Text:
    """Both shares and their difference, in words."""
    label = change.option.label
    low, high = 100 * change.difference.low, 100 * change.difference.high
    way = "高い" if change.points > 0 else "低い"
    return Text(
        f"“{label.en}” is {change.before.percent}% in the previous survey and "
        f"{change.after.percent}% in this one: {signed(change.points)} points (95% interval "
        f"{signed(low)} to {signed(high)}; p "
        f"{p_text(change.p_holm)} after Holm over {family} items; among those who answered "
        f"{signed(100 * change.answered)}).",
        f"「{label.ja}」は前回{change.before.percent}%、今回{change.after.percent}%で、今回の方が"
        f"{plain(abs(change.points))}ポイント{way}（95%信頼区間{signed(low)}〜"
        f"{signed(high)}、{family}項目についてHolm法で調整したp"
        f"{p_text(change.p_holm).replace(' ', '')}、"
        f"無回答を除くと{signed(100 * change.answered)}ポイント）。",
    )


def _worst_case(survey: Survey, change: Change) -> Text:
    """How far the no-answers of both waves leave a difference open, in words."""
    question = change.after.question_id
    missing, _, _ = missing_of(survey.answers(question))
    before, _, _ = missing_of(survey.answers(question, change.before.wave))
    assert missing is not None
    assert before is not None
    return Text(
        f"In the worst case the no-answers ({before.percent}% then, {missing.percent}% "
        f"now) leave open a difference from {signed(100 * change.bounds.low)} to "
        f"{signed(100 * change.bounds.high)} points.",
        f"最悪の場合を想定すると、無回答（前回{before.percent}%、今回{missing.percent}%）"
        f"の内訳次第で、差は{signed(100 * change.bounds.low)}〜"
        f"{signed(100 * change.bounds.high)}ポイントとなり得る。",
    )


def judge_change(survey: Survey, arguments: Arguments) -> Finding:
    """An option rose or fell between the waves, by so much.

    The claim picks one option of a chart, so both its p-value and, where it names a size, its
    interval allow for all of them: Holm (1979) and Bonferroni over the options of the chart.
    """
    changes = wave_changes(survey, arguments["question"])
    option = survey.question(arguments["question"]).option(arguments["option"])
    change = next(item for item in changes if item.option == option)
    family = sum(item.option.role != "no_answer" for item in changes)
    before, after = change.before, change.after
    sign = 1 if arguments["direction"] == "up" else -1
    least = decimal_of(arguments.get("at_least", "0"))
    wide = newcombe(before.counts, before.n, after.counts, after.n, confidence=1 - LEVEL / family)
    outcome = _change_weighed(change, wide, sign, least)
    wrong = _misprinted(change, arguments, change.points * sign)
    remarks = list(mismatch(wrong))
    if least:
        remarks.append(
            Text(
                f"Allowing for the {family} items from which it was picked, the interval is "
                f"{signed(100 * wide.low)} to {signed(100 * wide.high)} points (Bonferroni).",
                f"{family}項目から選ばれたことを考慮すると、区間は{signed(100 * wide.low)}〜"
                f"{signed(100 * wide.high)}ポイントとなる（Bonferroni法）。",
            )
        )
    if outcome.sampling == "within_error":
        remarks.append(
            Text("A sample of this size cannot tell.", "この規模の標本では判断できない。")
        )
        if not least:
            remarks += visible(
                smallest_difference(before.proportion, before.n, after.n, tests=family)
            )
    if outcome.no_answers == "unsafe_in_worst_case":
        remarks.append(_worst_case(survey, change))
    return Finding(
        MISPRINTED if wrong else outcome,
        facts=_change_facts(change, family),
        numbers=(
            *numbers_of([before, after]),
            Number("difference", change.points, "points"),
            Number("interval, low", 100 * change.difference.low, "points"),
            Number("interval, high", 100 * change.difference.high, "points"),
            Number("adjusted p", change.p_holm, "p"),
            Number("among those who answered", 100 * change.answered, "points"),
            Number("worst case, low", 100 * change.bounds.low, "points"),
            Number("worst case, high", 100 * change.bounds.high, "points"),
        ),
        remarks=tuple(remarks),
        unit=_change_unit(arguments, before.percent, after.percent),
    )


def judge_single_change(survey: Survey, arguments: Arguments) -> Finding:
    """The same for a number that stands in sentences only."""
    before, after = survey.single(arguments["before"]), survey.single(arguments["after"])
    years = sorted(wave.year for wave in survey.waves)
    n1, n2 = (
        survey.wave(single.wave or year).base
        for single, year in zip((before, after), years[-2:], strict=True)
    )
    first, second = possible_counts(before.value, n1), possible_counts(after.value, n2)
    if first is None or second is None:
        raise ArgumentError("names percentages that no whole number gives")
    sign = 1 if arguments["direction"] == "up" else -1
    p = two_proportion_p(first, n1, second, n2)
    gap = newcombe(first, n1, second, n2)
    points = after.value - before.value
    wrong = not (
        same_number(arguments["from"], before.value) and same_number(arguments["to"], after.value)
    )
    outcome = Outcome(
        "agrees" if points * sign > 0 else "disagrees", "clear" if p < LEVEL else "within_error"
    )
    return Finding(
        MISPRINTED if wrong else outcome,
        facts=Text(
            f"The share is {before.value}% in the previous survey and {after.value}% in this one: "
            f"{signed(points)} points "
            f"(95% interval "
            f"{signed(100 * gap.low)} to {signed(100 * gap.high)}; p {p_text(p)}), if the bases "
            f"are those of the other comparisons, {n1:,} and {n2:,}.",
            f"前回{before.value}%、今回{after.value}%で、今回の方が{plain(abs(points))}ポイント"
            f"{'高い' if points > 0 else '低い'}（nが他の比較と同じ"
            f"{n1:,}と{n2:,}であるとして、95%信頼区間{signed(100 * gap.low)}〜"
            f"{signed(100 * gap.high)}、p{p_text(p).replace(' ', '')}）。",
        ),
        numbers=(
            Number(before.id, before.value, "percent"),
            Number(after.id, after.value, "percent"),
            Number("difference", points, "points"),
            Number("interval, low", 100 * gap.low, "points"),
            Number("interval, high", 100 * gap.high, "points"),
            Number("p", p, "p"),
        ),
        remarks=(
            Text(
                "The chart is an image: its other items and its no-answers are not held here.",
                "図が画像のため、他の項目と無回答は本書に収録していない。",
            ),
        ),
    )


def group_named(survey: Survey, answers: Iterable[Answer]) -> Text:
    """Shares of one option in several groups, in words."""
    items = [(survey.group(item.group).label, item) for item in answers]
    return Text(
        join_en(f"“{label.en}” {item.percent}% (n = {item.n:,})" for label, item in items),
        "、".join(f"「{label.ja}」{item.percent}%（n={item.n:,}）" for label, item in items),
    )


def _answered_trend(cells: Sequence[Answer], tables: Sequence[Sequence[Answer]]) -> float:
    """z of the trend among those who answered, at the middle of the counts."""
    missing = [no_answer(rows) for rows in tables]
    bases = [
        cell.n - (round(silent.counts.middle) if silent else 0)
        for cell, silent in zip(cells, missing, strict=True)
    ]
    return cochran_armitage([round(cell.counts.middle) for cell in cells], bases).z


@dataclass(frozen=True)
class Gap:
    """How far one group lies above another, with the p of their difference."""

    lower: Answer
    upper: Answer
    p: float

    @property
    def points(self) -> Decimal:
        """As printed, in percentage points."""
        return self.upper.percent - self.lower.percent

    @property
    def interval(self) -> Difference:
        """Newcombe's interval (1998), of proportions."""
        lower, upper = self.lower, self.upper
        return newcombe(lower.counts, lower.n, upper.counts, upper.n)

    def remark(self, en: str, ja: str) -> Text:
        """The gap in words that begin with what it is between."""
        low, high = signed(100 * self.interval.low), signed(100 * self.interval.high)
        return Text(
            f"{en}, {signed(self.points)} points (95% interval {low} to {high}; p "
            f"{p_text(self.p)}).",
            f"{ja}の差{signed(self.points)}ポイント（95%信頼区間{low}〜{high}、"
            f"p{p_text(self.p).replace(' ', '')}）である。",
        )

    def numbers(self, name: str) -> Iterable[Number]:
        """Points and the ends of the interval."""
        yield Number(name, self.points, "points")
        yield Number(f"{name}, low", 100 * self.interval.low, "points")
        yield Number(f"{name}, high", 100 * self.interval.high, "points")


def _gap(lower: Answer, upper: Answer) -> Gap:
    return Gap(lower, upper, two_proportion_p(lower.counts, lower.n, upper.counts, upper.n))


def _steps_weighed(
    cells: Sequence[Answer], tables: Sequence[Sequence[Answer]], sign: int, gaps: Sequence[Gap]
) -> Outcome:
    """Whether every step goes that way; where not, one step the other way is enough."""
    both = list(zip(cells, tables, strict=True))
    limits = list(itertools.pairwise(answer_bounds(cell, rows) for cell, rows in both))
    shares = itertools.pairwise(answered_share(cell, rows) for cell, rows in both)
    rises = [b.low > a.high for a, b in limits]
    falls = [b.high < a.low for a, b in limits]
    along, against = (rises, falls) if sign > 0 else (falls, rises)
    kept = [sign * gap.points > 0 for gap in gaps]
    if all(kept):
        clear, settled = all(gap.p < LEVEL for gap in gaps), all(along)
    else:
        clear = any(gap.p < LEVEL and not so for gap, so in zip(gaps, kept, strict=True))
        settled = any(against)
    return Outcome.weigh(
        all(kept), clear=clear, settled=settled, answered=all(sign * (b - a) > 0 for a, b in shares)
    )


def _trend_weighed(
    cells: Sequence[Answer], tables: Sequence[Sequence[Answer]], sign: int, trend: Trend
) -> Outcome:
    """Whether the trend over all groups goes that way, at any choice of the no-answers."""
    limits = [answer_bounds(cell, rows) for cell, rows in zip(cells, tables, strict=True)]
    sizes = [cell.n for cell in cells]
    possible = itertools.product(
        *((round(i.low * n), round(i.high * n)) for i, n in zip(limits, sizes, strict=True))
    )
    ends = [sign * cochran_armitage(list(counts), sizes).z for counts in possible]
    true = sign * trend.z > 0
    return Outcome.weigh(
        true,
        clear=trend.p < LEVEL,
        settled=all(z > 0 for z in ends) if true else all(z < 0 for z in ends),
        answered=sign * _answered_trend(cells, tables) > 0,
    )


def judge_ordering(survey: Survey, arguments: Arguments) -> Finding:
    """A share rises or falls along ordered groups, step by step or as a trend."""
    groups = arguments["groups"]
    tables = [rows_of(survey, arguments, group) for group in groups]
    cells = [pick(survey, rows, arguments["option"]) for rows in tables]
    sign = 1 if arguments["direction"] == "up" else -1
    stated = {
        group: value
        for group, value in arguments.get("values", {}).items()
        if not same_number(value, next(item for item in cells if item.group == group).percent)
    }
    gaps = [_gap(a, b) for a, b in itertools.pairwise(cells)]
    trend = cochran_armitage([item.counts for item in cells], [item.n for item in cells])
    if arguments.get("test", "steps") == "steps":
        outcome = _steps_weighed(cells, tables, sign, gaps)
    else:
        outcome = _trend_weighed(cells, tables, sign, trend)
    least = max(gaps, key=lambda gap: gap.p)
    a, b = (survey.group(item.group).label for item in (least.lower, least.upper))
    remarks = [
        Text(
            f"Trend over the groups: z = {trend.z:.1f}, p {p_text(trend.p)}.",
            f"区分間の傾向検定はz={plain(trend.z)}、p{p_text(trend.p).replace(' ', '')}。",
        ),
        least.remark(
            f"Least certain step: “{a.en}” to “{b.en}”", f"最も不確かなのは「{a.ja}」と「{b.ja}」"
        ),
    ]
    if least.p >= LEVEL:
        remarks += visible(
            smallest_difference(least.lower.proportion, least.lower.n, least.upper.n)
        )
    if outcome.no_answers == "unsafe_in_worst_case":
        group, silent = max(
            ((survey.group(rows[0].group).label, missing_of(rows)[2]) for rows in tables),
            key=lambda pair: pair[1],
        )
        remarks += silent_remark(silent, CHANGE, Text(f"“{group.en}”", f"「{group.ja}」"))
    shown = group_named(survey, cells)
    return Finding(
        MISPRINTED if stated else outcome,
        facts=Text(f"The table gives {shown.en}.", f"表の値は{shown.ja}。"),
        numbers=(
            *numbers_of(cells),
            Number("trend z", trend.z, "z"),
            Number("trend p", trend.p, "p"),
            Number("largest p of a step", least.p, "p"),
            *least.numbers("least certain step"),
        ),
        remarks=tuple(remarks),
    )


Cell = tuple[Answer, tuple[Answer, ...]]  # a share, and all shares of its group


def _higher_weighed(high: Sequence[Cell], low: Sequence[Cell], gaps: Sequence[Gap]) -> Outcome:
    """Whether each of the one lies above each of the other; where not, one below is enough."""
    shares = [[answered_share(*cell) for cell in cells] for cells in (high, low)]
    bounds = [[answer_bounds(*cell) for cell in cells] for cells in (high, low)]
    true = all(gap.points > 0 for gap in gaps)
    if true:
        clear = all(gap.p < LEVEL for gap in gaps)
        settled = all(a.low > b.high for a, b in itertools.product(*bounds))
    else:
        clear = any(gap.p < LEVEL and gap.points < 0 for gap in gaps)
        settled = any(a.high < b.low for a, b in itertools.product(*bounds))
    answered = all(a > b for a, b in itertools.product(*shares))
    return Outcome.weigh(true, clear=clear, settled=settled, answered=answered)


def judge_higher(survey: Survey, arguments: Arguments) -> Finding:
    """A share is higher in some groups than in others."""

    def cell(group: str) -> Cell:
        rows = rows_of(survey, arguments, group)
        return pick(survey, rows, arguments["option"]), rows

    high = [cell(group) for group in arguments["high"]]
    low = [cell(group) for group in arguments["low"]]
    gaps = [_gap(b, a) for (a, _), (b, _) in itertools.product(high, low)]
    outcome = _higher_weighed(high, low, gaps)
    least = max(gaps, key=lambda gap: gap.p)
    a, b = (survey.group(item.group).label for item in (least.upper, least.lower))
    remarks = [
        least.remark(
            f"Least certain: “{a.en}” over “{b.en}”", f"最も不確かなのは「{a.ja}」と「{b.ja}」"
        )
    ]
    if least.p >= LEVEL:
        remarks += visible(
            smallest_difference(least.upper.proportion, least.upper.n, least.lower.n)
        )
    if len(high) > 1:
        former, latter = [item for item, _ in high], [item for item, _ in low]
        together = two_proportion_p(
            sum_of(former), sum(item.n for item in former),
            sum_of(latter), sum(item.n for item in latter),
        )  # fmt: skip
        remarks.append(
            Text(
                f"Taken together, the former differ from the latter with p {p_text(together)}.",
                f"前者をまとめて後者と比べるとp{p_text(together).replace(' ', '')}である。",
            )
        )
    if outcome.no_answers == "unsafe_in_worst_case":
        silent = max(missing_of(rows)[2] for _, rows in (*high, *low))
        remarks += silent_remark(silent, CHANGE)
    cells = [item for item, _ in (*high, *low)]
    shown = group_named(survey, cells)
    return Finding(
        outcome,
        facts=Text(f"The table gives {shown.en}.", f"表の値は{shown.ja}。"),
        numbers=(
            *numbers_of(cells),
            *least.numbers("least lead"),
            Number("largest p of a comparison", least.p, "p"),
        ),
        remarks=tuple(remarks),
    )


def judge_count(survey: Survey, arguments: Arguments) -> Finding:
    """More than a part of the options rose or fell."""
    changes = [
        item
        for item in wave_changes(survey, arguments["question"])
        if item.option.role == "substantive"
    ]
    sign = 1 if arguments["direction"] == "up" else -1
    need = len(changes) * float(decimal_of(arguments.get("more_than", "0.5")))
    moved = [item for item in changes if sign * item.points > 0]
    sure = [item for item in moved if item.beyond_chance]
    against = [item for item in changes if sign * item.points < 0 and item.beyond_chance]
    answered = sum(sign * item.answered > 0 for item in changes)
    certain = sum((item.bounds.low if sign > 0 else -item.bounds.high) > 0 for item in changes)
    possible = sum((item.bounds.high if sign > 0 else -item.bounds.low) > 0 for item in changes)
    true = len(moved) > need
    outcome = Outcome.weigh(
        true,
        clear=len(sure) > need if true else len(changes) - len(against) <= need,
        settled=certain > need if true else possible <= need,
        answered=answered > need,
    )
    way = Text("higher", "高い") if sign > 0 else Text("lower", "低い")
    remarks = []
    if true and certain <= need:
        remarks.append(
            Text(
                f"In the worst case of the no-answers, {certain} are certain to be {way.en}.",
                f"無回答について最悪の場合を想定すると、確実に{way.ja}といえるのは{certain}項目である。",
            )
        )
    return Finding(
        outcome,
        facts=Text(
            f"Of {len(changes)} items {len(moved)} are {way.en} than in the previous survey as "
            f"printed, {len(sure)} of them beyond sampling error (Holm over the options of the "
            f"chart); among those who answered {answered} are.",
            f"{len(changes)}項目のうち、公表された割合が前回調査より{way.ja}のは{len(moved)}項目、うち"
            f"標本誤差を超えるのは{len(sure)}項目（図の全選択肢についてHolm法）、無回答を除くと"
            f"{answered}項目である。",
        ),
        numbers=(
            Number("items", len(changes), "count"),
            Number("moved as stated", len(moved), "count"),
            Number("beyond sampling error", len(sure), "count"),
            Number("among those who answered", answered, "count"),
            Number("whatever the no-answers said", certain, "count"),
        ),
        remarks=tuple(remarks),
    )
