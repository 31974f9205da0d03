"""The words of a page for search: every passage, figure, table and term as plain text.

The index of an edition is one JavaScript file, read only by the search page. It holds the text
itself, which the browser scans for the words of a query: that finds a Japanese compound wherever it
stands, needs no guess at where words begin, and costs less to load than one figure of another kind
of book. As a script rather than data it is there from ``file://`` too.

Words that readers type and the book does not use stand in ``book/search-words.json``: what to look
for instead, and where the answer is, or that the survey did not ask.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sme_book.base.html import Page, has_class
from sme_book.base.record import Page as Recorded
from sme_book.base.record import Record
from sme_survey.survey.text import Language

INDEX = "search-index.js"
OTHER_WORDS = "book/search-words.json"
# What a reader does not look for: code, controls, citations in other formats, drawings (their
# numbers stand in the table below, their words in the alternative text).
_LEFT_OUT = (
    "script", "style", "svg", "button", "noscript", "form",
    "details.cell-code", "dl.said", "div.page-tools", "div.chapters", "a.headerlink",
    "details.card-tool:not(.card-table):not(.card-source)", "summary", "caption", "table.packages",
)  # fmt: skip
_INLINE = {
    "a", "abbr", "b", "cite", "code", "dfn", "em", "i", "kbd", "mark", "q", "rt", "ruby", "samp",
    "small", "span", "strong", "sub", "sup", "u", "var", "wbr",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4"}
_SPACES = re.compile(r"\s+")


def _left_out(element: Any) -> bool:
    if not isinstance(element.tag, str):
        return True
    classes = set(element.get("class", "").split())
    for rule in _LEFT_OUT:
        name, _, rest = rule.partition(".")
        if element.tag != name:
            continue
        if not rest or rest in classes:
            return True
        if ":not" in rest and "card-tool" in classes:
            return not classes & {"card-table", "card-source"}
    return False


def _words(element: Any, stops: set[Any]) -> Iterator[str]:
    """Text of an element without what has a passage of its own; blocks are set apart."""
    if element.text:
        yield element.text
    for child in element:
        if child.get("role") == "img":
            yield f" {child.get('aria-label')} "
        elif child not in stops and not _left_out(child):
            apart = child.tag not in _INLINE
            if apart:
                yield " "
            yield from _words(child, stops)
            if apart:
                yield " "
        if child.tail:
            yield child.tail


def _clean(parts: Iterable[str]) -> str:
    return _SPACES.sub(" ", "".join(parts)).strip()


def _heading(element: Any) -> str:
    """What a passage is called: its heading, the title of its card, or its term."""
    if element.tag == "figure":
        found = element.find_class("card-head")
    elif element.tag == "div":
        found = element.xpath("./dt")
    else:
        found = [child for child in element if child.tag in _HEADINGS]
    return _clean(_words(found[0], set())) if found else ""


def passages(page: Page) -> list[tuple[str, str, str]]:
    """The passages of a page: anchor, heading and text, in the order of reading."""
    own = [
        element
        for element in page.root.iter("section", "figure", "div")
        if element.get("id")
        and (
            element.tag == "section"
            or has_class(element, "card")
            or (element.getparent().tag == "dl" and has_class(element.getparent(), "terms"))
        )
    ]
    stops = set(own)
    found = []
    for element in own:
        heads = {child for child in element if child.tag in _HEADINGS}
        found.append((element.get("id"), _heading(element), _clean(_words(element, stops | heads))))
    return found


def title_of(page: Page) -> str:
    """The title of a page as plain text."""
    title = page.root.find(".//h1")
    return "" if title is None else _clean(_words(title, set()))


def other_words(root: Path, language: Language) -> list[list[Any]]:
    """``[[word, ...], [what to look for as well, ...], page, note]`` of an edition."""
    entries = json.loads((root / OTHER_WORDS).read_text(encoding="utf-8"))
    return [
        [item["words"][language], item["also"][language], item["page"], item["note"][language]]
        for item in entries
    ]


def index(root: Path, edition: Record, more: Iterable[Recorded] = ()) -> str:
    """The index of an edition as a script.

    ``bookIndex`` is ``[file, title, [[anchor, heading, text], ...]]`` for each page, ``bookWords``
    what :func:`other_words` gives. ``more`` are pages that the record does not hold.
    """
    pages = []
    for page in (*edition.pages, *more):
        kept = [item for item in page.words if item[1] or item[2]]
        if kept:
            pages.append([page.file, page.heading, kept])
    content = {"bookIndex": pages, "bookWords": other_words(root, edition.language)}
    return "".join(
        f"globalThis.{name}={json.dumps(entries, ensure_ascii=False, separators=(',', ':'))};\n"
        for name, entries in content.items()
    )
