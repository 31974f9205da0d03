"""How each kind of claim is held against the tables: what it needs, and the verdict it gets.

A claim says something about the published numbers. Its kind fixes the test:

``value``         options stand in the table with the percentages stated
``rank``          options come first, then, then ... in a chart (or, without order, before the rest)
``threshold``     a sum of options lies over or under a percentage
``restriction``   only these options lie over a percentage
``change``        an option rose or fell between the waves, by so much, in points or per cent
``single_change`` the same for a number that stands in sentences only
``ordering``      a share rises or falls along ordered groups, step by step or as a trend
``higher``        a share is higher in some groups than in others
``top_in_groups`` one option comes first in each of several groups
``count``         more than a part of the options rose or fell
``same_top``      the same options come first in each of several waves
``same_order``    the same options come first, in one order, in the charts of two questions
``any_incident``  the share of firms with at least one incident
``tally``         counts in the small tables
``name``          a thing carries one name throughout
``unpublished``, ``not_asked``, ``outside``, ``no_yardstick``   cannot be checked; says what lacks

Ranks within a chart are tested as paired answers of the same firms at the worst overlap (McNemar,
Holm over the neighbours compared); sums by Wilson intervals of whole counts; waves by the
Holm-adjusted test over the whole chart; groups as independent samples. No-answers enter twice: the
share among those who answered, and the worst case, in which they could have said anything.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any, Literal

from sme_survey.judgement.comparisons import (
    LEVEL,
    Change,
    answer_bounds,
    answered_share,
    any_of,
    lead,
    no_answer,
    ranked,
    wave_changes,
)
from sme_survey.judgement.response import any_incident, sum_within
from sme_survey.numbers.counts import possible_counts
from sme_survey.numbers.intervals import newcombe, wilson
from sme_survey.numbers.testing import cochran_armitage, holm, mcnemar_worst_p, two_proportion_p
from sme_survey.survey.model import CURRENT, PREVIOUS, Answer, Survey, UnknownName
from sme_survey.survey.text import Text

Verdict = Literal[
    "holds",
    "holds_not_beyond_error",
    "holds_only_if_no_answers_ignored",
    "does_not_hold",
    "cannot_be_checked",
]

VERDICTS: dict[Verdict, Text] = {
    "holds": Text("holds", "成り立つ"),
    "holds_not_beyond_error": Text(
        "holds, but not beyond sampling error", "成り立つが、標本誤差の範囲を超えない"
    ),
    "holds_only_if_no_answers_ignored": Text(
        "holds only if no-answers are ignored", "無回答を考慮しない場合に限り成り立つ"
    ),
    "does_not_hold": Text("does not hold", "成り立たない"),
    "cannot_be_checked": Text(
        "cannot be checked from what is published", "公表された情報では確認できない"
    ),
}

Unit = Literal["percent", "points", "count", "p", "z"]
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Number:
    """A number that a verdict rests on: where it comes from, its value and unit."""

    name: str
    value: Decimal | float | int
    unit: Unit


@dataclass(frozen=True)
class Finding:
    """What the tables say about a claim.

    ``stated``: the claim agrees with the printed numbers (None: cannot be checked).
    ``answered``: it agrees among those who answered (None: the same, or not applicable).
    ``beyond_error``: sampling error alone would not explain it (None: nothing to test).
    ``safe``: no choice of the no-answers overturns it (None: not applicable, or not known).
    ``slip``: what is amiss with the unit or the name in which it is printed.
    """

    stated: bool | None
    facts: Text
    numbers: tuple[Number, ...] = ()
    answered: bool | None = None
    beyond_error: bool | None = None
    safe: bool | None = None
    remarks: tuple[Text, ...] = ()
    slip: Text = field(default_factory=lambda: Text("", ""))

    @property
    def verdict(self) -> Verdict:
        """The first thing that stands against the claim, or that it holds."""
        if self.stated is None:
            return "cannot_be_checked"
        if not self.stated:
            return "holds_only_if_no_answers_ignored" if self.answered else "does_not_hold"
        if self.beyond_error is False:
            return "holds_not_beyond_error"
        if self.answered is False or self.safe is False:
            return "holds_only_if_no_answers_ignored"
        return "holds"

    @property
    def sentence(self) -> Text:
        """All of it in words."""
        parts = [self.facts, *self.remarks, *([self.slip] if self.slip else [])]
        return Text(" ".join(part.en for part in parts), "".join(part.ja for part in parts))


class ArgumentError(ValueError):
    """The arguments of a claim do not fit its kind."""


@dataclass(frozen=True)
class Kind:
    """A kind of claim: the arguments it takes (required and optional) and its test."""

    evaluate: Callable[[Survey, Arguments], Finding]
    required: Mapping[str, type | tuple[type, ...]]
    optional: Mapping[str, type | tuple[type, ...]] = field(default_factory=dict)

    def check(self, arguments: object) -> Arguments:
        """The arguments, if each is known and of the right type; ArgumentError otherwise."""
        if not isinstance(arguments, dict):
            raise ArgumentError("is not a JSON object")
        for name in self.required:
            if name not in arguments:
                raise ArgumentError(f"lacks {name!r}")
        known = {**self.required, **self.optional}
        for name, value in arguments.items():
            if name not in known:
                raise ArgumentError(f"has {name!r}; expected {', '.join(sorted(known))}")
            if not isinstance(value, known[name]) or isinstance(value, bool):
                raise ArgumentError(f"has {name!r} = {value!r}, which is of the wrong type")
        for name in ("values", "singles"):
            for value in dict(arguments.get(name, {})).values():
                _decimal(value)
        for name in ("over", "under", "at_least", "by", "from", "to", "value"):
            if name in arguments:
                _decimal(arguments[name])
        return arguments


def _decimal(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except ArithmeticError:
        raise ArgumentError(f"holds {value!r}; expected a number") from None


def same_number(printed: str, value: Decimal) -> bool:
    """Whether a percentage of the table is what a sentence prints, at the sentence's decimals."""
    stated = _decimal(printed)
    return value.quantize(stated, ROUND_HALF_UP) == stated


def p_text(p: float) -> str:
    """A p-value in words: three decimals, "< 0.001" below."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _points(value: Decimal | float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _plain(value: Decimal | float) -> str:
    return f"{value:.1f}".replace("-", "−")


def _join_en(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _named(answers: Iterable[Answer]) -> Text:
    items = list(answers)
    return Text(
        _join_en(f"“{item.option.label.en}” {item.percent}%" for item in items),
        "、".join(f"「{item.option.label.ja}」{item.percent}%" for item in items),
    )


def _numbers(answers: Iterable[Answer]) -> tuple[Number, ...]:
    return tuple(
        Number(
            f"{item.question_id}/{item.wave}/{item.group}/{item.option.id}", item.percent, "percent"
        )
        for item in answers
    )


def _rows(survey: Survey, arguments: Arguments, group: str | None = None) -> tuple[Answer, ...]:
    return survey.answers(
        arguments["question"],
        arguments.get("wave", CURRENT),
        group or arguments.get("group", "total"),
    )


def _pick(survey: Survey, rows: Sequence[Answer], option_id: str) -> Answer:
    option = survey.question(rows[0].question_id).option(option_id)
    return next(item for item in rows if item.option == option)


def _values_agree(survey: Survey, rows: Sequence[Answer], arguments: Arguments) -> list[Answer]:
    """The rows whose printed value differs from the value that the claim states."""
    return [
        answer
        for option, value in arguments.get("values", {}).items()
        if not same_number(value, (answer := _pick(survey, rows, option)).percent)
    ]


def _mismatch(wrong: Sequence[Answer]) -> tuple[Text, ...]:
    if not wrong:
        return ()
    shown = _named(wrong)
    return (Text(f"The table says {shown.en}.", f"表の値は{shown.ja}である。"),)


def _missing(rows: Sequence[Answer]) -> tuple[Answer | None, int, float]:
    """The no-answer row, its largest count, and its percentage."""
    missing = no_answer(rows)
    return missing, missing.counts.high if missing else 0, float(missing.percent) if missing else 0


def _base(rows: Sequence[Answer]) -> Text:
    return Text(f"n = {rows[0].n:,}", f"n={rows[0].n:,}")


def _safe_remark(safe: bool, percent: float, turned: Text) -> tuple[Text, ...]:
    if safe:
        return ()
    return (
        Text(
            f"The {percent:.1f}% who did not answer could {turned.en}.",
            f"無回答{percent:.1f}%の内訳次第で{turned.ja}得る。",
        ),
    )


REVERSE = Text("reverse it", "逆転し")


def _value(survey: Survey, arguments: Arguments) -> Finding:
    rows = _rows(survey, arguments)
    chosen = [_pick(survey, rows, option) for option in arguments["values"]]
    wrong = _values_agree(survey, rows, arguments)
    shown = _named(chosen)
    intervals = [item.interval() for item in chosen]
    en = _join_en(f"{100 * i.low:.1f} to {100 * i.high:.1f}" for i in intervals)
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
            f"The table gives {shown.en} ({_base(rows).en}; 95% interval {en}).",
            f"表の値は{shown.ja}（{_base(rows).ja}、95%信頼区間{ja}）。",
        ),
        numbers=_numbers(chosen),
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
        _, silent, _ = _missing(self.rows)
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
    chosen = [_pick(survey, rows, option) for option in order]
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
            f"The least certain step, “{a.en}” over “{b.en}”, is {_plain(100 * gap.estimate)} "
            f"points (95% interval {_plain(100 * gap.low)} to {_plain(100 * gap.high)}; adjusted "
            f"p {p_text(p)}): {tail.en}.",
            f"最も不確かな「{a.ja}」と「{b.ja}」の差は{_plain(100 * gap.estimate)}ポイント"
            f"（95%信頼区間{_plain(100 * gap.low)}〜{_plain(100 * gap.high)}、調整済み"
            f"p{p_text(p).replace(' ', '')}）で、{tail.ja}。",
        )
    ]
    unsafe = [step for step in steps if not step.safe]
    if unsafe:
        remarks += _safe_remark(False, _missing(unsafe[0].rows)[2], REVERSE)
    numbers = (
        Number("least lead", 100 * gap.estimate, "points"),
        Number("least lead, low", 100 * gap.low, "points"),
        Number("least lead, high", 100 * gap.high, "points"),
        Number("largest adjusted p", p, "p"),
    )
    return beyond, not unsafe, tuple(remarks), numbers


def _rank(survey: Survey, arguments: Arguments) -> Finding:
    rows = _rows(survey, arguments)
    among = arguments.get("among", "all")
    ordered = arguments.get("ordered", "yes") == "yes"
    steps, broken = _order_steps(survey, rows, arguments["order"], among, ordered)
    wrong = _values_agree(survey, rows, arguments)
    adjusted = holm([step.p for step in steps])
    beyond, safe, remarks, numbers = _steps_remarks(survey, steps, adjusted)
    chosen = [_pick(survey, rows, option) for option in arguments["order"]]
    shown, after = _named(chosen), steps[-1].second
    following = (
        Text(
            f", then “{after.option.label.en}” {after.percent}%",
            f"、次が「{after.option.label.ja}」{after.percent}%",
        )
        if after not in chosen
        else Text("", "")
    )
    facts = Text(
        f"The table gives {shown.en}{following.en} ({_base(rows).en}).",
        f"表の値は{shown.ja}{following.ja}（{_base(rows).ja}）。",
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
        numbers=(*_numbers([*chosen, *([after] if after not in chosen else [])]), *numbers),
        beyond_error=beyond,
        safe=safe,
        remarks=(*_mismatch(wrong), *(remarks if not broken else _broken(steps))),
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


def _threshold(survey: Survey, arguments: Arguments) -> Finding:
    rows = _rows(survey, arguments)
    chosen = [_pick(survey, rows, option) for option in arguments["options"]]
    question = survey.question(rows[0].question_id)
    if len(chosen) > 1 and question.answer_type == "multiple":
        raise ArgumentError(f"sums options of {question.id}, whose answers are not exclusive")
    over = "over" in arguments
    limit = _decimal(arguments["over" if over else "under"])
    n = rows[0].n
    counts = sum_within(rows, arguments["options"]) if len(chosen) > 1 else chosen[0].counts
    printed = sum((item.percent for item in chosen), Decimal(0))
    missing, silent, silent_percent = _missing(rows)
    interval = wilson(counts, n)
    answered = 100 * counts.middle / (n - (missing.counts.middle if missing else 0))
    edge = float(limit) / 100
    wrong = _values_agree(survey, rows, arguments)
    true = printed > limit if over else printed < limit
    beyond = interval.low > edge if over else interval.high < edge
    safe = counts.low / n > edge if over else (counts.high + silent) / n < edge
    shown = _named(chosen)
    remarks = list(_mismatch(wrong))
    if not beyond:
        remarks.append(
            Text(
                f"The interval includes {limit}%: sampling error could explain it.",
                f"信頼区間は{limit}%を含み、標本誤差の範囲内である。",
            )
        )
    if not safe and true:
        remarks += _safe_remark(False, silent_percent, Text("overturn it", "覆り"))
    total = Text(f"sum {printed}%", f"合計{printed}%") if len(chosen) > 1 else Text("", "")
    return Finding(
        stated=true and not wrong,
        facts=Text(
            f"The table gives {shown.en}{': ' if total else ''}{total.en} ({_base(rows).en}; 95% "
            f"interval {100 * interval.low:.1f} to {100 * interval.high:.1f}; among those who "
            f"answered {answered:.1f}%).",
            f"表の値は{shown.ja}{'、' if total else ''}{total.ja}（{_base(rows).ja}、95%信頼区間"
            f"{100 * interval.low:.1f}〜{100 * interval.high:.1f}、無回答を除くと"
            f"{answered:.1f}%）。",
        ),
        numbers=(
            *_numbers(chosen),
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


def _restriction(survey: Survey, arguments: Arguments) -> Finding:
    rows = _rows(survey, arguments)
    limit = _decimal(arguments["over"])
    edge = float(limit) / 100
    inside = [_pick(survey, rows, option) for option in arguments["options"]]
    outside = [item for item in ranked(rows, "substantive", "other") if item not in inside]
    _, silent, silent_percent = _missing(rows)
    least, most = min(inside, key=lambda item: item.percent), outside[0]
    wrong = _values_agree(survey, rows, arguments)
    true = least.percent > limit >= most.percent
    beyond = least.interval().low > edge > most.interval().high
    safe = least.counts.low / least.n > edge > (most.counts.high + silent) / most.n
    answered = answered_share(least, rows) > edge >= answered_share(most, rows)
    shown = _named(inside)
    low, high = 100 * least.interval().low, 100 * most.interval().high
    remarks = list(_mismatch(wrong))
    remarks.append(
        Text(
            f"The lowest of them reaches down to {low:.1f}%, the next option up to {high:.1f}% "
            "(95% intervals).",
            f"95%信頼区間では、そのうち最も低い項目の下限が{low:.1f}%、次の項目の上限が{high:.1f}%である。",
        )
    )
    if true and not safe:
        remarks += _safe_remark(False, silent_percent, Text("add to them", "該当する項目が増え"))
    return Finding(
        stated=true and not wrong,
        facts=Text(
            f"Over {limit}% the table has {shown.en}; the next is “{most.option.label.en}”, "
            f"{most.percent}% ({_base(rows).en}).",
            f"表で{limit}%を超えるのは{shown.ja}、次は「{most.option.label.ja}」"
            f"{most.percent}%である（{_base(rows).ja}）。",
        ),
        numbers=(
            *_numbers([*inside, most]),
            Number("lowest, interval low", low, "percent"),
            Number("next, interval high", high, "percent"),
        ),
        answered=answered and not wrong,
        beyond_error=beyond,
        safe=safe,
        remarks=tuple(remarks),
    )


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
    printed = _decimal(arguments.get("by", arguments.get("at_least", "0")))
    literal = (
        same_number(str(printed), abs(relative)) if "by" in arguments else abs(relative) >= printed
    )
    verdict = (
        Text("holds too", "これも成り立つ") if literal else Text("does not hold", "成り立たない")
    )
    return Text(
        f"The report prints {printed}%; it is a difference in percentage points. Read literally, "
        f"as per cent of the earlier share, the change is {_points(relative)}%, and the statement "
        f"{verdict.en}.",
        f"報告書は「{printed}%」と記すが、これはパーセントポイントの差である。前回の割合に対する率として"
        f"文字どおり読むと変化は{_points(relative)}%であり、{verdict.ja}。",
    )


def _change(survey: Survey, arguments: Arguments) -> Finding:
    change = _one_change(survey, arguments)
    sign = 1 if arguments["direction"] == "up" else -1
    points = change.points * sign
    values = {"from": change.before.percent, "to": change.after.percent}
    wrong = [
        (change.before if key == "from" else change.after)
        for key, value in values.items()
        if key in arguments and not same_number(arguments[key], value)
    ]
    least = _decimal(arguments.get("at_least", "0"))
    if "by" in arguments and not same_number(arguments["by"], points):
        wrong = [change.before, change.after]
    true = not wrong and points > 0 and points >= least
    low, high = change.difference.low, change.difference.high
    near = 100 * (low if sign > 0 else -high)
    beyond = change.beyond_chance and near > least
    worst = 100 * (change.bounds.low if sign > 0 else -change.bounds.high)
    safe = worst > 0 and worst >= least
    answered = 100 * change.answered * sign
    remarks = list(_mismatch(wrong))
    if not beyond:
        remarks.append(Text("Sampling error could explain it.", "標本誤差の範囲内である。"))
    if true and not safe:
        missing, _, _ = _missing(survey.answers(arguments["question"]))
        before, _, _ = _missing(survey.answers(arguments["question"], PREVIOUS))
        assert missing is not None
        assert before is not None
        remarks.append(
            Text(
                f"The no-answers ({before.percent}% and {missing.percent}%) leave open a "
                f"difference from {_points(100 * change.bounds.low)} to "
                f"{_points(100 * change.bounds.high)}.",
                f"無回答（前回{before.percent}%、今回{missing.percent}%）の内訳次第で、差は"
                f"{_points(100 * change.bounds.low)}〜{_points(100 * change.bounds.high)}"
                "ポイントとなり得る。",
            )
        )
    label = change.option.label
    return Finding(
        stated=true,
        facts=Text(
            f"“{label.en}” went from {change.before.percent}% to {change.after.percent}%: "
            f"{_points(change.points)} points (95% interval {_points(100 * low)} to "
            f"{_points(100 * high)}; adjusted p {p_text(change.p_holm)}; among those who answered "
            f"{_points(100 * change.answered)}).",
            f"「{label.ja}」は{change.before.percent}%から{change.after.percent}%へ"
            f"{_points(change.points)}ポイント変化した（95%信頼区間{_points(100 * low)}〜"
            f"{_points(100 * high)}、調整済みp{p_text(change.p_holm).replace(' ', '')}、"
            f"無回答を除くと{_points(100 * change.answered)}ポイント）。",
        ),
        numbers=(
            *_numbers([change.before, change.after]),
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


def _single_change(survey: Survey, arguments: Arguments) -> Finding:
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
            f"{before.value}% to {after.value}%: {_points(points)} points (95% interval "
            f"{_points(100 * gap.low)} to {_points(100 * gap.high)}; p {p_text(p)}), if the bases "
            f"are those of the other comparisons, {n1:,} and {n2:,}.",
            f"{before.value}%から{after.value}%へ{_points(points)}ポイント（回答数が他の比較と同じ"
            f"{n1:,}と{n2:,}であるとして95%信頼区間{_points(100 * gap.low)}〜"
            f"{_points(100 * gap.high)}、p{p_text(p).replace(' ', '')}）。",
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


def _group_named(survey: Survey, answers: Iterable[Answer]) -> Text:
    items = [(survey.group(item.group).label, item) for item in answers]
    return Text(
        _join_en(f"{label.en} {item.percent}% (n = {item.n:,})" for label, item in items),
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


def _ordering(survey: Survey, arguments: Arguments) -> Finding:
    groups = arguments["groups"]
    tables = [_rows(survey, arguments, group) for group in groups]
    cells = [_pick(survey, rows, arguments["option"]) for rows in tables]
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
    shown = _group_named(survey, cells)
    remarks = [
        Text(
            f"Trend over the groups: z = {trend.z:.1f}, p {p_text(trend.p)}.",
            f"区分間の傾向検定はz={_plain(trend.z)}、p{p_text(trend.p).replace(' ', '')}。",
        )
    ]
    (a, b), p = max(zip(pairs, adjusted, strict=True), key=lambda pair: pair[1])
    gap = newcombe(a.counts, a.n, b.counts, b.n)
    names = survey.group(a.group).label, survey.group(b.group).label
    remarks.append(
        Text(
            f"Least certain step: {names[0].en} to {names[1].en}, {_points(100 * gap.estimate)} "
            f"points ({_points(100 * gap.low)} to {_points(100 * gap.high)}; adjusted p "
            f"{p_text(p)}).",
            f"最も不確かなのは{names[0].ja}から{names[1].ja}への{_points(100 * gap.estimate)}"
            f"ポイント（{_points(100 * gap.low)}〜{_points(100 * gap.high)}、調整済み"
            f"p{p_text(p).replace(' ', '')}）である。",
        )
    )
    if true and not safe:
        silent = max(_missing(rows)[2] for rows in tables)
        remarks += _safe_remark(False, silent, REVERSE)
    return Finding(
        stated=true,
        facts=Text(f"The table gives {shown.en}.", f"表の値は{shown.ja}。"),
        numbers=(
            *_numbers(cells),
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


def _higher(survey: Survey, arguments: Arguments) -> Finding:
    def cell(group: str) -> tuple[Answer, tuple[Answer, ...]]:
        rows = _rows(survey, arguments, group)
        return _pick(survey, rows, arguments["option"]), rows

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
    shown = _group_named(survey, [item for item, _ in (*high, *low)])
    names = survey.group(a.group).label, survey.group(b.group).label
    remarks = [
        Text(
            f"Least certain: {names[0].en} over {names[1].en}, {_points(100 * gap.estimate)} "
            f"points (95% interval {_points(100 * gap.low)} to {_points(100 * gap.high)}; "
            f"adjusted p {p_text(p)}).",
            f"最も不確かなのは{names[0].ja}と{names[1].ja}の差{_points(100 * gap.estimate)}"
            f"ポイント（95%信頼区間{_points(100 * gap.low)}〜{_points(100 * gap.high)}、"
            f"調整済みp{p_text(p).replace(' ', '')}）である。",
        )
    ]
    if true and not safe:
        silent = max(_missing(rows)[2] for _, rows in (*high, *low))
        remarks += _safe_remark(False, silent, REVERSE)
    return Finding(
        stated=true,
        facts=Text(f"The table gives {shown.en}.", f"表の値は{shown.ja}。"),
        numbers=(
            *_numbers(item for item, _ in (*high, *low)),
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


def _top_in_groups(survey: Survey, arguments: Arguments) -> Finding:
    steps: list[_Step] = []
    parts: list[Text] = []
    numbers: list[Number] = []
    for group in arguments["groups"]:
        rows = _rows(survey, arguments, group)
        top = _pick(survey, rows, arguments["option"])
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
        numbers += _numbers([top, second])
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
                f"{_plain(100 * gap.estimate)} points (95% interval {_plain(100 * gap.low)} to "
                f"{_plain(100 * gap.high)}): which of both leads there cannot be told.",
                f"{names.ja}で最も多いのは「{step.second.option.label.ja}」であり、差は"
                f"{_plain(100 * gap.estimate)}ポイント（95%信頼区間{_plain(100 * gap.low)}〜"
                f"{_plain(100 * gap.high)}）で、どちらが多いかは判断できない。",
            )
            if gap.low <= 0
            else Text(
                f"In {names.en} “{step.second.option.label.en}” comes first, by "
                f"{_plain(100 * gap.estimate)} points (95% interval {_plain(100 * gap.low)} to "
                f"{_plain(100 * gap.high)}).",
                f"{names.ja}で最も多いのは「{step.second.option.label.ja}」であり、差は"
                f"{_plain(100 * gap.estimate)}ポイント（95%信頼区間{_plain(100 * gap.low)}〜"
                f"{_plain(100 * gap.high)}）である。",
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


def _count(survey: Survey, arguments: Arguments) -> Finding:
    changes = [
        item
        for item in wave_changes(survey, arguments["question"])
        if item.option.role == "substantive"
    ]
    sign = 1 if arguments["direction"] == "up" else -1
    need = len(changes) * float(_decimal(arguments.get("more_than", "0.5")))
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


def _same_top(survey: Survey, arguments: Arguments) -> Finding:
    steps: list[_Step] = []
    parts: list[Text] = []
    numbers: list[Number] = []
    for wave in arguments["waves"]:
        rows = survey.answers(arguments["question"], wave)
        chosen = [_pick(survey, rows, option) for option in arguments["options"]]
        rest = [item for item in ranked(rows) if item not in chosen]
        lowest = min(chosen, key=lambda item: item.percent)
        steps.append(_step(survey, rows, lowest, rest[0]))
        shown = _named(sorted(chosen, key=lambda item: -item.percent))
        following = rest[0]
        parts.append(
            Text(
                f"{wave}: {shown.en}, next “{following.option.label.en}” {following.percent}%",
                f"{wave}年度は{shown.ja}、次が「{following.option.label.ja}」{following.percent}%",
            )
        )
        numbers += _numbers([*chosen, following])
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


def _same_order(survey: Survey, arguments: Arguments) -> Finding:
    first, second = (survey.answers(name) for name in arguments["questions"])
    order = arguments["order"]
    lines = [_order_steps(survey, rows, order, "all") for rows in (first, second)]
    steps = [step for found, _ in lines for step in found]
    beyond, safe, remarks, extra = _steps_remarks(survey, steps, holm([s.p for s in steps]))
    true = not any(broken for _, broken in lines)
    chosen = [[_pick(survey, rows, option) for option in order] for rows in (first, second)]
    titles = [survey.question(name).title for name in arguments["questions"]]
    gaps = [lead(a, b, exclusive=False) for a, b in zip(*chosen, strict=True)]
    widest = max(gaps, key=lambda gap: abs(gap.estimate))
    shown = [_named(line) for line in chosen]
    return Finding(
        stated=true,
        facts=Text(
            f"{titles[0].en}: {shown[0].en}. {titles[1].en}: {shown[1].en} ({_base(first).en}).",
            f"{titles[0].ja}は{shown[0].ja}、{titles[1].ja}は{shown[1].ja}（{_base(first).ja}）。",
        ),
        numbers=(
            *_numbers([*chosen[0], *chosen[1]]),
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
                f"{_plain(abs(100 * widest.estimate))} points at most.",
                f"両図の差は最大{_plain(abs(100 * widest.estimate))}ポイントである。",
            ),
            *(remarks if true else _broken(steps)),
        ),
    )


def _any_incident(survey: Survey, arguments: Arguments) -> Finding:
    found = any_incident(survey)
    rows = survey.answers("incidents")
    none = next(item for item in rows if item.option.role == "none_of_these")
    missing = no_answer(rows)
    left = 100 - none.percent - (missing.percent if missing else Decimal(0))
    value = str(arguments["value"])
    answered = found.of_answered.percent
    return Finding(
        stated=same_number(value, left),
        facts=Text(
            f"Of all {found.n:,} firms {left}% had an incident (100 less {none.percent} with none "
            f"and {missing.percent if missing else 0} without an answer); of those who answered "
            f"{answered:.1f}%. The incident options add up to {found.named}%, which counts a firm "
            "once for each kind.",
            f"全{found.n:,}社に対して被害のあった企業は{left}%（100から被害なし{none.percent}と"
            f"無回答{missing.percent if missing else 0}を引いた値）、無回答を除くと"
            f"{answered:.1f}%である。"
            f"被害の選択肢の合計は{found.named}%だが、これは複数の被害を重ねて数える。",
        ),
        numbers=(
            Number("of all firms", left, "percent"),
            Number("of those who answered", answered, "percent"),
            Number("sum of the options", found.named, "percent"),
            Number("firms, fewest", any_of(rows).low, "count"),
            Number("firms, most", any_of(rows).high, "count"),
        ),
        answered=same_number(value, Decimal(f"{answered:.6f}")),
    )


def _tally(survey: Survey, arguments: Arguments) -> Finding:
    true = True
    parts: list[Text] = []
    numbers: list[Number] = []
    for item in arguments["items"]:
        table = survey.tables[item["table"]]
        rows = [
            row
            for row in table
            if all(row.text(key) == str(value) for key, value in item.get("where", {}).items())
        ]
        got = sum(int(row.number(item["column"])) for row in rows)
        found = _row_label(rows[0].values) if len(rows) == 1 else None
        label = found or Text(item["label_en"], item["label_ja"])
        where = "/".join(str(value) for value in item.get("where", {}).values()) or "sum"
        numbers.append(Number(f"{item['table']}/{where}", got, "count"))
        parts.append(Text(f"{label.en}: {got:,}", f"{label.ja}：{got:,}"))
        true = true and got == int(item["equals"])
    return Finding(
        stated=true,
        facts=Text(
            f"The tables give {'; '.join(part.en for part in parts)}.",
            f"表の値は{'、'.join(part.ja for part in parts)}である。",
        ),
        numbers=tuple(numbers),
    )


def _row_label(values: Mapping[str, Any]) -> Text | None:
    for stem in ("text", "label"):
        if f"{stem}_en" in values:
            return Text(str(values[f"{stem}_en"]), str(values[f"{stem}_ja"]))
    return None


def _name(survey: Survey, arguments: Arguments) -> Finding:
    printed = str(arguments["printed"])
    if "option" in arguments:
        elsewhere = survey.question(arguments["question"]).option(arguments["option"]).label.ja
        page = survey.question(arguments["question"]).page
    else:
        elsewhere, page = str(arguments["elsewhere"]), int(arguments["elsewhere_page"])
    same = unicodedata.normalize("NFKC", printed) == unicodedata.normalize("NFKC", elsewhere)
    facts = (
        Text(
            f"The same name stands on page {page}: {printed}.",
            f"p.{page}でも「{printed}」と表記されている。",
        )
        if same
        else Text(
            f"This page prints {printed}; page {page} prints {elsewhere}.",
            f"このページでは「{printed}」、p.{page}では「{elsewhere}」と表記されている。",
        )
    )
    return Finding(stated=same, facts=facts)


def _measured(survey: Survey, measure: Arguments) -> tuple[Text, tuple[Number, ...]]:
    """Numbers that bear on a claim without deciding it."""
    if measure["kind"] == "median_change":
        changes = [
            item
            for item in wave_changes(survey, measure["question"])
            if item.option.role == "substantive"
        ]
        middle = median(item.points for item in changes)
        largest = max(changes, key=lambda item: item.points)
        return (
            Text(
                f"The median change of {len(changes)} items is {_points(middle)} points, the "
                f"largest {_points(largest.points)}.",
                f"{len(changes)}項目の変化の中央値は{_points(middle)}ポイント、最大は"
                f"{_points(largest.points)}ポイントである。",
            ),
            (
                Number("median change", middle, "points"),
                Number("largest change", largest.points, "points"),
            ),
        )
    rows = survey.answers(measure["question"])
    if measure["kind"] == "spread":
        order = ranked(rows, "substantive")
        ends = [order[0], order[-1]]
    else:
        ends = [_pick(survey, rows, option) for option in measure["options"]]
    shown = _named(ends)
    return (
        Text(
            f"The table gives {shown.en} ({_base(rows).en}).",
            f"表の値は{shown.ja}（{_base(rows).ja}）。",
        ),
        _numbers(ends),
    )


def _uncheckable(survey: Survey, arguments: Arguments) -> Finding:
    missing = Text(str(arguments["missing_en"]), str(arguments["missing_ja"]))
    parts: list[Text] = []
    numbers: list[Number] = []
    for name, value in arguments.get("singles", {}).items():
        single = survey.single(name)
        if not same_number(value, single.value):
            raise ArgumentError(f"says {name} is {value}, but published_singles has {single.value}")
        unit: Unit = "count" if single.unit == "count" else "percent"
        numbers.append(Number(name, single.value, unit))
    for measure in arguments.get("measures", []):
        text, found = _measured(survey, measure)
        parts.append(text)
        numbers += found
    return Finding(
        stated=None,
        facts=Text(
            f"Missing: {missing.en}.", f"確認に必要だが公表されていないもの：{missing.ja}。"
        ),
        numbers=tuple(numbers),
        remarks=tuple(parts),
    )


_TEXT, _LIST, _DICT, _NUMBER = str, list, dict, (str, int)
_WHERE = {"wave": int, "group": str, "values": _DICT}
_OPEN = {"missing_en": _TEXT, "missing_ja": _TEXT}
_OPEN_MORE = {"singles": _DICT, "measures": _LIST}

KINDS: dict[str, Kind] = {
    "value": Kind(_value, {"question": _TEXT, "values": _DICT}, {"wave": int, "group": _TEXT}),
    "rank": Kind(
        _rank, {"question": _TEXT, "order": _LIST}, {**_WHERE, "among": _TEXT, "ordered": _TEXT}
    ),
    "threshold": Kind(
        _threshold,
        {"question": _TEXT, "options": _LIST},
        {**_WHERE, "over": _NUMBER, "under": _NUMBER},
    ),
    "restriction": Kind(
        _restriction, {"question": _TEXT, "options": _LIST, "over": _NUMBER}, _WHERE
    ),
    "change": Kind(
        _change,
        {"question": _TEXT, "option": _TEXT, "direction": _TEXT},
        {"from": _TEXT, "to": _TEXT, "by": _TEXT, "at_least": _NUMBER, "unit": _TEXT},
    ),
    "single_change": Kind(
        _single_change,
        {"before": _TEXT, "after": _TEXT, "from": _TEXT, "to": _TEXT, "direction": _TEXT},
    ),
    "ordering": Kind(
        _ordering,
        {"question": _TEXT, "option": _TEXT, "groups": _LIST, "direction": _TEXT},
        {"test": _TEXT, "values": _DICT, "wave": int},
    ),
    "higher": Kind(
        _higher,
        {"question": _TEXT, "option": _TEXT, "high": _LIST, "low": _LIST},
        {"wave": int},
    ),
    "top_in_groups": Kind(
        _top_in_groups, {"question": _TEXT, "option": _TEXT, "groups": _LIST}, {"wave": int}
    ),
    "count": Kind(_count, {"question": _TEXT, "direction": _TEXT}, {"more_than": _TEXT}),
    "same_top": Kind(_same_top, {"question": _TEXT, "options": _LIST, "waves": _LIST}),
    "same_order": Kind(_same_order, {"questions": _LIST, "order": _LIST}),
    "any_incident": Kind(_any_incident, {"value": _TEXT}),
    "tally": Kind(_tally, {"items": _LIST}),
    "name": Kind(
        _name,
        {"printed": _TEXT},
        {"question": _TEXT, "option": _TEXT, "elsewhere": _TEXT, "elsewhere_page": int},
    ),
    "unpublished": Kind(_uncheckable, _OPEN, _OPEN_MORE),
    "not_asked": Kind(_uncheckable, _OPEN, _OPEN_MORE),
    "outside": Kind(_uncheckable, _OPEN, _OPEN_MORE),
    "no_yardstick": Kind(_uncheckable, _OPEN, _OPEN_MORE),
}


def evaluate(survey: Survey, kind: str, arguments: Arguments) -> Finding:
    """Hold a claim against the survey.

    Raises
    ------
    UnknownName
        If there is no such kind, or the arguments name what the survey does not hold.
    ArgumentError
        If the arguments do not fit the kind.
    """
    if kind not in KINDS:
        raise UnknownName("kind of claim", kind, KINDS)
    return KINDS[kind].evaluate(survey, KINDS[kind].check(arguments))
