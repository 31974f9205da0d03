"""The size of the survey and of this edition."""

from __future__ import annotations

from sme_survey.survey.loading import load
from sme_survey.survey.text import Text


def survey_facts() -> list[tuple[str, Text]]:
    """The size of the survey and of this edition, counted in the data."""
    survey = load()
    sent = [
        row.whole("sent")
        for row in survey.tables["mailout"]
        if row.text("industry") == "total" and row.text("size") == "total"
    ]
    published = [question for question in survey.questions if question.published]
    places, units = survey.places, survey.names["units"]
    cases = sum(block.cases for block in survey.blocks)
    facts = [
        (survey.main.valid, Text("valid responses", "有効回答")),
        (sum(sent), Text("questionnaires sent", "調査票の送付数")),
        (len(published), Text("questions with numbers", "数値のある設問")),
        (len(survey.all_answers), Text("published percentages", "公表された割合")),
        (len(places), Text("prefectures", "都道府県")),
        (cases, Text(f"{units.en}' case studies", "取組事例")),
    ]
    return [(f"{number:,}", text) for number, text in facts if number]
