"""The page that a web server gives for an address where nothing is (``404.html``).

It is shown at any depth of the site, so that it loads nothing and every link in it is absolute:
from the address of the site, or from the top of its host where there is none.
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from sme_book.addresses.words import say
from sme_book.base.editions import word
from sme_book.base.publication import Book
from sme_survey.survey.text import LANGUAGES, Language

STYLE = (
    ":root { color-scheme: light dark; } "
    "body { max-width: 38rem; margin: 0 auto; padding: 3rem 1.2rem; font: 1.05rem/1.7 system-ui, "
    '-apple-system, "Segoe UI", "Hiragino Sans", "Noto Sans JP", sans-serif; } '
    "section + section { margin-top: 3rem; } h1, h2 { font-size: 1.5rem; line-height: 1.3; } "
    "a { color: light-dark(#0f566c, #86c9dc); }"
)
PLACES = (
    ("book/index.html", "home"),
    ("cards/index.html", "list_cards"),
    ("claims/index.html", "list_claims"),
    ("changes/index.html", "list_changes"),
    ("search.html", "search"),
)


def _half(language: Language, top: str) -> str:
    heading = "h1" if language == LANGUAGES[0] else "h2"
    links = "".join(
        f'<li><a href="{escape(top + language)}/{path}">{escape(word(key, language))}</a></li>'
        for path, key in PLACES
    )
    return (
        f'<section lang="{language}"><{heading}>{escape(say("not_found", language))}</{heading}>'
        f"<p>{escape(say('not_found_lead', language))}</p><ul>{links}</ul></section>"
    )


def page(book: Book) -> str:
    """The whole page, in both languages."""
    top = urlsplit(book.address).path if book.address else "/"
    title = " / ".join(say("not_found", language) for language in LANGUAGES)
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{''.join(_half(language, top) for language in LANGUAGES)}\n</main>\n</body>\n</html>\n"
    )
