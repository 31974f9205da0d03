"""Consistency checks: can the percentages of a table be shares of whole respondents, as printed?

Each check takes a `Table` and returns a `Result`: how many tests it made, and which entries are
*not attainable under the assumptions* (that percentages are unweighted shares of n, printed as
`Printing` says). No check can say that a number is wrong: an error may keep a table attainable, and
what is not attainable may be right under other assumptions. ``inspect`` runs them all on tables
that :mod:`sme_survey.survey.pasted` has read; :mod:`sme_survey.judgement.audits` runs them on this
survey.

``attainable`` is the GRIM test (N. J. L. Brown and J. A. J. Heathers, "The GRIM test", Social
Psychological and Personality Science 8 (2017), 363-369) for percentages, in whole numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sme_survey.numbers.counts import (
    CountRange,
    Printing,
    adds_up,
    attainable_sum,
    impossible_share,
    possible_counts,
    subset_sum_counts,
)
from sme_survey.numbers.intervals import (
    Difference,
    Interval,
    difference_within,
    newcombe,
    wilson,
)
from sme_survey.numbers.power import TablePower, table_power
from sme_survey.numbers.testing import holm, mcnemar_worst_p, two_proportion_p
from sme_survey.survey.pasted import TOTAL, Entry, Reading, Table
from sme_survey.survey.text import Text

CheckId = Literal["attainable", "given", "hundred", "base", "exclusive", "subgroups", "parent"]
LEVEL = 0.05
MOST_GROUPS = 8

TITLES: dict[CheckId, Text] = {
    "attainable": Text("Attainable percentages", "割合の実現可能性"),
    "given": Text("Counts printed beside percentages", "併記された件数"),
    "hundred": Text("Sums of single answers", "単一回答の合計"),
    "base": Text("Counts of single answers", "単一回答の件数の合計"),
    "exclusive": Text("Exclusive answers", "排他的な回答"),
    "subgroups": Text("Groups and totals", "区分と全体"),
    "parent": Text("Base and the answer before it", "nと前提となる回答"),
}
ROUNDING: dict[str, Text] = {
    "nearest": Text("to the nearest, halves either way", "四捨五入など（端数ちょうど5は両方向）"),
    "half_up": Text("to the nearest, halves up", "四捨五入（端数5は切り上げ）"),
    "half_even": Text("to the nearest, halves to even", "最近接偶数への丸め"),
    "truncated": Text("cut off", "切り捨て"),
    "unknown": Text("any of these", "不明（いずれも可）"),
}
KINDS: dict[str, Text] = {
    "single": Text("single answer", "単一回答"),
    "multiple": Text("multiple answers", "複数回答"),
}
NOT_ATTAINABLE = Text("not attainable under these assumptions", "この前提のもとでは生じ得ない")
ATTAINABLE = Text("attainable", "生じ得る")

_WEIGHTED = Text(
    "does not apply to weighted percentages, which are not shares of whole respondents",
    "ウエイト付きの割合は整数の回答者数の割合ではないため、適用できない",
)
_NO_N = Text("needs the base n", "nが必要である")
_BASES_DIFFER = Text("needs one base for all answers", "すべての選択肢に共通のnが必要である")
_SINGLE_ONLY = Text("is for single answers", "単一回答にのみ適用する")
_MULTIPLE_ONLY = Text("is for multiple answers", "複数回答にのみ適用する")


@dataclass(frozen=True)
class Finding:
    """What a check found: positions of entries in the table (none: all of it), and the reason."""

    entries: tuple[int, ...]
    reason: Text


@dataclass(frozen=True)
class Result:
    """One check of one table: tests made, what they found, or why it does not apply."""

    check: CheckId
    tests: int = 0
    findings: tuple[Finding, ...] = ()
    skipped: Text | None = None


# ---- counts ------------------------------------------------------------------------------------


def alone(entry: Entry, printing: Printing) -> CountRange | None:
    """The counts behind one entry by itself; None: not attainable.

    Raises ValueError if the entry has no base.
    """
    if entry.n is None:
        raise ValueError(f"{entry.label}: no base n")
    if entry.counts is not None:
        return entry.counts
    if entry.percent is None:
        return CountRange(0, entry.n)
    return possible_counts(entry.percent, entry.n, printing)


def narrowed(table: Table) -> tuple[CountRange | None, ...]:
    """The counts behind each entry, narrowed by their sum where the table takes single answers.

    None for an entry without base, or whose percentage is not attainable.
    """
    ranges = tuple(
        alone(entry, table.printing) if entry.n is not None else None for entry in table.entries
    )
    known = [item for item in ranges if item is not None]
    if table.kind != "single" or table.n is None or len(known) < len(ranges):
        return ranges
    fit = subset_sum_counts(table.n, known)
    return ranges if fit is None else fit[1]


# ---- checks ------------------------------------------------------------------------------------


def attainable(table: Table) -> Result:
    """Every percentage comes from a whole number of respondents."""
    if table.weighted:
        return Result("attainable", skipped=_WEIGHTED)
    tests, findings = 0, []
    cut = Printing(table.printing.decimals, "truncated")
    for index, entry in enumerate(table.entries):
        if entry.percent is None or entry.n is None:
            continue
        tests += 1
        if alone(entry, table.printing) is not None:
            continue
        k = int(entry.percent * entry.n / 100)
        near = [
            f"{count}/{entry.n:,} = {100 * count / entry.n:.{table.printing.decimals + 2}f}%"
            for count in (k, min(k + 1, entry.n))
        ]
        other = possible_counts(entry.percent, entry.n, cut)
        if_cut = Text("", "")
        if other is not None and table.printing.rounding not in ("truncated", "unknown"):
            if_cut = Text(
                f"; it would be attainable ({other}) if decimals were cut off",
                f"。ただし切り捨てであれば生じ得る（{other}）",
            )
        findings.append(
            Finding(
                (index,),
                Text(
                    f"no whole number of {entry.n:,} gives {entry.percent}%: the nearest are "
                    f"{near[0]} and {near[1]}{if_cut.en}",
                    f"n={entry.n:,}の整数の件数からは{entry.percent}%にならない（最も近いのは"
                    f"{near[0]}と{near[1]}）{if_cut.ja}",
                ),
            )
        )
    return Result("attainable", tests, tuple(findings), None if tests else _NO_N)


def given(table: Table) -> Result:
    """A count printed beside a percentage is one of the counts that give it."""
    if table.weighted:
        return Result("given", skipped=_WEIGHTED)
    tests, findings = 0, []
    for index, entry in enumerate(table.entries):
        if entry.count is None or entry.n is None or entry.percent is None:
            continue
        tests += 1
        counts = alone(entry, table.printing)
        if counts is None or entry.count not in counts:
            shown = "" if counts is None else str(counts)
            findings.append(
                Finding(
                    (index,),
                    Text(
                        f"{entry.count:,} of {entry.n:,} is not {entry.percent}%"
                        + (f", which is {shown}" if shown else ""),
                        f"{entry.n:,}のうち{entry.count:,}は{entry.percent}%にならない"
                        + (f"（{entry.percent}%は{shown}）" if shown else ""),
                    ),
                )
            )
    printed = [entry.count for entry in table.entries]
    if table.kind == "single" and table.n and printed and None not in printed:
        tests += 1
        total = sum(count for count in printed if count is not None)
        if total != table.n:
            findings.append(
                Finding(
                    (),
                    Text(
                        f"the counts add to {total:,}, not to n = {table.n:,}",
                        f"件数の合計は{total:,}で、n={table.n:,}と一致しない",
                    ),
                )
            )
    if not tests:
        why = Text(
            "needs counts printed beside the percentages", "割合に併記された件数が必要である"
        )
        return Result("given", skipped=why)
    return Result("given", tests, tuple(findings))


def hundred(table: Table) -> Result:
    """Single answers add to 100 within what rounding allows."""
    if table.kind != "single":
        return Result("hundred", skipped=_SINGLE_ONLY)
    percents = [entry.percent for entry in table.entries]
    known = [percent for percent in percents if percent is not None]
    if len(known) < len(percents):
        why = Text("needs every percentage", "すべての割合が必要である")
        return Result("hundred", skipped=why)
    n = None if table.weighted else table.n
    if adds_up(known, n, table.printing):
        return Result("hundred", 1)
    low, high = attainable_sum(len(known), n, table.printing)
    unit, digits = 10**table.printing.decimals, table.printing.decimals
    bounds = f"{low / unit:.{digits}f}", f"{high / unit:.{digits}f}"
    reason = Text(
        f"adds to {sum(known)}; rounding alone allows {bounds[0]} to {bounds[1]}",
        f"合計が{sum(known)}になる（丸めのみで生じ得るのは{bounds[0]}〜{bounds[1]}）",
    )
    return Result("hundred", 1, (Finding((), reason),))


def base(table: Table) -> Result:
    """Whole numbers behind single answers add to the base."""
    if table.kind != "single":
        return Result("base", skipped=_SINGLE_ONLY)
    if table.weighted:
        return Result("base", skipped=_WEIGHTED)
    n = table.n
    if n is None:
        return Result("base", skipped=_NO_N if _no_base(table) else _BASES_DIFFER)
    ranges = [alone(entry, table.printing) for entry in table.entries]
    known = [item for item in ranges if item is not None]
    low, high = sum(item.low for item in known), sum(item.high for item in known)
    if len(known) == len(ranges) and low <= n <= high:
        return Result("base", 1)
    if len(known) < len(ranges):
        reason = Text(
            "an answer has no whole number behind it, so none add up",
            "整数の件数がない選択肢があるため、合計も成り立たない",
        )
    else:
        reason = Text(
            f"the whole numbers behind the percentages add to {_range(low, high)}, not to "
            f"n = {n:,}",
            f"割合の背後にある整数の件数の合計は{_range(low, high)}で、n={n:,}にならない",
        )
    return Result("base", 1, (Finding((), reason),))


def exclusive(table: Table) -> Result:
    """Exclusive answers leave room for every other answer, and the others cover what is left."""
    if table.kind != "multiple":
        return Result("exclusive", skipped=_MULTIPLE_ONLY)
    closed = [index for index, entry in enumerate(table.entries) if entry.exclusive]
    if not closed:
        why = Text(
            "needs an answer that excludes the others, such as no answer",
            "無回答など、ほかと同時に選べない選択肢が必要である",
        )
        return Result("exclusive", skipped=why)
    if table.weighted:
        # shares need not be whole: on a base of two for each step, ranges end on rounding edges
        n: int | None = 2 * table.printing.whole
        table = replace(table, entries=tuple(replace(entry, n=n) for entry in table.entries))
    n = table.n
    if n is None:
        return Result("exclusive", skipped=_NO_N if _no_base(table) else _BASES_DIFFER)
    ranges = [alone(entry, table.printing) or CountRange(0, n) for entry in table.entries]
    most = n - sum(ranges[index].low for index in closed)
    least = n - sum(ranges[index].high for index in closed)
    others = [index for index in range(len(ranges)) if index not in closed]
    unit = Text("", "") if table.weighted else Text(f" of {n:,}", "件")
    findings = [
        Finding(
            (index,),
            Text(
                f"the exclusive answers leave room for {_shown(most, n, table)}{unit.en}, but this "
                f"is {_shown(ranges[index].low, n, table)} or more",
                f"排他的な回答を除くと最大{_shown(most, n, table)}{unit.ja}だが、"
                f"{_shown(ranges[index].low, n, table)}{unit.ja}以上である",
            ),
        )
        for index in others
        if ranges[index].low > most
    ]
    if others and sum(ranges[index].high for index in others) < least:
        findings.append(
            Finding(
                (),
                Text(
                    "all other answers together are fewer than the respondents who gave one",
                    "ほかの回答の延べ数が、回答した件数より少ない",
                ),
            )
        )
    return Result("exclusive", len(others) + 1, tuple(findings))


def subgroups(total: Table, parts: Sequence[Table]) -> Result:
    """Groups that share nobody add up to all respondents, but for those that no group holds."""
    if total.weighted:
        return Result("subgroups", skipped=_WEIGHTED)
    bases = [part.n for part in parts]
    known = [base for base in bases if base is not None]
    if total.n is None or len(known) < len(bases):
        return Result("subgroups", skipped=_NO_N)
    rest = total.n - sum(known)
    if rest < 0:
        reason = Text(
            f"the groups hold {sum(known):,}, more than the total of {total.n:,}",
            f"区分の合計は{sum(known):,}で、全体の{total.n:,}を超える",
        )
        return Result("subgroups", 1, (Finding((), reason),))
    tests, findings = 1, []
    by_label = [
        dict(zip((entry.label for entry in part.entries), narrowed(part), strict=True))
        for part in parts
    ]
    for index, (entry, whole) in enumerate(zip(total.entries, narrowed(total), strict=True)):
        ranges = [counts.get(entry.label) for counts in by_label]
        fitting = [item for item in ranges if item is not None]
        if whole is None or len(fitting) < len(parts):
            continue
        tests += 1
        left = CountRange(0, rest)
        if subset_sum_counts(whole, [*fitting, left]) is None:
            low = sum(item.low for item in fitting)
            high = sum(item.high for item in fitting) + rest
            findings.append(
                Finding(
                    (index,),
                    Text(
                        f"the groups add to {_range(low, high)}, the total is {whole}",
                        f"区分の合計は{_range(low, high)}だが、全体は{whole}である",
                    ),
                )
            )
    return Result("subgroups", tests, tuple(findings))


def parent(table: Table) -> Result:
    """The base is among the counts of the answer that leads to the question."""
    before = table.parent
    if before is None:
        why = Text("needs the answer that led to this question", "前提となる回答の指定が必要である")
        return Result("parent", skipped=why)
    if table.weighted:
        return Result("parent", skipped=_WEIGHTED)
    if table.n is None:
        return Result("parent", skipped=_NO_N if _no_base(table) else _BASES_DIFFER)
    counts = possible_counts(before.percent, before.n, table.printing)
    if counts is not None and table.n in counts:
        return Result("parent", 1)
    shown = "no whole number" if counts is None else str(counts)
    shown_ja = "整数にならない" if counts is None else str(counts)
    reason = Text(
        f"n is {table.n:,}, but {before.percent}% of {before.n:,} is {shown}",
        f"nは{table.n:,}だが、{before.n:,}の{before.percent}%は{shown_ja}",
    )
    return Result("parent", 1, (Finding((), reason),))


CHECKS: tuple[Callable[[Table], Result], ...] = (
    attainable,
    given,
    hundred,
    base,
    exclusive,
    parent,
)
"""The checks of one table by itself."""


def _no_base(table: Table) -> bool:
    return all(entry.n is None for entry in table.entries)


def _within(table: Table, entry: Entry) -> CountRange | None:
    return alone(entry, table.printing) if entry.n is not None else None


def _range(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,}-{high:,}"


def _shown(count: int, n: int, table: Table) -> str:
    return f"{100 * count / n:.{table.printing.decimals + 1}f}%" if table.weighted else f"{count:,}"


# ---- differences -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """A difference of two shares, second minus first (proportions), with p adjusted after Holm.

    Between two groups of one option, or between two options of one table that follow each other in
    size (``within``).
    """

    question: str
    first: str
    second: str
    option: str
    within: bool
    difference: Difference
    p: float
    p_holm: float

    @property
    def beyond_chance(self) -> bool:
        """Whether the adjusted p is below 5%."""
        return self.p_holm < LEVEL


def differences(tables: Sequence[Table]) -> tuple[tuple[Compared, ...], Text | None]:
    """The differences of one question: between its groups, or between neighbours in size.

    tables: all groups of the question. Groups are compared in pairs, the total left out; where
    there are none, each option with the next smaller one. p-values are adjusted over all of them.
    Returns them, and why there are none, if so.
    """
    if any(table.weighted for table in tables):
        return (), _WEIGHTED
    named = [table for table in tables if table.group not in ("", TOTAL)]
    if len(named) > MOST_GROUPS:
        return (), Text(
            f"are given for up to {MOST_GROUPS} groups; leave some columns out",
            f"{MOST_GROUPS}区分までを比べる。列を減らせば計算する",
        )
    raw = list(_between(named) if len(named) > 1 else _ranked(tables[0]))
    if not raw:
        return (), Text("need two percentages with n", "nのある割合が二つ以上必要である")
    adjusted = holm([item.p for item in raw])
    return tuple(
        replace(item, p_holm=value) for item, value in zip(raw, adjusted, strict=True)
    ), None


def _between(groups: Sequence[Table]) -> Iterable[Compared]:
    known = [
        {
            entry.label: (counts, entry.n)
            for entry, counts in zip(table.entries, narrowed(table), strict=True)
            if counts is not None and entry.n is not None and entry.percent is not None
        }
        for table in groups
    ]
    for label in known[0]:
        for a, b in itertools.combinations(range(len(groups)), 2):
            if label in known[a] and label in known[b]:
                (k1, n1), (k2, n2) = known[a][label], known[b][label]
                yield Compared(
                    groups[a].question,
                    groups[a].group,
                    groups[b].group,
                    label,
                    False,
                    newcombe(k1, n1, k2, n2),
                    p := two_proportion_p(k1, n1, k2, n2),
                    p,
                )


def _ranked(table: Table) -> Iterable[Compared]:
    n = table.n
    if n is None:
        return
    single = table.kind == "single"
    known = [
        (counts, entry.label)
        for entry, counts in zip(table.entries, narrowed(table), strict=True)
        if counts is not None and entry.percent is not None and not entry.exclusive
    ]
    if single and sum(counts.low for counts, _ in known) > n:
        return
    known.sort(key=lambda item: -item[0].middle)
    for (k1, first), (k2, second) in itertools.pairwise(known):
        if single and k1.low + k2.low > n:
            continue
        yield Compared(
            table.question,
            first,
            second,
            "",
            True,
            difference_within(k1, k2, n, single),
            p := mcnemar_worst_p(k1, k2, n, single),
            p,
        )


# ---- all of it ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One percentage with what stands behind it, and why it is not attainable, if so.

    counts: by itself; narrow: with its table. interval: Wilson, 95%, proportions.
    """

    table: Table
    entry: Entry
    counts: CountRange | None
    narrow: CountRange | None
    interval: Interval | None
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class Checked:
    """One table with the results of its checks and their power.

    power: wrong last digits that its arithmetic betrays; impossible: share of all percentages that
    no count out of n gives (both None where no check of whole numbers applies).
    """

    table: Table
    lines: tuple[Line, ...]
    results: tuple[Result, ...]
    power: TablePower | None
    impossible: float | None


@dataclass(frozen=True)
class Report:
    """The checks of a reading: tables, differences, and why some differences are not given."""

    reading: Reading
    tables: tuple[Checked, ...]
    differences: tuple[Compared, ...]
    no_differences: tuple[tuple[str, Text], ...]

    @property
    def findings(self) -> int:
        """How many findings there are in all."""
        return sum(len(result.findings) for item in self.tables for result in item.results)

    @property
    def tests(self) -> int:
        """How many tests were made."""
        return sum(result.tests for item in self.tables for result in item.results)


def inspect(reading: Reading) -> Report:
    """Run every check on the tables that were read."""
    by_question: dict[str, list[Table]] = {}
    for table in reading.tables:
        by_question.setdefault(table.question, []).append(table)
    checked: list[Checked] = []
    compared: list[Compared] = []
    none: list[tuple[str, Text]] = []
    for question, tables in by_question.items():
        for table in tables:
            results = [check(table) for check in CHECKS]
            if table.group == TOTAL:
                results.append(_groups_of(table, tables))
            checked.append(_checked(table, tuple(results)))
        found, why = differences(tables)
        compared += found
        if why is not None:
            none.append((question, why))
    return Report(reading, tuple(checked), tuple(compared), tuple(none))


def dimensions(total: Table, groups: Sequence[Table]) -> list[list[Table]]:
    """Runs of neighbouring groups whose bases add up to the total: sex, then age, then region.

    Where no run does, all groups are one dimension, if they hold no more than the total.
    """
    runs: list[list[Table]] = []
    open_run: list[Table] = []
    size = 0
    for table in groups:
        if table.n is None or total.n is None:
            return []
        open_run.append(table)
        size += table.n
        if size == total.n:
            runs.append(open_run)
            open_run, size = [], 0
        elif size > total.n:
            open_run, size = [], 0
    if runs:
        return runs
    return (
        [list(groups)] if groups and sum(table.n or 0 for table in groups) <= (total.n or 0) else []
    )


def _groups_of(total: Table, tables: Sequence[Table]) -> Result:
    groups = [table for table in tables if table.group not in ("", TOTAL)]
    if not groups:
        return Result("subgroups", skipped=Text("needs groups", "区分が必要である"))
    if total.weighted:
        return Result("subgroups", skipped=_WEIGHTED)
    runs = dimensions(total, groups)
    if not runs:
        why = Text(
            "needs groups that share nobody: these hold more than the total, or have no n",
            "重なりのない区分が必要である（合計が全体を超えるか、nがない）",
        )
        return Result("subgroups", skipped=why)
    results = [subgroups(total, run) for run in runs]
    return Result(
        "subgroups",
        sum(result.tests for result in results),
        tuple(finding for result in results for finding in result.findings),
    )


def _checked(table: Table, results: tuple[Result, ...]) -> Checked:
    reasons: dict[int, list[Text]] = {}
    for result in results:
        for finding in result.findings:
            for index in finding.entries:
                reasons.setdefault(index, []).append(finding.reason)
    narrow = narrowed(table)
    lines = []
    for index, entry in enumerate(table.entries):
        by_itself = _within(table, entry)
        interval = None
        tight = narrow[index]
        if not table.weighted and tight is not None and entry.n and entry.percent is not None:
            interval = wilson(tight, entry.n)
        lines.append(
            Line(
                table,
                entry,
                None if table.weighted else by_itself,
                None if table.weighted else tight,
                interval,
                tuple(reasons.get(index, ())),
            )
        )
    n = table.n
    power = impossible = None
    if n is not None and not table.weighted:
        impossible = impossible_share(n, table.printing)
        percents = [entry.percent for entry in table.entries]
        if any(percent is not None and percent < 100 for percent in percents):
            power = table_power(percents, n, table.kind, table.printing)
    return Checked(table, tuple(lines), results, power, impossible)
