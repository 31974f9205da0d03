"""The ledger: every number covered, every verdict computed, and each one flips where it should."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from altering import changed
from sme_survey import DataError, Survey, load
from sme_survey.judgement import claims
from sme_survey.judgement.claims import ledger
from sme_survey.judgement.kinds import KINDS, evaluate
from sme_survey.judgement.verdicts import VERDICTS, ArgumentError, Outcome
from sme_survey.survey.loading import data_dir
from sme_survey.survey.model import UnknownName

SURVEY = load()
LEDGER = ledger(SURVEY)
BY_ID = {item.claim.id: item for item in LEDGER}
WITHIN, UNSAFE = "agrees-within_error", "agrees-unsafe_in_worst_case"
BOTH = "agrees-within_error-unsafe_in_worst_case"
DIFFERS = "disagrees"
CLAIMS = [pytest.param(item, id=item.claim.id) for item in LEDGER]


def verdict(survey: Survey, claim_id: str) -> str:
    return claims.judge(survey, BY_ID[claim_id].claim).verdict


# ---- coverage -----------------------------------------------------------------------------------


def test_every_sentence_is_judged_or_left_out_and_every_number_covered():
    found = claims.coverage(SURVEY, LEDGER)
    assert found.unaccounted == ()
    assert found.twice == ()
    assert found.missing == ()
    assert found.complete
    assert found.sentences == len(SURVEY.tables["sentences"].rows)
    assert found.judged + sum(found.left_out.values()) == found.sentences
    assert set(found.left_out) == set(claims.REASONS)


def test_a_sentence_or_number_without_a_claim_is_named():
    rest = [item for item in LEDGER if item.claim.id != "needs-executive-rose"]
    found = claims.coverage(SURVEY, rest)
    assert found.unaccounted == ((19, 3),)
    assert found.missing == ((19, "sentence-1", "38.6"),)  # 46.2 stands in another claim, too
    assert not found.complete


def test_a_claim_on_a_sentence_that_is_left_out_is_named():
    claim = replace(BY_ID["devices-use"].claim, origin=SURVEY.page_origin(30), place="2")
    found = claims.coverage(SURVEY, [*LEDGER, replace(BY_ID["devices-use"], claim=claim)])
    assert found.twice == ((30, 2),)


def test_the_sentences_hold_the_runs_of_the_double_entry():
    runs = {
        (row.whole("page"), row.text("block"))
        for row in SURVEY.tables["double_entry"]
        if row.text("block").startswith("sentence")
    }
    sentences = SURVEY.tables["sentences"]
    assert {(row.whole("page"), row.text("block")) for row in sentences if row.text("block")} == (
        runs
    )


def test_no_claim_names_a_number_that_its_sentence_lacks():
    blocks = {
        (row.whole("page"), row.whole("position")): row.text("block")
        for row in SURVEY.tables["sentences"]
    }
    numbers = defaultdict(set)
    for row in SURVEY.tables["double_entry"]:
        numbers[row.whole("page"), row.text("block")].add(row.text("value"))
    for item in LEDGER:
        held = {n for place in item.claim.sentences for n in numbers[place[0], blocks[place]]}
        assert set(item.claim.numbers) <= held, item.claim.id


def test_the_numbers_of_a_claim_are_what_its_test_looks_at():
    for item in LEDGER:
        given = json.dumps(dict(item.claim.arguments), ensure_ascii=False)
        for number in item.claim.numbers:
            assert number in given, f"{item.claim.id}: {number}"


def test_every_result_page_and_every_discussion_page_has_claims():
    pages = {item.claim.page for item in LEDGER}
    assert set(range(8, 29)) | set(range(32, 38)) <= pages


def test_every_kind_is_used_and_the_totals_add_up():
    assert {item.claim.kind for item in LEDGER} == set(KINDS)
    assert sum(claims.totals(LEDGER).values()) == len(LEDGER)
    assert set(claims.totals(LEDGER)) <= set(VERDICTS)


def test_the_questions_count_every_claim_once():
    found = claims.answers(LEDGER)
    for name in ("printed", "sampling", "no_answers"):
        assert sum(found[name].values()) == len(LEDGER)
    assert sum(found["reprint"].values()) == sum(item.claim.reprint for item in LEDGER)


# ---- labels: their words are true of each claim that bears them --------------------------------


@pytest.mark.parametrize("item", CLAIMS)
def test_a_label_says_no_more_than_the_answers(item):
    outcome, label = item.outcome, item.verdict_text
    assert VERDICTS[item.verdict] == label
    assert ("agrees with the tables" in label.en) == (outcome.printed == "agrees")
    assert ("differs" in label.en) == (outcome.printed == "disagrees")
    assert ("標本誤差の範囲内" in label.ja) == (outcome.sampling == "within_error")
    assert ("無回答次第" in label.ja) == (outcome.no_answers == "unsafe_in_worst_case")
    assert bool(item.finding.lacks) >= (outcome.printed == "not_judged")
    if item.claim.reprint or outcome.printed == "not_judged":
        assert (outcome.sampling, outcome.no_answers) == ("not_applicable", "not_applicable")
    else:
        assert outcome.sampling != "not_applicable"


@pytest.mark.parametrize("true", [True, False])
@pytest.mark.parametrize("clear", [True, False])
@pytest.mark.parametrize("settled", [True, False])
def test_agreement_and_disagreement_are_weighed_alike(true, clear, settled):
    found = Outcome.weigh(true, clear=clear, settled=settled)
    assert found.printed == ("agrees" if true else "disagrees")
    assert found.sampling == ("clear" if clear else "within_error")
    assert found.no_answers == ("safe" if settled else "unsafe_in_worst_case")
    assert found.verdict in VERDICTS


def test_true_only_of_those_who_answered_has_words_of_its_own():
    found = Outcome.weigh(False, clear=True, settled=False, answered=True)
    assert found.no_answers == "only_among_answered"
    assert found.label.en == "differs from the tables; agrees among those who answered"


def test_within_error_says_how_small_a_difference_could_be_seen():
    for item in LEDGER:
        rank = item.claim.kind in {"rank", "ordering", "higher", "same_top"}
        if rank and item.outcome.sampling == "within_error":
            assert "could be seen here" in item.evidence.en, item.claim.id


def test_a_worst_overlap_that_decides_shows_its_break_even():
    expected = {
        "services-rank": "phi 0.94",
        "customers-rank": "phi 0.05",
        "routes-rank": "and it is.",
    }
    for claim_id, words in expected.items():
        assert words in BY_ID[claim_id].evidence.en, claim_id
    assert "phi" not in BY_ID["advice-rank"].evidence.en


def test_claims_that_left_are_not_in_the_ledger_and_keep_their_names():
    retired = {row.text("claim_id") for row in SURVEY.tables["claims_retired"]}
    assert len(retired) == 6
    assert not retired & set(BY_ID)
    first = {
        row.text("claim_id")
        for row in SURVEY.tables["recorded_verdicts"]
        if row.text("version") == "1.0.0"
    }
    assert first <= retired | set(BY_ID)


# ---- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", CLAIMS)
def test_each_verdict_says_why_in_both_languages(item):
    for text in (item.claim.statement, item.evidence, item.verdict_text):
        assert text.en.strip()
        assert text.ja.strip()
        assert not any("\u3041" <= c <= "\u30ff" for c in text.en)
    assert item.evidence.en.endswith(".")
    assert item.evidence.ja.endswith("。")
    assert "nan" not in item.evidence.en.split()
    assert "None%" not in item.evidence.en


@pytest.mark.parametrize("item", CLAIMS)
def test_each_verdict_carries_its_numbers(item):
    if item.claim.kind in {"not_asked", "outside", "unpublished", "no_yardstick"}:
        return
    assert item.finding.numbers
    for number in item.finding.numbers:
        assert float(number.value) == float(number.value)


def test_the_ledger_is_json():
    text = json.dumps([item.as_json() for item in LEDGER], ensure_ascii=False)
    first = json.loads(text)[0]
    assert first["claim_id"] == LEDGER[0].claim.id
    assert {
        "claim_id", "page", "place", "reprint", "statement_en", "statement_ja", "verdict",
        "evidence_en", "evidence_ja", "printed", "sampling", "no_answers",
    } <= set(first)  # fmt: skip
    assert "evidence_ja" not in LEDGER[0].as_json("en")


# ---- the verdicts of the report as it stands ----------------------------------------------------


@pytest.mark.parametrize(
    ("claim_id", "expected"),
    [
        ("devices-use", "agrees"),
        ("discussion-services-only", "agrees"),
        ("education-none-fell", "agrees"),
        ("needs-executive-rose", "agrees"),
        ("discussion-virus-eighty", "agrees"),
        ("threat-dos-half", "agrees"),
        ("threat-targeted-sixty", WITHIN),
        ("needs-rank", BOTH),
        ("threat-virus-rank", BOTH),
        ("duties-down-chain", BOTH),
        ("measures-rank", BOTH),
        ("discussion-review-ten", BOTH),
        ("damage-rank", WITHIN),
        ("reasons-small-more", WITHIN),
        ("threat-access-rank", UNSAFE),
        ("discussion-measures-most", UNSAFE),
        ("discussion-downstream", UNSAFE),
        ("reasons-top-every-size", "disagrees-within_error"),
        ("discussion-partner-many", "not_judged"),
        ("products-rank", "not_judged"),
        ("discussion-products-same", "not_judged"),
        ("organisation-larger-more", "not_judged"),
    ],
)
def test_known_places(claim_id, expected):
    assert BY_ID[claim_id].verdict == expected


def test_the_top_reason_differs_in_the_largest_size_class():
    sentence = BY_ID["reasons-top-every-size"].evidence
    assert "5 firms against 10" in sentence.en
    assert "5社対10社" in sentence.ja


def test_per_cent_for_points_is_said_both_ways():
    education = BY_ID["discussion-education-fall"]
    assert education.verdict == "agrees"
    assert "−10.8%" in education.finding.unit.en
    assert "+210.7%" in BY_ID["discussion-review-ten"].finding.unit.en
    assert {item.claim.id for item in claims.units(LEDGER)} == {
        "discussion-education-fall",
        "discussion-review-ten",
    }


def test_both_vpn_items_are_different_numbers():
    vpn = SURVEY.answer("services", "vpn")
    assert vpn.percent != SURVEY.single("products_vpn").value
    assert vpn.n != SURVEY.answers("measures")[0].n


def test_recorded_verdicts_are_the_computed_ones():
    assert claims.differences(SURVEY, LEDGER) == ()


def test_what_differs_is_named():
    assert [item.claim.id for item in claims.differing(LEDGER)] == ["reasons-top-every-size"]


def test_without_other_three_reasons_tie_in_the_largest_size_class():
    found = BY_ID["reasons-top-every-size"].evidence
    assert "3 reasons tie at 18.5% (5 firms each)" in found.en
    assert "ZDNet Japan" in found.en
    assert "親会社" in found.ja


# ---- altered tables: each verdict flips ---------------------------------------------------------

ALTERED = [
    # value: holds -> does not hold
    (
        "devices-use",
        partial(changed, question="device_use", values={"using": "93.2", "not_using": "4.4"}),
        DIFFERS,
    ),
    # rank: order broken; chance; beyond error; no-answers
    (
        "services-rank",
        partial(changed, question="services", values={"email_own_domain": "67.5"}),
        DIFFERS,
    ),
    (
        "advice-rank",
        partial(changed, question="advice", values={"none": "28.7"}),
        DIFFERS,  # the value stated differs, too
    ),
    (
        "education-rank",
        partial(changed, question="education", values={"elearning": "15.0"}),
        BOTH,
    ),
    (
        "education-rank",
        partial(changed, question="education", values={"no_answer": "20.0"}),
        UNSAFE,
    ),
    (
        "measures-rank",
        partial(
            changed, question="measures", values={"disk_destruction": "15.0", "no_answer": "0.5"}
        ),
        WITHIN,
    ),
    (
        "incidents-rank",
        partial(changed, question="incidents", values={"no_answer": "0.2"}),
        "agrees",
    ),
    # threshold
    (
        "threat-targeted-sixty",
        partial(
            changed, question="threat_targeted", values={"somewhat": "25.1", "not_much": "11.0"}
        ),
        DIFFERS,
    ),
    (
        "discussion-virus-eighty",
        partial(changed, question="threat_virus", values={"not_much": "3.7", "dont_know": "3.8"}),
        "agrees",
    ),
    (
        "discussion-services-meeting",
        partial(changed, question="services", values={"no_answer": "20.0"}),
        UNSAFE,
    ),
    # restriction
    (
        "discussion-services-only",
        partial(changed, question="services", values={"email_free": "61.0"}),
        DIFFERS,
    ),
    (
        "discussion-services-only",
        partial(changed, question="services", values={"email_free": "59.9"}),
        BOTH,
    ),
    (
        "discussion-services-only",
        partial(changed, question="services", values={"no_answer": "12.0"}),
        UNSAFE,
    ),
    # change
    (
        "education-none-fell",
        partial(changed, question="education", values={"none": "55.2"}),
        DIFFERS,
    ),
    (
        "education-none-fell",
        partial(changed, question="education", values={"no_answer": "12.0"}),
        UNSAFE,
    ),
    (
        "discussion-education-fall",
        partial(changed, question="education", values={"none": "55.0"}),
        DIFFERS,
    ),
    (
        "discussion-review-ten",
        partial(changed, question="measures", values={"review": "14.0"}),
        DIFFERS,
    ),
    (
        "discussion-review-ten",
        partial(changed, question="measures", values={"review": "15.8"}),
        BOTH,
    ),
    # ordering
    (
        "duties-down-chain",
        partial(
            changed,
            question="contract_duties",
            group="tier3",
            values={"yes": "34.3", "no": "60.0"},
        ),
        DIFFERS,
    ),
    (
        "discussion-downstream",
        partial(
            changed,
            question="contract_duties",
            group="tier2",
            values={"yes": "20.0", "no": "71.0"},
        ),
        DIFFERS,
    ),
    # groups
    (
        "reasons-small-more",
        partial(
            changed, question="no_investment_reasons", group="sme_101", values={"no_need": "40.7"}
        ),
        DIFFERS,
    ),
    (
        "reasons-top-every-size",
        partial(
            changed, question="no_investment_reasons", group="sme_101", values={"other": "11.1"}
        ),
        WITHIN,
    ),
    # the same options in two waves, in two charts
    (
        "discussion-needs-both-waves",
        partial(
            changed, question="improvement_needs", wave=2016, values={"employee_education": "39.0"}
        ),
        DIFFERS,
    ),
    (
        "discussion-needs-both-waves",
        partial(
            changed, question="improvement_needs", wave=2016, values={"employee_education": "38.0"}
        ),
        BOTH,
    ),
]


@pytest.mark.parametrize(("claim_id", "alter", "expected"), ALTERED)
def test_altered_tables_change_the_verdict(claim_id, alter, expected):
    found = verdict(alter(SURVEY), claim_id)
    assert found.startswith(DIFFERS) if expected == DIFFERS else found == expected


def test_a_large_lead_makes_an_order_hold():
    survey = changed(
        SURVEY,
        "improvement_needs",
        {"executive_awareness": "46.2", "internal_structure": "15.0", "no_answer": "0.2"},
    )
    arguments = {"question": "improvement_needs", "order": ["employee_awareness"]}
    assert evaluate(survey, "rank", arguments).outcome.verdict == WITHIN
    wider = changed(survey, "improvement_needs", {"employee_awareness": "56.8"})
    assert evaluate(wider, "rank", arguments).outcome.verdict == "agrees"


def test_steps_down_the_chain_hold_when_each_is_clear():
    survey = changed(
        SURVEY, "contract_duties", {"yes": "70.5", "no": "28.6", "no_answer": "1.0"}, group="tier3"
    )
    survey = changed(
        survey, "contract_duties", {"yes": "44.8", "no": "53.4", "no_answer": "1.8"}, group="tier2"
    )
    survey = changed(
        survey, "contract_duties", {"yes": "28.2", "no": "71.6", "no_answer": "0.2"}, group="prime"
    )
    assert verdict(survey, "duties-down-chain") == "agrees"
    assert verdict(survey, "discussion-downstream") == "agrees"


def test_most_measures_rose_flips_with_the_number_that_rose():
    options = [
        item.option.id for item in SURVEY.answers("measures") if item.option.role == "substantive"
    ]
    before = {item.option.id: item.percent for item in SURVEY.answers("measures", 2016)}
    fell = {name: str(max(before[name] - 1, Decimal("0.5"))) for name in options[:20]}
    assert verdict(changed(SURVEY, "measures", fell), "discussion-measures-most").startswith(
        DIFFERS
    )
    close = {name: str(before[name] + Decimal("0.1")) for name in options}
    survey = changed(SURVEY, "measures", close)
    assert verdict(survey, "discussion-measures-most") == BOTH
    far = {name: str(before[name] + 30) for name in options}
    assert verdict(changed(SURVEY, "measures", far), "discussion-measures-most") == "agrees"


def with_single(survey: Survey, single_id: str, value: str) -> Survey:
    return replace(
        survey,
        singles=tuple(
            replace(item, value=Decimal(value)) if item.id == single_id else item
            for item in survey.singles
        ),
    )


def test_numbers_of_sentences_flip_too():
    assert verdict(with_single(SURVEY, "products_vpn", "17.2"), "discussion-vpn-rise") == (DIFFERS)
    arguments = {**BY_ID["discussion-vpn-rise"].claim.arguments, "to": "12.1"}
    close = with_single(SURVEY, "products_vpn", "12.1")
    assert evaluate(close, "single_change", arguments).outcome.verdict == WITHIN


def test_a_sentence_without_chart_must_still_be_transcribed_right():
    with pytest.raises(ArgumentError, match="organisation_small"):
        evaluate(
            with_single(SURVEY, "organisation_small", "32.3"),
            "unpublished",
            BY_ID["organisation-sums"].claim.arguments,
        )


# ---- what is wrong is named ---------------------------------------------------------------------


def edited(folder: Path, before: str, after: str) -> Path:
    data = Path(shutil.copytree(data_dir(), folder / "data"))
    file = data / "claims.csv"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    return data


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('{""question"": ""device_use""', '{""question"": ""device_use""x', "is not valid JSON"),
        (
            '{""question"": ""device_use"", ""values""',
            '{""question"": ""device_use"", ""v""',
            "lacks",
        ),
        ('""using"": ""93.3""', '""using"": ""many""', "expected a number"),
        ('""order"": [""website""', '""order"": [""web_site""', "did you mean website"),
        ('""over"": 60', '""above"": 60', "lacks 'over'"),
        ('""over"": 50', '""over"": [50]', "wrong type"),
    ],
)
def test_wrong_arguments_are_named_with_file_row_and_column(tmp_path, before, after, message):
    survey = load(edited(tmp_path, before, after))
    with pytest.raises(DataError, match=message) as caught:
        ledger(survey)
    problem = caught.value.problems[0]
    assert problem.file == "claims.csv"
    assert problem.column == "arguments"
    assert problem.row is not None
    assert problem.row > 1


def test_an_unknown_kind_is_refused():
    with pytest.raises(UnknownName, match="did you mean rank"):
        evaluate(SURVEY, "rnak", {})


def test_sums_of_multiple_answers_are_refused():
    with pytest.raises(ArgumentError, match="not exclusive"):
        evaluate(
            SURVEY, "threshold", {"question": "services", "options": ["crm", "vpn"], "over": 5}
        )
