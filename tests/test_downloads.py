"""A notebook downloaded from the site, where nothing is installed but the package and nbval."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sme_book.base.places import REPLAY_FOLDER, wheel_name
from sme_book.base.project import ROOT

CHAPTERS = {"en": "results-threats", "ja": "results-organisation"}


@pytest.fixture(scope="module")
def python(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of a fresh environment with the package that the site offers, as readers install it.

    What the package needs comes in the pinned versions, which the set-up of the book has put into
    the cache of uv already.
    """
    folder = tmp_path_factory.mktemp("fresh") / "environment"
    package = f"sme-survey[widgets] @ {(site / REPLAY_FOLDER / wheel_name()).as_uri()}"
    pins = str(ROOT / "requirements.txt")
    for command in (
        ["venv", "--quiet", str(folder)],
        ["pip", "install", "--quiet", "--constraint", pins, package, "nbval", "ipykernel"],
    ):
        done = subprocess.run(
            ["uv", *command], env=os.environ | {"VIRTUAL_ENV": str(folder)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return folder / "bin/python"


def nbval(python: Path, notebook: Path) -> subprocess.CompletedProcess[str]:
    """What nbval says of a notebook, in its folder and with no setting of this project."""
    home = {"HOME": str(notebook.parent), "PATH": os.defpath}
    return subprocess.run(
        [python, "-m", "pytest", "-q", "--nbval", "-p", "no:cacheprovider", notebook.name],
        cwd=notebook.parent, env=home, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("language", CHAPTERS)
def test_a_downloaded_notebook_gives_its_outputs_where_only_the_package_is(
    language: str, python: Path, site: Path, tmp_path: Path
):
    name = f"{CHAPTERS[language]}.ipynb"
    notebook = Path(shutil.copy(site / language / "notebooks" / name, tmp_path))
    done = nbval(python, notebook)
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert done.returncode == 0, done.stdout
    assert f"{len(code)} passed" in done.stdout


def test_a_downloaded_notebook_with_another_output_fails(python: Path, site: Path, tmp_path: Path):
    text = (site / "en/notebooks/results-threats.ipynb").read_text("utf-8")
    notebook = json.loads(text)
    [output] = [
        output
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if output.get("metadata", {}).get("scrapbook", {}).get("name") == "virus_sum"
    ]
    [(kind, number)] = output["data"].items()
    output["data"][kind] = number.replace("'", "'1", 1)
    path = tmp_path / "changed.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = nbval(python, path)
    assert done.returncode == 1
    assert "1 failed" in done.stdout
