"""Bytes of a chapter's first load against other tools: ``python benchmarks/weight.py``.

Opens the same chapter in Chromium with an empty profile, from a local server that compresses, and
adds up what goes over the wire, hosts of others included (they are refused here, so what they would
send is not counted; how often they are asked is). Aim: at most 300 kB.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from common import CHAPTER, NAMES, built, machine, table
from playwright.sync_api import sync_playwright

from sme_book.base.local import launch, serving

TEXT = (".html", ".css", ".js", ".mjs", ".json", ".svg", ".ttf")


def load(browser: Any, folder: Path, page: str) -> tuple[int, int, int]:
    """Bytes on the wire, requests, and requests to other hosts, of one first load."""
    with serving(folder) as home:
        context = browser.new_context(viewport={"width": 412, "height": 915})
        tab = context.new_page()
        sizes: list[int] = []
        others: list[str] = []

        def refuse(route: Any) -> None:
            others.append(route.request.url)
            route.abort()

        tab.route(lambda address: not address.startswith((home, "data:", "blob:")), refuse)
        client = context.new_cdp_session(tab)
        client.send("Network.enable")
        client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        tab.goto(home + page, wait_until="networkidle")
        context.close()
    return round(sum(sizes)), len(sizes), len(others)


def main() -> int:
    """Measure, print, and exit 1 where the aim is missed."""
    pages = built()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        loads = {name: load(browser, *place) for name, place in pages.items()}
        browser.close()
    ours = loads["ours"][0]
    rows = [
        (NAMES[name].split(",")[0], f"{size / 1000:.0f}", f"{size / ours:.1f}", requests, others)
        for name, (size, requests, others) in loads.items()
    ]
    print(machine())
    table(f"First load of {CHAPTER}.html", rows,
          ("tool", "kB", "ratio to ours", "requests", "requests to other hosts"))  # fmt: skip
    return int(ours > 300_000)


if __name__ == "__main__":
    sys.exit(main())
