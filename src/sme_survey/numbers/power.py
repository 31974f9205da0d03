"""How small a difference a sample could have shown: the power of the tests of this floor.

Proportions and differences of proportions are numbers from 0 to 1 (0.031 is 3.1 percentage points).
A difference *could have been seen* if the two-sided test finds it with the chance `power` in
repeated samples; by default 80% at the 5% level, the convention of Cohen (1988).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from sme_survey.numbers.counts import (
    TENTHS,
    CountRange,
    Percent,
    Printing,
    base_size,
    count_ends,
    possible_counts,
    whole_number,
)

POWER = 0.8
LEVEL = 0.05
_HALVINGS = 60


def smallest_difference(
    proportion: float,
    n1: int,
    n2: int,
    *,
    power: float = POWER,
    level: float = LEVEL,
    tests: int = 1,
) -> float | None:
    """The smallest difference between two independent samples that their test could have shown.

    One sample of n1 respondents comes from firms of which `proportion` chose an option, the other,
    of n2, from firms of which `proportion` plus or minus the difference did. The test is the pooled
    z-test of `two_proportion_p`; its power follows J. L. Fleiss, B. Levin and M. C. Paik,
    Statistical Methods for Rates and Proportions, 3rd ed. (2003), section 4.2, without correction
    for continuity (a normal approximation: with few firms or shares near 0 and 1 it is rough).

    proportion: 0 to 1. n1, n2: respondents. power: chance to see the difference, from 0.5 to below
    1. level: two-sided, between 0 and 1. tests: size of the family where p-values are adjusted
    after Holm (1979); the smallest of them is then held against level / tests.

    Returns the difference as a proportion: the larger one, should the share be higher or lower in
    the second sample; that of the possible side where the other would leave 0 to 1; None where no
    difference at all could be seen.
    Raises ValueError if a base or tests is below 1, proportion is outside 0 to 1, or power or level
    is outside its range.
    """
    n1, n2 = base_size(n1, "n1"), base_size(n2, "n2")
    z_level, z_power = _quantiles(proportion, power, level, tests)
    whole = n1 + n2

    def seen(other: float) -> bool:
        pooled = (n1 * proportion + n2 * other) / whole
        same = math.sqrt(pooled * (1 - pooled) * whole / (n1 * n2))
        apart = math.sqrt(proportion * (1 - proportion) / n1 + other * (1 - other) / n2)
        return abs(other - proportion) >= z_level * same + z_power * apart

    return _smallest(proportion, (0.0, 1.0), seen)


def smallest_paired_difference(
    proportion: float,
    n: int,
    *,
    exclusive: bool,
    power: float = POWER,
    level: float = LEVEL,
    tests: int = 1,
) -> float | None:
    """The smallest difference between two options of one question that its test could have shown.

    The same n respondents answered both: `proportion` of the firms chose one option, `proportion`
    plus or minus the difference the other. The test is McNemar's as in `mcnemar_worst_p`; its power
    follows R. J. Connor, "Sample size for testing differences in proportions for the paired-sample
    design", Biometrics 43 (1987), 207-211.

    exclusive=True (single answer): nobody chose both. exclusive=False (multiple answer, overlap not
    published): as few chose both as possible, the least favourable case; where more did, a smaller
    difference could be seen.

    The other arguments, the result and the errors are those of `smallest_difference`.
    """
    n = base_size(n)
    z_level, z_power = _quantiles(proportion, power, level, tests)

    def seen(other: float) -> bool:
        difference = abs(other - proportion)
        one_only = proportion + other - 2 * max(0.0, proportion + other - 1)
        spread = math.sqrt(max(0.0, one_only - difference**2))
        return difference * math.sqrt(n) >= z_level * math.sqrt(one_only) + z_power * spread

    return _smallest(proportion, (0.0, 1 - proportion if exclusive else 1.0), seen)


@dataclass(frozen=True)
class TablePower:
    """Wrong last digits tried in one table, and how many its arithmetic betrays.

    A wrong digit is a percentage whose last digit is one of the nine others. ``whole``: betrayed
    because no whole number of respondents gives the percentage. ``caught``: that, or the counts of
    a single-answer question no longer add to the base.
    """

    n: int
    tried: int
    whole: int
    caught: int

    @property
    def whole_percent(self) -> float:
        """Betrayed by whole numbers of respondents alone, 0 to 100."""
        return 100 * self.whole / self.tried

    @property
    def caught_percent(self) -> float:
        """Betrayed by the table in all, 0 to 100."""
        return 100 * self.caught / self.tried


def table_power(
    percents: Sequence[Percent | None],
    n: int,
    answer_type: str,
    printing: Printing = TENTHS,
) -> TablePower:
    """Put every wrong last digit into a table, one at a time, and see whether it still fits.

    percents: all options of the table (0 to 100; None: not published). n: their base. answer_type:
    ``single`` or ``multiple``. An exact enumeration: nine wrong digits an option, fewer near 100.
    A percentage that is not attainable as it stands counts as any number where others are tried.
    Raises ValueError if there is no percentage below 100, or n is below 1.
    """
    anything = CountRange(0, base_size(n))
    ranges = [
        (possible_counts(item, n, printing) if item is not None else None) or anything
        for item in percents
    ]
    lows, highs = sum(item.low for item in ranges), sum(item.high for item in ranges)
    tried = whole = caught = 0
    for item, own in zip(percents, ranges, strict=True):
        if item is None:
            continue
        steps = printing.steps(item)
        for wrong in range(steps // 10 * 10, steps // 10 * 10 + 10):
            if wrong == steps or wrong > printing.whole:
                continue
            tried += 1
            low, high = count_ends(wrong, n, printing)
            alone = low > high
            # the table still fits if n lies between the sums of all low and of all high counts
            fits = lows - own.low + low <= n <= highs - own.high + high
            whole += alone
            caught += alone or (answer_type == "single" and not fits)
    if not tried:
        raise ValueError("percents must hold at least one percentage below 100, but none is")
    return TablePower(n, tried, whole, caught)


def _quantiles(proportion: float, power: float, level: float, tests: int) -> tuple[float, float]:
    """Standard normal quantiles of the level (two-sided, shared by the tests) and of the power."""
    if not 0 <= proportion <= 1:
        raise ValueError(f"proportion must lie from 0 to 1, not {proportion}")
    if not 0.5 <= power < 1:
        raise ValueError(f"power must be 0.5 or more and below 1, not {power}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    if whole_number(tests, "tests") < 1:
        raise ValueError(f"tests must be 1 or more, not {tests}")
    normal = NormalDist()
    return normal.inv_cdf(1 - level / (2 * tests)), normal.inv_cdf(power)


def _smallest(
    proportion: float, ends: tuple[float, float], seen: Callable[[float], bool]
) -> float | None:
    """The larger of the smallest differences seen towards each end, None if there is none."""
    found = []
    for end in ends:
        # Both spreads are concave in the difference and power is at least a half, so what is seen
        # at some distance is seen at every greater one.
        if end != proportion and seen(end):
            unseen, sure = proportion, end
            for _ in range(_HALVINGS):
                middle = (unseen + sure) / 2
                if seen(middle):
                    sure = middle
                else:
                    unseen = middle
            found.append(abs(sure - proportion))
    return max(found, default=None)
