"""Verdicts: what they are, what they carry, and the words that all kinds of claims share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from sme_survey.judgement.comparisons import no_answer
from sme_survey.survey.model import Answer, Survey
from sme_survey.survey.text import Text

Printed = Literal["agrees", "disagrees", "not_judged"]
Sampling = Literal["clear", "within_error", "not_applicable"]
NoAnswers = Literal["safe", "only_among_answered", "unsafe_in_worst_case", "not_applicable"]

PRINTED: dict[Printed, Text] = {
    "agrees": Text("agrees with the tables", "表と一致"),
    "disagrees": Text("differs from the tables", "表と相違"),
    "not_judged": Text("cannot be judged from this edition", "本書の収録範囲では判定できない"),
}
SAMPLING: dict[Sampling, Text] = {
    "clear": Text("", ""),
    "within_error": Text("within sampling error", "標本誤差の範囲内"),
    "not_applicable": Text("", ""),
}
NO_ANSWERS: dict[NoAnswers, Text] = {
    "safe": Text("", ""),
    "only_among_answered": Text("agrees among those who answered", "無回答を除けば一致"),
    "unsafe_in_worst_case": Text("no-answers could change it", "無回答次第で変わり得る"),
    "not_applicable": Text("", ""),
}


@dataclass(frozen=True)
class Outcome:
    """What stands of a statement: two questions, and one about the no-answers.

    ``printed``: whether the printed numbers are as it says. ``sampling``: whether a sample of this
    size can tell: that it is so, where it agrees; that it is not so, where it disagrees.
    ``no_answers``: whether the firms that gave no answer could change that. Either answer is
    ``not_applicable`` where a statement repeats numbers or cannot be judged.
    """

    printed: Printed
    sampling: Sampling = "not_applicable"
    no_answers: NoAnswers = "not_applicable"

    @classmethod
    def weigh(cls, true: bool, *, clear: bool, settled: bool, answered: bool = False) -> Outcome:
        """The outcome of a statement that was tested.

        true: the printed numbers are as it says. clear: sampling error does not explain that they
        are (or are not). settled: no choice of the no-answers changes that. answered: it is true
        of the firms that answered.
        """
        silent: NoAnswers = "safe" if settled else "unsafe_in_worst_case"
        if not true and answered:
            silent = "only_among_answered"
        return cls("agrees" if true else "disagrees", "clear" if clear else "within_error", silent)

    @property
    def verdict(self) -> str:
        """The three answers as one name: ``agrees``, ``agrees-within_error`` ..."""
        parts: list[str] = [self.printed]
        parts += [self.sampling] if SAMPLING[self.sampling] else []
        parts += [self.no_answers] if NO_ANSWERS[self.no_answers] else []
        return "-".join(parts)

    @property
    def label(self) -> Text:
        """The three answers in a few words, each of them true of every statement so labelled."""
        more = [text for text in (SAMPLING[self.sampling], NO_ANSWERS[self.no_answers]) if text]
        first = PRINTED[self.printed]
        if not more:
            return first
        return Text(
            f"{first.en}; {'; '.join(text.en for text in more)}",
            f"{first.ja}（{'、'.join(text.ja for text in more)}）",
        )


REPEATED = Outcome("agrees")
MISPRINTED = Outcome("disagrees")
NOT_JUDGED = Outcome("not_judged")


def _outcomes() -> list[Outcome]:
    tested = [
        Outcome(printed, sampling, silent)
        for printed in ("agrees", "disagrees")
        for sampling in ("clear", "within_error")
        for silent in ("safe", "unsafe_in_worst_case", "only_among_answered")
        if printed == "disagrees" or silent != "only_among_answered"
    ]
    return [*tested, NOT_JUDGED]


VERDICTS: dict[str, Text] = {item.verdict: item.label for item in _outcomes()}
"""Every label that the answers can make, in the order of tables and figures."""

Unit = Literal["percent", "points", "count", "p", "z"]
Arguments = Mapping[str, Any]
NOTHING = Text("", "")


@dataclass(frozen=True)
class Number:
    """A number that a verdict rests on: where it comes from, its value and unit."""

    name: str
    value: Decimal | float | int
    unit: Unit


@dataclass(frozen=True)
class Finding:
    """What the tables say about a statement, with the numbers and the words behind it.

    ``lacks``: what judging it would take and this edition does not hold. ``unit``: what the unit
    in which it is printed would mean, taken literally.
    """

    outcome: Outcome
    facts: Text
    numbers: tuple[Number, ...] = ()
    remarks: tuple[Text, ...] = ()
    lacks: Text = NOTHING
    unit: Text = NOTHING

    @property
    def sentence(self) -> Text:
        """All of it in words."""
        parts = [part for part in (self.facts, *self.remarks, self.unit) if part]
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
                decimal_of(value)
        for name in ("over", "under", "at_least", "by", "from", "to"):
            if name in arguments:
                decimal_of(arguments[name])
        return arguments


def decimal_of(value: object) -> Decimal:
    """A number given in arguments; ArgumentError if it is none."""
    try:
        return Decimal(str(value))
    except ArithmeticError:
        raise ArgumentError(f"holds {value!r}; expected a number") from None


def same_number(printed: str, value: Decimal) -> bool:
    """Whether a percentage of the table is what a sentence prints, at the sentence's decimals."""
    stated = decimal_of(printed)
    return value.quantize(stated, ROUND_HALF_UP) == stated


def p_text(p: float) -> str:
    """A p-value in words: three decimals, "< 0.001" below."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def signed(value: Decimal | float) -> str:
    """A difference with its sign: +1.2, −0.3."""
    return f"{value:+.1f}".replace("-", "−")


def plain(value: Decimal | float, decimals: int = 1) -> str:
    """A number with a true minus sign."""
    return f"{value:.{decimals}f}".replace("-", "−")


def join_en(parts: Iterable[str]) -> str:
    """English parts with commas between them."""
    return ", ".join(parts)


def named(answers: Iterable[Answer]) -> Text:
    """Options with their percentages, in words."""
    items = list(answers)
    return Text(
        join_en(f"“{item.option.label.en}” {item.percent}%" for item in items),
        "、".join(f"「{item.option.label.ja}」{item.percent}%" for item in items),
    )


def numbers_of(answers: Iterable[Answer]) -> tuple[Number, ...]:
    """The percentages as numbers that a verdict rests on."""
    return tuple(
        Number(
            f"{item.question_id}/{item.wave}/{item.group}/{item.option.id}", item.percent, "percent"
        )
        for item in answers
    )


def rows_of(survey: Survey, arguments: Arguments, group: str | None = None) -> tuple[Answer, ...]:
    """The table that the arguments name."""
    return survey.answers(
        arguments["question"],
        arguments.get("wave"),
        group or arguments.get("group", "total"),
    )


def pick(survey: Survey, rows: Sequence[Answer], option_id: str) -> Answer:
    """One option of a table; ``UnknownName`` if the question has none."""
    option = survey.question(rows[0].question_id).option(option_id)
    return next(item for item in rows if item.option == option)


def disagreeing(survey: Survey, rows: Sequence[Answer], arguments: Arguments) -> list[Answer]:
    """The rows whose printed value differs from the value that the claim states.

    Raises
    ------
    ArgumentError
        If a stated value is no percentage.
    """
    for option, value in arguments.get("values", {}).items():
        if isinstance(value, int | float | Decimal) and not 0 <= value <= 100:
            raise ArgumentError(f"says {option} is {value}: a percentage is from 0 to 100")
    return [
        answer
        for option, value in arguments.get("values", {}).items()
        if not same_number(value, (answer := pick(survey, rows, option)).percent)
    ]


def mismatch(wrong: Sequence[Answer]) -> tuple[Text, ...]:
    """What the table says instead of the values stated."""
    if not wrong:
        return ()
    shown = named(wrong)
    return (Text(f"The table says {shown.en}.", f"表の値は{shown.ja}である。"),)


def missing_of(rows: Sequence[Answer]) -> tuple[Answer | None, int, float]:
    """The no-answer row, its largest count, and its percentage."""
    missing = no_answer(rows)
    return missing, missing.counts.high if missing else 0, float(missing.percent) if missing else 0


def base_of(rows: Sequence[Answer]) -> Text:
    """The base of a table in words."""
    return Text(f"n = {rows[0].n:,}", f"n={rows[0].n:,}")


CHANGE = Text("change this", "結果が変わり")


def silent_remark(percent: float, changed: Text, group: Text = NOTHING) -> tuple[Text, ...]:
    """That the no-answers (of a group) could turn a statement round in the worst case.

    percent: their share, 0 to 100. changed: what they could do, in words.
    """
    of = Text(f" of {group.en}", f"{group.ja}の") if group else NOTHING
    return (
        Text(
            f"The {percent:.1f}%{of.en} who did not answer could, in the worst case, {changed.en}.",
            f"最悪の場合を想定すると、{of.ja}無回答{percent:.1f}%の内訳次第で{changed.ja}得る。",
        ),
    )


def visible(smallest: float | None) -> tuple[Text, ...]:
    """How large a difference would have had to be for a sample of this size to show it.

    smallest: as a proportion, with 80% power at the 5% level; None if none could be seen.
    """
    if smallest is None:
        return (
            Text(
                "On a base of this size no difference could be seen.",
                "このnでは、どのような差も検出できない。",
            ),
        )
    return (
        Text(
            f"The smallest difference that could be seen here is {plain(100 * smallest)} points "
            "(80% power).",
            f"ここで検出できる差は最小で{plain(100 * smallest)}ポイントである（検出力80%）。",
        ),
    )
