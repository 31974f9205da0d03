"""Every picture of the book shows its rows: read back from geometry, and falsified part by part.

The chapters run as in Replay, without drawing; each figure is then drawn in both languages and
both shapes, every mark is held against its row, and each kind of mark is falsified in each of its
attributes: the reader must find all of them.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from typing import Any
from xml.etree import ElementTree

import pytest

from browsing import LANGUAGES
from sme_book.base.project import ROOT
from sme_survey.presentation import pictures
from sme_survey.presentation import running as runner
from sme_survey.presentation.cards import Card
from sme_survey.presentation.charts import OwnChart
from sme_survey.presentation.verifying import settings

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = ("wide", "narrow")
COLOUR = re.compile(r"#[0-9a-f]{6}")


def run_chapters() -> dict[str, Card]:
    """The figures that the chapters show, by label; nothing is drawn."""
    found: dict[str, Card] = {}
    # without the controls that another test may have loaded: they would come about here
    with settings("en"):
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            session = runner.Session()
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            sources = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
            for number, source in enumerate(sources, start=1):
                asyncio.run(session.run(number, "".join(source), False))
                for card in session.values.get(number, {}).values():
                    found[card.label] = card
    return {label: card for label, card in found.items() if card.chart is not None}


@lru_cache(maxsize=1)
def figures() -> dict[str, Card]:
    """Run in a thread: the browser of other tests may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run_chapters).result()


@cache
def drawing(label: str, language: Any, shape: Any) -> str:
    drawn = figures()[label].svg(language, shape)
    assert drawn
    return drawn


def stored_labels() -> set[str]:
    """Labels of the figures whose drawings the notebooks store."""
    found = set()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                card = output.get("data", {}).get("application/vnd.sme-survey.card+json", {})
                if card.get("kind") == "figure":
                    found.add(card["label"])
    return found


def test_every_figure_of_the_chapters_is_read() -> None:
    assert set(figures()) == stored_labels()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mark_of_every_figure_shows_its_row(language: Any) -> None:
    marks = 0
    for label, card in figures().items():
        for shape in SHAPES:
            text = drawing(label, language, shape)
            assert pictures.disagreements(card, text, language) == [], (label, shape)
            marks += text.count("data-mark")
    assert marks > 1000


# ---- falsified -------------------------------------------------------------------------------


def numbers(element: Any, name: str, change: Callable[[int, float], float]) -> None:
    """Change the numbers of an attribute; the position of each says whether it is an x or a y."""
    count = iter(range(10**6))
    element.set(
        name,
        re.sub(
            r"-?\d+(?:\.\d+)?",
            lambda match: f"{change(next(count), float(match.group())):.2f}",
            element.get(name, ""),
        ),
    )


def moved(element: Any, dx: float, dy: float) -> None:
    if element.tag == f"{SVG}path":
        numbers(element, "d", lambda i, value: value + (dy if i % 2 else dx))
    else:
        numbers(element, "x", lambda i, value: value + dx)
        numbers(element, "y", lambda i, value: value + dy)


def longer(element: Any) -> None:
    """The right end of a bar, a part or a line goes four points to the right."""
    xs = [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", element.get("d", ""))[::2]]
    end = max(xs)
    numbers(element, "d", lambda i, value: value + 4 * (i % 2 == 0 and value == end))


def begins_later(element: Any) -> None:
    xs = [float(x) for x in re.findall(r"-?\d+(?:\.\d+)?", element.get("d", ""))[::2]]
    start = min(xs)
    numbers(element, "d", lambda i, value: value + 4 * (i % 2 == 0 and value == start))


def recoloured(element: Any) -> None:
    element.set("style", COLOUR.sub("#c0ffee", element.get("style", "")))


def another_digit(element: Any) -> None:
    place = next(i for i in reversed(range(len(element.text))) if element.text[i].isdigit())
    digit = str((int(element.text[place]) + 1) % 10)
    element.text = element.text[:place] + digit + element.text[place + 1 :]


def another_word(element: Any) -> None:
    element.text = element.text[:-1] + ("x" if element.text[-1] != "x" else "y")


def another_marker(element: Any) -> None:
    xs, ys = (
        [float(item) for item in re.findall(r"-?\d+(?:\.\d+)?", element.get("d", ""))[start::2]]
        for start in (0, 1)
    )
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    middle = (top + bottom) / 2
    element.set("d", f"M {left} {middle} L {right} {top} L {right} {middle} L {right} {bottom} z")


FALSIFIED: dict[str, dict[str, Callable[[Any], None]]] = {
    "bar": {
        "length": longer,
        "start": begins_later,
        "row": lambda element: moved(element, 0, 30),
        "colour": recoloured,
    },
    "interval": {
        "length": longer,
        "place": lambda element: moved(element, 4, 0),
        "row": lambda element: moved(element, 0, 8),
    },
    "point": {
        "place": lambda element: moved(element, 4, 0),
        "row": lambda element: moved(element, 0, 30),
        "colour": recoloured,
    },
    "part": {"length": longer, "start": begins_later, "colour": recoloured},
    "value": {
        "number": another_digit,
        "place": lambda element: moved(element, 60, 0),
        "row": lambda element: moved(element, 0, 30),
    },
    "values": {"number": another_digit, "row": lambda element: moved(element, 0, 12)},
    "label": {"word": another_word, "row": lambda element: moved(element, 0, 60)},
    "sign": {"word": another_word, "row": lambda element: moved(element, 0, 12)},
    "tick": {"place": lambda element: moved(element, 4, 0)},
    "scale": {"number": another_digit, "place": lambda element: moved(element, 4, 0)},
    "key": {"colour": recoloured, "place": lambda element: moved(element, 30, 0)},
    "legend": {"word": another_word, "place": lambda element: moved(element, 30, 0)},
    "tile": {"place": lambda element: moved(element, 33, 0), "colour": recoloured},
}
SERIES = {"point": {"marker": another_marker}}  # where markers tell series apart


def bound(root: Any) -> dict[str, list[Any]]:
    """The parts of a drawing that name what they show, by kind; a key's form is not a part."""
    found: dict[str, list[Any]] = {}
    for element in root.iter():
        kind = element.get("data-mark", "").partition(" ")[0]
        if kind and element.tag != f"{SVG}defs":
            found.setdefault(kind, []).append(element)
    return found


def without(root: Any, element: Any) -> None:
    for parent in root.iter():
        if element in list(parent):
            parent.remove(element)


def falsifications(text: str, pick: Callable[[list[int]], list[int]]) -> Iterator[tuple[str, str]]:
    """Name and text of drawings with one falsehood each; ``pick`` chooses parts of a kind."""
    kinds = {kind: len(found) for kind, found in bound(ElementTree.fromstring(text)).items()}
    for kind, count in kinds.items():
        changes: dict[str, Any] = {**FALSIFIED[kind], "missing": None, "twice": "twice"}
        if kind == "point" and "key" in kinds:
            changes |= SERIES["point"]
        for attribute, change in changes.items():
            for number in pick(list(range(count))):
                root = ElementTree.fromstring(text)
                element = bound(root)[kind][number]
                if change is None:
                    without(root, element)
                elif change == "twice":
                    root.append(element)
                else:
                    change(element)
                yield f"{kind} {attribute} {number}", ElementTree.tostring(root, encoding="unicode")


def undiscovered(
    card: Card, text: str, language: Any, pick: Callable[[list[int]], list[int]]
) -> tuple[int, list[str]]:
    """How many falsehoods were tried, and those that the reader did not find."""
    tried, missed = 0, []
    for name, false in falsifications(text, pick):
        tried += 1
        if not pictures.disagreements(card, false, language):
            missed.append(name)
    return tried, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_of_falsehood_is_found_in_every_figure(language: Any) -> None:
    tried, unseen = 0, []
    for label, card in figures().items():
        if isinstance(card.chart, OwnChart):
            continue  # of a drawing that is not ours only the points are known: the next test
        for shape in SHAPES:
            chance = random.Random(f"{label} {language} {shape}")
            text = drawing(label, language, shape)
            count, missed = undiscovered(card, text, language, lambda x, c=chance: [c.choice(x)])
            tried += count
            unseen += [f"{label} {shape}: {name}" for name in missed]
    assert unseen == []
    print(f"{language}: {tried} falsified drawings, all found")
    assert tried > 1000


@pytest.mark.parametrize("shape", SHAPES)
def test_each_point_of_a_drawing_of_ones_own_is_held_against_its_row(shape: Any) -> None:
    card, text = figures()["reuse-none"], drawing("reuse-none", "en", shape)

    def point(root: Any, row: int) -> Any:
        return root.find(f".//*[@data-mark='point {row} percent']")

    for row in range(len(card.rows)):
        away, gone, double = (ElementTree.fromstring(text) for _ in range(3))
        moved(point(away, row), 2, 0)
        without(gone, point(gone, row))
        double.append(point(double, row))
        for root in (away, gone, double):
            false = ElementTree.tostring(root, encoding="unicode")
            assert pictures.disagreements(card, false, "en"), row


@pytest.mark.parametrize("label", ["device-use", "threats-bounds", "education-waves", "threats"])
def test_every_part_of_a_figure_of_each_style_is_guarded(label: str) -> None:
    tried, missed = undiscovered(figures()[label], drawing(label, "en", "wide"), "en", lambda x: x)
    assert not missed
    assert tried > 50


def test_rows_that_change_places_are_found() -> None:
    """Two rows exchanged with all that belongs to them: each mark is right, the order is not."""
    card = figures()["device-use"]
    root = ElementTree.fromstring(drawing("device-use", "en", "wide"))
    rows: dict[str, list[Any]] = {}
    for element in root.iter():
        kind, _, name = element.get("data-mark", "").partition(" ")
        if kind in ("bar", "interval", "value", "label"):
            rows.setdefault(name.partition(" ")[0], []).append(element)
    tops = {row: float(found[-1].get("y", "nan")) for row, found in rows.items()}
    for one, other in (("0", "1"), ("1", "0")):
        for element in rows[one]:
            moved(element, 0, tops[other] - tops[one])
    found = pictures.disagreements(card, ElementTree.tostring(root, encoding="unicode"), "en")
    assert found == ["row 1: not below the row before it"]


def test_what_no_row_stands_behind_is_found() -> None:
    card = figures()["device-use"]
    text = drawing("device-use", "en", "wide")
    for extra in (
        '<path d="M 75 90 L 300 90 L 300 95 L 75 95 z" style="fill: #2b83c6" />',
        '<rect x="75" y="90" width="100" height="5" style="fill: #2b83c6" />',
        '<text x="75" y="90">A trend</text>',
        '<path d="M 75 26 L 90 26" style="stroke: #2b83c6" data-mark="bar 9 percent" />',
    ):
        assert pictures.disagreements(card, text.replace("</svg>", f"{extra}</svg>"), "en"), extra


def test_another_language_or_other_rows_are_found() -> None:
    text = drawing("device-use", "en", "wide")
    assert pictures.disagreements(figures()["device-use"], text, "ja")
    assert pictures.disagreements(figures()["services"], text, "en")


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="not well-formed SVG"):
        pictures.parts("<svg><path></svg>")
