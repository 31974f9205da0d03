"""Claims that compare: two waves of the survey, or groups of firms.

Waves and groups are independent samples. One option out of a chart is held against 5% after Holm's
adjustment over the options of that chart, for it was picked from them; a statement that needs every
one of several comparisons is tested without adjustment (intersection-union test; Berger, 1982).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
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
from sme_survey.numbers.intervals import newcombe
from sme_survey.numbers.power import smallest_difference
from sme_survey.numbers.testing import cochran_armitage, two_proportion_p
from sme_survey.survey.model import Answer, Survey
from sme_survey.survey.text import Text


def _one_change(survey: Survey, arguments: Arguments) -> Change:
    option = survey.question(arguments["question"]).option(arguments["option"])
    return next(
        item for item in wave_changes(survey, arguments["question"]) if item.option == option
    )


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


def judge_change(survey: Survey, arguments: Arguments) -> Finding:
    """An option rose or fell between the waves, by so much.

    The claim picks one option of a chart, so both its p-value and, where it names a size, its
    interval allow for all of them: Holm (1979) and Bonferroni over the options of the chart.
    """
    change = _one_change(survey, arguments)
    family = sum(
        item.option.role != "no_answer" for item in wave_changes(survey, arguments["question"])
    )
    sign = 1 if arguments["direction"] == "up" else -1
    points = change.points * sign
    values = {"from": change.before.percent, "to": change.after.percent}
    wrong = [
        (change.before if key == "from" else change.after)
        for key, value in values.items()
        if key in arguments and not same_number(arguments[key], value)
    ]
    least = decimal_of(arguments.get("at_least", "0"))
    if "by" in arguments and not same_number(arguments["by"], points):
        wrong = [change.before, change.after]
    true = points > 0 and points >= least
    low, high = 100 * change.difference.low, 100 * change.difference.high
    wide = newcombe(
        change.before.counts,
        change.before.n,
        change.after.counts,
        change.after.n,
        confidence=1 - LEVEL / family,
    )
    near, far = sorted((100 * sign * wide.low, 100 * sign * wide.high))
    worst, best = sorted((100 * sign * change.bounds.low, 100 * sign * change.bounds.high))
    answered = 100 * change.answered * sign
    if true:
        clear = change.beyond_chance and (not least or near > least)
        settled = worst > 0 and worst >= least
    else:
        clear = far < least if least else change.beyond_chance
        settled = best < 0 or best < least
    outcome = Outcome.weigh(
        true, clear=clear, settled=settled, answered=answered > 0 and answered >= least
    )
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
                smallest_difference(
                    change.before.proportion, change.before.n, change.after.n, tests=family
                )
            )
    if outcome.no_answers == "unsafe_in_worst_case":
        missing, _, _ = missing_of(survey.answers(arguments["question"]))
        before, _, _ = missing_of(survey.answers(arguments["question"], change.before.wave))
        assert missing is not None
        assert before is not None
        remarks.append(
            Text(
                f"In the worst case the no-answers ({before.percent}% then, {missing.percent}% "
                f"now) leave open a difference from {signed(100 * change.bounds.low)} to "
                f"{signed(100 * change.bounds.high)} points.",
                f"最悪の場合を想定すると、無回答（前回{before.percent}%、今回{missing.percent}%）"
                f"の内訳次第で、差は{signed(100 * change.bounds.low)}〜"
                f"{signed(100 * change.bounds.high)}ポイントとなり得る。",
            )
        )
    label = change.option.label
    way = "高い" if change.points > 0 else "低い"
    return Finding(
        MISPRINTED if wrong else outcome,
        facts=Text(
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
        ),
        numbers=(
            *numbers_of([change.before, change.after]),
            Number("difference", change.points, "points"),
            Number("interval, low", low, "points"),
            Number("interval, high", high, "points"),
            Number("adjusted p", change.p_holm, "p"),
            Number("among those who answered", 100 * change.answered, "points"),
            Number("worst case, low", 100 * change.bounds.low, "points"),
            Number("worst case, high", 100 * change.bounds.high, "points"),
        ),
        remarks=tuple(remarks),
        unit=_change_unit(arguments, change.before.percent, change.after.percent),
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
    pairs = list(itertools.pairwise(cells))
    ps = [two_proportion_p(a.counts, a.n, b.counts, b.n) for a, b in pairs]
    trend = cochran_armitage([item.counts for item in cells], [item.n for item in cells])
    limits = [answer_bounds(cell, rows) for cell, rows in zip(cells, tables, strict=True)]
    if arguments.get("test", "steps") == "steps":
        shares = [answered_share(cell, rows) for cell, rows in zip(cells, tables, strict=True)]
        true = all(sign * (b.percent - a.percent) > 0 for a, b in pairs)
        # of a rise that is none, one step that does not rise is enough
        kept = [sign * (b.percent - a.percent) > 0 for a, b in pairs]
        up = [b.low > a.high if sign > 0 else b.high < a.low for a, b in itertools.pairwise(limits)]
        down = [
            b.high < a.low if sign > 0 else b.low > a.high for a, b in itertools.pairwise(limits)
        ]
        clear = (
            all(p < LEVEL for p in ps)
            if true
            else any(p < LEVEL and not so for p, so in zip(ps, kept, strict=True))
        )
        settled = all(up) if true else any(down)
        answered = all(sign * (b - a) > 0 for a, b in itertools.pairwise(shares))
    else:
        true = sign * trend.z > 0
        ends = [
            sign * cochran_armitage(list(counts), [item.n for item in cells]).z
            for counts in itertools.product(
                *(
                    (round(i.low * c.n), round(i.high * c.n))
                    for i, c in zip(limits, cells, strict=True)
                )
            )
        ]
        clear = trend.p < LEVEL
        settled = all(z > 0 for z in ends) if true else all(z < 0 for z in ends)
        answered = sign * _answered_trend(cells, tables) > 0
    outcome = Outcome.weigh(true, clear=clear, settled=settled, answered=answered)
    shown = group_named(survey, cells)
    remarks = [
        Text(
            f"Trend over the groups: z = {trend.z:.1f}, p {p_text(trend.p)}.",
            f"区分間の傾向検定はz={plain(trend.z)}、p{p_text(trend.p).replace(' ', '')}。",
        )
    ]
    (a, b), p = max(zip(pairs, ps, strict=True), key=lambda pair: pair[1])
    gap = newcombe(a.counts, a.n, b.counts, b.n)
    points = b.percent - a.percent
    names = survey.group(a.group).label, survey.group(b.group).label
    remarks.append(
        Text(
            f"Least certain step: “{names[0].en}” to “{names[1].en}”, {signed(points)} "
            f"points (95% interval {signed(100 * gap.low)} to {signed(100 * gap.high)}; p "
            f"{p_text(p)}).",
            f"最も不確かなのは「{names[0].ja}」と「{names[1].ja}」の差{signed(points)}ポイント"
            f"（95%信頼区間{signed(100 * gap.low)}〜{signed(100 * gap.high)}、"
            f"p{p_text(p).replace(' ', '')}）である。",
        )
    )
    if p >= LEVEL:
        remarks += visible(smallest_difference(a.proportion, a.n, b.n))
    if outcome.no_answers == "unsafe_in_worst_case":
        group, silent = max(
            ((survey.group(rows[0].group).label, missing_of(rows)[2]) for rows in tables),
            key=lambda pair: pair[1],
        )
        remarks += silent_remark(silent, CHANGE, Text(f"“{group.en}”", f"「{group.ja}」"))
    return Finding(
        MISPRINTED if stated else outcome,
        facts=Text(f"The table gives {shown.en}.", f"表の値は{shown.ja}。"),
        numbers=(
            *numbers_of(cells),
            Number("trend z", trend.z, "z"),
            Number("trend p", trend.p, "p"),
            Number("largest p of a step", p, "p"),
            Number("least certain step", points, "points"),
            Number("least certain step, low", 100 * gap.low, "points"),
            Number("least certain step, high", 100 * gap.high, "points"),
        ),
        remarks=tuple(remarks),
    )


def judge_higher(survey: Survey, arguments: Arguments) -> Finding:
    """A share is higher in some groups than in others."""

    def cell(group: str) -> tuple[Answer, tuple[Answer, ...]]:
        rows = rows_of(survey, arguments, group)
        return pick(survey, rows, arguments["option"]), rows

    high = [cell(group) for group in arguments["high"]]
    low = [cell(group) for group in arguments["low"]]
    pairs = list(itertools.product(high, low))
    true = all(a.percent > b.percent for (a, _), (b, _) in pairs)
    ps = [two_proportion_p(a.counts, a.n, b.counts, b.n) for (a, _), (b, _) in pairs]
    if true:
        clear = all(p < LEVEL for p in ps)
        settled = all(
            answer_bounds(a, rows).low > answer_bounds(b, others).high
            for (a, rows), (b, others) in pairs
        )
    else:
        clear = any(
            p < LEVEL and a.percent < b.percent
            for p, ((a, _), (b, _)) in zip(ps, pairs, strict=True)
        )
        settled = any(
            answer_bounds(a, rows).high < answer_bounds(b, others).low
            for (a, rows), (b, others) in pairs
        )
    outcome = Outcome.weigh(
        true,
        clear=clear,
        settled=settled,
        answered=all(
            answered_share(a, rows) > answered_share(b, others) for (a, rows), (b, others) in pairs
        ),
    )
    ((a, _), (b, _)), p = max(zip(pairs, ps, strict=True), key=lambda pair: pair[1])
    gap = newcombe(b.counts, b.n, a.counts, a.n)
    points = a.percent - b.percent
    shown = group_named(survey, [item for item, _ in (*high, *low)])
    names = survey.group(a.group).label, survey.group(b.group).label
    remarks = [
        Text(
            f"Least certain: “{names[0].en}” over “{names[1].en}”, {signed(points)} "
            f"points (95% interval {signed(100 * gap.low)} to {signed(100 * gap.high)}; p "
            f"{p_text(p)}).",
            f"最も不確かなのは「{names[0].ja}」と「{names[1].ja}」の差{signed(points)}"
            f"ポイント（95%信頼区間{signed(100 * gap.low)}〜{signed(100 * gap.high)}、"
            f"p{p_text(p).replace(' ', '')}）である。",
        )
    ]
    if p >= LEVEL:
        remarks += visible(smallest_difference(a.proportion, a.n, b.n))
    if len(high) > 1:
        together = two_proportion_p(
            sum_of(item for item, _ in high),
            sum(item.n for item, _ in high),
            sum_of(item for item, _ in low),
            sum(item.n for item, _ in low),
        )
        remarks.append(
            Text(
                f"Taken together, the former differ from the latter with p {p_text(together)}.",
                f"前者をまとめて後者と比べるとp{p_text(together).replace(' ', '')}である。",
            )
        )
    if outcome.no_answers == "unsafe_in_worst_case":
        silent = max(missing_of(rows)[2] for _, rows in (*high, *low))
        remarks += silent_remark(silent, CHANGE)
    return Finding(
        outcome,
        facts=Text(f"The table gives {shown.en}.", f"表の値は{shown.ja}。"),
        numbers=(
            *numbers_of(item for item, _ in (*high, *low)),
            Number("least lead", points, "points"),
            Number("least lead, low", 100 * gap.low, "points"),
            Number("least lead, high", 100 * gap.high, "points"),
            Number("largest p of a comparison", p, "p"),
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
