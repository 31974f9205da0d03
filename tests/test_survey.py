"""Floor 2: loading, validation, and what the model offers."""

import csv
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from sme_book.base.project import ROOT
from sme_survey import DataError, load
from sme_survey.survey.loading import data_dir
from sme_survey.survey.model import UnknownName
from sme_survey.survey.tables import read_package
from sme_survey.survey.text import Text, edition

DATA = ROOT / "data"
Edit = Callable[[list[dict[str, str]]], None]


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    return folder


def rewrite(folder: Path, table: str, edit: Edit) -> None:
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    names = list(rows[0])
    edit(rows)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def problems_of(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        load(folder)
    return str(caught.value)


def test_whole_survey_loads():
    survey = load()
    assert len(survey.all_answers) == 380
    assert len({answer.question_id for answer in survey.all_answers}) == 25
    assert len(survey.places) == 47
    assert {q.id for q in survey.questions if not q.published} == {
        "company_size", "products", "organisation",
    }  # fmt: skip


def test_answers_come_in_chart_order_with_counts():
    using, not_using, missing = load().answers("device_use")
    assert [using.option.id, not_using.option.id, missing.option.id] == [
        "using", "not_using", "no_answer",
    ]  # fmt: skip
    assert using.percent == Decimal("93.3")
    assert 3802 in using.counts
    # the counts of a single-answer question leave room for a sum of n
    low = sum(item.counts.low for item in (using, not_using, missing))
    high = sum(item.counts.high for item in (using, not_using, missing))
    assert low <= using.n <= high


def test_single_answer_counts_are_narrower_than_the_percentage_alone():
    from sme_survey.numbers.counts import possible_counts

    narrower = 0
    survey = load()
    for answer in survey.all_answers:
        alone = possible_counts(answer.percent, answer.n)
        assert alone is not None
        assert answer.counts.low >= alone.low
        assert answer.counts.high <= alone.high
        narrower += answer.counts.width < alone.width
        if survey.question(answer.question_id).answer_type == "multiple":
            assert answer.counts == alone
    assert narrower > 0


def test_both_waves_and_all_groups_are_there():
    survey = load()
    assert survey.keys("measures") == ((2021, "total"), (2016, "total"))
    assert [group for _, group in survey.keys("no_investment_reasons")] == [
        "total", "small", "sme_100", "sme_101",
    ]  # fmt: skip
    assert len(survey.keys("contract_duties")) == 6


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (lambda s: s.question("measure"), "measures"),
        (lambda s: s.answers("measures", 2016, "small"), "2016/total"),
        (lambda s: s.answers("products"), "picture"),
        (lambda s: s.answer("education", "e_learning"), "elearning"),
        (lambda s: s.single("ranger_firm"), "ranger_firms"),
    ],
)
def test_unknown_names_offer_near_ones(ask, expected):
    with pytest.raises(UnknownName, match=expected):
        ask(load())


def set_cell(row: int, column: str, value: str) -> Edit:
    def edit(rows):
        rows[row][column] = value

    return edit


@pytest.mark.parametrize(
    ("table", "edit", "named"),
    [
        ("answers", set_cell(4, "percent", "2,2"), "answers.csv, row 6, column percent"),
        ("answers", set_cell(4, "percent", ""), "row 6, column percent: found an empty cell"),
        ("answers", set_cell(4, "percent", "101.0"), "expected 100 or less"),
        ("answers", set_cell(4, "percent", "NaN"), "row 6, column percent"),
        ("answers", set_cell(4, "percent", "12.34"), "row 6, column percent"),
        ("answers", set_cell(4, "wave", "2020"), "row 6, column wave"),
        ("answers", set_cell(4, "option_id", "fishing"), "row 6, column question_id+option_id"),
        ("answers", set_cell(4, "n", "4073"), "row 6, column n: found 4073; expected 4074"),
        ("answers", lambda rows: rows.append(dict(rows[9])), "it stands on row 11 already"),
        ("answers", lambda rows: rows.pop(3), "no row of industry 2021 total for mining"),
        ("questions", set_cell(0, "answer_type", "either"), "expected one of single, multiple"),
        ("options", set_cell(2, "position", "third"), "expected a whole number"),
        ("options", set_cell(2, "label_ja", ""), "row 4, column label_ja: found an empty cell"),
    ],
)
def test_a_wrong_row_is_named(copy, table, edit, named):
    rewrite(copy, table, edit)
    assert named in problems_of(copy)


def test_a_percentage_that_no_count_gives_is_named(copy):
    def edit(rows):
        row = next(r for r in rows if r["n"] == "27" and r["percent"] == "18.5")
        row["percent"] = "18.6"

    rewrite(copy, "answers", edit)
    assert "a percentage that a whole number of 27 rounds to" in problems_of(copy)


def test_a_single_answer_table_that_cannot_add_up_is_named(copy):
    def edit(rows):
        row = next(r for r in rows if r["question_id"] == "device_use")
        row["percent"] = "93.8"

    rewrite(copy, "answers", edit)
    assert "for device_use 2021 total" in problems_of(copy)


def test_broken_files_are_named(copy):
    (copy / "groups.csv").write_text("group,label\n")
    assert "groups.csv, row 1: found 'group,label'" in problems_of(copy)
    (copy / "groups.csv").unlink()
    assert "groups.csv: found no file" in problems_of(copy / ".")
    (copy / "waves.csv").write_bytes(b"\xff\xfe")
    assert "waves.csv, row 1: found bytes of UTF-16" in problems_of(copy / "." / ".")
    (copy / "answers.csv").write_text((copy / "answers.csv").read_text() + "industry,2021\n")
    _, problems = read_package(copy)
    assert any("found 2 cells; expected 6" in str(problem) for problem in problems)


def test_no_data_folder_is_said(tmp_path):
    assert "datapackage.json: found no file" in problems_of(tmp_path)


def test_data_dir_prefers_the_argument_then_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("SME_SURVEY_DATA", str(tmp_path))
    assert data_dir() == tmp_path
    assert data_dir(DATA) == DATA
    monkeypatch.delenv("SME_SURVEY_DATA")
    assert data_dir().name in {"data", "_data"}


def test_edition_follows_the_environment(monkeypatch):
    text = Text("firm", "企業")
    monkeypatch.setenv("SME_SURVEY_LANG", "ja")
    assert (edition(), str(text)) == ("ja", "企業")
    monkeypatch.delenv("SME_SURVEY_LANG")
    assert (edition(), str(text)) == ("en", "firm")
    monkeypatch.setenv("SME_SURVEY_LANG", "fr")
    with pytest.raises(ValueError, match="expected 'en' or 'ja'"):
        edition()
