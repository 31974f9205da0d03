"""How much the consistency checks would notice: every published percentage changed in turn.

Each percentage is raised and lowered by 0.1, by 1.0, and has two digits swapped, as a slip of the
keyboard would. What the tables themselves betray (they no longer load, an audit fails, a verdict
changes) is counted first; then what a second, independent entry adds. Only the checks and claims
that the change can touch are computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache, partial
from typing import Literal

from sme_survey.judgement.audits import (
    Audit,
    add_to_hundred,
    battery,
    chain,
    exclusive,
    key,
    roles,
    second_entry,
    subgroups,
)
from sme_survey.judgement.claims import Claim, claims, judge
from sme_survey.survey.model import Answer, Survey, count_ranges
from sme_survey.survey.text import Text

Change = Literal["tenth", "point", "swap"]

CHANGES: dict[Change, Text] = {
    "tenth": Text("Changed by 0.1", "0.1の増減"),
    "point": Text("Changed by 1.0", "1.0の増減"),
    "swap": Text("Two digits swapped", "2桁の入れ替え"),
}


@dataclass(frozen=True)
class Mutation:
    """One percentage changed, and what notices it.

    ``noticed_by``: ``load`` (the tables no longer load), the id of an audit, ``claims`` (a verdict
    changes), or None. ``second``: the double entry differs.
    """

    answer: Answer
    change: Change
    altered: Decimal
    noticed_by: str | None
    second: bool


@dataclass(frozen=True)
class Noticed:
    """Changes of one kind, how many were noticed, and by what (first notice counts)."""

    change: Change
    label: Text
    tests: int
    by_tables: int
    by_claims: int
    with_second: int

    @property
    def alone_percent(self) -> float:
        """Noticed by audits and claims alone, 0 to 100."""
        return 100 * (self.by_tables + self.by_claims) / self.tests

    @property
    def second_percent(self) -> float:
        """Noticed with the double entry, 0 to 100."""
        return 100 * self.with_second / self.tests


def swapped(percent: Decimal) -> Decimal | None:
    """The percentage with its last two different neighbouring digits swapped; None if all alike."""
    digits = list(f"{percent * 10:.0f}".zfill(2))
    for i in range(len(digits) - 2, -1, -1):
        if digits[i] != digits[i + 1]:
            digits[i], digits[i + 1] = digits[i + 1], digits[i]
            return Decimal(int("".join(digits))) / 10
    return None


def variants(percent: Decimal) -> Iterator[tuple[Change, Decimal]]:
    """The altered values of a percentage that stay from 0 to 100."""
    candidates: list[tuple[Change, Decimal | None]] = [
        ("tenth", percent + Decimal("0.1")),
        ("tenth", percent - Decimal("0.1")),
        ("point", percent + 1),
        ("point", percent - 1),
        ("swap", swapped(percent)),
    ]
    for change, value in candidates:
        if value is not None and 0 <= value <= 100:
            yield change, value.quantize(Decimal("0.1"))


def altered(survey: Survey, answer: Answer, percent: Decimal) -> Survey | None:
    """The survey with one percentage changed; None if no numbers of firms give its table.

    answer: the answer to change. percent: its new percentage, 0 to 100, one decimal.
    """
    block = survey.answers(answer.question_id, answer.wave, answer.group)
    percents = [percent if item == answer else item.percent for item in block]
    answer_type = survey.question(answer.question_id).answer_type
    ranges = count_ranges(percents, answer.n, answer_type)
    if ranges is None:
        return None
    fresh = {
        key(item): replace(item, percent=value, counts=found)
        for item, value, found in zip(block, percents, ranges, strict=True)
    }
    return replace(
        survey, all_answers=tuple(fresh.get(key(item), item) for item in survey.all_answers)
    )


def _touched(survey: Survey, answer: Answer) -> list[Callable[[Survey], Audit]]:
    """The audits that a change of this answer can make fail, on the answer's question alone."""
    question = survey.question(answer.question_id)
    found: list[Callable[[Survey], Audit]] = []
    if question.answer_type == "single":
        found.append(partial(_on_question, add_to_hundred, question.id))
    else:
        found.append(partial(_on_question, exclusive, question.id))
    if len({group for _, group in survey.keys(question.id)}) > 1:
        found.append(partial(_on_question, subgroups, question.id))
    names, option = survey.names, answer.option
    if any(question.id == link.question and option.id in link.options for link in names.chain):
        found.append(chain)
    if any(question.id == link.question for link in names.stated):
        found.append(roles)
    batteries = {name for asked in names.batteries for name in asked}
    if question.id in batteries and option.role == "no_answer":
        found.append(battery)
    return found


def _on_question(audit: Callable[[Survey], Audit], question_id: str, survey: Survey) -> Audit:
    return audit(replace(survey, questions=(survey.question(question_id),)))


def _notice(
    survey: Survey,
    answer: Answer,
    percent: Decimal,
    touching: Mapping[str, list[tuple[Claim, str]]],
) -> str | None:
    changed = altered(survey, answer, percent)
    if changed is None:
        return "load"
    for audit in _touched(survey, answer):
        result = audit(changed)
        if not result.passed:
            return result.id
    for claim, verdict in touching.get(answer.question_id, []):
        if judge(changed, claim).verdict != verdict:
            return "claims"
    return None


@lru_cache(maxsize=2)
def mutations(survey: Survey) -> tuple[Mutation, ...]:
    """Every published percentage changed in turn, with what notices it (some 1,900 changes)."""
    touching: dict[str, list[tuple[Claim, str]]] = {}
    for claim in claims(survey):
        verdict = judge(survey, claim).verdict
        for question in claim.questions:
            touching.setdefault(question, []).append((claim, verdict))
    second = second_entry(survey)
    return tuple(
        Mutation(
            answer,
            change,
            percent,
            _notice(survey, answer, percent, touching),
            second.get(key(answer), percent) != percent,
        )
        for answer in survey.all_answers
        for change, percent in variants(answer.percent)
    )


def noticed(survey: Survey) -> tuple[Noticed, ...]:
    """Shares of the changes noticed, by kind of change."""
    result = []
    for change, label in CHANGES.items():
        items = [item for item in mutations(survey) if item.change == change]
        result.append(
            Noticed(
                change,
                label,
                len(items),
                sum(item.noticed_by not in {None, "claims"} for item in items),
                sum(item.noticed_by == "claims" for item in items),
                sum(item.noticed_by is not None or item.second for item in items),
            )
        )
    return tuple(result)
