"""The site without a network: a service worker that keeps an edition once a page of it was open.

An edition as text weighs half a megabyte on the wire, less than one page of many a site, so all of
it is kept, not only the pages that were open. What Replay loads is kept once it was used.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from sme_book.base import assets
from sme_book.site.search import contents
from sme_survey.survey.text import LANGUAGES

WORKER = "offline.js"  # at the top of the site: it serves what lies below it
_LOADED = re.compile(r'<(?:link\b[^>]*\brel="(?:stylesheet|icon)"|script\b[^>]*\bsrc=)[^>]*>')
_ADDRESS = re.compile(r'\b(?:href|src)="([^"#]+)"')


def loaded_by(site: Path, page: str) -> list[str]:
    """Style sheets, scripts and icon of a page, by their addresses below the site."""
    found = []
    text = (site / page).read_text(encoding="utf-8")
    for element in _LOADED.findall(text):
        address = _ADDRESS.search(element)
        if address and ":" not in address[1]:
            path, mark, version = address[1].partition("?")
            place = ((site / page).parent / path).resolve().relative_to(site.resolve())
            found.append(place.as_posix() + mark + version)
    return found


def files(site: Path, edition: str) -> list[str]:
    """What an edition needs to be read and searched: its pages and what these load."""
    pages = [f"{edition}/{name}" for name in [*contents(site / edition), "search.html"]]
    return list(
        dict.fromkeys([*pages, *(item for page in pages for item in loaded_by(site, page))])
    )


def worker(root: Path, site: Path) -> str:
    """The service worker with the files of each edition, and a digest of what these hold."""
    editions = {edition: files(site, edition) for edition in LANGUAGES}
    total = hashlib.sha256()
    for item in sorted({item for found in editions.values() for item in found}):
        total.update(item.encode() + b"\0" + (site / item.split("?")[0]).read_bytes())
    listed = json.dumps(editions, separators=(",", ":"), sort_keys=True)
    constants = f'const EDITIONS = {listed};\nconst DIGEST = "{total.hexdigest()[:12]}";\n'
    return assets.joined(root, "offline", constants)


def assemble(root: Path, site: Path) -> None:
    """Write the service worker into a site that holds its pages already."""
    (site / WORKER).write_text(worker(root, site), encoding="utf-8")
