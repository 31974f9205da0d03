"""What the site offers to machines and to people who pass it on, written beside the editions.

The data with their descriptions (``data/``), all of it again as one archive, the files of every
card, a picture for previews of links, ``robots.txt``, and a ``sitemap.xml`` where the site has an
address.
"""

from __future__ import annotations

import html
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from sme_book.base import publication
from sme_book.base.record import Record
from sme_book.site import archive, card_files
from sme_book.site.card_files import FONTS
from sme_survey.survey.exporting import package_files
from sme_survey.survey.text import LANGUAGES, Language

# What they are made of, beside the cards of both editions.
MADE_OF = ("_config.yml", "src", "data", *archive.BESIDE)
PREVIEW = "images/preview-{language}"


def preview(book: publication.Book, language: Language) -> str:
    """The picture that stands for the book where a link to it is shown: 1200 by 630 as PNG."""
    title = card_files.lines_of(book.title[language], 31.0, 500.0)
    y = 158.0 - 21 * len(title)
    parts = [
        f'<text x="50" y="{y - 46:g}" font-size="15" fill="#8fc4ee">'
        f"{html.escape(book.subtitle[language])}</text>"
    ]
    for line in title:
        parts.append(
            f'<text x="50" y="{y:g}" font-size="31" fill="#fff">{html.escape(line)}</text>'
        )
        y += 42
    for line in card_files.lines_of(book.credit[language], 11.0, 500.0):
        parts.append(
            f'<text x="50" y="{y:g}" font-size="11" fill="#c3ccd4">{html.escape(line)}</text>'
        )
        y += 17
    bars = "".join(
        f'<rect x="{50 + 28 * i}" y="{285 - height}" width="18" height="{height}" fill="{colour}"/>'
        for i, (height, colour) in enumerate(
            ((12, "#2b83c6"), (20, "#12936f"), (15, "#c97b1a"), (24, "#c2587a"), (18, "#8c7bb8"))
        )
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 315" width="600" height="315" '
        f'font-family="{FONTS}"><rect width="600" height="315" fill="#14212e"/>'
        f"{''.join(parts)}{bars}</svg>"
    )  # fmt: skip


def sitemap(names: Iterable[str], book: publication.Book) -> str:
    """Pages, by their files, in both languages, each with its counterpart; needs an address."""
    entries = []
    for name in sorted(names):
        pair = "".join(
            f'<xhtml:link rel="alternate" hreflang="{other}" '
            f'href="{html.escape(book.url(f"{other}/{name}"))}"/>'
            for other in LANGUAGES
        )
        entries += [
            f"<url><loc>{html.escape(book.url(f'{language}/{name}'))}</loc>"
            f"<lastmod>{book.released}</lastmod>{pair}</url>"
            for language in LANGUAGES
        ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        f"<url><loc>{html.escape(book.address)}</loc><lastmod>{book.released}</lastmod></url>\n"
        + "\n".join(entries)
        + "\n</urlset>\n"
    )


def robots(book: publication.Book) -> str:
    """Everything may be read; says where the sitemap is, if there is one."""
    lines = ["User-agent: *", "Disallow: /*/search.html"]
    if book.address:
        lines.append(f"Sitemap: {book.url('sitemap.xml')}")
    return "\n".join(lines) + "\n"


def copy_data(root: Path, site: Path) -> None:
    """The data and their descriptions, as they are in the repository."""
    target = site / "data"
    target.mkdir(exist_ok=True)
    for path in package_files(root / "data"):
        if path.suffix in (".csv", ".json", ".xml"):
            copy = target / path.relative_to(root / "data")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def assemble(
    root: Path,
    work: Path,
    site: Path,
    editions: Mapping[Language, Record],
    more: Iterable[str] = (),
) -> None:
    """Write all of it. ``more``: pages below an edition that the records do not hold."""
    book = publication.book(root)
    copy_data(root, site)
    previews = {PREVIEW.format(language=name): preview(book, name) for name in LANGUAGES}
    card_files.write(work, site, book, editions, previews)
    (site / archive.path(book)).write_bytes(archive.archive(root, site))
    (site / "robots.txt").write_text(robots(book), encoding="utf-8")
    if book.address:
        names = [*(page.file for page in editions["en"].pages), *more]
        (site / "sitemap.xml").write_text(sitemap(names, book), encoding="utf-8")
