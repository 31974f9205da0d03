"""What goes wrong in a notebook is said with its place and the exception's own line."""

from __future__ import annotations

from pathlib import Path

import nbformat.v4 as make
import pytest

from sme_book.commands import build
from sme_book.notebooks import stored
from sme_survey import load
from sme_survey.survey.model import UnknownName


def hint() -> str:
    with pytest.raises(UnknownName) as caught:
        load().question("servces")
    return str(caught.value)


def test_the_log_of_a_build_keeps_the_hint(tmp_path: Path):
    log = tmp_path / "build.log"
    text = "reading sources\n  File x, line 3\n\x1b[31mUnknownName\x1b[0m: " + hint() + "\nmore\n"
    log.write_text(text, encoding="utf-8")
    assert build.warnings_in(log) == f"UnknownName: {hint()}"
    assert "did you mean services" in hint()


def test_an_error_in_a_notebook_names_notebook_passage_and_hint(tmp_path: Path):
    cells = [
        make.new_markdown_cell("# IT\n\nText."),
        make.new_code_cell('from sme_survey import load\nload().answers("servces")'),
    ]
    path = tmp_path / "it.ipynb"
    path.write_text(stored.text_of(make.new_notebook(cells=cells)), encoding="utf-8")
    with pytest.raises(stored.NotebookError) as caught:
        stored.renew(path, check=True)
    assert str(caught.value) == f"notebooks/it.ipynb, cell 2 (IT): UnknownName: {hint()}"


def test_a_build_stops_at_the_first_thing_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "data").mkdir()
    assert build.main(["--root", str(tmp_path)]) == 1
    assert "datapackage.json: found no file" in capsys.readouterr().err
