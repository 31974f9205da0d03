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
from collections import Counter
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"

Row = dict[str, str]


def read(folder: Path, table: str) -> list[Row]:
    """Rows of a table; ``#`` holds the line in the file (the header is line 1)."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return [{"#": str(line), **row} for line, row in enumerate(csv.DictReader(lines), 2)]


def selected(rows: list[Row], selector: str) -> list[Row]:
    """Rows that meet every condition of a selector, in the order of the file."""
    for condition in selector.split():
        match = re.fullmatch(r"(\w+)(!?=)(\S+)", condition)
        assert match, f"selector {selector!r}: cannot read {condition!r}"
        column, sign, values = match.groups()
        assert all(column in row for row in rows), f"selector {selector!r}: no column {column}"
        rows = [row for row in rows if (row[column] in values.split("|")) == (sign == "=")]
    return rows


def named(row: Row, column: str) -> str:
    """A row by whatever names it: question, wave, group, option ..."""
    return " ".join(value for key, value in row.items() if key not in {"#", column})[:120]


def compare(folder: Path) -> tuple[list[str], Counter[tuple[str, str, str]], Counter[str]]:
    """Hold both entries against each other.

    Returns what differs, how often each number of the double entry is covered, and how often each
    cell of the other tables is.
    """
    entries = {
        (row["page"], row["block"], row["position"]): row for row in read(folder, "double_entry")
    }
    tables: dict[str, list[Row]] = {}
    wrong: list[str] = []
    covered: Counter[tuple[str, str, str]] = Counter()
    cells: Counter[str] = Counter()
    for run in read(folder, "double_entry_map"):
        table, column = run["table"], run["column"]
        rows = selected(tables.setdefault(table, read(folder, table)), run["selector"])
        first, last = int(run["first"]), int(run["last"])
        places = [(run["page"], run["block"], str(n)) for n in range(first, last + 1)]
        if len(places) == 1 and rows:
            places *= len(rows)
        if len(places) != len(rows):
            wrong.append(
                f"double_entry_map.csv row {run['#']}: page {run['page']} {run['block']} {first} "
                f"to {last} are {len(places)} numbers, but {table}.csv has {len(rows)} rows for "
                f"{run['selector']!r}"
            )
            continue
        covered.update(set(places))
        for place, row in zip(places, rows, strict=True):
            cells[f"{table} {row['#']} {column}"] += 1
            entry = entries.get(place)
            if entry is None or Decimal(entry["value"]) != Decimal(row[column]):
                read_value = (
                    f"double_entry.csv row {entry['#']} has {entry['value']}"
                    if entry
                    else "double_entry.csv has no such number"
                )
                wrong.append(
                    f"{table}.csv row {row['#']} ({named(row, column)}), column {column} is "
                    f"{row[column]}; {read_value} (page {place[0]}, {place[1]}, {place[2]})"
                )
    return wrong, covered, cells


@pytest.fixture(scope="module")
def comparison() -> tuple[list[str], Counter[tuple[str, str, str]], Counter[str]]:
    return compare(DATA)


def test_both_entries_agree(comparison):
    wrong, _, _ = comparison
    assert not wrong, "\n".join(wrong)


def test_every_number_of_the_report_is_mapped_once(comparison):
    _, covered, _ = comparison
    entries = [(r["page"], r["block"], r["position"]) for r in read(DATA, "double_entry")]
    assert len(entries) == len(set(entries))
    assert [entry for entry in entries if entry not in covered] == []
    # one number may name several rows (a minimum for eight blocks), never in two runs of the map
    assert {place: times for place, times in covered.items() if times != 1} == {}


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
def test_every_typed_number_is_covered(comparison, table, column):
    _, _, cells = comparison
    missing = [
        f"{table}.csv row {row['#']} ({named(row, column)})"
        for row in read(DATA, table)
        if column != "n" and not cells[f"{table} {row['#']} {column}"]
    ]
    if column == "n":  # a base stands for every row of its question, wave and group
        bases = {
            (r["question_id"], r["wave"], r["group"])
            for r in read(DATA, table)
            if cells[f"{table} {r['#']} n"]
        }
        every = {(r["question_id"], r["wave"], r["group"]) for r in read(DATA, table)}
        missing = sorted(map(str, every - bases))
    # these two are held against the mail-out and the interviews by the next test
    twice = ("questionnaires_sent", "firms_interviewed")
    missing = [text for text in missing if not any(name in text for name in twice)]
    assert missing == []


def test_pages_are_those_where_the_numbers_stand():
    """A question's page holds its chart; other numbers name the first page that gives them."""
    chart_pages = {row["question_id"]: row["page"] for row in read(DATA, "questions")}
    first: dict[str, int] = {}
    for run in read(DATA, "double_entry_map"):
        table, page = run["table"], int(run["page"])
        if table == "answers" and run["block"].startswith("chart"):
            question = run["selector"].split()[0].removeprefix("question_id=")
            assert chart_pages[question] == run["page"], question
        elif table in {"published_singles", "case_blocks", "case_views", "interviews"}:
            for row in selected(read(DATA, table), run["selector"]):
                place = f"{table}.csv row {row['#']} ({named(row, 'page')})"
                assert int(row["page"]) <= page, place
                first[place] = min(page, first.get(place, page))
                assert first[place] == int(row["page"]), place


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
    assert len(answers) == 380
    assert len({row["question_id"] for row in answers}) == 25
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
    wrong, _, _ = compare(folder)
    assert wrong
    for message in wrong:  # a number can stand in the chart and in sentences: the same cell
        assert message.startswith(f"answers.csv row {row['#']} ({row['question_id']} ")
        assert f" {row['option_id']})" in message
        assert f"is {wrong_value}; double_entry.csv row " in message
        assert Decimal(message.split(" has ")[1].split(" ")[0]) == Decimal(row["percent"])


@pytest.mark.parametrize("seed", range(8))
def test_a_wrong_digit_in_the_double_entry_is_named(tmp_path, seed):
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    digit = random.Random(seed)
    entry = digit.choice(read(DATA, "double_entry"))
    wrong_value = changed_digit(entry["value"], digit)
    rewrite(folder / "double_entry.csv", int(entry["#"]), "value", wrong_value)
    wrong, _, _ = compare(folder)
    place = f"(page {entry['page']}, {entry['block']}, {entry['position']})"
    named_row = f"double_entry.csv row {entry['#']} has {wrong_value} {place}"
    assert wrong
    assert all(message.endswith(named_row) for message in wrong)


def test_a_lost_row_is_named(tmp_path):
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    lines = (folder / "answers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    lost = next(n for n, line in enumerate(lines) if line.startswith("advice,") and "riss" in line)
    (folder / "answers.csv").write_text("".join(lines[:lost] + lines[lost + 1 :]), encoding="utf-8")
    wrong, _, _ = compare(folder)
    assert any("12 numbers" in text and "11 rows" in text and "advice" in text for text in wrong)


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
