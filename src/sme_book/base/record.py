"""The record of an edition: what Sphinx knows of its pages, written once, for all later steps.

Sphinx writes it beside the pages it builds; :mod:`sme_book.commands.build` keeps both records
beside the site, as ``_build/record/en.json`` and ``ja.json`` (never inside the site). Search,
downloads, archive, PDF, EPUB, service worker and frozen releases read it; none reads built HTML.

The form of one file::

    {"language": "en",
     "parts": [{"caption": "Results", "pages": ["notebooks/results-it", ...]}, ...],
     "pages": [                       every page with a source, in the order of the contents
       {"name": "notebooks/results-it",
        "title": "...", "description": "...",
        "heading": "...",                the title as search shows it
        "sections": [{"anchor": "...", "title": "...", "level": 1}, ...],
        "words": [["anchor", "heading", "text"], ...],      passages for search
        "loads": ["_static/book.css?v=0123456789", ...],    below the edition
        "claims": ["it-no-need", ...],   claims with an address in it: #claim-NAME
        "cells": 12,                     code cells that Replay runs; their sources and stored
                                         outputs are the file _replay/NAME.json of the edition
        "body": "<section>...",          HTML of the page's prose; <svg data-drawing="LABEL.SHAPE">
                                         stands where a drawing goes
        "cards": [
          {"anchor": "fig-uses", "number": 3, "name": "Figure 3",
           "card": {...},                what sme_survey.presentation.cards.Card.as_json gives
           "drawings": {"wide": "<svg ...", "narrow": "<svg ..."}}, ...]},   none for a table
       ...],
     "others": [...]}                 pages without a source (search), in the same form
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sme_book.base.files import canonical
from sme_survey.survey.text import LANGUAGES, Language

FILE = "book.json"  # beside the folder into which Sphinx writes the pages
PARTS_FOLDER = "record"  # beside it: what is known of each page, as JSON
HOME = "book/index"


class RecordError(ValueError):
    """There is no record, or the two editions do not hold the same."""


@dataclass(frozen=True)
class Card:
    """A figure or table in its page: its number there, its data and words, its drawings."""

    anchor: str
    number: int
    name: str
    card: dict[str, Any]
    drawings: dict[str, str]

    @property
    def label(self) -> str:
        """Stable name, the same in both editions."""
        return str(self.card["label"])


@dataclass(frozen=True)
class Page:
    """A page of an edition. ``name`` is its path below the edition, without ``.html``."""

    name: str
    title: str
    description: str = ""
    heading: str = ""
    sections: Sequence[Mapping[str, Any]] = ()
    words: Sequence[Sequence[str]] = ()
    loads: Sequence[str] = ()
    claims: Sequence[str] = ()
    cells: int = 0
    body: str = ""
    cards: Sequence[Card] = ()

    @property
    def file(self) -> str:
        """Its file below the edition."""
        return f"{self.name}.html"

    def as_json(self) -> dict[str, Any]:
        """The page as it is written into the record."""
        return asdict(self)


def page_of(stored: Mapping[str, Any]) -> Page:
    """A page as it was written by :meth:`Page.as_json`."""
    return Page(**{**stored, "cards": [Card(**card) for card in stored["cards"]]})


@dataclass(frozen=True)
class Record:
    """An edition: its contents and its pages."""

    language: Language
    parts: Sequence[Mapping[str, Any]]
    pages: Sequence[Page]
    others: Sequence[Page] = field(default=())

    def contents(self) -> Iterator[tuple[Page, str]]:
        """Every page in reading order, with the caption of its part (none for the first page)."""
        captions = {name: part["caption"] for part in self.parts for name in part["pages"]}
        for page in self.pages:
            yield page, captions.get(page.name, "")

    def cards(self) -> Iterator[tuple[Page, Card]]:
        """Every card in reading order, with its page."""
        for page in self.pages:
            for card in page.cards:
                yield page, card

    def as_text(self) -> str:
        """The record as a file."""
        return canonical(
            {
                "language": self.language,
                "parts": self.parts,
                "pages": [page.as_json() for page in self.pages],
                "others": [page.as_json() for page in self.others],
            }
        )


def read(path: Path) -> Record:
    """The record in a file.

    Raises
    ------
    RecordError
        If there is none.
    """
    if not path.is_file():
        raise RecordError(f"there is no record of the book at {path}: run `make book`")
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Record(
        stored["language"],
        stored["parts"],
        [page_of(page) for page in stored["pages"]],
        [page_of(page) for page in stored["others"]],
    )


def place(site: Path, language: Language) -> Path:
    """Where the record of an edition of a built site lies."""
    return site.parent / PARTS_FOLDER / f"{language}.json"


def records(site: Path) -> dict[Language, Record]:
    """The records of both editions of a built site.

    Raises
    ------
    RecordError
        If one is missing.
    """
    return {language: read(place(site, language)) for language in LANGUAGES}
