"""Measure Replay in one run: first click, warm clicks, bytes before and after the click.

Usage: ``python benchmarks/replay.py [--site _build/site] [--page en/notebooks/purpose.html]
[--runs 5]``. Serves the site with gzip, as hosts of static sites do, and once more without; every
run is a new browser profile. Prints one JSON object; exit 1 where an aim is missed.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import statistics
import sys
from pathlib import Path
from typing import Any, ClassVar

from sme_book.base.local import QuietHandler, launch, serving
from sme_book.base.project import ROOT

AIMS = {"first_click_s": 4.0, "warm_click_s": 0.1, "core_mb": 6.5}
# Time from the click to the next frame in which the output is marked as recomputed.
CLICK = """
([cell, selector]) => new Promise((resolve) => {
  const status = document.querySelector(`#${cell} .replay-status`);
  const began = performance.now();
  const look = () => {
    const verdict = status.querySelector(".replay-verdict");
    if (verdict && !verdict.dataset.seen && !status.hidden) {
      verdict.dataset.seen = "yes";
      resolve([(performance.now() - began) / 1000, verdict.dataset.verdict]);
    } else requestAnimationFrame(look);
  };
  document.querySelector(`#${cell} ${selector}`).click();
  requestAnimationFrame(look);
})
"""


class Counting(QuietHandler):
    """Counts what goes over the wire, by address."""

    compress = True
    sent: ClassVar[dict[str, int]] = {}

    def send_head(self) -> Any:
        """Answer with a file, compressed where that is asked for."""
        if not self.compress:
            del self.headers["Accept-Encoding"]
        found = super().send_head()
        if found:
            name = self.path.partition("?")[0]
            self.sent[name] = self.sent.get(name, 0) + found.seek(0, io.SEEK_END)
            found.seek(0)
        return found


def measure(browser: Any, site: Path, page_name: str, compress: bool) -> dict[str, Any]:
    """One visit in a new profile: first click, then a click on the next cells, then again."""
    counts: dict[str, int] = {}
    handler = type("Counted", (Counting,), {"compress": compress, "sent": counts})
    with serving(site, handler) as address:
        context = browser.new_context()
        page = context.new_page()
        page.goto(address + page_name)
        page.wait_for_load_state("networkidle")
        before = dict(counts)
        cells = page.locator(".cell.has-replay").evaluate_all("items => items.map((e) => e.id)")
        first, verdict = page.evaluate(CLICK, [cells[1], ".replay-run"])
        after = dict(counts)
        following = [page.evaluate(CLICK, [cell, ".replay-run"])[0] for cell in cells[2:]]
        again = page.evaluate(CLICK, [cells[1], ".replay-run"])[0]
        context.close()
    core = {name: size for name, size in after.items() if size != before.get(name)}
    return {
        "first_click_s": first,
        "next_cells_s": following,
        "again_s": again,
        "verdict": verdict,
        "before": {n: s for n, s in before.items() if "/replay/" in n or "_replay" in n},
        "after": core,
    }


def summary(visits: list[dict[str, Any]]) -> dict[str, Any]:
    """The medians of several visits."""
    warm = [second for visit in visits for second in [*visit["next_cells_s"], visit["again_s"]]]
    last = visits[-1]
    return {
        "first_click_s": round(statistics.median(v["first_click_s"] for v in visits), 2),
        "first_click_all_s": [round(v["first_click_s"], 2) for v in visits],
        "warm_click_s": round(statistics.median(warm), 3),
        "warm_click_worst_s": round(max(warm), 3),
        "verdicts": sorted({v["verdict"] for v in visits}),
        "before_click_kb": {n: round(s / 1000, 1) for n, s in last["before"].items()},
        "core_mb": round(sum(last["after"].values()) / 1e6, 2),
        "core_kb": {n: round(s / 1000, 1) for n, s in last["after"].items()},
    }


def main() -> int:
    """Command line."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description="Measure Replay.")
    parser.add_argument("--site", type=Path, default=ROOT / "_build/site")
    parser.add_argument("--page", default="en/notebooks/purpose.html")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        version = browser.version
        runs = [measure(browser, options.site, options.page, True) for _ in range(options.runs)]
        plain = measure(browser, options.site, options.page, False)
        browser.close()
    found = summary(runs)
    missed = [name for name, aim in AIMS.items() if found[name] > aim]
    result = {
        "page": options.page,
        **found,
        "core_mb_without_compression": round(sum(plain["after"].values()) / 1e6, 2),
        "aims": AIMS,
        "missed": missed,
        "chromium": version,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    print(json.dumps(result, indent=1))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
