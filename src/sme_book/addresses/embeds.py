"""A card as one light page to show inside another, and what oEmbed says of it.

oEmbed 1.0 (oembed.com), as a static file for each card: it needs the address of the site.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any, cast

from sme_book.addresses.words import say
from sme_book.base.editions import word
from sme_book.base.html import drawing, phrased, text_of
from sme_book.base.places import card_page, embed_page
from sme_book.base.project import ROOT
from sme_book.base.publication import Book
from sme_book.standards.citations import Work
from sme_survey.presentation.cards import source_line, table_html
from sme_survey.survey.text import Language

MOST_BYTES = 30_000  # of a page with its drawings
WIDTH = 720
_LEFT_OUT = ("clip-path", "data-mark")
_NUMBER = re.compile(r"-?\d+\.\d+")
_TOO_LONG = 40  # rows of a table that an embed shows; the others stand on its page


def style() -> str:
    """The style of an embedded card, without what only its authors read."""
    folder = ROOT / "book/styles"
    names = ("palette", "type", "embed")
    parts = [(folder / f"{name}.css").read_text(encoding="utf-8") for name in names]
    return " ".join(re.sub(r"/\*.*?\*/", "", " ".join(parts), flags=re.S).split())


def compact(drawings: Mapping[str, str]) -> tuple[str, str]:
    """Drawings without what only the book's own pages use, and the styles that their marks share.

    A style that stands at many marks is said once, as a class.
    """
    classes: dict[str, str] = {}
    shown = []
    for shape, source in drawings.items():
        root = drawing(source)
        root.attrib.pop("aria-hidden", None)
        root.set("class", shape)
        used = {part for item in root.iter() for part in _references(item)}
        for element in list(root.iter()):
            for name in _LEFT_OUT:
                element.attrib.pop(name, None)
            if element.get("id") and element.get("id") not in used:
                del element.attrib["id"]
            if path := element.get("d"):
                element.set("d", _short_path(path))
            if style := element.attrib.pop("style", None):
                name = classes.setdefault(style, f"s{len(classes)}")
                element.set("class", name)
        _without_empty(root)
        shown.append(" ".join(text_of(root).split()))
    rules = "".join(f".{name}{{{style}}}" for style, name in classes.items())
    return "".join(shown), rules


def _short_path(path: str) -> str:
    """A path to a tenth of a pixel, without the spaces that it does not need."""
    rounded = _NUMBER.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), path)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", " ".join(rounded.split()))


def _references(element: Any) -> list[str]:
    found = []
    for name, value in element.attrib.items():
        if name.endswith("href") and value.startswith("#"):
            found.append(value[1:])
        elif "url(#" in value and name not in _LEFT_OUT:
            found.append(value.split("url(#", 1)[1].split(")", 1)[0])
    return found


def _without_empty(root: Any) -> None:
    """Drop clipping shapes, of which nothing is left to clip, and groups without content."""
    for element in list(root.iter()):
        parent = element.getparent()
        if parent is not None and isinstance(element.tag, str):
            name = element.tag.rsplit("}", 1)[-1]
            if name == "clipPath" or (name in ("defs", "g") and not len(element)):
                parent.remove(element)


def page(card: Mapping[str, Any], drawings: Mapping[str, str], book: Book) -> str:
    """The page that others embed: title, drawing or table, n, sources and the link back.

    Both shapes of a drawing are in it; of one that would be too heavy so, the narrow one alone.
    """
    made = _page(card, drawings, book)
    if len(made.encode()) > MOST_BYTES and "narrow" in drawings:
        return _page(card, {"narrow": drawings["narrow"]}, book)
    return made


def _page(card: Mapping[str, Any], drawings: Mapping[str, str], book: Book) -> str:
    language = cast(Language, card["lang"])
    label = str(card["label"])
    here = book.url(f"{language}/{card_page(label)}.html") or f"../{label}.html"
    art, rules = "", ""
    if card["kind"] == "table" or not drawings:
        rows = list(card["rows"])
        part = {**card, "rows": rows[:_TOO_LONG]}
        body = (
            f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(card["title"])}">'
            f"{table_html(part)}</div>"
        )
    else:
        art, rules = compact(drawings)
        two = " two" if len(drawings) > 1 else " one"
        body = f'<div class="art{two}" role="img" aria-label="{escape(card["alt"])}">{art}</div>'
    words = f"<p>{escape(card['caption'])}</p>" if card.get("caption") else ""
    known = [escape(text) for text in (card.get("n") or "", source_line(card)) if text]
    facts = f'<p class="facts">{" · ".join(known)}</p>' if known else ""
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    discovery = discovery_link(label, language, str(card["title"]), book)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(card['title'])}</title>\n"
        '<meta name="robots" content="noindex">\n'
        f'<link rel="canonical" href="{here}">\n{discovery}'
        f"<style>{style()}{rules}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{phrased(card['title'])}</h1>\n{words}{body}\n{facts}</main>\n"
        f"<footer><p>{escape(word('credit', language))}</p>\n"
        f'<p><a href="{here}" target="_top">{escape(say("full", language))}</a> · '
        f"{escape(book.title[language])}, {book.version} · <code>{label} {card['digest']}</code> · "
        f"CC BY 4.0</p></footer>\n</body>\n</html>\n"
    )


def height(card: Mapping[str, Any], drawings: Mapping[str, str]) -> int:
    """How high a frame of :data:`WIDTH` pixels should be, in pixels."""
    if "wide" in drawings:
        _, _, width, tall = (
            float(part) for part in drawing(drawings["wide"]).get("viewBox").split()
        )
        return int(tall * min(1.0, (WIDTH - 30) / width)) + 260
    return min(60 * min(len(card["rows"]), _TOO_LONG) + 260, 900)


def snippet(card: Mapping[str, Any], drawings: Mapping[str, str], address: str) -> str:
    """The element that shows a card in another page. ``address`` is where its embed stands."""
    return (
        f'<iframe src="{address}" title="{escape(str(card["title"]))}" width="100%" '
        f'height="{height(card, drawings)}" style="border:1px solid #dedad2" loading="lazy">'
        "</iframe>"
    )


def discovery_link(label: str, language: Language, title: str, book: Book) -> str:
    """Where a reader of oEmbed finds what stands for a card; nothing where there is no address."""
    if not book.address:
        return ""
    place = book.url(f"{language}/cards/{label}/oembed.json")
    return (
        f'<link rel="alternate" type="application/json+oembed" href="{place}" '
        f'title="{escape(title)}">\n'
    )


def oembed(card: Mapping[str, Any], drawings: Mapping[str, str], work: Work) -> str:
    """What oEmbed says of a card: a rich element, with its author, its picture and its size."""
    language, book = work.language, work.book
    place = book.url(f"{language}/{embed_page(work.label)}.html")
    value: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": str(card["title"]),
        "author_name": " & ".join(book.authors),
        "provider_name": book.title[language],
        "provider_url": book.address,
        "html": snippet(card, drawings, place),
        "width": WIDTH,
        "height": height(card, drawings),
    }
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
