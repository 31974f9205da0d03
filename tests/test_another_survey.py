"""A made-up survey of another subject: no word of this survey, its agency or its unit is left.

Libraries of schools in three questions, built by the same code from tables alone. Everything runs
in a process of its own, whose ``SME_SURVEY_DATA`` names the folder.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import made_up
from sme_survey.judgement import guard

WORDS = {
    "title": ("Libraries of schools, counted again", "学校図書館を数え直す"),
    "short_title": ("School libraries", "学校図書館"),
    "subtitle": ("A made-up survey", "架空の調査"),
    "lead": ("What a made-up survey found.", "架空の調査の結果を示す。"),
    "data_title": ("School libraries: published numbers", "学校図書館：公表値"),
    "data_description": ("Every number of a made-up report.", "架空の報告書の全数値。"),
    "keywords": ("libraries;schools", "図書館;学校"),
    "agency": ("Bureau of Reading", "読書局"),
    "agency_short": ("BoR", "読書局"),
    "credit": ("Source: Bureau of Reading.", "出典：読書局。"),
    "fiscal_year": ("school year 2023", "2023学年度"),
    "unit": ("school", "学校"),
    "units": ("schools", "学校"),
    "counter": ("schools", "校"),
    "own": ("your school", "自校"),
    "nation": ("Utopia", "理想郷"),
    "coverage": ("Utopia", "理想郷"),
    "universe": ("Schools of Utopia", "理想郷の学校"),
    "sampling": ("All schools", "全校"),
    "mode": ("Postcards", "はがき"),
}
VALUES = {
    "slug": "school-libraries",
    "package": "school-libraries-2023",
    "agency_address": "https://reading.example/",
    "report_source": "report-2023",
    "report_wave": "2023",
    "nation": "UT",
}
FORBIDDEN = re.compile(
    r"\bfirms?\b|enterprise|\bSMEs?\b|\bIPA\b|Information-technology|security|Japan(?!ese)|FY20|"
    r"2016|2021|企業|社(?!会)|情報処理|セキュリティ|日本(?!語)",
    re.IGNORECASE,
)


# (option, label in both languages, percentages of 2023 and of 2019) by question
CHOICES: dict[str, list[tuple[str, str, str, float, float | None]]] = {
    "library": [("yes", "Yes", "ある", 62.5, 60.0), ("no", "No", "ない", 37.5, 40.0)],
    "staff": [("teacher", "A teacher", "教員", 72.0, None),
              ("parent", "A parent", "保護者", 28.0, None)],
    "holdings": [("novels", "Novels", "小説", 90.0, 85.0), ("maps", "Maps", "地図", 30.0, 35.0),
                 ("no_answer", "No answer", "無回答", 5.0, 5.0)],
}  # fmt: skip


def words() -> list[made_up.Row]:
    """What names the survey."""
    rows: list[made_up.Row] = [
        {"kind": "word", "name": name, "value": VALUES.get(name, ""), "text_en": en, "text_ja": ja}
        for name, (en, ja) in WORDS.items()
    ]
    rows += [
        {"kind": "word", "name": name, "value": value}
        for name, value in VALUES.items()
        if name not in WORDS
    ]
    rows += [
        {"kind": "section", "name": "books", "text_en": "Books", "text_ja": "蔵書"},
        {"kind": "chain", "name": "staff", "value": "library/yes"},
    ]
    return rows


def asked() -> list[made_up.Row]:
    """Its three questions."""
    base = {
        "base_en": "All schools",
        "base_ja": "全校",
        "section": "books",
        "publication": "numbers",
    }
    return [
        {"question_id": "library", "title_en": "A library", "title_ja": "図書館の有無",
         "answer_type": "single", "wording_ja": "図書館の有無", **base},
        {"question_id": "staff", "title_en": "Who minds it", "title_ja": "担当者",
         "answer_type": "single", "wording_ja": "図書館の担当者", **base},
        {"question_id": "holdings", "title_en": "What it holds", "title_ja": "所蔵するもの",
         "answer_type": "multiple", "wording_ja": "所蔵するもの", **base},
    ]  # fmt: skip


def answered() -> tuple[list[made_up.Row], list[made_up.Row]]:
    """The options of the questions, and their percentages in each wave."""
    options: list[made_up.Row] = []
    answers: list[made_up.Row] = []
    for question, items in CHOICES.items():
        for position, (name, en, ja, *_) in enumerate(items, 1):
            role = "no_answer" if name == "no_answer" else "substantive"
            options.append(
                {"question_id": question, "option_id": name, "position": position,
                 "label_en": en, "label_ja": ja, "role": role}
            )  # fmt: skip
        for wave, at, n in ((2023, 3, 40), (2019, 4, 20)):
            answers += [
                {"question_id": question, "wave": wave, "group": "total",
                 "n": 25 if question == "staff" else n, "option_id": item[0], "percent": item[at]}
                for item in items if item[at] is not None
            ]  # fmt: skip
    return options, answers


def tables() -> dict[str, list[made_up.Row]]:
    questions = asked()
    options, answers = answered()
    waves = [
        {"wave": year, "position": position, "label_en": f"School year {year}",
         "label_ja": f"{year}学年度", "short_en": str(year), "short_ja": f"{year}学年",
         "colour": colour, "state": "final", "valid_responses": n, "comparison_base": n,
         "mode_en": "Postcards", "mode_ja": "はがき", "period_en": "May", "period_ja": "5月",
         "frame_en": "All schools", "frame_ja": "全校", "source_id": "report-2023"}
        for position, (year, colour, n) in enumerate(((2019, "green", 20), (2023, "rose", 40)), 1)
    ]  # fmt: skip
    groups = [{"group": "total", "label_en": "All schools", "label_ja": "全校", "position": 1,
               "dimension": "all"}]  # fmt: skip
    sources = [
        {"source_id": "report-2023", "kind": "report", "title_en": "Report on School Libraries",
         "title_ja": "学校図書館報告", "publisher_en": "Bureau of Reading",
         "publisher_ja": "読書局", "date": "2024-01",
         "credit_en": "Libraries report", "credit_ja": "報告書"},
    ]  # fmt: skip
    printed = [
        {"question_id": question["question_id"], "wave": wave, "source_id": "report-2023",
         "page": page}
        for page, question in enumerate(questions, 3)
        for wave in (2019, 2023)
        if question["question_id"] != "staff" or wave == 2023
    ]  # fmt: skip
    return {
        "survey": words(),
        "sources": sources,
        "question_sources": printed,
        "questions": questions,
        "options": options,
        "groups": groups,
        "waves": waves,
        "answers": answers,
    }


SAYS = r"""
import json
from sme_book.base import facts, publication
from sme_book.base.editions import word
from sme_book.standards import citations, codebook, csvw, ddi, schema_org
from sme_survey import Text, load
from sme_survey.judgement import audits, quality
from sme_survey.judgement.comparisons import wave_changes
from sme_survey.judgement.context import wave_designs
from sme_survey.presentation.cards import source_line
from sme_survey.presentation import figures, judged, widgets
from sme_survey.survey import exporting

package = publication.package
described = codebook.package_json()
publication.package = lambda root=None: json.loads(described)
survey = load()
changes = wave_changes(survey, "holdings")
name = Text("Two", "二つ")
views = [view for item in survey.questions for view in widgets.question_views(survey, item)]
cards = [
    figures.bars(survey, survey.answers("library"), "library"),
    figures.waves(survey, changes, "waves"),
    figures.differences(survey, changes, "change", name),
    figures.designs_table(wave_designs(survey), "designs"),
    judged.audit_table(survey, audits.audits(survey)),
    judged.counts_table(survey, audits.counts(survey)),
    widgets.leading_card(survey, survey.questions, "leading"),
    widgets.views_card(views, "views"),
    *(card for view in views for card in (view.published, view.answered, view.data)),
]
book, said = publication.book(), {}
for lang in ("en", "ja"):
    parts = [json.dumps(card.as_json(lang), ensure_ascii=False) for card in cards]
    parts += [card.svg(lang) for card in cards if card.kind == "figure"]
    parts += [widgets.figure_html(views[0], cards[0], name, lang)]
    works = [citations.book_work(book, lang)]
    works += [citations.card_work(card.as_json(lang), book) for card in cards]
    parts += [text for work in works for _, text in citations.formats(work)]
    parts += [json.dumps(node, ensure_ascii=False) for node in (
        schema_org.book_node(book, lang), schema_org.dataset_node(book, lang))]
    parts += [mark.yes[lang] + mark.no[lang] for mark in widgets.multiple_marks(survey, "holdings")]
    parts += [exporting.as_text(survey, survey.answers("library"), lang)]
    parts += [word(key, lang, pages="3") for key in ("book_title", "book_short", "book_subtitle",
              "book_lead", "credit", "licence")]
    parts += [source_line(cards[0].as_json(lang))]
    parts += [f"{number} {text[lang]}" for number, text in facts.survey_facts()]
    said[lang] = parts
said["standards"] = [described, json.dumps(csvw.document(), ensure_ascii=False), ddi.document(),
                     codebook.repository.citation_cff(), codebook.repository.zenodo_json()]
said["coverage"] = schema_org.dataset_node(book, "en")["temporalCoverage"]
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_up.package(tmp_path_factory.mktemp("schools") / "data", tables())


@pytest.fixture(scope="module")
def said(folder: Path) -> dict[str, list[str]]:
    run = subprocess.run(
        [sys.executable, "-c", SAYS],
        env={**os.environ, "SME_SURVEY_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, list[str]] = json.loads(run.stdout)
    return found


def test_the_guard_has_nothing_against_it_but_what_is_not_derived_yet(folder: Path):
    report = guard.inspect(folder)
    assert [problem.message for problem in report.causes] == []
    assert report.survey is not None


@pytest.mark.parametrize("part", ["en", "ja", "standards"])
def test_no_word_of_this_survey_is_left(said: dict[str, list[str]], part: str):
    for text in said[part]:
        shown = re.sub(r"sme[-_.]survey[\w.+-]*|https?://[^\s\"<]+|SME survey book", "", text)
        found = [shown[max(0, m.start() - 60) : m.end() + 40] for m in FORBIDDEN.finditer(shown)]
        assert found == []


def test_its_own_words_stand_in_their_place(said: dict[str, list[str]]):
    en, ja = " ".join(said["en"]), " ".join(said["ja"])
    for text in (
        "Per cent of schools",
        "Schools, fewest",
        "Libraries report, p. 3",
        "2023 minus 2019",
    ):
        assert text in en
    for text in (
        "学校の割合（%）",
        "学校数 最小",
        "報告書3ページ",
        "2023学年−2019学年",
        "40校の5.0%",
    ):
        assert text in ja
    assert "Bureau of Reading" in said["standards"][2]
    assert said["coverage"] == "2019/2023"
