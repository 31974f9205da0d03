"""Tests of significance held against scipy, statsmodels, enumeration, and properties."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from sme_survey.numbers import (
    CountRange,
    Trend,
    chi_square_p,
    chi_square_tail,
    cochran_armitage,
    exact_binomial_p,
    holm,
    mcnemar_worst_p,
    shared_bounds,
    two_proportion_p,
)


@st.composite
def count_of_n(draw: st.DrawFn, most: int = 5000) -> tuple[int, int]:
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


@st.composite
def range_of_n(draw: st.DrawFn, most: int = 40) -> tuple[CountRange, int]:
    n = draw(st.integers(1, most))
    low = draw(st.integers(0, n))
    return CountRange(low, draw(st.integers(low, min(n, low + 4)))), n


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-15)


# two_proportion_p


@given(count_of_n(), count_of_n())
def test_two_proportions_against_statsmodels(
    first: tuple[int, int], second: tuple[int, int]
) -> None:
    (k1, n1), (k2, n2) = first, second
    found = two_proportion_p(k1, n1, k2, n2)
    assert found == two_proportion_p(k2, n2, k1, n1)
    if k1 + k2 in (0, n1 + n2):
        assert found == 1.0
    else:
        _, p = proportions_ztest([k1, k2], [n1, n2])
        assert found == pytest.approx(p, rel=1e-6, abs=1e-12)
        assert found == pytest.approx(chi_square_p([[k1, n1 - k1], [k2, n2 - k2]]), abs=1e-10)


@given(range_of_n(), range_of_n())
def test_two_proportions_of_ranges_give_the_largest_p(
    first: tuple[CountRange, int], second: tuple[CountRange, int]
) -> None:
    each = [two_proportion_p(i, first[1], j, second[1]) for i in first[0] for j in second[0]]
    assert two_proportion_p(*first, *second) == max(each)


def test_two_proportions_refuses() -> None:
    for arguments, named in (((5, 4, 1, 4), "count1"), ((1, 4, 5, 4), "count2")):
        with pytest.raises(ValueError, match=f"^{named} must"):
            two_proportion_p(*arguments)
    with pytest.raises(ValueError, match=r"^n2 must"):
        two_proportion_p(1, 4, 0, 0)


# mcnemar_worst_p


@given(st.integers(1, 60), st.data())
def test_mcnemar_is_the_largest_over_the_overlaps(n: int, data: st.DataObject) -> None:
    k1, k2 = data.draw(st.integers(0, n)), data.draw(st.integers(0, n))
    each = []
    for both in shared_bounds(k1, k2, n):
        table = [[both, k1 - both], [k2 - both, n - k1 - k2 + both]]
        if k1 == k2:
            each.append(1.0)
        else:
            each.append(statsmodels_mcnemar(table, exact=False, correction=False).pvalue)
    found = mcnemar_worst_p(k1, k2, n)
    assert found == near(max(each))
    if k1 + k2 <= n:
        assert mcnemar_worst_p(k1, k2, n, exclusive=True) == found
    else:
        with pytest.raises(ValueError, match=r"^count1 and count2 exclude each other"):
            mcnemar_worst_p(k1, k2, n, exclusive=True)


@given(range_of_n(), st.data(), st.booleans())
def test_mcnemar_of_ranges_gives_the_largest_p(
    first: tuple[CountRange, int], data: st.DataObject, exclusive: bool
) -> None:
    counts1, n = first
    low = data.draw(st.integers(0, n - counts1.low if exclusive else n))
    counts2 = CountRange(low, data.draw(st.integers(low, min(n, low + 4))))
    each = [
        mcnemar_worst_p(i, j, n, exclusive)
        for i in counts1
        for j in counts2
        if not exclusive or i + j <= n
    ]
    assert mcnemar_worst_p(counts1, counts2, n, exclusive) == max(each)


# exact_binomial_p


@given(count_of_n(400), st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.77, 1.0]))
def test_exact_binomial_against_scipy(pair: tuple[int, int], proportion: float) -> None:
    count, n = pair
    expected = stats.binomtest(count, n, proportion).pvalue
    assert exact_binomial_p(count, n, proportion) == pytest.approx(expected, rel=1e-7, abs=1e-12)


def test_exact_binomial_refuses() -> None:
    for arguments, named in (((5, 4), "count"), ((0, 0), "n"), ((1, 4, 1.5), "proportion")):
        with pytest.raises(ValueError, match=f"^{named} must"):
            exact_binomial_p(*arguments)


# chi-square


@given(
    st.integers(2, 5).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 900), min_size=width, max_size=width), min_size=2, max_size=5
        )
    )
)
def test_chi_square_against_scipy(table: list[list[int]]) -> None:
    array = np.array(table)
    if 0 in array.sum(axis=0) or 0 in array.sum(axis=1):
        with pytest.raises(ValueError, match=r"^table must have no row and no column"):
            chi_square_p(table)
        return
    expected = stats.chi2_contingency(array, correction=False).pvalue
    assert chi_square_p(table) == pytest.approx(expected, rel=1e-8, abs=1e-14)


@given(st.floats(0, 3000), st.integers(1, 200))
def test_chi_square_tail_against_scipy(statistic: float, degrees: int) -> None:
    expected = stats.chi2.sf(statistic, degrees)
    assert chi_square_tail(statistic, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-14)


def test_chi_square_tail_edges() -> None:
    assert chi_square_tail(0, 3) == 1.0
    assert chi_square_tail(math.inf, 3) == 0.0
    assert chi_square_tail(1e6, 1) == 0.0
    assert chi_square_tail(3.841458820694124, 1) == near(0.05)
    # Both sides of the switch from the series to the continued fraction, at a + 1
    for degrees in (1, 2, 33, 120):
        for statistic in (degrees + 2 - 1e-9, degrees + 2, degrees + 2 + 1e-9):
            assert chi_square_tail(statistic, degrees) == near(stats.chi2.sf(statistic, degrees))
    for statistic, degrees, named in (
        (-1, 1, "statistic"),
        (math.nan, 1, "statistic"),
        (1, 0, "degrees"),
    ):
        with pytest.raises(ValueError, match=f"^{named} must"):
            chi_square_tail(statistic, degrees)


@pytest.mark.parametrize(
    "table", [[], [[1, 2]], [[1], [2]], [[1, 2], [3]], [[1, 2], [3, -1]], [[1, 2], [3, 0.5]]]
)
def test_chi_square_refuses(table: list[list[int]]) -> None:
    with pytest.raises(ValueError, match=r"table must"):
        chi_square_p(table)


# holm

pvalues = st.lists(st.floats(0, 1) | st.sampled_from([0.0, 0.01, 0.02, 1.0]), max_size=40)


@given(pvalues.filter(bool))
@settings(max_examples=25)  # statsmodels collects garbage in every call
def test_holm_against_statsmodels(raw: list[float]) -> None:
    expected = multipletests(raw, method="holm")[1]
    assert holm(raw) == pytest.approx(tuple(expected), rel=1e-9, abs=1e-15)


@given(pvalues, st.randoms(use_true_random=False))
def test_holm_properties(raw: list[float], random: object) -> None:
    adjusted = holm(raw)
    assert all(p <= q <= 1 for p, q in zip(raw, adjusted, strict=True))
    for (p, q), (r, s) in itertools.combinations(zip(raw, adjusted, strict=True), 2):
        assert (q <= s) if p < r else (q >= s) if p > r else (q == s)
    order = list(range(len(raw)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert holm([raw[i] for i in order]) == tuple(adjusted[i] for i in order)


def test_holm_examples() -> None:
    assert holm([]) == ()
    assert holm([0.2]) == (0.2,)
    assert holm([0.04, 0.01, 0.03]) == pytest.approx((0.06, 0.03, 0.06))
    for raw in ([0.1, 1.1], [-0.1], [math.nan]):
        with pytest.raises(ValueError, match=r"^pvalues must"):
            holm(raw)


# cochran_armitage


@st.composite
def groups(draw: st.DrawFn) -> tuple[list[int], list[int], list[float]]:
    totals = draw(st.lists(st.integers(1, 900), min_size=2, max_size=6))
    successes = [draw(st.integers(0, total)) for total in totals]
    scores = draw(
        st.lists(st.integers(-9, 9), min_size=len(totals), max_size=len(totals), unique=True)
    )
    return successes, totals, [float(score) for score in scores]


@given(groups())
def test_cochran_armitage_against_statsmodels(
    drawn: tuple[list[int], list[int], list[float]],
) -> None:
    successes, totals, scores = drawn
    found = cochran_armitage(successes, totals, scores)
    whole = sum(totals)
    if sum(successes) in (0, whole):
        assert found == Trend(0.0, 1.0)
        return
    table = Table(np.array([[t - s, s] for s, t in zip(successes, totals, strict=True)]), False)
    oracle = table.test_ordinal_association(
        row_scores=np.array(scores), col_scores=np.array([0, 1])
    )
    # statsmodels conditions on the margins: divisor N - 1 in place of N
    assert found.z == pytest.approx(oracle.zscore * math.sqrt(whole / (whole - 1)), abs=1e-7)
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(found.z)), rel=1e-9, abs=1e-15)


@given(groups())
def test_cochran_armitage_is_a_part_of_chi_square(
    drawn: tuple[list[int], list[int], list[float]],
) -> None:
    """Cochran's decomposition: z^2 is at most the whole chi-square, and all of it in two groups."""
    successes, totals, scores = drawn
    if sum(successes) in (0, sum(totals)):
        return
    z = cochran_armitage(successes, totals, scores).z
    table = np.array([[s, t - s] for s, t in zip(successes, totals, strict=True)])
    whole = stats.chi2_contingency(table, correction=False).statistic
    assert z * z <= whole * (1 + 1e-9) + 1e-9
    if len(totals) == 2:
        assert z * z == pytest.approx(whole, rel=1e-9, abs=1e-9)


@given(groups(), st.floats(0.1, 10), st.floats(-10, 10))
def test_cochran_armitage_properties(
    drawn: tuple[list[int], list[int], list[float]], scale: float, shift: float
) -> None:
    successes, totals, scores = drawn
    z = cochran_armitage(successes, totals, scores).z
    moved = cochran_armitage(successes, totals, [scale * score + shift for score in scores]).z
    assert moved == pytest.approx(z, rel=1e-6, abs=1e-6)
    turned = cochran_armitage(successes, totals, [-score for score in scores]).z
    others = [t - s for s, t in zip(successes, totals, strict=True)]
    assert turned == pytest.approx(-z)
    assert cochran_armitage(others, totals, scores).z == (pytest.approx(-z, abs=1e-9))


def test_cochran_armitage_examples() -> None:
    assert cochran_armitage([1, 5, 9], [10, 10, 10]).z > 0
    assert cochran_armitage([9, 5, 1], [10, 10, 10]).z < 0
    assert cochran_armitage([1, 5, 9], [10, 10, 10]) == cochran_armitage(
        [1, 5, 9], [10, 10, 10], [0, 1, 2]
    )
    assert cochran_armitage([1, 5], [10, 10], [3, 3]) == Trend(0.0, 1.0)
    # R, prop.trend.test(c(83, 90, 129, 70), c(86, 93, 136, 82)): X-squared = 8.2249
    found = cochran_armitage([83, 90, 129, 70], [86, 93, 136, 82])
    assert round(found.z**2, 4) == 8.2249
    assert found.z < 0
    assert round(found.p, 6) == 0.004132


def test_cochran_armitage_of_ranges_gives_the_largest_p() -> None:
    ranges = [CountRange(3, 6), CountRange(4, 5), CountRange(8, 9)]
    totals = [20, 18, 25]
    each = [cochran_armitage(counts, totals) for counts in itertools.product(*ranges)]
    assert cochran_armitage(ranges, totals) == max(each, key=lambda trend: trend.p)


@pytest.mark.parametrize(
    ("successes", "totals", "scores", "named"),
    [
        ([1, 2], [3], None, "successes, totals and scores"),
        ([1, 2], [3, 3], [1], "successes, totals and scores"),
        ([1], [3], None, "totals"),
        ([1, 4], [3, 3], None, r"successes\[1\]"),
        ([1, 0], [3, 0], None, r"totals\[1\]"),
        ([1, 1], [3, 3], [0, math.inf], "scores"),
        ([CountRange(0, 999)] * 2, [999, 999], None, "successes"),
    ],
)
def test_cochran_armitage_refuses(
    successes: list[int], totals: list[int], scores: list[float] | None, named: str
) -> None:
    with pytest.raises(ValueError, match=f"^{named} must"):
        cochran_armitage(successes, totals, scores)
