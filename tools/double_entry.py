"""Read every number of the report out of its text, by rule, into data/double_entry.csv.

    python tools/double_entry.py SOURCE            write the file
    python tools/double_entry.py SOURCE --check    compare it; exit 1 and show what differs

SOURCE is the text of the survey report, one file in UTF-8 (its sha256 is noted below). The text
itself is not part of this project. The program reads nothing but SOURCE: it knows no question and
no label, so that it can stand against the tables that people made (tests/test_double_entry.py).

Rules
-----
Pages. The text marks one page only: a line with nothing but the number 26. A page begins there,
and at each line that begins with one space and then a chapter number or a bullet. Pages are
counted outwards from that one mark.

Forms. Full-width digits, letters and signs count as half-width (Unicode NFKC).

Sentences. A passage begins at a line that starts with a bullet. It ends where a line starts with
a chart heading in brackets or is nothing but a number, or with the page. The numbers of each
passage form one block, "sentence-1", "sentence-2" ... on each page:
  - percentages, as printed, without the sign;
  - numbers of firms, persons, cases or detections, without thousands separators;
  - tenths, a number of 割, as percent (five 割 is 50).
Bounds of classes ("100人以下") and dates are no results and are left out.

Charts and tables: everything else.
  - A line of three or more percentages and nothing else is the scale of a chart: left out.
  - A line that ends in three whole numbers is a row of a table: all three are taken.
  - Percentages with one decimal, and numbers of firms, persons or cases, are taken.
  - Numbers that follow one another without a scale, a base or a heading between them form one
    block: "chart-1", "chart-2" ... for percentages, "table-1", "table-2" ... for counts.
  - Bases, "(n=4074)", also where the text breaks one sign per line: block "bases", in order.

Columns: page, block, position (from 1 in each block), value.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import hashlib
import io
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

SHA256 = "86269d66f7d65623d3e22e7721a590d635dd7a8ba94b8ce9939c9c5bc9a3e81c"
TARGET = Path(__file__).resolve().parent.parent / "data" / "double_entry.csv"

MARK = 26
PAGE_START = re.compile(r" (\d\.|▪)")
BULLET = re.compile(r"\s*[▪➢]")
BARE = re.compile(r"\d[\d,]*(\.\d+)?%?")
SCALE = re.compile(r"(\d+(\.\d)?%\s+){2,}\d+(\.\d)?%")
TABLE_ROW = re.compile(r"(?:^|.*\s)(\d[\d,]*)\s+(\d[\d,]*)\s+(\d[\d,]*)")
CLOSING = re.compile(r"【|.*(n\s*=|\(n$)")
BASE = re.compile(r"\(\s*n\s*=\s*((?:\d\s*)+)\)")
COUNT = r"(?P<count>\d[\d,]*)(?:件|社|人(?!以[上下]))"
IN_SENTENCE = re.compile(rf"(?P<percent>\d+(?:\.\d+)?)%|(?P<tenths>\d)割|{COUNT}")
IN_CHART = re.compile(rf"(?P<percent>\d+\.\d)%|{COUNT}")


class SourceError(Exception):
    """The source is missing or is not the text this program was written for."""


class Entry(NamedTuple):
    """One number of the report, in the place where the text holds it."""

    page: int
    block: str
    position: int
    value: str


def pages(text: str) -> list[tuple[int, list[str]]]:
    """Split the text into pages, each with its printed number."""
    found: list[list[str]] = []
    marked: int | None = None
    for line in unicodedata.normalize("NFKC", text).splitlines():
        mark = line.strip() == str(MARK)
        if mark or PAGE_START.match(line) or not found:
            found.append([])
        if mark:
            marked = len(found) - 1
        else:
            found[-1].append(line)
    if marked is None:
        raise SourceError(f"no line with the page number {MARK} alone: this is not the report")
    return [(MARK + index - marked, lines) for index, lines in enumerate(found)]


def passages(lines: Iterable[str]) -> Iterator[tuple[bool, list[str]]]:
    """Split a page into passages: (is it a sentence?, its lines)."""
    sentence, kept = False, list[str]()
    for line in lines:
        bullet, bare = BULLET.match(line), BARE.fullmatch(line.strip())
        if bullet or (sentence and (bare or line.lstrip().startswith("【"))):
            yield sentence, kept
            sentence, kept = bool(bullet), []
        kept.append(line)
    yield sentence, kept


def sentence_numbers(lines: Iterable[str]) -> Iterator[str]:
    """Numbers of a sentence, in order."""
    for match in IN_SENTENCE.finditer("".join(line.strip() for line in lines)):
        if match["tenths"]:
            yield str(int(match["tenths"]) * 10)
        else:
            yield (match["percent"] or match["count"]).replace(",", "")


def chart_runs(lines: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Runs of numbers outside sentences: ("chart" or "table", values)."""
    kind, run = "", list[str]()
    for line in map(str.strip, lines):
        row = TABLE_ROW.fullmatch(line)
        closes = bool(SCALE.fullmatch(line) or CLOSING.match(line))
        found: list[tuple[str, str]] = []
        if row:
            found = [("table", value) for value in row.groups()]
        elif not closes:
            for number in IN_CHART.finditer(line):
                percent = number["percent"]
                found.append(("chart", percent) if percent else ("table", number["count"]))
        if run and (closes or (found and found[0][0] != kind)):
            yield kind, run
            run = []
        if found:
            kind = found[0][0]
            run += [value.replace(",", "") for _, value in found]
    if run:
        yield kind, run


def page_entries(page: int, lines: list[str]) -> Iterator[Entry]:
    """Every number of one page."""
    seen = dict.fromkeys(("sentence", "chart", "table"), 0)
    bases: list[str] = []
    for sentence, passage in passages(lines):
        if sentence:
            runs: Iterable[tuple[str, list[str]]] = [("sentence", [*sentence_numbers(passage)])]
        else:
            runs = chart_runs(passage)
            bases += (re.sub(r"\s", "", m[1]) for m in BASE.finditer("\n".join(passage)))
        for kind, values in runs:
            if values:
                seen[kind] += 1
                for position, value in enumerate(values, 1):
                    yield Entry(page, f"{kind}-{seen[kind]}", position, value)
    for position, value in enumerate(bases, 1):
        yield Entry(page, "bases", position, value)


def entries(text: str) -> list[Entry]:
    """Every number of the report, in the order of the text (bases at the end of their page)."""
    return [entry for page, lines in pages(text) for entry in page_entries(page, lines)]


def as_csv(rows: Iterable[Entry]) -> str:
    """The table as it stands in data/double_entry.csv."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(Entry._fields)
    writer.writerows(rows)
    return buffer.getvalue()


def read(source: Path) -> str:
    """The report's text; SourceError if it is missing or not the text that is expected."""
    try:
        content = source.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot read {source}: {error.strerror}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise SourceError(
            f"{source} is not the expected text of the report:\n"
            f"  sha256 expected {SHA256}\n  sha256 found    {digest}"
        )
    return content.decode("utf-8")


def written(target: Path, made: str, what: str, check: bool) -> int:
    """Write a table that is made from the source, or compare it; the exit code."""
    if not check:
        target.write_text(made, encoding="utf-8", newline="\n")
        print(f"{target.name}: {made.count(chr(10)) - 1} {what}")
        return 0
    held = target.read_text(encoding="utf-8") if target.exists() else ""
    if held == made:
        print(f"{target.name}: agrees with the source")
        return 0
    names = (f"{target.name} as it stands", f"{target.name} from the source")
    sys.stdout.writelines(
        difflib.unified_diff(held.splitlines(True), made.splitlines(True), *names, n=0)
    )
    return 1


def main(arguments: list[str] | None = None) -> int:
    """Command line: write or check the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path, help="text of the survey report (UTF-8)")
    parser.add_argument("--check", action="store_true", help="compare, change nothing")
    parser.add_argument("--target", type=Path, default=TARGET, help="default: %(default)s")
    options = parser.parse_args(arguments)
    try:
        made = as_csv(entries(read(options.source)))
    except SourceError as error:
        print(f"double_entry: {error}", file=sys.stderr)
        return 2
    return written(options.target, made, "numbers", options.check)


if __name__ == "__main__":
    sys.exit(main())
