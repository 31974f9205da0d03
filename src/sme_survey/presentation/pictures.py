"""Reads a drawing back: which values its geometry, labels, order and colours show.

A drawing names for each of its parts the cell of the card's data that the part shows (see
:mod:`~sme_survey.presentation.drawing`). Here nothing of that is believed but the name: the length
and place of a part are measured on the drawing's own scale, as a reader would, and held against
the card. The tests read every picture of the book so, and Replay the pictures of a page in the
reader's browser: standard library only.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from sme_survey.presentation import charts
from sme_survey.presentation.cards import Card, cell_text, plain
from sme_survey.presentation.charts import Line, Mark, OwnChart, RowChart, Series, StackChart, Tile
from sme_survey.survey.text import Language

_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_COLOUR = re.compile(r"(?:^|[;\s])(?:fill|stroke): *(#[0-9a-f]{6})", re.I)
# Coordinates are written with two decimals; half a hundredth at either end of a part.
PRECISION = 0.02
INSIDE = 1.0  # points by which rows may come near to one another
BASELINE = 4.4  # points from the middle of a line of text down to its baseline, at most
BEHIND = 5.0  # points between the end of a mark and its value

LINE = 16.0  # points from a line of a label to the next, at most
NEAR, ASIDE = 10.0, 40.0  # points between a label and its marks, without and with words between

Kind = Literal[
    "bar", "point", "part", "tile", "interval", "value", "values", "label", "tick", "scale",
    "key", "legend", "sign", "",
]  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One drawn part: what it says it shows, and where it is, in points from the top left.

    ``name`` is what follows the kind in the drawing's own binding: a cell, a tick, a series.
    ``form`` tells markers apart whatever their size; ``colour`` is ``#rrggbb`` or empty.
    """

    kind: str
    name: str
    left: float
    right: float
    top: float
    bottom: float
    colour: str = ""
    text: str = ""
    form: tuple[tuple[float, float], ...] = ()

    @property
    def middle(self) -> float:
        """Horizontal middle."""
        return (self.left + self.right) / 2

    @property
    def height(self) -> float:
        """Vertical middle."""
        return (self.top + self.bottom) / 2


def parts(svg: str) -> list[Part]:
    """Everything that is drawn or written in a picture, in the order of drawing.

    Raises
    ------
    ValueError
        If the text is not well-formed SVG.
    """
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ValueError(f"not well-formed SVG: {error}") from None
    forms = {
        element.get("id", ""): _points(element.get("d", ""))
        for element in root.iter(f"{_SVG}path")
        if element.get("id")
    }
    hidden = {
        child
        for holder in root.iter()
        if holder.tag in (f"{_SVG}defs", f"{_SVG}clipPath")
        for child in holder.iter()
    }
    drawn = (_part(element, forms) for element in root.iter() if element not in hidden)
    return [part for part in drawn if part]


def _points(path: str) -> list[tuple[float, float]]:
    numbers = [float(item) for item in _NUMBER.findall(path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _part(element: ElementTree.Element, forms: dict[str, list[tuple[float, float]]]) -> Part | None:
    kind, _, name = element.get("data-mark", "").partition(" ")
    style = element.get("style", "")
    found = _COLOUR.findall(style)
    colour = found[0].lower() if found else ""
    if element.tag == f"{_SVG}text":
        x, y = float(element.get("x", "nan")), float(element.get("y", "nan"))
        size = float((re.findall(r"font-size: *([\d.]+)", style) or ["12"])[0])
        words = "".join(element.itertext())
        return Part(kind, name, x, x, y - 0.75 * size, y, colour, words)
    if element.tag == f"{_SVG}use":
        x, y = float(element.get("x", "0")), float(element.get("y", "0"))
        drawn = forms.get(element.get("href", "").lstrip("#"), [])
        points = [(x + dx, y + dy) for dx, dy in drawn] or [(x, y)]
    elif element.tag == f"{_SVG}path":
        points = _points(element.get("d", ""))
        if not kind and "fill: none" in style:
            return None  # a guide, a frame: it shows no value
    elif element.tag in {f"{_SVG}{name}" for name in ("rect", "circle", "ellipse", "polygon")}:
        return Part(kind, name, 0, 0, 0, 0, colour)
    else:
        return None
    if not points:
        return None
    xs, ys = [x for x, _ in points], [y for _, y in points]
    width, height = max(xs) - min(xs) or 1, max(ys) - min(ys) or 1
    form = tuple(
        (round((x - min(xs)) / width, 1), round((y - min(ys)) / height, 1)) for x, y in points
    )
    return Part(kind, name, min(xs), max(xs), min(ys), max(ys), colour, "", form)


class Picture:
    """The parts of a drawing by kind and name, and what is wrong with them so far."""

    def __init__(self, svg: str) -> None:
        self.wrong: list[str] = []
        self.by: dict[tuple[str, str], list[Part]] = {}
        for part in parts(svg):
            self.by.setdefault((part.kind, part.name), []).append(part)
        self._asked: set[tuple[str, str]] = set()

    def says(self, holds: bool, message: str) -> None:
        """Keep a message about what does not hold."""
        if not holds:
            self.wrong.append(message)

    def all(self, kind: Kind, name: str = "") -> list[Part]:
        """The parts of a kind and a name."""
        self._asked.add((kind, name))
        return self.by.get((kind, name), [])

    def one(self, kind: Kind, name: str) -> Part | None:
        """The one part of a kind and a name; a message where there is none, or more."""
        found = self.all(kind, name)
        self.says(len(found) == 1, f"{kind} {name}: drawn {len(found)} times instead of once")
        return found[0] if found else None

    def rest(self) -> None:
        """A message for each part that nothing asked for: it shows what is in no row."""
        for key, found in self.by.items():
            if key not in self._asked:
                words = found[0].text or "a part"
                self.wrong.append(f"{' '.join(key).strip() or words}: shows no row of the data")


def disagreements(card: Card, svg: str, language: Language) -> list[str]:
    """What a picture shows otherwise than the data of its card; empty where they agree.

    ``svg`` is one shape of the figure, as drawn for ``language``. Each message names the part:
    its kind, the number of its row and its column.

    Raises
    ------
    ValueError
        If the card has no picture, or the text is not well-formed SVG.
    """
    if card.chart is None:
        raise ValueError(f"card {card.label}: a table has no picture")
    picture = Picture(svg)
    chart = charts.bound(card.chart, [column.name for column in card.columns])
    if isinstance(chart, RowChart):
        _read_rows(picture, chart, language)
    elif isinstance(chart, StackChart):
        _read_stack(picture, chart, language, svg)
    elif isinstance(chart, OwnChart):
        _read_points(picture, card, chart.column)
    else:
        _read_tiles(picture, chart, language)
    if isinstance(chart, RowChart | StackChart):
        _read_cells(picture, card, chart, language)
    picture.rest()
    return picture.wrong


def _read_points(picture: Picture, card: Card, column: str) -> None:
    """Hold the points of a drawing of one's own, one a row, against the cells of a column.

    Its scale is not known: the least and the largest value give it, and the others must fit.
    """
    place = [item.name for item in card.columns].index(column)
    drawn = [
        (float(str(row[place])), part.middle, number)
        for number, row in enumerate(card.rows)
        if (part := picture.one("point", f"{number} {column}"))
    ]
    picture.all("")  # axes and guides of matplotlib's own
    (low, left, _), (high, right, _) = min(drawn), max(drawn)
    for value, middle, number in drawn:
        fitting = left + (right - left) * (value - low) / ((high - low) or 1)
        picture.says(_near(middle, fitting, PRECISION), f"point {number}: not at {value}")


def _near(one: float, other: float, within: float) -> bool:
    return abs(one - other) <= within  # False for what is not a number


def _read_cells(
    picture: Picture, card: Card, chart: RowChart | StackChart, language: Language
) -> None:
    """Hold the marks of a chart against the cells they name."""
    names = [column.name for column in card.columns]
    for line in chart.lines:
        for mark in line.marks:
            place = f"{mark.row} {mark.column}"
            if mark.column not in names or not 0 <= mark.row < len(card.rows):
                picture.says(False, f"{place}: no such cell")
                continue
            column = card.columns[names.index(mark.column)]
            cell = card.rows[mark.row][names.index(mark.column)]
            value = plain(cell, language)
            same = (
                cell_text(value, column.kind, language) == mark.shown
                if mark.shown is not None
                else isinstance(value, int | float) and _near(value, mark.value, 1e-6)
            )
            picture.says(same, f"{place}: the mark is {mark.value}, the cell {value}")


# ---- scale, legend, rows ---------------------------------------------------------------------


@dataclass(frozen=True)
class Scale:
    """Where 0 is, in points, and how many points one unit of the data takes."""

    zero: float
    unit: float

    def value(self, x: float) -> float:
        """What a place on the scale stands for."""
        return (x - self.zero) / self.unit

    @property
    def within(self) -> float:
        """By how much a value read off the picture may differ from the one drawn."""
        return PRECISION / self.unit


def _scale(picture: Picture) -> Scale | None:
    """The scale that the numbers written at the grid give; each must fit."""
    found: list[tuple[float, float]] = []
    for kind, name in sorted(picture.by):
        if kind != "tick":
            continue
        line = picture.one("tick", name)
        written = picture.all("scale", name)
        picture.says(len(written) == 2, f"scale {name}: written {len(written)} times, not twice")
        for text in written:
            words = text.text.replace("−", "-")
            if line and _NUMBER.fullmatch(words.lstrip("+")):
                picture.says(
                    _near(text.middle, line.middle, PRECISION), f"scale {name}: beside its line"
                )
                found.append((float(words), line.middle))
            else:
                picture.says(False, f"scale {name}: {text.text!r} is no number of the scale")
    values = [value for value, _ in found]
    if len(set(values)) < 2:
        picture.says(False, "scale: fewer than two numbers")
        return None
    (low, left), (high, right) = min(found), max(found)
    unit = (right - left) / (high - low)
    if unit <= 0:
        picture.says(False, "scale: runs backwards")
        return None
    scale = Scale(left - low * unit, unit)
    for value, x in found:
        fits = _near(scale.value(x), value, 2 * scale.within)
        picture.says(fits, f"scale {value:g}: not where the other numbers put it")
    return scale


def _read_legend(
    picture: Picture, series: Sequence[Series], language: Language, square: bool
) -> dict[str, Part]:
    keys = {}
    for item in series:
        key, text = picture.one("key", item.id), picture.one("legend", item.id)
        if not key or not text:
            continue
        keys[item.id] = key
        picture.says(key.colour == item.colour, f"key {item.id}: colour {key.colour}")
        picture.says(text.text == item.label[language], f"legend {item.id}: reads {text.text!r}")
        beside = _near(text.left - key.middle, 9, 2 * PRECISION)
        level = _near(text.bottom - key.height, 0.5 * BASELINE, BASELINE)
        picture.says(beside and level, f"legend {item.id}: not beside its key")
    forms = {key.form for key in keys.values()}
    picture.says(square or len(forms) == len(keys), "legend: two series have one marker")
    return keys


def _words(texts: Iterable[str]) -> str:
    return re.sub(r"\s", "", "".join(texts))


def _read_labels(picture: Picture, line: Line, language: Language) -> list[Part]:
    row = line.marks[0].row
    found = sorted(picture.all("label", str(row)), key=lambda part: part.bottom)
    shown = _words(part.text for part in found)
    picture.says(shown == _words([line.label[language]]), f"label {row}: reads {shown!r}")
    steps = [below.bottom - above.bottom for above, below in itertools.pairwise(found)]
    picture.says(max(steps, default=0) <= LINE, f"label {row}: a line of it stands apart")
    return found


def _read_order(picture: Picture, bands: Sequence[tuple[int, Sequence[Part]]]) -> None:
    """Rows stand one below the other in the order of the chart, each with its own label."""
    end = float("-inf")
    for row, found in bands:
        top = min(part.top for part in found)
        picture.says(top >= end - INSIDE, f"row {row}: not below the row before it")
        end = max(part.bottom for part in found)


def _read_nearness(
    picture: Picture, line: Line, labels: Sequence[Part], marks: Sequence[Part]
) -> None:
    """A label stands beside the marks of its row, or right above them, at the picture's edge."""
    if not labels or not marks:
        return
    top, bottom = min(part.top for part in marks), max(part.bottom for part in marks)
    start, end = min(part.top for part in labels), max(part.bottom for part in labels)
    room = ASIDE if line.aside else NEAR
    if labels[0].left < NEAR:
        close = -NEAR / 2 <= top - end <= room
    else:
        close = _near((start + end) / 2, (top + bottom) / 2, room)
    picture.says(close, f"label {line.marks[0].row}: far from its marks")


def _written(mark: Mark, unit: str) -> str:
    if unit == "count":
        return f"{mark.value:.0f}"
    shown = f"{mark.value:+.1f}" if unit == "points" else f"{mark.value:.1f}"
    return shown.replace("-", "−")


def _read_mark(
    picture: Picture, chart: RowChart, mark: Mark, scale: Scale, colour: str
) -> Part | None:
    """One bar or point with its interval; the part, where it is drawn once."""
    cell = f"{mark.row} {mark.column}"
    kind: Kind = "bar" if chart.style == "bar" else "point"
    part = picture.one(kind, cell)
    if part is None:
        return None
    picture.says(part.colour == colour, f"{kind} {cell}: colour {part.colour}")
    end = part.middle
    if kind == "bar":
        end = part.right if mark.value >= 0 else part.left
        start = part.left if mark.value >= 0 else part.right
        zero = _near(scale.value(start), 0, scale.within)
        picture.says(zero, f"bar {cell}: does not begin at 0")
    shown = scale.value(end)
    picture.says(_near(shown, mark.value, scale.within), f"{kind} {cell}: shows {shown:.2f}")
    if mark.low is not None and mark.high is not None and chart.style != "pairs":
        line = picture.one("interval", cell)
        if line:
            ends = scale.value(line.left), scale.value(line.right)
            picture.says(
                _near(ends[0], mark.low, scale.within) and _near(ends[1], mark.high, scale.within),
                f"interval {cell}: shows {ends[0]:.2f} to {ends[1]:.2f}",
            )
            # a marker need not be as high above its middle as below it: a triangle is not
            level = _near(line.height, part.height, 1.5)
            picture.says(level, f"interval {cell}: not on its mark")
            if chart.style != "bar":
                picture.says(line.colour == colour, f"interval {cell}: colour {line.colour}")
    return part


def _read_value(picture: Picture, chart: RowChart, mark: Mark, part: Part, scale: Scale) -> None:
    cell = f"{mark.row} {mark.column}"
    text = picture.one("value", cell)
    if not text:
        return
    picture.says(text.text == _written(mark, chart.unit), f"value {cell}: reads {text.text!r}")
    end = max(mark.value, mark.high if mark.high is not None else mark.value, 0)
    behind = _near(text.left, scale.zero + end * scale.unit + BEHIND, 3 * PRECISION)
    level = _near(text.bottom - part.height, BASELINE, 0.5 * BASELINE)
    picture.says(behind and level, f"value {cell}: not at the end of its mark")


def _read_rows(picture: Picture, chart: RowChart, language: Language) -> None:
    scale = _scale(picture)
    several = len(chart.series) > 1
    bars = chart.style == "bar"
    keys = _read_legend(picture, chart.series, language, bars) if several else {}
    colours = {item.id: item.colour for item in chart.series}
    bands: list[tuple[int, list[Part]]] = []
    for line in chart.lines:
        band = _read_labels(picture, line, language)
        drawn = []
        for mark in line.marks:
            colour = mark.colour or colours[mark.series]
            part = _read_mark(picture, chart, mark, scale, colour) if scale else None
            if not part or not scale:
                continue
            drawn.append(part)
            if mark.series in keys and not bars:
                same = part.form == keys[mark.series].form
                picture.says(same, f"point {mark.row} {mark.column}: marker of another series")
            if chart.style != "pairs":
                _read_value(picture, chart, mark, part, scale)
        if chart.style == "pairs":
            _read_pair(picture, line, drawn, chart.unit)
        if chart.style == "tracks":
            order = [part.height for part in drawn]
            picture.says(order == sorted(order), f"row {line.marks[0].row}: tracks out of order")
        _read_nearness(picture, line, band, drawn)
        if band or drawn:
            bands.append((line.marks[0].row, [*band, *drawn]))
    _read_order(picture, bands)
    _read_plain(picture, chart, language)


def _read_pair(picture: Picture, line: Line, drawn: Sequence[Part], unit: str) -> None:
    row = line.marks[0].row
    text = picture.one("values", f"{row} {' '.join(mark.column for mark in line.marks)}")
    if text:
        shown = " | ".join(_written(mark, unit) for mark in line.marks)
        picture.says(text.text == shown, f"values {row}: reads {text.text!r}")
        level = all(_near(text.bottom - part.height, BASELINE, 0.5 * BASELINE) for part in drawn)
        picture.says(level, f"values {row}: not beside its marks")
    sign = picture.one("sign", str(row)) if line.sign else None
    if sign:
        picture.says(sign.text == line.sign, f"sign {row}: reads {sign.text!r}")
        level = all(_near(sign.bottom - part.height, BASELINE, 0.5 * BASELINE) for part in drawn)
        picture.says(level, f"sign {row}: not beside its marks")


def _read_plain(picture: Picture, chart: RowChart, language: Language) -> None:
    """What is written without a cell: the words of the axis, headings and asides."""
    expected = [chart.axis, *(text for line in chart.lines for text in (line.heading, line.aside))]
    wanted = sorted(_words([text[language] for text in expected if text]))
    shapes = [part for part in picture.all("", "") if not part.text]
    picture.says(not shapes, f"{len(shapes)} drawn parts show no row of the data")
    shown = sorted(_words(part.text for part in picture.all("", "")))
    picture.says(shown == wanted, "words beside the marks: others than those of the chart")


# ---- rows of 100%, tiles ---------------------------------------------------------------------


def _frame(svg: str) -> tuple[float, float] | None:
    """Left and right end of the field that the parts of a stack are cut to."""
    for element in ElementTree.fromstring(svg).iter(f"{_SVG}clipPath"):
        for box in element.iter(f"{_SVG}rect"):
            left = float(box.get("x", "nan"))
            return left, left + float(box.get("width", "nan"))
    return None


def _read_stack(picture: Picture, chart: StackChart, language: Language, svg: str) -> None:
    frame = _frame(svg)
    if frame is None:
        picture.says(False, "no field that the rows of 100% fill")
        return
    scale = Scale(frame[0], (frame[1] - frame[0]) / 100)
    _read_legend(picture, chart.series, language, square=True)
    colours = {item.id: item.colour for item in chart.series}
    bands: list[tuple[int, list[Part]]] = []
    for line in chart.lines:
        band = _read_labels(picture, line, language)
        total = 0.0
        for mark in line.marks:
            cell = f"{mark.row} {mark.column}"
            part = picture.one("part", cell)
            if not part:
                continue
            band.append(part)
            ends = scale.value(part.left), scale.value(part.right)
            fits = _near(ends[0], total, scale.within)
            picture.says(fits, f"part {cell}: begins at {ends[0]:.2f}, not at {total:.2f}")
            total += mark.value
            # rounded shares that add to 100.1 run over the field, which cuts them off there
            fits = _near(ends[1], total, scale.within)
            picture.says(fits, f"part {cell}: shows {ends[1] - ends[0]:.2f}")
            picture.says(part.colour == colours[mark.series], f"part {cell}: {part.colour}")
            _read_part_value(picture, mark, part)
        labels = [part for part in band if part.kind == "label"]
        _read_nearness(picture, line, labels, band[len(labels) :])
        if band:
            bands.append((line.marks[0].row, band))
    _read_order(picture, bands)
    picture.says(not picture.all("", ""), "parts or words that show no row of the data")


def _read_part_value(picture: Picture, mark: Mark, part: Part) -> None:
    cell = f"{mark.row} {mark.column}"
    found = picture.all("value", cell)
    shown = mark.shown or _written(mark, "%")
    room = part.right - part.left >= charts.width_of(shown) * charts.SMALL + PRECISION
    picture.says(len(found) <= 1, f"value {cell}: written {len(found)} times")
    picture.says(bool(found) or not room, f"value {cell}: missing")
    for text in found:
        picture.says(text.text == shown, f"value {cell}: reads {text.text!r}")
        inside = part.top <= text.bottom <= part.bottom
        centred = _near(text.middle, part.middle, 2 * PRECISION)
        picture.says(inside and centred, f"value {cell}: not in the middle of its part")


def _read_tiles(picture: Picture, tiles: Sequence[Tile], language: Language) -> None:
    largest = max(tile.value for tile in tiles)
    sides = {
        number: found[0].right - found[0].left
        for number in range(len(tiles))
        if (found := picture.by.get(("tile", f"{number} percent")))
    }
    step = max(sides.values(), default=0.0) + 2  # a tile leaves one point on each side
    for number, tile in enumerate(tiles):
        cell = f"{number} percent"
        box, label = picture.one("tile", cell), picture.one("label", str(number))
        value = picture.one("value", cell)
        if not box or not label or not value:
            continue
        place = (tile.column * step + 1, tile.row * step + 2)
        there = _near(box.left, place[0], 0.05) and _near(box.top, place[1], 0.05)
        picture.says(there, f"tile {cell}: not at its place")
        wanted = charts.tile_colour(tile.value, largest)
        picture.says(box.colour == wanted, f"tile {cell}: colour {box.colour}, not {wanted}")
        picture.says(label.text == tile.label[language], f"label {number}: reads {label.text!r}")
        shown = f"{tile.value:.1f}"
        picture.says(value.text == shown, f"value {cell}: reads {value.text!r}")
        for text in (label, value):
            inside = box.left <= text.middle <= box.right and box.top <= text.bottom <= box.bottom
            picture.says(inside, f"{text.kind} {text.name}: not in its tile")
    picture.says(not picture.all("", ""), "parts or words that show no row of the data")
