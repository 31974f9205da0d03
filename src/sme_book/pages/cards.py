"""Figure and table cards of the pages, rendered from the bundle that a ``Card`` displays.

The card says what it holds (``application/vnd.sme-survey.card+json``); a figure's drawing lies
beside it in the same bundle. Both become one HTML ``<figure>`` with the data under it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from docutils import nodes

from sme_book.base.editions import word
from sme_book.base.places import anchor, numbered
from sme_book.pages.panels import card_tools, scrolling
from sme_survey.presentation.cards import MIME as CARD
from sme_survey.presentation.cards import (
    NARROW,
    Shape,
    design_html,
    source_line,
    svg_in,
    table_html,
)
from sme_survey.survey.text import Language

SHOWN = "text/html"  # the card with its drawing, for other places than this book
OTHERS = (SHOWN, NARROW)

_SVG_START = re.compile(r"^.*?(?=<svg\b)", re.S)
_SVG_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.S)
_SVG_TAG = re.compile(r"<svg\b[^>]*>", re.S)
_VIEW_BOX = re.compile(r'viewBox="([^"]+)"')


@dataclass(frozen=True)
class CardPlace:
    """Where a card stands in the book, which makes it possible to refer to it."""

    docname: str
    anchor: str
    kind: str
    number: int
    title: str
    source: str


def inline_svg(svg: str, label: str, shape: Shape) -> str:
    """A drawing as part of the page, in one of its shapes.

    Its ids begin with the label of the card already (:mod:`sme_survey.presentation.drawing`).

    Raises
    ------
    ValueError
        If the text holds no ``<svg>`` element with a ``viewBox``.
    """
    body = _SVG_METADATA.sub("", _SVG_START.sub("", svg, count=1)).strip()
    tag = _SVG_TAG.search(body)
    box = _VIEW_BOX.search(tag.group(0)) if tag else None
    if tag is None or box is None:
        raise ValueError(f"card {label!r} holds no <svg> with a viewBox")
    body = body[tag.end() :]
    width, height = box.group(1).split()[2:4]
    return (
        f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="{box.group(1)}" width="{float(width):.0f}" height="{float(height):.0f}" '
        f'class="{shape}" aria-hidden="true">{body}'
    )


def art_html(card: Mapping[str, Any], wide: str, narrow: str | None) -> str:
    """The drawings of a card under its one alternative text; the style shows the one that fits.

    A drawing without a narrow shape (a map) is shown at every width.
    """
    shapes: tuple[tuple[Shape, str | None], ...] = (("wide", wide), ("narrow", narrow))
    drawn = "".join(inline_svg(svg, card["label"], shape) for shape, svg in shapes if svg)
    only = "" if narrow else " card-map"
    return (
        f'<div class="card-art{only}" role="img" lang="{card["lang"]}" '
        f'aria-label="{html.escape(card["alt"])}">{drawn}</div>'
    )


def card_html(
    card: Mapping[str, Any],
    drawing: str | None,
    number: int,
    page: str = "",
    narrow: str | None = None,
) -> str:
    """The whole card as HTML.

    Parameters
    ----------
    card
        What ``Card`` puts under the MIME type :data:`CARD`.
    drawing
        The SVG of a figure, or ``None`` for a table or where it could not be drawn.
    number
        Which figure or table of its page this is, from 1.
    page
        Name of the document the card stands in, for the reference to it.
    narrow
        The SVG for a narrow column, where there is one.
    """
    language = cast(Language, card["lang"])
    name, place = numbered(card["kind"], number, language), anchor(card)
    title = f"{name} {card['title']}"
    if card["kind"] == "table":
        body = scrolling(table_html(dict(card), title), title)
    elif drawing:
        body = art_html(card, drawing, narrow)
    else:
        body = f'<p class="card-missing">{html.escape(word("not_drawn", language))}</p>'
    facts = [html.escape(text) for text in (card.get("n") or "", source_line(card)) if text]
    caption = card.get("caption") or ""
    figcaption = (
        f'<figcaption><p class="card-head"><a class="card-number" href="#{place}">{name}</a> '
        f'<span class="card-title">{html.escape(card["title"])}</span></p>'
        + (f'<p class="card-caption">{html.escape(caption)}</p>' if caption else "")
        + (f'<p class="card-facts">{" · ".join(facts)}</p>' if facts else "")
        + "</figcaption>"
    )
    data = json.dumps(dict(card), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    stored = data.replace("<", "\\u003c")
    return (
        f'<figure class="card card-{card["kind"]}" id="{place}" data-card="{card["label"]}" '
        f'data-digest="{card["digest"]}">{figcaption}{body}{design_html(dict(card))}'
        f"{card_tools(card, number, page)}"
        f'<script type="application/json" class="card-json">{stored}</script></figure>\n'
    )


class CardRenderer:
    """The plugin of myst-nb that renders cards."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int | None]]] = [("*", CARD, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Render a card; swallow the other forms of a card's bundle; leave the rest alone."""
        if inline or (data.mime_type != CARD and data.mime_type not in OTHERS):
            return None
        env = renderer.renderer.sphinx_env
        bundle = _bundle(renderer, data)
        if CARD not in bundle:
            return None
        if data.mime_type != CARD:
            return []
        card = data.content
        number = _register(env, card)
        drawing = svg_in(str(bundle.get(SHOWN, "")))
        shown = card_html(card, drawing, number, env.docname, bundle.get(NARROW))
        return [nodes.raw(text=shown, format="html")]


def _bundle(renderer: Any, data: Any) -> Mapping[str, Any]:
    if data.cell_index is None or data.output_index is None:
        return {}
    _, outputs = renderer.renderer.nb_client.code_cell_outputs(data.cell_index)
    return cast(Mapping[str, Any], outputs[data.output_index].get("data", {}))


def _register(env: Any, card: Mapping[str, Any]) -> int:
    """Number a card within its page, and remember where it stands."""
    counter = env.temp_data.setdefault("sme_card_numbers", {})
    kind = "table" if card["kind"] == "table" else "figure"
    counter[kind] = counter.get(kind, 0) + 1
    places: dict[str, CardPlace] = env.sme_cards
    if card["label"] in places:
        raise ValueError(
            f"card label {card['label']!r} stands twice: in {places[card['label']].docname} "
            f"and in {env.docname}"
        )
    places[card["label"]] = CardPlace(
        env.docname, anchor(card), kind, counter[kind], str(card["title"]), source_line(card)
    )
    return cast(int, counter[kind])
