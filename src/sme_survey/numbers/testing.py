"""Significance tests on counts, with the standard library alone.

All p-values are two-sided, from 0 to 1. Where a test takes a `CountRange`, it returns the largest
p-value over the counts of the range: nothing is called significant that only one choice of counts
would support.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sme_survey.numbers.counts import Count, base_size, count_within, exclusive_counts, whole_number

_MOST_COMBINATIONS = 100_000


@dataclass(frozen=True)
class Trend:
    """Result of a trend test: `z` (positive: proportions rise with the score), two-sided `p`."""

    z: float
    p: float


def two_proportion_p(count1: Count, n1: int, count2: Count, n2: int) -> float:
    """Two-sided p-value that two independent samples share one proportion: pooled z-test.

    The z-test equals Pearson's (1900) chi-square test of the 2 x 2 table without correction. It is
    1.0 where nobody or everybody of both samples chose the option. For ranges of counts, the
    largest p-value.

    Raises ValueError if a base is below 1 or a count is outside 0 to its base.
    """
    n1, n2 = base_size(n1, "n1"), base_size(n2, "n2")
    first, second = count_within(count1, n1, "count1"), count_within(count2, n2, "count2")
    largest = 0.0
    for k1 in first:
        # |z| falls as k2 / n2 nears k1 / n1 from either side, so the two nearest counts decide.
        nearest = k1 * n2 // n1
        for k2 in (nearest, nearest + 1):
            k2 = min(max(k2, second.low), second.high)
            largest = max(largest, _pooled_z_p(k1, n1, k2, n2))
    return largest


def mcnemar_worst_p(count1: Count, count2: Count, n: int, exclusive: bool = False) -> float:
    """Two-sided p-value that two options of one question are equally common (McNemar, 1947).

    McNemar's z, (count2 - count1) / sqrt(respondents who chose exactly one of both), without
    correction. exclusive=True (single answer): nobody chose both. exclusive=False (multiple answer,
    overlap not published): the largest p-value over all possible overlaps, which is that of the
    lower Frechet bound. For ranges of counts, the largest p-value.

    Raises ValueError if n < 1, a count is outside 0 to n, or exclusive counts add to more than n.
    """
    n = base_size(n)
    first, second = count_within(count1, n, "count1"), count_within(count2, n, "count2")
    if exclusive:
        first, second = exclusive_counts(first, second, n)
    if first.low <= second.high and second.low <= first.high:
        return 1.0
    # |z| grows as either count moves away from the other, so the nearest two give the largest p
    k1, k2 = (first.high, second.low) if first.high < second.low else (first.low, second.high)
    one_only = k1 + k2 - 2 * max(0, k1 + k2 - n)
    return _two_sided((k2 - k1) / math.sqrt(one_only))


def exact_binomial_p(count: int, n: int, proportion: float = 0.5) -> float:
    """Exact two-sided binomial p-value: all outcomes no more likely than `count` (Clopper and
    Pearson's binomial model, 1934; ordering by likelihood).

    count, n: respondents. proportion: 0 to 1, under the hypothesis.
    Raises ValueError if n < 1, count is outside 0 to n, or proportion outside 0 to 1.
    """
    n = base_size(n)
    count = count_within(whole_number(count, "count"), n).low
    if not 0 <= proportion <= 1:
        raise ValueError(f"proportion must lie from 0 to 1, not {proportion}")
    if proportion in (0.0, 1.0):
        return 1.0 if count == n * proportion else 0.0
    log_p, log_q = math.log(proportion), math.log1p(-proportion)
    logs = [
        math.lgamma(n + 1)
        - math.lgamma(k + 1)
        - math.lgamma(n - k + 1)
        + k * log_p
        + (n - k) * log_q
        for k in range(n + 1)
    ]
    threshold = logs[count] + 1e-7
    return min(1.0, math.fsum(math.exp(value) for value in logs if value <= threshold))


def chi_square(table: Sequence[Sequence[int]]) -> tuple[float, int]:
    """Pearson's (1900) chi-square statistic of independence, uncorrected, and its degrees.

    table: rows x columns of counts, at least 2 x 2, all rows of one length.
    Raises ValueError if the table is smaller or ragged, a count is negative, or a row or column is
    empty (its expected counts would be zero).
    """
    rows = [[whole_number(cell, "a cell of table") for cell in row] for row in table]
    if len(rows) < 2 or len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("table must have at least 2 rows and 2 columns, all rows of one length")
    if any(cell < 0 for row in rows for cell in row):
        raise ValueError("table must hold counts of 0 or more")
    row_sums = [sum(row) for row in rows]
    column_sums = [sum(column) for column in zip(*rows, strict=True)]
    if 0 in row_sums or 0 in column_sums:
        raise ValueError("table must have no row and no column that holds only zeros")
    total = sum(row_sums)
    # (observed - expected)^2 / expected with whole numbers up to the one division
    statistic = math.fsum(
        (cell * total - r * c) ** 2 / (total * r * c)
        for row, r in zip(rows, row_sums, strict=True)
        for cell, c in zip(row, column_sums, strict=True)
    )
    return statistic, (len(row_sums) - 1) * (len(column_sums) - 1)


def chi_square_p(table: Sequence[Sequence[int]]) -> float:
    """P-value of the test of independence by `chi_square`; takes and raises the same."""
    return chi_square_tail(*chi_square(table))


def chi_square_tail(statistic: float, degrees: int) -> float:
    """Probability that a chi-square variable with `degrees` of freedom exceeds `statistic`.

    Raises ValueError if statistic is negative or NaN, or degrees below 1.
    """
    degrees = whole_number(degrees, "degrees")
    if not statistic >= 0:
        raise ValueError(f"statistic must be 0 or more, not {statistic}")
    if degrees < 1:
        raise ValueError(f"degrees must be 1 or more, not {degrees}")
    return _upper_gamma(degrees / 2, statistic / 2)


def holm(pvalues: Sequence[float]) -> tuple[float, ...]:
    """P-values adjusted for a family of tests, in input order (Holm, 1979).

    Comparing an adjusted p-value with alpha keeps the chance of any false rejection in the family
    at alpha or below, whatever the dependence of the tests. An empty family gives ().
    Raises ValueError if a p-value is outside 0 to 1 or NaN.
    """
    for position, p in enumerate(pvalues):
        if not 0 <= p <= 1:
            raise ValueError(f"pvalues must lie from 0 to 1, but number {position} is {p}")
    family = len(pvalues)
    adjusted = [0.0] * family
    running = 0.0
    for rank, index in enumerate(sorted(range(family), key=lambda i: pvalues[i])):
        running = max(running, min(1.0, (family - rank) * pvalues[index]))
        adjusted[index] = running
    return tuple(adjusted)


def cochran_armitage(
    successes: Sequence[Count], totals: Sequence[int], scores: Sequence[float] | None = None
) -> Trend:
    """Test for a linear trend of proportions over ordered groups (Cochran, 1954; Armitage, 1955).

    The variance is the binomial one (divisor N, not N - 1). z is positive if proportions rise with
    the score; it is 0 and p is 1 where the total leaves no room for a trend (all or none chose the
    option, or one score only). For ranges of counts, the result with the largest p-value.

    successes, totals: respondents, one per group, at least 2 groups. scores: one number per group,
    by default 0, 1, 2, ...
    Raises ValueError if the lengths differ, there are fewer than 2 groups, a total is below 1, a
    success count is outside 0 to its total, a score is not finite, or the ranges leave more than
    100,000 combinations of counts.
    """
    if scores is None:
        scores = range(len(totals))
    if not len(successes) == len(totals) == len(scores):
        raise ValueError(
            "successes, totals and scores must have one entry per group, but their lengths are "
            f"{len(successes)}, {len(totals)} and {len(scores)}"
        )
    if len(totals) < 2:
        raise ValueError(f"totals must hold at least 2 groups, not {len(totals)}")
    if not all(math.isfinite(score) for score in scores):
        raise ValueError("scores must be finite numbers")
    bases = [base_size(total, f"totals[{i}]") for i, total in enumerate(totals)]
    ranges = [
        count_within(count, base, f"successes[{i}]")
        for i, (count, base) in enumerate(zip(successes, bases, strict=True))
    ]
    if math.prod(counts.width + 1 for counts in ranges) > _MOST_COMBINATIONS:
        raise ValueError(
            f"successes must leave at most {_MOST_COMBINATIONS} combinations of counts"
        )
    whole = sum(bases)
    mean = math.fsum(n * s for n, s in zip(bases, scores, strict=True)) / whole
    centred = [score - mean for score in scores]
    spread = math.fsum(n * c * c for n, c in zip(bases, centred, strict=True))
    least: float | None = None
    for counts in itertools.product(*ranges):
        z = _trend_z(counts, centred, spread, whole)
        if least is None or abs(z) < abs(least):
            least = z
    assert least is not None
    return Trend(least, _two_sided(least))


def _trend_z(counts: Sequence[int], centred: Sequence[float], spread: float, whole: int) -> float:
    chosen = sum(counts)
    variance = chosen * (whole - chosen) / whole**2 * spread
    if variance <= 0:
        return 0.0
    return math.fsum(k * c for k, c in zip(counts, centred, strict=True)) / math.sqrt(variance)


def _pooled_z_p(k1: int, n1: int, k2: int, n2: int) -> float:
    chosen, whole = k1 + k2, n1 + n2
    if chosen in (0, whole):
        return 1.0
    difference = k2 * n1 - k1 * n2  # (p2 - p1) n1 n2, exact
    return _two_sided(difference * math.sqrt(whole / (chosen * (whole - chosen) * n1 * n2)))


def _two_sided(z: float) -> float:
    return math.erfc(abs(z) / math.sqrt(2))


def _upper_gamma(a: float, x: float) -> float:
    """Regularised upper incomplete gamma function Q(a, x), a > 0, x >= 0.

    Power series of P below x = a + 1, else the continued fraction of Q by Lentz's method (Press et
    al., Numerical Recipes, 3rd ed. 2007, section 6.2).
    """
    if x == 0:
        return 1.0
    if math.isinf(x):
        return 0.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        k = a
        while abs(term) > abs(total) * 1e-17:
            k += 1
            term *= x / k
            total += term
        return min(1.0, max(0.0, 1 - total * front))
    tiny = 1e-300
    b = x + 1 - a
    c = 1 / tiny
    d = 1 / b
    value = d
    for i in itertools.count(1):
        numerator = -i * (i - a)
        b += 2
        d = numerator * d + b
        d = 1 / (d if abs(d) > tiny else tiny)
        c = b + numerator / c
        c = c if abs(c) > tiny else tiny
        value *= d * c
        if abs(d * c - 1) < 1e-15 or i > 10_000:
            break
    return min(1.0, max(0.0, front * value))
