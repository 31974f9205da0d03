"""Cost of the consistency checks against the size of a table: ``python benchmarks/own_table.py``.

A long table of made-up questions with ten single answers each, at 1,000, 10,000 and 100,000 rows,
is read and checked as ``check-tables FILE`` does. Prints the time and the time for each row
relative to the smallest: a ratio near 1 is linear cost.
"""

from __future__ import annotations

import random
from functools import partial

from common import machine, seconds, table

from sme_survey.judgement.consistency import inspect
from sme_survey.judgement.consistency_text import as_csv
from sme_survey.survey.pasted import read

SIZES = (1_000, 10_000, 100_000)
OPTIONS = 10


def made_up(rows: int) -> str:
    """A table of whole counts in long form, the same at every run."""
    chance = random.Random(rows)
    lines = ["question,option,percent,n,count"]
    for question in range(rows // OPTIONS):
        n = chance.randrange(200, 5_000)
        cuts = sorted(chance.randrange(n + 1) for _ in range(OPTIONS - 1))
        for option, (low, high) in enumerate(zip([0, *cuts], [*cuts, n], strict=True)):
            count = high - low
            lines.append(f"Q{question},answer {option},{100 * count / n:.1f},{n},{count}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print."""
    print(machine())
    rows, first = [], 0.0
    for size in SIZES:
        text = made_up(size)
        reading = read(text)
        report = inspect(reading)
        if report.findings:
            raise SystemExit(f"{report.findings} findings in a table of whole counts")
        taken = [
            seconds(partial(read, text)),
            seconds(partial(inspect, reading)),
            seconds(partial(as_csv, report, "en", "0")),
        ]
        each = sum(taken) / size
        first = first or each
        rows.append([f"{size:,}", *(f"{part:.2f}" for part in taken), f"{each / first:.2f}"])
    header = ("rows", "read, s", "check, s", "as CSV, s", "ratio for each row")
    table("Consistency checks of a long table", rows, header)


if __name__ == "__main__":
    main()
