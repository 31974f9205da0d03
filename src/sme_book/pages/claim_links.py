"""Links between the claims of the report and the figures where their numbers stand, both ways.

In the tables of the ledger each claim gets an address (``#claim-NAME``) and its last cell becomes a
link to the figure. Under each figure stands a line with the claims it bears on, their verdicts, and
links back to the ledger. The role ``{claim}`` names a claim in the prose. Statements named on the
errata page lead to the ledger as well, and the sources of numbers from outside to where they are
published.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from docutils import nodes
from lxml import etree
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from sme_book.base.html import Page, fragment
from sme_book.base.places import claim_anchor, numbered
from sme_book.pages.cards import CardPlace
from sme_survey.judgement.claims import Judged, ledger
from sme_survey.presentation.judged import ledger_label
from sme_survey.survey.loading import load
from sme_survey.survey.text import Language, Text, edition

logger = logging.getLogger(__name__)

HEADING = Text("Claims of the report on these numbers", "この数値に関する報告書の記述")

NAME = re.compile(r"[a-z0-9-]+")  # of a claim
_SOURCE = re.compile(r"(.+), (https?://\S+)(.*)")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
RETIRED = "ledger-retired"

Where = Callable[[str], str | None]
"""Address of a card, relative to the page being written; None where there is no such card."""


@lru_cache(maxsize=1)
def _ledger() -> tuple[Judged, ...]:
    return ledger(load())


def _verdict_class(item: Judged) -> str:
    return f"verdict verdict-{item.verdict.replace('_', '-')}"


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row if cell.tag in ("th", "td")]


def _linked(cell: Any, address: str, text: str, **attributes: str) -> None:
    """Make the whole text of a cell a link."""
    link = etree.Element("a", {"href": address} | attributes)
    link.text, cell.text = text, None
    cell.insert(0, link)


def link_ledger(figure: Any, names: Mapping[str, str], where: Where) -> None:
    """Give each claim of a ledger table its address, the link to its figure and its colour."""
    judged = {item.claim.id: item for item in _ledger()}
    for row in figure.iter("tr"):
        first, *others = _cells(row)
        claim = first.text or ""
        if first.get("scope") != "row" or not NAME.fullmatch(claim):
            continue
        row.set("id", claim_anchor(claim))
        _linked(first, "#" + claim_anchor(claim), claim, **{"class": "claim-name"})
        last = others[-1].text or ""
        if address := where(last):
            _linked(others[-1], address, names.get(last, last))
        if item := judged.get(claim):
            shown = item.verdict_text[edition()]
            for cell in [cell for cell in others if cell.text == shown][:1]:
                cell.set("class", f"{cell.get('class')} {_verdict_class(item)}")


def link_slips(figure: Any, where: Where) -> None:
    """Lead from the names of statements to the ledger."""
    judged = {item.claim.id: item for item in _ledger()}
    for cell in figure.iter("th"):
        item = judged.get(cell.text or "")
        address = where(ledger_label(item.claim.theme)) if item else None
        if item and address:
            page = address.split("#", 1)[0]
            _linked(cell, f"{page}#{claim_anchor(item.claim.id)}", item.claim.id)


def name_cells(figure: Any) -> None:
    """Give each cell the name of its column, which a phone shows before it."""
    heads = [(cell.text or "").strip() for cell in figure.iterfind(".//thead//th")]
    for row in figure.iterfind(".//tbody/tr"):
        for name, cell in zip(heads, row, strict=False):
            if cell.tag == "td":
                cell.set("data-label", name)


def link_sources(figure: Any, language: Language) -> None:
    """Make the titles of sources links, with their language where that is not the page's."""
    for cell in figure.iter("th", "td"):
        found = _SOURCE.fullmatch(cell.text or "")
        if found:
            title, address, after = found.groups()
            own = language == "en" or _JAPANESE.search(title)
            _linked(cell, address, title, **({} if own else {"lang": "en"}))
            cell[0].tail = after


def _back(label: str, language: Language, where: Where) -> str:
    parts = []
    for item in _ledger():
        address = where(ledger_label(item.claim.theme)) if item.claim.card == label else None
        if address:
            page = address.split("#", 1)[0]
            parts.append(
                f'<li><a href="{page}#{claim_anchor(item.claim.id)}">'
                f"{html.escape(item.claim.statement[language])}</a> "
                f'<span class="{_verdict_class(item)}">'
                f"{html.escape(item.verdict_text[language])}</span></li>"
            )
    if not parts:
        return ""
    summary = f"{HEADING[language]} ({len(parts)})"
    if language == "ja":
        summary = f"{HEADING.ja}（{len(parts)}）"
    return (
        f'<details class="card-tool card-claims"><summary>{html.escape(summary)}</summary>'
        f"<ul>{''.join(parts)}</ul></details>"
    )


def link(page: Page, language: Language, names: Mapping[str, str], where: Where) -> bool:
    """Put the links into the ledger tables and the figures of a page; say whether there were any.

    names: how a card is called ("Figure 3"), by label. where: its address.
    """
    ledgers = {ledger_label(item.claim.theme) for item in _ledger()} | {RETIRED}
    any_linked = False
    for figure in page.with_class("card"):
        label = figure.get("data-card") or ""
        if label in ledgers:
            link_ledger(figure, names, where)
        elif label.startswith("slips-"):
            link_slips(figure, where)
            name_cells(figure)
        elif label.startswith("context-"):
            link_sources(figure, language)
        elif back := _back(label, language, where):
            figure.append(fragment(back))
        else:
            continue
        any_linked = True
    return any_linked


def link_page(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put the links into a page as it is written (``html-page-context``)."""
    if doctree is None:
        return
    places: Mapping[str, CardPlace] = app.env.sme_cards
    language = edition()

    def where(label: str) -> str | None:
        place = places.get(label)
        if place is None:
            return None
        if place.docname == page:
            return f"#{place.anchor}"
        return f"{app.builder.get_relative_uri(page, place.docname)}#{place.anchor}"

    names = {label: numbered(place.kind, place.number, language) for label, place in places.items()}
    if link(context["page"], language, names, where):
        context["page_styles"].append("ledger")


class claim_reference(nodes.Inline, nodes.Element):
    """A reference to a claim, resolved when every page has been read."""


class ClaimRole(SphinxRole):
    """``{claim}`name```: the name of a claim, linked to its row of the ledger, and its verdict."""

    FORM = Text(" ({})", "：{}")

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave a node for :class:`ResolveClaims`."""
        node = claim_reference(claim=self.text)
        self.set_source_info(node)
        return [node], []


class ResolveClaims(SphinxPostTransform):
    """Turn references to claims into links, each with its verdict."""

    default_priority = 8

    def run(self, **kwargs: Any) -> None:
        """Replace each reference, or warn that there is no such claim."""
        env: Any = self.env
        known = {item.claim.id: item for item in _ledger()}
        for node in list(self.document.findall(claim_reference)):
            item = known.get(node["claim"])
            place = env.sme_cards.get(ledger_label(item.claim.theme)) if item else None
            if item is None or place is None:
                logger.warning("there is no claim %r", node["claim"], location=node)
                node.replace_self(nodes.Text(node["claim"]))
                continue
            page = self.app.builder.get_relative_uri(env.docname, place.docname)
            uri = f"{page}#{claim_anchor(item.claim.id)}"
            link = nodes.reference("", item.claim.id, internal=True, refuri=uri)
            shown = ClaimRole.FORM[edition()].format(item.verdict_text[edition()])
            node.replace_self([link, nodes.Text(shown)])


def setup(app: Any) -> dict[str, Any]:
    """Connect to Sphinx; the cards must have been read, so before the page is framed."""
    app.connect("html-page-context", link_page, priority=700)
    app.add_node(claim_reference)
    app.add_role("claim", ClaimRole())
    app.add_post_transform(ResolveClaims)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
