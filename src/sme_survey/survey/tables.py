"""Reads the tables that ``datapackage.json`` describes, and says where a cell is wrong.

A small part of Table Schema (Data Package v2) on the standard library: types ``string``,
``integer``, ``number`` (as ``Decimal``), ``boolean`` and ``year``; constraints ``required``,
``enum``, ``pattern``, ``minimum`` and ``maximum``; primary and foreign keys. The whole package is
held against frictionless in the tests.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

Cell = str | int | Decimal | bool | None


@dataclass(frozen=True)
class Problem:
    """One thing wrong in the data: file, line (the header is line 1), column, and what it is."""

    file: str
    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}"
        return f"{place}: {self.message}"


class DataError(ValueError):
    """The data cannot be used as they stand. ``problems`` lists every reason found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        shown = "\n".join(str(problem) for problem in self.problems[:20])
        more = len(self.problems) - 20
        super().__init__(shown + (f"\n... and {more} more" if more > 0 else ""))


class Row(NamedTuple):
    """A typed record and the line it stands on."""

    line: int
    values: Mapping[str, Cell]

    def text(self, column: str) -> str:
        """The cell as text; an empty cell is an empty string."""
        value = self.values[column]
        return "" if value is None else str(value)

    def whole(self, column: str) -> int:
        """The cell as an integer (a declared ``integer`` or ``year`` column)."""
        value = self.values[column]
        if not isinstance(value, int):
            raise TypeError(f"column {column} does not hold an integer on line {self.line}")
        return value

    def number(self, column: str) -> Decimal:
        """The cell as a decimal number, exactly as printed."""
        value = self.values[column]
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise TypeError(f"column {column} does not hold a number on line {self.line}")
        return Decimal(value)


@dataclass
class Table:
    """One resource of the package: its file, its schema and its typed rows."""

    name: str
    file: str
    schema: Mapping[str, Any]
    rows: list[Row] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return [str(item["name"]) for item in self.schema["fields"]]


def _number(raw: str) -> Decimal:
    value = Decimal(raw)
    if not value.is_finite():
        raise InvalidOperation
    return value


def _convert(raw: str, kind: str) -> Cell:
    if kind in {"integer", "year"}:
        if not re.fullmatch(r"-?\d+", raw, flags=re.ASCII):
            raise ValueError
        return int(raw)
    if kind == "number":
        return _number(raw)
    if kind == "boolean":
        return {"true": True, "false": False}[raw]
    return raw


_EXPECTED = {
    "integer": "a whole number",
    "year": "a year",
    "number": "a number",
    "boolean": "true or false",
}


def _cell(raw: str, spec: Mapping[str, Any]) -> tuple[Cell, str | None]:
    """Typed value of a raw cell, or the sentence that says what was expected."""
    kind = str(spec.get("type", "string"))
    rules = spec.get("constraints", {})
    if raw == "":
        return None, "is empty, but a value is required" if rules.get("required") else None
    try:
        value = _convert(raw, kind)
    except (ValueError, KeyError, InvalidOperation):
        return None, f"is {raw!r}; expected {_EXPECTED.get(kind, kind)}"
    if "enum" in rules and raw not in {str(item) for item in rules["enum"]}:
        allowed = ", ".join(str(item) for item in rules["enum"])
        return value, f"is {raw!r}; expected one of {allowed}"
    if "pattern" in rules and not re.fullmatch(rules["pattern"], raw):
        return value, f"is {raw!r}; expected the form {rules['pattern']}"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if "minimum" in rules and value < Decimal(str(rules["minimum"])):
            return value, f"is {raw}; expected {rules['minimum']} or more"
        if "maximum" in rules and value > Decimal(str(rules["maximum"])):
            return value, f"is {raw}; expected {rules['maximum']} or less"
    return value, None


def _names(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(item) for item in value]


def read_table(folder: Path, resource: Mapping[str, Any]) -> tuple[Table, list[Problem]]:
    """Read one resource of the package; problems are returned, nothing is dropped silently."""
    file = str(resource["path"])
    table = Table(str(resource["name"]), file, resource["schema"])
    specs = {str(item["name"]): item for item in table.schema["fields"]}
    try:
        content = (folder / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        return table, [Problem(file, None, None, "the file is missing")]
    except UnicodeDecodeError as error:
        return table, [Problem(file, None, None, f"is not UTF-8 (byte {error.start})")]
    reader = csv.reader(io.StringIO(content), strict=True)
    problems: list[Problem] = []
    try:
        header = next(reader, [])
        if header != list(specs):
            wanted = ",".join(specs)
            message = f"the header is {','.join(header)!r}; expected {wanted!r}"
            return table, [Problem(file, 1, None, message)]
        for raw in reader:
            line = reader.line_num
            if len(raw) != len(header):
                message = f"has {len(raw)} cells; expected {len(header)}"
                problems.append(Problem(file, line, None, message))
                continue
            values: dict[str, Cell] = {}
            for column, text in zip(header, raw, strict=True):
                values[column], wrong = _cell(text, specs[column])
                if wrong:
                    problems.append(Problem(file, line, column, wrong))
            table.rows.append(Row(line, values))
    except csv.Error as error:
        problems.append(Problem(file, reader.line_num, None, f"is not valid CSV: {error}"))
    problems += _duplicates(table)
    return table, problems


def _duplicates(table: Table) -> list[Problem]:
    key = _names(table.schema.get("primaryKey", []))
    seen: dict[tuple[Cell, ...], int] = {}
    problems = []
    for row in table if key else ():
        identity = tuple(row.values[column] for column in key)
        if identity in seen:
            shown = ", ".join(str(part) for part in identity)
            message = f"{shown} stands on row {seen[identity]} already; expected once"
            problems.append(Problem(table.file, row.line, "+".join(key), message))
        seen.setdefault(identity, row.line)
    return problems


def _dangling(table: Table, tables: Mapping[str, Table]) -> Iterator[Problem]:
    for link in table.schema.get("foreignKeys", []):
        columns, target = _names(link["fields"]), link["reference"]
        other = tables.get(target.get("resource") or table.name, table)
        wanted = _names(target["fields"])
        known = {tuple(row.values[column] for column in wanted) for row in other}
        for row in table:
            value = tuple(row.values[column] for column in columns)
            if None not in value and value not in known:
                shown = ", ".join(str(part) for part in value)
                message = f"{shown!r} is not in {other.file} ({', '.join(wanted)})"
                yield Problem(table.file, row.line, "+".join(columns), message)


def read_package(folder: Path) -> tuple[dict[str, Table], list[Problem]]:
    """Read every table that ``datapackage.json`` in ``folder`` names.

    Returns the tables by name and every problem found: cells of the wrong type or outside their
    constraints, repeated keys, keys that lead nowhere.
    """
    try:
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"no data here: {folder} holds no datapackage.json"
        return {}, [Problem("datapackage.json", None, None, message)]
    except ValueError as error:
        return {}, [Problem("datapackage.json", None, None, f"is not valid JSON: {error}")]
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for resource in package["resources"]:
        if not str(resource["path"]).endswith(".csv"):
            continue
        table, found = read_table(folder, resource)
        tables[table.name] = table
        problems += found
    for table in tables.values():
        problems += _dangling(table, tables)
    return tables, problems
