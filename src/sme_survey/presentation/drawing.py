"""Draws charts with seaborn, as SVG that is the same byte for byte from run to run.

Text stays text: the page's own font is used, words can be searched and read aloud, and the picture
follows the light or dark page. Labels stand above their bars, so that they keep the full width of
a narrow screen. Importing this module needs seaborn and what it stands on.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib_fontja  # noqa: F401  (registers a Japanese font to measure text with)
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sme_survey.presentation.charts import Line, Mark, RowChart, Series, StackChart, Tile, wrap
from sme_survey.presentation.charts import width_of as em
from sme_survey.survey.text import Language

# IPAexGothic measures texts only; it has no bold face, and matplotlib need not say so in a chapter.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

WIDTH = 396.0  # points; about 1:1 at 390 pixels, and scaled up on wider pages
SIZE, SMALL, LEADING = 12.0, 10.5, 15.0
BOLD = 0.8  # headings are bold, which takes more room than the font they are measured with
INK, GRID = "#010203", "#dddddc"  # replaced by the page's own colours in ``tidy_svg``
_RC: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "sme-survey",
    "font.family": "IPAexGothic",
    "font.size": SIZE,
    "text.color": INK,
    "axes.unicode_minus": False,
}


class Canvas:
    """A figure whose vertical unit is the point, counted downwards from the top."""

    def __init__(self, height: float, left: float, right: float, limits: tuple[float, float]):
        self.height = height
        self.limits = limits
        self.scale = (limits[1] - limits[0]) / (WIDTH - left - right)  # data units a point
        self.origin = limits[0] - left * self.scale
        self.figure = Figure(figsize=(WIDTH / 72, height / 72))
        self.axes: Axes = self.figure.add_axes((left / WIDTH, 0, 1 - (left + right) / WIDTH, 1))
        self.axes.set_xlim(*limits)
        self.axes.set_ylim(height, 0)
        self.axes.axis("off")

    def at(self, points: float) -> float:
        """Data position of a distance in points from the left edge of the picture."""
        return self.origin + points * self.scale

    def text(self, x: float, y: float, words: str, **style: Any) -> None:
        """Write at a data position; the vertical position is the middle of the line."""
        options: dict[str, Any] = {"va": "center", "ha": "left", "clip_on": False} | style
        self.axes.text(x, y, words, **options)

    def grid(self, ticks: Iterable[float], top: float, bottom: float, unit: str) -> None:
        """Vertical lines with their values written above and below."""
        for tick in ticks:
            self.axes.plot([tick, tick], [top, bottom], color=GRID, lw=0.8, zorder=0)
            shown = f"{tick:+g}" if unit == "points" and tick else f"{tick:g}"
            for y in (top - 8, bottom + 9):
                self.text(tick, y, shown.replace("-", "−"), ha="center", size=SMALL, alpha=0.75)

    def svg(self, label: str) -> str:
        """The picture as tidy SVG."""
        buffer = io.StringIO()
        self.figure.savefig(buffer, format="svg", metadata={"Date": None}, transparent=True)
        return tidy_svg(buffer.getvalue(), label)


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


def _legend_rows(series: Sequence[Series], language: Language) -> list[list[Series]]:
    """Series laid out in lines of the legend."""
    rows: list[list[Series]] = [[]]
    used = 0.0
    for item in series:
        width = _legend_step(item, language)
        if rows[-1] and used + width > WIDTH:
            rows.append([])
            used = 0.0
        rows[-1].append(item)
        used += width
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
                [canvas.at(x)], [y], s=46, marker=marker, color=item.colour, clip_on=False, zorder=3
            )
            canvas.text(canvas.at(x + 9), y, item.label[language], size=SMALL)
            x += _legend_step(item, language)
        y += LEADING + 1


def _written(mark: Mark, unit: str) -> str:
    shown = f"{mark.value:+.1f}" if unit == "points" else f"{mark.value:.1f}"
    return shown.replace("-", "−")


def draw_rows(chart: RowChart, label: str, language: Language) -> str:
    """SVG of a row chart: labels above their marks, values written at the end of each row."""
    with mpl.rc_context(_RC):
        legend = _legend_rows(chart.series, language) if len(chart.series) > 1 else []
        top = 8.0 + len(legend) * (LEADING + 1) + 16
        pitch = 15.0 if chart.style == "tracks" else 19.0
        layout = []
        y = top
        for line in chart.lines:
            heading = wrap(line.heading[language], BOLD * WIDTH / SIZE) if line.heading else []
            y += (len(heading) * (LEADING + 2) + 8) if heading else 0
            words = wrap(line.label[language], WIDTH / SIZE * 0.97)
            aside = wrap(line.aside[language], WIDTH / SMALL * 0.97) if line.aside else []
            start = y
            y += len(words) * LEADING + len(aside) * (LEADING - 1.5)
            tracks = len(line.marks) if chart.style == "tracks" else 1
            layout.append((line, heading, words, aside, start, y))
            y += tracks * pitch + 5
        right = 84.0 if chart.style == "dumbbell" else 42.0
        if chart.unit == "points":
            right = 46.0
        canvas = Canvas(y + 36, 3, right, _limits(chart))
        canvas.grid(_ticks(canvas.limits), top - 2, y, chart.unit)
        canvas.text(canvas.at(0), y + 26, chart.axis[language], size=SMALL, alpha=0.75)
        if legend:
            _draw_legend(canvas, legend, language, square=chart.style == "bar")
        _draw_marks(canvas, chart, [(line, base + pitch / 2) for line, *_, base in layout], pitch)
        for _, heading, words, aside, start, _ in layout:
            above = start - len(heading) * (LEADING + 2) - 1
            for i, text in enumerate(heading):
                y_text = above + (LEADING + 2) * (i + 0.5)
                canvas.text(canvas.at(0), y_text, text, size=SIZE + 0.5, weight="bold")
            for i, text in enumerate(words):
                canvas.text(canvas.at(0), start + LEADING * (i + 0.55), text)
            below = start + len(words) * LEADING
            for i, text in enumerate(aside):
                y_text = below + (LEADING - 1.5) * (i + 0.5)
                canvas.text(canvas.at(0), y_text, text, size=SMALL, alpha=0.75)
        if canvas.limits[0] < 0:
            canvas.axes.plot([0, 0], [top - 2, y], color=INK, lw=1, alpha=0.3, zorder=1)
        return canvas.svg(label)


def _draw_marks(
    canvas: Canvas, chart: RowChart, rows: Sequence[tuple[Line, float]], pitch: float
) -> None:
    series = {item.id: item for item in chart.series}
    tracks = chart.style == "tracks"
    flat: list[dict[str, Any]] = [
        {
            "y": y + (i * pitch if tracks else 0),
            "value": mark.value,
            "low": mark.low,
            "high": mark.high,
            "series": mark.series,
            "colour": mark.colour or series[mark.series].colour,
            "shown": _written(mark, chart.unit),
        }
        for line, y in rows
        for i, mark in enumerate(line.marks)
    ]
    frame = pd.DataFrame(flat)
    if chart.style == "bar":
        _draw_bars(canvas.axes, frame)
    else:
        markers = {item.id: item.marker for item in chart.series}
        if chart.style == "dumbbell":
            for line, y in rows:
                ends = [mark.value for mark in line.marks]
                canvas.axes.plot([min(ends), max(ends)], [y, y], color=GRID, lw=3.5, zorder=1)
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
            ax=canvas.axes,
        )
    for row in flat:
        if row["low"] is not None and chart.style != "dumbbell":
            ends = [row["low"], row["high"]]
            colour = INK if chart.style == "bar" else row["colour"]
            alpha = 0.8 if chart.style == "bar" else 1
            canvas.axes.plot(ends, [row["y"]] * 2, color=colour, lw=1.4, alpha=alpha, zorder=2)
    _draw_values(canvas, chart, rows, flat)


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


def _draw_values(
    canvas: Canvas,
    chart: RowChart,
    rows: Sequence[tuple[Line, float]],
    flat: list[dict[str, Any]],
) -> None:
    if chart.style == "dumbbell":
        for line, y in rows:
            shown = " → ".join(_written(mark, chart.unit) for mark in line.marks)
            canvas.text(canvas.at(WIDTH), y, shown, ha="right", size=SIZE - 0.5)
        return
    for row in flat:
        end = max(row["value"], row["high"] if row["high"] is not None else row["value"])
        x = max(end, 0) + 5 * canvas.scale
        canvas.text(x, row["y"], row["shown"], size=SIZE - 0.5)


def _ink_on(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 135 else "#111111"


def draw_stack(chart: StackChart, label: str, language: Language) -> str:
    """SVG of 100% rows; a part is labelled inside where it is wide enough."""
    with mpl.rc_context(_RC):
        legend = _legend_rows(chart.series, language)
        y = 14.0 + len(legend) * (LEADING + 1)
        layout = []
        for line in chart.lines:
            words = wrap(line.label[language], WIDTH / SIZE * 0.97)
            layout.append((line, words, y))
            y += len(words) * LEADING + 32
        canvas = Canvas(y + 4, 2, 2, (0.0, 100.0))
        _draw_legend(canvas, legend, language, square=True)
        colours = {item.id: item.colour for item in chart.series}
        for line, words, start in layout:
            for i, text in enumerate(words):
                canvas.text(canvas.at(0), start + LEADING * (i + 0.5), text)
            middle = start + len(words) * LEADING + 12
            left = 0.0
            for mark in line.marks:
                colour = colours[mark.series]
                canvas.axes.barh(middle, mark.value, 21, left=left, color=colour, lw=0)
                if mark.value >= em(_written(mark, "%")) * SMALL / (WIDTH / 100):
                    centre = left + mark.value / 2
                    ink = _ink_on(colour)
                    canvas.text(
                        centre, middle, _written(mark, "%"), ha="center", size=SMALL, color=ink
                    )
                left += mark.value
        canvas.axes.set_xlim(0, 100)
        canvas.axes.set_ylim(canvas.height, 0)
        return canvas.svg(label)


def draw_tiles(tiles: Sequence[Tile], label: str, language: Language) -> str:
    """SVG of the tile map: one square a prefecture, darker for a larger value."""
    with mpl.rc_context(_RC):
        side = WIDTH / 12
        rows = max(tile.row for tile in tiles) + 1
        canvas = Canvas(rows * side + 2, 0, 0, (0.0, WIDTH))
        palette = sns.light_palette("#1d64a0", n_colors=101, input="hex").as_hex()
        largest = max(tile.value for tile in tiles)
        for tile in tiles:
            colour = palette[round(100 * (tile.value / largest) ** 0.6)]
            x, y = tile.column * side, tile.row * side + 1
            box = Rectangle((x + 1, y + 1), side - 2, side - 2, facecolor=colour, lw=0)
            canvas.axes.add_patch(box)
            ink = _ink_on(colour)
            name = tile.label[language]
            size = min(SMALL - 0.5, (side - 5) / em(name))
            canvas.text(x + side / 2, y + side * 0.31, name, ha="center", size=size, color=ink)
            shown = f"{tile.value:.1f}"
            canvas.text(x + side / 2, y + side * 0.69, shown, ha="center", size=SIZE, color=ink)
        return canvas.svg(label)


_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_FAMILY = re.compile(r"font-family: [^;]+;? ?|font: [^;]+;? ?")


def _short(match: re.Match[str]) -> str:
    return f"{float(match.group()):.2f}".rstrip("0").rstrip(".")


def tidy_svg(text: str, label: str) -> str:
    """Matplotlib's SVG made small, unique in its ids, and obedient to the page's colours.

    Every id gets ``label`` in front, so that several pictures can stand in one page.
    """
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(text)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"}:
                parent.remove(child)
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


def _tidy_element(element: ElementTree.Element, label: str, used: set[str]) -> None:
    element.text = element.text.strip() if element.text and element.text.strip() else None
    element.tail = None
    for name, value in list(element.attrib.items()):
        value = re.sub(r"\s*\n\s*", " ", value).strip()
        value = _NUMBER.sub(_short, value)
        if name == "id":
            if value in used:
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
        if child.tag == f"{{{_SVG}}}g" and not child.attrib:
            children += list(child)
        elif child.tag == f"{{{_SVG}}}defs" and not len(child):
            continue
        else:
            children.append(child)
    for child in list(parent):
        parent.remove(child)
    parent.extend(children)
