"""What a sample could have shown, held against statsmodels, enumeration and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import power_proportions_2indep

from sme_survey.numbers import (
    mcnemar_worst_p,
    smallest_difference,
    smallest_paired_difference,
    two_proportion_p,
)

SIZES = st.integers(20, 5000)
POWERS = st.sampled_from([0.5, 0.8, 0.9])
FAMILIES = st.sampled_from([1, 2, 10, 32])


@given(st.floats(0.001, 0.999), SIZES, SIZES, POWERS, FAMILIES)
def test_power_at_the_difference_is_what_statsmodels_says(
    proportion: float, n1: int, n2: int, power: float, tests: int
) -> None:
    found = smallest_difference(proportion, n1, n2, power=power, tests=tests)

    def chance(other: float) -> float:
        # the chance to find a difference in its true direction; the other way is no finding
        other = min(1 - 1e-12, max(1e-12, other))
        result = power_proportions_2indep(
            other - proportion,
            proportion,
            n2,
            ratio=n1 / n2,
            alpha=0.05 / tests / 2,
            alternative="larger" if other > proportion else "smaller",
            return_results=False,
        )
        return float(result)

    if found is None:
        assert chance(0.0) < power
        assert chance(1.0) < power
        return
    inside = [
        other for other in (proportion - found, proportion + found) if -1e-9 <= other <= 1 + 1e-9
    ]
    # just seen on one side, and seen on the other where anything could be seen there
    assert min(abs(chance(other) - power) for other in inside) < 1e-4
    for end in (0.0, 1.0):
        if abs(end - proportion) >= found:
            other = proportion + found * (1 if end else -1)
            assert chance(other) > power - 1e-4


def exact_power(p1: float, n1: int, p2: float, n2: int, level: float) -> float:
    """The chance that `two_proportion_p` stays below the level, over every pair of counts."""
    first, second = (stats.binom.pmf(np.arange(n + 1), n, p) for n, p in ((n1, p1), (n2, p2)))
    return float(
        sum(
            first[k1] * second[k2]
            for k1 in np.flatnonzero(first > 1e-9)
            for k2 in np.flatnonzero(second > 1e-9)
            if two_proportion_p(int(k1), n1, int(k2), n2) < level
        )
    )


@pytest.mark.parametrize(
    ("proportion", "n1", "n2", "tests"),
    [(0.5, 200, 150, 1), (0.2, 250, 250, 1), (0.3, 120, 370, 3), (0.5, 27, 370, 1)],
)
def test_power_by_enumeration_of_all_counts(
    proportion: float, n1: int, n2: int, tests: int
) -> None:
    found = smallest_difference(proportion, n1, n2, tests=tests)
    assert found is not None
    chance = exact_power(proportion, n1, proportion + found, n2, 0.05 / tests)
    assert chance == pytest.approx(0.8, abs=0.04)


def test_known_differences_of_the_two_surveys() -> None:
    # R, power.prop.test(n = 4000, p1 = .5, power = .8): p2 = 0.5313 (equal bases, one formula)
    assert smallest_difference(0.5, 4000, 4000) == pytest.approx(0.0313, abs=5e-5)
    assert smallest_difference(0.5, 4215, 4074) == pytest.approx(0.0308, abs=5e-5)


@given(st.floats(0, 1), SIZES, SIZES)
def test_more_firms_show_less_and_families_need_more(proportion: float, n1: int, n2: int) -> None:
    found = smallest_difference(proportion, n1, n2)
    twice = smallest_difference(proportion, 2 * n1, 2 * n2)
    family = smallest_difference(proportion, n1, n2, tests=10)
    assert found is not None
    assert twice is not None
    # near 0 and 1 a larger sample may see on a second side too, which counts then
    if found <= min(proportion, 1 - proportion):
        assert twice < found
        assert family is None or family > found
    assert smallest_difference(1 - proportion, n1, n2) == pytest.approx(found, rel=1e-6, abs=1e-9)


def test_nothing_can_be_seen_in_a_handful() -> None:
    assert smallest_difference(0.5, 3, 3) is None
    assert smallest_paired_difference(0.5, 3, exclusive=True) is None


@pytest.mark.parametrize(
    ("proportion", "n", "exclusive"), [(0.3, 300, True), (0.2, 500, True), (0.7, 300, False)]
)
def test_paired_power_by_simulation(proportion: float, n: int, exclusive: bool) -> None:
    found = smallest_paired_difference(proportion, n, exclusive=exclusive)
    assert found is not None
    # the harder side is the one with more firms that chose one option only
    other = proportion + found if exclusive else proportion - found
    both = 0.0 if exclusive else max(0.0, proportion + other - 1)
    cells = [proportion - both, other - both, both, 1 - proportion - other + both]
    draws = np.random.default_rng(2021).multinomial(n, np.maximum(cells, 0), size=4000)
    one, two = draws[:, 0], draws[:, 1]
    z = (two - one) / np.sqrt(one + two)
    assert np.mean(np.abs(z) > stats.norm.ppf(0.975)) == pytest.approx(0.8, abs=0.03)
    first = draws[0]
    p = mcnemar_worst_p(int(first[0] + first[2]), int(first[1] + first[2]), n, exclusive)
    assert p == pytest.approx(2 * stats.norm.sf(abs(z[0])), abs=1e-9)


@settings(max_examples=50)
@given(st.floats(0.01, 0.49), SIZES)
def test_the_least_overlap_is_the_exclusive_case_while_both_fit(proportion: float, n: int) -> None:
    exclusive = smallest_paired_difference(proportion, n, exclusive=True)
    overlap = smallest_paired_difference(proportion, n, exclusive=False)
    assert overlap is not None
    if 2 * proportion + overlap <= 1:
        assert overlap == pytest.approx(exclusive, rel=1e-9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"proportion": 1.5}, "proportion must lie from 0 to 1, not 1.5"),
        ({"n1": 0}, "n1 must be 1 or more respondents, not 0"),
        ({"power": 0.4}, "power must be 0.5 or more and below 1, not 0.4"),
        ({"power": 1}, "power must be 0.5 or more and below 1, not 1"),
        ({"level": 0}, "level must lie between 0 and 1, not 0"),
        ({"tests": 0}, "tests must be 1 or more, not 0"),
        ({"tests": 1.5}, "tests must be a whole number, not 1.5"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, float], message: str) -> None:
    given_values = {"proportion": 0.5, "n1": 100, "n2": 100, **arguments}
    with pytest.raises(ValueError, match=message.replace(".", r"\.")):
        smallest_difference(**given_values)  # type: ignore[arg-type]
