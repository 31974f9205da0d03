"""Pointing at figures: what is shown and said of a row is what the card's rows hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from browsing import Watched

PAGE = "notebooks/results-it.html"
LABEL = "services"


def opened(watched: Callable[..., Watched], server: str, language: str, width: int) -> Any:
    page = watched(viewport={"width": width, "height": 900}).page
    page.goto(f"{server}{language}/{PAGE}")
    return page


def art(page: Any) -> Any:
    return page.locator(f'figure[data-card="{LABEL}"] .card-art')


def card(page: Any) -> dict[str, Any]:
    text = page.locator(f'figure[data-card="{LABEL}"] .card-json').text_content()
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [390, 1280])
def test_arrow_keys_read_every_row_aloud(
    language: str, width: int, server: str, watched: Callable[..., Watched]
):
    page = opened(watched, server, language, width)
    rows = card(page)["rows"]
    art(page).focus()
    said = []
    for _ in rows:
        page.keyboard.press("ArrowDown")
        said.append(page.locator(f'figure[data-card="{LABEL}"] output').text_content())
    for row, text in zip(rows, said, strict=True):
        label, percent, low, high, fewest, most = row
        assert text.startswith(label)
        for value in (f"{percent:.1f}%", f"{low:.1f}%", f"{high:.1f}%"):
            assert value in text, text
        assert f"{fewest:,}" in text
        assert f"{most:,}" in text
    page.keyboard.press("ArrowDown")
    assert page.locator(f'figure[data-card="{LABEL}"] output').text_content() == said[-1]
    page.keyboard.press("Home")
    assert page.locator(f'figure[data-card="{LABEL}"] output').text_content() == said[0]
    page.keyboard.press("Escape")
    assert page.locator(f'figure[data-card="{LABEL}"] .mark-tip').is_hidden()


def test_a_figure_is_one_stop_and_the_next_one_leaves_it(
    server: str, watched: Callable[..., Watched]
):
    page = opened(watched, server, "en", 1280)
    stops = "n => n.querySelectorAll('[tabindex=\"0\"], a[href], button, summary').length"
    assert art(page).evaluate(stops) == 0
    art(page).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.locator(f'figure[data-card="{LABEL}"] .mark-tip').is_hidden()


@pytest.mark.parametrize("width", [390, 1280])
def test_pointing_at_a_row_shows_it_inside_the_card(
    width: int, server: str, watched: Callable[..., Watched]
):
    page = opened(watched, server, "en", width)
    rows = card(page)["rows"]
    shape = "narrow" if width == 390 else "wide"
    for number in (0, len(rows) - 1):
        bar = art(page).locator(f'svg.{shape} [data-mark="bar {number} percent"]')
        bar.scroll_into_view_if_needed()
        bar.hover(force=True)
        tip = page.locator(f'figure[data-card="{LABEL}"] .mark-tip')
        assert tip.inner_text().startswith(rows[number][0])
        frame, box = art(page).bounding_box(), tip.bounding_box()
        assert box["x"] >= frame["x"] - 12
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 12
    page.mouse.move(2, 2)
    assert page.locator(f'figure[data-card="{LABEL}"] .mark-tip').is_hidden()


def test_without_the_script_a_figure_is_a_picture_with_its_words(
    server: str, watched: Callable[..., Watched]
):
    page = watched(java_script_enabled=False).page
    page.goto(f"{server}en/{PAGE}")
    assert art(page).get_attribute("role") == "img"
    assert art(page).get_attribute("tabindex") is None
    assert art(page).get_attribute("aria-label")
