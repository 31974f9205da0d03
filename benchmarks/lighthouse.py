"""Lighthouse scores against other tools: ``python benchmarks/lighthouse.py``.

The same chapter as each tool makes it with its default theme, served with compression, on a phone
and on a desk, median of three runs. Aims: 95 on a phone and 100 on a desk for performance, 100 in
accessibility, best practices and search engines.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from common import CHAPTER, NAMES, built, machine, table

from sme_book.base.local import serving
from sme_book.commands.lighthouse import CATEGORIES, measure

RUNS = 3


def scores(folder: Path, page: str, desktop: bool) -> list[int]:
    """Median score of each category."""
    with serving(folder) as server:
        found = [measure(server, page, desktop).scores for _ in range(RUNS)]
    return [round(statistics.median(run[name] for run in found)) for name in CATEGORIES]


def main() -> int:
    """Measure, print, and exit 1 where an aim is missed."""
    print(machine())
    missed, places = False, built()
    for desktop, least in ((False, 95), (True, 100)):
        rows = []
        for name, (folder, page) in places.items():
            found = scores(folder, page, desktop)
            rows.append((NAMES[name].split(",")[0], *found))
            if name == "ours":
                missed |= found[0] < least or min(found[1:]) < 100
        title = f"Lighthouse, {CHAPTER}.html, {'desk' if desktop else 'phone'}"
        table(title, rows, ("tool", "performance", "accessibility", "best practices", "search"))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
