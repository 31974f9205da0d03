"""Numbers from outside the report: each with source and caveat, none beside what it is not."""

from __future__ import annotations

import re

import pytest

from sme_survey import load
from sme_survey.judgement.context import fact, facts, methods
from sme_survey.survey.model import UnknownName

SURVEY = load()
FACTS = [pytest.param(item, id=item.id) for item in facts(SURVEY)]
METHODS = [pytest.param(item, id=item.id) for item in methods(SURVEY)]


@pytest.mark.parametrize("item", FACTS)
def test_every_number_has_its_source_and_its_caveat(item):
    assert re.fullmatch(r"https://\S+", item.origin.source.address)
    assert (item.origin.page is None) == (item.origin.source.id != "ipa-2021-report")
    for text in (item.question, item.option, item.group, item.caveat):
        assert text.en
        assert text.ja
    assert item.topic in SURVEY.names.context
    assert item.percent is None or 0 <= item.percent <= 100


@pytest.mark.parametrize("item", METHODS)
def test_every_survey_says_how_it_was_made(item):
    for text in (item.label, item.population, item.mode, item.sample, item.fieldwork, item.caveat):
        assert text.en
        assert text.ja
    assert item.origin.source.title.en


def test_only_numbers_of_this_wave_stand_beside_it():
    for item in facts(SURVEY):
        assert item.comparable == "apart" or item.method.id == "ipa2021", item.id


def test_every_topic_has_numbers():
    for topic in SURVEY.names.context:
        assert facts(SURVEY, topic)


def test_the_two_readings_of_one_item_are_never_one_series():
    printed, restated = fact(SURVEY, "t1-010"), fact(SURVEY, "t1-012")
    assert printed.comparable == "beside"
    assert restated.comparable == "apart"
    assert printed.value == SURVEY.single("organisation_not_organised").value
    assert printed.value != restated.value


def test_numbers_of_the_report_agree_with_its_tables():
    own = fact(SURVEY, "t3-041")
    assert own.value == SURVEY.answer("security_investment", "none_invested").percent
    assert own.n == SURVEY.base("security_investment")


def test_a_count_is_read_as_a_share():
    incident = fact(SURVEY, "t3-070")
    assert incident.unit == "count"
    assert incident.percent == pytest.approx(23.26, abs=0.01)


def test_unknown_names_are_refused():
    with pytest.raises(UnknownName, match="did you mean"):
        facts(SURVEY, "incident")
    with pytest.raises(UnknownName, match="t3-041"):
        fact(SURVEY, "t3-0411")
