"""What a chart shows, before it is drawn: rows, marks, series and colours. Standard library only.

One colour stands for one thing throughout the book. All colours keep a contrast of 3:1 against a
white and a near-black page and stay apart for readers with a colour vision deficiency (hues after
Okabe and Ito, 2008); series differ by marker as well.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sme_survey.survey.text import Text

Shape = Literal["wide", "narrow"]  # of a drawing: for a page, or for a small screen

BLUE, ORANGE, GREEN, ROSE = "#2b83c6", "#c97b1a", "#12936f", "#c2587a"
LILAC, GREY, SAND = "#8c7bb8", "#868686", "#a98a3c"

ROLE_COLOURS = {
    "substantive": BLUE,
    "other": BLUE,
    "none_of_these": SAND,
    "dont_know": BLUE,
    "no_answer": GREY,
}
# Names that data give to colours: those of waves in ``waves.csv``.
NAMED = {
    "blue": BLUE, "orange": ORANGE, "green": GREEN, "rose": ROSE, "lilac": LILAC, "sand": SAND,
}  # fmt: skip
GROUP_COLOURS = {
    "total": BLUE,
    "small": GREEN,
    "sme_100": LILAC,
    "sme_101": ROSE,
}
SCALE_COLOURS = {
    "very_large": "#1d64a0",
    "somewhat": "#5a9fd4",
    "not_much": "#c79a4b",
    "not_at_all": "#a5652f",
    "dont_know": LILAC,
    "no_answer": GREY,
    "yes": "#1d64a0",
    "no": "#c79a4b",
}
MARKERS = ("o", "s", "D", "^", "v", "P")
SMALL = 10.5  # size of the smaller texts, in points
# Ends of the scale of the tile map: no value, and the largest one.
TILE_COLOURS = ("#f0f1f3", "#1d64a0")


@dataclass(frozen=True)
class Series:
    """One kind of mark, with its legend text, colour and marker."""

    id: str
    label: Text
    colour: str
    marker: str = "o"


@dataclass(frozen=True)
class Mark:
    """One value on a row, in the unit of the chart, with an interval where there is one.

    ``row`` and ``column`` name the cell of the card's data that the mark shows; the drawing carries
    them, so that a reader of the picture can hold it against the rows.
    ``shown`` is written on a part of a stack instead of its value.
    """

    series: str
    value: float
    low: float | None = None
    high: float | None = None
    colour: str | None = None
    row: int = -1
    column: str = ""
    shown: str | None = None


@dataclass(frozen=True)
class Line:
    """One row of a chart; ``heading`` opens a new part of the chart above it.

    ``apart``: a rule parts it from the rows above (no-answers). ``stress``: the text speaks of it,
    so its label and value are bold. ``sign`` is written at the end of the row.
    """

    label: Text
    marks: tuple[Mark, ...]
    heading: Text | None = None
    aside: Text | None = None
    apart: bool = False
    stress: bool = False
    sign: str = ""


@dataclass(frozen=True)
class RowChart:
    """A chart of rows: bars, two marks on one track, or one track for each series.

    ``unit`` is ``%`` (percentages), ``points`` (differences of percentages, around zero) or
    ``count`` (whole numbers).
    """

    lines: tuple[Line, ...]
    series: tuple[Series, ...]
    style: Literal["bar", "pairs", "tracks"] = "bar"
    unit: Literal["%", "points", "count"] = "%"
    axis: Text = Text("Per cent", "割合（%）")


@dataclass(frozen=True)
class StackChart:
    """Rows of 100% cut into parts; ``parts`` are ids of series, values in per cent.

    Parts of the series ``apart`` (no-answers) are drawn thinner than the others.
    """

    lines: tuple[Line, ...]
    series: tuple[Series, ...]
    apart: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tile:
    """One prefecture on the tile map: column, row, short names, value in per cent."""

    column: int
    row: int
    label: Text
    value: float


@dataclass(frozen=True)
class OwnChart:
    """A drawing of a reader's own: ``draw`` gives a matplotlib figure so many inches wide.

    The points of its first scatter stand for the rows of the card in their order, each for the cell
    of the ``column``.
    """

    draw: Callable[[float], Any]
    column: str = "percent"


Chart = RowChart | StackChart | OwnChart | tuple[Tile, ...]


def bound(chart: Chart, columns: Sequence[str]) -> Chart:
    """A chart whose marks name the cells they show; those that name one already keep it.

    A mark belongs to the row of the data at the place of its line, and to the column of its
    series, or else to the first of ``percent``, ``points`` and ``answered`` that there is.
    """
    if isinstance(chart, (tuple, OwnChart)):
        return chart
    usual = next((name for name in ("percent", "points", "answered") if name in columns), "")
    lines = tuple(
        replace(
            line,
            marks=tuple(
                replace(
                    mark,
                    row=position if mark.row < 0 else mark.row,
                    column=mark.column or (mark.series if mark.series in columns else usual),
                )
                for mark in line.marks
            ),
        )
        for position, line in enumerate(chart.lines)
    )
    return replace(chart, lines=lines)


def tile_colour(value: float, largest: float) -> str:
    """Colour of a tile (``#rrggbb``), darker for a larger value.

    Small values are spread by a power below 1, since a few prefectures hold most firms.
    """
    part = (value / largest) ** 0.6
    ends = [[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in TILE_COLOURS]
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(*ends, strict=True))


def width_of(text: str) -> float:
    """Width of a text in em: full-width characters 1, others by a rough average."""
    wide = {"W", "F", "A"}
    narrow, broad = "iljtfr.,:;'|!()[] ", "mwMW"
    total = 0.0
    for character in text:
        if unicodedata.east_asian_width(character) in wide:
            total += 1
        elif character in narrow:
            total += 0.34
        elif character in broad:
            total += 0.95
        else:
            total += 0.64 if character.isupper() else 0.56
    return total


_NEVER_FIRST = "、。，．）」』】！？ー・ゃゅょっャュョッ)],.:;…"


_NEVER_LAST = "（「『【〔"


def _pieces(text: str) -> Iterator[str]:
    """The smallest parts a line may break between: words, and single full-width characters."""
    piece = ""
    for character in text:
        wide = unicodedata.east_asian_width(character) in {"W", "F"}
        if piece and piece[-1] in _NEVER_LAST:
            piece += character
        elif wide and character not in _NEVER_FIRST:
            if piece:
                yield piece
            piece = character
        elif wide:
            piece += character
        elif character == " ":
            yield piece + character
            piece = ""
        else:
            after_wide = piece and unicodedata.east_asian_width(piece[-1]) in {"W", "F"}
            if after_wide and character not in _NEVER_FIRST:
                yield piece
                piece = ""
            piece += character
    if piece:
        yield piece


def wrap(text: str, width: float) -> list[str]:
    """Break a text into lines of at most ``width`` em; Japanese breaks between characters."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and width_of((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()] or [""]


# Columns and rows of the tile map: neighbours stay neighbours as far as a grid of 12 allows.
TILE_PLACES: dict[str, tuple[int, int, str]] = {
    "hokkaido": (11, 0, "HKD"),
    "aomori": (10, 1, "AOM"),
    "akita": (9, 2, "AKT"),
    "iwate": (10, 2, "IWT"),
    "yamagata": (9, 3, "YGT"),
    "miyagi": (10, 3, "MYG"),
    "ishikawa": (7, 4, "ISK"),
    "toyama": (8, 4, "TYM"),
    "niigata": (9, 4, "NGT"),
    "fukushima": (10, 4, "FKS"),
    "fukui": (6, 5, "FKI"),
    "gifu": (7, 5, "GIF"),
    "nagano": (8, 5, "NGN"),
    "gunma": (9, 5, "GNM"),
    "tochigi": (10, 5, "TCG"),
    "ibaraki": (11, 5, "IBR"),
    "yamaguchi": (1, 6, "YGC"),
    "shimane": (2, 6, "SMN"),
    "tottori": (3, 6, "TTR"),
    "hyogo": (4, 6, "HYG"),
    "kyoto": (5, 6, "KYT"),
    "shiga": (6, 6, "SIG"),
    "aichi": (7, 6, "AIC"),
    "yamanashi": (8, 6, "YNS"),
    "saitama": (9, 6, "STM"),
    "tokyo": (10, 6, "TKY"),
    "chiba": (11, 6, "CHB"),
    "saga": (0, 7, "SAG"),
    "fukuoka": (1, 7, "FKO"),
    "hiroshima": (2, 7, "HRS"),
    "okayama": (3, 7, "OKY"),
    "osaka": (4, 7, "OSK"),
    "nara": (5, 7, "NAR"),
    "mie": (6, 7, "MIE"),
    "shizuoka": (8, 7, "SZO"),
    "kanagawa": (9, 7, "KNG"),
    "nagasaki": (0, 8, "NGS"),
    "oita": (1, 8, "OIT"),
    "ehime": (2, 8, "EHM"),
    "kagawa": (3, 8, "KGW"),
    "wakayama": (5, 8, "WKY"),
    "kumamoto": (0, 9, "KMM"),
    "miyazaki": (1, 9, "MYZ"),
    "kochi": (2, 9, "KOC"),
    "tokushima": (3, 9, "TKS"),
    "kagoshima": (0, 10, "KGS"),
    "okinawa": (0, 11, "OKN"),
}
