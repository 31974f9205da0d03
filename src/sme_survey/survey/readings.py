"""The second reading: numbers typed by one person against the same numbers read once more.

A second reading comes from a program, or from a second person. ``second_answers.csv`` has the form
of ``answers.csv``: each of its rows is held against the row of the same question, wave, group and
option. A number without a second reading is allowed; cards say that it was read once.

``double_entry.csv`` holds every number of the report's text in the order of the text;
``double_entry_map.csv`` says for each run of them which cells of the other tables hold the same
numbers in the same order. A difference is named at the cell; where the cell agrees with another
place that gives the number, it is named at the reading that differs.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sme_survey.survey.tables import Problem, Row, Table

Place = tuple[int, str, int]  # page, block, position within it
Spot = tuple[str, int, str]  # table, line in its file, column

# A page column names the first page that gives the number, except that a question's is its chart's.
_PAGED = ("published_singles", "case_blocks", "case_views", "interviews")


@dataclass(frozen=True)
class Comparison:
    """What the two readings say of each other.

    ``problems``: numbers that differ, runs that do not fit, numbers of the report that no run
    takes. ``read``: for each cell that was read a second time, what was read.
    """

    problems: tuple[Problem, ...]
    read: Mapping[Spot, Decimal]


Held = dict[tuple[str, str], dict[str, list[Row]]]  # by table and column: rows by text


def holding(table: Table, column: str, held: Held) -> dict[str, list[Row]]:
    """Rows by what a column holds as text; kept in ``held``, as many selectors ask for it."""
    key = table.name, column
    if key not in held:
        found = held[key] = {}
        for row in table:
            found.setdefault(row.text(column), []).append(row)
    return held[key]


def selected(table: Table, selector: str, held: Held) -> list[Row]:
    """Rows that meet every condition of a selector (``group=total option_id=a|b``), in order.

    Parameters
    ----------
    table, selector
        The table and the conditions.
    held
        What :func:`holding` found of the tables so far.

    Raises
    ------
    ValueError
        If the selector cannot be read, or names a column or a value that the table lacks.
    """
    rows = None
    for condition in selector.split():
        match = re.fullmatch(r"(\w+)(!?=)(\S+)", condition)
        if match is None:
            raise ValueError(f"the condition {condition!r}")
        column, sign, values = match.groups()
        if column not in table.columns:
            raise ValueError(f"the column {column!r}, which {table.file} lacks")
        wanted = values.split("|")
        known = holding(table, column, held)
        for value in wanted:
            if value not in known:
                near = difflib.get_close_matches(value, known, n=1)
                hint = f" (did you mean {near[0]}?)" if near else ""
                raise ValueError(f"{column}={value}, which {table.file} lacks{hint}")
        if rows is None and sign == "=" and len(wanted) == 1:
            rows = known[wanted[0]]
            continue
        among = table if rows is None else rows
        rows = [row for row in among if (row.text(column) in wanted) == (sign == "=")]
    return list(table) if rows is None else rows


def read_twice(tables: Mapping[str, Table]) -> frozenset[Spot]:
    """The cells that have a second reading, whether it agrees or not."""
    typed: dict[Spot, Decimal] = {}
    list(_by_person(tables, typed))  # for what it reads
    return frozenset({*_laid(tables)[1], *typed})


def _laid(
    tables: Mapping[str, Table],
) -> tuple[
    dict[Place, Row],
    dict[Spot, list[tuple[Place, int]]],
    dict[tuple[Place, str], int],
    list[Problem],
]:
    """The program's numbers by place, laid over cells; what each run took, what does not fit."""
    entries = {
        (row.whole("page"), row.text("block"), row.whole("position")): row
        for row in tables["double_entry"]
    }
    problems: list[Problem] = []
    taken: dict[tuple[Place, str], int] = {}
    found: dict[Spot, list[tuple[Place, int]]] = {}
    held: Held = {}
    for run in tables["double_entry_map"]:
        fault = _run(run, tables, held, entries, taken, found)
        if fault:
            problems.append(Problem(tables["double_entry_map"].file, run.line, *fault))
    return entries, found, taken, problems


def compare(tables: Mapping[str, Table]) -> Comparison:
    """Hold the readings against each other. The tables must be sound in themselves."""
    entries, found, taken, problems = _laid(tables)
    lines = {table.name: {row.line: row for row in table} for table in tables.values()}
    problems += _differences(tables, entries, lines, found)
    problems += _pages(tables, entries, lines, found)
    mapped = {place for place, _ in taken}
    for place, entry in entries.items():
        if place not in mapped and not problems:
            number = entry.text("value")
            file = tables["double_entry"].file
            wanted = "a run in double_entry_map.csv that takes it"
            problems.append(Problem(file, entry.line, "value", f"{number}, not mapped", wanted))
    read = {spot: entries[places[0][0]].number("value") for spot, places in found.items()}
    problems += _by_person(tables, read)
    return Comparison(tuple(problems), read)


def _by_person(tables: Mapping[str, Table], read: dict[Spot, Decimal]) -> Iterator[Problem]:
    """The answers that a second person typed; what was read is added to ``read``."""
    table, second = tables["answers"], tables["second_answers"]
    key = ("question_id", "wave", "group", "option_id")
    rows = {tuple(row.text(name) for name in key): row for row in table}
    for typed in second:
        place = tuple(typed.text(name) for name in key)
        row = rows.get(place)
        if row is None:
            found = " ".join(place)
            yield Problem(second.file, typed.line, "option_id", found, f"a row of {table.file}")
            continue
        for column in ("n", "percent"):
            value = typed.values[column]
            assert isinstance(value, int | Decimal)
            spot = (table.name, row.line, column)
            if spot in read and column == "n":
                continue
            read[spot] = Decimal(value)
            if value != row.values[column]:
                wanted = f"{value} as {second.file} has on row {typed.line}"
                found = f"{row.text(column)} ({_named(row, column)})"
                yield Problem(table.file, row.line, column, found, wanted)


def _run(
    run: Row,
    tables: Mapping[str, Table],
    held: Held,
    entries: Mapping[Place, Row],
    taken: dict[tuple[Place, str], int],
    found: dict[Spot, list[tuple[Place, int]]],
) -> tuple[str, str, str] | None:
    """Lay one run over its cells; column, found and expected where it does not fit."""
    name, column = run.text("table"), run.text("column")
    if name not in tables or column not in tables[name].columns:
        return "column", f"{name}.{column}", "a column of a table of the package"
    try:
        rows = selected(tables[name], run.text("selector"), held)
    except ValueError as error:
        return "selector", str(error), "conditions such as group=total option_id=a|b"
    first, last = run.whole("first"), run.whole("last")
    if not first <= last <= first + len(entries):
        return "last", str(last), f"{first} or more, within the block"
    places = [(run.whole("page"), run.text("block"), number) for number in range(first, last + 1)]
    for place in places:
        if place not in entries:
            return "last", f"number {place[2]}, which the block lacks", "numbers of the block"
        if taken.setdefault((place, name), run.line) != run.line:
            wanted = f"one that row {taken[place, name]} does not take for {name}"
            return "first", f"number {place[2]}", wanted
    if len(places) == 1 and rows:
        places *= len(rows)
    if len(places) != len(rows):
        numbers = (
            f"{len(places)} number{'s' if len(places) > 1 else ''} of page {run.whole('page')}"
        )
        return "selector", f"{numbers} for {len(rows)} rows of {tables[name].file}", "as many"
    for place, row in zip(places, rows, strict=True):
        found.setdefault((name, row.line, column), []).append((place, run.line))
    return None


def _differences(
    tables: Mapping[str, Table],
    entries: Mapping[Place, Row],
    lines: Mapping[str, Mapping[int, Row]],
    found: Mapping[Spot, list[tuple[Place, int]]],
) -> Iterator[Problem]:
    named: set[int] = set()
    for (name, line, column), places in found.items():
        row = lines[name][line]
        cell = row.values[column]
        if isinstance(cell, str | bool):
            wanted = "a column of numbers"
            yield Problem("double_entry_map.csv", places[0][1], "column", column, wanted)
            continue
        away = [place for place, _ in places if entries[place].values["value"] != cell]
        if not away:
            continue
        where = f"{tables[name].file}, row {line} ({_named(row, column)})"
        if len(away) == len(places):
            read = entries[away[0]]
            yield Problem(
                tables[name].file,
                line,
                column,
                f"{'nothing' if cell is None else cell} ({_named(row, column)})",
                f"{read.text('value')} as double_entry.csv has on row {read.line} "
                f"(page {away[0][0]}, {away[0][1]}, number {away[0][2]}; "
                f"double_entry_map.csv, row {places[0][1]})",
            )
            continue
        for place in away:
            read = entries[place]
            if read.line in named:
                continue
            named.add(read.line)
            run = next(run for spot, run in places if spot == place)
            yield Problem(
                tables["double_entry"].file,
                read.line,
                "value",
                read.text("value"),
                f"{cell} as {where} and another reading of it have "
                f"(double_entry_map.csv, row {run})",
            )


def _pages(
    tables: Mapping[str, Table],
    entries: Mapping[Place, Row],
    lines: Mapping[str, Mapping[int, Row]],
    found: Mapping[Spot, list[tuple[Place, int]]],
) -> Iterator[Problem]:
    """The page columns against the pages that the numbers were read from."""
    charts: dict[tuple[str, str], set[int]] = {}
    for (name, line, _), places in found.items():
        pages = {place[0] for place, _ in places}
        row = lines[name][line]
        if name == "answers":
            drawn = {place[0] for place, _ in places if place[1].startswith("chart")}
            charts.setdefault((row.text("question_id"), row.text("wave")), set()).update(drawn)
        if name in _PAGED and row.whole("page") != min(pages):
            table = tables[name].file
            yield Problem(table, line, "page", row.text("page"), f"{min(pages)}, where it is read")
    printed = tables["question_sources"]
    for row in printed:
        drawn = charts.get((row.text("question_id"), row.text("wave")), set())
        if drawn and row.whole("page") not in drawn:
            wanted = f"{min(drawn)}, where its chart is read"
            yield Problem(printed.file, row.line, "page", row.text("page"), wanted)


def _named(row: Row, column: str) -> str:
    """A row by what names it: question, wave, group, option ..."""
    first = [row.text(name) for name in list(row.values)[:5] if name not in {column, "n"}]
    return " ".join(filter(None, first))[:80]
