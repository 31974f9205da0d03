"""Turns the tables in ``data/`` into a survey, or says in which cell it cannot."""

from __future__ import annotations

import os
from collections.abc import Container, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import cast

from sme_survey.survey import names
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
from sme_survey.survey.readings import Spot, read_twice
from sme_survey.survey.sources import Origin, Source
from sme_survey.survey.tables import DESCRIPTOR, DataError, Problem, Row, Table, read_package
from sme_survey.survey.text import Text

__all__ = ["DataError", "data_dir", "load"]

DRAFT = "draft"  # state of a wave that is not wholly transcribed

# What the program reads: columns of each table, those of numbers with their type. The tables of the
# first part must be there; one of the second that is not described is taken as empty.
_CORE = {
    "survey": "kind name value text_en text_ja",
    "sources": "source_id kind title_en title_ja publisher_en publisher_ja date address "
    "credit_en credit_ja",
    "questions": "question_id section title_en title_ja answer_type base_en base_ja "
    "publication wording_ja",
    "question_sources": "question_id wave:integer source_id page:integer",
    "options": "question_id option_id position:integer label_en label_ja role",
    "groups": "group label_en label_ja position:integer dimension",
    "waves": "wave:integer position:integer label_en label_ja short_en short_ja colour state "
    "valid_responses:integer comparison_base:integer fieldwork_start fieldwork_end mode_en mode_ja "
    "period_en period_ja frame_en frame_ja source_id",
    "answers": "question_id wave:integer group n:integer option_id percent:number",
}
_MORE = {
    "pages": "page:integer source_id section heading_en heading_ja",
    "published_singles": "single_id question_id wave:integer group option value:number unit "
    "text_en text_ja source_id page:integer kind",
    "mailout": "industry label_en label_ja size sent:integer source_id page:integer",
    "option_kinds": "question_id option_id kind kind_position:integer kind_en kind_ja",
    "industry_groups": "question_id option_id industry",
    "blocks": "block label_en label_ja position:integer minimum_cases:integer source_id "
    "page:integer",
    "prefectures": "jis_code option_id label_en label_ja block",
    "establishments": "jis_code year:integer establishments:integer source_id",
    "frame": "frame_industry label_en label_ja industry sme:integer small:integer "
    "enterprises:integer source_id",
    "interviews": "measure value:integer label_en label_ja source_id page:integer",
    "interview_criteria": "criterion position:integer aspect aspect_en aspect_ja text_en text_ja "
    "source_id page:integer",
    "interview_topics": "topic position:integer theme theme_en theme_ja text_en text_ja "
    "source_id page:integer",
    "case_blocks": "block cases:integer source_id page:integer",
    "case_views": "view label_en label_ja cases:integer source_id page:integer",
    "case_examples": "theme kind position:integer theme_en theme_ja text_en text_ja source_id "
    "page:integer",
    "second_answers": "question_id wave:integer group n:integer option_id percent:number",
    "double_entry": "page:integer block position:integer value:number",
    "double_entry_map": "page:integer block first:integer last:integer table selector column",
    "sentences": "page:integer position:integer length:integer digits block",
    "claims": "claim_id page:integer place theme statement_en statement_ja kind arguments numbers "
    "card note_en note_ja note_sources reply_en reply_ja",
    "recorded_verdicts": "version claim_id verdict",
    "claims_left_out": "page:integer place:integer reason",
    "claims_retired": "claim_id version went_to reason_en reason_ja",
    "notation": "notation_id page:integer printed elsewhere_page:integer elsewhere note_en note_ja",
    "counts": "question_id wave:year group option_id n:integer count_low:integer "
    "count_high:integer count:integer reason",
    "context_methods": "survey_id position:integer wave:integer label_en label_ja population_en "
    "population_ja mode_en mode_ja sample_en sample_ja fieldwork_en fieldwork_ja "
    "valid:integer source_id page:integer caveat_en caveat_ja",
    "context": "fact_id survey_id topic comparable question_en question_ja option_en option_ja "
    "group_en group_ja value:number unit n:integer source_id page:integer caveat_en "
    "caveat_ja",
    "errata": "version position:integer date text_en text_ja",
}

UNKNOWN = Source("", "report", Text("", ""), Text("", ""), "", "", Text("", ""))
NOWHERE = {0: Origin(UNKNOWN)}  # of a question that question_sources.csv leaves out

_MAY_BE_EMPTY = ("second_answers", "errata", "claims_left_out", "claims_retired", "notation")

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
    tables, problems = read(folder)
    if problems:
        raise DataError(problems)
    survey, problems = build(tables)
    if problems:
        raise DataError(problems)
    return survey


def _contract(tables: dict[str, Table]) -> list[Problem]:
    """Hold the tables against what the program reads; tables it can do without are added empty."""
    problems = []
    described = tuple(tables)
    for name, line in (_CORE | _MORE).items():
        columns = [column.partition(":")[::2] for column in line.split()]
        if name not in tables:
            if name in _CORE:
                place = f"resources/{name}"
                problems.append(Problem(DESCRIPTOR, None, place, "no such table", "a description"))
            fields = [{"name": column, "type": kind or "string"} for column, kind in columns]
            tables[name] = Table(name, f"{name}.csv", {"fields": fields})
            continue
        given = {str(item["name"]): item for item in tables[name].schema["fields"]}
        for column, kind in columns:
            found = given[column].get("type", "string") if column in given else None
            if found is None or (kind and found != kind and {found, kind} != {"year", "integer"}):
                place = f"resources/{name}/schema/fields/{column}"
                is_found = f"type {found}" if found else "no such column"
                wanted = f"type {kind}" if kind else "the column"
                problems.append(Problem(DESCRIPTOR, None, place, is_found, wanted))
    if problems:
        return problems
    return [
        Problem(tables[name].file, None, None, "no rows", "at least one")
        for name in described
        if tables[name].readable and not tables[name].rows and name not in _MAY_BE_EMPTY
    ]


def read(folder: Path) -> tuple[dict[str, Table], list[Problem]]:
    """Every table of a folder and every problem of its structure; nothing is raised."""
    tables, problems = read_package(folder)
    return tables, problems + (_contract(tables) if tables else [])


def _label(row: Row, stem: str = "label") -> Text:
    return Text(row.text(f"{stem}_en"), row.text(f"{stem}_ja"))


def build(tables: Mapping[str, Table]) -> tuple[Survey, list[Problem]]:
    """Assemble the survey from typed tables; problems that span rows are returned beside it."""
    words = names.read(tables["survey"])
    sources = {row.text("source_id"): _source(row) for row in tables["sources"]}
    questions = _questions(tables, sources, words.words.get("units", Text("", "")))
    twice = read_twice(tables)
    drafts = {
        row.whole("wave"): _label(row) for row in tables["waves"] if row.text("state") == DRAFT
    }
    answers, problems = _answers(tables["answers"], questions, twice, drafts)
    problems += names.problems(tables)
    survey = Survey(
        questions=tuple(questions.values()),
        groups=tuple(
            Group(row.text("group"), _label(row), row.whole("position"), row.text("dimension"))
            for row in tables["groups"]
        ),
        waves=tuple(
            _wave(row, sources)
            for row in sorted(tables["waves"], key=lambda row: row.whole("position"))
        ),
        all_answers=tuple(answers),
        singles=tuple(_single(row, sources, twice) for row in tables["published_singles"]),
        sources=tuple(sources.values()),
        names=words,
        tables=tables,
    )
    return survey, problems


def _source(row: Row) -> Source:
    return Source(
        row.text("source_id"),
        row.text("kind"),
        _label(row, "title"),
        _label(row, "publisher"),
        row.text("date"),
        row.text("address"),
        _label(row, "credit"),
    )


def _origin(row: Row, sources: Mapping[str, Source]) -> Origin:
    """Where a row is published; a link that leads nowhere is named where the links are checked."""
    page = row.values.get("page")
    source = sources.get(row.text("source_id"), UNKNOWN)
    return Origin(source, page if isinstance(page, int) else None)


def _wave(row: Row, sources: Mapping[str, Source]) -> Wave:
    valid = row.values["valid_responses"]
    return Wave(
        year=row.whole("wave"),
        label=_label(row),
        short=_label(row, "short"),
        colour=row.text("colour"),
        base=row.whole("comparison_base"),
        valid=valid if isinstance(valid, int) else None,
        start=row.text("fieldwork_start"),
        end=row.text("fieldwork_end"),
        mode=_label(row, "mode"),
        period=_label(row, "period"),
        frame=_label(row, "frame"),
        origin=_origin(row, sources),
        draft=row.text("state") == DRAFT,
    )


def _questions(
    tables: Mapping[str, Table], sources: Mapping[str, Source], unit: Text
) -> dict[str, Question]:
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
    printed: dict[str, dict[int, Origin]] = {}
    for row in tables["question_sources"]:
        waves = printed.setdefault(row.text("question_id"), {})
        waves[row.whole("wave")] = _origin(row, sources)
    return {
        row.text("question_id"): Question(
            id=row.text("question_id"),
            section=row.text("section"),
            title=_label(row, "title"),
            wording=row.text("wording_ja"),
            answer_type=cast(AnswerType, row.text("answer_type")),
            base=_label(row, "base"),
            origins=tuple(
                sorted(
                    printed.get(row.text("question_id"), NOWHERE).items(),
                    key=lambda item: -item[0],
                )
            ),
            unit=unit,
            published=row.text("publication") == "numbers",
            options=tuple(
                sorted(options.get(row.text("question_id"), []), key=lambda item: item.position)
            ),
        )
        for row in tables["questions"]
    }


def _answers(
    table: Table,
    questions: Mapping[str, Question],
    twice: Container[Spot],
    drafts: Mapping[int, Text],
) -> tuple[list[Answer], list[Problem]]:
    blocks: dict[tuple[str, int, str], list[Row]] = {}
    for row in table:
        key = (row.text("question_id"), row.whole("wave"), row.text("group"))
        blocks.setdefault(key, []).append(row)
    answers: list[Answer] = []
    problems: list[Problem] = []
    for (question_id, wave, group), rows in blocks.items():
        question = questions.get(question_id)
        if question is None:  # a link that leads nowhere, named where the links are checked
            continue
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
            origin = replace(
                dict(question.origins).get(wave, question.origin),
                twice=(table.name, row.line, "percent") in twice,
                draft=drafts.get(wave),
            )
            answers.append(Answer(question_id, wave, group, n, option, percent, counts, origin))
    return answers, problems


def _block_problems(file: str, question: Question, rows: list[Row]) -> list[Problem]:
    """Rows of one question, wave and group: one n, every option once, in the order of the chart."""
    problems = []
    first = rows[0]
    place = f"{question.id} {first.whole('wave')} {first.text('group')}"
    if not question.published:
        found, wanted = f"numbers of {place}", "none: its chart is a picture (questions.csv)"
        return [Problem(file, first.line, "question_id", found, wanted)]
    for row in rows[1:]:
        if row.whole("n") != first.whole("n"):
            wanted = f"{first.whole('n')} as on row {first.line}"
            problems.append(Problem(file, row.line, "n", str(row.whole("n")), wanted))
    for row in rows:
        percent = row.number("percent")
        if percent.as_tuple().exponent != -1:
            wanted = "one decimal, as printed"
            problems.append(Problem(file, row.line, "percent", str(percent), wanted))
    given = [row.text("option_id") for row in rows]
    for option in question.options:
        if option.id not in given:
            found = f"no row of {place} for {option.id}"
            problems.append(Problem(file, first.line, "option_id", found, "every option once"))
    order = [option.id for option in question.options]
    if sorted(given) == sorted(order) and given != order:
        row, wanted = next(
            pair for pair in zip(rows, order, strict=True) if pair[0].text("option_id") != pair[1]
        )
        wanted += ", in the order of options.csv"
        problems.append(Problem(file, row.line, "option_id", row.text("option_id"), wanted))
    return problems


def _impossible(file: str, question: Question, rows: list[Row]) -> list[Problem]:
    """Percentages that no number of firms gives: name the cell, or the table that does not add."""
    n = rows[0].whole("n")
    problems = []
    for row in rows:
        if count_ranges([row.number("percent")], n, "multiple") is None:
            wanted = f"a percentage that a whole number of {n} rounds to"
            problems.append(Problem(file, row.line, "percent", str(row.number("percent")), wanted))
    if not problems:
        total = sum(row.number("percent") for row in rows)
        found = (
            f"a sum of {total} for {question.id} {rows[0].whole('wave')} {rows[0].text('group')} "
            f"(rows {rows[0].line} to {rows[-1].line})"
        )
        wanted = f"whole numbers that round to a single answer's percentages and sum to {n}"
        problems.append(Problem(file, rows[0].line, "percent", found, wanted))
    return problems


def _single(row: Row, sources: Mapping[str, Source], twice: Container[Spot]) -> Single:
    wave = row.values["wave"]
    return Single(
        id=row.text("single_id"),
        question_id=row.text("question_id") or None,
        value=row.number("value"),
        unit=row.text("unit"),
        kind=row.text("kind"),
        text=_label(row, "text"),
        origin=replace(
            _origin(row, sources), twice=("published_singles", row.line, "value") in twice
        ),
        wave=wave if isinstance(wave, int) else None,
        group=row.text("group") or None,
    )
