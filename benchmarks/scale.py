"""Cost against the number of questions: ``python benchmarks/scale.py``.

The questions are repeated 1, 10 and 100 times under new names. Measured: reading and checking the
data, and drawing one figure for each question (every figure once at size 1 and 10). Prints the time
and the time for each question relative to size 1: a ratio near 1 is linear cost.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from common import machine, seconds, table

from sme_book.base.project import ROOT
from sme_survey.presentation.figures import bars
from sme_survey.survey.loading import build
from sme_survey.survey.tables import read_package

SIZES = (1, 10, 100)
DRAWN = (1, 10)
REPEATED = ("questions", "options", "answers")


def repeated(folder: Path, times: int) -> Path:
    """A copy of the data in which every question stands ``times`` times."""
    target = folder / str(times)
    shutil.copytree(ROOT / "data", target)
    for name in REPEATED:
        path = target / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            for copy in range(times):
                suffix = f"_{copy}" if copy else ""
                for row in rows:
                    writer.writerow(row | {"question_id": row["question_id"] + suffix})
    return target


def check(folder: Path) -> None:
    """The command that validates the data, as a program of its own."""
    command = [sys.executable, "-m", "sme_survey", "check", "--data", str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)


def draw(folder: Path) -> int:
    """Draw every published question once."""
    tables, problems = read_package(folder)
    survey, more = build(tables)
    if problems or more:
        raise SystemExit("\n".join(map(str, [*problems, *more])))
    published = [question for question in survey.questions if question.published]
    for question in published:
        bars(survey, survey.answers(question.id), question.id.replace("_", "-")).svg("en")
    return len(published)


def main() -> int:
    """Measure and print."""
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folders = {size: repeated(Path(name), size) for size in SIZES}
        start = seconds(lambda: subprocess.run([sys.executable, "-c", "import sme_survey.cli"]), 5)
        checks = {size: seconds(partial(check, folders[size]), 3) for size in SIZES}
        draw(folders[1])  # imports the drawing packages
        drawn = {size: seconds(partial(draw, folders[size])) for size in DRAWN}
    one = max(checks[1] - start, 1e-9)
    rows = [
        (size, f"{time:.3f}", f"{(time - start) / size / one:.2f}") for size, time in checks.items()
    ]
    table(f"`sme_survey check` (program start {start:.3f} s taken off the ratio)", rows,
          ("repeated", "s", "cost of a question, ratio to size 1"))  # fmt: skip
    rows = [(size, f"{time:.2f}", f"{time / size / drawn[1]:.2f}") for size, time in drawn.items()]
    table("Drawing a figure for each question", rows,
          ("repeated", "s", "cost of a figure, ratio to size 1"))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
