"""Figure and table cards of the pages, rendered from the bundle that a ``Card`` displays.

The card says what it holds (``application/vnd.sme-survey.card+json``); a figure's drawing lies
beside it in the same bundle. Both become one HTML ``<figure>`` with the data under it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from docutils import nodes

from sme_survey.presentation.cards import MIME as CARD
from sme_survey.presentation.cards import table_html
from sme_survey.publishing.editions import word
from sme_survey.survey.text import Language

DRAWN = ("image/svg+xml", "text/html", "image/png")

_SVG_START = re.compile(r"^.*?(?=<svg\b)", re.S)
_SVG_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.S)
_SVG_TAG = re.compile(r"<svg\b[^>]*>", re.S)
_VIEW_BOX = re.compile(r'viewBox="([^"]+)"')
_SVG_ID = re.compile(r'\bid="([^"]+)"')
_SVG_REFERENCE = re.compile(r'(xlink:href="#|href="#|url\(#)([^")]+)')


@dataclass(frozen=True)
class CardPlace:
    """Where a card stands in the book, which makes it possible to refer to it."""

    docname: str
    anchor: str
    kind: str
    number: int
    title: str


def anchor(card: Mapping[str, Any]) -> str:
    """The id of a card in its page: ``fig-LABEL`` or ``tab-LABEL``, equal in both editions."""
    return ("tab-" if card["kind"] == "table" else "fig-") + str(card["label"])


def numbered(kind: str, number: int, language: Language) -> str:
    """ "Figure 3" or "Table 1" in the language of the edition."""
    return word("table" if kind == "table" else "figure", language, number=number)


def inline_svg(svg: str, label: str, alternative: str, language: Language) -> str:
    """A drawing as part of the page: named for assistive software, its ids made unique.

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
    body = _SVG_ID.sub(lambda match: f'id="{label}-{match.group(1)}"', body)
    body = _SVG_REFERENCE.sub(lambda match: f"{match.group(1)}{label}-{match.group(2)}", body)
    width, height = box.group(1).split()[2:4]
    return (
        f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="{box.group(1)}" width="{float(width):.0f}" height="{float(height):.0f}" '
        f'role="img" lang="{language}" aria-label="{html.escape(alternative)}">{body}'
    )


def scrolling(content: str, label: str) -> str:
    """Something wide in a region of its own that keyboards can scroll."""
    return (
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="{html.escape(label)}">'
        f"{content}</div>"
    )


def details(kind: str, summary: str, content: str) -> str:
    """A part of a card that opens on demand, without a script."""
    return (
        f'<details class="card-tool card-{kind}"><summary>{html.escape(summary)}</summary>'
        f'<div class="card-panel">{content}</div></details>'
    )


def table_tool(card: Mapping[str, Any], number: int) -> str:
    """The rows behind a figure; a table card shows them already."""
    if card["kind"] == "table":
        return ""
    language = cast(Language, card["lang"])
    name = numbered(card["kind"], number, language)
    caption = word("of_figure", language, figure=name, title=card["title"])
    panel = scrolling(table_html(dict(card), caption), caption)
    return details("table", word("table_tool", language), panel)


def source_tool(card: Mapping[str, Any], number: int) -> str:
    """What was asked, of whom, and where the report prints the answers."""
    language = cast(Language, card["lang"])
    entries = []
    for question in card.get("questions", ()):
        wording = html.escape(question.get("wording") or "")
        quoted = f'<span lang="ja">「{wording}」</span>' if wording else ""
        base = html.escape(question.get("base") or "")
        entries.append(
            f"<li><strong>{html.escape(question['title'])}</strong> {quoted}"
            + (f"<br>{html.escape(word('base', language, n=base))}" if base else "")
            + "</li>"
        )
    parts = [f"<ul>{''.join(entries)}</ul>"] if entries else []
    if pages := page_text(card):
        parts.append(f"<p>{html.escape(pages)}</p>")
    if card.get("notes"):
        parts.append(f"<p>{html.escape(card['notes'])}</p>")
    return details("source", word("source_tool", language), "".join(parts)) if parts else ""


# What stands under a card, in order: functions of the card and its number that return HTML.
TOOLS: list[Callable[[Mapping[str, Any], int], str]] = [table_tool, source_tool]


def card_tools(card: Mapping[str, Any], number: int) -> str:
    """The parts under a card that open on demand."""
    parts = "".join(tool(card, number) for tool in TOOLS)
    return f'<div class="card-tools">{parts}</div>' if parts else ""


def page_text(card: Mapping[str, Any]) -> str:
    """Where the report prints the numbers of a card, or nothing."""
    pages = card.get("pages") or ()
    if not pages:
        return ""
    key = "report_page" if len(pages) == 1 else "report_pages"
    joined = "、" if card["lang"] == "ja" else ", "
    return word(key, cast(Language, card["lang"]), pages=joined.join(str(page) for page in pages))


def card_html(card: Mapping[str, Any], drawing: str | None, number: int) -> str:
    """The whole card as HTML.

    Parameters
    ----------
    card
        What ``Card`` puts under the MIME type :data:`CARD`.
    drawing
        The SVG of a figure, or ``None`` for a table or where it could not be drawn.
    number
        Which figure or table of its page this is, from 1.
    """
    language = cast(Language, card["lang"])
    name, place = numbered(card["kind"], number, language), anchor(card)
    title = f"{name} {card['title']}"
    if card["kind"] == "table":
        body = scrolling(table_html(dict(card), title), title)
    elif drawing:
        picture = inline_svg(drawing, card["label"], card["alt"], language)
        body = f'<div class="card-art">{picture}</div>'
    else:
        body = f'<p class="card-missing">{html.escape(word("not_drawn", language))}</p>'
    facts = [html.escape(text) for text in (card.get("n") or "", page_text(card)) if text]
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
        f'data-digest="{card["digest"]}">{figcaption}{body}{card_tools(card, number)}'
        f'<script type="application/json" class="card-json">{stored}</script></figure>\n'
    )


class CardRenderer:
    """The plugin of myst-nb that renders cards (entry point ``myst_nb.mime_renderers``)."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int | None]]] = [("*", CARD, 1)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Render a card; swallow the other forms of a card's bundle; leave the rest alone."""
        if inline or (data.mime_type != CARD and data.mime_type not in DRAWN):
            return None
        bundle = _bundle(renderer, data)
        if CARD not in bundle:
            return None
        if data.mime_type != CARD:
            return []
        card = data.content
        number = _register(renderer.renderer.sphinx_env, card)
        return [nodes.raw(text=card_html(card, bundle.get(DRAWN[0]), number), format="html")]


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
        env.docname, anchor(card), kind, counter[kind], str(card["title"])
    )
    return cast(int, counter[kind])
