"""The site without a network: a service worker that keeps an edition once a page of it was open.

An edition as text weighs half a megabyte on the wire, less than one page of many a site, so all of
it is kept, not only the pages that were open. What Replay loads is kept once it was used.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Mapping
from pathlib import Path

from sme_book.base import assets
from sme_book.base.editions import word
from sme_book.base.record import Record
from sme_book.site import landing
from sme_survey.survey.text import LANGUAGES, Language

WORKER = "offline.js"  # at the top of the site: it serves what lies below it


def files(root: Path, editions: Mapping[Language, Record], language: Language) -> list[str]:
    """What an edition needs to be read and searched: its pages, the front page, what these load."""
    edition = editions[language]
    pages = [*edition.pages, *edition.others]
    found = [page.file for page in pages] + [item for page in pages for item in page.loads]
    listed = [f"{language}/{name}" for name in found]
    folders = ["index.html", f"{language}/index.html"]
    return list(dict.fromkeys([*listed, *folders, *landing.loads(root, editions)]))


def not_kept() -> str:
    """The page that answers for one that is not kept, in both languages."""
    parts = "".join(
        f'<section lang="{language}"><h{level}>{html.escape(word("offline_title", language))}'
        f"</h{level}><p>{html.escape(word('offline_text', language))}</p></section>"
        for level, language in enumerate(LANGUAGES, start=1)
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{html.escape(word('offline_title', 'en'))}</title><main>{parts}</main></html>"
    )


def worker(root: Path, site: Path, editions: Mapping[Language, Record]) -> str:
    """The service worker with the files of each edition, and a digest of what these hold."""
    listed = {language: files(root, editions, language) for language in LANGUAGES}
    total = hashlib.sha256()
    for item in sorted({item for found in listed.values() for item in found}):
        total.update(item.encode() + b"\0" + (site / item.split("?")[0]).read_bytes())
    names = json.dumps(listed, separators=(",", ":"), sort_keys=True)
    constants = (
        f'const EDITIONS = {names};\nconst DIGEST = "{total.hexdigest()[:12]}";\n'
        f"const NOT_KEPT = {json.dumps(not_kept(), ensure_ascii=False)};\n"
    )
    return assets.joined(root, "offline", constants)


def assemble(root: Path, site: Path, editions: Mapping[Language, Record]) -> None:
    """Write the service worker into a site that holds its pages already."""
    (site / WORKER).write_text(worker(root, site, editions), encoding="utf-8")
