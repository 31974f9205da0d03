"""Verdicts: what they are, what they carry, and the words that all kinds of claims share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from sme_survey.judgement.comparisons import (
    no_answer,
)
from sme_survey.survey.model import CURRENT, Answer, Survey
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
                decimal_of(value)
        for name in ("over", "under", "at_least", "by", "from", "to", "value"):
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


def plain(value: Decimal | float) -> str:
    """A number with one decimal and a true minus sign."""
    return f"{value:.1f}".replace("-", "−")


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
        arguments.get("wave", CURRENT),
        group or arguments.get("group", "total"),
    )


def pick(survey: Survey, rows: Sequence[Answer], option_id: str) -> Answer:
    """One option of a table; ``UnknownName`` if the question has none."""
    option = survey.question(rows[0].question_id).option(option_id)
    return next(item for item in rows if item.option == option)


def disagreeing(survey: Survey, rows: Sequence[Answer], arguments: Arguments) -> list[Answer]:
    """The rows whose printed value differs from the value that the claim states."""
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


def safe_remark(safe: bool, percent: float, turned: Text) -> tuple[Text, ...]:
    """That the no-answers could turn the claim round, unless it is safe."""
    if safe:
        return ()
    return (
        Text(
            f"The {percent:.1f}% who did not answer could {turned.en}.",
            f"無回答{percent:.1f}%の内訳次第で{turned.ja}得る。",
        ),
    )


REVERSE = Text("reverse it", "逆転し")
