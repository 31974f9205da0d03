"""Claims that compare: two waves of the survey, or groups of firms.

Waves and groups are independent samples; p-values are Holm-adjusted over the chart, or over the
pairs of groups compared.
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
    wave_changes,
)
from sme_survey.judgement.verdicts import (
    REVERSE,
    ArgumentError,
    Arguments,
    Finding,
    Number,
    decimal_of,
    join_en,
    mismatch,
    missing_of,
    numbers_of,
    p_text,
    pick,
    plain,
    rows_of,
    safe_remark,
    same_number,
    signed,
)
from sme_survey.numbers.counts import possible_counts
from sme_survey.numbers.intervals import newcombe
from sme_survey.numbers.testing import cochran_armitage, holm, two_proportion_p
from sme_survey.survey.model import CURRENT, PREVIOUS, Answer, Survey
from sme_survey.survey.text import Text


def _one_change(survey: Survey, arguments: Arguments) -> Change:
    option = survey.question(arguments["question"]).option(arguments["option"])
    return next(
        item for item in wave_changes(survey, arguments["question"]) if item.option == option
    )


def _change_slip(arguments: Arguments, before: Decimal, after: Decimal) -> Text:
    """What a difference printed with a per cent sign says if taken literally."""
    if arguments.get("unit", "points") != "percent" or not before:
        return Text("", "")
    relative = 100 * (after - before) / before
    printed = decimal_of(arguments.get("by", arguments.get("at_least", "0")))
    literal = (
        same_number(str(printed), abs(relative)) if "by" in arguments else abs(relative) >= printed
    )
    verdict = (
        Text("holds too", "これも成り立つ") if literal else Text("does not hold", "成り立たない")
    )
    return Text(
        f"The report prints {printed}%; it is a difference in percentage points. Read literally, "
        f"as per cent of the earlier share, the change is {signed(relative)}%, and the statement "
        f"{verdict.en}.",
        f"報告書は「{printed}%」と記すが、これはパーセントポイントの差である。前回の割合に対する率として"
        f"文字どおり読むと変化は{signed(relative)}%であり、{verdict.ja}。",
    )


def judge_change(survey: Survey, arguments: Arguments) -> Finding:
    """An option rose or fell between the waves, by so much."""
    change = _one_change(survey, arguments)
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
    true = not wrong and points > 0 and points >= least
    low, high = change.difference.low, change.difference.high
    near = 100 * (low if sign > 0 else -high)
    beyond = change.beyond_chance and near > least
    worst = 100 * (change.bounds.low if sign > 0 else -change.bounds.high)
    safe = worst > 0 and worst >= least
    answered = 100 * change.answered * sign
    remarks = list(mismatch(wrong))
    if not beyond:
        remarks.append(Text("Sampling error could explain it.", "標本誤差の範囲内である。"))
    if true and not safe:
        missing, _, _ = missing_of(survey.answers(arguments["question"]))
        before, _, _ = missing_of(survey.answers(arguments["question"], PREVIOUS))
        assert missing is not None
        assert before is not None
        remarks.append(
            Text(
                f"The no-answers ({before.percent}% and {missing.percent}%) leave open a "
                f"difference from {signed(100 * change.bounds.low)} to "
                f"{signed(100 * change.bounds.high)}.",
                f"無回答（前回{before.percent}%、今回{missing.percent}%）の内訳次第で、差は"
                f"{signed(100 * change.bounds.low)}〜{signed(100 * change.bounds.high)}"
                "ポイントとなり得る。",
            )
        )
    label = change.option.label
    return Finding(
        stated=true,
        facts=Text(
            f"“{label.en}” went from {change.before.percent}% to {change.after.percent}%: "
            f"{signed(change.points)} points (95% interval {signed(100 * low)} to "
            f"{signed(100 * high)}; adjusted p {p_text(change.p_holm)}; among those who answered "
            f"{signed(100 * change.answered)}).",
            f"「{label.ja}」は{change.before.percent}%から{change.after.percent}%へ"
            f"{signed(change.points)}ポイント変化した（95%信頼区間{signed(100 * low)}〜"
            f"{signed(100 * high)}、調整済みp{p_text(change.p_holm).replace(' ', '')}、"
            f"無回答を除くと{signed(100 * change.answered)}ポイント）。",
        ),
        numbers=(
            *numbers_of([change.before, change.after]),
            Number("difference", change.points, "points"),
            Number("interval, low", 100 * low, "points"),
            Number("interval, high", 100 * high, "points"),
            Number("adjusted p", change.p_holm, "p"),
            Number("among those who answered", 100 * change.answered, "points"),
            Number("worst case, low", 100 * change.bounds.low, "points"),
            Number("worst case, high", 100 * change.bounds.high, "points"),
        ),
        answered=not wrong and answered > 0 and answered >= least,
        beyond_error=beyond,
        safe=safe,
        remarks=tuple(remarks),
        slip=_change_slip(arguments, change.before.percent, change.after.percent),
    )


def judge_single_change(survey: Survey, arguments: Arguments) -> Finding:
    """The same for a number that stands in sentences only."""
    before, after = survey.single(arguments["before"]), survey.single(arguments["after"])
    bases = {wave.year: wave.base for wave in survey.waves}
    n1, n2 = bases[PREVIOUS], bases[CURRENT]
    first, second = possible_counts(before.value, n1), possible_counts(after.value, n2)
    if first is None or second is None:
        raise ArgumentError("names percentages that no count of firms gives")
    sign = 1 if arguments["direction"] == "up" else -1
    p = two_proportion_p(first, n1, second, n2)
    gap = newcombe(first, n1, second, n2)
    points = after.value - before.value
    true = (
        points * sign > 0
        and same_number(arguments["from"], before.value)
        and same_number(arguments["to"], after.value)
    )
    return Finding(
        stated=true,
        facts=Text(
            f"{before.value}% to {after.value}%: {signed(points)} points (95% interval "
            f"{signed(100 * gap.low)} to {signed(100 * gap.high)}; p {p_text(p)}), if the bases "
            f"are those of the other comparisons, {n1:,} and {n2:,}.",
            f"{before.value}%から{after.value}%へ{signed(points)}ポイント（回答数が他の比較と同じ"
            f"{n1:,}と{n2:,}であるとして95%信頼区間{signed(100 * gap.low)}〜"
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
        beyond_error=p < LEVEL,
        remarks=(
            Text(
                "The chart is a picture: its other items and no-answers are not published.",
                "図は画像であり、他の項目と無回答は公表されていない。",
            ),
        ),
    )


def group_named(survey: Survey, answers: Iterable[Answer]) -> Text:
    """Shares of one option in several groups, in words."""
    items = [(survey.group(item.group).label, item) for item in answers]
    return Text(
        join_en(f"{label.en} {item.percent}% (n = {item.n:,})" for label, item in items),
        "、".join(f"{label.ja} {item.percent}%（n={item.n:,}）" for label, item in items),
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
    true = not stated and all(
        sign * (b.percent - a.percent) > 0 for a, b in itertools.pairwise(cells)
    )
    pairs = list(itertools.pairwise(cells))
    adjusted = holm([two_proportion_p(a.counts, a.n, b.counts, b.n) for a, b in pairs])
    trend = cochran_armitage([item.counts for item in cells], [item.n for item in cells])
    steps = arguments.get("test", "steps") == "steps"
    limits = [answer_bounds(cell, rows) for cell, rows in zip(cells, tables, strict=True)]
    shares = [answered_share(cell, rows) for cell, rows in zip(cells, tables, strict=True)]
    if steps:
        beyond = all(p < LEVEL for p in adjusted)
        safe = all(
            (b.low > a.high) if sign > 0 else (b.high < a.low)
            for a, b in itertools.pairwise(limits)
        )
        answered = all(sign * (b - a) > 0 for a, b in itertools.pairwise(shares))
    else:
        beyond = trend.p < LEVEL and sign * trend.z > 0
        true = not stated and sign * trend.z > 0
        safe = all(
            sign * cochran_armitage(list(ends), [item.n for item in cells]).z > 0
            for ends in itertools.product(
                *(
                    (round(i.low * c.n), round(i.high * c.n))
                    for i, c in zip(limits, cells, strict=True)
                )
            )
        )
        answered = sign * _answered_trend(cells, tables) > 0
    shown = group_named(survey, cells)
    remarks = [
        Text(
            f"Trend over the groups: z = {trend.z:.1f}, p {p_text(trend.p)}.",
            f"区分間の傾向検定はz={plain(trend.z)}、p{p_text(trend.p).replace(' ', '')}。",
        )
    ]
    (a, b), p = max(zip(pairs, adjusted, strict=True), key=lambda pair: pair[1])
    gap = newcombe(a.counts, a.n, b.counts, b.n)
    names = survey.group(a.group).label, survey.group(b.group).label
    remarks.append(
        Text(
            f"Least certain step: {names[0].en} to {names[1].en}, {signed(100 * gap.estimate)} "
            f"points ({signed(100 * gap.low)} to {signed(100 * gap.high)}; adjusted p "
            f"{p_text(p)}).",
            f"最も不確かなのは{names[0].ja}から{names[1].ja}への{signed(100 * gap.estimate)}"
            f"ポイント（{signed(100 * gap.low)}〜{signed(100 * gap.high)}、調整済み"
            f"p{p_text(p).replace(' ', '')}）である。",
        )
    )
    if true and not safe:
        silent = max(missing_of(rows)[2] for rows in tables)
        remarks += safe_remark(False, silent, REVERSE)
    return Finding(
        stated=true,
        facts=Text(f"The table gives {shown.en}.", f"表の値は{shown.ja}。"),
        numbers=(
            *numbers_of(cells),
            Number("trend z", trend.z, "z"),
            Number("trend p", trend.p, "p"),
            Number("largest adjusted p of a step", p, "p"),
            Number("least certain step", 100 * gap.estimate, "points"),
            Number("least certain step, low", 100 * gap.low, "points"),
            Number("least certain step, high", 100 * gap.high, "points"),
        ),
        answered=answered,
        beyond_error=beyond,
        safe=safe,
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
    adjusted = holm([two_proportion_p(a.counts, a.n, b.counts, b.n) for (a, _), (b, _) in pairs])
    beyond = all(p < LEVEL for p in adjusted)
    safe = all(
        answer_bounds(a, rows).low > answer_bounds(b, others).high
        for (a, rows), (b, others) in pairs
    )
    answered = all(
        answered_share(a, rows) > answered_share(b, others) for (a, rows), (b, others) in pairs
    )
    ((a, _), (b, _)), p = max(zip(pairs, adjusted, strict=True), key=lambda pair: pair[1])
    gap = newcombe(b.counts, b.n, a.counts, a.n)
    shown = group_named(survey, [item for item, _ in (*high, *low)])
    names = survey.group(a.group).label, survey.group(b.group).label
    remarks = [
        Text(
            f"Least certain: {names[0].en} over {names[1].en}, {signed(100 * gap.estimate)} "
            f"points (95% interval {signed(100 * gap.low)} to {signed(100 * gap.high)}; "
            f"adjusted p {p_text(p)}).",
            f"最も不確かなのは{names[0].ja}と{names[1].ja}の差{signed(100 * gap.estimate)}"
            f"ポイント（95%信頼区間{signed(100 * gap.low)}〜{signed(100 * gap.high)}、"
            f"調整済みp{p_text(p).replace(' ', '')}）である。",
        )
    ]
    if true and not safe:
        silent = max(missing_of(rows)[2] for _, rows in (*high, *low))
        remarks += safe_remark(False, silent, REVERSE)
    return Finding(
        stated=true,
        facts=Text(f"The table gives {shown.en}.", f"表の値は{shown.ja}。"),
        numbers=(
            *numbers_of(item for item, _ in (*high, *low)),
            Number("least lead", 100 * gap.estimate, "points"),
            Number("least lead, low", 100 * gap.low, "points"),
            Number("least lead, high", 100 * gap.high, "points"),
            Number("largest adjusted p", p, "p"),
        ),
        answered=answered,
        beyond_error=beyond,
        safe=safe,
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
    answered = sum(sign * item.answered > 0 for item in changes)
    certain = sum((item.bounds.low if sign > 0 else -item.bounds.high) > 0 for item in changes)
    way = Text("rose", "増加") if sign > 0 else Text("fell", "減少")
    remarks = []
    if len(sure) <= need:
        remarks.append(Text("That is not a majority.", "これは過半数に満たない。"))
    if certain <= need:
        remarks.append(
            Text(
                f"Whatever the no-answers would have said, only {certain} {way.en}.",
                f"無回答の内訳によらず{way.ja}といえるのは{certain}項目にとどまる。",
            )
        )
    return Finding(
        stated=len(moved) > need,
        facts=Text(
            f"Of {len(changes)} items {len(moved)} {way.en} as printed, {len(sure)} of them beyond "
            f"sampling error (Holm-adjusted); among those who answered {answered} {way.en}.",
            f"{len(changes)}項目のうち公表値で{len(moved)}項目が{way.ja}し、うち標本誤差を超えるのは"
            f"{len(sure)}項目（Holm法）、無回答を除くと{answered}項目が{way.ja}している。",
        ),
        numbers=(
            Number("items", len(changes), "count"),
            Number("moved as stated", len(moved), "count"),
            Number("beyond sampling error", len(sure), "count"),
            Number("among those who answered", answered, "count"),
            Number("whatever the no-answers said", certain, "count"),
        ),
        answered=answered > need,
        beyond_error=len(sure) > need,
        safe=certain > need,
        remarks=tuple(remarks),
    )
