"""`python -m sme_survey verify FOLDER`: notebooks run again, falsified outputs found."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sme_book.base.project import ROOT
from sme_survey import cli
from sme_survey.presentation.cards import MIME, NARROW, svg_in
from sme_survey.presentation.verifying import Finding, NotebookError, notebooks, verify

CHAPTER = ROOT / "notebooks/results-threats.ipynb"
Change = Callable[[dict[str, Any]], Any]


def outputs(notebook: dict[str, Any], mime: str) -> list[dict[str, Any]]:
    """The forms of each output of a notebook that has a certain one."""
    return [
        output["data"]
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if mime in output.get("data", {})
    ]


def lines(path: Path) -> dict[str, Finding]:
    found: list[Finding] = []
    assert verify(path, found.append) == found
    assert len({item.what for item in found}) == len(found)
    return {item.what: item for item in found}


def test_a_stored_chapter_gives_itself_again():
    found = lines(CHAPTER)
    assert {item.verdict for item in found.values()} == {"same"}
    # stored: drawn in Jupyter; here: by the program that Replay runs
    data = outputs(json.loads(CHAPTER.read_text("utf-8")), MIME)
    [threats] = [item for item in data if item[MIME]["label"] == "threats"]
    wide = svg_in("".join(threats["text/html"]))
    both = [str(wide), "".join(threats[NARROW])]
    digest = hashlib.sha256("".join(both).encode()).hexdigest()[:12]
    assert found["figure threats"].reason == f"2 drawings, stored and drawn here: SHA-256 {digest}"


def test_each_falsified_output_is_found_and_no_other(tmp_path: Path):
    notebook = json.loads(CHAPTER.read_text("utf-8"))
    first, second = outputs(notebook, MIME)
    first[MIME]["rows"][0][1] += 0.1
    wide = "".join(second["text/html"])
    assert "data:image/svg+xml" in wide
    head, drawing = wide.split("data:image/svg+xml", 1)
    label = "targeted attacks"
    assert label in drawing[: drawing.index('"')]
    falsified = drawing.replace(label, "targeted offers", 1)
    second["text/html"] = f"{head}data:image/svg+xml{falsified}"
    said = next(data for data in outputs(notebook, "text/html") if MIME not in data)
    said["text/html"] = "".join(said["text/html"]).replace("4,074", "4,075")
    path = tmp_path / CHAPTER.name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    found = lines(path)
    different = {name: item.reason for name, item in found.items() if item.verdict == "different"}
    assert set(different) == {"cell 2", "cell 3", "figure threats-bounds"}
    assert "4,075 → 4,074" in different["cell 2"]
    assert different["cell 3"].startswith("threats, ")
    assert "the wide drawing is not the stored one" in different["figure threats-bounds"]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda nb: outputs(nb, MIME)[1].pop(NARROW), "figure threats-bounds"),
        (lambda nb: outputs(nb, MIME)[0][MIME].update(title="Another"), "cell 3"),
        (lambda nb: nb["cells"][2].update(outputs=[]) or nb, "cell 2"),
    ],
    ids=["narrow drawing", "title", "output taken away"],
)
def test_what_is_missing_is_found_too(change: Change, line: str, tmp_path: Path):
    notebook = json.loads(CHAPTER.read_text("utf-8"))
    codes = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    notebook["cells"] = codes
    if line == "cell 2":
        codes[1]["outputs"] = []
    else:
        change(notebook)
    path = tmp_path / CHAPTER.name
    path.write_text(json.dumps(notebook), encoding="utf-8")
    different = [name for name, item in lines(path).items() if item.verdict == "different"]
    assert different == [line]


def test_a_notebook_written_for_elsewhere_runs_without_its_set_up(reading: Path):
    found = lines(reading / "en/results-threats.ipynb")
    assert not [item for item in found.values() if "CalledProcessError" in item.reason]


def test_a_control_made_of_controls_is_not_compared_and_other_errors_are_told(tmp_path: Path):
    import ipywidgets  # a process that has loaded them compares no other way

    chapter = ROOT / "notebooks/your-firm.ipynb"
    found = lines(chapter)
    assert sys.modules["ipywidgets"] is ipywidgets
    assert {item.verdict for item in found.values()} == {"same", "apart"}
    notebook = json.loads(chapter.read_text("utf-8"))
    cell = next(c for c in notebook["cells"] if "firm_result(" in "".join(c.get("source", "")))
    for source, reason in (("marked / 0", "apart"), ("1 / 0", "different")):
        cell["source"] = source
        path = tmp_path / chapter.name
        path.write_text(json.dumps(notebook), "utf-8")
        number = [c for c in notebook["cells"] if c["cell_type"] == "code"].index(cell) + 1
        assert lines(path)[f"cell {number}"].verdict == reason
    cell["source"] = "say(n=unknown)"
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    path.write_text(json.dumps(notebook), "utf-8")
    assert lines(path)[f"cell {number}"].reason == "NameError: name 'unknown' is not defined"


def test_the_command_tells_progress_and_exits_with_1_where_something_differs(tmp_path: Path):
    """In a process of its own, as a reader runs it."""
    cell = {"cell_type": "code", "metadata": {}, "execution_count": 1, "id": "a"}
    stream = {"output_type": "stream", "name": "stdout", "text": ["2\n"]}
    for name, source in (("a", "print(1 + 1)"), ("b", "print(1 + 2)"), (".hidden", "1/0")):
        notebook = {"cells": [cell | {"source": source, "outputs": [stream]}]}
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-S", "-m", "sme_survey", "verify", str(tmp_path)],
        env={"PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines() == [
        f"[1/2] {tmp_path}/a.ipynb",
        "  same          cell 1  (1 texts)",
        f"[2/2] {tmp_path}/b.ipynb",
        "  different     cell 1  (text: 2 → 3)",
        "Something differs. cells: same 1, different 1, not compared 0; "
        "figures: same 0, different 0, not compared 0",
    ]


def test_what_is_no_notebook_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(NotebookError, match="there is no notebook"):
        notebooks(tmp_path)
    (tmp_path / "x.ipynb").write_text("[]", encoding="utf-8")
    assert cli.main(["verify", str(tmp_path)]) == cli.FAILED
    assert "x.ipynb: not a notebook" in capsys.readouterr().err
