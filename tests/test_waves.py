"""Waves are data: no year of the survey stands in the code, nor in a cell of a chapter."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sme_book.base.project import ROOT
from sme_survey import load

SURVEY = load()
YEARS = {str(wave.year) for wave in SURVEY.waves}


def literals(source: str) -> Iterator[tuple[int, str]]:
    """Numbers and texts of a program with their lines, docstrings left out."""
    tree = ast.parse(source)
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in said:
            yield node.lineno, str(node.value)


def years(source: str) -> list[tuple[int, str]]:
    """Literals that hold a year of the survey as a word of its own: ``ipa2016`` is a name."""
    return [
        (line, text)
        for line, text in literals(source)
        for year in YEARS
        if any(part == year for part in _parts(text))
    ]


def _parts(text: str) -> list[str]:
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign == "_") else " "
                   for sign in text).split()  # fmt: skip


def test_years_are_seen_where_they_stand():
    assert years("x = 2016")
    assert years('x = "2021年度"')
    assert years('def f():\n    """Since 2016."""\n    return f"in {1} 2021"')
    assert not years('def f():\n    """Since 2016."""\n    return single("products_vpn_2016")')


def test_no_year_of_the_survey_stands_in_the_code():
    found = {
        str(path.relative_to(ROOT)): years(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "src").rglob("*.py"))
    }
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_no_year_of_the_survey_stands_in_a_cell(path: Path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert [found for source in code for found in years(source)] == []


def test_the_newest_wave_of_a_question_is_current_for_it():
    for question in SURVEY.questions:
        if question.published:
            newest = SURVEY.answers(question.id)[0].wave
            assert newest == SURVEY.years(question.id)[-1] == SURVEY.keys(question.id)[0][0]


def test_a_statement_is_judged_on_the_wave_of_its_report():
    first = SURVEY.waves[0]
    before = SURVEY.until(first.year)
    assert {answer.wave for answer in before.all_answers} == {first.year}
    assert SURVEY.until(SURVEY.waves[-1].year) is SURVEY
