"""The front page of the site: both languages beside each other, no script at all."""

from __future__ import annotations

import html
import re
from pathlib import Path

from sme_book.base import assets, publication
from sme_book.base.editions import word
from sme_book.base.facts import survey_facts
from sme_book.standards.heads import front_head
from sme_survey.survey.text import Language, Text

LEADS = Text(
    "What a public survey found about information security in small firms in Japan, with every "
    "published number as open data, every chart drawn again, and every sentence open to "
    "recomputation.",
    "中小企業の情報セキュリティ対策について公的な調査が明らかにしたことを、公表されたすべての"
    "数値のデータ、データから描き直したすべての図表、そして再計算できる本文とともに示す。",
)
ENTER = Text("Read in English", "日本語で読む")
PATHS: tuple[tuple[str, Text], ...] = (
    ("book/how-to-cite.html", Text("How to cite", "引用の方法")),
    ("book/data-dictionary.html", Text("Data dictionary", "データ辞書")),
    ("book/glossary.html", Text("Glossary", "用語集")),
    ("search.html", Text("Search", "検索")),
)


def landing_page(root: Path) -> str:
    """The whole page."""
    version = assets.digest(assets.style(root, "landing"))
    # connect-src: Lighthouse, like some readers' tools, asks for robots.txt from within the page
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'"
    )
    title = f"{word('book_short', 'en')} / {word('book_short', 'ja')}"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{html.escape(title)}</title>\n'
        f'<meta name="description" content="{html.escape(LEADS["en"][:155].rsplit(" ", 1)[0])}…">\n'
        '<link rel="icon" href="en/_static/icon.svg" type="image/svg+xml">\n'
        f'<link rel="stylesheet" href="en/_static/landing.css?v={version}">\n'
        f"{front_head(publication.book(root), title, LEADS['en'])}\n"
        f"</head>\n<body>\n<main>\n{_half('en')}{_half('ja')}</main>\n"
        f'<footer>\n<p>{word("credit", "en")}</p>\n<p lang="ja">{word("credit", "ja")}</p>\n'
        "</footer>\n</body>\n</html>\n"
    )


def _together(title: str) -> str:
    """A title whose hyphenated words stay on one line."""
    return re.sub(r"\S+-\S+", lambda found: f'<span class="together">{found[0]}</span>', title)


def _half(language: Language) -> str:
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
        f"<{heading}>{_together(word('book_title', language))}</{heading}>\n"
        f"<p>{LEADS[language]}</p>\n"
        f'<p><a class="enter" href="{language}/book/index.html">{ENTER[language]}</a></p>\n'
        f"<dl>{facts}</dl>\n<ul>{links}</ul>\n</section>\n"
    )
