"""Tables on paper, where nothing scrolls."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from lxml import etree

from sme_book.printing.volumes import XHTML

SHORT, LONG = 14, 18  # rows: up to which a table stays whole, from which it may run over pages
LENGTHY = 1200  # half-widths of text, from which it may as well
WRAPPING = 48  # half-widths of a cell, from which the columns are measured out
LINE = 112  # half-widths of a line across the page, in the size of a table
NARROW = 10  # half-widths that a column of longer texts has at least
GAP = 2.0  # half-widths between two columns
BREAKABLE = 20  # half-widths of a word, from which it may be broken (addresses)


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
        max(max(longest_word(cell), min(half_widths(cell), NARROW)) for cell in column) + GAP
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
