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
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from sme_book.base import assets
from sme_book.base.places import claim_anchor, numbered
from sme_book.pages.cards import CardPlace
from sme_survey.judgement.claims import Judged, ledger
from sme_survey.presentation.judged import ledger_label
from sme_survey.survey.loading import load
from sme_survey.survey.text import Language, Text, edition

logger = logging.getLogger(__name__)

HEADING = Text("Claims of the report on these numbers", "この数値に関する報告書の記述")

_FIGURE = re.compile(r'<figure class="card [^>]*data-card="([a-z0-9-]+)".*?</figure>', re.S)
_ROW = re.compile(r'<tr><th scope="row" class="text">([a-z0-9-]+)</th>(.*?)</tr>', re.S)
_LAST = re.compile(r'<td class="text">([a-z0-9-]+)</td>$')
_SLIP = re.compile(r'(<th scope="row" class="text">)([a-z0-9-]+)(?=</th>)')
_ADDRESS = re.compile(r"(<t[dh]\b[^>]*>)([^<>]+), (https?://[^\s<>\"]+)(?=[^<>]*</t[dh]>)")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
RETIRED = "ledger-retired"

Where = Callable[[str], str | None]
"""Address of a card, relative to the page being written; None where there is no such card."""


@lru_cache(maxsize=1)
def _ledger() -> tuple[Judged, ...]:
    return ledger(load())


def _verdict_class(item: Judged) -> str:
    return f"verdict verdict-{item.verdict.replace('_', '-')}"


def _linked_row(match: re.Match[str], names: Mapping[str, str], where: Where) -> str:
    claim, cells = match.groups()
    last = _LAST.search(cells)
    address = where(last.group(1)) if last else None
    if last and address:
        shown = names.get(last.group(1), last.group(1))
        link = f'<td class="text"><a href="{address}">{html.escape(shown)}</a></td>'
        cells = cells[: last.start()] + link
    for item in _ledger():
        if item.claim.id == claim:
            shown = html.escape(item.verdict_text[edition()])
            cells = cells.replace(
                f'<td class="text">{shown}</td>',
                f'<td class="text {_verdict_class(item)}">{shown}</td>',
                1,
            )
    anchor = claim_anchor(claim)
    return (
        f'<tr id="{anchor}"><th scope="row" class="text">'
        f'<a class="claim-name" href="#{anchor}">{claim}</a></th>{cells}</tr>'
    )


def _linked_slip(match: re.Match[str], where: Where) -> str:
    opening, name = match.groups()
    for item in _ledger():
        address = where(ledger_label(item.claim.theme)) if item.claim.id == name else None
        if address:
            page = address.split("#", 1)[0]
            return f'{opening}<a href="{page}#{claim_anchor(name)}">{name}</a>'
    return match.group(0)


def _source(language: Language, match: re.Match[str]) -> str:
    """The title of a source as a link, with its language where that is not the page's."""
    cell, title, address = match.groups()
    own = language == "en" or _JAPANESE.search(title)
    said = "" if own else ' lang="en"'
    return f'{cell}<a href="{address}"{said}>{title}</a>'


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


def link(body: str, language: Language, names: Mapping[str, str], where: Where) -> str:
    """The body of a page with the links of its ledger tables and its figures.

    names: how a card is called ("Figure 3"), by label. where: its address.
    """
    ledgers = {ledger_label(item.claim.theme) for item in _ledger()}

    def figure(match: re.Match[str]) -> str:
        text, label = match.group(0), match.group(1)
        if label in ledgers or label == RETIRED:
            return _ROW.sub(lambda row: _linked_row(row, names, where), text)
        if label.startswith("slips-"):
            return _SLIP.sub(lambda row: _linked_slip(row, where), text)
        if label.startswith("context-"):
            return _ADDRESS.sub(partial(_source, language), text)
        back = _back(label, language, where)
        return f"{text.removesuffix('</figure>')}{back}</figure>" if back else text

    return _FIGURE.sub(figure, body)


def link_page(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put the links into a page as it is written (``html-page-context``)."""
    body = context.get("body")
    if not body or doctree is None:
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
    linked = link(str(body), language, names, where)
    if linked != body:
        context["body"] = linked
        up = "../" * page.count("/")
        sheet = assets.stylesheet(Path(app.srcdir), "ledger", up)
        context["metatags"] = f"{context.get('metatags') or ''}\n{sheet}"


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
