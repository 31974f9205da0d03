"""What unequal response and unequal chances do to a sample: representativity, weights, distance.

Cells are groups of firms that leave none out and none twice (industries, or industries by size).
Rates, shares and distances are proportions, from 0 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Representativity:
    """How evenly a mail-out was answered.

    rate: responses over questionnaires sent. spread: standard deviation of the cells' response
    rates, each cell weighted by what it was sent.
    """

    rate: float
    spread: float

    @property
    def r_indicator(self) -> float:
        """1 - 2 x spread: 1 where every cell answered alike, lower the more they differ."""
        return 1 - 2 * self.spread

    @property
    def variation(self) -> float:
        """Coefficient of variation of the response rates: spread over rate."""
        return self.spread / self.rate

    def most_bias(self, proportion: float) -> float:
        """The most by which a share could be off because cells answered unevenly.

        The variation times the standard deviation of the answer, sqrt(p (1 - p)): it is reached
        only if response and answer go hand in hand. proportion: 0 to 1; the result is one too.
        """
        if not 0 <= proportion <= 1:
            raise ValueError(f"proportion must lie from 0 to 1, not {proportion}")
        return self.variation * math.sqrt(proportion * (1 - proportion))


def representativity(sent: Sequence[int], responses: Sequence[float]) -> Representativity:
    """R-indicator and coefficient of variation of response rates over cells of a mail-out.

    B. Schouten, F. Cobben and J. Bethlehem, "Indicators for the representativeness of survey
    response", Survey Methodology 35 (2009), 101-113. The rates are taken as they are, without the
    correction for sampling of Shlomo, Skinner and Schouten (2012): it is far below 0.001 where
    cells were sent a thousand questionnaires and more.

    sent: questionnaires per cell, 1 or more. responses: responses per cell, 0 to what was sent.
    Raises ValueError if the lengths differ, there is no cell, a number is outside its range, or
    nobody responded.
    """
    _cells("sent", sent, "responses", responses)
    for number, (asked, came) in enumerate(zip(sent, responses, strict=True)):
        if asked < 1 or not 0 <= came <= asked:
            raise ValueError(
                f"sent must be 1 or more and responses from 0 to sent, but cell {number} has "
                f"{asked} and {came}"
            )
    whole = sum(sent)
    rate = math.fsum(responses) / whole
    if rate == 0:
        raise ValueError("responses must not all be 0")
    variance = math.fsum(
        asked * (came / asked - rate) ** 2 for asked, came in zip(sent, responses, strict=True)
    )
    return Representativity(rate, math.sqrt(variance / whole))


def kish_effect(sample: Sequence[float], population: Sequence[float]) -> float:
    """Design effect of weighting a sample to a population by cells, 1 or more.

    The factor by which unequal weights raise the variance of a share that does not depend on the
    cells: 1 + the squared coefficient of variation of the weights (L. Kish, "Weighting for unequal
    Pi", Journal of Official Statistics 8 (1992), 183-200). Sample size over it is the effective n.

    sample, population: firms per cell, or any numbers in proportion to them.
    Raises ValueError if the lengths differ, there is no cell, a number is negative, the population
    is empty, or the sample has nobody in a cell of the population.
    """
    _cells("sample", sample, "population", population)
    own, target = _shares("sample", sample), _shares("population", population)
    if any(t > 0 and s == 0 for s, t in zip(own, target, strict=True)):
        raise ValueError("sample must hold somebody of each cell of the population")
    return math.fsum(t * t / s for s, t in zip(own, target, strict=True) if t > 0)


def distance(sample: Sequence[float], population: Sequence[float]) -> float:
    """Share of the sample that would have to stand in other cells to match the population.

    Half the sum of the absolute differences of the shares (O. D. Duncan and B. Duncan, "A
    methodological analysis of segregation indexes", American Sociological Review 20 (1955),
    210-217). Weighting the sample to the population moves a total by at most this distance times
    the gap between the highest and the lowest cell.

    sample, population: firms per cell, or any numbers in proportion to them.
    Raises ValueError if the lengths differ, there is no cell, a number is negative, or one of both
    is empty.
    """
    _cells("sample", sample, "population", population)
    own, target = _shares("sample", sample), _shares("population", population)
    return math.fsum(abs(s - t) for s, t in zip(own, target, strict=True)) / 2


def _cells(name: str, first: Sequence[float], other: str, second: Sequence[float]) -> None:
    if not len(first) == len(second) or not first:
        raise ValueError(
            f"{name} and {other} must have one entry per cell, but their lengths are "
            f"{len(first)} and {len(second)}"
        )


def _shares(name: str, cells: Sequence[float]) -> list[float]:
    whole = math.fsum(cells)
    if min(cells) < 0 or not whole > 0:
        raise ValueError(f"{name} must hold numbers of 0 or more, not all of them 0")
    return [cell / whole for cell in cells]
