"""Representativity, weights and distance, held against numpy and first principles."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sme_survey.numbers import (
    chi_square,
    distance,
    impossible_share,
    kish_effect,
    possible_counts,
    representativity,
)


@st.composite
def mailing(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    sent = draw(st.lists(st.integers(1, 5000), min_size=1, max_size=16))
    responses = [draw(st.integers(0, most)) for most in sent]
    responses[0] = max(1, responses[0])
    return sent, responses


@st.composite
def two_cells(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    size = draw(st.integers(1, 16))
    cells = st.lists(st.integers(1, 5000), min_size=size, max_size=size)
    return draw(cells), draw(cells)


@given(mailing())
def test_r_indicator_firm_by_firm(cells: tuple[list[int], list[int]]) -> None:
    sent, responses = cells
    found = representativity(sent, responses)
    # one response propensity per questionnaire sent, as Schouten, Cobben and Bethlehem define it
    propensities = np.repeat(np.divide(responses, sent), sent)
    assert found.rate == pytest.approx(propensities.mean())
    assert found.r_indicator == pytest.approx(1 - 2 * propensities.std(), abs=1e-9)
    assert found.variation == pytest.approx(stats.variation(propensities), abs=1e-9)


@given(mailing(), st.integers(0, 2**32 - 1))
def test_no_answer_goes_beyond_the_most_bias(cells: tuple[list[int], list[int]], seed: int) -> None:
    sent, responses = cells
    found = representativity(sent, responses)
    shares = np.random.default_rng(seed).random(len(sent))  # who would say yes, by cell
    whole = np.average(shares, weights=sent)
    seen = np.average(shares, weights=responses)
    assert abs(seen - whole) <= found.most_bias(min(1.0, whole)) + 1e-9


def test_the_most_bias_is_reached_where_response_and_answer_go_together() -> None:
    found = representativity([100, 100], [30, 10])
    assert found.most_bias(0.5) == pytest.approx(30 / 40 - 0.5)  # one cell yes, the other no


@given(two_cells())
def test_kish_effect_firm_by_firm(cells: tuple[list[int], list[int]]) -> None:
    sample, population = cells
    weights = np.repeat(np.divide(population, sample), sample)
    effect = len(weights) * (weights**2).sum() / weights.sum() ** 2
    found = kish_effect(sample, population)
    assert found == pytest.approx(effect)
    assert found >= 1 - 1e-12
    assert kish_effect([3 * cell for cell in sample], population) == pytest.approx(found)


@given(two_cells(), st.integers(0, 2**32 - 1))
def test_distance_bounds_what_weighting_moves(
    cells: tuple[list[int], list[int]], seed: int
) -> None:
    sample, population = cells
    found = distance(sample, population)
    assert found == pytest.approx(
        np.abs(np.divide(sample, sum(sample)) - np.divide(population, sum(population))).sum() / 2
    )
    shares = np.random.default_rng(seed).random(len(sample))
    moved = np.average(shares, weights=population) - np.average(shares, weights=sample)
    assert abs(moved) <= found * np.ptp(shares) + 1e-12
    above = np.greater(np.divide(population, sum(population)), np.divide(sample, sum(sample)))
    reached = np.average(above, weights=population) - np.average(above, weights=sample)
    assert reached == pytest.approx(found)


@pytest.mark.parametrize("n", [1, 2, 27, 105, 111, 370, 862, 999, 1000, 1001, 1065, 4074])
def test_impossible_share_counts_what_possible_counts_refuses(n: int) -> None:
    refused = sum(possible_counts(Decimal(t) / 10, n) is None for t in range(1001))
    assert impossible_share(n) == pytest.approx(refused / 1001)
    if n >= 1000:
        assert impossible_share(n) == 0


@given(st.lists(st.lists(st.integers(1, 500), min_size=3, max_size=3), min_size=2, max_size=9))
def test_chi_square_against_scipy(table: list[list[int]]) -> None:
    expected = stats.chi2_contingency(table, correction=False)
    statistic, degrees = chi_square(table)
    assert statistic == pytest.approx(expected.statistic, abs=1e-9)
    assert degrees == expected.dof


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: representativity([10], [1, 2]), "one entry per cell"),
        (lambda: representativity([10, 5], [1, 6]), "cell 1 has 5 and 6"),
        (lambda: representativity([10], [0]), "must not all be 0"),
        (lambda: representativity([10], [5]).most_bias(1.2), "from 0 to 1, not 1.2"),
        (lambda: kish_effect([0, 5], [1, 1]), "somebody of each cell"),
        (lambda: kish_effect([1], [0]), "population must hold"),
        (lambda: distance([-1, 2], [1, 1]), "sample must hold"),
        (lambda: distance([], []), "lengths are 0 and 0"),
        (lambda: impossible_share(0), "n must be 1 or more"),
    ],
)
def test_wrong_arguments_are_named(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
