"""Draws charts with seaborn, as SVG that is the same byte for byte from run to run.

Text stays text: the page's own font is used, words can be searched and read aloud, and the picture
follows the light or dark page. A chart has two shapes: wide, with labels to the left of the bars,
and narrow, with labels above them, so that they keep the full width of a small screen.
Importing this module needs seaborn and what it stands on.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import matplotlib_fontja  # noqa: F401  (registers a Japanese font to measure text with)
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator

from sme_survey.presentation.charts import (
    SMALL,
    Chart,
    Line,
    Mark,
    OwnChart,
    RowChart,
    Series,
    Shape,
    StackChart,
    Tile,
    tile_colour,
    wrap,
)
from sme_survey.presentation.charts import width_of as em
from sme_survey.survey.text import Language

# IPAexGothic measures texts only; it has no bold face, and matplotlib need not say so in a chapter.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

SIZE, LEADING = 12.0, 15.0
BOLD = 0.8  # headings are bold, which takes more room than the font they are measured with
INK, GRID = "#010203", "#dddddc"  # replaced by the page's own colours in ``tidy_svg``
# The page's own font may be broader than the one that texts are measured with.
SLACK: dict[Language, float] = {"en": 1.13, "ja": 1.04}
MANY = 25  # rows from which on a wide drawing is set closer, so that it fits a screen
SIGN = 14.0  # room for a sign at the end of a row
THIN = 13.0  # height of a part that stands apart from the others of its stack
MARK = "mark:"  # begins the id under which a drawn part says which cell it shows
_RC: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "sme-survey",
    "font.family": "IPAexGothic",
    "font.size": SIZE,
    "text.color": INK,
    "axes.unicode_minus": False,
}


@dataclass(frozen=True)
class Layout:
    """Measures of a shape, in points that are about one pixel of the page.

    ``beside`` is the largest part of the width that labels to the left of the bars may take;
    0 puts them above the bars.
    """

    width: float
    beside: float
    pitch: float  # of a row with one mark
    track: float  # of each track of a row
    between: float  # rows
    stack: float  # height of a row of 100% and what lies below it
    label: float  # size of the labels
    leading: float  # of the labels
    head: float  # height of a line of a heading
    above: float  # a heading


LAYOUTS: dict[Shape, Layout] = {
    "wide": Layout(
        width=700.0,
        beside=0.6,
        pitch=16.0,
        track=14.0,
        between=3.0,
        stack=28.0,
        label=11.5,
        leading=13.0,
        head=14.5,
        above=2.0,
    ),
    "narrow": Layout(
        width=396.0,
        beside=0.0,
        pitch=19.0,
        track=15.0,
        between=5.0,
        stack=32.0,
        label=SIZE,
        leading=LEADING,
        head=LEADING + 2,
        above=8.0,
    ),
}


def draw(chart: Chart, label: str, language: Language, shape: Shape = "wide") -> str:
    """SVG of a chart in one of its shapes (a map has one); ``label`` goes before every id."""
    layout = LAYOUTS[shape]
    name = label if shape == "wide" else f"{label}-narrow"
    settings: Any = _RC
    with mpl.rc_context(settings):
        if isinstance(chart, RowChart):
            return draw_rows(chart, name, language, layout)
        if isinstance(chart, StackChart):
            return draw_stack(chart, name, language, layout)
        if isinstance(chart, OwnChart):
            return draw_own(chart, name, layout)
        return draw_tiles(chart, label, language)


class Canvas:
    """A figure whose vertical unit is the point, counted downwards from the top."""

    def __init__(
        self, width: float, height: float, left: float, right: float, limits: tuple[float, float]
    ):
        self.width, self.height, self.left = width, height, left
        self.limits = limits
        self.scale = (limits[1] - limits[0]) / (width - left - right)  # data units a point
        self.origin = limits[0] - left * self.scale
        self.figure = Figure(figsize=(width / 72, height / 72))
        self.axes: Axes = self.figure.add_axes((left / width, 0, 1 - (left + right) / width, 1))
        self.axes.set_xlim(*limits)
        self.axes.set_ylim(height, 0)
        self.axes.axis("off")
        for axis in (self.axes.xaxis, self.axes.yaxis):
            axis.set_major_locator(NullLocator())  # seaborn asks each tick whether it is seen

    def at(self, points: float) -> float:
        """Data position of a distance in points from the left edge of the picture."""
        return self.origin + points * self.scale

    def text(self, x: float, y: float, words: str, mark: str = "", **style: Any) -> None:
        """Write at a data position; the vertical position is the middle of the line."""
        options: dict[str, Any] = {"va": "center", "ha": "left", "clip_on": False} | style
        self.axes.text(x, y, words, gid=MARK + mark if mark else None, **options)

    def grid(self, ticks: Iterable[float], top: float, bottom: float, unit: str) -> None:
        """Vertical lines with their values written above and below."""
        for tick in ticks:
            self.axes.plot(
                [tick, tick],
                [top, bottom],
                color=GRID,
                lw=0.8,
                zorder=0,
                gid=f"{MARK}tick {tick:g}",
            )
            shown = f"{tick:+g}" if unit == "points" and tick else f"{tick:g}"
            for y in (top - 8, bottom + 9):
                words = shown.replace("-", "−")
                self.text(tick, y, words, f"scale {tick:g}", ha="center", size=SMALL, alpha=0.75)

    def svg(self, label: str, points: Sequence[str] = ()) -> str:
        """The picture as tidy SVG; ``points`` are the marks of its collection of points."""
        return svg_of(self.figure, label, points)


def svg_of(figure: Figure, label: str, points: Sequence[str] = ()) -> str:
    """A matplotlib figure as tidy SVG; ``points`` are the marks of its collection of points."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None}, transparent=True)
    return tidy_svg(buffer.getvalue(), label, points)


def _ticks(limits: tuple[float, float]) -> list[float]:
    span = limits[1] - limits[0]
    step = next(s for s in (1, 2, 5, 10, 20, 25, 50) if span / s <= 6)
    first = -(-limits[0] // step) * step
    return [first + step * i for i in range(int((limits[1] - first) // step) + 1)]


def _limits(chart: RowChart) -> tuple[float, float]:
    ends = [
        end
        for line in chart.lines
        for mark in line.marks
        for end in (mark.value, mark.low, mark.high)
        if end is not None
    ]
    high = max([*ends, 1.0])
    low = min([*ends, 0.0])
    return (low * 1.04, high * 1.04)


def _legend_step(item: Series, language: Language) -> float:
    """Points a legend entry takes; wide enough for fonts broader than the one measured."""
    return 16 + em(item.label[language]) * SMALL * 1.14 + 12


def _legend_rows(series: Sequence[Series], language: Language, width: float) -> list[list[Series]]:
    """Series laid out in lines of the legend."""
    rows: list[list[Series]] = [[]]
    used = 0.0
    for item in series:
        step = _legend_step(item, language)
        if rows[-1] and used + step > width:
            rows.append([])
            used = 0.0
        rows[-1].append(item)
        used += step
    return rows


def _draw_legend(
    canvas: Canvas, rows: list[list[Series]], language: Language, square: bool
) -> None:
    y = 9.0
    for row in rows:
        x = 6.0
        for item in row:
            marker = "s" if square else item.marker
            canvas.axes.scatter(
                [canvas.at(x)], [y], s=46, marker=marker, color=item.colour, clip_on=False,
                zorder=3, gid=f"{MARK}key {item.id}",
            )  # fmt: skip
            canvas.text(canvas.at(x + 9), y, item.label[language], f"legend {item.id}", size=SMALL)
            x += _legend_step(item, language)
        y += LEADING + 1


def _written(mark: Mark, unit: str) -> str:
    if unit == "count":
        return f"{mark.value:.0f}"
    shown = f"{mark.value:+.1f}" if unit == "points" else f"{mark.value:.1f}"
    return shown.replace("-", "−")


def _room(layout: Layout, column: float, language: Language) -> float:
    """Width in em that a line of a label may have."""
    if column:
        return (column - 12) / SLACK[language] / layout.label
    return layout.width * 0.97 / layout.label


def _label_column(lengths: Iterable[float], layout: Layout, language: Language) -> float:
    """Points that labels to the left of the bars take, at most the layout's part of the width.

    ``lengths``: of the labels, in points as measured.
    """
    if not layout.beside:
        return 0.0
    wanted = max(lengths, default=0.0) * SLACK[language] * 1.01 + 12
    return min(wanted, layout.beside * layout.width)


@dataclass(frozen=True)
class _Row:
    """Where a line of a row chart stands: its texts, and the middle of its first mark."""

    line: Line
    heading: list[str]
    words: list[str]
    aside: list[str]
    start: float  # top of the label
    middle: float
    top: float  # of the row, where a rule above it lies


ASIDE = LEADING - 1.5  # leading of the smaller text below a label
APART = 7.0  # room above a row that a rule parts from the others


def _row_layout(
    chart: RowChart, language: Language, layout: Layout, column: float, top: float
) -> tuple[list[_Row], float]:
    """The rows from top to bottom, and where they end."""
    y, rows = top, []
    room = _room(layout, column, language)
    for line in chart.lines:
        heading = wrap(line.heading[language], BOLD * layout.width / SIZE) if line.heading else []
        y += (len(heading) * layout.head + layout.above) if heading else 0
        y += APART if line.apart else 0
        words = wrap(line.label[language], room * (BOLD if line.stress else 1))
        aside = wrap(line.aside[language], room * layout.label / SMALL) if line.aside else []
        text = len(words) * layout.leading + len(aside) * ASIDE
        tracks = chart.style == "tracks"
        drawn = len(line.marks) * layout.track if tracks else layout.pitch
        step = drawn / len(line.marks) if tracks else drawn
        if column:
            height = max(text + 2, drawn)
            start, first = y + (height - text) / 2, y + (height - drawn + step) / 2
        else:
            height, start, first = text + drawn, y, y + text + step / 2
        rows.append(_Row(line, heading, words, aside, start, first, y))
        y += height + layout.between
    return rows, y


def draw_rows(chart: RowChart, label: str, language: Language, layout: Layout) -> str:
    """SVG of a row chart: labels beside or above their marks, values at the end of each row."""
    if layout.beside and len(chart.lines) > MANY:
        layout = replace(layout, pitch=14.0, between=2.0, label=11.0, leading=12.5)
    legend = _legend_rows(chart.series, language, layout.width) if len(chart.series) > 1 else []
    top = 8.0 + len(legend) * (LEADING + 1) + 16
    lengths = [
        em(line.label[language]) * layout.label / (BOLD if line.stress else 1)
        for line in chart.lines
    ]
    lengths += [em(line.aside[language]) * SMALL for line in chart.lines if line.aside]
    column = _label_column(lengths, layout, language)
    rows, bottom = _row_layout(chart, language, layout, column, top)
    right = {"pairs": 84.0}.get(chart.style, 46.0 if chart.unit == "points" else 42.0)
    right += SIGN if any(line.sign for line in chart.lines) else 0
    canvas = Canvas(layout.width, bottom + 36, column or 3, right, _limits(chart))
    canvas.grid(_ticks(canvas.limits), top - 2, bottom, chart.unit)
    start = canvas.at(column)
    canvas.text(start, bottom + 26, chart.axis[language], size=SMALL, alpha=0.75)
    if legend:
        _draw_legend(canvas, legend, language, square=chart.style == "bar")
    points = _draw_marks(canvas, chart, rows, layout.track)
    for row in rows:
        _draw_words(canvas, row, column, layout)
        if row.line.apart:
            ends = [canvas.at(0), canvas.at(layout.width)]
            rule = row.top - layout.between / 2 - APART / 2
            canvas.axes.plot(ends, [rule] * 2, color=GRID, lw=1, zorder=1, clip_on=False)
    if canvas.limits[0] < 0:
        canvas.axes.plot([0, 0], [top - 2, bottom], color=INK, lw=1, alpha=0.3, zorder=1)
    return canvas.svg(label, points)


def _draw_words(canvas: Canvas, row: _Row, column: float, layout: Layout) -> None:
    """Heading, label and aside of a row; beside the bars they end where the bars begin."""
    above = min(row.start, row.top) - len(row.heading) * layout.head - 1
    for i, text in enumerate(row.heading):
        y = above + layout.head * (i + 0.5)
        canvas.text(canvas.at(0), y, text, size=SIZE + 0.5, weight="bold")
    x, side = (canvas.at(column - 8), "right") if column else (canvas.at(0), "left")
    name = f"label {row.line.marks[0].row}"
    for i, text in enumerate(row.words):
        y = row.start + layout.leading * (i + 0.55)
        weight = "bold" if row.line.stress else "normal"
        canvas.text(x, y, text, name, ha=side, size=layout.label, weight=weight)
    below = row.start + len(row.words) * layout.leading
    for i, text in enumerate(row.aside):
        canvas.text(x, below + ASIDE * (i + 0.5), text, ha=side, size=SMALL, alpha=0.75)


def _draw_marks(canvas: Canvas, chart: RowChart, rows: Sequence[_Row], step: float) -> list[str]:
    """Draw the marks of all rows; return what the points stand for, in their order."""
    series = {item.id: item for item in chart.series}
    tracks = chart.style == "tracks"
    flat: list[dict[str, Any]] = [
        {
            "y": row.middle + (i * step if tracks else 0),
            "value": mark.value,
            "low": mark.low,
            "high": mark.high,
            "series": mark.series,
            "colour": mark.colour or series[mark.series].colour,
            "shown": _written(mark, chart.unit),
            "cell": f"{mark.row} {mark.column}",
            "weight": "bold" if row.line.stress else "normal",
        }
        for row in rows
        for i, mark in enumerate(row.line.marks)
    ]
    frame = pd.DataFrame(flat)
    if chart.style == "bar":
        _draw_bars(canvas.axes, frame)
    else:
        if chart.style == "pairs":
            # a guide along the whole row, for nothing leads from one mark to the other
            for row in rows:
                dots = (0, (1, 3))
                canvas.axes.plot(
                    canvas.limits, [row.middle] * 2, color=GRID, lw=1, ls=dots, zorder=1
                )
        _draw_points(canvas.axes, frame, {item.id: item.marker for item in chart.series})
    for item in flat:
        if item["low"] is not None and chart.style != "pairs":
            ends = [item["low"], item["high"]]
            colour = INK if chart.style == "bar" else item["colour"]
            alpha = 0.8 if chart.style == "bar" else 1
            canvas.axes.plot(
                ends, [item["y"]] * 2, color=colour, lw=1.4, alpha=alpha, zorder=2,
                gid=f"{MARK}interval {item['cell']}",
            )  # fmt: skip
    _draw_values(canvas, chart, rows, flat)
    return [] if chart.style == "bar" else [f"point {item['cell']}" for item in flat]


def _draw_bars(axes: Axes, frame: pd.DataFrame) -> None:
    gaps = frame["y"].sort_values().diff().dropna()
    thickness = 12.0 / (gaps.min() if len(gaps) else 1.0)
    sns.barplot(
        data=frame,
        x="value",
        y="y",
        orient="y",
        hue="colour",
        palette={colour: colour for colour in frame["colour"].unique()},
        saturation=1,
        dodge=False,
        native_scale=True,
        width=thickness,
        legend=False,
        errorbar=None,
        ax=axes,
    )
    axes.set_autoscale_on(False)
    cells = dict(zip(frame["y"].round(3), frame["cell"], strict=True))
    for patch in axes.patches:
        if isinstance(patch, Rectangle):
            middle = round(patch.get_y() + patch.get_height() / 2, 3)
            patch.set_gid(f"{MARK}bar {cells[middle]}")


def _draw_points(axes: Axes, frame: pd.DataFrame, markers: dict[str, str]) -> None:
    sns.scatterplot(
        data=frame,
        x="value",
        y="y",
        hue="colour",
        palette={colour: colour for colour in frame["colour"].unique()},
        style="series",
        markers=markers,
        s=52,
        legend=False,
        linewidth=0,
        zorder=3,
        clip_on=False,
        ax=axes,
    )
    axes.collections[-1].set_gid(POINTS)


def _draw_values(
    canvas: Canvas, chart: RowChart, rows: Sequence[_Row], flat: list[dict[str, Any]]
) -> None:
    signed = any(row.line.sign for row in rows)
    if chart.style == "pairs":
        for row in rows:
            marks = row.line.marks
            shown = " | ".join(_written(mark, chart.unit) for mark in marks)
            name = f"values {marks[0].row} {' '.join(mark.column for mark in marks)}"
            x = canvas.at(canvas.width - (SIGN if signed else 0))
            weight = "bold" if row.line.stress else "normal"
            canvas.text(x, row.middle, shown, name, ha="right", size=SIZE - 0.5, weight=weight)
            if row.line.sign:
                x = canvas.at(canvas.width)
                name = f"sign {marks[0].row}"
                canvas.text(x, row.middle, row.line.sign, name, ha="right", weight="bold")
        return
    for item in flat:
        end = max(item["value"], item["high"] if item["high"] is not None else item["value"])
        x = max(end, 0) + 5 * canvas.scale
        name, weight = f"value {item['cell']}", item["weight"]
        canvas.text(x, item["y"], item["shown"], name, size=SIZE - 0.5, weight=weight)


def _ink_on(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 135 else "#111111"


def draw_stack(chart: StackChart, label: str, language: Language, layout: Layout) -> str:
    """SVG of 100% rows; a part is labelled inside where it is wide enough."""
    legend = _legend_rows(chart.series, language, layout.width)
    lengths = [em(line.label[language]) * layout.label for line in chart.lines]
    column = _label_column(lengths, layout, language)
    room = _room(layout, column, language)
    y = 14.0 + len(legend) * (LEADING + 1)
    rows = []
    for line in chart.lines:
        words = wrap(line.label[language], room)
        text = len(words) * layout.leading
        if column:
            height = max(text, 21.0) + layout.stack - 21.0
            rows.append((line, words, y + (height - text) / 2, y + height / 2))
        else:
            height = text + layout.stack
            rows.append((line, words, y, y + text + 12))
        y += height
    canvas = Canvas(layout.width, y + 4, column or 2, 2, (0.0, 100.0))
    _draw_legend(canvas, legend, language, square=True)
    colours = {item.id: item.colour for item in chart.series}
    x, side = (canvas.at(column - 8), "right") if column else (canvas.at(0), "left")
    for line, words, start, middle in rows:
        for i, text_line in enumerate(words):
            place = start + layout.leading * (i + 0.5)
            name = f"label {line.marks[0].row}"
            canvas.text(x, place, text_line, name, ha=side, size=layout.label)
        left = 0.0
        for mark in line.marks:
            colour = colours[mark.series]
            cell = f"{mark.row} {mark.column}"
            height = THIN if mark.series in chart.apart else 21.0
            [part] = canvas.axes.barh(middle, mark.value, height, left=left, color=colour, lw=0)
            part.set_gid(f"{MARK}part {cell}")
            shown = mark.shown or _written(mark, "%")
            if mark.value and mark.value >= em(shown) * SMALL * canvas.scale:
                canvas.text(
                    left + mark.value / 2, middle, shown, f"value {cell}",
                    ha="center", size=SMALL, color=_ink_on(colour),
                )  # fmt: skip
            left += mark.value
    canvas.axes.set_xlim(0, 100)
    canvas.axes.set_ylim(canvas.height, 0)
    return canvas.svg(label)


def draw_tiles(tiles: Sequence[Tile], label: str, language: Language) -> str:
    """SVG of the tile map: one square a prefecture, darker for a larger value."""
    width = LAYOUTS["narrow"].width
    side = width / 12
    rows = max(tile.row for tile in tiles) + 1
    canvas = Canvas(width, rows * side + 2, 0, 0, (0.0, width))
    largest = max(tile.value for tile in tiles)
    for number, tile in enumerate(tiles):
        colour = tile_colour(tile.value, largest)
        x, y = tile.column * side, tile.row * side + 1
        name, cell = f"{MARK}tile {number} percent", f"{number} percent"
        box = Rectangle((x + 1, y + 1), side - 2, side - 2, facecolor=colour, lw=0, gid=name)
        canvas.axes.add_patch(box)
        ink = _ink_on(colour)
        words = tile.label[language]
        size = min(SMALL - 0.5, (side - 5) / em(words))
        middle = x + side / 2
        canvas.text(
            middle, y + side * 0.31, words, f"label {number}", ha="center", size=size, color=ink
        )
        shown = f"{tile.value:.1f}"
        canvas.text(
            middle, y + side * 0.69, shown, f"value {cell}", ha="center", size=SIZE, color=ink
        )
    return canvas.svg(label)


# What a drawing of one's own begins with, so that it follows the page as the others do. The page's
# font may be broader than the one measured: the room beside labels is for that.
_OWN_RC: dict[str, Any] = {
    "axes.edgecolor": GRID,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.3,
    "grid.color": GRID,
    "legend.frameon": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "ytick.major.pad": 22,
    "ytick.major.size": 0,
}


def draw_own(chart: OwnChart, label: str, layout: Layout) -> str:
    """SVG of a drawing of one's own, at the width of a shape."""
    with mpl.rc_context(_OWN_RC):
        figure = chart.draw(layout.width / 72)
        scatters = [
            item
            for axes in figure.axes
            for item in axes.collections
            if isinstance(item, PathCollection)
        ]
        points: list[str] = []
        if scatters:
            scatters[0].set_gid(POINTS)
            points = [
                f"point {row} {chart.column}"
                for row, _ in enumerate(cast("Iterable[Any]", scatters[0].get_offsets()))
            ]
        drawn = svg_of(figure, label, points)
    plt.close(figure)  # or Jupyter shows it a second time
    return drawn


POINTS = "points"  # the id of the collection of points, whose marks are told apart by their order
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_FAMILY = re.compile(r"font-family: [^;]+;? ?|font: [^;]+;? ?")


def _short(match: re.Match[str]) -> str:
    return f"{float(match.group()):.2f}".rstrip("0").rstrip(".")


def tidy_svg(text: str, label: str, points: Sequence[str] = ()) -> str:
    """Matplotlib's SVG made small, unique in its ids, and obedient to the page's colours.

    Every id gets ``label`` in front, so that several pictures can stand in one page. What a part
    shows goes into ``data-mark``: its kind, row and column. ``points`` says it for the points, in
    the order in which they were given.
    """
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(text)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"}:
                parent.remove(child)
    for group in root.iter(f"{{{_SVG}}}g"):
        if group.get("id") == POINTS:
            for part, mark in zip(_points(group), points, strict=True):
                part.set("data-mark", mark)
    used = set(re.findall(r"(?:url\(#|href=\")#?([^)\"]+)", text))
    for element in root.iter():
        _tidy_element(element, label, used)
    width, height = root.get("viewBox", "0 0 0 0").split()[2:]
    root.attrib.pop("version", None)
    root.set("width", width)
    root.set("height", height)
    root.set("class", "chart")
    root.set("stroke-linejoin", "round")
    _unwrap(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _points(group: ElementTree.Element) -> list[ElementTree.Element]:
    """The points of a collection: each its own path, or one path used again and again."""
    uses = list(group.iter(f"{{{_SVG}}}use"))
    return uses or list(group.iter(f"{{{_SVG}}}path"))


def _tidy_element(element: ElementTree.Element, label: str, used: set[str]) -> None:
    element.text = element.text.strip() if element.text and element.text.strip() else None
    element.tail = None
    for name, value in list(element.attrib.items()):
        value = re.sub(r"\s*\n\s*", " ", value).strip()
        value = _NUMBER.sub(_short, value)
        if name == "id":
            if value.startswith(MARK):
                del element.attrib[name]
                element.set("data-mark", value.removeprefix(MARK))
            elif value in used:
                element.set(name, f"{label}-{value}")
            else:
                del element.attrib[name]
            continue
        if name == f"{{{_XLINK}}}href":
            del element.attrib[name]
            name, value = "href", f"#{label}-{value[1:]}"
        value = value.replace("url(#", f"url(#{label}-")
        value = value.replace(INK, "currentColor").replace(GRID, f"var(--fig-grid, {GRID})")
        if name == "style":
            value = _FAMILY.sub("", value).rstrip("; ")
        if name == "transform" and value.startswith("rotate(-0"):
            del element.attrib[name]
            continue
        if value:
            element.set(name, value)
        else:
            del element.attrib[name]


def _unwrap(parent: ElementTree.Element) -> None:
    """Take out groups that carry nothing, so that the page has fewer elements."""
    children: list[ElementTree.Element] = []
    for child in list(parent):
        _unwrap(child)
        if child.tag == f"{{{_SVG}}}g" and set(child.attrib) == {"data-mark"}:
            for part in child:
                part.set("data-mark", child.get("data-mark", ""))
        if child.tag == f"{{{_SVG}}}g" and set(child.attrib) <= {"data-mark"}:
            children += list(child)
        elif child.tag == f"{{{_SVG}}}defs" and not len(child):
            continue
        else:
            children.append(child)
    for child in list(parent):
        parent.remove(child)
    parent.extend(children)
