"""Break a copy of ``data/`` in every way that can be thought of, and see what ``check`` says.

    python tests/fuzz_data.py                 # every percentage by 0.1, then 2,000 breakages
    python tests/fuzz_data.py --tries 20000 --seed 7

Each breakage says whether something guards it: then ``check`` must name the file it stands in. The
rest (free text, numbers read once, one allowed word for another) may pass, and is counted.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from sme_book.base.project import ROOT
from sme_survey.judgement import guard

DATA = ROOT / "data"


@dataclass
class Broken:
    """One breakage: the file, what was done, whether a check guards it, the place to be named."""

    file: str
    what: str
    guarded: bool
    row: int | None = None


@dataclass
class Tally:
    """What came of many breakages."""

    tries: int = 0
    named: int = 0
    tracebacks: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    unguarded: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def __str__(self) -> str:
        return (
            f"fuzz: {self.tries} tries, {len(self.tracebacks)} tracebacks, {self.named} named, "
            f"{len(self.unnamed)} guarded unnamed, {sum(self.unguarded.values())} unguarded; "
            f"slowest check {self.slowest:.2f} s"
        )


class Book:
    """A copy of the data in which one thing at a time is broken, and put back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(DATA, folder)
        self.package = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
        self.resources = {
            item["path"]: item
            for item in self.package["resources"]
            if item["path"].endswith(".csv")
        }
        self.rows = {
            file: list(csv.reader(io.StringIO((DATA / file).read_text(encoding="utf-8"))))
            for file in self.resources
        }
        report = guard.inspect(DATA)
        assert not report.causes, report.causes[0]
        assert report.comparison
        self.read_twice = {
            (report.tables[table].file, line, column)
            for table, line, column in report.comparison.read
        }

    def write(self, file: str, rows: list[list[str]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        (self.folder / file).write_text(text.getvalue(), encoding="utf-8", newline="")

    def mend(self, file: str) -> None:
        target = self.folder / file
        if target.is_dir():
            target.rmdir()
        shutil.copyfile(DATA / file, target)


Breakage = Callable[[Book, random.Random], Broken]

# Tables in which a lost row always breaks a link, a count, a pair or a reading.
WHOLE = {
    "answers.csv", "blocks.csv", "case_blocks.csv", "case_views.csv", "claims.csv",
    "derived/counts.csv", "double_entry.csv", "establishments.csv",
    "groups.csv", "industry_groups.csv", "interviews.csv", "mailout.csv", "option_kinds.csv",
    "prefectures.csv",
    "published_singles.csv", "questions.csv", "recorded_verdicts.csv", "waves.csv",
}  # fmt: skip


def _cell(book: Book, chance: random.Random) -> tuple[str, int, int, list[list[str]]]:
    file = chance.choice([file for file in book.rows if len(book.rows[file]) > 1])
    rows = [list(row) for row in book.rows[file]]
    return file, chance.randrange(1, len(rows)), chance.randrange(len(rows[0])), rows


def _spec(book: Book, file: str, column: str) -> dict[str, object]:
    fields = book.resources[file]["schema"]["fields"]
    return next(item for item in fields if item["name"] == column)


def _line(rows: list[list[str]], row: int) -> int:
    return row + 1 + sum(cell.count("\n") for line in rows[:row] for cell in line)


def number_changed(book: Book, chance: random.Random) -> Broken:
    """Another number in a cell of numbers."""
    while True:
        file, row, at, rows = _cell(book, chance)
        column = rows[0][at]
        if _spec(book, file, column)["type"] != "string" and rows[row][at]:
            break
    before = rows[row][at]
    step = chance.choice([1, -1, 10, 100])
    if "." in before:
        rows[row][at] = f"{Decimal(before) + Decimal(step) / 10:.1f}"
    else:
        rows[row][at] = str(int(before) + step)
    book.write(file, rows)
    line = _line(rows, row)
    held = (file, line, column) in book.read_twice
    held |= file in {"double_entry.csv", "derived/counts.csv"} or column == "position"
    held |= file == "answers.csv" or (file == "double_entry_map.csv" and column != "page")
    return Broken(file, f"{column}: {before} becomes {rows[row][at]}", held, line)


def word_misspelt(book: Book, chance: random.Random) -> Broken:
    """A letter too many in a key, a link or a word from a list."""
    while True:
        file, row, at, rows = _cell(book, chance)
        column, schema = rows[0][at], book.resources[file]["schema"]
        keys = [schema.get("primaryKey", [])]
        keys += [link["fields"] for link in schema.get("foreignKeys", [])]
        tied = {name for key in keys for name in ([key] if isinstance(key, str) else key)}
        tied |= {item["name"] for item in schema["fields"] if "enum" in item.get("constraints", {})}
        free = file in {"case_examples.csv", "context.csv", "frame.csv", "errata.csv"}
        free |= file in {"interview_criteria.csv", "interview_topics.csv", "context_methods.csv"}
        if (
            rows[row][at]
            and column in tied
            and not (free and column in str(schema.get("primaryKey")))
        ):
            break
    before = rows[row][at]
    place = chance.randrange(len(before) + 1)
    rows[row][at] = before[:place] + "q" + before[place:]
    book.write(file, rows)
    guarded = not (
        file == "options.csv" and rows[row][0] in {"products", "organisation", "company_size"}
    )
    guarded &= not (file == "case_views.csv" and column == "view")
    return Broken(file, f"{column}: {before} becomes {rows[row][at]}", guarded, _line(rows, row))


def sign_wrong(book: Book, chance: random.Random) -> Broken:
    """A full-width digit, a control sign, a blank at the end, an invisible sign."""
    file, row, at, rows = _cell(book, chance)
    before = rows[row][at]
    digits = [place for place, sign in enumerate(before) if sign.isdigit()]
    kind = chance.choice(["digit", "control", "blank", "invisible"])
    if kind == "digit" and digits:
        place = chance.choice(digits)
        rows[row][at] = before[:place] + chr(ord("０") + int(before[place])) + before[place + 1 :]
    elif kind == "control":
        rows[row][at] = before + "\x07"
    elif kind == "invisible":
        rows[row][at] = before + chance.choice("\u200b\u00a0\u202e\ufeff")
    else:
        rows[row][at] = before + " "
    book.write(file, rows)
    return Broken(file, f"{rows[0][at]}: {rows[row][at]!r}", guarded=True)


def cell_emptied(book: Book, chance: random.Random) -> Broken:
    """An empty cell where a value is required."""
    file, row, at, rows = _cell(book, chance)
    rules = _spec(book, file, rows[0][at]).get("constraints", {})
    guarded = isinstance(rules, dict) and bool(rules.get("required")) and bool(rows[row][at])
    guarded |= (file, _line(rows, row), rows[0][at]) in book.read_twice
    rows[row][at] = ""
    book.write(file, rows)
    return Broken(file, f"{rows[0][at]} emptied", guarded, _line(rows, row))


def odd_value(book: Book, chance: random.Random) -> Broken:
    """A value that no cell of numbers may hold."""
    while True:
        file, row, at, rows = _cell(book, chance)
        if _spec(book, file, rows[0][at])["type"] != "string":
            break
    odd = ["NaN", "-Infinity", "1e5", "9" * 400, "1_000", "4,074", "½", "五", "+3", "0x1F", "- 1"]
    rows[row][at] = chance.choice(odd)
    book.write(file, rows)
    return Broken(file, f"{rows[0][at]}: {rows[row][at][:20]}", guarded=True, row=_line(rows, row))


def row_lost(book: Book, chance: random.Random) -> Broken:
    """A row taken out."""
    file, row, _, rows = _cell(book, chance)
    gone = rows.pop(row)
    book.write(file, rows)
    return Broken(file, f"row lost: {','.join(gone)[:60]}", file in WHOLE)


def row_twice(book: Book, chance: random.Random) -> Broken:
    """A row written twice."""
    file, row, _, rows = _cell(book, chance)
    rows.insert(chance.randrange(1, len(rows)), list(rows[row]))
    book.write(file, rows)
    return Broken(file, "a row twice", guarded=True)


def rows_swapped(book: Book, chance: random.Random) -> Broken:
    """Two neighbours in each other's place."""
    file, row, _, rows = _cell(book, chance)
    other = row - 1 if row > 1 else min(row + 1, len(rows) - 1)
    same = rows[row] == rows[other]
    rows[row], rows[other] = rows[other], rows[row]
    book.write(file, rows)
    counted = "position" in rows[0] and file not in {"errata.csv"}
    ordered = file == "answers.csv" and rows[row][:3] == rows[other][:3]
    if file in {"double_entry.csv", "case_examples.csv"}:
        key = {"double_entry.csv": 2, "case_examples.csv": 2}[file]
        counted = rows[row][:key] == rows[other][:key]
    if file == "options.csv":
        counted = rows[row][0] == rows[other][0]
    return Broken(file, "two rows swapped", (counted or ordered) and not same)


def cells_missing(book: Book, chance: random.Random) -> Broken:
    """A row with a cell too few or too many."""
    file, row, at, rows = _cell(book, chance)
    if chance.random() < 0.5:
        rows[row].insert(at, "x")
    else:
        rows[row].pop(at)
    book.write(file, rows)
    return Broken(file, "a cell too few or too many", guarded=True)


def header_wrong(book: Book, chance: random.Random) -> Broken:
    """A column renamed, lost or moved; or nothing but the header."""
    file, _, at, rows = _cell(book, chance)
    kind = chance.choice(["renamed", "lost", "moved", "only"])
    if kind == "renamed":
        rows[0][at] += "s"
    elif kind == "lost":
        rows = [[cell for place, cell in enumerate(row) if place != at] for row in rows]
    elif kind == "moved":
        rows[0] = rows[0][1:] + rows[0][:1]
    else:
        rows = rows[:1]
    book.write(file, rows)
    return Broken(file, f"header {kind}", kind != "only" or file != "errata.csv")


def bytes_wrong(book: Book, chance: random.Random) -> Broken:
    """Another encoding, other line ends, half a file, no file, a folder in its place."""
    file = chance.choice(list(book.rows))
    path = book.folder / file
    text = path.read_text(encoding="utf-8")
    kinds = [
        "utf-16",
        "shift_jis",
        "latin",
        "crlf",
        "cr",
        "bom",
        "nul",
        "cut",
        "empty",
        "gone",
        "folder",
        "quote",
        "tail",
        "huge",
    ]
    kind = chance.choice(kinds)
    guarded = True
    if kind == "utf-16":
        path.write_bytes(text.encode("utf-16"))
    elif kind == "shift_jis":
        path.write_bytes(text.encode("cp932", "replace"))
        guarded = not text.isascii()
    elif kind == "latin":
        path.write_bytes(b"\xe9" + text.encode("utf-8"))
    elif kind == "crlf":
        path.write_bytes(text.replace("\n", "\r\n").encode("utf-8"))
    elif kind == "cr":
        path.write_bytes(text.replace("\n", "\r").encode("utf-8"))
    elif kind == "bom":
        path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    elif kind == "nul":
        place = chance.randrange(len(text))
        path.write_bytes((text[:place] + "\0" + text[place:]).encode("utf-8"))
    elif kind == "cut":
        place = chance.randrange(1, len(text) - 1)
        path.write_bytes(text[:place].encode("utf-8"))
        guarded = file in WHOLE or not text[:place].endswith("\n")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "gone":
        path.unlink()
    elif kind == "folder":
        path.unlink()
        path.mkdir()
    elif kind == "quote":
        path.write_text('"' + text, encoding="utf-8", newline="")
    elif kind == "tail":
        path.write_text(text + "\n", encoding="utf-8", newline="")
    else:
        path.write_text(text + "x" * 5_000_000 + "\n", encoding="utf-8", newline="")
    return Broken(file, f"bytes: {kind}", guarded)


def description_broken(book: Book, chance: random.Random) -> Broken:
    """``datapackage.json`` cut, or one of its values replaced by something else."""
    file = "datapackage.json"
    text = (DATA / file).read_text(encoding="utf-8")
    if chance.random() < 0.2:
        place = chance.randrange(len(text) - 2)
        (book.folder / file).write_text(text[:place], encoding="utf-8")
        return Broken(file, "cut", guarded=True)
    package = json.loads(text)
    resources = package["resources"]
    holder = chance.choice(resources) if chance.random() < 0.8 else package
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = chance.choice(keys)
        if isinstance(holder[key], dict | list) and holder[key] and chance.random() < 0.75:
            holder = holder[key]
            continue
        break
    what = f"{key} replaced"
    if chance.random() < 0.3:
        del holder[key]
    else:
        holder[key] = chance.choice([None, 3, "x", [], {}, True, [None], {"x": 1}, "(", -1])
    (book.folder / file).write_text(
        json.dumps(package, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return Broken(file, what, guarded=False)


def argument_broken(book: Book, chance: random.Random) -> Broken:
    """An argument of a claim lost, misspelt or of another kind."""
    file = "claims.csv"
    rows = [list(row) for row in book.rows[file]]
    row = chance.randrange(1, len(rows))
    at = rows[0].index("arguments")
    arguments = json.loads(rows[row][at])
    holder = arguments
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = chance.choice(keys)
        if isinstance(holder[key], dict | list) and holder[key] and chance.random() < 0.6:
            holder = holder[key]
            continue
        break
    words = {"missing_en", "missing_ja", "printed", "elsewhere", "label_en", "label_ja"}
    before = holder[key]
    kind = chance.choice(["lost", "odd", "misspelt", "extra", "json"])
    guarded = False
    if kind == "lost":
        del holder[key]
    elif kind == "misspelt" and isinstance(before, str):
        holder[key] = before + "q"
        guarded = key not in words
    elif kind == "extra" and isinstance(holder, dict):
        holder["sideways"] = "up"
        guarded = holder is arguments
    elif kind == "json":
        rows[row][at] = rows[row][at][:-1]
        book.write(file, rows)
        return Broken(file, "arguments cut", guarded=True, row=row + 1)
    else:
        holder[key] = chance.choice(
            [None, [], {}, "", -1, 3.5, "sideways", [[]], [None], True, {"x": {}}]
        )
        guarded = not isinstance(before, str) or key not in words
        guarded &= holder[key] != before
    rows[row][at] = json.dumps(arguments, ensure_ascii=False)
    book.write(file, rows)
    after = "" if kind in {"lost", "extra"} else repr(holder[key])
    what = f"{rows[row][0]} {key}: {before!r} {kind} {after}"
    return Broken(file, what, guarded, row + 1)


BREAKAGES: tuple[Breakage, ...] = (
    number_changed, word_misspelt, sign_wrong, cell_emptied, odd_value, row_lost, row_twice,
    rows_swapped, cells_missing, header_wrong, bytes_wrong, description_broken, argument_broken,
)  # fmt: skip


def try_one(book: Book, broken: Broken, tally: Tally) -> None:
    """Check a broken book and note what came of it."""
    tally.tries += 1
    begin = time.perf_counter()
    try:
        report = guard.inspect(book.folder)
        lines = [*guard.summary(report.causes)]
        json.dumps(guard.as_json(report))
    except Exception:
        tally.tracebacks.append(f"{broken}\n{traceback.format_exc()}")
        return
    finally:
        tally.slowest = max(tally.slowest, time.perf_counter() - begin)
    row = f"row {broken.row}" if broken.row else ""
    word = broken.what.split(" becomes ")[-1]
    if any(broken.file in line and (row in line or word in line) for line in lines):
        tally.named += 1
    elif broken.guarded:
        tally.unnamed.append(f"{broken}: {lines[:2]}")
    elif not lines:
        tally.unguarded[broken.file] += 1


def fuzz(tries: int, seed: int, kinds: tuple[Breakage, ...] = BREAKAGES) -> Tally:
    """Break the data in ``tries`` ways chosen by ``seed``."""
    tally, chance = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        book = Book(Path(folder) / "data")
        for number in range(tries):
            broken = kinds[number % len(kinds)](book, chance)
            try_one(book, broken, tally)
            book.mend(broken.file)
    return tally


def tenths(every: int = 1) -> Iterator[tuple[str, bool]]:
    """Every percentage of ``answers.csv`` up and down by 0.1: the change, and whether it is named.

    every: only each so many of them.
    """
    with tempfile.TemporaryDirectory() as folder:
        book = Book(Path(folder) / "data")
        rows = book.rows["answers.csv"]
        at = rows[0].index("percent")
        changes = [
            (row, Decimal(rows[row][at]) + step)
            for row in range(1, len(rows))
            for step in (Decimal("0.1"), Decimal("-0.1"))
            if 0 <= Decimal(rows[row][at]) + step <= 100
        ]
        for row, value in changes[::every]:
            broken = [list(line) for line in rows]
            broken[row][at] = str(value)
            book.write("answers.csv", broken)
            causes = guard.inspect(book.folder).causes
            place = ("answers.csv", row + 1, "percent")
            first = causes[0] if causes else None
            named = first is not None and (first.file, first.row, first.column) == place
            yield f"row {row + 1}: {rows[row][at]} becomes {value}; {first}", named


def main() -> int:
    """The long run. Returns 1 if anything guarded passed unnamed, or a traceback was seen."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--tries", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    results = list(tenths())
    missed = [what for what, named in results if not named]
    print(f"{len(results) - len(missed)} of {len(results)} changes of ±0.1 named")
    tally = fuzz(chosen.tries, chosen.seed)
    print(tally)
    for line in [*missed, *tally.unnamed, *tally.tracebacks]:
        print(line)
    return 1 if missed or tally.unnamed or tally.tracebacks else 0


if __name__ == "__main__":
    sys.exit(main())
