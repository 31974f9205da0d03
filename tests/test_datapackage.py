"""The data package is valid, complete, and explained in both languages."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

from sme_book.base.project import ROOT

DATA = ROOT / "data"
PACKAGE: dict[str, Any] = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES: dict[str, dict[str, Any]] = {item["name"]: item for item in PACKAGE["resources"]}
FIELDS = [
    pytest.param(field, id=f"{name}.{field['name']}")
    for name, item in RESOURCES.items()
    for field in item["schema"]["fields"]
]
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / RESOURCES[name]["path"]).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def problems(folder: Path) -> list[list[Any]]:
    report = Package(str(folder / "datapackage.json")).validate()
    return [
        [report.tasks[0].name if len(report.tasks) == 1 else None, *found]
        for found in report.flatten(["rowNumber", "fieldName", "message"])
    ]


def test_frictionless_finds_nothing():
    assert problems(DATA) == []


def test_version_2_of_the_standard():
    assert PACKAGE["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"


def test_every_table_is_a_resource():
    files = {file.relative_to(DATA).as_posix() for file in DATA.rglob("*.csv")}
    assert {item["path"] for item in RESOURCES.values()} == files


@pytest.mark.parametrize("name", list(RESOURCES))
def test_the_header_is_that_of_the_schema(name):
    with (DATA / RESOURCES[name]["path"]).open(encoding="utf-8", newline="") as lines:
        header = next(csv.reader(lines))
    assert header == [field["name"] for field in RESOURCES[name]["schema"]["fields"]]


@pytest.mark.parametrize("name", list(RESOURCES))
def test_files_are_utf8_with_lf(name):
    content = (DATA / RESOURCES[name]["path"]).read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    for row in rows(name):
        assert all(cell == cell.strip() for cell in row.values()), f"space at an edge: {row}"


@pytest.mark.parametrize("name", list(RESOURCES))
def test_every_table_is_described_in_both_languages(name):
    described(RESOURCES[name])
    assert RESOURCES[name]["schema"]["primaryKey"]


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_described_in_both_languages(field):
    described(field)
    assert ("unit" in field) == ("unit_ja" in field)


def described(item: dict[str, Any]) -> None:
    for key in ("title", "description"):
        assert item[key].strip()
        assert not JAPANESE.search(item[key]), item[key]
        assert JAPANESE.search(item[f"{key}_ja"]), item[f"{key}_ja"]


def test_the_source_is_credited_and_nothing_claimed_over_its_numbers():
    credit = PACKAGE["sources"][0]["title"]
    assert "Source: Information-technology Promotion Agency, Japan (IPA)" in credit
    assert "not IPA's" in credit
    (licence,) = PACKAGE["licenses"]
    assert licence["name"] == "CC-BY-4.0"
    assert "No licence is claimed over the numbers" in licence["title"]
    assert all("licenses" not in item for item in RESOURCES.values())


@pytest.mark.parametrize(
    ("table", "before", "after", "column"),
    [
        ("options", "crm,3", "crm,0", "position"),
        ("options", ",dont_know\n", ",do_not_know\n", "role"),
        ("answers", "role,2021,total,4074,director", "role,2021,all,4074,director", None),
        ("answers", "role,2021,total,4074,director", "role,2021,total,4074,boss", None),
        ("answers", ",47.3", ",473", "percent"),
        ("answers", ",47.3", ",", "percent"),
        ("prefectures", "07,fukushima", "7,fukushima", "jis_code"),
        ("case_blocks", "kanto,17", "kantou,17", None),
        ("waves", "2021-10", "October", "fieldwork_start"),
    ],
)
def test_a_wrong_cell_is_refused(tmp_path, table, before, after, column):
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    file = folder / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    found = problems(folder)
    assert found
    if column:
        assert column in {item[2] for item in found}


# ---- what a schema cannot say -----------------------------------------------------------------


def test_labels_stand_in_their_language_and_fit():
    for name, item in RESOURCES.items():
        columns = [field["name"] for field in item["schema"]["fields"]]
        for row in rows(name):
            for column in columns:
                if column.endswith("_en"):
                    assert not JAPANESE.search(row[column]), f"{name}: {row}"
                elif column == "publisher_ja":
                    assert row[column]  # names of newspapers stand as they are
                elif column.endswith("_ja") and re.search("[a-z]", row[column]):
                    assert JAPANESE.search(row[column]) or row[column] == "VPN", f"{name}: {row}"
    for row in rows("options"):
        assert len(row["label_en"]) <= 70, row["label_en"]


def test_japanese_forms_are_normalised():
    wide = re.compile(r"[０-９Ａ-Ｚａ-ｚ\uff61-\uff9f]|\s{2}|[()]")
    for name, item in RESOURCES.items():
        for row in rows(name):
            for field in item["schema"]["fields"]:
                if field["name"].endswith("_ja"):
                    assert not wide.search(row[field["name"]]), f"{name}: {row[field['name']]}"


def test_labels_are_unique_within_a_question():
    for language in ("en", "ja"):
        labels = [(row["question_id"], row[f"label_{language}"]) for row in rows("options")]
        assert len(labels) == len(set(labels))


def test_recurrent_options_have_their_roles():
    roles = {"no_answer": "no_answer", "other": "other", "none": "none_of_these"}
    roles["dont_know"] = "dont_know"
    for row in rows("options"):
        assert row["role"] == roles.get(row["option_id"], "substantive"), row


def test_single_answers_add_up_and_multiple_answers_do_not():
    """The report does not print the answer type; the sums of its percentages tell it."""
    types = {row["question_id"]: row["answer_type"] for row in rows("questions")}
    sums: dict[tuple[str, str, str], list[float]] = {}
    for row in rows("answers"):
        key = (row["question_id"], row["wave"], row["group"])
        sums.setdefault(key, []).append(float(row["percent"]))
    largest: dict[str, float] = {}
    for (question, _, _), percents in sums.items():
        if types[question] == "single":
            assert abs(sum(percents) - 100) <= 0.05 * len(percents) + 1e-9, question
        else:
            largest[question] = max(sum(percents), largest.get(question, 0))
    assert [question for question, total in largest.items() if total <= 100.05] == []


def test_every_prefecture_stands_once_and_every_block_has_some():
    prefectures = rows("prefectures")
    assert [row["jis_code"] for row in prefectures] == [f"{code:02}" for code in range(1, 48)]
    asked = {r["option_id"] for r in rows("options") if r["question_id"] == "prefecture"}
    assert {row["option_id"] for row in prefectures} == asked - {"no_answer"}
    assert {row["block"] for row in prefectures} == {row["block"] for row in rows("blocks")}
    assert {(row["jis_code"], row["year"]) for row in rows("establishments")} == {
        (row["jis_code"], year) for row in prefectures for year in ("2016", "2021")
    }


def test_every_industry_belongs_to_a_group_of_the_mailout():
    mailed = {row["industry"] for row in rows("mailout")} - {"total"}
    assert {row["industry"] for row in rows("industry_groups")} == mailed
    asked = {r["option_id"] for r in rows("options") if r["question_id"] == "industry"}
    assert {row["option_id"] for row in rows("industry_groups")} == asked - {"no_answer"}


def test_numbers_from_outside_the_report_add_up_to_their_published_totals():
    """National totals: Economic Census (establishments), OECD 2018, table 23.1 (frame)."""
    for year, total in (("2016", 5_340_783), ("2021", 5_156_063)):
        given = [int(r["establishments"]) for r in rows("establishments") if r["year"] == year]
        assert sum(given) == total
    totals = {"sme": 3_809_228, "small": 3_252_254, "enterprises": 3_820_338}
    for column, total in totals.items():
        assert sum(int(row[column]) for row in rows("frame")) == total, column
    assert all(int(r["small"]) <= int(r["sme"]) <= int(r["enterprises"]) for r in rows("frame"))


def test_the_examples_of_the_case_pages_are_complete():
    kinds = [row["kind"] for row in rows("case_examples")]
    expected = {"done": 12, "request_received": 7, "request_made": 6, "benefit": 8, "plan": 7}
    assert {kind: kinds.count(kind) for kind in expected} == expected
    assert len(kinds) == 40


def test_every_page_of_the_report_is_listed():
    assert [int(row["page"]) for row in rows("pages")] == list(range(3, 38))


def test_the_readme_names_every_table():
    text = (DATA / "README.md").read_text(encoding="utf-8")
    assert [name for name in RESOURCES if f"`{name}.csv`" not in text] == []
