"""Other waves and surveys abroad: numbers from outside the report, each with source and caveat.

``methods`` gives how each wave or survey was made, ``wave_designs`` what a chart of two waves says
of them, ``facts`` the numbers of a wave or survey by topic. A fact says
whether it may stand ``beside`` the survey's own number or must be kept ``apart``.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from sme_survey.survey.model import CURRENT, PREVIOUS, Survey, UnknownName
from sme_survey.survey.sources import Origin, Origins, cited, listed
from sme_survey.survey.tables import Row
from sme_survey.survey.text import Text

Comparable = Literal["beside", "apart"]

TOPICS: dict[str, Text] = {
    "investment": Text("Investment in security", "情報セキュリティ対策投資"),
    "it-investment": Text("Investment in IT", "IT投資"),
    "reasons": Text("Reasons for not investing", "投資しない理由"),
    "products": Text("Products and services", "製品・サービス"),
    "organisation": Text("Organisation", "組織体制"),
    "education": Text("Education", "教育"),
    "incidents": Text("Incidents", "被害"),
    "controls": Text("Measures abroad", "国外の対策"),
    "requests": Text("Requests from partners", "取引先からの要請"),
}


@dataclass(frozen=True)
class Method:
    """How a wave or a survey was made. ``valid`` is None where it is not known."""

    id: str
    label: Text
    population: Text
    mode: Text
    sample: Text
    fieldwork: Text
    valid: int | None
    origin: Origin
    caveat: Text


@dataclass(frozen=True)
class Fact:
    """A number from outside the report. Percentages run from 0 to 100."""

    id: str
    method: Method
    topic: str
    comparable: Comparable
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
    """Every wave and survey, in the order of the table."""
    rows = sorted(survey.tables["context_methods"], key=lambda row: row.whole("position"))
    return tuple(
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
        )
        for row in rows
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


def wave_designs(
    survey: Survey, waves: tuple[int, ...] = (PREVIOUS, CURRENT)
) -> tuple[WaveDesign, ...]:
    """Mode, period, sample, base and source of some waves, in the order given.

    Raises
    ------
    UnknownName
        If how a wave was made is not in ``context_methods.csv``.
    """
    known = {item.id: item for item in methods(survey)}
    years = {wave.year: wave for wave in survey.waves}
    designs = []
    for year in waves:
        if f"ipa{year}" not in known or year not in years:
            raise UnknownName("wave with a known design", str(year), [str(item) for item in years])
        method, n = known[f"ipa{year}"], years[year].base
        if method.valid in {None, n}:
            base = Text(f"n = {n:,}, all valid responses", f"n={n:,}（有効回答のすべて）")
        else:
            base = Text(
                f"n = {n:,} of {method.valid:,} valid responses; why is not stated",
                f"n={n:,}（有効回答{method.valid:,}のうち。理由は記されていない）",
            )
        designs.append(
            WaveDesign(
                year,
                years[year].label,
                method.mode,
                method.fieldwork,
                method.sample,
                base,
                (method.origin, years[year].origin),
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
    if topic is not None and topic not in TOPICS:
        raise UnknownName("topic", topic, TOPICS)
    known = {item.id: item for item in methods(survey)}
    return tuple(
        Fact(
            id=row.text("fact_id"),
            method=known[row.text("survey_id")],
            topic=row.text("topic"),
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
