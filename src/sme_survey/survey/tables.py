"""Reads the tables that ``datapackage.json`` describes, and says where a cell is wrong.

A small part of Table Schema (Data Package v2) on the standard library: types ``string``,
``integer``, ``number`` (as ``Decimal``), ``boolean`` and ``year``; constraints ``required``,
``enum``, ``pattern``, ``unique``, ``minimum`` and ``maximum``; primary and foreign keys. The whole
package is held against frictionless in the tests.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

Cell = str | int | Decimal | bool | None


@dataclass(frozen=True)
class Problem:
    """One thing wrong in the data: where it stands, what was found, what was expected.

    ``row`` is the line in the file (the header is line 1). Where nothing definite was expected
    (a claim that cannot be computed), ``found`` says all there is to say.
    """

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str = ""

    @property
    def message(self) -> str:
        """What was found and expected, without the place."""
        return f"found {self.found}; expected {self.expected}" if self.expected else self.found

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}" if self.file.endswith(".csv") else f", {self.column}"
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
    """One resource of the package: its file, its schema and its typed rows.

    ``readable`` is false where the file or its header is not what was expected.
    """

    name: str
    file: str
    schema: Mapping[str, Any]
    rows: list[Row] = field(default_factory=list)
    readable: bool = True

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return [str(item["name"]) for item in self.schema["fields"]]


MOST_BYTES = 4_000_000  # a table of the package; larger, something else was saved in its place
MOST_DIGITS = 15

_FORMS = {
    "integer": r"-?[0-9]+",
    "year": r"[0-9]{4}",
    "number": r"-?[0-9]+(\.[0-9]+)?",
    "boolean": r"true|false",
}
_EXPECTED = {
    "integer": "a whole number in ASCII digits",
    "year": "a year in ASCII digits",
    "number": "a number in ASCII digits",
    "boolean": "true or false",
}


def _convert(raw: str, kind: str) -> Cell:
    if kind in _FORMS and not re.fullmatch(_FORMS[kind], raw):
        raise ValueError
    if kind in {"integer", "year"}:
        return int(raw)
    if kind == "number":
        return Decimal(raw)
    return raw == "true" if kind == "boolean" else raw


def shown(raw: str) -> str:
    """A cell as a message shows it: quoted, and cut where it is long."""
    return repr(raw if len(raw) <= 60 else raw[:57] + "...")


def _sign(raw: str) -> tuple[str, str] | None:
    """A sign that no cell may hold, and what was expected; digits of other scripts among them."""
    if raw.isascii() and raw.isprintable() and raw == raw.strip():
        return None
    if raw != raw.strip():
        return "a blank at the start or the end", "none"
    for sign in raw if not raw.isascii() or not raw.isprintable() else "":
        kind = unicodedata.category(sign)
        if kind == "Nd" and not sign.isascii():
            return f"{sign!r} in {shown(raw)}", "ASCII digits"
        if kind in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"} or sign in "\ufffd\u00a0":
            return f"the sign U+{ord(sign):04X} in {shown(raw)}", "letters that can be seen"
    if raw != unicodedata.normalize("NFC", raw):
        return f"decomposed letters in {shown(raw)}", "the form NFC"
    return None


def _cell(raw: str, spec: Mapping[str, Any]) -> tuple[Cell, tuple[str, str] | None]:
    """Typed value of a raw cell, or what was found and what was expected."""
    kind = str(spec.get("type", "string"))
    rules = spec.get("constraints", {})
    if raw == "":
        return None, ("an empty cell", "a value") if rules.get("required") else None
    if kind in _FORMS and len(raw) > MOST_DIGITS:
        return None, (f"{len(raw)} signs", f"a number of at most {MOST_DIGITS} digits")
    try:
        value = _convert(raw, kind)
    except ValueError:
        return None, (shown(raw), _EXPECTED[kind])
    if "enum" in rules and raw not in {str(item) for item in rules["enum"]}:
        allowed = ", ".join(str(item) for item in rules["enum"])
        return value, (shown(raw), f"one of {allowed}")
    if "pattern" in rules and not re.fullmatch(rules["pattern"], raw):
        return value, (shown(raw), f"the form {rules['pattern']}")
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if "minimum" in rules and value < Decimal(str(rules["minimum"])):
            return value, (raw, f"{rules['minimum']} or more")
        if "maximum" in rules and value > Decimal(str(rules["maximum"])):
            return value, (raw, f"{rules['maximum']} or less")
    return value, _sign(raw)


def names(value: Any) -> list[str]:
    """A key of a schema, which may be one name or several."""
    return [value] if isinstance(value, str) else [str(item) for item in value]


def read_text(folder: Path, file: str) -> tuple[str, Problem | None]:
    """The text of a file in UTF-8 with LF line ends, or why it cannot be had."""
    path = folder / file
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            return "", Problem(file, None, None, f"{size:,} bytes", f"at most {MOST_BYTES:,}")
        raw = path.read_bytes()
    except FileNotFoundError:
        return "", Problem(file, None, None, "no file", "a file of this name")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return "", Problem(file, None, None, reason, "a file that can be read")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        found = "bytes of UTF-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "other bytes"
        line = raw[: error.start].count(b"\n") + 1
        return "", Problem(file, line, None, f"{found} (at byte {error.start})", "UTF-8")
    for sign, name, wanted in (
        ("\ufeff", "a byte order mark", "UTF-8 without it"),
        ("\r", "a carriage return", "LF at the end of a line"),
        ("\0", "a NUL", "text"),
    ):
        if sign in text:
            line = text[: text.index(sign)].count("\n") + 1
            return "", Problem(file, line, None, name, wanted)
    if not text.endswith("\n"):
        last = text.count("\n") + 1
        return text, Problem(file, last, None, "no end of the last line", "LF")
    return text, None


def read_table(folder: Path, resource: Mapping[str, Any]) -> tuple[Table, list[Problem]]:
    """Read one resource of the package; problems are returned, nothing is dropped silently."""
    file = str(resource["path"])
    table = Table(str(resource["name"]), file, resource["schema"])
    specs = {str(item["name"]): item for item in table.schema["fields"]}
    content, wrong_file = read_text(folder, file)
    problems = [wrong_file] if wrong_file else []
    if not content:
        table.readable = False
        return table, problems
    reader = csv.reader(io.StringIO(content), strict=True)
    try:
        header = next(reader, [])
        if header != list(specs):
            table.readable = False
            message = shown(",".join(header))
            problems.append(Problem(file, 1, None, message, f"the header {','.join(specs)}"))
            return table, problems
        # many cells repeat what stands above them: each is checked once for its column
        checked: dict[str, dict[str, tuple[Cell, tuple[str, str] | None]]]
        checked = {column: {} for column in header}
        for raw in reader:
            line = reader.line_num
            if len(raw) != len(header):
                found, wanted = f"{len(raw)} cells", f"{len(header)} as in the header"
                problems.append(Problem(file, line, None, found, wanted))
                continue
            values: dict[str, Cell] = {}
            for column, text in zip(header, raw, strict=True):
                known = checked[column]
                if text not in known:
                    known[text] = _cell(text, specs[column])
                values[column], wrong = known[text]
                if wrong:
                    problems.append(Problem(file, line, column, *wrong))
            table.rows.append(Row(line, values))
    except csv.Error as error:
        table.readable = False
        problems.append(Problem(file, reader.line_num, None, str(error), "valid CSV"))
    problems += _repeated(table) + _out_of_order(table)
    return table, problems


def _repeated(table: Table) -> list[Problem]:
    alone = [
        [str(item["name"])]
        for item in table.schema["fields"]
        if item.get("constraints", {}).get("unique")
    ]
    problems = []
    for key in [names(table.schema.get("primaryKey", [])), *alone]:
        seen: dict[tuple[Cell, ...], int] = {}
        for row in table if key else ():
            identity = tuple(row.values[column] for column in key)
            if identity in seen:
                found = ", ".join(str(part) for part in identity)
                wanted = f"it once: it stands on row {seen[identity]} already"
                problems.append(Problem(table.file, row.line, "+".join(key), found, wanted))
            seen.setdefault(identity, row.line)
    return problems


def _out_of_order(table: Table) -> list[Problem]:
    """A column ``position`` counts 1, 2, 3 ... within what the rest of the key names."""
    if "position" not in table.columns:
        return []
    key = names(table.schema.get("primaryKey", []))
    within = [name for name in key if name != "position"] if "position" in key else key[:-1]
    last: dict[tuple[Cell, ...], int] = {}
    for row in table:
        place = tuple(row.values[column] for column in within)
        wanted = last.get(place, 0) + 1
        if row.values["position"] is not None and row.values["position"] != wanted:
            found = str(row.values["position"])
            return [Problem(table.file, row.line, "position", found, str(wanted))]
        last[place] = wanted
    return []


def _dangling(table: Table, tables: Mapping[str, Table]) -> Iterator[Problem]:
    for link in table.schema.get("foreignKeys", []):
        columns, target = names(link["fields"]), link["reference"]
        other = tables.get(target.get("resource") or table.name)
        if other is None or not other.readable:
            continue  # its own problem is named; every link to it would only follow
        yield from _broken_links(table, columns, other, names(target["fields"]))


def _broken_links(
    table: Table, columns: list[str], other: Table, wanted: list[str]
) -> Iterator[Problem]:
    """Keys that lead nowhere; where many rows miss one key, and a like one is unused, that one."""
    known = {_shown(row, wanted): row for row in other}
    lost: dict[str, list[Row]] = {}
    used = set()
    for row in table:
        if any(row.values[column] is None for column in columns):
            continue
        value = _shown(row, columns)
        used.add(value)
        if value not in known:
            lost.setdefault(value, []).append(row)
    for value, rows in lost.items():
        near = difflib.get_close_matches(value, known, n=1)
        if near and near[0] not in used and len(rows) > 1:
            expected = f"{value}, as {len(rows)} rows of {table.file} have it"
            place = other.file, known[near[0]].line, "+".join(wanted)
            yield Problem(*place, near[0], expected)
            continue
        hint = f" (did you mean {near[0]}?)" if near else ""
        expected = f"one that {other.file} holds ({', '.join(wanted)}){hint}"
        for row in rows:
            yield Problem(table.file, row.line, "+".join(columns), value, expected)


def _shown(row: Row, columns: list[str]) -> str:
    return ", ".join(str(row.values[column]) for column in columns)


DESCRIPTOR = "datapackage.json"
_TYPES = {"string", *_FORMS}


def _described(folder: Path) -> tuple[list[Mapping[str, Any]], list[Problem]]:
    """The resources of ``datapackage.json`` that can be used, and what is wrong with the others."""
    text, wrong = read_text(folder, DESCRIPTOR)
    if wrong and not text:
        return [], [wrong]
    try:
        package = json.loads(text)
    except (ValueError, RecursionError) as error:
        row = getattr(error, "lineno", None)
        return [], [Problem(DESCRIPTOR, row, None, f"no JSON: {error}"[:200], "JSON")]
    resources = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(resources, list) or not resources:
        found = "no list of resources"
        return [], [Problem(DESCRIPTOR, None, "resources", found, "a list of tables")]
    problems = [wrong] if wrong else []
    sound: list[Mapping[str, Any]] = []
    for number, resource in enumerate(resources):
        name = resource.get("name") if isinstance(resource, dict) else None
        place = f"resources/{name if isinstance(name, str) else number}"
        faults = list(_resource_faults(resource, {item["name"] for item in sound}))
        problems += [Problem(DESCRIPTOR, None, place, *fault) for fault in faults]
        if not faults:
            sound.append(resource)
    shapes = {item["name"]: _columns(item) for item in sound if "schema" in item}
    for resource in list(sound):
        faults = list(_link_faults(resource, shapes)) if "schema" in resource else []
        place = f"resources/{resource['name']}/schema/foreignKeys"
        problems += [Problem(DESCRIPTOR, None, place, *fault) for fault in faults]
        if faults:
            sound.remove(resource)
    return sound, problems


def _columns(resource: Mapping[str, Any]) -> set[str]:
    return {item["name"] for item in resource["schema"]["fields"]}


def _is_key(value: Any, known: Iterable[str]) -> bool:
    given = [value] if isinstance(value, str) else value
    return isinstance(given, list) and bool(given) and all(item in set(known) for item in given)


def _resource_faults(resource: Any, taken: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the description of one file: found and expected."""
    if not isinstance(resource, dict):
        yield shown(str(resource)), "a description of a table"
        return
    name, path = resource.get("name"), resource.get("path")
    if not isinstance(name, str) or not name:
        yield shown(str(name)), "a name"
        return
    if name in set(taken):
        yield f"the name {name} again", "it once"
    if not isinstance(path, str) or not path or path.startswith("/") or ".." in path.split("/"):
        yield f"the path {shown(str(path))}", "a file of this folder"
        return
    if not path.endswith(".csv"):
        return
    schema = resource.get("schema")
    schema = schema if isinstance(schema, dict) else {}
    fields = schema.get("fields")
    if not isinstance(fields, list) or not fields:
        yield "no fields in its schema", "a list of columns"
        return
    seen: set[str] = set()
    for item in fields:
        column = item.get("name") if isinstance(item, dict) else None
        if not isinstance(column, str) or column in seen:
            yield f"the column {shown(str(column))}", "columns with names of their own"
            return
        seen.add(column)
        yield from _field_faults(item)
    if "primaryKey" in schema and not _is_key(schema["primaryKey"], seen):
        yield f"primaryKey {shown(str(schema['primaryKey']))}", "columns of the table"


def _field_faults(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    column, kind, rules = item["name"], item.get("type", "string"), item.get("constraints", {})
    if kind not in _TYPES:
        yield f"column {column} of type {shown(str(kind))}", f"one of {', '.join(sorted(_TYPES))}"
    if not isinstance(rules, dict):
        yield f"constraints of column {column}: {shown(str(rules))}", "an object"
        return
    if "enum" in rules and (not isinstance(rules["enum"], list) or not rules["enum"]):
        yield f"enum of column {column}: {shown(str(rules['enum']))}", "a list"
    for bound in ("minimum", "maximum"):
        if bound in rules and (isinstance(rules[bound], bool) or not _is_number(rules[bound])):
            yield f"{bound} of column {column}: {shown(str(rules[bound]))}", "a number"
    try:
        re.compile(rules.get("pattern", ""))
    except (re.error, TypeError):
        yield f"pattern of column {column}: {shown(str(rules['pattern']))}", "a regular expression"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and Decimal(str(value)).is_finite()


def _link_faults(
    resource: Mapping[str, Any], shapes: Mapping[str, set[str]]
) -> Iterator[tuple[str, str]]:
    links = resource["schema"].get("foreignKeys", [])
    for link in links if isinstance(links, list) else [links]:
        target = link.get("reference") if isinstance(link, dict) else None
        other = target.get("resource") if isinstance(target, dict) else None
        other = str(other or resource["name"])
        if (
            not isinstance(link, dict)
            or not isinstance(target, dict)
            or other not in shapes
            or not _is_key(link.get("fields"), shapes[resource["name"]])
            or not _is_key(target.get("fields"), shapes[other])
            or len(names(link["fields"])) != len(names(target["fields"]))
        ):
            yield shown(str(link)), "columns of this table and of another one"


def _undescribed(folder: Path, described: Iterable[str]) -> list[Problem]:
    """Tables of the folder, and of ``derived/``, that the description does not name."""
    known = set(described)
    found = [path.name for path in folder.glob("*.csv")]
    found += [f"derived/{path.name}" for path in (folder / "derived").glob("*.csv")]
    return [
        Problem(name, None, None, "a table without a description", f"a resource in {DESCRIPTOR}")
        for name in sorted(found)
        if name not in known
    ]


def read_package(folder: Path) -> tuple[dict[str, Table], list[Problem]]:
    """Read every table that ``datapackage.json`` in ``folder`` names.

    Returns the tables by name and every problem found: files that cannot be read, cells of the
    wrong type or outside their constraints, repeated keys, keys that lead nowhere, tables that
    nothing describes. Whatever the folder holds, it is said in the problems and never raised.
    """
    resources, problems = _described(folder)
    if not resources:
        return {}, problems
    tables: dict[str, Table] = {}
    for resource in resources:
        if str(resource["path"]).endswith(".csv"):
            table, found = read_table(folder, resource)
            tables[table.name] = table
            problems += found
    for table in tables.values():
        problems += _dangling(table, tables)
    if not problems:  # where the description is wrong, its tables would only follow
        problems += _undescribed(folder, (str(item["path"]) for item in resources))
    return tables, problems
