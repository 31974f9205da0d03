"""The page of a figure or table, and one for every digest it ever had."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from sme_book.addresses import change_tables, filters
from sme_book.addresses.changes import answers, compare_cards
from sme_book.addresses.versions import Bearing, History, Version
from sme_book.addresses.words import say
from sme_book.base.html import drawing_place
from sme_book.base.places import claim_page, numbered
from sme_book.base.publication import Book, names
from sme_book.pages.cards import card_html, drawing_key
from sme_book.pages.panels import references, scrolling
from sme_book.standards.citations import Work, card_work
from sme_survey.judgement.verdicts import Outcome
from sme_survey.presentation.cards import source_line, table_html
from sme_survey.survey.text import Language

Cards = Mapping[str, Any]


def _kind(card: Cards) -> str:
    return "table" if card["kind"] == "table" else "figure"


def versions_named(found: Iterable[Version], language: Language) -> str:
    """Numbers of versions with their dates."""
    opened, closed = ("（", "）") if language == "ja" else (" (", ")")
    comma = "、" if language == "ja" else ", "
    return comma.join(f"{item.name[language]}{opened}{item.date}{closed}" for item in found)


def _against(history: History, label: str, position: int) -> str:
    """What a version says of a card against the version before, in a few words."""
    versions = history.versions
    language = versions[position].language
    before = next((item for item in reversed(versions[:position]) if label in item.cards), None)
    if before is None:
        return escape(say("first", language))
    old, new = before.cards[label]["card"], versions[position].cards[label]["card"]
    change = compare_cards(old, new)
    if change is None:
        return escape(say("same", language))
    if old["digest"] == new["digest"]:
        return escape(say("words_only", language))
    parts = [say("numbers_too", language)]
    if change.cells:
        parts.append(change_tables.count("cell", len(change.cells), language))
    return escape(("、" if language == "ja" else ", ").join(parts))


def version_table(history: History, label: str, here: str) -> str:
    """Every version of a card: its digest, which is a link, and what changed. ``here`` leads up."""
    language = history.current.language
    rows = []
    for position, version in reversed(list(enumerate(history.versions))):
        if label in version.cards:
            digest = version.digest(label)
            link = f'<a href="{here}{label}/{digest}.html"><code>{digest}</code></a>'
            against = _against(history, label, position)
        elif position and label in history.versions[position - 1].cards:
            link, against = "", escape(say("gone", language))
        else:
            continue
        rows.append((escape(version.name[language]), version.date, link, against))
    heads = [say(key, language) for key in ("version", "date", "digest", "against_before")]
    return change_tables.table(say("versions", language), heads, rows, "versions")


def claims_on(history: History, label: str, up: str) -> str:
    """The claims that rest on a card, with their verdicts."""
    language = history.current.language
    items = "".join(
        f'<li><a href="{up}{claim_page(name)}.html">{escape(claim["statement"])}</a> '
        f"{verdict(claim)}</li>"
        for name, claim in history.current.claims.items()
        if claim["card"] == label
    )
    if not items:
        return ""
    title = escape(say("claims_on", language))
    return f'<section id="claims"><h2>{title}</h2><ul class="claims-on">{items}</ul></section>'


def verdict(claim: Mapping[str, Any]) -> str:
    """A verdict with its colour, which tells the same answers in every version."""
    name = Outcome(*answers(claim)).verdict.replace("_", "-")
    return f'<span class="verdict verdict-{name}">{escape(claim["label"])}</span>'


def facts(card: Cards) -> str:
    """Base and sources, as under every figure; version 1.0.0 kept pages of the report alone."""
    pages = card.get("pages") or ()
    told = ", ".join(str(page) for page in pages)
    key = "of_report_page" if len(pages) == 1 else "of_report_pages"
    language = language_of(card)
    kept = say(key, language, agency=names()["agency_short"][language], pages=told) if pages else ""
    found = [escape(text) for text in (card.get("n") or "", source_line(card) or kept) if text]
    return f'<p class="card-facts">{" · ".join(found)}</p>' if found else ""


def card_body(
    history: History,
    label: str,
    titles: Mapping[str, str],
    shapes: Sequence[str],
    work: Work,
) -> str:
    """The page of a card as it is now. ``titles`` of pages by name; ``shapes`` of its drawings."""
    kept = history.current.cards[label]
    card, language = kept["card"], history.current.language
    number, page = int(kept["number"]), str(kept["page"])
    place = f"../{page}.html#{kept['anchor']}"
    stands = say("stands", language, number=numbered(card["kind"], number, language))
    figure = card_html(card, shapes, number, page)
    figure = figure.replace('<details class="card-tool card-table">',
                            '<details class="card-tool card-table" open>')  # fmt: skip
    return (
        f'<section id="card"><h1>{escape(card["title"])}</h1>'
        f'<p class="address-line"><code>{label}</code> · {escape(stands)} '
        f'<a href="{place}">{escape(titles.get(page, page))}</a> · '
        f'<a href="index.html">{escape(say("list", language))}</a></p>'
        f"{figure}{claims_on(history, label, '../')}"
        f'<section id="versions"><h2>{escape(say("versions", language))}</h2>'
        f"{version_table(history, label, '')}</section></section>"
        f"{cite(work)}"
    )


def cite(work: Work) -> str:
    """The reference to what a page shows, open."""
    title = {"en": "Cite", "ja": "引用"}[work.language]
    return (
        f'<section id="cite"><h2>{title}</h2><div class="references">{references(work)}</div>'
        "</section>"
    )


def _frozen_figure(card: Cards, drawn: bool, key: str) -> str:
    """A card as a version had it: its drawing under its alternative text, or its table."""
    words = f'<p class="card-caption">{escape(card["caption"])}</p>' if card.get("caption") else ""
    if _kind(card) == "table":
        shown = scrolling(table_html(dict(card)), str(card["title"]))
    elif drawn:
        shown = (
            f'<div class="card-art card-map" role="img" lang="{card["lang"]}" '
            f'aria-label="{escape(card["alt"])}">{drawing_place(key)}</div>'
        )
    else:
        shown = ""
    said = words + facts(card)
    figcaption = f"<figcaption>{said}</figcaption>" if said else ""
    return f'<figure class="card as-cited">{figcaption}{shown}</figure>'


def digest_body(history: History, label: str, bearing: Bearing, book: Book) -> str:
    """What a digest stands for: the card as it was cited, its versions, and what changed since."""
    version, current = bearing.shown, history.current
    language = current.language
    card = version.cards[label]["card"]
    versions = escape(versions_named(bearing.versions, language))
    if bearing.after is None:
        notice = say("is_current", language, versions=versions)
    elif label in current.cards:
        after = escape(bearing.after.name[language])
        notice = say("superseded", language, version=after, versions=versions)
    else:
        last = history.last_with_card(label)
        gone = history.versions[history.versions.index(last) + 1]
        notice = say("withdrawn", language, version=escape(gone.name[language]),
                     last=escape(last.name[language]))  # fmt: skip
    kind = "notice-current" if bearing.after is None else "notice-superseded"
    link = (
        f' <a href="../{label}.html">{escape(say("see_current", language))}</a>'
        if label in current.cards
        else ""
    )
    title = say("cited_table" if _kind(card) == "table" else "cited", language,
                digest=bearing.digest)  # fmt: skip
    parts = [
        f'<section id="card"><h1>{escape(card["title"])}</h1>'
        f'<p class="address-line"><code>{label}</code> · {escape(title)}</p>'
        f'<p class="notice {kind}">{notice}{link}</p>',
        _frozen_figure(card, bool(version.drawing(label)), drawing_key(label, "wide")),
    ]
    if bearing.after is not None and label in current.cards:
        change = compare_cards(card, current.cards[label]["card"])
        if change:
            names = (version.name[language], current.name[language])
            parts.append(
                f'<section id="changed"><h2>{escape(say("changed_since", language))}</h2>'
                f"{change_tables.of_card(change, language, names)}</section>"
            )
    if _kind(card) != "table":
        rows = scrolling(table_html(dict(card)), str(card["title"]))
        parts.append(
            f'<section id="rows"><h2>{escape(say("as_cited", language))}</h2>{rows}</section>'
        )
    work = digest_work(version, label, book)
    return "".join(parts) + "</section>" + cite(work)


def digest_work(version: Version, label: str, book: Book) -> Work:
    """A card as a version gave it out, as something to cite."""
    book = dataclasses.replace(book, version=version.version, released=version.date)
    return card_work(dict(version.cards[label]["card"]), book)


def gone_body(history: History, label: str, book: Book) -> str:
    """The page of a card that is no more: as it was last, and its versions."""
    last = history.bearings(label)[-1]
    inner = digest_body(history, label, last, book)
    table = version_table(history, label, "")
    language = history.current.language
    return inner + (
        f'<section id="versions"><h2>{escape(say("versions", language))}</h2>{table}</section>'
    )


def list_body(history: History, titles: Mapping[str, str], order: Sequence[str]) -> tuple[str, str]:
    """All figures and tables, to be filtered by chapter and kind; and the style that filters."""
    current, language = history.current, history.current.language
    entries = []
    for label, kept in sorted(
        current.cards.items(), key=lambda item: (order.index(item[1]["page"]), item[1]["number"])
    ):
        card = kept["card"]
        page = str(kept["page"])
        entries.append(
            filters.Entry(
                {"page": page.rsplit("/", 1)[-1], "kind": _kind(card)},
                f'<a href="{label}.html">{escape(card["title"])}</a> <code>{label}</code>'
                f'<span class="entry-more">{numbered(card["kind"], kept["number"], language)}, '
                f"{escape(titles.get(page, page))}</span>",
            )
        )
    groups = [
        filters.Group(
            "kind", say("by_kind", language),
            {"figure": say("figures", language), "table": say("tables", language)},
        ),
        filters.Group(
            "page", say("by_page", language),
            {name.rsplit("/", 1)[-1]: titles.get(name, name) for name in order
             if any(kept["page"] == name for kept in current.cards.values())},
        ),
    ]  # fmt: skip
    gone = [label for label in history.labels if label not in current.cards]
    items = "".join(
        f'<li><a href="{label}.html">'
        f"{escape(history.last_with_card(label).cards[label]['card']['title'])}</a> "
        f"<code>{label}</code></li>"
        for label in gone
    )
    left = (
        f'<section id="gone"><h2>{escape(say("cards_gone", language))}</h2><ul>{items}</ul>'
        "</section>"
        if gone
        else ""
    )
    body = (
        f'<section id="cards"><h1>{escape(say("cards", language))}</h1>'
        f"<p>{escape(say('cards_lead', language))}</p>"
        f"{filters.form(groups, entries, language)}</section>{left}"
    )
    return body, filters.style(groups, entries)


def language_of(card: Cards) -> Language:
    """Language of a card's words."""
    return "ja" if card["lang"] == "ja" else "en"
