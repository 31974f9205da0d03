"""The survey in other shapes: rows for tables, CSV, JSON, an SQLite database, a Data Package.

Standard library only. A row is one published percentage with everything needed to read it: labels
in both languages, base, interval, counts and page.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from sme_survey.survey.model import Answer, Survey
from sme_survey.survey.text import Language

COLUMNS = (
    "question_id", "question_en", "question_ja", "answer_type", "wave", "group", "group_en",
    "group_ja", "n", "option_id", "option_en", "option_ja", "role", "percent", "low", "high",
    "count_low", "count_high", "page",
)  # fmt: skip


def record(survey: Survey, answer: Answer) -> dict[str, Any]:
    """One published percentage as a dictionary with the keys :data:`COLUMNS`.

    ``percent`` is as printed (0 to 100); ``low`` and ``high`` are its 95% Wilson interval in per
    cent; ``count_low`` and ``count_high`` the numbers of firms that the percentage allows.
    """
    question, group = survey.question(answer.question_id), survey.group(answer.group)
    interval = answer.interval()
    values = (
        question.id, question.title.en, question.title.ja, question.answer_type, answer.wave,
        group.id, group.label.en, group.label.ja, answer.n, answer.option.id,
        answer.option.label.en, answer.option.label.ja, answer.option.role, answer.percent,
        round(100 * interval.low, 4), round(100 * interval.high, 4),
        answer.counts.low, answer.counts.high, question.page,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def select(
    survey: Survey, question_id: str, wave: int | Literal["newest"] | None = "newest",
    group: str | None = "total",
) -> list[Answer]:  # fmt: skip
    """Answers to a question; ``None`` for the wave or the group takes all that are published.

    Without a wave, the newest of the question.

    Raises
    ------
    UnknownName
        If there is no such question, or nothing published for the wave and group.
    """
    question = survey.question(question_id)
    if wave == "newest":
        wave = survey.current(question.id, group or "total")
    if wave is not None and group is not None:
        return list(survey.answers(question.id, wave, group))
    keys = [
        (known_wave, known_group)
        for known_wave, known_group in survey.keys(question.id)
        if wave in (None, known_wave) and group in (None, known_group)
    ]
    if not keys:  # raises, with what is published
        return list(survey.answers(question.id, wave, group or "total"))
    return [answer for key in keys for answer in survey.answers(question.id, *key)]


def plain(value: Any) -> Any:
    """A value that JSON and SQLite can hold."""
    return float(value) if isinstance(value, Decimal) else value


def as_csv(records: Sequence[dict[str, Any]]) -> str:
    """Rows as CSV (UTF-8, LF)."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(records[0]) if records else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return buffer.getvalue()


def as_json(records: Iterable[dict[str, Any]]) -> str:
    """Rows as a JSON list of objects."""
    rows = [{name: plain(value) for name, value in row.items()} for row in records]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def columns_wide(text: str) -> int:
    """Columns a text takes on a terminal: full-width characters take two."""
    return sum(2 if unicodedata.east_asian_width(item) in "WF" else 1 for item in text)


def padded(text: str, width: int, right: bool = False) -> str:
    """A text filled with spaces to a width on a terminal."""
    space = " " * max(width - columns_wide(text), 0)
    return space + text if right else text + space


def as_text(survey: Survey, answers: Sequence[Answer], language: Language) -> str:
    """Answers for people: a block for each wave and group, percentages with their intervals."""
    question = survey.question(answers[0].question_id)
    kinds = {
        "single": {"en": "single answer", "ja": "単一回答"},
        "multiple": {"en": "multiple answers", "ja": "複数回答"},
    }
    heads = {
        "en": ("Option", "%", "95% CI", survey.names.unit_counts.en),
        "ja": ("選択肢", "%", "95%信頼区間", survey.names.unit_counts.ja),
    }[language]
    page = f"p. {question.page}" if language == "en" else f"報告書{question.page}ページ"
    lines = [
        f"{question.title[language]} [{question.id}]",
        f"{question.base[language]}; {kinds[question.answer_type][language]}; {page}",
    ]
    waves = {wave.year: wave.label for wave in survey.waves}
    for wave, group in dict.fromkeys((answer.wave, answer.group) for answer in answers):
        block = [answer for answer in answers if (answer.wave, answer.group) == (wave, group)]
        name = survey.group(group).label[language]
        lines += ["", f"{waves[wave][language]}, {name}, n = {block[0].n:,}"]
        rows = [heads, *(text_row(answer, language) for answer in block)]
        widths = [max(columns_wide(row[i]) for row in rows) for i in range(len(heads))]
        lines += [
            "  ".join(padded(cell, widths[i], right=i > 0) for i, cell in enumerate(row)).rstrip()
            for row in rows
        ]
    return "\n".join(lines) + "\n"


def text_row(answer: Answer, language: Language) -> tuple[str, str, str, str]:
    """Label, percentage, interval and counts of an answer as text."""
    interval, counts = answer.interval(), answer.counts
    shown = f"{counts.low:,}"
    if counts.high != counts.low:
        shown += f"–{counts.high:,}"
    ends = f"{100 * interval.low:.1f}–{100 * interval.high:.1f}"
    return answer.option.label[language], f"{answer.percent}", ends, shown


def all_records(survey: Survey) -> list[dict[str, Any]]:
    """Every published percentage, in the order of the questions."""
    return [
        record(survey, answer)
        for question in survey.questions
        for answer in (select(survey, question.id, None, None) if question.published else ())
    ]


def refuse(target: Path, force: bool) -> None:
    """Stop before something would be overwritten.

    Raises
    ------
    FileExistsError
        If the target is there and ``force`` is not given.
    """
    if target.exists() and not force:
        raise FileExistsError(f"{target} is there already; give --force to write over it")


def write_sqlite(survey: Survey, target: Path) -> None:
    """Every table of the data, and ``percentages`` with one row a published percentage."""
    target.unlink(missing_ok=True)
    connection = sqlite3.connect(target)
    kinds = {"integer": "INTEGER", "year": "INTEGER", "number": "REAL"}
    try:
        for name, table in survey.tables.items():
            fields = table.schema["fields"]
            columns = ", ".join(
                f'"{field["name"]}" {kinds.get(field["type"], "TEXT")}' for field in fields
            )
            connection.execute(f'CREATE TABLE "{name}" ({columns})')
            marks = ", ".join("?" for _ in fields)
            rows = [tuple(plain(row.values[c]) for c in table.columns) for row in table]
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', rows)
        records = all_records(survey)
        columns = ", ".join(f'"{name}"' for name in COLUMNS)
        connection.execute(f"CREATE TABLE percentages ({columns})")
        marks = ", ".join("?" for _ in COLUMNS)
        connection.executemany(
            f"INSERT INTO percentages VALUES ({marks})",
            [tuple(plain(value) for value in row.values()) for row in records],
        )
        connection.commit()
    finally:
        connection.close()


RELEASES = "releases"  # below data/, what earlier versions gave out: no part of the data package


def package_files(folder: Path) -> list[Path]:
    """The files of the data package: tables and their descriptions, sorted."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.name.startswith(".")
        and path.relative_to(folder).parts[0] != RELEASES
    ]


def copy_package(source: Path, target: Path, force: bool) -> None:
    """The files of the data package as they are."""
    if force and target.is_dir():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    for path in package_files(source):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


TEXTS: dict[str, Callable[[Sequence[dict[str, Any]]], str]] = {"csv": as_csv, "json": as_json}
