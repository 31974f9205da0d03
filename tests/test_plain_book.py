"""A plain `jupyter-book build .` in a copy with few pages, without npm or another edition."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from sme_book.commands.plain import without_dead_ends
from sme_book.commands.reproduce import copy_repository

CONTENTS = """\
format: jb-book
root: book/index
parts:
  - caption: Results
    chapters:
      - file: notebooks/results-threats
  - caption: Using this book
    chapters:
      - file: book/your-table
      - file: book/licences
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a Japanese book."""
    root = tmp_path_factory.mktemp("plain") / "book"
    root.mkdir()
    copy_repository(root)
    (root / "node_modules").unlink()
    (root / "_toc.yml").write_text(CONTENTS, encoding="utf-8")
    variables = {name: text for name, text in os.environ.items() if not name.startswith("SME_")}
    done = subprocess.run(
        [Path(sys.executable).with_name("jupyter-book"), "build", "."],
        cwd=root, capture_output=True, text=True, check=False,
        env=variables | {"PYTHONPATH": str(root / "src"), "SME_SURVEY_LANG": "ja"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return root / "_build/html"


def pages(book: Path) -> dict[Path, Any]:
    return {
        path: html.document_fromstring(path.read_text("utf-8"))
        for path in sorted(book.rglob("*.html"))
        if path.name != "index.html" or path.parent.name == "book"
    }


def test_every_target_is_there(book: Path):
    asked = 0
    for path, page in pages(book).items():
        for element in page.iter("a", "link", "script", "img", "form"):
            address = next(filter(None, map(element.get, ("href", "src", "action"))), "")
            parts = urlsplit(address)
            if parts.scheme or not parts.path:
                continue
            asked += 1
            assert (path.parent / unquote(parts.path)).is_file(), f"{path.name}: {address}"
    assert asked > 40


def test_figures_prose_and_search_are_there_in_the_one_language(book: Path):
    [chapter] = [page for path, page in pages(book).items() if path.stem == "results-threats"]
    assert chapter.get("lang") == "ja"
    assert len(chapter.xpath("//figure[contains(@class, 'card-figure')]//svg[@class='wide']")) == 2
    assert "{glue" not in chapter.text_content()
    assert "4,074" in chapter.xpath("string(//main)")
    assert "脅威" in (book / "_static/search-index.js").read_text("utf-8")
    assert not chapter.xpath("//*[contains(@class, 'language-switch')]")


def test_what_needs_the_whole_site_is_absent(book: Path):
    for page in pages(book).values():
        scripts = [Path(urlsplit(item).path).name for item in page.xpath("//script/@src")]
        assert not {"replay.js", "own-table.js"} & set(scripts)
        assert not page.xpath("//*[contains(@class, 'replay-page')]")
        assert "wasm-unsafe-eval" not in html.tostring(page, encoding="unicode")
    [own] = [page for path, page in pages(book).items() if path.stem == "your-table"]
    assert "check-tables" in own.xpath("string(//main)")


def test_links_that_lead_nowhere_leave_with_what_held_only_them(tmp_path: Path):
    (tmp_path / "here.html").touch()
    text = (
        '<html><body><ul><li><a href="x.csv" download>CSV</a></li></ul>'
        '<p>See <a href="gone.html">there</a> and <a href="here.html#a">here</a>.</p>'
        '<a href="https://example.org/">out</a><script src="gone.js"></script></body></html>'
    )
    left = without_dead_ends(tmp_path / "page.html", text)
    assert left == (
        '<!doctype html>\n<html><body><p>See there and <a href="here.html#a">here</a>.</p>'
        '<a href="https://example.org/">out</a></body></html>'
    )
