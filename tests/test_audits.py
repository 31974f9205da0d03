"""The audits pass on the report's tables, fail where a table is wrong, and know their limits."""

from __future__ import annotations

import csv
import time
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from sme_survey import Survey, load
from sme_survey.judgement import audits as audit_room
from sme_survey.judgement.audits import (
    audits,
    counts,
    counts_csv,
    key,
    second_entry,
    within,
)
from sme_survey.judgement.claims import ledger
from sme_survey.judgement.mutation import altered, mutations, noticed, swapped, variants
from sme_survey.judgement.response import (
    any_incident,
    frame_by_industry,
    item_nonresponse,
    region_shares,
    response_by_industry,
    small_shares,
    sum_within,
)
from sme_survey.numbers.counts import CountRange
from sme_survey.survey.loading import data_dir
from sme_survey.survey.model import UnknownName

SURVEY = load()
AUDITS = audits(SURVEY)


def forced(survey: Survey, place: tuple[str, int, str, str], percent: str) -> Survey:
    """The survey with one percentage overwritten, whatever its table says."""
    return replace(
        survey,
        all_answers=tuple(
            replace(item, percent=Decimal(percent)) if key(item) == place else item
            for item in survey.all_answers
        ),
    )


def mutated(question: str, option: str, percent: str, group: str = "total") -> Survey:
    answer = SURVEY.answer(question, option, group=group)
    survey = altered(SURVEY, answer, Decimal(percent))
    assert survey is not None
    return survey


@pytest.mark.parametrize("audit", [pytest.param(item, id=item.id) for item in AUDITS])
def test_the_reports_tables_pass(audit):
    assert audit.passed
    assert audit.found == ()
    assert audit.tests > 0
    for text in (audit.title, audit.tested, audit.result, audit.blind):
        assert text.en
        assert text.ja


def test_names_are_unique_and_the_double_entry_comes_last():
    names = [item.id for item in AUDITS]
    assert len(set(names)) == len(names)
    assert names[-1] == "double-entry"


TOTAL = 2021, "total"


@pytest.mark.parametrize(
    ("audit", "survey"),
    [
        ("attainable", forced(SURVEY, ("infection_routes", *TOTAL, "email"), "62.3")),
        ("add_to_hundred", forced(SURVEY, ("device_use", *TOTAL, "using"), "92.3")),
        ("add_to_base", forced(SURVEY, ("device_use", *TOTAL, "using"), "93.5")),
        ("subgroups", mutated("no_investment_reasons", "cost", "23.0")),
        ("chain", mutated("incidents", "virus", "2.8")),
        ("exclusive", mutated("incidents", "none", "91.0")),
        ("exclusive", mutated("education", "notices", "45.0")),
        ("double_entry", mutated("services", "crm", "23.0")),
    ],
)
def test_an_error_is_found(audit, survey):
    result = getattr(audit_room, audit)(survey)
    assert not result.passed
    assert result.found[0].en
    assert result.found[0].ja
    assert "failed" in result.result.en


def test_the_battery_must_print_one_share_of_no_answers():
    survey = forced(SURVEY, ("threat_dos", *TOTAL, "no_answer"), "10.2")
    assert not audit_room.battery(survey).passed


def test_roles_and_margins_are_compared():
    single = replace(SURVEY.single("role_it_security"), value=Decimal(651))
    others = [item for item in SURVEY.singles if item.id != single.id]
    assert len(audit_room.roles(replace(SURVEY, singles=(*others, single))).found) == 2


# ---- counts -------------------------------------------------------------------------------------


def test_counts_lie_within_what_each_percentage_allows():
    for item in counts(SURVEY):
        assert item.counts.low >= item.answer.counts.low
        assert item.counts.high <= item.answer.counts.high
        assert (item.counts.forced is None) == (item.reason is None)


def test_the_chain_fixes_the_counts():
    found = {key(item.answer): item for item in counts(SURVEY)}
    assert SURVEY.names.chain
    for link in SURVEY.names.chain:
        question, [option], later = link.question, link.options, link.leads_to
        assert found[question, 2021, "total", option].counts == CountRange(
            SURVEY.base(later[0]), SURVEY.base(later[0])
        )
    assert found["role", 2021, "total", "it_security"].counts.forced == 561
    executives = [found["role", 2021, "total", name].counts for name in ("executive", "director")]
    assert executives[0].low + executives[1].high == 2819


def test_groups_add_to_the_total_in_counts():
    found = {key(item.answer): item.counts for item in counts(SURVEY)}
    for option in SURVEY.question("no_investment_reasons").options:
        cells = [
            found["no_investment_reasons", 2021, group, option.id]
            for group in ("total", "small", "sme_100", "sme_101")
        ]
        assert sum(item.low for item in cells[1:]) <= cells[0].high
        assert sum(item.high for item in cells[1:]) >= cells[0].low


def test_the_derived_file_is_what_the_tables_give():
    stored = (data_dir() / "derived" / "counts.csv").read_text(encoding="utf-8")
    assert stored == counts_csv(SURVEY)
    rows = list(csv.DictReader(stored.splitlines()))
    assert len(rows) == len(SURVEY.all_answers)
    assert sum(bool(row["count"]) for row in rows) == sum(bool(row["reason"]) for row in rows)


def test_contradictions_are_refused():
    with pytest.raises(ValueError, match="contradict"):
        counts(mutated("no_investment_reasons", "cost", "23.0"))


# ---- mutations ----------------------------------------------------------------------------------


def test_swaps():
    assert swapped(Decimal("38.6")) == Decimal("36.8")
    assert swapped(Decimal("0.4")) == Decimal("4.0")
    assert swapped(Decimal("15.5")) == Decimal("51.5")
    assert swapped(Decimal("0.0")) is None


def test_variants_stay_from_0_to_100():
    assert [value for _, value in variants(Decimal("0.0"))] == [Decimal("0.1"), Decimal("1.0")]
    assert all(0 <= value <= 100 for _, value in variants(Decimal("99.9")))


def test_every_percentage_is_changed_and_the_second_entry_sees_all():
    start = time.perf_counter()
    found = mutations(SURVEY)
    assert time.perf_counter() - start < 30
    assert {key(item.answer) for item in found} == {key(item) for item in SURVEY.all_answers}
    assert all(item.second for item in found)
    assert all(item.altered != item.answer.percent for item in found)
    assert Counter(item.noticed_by for item in found)["claims"] > 100


def test_larger_changes_are_noticed_more_often():
    tenth, point, swap = noticed(SURVEY)
    assert 20 < tenth.alone_percent < point.alone_percent < 80
    assert tenth.alone_percent < swap.alone_percent
    assert tenth.second_percent == point.second_percent == swap.second_percent == 100


def test_the_incremental_check_agrees_with_a_full_one():
    recorded = {item.claim.id: item.verdict for item in ledger(SURVEY)}
    for mutation in mutations(SURVEY)[::97]:
        survey = altered(SURVEY, mutation.answer, mutation.altered)
        if survey is None:
            assert mutation.noticed_by == "load"
            continue
        failed = any(not audit(survey).passed for audit in within(SURVEY))
        moved = any(item.verdict != recorded[item.claim.id] for item in ledger(survey))
        assert (mutation.noticed_by is not None) == (failed or moved), mutation


def test_the_second_entry_holds_every_percentage():
    second = second_entry(SURVEY)
    assert {key(item): item.percent for item in SURVEY.all_answers} == second


# ---- response -----------------------------------------------------------------------------------


def test_response_by_industry():
    groups = response_by_industry(SURVEY)
    total = groups[-1]
    assert total.id == "total"
    assert (total.sent, total.responses.forced) == (40000, 4074)
    assert total.percent == pytest.approx(10.185)
    inside = groups[:-1]
    assert sum(item.sent for item in inside) == 40000
    assert sum(item.responses.low for item in inside) < 4074
    for item in inside:
        assert item.interval.low <= item.rate.low <= item.rate.high <= item.interval.high
        assert item.sent_share == pytest.approx(item.sent / 40000)


def test_regions_are_close_to_establishments():
    regions = {item.block.id: item for item in region_shares(SURVEY)}
    assert 100 * regions["kanto"].response_share == pytest.approx(37.0, abs=0.1)
    assert 100 * regions["kanto"].establishment_share == pytest.approx(38.9, abs=0.1)
    assert sum(item.establishment_share for item in regions.values()) == pytest.approx(1)
    with pytest.raises(UnknownName, match="2016"):
        region_shares(SURVEY, 2014)


def test_mailout_against_the_frame():
    frame = {item.id: item for item in frame_by_industry(SURVEY)}
    assert "agriculture_forestry_fisheries" not in frame
    assert sum(item.frame_share for item in frame.values()) == pytest.approx(1)
    assert sum(item.sent_share for item in frame.values()) == pytest.approx(1)
    assert frame["finance_insurance"].ratio == pytest.approx(5.85, abs=0.01)
    assert frame["services_other"].ratio < 1
    small = {item.id: item for item in small_shares(SURVEY)}
    # like for like: the frame leaves agriculture out, so the mail-out does
    assert 100 * small["total"].mailout == pytest.approx(70.1, abs=0.05)
    assert small["agriculture_forestry_fisheries"].frame is None


def test_item_nonresponse():
    found = item_nonresponse(SURVEY)
    assert len(found) == sum(item.option.role == "no_answer" for item in SURVEY.all_answers)
    education = [item for item in found if item.question.id == "education"]
    assert [(item.wave, str(item.percent)) for item in education] == [(2021, "5.8"), (2016, "2.2")]


def test_any_incident_both_ways():
    found = any_incident(SURVEY)
    assert found.of_all.percent == pytest.approx(5.1, abs=0.05)
    assert found.of_answered.percent == pytest.approx(5.7, abs=0.05)
    assert found.named == Decimal("5.7")
    assert found.bounds.low < found.of_all.proportion < found.bounds.high


def test_sums_are_limited_by_what_the_others_take():
    answers = SURVEY.answers("role")
    everything = [item.option.id for item in answers]
    assert sum_within(answers, everything) == CountRange(4074, 4074)
    assert sum_within(answers, []) == CountRange(0, 0)
