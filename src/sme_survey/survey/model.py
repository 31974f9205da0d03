"""What was asked, of whom, and what was answered: small frozen dataclasses.

A percentage is a number from 0 to 100 with one decimal, as printed (``Decimal``); a proportion is
a float from 0 to 1.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeVar

from sme_survey.numbers.counts import CountRange, forced_counts, possible_counts
from sme_survey.numbers.intervals import Interval, wilson
from sme_survey.survey.names import Names
from sme_survey.survey.sources import Origin, Origins, Source
from sme_survey.survey.tables import Row, Table
from sme_survey.survey.text import Text

Role = Literal["substantive", "none_of_these", "dont_know", "other", "no_answer"]
AnswerType = Literal["single", "multiple"]

T = TypeVar("T")
K = TypeVar("K")


class UnknownName(KeyError):
    """A name that the survey does not hold; the message offers the nearest ones."""

    def __init__(self, kind: str, name: object, known: Iterable[object]) -> None:
        names = [str(item) for item in known]
        near = difflib.get_close_matches(str(name), names, n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else f"; known: {', '.join(names)}"
        super().__init__(f"no {kind} {name!r}{hint}")

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Option:
    """One answer that respondents could choose."""

    id: str
    question_id: str
    position: int
    label: Text
    role: Role


@dataclass(frozen=True)
class OptionKind:
    """A kind by which this book groups the options of a question; the report has none."""

    id: str
    label: Text
    position: int


@dataclass(frozen=True)
class Group:
    """Who answered: all, a size class, or a position in the supply chain."""

    id: str
    label: Text
    position: int
    dimension: str


@dataclass(frozen=True)
class Wave:
    """One round of the survey, oldest first in :attr:`Survey.waves`.

    ``short`` is its name in charts and tables, ``base`` the n of its comparison charts, ``valid``
    its valid responses where they are published. ``mode``, ``period`` and ``frame`` say how it was
    made. A ``draft`` is not wholly transcribed: pages that show it say so.
    """

    year: int
    label: Text
    short: Text
    colour: str
    base: int
    valid: int | None
    start: str
    end: str
    mode: Text
    period: Text
    frame: Text
    origin: Origin
    draft: bool = False


@dataclass(frozen=True)
class Question:
    """One question of the survey, as the report publishes it.

    ``unit`` names in the plural what answered it: firms, schools, persons. ``origins`` says for
    each wave where its numbers are printed, the newest wave first.
    """

    id: str
    section: str
    title: Text
    wording: str
    answer_type: AnswerType
    base: Text
    origins: tuple[tuple[int, Origin], ...]
    unit: Text
    published: bool
    options: tuple[Option, ...]

    @property
    def origin(self) -> Origin:
        """Where the newest wave is printed."""
        return self.origins[0][1]

    @property
    def page(self) -> int:
        """The page of that chart; 0 where its source has no pages."""
        return self.origin.page or 0

    def option(self, option_id: str) -> Option:
        """The option of that name; ``UnknownName`` if the question has none."""
        for option in self.options:
            if option.id == option_id:
                return option
        raise UnknownName(f"option of {self.id}", option_id, (item.id for item in self.options))


@dataclass(frozen=True)
class Answer:
    """One published percentage: of ``n`` firms in ``group``, ``percent`` chose ``option``.

    ``counts`` holds the integer numbers of firms that the percentage allows; for a single-answer
    question the other options and the base have narrowed it.
    """

    question_id: str
    wave: int
    group: str
    n: int
    option: Option
    percent: Decimal
    counts: CountRange
    origin: Origin

    @property
    def proportion(self) -> float:
        """The published percentage as a proportion, 0 to 1."""
        return float(self.percent) / 100

    def interval(self, confidence: float = 0.95) -> Interval:
        """Wilson interval (proportions, 0 to 1), the envelope over the counts allowed."""
        return wilson(self.counts, self.n, confidence)


@dataclass(frozen=True)
class Single:
    """A number that the report gives in a sentence or a small table only."""

    id: str
    question_id: str | None
    value: Decimal
    unit: str
    kind: str
    text: Text
    origin: Origin
    wave: int | None
    group: str | None

    @property
    def page(self) -> int:
        """The page that gives it; 0 where its source has no pages."""
        return self.origin.page or 0


@dataclass(frozen=True)
class Example:
    """A practice that the case collection describes, in our words."""

    theme: str
    theme_label: Text
    kind: str
    text: Text
    origin: Origin


@dataclass(frozen=True)
class Place:
    """A prefecture (JIS X 0401 code) and the METI regional block it belongs to."""

    code: str
    option_id: str
    label: Text
    block: str


@dataclass(frozen=True)
class Block:
    """A METI regional block with the cases published and the minimum aimed at."""

    id: str
    label: Text
    minimum: int
    cases: int


@dataclass(frozen=True)
class Survey:
    """The whole publication as data. Made by :func:`sme_survey.load`."""

    questions: tuple[Question, ...]
    groups: tuple[Group, ...]
    waves: tuple[Wave, ...]
    all_answers: tuple[Answer, ...]
    singles: tuple[Single, ...]
    sources: tuple[Source, ...]
    names: Names = field(repr=False, compare=False)
    tables: Mapping[str, Table] = field(repr=False, compare=False)

    @cached_property
    def _questions(self) -> dict[str, Question]:
        return {item.id: item for item in self.questions}

    @cached_property
    def _answers(self) -> dict[tuple[str, int, str], tuple[Answer, ...]]:
        found: dict[tuple[str, int, str], list[Answer]] = {}
        for item in self.all_answers:
            found.setdefault((item.question_id, item.wave, item.group), []).append(item)
        return {
            key: tuple(sorted(items, key=lambda item: item.option.position))
            for key, items in found.items()
        }

    def question(self, question_id: str) -> Question:
        """The question of that name; ``UnknownName`` offers near names otherwise."""
        return _find("question", question_id, self._questions)

    def group(self, group_id: str) -> Group:
        """The group of that name."""
        return _find("group", group_id, {item.id: item for item in self.groups})

    def single(self, single_id: str) -> Single:
        """The number given only in a sentence, by its name."""
        return _find("published single", single_id, {item.id: item for item in self.singles})

    def wave(self, year: int) -> Wave:
        """The wave of that year."""
        known = {str(item.year): item for item in self.waves}
        return _find("wave", str(year), known)

    def years(self, question_id: str, group: str = "total") -> tuple[int, ...]:
        """The waves in which a question is published for a group, oldest first."""
        return tuple(
            item.year for item in self.waves if (question_id, item.year, group) in self._answers
        )

    def current(self, question_id: str, group: str = "total") -> int:
        """The newest wave in which a question is published for a group.

        Raises
        ------
        UnknownName
            If there is no such question, or nothing published for that group.
        """
        years = self.years(self.question(question_id).id, group)
        if not years:
            raise self._unpublished(question_id, group)
        return years[-1]

    def previous(self, question_id: str, wave: int | None = None, group: str = "total") -> int:
        """The wave before ``wave`` (by default the newest) in which a question is published.

        Raises
        ------
        UnknownName
            If there is none.
        """
        last = self.current(question_id, group) if wave is None else wave
        order = [item.year for item in self.waves]
        years = [y for y in self.years(question_id, group) if order.index(y) < order.index(last)]
        if not years:
            raise UnknownName(f"wave of {question_id} before", last, order)
        return years[-1]

    @cached_property
    def main(self) -> Wave:
        """The wave that is the newest of most questions: what the survey as a whole speaks of."""
        newest = [self.years(item.id)[-1] for item in self.questions if self.years(item.id)]
        return max(reversed(self.waves), key=lambda wave: newest.count(wave.year))

    def until(self, year: int) -> Survey:
        """The survey as it was known with the wave of that year: what came later is left out.

        A statement of a report is judged on its own wave, whatever waves follow.
        """
        order = [item.year for item in self.waves]
        kept = set(order[: order.index(self.wave(year).year) + 1])
        if len(kept) == len(order):
            return self
        return replace(
            self,
            waves=tuple(item for item in self.waves if item.year in kept),
            all_answers=tuple(item for item in self.all_answers if item.wave in kept),
        )

    def _unpublished(self, question_id: str, wanted: str) -> UnknownName:
        known = [f"{w}/{g}" for q, w, g in self._answers if q == question_id]
        what = f"published numbers of {question_id} for"
        return UnknownName(what, wanted, known or ["none: the chart is a picture"])

    def answers(
        self, question_id: str, wave: int | None = None, group: str = "total"
    ) -> tuple[Answer, ...]:
        """Published answers to a question in the order of the report's chart.

        Without a wave, those of the newest that the question has for the group.

        Raises
        ------
        UnknownName
            If there is no such question, or nothing published for that wave and group.
        """
        question = self.question(question_id)
        year = self.current(question.id, group) if wave is None else wave
        if (question.id, year, group) not in self._answers:
            raise self._unpublished(question.id, f"{year}/{group}")
        return self._answers[question.id, year, group]

    def answer(
        self, question_id: str, option_id: str, wave: int | None = None, group: str = "total"
    ) -> Answer:
        """One published answer."""
        option = self.question(question_id).option(option_id)
        for item in self.answers(question_id, wave, group):
            if item.option == option:
                return item
        raise UnknownName(f"answer of {question_id}", option_id, ())

    def keys(self, question_id: str) -> tuple[tuple[int, str], ...]:
        """The (wave, group) pairs published for a question: newest wave first, groups in order."""
        order = {item.id: item.position for item in self.groups}
        age = {item.year: -number for number, item in enumerate(self.waves)}
        pairs = [(w, g) for q, w, g in self._answers if q == question_id]
        return tuple(sorted(pairs, key=lambda pair: (age[pair[0]], order[pair[1]])))

    def groups_of(self, question_id: str) -> tuple[tuple[Answer, ...], ...]:
        """The newest table of each group that a question is published for, groups in order."""
        newest = {group: wave for wave, group in reversed(self.keys(question_id))}
        order = {item.id: item.position for item in self.groups}
        return tuple(
            self.answers(question_id, newest[group], group)
            for group in sorted(newest, key=lambda item: order[item])
        )

    def base(self, question_id: str, wave: int | None = None, group: str = "total") -> int:
        """Number of firms (n) the percentages refer to."""
        return self.answers(question_id, wave, group)[0].n

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The 47 prefectures in the order of their codes."""
        return tuple(
            Place(
                row.text("jis_code"),
                row.text("option_id"),
                Text(row.text("label_en"), row.text("label_ja")),
                row.text("block"),
            )
            for row in self.tables["prefectures"]
        )

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The METI regional blocks, north to south."""
        cases = {row.text("block"): row.whole("cases") for row in self.tables["case_blocks"]}
        return tuple(
            Block(
                row.text("block"),
                Text(row.text("label_en"), row.text("label_ja")),
                row.whole("minimum_cases"),
                cases[row.text("block")],
            )
            for row in self.tables["blocks"]
        )

    def source(self, source_id: str) -> Source:
        """The source of that name."""
        return _find("source", source_id, {item.id: item for item in self.sources})

    def origin(self, row: Row) -> Origin:
        """Where a row says that it is published; a row with a page alone names a report's page.

        Raises
        ------
        UnknownName
            If the row names no source that is known.
        """
        page = row.values.get("page")
        number = page if isinstance(page, int) else None
        if "source_id" in row.values:
            return Origin(self.source(row.text("source_id")), number)
        return self.page_origin(number or 0)

    def page_origin(self, page: int) -> Origin:
        """A page of the report, by ``pages.csv``."""
        known = {row.whole("page"): row.text("source_id") for row in self.tables["pages"]}
        return Origin(self.source(_find("page of the report", page, known)), page)

    def origins(self, *tables: str, **chosen: object) -> Origins:
        """The origins of all rows of some tables, or of those with the values ``chosen``."""
        rows = (
            row
            for table in tables
            for row in self.tables[table]
            if all(row.values.get(name, value) == value for name, value in chosen.items())
        )
        return tuple(dict.fromkeys(self.origin(row) for row in rows))

    def option_kinds(self, question_id: str) -> dict[str, OptionKind]:
        """The kind of each option by its name, where this book groups the question; else empty."""
        return {
            row.text("option_id"): OptionKind(
                row.text("kind"),
                Text(row.text("kind_en"), row.text("kind_ja")),
                row.whole("kind_position"),
            )
            for row in self.tables["option_kinds"]
            if row.text("question_id") == question_id
        }

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """Practices named in the case collection, by theme, in our words."""
        return tuple(
            Example(
                row.text("theme"),
                Text(row.text("theme_en"), row.text("theme_ja")),
                row.text("kind"),
                Text(row.text("text_en"), row.text("text_ja")),
                self.origin(row),
            )
            for row in self.tables["case_examples"]
        )


def _find(kind: str, name: K, known: Mapping[K, T]) -> T:
    if name not in known:
        raise UnknownName(kind, name, known)
    return known[name]


def count_ranges(
    percents: list[Decimal], n: int, answer_type: AnswerType
) -> tuple[CountRange, ...] | None:
    """Integer counts behind the percentages of one table, or ``None`` if no counts give them."""
    if answer_type == "single":
        return forced_counts(percents, n)
    ranges = [possible_counts(percent, n) for percent in percents]
    known = [item for item in ranges if item is not None]
    return tuple(known) if len(known) == len(ranges) else None
