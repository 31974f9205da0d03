"""The guard of the data: everything that can be held against something else, in one pass.

:func:`inspect` reads a folder and never raises, whatever it holds. Checks stand in an order in
which a fault of one explains faults of those after it: structure, links, the survey's tables,
claims and what they name, the second reading; then what is computed from all of them
(consistency, derived tables, verdicts). Standard library only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sme_survey.judgement import audits, chapters, claims
from sme_survey.survey.loading import build, read
from sme_survey.survey.model import Survey
from sme_survey.survey.readings import Comparison, compare
from sme_survey.survey.tables import DESCRIPTOR, DataError, Problem, Row, Table, names

CHECKS = {
    "structure": "files, columns and cells",
    "links": "links between tables",
    "readings": "second reading",
    "survey": "answers to every published question",
    "chapters": "passages of the notebooks in both languages, and what they name",
    "claims": "claims, their arguments and the figures they name",
    "consistency": "consistency of the published numbers",
    "derived": "derived tables",
    "verdicts": "recorded verdicts",
}
# What a wrong number changes as well: named in one line where an earlier check found its cause.
COMPUTED = ("consistency", "derived", "verdicts")


@dataclass
class Report:
    """What the guard found.

    ``found``: problems by check, in the order of :data:`CHECKS`. ``skipped``: checks that could
    not be made before those problems are mended. ``survey`` is None where it cannot be read.
    """

    folder: Path
    tables: dict[str, Table] = field(default_factory=dict)
    found: dict[str, list[Problem]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    survey: Survey | None = None
    comparison: Comparison | None = None
    chapters: chapters.Chapters | None = None
    judged: tuple[claims.Judged, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether the survey could be made from the tables."""
        return self.survey is not None and "survey" not in self.found

    @property
    def causes(self) -> list[Problem]:
        """Problems that no other one explains."""
        read = {(item.file, item.column) for item in self._of("readings")}
        first = [
            item
            for check in CHECKS
            for item in self._of(check)
            if check not in COMPUTED
            and not (check == "survey" and (item.file, item.column) in read)  # a sum of that cell
        ]
        for check in COMPUTED:
            first = first or self._of(check)
        return first

    @property
    def followers(self) -> dict[str, list[Problem]]:
        """Problems of computed checks that the causes explain, or hide."""
        causes = self.causes
        return {
            check: self._of(check)
            for check in COMPUTED
            if self._of(check) and self._of(check) is not causes
        }

    def _of(self, check: str) -> list[Problem]:
        return self.found.get(check, [])


def inspect(folder: Path) -> Report:
    """Hold everything in ``folder`` against everything else. Nothing is raised."""
    report = Report(folder)
    _attempt(report, "structure", lambda: _structure(report), DESCRIPTOR)
    broken = {problem.file for problem in report.found.get("structure", ())}
    if broken & {DESCRIPTOR} or not report.tables:
        report.skipped = [check for check in CHECKS if check != "structure"]
        return report
    _attempt(report, "links", lambda: _links(report.tables, broken), DESCRIPTOR)
    broken |= {problem.file for problem in report.found.get("links", ())}
    files = {name: table.file for name, table in report.tables.items()}

    def sound(*wanted: str) -> bool:
        return not broken & {files[name] for name in wanted}

    whole = not broken & set(files.values())
    core = (
        "survey",
        "double_entry",
        "double_entry_map",
        "second_answers",
        "questions",
        "options",
        "groups",
        "waves",
        "answers",
        "published_singles",
    )
    checks: tuple[tuple[str, Callable[[], bool], Callable[[], Iterable[Problem]], str], ...] = (
        ("readings", lambda: whole, lambda: _readings(report), "double_entry_map"),
        ("survey", lambda: sound(*core), lambda: _survey(report), "answers"),
        ("chapters", lambda: True, lambda: _chapters(report), "questions"),
        ("claims", lambda: whole and report.readable, lambda: _claims(report), "claims"),
        ("consistency", lambda: whole and report.readable, lambda: _consistency(report), "answers"),
        ("derived", lambda: whole and report.readable, lambda: _derived(report), "answers"),
        ("verdicts", lambda: bool(report.judged), lambda: _verdicts(report), "recorded_verdicts"),
    )
    for check, possible, run, table in checks:
        if possible():
            _attempt(report, check, run, files[table])
        else:
            report.skipped.append(check)
    return report


def _attempt(report: Report, check: str, run: Callable[[], Iterable[Problem]], file: str) -> None:
    """Make one check; what it cannot even compute is a problem as well."""
    found: list[Problem] = []
    try:
        found.extend(run())
    except DataError as error:
        found.extend(error.problems)
    except Exception as error:  # whatever the folder holds, it is said, not raised
        reason = str(error) or type(error).__name__
        found.append(Problem(file, None, None, f"{CHECKS[check]} cannot be computed: {reason}"))
    if found:
        report.found[check] = found


def _structure(report: Report) -> list[Problem]:
    report.tables, problems = read(report.folder)
    return problems


# ---- links that the description cannot state ----------------------------------------------------


def _column(table: Table, column: str) -> dict[str, Row]:
    return {row.text(column): row for row in table}


def _same(
    one: Table, column: str, other: Table, target: str, leave: frozenset[str] = frozenset()
) -> Iterator[Problem]:
    """Two columns that hold the same names, whatever their order."""
    mine, theirs = _column(one, column), _column(other, target)
    for first, second, table, name, file in (
        (mine, theirs, one, column, other.file),
        (theirs, mine, other, target, one.file),
    ):
        for value, row in first.items():
            if value not in second and value not in leave:
                wanted = f"one of those in {file}"
                yield Problem(table.file, row.line, name, value, wanted)


def _asked(options: Table, question: str) -> Table:
    """The substantive options of a question."""
    rows = [
        row
        for row in options
        if row.text("question_id") == question and row.text("role") == "substantive"
    ]
    return Table(options.name, options.file, options.schema, rows)


def _one_label_each(kinds: Table) -> Iterator[Problem]:
    """A kind has the same place and the same names on all its rows."""
    first: dict[tuple[str, str], Row] = {}
    for row in kinds:
        known = first.setdefault((row.text("question_id"), row.text("kind")), row)
        for column in ("kind_position", "kind_en", "kind_ja"):
            if row.values[column] != known.values[column]:
                wanted = f"{known.values[column]} as on row {known.line}"
                found = str(row.values[column])
                yield Problem(kinds.file, row.line, column, found, wanted)


def _links(tables: Mapping[str, Table], broken: set[str]) -> Iterator[Problem]:
    def sound(*wanted: str) -> bool:
        return not broken & {tables[name].file for name in wanted} and all(
            tables[name].rows for name in wanted
        )

    options = tables["options"]
    if sound("options", "prefectures"):
        asked = _asked(options, "prefecture")
        yield from _same(tables["prefectures"], "option_id", asked, "option_id")
    if sound("options", "industry_groups"):
        grouped = tables["industry_groups"]
        yield from _same(grouped, "option_id", _asked(options, "industry"), "option_id")
    if sound("recorded_verdicts", "claims", "claims_retired"):
        known = _column(tables["claims"], "claim_id") | _column(
            tables["claims_retired"], "claim_id"
        )
        for row in tables["recorded_verdicts"]:
            if row.text("claim_id") not in known:
                file, wanted = tables["recorded_verdicts"].file, "one in claims.csv or retired"
                yield Problem(file, row.line, "claim_id", row.text("claim_id"), wanted)
    if sound("options", "option_kinds"):
        kinds = tables["option_kinds"]
        for question in sorted({row.text("question_id") for row in kinds}):
            of_question = [row for row in kinds if row.text("question_id") == question]
            asked = _asked(options, question)
            yield from _same(
                Table(kinds.name, kinds.file, kinds.schema, of_question),
                "option_id",
                asked,
                "option_id",
            )
        yield from _one_label_each(kinds)
    if sound("mailout", "industry_groups"):
        total = frozenset({"total"})
        yield from _same(
            tables["mailout"], "industry", tables["industry_groups"], "industry", total
        )
    if sound("mailout", "frame"):
        known = _column(tables["mailout"], "industry")
        for row in tables["frame"]:
            if row.text("industry") not in known:
                wanted = f"one of those in {tables['mailout'].file}"
                yield Problem(
                    tables["frame"].file, row.line, "industry", row.text("industry"), wanted
                )
    if sound("blocks", "case_blocks"):
        yield from _same(tables["blocks"], "block", tables["case_blocks"], "block")
    if sound("blocks", "prefectures"):
        yield from _same(tables["blocks"], "block", tables["prefectures"], "block")
    for name, first, second in (
        ("mailout", "industry", "size"),
        ("establishments", "jis_code", "year"),
    ):
        if sound(name):
            yield from _complete(tables[name], first, second)
    if sound("claims", "claims_retired", "recorded_verdicts"):
        yield from _remembered(tables)
    if sound("prefectures", "establishments"):
        yield from _same(tables["prefectures"], "jis_code", tables["establishments"], "jis_code")


def _remembered(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Claims of earlier versions: recorded and retired ones are the same."""
    now, retired, recorded = (
        _column(tables[name], "claim_id")
        for name in ("claims", "claims_retired", "recorded_verdicts")
    )
    for known, names_of, wanted in (
        (recorded, {*now, *retired}, "a claim of claims.csv or claims_retired.csv"),
        (retired, set(recorded), "a claim of recorded_verdicts.csv"),
    ):
        file = tables["recorded_verdicts" if known is recorded else "claims_retired"].file
        for name, row in known.items():
            if name not in names_of:
                yield Problem(file, row.line, "claim_id", name, wanted)


def _complete(table: Table, first: str, second: str) -> Iterator[Problem]:
    """A table that crosses two columns has a row for every pair."""
    rows = {(row.text(first), row.text(second)): row for row in table}
    seconds = dict.fromkeys(pair[1] for pair in rows)
    for one, row in _column(table, first).items():
        for two in seconds:
            if (one, two) not in rows:
                yield Problem(table.file, row.line, second, f"no row {one}, {two}", "every pair")


# ---- the survey, claims, readings ---------------------------------------------------------------


def _survey(report: Report) -> Iterator[Problem]:
    survey, problems = build(report.tables)
    report.survey = survey
    yield from problems
    answered = {row.text("question_id") for row in report.tables["answers"]}
    chosen = {row.text("question_id") for row in report.tables["options"]}
    for row in report.tables["questions"]:
        question, file = row.text("question_id"), report.tables["questions"].file
        if row.text("publication") == "numbers" and question not in answered:
            wanted = "its rows in answers.csv, or picture"
            yield Problem(
                file, row.line, "publication", f"numbers, but no answer of {question}", wanted
            )
        if row.text("publication") == "numbers" and question not in chosen:
            yield Problem(file, row.line, "question_id", f"no option of {question}", "its options")
    used = {row.text("group") for row in report.tables["answers"]}
    for row in report.tables["groups"]:
        if row.text("group") not in used:
            wanted = "a group of answers.csv"
            yield Problem(
                report.tables["groups"].file, row.line, "group", row.text("group"), wanted
            )


def _claims(report: Report) -> Iterator[Problem]:
    survey = report.survey
    assert survey is not None
    table = report.tables["claims"]
    try:
        report.judged = claims.ledger(survey)
    except DataError as error:
        yield from error.problems
    except Exception:  # find out which claim it is
        yield from _each_claim(survey, table)
    yield from _covering(report.tables)
    known = report.chapters.names if report.chapters else set()
    for row in table:
        card = row.text("card")
        if report.chapters and card and card not in known:
            yield Problem(table.file, row.line, "card", card, "a figure or table of the notebooks")


def _covering(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Place and numbers of a claim against the sentences of the report, and what is left out."""
    said: dict[tuple[int, str], list[str]] = {}
    for row in tables["double_entry"]:
        said.setdefault((row.whole("page"), row.text("block")), []).append(row.text("value"))
    runs = {
        (row.whole("page"), row.whole("position")): row.text("block") for row in tables["sentences"]
    }
    table, judged = tables["claims"], set()
    for row in table:
        page, place = row.whole("page"), row.text("place")
        places = [] if place == claims.TABLE else [(page, int(i)) for i in place.split(";")]
        judged.update(places)
        unknown = [item for item in places if item not in runs]
        if unknown:
            found = f"page {page}, sentence {unknown[0][1]}"
            yield Problem(table.file, row.line, "place", found, "a sentence of sentences.csv")
            continue
        held = [value for item in places for value in said.get((page, runs[item]), [])]
        for number in filter(None, row.text("numbers").split(";")):
            if number not in held:
                wanted = f"numbers of that sentence: {', '.join(held) or 'none'}"
                yield Problem(table.file, row.line, "numbers", number, wanted)
    left = tables["claims_left_out"]
    for row in left:
        if (row.whole("page"), row.whole("place")) in judged:
            found = f"page {row.text('page')}, sentence {row.text('place')}"
            yield Problem(left.file, row.line, "place", found, "a sentence without a claim")
    judged |= {(row.whole("page"), row.whole("place")) for row in left}
    for row in tables["sentences"]:
        if (row.whole("page"), row.whole("position")) not in judged:
            found = f"page {row.text('page')}, sentence {row.text('position')}"
            wanted = "a claim, or a row of claims_left_out.csv"
            yield Problem(tables["sentences"].file, row.line, "position", found, wanted)


def _each_claim(survey: Survey, table: Table) -> Iterator[Problem]:
    for row in table:
        alone = Table(table.name, table.file, table.schema, [row])
        tables = {**survey.tables, "claims": alone}
        part = replace(survey, tables=tables)
        try:
            claims.ledger(part)
        except DataError as error:
            yield from error.problems
        except Exception as error:  # an argument that its kind cannot use
            found = f"the kind {row.text('kind')} cannot use them: {type(error).__name__}: {error}"
            yield Problem(table.file, row.line, "arguments", found)


def _chapters(report: Report) -> Iterable[Problem]:
    report.chapters = chapters.read(report.folder)
    survey = report.survey if report.readable else None
    return chapters.problems(report.chapters, survey) if report.chapters else []


def _readings(report: Report) -> Iterable[Problem]:
    report.comparison = compare(report.tables)
    return report.comparison.problems


# ---- what is computed from all of it ------------------------------------------------------------


def _consistency(report: Report) -> Iterator[Problem]:
    assert report.survey is not None
    for audit in audits.within(report.survey):
        try:
            found = audit(report.survey).found
        except Exception as error:  # a table that lacks what the audit compares
            what = (audit.__doc__ or audit.__name__).splitlines()[0].rstrip(".")
            name = "mailout" if audit is audits.mailout else "answers"
            reason = f"{type(error).__name__}: {error}"
            file = report.tables[name].file
            yield Problem(file, None, None, f"cannot be tested ({what}): {reason}")
            continue
        for fault in found:
            table = report.tables[fault.table]
            rows = (
                row.line
                for row in table
                if all(row.text(column) == value for column, value in fault.where)
            )
            yield Problem(table.file, next(rows, None), fault.column, fault.en)


def _derived(report: Report) -> Iterator[Problem]:
    assert report.survey is not None
    table = report.tables["counts"]
    if not (report.folder / table.file).exists():  # not described, so not there
        return
    key = ("question_id", "wave", "group", "option_id")
    stored = {tuple(row.text(name) for name in key): row for row in table}
    wanted = "what make data writes"
    for record in csv.DictReader(io.StringIO(audits.counts_csv(report.survey))):
        place = tuple(record[name] for name in key)
        row = stored.pop(place, None)
        if row is None:
            yield Problem(table.file, None, None, f"no row {', '.join(place)}", wanted)
            continue
        for column, value in record.items():
            if row.text(column) != value:
                expected = f"{value or 'nothing'}, as computed from the other tables"
                yield Problem(table.file, row.line, column, row.text(column) or "nothing", expected)
    for place, row in stored.items():
        yield Problem(table.file, row.line, None, ", ".join(place), wanted)


def _verdicts(report: Report) -> Iterator[Problem]:
    assert report.survey is not None
    table = report.tables["recorded_verdicts"]
    lines = {row.text("claim_id"): row.line for row in table}  # the last version stands last
    for item in claims.differences(report.survey, report.judged):
        if item.computed is None:
            wanted = f"the claim, which {table.file} records"
            yield Problem("claims.csv", None, "claim_id", f"no row {item.claim_id}", wanted)
            continue
        yield Problem(
            table.file,
            lines.get(item.claim_id),
            "verdict",
            f"{item.recorded or 'nothing'} for {item.claim_id}",
            f"{item.computed}, as computed now",
        )
    places = {
        (row.whole("page"), row.text("block"), row.text("value")): row
        for row in report.tables["double_entry"]
    }
    for page, block, value in claims.coverage(report.survey, report.judged).missing:
        row = places[page, block, value]
        file = report.tables["double_entry"].file
        yield Problem(file, row.line, "value", f"{value} of a sentence", "a claim that covers it")


# ---- what nothing guards ------------------------------------------------------------------------


def unguarded(report: Report) -> dict[str, dict[str, int]]:
    """Cells that could be wrong without notice, counted by table and column.

    ``numbers read once``, ``words`` (free text) and ``choices`` (another allowed word, another key
    that exists): only their form is checked.
    """
    read_twice = report.comparison.read if report.comparison else {}
    bases = {
        (row.text("question_id"), row.text("wave"), row.text("group"))
        for row in report.tables["answers"]
        if ("answers", row.line, "n") in read_twice
    }
    counted: dict[str, dict[str, int]] = {"numbers read once": {}, "words": {}, "choices": {}}
    for table in report.tables.values():
        if table.name in {
            "counts",
            "recorded_verdicts",
            "double_entry",
            "double_entry_map",
            "second_answers",
        }:
            continue
        linked = {
            name for link in table.schema.get("foreignKeys", []) for name in names(link["fields"])
        }
        linked |= set(names(table.schema.get("primaryKey", [])))
        for spec in table.schema["fields"]:
            column, kind = str(spec["name"]), str(spec.get("type", "string"))
            cells = [row for row in table if row.values[column] is not None]
            if column == "position":
                continue
            if table.name == "answers" and column == "n":
                left = sum(
                    (r.text("question_id"), r.text("wave"), r.text("group")) not in bases
                    for r in cells
                )
                group = "numbers read once"
            elif table.name == "claims" and column in {
                "page",
                "place",
                "numbers",
                "card",
                "claim_id",
            }:
                continue
            elif column in linked or "enum" in spec.get("constraints", {}):
                left, group = (
                    len(cells) if column not in names(table.schema.get("primaryKey", [])) else 0,
                    "choices",
                )
            elif kind in {"number", "integer", "year"}:
                left = sum((table.name, row.line, column) not in read_twice for row in cells)
                group = "numbers read once"
            else:
                left, group = len(cells), "words"
            if left:
                counted[group][f"{table.file} {column}"] = left
    return counted


def as_json(report: Report) -> dict[str, Any]:
    """The report as plain data."""

    def plain(problem: Problem) -> dict[str, Any]:
        return {
            "file": problem.file,
            "row": problem.row,
            "column": problem.column,
            "found": problem.found,
            "expected": problem.expected or None,
        }

    return {
        "problems": [plain(problem) for problem in report.causes],
        "follow": {
            check: [plain(item) for item in found] for check, found in report.followers.items()
        },
        "not_checked": report.skipped,
        "unguarded": unguarded(report) if report.tables else {},
    }


def summary(problems: Iterable[Problem]) -> Iterator[str]:
    """One line for each problem; rows that share everything else share a line."""
    rows: dict[tuple[str, str | None, str], list[Problem]] = {}
    for problem in problems:
        rows.setdefault((problem.file, problem.column, problem.message), []).append(problem)
    for items in rows.values():
        more = [str(item.row) for item in items[1:]]
        tail = f" (and on row{'s' if len(more) > 1 else ''} {', '.join(more[:10])}" if more else ""
        left = f" and {len(more) - 10} more" if len(more) > 10 else ""
        yield f"{items[0]}{tail}{left}{')' if more else ''}"
