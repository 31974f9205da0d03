"""Counts behind printed percentages: exact edges, brute force, and properties."""

from __future__ import annotations

import itertools
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sme_survey.numbers import (
    CountRange,
    adds_up,
    attainable_sum,
    forced_counts,
    possible_counts,
    shared_bounds,
    subset_sum_counts,
    tenths,
)

ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN)
TENTH = Decimal("0.1")


def prints(count: int, n: int) -> set[Decimal]:
    """The percentages with one decimal that `count` of `n` may be printed as (exact division)."""
    whole, rest = divmod(100_000 * count, n)
    assert n < 10**6
    # One more digit than any edge needs, with a sticky last digit for a remainder.
    exact = Decimal(whole * 10 + (1 if rest else 0)).scaleb(-4)
    context = Context(prec=30)
    return {exact.quantize(TENTH, rounding=rounding, context=context) for rounding in ROUNDINGS}


@st.composite
def count_of_n(draw: st.DrawFn, most: int = 50_000) -> tuple[int, int]:
    n = draw(st.integers(1, most))
    return draw(st.integers(0, n)), n


@st.composite
def single_answer(draw: st.DrawFn, most: int = 6000) -> tuple[list[Decimal], list[int], int]:
    """Counts of a single-answer question and how they may be printed."""
    counts = draw(st.lists(st.integers(0, most // 4), min_size=1, max_size=4))
    if sum(counts) == 0:
        counts[0] = 1
    n = sum(counts)
    printed = [draw(st.sampled_from(sorted(prints(count, n)))) for count in counts]
    return printed, counts, n


small_range = st.tuples(st.integers(0, 6), st.integers(0, 4)).map(
    lambda pair: CountRange(pair[0], pair[0] + pair[1])
)


# tenths


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        ("12.3", 123),
        ("0.0", 0),
        ("100", 1000),
        ("-0.5", -5),
        (7, 70),
        (Decimal("99.9"), 999),
        (Decimal("1E+1"), 100),
    ],
)
def test_tenths(percent: Decimal | str | int, expected: int) -> None:
    assert tenths(percent) == expected


@pytest.mark.parametrize(
    "percent",
    [
        *(
            "12.34",
            "12.30",
            "",
            " 1.2",
            "1.2 ",
            "12.",
            ".5",
            "1_0",
            "１２.３",
            "1e1",
            "nan",
            "12,3",
        ),
        *(Decimal("12.30"), Decimal("NaN"), Decimal("Infinity"), 12.3, None),
    ],
)
def test_tenths_refuses(percent: object) -> None:
    with pytest.raises(ValueError, match=r"percent"):
        tenths(percent)  # type: ignore[arg-type]


# CountRange


def test_count_range() -> None:
    counts = CountRange(3, 5)
    assert list(counts) == [3, 4, 5]
    assert (counts.width, counts.middle, counts.forced, str(counts)) == (2, 4.0, None, "3-5")
    assert 3 in counts
    assert 5 in counts
    assert 2 not in counts
    assert 6 not in counts
    assert "3" not in counts
    assert 3.5 not in counts
    assert CountRange(7, 7).forced == 7
    assert CountRange(0, 0).forced == 0
    assert CountRange.of(4) == CountRange(4, 4)
    assert CountRange.of(counts) is counts
    assert len({CountRange(1, 2), CountRange(1, 2)}) == 1


@pytest.mark.parametrize(("low", "high"), [(3, 2), (-1, 2), (1.0, 2), (0, "2")])
def test_count_range_refuses(low: object, high: object) -> None:
    with pytest.raises(ValueError, match=r"low|high"):
        CountRange(low, high)  # type: ignore[arg-type]


# possible_counts


@pytest.mark.parametrize(
    ("percent", "n", "expected"),
    [
        ("12.3", 4074, CountRange(500, 503)),
        ("0.0", 4074, CountRange(0, 2)),
        ("100.0", 4074, CountRange(4072, 4074)),
        ("0.1", 4074, CountRange(3, 6)),
        ("33.3", 3, CountRange(1, 1)),
        ("33.4", 3, None),
        ("0.1", 499, None),  # 1 of 499 is 0.2004
        ("50", 1, None),
        # 49 of 400 is exactly 12.25: half-up prints 12.3, half-even 12.2
        ("12.3", 400, CountRange(49, 49)),
        ("12.2", 400, CountRange(49, 49)),
        # 1 of 2000 is exactly 0.05
        ("0.0", 2000, CountRange(0, 1)),
        ("0.1", 2000, CountRange(1, 3)),
        ("100", 2000, CountRange(1999, 2000)),
    ],
)
def test_possible_counts(percent: str, n: int, expected: CountRange | None) -> None:
    assert possible_counts(percent, n) == expected


@pytest.mark.parametrize(
    ("percent", "n", "named"),
    [("100.1", 10, "percent"), ("-0.1", 10, "percent"), ("1.0", 0, "n"), ("1.0", 2.5, "n")],
)
def test_possible_counts_refuses(percent: str, n: int, named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named} must"):
        possible_counts(percent, n)


@given(count_of_n())
def test_a_count_is_possible_for_each_of_its_prints(pair: tuple[int, int]) -> None:
    count, n = pair
    for percent in prints(count, n):
        counts = possible_counts(percent, n)
        assert counts is not None
        assert count in counts


@given(st.integers(0, 1000), st.integers(1, 50_000))
def test_possible_counts_are_those_and_only_those_printed_so(t: int, n: int) -> None:
    percent = Decimal(t).scaleb(-1)
    counts = possible_counts(percent, n)
    if counts is None:
        near = t * n // 1000
        candidates = {max(0, near - 1), near, min(n, near + 1)}
        assert all(percent not in prints(count, n) for count in candidates)
        return
    assert percent in prints(counts.low, n)
    assert percent in prints(counts.high, n)
    assert counts.low == 0 or percent not in prints(counts.low - 1, n)
    assert counts.high == n or percent not in prints(counts.high + 1, n)


def test_possible_counts_against_enumeration() -> None:
    for n in (1, 2, 3, 7, 8, 16, 40, 400, 1999, 2000):
        by_print: dict[Decimal, list[int]] = {}
        for count in range(n + 1):
            for percent in prints(count, n):
                by_print.setdefault(percent, []).append(count)
        for t in range(1001):
            percent = Decimal(t).scaleb(-1)
            counts = possible_counts(percent, n)
            assert ([] if counts is None else list(counts)) == by_print.get(percent, [])


# sums


def projection(
    total: CountRange, parts: list[CountRange]
) -> tuple[CountRange, tuple[CountRange, ...]] | None:
    """What `subset_sum_counts` must return, by trying every combination."""
    fits = [combination for combination in itertools.product(*parts) if sum(combination) in total]
    if not fits:
        return None
    sums = [sum(combination) for combination in fits]
    columns = list(zip(*fits, strict=True))
    return (
        CountRange(min(sums), max(sums)),
        tuple(CountRange(min(column), max(column)) for column in columns),
    )


@given(small_range, st.lists(small_range, min_size=1, max_size=4))
def test_subset_sum_counts_is_the_exact_projection(
    total: CountRange, parts: list[CountRange]
) -> None:
    assert subset_sum_counts(total, parts) == projection(total, parts)


@given(st.lists(small_range, min_size=1, max_size=4), st.data())
def test_every_count_of_a_projection_occurs(parts: list[CountRange], data: st.DataObject) -> None:
    highest = sum(part.high for part in parts)
    low = data.draw(st.integers(sum(part.low for part in parts), highest))
    total = CountRange(low, data.draw(st.integers(low, highest)))
    narrowed = subset_sum_counts(total, parts)
    assert narrowed is not None
    fits = [combination for combination in itertools.product(*parts) if sum(combination) in total]
    assert {sum(combination) for combination in fits} == set(narrowed[0])
    for column, part in zip(zip(*fits, strict=True), narrowed[1], strict=True):
        assert set(column) == set(part)


def test_subset_sum_counts_takes_plain_counts() -> None:
    narrowed = subset_sum_counts(10, [3, CountRange(0, 9)])
    assert narrowed == (CountRange(10, 10), (CountRange(3, 3), CountRange(7, 7)))
    assert subset_sum_counts(10, [3, CountRange(8, 9)]) is None
    with pytest.raises(ValueError, match=r"^parts must"):
        subset_sum_counts(10, [])


@given(single_answer())
def test_forced_counts_hold_the_true_composition(
    answers: tuple[list[Decimal], list[int], int],
) -> None:
    printed, counts, n = answers
    ranges = forced_counts(printed, n)
    assert ranges is not None
    assert all(count in found for count, found in zip(counts, ranges, strict=True))
    assert adds_up(printed, n)
    assert adds_up(printed)


@given(single_answer(), st.lists(st.integers(-2, 2), min_size=4, max_size=4))
def test_forced_counts_is_the_exact_projection(
    answers: tuple[list[Decimal], list[int], int], slips: list[int]
) -> None:
    printed, _, n = answers
    percents = [
        min(Decimal(100), max(Decimal(0), percent + slip * TENTH))
        for percent, slip in zip(printed, slips, strict=False)
    ]
    ranges = [possible_counts(percent, n) for percent in percents]
    known = [found for found in ranges if found is not None]
    expected = projection(CountRange(n, n), known) if len(known) == len(ranges) else None
    assert forced_counts(percents, n) == (None if expected is None else expected[1])


def test_forced_counts_examples() -> None:
    # Two answers on 4,074: alone each leaves four or five counts, and the sum mirrors them.
    ranges = forced_counts(["12.3", "87.7"], 4074)
    assert ranges == (CountRange(500, 503), CountRange(3571, 3574))
    # All three at the top of their range: nothing else adds to n.
    alone = [possible_counts(percent, 2001) for percent in ("33.2", "33.2", "33.5")]
    assert alone == [CountRange(664, 665), CountRange(664, 665), CountRange(670, 671)]
    ranges = forced_counts(["33.2", "33.2", "33.5"], 2001)
    assert ranges is not None
    assert [found.forced for found in ranges] == [665, 665, 671]
    assert forced_counts(["33.3", "33.3", "33.4"], 3) is None
    assert forced_counts(["50.0", "50.2"], 4000) is None
    assert forced_counts(["100.0"], 5) == (CountRange(5, 5),)
    with pytest.raises(ValueError, match=r"^percents must"):
        forced_counts([], 5)


def test_attainable_sum_against_enumeration() -> None:
    for options in (1, 2, 3, 4):
        seen: set[int] = set()
        for n in (1, 2, 3, 6, 7, 8, 9, 16, 17, 24, 48):
            sums: set[int] = set()
            for counts in itertools.product(range(n + 1), repeat=options - 1):
                if sum(counts) > n or list(counts) != sorted(counts):
                    continue
                choices = [prints(count, n) for count in (*counts, n - sum(counts))]
                low = sum(tenths(min(choice)) for choice in choices)
                high = sum(tenths(max(choice)) for choice in choices)
                sums |= {low, high}
            bounds = attainable_sum(options, n)
            assert bounds[0] <= min(sums) <= max(sums) <= bounds[1], (options, n)
            seen |= sums
        assert (min(seen), max(seen)) == attainable_sum(options)


def test_adds_up() -> None:
    assert adds_up(["33.3", "33.3", "33.3"])
    assert adds_up(["33.3", "33.3", "33.3"], 3)
    assert not adds_up(["33.3", "33.3", "33.2"])
    assert adds_up(["50.0", "50.1"])
    assert not adds_up(["50.0", "50.1"], 4073)
    assert attainable_sum(5) == (998, 1002)
    assert attainable_sum(7, 1000) == (1000, 1000)
    for arguments in ((0,), (2, 0)):
        with pytest.raises(ValueError, match=r"must be 1 or more"):
            attainable_sum(*arguments)
    with pytest.raises(ValueError, match=r"options"):
        adds_up([])


# overlap


def test_shared_bounds_against_enumeration() -> None:
    for n in range(1, 8):
        respondents = range(n)
        for a, b in itertools.product(range(n + 1), repeat=2):
            first = set(range(a))
            overlaps = {
                len(first & set(second)) for second in itertools.combinations(respondents, b)
            }
            assert set(shared_bounds(a, b, n)) == overlaps


@given(st.integers(1, 30), st.data())
def test_shared_bounds_of_ranges_are_the_envelope(n: int, data: st.DataObject) -> None:
    def draw_range() -> CountRange:
        low = data.draw(st.integers(0, n))
        return CountRange(low, data.draw(st.integers(low, n)))

    a, b = draw_range(), draw_range()
    each = [shared_bounds(i, j, n) for i in a for j in b]
    assert shared_bounds(a, b, n) == CountRange(
        min(one.low for one in each), max(one.high for one in each)
    )


@pytest.mark.parametrize(
    ("a", "b", "n", "named"), [(5, 1, 4, "a"), (1, -1, 4, "b"), (0, 0, 0, "n")]
)
def test_shared_bounds_refuses(a: int, b: int, n: int, named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named} must"):
        shared_bounds(a, b, n)
