"""Floor 3: comparisons between waves, groups and options."""

import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep

from sme_survey import load
from sme_survey.judgement import comparisons as c
from sme_survey.survey.model import UnknownName


@pytest.fixture(scope="module")
def survey():
    return load()


def test_wave_changes_agree_with_statsmodels(survey):
    for change in c.wave_changes(survey, "measures"):
        a, b = change.before, change.after
        if a.counts.forced is None or b.counts.forced is None:
            continue
        low, high = confint_proportions_2indep(
            b.counts.low, b.n, a.counts.low, a.n, method="newcomb", compare="diff"
        )
        assert change.difference.low == pytest.approx(low, abs=1e-9)
        assert change.difference.high == pytest.approx(high, abs=1e-9)


def test_no_answer_stands_outside_the_holm_family(survey):
    changes = {item.option.id: item for item in c.wave_changes(survey, "education")}
    assert changes["no_answer"].p_holm == changes["no_answer"].p
    assert all(item.p_holm >= item.p for item in changes.values())


def test_education_without_no_answers(survey):
    none = next(x for x in c.wave_changes(survey, "education") if x.option.id == "none")
    before, after = 61.8 / (100 - 2.2), 55.1 / (100 - 5.8)
    assert none.answered == pytest.approx(after - before, abs=5e-4)
    assert none.bounds.low <= none.difference.estimate <= none.bounds.high
    assert none.bounds.low == pytest.approx(0.551 - 0.64, abs=2e-3)
    assert none.bounds.high == pytest.approx(0.609 - 0.618, abs=2e-3)


def test_any_incident_is_what_none_and_silence_leave(survey):
    incidents = survey.answers("incidents")
    counts = c.any_of(incidents)
    middle = 100 * counts.middle / incidents[0].n
    assert middle == pytest.approx(100 - 84.3 - 10.6, abs=0.1)
    with pytest.raises(UnknownName, match="none_of_these"):
        c.any_of(survey.answers("device_use"))


def test_ranked_leaves_no_answer_out_and_keeps_ties_in_order(survey):
    order = c.ranked(survey.answers("no_investment_reasons", group="sme_101"))
    assert order[0].option.id == "other"
    assert [item.option.id for item in order if item.percent == order[1].percent] == [
        "cost_benefit", "where_to_start", "no_need",
    ]  # fmt: skip
    assert all(item.option.role != "no_answer" for item in order)


def test_trend_over_sizes_agrees_with_the_chi_square_parts(survey):
    groups = ["small", "sme_100", "sme_101"]
    rows = [survey.answer("no_investment_reasons", "no_need", group=g) for g in groups]
    trend = c.group_trend(survey, "no_investment_reasons", "no_need", groups)
    table = [[row.counts.low for row in rows], [row.n - row.counts.low for row in rows]]
    # a linear trend can carry no more than the whole chi-square of the table
    assert trend.z**2 <= stats.chi2_contingency(table, correction=False).statistic + 1e-9
    assert trend.z < 0


def test_lead_is_wider_where_the_overlap_is_unknown(survey):
    first, second = c.ranked(survey.answers("services"))[:2]
    within = c.lead(first, second, exclusive=False)
    assert within.low < within.estimate < within.high
    assert within.estimate == pytest.approx(0.042, abs=5e-4)


def test_bounds_hold_the_published_share_and_the_answered_one(survey):
    for question in survey.questions:
        if not question.published:
            continue
        rows = survey.answers(question.id)
        for row in rows:
            if row.option.role == "no_answer":
                continue
            bounds = c.answer_bounds(row, rows)
            assert bounds.low - 5e-4 <= row.proportion <= bounds.high + 5e-4
            assert bounds.low - 1e-9 <= c.answered_share(row, rows) <= bounds.high + 1e-9
