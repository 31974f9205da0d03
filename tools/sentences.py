"""Write data/sentences.csv: where each sentence of the report stands, without its text.

    python tools/sentences.py SOURCE            write the file
    python tools/sentences.py SOURCE --check    compare it; exit 1 and show what differs
    python tools/sentences.py SOURCE --show     print page, position and sentence, write nothing

SOURCE is the text that tools/double_entry.py reads; pages and forms follow its rules. The claims
(data/claims.csv) and what is left out of them (data/claims_left_out.csv) name a sentence by page
and position; the tests hold that none is forgotten.

Rules
-----
A passage begins at a bullet that opens a paragraph (▪ ➢), and, up to the first chart heading in
brackets on its page, at one that opens an item of a list (•). It ends at the next bullet, at a
line that is a heading in brackets (【 】, or parentheses from end to end), or at a line that is
nothing but a number. Sentences end with a full stop (。). What follows the last one is the heading
or the labels of a chart and no sentence; only an item of a list may lack the stop.

Columns: page; position, from 1 on each page; length, in characters without spaces; digits, whether
the sentence holds any; block, the run of double_entry.csv that holds the numbers of its paragraph.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
from double_entry import BARE, BULLET, SourceError, pages, read, sentence_numbers, written

TARGET = Path(__file__).resolve().parent.parent / "data" / "sentences.csv"

ITEM = re.compile(r"\s*•")
HEADING = re.compile(r"\(.+\)")
CHART = "【"
STOP = "。"


class Sentence(NamedTuple):
    """A sentence of the report: its place, its size, and (not written) its text."""

    page: int
    position: int
    length: int
    digits: bool
    block: str
    text: str


def passages(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The paragraphs and items of a page: ("paragraph" or "item", lines)."""
    kind, kept, charts = "", list[str](), False
    for line in lines:
        bare = line.strip()
        charts = charts or bare.startswith(CHART)
        opens = "paragraph" if BULLET.match(line) else "item" if ITEM.match(line) else ""
        if opens == "item" and charts:
            opens = ""
            kind, kept = ("", []) if kind == "item" else (kind, kept)
        ends = bare.startswith(CHART) or HEADING.fullmatch(bare) or BARE.fullmatch(bare)
        if opens or (kind and ends):
            if kind:
                yield kind, kept
            kind, kept = opens, []
        if kind:
            kept.append(bare.lstrip("▪➢• "))
    if kind:
        yield kind, kept


def sentences(text: str) -> list[Sentence]:
    """Every sentence of the report, in the order of the text."""
    found: list[Sentence] = []
    for page, lines in pages(text):
        position = blocks = 0
        for kind, passage in passages(lines):
            block = ""
            if kind == "paragraph" and [*sentence_numbers(passage)]:
                blocks += 1
                block = f"sentence-{blocks}"
            parts = re.split(f"(?<={STOP})", re.sub(r"\s", "", "".join(passage)))
            for part in filter(None, parts):
                if part.endswith(STOP) or kind == "item":
                    position += 1
                    digits = any(sign.isdigit() for sign in part)
                    found.append(Sentence(page, position, len(part), digits, block, part))
    return found


def as_csv(found: list[Sentence]) -> str:
    """The table as it stands in data/sentences.csv: no text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(Sentence._fields[:-1])
    writer.writerows((*item[:3], "yes" if item.digits else "no", item.block) for item in found)
    return buffer.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Command line: write, check or show the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path, help="text of the survey report (UTF-8)")
    parser.add_argument("--check", action="store_true", help="compare, change nothing")
    parser.add_argument("--show", action="store_true", help="print the sentences, change nothing")
    parser.add_argument("--target", type=Path, default=TARGET, help="default: %(default)s")
    options = parser.parse_args(arguments)
    try:
        found = sentences(read(options.source))
    except SourceError as error:
        print(f"sentences: {error}", file=sys.stderr)
        return 2
    if options.show:
        for item in found:
            print(item.page, item.position, item.text)
        return 0
    return written(options.target, as_csv(found), "sentences", options.check)


if __name__ == "__main__":
    sys.exit(main())
