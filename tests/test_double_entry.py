"""The report's numbers stand twice in data/: typed by people, and read by a program.

``double_entry.csv`` is read from the text of the report by ``tools/double_entry.py``, which knows
no question; ``double_entry_map.csv`` says which cells of the other tables each run of numbers
stands for. A wrong digit on either side is named with file, row, question, option and both values.
"""

from __future__ import annotations

import csv
import importlib.util
import random
import re
import shutil
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from sme_book.base.project import ROOT
from sme_survey.survey import readings
from sme_survey.survey.tables import read_package

DATA = ROOT / "data"

Row = dict[str, str]


def read(folder: Path, table: str) -> list[Row]:
    """Rows of a table; ``#`` holds the line in the file (the header is line 1)."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return [{"#": str(line), **row} for line, row in enumerate(csv.DictReader(lines), 2)]


def named(row: Row, column: str) -> str:
    """A row by whatever names it: question, wave, group, option ..."""
    return " ".join(value for key, value in row.items() if key not in {"#", column})[:120]


def compare(folder: Path) -> readings.Comparison:
    """Hold both readings of a folder against each other."""
    tables, problems = read_package(folder)
    assert not problems
    return readings.compare(tables)


@pytest.fixture(scope="module")
def comparison() -> readings.Comparison:
    return compare(DATA)


def test_both_readings_agree(comparison):
    assert not comparison.problems, "\n".join(map(str, comparison.problems))


def test_a_number_that_no_run_takes_is_named(tmp_path):
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    lines = (folder / "double_entry_map.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("17,sentence-1,2,")]
    (folder / "double_entry_map.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    (problem,) = compare(folder).problems
    entry = next(
        row
        for row in read(DATA, "double_entry")
        if (row["page"], row["block"], row["position"]) == ("17", "sentence-1", "2")
    )
    assert (problem.file, problem.row) == ("double_entry.csv", int(entry["#"]))
    assert entry["value"] in problem.found


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("answers", "percent"),
        ("answers", "n"),
        ("mailout", "sent"),
        ("blocks", "minimum_cases"),
        ("case_blocks", "cases"),
        ("case_views", "cases"),
        ("interviews", "value"),
        ("published_singles", "value"),
    ],
)
def test_every_typed_number_is_read_twice(comparison, table, column):
    missing = [
        f"{table}.csv row {row['#']} ({named(row, column)})"
        for row in read(DATA, table)
        if column != "n" and (table, int(row["#"]), column) not in comparison.read
    ]
    if column == "n":  # a base stands for every row of its question, wave and group
        bases = {
            (r["question_id"], r["wave"], r["group"])
            for r in read(DATA, table)
            if (table, int(r["#"]), "n") in comparison.read
        }
        every = {(r["question_id"], r["wave"], r["group"]) for r in read(DATA, table)}
        missing = sorted(map(str, every - bases))
    assert missing == []


@pytest.mark.parametrize(
    ("table", "line", "page"),
    [
        ("question_sources", "device_use,2021,", "8"),
        ("published_singles", "questionnaires_sent,", "5"),
    ],
)
def test_another_page_is_named(tmp_path, table, line, page):
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    row = next(
        r for r in read(DATA, table) if ",".join(r.values()).split(",", 1)[1].startswith(line)
    )
    rewrite(folder / f"{table}.csv", int(row["#"]), "page", "9")
    (problem,) = compare(folder).problems
    place = (f"{table}.csv", int(row["#"]), "page", "9")
    assert (problem.file, problem.row, problem.column, problem.found) == place
    assert problem.expected.startswith(f"{page},")


def test_sent_and_bases_that_stand_twice_agree():
    mailout = read(DATA, "mailout")
    total = next(r["sent"] for r in mailout if r["industry"] == r["size"] == "total")
    singles = {row["single_id"]: row["value"] for row in read(DATA, "published_singles")}
    assert singles["questionnaires_sent"] == total
    measures = {row["measure"]: row["value"] for row in read(DATA, "interviews")}
    assert singles["valid_responses"] == measures["valid_responses"]
    assert singles["firms_interviewed"] == measures["interviewed"]
    assert singles["cases_published"] == measures["cases"]
    for wave in read(DATA, "waves"):
        charts = {
            row["n"]
            for row in read(DATA, "answers")
            if row["wave"] == wave["wave"] and row["question_id"] == "measures"
        }
        assert charts == {wave["comparison_base"]}
        assert wave["valid_responses"] in {"", singles["valid_responses"]}


def test_totals_as_printed():
    mailout = {(row["industry"], row["size"]): int(row["sent"]) for row in read(DATA, "mailout")}
    industries = list(dict.fromkeys(industry for industry, _ in mailout))
    assert len(industries) == 10
    for industry in industries:
        sizes = mailout[industry, "sme"] + mailout[industry, "small"]
        assert sizes == mailout[industry, "total"], industry
    for size in ("sme", "small", "total"):
        assert (
            sum(mailout[industry, size] for industry in industries[:-1]) == mailout["total", size]
        )
    cases = {row["measure"]: int(row["value"]) for row in read(DATA, "interviews")}["cases"]
    assert sum(int(row["cases"]) for row in read(DATA, "case_blocks")) == cases


def test_the_counts_the_report_promises():
    answers = read(DATA, "answers")
    published = {row["question_id"] for row in read(DATA, "questions")
                 if row["publication"] == "numbers"}  # fmt: skip
    assert {row["question_id"] for row in answers} == published
    assert len(read(DATA, "prefectures")) == 47
    assert all(re.fullmatch(r"\d{1,2}\.\d", row["percent"]) for row in answers), "one decimal"
    pictures = {r["question_id"] for r in read(DATA, "questions") if r["publication"] == "picture"}
    assert pictures == {"company_size", "products", "organisation"}
    assert pictures.isdisjoint(row["question_id"] for row in answers)


def test_answers_follow_the_order_of_the_options():
    """The map counts rows in the order of the file, so the file must keep the charts' order."""
    order = {
        (row["question_id"], row["option_id"]): int(row["position"])
        for row in read(DATA, "options")
    }
    seen: dict[tuple[str, str, str], list[int]] = {}
    for row in read(DATA, "answers"):
        key = (row["question_id"], row["wave"], row["group"])
        seen.setdefault(key, []).append(order[row["question_id"], row["option_id"]])
    for key, positions in seen.items():
        assert positions == list(range(1, len(positions) + 1)), key


# ---- a wrong digit is found and named ---------------------------------------------------------


def changed_digit(text: str, digit: random.Random) -> str:
    """The number with one of its digits replaced by another one."""
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    place = digit.choice(places)
    other = digit.choice([sign for sign in "0123456789" if sign != text[place]])
    changed = text[:place] + other + text[place + 1 :]
    assert Decimal(changed) != Decimal(text)
    return changed


def rewrite(file: Path, line: int, column: str, value: str) -> None:
    """Put a value into one cell of a table."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    rows[line - 1][rows[0].index(column)] = value
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(rows)


@pytest.mark.parametrize("seed", range(8))
def test_a_wrong_digit_in_answers_is_named(tmp_path, seed):
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    digit = random.Random(seed)
    row = digit.choice(read(DATA, "answers"))
    wrong_value = changed_digit(row["percent"], digit)
    rewrite(folder / "answers.csv", int(row["#"]), "percent", wrong_value)
    (problem,) = compare(folder).problems
    place = ("answers.csv", int(row["#"]), "percent")
    assert (problem.file, problem.row, problem.column) == place
    assert row["question_id"] in problem.found
    assert row["option_id"] in problem.found
    assert Decimal(problem.found.split(" ")[0]) == Decimal(wrong_value)
    assert problem.expected.startswith(f"{row['percent']} as double_entry.csv has on row ")


@pytest.mark.parametrize("seed", range(8))
def test_a_wrong_digit_in_the_double_entry_is_named(tmp_path, seed):
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    digit = random.Random(seed)
    entry = digit.choice(read(DATA, "double_entry"))
    wrong_value = changed_digit(entry["value"], digit)
    rewrite(folder / "double_entry.csv", int(entry["#"]), "value", wrong_value)
    problems = compare(folder).problems
    assert problems
    for problem in problems:  # at the reading, where the cell agrees with another place
        at_entry = (problem.file, problem.row) == ("double_entry.csv", int(entry["#"]))
        place = f"page {entry['page']}, {entry['block']}, number {entry['position']}"
        assert at_entry or f"double_entry.csv has on row {entry['#']} ({place}" in problem.expected


def test_a_lost_row_is_named(tmp_path):
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    lines = (folder / "answers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    lost = next(n for n, line in enumerate(lines) if line.startswith("advice,") and "riss" in line)
    (folder / "answers.csv").write_text("".join(lines[:lost] + lines[lost + 1 :]), encoding="utf-8")
    found = [problem.found for problem in compare(folder).problems]
    assert any("12 numbers of page 17 for 11 rows of answers.csv" in text for text in found)


# ---- the program ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("double_entry", ROOT / "tools/double_entry.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SAMPLE = """\
 ３．調査結果
▪ 結果は「甲」が12.5%、「乙（1,234社）」が7割で、「丙（100人以下）」は3.0%である。
【図】

12.5%

0.0%

0% 10% 20% 30%

甲

乙
(n=4074) 小規模企業 (
n
=
2
7
)
 ▪ 次のページは
40%となっている。
【図】
丁
1.5%戊
2.5%
(n=8)

26

３．調査結果
甲 1,053 28 1,081

合計 5件
"""


def test_the_rules_on_a_small_text(program):
    found: dict[tuple[int, str], list[str]] = {}
    for entry in program.entries(SAMPLE):
        found.setdefault((entry.page, entry.block), []).append(entry.value)
    assert found == {
        (24, "sentence-1"): ["12.5", "1234", "70", "3.0"],
        (24, "chart-1"): ["12.5", "0.0"],
        (24, "bases"): ["4074", "27"],
        (25, "sentence-1"): ["40"],
        (25, "chart-1"): ["1.5", "2.5"],
        (25, "bases"): ["8"],
        (26, "table-1"): ["1053", "28", "1081", "5"],
    }


def test_a_missing_source_is_a_clear_error(program, tmp_path, capsys):
    assert program.main([str(tmp_path / "none.txt")]) == 2
    assert "cannot read" in capsys.readouterr().err


def test_another_text_is_refused(program, tmp_path, capsys):
    (tmp_path / "other.txt").write_text(SAMPLE, encoding="utf-8")
    assert program.main([str(tmp_path / "other.txt"), "--check"]) == 2
    error = capsys.readouterr().err
    assert "not the expected text" in error
    assert program.SHA256 in error


def test_check_shows_what_differs(program, tmp_path, capsys, monkeypatch):
    source = tmp_path / "sample.txt"
    source.write_text(SAMPLE, encoding="utf-8")
    digest = program.hashlib.sha256(source.read_bytes()).hexdigest()
    monkeypatch.setattr(program, "SHA256", digest)
    target = tmp_path / "double_entry.csv"
    arguments = [str(source), "--target", str(target)]
    assert program.main(arguments) == 0
    assert program.main([*arguments, "--check"]) == 0
    target.write_text(
        target.read_text(encoding="utf-8").replace("sentence-1,1,12.5", "sentence-1,1,12.6"),
        encoding="utf-8",
    )
    capsys.readouterr()
    assert program.main([*arguments, "--check"]) == 1
    shown = capsys.readouterr().out
    assert "-24,sentence-1,1,12.6" in shown
    assert "+24,sentence-1,1,12.5" in shown
