"""Lighthouse scores of the built site: ``python -m sme_book lighthouse [PAGES]``.

Serves the site with compression, opens each page in Chromium as Lighthouse does for a phone (slow
network and processor, simulated) or with ``--desktop``, and prints a row for each page. Exit code 1
if a page is below ``--performance`` (95) or below 100 in accessibility, best practices or search
engines. A busy machine only lowers the performance score, so a low one is measured again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sme_book.base.local import BROWSER_ARGUMENTS, chromium, serving
from sme_book.base.project import ROOT
from sme_book.base.record import records

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = " ".join(("--headless=new", *BROWSER_ARGUMENTS))


@dataclass(frozen=True)
class Score:
    """Scores of one page from 0 to 100, the bytes of its first load, and what lost points."""

    page: str
    scores: Mapping[str, int]
    transferred: int
    lost: tuple[str, ...]

    def passes(self, performance: int) -> bool:
        """Whether all that does not depend on the machine is perfect, and the rest good enough."""
        others = [self.scores[name] for name in CATEGORIES if name != "performance"]
        return self.scores["performance"] >= performance and min(others) == 100


def measure(server: str, page: str, desktop: bool = False) -> Score:
    """Run Lighthouse on one page.

    Raises
    ------
    subprocess.CalledProcessError
        If Lighthouse gives no report.
    """
    with tempfile.TemporaryDirectory(prefix="sme-lighthouse-") as folder:
        report = Path(folder, "report.json")
        command = [
            str(ROOT / "node_modules/.bin/lighthouse"), server + page, "--quiet", "--output=json",
            f"--output-path={report}", f"--chrome-flags={FLAGS}", "--disable-full-page-screenshot",
            f"--only-categories={','.join(CATEGORIES)}", "--no-enable-error-reporting",
            *(["--preset=desktop"] if desktop else []),
        ]  # fmt: skip
        subprocess.run(
            command, check=True, env=os.environ | {"CHROME_PATH": chromium()}, timeout=180,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        return read(page, json.loads(report.read_text(encoding="utf-8")))


def read(page: str, report: Mapping[str, Any]) -> Score:
    """What counts in a report of Lighthouse."""
    audits = report["audits"]
    lost = []
    for category in report["categories"].values():
        for item in category["auditRefs"]:
            audit = audits[item["id"]]
            if item.get("weight") and audit["score"] is not None and audit["score"] < 0.9:
                lost.append(f"{item['id']} {audit.get('displayValue', '')}".strip())
    requests = audits["network-requests"]["details"]["items"]
    scores = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
    return Score(page, scores, sum(int(one["transferSize"]) for one in requests), tuple(lost))


def best(server: str, page: str, desktop: bool, performance: int, runs: int) -> Score:
    """The best of a few runs; one run where it passes at once."""
    found = measure(server, page, desktop)
    for _ in range(runs - 1):
        if found.passes(performance):
            break
        again = measure(server, page, desktop)
        found = max(found, again, key=lambda score: sum(score.scores.values()))
    return found


def all_pages(site: Path) -> list[str]:
    """The front page, and every page of the contents of both editions."""
    pages = [
        f"{name}/{page.file}" for name, edition in records(site).items() for page in edition.pages
    ]
    return ["index.html", *pages]


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book lighthouse",
        description="Lighthouse scores of the built site.",
    )
    parser.add_argument("pages", nargs="*", help="for example en/notebooks/purpose.html; or all")
    parser.add_argument("--site", type=Path, default=ROOT / "_build/site")
    parser.add_argument("--desktop", action="store_true", help="as on a desk, not on a phone")
    parser.add_argument("--performance", type=int, help="least score (default: 95, desktop 100)")
    parser.add_argument("--runs", type=int, default=3, help="at most so many runs for a page")
    options = parser.parse_args(arguments)
    least = options.performance or (100 if options.desktop else 95)
    kind = "desktop" if options.desktop else "mobile"
    print(f"{kind:<44} performance  accessibility  practices  search  first load")
    every = options.pages in ([], ["all"])
    pages = all_pages(options.site) if every else options.pages
    failed = 0
    with serving(options.site) as server:
        for page in pages:
            score = best(server, page, options.desktop, least, options.runs)
            shown = [score.scores[name] for name in CATEGORIES]
            size = f"{score.transferred / 1000:.0f} kB"
            print(f"{page:<44} {shown[0]:>11}{shown[1]:>15}{shown[2]:>11}{shown[3]:>8}{size:>12}",
                  flush=True)  # fmt: skip
            if not score.passes(least):
                failed += 1
                print(f"  below the aim: {'; '.join(score.lost)}", file=sys.stderr)
    return int(failed > 0)
