"""Kernels of a build: what each would import stands in the process they are forked from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from sme_book.base.project import environment
from sme_book.notebooks import kernels
from sme_book.notebooks.outputs import execute

LOADED = "import sys; print(*sorted(sys.modules))"
# What IPython imports of itself as it starts: small, and none of anyone else.
OWN = {"IPython.core.completerlib", "IPython.core.logger", "faulthandler", "runpy"}


def test_a_kernel_imports_next_to_nothing_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = subprocess.run(
        [sys.executable, "-c", f"from {kernels.__name__} import preload; preload(); {LOADED}"],
        capture_output=True, text=True, check=True, env=environment("en"),
    ).stdout.split()  # fmt: skip
    kernels.talk_through_files()  # as a build does; by ports a kernel asks psutil for its addresses
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(LOADED)])
    with kernels.warm(environment("en")) as warm:
        monkeypatch.setenv("JUPYTER_PATH", warm["JUPYTER_PATH"])
        after = execute(notebook, tmp_path).cells[0].outputs[0].text.split()
    assert "seaborn" in after  # it is a fork of the prepared process
    assert set(after) - set(before) <= OWN


def test_what_a_slow_cell_prints_is_one_output(tmp_path: Path) -> None:
    code = "import time\nfor word in 'ab': print(word, flush=True); time.sleep(0.5)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    [output] = execute(notebook, tmp_path).cells[0].outputs
    assert output.text == "a\nb\n"
