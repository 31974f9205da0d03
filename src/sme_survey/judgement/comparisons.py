"""Comparisons that the published tables allow: between waves, between groups, within one chart.

Two waves and two groups are treated as independent samples; two options of one question are not,
since the same firms answered both. What the no-answers could have said is shown beside each result.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from sme_survey.numbers.counts import CountRange
from sme_survey.numbers.intervals import (
    Bounds,
    Difference,
    Interval,
    among_answered,
    bounds_no_answer,
    difference_within,
    newcombe,
    wilson,
)
from sme_survey.numbers.testing import Trend, cochran_armitage, holm, two_proportion_p
from sme_survey.survey.model import Answer, Option, Survey, UnknownName

LEVEL = 0.05


@dataclass(frozen=True)
class Change:
    """One option in an earlier and in a later wave.

    ``difference`` is in proportions (after minus before, Newcombe interval). ``p_holm`` is adjusted
    over the ``family`` of all options of the question but "no answer". ``answered`` is the
    difference, in proportions, among those who answered. ``bounds`` is the least and the greatest
    difference that the no-answers of both waves allow.
    """

    option: Option
    before: Answer
    after: Answer
    difference: Difference
    p: float
    p_holm: float
    answered: float
    bounds: Bounds
    family: int

    @property
    def points(self) -> Decimal:
        """Difference of the printed percentages, in percentage points."""
        return self.after.percent - self.before.percent

    @property
    def beyond_chance(self) -> bool:
        """Whether the Holm-adjusted test sees a difference at the 5% level."""
        return self.p_holm < LEVEL


@dataclass(frozen=True)
class Share:
    """A proportion of some firms with its interval, under any label: what charts draw."""

    count: CountRange
    n: int
    interval: Interval

    @property
    def proportion(self) -> float:
        """Middle of the counts allowed over the base, 0 to 1."""
        return self.count.middle / self.n

    @property
    def percent(self) -> float:
        """The proportion as a percentage, 0 to 100."""
        return 100 * self.proportion


def share(count: CountRange | int, n: int) -> Share:
    """A count of firms as a share of n, with its Wilson interval."""
    counts = CountRange.of(count)
    return Share(counts, n, wilson(counts, n))


def ranked(answers: Iterable[Answer], *roles: str) -> tuple[Answer, ...]:
    """Answers from the most to the least named, "no answer" left out; ties keep chart order.

    With ``roles``, only options of those roles (``substantive``, ``other``, ``none_of_these`` ...).
    """
    kept = [
        item
        for item in answers
        if (item.option.role in roles if roles else item.option.role != "no_answer")
    ]
    return tuple(sorted(kept, key=lambda item: (-item.percent, item.option.position)))


def no_answer(answers: Sequence[Answer]) -> Answer | None:
    """The "no answer" row of a chart, if the report prints one."""
    return next((item for item in answers if item.option.role == "no_answer"), None)


def sum_of(answers: Iterable[Answer]) -> CountRange:
    """Firms that chose any of several options of a single-answer question."""
    items = list(answers)
    return CountRange(
        sum(item.counts.low for item in items), sum(item.counts.high for item in items)
    )


def answered_share(answer: Answer, answers: Sequence[Answer]) -> float:
    """Proportion among those who answered the question (no-answers taken off the base)."""
    missing = no_answer(answers)
    return among_answered(answer.counts, missing.counts if missing else 0, answer.n)


def answer_bounds(answer: Answer, answers: Sequence[Answer]) -> Bounds:
    """Least and greatest proportion if the no-answers could have said anything."""
    missing = no_answer(answers)
    return bounds_no_answer(answer.counts, missing.counts if missing else 0, answer.n)


def any_of(answers: Sequence[Answer]) -> CountRange:
    """Firms that chose at least one option, where "none of these" excludes all others.

    What is left of the base after "none of these" and "no answer".

    Raises
    ------
    UnknownName
        If the question has no option with the role ``none_of_these``.
    """
    none = next((item for item in answers if item.option.role == "none_of_these"), None)
    if none is None:
        raise UnknownName("option with the role", "none_of_these", ())
    missing = no_answer(answers)
    low = none.n - none.counts.high - (missing.counts.high if missing else 0)
    high = none.n - none.counts.low - (missing.counts.low if missing else 0)
    return CountRange(max(0, low), max(0, high))


def wave_changes(
    survey: Survey, question_id: str, before: int | None = None, after: int | None = None
) -> tuple[Change, ...]:
    """Every option of a question in two waves, in chart order, "no answer" included.

    Without names of waves, the newest of the question is compared with the one before it. The Holm
    family is all options but "no answer"; that row keeps its raw p-value.
    """
    last = survey.current(question_id) if after is None else after
    first = survey.previous(question_id, last) if before is None else before
    return _changes(survey.answers(question_id, first), survey.answers(question_id, last))


@lru_cache(maxsize=32)
def _changes(first: tuple[Answer, ...], second: tuple[Answer, ...]) -> tuple[Change, ...]:
    """The changes between two waves of a question; the audits ask for the same ones often."""
    pairs = list(zip(first, second, strict=True))
    raw = [two_proportion_p(a.counts, a.n, b.counts, b.n) for a, b in pairs]
    family = [i for i, (a, _) in enumerate(pairs) if a.option.role != "no_answer"]
    adjusted = dict(zip(family, holm([raw[i] for i in family]), strict=True))
    changes = []
    for i, (a, b) in enumerate(pairs):
        was, now = answer_bounds(a, first), answer_bounds(b, second)
        if a.option.role == "no_answer":
            was, now = Bounds(a.proportion, a.proportion), Bounds(b.proportion, b.proportion)
            answered = 0.0
        else:
            answered = answered_share(b, second) - answered_share(a, first)
        changes.append(
            Change(
                option=b.option,
                before=a,
                after=b,
                difference=newcombe(a.counts, a.n, b.counts, b.n),
                p=raw[i],
                p_holm=adjusted.get(i, raw[i]),
                answered=answered,
                bounds=Bounds(now.low - was.high, now.high - was.low),
                family=len(family),
            )
        )
    return tuple(changes)


def group_trend(
    survey: Survey, question_id: str, option_id: str, groups: Sequence[str], wave: int | None = None
) -> Trend:
    """Cochran-Armitage trend of one option over ordered groups, scores 0, 1, 2, ..."""
    rows = [survey.answer(question_id, option_id, wave, group) for group in groups]
    return cochran_armitage([row.counts for row in rows], [row.n for row in rows])


def group_difference(first: Answer, second: Answer) -> Difference:
    """Difference of one option between two groups (second minus first), in proportions."""
    return newcombe(first.counts, first.n, second.counts, second.n)


def lead(first: Answer, second: Answer, exclusive: bool) -> Difference:
    """How far one option leads another of the same chart (first minus second), in proportions.

    The same firms answered both; for multiple-answer questions the interval is the widest that any
    overlap allows.
    """
    return difference_within(second.counts, first.counts, first.n, exclusive)
