"""Small surveys in a folder of their own, for tests that put another survey in place of this one.

Tables are described as ``data/datapackage.json`` describes them; words are given here.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from sme_book.base.project import ROOT

DATA = ROOT / "data"
Row = Mapping[str, object]


def read(folder: Path, table: str) -> list[dict[str, str]]:
    """The rows of a table as texts."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(folder: Path, table: str, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Write a table; a column that a row lacks stays empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    (folder / f"{table}.csv").write_text(text.getvalue(), encoding="utf-8", newline="")


def append(folder: Path, table: str, *rows: Row) -> None:
    """Put rows at the end of a table, as a maintainer does."""
    columns = list(read(folder, table)[0])
    write(folder, table, [*read(folder, table), *rows], columns)


def copy(folder: Path) -> Path:
    """A copy of ``data/`` without what earlier releases gave out."""
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("releases"))
    return folder


def package(folder: Path, tables: Mapping[str, Sequence[Row]]) -> Path:
    """A data package with these tables alone."""
    folder.mkdir(parents=True)
    described = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
    kept = [item for item in described["resources"] if item["name"] in tables]
    described["resources"] = kept
    for item in kept:  # links to tables that this survey lacks
        links = item["schema"].get("foreignKeys", [])
        links = [link for link in links if link["reference"].get("resource", "") in {"", *tables}]
        item["schema"]["foreignKeys"] = links
    described["contributors"] = [{"title": "Those who made it", "roles": ["creator"]}]
    described["sources"] = described["sources"][:1]
    described["licenses"] = [{"name": "CC-BY-4.0"}]
    for item in kept:
        columns = [column["name"] for column in item["schema"]["fields"]]
        (folder / item["path"]).parent.mkdir(exist_ok=True)
        write(folder, item["path"].removesuffix(".csv"), tables[item["name"]], columns)
    text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    return folder
