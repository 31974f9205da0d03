"""The chapters beside the data, as sources: what in them can be wrong before anything is run.

A passage that lacks its other language, an unknown tag, a label of another form, a number that no
cell says, a question or option that the survey does not hold: each is named with notebook and
cell. Standard library only; nothing is executed.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sme_survey.survey.model import Survey, UnknownName
from sme_survey.survey.tables import Problem
from sme_survey.survey.text import LANGUAGES

TAGS = tuple(f"lang-{language}" for language in LANGUAGES)
LABEL = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ANCHOR = re.compile(r"^\((.*)\)=\s*$", re.MULTILINE)
_CARD = re.compile(r"\{card\}`([^`]*)`")
_SOURCE = re.compile(r"\{source\}`(?:title:)?([^`]*)`")
_GLUE = re.compile(r"\{glue:\w+\}`([^`]*)`")
_HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
# Methods of the survey that look something up by name, and functions that take a question's.
_LOOKUPS = ("question", "answers", "answer", "base", "single", "group")
_OF_QUESTION = ("wave_changes", "group_trend")


@dataclass
class Cell:
    """One cell of a chapter: where it stands, its tags and its source."""

    notebook: str
    place: str
    kind: str
    tags: list[str]
    source: str
    tree: ast.Module | None = None


@dataclass
class Chapters:
    """Every cell of every notebook, by notebook; ``None`` stands for no notebooks at all."""

    cells: dict[str, list[Cell]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Every text that a code cell holds: among them the labels of figures and tables."""
        return {
            node.value
            for cell in self._code()
            for node in ast.walk(cell.tree or ast.Module([], []))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }

    def _code(self) -> Iterator[Cell]:
        for cells in self.cells.values():
            yield from (cell for cell in cells if cell.kind == "code")


def read(folder: Path) -> Chapters | None:
    """The notebooks in the folder beside ``folder``; None where there are none."""
    paths = sorted((folder.resolve().parent / "notebooks").glob("*.ipynb"))
    if not paths:
        return None
    chapters = Chapters()
    for path in paths:
        file = f"notebooks/{path.name}"
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            chapters.cells[file] = list(_cells(file, content["cells"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            row = getattr(error, "lineno", None)
            chapters.problems.append(Problem(file, row, None, str(error), "a notebook"))
    for cell in chapters._code():
        code = re.sub(r"(?m)^[%!].*$", "", cell.source)
        try:
            cell.tree = ast.parse(code)
        except SyntaxError as error:
            found = f"line {error.lineno}: {error.msg}"
            chapters.problems.append(Problem(cell.notebook, None, cell.place, found, "Python"))
    return chapters


def _cells(file: str, cells: Iterable[Any]) -> Iterator[Cell]:
    heading = ""
    for number, cell in enumerate(cells, 1):
        source = "".join(cell["source"])
        found = _HEADING.findall(source) if cell["cell_type"] == "markdown" else []
        heading = found[0] if found else heading
        place = f"cell {number}" + (f" ({heading})" if heading else "")
        tags = [str(tag) for tag in cell.get("metadata", {}).get("tags", [])]
        yield Cell(file, place, str(cell["cell_type"]), tags, source)


def problems(chapters: Chapters, survey: Survey | None) -> Iterator[Problem]:
    """What is wrong in the chapters; names of the survey are looked up where there is one."""
    yield from chapters.problems
    for cells in chapters.cells.values():
        yield from _pairs(cells)
        said = _said(cells)
        for cell in cells:
            if cell.kind == "markdown":
                yield from _labels(cell, said)
                yield from _sources(cell, survey)
            elif survey is not None and cell.tree is not None:
                yield from _lookups(cell, cell.tree, survey)


def _pairs(cells: list[Cell]) -> Iterator[Problem]:
    """Each passage stands in English, then in Japanese, with the same anchors and cards."""
    english: Cell | None = None
    for cell in [*cells, None]:
        languages = [tag for tag in cell.tags if tag.startswith("lang")] if cell else []
        if cell:
            for tag in languages:
                if tag not in TAGS:
                    yield _problem(cell, f"the tag {tag}", " or ".join(TAGS) + _near(tag, TAGS))
            if any(tag not in TAGS for tag in languages):
                english = None
                continue
            if cell.kind == "markdown" and len(languages) != 1:
                yield _problem(cell, f"{len(languages)} languages", f"one of {', '.join(TAGS)}")
                continue
        japanese = cell is not None and languages == ["lang-ja"]
        if english and not japanese:
            yield _problem(english, "an English passage alone", "its Japanese after it")
        if cell and japanese:
            if english is None:
                yield _problem(cell, "a Japanese passage alone", "its English before it")
            else:
                for what, form in (("anchors", _ANCHOR), ("cards", _CARD), ("sources", _SOURCE)):
                    pair = [form.findall(item.source) for item in (english, cell)]
                    if pair[0] != pair[1]:
                        found = f"the {what} {', '.join(pair[1]) or 'none'}"
                        yield _problem(cell, found, f"{', '.join(pair[0]) or 'none'} as in English")
        english = cell if languages == ["lang-en"] else None


def _said(cells: list[Cell]) -> set[str] | None:
    """Names that ``say`` gives to numbers; None where some are made while the cell runs."""
    said: set[str] = set()
    for cell in cells:
        for node in ast.walk(cell.tree or ast.Module([], [])):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                if any(keyword.arg is None for keyword in node.keywords):
                    return None
                said |= {str(keyword.arg) for keyword in node.keywords}
    return said


def _labels(cell: Cell, said: set[str] | None) -> Iterator[Problem]:
    form = "small letters and digits joined by hyphens"
    for anchor in _ANCHOR.findall(cell.source):
        if not LABEL.fullmatch(anchor):
            yield _problem(cell, f"the anchor {anchor!r}", form)
    for card in _CARD.findall(cell.source):
        if not LABEL.fullmatch(card):
            yield _problem(cell, f"the card {card!r}", form)
    for name in _GLUE.findall(cell.source):
        if said is not None and name not in said:
            yield _problem(
                cell, f"the number {name}", "a name that say(...) gives" + _near(name, said)
            )


def _sources(cell: Cell, survey: Survey | None) -> Iterator[Problem]:
    if survey is None:
        return
    for name in _SOURCE.findall(cell.source):
        try:
            survey.source(name)
        except UnknownName as error:
            yield _problem(cell, str(error), "")


def _lookups(cell: Cell, tree: ast.Module, survey: Survey) -> Iterator[Problem]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        arguments, name = node.args, getattr(node.func, "attr", getattr(node.func, "id", ""))
        of_survey = getattr(getattr(node.func, "value", None), "id", "") == "survey"
        if name in _OF_QUESTION and len(arguments) > 1:
            name, arguments, of_survey = "question", arguments[1:2], True
        if not of_survey or name not in _LOOKUPS:
            continue
        try:
            given = [ast.literal_eval(item) for item in arguments]
            named = {str(item.arg): ast.literal_eval(item.value) for item in node.keywords}
            getattr(survey, name)(*given, **named)
        except UnknownName as error:
            yield _problem(cell, str(error), "")
        except (ValueError, TypeError, SyntaxError):
            continue  # made while the cell runs


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def _problem(cell: Cell, found: str, expected: str) -> Problem:
    return Problem(cell.notebook, None, cell.place, found, expected)
