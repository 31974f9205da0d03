"""Drawings and tables on paper, where nothing scrolls.

The charts of the book are rows under one another, made for narrow screens. On paper a chart of
thirty rows would be scaled down to fit the page. It is cut between two rows, near the middle.
What belongs to all rows (the lines of the scale) goes to both columns, everything else to one.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from lxml import etree

from sme_survey.publishing.exports import SVG, XHTML

TALL = 560.0  # units of a drawing, 1:1 on a narrow screen
HEAD = 18.0  # room for the scale above the second column
ASCENT, DESCENT = 11.0, 4.0  # of a line of text, generously
ALL_ROWS = 0.6  # a mark that reaches over this share of the height belongs to all rows

SHORT, LONG = 14, 18  # rows: up to which a table stays whole, from which it may run over pages
LENGTHY = 1200  # half-widths of text, from which it may as well
WRAPPING = 48  # half-widths of a cell, from which the columns are measured out
LINE = 112  # half-widths of a line across the page, in the size of a table
NARROW = 12  # half-widths that a column of longer texts has at least
BREAKABLE = 20  # half-widths of a word, from which it may be broken (addresses)

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_HREF = "{http://www.w3.org/1999/xlink}href"


@dataclass
class Mark:
    """An element of a drawing and how far it reaches from top to bottom."""

    element: Any
    top: float
    bottom: float


def marks(drawing: Any) -> list[Mark]:
    """The elements of a drawing that show something.

    Raises
    ------
    ValueError
        If an element is not one that the charts of this book are made of.
    """
    found = []
    for element in drawing:
        kind = etree.QName(element).localname
        if kind == "text":
            y = float(element.get("y"))
            found.append(Mark(element, y - ASCENT, y + DESCENT))
        elif kind == "path":
            ys = [float(number) for number in _NUMBER.findall(element.get("d"))[1::2]]
            found.append(Mark(element, min(ys), max(ys)))
        elif kind == "use":
            y = float(element.get("y"))
            found.append(Mark(element, y - 5, y + 5))
        elif kind != "defs":
            raise ValueError(f"<{kind}> is not an element of a chart")
    return found


def labels(found: list[Mark]) -> list[Mark]:
    """The names of the rows: texts at the left edge."""
    return [
        mark
        for mark in found
        if etree.QName(mark.element).localname == "text" and float(mark.element.get("x")) == 0
    ]


def cut(found: list[Mark], height: float) -> float | None:
    """Where to cut: above the name of a row near the middle, through no other mark."""
    own = [mark for mark in found if mark.bottom - mark.top < ALL_ROWS * height]
    places = [
        mark.top - 1
        for mark in labels(found)
        if not any(other.top < mark.top - 1 < other.bottom for other in own)
    ]
    places = [place for place in places if 0.35 * height < place < 0.65 * height]
    return min(places, key=lambda place: abs(place - height / 2), default=None)


def column(drawing: Any, found: list[Mark], top: float, bottom: float, height: float) -> Any:
    """What a drawing shows between two heights, as a drawing of its own."""
    made = etree.Element(drawing.tag, nsmap=drawing.nsmap)
    for definitions in drawing.iter(f"{{{SVG}}}defs"):
        made.append(copy.deepcopy(definitions))
    for mark in found:
        whole = mark.bottom - mark.top >= ALL_ROWS * height
        if whole or top <= (mark.top + mark.bottom) / 2 < bottom:
            element = copy.deepcopy(mark.element)
            if whole and element.get("d"):
                element.set("d", shorter(element.get("d"), top, bottom))
            made.append(element)
    if top > 0:
        made.extend(scale(found, top))
        rename(made)
    top -= HEAD if top > 0 else 0
    width = drawing.get("viewBox").split()[2]
    made.set("viewBox", f"0 {top:g} {width} {bottom - top:g}")
    made.set("class", "column")
    return made


def shorter(path: str, top: float, bottom: float) -> str:
    """A path that ends where its column does; numbers come in pairs of x and y."""
    count = iter(range(len(path)))

    def limited(match: re.Match[str]) -> str:
        number = match.group(0)
        return number if next(count) % 2 == 0 else f"{min(max(float(number), top), bottom):g}"

    return _NUMBER.sub(limited, path)


def scale(found: list[Mark], top: float) -> list[Any]:
    """The numbers of the scale again, above the second column."""
    middle = [mark for mark in found if "text-anchor: middle" in (mark.element.get("style") or "")]
    rows = labels(found)
    first = min((mark.top for mark in rows), default=0.0)
    heads = [mark for mark in middle if mark.bottom <= first + ASCENT]
    line = max((mark.top for mark in heads), default=0.0)
    made = []
    for mark in heads:
        if mark.top == line:
            element = copy.deepcopy(mark.element)
            element.set("y", f"{top - DESCENT:g}")
            made.append(element)
    return made


def rename(drawing: Any) -> None:
    """Give the ids of the second column names of their own."""
    for element in drawing.iter():
        if element.get("id"):
            element.set("id", element.get("id") + "-2")
        if element.get("clip-path"):
            element.set("clip-path", element.get("clip-path").replace(")", "-2)"))
        if element.get(_HREF):
            element.set(_HREF, element.get(_HREF) + "-2")


def columns(drawing: Any) -> list[Any] | None:
    """The two columns of a tall drawing, or nothing if it is not tall or cannot be cut."""
    height = float(drawing.get("viewBox").split()[3])
    if height < TALL:
        return None
    try:
        found = marks(drawing)
    except ValueError:
        return None
    place = cut(found, height)
    if place is None:
        return None
    return [
        column(drawing, found, 0, place, height),
        column(drawing, found, place, height, height),
    ]


# ---- tables ----------------------------------------------------------------------------------


def half_widths(text: str) -> int:
    """Width of a text in half-widths: Japanese characters take two."""
    return sum(2 if unicodedata.east_asian_width(item) in "WF" else 1 for item in text)


def longest_word(text: str) -> int:
    """Width of the longest part of a text that should not be broken; Japanese breaks anywhere."""
    words = re.split(r"[\s\-\u3000-\u9fff\uff00-\uffef]+", text)
    return min(max(map(half_widths, words), default=0), BREAKABLE)


def cells(table: Any) -> list[list[str]]:
    """The texts of a table, row by row."""
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row]
        for row in table.iter(f"{{{XHTML}}}tr")
    ]


def widths(rows: list[list[str]]) -> list[float] | None:
    """Width of each column in per cent of the page, where cells are long enough to wrap.

    A column has room for its longest word and is never very narrow; what is left goes by the
    length of its text, which keeps rows low.
    """
    count = len(rows[0]) if rows else 0
    if not count or any(len(row) != count for row in rows):
        return None
    if max(half_widths(cell) for row in rows for cell in row) < WRAPPING:
        return None
    columns = list(zip(*rows, strict=True))
    need = [
        max(max(longest_word(cell), min(half_widths(cell), NARROW)) for cell in column) + 3.0
        for column in columns
    ]
    fair = [sum(half_widths(cell) for cell in column) for column in columns]
    left = max(LINE - sum(need), 0.0)
    wide = [
        room + left * share / (sum(fair) or 1.0) for room, share in zip(need, fair, strict=True)
    ]
    return [round(100 * item / sum(wide), 1) for item in wide]


def fit_table(table: Any) -> str:
    """Measure out the columns of a table of texts; say how it may break: short, long or neither."""
    rows = cells(table)
    wide = widths(rows)
    if wide is not None and "dictionary" not in (table.get("class") or ""):
        group = etree.Element(f"{{{XHTML}}}colgroup")
        for width in wide:
            etree.SubElement(group, f"{{{XHTML}}}col", {"style": f"width: {width}%"})
        caption = table.find(f"{{{XHTML}}}caption")
        table.insert(0 if caption is None else 1, group)
        table.set("class", f"{table.get('class') or ''} measured".strip())
    text = sum(half_widths(cell) for row in rows for cell in row)
    if len(rows) > LONG or text > LENGTHY:
        return "long"
    return "short" if len(rows) <= SHORT else ""
