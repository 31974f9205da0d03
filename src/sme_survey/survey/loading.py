"""Turns the tables in ``data/`` into a survey, or says in which cell it cannot."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import cast

from sme_survey.survey.model import (
    Answer,
    AnswerType,
    Group,
    Option,
    Question,
    Role,
    Single,
    Survey,
    Wave,
    count_ranges,
)
from sme_survey.survey.tables import DataError, Problem, Row, Table, read_package
from sme_survey.survey.text import Text

__all__ = ["DataError", "data_dir", "load"]

_PACKAGE = Path(__file__).resolve().parent.parent


def data_dir(folder: str | os.PathLike[str] | None = None) -> Path:
    """The folder the data are read from.

    The argument if given, else ``SME_SURVEY_DATA``, else the data installed with the package,
    else ``data/`` of a checkout.
    """
    chosen = folder or os.environ.get("SME_SURVEY_DATA")
    if chosen:
        return Path(chosen)
    installed = _PACKAGE / "_data"
    return installed if installed.is_dir() else _PACKAGE.parent.parent / "data"


def load(folder: str | os.PathLike[str] | None = None) -> Survey:
    """Read and validate the survey.

    Parameters
    ----------
    folder
        Folder with ``datapackage.json`` and its tables; see :func:`data_dir`.

    Raises
    ------
    DataError
        If anything in the tables is wrong; it names file, row and column of every problem.
    """
    return _load(data_dir(folder))


@lru_cache(maxsize=4)
def _load(folder: Path) -> Survey:
    tables, problems = read_package(folder)
    if problems:
        raise DataError(problems)
    survey, problems = build(tables)
    if problems:
        raise DataError(problems)
    return survey


def _label(row: Row, stem: str = "label") -> Text:
    return Text(row.text(f"{stem}_en"), row.text(f"{stem}_ja"))


def build(tables: Mapping[str, Table]) -> tuple[Survey, list[Problem]]:
    """Assemble the survey from typed tables; problems that span rows are returned beside it."""
    questions = _questions(tables)
    answers, problems = _answers(tables["answers"], questions)
    survey = Survey(
        questions=tuple(questions.values()),
        groups=tuple(
            Group(row.text("group"), _label(row), row.whole("position"), row.text("dimension"))
            for row in tables["groups"]
        ),
        waves=tuple(
            Wave(row.whole("wave"), _label(row), row.whole("comparison_base"))
            for row in tables["waves"]
        ),
        all_answers=tuple(answers),
        singles=tuple(_single(row) for row in tables["published_singles"]),
        tables=tables,
    )
    return survey, problems


def _questions(tables: Mapping[str, Table]) -> dict[str, Question]:
    options: dict[str, list[Option]] = {}
    for row in tables["options"]:
        question_id = row.text("question_id")
        options.setdefault(question_id, []).append(
            Option(
                row.text("option_id"),
                question_id,
                row.whole("position"),
                _label(row),
                cast(Role, row.text("role")),
            )
        )
    return {
        row.text("question_id"): Question(
            id=row.text("question_id"),
            section=row.text("section"),
            title=_label(row, "title"),
            wording=row.text("wording_ja"),
            answer_type=cast(AnswerType, row.text("answer_type")),
            base=_label(row, "base"),
            page=row.whole("page"),
            published=row.text("publication") == "numbers",
            options=tuple(
                sorted(options.get(row.text("question_id"), []), key=lambda item: item.position)
            ),
        )
        for row in tables["questions"]
    }


def _answers(table: Table, questions: Mapping[str, Question]) -> tuple[list[Answer], list[Problem]]:
    blocks: dict[tuple[str, int, str], list[Row]] = {}
    for row in table:
        key = (row.text("question_id"), row.whole("wave"), row.text("group"))
        blocks.setdefault(key, []).append(row)
    answers: list[Answer] = []
    problems: list[Problem] = []
    for (question_id, wave, group), rows in blocks.items():
        question = questions[question_id]
        found = _block_problems(table.file, question, rows)
        percents = [row.number("percent") for row in rows]
        n = rows[0].whole("n")
        ranges = None if found else count_ranges(percents, n, question.answer_type)
        if not found and ranges is None:
            found = _impossible(table.file, question, rows)
        problems += found
        for row, counts in zip(rows, ranges or (), strict=bool(ranges)):
            option = question.option(row.text("option_id"))
            percent = row.number("percent")
            answers.append(Answer(question_id, wave, group, n, option, percent, counts))
    return answers, problems


def _block_problems(file: str, question: Question, rows: list[Row]) -> list[Problem]:
    """Rows of one question, wave and group: one n, every option once."""
    problems = []
    first = rows[0]
    place = f"{question.id} {first.whole('wave')} {first.text('group')}"
    for row in rows[1:]:
        if row.whole("n") != first.whole("n"):
            message = f"is {row.whole('n')}; expected {first.whole('n')} as on row {first.line}"
            problems.append(Problem(file, row.line, "n", message))
    for row in rows:
        percent = row.number("percent")
        if percent * 10 % 1:
            message = f"is {percent}; expected one decimal, as the report prints"
            problems.append(Problem(file, row.line, "percent", message))
    given = {row.text("option_id") for row in rows}
    for option in question.options:
        if option.id not in given:
            message = f"{place} has no row for option {option.id!r}"
            problems.append(Problem(file, first.line, "option_id", message))
    if not question.published:
        message = f"{place}: the report publishes this chart as a picture, not as numbers"
        problems.append(Problem(file, first.line, "question_id", message))
    return problems


def _impossible(file: str, question: Question, rows: list[Row]) -> list[Problem]:
    """Percentages that no number of firms gives: name the cell, or the table that does not add."""
    n = rows[0].whole("n")
    problems = []
    for row in rows:
        if count_ranges([row.number("percent")], n, "multiple") is None:
            message = f"is {row.number('percent')}; no whole number of {n} firms rounds to it"
            problems.append(Problem(file, row.line, "percent", message))
    if not problems:
        total = sum(row.number("percent") for row in rows)
        message = (
            f"{question.id} {rows[0].whole('wave')} {rows[0].text('group')} is single answer, but "
            f"rows {rows[0].line} to {rows[-1].line} add up to {total}: no whole numbers of firms "
            f"round to them and sum to {n}"
        )
        problems.append(Problem(file, rows[0].line, "percent", message))
    return problems


def _single(row: Row) -> Single:
    wave = row.values["wave"]
    return Single(
        id=row.text("single_id"),
        question_id=row.text("question_id") or None,
        value=row.number("value"),
        unit=row.text("unit"),
        kind=row.text("kind"),
        text=_label(row, "text"),
        page=row.whole("page"),
        wave=wave if isinstance(wave, int) else None,
        group=row.text("group") or None,
    )
