"""How many respondents must have chosen both of two options for their order to be clear.

A multiple-answer chart does not print how many respondents chose both of two options, and the test
of their order depends on it: the more did, the fewer chose one alone, and the clearer a difference
is. Standard library alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from sme_survey.numbers.counts import Count, base_size, count_within


@dataclass(frozen=True)
class BreakEven:
    """The overlap at which an order becomes clear, and what independence would give.

    both: fewest respondents who must have chosen both options (None: no possible overlap is
    enough). most: how many can have chosen both. phi: the correlation at that overlap, -1 to 1 (at
    `most`, if none is enough). independent: how many would have chosen both if the answers were
    independent, rounded; independent_p: the two-sided p-value there.
    """

    both: int | None
    most: int
    phi: float
    independent: int
    independent_p: float


def break_even_overlap(count1: Count, count2: Count, n: int, level: float = 0.05) -> BreakEven:
    """The least overlap at which McNemar's (1947) test sees the order of two options.

    The test is that of `mcnemar_worst_p`: z = (count2 - count1) / sqrt(respondents who chose
    exactly one of both). For ranges of counts, the largest overlap that any of them needs.

    n: respondents. level: of the two-sided test, 0 to 1.
    Raises ValueError if n < 1, a count is outside 0 to n, or level is not between 0 and 1.
    """
    n = base_size(n)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    first, second = count_within(count1, n, "count1"), count_within(count2, n, "count2")
    limit = NormalDist().inv_cdf(1 - level / 2)
    need, pair, p = -1, (first.low, second.low), 0.0
    for k1 in first:
        for k2 in second:
            most = min(k1, k2)
            enough = math.ceil((k1 + k2 - ((k2 - k1) / limit) ** 2) / 2)
            enough = max(enough, k1 + k2 - n, 0)
            if k1 == k2 or enough > most:
                enough = n + 1
            if enough > need:
                need, pair = enough, (k1, k2)
            p = max(p, _p(k1, k2, round(k1 * k2 / n)))
    k1, k2 = pair
    both = need if need <= min(pair) else None
    phi = _phi(k1, k2, both if both is not None else min(pair), n)
    middle = round(first.middle * second.middle / n)
    return BreakEven(both, min(first.high, second.high), phi, middle, p)


def _p(k1: int, k2: int, both: int) -> float:
    one_only = k1 + k2 - 2 * both
    return 1.0 if k1 == k2 else math.erfc(abs(k2 - k1) / math.sqrt(2 * one_only))


def _phi(k1: int, k2: int, both: int, n: int) -> float:
    spread = k1 * (n - k1) * k2 * (n - k2)
    return (n * both - k1 * k2) / math.sqrt(spread) if spread else 0.0
