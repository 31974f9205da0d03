"""The front page of the site: both languages beside each other, no script at all.

It begins with what the survey found: a few of the main findings and the picture of the first.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path

from sme_book.base import assets, publication
from sme_book.base.editions import word
from sme_book.base.facts import survey_facts
from sme_book.base.files import short
from sme_book.base.html import phrased
from sme_book.base.record import Card, Record
from sme_book.standards.heads import front_head
from sme_survey.judgement.findings import FRONT, main_finding
from sme_survey.survey.loading import load
from sme_survey.survey.text import LANGUAGES, Language, Text

Editions = Mapping[Language, Record]
FOUND = Text("What the survey found", "調査で分かったこと")
N = Text(" ({})", "（{}）")
CHAPTER = "notebooks/findings.html"
# The picture follows the reader's colours, as the page does.
_COLOURS = (
    "<style>svg{color:#1c2329;--fig-grid:#dedad2;font-family:system-ui,sans-serif;"
    "stroke-linejoin:round}"
    "@media(prefers-color-scheme:dark){svg{color:#e3e7ea;--fig-grid:#323b42}}</style>"
)
_SIZE = re.compile(r'viewBox="\S+ \S+ (\S+) (\S+)"')
ENTER = Text("Read in English", "日本語で読む")
PATHS: tuple[tuple[str, Text], ...] = (
    ("book/how-to-cite.html", Text("How to cite", "引用の方法")),
    ("book/data-dictionary.html", Text("Data dictionary", "データ辞書")),
    ("book/glossary.html", Text("Glossary", "用語集")),
    ("search.html", Text("Search", "検索")),
)


def loads(root: Path, editions: Editions) -> list[str]:
    """What the page loads: style sheet, icon and pictures, as addresses in the site."""
    version = short(assets.style(root, "landing"))
    pictures = [_picture_name(language) for language in LANGUAGES if _card(editions[language])]
    return [f"en/_static/landing.css?v={version}", "en/_static/icon.svg", *pictures]


def landing_page(root: Path, editions: Editions) -> str:
    """The whole page."""
    style, icon, *_ = loads(root, editions)
    # connect-src: Lighthouse, like some readers' tools, asks for robots.txt from within the page
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'"
    )
    lead = word("book_lead", "en")
    title = f"{word('book_short', 'en')} / {word('book_short', 'ja')}"
    halves = "".join(_half(editions[language]) for language in LANGUAGES)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{html.escape(title)}</title>\n'
        f'<meta name="description" content="{html.escape(lead[:155].rsplit(" ", 1)[0])}…">\n'
        f'<link rel="icon" href="{icon}" type="image/svg+xml">\n'
        f'<link rel="stylesheet" href="{style}">\n'
        f"{front_head(publication.book(root), title, lead)}\n"
        f"</head>\n<body>\n<main>\n{halves}</main>\n"
        f'<footer>\n<p>{word("credit", "en")}</p>\n<p lang="ja">{word("credit", "ja")}</p>\n'
        "</footer>\n</body>\n</html>\n"
    )


def landing_pictures(editions: Editions) -> dict[str, str]:
    """The picture in each language by file name, as SVG that stands for itself."""
    cards = {language: _card(edition) for language, edition in editions.items()}
    return {_picture_name(name): _drawn(card) for name, card in cards.items() if card}


def _picture_name(language: Language) -> str:
    return f"finding-{language}.svg"


def _card(edition: Record) -> Card | None:
    """The card of the first finding of the front page, where the book has its chapter."""
    return next((card for _, card in edition.cards() if card.label == f"finding-{FRONT[0]}"), None)


def _drawn(card: Card) -> str:
    drawing = card.drawings["narrow"]
    start = drawing.index(">") + 1
    return drawing[:start] + _COLOURS + drawing[start:]


def _findings(edition: Record) -> str:
    """The findings of the front page as a list, the picture of the first, and the way to all."""
    survey, language = load(), edition.language
    sentences = "".join(
        f'<li><a href="{language}/{CHAPTER}#finding-{name}">'
        f"{html.escape(main_finding(survey, name).said[language])}</a></li>"
        for name in FRONT
    )
    card = _card(edition)
    return (
        f'<p class="found">{FOUND[language]}</p>\n<ol>{sentences}</ol>\n'
        f"{_figure(card, language) if card else ''}"
        f'<p><a href="{language}/{CHAPTER}">{word("all_findings", language)}</a></p>\n'
    )


def _figure(card: Card, language: Language) -> str:
    """The picture with its title, n and alternative text."""
    size = _SIZE.search(_drawn(card))
    width, height = (round(float(part)) for part in size.groups()) if size else (0, 0)
    title = card.card["title"]
    alt = html.escape(f"{title}. {card.card['alt']}")
    return (
        f'<figure><img src="{_picture_name(language)}" width="{width}" height="{height}" '
        f'alt="{alt}"><figcaption>{html.escape(title)}'
        f"{N[language].format(card.card['n'])}</figcaption></figure>\n"
    )


def _half(edition: Record) -> str:
    language = edition.language
    heading = "h1" if language == "en" else "h2"
    facts = "".join(
        f"<div><dt>{html.escape(label[language])}</dt><dd>{number}</dd></div>"
        for number, label in survey_facts()[:4]
    )
    links = "".join(
        f'<li><a href="{language}/{path}">{html.escape(name[language])}</a></li>'
        for path, name in PATHS
    )
    return (
        f'<section lang="{language}">\n<p class="kicker">{word("book_subtitle", language)}</p>\n'
        f"<{heading}>{phrased(word('book_title', language))}</{heading}>\n"
        f"{_findings(edition)}<p>{word('book_lead', language)}</p>\n"
        f'<p><a class="enter" href="{language}/book/index.html">{ENTER[language]}</a></p>\n'
        f"<dl>{facts}</dl>\n<ul>{links}</ul>\n</section>\n"
    )
