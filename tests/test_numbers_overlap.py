"""The break-even overlap: just enough makes an order clear, one respondent less does not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import mcnemar

from sme_survey.numbers.counts import CountRange
from sme_survey.numbers.overlap import break_even_overlap


def p_at(k1: int, k2: int, both: int, n: int) -> float:
    table = [[both, k1 - both], [k2 - both, n - k1 - k2 + both]]
    return float(mcnemar(table, exact=False, correction=False).pvalue)


@given(st.data())
def test_the_overlap_is_the_least_that_is_enough(data):
    n = data.draw(st.integers(5, 400))
    k1, k2 = data.draw(st.integers(1, n)), data.draw(st.integers(1, n))
    found = break_even_overlap(k1, k2, n)
    least, most = max(0, k1 + k2 - n), min(k1, k2)
    seen = [both for both in range(least, most + 1) if k1 != k2 and p_at(k1, k2, both, n) < 0.05]
    assert found.most == most
    assert found.both == (min(seen) if seen else None)
    assert -1 <= found.phi <= 1


def test_independence_has_no_correlation():
    found = break_even_overlap(50, 30, 100)
    assert found.independent == 15
    assert found.independent_p == pytest.approx(p_at(50, 30, 15, 100))
    assert found.both is not None
    a, b = 50 * 50, 30 * 70
    assert found.phi == pytest.approx((100 * found.both - 1500) / math.sqrt(a * b))


def test_a_range_takes_what_its_worst_counts_need():
    alone = [break_even_overlap(count, 40, 200).both for count in (60, 61, 62)]
    assert break_even_overlap(CountRange(60, 62), 40, 200).both == max(alone)


def test_equal_counts_are_never_clear():
    assert break_even_overlap(20, 20, 100).both is None


@pytest.mark.parametrize(
    ("k1", "k2", "n", "level"), [(3, 2, 0, 0.05), (9, 2, 5, 0.05), (3, 2, 5, 1)]
)
def test_bad_numbers_are_refused(k1, k2, n, level):
    with pytest.raises(ValueError, match="must"):
        break_even_overlap(k1, k2, n, level)
