"""The numbers of the quality report, computed again with numpy and pandas from the CSV files."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import power_proportions_2indep

from sme_book.base.project import ROOT
from sme_survey import load
from sme_survey.judgement.comparisons import wave_changes
from sme_survey.judgement.quality import (
    check_power,
    measures_per_firm,
    standardised,
    unit_response,
    visible,
    visible_change,
    weightings,
)
from sme_survey.numbers import impossible_share, table_power

DATA = ROOT / "data"
SURVEY = load()


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv")


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    """Questionnaires, responses (from the percentages, without counts) and firms by group."""
    answers = read("answers").query("question_id == 'industry'")
    groups = read("industry_groups").merge(answers, on="option_id")
    came = groups.groupby("industry")["percent"].sum() / 100 * 4074
    sent = read("mailout").pivot_table(index="industry", columns="size", values="sent")
    frame = read("frame").groupby("industry")[["sme", "small"]].sum().add_prefix("frame_")
    return sent.drop("total").join(came.rename("came")).join(frame)


def test_unit_response_from_the_printed_percentages(cells: pd.DataFrame) -> None:
    found = unit_response(SURVEY)
    rates = np.repeat(cells["came"] / cells["total"], cells["total"])
    assert found.measure.r_indicator == pytest.approx(1 - 2 * rates.std(ddof=0), abs=5e-4)
    assert found.measure.variation == pytest.approx(stats.variation(rates), abs=5e-3)
    came = cells["came"].round()
    result = stats.chi2_contingency([came, cells["total"] - came], correction=False)
    assert found.statistic == pytest.approx(result.statistic, abs=1)
    assert found.degrees == result.dof == 8
    assert found.p < 1e-30


def test_weightings_from_the_files(cells: pd.DataFrame) -> None:
    known = cells.dropna()
    assert len(known) == 8
    two = [known["frame_small"], known["frame_sme"] - known["frame_small"]]
    target = np.concatenate(two) / np.sum(two)
    equal = np.concatenate([known["small"], known["sme"]])
    rate = np.concatenate([known["came"] / known["total"]] * 2)
    scenarios = {
        "industry": (known["came"].to_numpy(), (known["frame_sme"] / known["frame_sme"].sum())),
        "equal": (equal, target),
        "own_rate": (equal * rate, target),
    }
    for item in weightings(SURVEY):
        sample, goal = (np.asarray(part, float) for part in scenarios[item.id])
        sample = sample / sample.sum()
        weights = goal / sample
        effect = (sample * weights**2).sum() / (sample * weights).sum() ** 2
        assert item.cells == len(sample)
        assert item.effect == pytest.approx(effect, abs=2e-3)
        assert item.distance == pytest.approx(np.abs(sample - goal).sum() / 2, abs=1e-3)
        assert item.effective_n == pytest.approx(known["came"].sum() / effect, rel=5e-3)


def test_organisation_at_other_mixes(cells: pd.DataFrame) -> None:
    mailout, frame = standardised(SURVEY)
    assert mailout.small == pytest.approx(cells["small"].sum() / cells["total"].sum())
    assert frame.small == pytest.approx(cells["frame_small"].sum() / cells["frame_sme"].sum())
    for item in (mailout, frame):
        assert item.bounds.low == pytest.approx(
            np.dot([item.small, 1 - item.small], [0.322, 0.475])
        )
        assert item.bounds.high == pytest.approx(
            np.dot([item.small, 1 - item.small], [0.322, 0.714])
        )


def test_visible_differences_have_the_power_they_claim() -> None:
    for item in visible(4215, 4074, tests=32):
        for found, level in ((item.alone, 0.05), (item.first, 0.05 / 32)):
            assert found is not None
            chance = power_proportions_2indep(
                found, item.proportion, 4074, ratio=4215 / 4074, alpha=level, return_results=False
            )
            assert chance == pytest.approx(0.8, abs=1e-3)


def test_a_change_is_held_against_its_own_family() -> None:
    changes = wave_changes(SURVEY, "education")
    family = [item for item in changes if item.option.role != "no_answer"]
    none = next(item for item in changes if item.option.id == "none")
    found = visible_change(none)
    assert found == visible(4215, 4074, len(family), [none.before.proportion])[0].first


def fits(counts: np.ndarray, percents: list[float]) -> bool:
    return bool(np.all(np.abs(100 * counts / counts.sum() - percents) <= 0.05 + 1e-9))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=2, max_size=3).filter(any))
def test_table_power_by_trying_every_set_of_firms(counts: list[int]) -> None:
    n = sum(counts)
    percents = [Decimal(round(1000 * count / n)) / 10 for count in counts]
    found = table_power(percents, n, "single")
    every = [
        np.array(parts)
        for parts in np.ndindex(*[n + 1] * len(counts))
        if sum(parts) == n
    ]  # fmt: skip
    caught = tried = 0
    for place, percent in enumerate(percents):
        for digit in range(10):
            wrong = (10 * int(percent) + digit) / 10
            if wrong == float(percent) or wrong > 100:
                continue
            tried += 1
            table = [float(item) for item in percents]
            table[place] = wrong
            caught += not any(fits(firms, table) for firms in every)
    assert (found.tried, found.caught) == (tried, caught)


def test_power_of_the_published_tables() -> None:
    items = check_power(SURVEY)
    assert sum(item.power.tried for item in items) == 9 * len(SURVEY.all_answers)
    for item in items:
        assert item.power.whole <= item.power.caught <= item.power.tried
        assert item.impossible == impossible_share(item.power.n)
        if item.power.n >= 1000:
            assert item.power.whole == 0
        # the percentages printed are no special ones: what nine digits show is near what all do
        assert item.power.whole_percent == pytest.approx(100 * item.impossible, abs=12)
        if item.question.answer_type == "multiple":
            assert item.power.caught == item.power.whole


def test_wrong_tables_are_named() -> None:
    with pytest.raises(ValueError, match="at least one percentage"):
        table_power([], 10, "single")
    with pytest.raises(ValueError, match="n must be 1 or more"):
        table_power([Decimal("50.0")], 0, "single")


@pytest.mark.parametrize("wave", [2016, 2021])
def test_measures_per_firm_from_the_printed_percentages(wave: int) -> None:
    options = read("options").query("question_id == 'measures'").set_index("option_id")["role"]
    answers = read("answers").query("question_id == 'measures' and wave == @wave")
    shares = answers.set_index("option_id")["percent"].groupby(options).sum() / 100
    everybody, answered, with_any = measures_per_firm(SURVEY, wave)
    total = shares["substantive"]
    assert everybody.mean == pytest.approx(total, abs=2e-3)
    assert answered.mean == pytest.approx(total / (1 - shares["no_answer"]), abs=3e-3)
    some = 1 - shares["no_answer"] - shares["none_of_these"]
    assert with_any.mean == pytest.approx(total / some, abs=5e-3)
    for item in (everybody, answered, with_any):
        assert item.low < item.mean < item.high
