"""The size of the survey and of this edition."""

from __future__ import annotations

from sme_survey.survey.loading import load
from sme_survey.survey.model import CURRENT
from sme_survey.survey.text import Text


def survey_facts() -> list[tuple[str, Text]]:
    """The size of the survey and of this edition, counted in the data."""
    survey = load()
    wave = next(row for row in survey.tables["waves"] if row.whole("wave") == CURRENT)
    sent = next(
        row.whole("sent")
        for row in survey.tables["mailout"]
        if row.text("industry") == "total" and row.text("size") == "total"
    )
    published = [question for question in survey.questions if question.published]
    return [
        (f"{wave.whole('valid_responses'):,}", Text("valid responses", "有効回答")),
        (f"{sent:,}", Text("questionnaires sent", "調査票の送付数")),
        (f"{len(published)}", Text("questions with numbers", "数値のある設問")),
        (f"{len(survey.all_answers)}", Text("published percentages", "公表された割合")),
        (f"{len(survey.places)}", Text("prefectures", "都道府県")),
        (f"{sum(block.cases for block in survey.blocks)}", Text("firms' case studies", "取組事例")),
    ]
