"""Builds that do only what changed give the bytes of a build from nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sme_book.base.files import files_under, made_once
from sme_book.base.project import ROOT
from sme_book.base.record import FILE
from sme_book.commands import build
from sme_book.commands.build import LEFT_OVERS
from sme_book.notebooks import outputs

CARD = """\
from sme_survey.presentation.cards import Card, Column
from sme_survey.survey.text import Text
Card(label="few", kind="table", title=Text("Few", "少数"), columns=(Column("a", Text("A", "あ")),),
     caption=Text("", ""), rows=(("x",),), alt=Text("One row.", "1行。"))
"""
PAGES = ("how-to-cite", "licences")  # every page links to them


def cell(kind: str, source: str) -> dict[str, Any]:
    name, lines = f"c{abs(hash(source))}", source.splitlines(True)
    made = {"cell_type": kind, "metadata": {}, "source": lines, "id": name}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(*cells: tuple[str, str]) -> str:
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return json.dumps(
        {"cells": [cell(*item) for item in cells], "metadata": metadata, "nbformat": 4,
         "nbformat_minor": 5}
    )  # fmt: skip


def chapters(title: str = "First", code: str = CARD, prose: str = "Some prose.") -> dict[str, str]:
    """A book of two chapters: the second refers to a table of the first."""
    return {
        "notebooks/first.ipynb": notebook(
            ("markdown", f"# {title}\n\nThe first chapter."), ("code", code)
        ),
        "notebooks/second.ipynb": notebook(
            ("markdown", f"# Second\n\nThe second chapter.\n\n{prose} See {{card}}`few`.")
        ),
    }


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small repository: settings, theme and assets of ours, two chapters and three pages."""
    root = tmp_path / "book"
    for name in ("scripts", "static", "styles", "_theme"):
        shutil.copytree(ROOT / "book" / name, root / "book" / name)
    for name in ("src", "data"):
        (root / name).symlink_to(ROOT / name, target_is_directory=True)
    shutil.copy(ROOT / "_config.yml", root)
    shutil.copy(ROOT / "book/search-words.json", root / "book")
    chosen = "".join(f"  - file: book/{name}\n" for name in PAGES)
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: book/index\nparts:\n- caption: The survey\n  chapters:\n"
        f"  - file: notebooks/first\n  - file: notebooks/second\n{chosen}",
        encoding="utf-8",
    )
    for name in ("index", *PAGES):
        text = f"# {name}\n\nA page.\n"
        text += "\n```{contents-list}\n```\n" if name == "index" else ""
        (root / f"book/{name}.md").write_text(text, encoding="utf-8")
    write(root, chapters())
    return root


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def run(root: Path, work: Path) -> str:
    """Build the English edition; what Sphinx said."""
    code = build.start_build(root, work, "en").wait()
    log = (work / "en/build.log").read_text(encoding="utf-8")
    assert code == 0, log
    return log


def content(work: Path) -> dict[str, bytes]:
    """Every file of the edition that goes into a site, and its record."""
    folder = work / "en/_build/html"
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files_under(folder)
        if path.relative_to(folder).parts[0] not in LEFT_OVERS
    }
    return found | {FILE: (work / "en/_build" / FILE).read_bytes()}


def test_what_did_not_change_is_kept_and_the_bytes_are_those_of_a_cold_build(
    book: Path, tmp_path: Path
) -> None:
    warm = tmp_path / "warm"

    def kept() -> dict[str, int]:
        return {
            path.name: path.stat().st_mtime_ns
            for path in (warm / "en/_build/outputs").glob("*.json")
        }

    run(book, warm)
    first = kept()
    assert len(first) == 2

    changes = {
        "prose": (chapters(prose="Other words."), ["notebooks/second"]),
        "title": (chapters(title="Renamed"), ["notebooks/first", "notebooks/second"]),
    }
    for name, (files, read) in changes.items():
        write(book, files)
        log = run(book, warm)
        assert sorted(pages_in(log)) == read, name
        assert kept() == first, "no notebook ran again"
        cold = tmp_path / name
        run(book, cold)
        assert content(warm) == content(cold), name

    (book / "book/styles/base.css").write_text("body { margin: 0 }", encoding="utf-8")
    log = run(book, warm)
    assert pages_in(log) == []
    write(book, chapters(code=CARD.replace('"x"', '"y"')))
    run(book, warm)
    assert len(kept()) == 2
    assert len(kept().keys() & first.keys()) == 1, "the other notebook was not run again"
    cold = tmp_path / "code"
    run(book, cold)
    assert content(warm) == content(cold)


def pages_in(log: str) -> list[str]:
    """The chapters that Sphinx read, from its log."""
    return sorted(
        {
            name
            for line in log.splitlines()
            if "reading sources" in line
            for name in ("notebooks/first", "notebooks/second")
            if name in line
        }
    )


def test_a_failing_cell_is_named_and_the_next_build_begins_anew(book: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    write(book, chapters(code="1 / 0"))
    assert build.start_build(book, work, "en").wait() != 0
    said = build.warnings_in(work / "en/build.log")
    assert "notebooks/first" in said
    assert "ZeroDivisionError" in said
    write(book, chapters())
    assert pages_in(run(book, work)) == ["notebooks/first", "notebooks/second"]


# ---- outputs ---------------------------------------------------------------------------------


def test_a_key_changes_with_the_code_and_with_what_it_stands_on_but_not_with_prose() -> None:
    def key(base: str, *cells: tuple[str, str], tags: tuple[str, ...] = ()) -> str:
        made = json.loads(notebook(*cells))
        for item in made["cells"]:
            item["metadata"]["tags"] = list(tags)
        return outputs.key(made, base)

    plain = key("a", ("markdown", "x"), ("code", "1"))
    assert plain == key("a", ("markdown", "y"), ("code", "1"), ("markdown", "z"))
    assert plain == key("a", ("code", "1"), tags=("hide-input",))
    others = [
        key("b", ("code", "1")),
        key("a", ("code", "2")),
        key("a", ("code", "1"), ("code", "1")),
        key("a", ("code", "1"), tags=("raises-exception",)),
    ]
    assert len({plain, *others}) == 5


def test_files_are_made_once_for_a_key_and_old_ones_go(tmp_path: Path) -> None:
    made: list[str] = []

    def make(name: str) -> Path:
        def write_it(part: Path) -> None:
            made.append(name)
            (part / "x").write_text(name)

        return made_once(tmp_path, "thing", name, write_it)

    assert (make("a") / "x").read_text() == "a"
    make("a")
    assert (make("b") / "x").read_text() == "b"
    assert made == ["a", "b"]
    assert [path.name for path in tmp_path.iterdir()] == ["thing.b"]


def test_what_failed_is_not_kept(tmp_path: Path) -> None:
    def fail(part: Path) -> None:
        (part / "half").touch()
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        made_once(tmp_path, "thing", "a", fail)
    assert not (tmp_path / "thing.a").exists()
