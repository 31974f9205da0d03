"""Intervals held against statsmodels, published examples, and properties."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from sme_survey.numbers import (
    Bounds,
    CountRange,
    Difference,
    Interval,
    among_answered,
    bounds_no_answer,
    difference_within,
    newcombe,
    shared_bounds,
    wilson,
)

confidences = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])


@st.composite
def count_of_n(draw: st.DrawFn, most: int = 5000) -> tuple[int, int]:
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


@st.composite
def range_of_n(draw: st.DrawFn, most: int = 60) -> tuple[CountRange, int]:
    n = draw(st.integers(1, most))
    low = draw(st.integers(0, n))
    return CountRange(low, draw(st.integers(low, min(n, low + 5)))), n


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


# wilson


@given(count_of_n(), confidences)
def test_wilson_against_statsmodels(pair: tuple[int, int], confidence: float) -> None:
    count, n = pair
    interval = wilson(count, n, confidence)
    low, high = proportion_confint(count, n, alpha=1 - confidence, method="wilson")
    assert interval.low == pytest.approx(low, rel=1e-9, abs=1e-12)
    assert interval.high == pytest.approx(high, rel=1e-9, abs=1e-12)
    assert interval.confidence == confidence


@given(count_of_n(), confidences)
def test_wilson_properties(pair: tuple[int, int], confidence: float) -> None:
    count, n = pair
    interval = wilson(count, n, confidence)
    assert 0 <= interval.low <= count / n <= interval.high <= 1
    assert count / n in interval
    mirrored = wilson(n - count, n, confidence)
    assert close(mirrored.low, 1 - interval.high)
    assert close(mirrored.high, 1 - interval.low)
    if count < n:
        following = wilson(count + 1, n, confidence)
        assert following.low > interval.low
        assert following.high > interval.high


def test_wilson_edges() -> None:
    none, every = wilson(0, 20), wilson(20, 20)
    assert none.low == 0.0
    assert 0 < none.high < 0.2
    assert every.high == 1.0
    assert 0.8 < every.low < 1
    # Newcombe (1998), two-sided intervals for a single proportion, table I, method 3
    published = wilson(81, 263)
    assert (round(published.low, 4), round(published.high, 4)) == (0.2553, 0.3662)


@given(range_of_n())
def test_wilson_of_a_range_is_the_envelope(pair: tuple[CountRange, int]) -> None:
    counts, n = pair
    each = [wilson(count, n) for count in counts]
    assert wilson(counts, n) == Interval(
        min(one.low for one in each), max(one.high for one in each), 0.95
    )


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((5, 4), "count"),
        ((-1, 4), "count"),
        ((CountRange(3, 5), 4), "count"),
        ((0.5, 4), "count"),
        ((0, 0), "n"),
        ((1, 4, 1.0), "confidence"),
        ((1, 4, 0.0), "confidence"),
        ((1, 4, 95), "confidence"),
        ((1, 4, math.nan), "confidence"),
    ],
)
def test_wilson_refuses(arguments: tuple[object, ...], named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named} must"):
        wilson(*arguments)  # type: ignore[arg-type]


# newcombe


@given(count_of_n(), count_of_n(), confidences)
def test_newcombe_against_statsmodels(
    first: tuple[int, int], second: tuple[int, int], confidence: float
) -> None:
    found = newcombe(*first, *second, confidence)
    low, high = confint_proportions_2indep(
        *second, *first, method="newcomb", compare="diff", alpha=1 - confidence
    )
    assert found.low == pytest.approx(low, rel=1e-9, abs=1e-9)
    assert found.high == pytest.approx(high, rel=1e-9, abs=1e-9)
    assert found.estimate == second[0] / second[1] - first[0] / first[1]


def test_newcombe_published() -> None:
    """Newcombe (1998), table II: 56/70 - 48/80 and 9/10 - 3/10, method 10."""
    found = newcombe(48, 80, 56, 70)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    found = newcombe(3, 10, 9, 10)
    assert (round(found.low, 4), round(found.high, 4)) == (0.1705, 0.8090)


@given(count_of_n(), count_of_n())
def test_newcombe_properties(first: tuple[int, int], second: tuple[int, int]) -> None:
    found, turned = newcombe(*first, *second), newcombe(*second, *first)
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    assert close(found.low, -turned.high)
    assert close(found.high, -turned.low)


@given(range_of_n(), range_of_n())
def test_newcombe_of_ranges_is_the_envelope(
    first: tuple[CountRange, int], second: tuple[CountRange, int]
) -> None:
    found = newcombe(*first, *second)
    each = [newcombe(i, first[1], j, second[1]) for i in first[0] for j in second[0]]
    assert close(found.low, min(one.low for one in each))
    assert close(found.high, max(one.high for one in each))


def test_newcombe_refuses() -> None:
    for arguments, named in (
        ((5, 4, 1, 4), "count1"),
        ((1, 4, 5, 4), "count2"),
        ((0, 0, 1, 4), "n1"),
        ((1, 4, 0, 0), "n2"),
    ):
        with pytest.raises(ValueError, match=f"^{named} must"):
            newcombe(*arguments)


# difference_within


def paired(count1: int, count2: int, both: int, n: int, confidence: float) -> tuple[float, float]:
    """Newcombe's method 10 for pairs, written from the paper on statsmodels' score limits."""
    p1, p2 = count1 / n, count2 / n
    low1, high1 = proportion_confint(count1, n, alpha=1 - confidence, method="wilson")
    low2, high2 = proportion_confint(count2, n, alpha=1 - confidence, method="wilson")
    only1, only2 = count1 - both, count2 - both
    neither = n - both - only1 - only2
    margins = count1 * (n - count1) * count2 * (n - count2)
    cross = both * neither - only1 * only2
    if cross > 0:
        cross = max(cross - n / 2, 0)
    phi = cross / math.sqrt(margins) if margins else 0.0
    below, above = (p2 - low2, high1 - p1), (high2 - p2, p1 - low1)
    widths = [math.sqrt(max(0.0, a * a - 2 * phi * a * b + b * b)) for a, b in (below, above)]
    return max(-1.0, p2 - p1 - widths[0]), min(1.0, p2 - p1 + widths[1])


@st.composite
def two_of_n(draw: st.DrawFn, most: int = 200) -> tuple[int, int, int]:
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), draw(st.integers(0, n)), n


@given(two_of_n(), confidences)
def test_difference_within_covers_every_overlap(
    counts: tuple[int, int, int], confidence: float
) -> None:
    count1, count2, n = counts
    found = difference_within(count1, count2, n, False, confidence)
    each = [paired(count1, count2, both, n, confidence) for both in shared_bounds(*counts)]
    assert found.low == pytest.approx(min(low for low, _ in each), rel=1e-9, abs=1e-9)
    assert found.high == pytest.approx(max(high for _, high in each), rel=1e-9, abs=1e-9)


@given(two_of_n(), confidences)
def test_difference_within_properties(counts: tuple[int, int, int], confidence: float) -> None:
    count1, count2, n = counts
    found = difference_within(count1, count2, n, False, confidence)
    turned = difference_within(count2, count1, n, False, confidence)
    assert -1 <= found.low <= found.estimate <= found.high <= 1
    assert close(found.low, -turned.high)
    assert close(found.high, -turned.low)
    if count1 + count2 <= n:
        assert difference_within(count1, count2, n, True, confidence) == found
    else:
        with pytest.raises(ValueError, match=r"^count1 and count2 exclude each other"):
            difference_within(count1, count2, n, True, confidence)
    if count1 == count2:
        assert 0 in found


def test_difference_within_published() -> None:
    """Newcombe (1998b), cells 36, 12, 2, 0: the overlap is the least that the margins allow."""
    found = difference_within(38, 48, 50, False)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0569, 0.3404)


@given(range_of_n(40), st.data(), st.booleans())
def test_difference_within_of_ranges_is_the_envelope(
    first: tuple[CountRange, int], data: st.DataObject, exclusive: bool
) -> None:
    counts1, n = first
    low = data.draw(st.integers(0, n - counts1.low if exclusive else n))
    counts2 = CountRange(low, data.draw(st.integers(low, min(n, low + 5))))
    found = difference_within(counts1, counts2, n, exclusive)
    each = [
        difference_within(i, j, n, exclusive)
        for i in counts1
        for j in counts2
        if not exclusive or i + j <= n
    ]
    assert close(found.low, min(one.low for one in each))
    assert close(found.high, max(one.high for one in each))


def test_difference_within_keeps_its_confidence() -> None:
    """Exact coverage over all multinomial samples of 60, exclusive options, at three truths."""
    n = 60
    within = {
        (i, j): difference_within(i, j, n, True) for i in range(n + 1) for j in range(n + 1 - i)
    }
    for p1, p2 in ((0.1, 0.15), (0.3, 0.3), (0.5, 0.2)):
        truth = stats.multinomial(n, [p1, p2, 1 - p1 - p2])
        cells = [(i, j, n - i - j) for (i, j), found in within.items() if p2 - p1 in found]
        assert 0.94 < truth.pmf(cells).sum() < 0.985


def test_difference_within_refuses() -> None:
    for arguments, named in (((5, 1, 4, False), "count1"), ((1, 5, 4, False), "count2")):
        with pytest.raises(ValueError, match=f"^{named} must"):
            difference_within(*arguments)
    with pytest.raises(ValueError, match=r"^n must"):
        difference_within(0, 0, 0, True)


# no answers


def test_bounds_no_answer() -> None:
    assert bounds_no_answer(30, 10, 100) == Bounds(0.3, 0.4)
    assert bounds_no_answer(CountRange(30, 32), CountRange(9, 10), 100) == Bounds(0.3, 0.42)
    assert bounds_no_answer(CountRange(90, 92), CountRange(8, 10), 100) == Bounds(0.9, 1.0)
    assert among_answered(30, 10, 100) == 30 / 90
    assert among_answered(0, 0, 1) == 0.0
    assert among_answered(1, 0, 1) == 1.0
    assert among_answered(CountRange(30, 32), CountRange(9, 11), 100) == 31 / 90
    for function in (bounds_no_answer, among_answered):
        with pytest.raises(ValueError, match=r"^count and no_answer exclude each other"):
            function(60, 50, 100)
        with pytest.raises(ValueError, match=r"^no_answer must"):
            function(0, 101, 100)
    with pytest.raises(ValueError, match=r"^no_answer must be below n"):
        among_answered(0, 5, 5)


@given(st.integers(1, 25), st.data())
def test_bounds_no_answer_by_enumeration(n: int, data: st.DataObject) -> None:
    missing = data.draw(st.integers(0, n))
    count = data.draw(st.integers(0, n - missing))
    bounds = bounds_no_answer(count, missing, n)
    possible = [(count + taken) / n for taken in range(missing + 1)]
    assert (bounds.low, bounds.high) == (min(possible), max(possible))
    if missing < n:
        assert among_answered(count, missing, n) in bounds


# the small classes


def test_bounds_and_intervals() -> None:
    interval = Interval(0.2, 0.4)
    assert interval.confidence == 0.95
    assert interval.width == pytest.approx(0.2)
    assert 0.2 in interval
    assert 0.4 in interval
    assert 0.41 not in interval
    assert "0.3" not in interval
    difference = Difference(0.1, 0.05, 0.2)
    assert difference.width == pytest.approx(0.15)
    assert 0.1 in difference
    for low, high in ((0.5, 0.4), (math.nan, 1.0)):
        with pytest.raises(ValueError, match=r"^low must"):
            Interval(low, high)
    with pytest.raises(ValueError, match=r"^low, estimate and high"):
        Difference(0.3, 0.0, 0.2)
