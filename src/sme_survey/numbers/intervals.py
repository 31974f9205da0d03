"""Intervals for proportions and for differences of proportions.

Proportions are numbers from 0 to 1; differences run from -1 to 1 (a difference of 0.031 is 3.1
percentage points). Every function takes a count as a whole number or, where a printed percentage
leaves several counts possible, as a `CountRange`; the interval is then the envelope: it covers the
interval of each count in the range.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from sme_survey.numbers.counts import Count, base_size, count_within, exclusive_counts


@dataclass(frozen=True)
class Bounds:
    """Two ends, proportions, both included: what is possible, without a statement of confidence.

    Raises ValueError if an end is NaN or low > high.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"low must not exceed high, but they are {self.low} and {self.high}")

    @property
    def width(self) -> float:
        """high - low."""
        return self.high - self.low

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high


@dataclass(frozen=True)
class Interval(Bounds):
    """A confidence interval for a proportion; `confidence` is a proportion (0.95)."""

    confidence: float = 0.95


@dataclass(frozen=True)
class Difference:
    """A difference of two proportions, second minus first, with its confidence interval.

    Raises ValueError unless low <= estimate <= high.
    """

    estimate: float
    low: float
    high: float
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if not self.low <= self.estimate <= self.high:
            raise ValueError(
                "low, estimate and high must be in this order, but they are "
                f"{self.low}, {self.estimate} and {self.high}"
            )

    @property
    def width(self) -> float:
        """high - low."""
        return self.high - self.low

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high


def wilson(count: Count, n: int, confidence: float = 0.95) -> Interval:
    """Score interval for a proportion, without continuity correction (Wilson, 1927).

    count, n: respondents. Raises ValueError if n < 1, if count is outside 0 to n, or if confidence
    is not between 0 and 1.
    """
    n = base_size(n)
    counts = count_within(count, n)
    z = _z(confidence)
    return Interval(
        _score_limits(counts.low, n, z)[0], _score_limits(counts.high, n, z)[1], confidence
    )


def newcombe(
    count1: Count, n1: int, count2: Count, n2: int, confidence: float = 0.95
) -> Difference:
    """Difference p2 - p1 of two independent samples, hybrid score interval (Newcombe, 1998a).

    Method 10 of R. G. Newcombe, "Interval estimation for the difference between independent
    proportions", Statistics in Medicine 17 (1998), 873-890. For ranges of counts, the estimate is
    taken at their middles and the interval is the envelope.

    Raises ValueError if a base is below 1, a count is outside 0 to its base, or confidence is not
    between 0 and 1.
    """
    n1, n2 = base_size(n1, "n1"), base_size(n2, "n2")
    first, second = count_within(count1, n1, "count1"), count_within(count2, n2, "count2")
    z = _z(confidence)
    # Both limits rise with the second count and fall with the first: the ends give the envelope.
    low, _ = _hybrid(first.high, n1, second.low, n2, 0.0, z)
    _, high = _hybrid(first.low, n1, second.high, n2, 0.0, z)
    return _difference(second.middle / n2 - first.middle / n1, low, high, confidence)


def difference_within(
    count1: Count, count2: Count, n: int, exclusive: bool, confidence: float = 0.95
) -> Difference:
    """Difference p2 - p1 of two options of one question, asked of the same n respondents.

    Method 10 for paired proportions of R. G. Newcombe, "Improved confidence intervals for the
    difference between binomial proportions based on paired data", Statistics in Medicine 17 (1998),
    2635-2650: the hybrid score interval with the correlation phi of the two options, which depends
    on how many respondents chose both.

    exclusive=True (single answer): nobody chose both. exclusive=False (multiple answer): the report
    does not say how many did. The interval is widest where the fewest did (phi is least), so the
    overlap is set to its lower Frechet bound, max(0, count1 + count2 - n): the interval covers that
    of every possible overlap. Where the two counts add to n or less, both cases give the same
    interval. For ranges of counts, the estimate is taken at their middles and the interval is the
    envelope.

    Raises ValueError if n < 1, a count is outside 0 to n, confidence is not between 0 and 1, or
    exclusive counts add to more than n.
    """
    n = base_size(n)
    first, second = count_within(count1, n, "count1"), count_within(count2, n, "count2")
    if exclusive:
        first, second = exclusive_counts(first, second, n)
    z = _z(confidence)
    low = _paired_limits(first.high, second.low, n, z)[0]
    high = _paired_limits(first.low, second.high, n, z)[1]
    return _difference((second.middle - first.middle) / n, low, high, confidence)


def bounds_no_answer(count: Count, no_answer: Count, n: int) -> Bounds:
    """The proportion that chose an option, if those who gave no answer could have said anything.

    Worst-case bounds of Manski (1989): the low end takes none of the no-answers for the option, the
    high end all of them. They hold without any assumption on why no answer was given.

    count, no_answer, n: respondents (n includes the no-answers). Raises ValueError if n < 1, a
    count is outside 0 to n, or both add to more than n.
    """
    n = base_size(n)
    chosen, missing = count_within(count, n), count_within(no_answer, n, "no_answer")
    chosen, missing = exclusive_counts(chosen, missing, n, "count", "no_answer")
    return Bounds(chosen.low / n, min(n, chosen.high + missing.high) / n)


def among_answered(count: Count, no_answer: Count, n: int) -> float:
    """The proportion that chose an option among those who answered: count / (n - no_answer).

    Ranges enter with their middles. Raises ValueError as `bounds_no_answer` does, and if nobody
    answered.
    """
    n = base_size(n)
    chosen, missing = count_within(count, n), count_within(no_answer, n, "no_answer")
    chosen, missing = exclusive_counts(chosen, missing, n, "count", "no_answer")
    if missing.middle >= n:
        raise ValueError(f"no_answer must be below n = {n}, so that somebody answered")
    return min(1.0, chosen.middle / (n - missing.middle))


def _z(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _score_limits(count: int, n: int, z: float) -> tuple[float, float]:
    root = z * math.sqrt(z * z + 4 * count * (n - count) / n)
    scale = 2 * (n + z * z)
    p = count / n
    low = 0.0 if count == 0 else (2 * count + z * z - root) / scale
    high = 1.0 if count == n else (2 * count + z * z + root) / scale
    return min(max(low, 0.0), p), max(min(high, 1.0), p)


def _hybrid(
    count1: int, n1: int, count2: int, n2: int, phi: float, z: float
) -> tuple[float, float]:
    """Limits of p2 - p1 from the score limits of each, joined with correlation phi."""
    p1, p2 = count1 / n1, count2 / n2
    low1, high1 = _score_limits(count1, n1, z)
    low2, high2 = _score_limits(count2, n2, z)
    down = _joined(p2 - low2, high1 - p1, phi)
    up = _joined(high2 - p2, p1 - low1, phi)
    return max(-1.0, p2 - p1 - down), min(1.0, p2 - p1 + up)


def _joined(a: float, b: float, phi: float) -> float:
    return math.sqrt(max(0.0, a * a - 2 * phi * a * b + b * b))


def _paired_limits(count1: int, count2: int, n: int, z: float) -> tuple[float, float]:
    """Limits of p2 - p1 where as few respondents as possible chose both."""
    return _hybrid(count1, n, count2, n, _least_phi(count1, count2, n), z)


def _least_phi(count1: int, count2: int, n: int) -> float:
    """Newcombe's phi at the least overlap; 0 where an option was chosen by nobody or everybody.

    It is never positive there, so his correction for continuity does not arise.
    """
    margins = count1 * (n - count1) * count2 * (n - count2)
    if margins == 0:
        return 0.0
    both = max(0, count1 + count2 - n)
    # both * neither - only first * only second = both * n - count1 * count2
    return (both * n - count1 * count2) / math.sqrt(margins)


def _difference(estimate: float, low: float, high: float, confidence: float) -> Difference:
    return Difference(estimate, min(low, estimate), max(high, estimate), confidence)
