"""The main findings: each follows the data, and cannot be said once the data say otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from altering import changed
from sme_survey import Survey, load
from sme_survey.judgement.findings import FRONT, NotBorne, main_finding, main_findings
from sme_survey.presentation.findings import picture
from sme_survey.survey.model import UnknownName

SURVEY = load()
FOUND = main_findings(SURVEY)
_COMPUTED = re.compile(r"\d+\.\d+|\d+,\d{3}")  # not years, levels and the like


@dataclass(frozen=True)
class Change:
    """Other percentages for one table of the survey, or other numbers given in sentences."""

    question: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    group: str = "total"
    singles: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, survey: Survey) -> Survey:
        if self.question:
            survey = changed(survey, self.question, self.values, group=self.group)
        singles = tuple(
            replace(item, value=Decimal(self.singles.get(item.id, item.value)))
            for item in survey.singles
        )
        return replace(survey, singles=singles)


# Small changes that each sentence follows, with what it must then say.
FOLLOWS: dict[str, tuple[Change, str]] = {
    "measures": (Change("measures", {"backup": "39.4"}), "39.4%"),
    "advice": (Change("advice", {"riss": "0.9"}), "0.9%"),
    "education": (Change("education", {"none": "58.1"}), "58.1%"),
    "email": (Change("infection_routes", {"email": "64.0"}), "64.0%"),
    "investment": (
        Change("security_investment", {"none_invested": "35.1", "under_1m": "47.2"}),
        "35.1%",
    ),
    "reasons": (Change("no_investment_reasons", {"no_need": "41.2"}), "41.2%"),
    "organisation": (Change(singles={"organisation_small": "30.1"}), "30.1%"),
    "duties": (Change("contract_duties", {"yes": "27.1", "no": "62.2"}), "27.1%"),
    "cost": (Change("cost_sharing", {"all_own": "44.0", "other": "15.5"}), "44.0%"),
    "incidents": (Change("incidents", {"none": "83.9", "no_answer": "11.0"}), "83.9%"),
    "threats": (Change("threat_dos", {"dont_know": "20.3", "very_large": "31.1"}), "20.3%"),
    "surveys": (Change("measures", {"review": "16.2"}), "16.2%"),
}
# Larger ones that it does not survive.
FAILS: dict[str, Change] = {
    "measures": Change("measures", {"backup": "51.0"}),
    "advice": Change("advice", {"none": "19.9"}),
    "education": Change("education", {"none": "49.0"}),
    "email": Change("infection_routes", {"email": "49.5"}),
    "investment": Change("security_investment", {"under_1m": "46.0", "from_1m": "11.4"}),
    "reasons": Change("no_investment_reasons", {"no_need": "24.7"}),
    "organisation": Change(singles={"organisation_small": "48.0"}),
    "duties": Change("contract_duties", {"yes": "28.1", "no": "62.9"}, "tier2"),
    "cost": Change("cost_sharing", {"all_own": "24.0", "other": "35.5"}),
    "incidents": Change("incidents", {"none": "90.0", "no_answer": "4.9"}),
    "threats": Change("threat_virus", {"somewhat": "24.6", "not_much": "5.8"}),
    "surveys": Change("measures", {"bcp": "22.0"}),
}
NAMES = [pytest.param(name, id=name) for name in FOUND]


def test_every_finding_is_tried_both_ways():
    assert set(FOLLOWS) == set(FAILS) == set(FOUND)
    assert 8 <= len(FOUND) <= 12
    assert set(FRONT) <= set(FOUND)


@pytest.mark.parametrize("name", NAMES)
def test_the_data_bear_it(name: str):
    finding = FOUND[name]
    assert finding.holds
    assert finding.said == finding.sentence
    assert finding.firm.en
    assert finding.firm.ja
    assert finding.rows


@pytest.mark.parametrize("name", NAMES)
def test_its_sentence_follows_the_data(name: str):
    change, number = FOLLOWS[name]
    finding = main_finding(change(SURVEY), name)
    assert finding.holds
    assert number not in FOUND[name].sentence.en
    for said in (finding.said.en, finding.said.ja):
        assert number in said


@pytest.mark.parametrize("name", NAMES)
def test_it_cannot_be_said_when_the_data_say_otherwise(name: str):
    altered = FAILS[name](SURVEY)
    finding = main_finding(altered, name)
    assert not finding.holds
    with pytest.raises(NotBorne, match=name):
        _ = finding.said
    with pytest.raises(NotBorne, match=name):
        picture(altered, finding, f"finding-{name}")


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_state_the_same_numbers(name: str):
    finding = FOUND[name]
    for text in (finding.sentence, finding.base, finding.firm):
        english, japanese = (sorted(_COMPUTED.findall(part)) for part in (text.en, text.ja))
        assert english == japanese


def test_firmness_follows_the_sample():
    """What a sample of this size cannot tell is said so: here, a share close to half."""
    near = changed(SURVEY, "education", {"none": "50.5"})
    assert "within sampling error" in main_finding(near, "education").firm.en
    assert "is beyond sampling error, whatever" in FOUND["education"].firm.en


def test_the_no_answers_can_undo_a_finding():
    silent = changed(SURVEY, "measures", {"backup": "46.0", "no_answer": "8.1"})
    assert "the firms without an answer could undo it" in main_finding(silent, "measures").firm.en


def test_an_unknown_finding_is_named():
    with pytest.raises(UnknownName, match="did you mean measures"):
        main_finding(SURVEY, "measure")
