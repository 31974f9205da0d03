"""The picture of a main finding: a few bars, each with its interval where it has one."""

from __future__ import annotations

from sme_survey.judgement.findings import MainFinding, Row
from sme_survey.presentation import charts
from sme_survey.presentation.cards import Card
from sme_survey.presentation.figures import Item, shares
from sme_survey.survey.model import Survey


def _item(row: Row) -> Item:
    silent = row.role == "no_answer"
    colour = charts.GREY if silent else charts.BLUE
    if row.share is None:
        return Item(row.label, row.percent, colour=colour, apart=silent)
    low, high = 100 * row.share.interval.low, 100 * row.share.interval.high
    return Item(row.label, row.percent, low, high, row.share.n, colour=colour, apart=silent)


def picture(survey: Survey, finding: MainFinding, label: str) -> Card:
    """The bars of a finding as a card.

    Raises
    ------
    sme_survey.judgement.findings.NotBorne
        If the data do not bear the finding: then there is nothing to draw either.
    """
    questions = dict.fromkeys(answer.question_id for answer in finding.answers)
    _ = finding.said
    return shares(
        [_item(row) for row in finding.rows],
        label,
        finding.title,
        sources=finding.origins,
        questions=tuple(survey.question(name) for name in questions),
        answers=finding.answers,
    )
