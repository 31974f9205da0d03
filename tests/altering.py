"""The survey with other percentages than the printed ones, for tests of what must follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from sme_survey import Survey
from sme_survey.survey.model import count_ranges


def changed(
    survey: Survey,
    question: str,
    values: Mapping[str, str],
    wave: int = 2021,
    group: str = "total",
    n: int | None = None,
) -> Survey:
    """The survey with some percentages of one table replaced, counts worked out anew."""
    block = survey.answers(question, wave, group)
    base = n or block[0].n
    percents = [Decimal(values.get(item.option.id, str(item.percent))) for item in block]
    ranges = count_ranges(percents, base, survey.question(question).answer_type)
    assert ranges is not None, "the altered table must be possible"
    fresh = {
        item: replace(item, percent=percent, counts=counts, n=base)
        for item, percent, counts in zip(block, percents, ranges, strict=True)
    }
    return replace(survey, all_answers=tuple(fresh.get(item, item) for item in survey.all_answers))
