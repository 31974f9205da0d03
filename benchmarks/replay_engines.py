"""Measure Replay in three browser engines: first and later click on one cell.

Usage: ``python benchmarks/replay_engines.py [--site _build/site] [--page en/notebooks/purpose.html]
[--cell 2]``. The engines are those of the tests (``tests/engines.py``), each started anew; times
hold the driver's own way to the browser, about 0.05 s. Prints one row of a table for each.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from sme_book.base.local import serving
from sme_book.base.project import ROOT

sys.path.insert(0, str(ROOT / "tests"))
import engines


def clicked(tab: engines.Tab, cell: str) -> float:
    """Seconds from a click on Replay to a verdict that was not there before.

    Raises
    ------
    RuntimeError
        If the cell does not give what is printed.
    """
    verdict = f"document.querySelector('{cell} .replay-verdict:not([data-seen])')"
    began = time.monotonic()
    tab.run(f"document.querySelector('{cell} .replay-run').click()")
    found = engines.until(tab, f"{verdict}?.dataset.verdict", 180)
    taken = time.monotonic() - began
    if found != "same":
        raise RuntimeError(f"the verdict is {found}")
    tab.run(f"{verdict}.dataset.seen = ''")
    return taken


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure Replay in three engines.")
    parser.add_argument("--site", type=Path, default=ROOT / "_build/site")
    parser.add_argument("--page", default="en/notebooks/purpose.html")
    parser.add_argument("--cell", default="2")
    options = parser.parse_args()
    print("| engine | first click, s | second click, s |\n| --- | --- | --- |")
    with sync_playwright() as playwright, serving(options.site) as address:
        for engine in engines.ENGINES:
            with engines.started(lambda: playwright, engine) as tab:
                tab.open(address + options.page)
                name = tab.run("navigator.userAgent")
                first, second = (clicked(tab, f"#cell-{options.cell}") for _ in range(2))
                print(f"| {engine} ({name}) | {first:.2f} | {second:.2f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
