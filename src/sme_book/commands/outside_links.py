"""Ask every outside address the site links to: ``python -m sme_book outside-links``.

Run by a scheduled job, never by the tests: it needs the network, and other people's servers may be
down for reasons of their own.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

from sme_book.base.project import ROOT

AGENT = "sme-survey-links (checks that cited pages still answer)"
# Servers that refuse programs answer with these; the page is there all the same.
REFUSED = {401, 403, 405, 429, 999}


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") or ""
        if tag == "a" and address.startswith(("http://", "https://")):
            self.found.add(address.split("#")[0])


def outside_links(pages: Iterable[Path]) -> dict[str, list[str]]:
    """Addresses outside the site, each with the pages that link to it."""
    places: dict[str, list[str]] = {}
    for page in pages:
        parser = _Links()
        parser.feed(page.read_text(encoding="utf-8"))
        for address in sorted(parser.found):
            places.setdefault(address, []).append(page.name)
    return places


def trouble_with(address: str, timeout: float = 30) -> str | None:
    """What is wrong with an address, or ``None`` if its server knows the page."""
    request = urllib.request.Request(address, headers={"User-Agent": AGENT})
    try:
        with urllib.request.urlopen(request, timeout=timeout):
            return None
    except urllib.error.HTTPError as error:
        return None if error.code in REFUSED else f"answers {error.code}"
    except (OSError, ValueError) as error:
        return f"does not answer ({error})"


def main(arguments: list[str] | None = None) -> int:
    """Command line: exit 1 if an address has trouble."""
    site = ROOT / "_build" / "site"
    places = outside_links(sorted(site.rglob("*.html")))
    with ThreadPoolExecutor(max_workers=8) as pool:
        troubles = dict(zip(places, pool.map(trouble_with, places), strict=True))
    bad = {address: trouble for address, trouble in troubles.items() if trouble}
    for address, trouble in bad.items():
        print(f"{address} {trouble} (linked from {', '.join(sorted(set(places[address])))})")
    print(f"{len(places)} outside addresses, {len(bad)} with trouble")
    return int(bool(bad))
