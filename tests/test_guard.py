"""The guard of the data: what it names, in which order, and what it admits not to see."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import fuzz_data
from sme_book.base.project import ROOT
from sme_survey import __version__
from sme_survey.cli import main
from sme_survey.judgement import guard
from sme_survey.survey.tables import Problem

DATA = ROOT / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def rewrite(file: Path, edit: Callable[[list[dict[str, str]]], None]) -> None:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    columns = list(rows[0])
    edit(rows)
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def setting(row: int, column: str, value: str) -> Callable[[list[dict[str, str]]], None]:
    """Put a value into a row (counted as in the file: the header is row 1)."""
    return lambda rows: rows[row - 2].__setitem__(column, value)


def row_of(table: str, **where: str) -> int:
    with (DATA / table).open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            if all(row[column] == value for column, value in where.items()):
                return number
    raise AssertionError(where)


NEWEST = row_of("recorded_verdicts.csv", version=__version__, claim_id="security-investment-rank")


def test_nothing_is_wrong_with_the_data_as_they_stand():
    report = guard.inspect(DATA)
    assert [str(problem) for problem in report.causes] == []
    assert report.skipped == []


def test_it_takes_less_than_a_second():
    begin = time.process_time()
    guard.inspect(DATA)
    assert time.process_time() - begin < 1


def test_percentages_changed_by_a_tenth_are_named_at_their_cell():
    results = list(fuzz_data.tenths(every=16))
    assert len(results) > 40
    assert [what for what, named in results if not named] == []


def test_whatever_is_broken_is_named_and_nothing_is_raised():
    tally = fuzz_data.fuzz(tries=130, seed=11)
    assert tally.tracebacks == []
    assert tally.unnamed == []
    assert tally.named > 80


def test_the_first_cause_comes_first_and_what_follows_is_one_line(folder, capsys):
    row = row_of("answers.csv", question_id="services", option_id="online_meeting")
    rewrite(folder / "answers.csv", setting(row, "percent", "51.5"))
    assert main(["check", "--data", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"answers.csv, row {row}, column percent: found 51.5 ")
    assert "expected 33.7 as double_entry.csv has on row " in lines[0]
    assert lines[1].startswith("These may follow from it: ")
    assert "recorded verdicts" in lines[1]
    assert len(lines) == 2


def test_for_machines(folder, capsys):
    rewrite(folder / "mailout.csv", setting(4, "sent", "1796"))
    assert main(["check", "--data", str(folder), "--format", "json"]) == 1
    content = json.loads(capsys.readouterr().out)
    (problem,) = content["problems"]
    assert {key: problem[key] for key in ("file", "row", "column")} == {
        "file": "mailout.csv",
        "row": 4,
        "column": "sent",
    }
    assert problem["found"].startswith("1796")
    assert problem["expected"].startswith("1795 as double_entry.csv")
    assert "consistency" in content["follow"]


def test_verbose_lists_what_nothing_guards(capsys):
    assert main(["check", "--verbose"]) == 0
    shown = capsys.readouterr().out
    assert "Not guarded, numbers read once: " in shown
    assert "establishments.csv establishments" in shown
    assert "answers.csv percent" not in shown


@pytest.mark.parametrize(
    ("table", "edit", "place"),
    [
        ("prefectures.csv", setting(3, "option_id", "aomoru"), ("prefectures.csv", 3, "option_id")),
        ("industry_groups.csv", lambda rows: rows.pop(), ("options.csv", None, "option_id")),
        (
            "recorded_verdicts.csv",
            setting(24, "claim_id", "threat-dosq-half"),
            ("recorded_verdicts.csv", 24, "claim_id"),
        ),
        ("option_kinds.csv", lambda rows: rows.pop(), ("options.csv", None, "option_id")),
        ("option_kinds.csv", setting(4, "kind_ja", "規則"), ("option_kinds.csv", 4, "kind_ja")),
        ("blocks.csv", setting(3, "block", "tohoko"), ("blocks.csv", 3, "block")),
        ("claims.csv", setting(5, "card", "device-uses"), ("claims.csv", 5, "card")),
        ("claims.csv", setting(3, "numbers", "4075"), ("claims.csv", 3, "numbers")),
        ("claims.csv", setting(3, "place", "33"), ("claims.csv", 3, "place")),
        ("claims_left_out.csv", lambda rows: rows.pop(4), ("sentences.csv", 6, "position")),
        ("options.csv", setting(3, "position", "7"), ("options.csv", 3, "position")),
        (
            "questions.csv",
            lambda rows: next(r for r in rows if r["publication"] == "picture").update(
                publication="numbers"
            ),
            ("questions.csv", 3, "publication"),
        ),
        (
            "derived/counts.csv",
            setting(9, "count_low", "1"),
            ("derived/counts.csv", 9, "count_low"),
        ),
        (
            "recorded_verdicts.csv",
            setting(NEWEST, "verdict", "not_judged"),
            ("recorded_verdicts.csv", NEWEST, "verdict"),
        ),
        ("waves.csv", setting(3, "valid_responses", "4075"), ("waves.csv", 3, "valid_responses")),
        ("mailout.csv", lambda rows: rows.pop(4), ("mailout.csv", None, "size")),
    ],
)
def test_the_place_is_named(folder, table, edit, place):
    shutil.copytree(ROOT / "notebooks", folder.parent / "notebooks")
    rewrite(folder / table, edit)
    first: Problem = guard.inspect(folder).causes[0]
    assert (first.file, first.column) == (place[0], place[2]), str(first)
    assert place[1] in {None, first.row}, str(first)


def test_a_file_in_another_encoding_is_one_problem(folder):
    path = folder / "options.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("shift_jis", "replace"))
    (problem,) = guard.inspect(folder).causes
    assert (problem.file, problem.expected) == ("options.csv", "UTF-8")


@pytest.mark.parametrize("percent", ["５５.１", "55.1 ", "55．1"])
def test_only_ascii_digits_are_numbers(folder, percent):
    rewrite(folder / "answers.csv", setting(2, "percent", percent))
    (problem,) = guard.inspect(folder).causes
    assert (problem.file, problem.row, problem.column) == ("answers.csv", 2, "percent")
    assert "ASCII digits" in problem.expected


def test_a_table_that_nothing_describes_is_named(folder):
    (folder / "answers-new.csv").write_text("a\n1\n", encoding="utf-8")
    (problem,) = guard.inspect(folder).causes
    assert problem.file == "answers-new.csv"


def edited(folder: Path, before: str, after: str, name: str = "results-it.ipynb") -> list[Problem]:
    """What the guard finds where a text of a notebook is replaced once."""
    notebooks = folder.parent / "notebooks"
    notebooks.mkdir()
    content = (ROOT / "notebooks" / name).read_text(encoding="utf-8")
    assert before in content
    (notebooks / name).write_text(content.replace(before, after, 1), encoding="utf-8")
    rewrite(folder / "claims.csv", lambda rows: [row.update(card="") for row in rows] and None)
    return guard.inspect(folder).causes


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('"lang-ja"', '"lang-jp"', "the tag lang-jp; expected lang-en or lang-ja"),
        ('"lang-ja"', '"hidden"', "found 0 languages; expected one of lang-en, lang-ja"),
        ("(it-devices)=", "(It devices)=", "the anchor 'It devices'"),
        ("(it-devices)=", "(it-device)=", "expected it-device as in English"),
        ('survey.answers(\\"services', 'survey.answers(\\"servces', "did you mean services?"),
        ("survey.answers(", "survey.answers(()", "expected Python"),
        ('"cells": [', '"cells": {', "expected a notebook"),
    ],
)
def test_a_slip_in_a_chapter_is_named_with_notebook_and_cell(folder, before, after, named):
    found = [str(problem) for problem in edited(folder, before, after)]
    assert all(line.startswith("notebooks/results-it.ipynb") for line in found)
    assert any(named in line for line in found), found
    assert "notebook" in named or ", cell " in found[0]


def test_a_number_that_no_cell_says_is_named(folder):
    name = re.search(
        r"\{glue:text\}`(\w+)`", (ROOT / "notebooks/results-respondents.ipynb").read_text()
    )
    assert name
    (first, *_) = edited(
        folder, name[0], name[0].replace(name[1], name[1] + "s"), "results-respondents.ipynb"
    )
    assert f"the number {name[1]}s" in first.found
    assert f"did you mean {name[1]}?" in first.expected


def test_a_fresh_clone_checks_with_python_alone(tmp_path):
    """As README says: the sources, the data and make, without an environment."""
    for name in ("src", "data", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Makefile", tmp_path)
    command = ["make", "check", f"PYTHON={sys.executable} -I -S -c 'import sys; "]
    command[2] += (
        'sys.path.insert(0, "src"); from sme_survey.cli import main; sys.exit(main(["check"]))\' #'
    )
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "nothing wrong" in result.stdout
    answers = tmp_path / "data" / "answers.csv"
    answers.write_text(answers.read_text(encoding="utf-8").replace(",using,93.3", ",using,93.4"))
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "answers.csv, row " in result.stdout


def test_make_book_and_make_notebooks_run_it_first():
    for target in ("book", "notebooks"):
        shown = subprocess.run(
            ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        steps = [line for line in shown.splitlines() if "sme_survey" in line or "sme_book" in line]
        assert steps[0].endswith("-m sme_survey check"), target
        assert len(steps) > 1
