"""Other waves and surveys abroad: numbers from outside the report, each with source and caveat.

``methods`` gives how each wave or survey was made, ``wave_designs`` what a chart of two waves says
of them, ``facts`` the numbers of a wave or survey by topic. A fact says
whether it may stand ``beside`` the survey's own number or must be kept ``apart``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, cast

from sme_survey.survey.model import Survey, UnknownName
from sme_survey.survey.sources import Origin, Origins, cited, listed
from sme_survey.survey.tables import Row
from sme_survey.survey.text import Text

Comparable = Literal["beside", "apart"]


@dataclass(frozen=True)
class Method:
    """How a wave or a survey was made. ``valid`` is None where it is not known.

    ``wave`` is the year of a wave of this survey, None for another survey.
    """

    id: str
    label: Text
    population: Text
    mode: Text
    sample: Text
    fieldwork: Text
    valid: int | None
    origin: Origin
    caveat: Text
    wave: int | None


@dataclass(frozen=True)
class Fact:
    """A number from outside the report. Percentages run from 0 to 100.

    ``counter`` is the word after a count: firms, 社.
    """

    id: str
    method: Method
    topic: str
    comparable: Comparable
    counter: Text
    question: Text
    option: Text
    group: Text
    value: Decimal
    unit: str
    n: int | None
    origin: Origin
    caveat: Text

    @property
    def percent(self) -> float | None:
        """The value as a percentage; a count is taken as a share of the survey's responses."""
        if self.unit == "percent":
            return float(self.value)
        if self.unit == "count" and self.n:
            return 100 * float(self.value) / self.n
        return None


def _words(row: Row, stem: str) -> Text:
    return Text(row.text(f"{stem}_en"), row.text(f"{stem}_ja"))


def _whole(row: Row, column: str) -> int | None:
    value = row.values[column]
    return value if isinstance(value, int) else None


def methods(survey: Survey) -> tuple[Method, ...]:
    """Every wave and survey, in the order of the table; waves as ``waves.csv`` describes them."""
    waves = {wave.year: wave for wave in survey.waves}
    rows = sorted(survey.tables["context_methods"], key=lambda row: row.whole("position"))
    found = (
        Method(
            id=row.text("survey_id"),
            label=_words(row, "label"),
            population=_words(row, "population"),
            mode=_words(row, "mode"),
            sample=_words(row, "sample"),
            fieldwork=_words(row, "fieldwork"),
            valid=_whole(row, "valid"),
            origin=survey.origin(row),
            caveat=_words(row, "caveat"),
            wave=_whole(row, "wave"),
        )
        for row in rows
    )
    return tuple(
        replace(item, mode=wave.mode, sample=wave.frame, fieldwork=wave.period)
        if item.wave is not None and (wave := waves.get(item.wave))
        else item
        for item in found
    )


@dataclass(frozen=True)
class WaveDesign:
    """How one wave of the survey was made: what a reader must know who compares two of them."""

    year: int
    label: Text
    mode: Text
    fieldwork: Text
    sample: Text
    base: Text
    origins: Origins

    @property
    def source(self) -> Text:
        """The sources that say so, in words."""
        named = [item.text for item in cited(self.origins)]
        return Text(
            listed([item.en for item in named], "en"), listed([item.ja for item in named], "ja")
        )


def wave_designs(survey: Survey, waves: Sequence[int] | None = None) -> tuple[WaveDesign, ...]:
    """Mode, period, sample, base and source of some waves, in the order given; all without names.

    Raises
    ------
    UnknownName
        If the survey has no such wave.
    """
    found = {item.wave: item for item in methods(survey) if item.wave is not None}
    designs = []
    for wave in survey.waves if waves is None else [survey.wave(year) for year in waves]:
        n, valid = wave.base, wave.valid
        if valid is None and wave.year in found:
            valid = found[wave.year].valid
        if valid in {None, n}:
            base = Text(f"n = {n:,}", f"n={n:,}")
            if valid == n:
                base = Text(f"{base.en}, all valid responses", f"{base.ja}（有効回答のすべて）")
        else:
            base = Text(
                f"n = {n:,} of {valid:,} valid responses; why is not stated",
                f"n={n:,}（有効回答{valid:,}のうち。理由は記されていない）",
            )
        from_where = (found[wave.year].origin,) if wave.year in found else ()
        designs.append(
            WaveDesign(
                wave.year,
                wave.label,
                wave.mode,
                wave.period,
                wave.frame,
                base,
                (*from_where, wave.origin),
            )
        )
    return tuple(designs)


def facts(survey: Survey, topic: str | None = None) -> tuple[Fact, ...]:
    """Numbers of other waves and surveys, all or those of one topic.

    Raises
    ------
    UnknownName
        If there is no such topic.
    """
    if topic is not None and topic not in survey.names.context:
        raise UnknownName("topic", topic, survey.names.context)
    known = {item.id: item for item in methods(survey)}
    return tuple(
        Fact(
            id=row.text("fact_id"),
            method=known[row.text("survey_id")],
            topic=row.text("topic"),
            counter=survey.names["counter"],
            comparable=cast(Comparable, row.text("comparable")),
            question=_words(row, "question"),
            option=_words(row, "option"),
            group=_words(row, "group"),
            value=row.number("value"),
            unit=row.text("unit"),
            n=_whole(row, "n"),
            origin=survey.origin(row),
            caveat=_words(row, "caveat"),
        )
        for row in survey.tables["context"]
        if topic in {None, row.text("topic")}
    )


def fact(survey: Survey, fact_id: str) -> Fact:
    """One number by its name; ``UnknownName`` if there is none."""
    found = {item.id: item for item in facts(survey)}
    if fact_id not in found:
        raise UnknownName("fact", fact_id, found)
    return found[fact_id]
