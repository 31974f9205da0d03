"""Claims about one chart: values, order, sums and limits of the options of a question.

The same firms answered every option, so an order is tested as paired answers at the worst overlap
(McNemar, Holm over the neighbours compared).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sme_survey.judgement.comparisons import (
    LEVEL,
    answered_share,
    lead,
    ranked,
)
from sme_survey.judgement.response import sum_within
from sme_survey.judgement.verdicts import (
    REVERSE,
    ArgumentError,
    Arguments,
    Finding,
    Number,
    base_of,
    decimal_of,
    disagreeing,
    join_en,
    mismatch,
    missing_of,
    named,
    numbers_of,
    p_text,
    pick,
    plain,
    rows_of,
    safe_remark,
)
from sme_survey.numbers.intervals import wilson
from sme_survey.numbers.testing import holm, mcnemar_worst_p
from sme_survey.survey.model import Answer, Survey
from sme_survey.survey.text import Text


def judge_value(survey: Survey, arguments: Arguments) -> Finding:
    """Options stand in the table with the percentages stated."""
    rows = rows_of(survey, arguments)
    chosen = [pick(survey, rows, option) for option in arguments["values"]]
    wrong = disagreeing(survey, rows, arguments)
    shown = named(chosen)
    intervals = [item.interval() for item in chosen]
    en = join_en(f"{100 * i.low:.1f} to {100 * i.high:.1f}" for i in intervals)
    ja = "、".join(f"{100 * i.low:.1f}〜{100 * i.high:.1f}" for i in intervals)
    rounded = [
        Text(
            f"The text rounds {item.percent} to {value}.",
            f"本文は{item.percent}を{value}と丸めて記す。",
        )
        for (option, value), item in zip(arguments["values"].items(), chosen, strict=True)
        if str(value) != str(item.percent) and item not in wrong
    ]
    return Finding(
        stated=not wrong,
        facts=Text(
            f"The table gives {shown.en} ({base_of(rows).en}; 95% interval {en}).",
            f"表の値は{shown.ja}（{base_of(rows).ja}、95%信頼区間{ja}）。",
        ),
        numbers=numbers_of(chosen),
        remarks=tuple(rounded),
    )


@dataclass(frozen=True)
class _Step:
    first: Answer
    second: Answer
    rows: Sequence[Answer]
    p: float

    @property
    def safe(self) -> bool:
        _, silent, _ = missing_of(self.rows)
        return self.first.counts.low > self.second.counts.high + silent


def _step(survey: Survey, rows: Sequence[Answer], first: Answer, second: Answer) -> _Step:
    exclusive = survey.question(rows[0].question_id).answer_type == "single"
    p = mcnemar_worst_p(first.counts, second.counts, first.n, exclusive)
    return _Step(first, second, rows, p)


def _order_steps(
    survey: Survey, rows: Sequence[Answer], order: Sequence[str], among: str, ordered: bool = True
) -> tuple[list[_Step], list[Answer]]:
    """Neighbours in a stated order and the best option left; the options that break the order.

    Without an order among the options, the least of them is held against the best option left.
    """
    chosen = [pick(survey, rows, option) for option in order]
    kept = ranked(rows, "substantive", "other") if among == "substantive" else ranked(rows)
    rest = [item for item in kept if item not in chosen]
    line = [*(chosen if ordered else [min(chosen, key=lambda item: item.percent)]), *rest[:1]]
    steps = [_step(survey, rows, a, b) for a, b in itertools.pairwise(line)]
    broken = [step.second for step in steps if step.second.percent > step.first.percent]
    return steps, broken


def _steps_remarks(
    survey: Survey, steps: Sequence[_Step], adjusted: Sequence[float]
) -> tuple[bool, bool, tuple[Text, ...], tuple[Number, ...]]:
    """Beyond error, safe from the no-answers, in words, and the numbers behind."""
    beyond = all(p < LEVEL for p in adjusted)
    weakest, p = max(
        zip(steps, adjusted, strict=True),
        key=lambda pair: (pair[1], pair[0].second.percent - pair[0].first.percent),
    )
    single = survey.question(weakest.first.question_id).answer_type == "single"
    gap = lead(weakest.first, weakest.second, single)
    a, b = weakest.first.option.label, weakest.second.option.label
    tail = (
        Text("sampling error does not explain it", "標本誤差では説明できない")
        if beyond
        else Text("sampling error could explain it", "標本誤差の範囲内である")
    )
    remarks = [
        Text(
            f"The least certain step, “{a.en}” over “{b.en}”, is {plain(100 * gap.estimate)} "
            f"points (95% interval {plain(100 * gap.low)} to {plain(100 * gap.high)}; adjusted "
            f"p {p_text(p)}): {tail.en}.",
            f"最も不確かな「{a.ja}」と「{b.ja}」の差は{plain(100 * gap.estimate)}ポイント"
            f"（95%信頼区間{plain(100 * gap.low)}〜{plain(100 * gap.high)}、調整済み"
            f"p{p_text(p).replace(' ', '')}）で、{tail.ja}。",
        )
    ]
    unsafe = [step for step in steps if not step.safe]
    if unsafe:
        remarks += safe_remark(False, missing_of(unsafe[0].rows)[2], REVERSE)
    numbers = (
        Number("least lead", 100 * gap.estimate, "points"),
        Number("least lead, low", 100 * gap.low, "points"),
        Number("least lead, high", 100 * gap.high, "points"),
        Number("largest adjusted p", p, "p"),
    )
    return beyond, not unsafe, tuple(remarks), numbers


def judge_rank(survey: Survey, arguments: Arguments) -> Finding:
    """Options come first, then, then ...; or, without order, before the rest."""
    rows = rows_of(survey, arguments)
    among = arguments.get("among", "all")
    ordered = arguments.get("ordered", "yes") == "yes"
    steps, broken = _order_steps(survey, rows, arguments["order"], among, ordered)
    wrong = disagreeing(survey, rows, arguments)
    adjusted = holm([step.p for step in steps])
    beyond, safe, remarks, numbers = _steps_remarks(survey, steps, adjusted)
    chosen = [pick(survey, rows, option) for option in arguments["order"]]
    shown, after = named(chosen), steps[-1].second
    following = (
        Text(
            f", then “{after.option.label.en}” {after.percent}%",
            f"、次が「{after.option.label.ja}」{after.percent}%",
        )
        if after not in chosen
        else Text("", "")
    )
    facts = Text(
        f"The table gives {shown.en}{following.en} ({base_of(rows).en}).",
        f"表の値は{shown.ja}{following.ja}（{base_of(rows).ja}）。",
    )
    top = ranked(rows)[0]
    if among == "substantive" and top not in chosen:
        remarks = (
            Text(
                f"The most frequent answer of all is “{top.option.label.en}”, {top.percent}%.",
                f"回答全体で最も多いのは「{top.option.label.ja}」{top.percent}%である。",
            ),
            *remarks,
        )
    stated = not broken and not wrong
    return Finding(
        stated=stated,
        facts=facts,
        numbers=(*numbers_of([*chosen, *([after] if after not in chosen else [])]), *numbers),
        beyond_error=beyond,
        safe=safe,
        remarks=(*mismatch(wrong), *(remarks if not broken else _broken(steps))),
    )


def _broken(steps: Sequence[_Step]) -> tuple[Text, ...]:
    bad = [step for step in steps if step.second.percent > step.first.percent]
    return tuple(
        Text(
            f"“{step.second.option.label.en}” ({step.second.percent}%) exceeds "
            f"“{step.first.option.label.en}” ({step.first.percent}%).",
            f"「{step.second.option.label.ja}」（{step.second.percent}%）が"
            f"「{step.first.option.label.ja}」（{step.first.percent}%）を上回る。",
        )
        for step in bad
    )


def judge_threshold(survey: Survey, arguments: Arguments) -> Finding:
    """A sum of options lies over or under a percentage."""
    rows = rows_of(survey, arguments)
    chosen = [pick(survey, rows, option) for option in arguments["options"]]
    question = survey.question(rows[0].question_id)
    if len(chosen) > 1 and question.answer_type == "multiple":
        raise ArgumentError(f"sums options of {question.id}, whose answers are not exclusive")
    over = "over" in arguments
    limit = decimal_of(arguments["over" if over else "under"])
    n = rows[0].n
    counts = sum_within(rows, arguments["options"]) if len(chosen) > 1 else chosen[0].counts
    printed = sum((item.percent for item in chosen), Decimal(0))
    missing, silent, silent_percent = missing_of(rows)
    interval = wilson(counts, n)
    answered = 100 * counts.middle / (n - (missing.counts.middle if missing else 0))
    edge = float(limit) / 100
    wrong = disagreeing(survey, rows, arguments)
    true = printed > limit if over else printed < limit
    beyond = interval.low > edge if over else interval.high < edge
    safe = counts.low / n > edge if over else (counts.high + silent) / n < edge
    shown = named(chosen)
    remarks = list(mismatch(wrong))
    if not beyond:
        remarks.append(
            Text(
                f"The interval includes {limit}%: sampling error could explain it.",
                f"信頼区間は{limit}%を含み、標本誤差の範囲内である。",
            )
        )
    if not safe and true:
        remarks += safe_remark(False, silent_percent, Text("overturn it", "覆り"))
    total = Text(f"sum {printed}%", f"合計{printed}%") if len(chosen) > 1 else Text("", "")
    return Finding(
        stated=true and not wrong,
        facts=Text(
            f"The table gives {shown.en}{': ' if total else ''}{total.en} ({base_of(rows).en}; 95% "
            f"interval {100 * interval.low:.1f} to {100 * interval.high:.1f}; among those who "
            f"answered {answered:.1f}%).",
            f"表の値は{shown.ja}{'、' if total else ''}{total.ja}（{base_of(rows).ja}、95%信頼区間"
            f"{100 * interval.low:.1f}〜{100 * interval.high:.1f}、無回答を除くと"
            f"{answered:.1f}%）。",
        ),
        numbers=(
            *numbers_of(chosen),
            Number("sum", printed, "percent"),
            Number("interval, low", 100 * interval.low, "percent"),
            Number("interval, high", 100 * interval.high, "percent"),
            Number("among those who answered", answered, "percent"),
        ),
        answered=not wrong and (answered > limit if over else answered < limit),
        beyond_error=beyond,
        safe=safe,
        remarks=tuple(remarks),
    )


def judge_restriction(survey: Survey, arguments: Arguments) -> Finding:
    """Only these options lie over a percentage."""
    rows = rows_of(survey, arguments)
    limit = decimal_of(arguments["over"])
    edge = float(limit) / 100
    inside = [pick(survey, rows, option) for option in arguments["options"]]
    outside = [item for item in ranked(rows, "substantive", "other") if item not in inside]
    _, silent, silent_percent = missing_of(rows)
    least, most = min(inside, key=lambda item: item.percent), outside[0]
    wrong = disagreeing(survey, rows, arguments)
    true = least.percent > limit >= most.percent
    beyond = least.interval().low > edge > most.interval().high
    safe = least.counts.low / least.n > edge > (most.counts.high + silent) / most.n
    answered = answered_share(least, rows) > edge >= answered_share(most, rows)
    shown = named(inside)
    low, high = 100 * least.interval().low, 100 * most.interval().high
    remarks = list(mismatch(wrong))
    remarks.append(
        Text(
            f"The lowest of them reaches down to {low:.1f}%, the next option up to {high:.1f}% "
            "(95% intervals).",
            f"95%信頼区間では、そのうち最も低い項目の下限が{low:.1f}%、次の項目の上限が{high:.1f}%である。",
        )
    )
    if true and not safe:
        remarks += safe_remark(False, silent_percent, Text("add to them", "該当する項目が増え"))
    return Finding(
        stated=true and not wrong,
        facts=Text(
            f"Over {limit}% the table has {shown.en}; the next is “{most.option.label.en}”, "
            f"{most.percent}% ({base_of(rows).en}).",
            f"表で{limit}%を超えるのは{shown.ja}、次は「{most.option.label.ja}」"
            f"{most.percent}%である（{base_of(rows).ja}）。",
        ),
        numbers=(
            *numbers_of([*inside, most]),
            Number("lowest, interval low", low, "percent"),
            Number("next, interval high", high, "percent"),
        ),
        answered=answered and not wrong,
        beyond_error=beyond,
        safe=safe,
        remarks=tuple(remarks),
    )


def judge_top_in_groups(survey: Survey, arguments: Arguments) -> Finding:
    """One option comes first in each of several groups."""
    steps: list[_Step] = []
    parts: list[Text] = []
    numbers: list[Number] = []
    for group in arguments["groups"]:
        rows = rows_of(survey, arguments, group)
        top = pick(survey, rows, arguments["option"])
        second = next(item for item in ranked(rows) if item != top)
        steps.append(_step(survey, rows, top, second))
        label = survey.group(group).label
        forced = top.counts.forced, second.counts.forced
        firms = (
            Text(f", {forced[0]} firms against {forced[1]}", f"、{forced[0]}社対{forced[1]}社")
            if None not in forced and top.n < 100
            else Text("", "")
        )
        parts.append(
            Text(
                f"{label.en} {top.percent}% against “{second.option.label.en}” "
                f"{second.percent}% (n = {top.n:,}{firms.en})",
                f"{label.ja}では{top.percent}%対「{second.option.label.ja}」{second.percent}%"
                f"（n={top.n:,}{firms.ja}）",
            )
        )
        numbers += numbers_of([top, second])
    failing = [step for step in steps if step.second.percent > step.first.percent]
    adjusted = holm([step.p for step in steps])
    beyond, safe, remarks, extra = _steps_remarks(survey, steps, adjusted)
    label = steps[0].first.option.label
    if failing:
        step = failing[0]
        gap = lead(step.second, step.first, exclusive=False)
        names = survey.group(step.first.group).label
        remarks = (
            Text(
                f"In {names.en} “{step.second.option.label.en}” comes first, by "
                f"{plain(100 * gap.estimate)} points (95% interval {plain(100 * gap.low)} to "
                f"{plain(100 * gap.high)}): which of both leads there cannot be told.",
                f"{names.ja}で最も多いのは「{step.second.option.label.ja}」であり、差は"
                f"{plain(100 * gap.estimate)}ポイント（95%信頼区間{plain(100 * gap.low)}〜"
                f"{plain(100 * gap.high)}）で、どちらが多いかは判断できない。",
            )
            if gap.low <= 0
            else Text(
                f"In {names.en} “{step.second.option.label.en}” comes first, by "
                f"{plain(100 * gap.estimate)} points (95% interval {plain(100 * gap.low)} to "
                f"{plain(100 * gap.high)}).",
                f"{names.ja}で最も多いのは「{step.second.option.label.ja}」であり、差は"
                f"{plain(100 * gap.estimate)}ポイント（95%信頼区間{plain(100 * gap.low)}〜"
                f"{plain(100 * gap.high)}）である。",
            ),
        )
    return Finding(
        stated=not failing,
        facts=Text(
            f"“{label.en}”: " + "; ".join(part.en for part in parts) + ".",
            f"「{label.ja}」は" + "、".join(part.ja for part in parts) + "。",
        ),
        numbers=(*numbers, *extra),
        beyond_error=beyond,
        safe=safe,
        remarks=remarks,
    )


def judge_same_top(survey: Survey, arguments: Arguments) -> Finding:
    """The same options come first in each of several waves."""
    steps: list[_Step] = []
    parts: list[Text] = []
    numbers: list[Number] = []
    for wave in arguments["waves"]:
        rows = survey.answers(arguments["question"], wave)
        chosen = [pick(survey, rows, option) for option in arguments["options"]]
        rest = [item for item in ranked(rows) if item not in chosen]
        lowest = min(chosen, key=lambda item: item.percent)
        steps.append(_step(survey, rows, lowest, rest[0]))
        shown = named(sorted(chosen, key=lambda item: -item.percent))
        following = rest[0]
        parts.append(
            Text(
                f"{wave}: {shown.en}, next “{following.option.label.en}” {following.percent}%",
                f"{wave}年度は{shown.ja}、次が「{following.option.label.ja}」{following.percent}%",
            )
        )
        numbers += numbers_of([*chosen, following])
    beyond, safe, remarks, extra = _steps_remarks(survey, steps, holm([s.p for s in steps]))
    true = all(step.first.percent > step.second.percent for step in steps)
    return Finding(
        stated=true,
        facts=Text(
            "; ".join(part.en for part in parts) + ".", "、".join(part.ja for part in parts) + "。"
        ),
        numbers=(*numbers, *extra),
        beyond_error=beyond,
        safe=safe,
        remarks=remarks if true else _broken(steps),
    )


def judge_same_order(survey: Survey, arguments: Arguments) -> Finding:
    """The same options come first, in one order, in the charts of two questions."""
    first, second = (survey.answers(name) for name in arguments["questions"])
    order = arguments["order"]
    lines = [_order_steps(survey, rows, order, "all") for rows in (first, second)]
    steps = [step for found, _ in lines for step in found]
    beyond, safe, remarks, extra = _steps_remarks(survey, steps, holm([s.p for s in steps]))
    true = not any(broken for _, broken in lines)
    chosen = [[pick(survey, rows, option) for option in order] for rows in (first, second)]
    titles = [survey.question(name).title for name in arguments["questions"]]
    gaps = [lead(a, b, exclusive=False) for a, b in zip(*chosen, strict=True)]
    widest = max(gaps, key=lambda gap: abs(gap.estimate))
    shown = [named(line) for line in chosen]
    return Finding(
        stated=true,
        facts=Text(
            f"{titles[0].en}: {shown[0].en}. {titles[1].en}: {shown[1].en} ({base_of(first).en}).",
            f"{titles[0].ja}は{shown[0].ja}、{titles[1].ja}は{shown[1].ja}（{base_of(first).ja}）。",
        ),
        numbers=(
            *numbers_of([*chosen[0], *chosen[1]]),
            *extra,
            Number("widest difference between the charts", 100 * widest.estimate, "points"),
            Number("widest difference, low", 100 * widest.low, "points"),
            Number("widest difference, high", 100 * widest.high, "points"),
        ),
        beyond_error=beyond,
        safe=safe,
        remarks=(
            Text(
                "Between the charts the same firms differ by "
                f"{plain(abs(100 * widest.estimate))} points at most.",
                f"両図の差は最大{plain(abs(100 * widest.estimate))}ポイントである。",
            ),
            *(remarks if true else _broken(steps)),
        ),
    )
