"""Claims about one chart: values, order, sums and limits of the options of a question.

The same firms answered every option, so an order is tested as paired answers at the worst overlap
(McNemar). An order of several options is so only if each step of it is, so each step is held
against 5% unadjusted (intersection-union test; Berger, 1982), and the least certain one is shown.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sme_survey.judgement.comparisons import LEVEL, answered_share, lead, ranked
from sme_survey.judgement.response import sum_within
from sme_survey.judgement.verdicts import (
    CHANGE,
    MISPRINTED,
    NOTHING,
    REPEATED,
    ArgumentError,
    Arguments,
    Finding,
    Number,
    Outcome,
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
    silent_remark,
    visible,
)
from sme_survey.numbers.intervals import wilson
from sme_survey.numbers.overlap import break_even_overlap
from sme_survey.numbers.power import smallest_paired_difference
from sme_survey.numbers.testing import mcnemar_worst_p
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
        MISPRINTED if wrong else REPEATED,
        facts=Text(
            f"The table gives {shown.en} ({base_of(rows).en}; 95% interval {en}).",
            f"表の値は{shown.ja}（{base_of(rows).ja}、95%信頼区間{ja}）。",
        ),
        numbers=numbers_of(chosen),
        remarks=tuple(rounded),
    )


@dataclass(frozen=True)
class _Step:
    """One step of an order: ``first`` is said to be chosen by more firms than ``second``."""

    first: Answer
    second: Answer
    rows: Sequence[Answer]
    exclusive: bool
    p: float

    @property
    def agrees(self) -> bool:
        """Whether the printed percentages are in that order; equal ones are."""
        return self.first.percent >= self.second.percent

    @property
    def settled(self) -> bool:
        """Whether no choice of the no-answers turns the printed order round."""
        _, silent, _ = missing_of(self.rows)
        more, less = (self.first, self.second) if self.agrees else (self.second, self.first)
        return not silent or more.counts.low > less.counts.high + silent


def _step(survey: Survey, rows: Sequence[Answer], first: Answer, second: Answer) -> _Step:
    exclusive = survey.question(rows[0].question_id).answer_type == "single"
    p = mcnemar_worst_p(first.counts, second.counts, first.n, exclusive)
    return _Step(first, second, rows, exclusive, p)


def _order_steps(
    survey: Survey, rows: Sequence[Answer], order: Sequence[str], among: str, ordered: bool = True
) -> list[_Step]:
    """Neighbours in a stated order, and the last of them before the best option left.

    Without an order among the options, the least of them is held against the best option left.
    """
    chosen = [pick(survey, rows, option) for option in order]
    kept = ranked(rows, "substantive", "other") if among == "substantive" else ranked(rows)
    rest = [item for item in kept if item not in chosen]
    line = [*(chosen if ordered else [min(chosen, key=lambda item: item.percent)]), *rest[:1]]
    return [_step(survey, rows, a, b) for a, b in itertools.pairwise(line)]


def _weigh_steps(steps: Sequence[_Step]) -> Outcome:
    """An order agrees if each step does; one step that does not is enough against it."""
    against = [step for step in steps if not step.agrees]
    if against:
        return Outcome.weigh(
            False,
            clear=any(step.p < LEVEL for step in against),
            settled=any(step.settled for step in against),
        )
    return Outcome.weigh(
        True,
        clear=all(step.p < LEVEL for step in steps),
        settled=all(step.settled for step in steps),
    )


def _overlap_remark(survey: Survey, step: _Step) -> tuple[Text, ...]:
    """What overlap of two answers would make their order clear, and what independence gives."""
    if step.exclusive or step.p < LEVEL:
        return ()
    a, b = step.first.option.label, step.second.option.label
    units, many = survey.names["units"], survey.names.many
    found = break_even_overlap(step.first.counts, step.second.counts, step.first.n)
    if found.both is None:
        return (
            Text(
                f"How many {units.en} named both “{a.en}” and “{b.en}” is not in the table; no "
                "number of them would make this order clear.",
                f"「{a.ja}」と「{b.ja}」の両方を選んだ{units.ja}の数は表になく、{many('何').ja}で"
                "あってもこの順序は明確にならない。",
            ),
        )
    tells = found.independent_p < LEVEL
    return (
        Text(
            f"How many {units.en} named both “{a.en}” and “{b.en}” is not in the table. If "
            f"{found.both:,} or more did (of at most {found.most:,}; phi {plain(found.phi, 2)}), "
            "this order is clear; were the two answers independent, some "
            f"{found.independent:,} did, and it is{'' if tells else ' not'}.",
            f"「{a.ja}」と「{b.ja}」の両方を選んだ{units.ja}の数は表にない。{many(found.both).ja}以上"
            f"（最大{many(found.most).ja}、φ={plain(found.phi, 2)}）ならこの順序は明確である。"
            f"2つの回答が独立なら約{many(found.independent).ja}となり、順序は明確"
            f"{'である' if tells else 'でない'}。",
        ),
    )


def _steps_remarks(
    survey: Survey, steps: Sequence[_Step]
) -> tuple[tuple[Text, ...], tuple[Number, ...]]:
    """What is least certain of an order, in words, and the numbers behind."""
    weakest = max(steps, key=lambda step: (step.p, step.second.percent - step.first.percent))
    gap = lead(weakest.first, weakest.second, weakest.exclusive)
    points = weakest.first.percent - weakest.second.percent
    a, b = weakest.first.option.label, weakest.second.option.label
    least = len(steps) > 1
    worst = (
        NOTHING
        if weakest.exclusive
        else Text(" at the least favourable overlap", "は重なりが最も不利な場合で")
    )
    tail = (
        Text("sampling error does not explain it", "標本誤差では説明できない")
        if weakest.p < LEVEL
        else Text(
            "a sample of this size cannot tell which is larger",
            "この規模の標本ではどちらが多いか判断できない",
        )
    )
    remarks = [
        Text(
            f"{'Least certain: ' if least else ''}“{a.en}” leads “{b.en}” by "
            f"{plain(points)} points (95% interval{worst.en} "
            f"{plain(100 * gap.low)} to {plain(100 * gap.high)}; p {p_text(weakest.p)}): "
            f"{tail.en}.",
            f"{'最も不確かな' if least else ''}「{a.ja}」と「{b.ja}」の差は"
            f"{plain(points)}ポイント（95%信頼区間{worst.ja}"
            f"{plain(100 * gap.low)}〜{plain(100 * gap.high)}、"
            f"p{p_text(weakest.p).replace(' ', '')}）で、{tail.ja}。",
        )
    ]
    if weakest.p >= LEVEL:
        remarks += visible(
            smallest_paired_difference(
                weakest.second.proportion, weakest.first.n, exclusive=weakest.exclusive
            )
        )
        for step in steps:
            remarks += _overlap_remark(survey, step)
    unsafe = [step for step in steps if not step.settled]
    if unsafe:
        remarks += silent_remark(missing_of(unsafe[0].rows)[2], CHANGE)
    numbers = (
        Number("least lead", points, "points"),
        Number("least lead, low", 100 * gap.low, "points"),
        Number("least lead, high", 100 * gap.high, "points"),
        Number("largest p of a step", weakest.p, "p"),
    )
    return tuple(remarks), numbers


def judge_rank(survey: Survey, arguments: Arguments) -> Finding:
    """Options come first, then, then ...; or, without order, before the rest."""
    rows = rows_of(survey, arguments)
    among = arguments.get("among", "all")
    ordered = arguments.get("ordered", "yes") == "yes"
    steps = _order_steps(survey, rows, arguments["order"], among, ordered)
    wrong = disagreeing(survey, rows, arguments)
    outcome = _weigh_steps(steps)
    remarks, numbers = _steps_remarks(survey, steps)
    if outcome.printed == "disagrees":
        remarks = _broken(steps)
    chosen = [pick(survey, rows, option) for option in arguments["order"]]
    shown, after = named(chosen), steps[-1].second
    following = (
        Text(
            f", then “{after.option.label.en}” {after.percent}%",
            f"、次が「{after.option.label.ja}」{after.percent}%",
        )
        if after not in chosen
        else NOTHING
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
    return Finding(
        MISPRINTED if wrong else outcome,
        facts=facts,
        numbers=(*numbers_of([*chosen, *([after] if after not in chosen else [])]), *numbers),
        remarks=(*mismatch(wrong), *remarks),
    )


def _broken(steps: Sequence[_Step]) -> tuple[Text, ...]:
    return tuple(
        Text(
            f"“{step.second.option.label.en}” ({step.second.percent}%) exceeds "
            f"“{step.first.option.label.en}” ({step.first.percent}%; p {p_text(step.p)}).",
            f"「{step.second.option.label.ja}」（{step.second.percent}%）が"
            f"「{step.first.option.label.ja}」（{step.first.percent}%、"
            f"p{p_text(step.p).replace(' ', '')}）を上回る。",
        )
        for step in steps
        if not step.agrees
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
    above = true == over  # on which side of the limit the printed sum lies
    outcome = Outcome.weigh(
        true,
        clear=interval.low > edge if above else interval.high < edge,
        settled=counts.low / n > edge if above else (counts.high + silent) / n < edge,
        answered=answered > limit if over else answered < limit,
    )
    shown = named(chosen)
    remarks = list(mismatch(wrong))
    if outcome.sampling == "within_error":
        remarks.append(
            Text(
                f"The interval includes {limit}%: a sample of this size cannot tell on which side "
                "the share lies.",
                f"信頼区間は{limit}%を含み、この規模の標本ではどちら側にあるか判断できない。",
            )
        )
    if outcome.no_answers == "unsafe_in_worst_case":
        remarks += silent_remark(silent_percent, CHANGE)
    total = Text(f"sum {printed}%", f"合計{printed}%") if len(chosen) > 1 else NOTHING
    return Finding(
        MISPRINTED if wrong else outcome,
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
        remarks=tuple(remarks),
    )


def judge_threshold_each(survey: Survey, arguments: Arguments) -> Finding:
    """The same sum of options lies over a percentage in each of several questions."""
    names = arguments["questions"]
    shared = {key: arguments[key] for key in ("options", "over")}
    found = [judge_threshold(survey, {"question": name, **shared}) for name in names]
    titles = [survey.question(name).title for name in names]
    against = [item.outcome for item in found if item.outcome.printed == "disagrees"]
    rest = against or [item.outcome for item in found]
    decide = any if against else all
    return Finding(
        Outcome.weigh(
            not against,
            clear=decide(item.sampling == "clear" for item in rest),
            settled=decide(item.no_answers == "safe" for item in rest),
            answered=all(item.no_answers == "only_among_answered" for item in against),
        ),
        facts=Text(
            " ".join(f"“{t.en}”: {f.facts.en}" for t, f in zip(titles, found, strict=True)),
            "".join(f"「{t.ja}」：{f.facts.ja}" for t, f in zip(titles, found, strict=True)),
        ),
        numbers=tuple(number for item in found for number in item.numbers),
        remarks=tuple(dict.fromkeys(remark for item in found for remark in item.remarks)),
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
    low, high = least.interval().low, most.interval().high
    if true:
        clear = low > edge > high
        settled = least.counts.low / least.n > edge > (most.counts.high + silent) / most.n
    else:
        clear = least.interval().high < edge or most.interval().low > edge
        settled = (least.counts.high + silent) / least.n < edge or most.counts.low / most.n > edge
    outcome = Outcome.weigh(
        true,
        clear=clear,
        settled=settled,
        answered=answered_share(least, rows) > edge >= answered_share(most, rows),
    )
    shown = named(inside)
    remarks = list(mismatch(wrong))
    remarks.append(
        Text(
            f"The lowest of them reaches down to {100 * low:.1f}%, the next option up to "
            f"{100 * high:.1f}% (95% intervals).",
            f"95%信頼区間では、そのうち最も低い項目の下限が{100 * low:.1f}%、"
            f"次の項目の上限が{100 * high:.1f}%である。",
        )
    )
    if outcome.no_answers == "unsafe_in_worst_case":
        remarks += silent_remark(silent_percent, CHANGE)
    return Finding(
        MISPRINTED if wrong else outcome,
        facts=Text(
            f"Over {limit}% the table has {shown.en}; the next is “{most.option.label.en}”, "
            f"{most.percent}% ({base_of(rows).en}).",
            f"表で{limit}%を超えるのは{shown.ja}、次は「{most.option.label.ja}」"
            f"{most.percent}%である（{base_of(rows).ja}）。",
        ),
        numbers=(
            *numbers_of([*inside, most]),
            Number("lowest, interval low", 100 * low, "percent"),
            Number("next, interval high", 100 * high, "percent"),
        ),
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
        firms = _counts(survey, top, second)
        parts.append(
            Text(
                f"{label.en} {top.percent}% against “{second.option.label.en}” "
                f"{second.percent}% (n = {top.n:,}{firms.en})",
                f"「{label.ja}」で{top.percent}%（「{second.option.label.ja}」は"
                f"{second.percent}%、n={top.n:,}{firms.ja}）",
            )
        )
        numbers += numbers_of([top, second])
    failing = [step for step in steps if not step.agrees]
    remarks, extra = _steps_remarks(survey, steps)
    if failing:
        remarks = (*_lead_remark(survey, failing[0]), *_without_other(survey, failing[0]))
    label = steps[0].first.option.label
    return Finding(
        _weigh_steps(steps),
        facts=Text(
            f"“{label.en}”: " + "; ".join(part.en for part in parts) + ".",
            f"「{label.ja}」は" + "、".join(part.ja for part in parts) + "である。",
        ),
        numbers=(*numbers, *extra),
        remarks=remarks,
    )


def _counts(survey: Survey, first: Answer, second: Answer) -> Text:
    """The counts behind two shares of a small base, where both are known."""
    a, b = first.counts.forced, second.counts.forced
    if a is None or b is None or first.n >= 100:
        return NOTHING
    many = survey.names.many
    return Text(f", {many(a).en} against {b}", f"、{many(a).ja}対{many(b).ja}")


def _lead_remark(survey: Survey, step: _Step) -> tuple[Text, ...]:
    """The option that leads instead, and how surely."""
    gap = lead(step.second, step.first, step.exclusive)
    points = step.second.percent - step.first.percent
    group = survey.group(step.first.group).label
    label = step.second.option.label
    tail = (
        Text("", "である")
        if step.p < LEVEL
        else Text(
            ": a sample of this size cannot tell which leads there",
            "で、この規模の標本ではどちらが多いか判断できない",
        )
    )
    return (
        Text(
            f"In {group.en} “{label.en}” comes first, by {plain(points)} points (95% "
            f"interval {plain(100 * gap.low)} to {plain(100 * gap.high)}){tail.en}.",
            f"「{group.ja}」で最も多いのは「{label.ja}」であり、差は{plain(points)}ポイント"
            f"（95%信頼区間{plain(100 * gap.low)}〜{plain(100 * gap.high)}）{tail.ja}。",
        ),
    )


def _without_other(survey: Survey, step: _Step) -> tuple[Text, ...]:
    """What leads where the answer that leads is "other" and is left out."""
    if step.second.option.role != "other":
        return ()
    rest = [item for item in ranked(step.rows) if item.option.role != "other"]
    tied = [item for item in rest if item.percent == rest[0].percent]
    names = Text(
        join_en(f"“{item.option.label.en}”" for item in tied),
        "".join(f"「{item.option.label.ja}」" for item in tied),
    )
    count = rest[0].counts.forced
    many = survey.names.many
    each = (
        NOTHING if count is None else Text(f" ({many(count).en} each)", f"（各{many(count).ja}）")
    )
    if len(tied) == 1:
        return (
            Text(
                f"Without “{step.second.option.label.en}”, {names.en} leads, {rest[0].percent}%.",
                f"「{step.second.option.label.ja}」を除くと{names.ja}が{rest[0].percent}%で"
                "最も多い。",
            ),
        )
    return (
        Text(
            f"Without “{step.second.option.label.en}”, {len(tied)} reasons tie at "
            f"{rest[0].percent}%{each.en}: {names.en}.",
            f"「{step.second.option.label.ja}」を除くと、{names.ja}の{len(tied)}つが"
            f"{rest[0].percent}%{each.ja}で並ぶ。",
        ),
    )


def judge_same_top(survey: Survey, arguments: Arguments) -> Finding:
    """The same options come first in each of several waves."""
    steps: list[_Step] = []
    parts: list[Text] = []
    numbers: list[Number] = []
    for wave in arguments["waves"]:
        rows, short = survey.answers(arguments["question"], wave), survey.wave(wave).short
        chosen = [pick(survey, rows, option) for option in arguments["options"]]
        rest = [item for item in ranked(rows) if item not in chosen]
        lowest = min(chosen, key=lambda item: item.percent)
        steps.append(_step(survey, rows, lowest, rest[0]))
        shown = named(sorted(chosen, key=lambda item: -item.percent))
        following = rest[0]
        parts.append(
            Text(
                f"{short.en}: {shown.en}, next “{following.option.label.en}” {following.percent}%",
                f"{short.ja}は{shown.ja}、次が「{following.option.label.ja}」{following.percent}%",
            )
        )
        numbers += numbers_of([*chosen, following])
    outcome = _weigh_steps(steps)
    remarks, extra = _steps_remarks(survey, steps)
    return Finding(
        outcome,
        facts=Text(
            "; ".join(part.en for part in parts) + ".", "、".join(part.ja for part in parts) + "。"
        ),
        numbers=(*numbers, *extra),
        remarks=_broken(steps) if outcome.printed == "disagrees" else remarks,
    )
