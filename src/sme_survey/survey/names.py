"""What names a survey: titles, agency, unit of analysis, topics, the chain of bases.

Everything comes from one table, ``survey.csv``; captions, cards, metadata and commands take their
words from here. Standard library only.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sme_survey.survey.tables import Problem, Row, Table
from sme_survey.survey.text import Text

# Words that every survey has; each gives a text in both languages, or a value that is the same.
TEXTS = (
    "title", "short_title", "subtitle", "lead", "data_title", "data_description", "keywords",
    "agency", "agency_short", "credit", "fiscal_year", "unit", "units",
    "counter", "own", "nation", "coverage", "universe", "sampling", "mode",
)  # fmt: skip
VALUES = ("slug", "package", "agency_address", "report_source", "report_wave")
TOPICS = ("section", "theme", "context")


@dataclass(frozen=True)
class Link:
    """Options of a question, and what they lead to: later questions, or a number stated."""

    question: str
    options: tuple[str, ...]
    leads_to: tuple[str, ...]


@dataclass(frozen=True)
class Names:
    """The words of a survey. ``names["agency"]`` gives a text, ``names.value("slug")`` a value.

    ``sections`` are topics of questions, ``themes`` of claims, ``context`` of other surveys, each
    in its order. ``chain``: an answer and the questions put to those who gave it. ``stated``:
    answers of which the report states the count. ``batteries``: questions asked together.
    """

    words: Mapping[str, Text]
    values: Mapping[str, str]
    topics: Mapping[str, Mapping[str, Text]]
    chain: tuple[Link, ...] = ()
    stated: tuple[Link, ...] = ()
    batteries: tuple[tuple[str, ...], ...] = ()

    def __getitem__(self, name: str) -> Text:
        return self.words[name]

    def value(self, name: str) -> str:
        """What is the same in both languages."""
        return self.values[name]

    @property
    def sections(self) -> Mapping[str, Text]:
        """Topics of questions."""
        return self.topics["section"]

    @property
    def themes(self) -> Mapping[str, Text]:
        """Topics of claims."""
        return self.topics["theme"]

    @property
    def context(self) -> Mapping[str, Text]:
        """Topics of other waves and surveys."""
        return self.topics["context"]

    @property
    def all_units(self) -> Text:
        """The units of analysis at the head of a sentence or a column: ``Firms``, ``企業``."""
        units = self["units"]
        return Text(units.en[:1].upper() + units.en[1:], units.ja)

    @property
    def unit_counts(self) -> Text:
        """The heading of a column of counts: ``Firms``, ``企業数``."""
        return Text(self.all_units.en, f"{self['unit'].ja}数")

    def many(self, number: object) -> Text:
        """A number of units, written: ``4,074 firms``, ``4,074社``."""
        shown = f"{number:,}" if isinstance(number, int) else str(number)
        return Text(f"{shown} {self['counter'].en}", f"{shown}{self['counter'].ja}")


def read(table: Table) -> Names:
    """The words of a table; what is missing is left out and named by :func:`problems`."""
    words: dict[str, Text] = {}
    values: dict[str, str] = {}
    topics: dict[str, dict[str, Text]] = {kind: {} for kind in TOPICS}
    links: dict[str, dict[str, list[str]]] = {"chain": {}, "stated": {}}
    batteries = []
    for row in table:
        kind, name = row.text("kind"), row.text("name")
        text = Text(row.text("text_en"), row.text("text_ja"))
        if kind == "word":
            words[name], values[name] = text, row.text("value")
        elif kind in topics:
            topics[kind][name] = text
        elif kind in links:
            links[kind].setdefault(row.text("value"), []).append(name)
        elif kind == "battery":
            batteries.append(tuple(row.text("value").split("|")))
    chain, stated = (
        tuple(_link(place, later) for place, later in links[kind].items())
        for kind in ("chain", "stated")
    )
    return Names(words, values, topics, chain, stated, tuple(batteries))


def _link(place: str, leads_to: Iterable[str]) -> Link:
    question, _, options = place.partition("/")
    return Link(question, tuple(options.split("|")), tuple(leads_to))


def problems(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Words that are missing, and names in ``survey.csv`` that the other tables do not hold."""
    table = tables["survey"]
    held = {row.text("name"): row for row in table if row.text("kind") == "word"}
    for name in (*TEXTS, *VALUES):
        if name not in held:
            near = difflib.get_close_matches(name, set(held) - {*TEXTS, *VALUES}, n=1)
            found = f"no word {name}" + (f", but {near[0]}" if near else "")
            line = held[near[0]].line if near else None
            yield Problem(table.file, line, "name", found, "every word that the book needs")
    options: dict[str, set[str]] = {row.text("question_id"): set() for row in tables["questions"]}
    for row in tables["options"]:
        options.setdefault(row.text("question_id"), set()).add(row.text("option_id"))
    singles = {row.text("single_id") for row in tables["published_singles"]}
    held_by = {
        "report_source": ("sources", "source_id"),
        "report_wave": ("waves", "wave"),
    }
    for name, (other, column) in held_by.items():
        known_ids = {row.text(column) for row in tables[other]}
        if name in held and held[name].text("value") not in known_ids:
            value, line = held[name].text("value"), held[name].line
            wanted = f"one that {tables[other].file} holds{_near(value, known_ids)}"
            yield Problem(table.file, line, "value", value, wanted)
    for row in table:
        for fault in _faults(row, options, singles):
            yield Problem(table.file, row.line, *fault)
    known = {kind: [row.text("name") for row in table if row.text("kind") == kind]
             for kind in TOPICS}  # fmt: skip
    for name, column, kind in (
        ("questions", "section", "section"),
        ("claims", "theme", "theme"),
        ("context", "topic", "context"),
    ):
        rows = list(tables[name]) if name in tables else []
        used = {row.text(column) for row in rows}
        for topic in (row for row in table if row.text("kind") == kind):
            if topic.text("name") not in used:
                wanted = f"a {kind} of {name}.csv{_near(topic.text('name'), used)}"
                yield Problem(table.file, topic.line, "name", topic.text("name"), wanted)
        for row in rows:
            if row.text(column) not in known[kind]:
                wanted = f"a {kind} of {table.file}{_near(row.text(column), known[kind])}"
                yield Problem(tables[name].file, row.line, column, row.text(column), wanted)


def _faults(
    row: Row, options: Mapping[str, set[str]], singles: set[str]
) -> Iterator[tuple[str, str, str]]:
    """What is wrong in one row: column, found, expected."""
    kind, name, value = (row.text(column) for column in ("kind", "name", "value"))
    if kind in TOPICS or (kind == "word" and name in TEXTS):
        for column in ("text_en", "text_ja"):
            if not row.text(column):
                yield column, f"nothing for {name}", "a text in both languages"
    if kind == "word" and name in VALUES and not value:
        yield "value", f"nothing for {name}", "a value"
    if kind == "word" and name not in (*TEXTS, *VALUES):
        yield "name", name, f"a word that the book uses{_near(name, (*TEXTS, *VALUES))}"
    if kind == "chain" and name not in options:
        yield "name", name, f"a question of questions.csv{_near(name, options)}"
    if kind == "stated" and name not in singles:
        yield "name", name, f"a number of published_singles.csv{_near(name, singles)}"
    if kind in {"chain", "stated"}:
        question, _, chosen = value.partition("/")
        if question not in options:
            yield "value", value, f"question/option, of questions.csv{_near(question, options)}"
            return
        for option in chosen.split("|"):
            if option not in options[question]:
                wanted = f"options of {question}{_near(option, options[question])}"
                yield "value", f"{option} of {question}", wanted
    if kind == "battery":
        for question in value.split("|"):
            if "no_answer" not in options.get(question, ()):
                wanted = f"questions with no_answer{_near(question, options)}"
                yield "value", question, wanted


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, [item for item in known if item != name], n=1)
    return f" (did you mean {near[0]}?)" if near else ""
