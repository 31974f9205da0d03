"""Figure and table cards of the pages, rendered from the bundle that a ``Card`` displays.

The card says what it holds (``application/vnd.sme-survey.card+json``); a figure's drawing lies
beside it in the same bundle. Both become one node of the page, which is written as one HTML
``<figure>`` with the data under it.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from docutils import nodes
from lxml import etree

from sme_book.base.editions import word
from sme_book.base.html import drawing, drawing_place, text_of
from sme_book.base.places import anchor, numbered
from sme_book.pages.panels import card_tools, scrolling
from sme_survey.presentation.cards import MIME as CARD
from sme_survey.presentation.cards import (
    NARROW,
    design_html,
    source_line,
    svg_in,
    table_html,
)
from sme_survey.presentation.charts import Shape
from sme_survey.survey.text import Language

SVG = "http://www.w3.org/2000/svg"
SHOWN = "text/html"  # the card with its drawing, for other places than this book
OTHERS = (SHOWN, NARROW)


@dataclass(frozen=True)
class CardPlace:
    """Where a card stands in the book, which makes it possible to refer to it."""

    docname: str
    anchor: str
    kind: str
    number: int
    title: str
    source: str


class card_figure(nodes.General, nodes.Element):
    """A card in its page: ``card``, ``number``, ``page`` and ``drawings`` (by shape)."""


def inline_svg(svg: str, label: str, shape: Shape) -> str:
    """A drawing as part of the page, in one of its shapes.

    Its ids begin with the label of the card already (:mod:`sme_survey.presentation.drawing`).

    Raises
    ------
    ValueError
        If the text holds no ``<svg>`` element with a ``viewBox``.
    """
    try:
        root = drawing(svg)
    except ValueError as error:
        raise ValueError(f"card {label!r} holds {error}") from error
    for metadata in root.findall("{*}metadata"):
        root.remove(metadata)
    width, height = root.get("viewBox").split()[2:4]
    made = etree.Element(
        root.tag,
        {
            "viewBox": root.get("viewBox"),
            "width": f"{float(width):.0f}",
            "height": f"{float(height):.0f}",
            "class": shape,
            "aria-hidden": "true",
        },
        nsmap={None: SVG, "xlink": "http://www.w3.org/1999/xlink"},
    )
    made.text = root.text
    made.extend(root)
    return text_of(made)


def drawing_key(label: str, shape: str) -> str:
    """Name of a drawing among those of its page."""
    return f"{label}.{shape}"


def art_html(card: Mapping[str, Any], shapes: Sequence[str]) -> str:
    """The places of a card's drawings under its one alternative text; the style shows one.

    A drawing without a narrow shape (a map) is shown at every width.
    """
    drawn = "".join(drawing_place(drawing_key(card["label"], shape)) for shape in shapes)
    only = "" if "narrow" in shapes else " card-map"
    return (
        f'<div class="card-art{only}" role="img" lang="{card["lang"]}" '
        f'aria-label="{html.escape(card["alt"])}">{drawn}</div>'
    )


def card_html(card: Mapping[str, Any], shapes: Sequence[str], number: int, page: str = "") -> str:
    """The whole card as HTML, with places for its drawings.

    Parameters
    ----------
    card
        What ``Card`` puts under the MIME type :data:`CARD`.
    shapes
        Of the drawings of a figure; none for a table or where it could not be drawn.
    number
        Which figure or table of its page this is, from 1.
    page
        Name of the document the card stands in, for the reference to it.
    """
    language = cast(Language, card["lang"])
    name, place = numbered(card["kind"], number, language), anchor(card)
    title = f"{name} {card['title']}"
    if card["kind"] == "table":
        body = scrolling(table_html(dict(card), title), title)
    elif shapes:
        body = art_html(card, shapes)
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
        sources: tuple[tuple[Shape, str | None], ...] = (
            ("wide", svg_in(str(bundle.get(SHOWN, "")))),
            ("narrow", bundle.get(NARROW)),
        )
        drawings = {
            shape: inline_svg(source, card["label"], shape) for shape, source in sources if source
        }
        return [
            card_figure(
                card=dict(card),
                number=number,
                anchor=anchor(card),
                page=env.docname,
                drawings=drawings,
            )
        ]


def write_card(translator: Any, node: card_figure) -> None:
    """Write a card into its page."""
    shown = card_html(node["card"], list(node["drawings"]), node["number"], node["page"])
    translator.body.append(shown)
    raise nodes.SkipNode


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
