"""Changed as its next maintainer would: a question and a wave enter by tables alone.

Each trial writes rows into a copy of ``data/``, and one notebook. No code and no other test is
touched; what the guard, cards, explorer, codebook and descriptions say of it is looked at in both
languages. Nothing is built as a site.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import made_up
from sme_book.base import publication
from sme_book.commands import release
from sme_book.site import frozen
from sme_survey.judgement import audits, guard
from sme_survey.survey.loading import load

YEAR = 2024

SAYS = r"""
import json, os, sys
from pathlib import Path
from sme_book.base import publication
from sme_book.pages import cards, panels
from sme_book.standards import csvw, ddi, schema_org
from sme_survey import Text, load
from sme_survey.judgement.comparisons import wave_changes
from sme_survey.presentation import figures, widgets
from sme_survey.survey import exporting
from sme_book.base.project import ROOT

survey, question = load(), sys.argv[1]
names = {}
for source in sys.argv[2:]:
    exec(source, names)
chapter = names["card"]
shown = [chapter]
if len(survey.years(question)) > 1:
    changes = wave_changes(survey, question)
    shown.append(figures.waves(survey, changes, "w"))
    shown.append(figures.differences(survey, changes, "d", Text("D", "D")))
views = widgets.question_views(survey, survey.question(question))
book, said = publication.book(), {}
for lang in ("en", "ja"):
    said[lang] = {
        "cards": [card.as_json(lang) for card in shown],
        "page": cards.card_html(chapter.as_json(lang), chapter.svg(lang), 1, "notebooks/trial"),
        "views": [view.published.as_json(lang)["title"] for view in views],
        "legend": shown[1].svg(lang) if len(shown) > 1 else "",
        "marks": [mark.yes[lang] for mark in widgets.multiple_marks(survey, question)],
        "variables": [
            item["name"] for item in schema_org.dataset_node(book, lang)["variableMeasured"]
        ],
        "draft": publication.draft()[lang],
    }
said["coverage"] = schema_org.dataset_node(book, "en")["temporalCoverage"]
said["ddi"] = ddi.document()
said["export"] = [row["question_id"] for row in exporting.all_records(survey)]
print(json.dumps(said))
"""


def chapter(folder: Path, source: str) -> None:
    """The notebooks of the book, and one more with a figure and a passage in each language."""
    target = folder.parent / "notebooks"
    shutil.copytree(made_up.ROOT / "notebooks", target)

    def cell(kind: str, text: str, *tags: str) -> dict[str, Any]:
        more = {"outputs": [], "execution_count": None} if kind == "code" else {}
        return {"cell_type": kind, "metadata": {"tags": list(tags)}, "source": text, **more}

    cells = [
        cell("code", LOAD),
        cell("markdown", "(trial)=\n# A trial", "lang-en"),
        cell("markdown", "(trial)=\n# 試行", "lang-ja"),
        cell("code", source),
    ]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (target / "trial.ipynb").write_text(json.dumps(book), encoding="utf-8")


def derive(folder: Path) -> None:
    """What ``make data`` writes below the folder and the guard holds."""
    text = audits.counts_csv(load(folder))
    (folder / "derived" / "counts.csv").write_text(text, encoding="utf-8")


def said_of(folder: Path, question: str, *cells: str) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-c", SAYS, question, *cells],
        env={**os.environ, "SME_SURVEY_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def changed(folder: Path) -> list[str]:
    """Files of the copy that differ from the book's own, by their names."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        and path.read_bytes() != (made_up.DATA / path.relative_to(folder)).read_bytes()
    )


# ---- a new question --------------------------------------------------------------------------

DRAW = """from sme_survey.presentation.figures import bars
card = bars(survey, survey.answers("{}"), "trial")
card"""
LOAD = "from sme_survey import load\nsurvey = load()"


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = made_up.copy(tmp_path_factory.mktemp("question") / "data")
    made_up.append(
        folder,
        "questions",
        {"question_id": "passwords", "section": "measures", "title_en": "Rules for passwords",
         "title_ja": "パスワードの規則", "answer_type": "multiple",
         "base_en": "All responding firms", "base_ja": "有効回答企業", "publication": "numbers",
         "wording_ja": "パスワードの規則"},
    )  # fmt: skip
    options = [("length", "Length", "長さ", 60.0), ("change", "Regular change", "定期変更", 40.0),
               ("no_answer", "No answer", "無回答", 10.0)]  # fmt: skip
    made_up.append(
        folder,
        "options",
        *(
            {"question_id": "passwords", "option_id": name, "position": position, "label_en": en,
             "label_ja": ja, "role": "no_answer" if name == "no_answer" else "substantive"}
            for position, (name, en, ja, _) in enumerate(options, 1)
        ),
    )  # fmt: skip
    source = "ipa-2021-report"
    made_up.append(
        folder,
        "question_sources",
        {"question_id": "passwords", "wave": 2021, "source_id": source, "page": 15},
    )
    made_up.append(
        folder,
        "answers",
        *(
            {"question_id": "passwords", "wave": 2021, "group": "total", "n": 4074,
             "option_id": name, "percent": percent}
            for name, _, _, percent in options
        ),
    )  # fmt: skip
    chapter(folder, DRAW.format("passwords"))
    return folder


def test_a_question_takes_four_tables_and_a_cell(question: Path):
    assert changed(question) == [
        "answers.csv",
        "options.csv",
        "question_sources.csv",
        "questions.csv",
    ]
    report = guard.inspect(question)
    assert {(item.file, item.found) for item in report.causes} == {
        ("derived/counts.csv", f"no row passwords, 2021, total, {name}")
        for name in ("length", "change", "no_answer")
    }
    derive(question)
    assert [str(item) for item in guard.inspect(question).causes] == []


def test_a_question_follows_everywhere_in_both_languages(question: Path):
    said = said_of(
        question,
        "passwords",
        LOAD,
        DRAW.format("passwords"),
    )
    titles = {"en": "Rules for passwords", "ja": "パスワードの規則"}
    for lang, title in titles.items():
        [card] = said[lang]["cards"]
        assert card["title"] == title
        assert [item["read"] for item in card["sources"]] == ["once"]
        assert said[lang]["views"] == [title]
        assert title in said[lang]["variables"]
        assert any("60.0%" in text for text in said[lang]["marks"])
    assert "Read once" in said["en"]["page"]
    assert "入力は1回" in said["ja"]["page"]
    assert 'ID="Q_passwords"' in said["ddi"]
    assert said["export"].count("passwords") == 3


def test_a_second_person_reads_a_question_again(question: Path, tmp_path: Path):
    folder = tmp_path / "data"
    shutil.copytree(question, folder)
    rows = [row for row in made_up.read(folder, "answers") if row["question_id"] == "passwords"]
    columns = list(rows[0])
    made_up.write(folder, "second_answers", rows, columns)
    derive(folder)
    report = guard.inspect(folder)
    assert report.causes == []
    assert report.survey is not None
    assert report.survey.answers("passwords")[0].origin.twice
    rows[0]["percent"] = str(Decimal(rows[0]["percent"]) + Decimal("0.1"))
    made_up.write(folder, "second_answers", rows, columns)
    first = guard.inspect(folder).causes[0]
    assert (first.file, first.column) == ("answers.csv", "percent")
    assert "60.1 as second_answers.csv has on row 2" in first.expected


def test_a_table_entered_once_stands_beside_those_entered_twice(question: Path):
    survey = load(question)
    double = audits.double_entry(survey)
    assert double.passed
    assert double.tests == len(survey.all_answers) - 3
    assert "3 percentages were read once" in double.result.en


# ---- a new wave ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wave(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = made_up.copy(tmp_path_factory.mktemp("wave") / "data")
    made_up.append(
        folder,
        "sources",
        {"source_id": "trial-report", "kind": "report", "title_en": "A later report",
         "title_ja": "後の報告書", "publisher_en": "IPA", "publisher_ja": "IPA", "date": "2025",
         "credit_en": "IPA, later report", "credit_ja": "IPA「後の報告書」"},
    )  # fmt: skip
    made_up.append(
        folder,
        "waves",
        {"wave": YEAR, "position": 3, "label_en": "FY2024 survey", "label_ja": "2024年度調査",
         "short_en": "2024", "short_ja": "2024年度", "colour": "green", "state": "draft",
         "valid_responses": 4191, "comparison_base": 4191, "mode_en": "Web questionnaire",
         "mode_ja": "ウェブアンケート", "period_en": "Autumn", "period_ja": "秋",
         "frame_en": "A panel of persons", "frame_ja": "個人のパネル",
         "source_id": "trial-report"},
    )  # fmt: skip
    asked = ("measures", "education")
    made_up.append(
        folder,
        "question_sources",
        *(
            {"question_id": name, "wave": YEAR, "source_id": "trial-report", "page": page}
            for page, name in enumerate(asked, 60)
        ),
    )
    before = made_up.read(folder, "answers")
    made_up.append(
        folder,
        "answers",
        *(
            {
                **row,
                "wave": YEAR,
                "n": 4191,
                "percent": max(Decimal(row["percent"]) - 1, Decimal("0.0")),
            }
            for row in before
            if row["question_id"] in asked and row["wave"] == "2021"
        ),
    )
    chapter(folder, DRAW.format("measures"))
    derive(folder)
    return folder


@pytest.fixture(scope="module")
def wave_said(wave: Path) -> dict[str, Any]:
    return said_of(wave, "measures", LOAD, DRAW.format("measures"))


def test_a_wave_takes_four_tables(wave: Path):
    written = [
        "answers.csv",
        "derived/counts.csv",
        "question_sources.csv",
        "sources.csv",
        "waves.csv",
    ]
    assert changed(wave) == written
    report = guard.inspect(wave)
    assert [str(item) for item in report.causes] == []  # verdicts on the earlier report stay
    assert report.skipped == []


def test_a_wave_follows_everywhere_in_both_languages(wave_said: dict[str, Any]):
    said = wave_said
    for lang, minus, legend in (
        ("en", "2024 minus 2021", "FY2024 survey"),
        ("ja", "2024年度−2021年度", "2024年度調査"),
    ):
        bars, waves, differences = said[lang]["cards"]
        assert bars["bases"][0]["wave"] == YEAR
        assert minus in differences["caption"]
        assert [column["label"] for column in waves["columns"]][2] == legend
        assert legend in said[lang]["legend"]
        assert len(waves["design"][0]) == 3
        assert len(said[lang]["views"]) == 3
        assert "2024" in said[lang]["views"][0]
        assert {item["id"] for item in waves["sources"]} == {"ipa-2021-report", "trial-report"}
    assert said["coverage"] == f"2016/{YEAR}"
    for name in ("Q_measures", "Q_measures_2021", "Q_measures_2016"):
        assert f'ID="{name}"' in said["ddi"]


def test_a_draft_is_marked_wherever_it_shows(wave_said: dict[str, Any]):
    said = wave_said
    for lang, word in (("en", "Draft: FY2024 survey"), ("ja", "草稿：2024年度調査")):
        assert all(card["caption"].startswith(word) for card in said[lang]["cards"])
        assert word in said[lang]["page"]
        assert word.split("：" if lang == "ja" else ":")[0] in said[lang]["draft"]
    frame = (made_up.ROOT / "book/_theme/sme/frame.html").read_text(encoding="utf-8")
    assert "{{ draft }}" in frame


def test_a_release_refuses_a_draft(
    wave: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys
):
    assert publication.draft().en == ""
    release.refuse_draft()
    monkeypatch.setenv("SME_SURVEY_DATA", str(wave))
    assert release.main(["--site", str(tmp_path), str(tmp_path / "dist")]) == 2
    assert "FY2024 survey is not wholly transcribed" in capsys.readouterr().err
    with pytest.raises(frozen.FrozenError, match="not wholly transcribed"):
        frozen.freeze(tmp_path, "0" * 40)
