"""Integer counts behind printed percentages, in exact integer arithmetic.

A report prints a percentage with a few decimals and the base n it was taken on. The answer behind
it is a whole number of respondents. The functions here say which whole numbers the print allows,
and how far the other answers of the same question narrow them. No float is used anywhere, so a
value that lies exactly on a rounding edge is never misjudged.

Percentages are numbers from 0 to 100. How they were printed is a `Printing`: one decimal, to the
nearest, unless something else is said. A *step* is one unit of the last decimal printed: with one
decimal, 12.3% is 123 steps (tenths), and all respondents are 1000.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from numbers import Integral
from typing import Literal, TypeAlias, get_args

Percent: TypeAlias = Decimal | str | int
"""A printed percentage (0 to 100). Floats are not taken: they do not hold what was printed."""

Rounding = Literal["nearest", "half_up", "half_even", "truncated", "unknown"]
ROUNDINGS: tuple[Rounding, ...] = get_args(Rounding)
MOST_DECIMALS = 2

_PLAIN_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def whole_number(value: object, name: str) -> int:
    """`value` as an int; ValueError, naming the argument, if it is no whole number."""
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise ValueError(f"{name} must be a whole number, not {value!r}") from None


def base_size(n: int, name: str = "n") -> int:
    """A base of respondents, 1 or more; ValueError, naming the argument, otherwise."""
    n = whole_number(n, name)
    if n < 1:
        raise ValueError(f"{name} must be 1 or more respondents, not {n}")
    return n


@dataclass(frozen=True)
class Printing:
    """How percentages were printed.

    decimals: 0 to 2. rounding: what was done with the rest: ``nearest`` (an exact half may have
    gone either way), ``half_up``, ``half_even``, ``truncated`` (cut off), or ``unknown`` (any of
    these). Raises ValueError for anything else.
    """

    decimals: int = 1
    rounding: Rounding = "nearest"

    def __post_init__(self) -> None:
        if not 0 <= whole_number(self.decimals, "decimals") <= MOST_DECIMALS:
            raise ValueError(f"decimals must be 0 to {MOST_DECIMALS}, not {self.decimals}")
        if self.rounding not in ROUNDINGS:
            known = ", ".join(ROUNDINGS)
            raise ValueError(f"rounding must be one of {known}, not {self.rounding!r}")

    @property
    def whole(self) -> int:
        """100% in steps of the last decimal: 100, 1000 or 10000."""
        return int(100 * 10**self.decimals)

    def steps(self, percent: Percent) -> int:
        """A percentage as a whole number of steps: "12.3" with one decimal gives 123.

        Raises ValueError for a float, for text that is not a plain decimal number, for NaN or
        infinity and for a number written with more decimals.
        """
        most = f"at most {('no', 'one', 'two')[self.decimals]} decimal{'s' * (self.decimals > 1)}"
        if isinstance(percent, str):
            if not _PLAIN_DECIMAL.fullmatch(percent):
                raise ValueError(f"percent must be a decimal number with {most}, not {percent!r}")
            percent = Decimal(percent)
        if isinstance(percent, Decimal):
            exponent = percent.as_tuple().exponent
            if not isinstance(exponent, int) or exponent < -self.decimals:
                raise ValueError(f"percent must be finite with {most}, not {percent}")
            return int(percent.scaleb(self.decimals))
        if isinstance(percent, float):
            raise ValueError(f"percent must be a Decimal, a str or an int, not {percent!r}")
        return int(10**self.decimals) * whole_number(percent, "percent")

    def window(self, steps: int) -> tuple[int, int, bool, bool]:
        """The values printed as `steps`: low and high end in half steps, and whether each is in."""
        low, high = 2 * steps - 1, 2 * steps + 1
        if self.rounding == "half_up":
            return low, high, True, False
        if self.rounding == "half_even":
            return low, high, steps % 2 == 0, steps % 2 == 0
        if self.rounding == "truncated":
            return 2 * steps, high + 1, True, False
        if self.rounding == "unknown":
            return low, high + 1, True, False
        return low, high, True, True


TENTHS = Printing()
"""One decimal, to the nearest: how the report of this survey prints."""


@dataclass(frozen=True)
class CountRange:
    """The whole numbers from `low` to `high`, both included (unit: respondents).

    Raises ValueError if an end is not a whole number, is negative, or if low > high.
    """

    low: int
    high: int

    def __post_init__(self) -> None:
        low, high = whole_number(self.low, "low"), whole_number(self.high, "high")
        if not 0 <= low <= high:
            raise ValueError(f"low and high must satisfy 0 <= low <= high, not {low} and {high}")
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)

    @classmethod
    def of(cls, count: Count) -> CountRange:
        """`count` itself if it is a range, else the range that holds only that whole number."""
        if isinstance(count, CountRange):
            return count
        return cls(whole_number(count, "count"), whole_number(count, "count"))

    @property
    def forced(self) -> int | None:
        """The only count of the range, or None if the range holds more than one."""
        return self.low if self.low == self.high else None

    @property
    def width(self) -> int:
        """high - low, in respondents: 0 where the count is forced."""
        return self.high - self.low

    @property
    def middle(self) -> float:
        """The mean of both ends, in respondents (may end in .5)."""
        return (self.low + self.high) / 2

    def __contains__(self, count: object) -> bool:
        return isinstance(count, Integral) and self.low <= int(count) <= self.high

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.low, self.high + 1))

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"


Count: TypeAlias = int | CountRange
"""A count of respondents: known exactly, or known to lie in a range."""


def tenths(percent: Percent) -> int:
    """A percentage with at most one decimal as a whole number of tenths: "12.3" gives 123.

    Raises ValueError as `Printing.steps` does.
    """
    return TENTHS.steps(percent)


def possible_counts(percent: Percent, n: int, printing: Printing = TENTHS) -> CountRange | None:
    """The counts k out of n whose percentage is printed as `percent`.

    Printed to the nearest tenth, a count is possible if 100 k / n lies at most 0.05 from `percent`,
    both edges included, so that the answer holds whichever way an exact half was rounded.

    percent: 0 to 100, with no more decimals than printing has. n: respondents, 1 or more.
    Returns None if no count out of n gives this percentage ("not attainable").
    Raises ValueError if percent or n is outside these ranges.
    """
    n = base_size(n)
    t = printing.steps(percent)
    if not 0 <= t <= printing.whole:
        raise ValueError(f"percent must lie from 0 to 100, not {percent}")
    low, high = count_ends(t, n, printing)
    return CountRange(low, high) if low <= high else None


def count_ends(steps: int, n: int, printing: Printing) -> tuple[int, int]:
    """Least and greatest count out of n printed as so many steps; least > greatest: there is none.

    As `possible_counts`, without its checks: steps from 0 to printing.whole, n of 1 or more.
    """
    # low <= 2 whole k / n <= high, ends in half steps; an end that is out moves by one unit
    first, last, first_in, last_in = printing.window(steps)
    divisor = 2 * printing.whole
    low = max(0, _ceil_div(first * n + (not first_in), divisor))
    return low, min(n, (last * n - (not last_in)) // divisor)


@lru_cache(maxsize=4096)
def impossible_share(n: int, printing: Printing = TENTHS) -> float:
    """Share of the percentages from 0 to 100 that no count out of n gives, a proportion.

    The power of `possible_counts` as a check: the chance that it notices a percentage written at
    random, as the GRIM test does with means (N. J. L. Brown and J. A. J. Heathers, Social
    Psychological and Personality Science 8 (2017), 363-369). With one decimal it is 0 from
    n = 1,000 on.

    Raises ValueError if n is below 1.
    """
    n = base_size(n)
    if n >= printing.whole:
        return 0.0
    # Counts lie more than a step apart, so no two print alike; an exact half may print as two.
    printed = n + 1
    if printing.rounding == "nearest":
        shared = math.gcd(printing.whole, n)
        printed += shared if n // shared % 2 == 0 else 0
    elif printing.rounding == "unknown":
        halves = [2 * printing.whole * k // n for k in range(n + 1)]
        printed = len({(half + up) // 2 for half in halves for up in (0, 1)})
    return 1 - printed / (printing.whole + 1)


def forced_counts(
    percents: Sequence[Percent], n: int, printing: Printing = TENTHS
) -> tuple[CountRange, ...] | None:
    """The counts of each option of a single-answer question, narrowed by their sum being n.

    Every respondent gave exactly one of the answers, so the counts add to n. Each range returned is
    exact: every count in it occurs in at least one set of counts that fits all the percentages, and
    no count outside does. An option's count is forced where `.forced` is not None.

    percents: all options of the question (0 to 100), no answer included.
    n: respondents. Returns one range per option in the same order, or None if no set of counts fits
    (a percentage is not attainable, or the counts cannot add to n).
    Raises ValueError as `possible_counts` does, and if percents is empty.
    """
    if not percents:
        raise ValueError("percents must hold at least one percentage, but it is empty")
    ranges = []
    for percent in percents:
        counts = possible_counts(percent, n, printing)
        if counts is None:
            return None
        ranges.append(counts)
    tightened = subset_sum_counts(CountRange(n, n), ranges)
    return None if tightened is None else tightened[1]


def subset_sum_counts(
    total: Count, parts: Sequence[Count]
) -> tuple[CountRange, tuple[CountRange, ...]] | None:
    """Narrow a total and its parts by the total being the sum of the parts.

    Serves where the report prints a sum of options ("very large or somewhat") next to the options.
    The ranges returned are exact: each count in them occurs in some set of counts that adds up.

    Returns (total, parts in the same order), or None if no choice of counts adds up.
    Raises ValueError if parts is empty or a count is negative.
    """
    if not parts:
        raise ValueError("parts must hold at least one count, but it is empty")
    whole = CountRange.of(total)
    ranges = [CountRange.of(part) for part in parts]
    lows, highs = sum(part.low for part in ranges), sum(part.high for part in ranges)
    low, high = max(whole.low, lows), min(whole.high, highs)
    if low > high:
        return None
    narrowed = tuple(
        CountRange(
            max(part.low, low - (highs - part.high)),
            min(part.high, high - (lows - part.low)),
        )
        for part in ranges
    )
    return CountRange(low, high), narrowed


def attainable_sum(
    options: int, n: int | None = None, printing: Printing = TENTHS
) -> tuple[int, int]:
    """Lowest and highest sum, in steps, of the printed percentages of a single-answer question.

    To the nearest tenth, each print is off by at most half a step, so `options` of them add to 1000
    tenths give or take options / 2; what is cut off can only be missing. With the base n known the
    range is narrower: the error of a print is a multiple of gcd(1000, n) / n tenths, and two prints
    on an odd base always add to 100.0.
    No sum outside the range can arise from rounding alone; whether one set of percentages can arise
    is answered exactly by `forced_counts`.

    Raises ValueError if options or n is below 1.
    """
    options = whole_number(options, "options")
    if options < 1:
        raise ValueError(f"options must be 1 or more, not {options}")
    # The errors possible (printed less exact), in parts of a step; without n as fine as they come.
    if n is None:
        parts, unit = 2 * options, 1
    else:
        parts = base_size(n)
        unit = math.gcd(printing.whole, parts)
    rounding = printing.rounding
    up = 0 if rounding == "truncated" else parts // 2 // unit * unit
    if rounding in ("truncated", "unknown"):
        down = (parts - 1) // unit * unit
    elif rounding == "half_up":
        down = (parts - 1) // 2 // unit * unit
    else:
        down = parts // 2 // unit * unit
    return printing.whole - options * down // parts, printing.whole + options * up // parts


def adds_up(percents: Sequence[Percent], n: int | None = None, printing: Printing = TENTHS) -> bool:
    """True if the printed percentages of a single-answer question add to 100 within rounding.

    percents: all options of the question. n: their base, if known; it narrows what passes.
    Raises ValueError if percents is empty or one of them has more decimals than printing.
    """
    low, high = attainable_sum(len(percents), n, printing)
    return low <= sum(printing.steps(percent) for percent in percents) <= high


def shared_bounds(a: Count, b: Count, n: int) -> CountRange:
    """How many respondents chose both of two options of a multiple-answer question.

    The bounds of Frechet (1951): at least a + b - n (or 0), at most the smaller of both. For counts
    known only as ranges, the bounds hold for every pair of counts in them.

    a, b, n: respondents. Raises ValueError if n < 1 or a count is outside 0 to n.
    """
    n = base_size(n)
    first, second = count_within(a, n, "a"), count_within(b, n, "b")
    return CountRange(max(0, first.low + second.low - n), min(first.high, second.high))


def count_within(count: Count, n: int, name: str = "count") -> CountRange:
    """`count` as a range, checked to lie from 0 to n; ValueError names the argument otherwise."""
    if isinstance(count, CountRange):
        low, high = count.low, count.high
    else:
        low = high = whole_number(count, name)
    if not 0 <= low <= high <= n:
        raise ValueError(f"{name} must lie from 0 to n = {n}, not {count}")
    return CountRange(low, high)


def exclusive_counts(
    first: CountRange, second: CountRange, n: int, name1: str = "count1", name2: str = "count2"
) -> tuple[CountRange, CountRange]:
    """Two counts of which no respondent is in both, narrowed by their sum being at most n.

    Raises ValueError, naming both arguments, if they add to more than n.
    """
    if first.low + second.low > n:
        raise ValueError(
            f"{name1} and {name2} exclude each other, so they must add to at most n = {n}, "
            f"not {first.low} + {second.low}"
        )
    return (
        CountRange(first.low, min(first.high, n - second.low)),
        CountRange(second.low, min(second.high, n - first.low)),
    )


def _ceil_div(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)
