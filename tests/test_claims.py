"""The ledger: every number covered, every verdict computed, and each one flips where it should."""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from sme_survey import DataError, Survey, load
from sme_survey.judgement import claims
from sme_survey.judgement.claims import ledger
from sme_survey.judgement.kinds import KINDS, evaluate
from sme_survey.judgement.verdicts import VERDICTS, ArgumentError
from sme_survey.survey.loading import data_dir
from sme_survey.survey.model import UnknownName, count_ranges

SURVEY = load()
LEDGER = ledger(SURVEY)
BY_ID = {item.claim.id: item for item in LEDGER}
CLAIMS = [pytest.param(item, id=item.claim.id) for item in LEDGER]


def changed(
    survey: Survey,
    question: str,
    values: Mapping[str, str],
    wave: int = 2021,
    group: str = "total",
    n: int | None = None,
) -> Survey:
    """The survey with some percentages of one table replaced, counts worked out anew."""
    block = survey.answers(question, wave, group)
    base = n or block[0].n
    percents = [Decimal(values.get(item.option.id, str(item.percent))) for item in block]
    ranges = count_ranges(percents, base, survey.question(question).answer_type)
    assert ranges is not None, "the altered table must be possible"
    fresh = {
        item: replace(item, percent=percent, counts=counts, n=base)
        for item, percent, counts in zip(block, percents, ranges, strict=True)
    }
    return replace(survey, all_answers=tuple(fresh.get(item, item) for item in survey.all_answers))


def verdict(survey: Survey, claim_id: str) -> str:
    return claims.judge(survey, BY_ID[claim_id].claim).verdict


# ---- coverage -----------------------------------------------------------------------------------


def sentences() -> dict[tuple[int, str], Counter[str]]:
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for row in SURVEY.tables["double_entry"]:
        if row.text("block").startswith("sentence"):
            found[row.whole("page"), row.text("block")][row.text("value")] += 1
    return found


def test_every_number_of_every_sentence_is_covered():
    found = claims.coverage(SURVEY, LEDGER)
    assert found.missing == ()
    assert found.sentences == len(sentences()) >= 45
    assert found.numbers == sum(sum(values.values()) for values in sentences().values()) >= 120


def test_a_number_that_no_claim_covers_is_named():
    rest = [item for item in LEDGER if item.claim.id != "needs-executive-rose"]
    assert (19, "sentence-1", "38.6") in claims.coverage(SURVEY, rest).missing


def test_no_claim_names_a_number_that_its_sentence_lacks():
    numbers = sentences()
    for item in LEDGER:
        claim = item.claim
        assert bool(claim.block) == bool(claim.numbers), claim.id
        if claim.page is not None and claim.block:
            assert set(claim.numbers) <= set(numbers[claim.page, claim.block]), claim.id


def test_the_numbers_of_a_claim_are_what_its_test_looks_at():
    for item in LEDGER:
        given = json.dumps(dict(item.claim.arguments), ensure_ascii=False)
        for number in item.claim.numbers:
            assert number in given, f"{item.claim.id}: {number}"


def test_every_result_page_and_every_discussion_page_has_claims():
    pages = {item.claim.page for item in LEDGER}
    assert set(range(8, 29)) | set(range(32, 38)) <= pages


def test_every_kind_is_used_and_every_verdict_occurs():
    assert {item.claim.kind for item in LEDGER} == set(KINDS)
    assert all(claims.totals(LEDGER).values())
    assert sum(claims.totals(LEDGER).values()) == len(LEDGER)
    assert set(claims.totals(LEDGER)) == set(VERDICTS)


# ---- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", CLAIMS)
def test_each_verdict_says_why_in_both_languages(item):
    for text in (item.claim.statement, item.sentence, item.verdict_text):
        assert text.en.strip()
        assert text.ja.strip()
        assert not any("\u3041" <= c <= "\u30ff" for c in text.en) or item.claim.kind == "name"
    assert item.sentence.en.endswith(".")
    assert item.sentence.ja.endswith("。")
    assert "nan" not in item.sentence.en.split()
    assert "None%" not in item.sentence.en


@pytest.mark.parametrize("item", CLAIMS)
def test_each_verdict_carries_its_numbers(item):
    if item.claim.kind in {"name", "not_asked", "outside", "unpublished", "no_yardstick"}:
        return
    assert item.finding.numbers
    for number in item.finding.numbers:
        assert float(number.value) == float(number.value)


def test_the_ledger_is_json():
    text = json.dumps([item.as_json() for item in LEDGER], ensure_ascii=False)
    assert json.loads(text)[0]["claim"] == LEDGER[0].claim.id


# ---- the verdicts of the report as it stands ----------------------------------------------------


@pytest.mark.parametrize(
    ("claim_id", "expected"),
    [
        ("devices-use", "holds"),
        ("discussion-services-only", "holds"),
        ("education-none-fell", "holds"),
        ("needs-executive-rose", "holds"),
        ("discussion-virus-eighty", "holds"),
        ("threat-dos-half", "holds"),
        ("threat-targeted-sixty", "holds_not_beyond_error"),
        ("needs-rank", "holds_not_beyond_error"),
        ("threat-virus-rank", "holds_not_beyond_error"),
        ("duties-down-chain", "holds_not_beyond_error"),
        ("damage-rank", "holds_not_beyond_error"),
        ("reasons-small-more", "holds_not_beyond_error"),
        ("threat-access-rank", "holds_only_if_no_answers_ignored"),
        ("discussion-measures-most", "holds_only_if_no_answers_ignored"),
        ("press-any-incident", "holds_only_if_no_answers_ignored"),
        ("reasons-top-every-size", "does_not_hold"),
        ("discussion-review-name", "does_not_hold"),
        ("products-rank", "cannot_be_checked"),
        ("discussion-products-same", "cannot_be_checked"),
        ("organisation-larger-more", "cannot_be_checked"),
    ],
)
def test_known_places(claim_id, expected):
    assert BY_ID[claim_id].verdict == expected


def test_the_top_reason_differs_in_the_largest_size_class():
    sentence = BY_ID["reasons-top-every-size"].sentence
    assert "5 firms against 10" in sentence.en
    assert "5社対10社" in sentence.ja


def test_per_cent_for_points_is_said_both_ways():
    education = BY_ID["discussion-education-fall"]
    assert education.verdict == "holds"
    assert "−10.8%" in education.finding.slip.en
    assert "does not hold" in education.finding.slip.en
    review = BY_ID["discussion-review-ten"]
    assert "+210.7%" in review.finding.slip.en
    assert "holds too" in review.finding.slip.en
    assert not BY_ID["education-none-fell"].finding.slip


def test_both_vpn_items_are_different_numbers():
    vpn = SURVEY.answer("services", "vpn")
    assert vpn.percent != SURVEY.single("products_vpn").value
    assert vpn.n != SURVEY.answers("measures")[0].n


def test_recorded_verdicts_are_the_computed_ones():
    assert claims.differences(SURVEY, LEDGER) == ()


def test_slips_are_those_of_the_report():
    found = {item.claim.id for item in claims.slips(LEDGER)}
    assert {"reasons-top-every-size", "discussion-education-fall", "discussion-review-ten"} <= found
    assert "press-any-incident" not in found


# ---- altered tables: each verdict flips ---------------------------------------------------------

ALTERED = [
    # value: holds -> does not hold
    (
        "devices-use",
        partial(changed, question="device_use", values={"using": "93.2", "not_using": "4.4"}),
        "does_not_hold",
    ),
    # rank: order broken; chance; beyond error; no-answers
    (
        "services-rank",
        partial(changed, question="services", values={"email_own_domain": "67.5"}),
        "does_not_hold",
    ),
    (
        "advice-rank",
        partial(changed, question="advice", values={"none": "28.7"}),
        "does_not_hold",  # the value stated differs, too
    ),
    (
        "education-rank",
        partial(changed, question="education", values={"elearning": "15.0"}),
        "holds_not_beyond_error",
    ),
    (
        "education-rank",
        partial(changed, question="education", values={"no_answer": "20.0"}),
        "holds_only_if_no_answers_ignored",
    ),
    (
        "measures-rank",
        partial(
            changed, question="measures", values={"disk_destruction": "15.0", "no_answer": "0.5"}
        ),
        "holds_not_beyond_error",
    ),
    (
        "incidents-rank",
        partial(changed, question="incidents", values={"no_answer": "0.2"}),
        "holds",
    ),
    # threshold
    (
        "threat-targeted-sixty",
        partial(
            changed, question="threat_targeted", values={"somewhat": "25.1", "not_much": "11.0"}
        ),
        "does_not_hold",
    ),
    (
        "discussion-virus-eighty",
        partial(changed, question="threat_virus", values={"not_much": "3.7", "dont_know": "3.8"}),
        "holds",
    ),
    (
        "discussion-services-meeting",
        partial(changed, question="services", values={"no_answer": "20.0"}),
        "holds_only_if_no_answers_ignored",
    ),
    # restriction
    (
        "discussion-services-only",
        partial(changed, question="services", values={"email_free": "61.0"}),
        "does_not_hold",
    ),
    (
        "discussion-services-only",
        partial(changed, question="services", values={"email_free": "59.9"}),
        "holds_not_beyond_error",
    ),
    (
        "discussion-services-only",
        partial(changed, question="services", values={"no_answer": "12.0"}),
        "holds_only_if_no_answers_ignored",
    ),
    # change
    (
        "education-none-fell",
        partial(changed, question="education", values={"none": "55.2"}),
        "does_not_hold",
    ),
    (
        "education-none-fell",
        partial(changed, question="education", values={"no_answer": "12.0"}),
        "holds_only_if_no_answers_ignored",
    ),
    (
        "discussion-education-fall",
        partial(changed, question="education", values={"none": "55.0"}),
        "does_not_hold",
    ),
    (
        "discussion-review-ten",
        partial(changed, question="measures", values={"review": "14.0"}),
        "does_not_hold",
    ),
    (
        "discussion-review-ten",
        partial(changed, question="measures", values={"review": "15.8"}),
        "holds_not_beyond_error",
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
        "does_not_hold",
    ),
    (
        "discussion-downstream",
        partial(
            changed,
            question="contract_duties",
            group="tier2",
            values={"yes": "20.0", "no": "71.0"},
        ),
        "does_not_hold",
    ),
    # groups
    (
        "reasons-small-more",
        partial(
            changed, question="no_investment_reasons", group="sme_101", values={"no_need": "40.7"}
        ),
        "does_not_hold",
    ),
    (
        "reasons-top-every-size",
        partial(
            changed, question="no_investment_reasons", group="sme_101", values={"other": "11.1"}
        ),
        "holds_not_beyond_error",
    ),
    # the same options in two waves, in two charts
    (
        "discussion-needs-both-waves",
        partial(
            changed, question="improvement_needs", wave=2016, values={"employee_education": "39.0"}
        ),
        "does_not_hold",
    ),
    (
        "discussion-needs-both-waves",
        partial(
            changed, question="improvement_needs", wave=2016, values={"employee_education": "38.0"}
        ),
        "holds_not_beyond_error",
    ),
    (
        "discussion-both-sides",
        partial(changed, question="supplier_requests", values={"breach_penalty": "36.0"}),
        "does_not_hold",
    ),
    # incidents
    (
        "press-any-incident",
        partial(changed, question="incidents", values={"no_answer": "10.0"}),
        "holds_only_if_no_answers_ignored",
    ),
    (
        "press-any-incident",
        partial(changed, question="incidents", values={"none": "80.0"}),
        "does_not_hold",
    ),
]


@pytest.mark.parametrize(("claim_id", "alter", "expected"), ALTERED)
def test_altered_tables_change_the_verdict(claim_id, alter, expected):
    assert verdict(alter(SURVEY), claim_id) == expected


def test_a_large_lead_makes_an_order_hold():
    survey = changed(
        SURVEY,
        "improvement_needs",
        {"executive_awareness": "46.2", "internal_structure": "15.0", "no_answer": "0.2"},
    )
    arguments = {"question": "improvement_needs", "order": ["employee_awareness"]}
    assert evaluate(survey, "rank", arguments).verdict == "holds_not_beyond_error"
    wider = changed(survey, "improvement_needs", {"employee_awareness": "56.8"})
    assert evaluate(wider, "rank", arguments).verdict == "holds"


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
    assert verdict(survey, "duties-down-chain") == "holds"
    assert verdict(survey, "discussion-downstream") == "holds"


def test_most_measures_rose_flips_with_the_number_that_rose():
    options = [
        item.option.id for item in SURVEY.answers("measures") if item.option.role == "substantive"
    ]
    before = {item.option.id: item.percent for item in SURVEY.answers("measures", 2016)}
    fell = {name: str(max(before[name] - 1, Decimal("0.5"))) for name in options[:20]}
    assert verdict(changed(SURVEY, "measures", fell), "discussion-measures-most") == "does_not_hold"
    close = {name: str(before[name] + Decimal("0.1")) for name in options}
    survey = changed(SURVEY, "measures", close)
    assert verdict(survey, "discussion-measures-most") == "holds_not_beyond_error"
    far = {name: str(before[name] + 30) for name in options}
    assert verdict(changed(SURVEY, "measures", far), "discussion-measures-most") == "holds"


def with_single(survey: Survey, single_id: str, value: str) -> Survey:
    return replace(
        survey,
        singles=tuple(
            replace(item, value=Decimal(value)) if item.id == single_id else item
            for item in survey.singles
        ),
    )


def test_numbers_of_sentences_flip_too():
    assert verdict(with_single(SURVEY, "products_vpn", "17.2"), "discussion-vpn-rise") == (
        "does_not_hold"
    )
    arguments = {**BY_ID["discussion-vpn-rise"].claim.arguments, "to": "12.1"}
    close = with_single(SURVEY, "products_vpn", "12.1")
    assert evaluate(close, "single_change", arguments).verdict == "holds_not_beyond_error"


def test_a_sentence_without_chart_must_still_be_transcribed_right():
    with pytest.raises(ArgumentError, match="organisation_small"):
        evaluate(
            with_single(SURVEY, "organisation_small", "32.3"),
            "unpublished",
            BY_ID["organisation-sums"].claim.arguments,
        )


def test_a_name_that_does_not_change_holds():
    arguments = {
        "printed": "情報セキュリティ対策の定期的な見直し",
        "question": "measures",
        "option": "review",
    }
    assert evaluate(SURVEY, "name", arguments).verdict == "holds"


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
