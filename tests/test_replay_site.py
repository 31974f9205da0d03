"""The build's side of Replay: what is stored of a page, its download, and the shared files."""

from __future__ import annotations

import ast
import gzip
import hashlib
import json
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
import pytest

from sme_book.base.files import short
from sme_book.base.places import wheel_name
from sme_book.base.project import ROOT
from sme_book.notebooks import elsewhere
from sme_book.pages import replay
from sme_book.site import replay_files
from sme_book.standards import software
from sme_survey import __version__, load

CARD_DATA = {"label": "x", "columns": [], "rows": [], "digest": "0", "questions": ["long"]}


def output(data: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}} | other


def notebook(*outputs: dict[str, Any]) -> dict[str, Any]:
    code = {"cell_type": "code", "metadata": {"tags": ["raises-exception"]}, "source": ["1\n", "2"]}
    return {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": "# x"},
            {**code, "outputs": list(outputs), "execution_count": 1},
            {**code, "metadata": {}, "outputs": [], "execution_count": 2},
        ]
    }


@pytest.mark.parametrize(
    ("stored", "kept"),
    [
        (output({"text/plain": "1"}), {"text/plain": "1"}),
        (output({"text/html": ["<b>", "</b>"], "text/plain": "x"}), {"text/html": "<b></b>"}),
        (output({"image/svg+xml": "<svg/>", "text/plain": "x"}), {"image/svg+xml": ""}),
        (
            output({replay.CARD: CARD_DATA, "image/svg+xml": "<svg/>", "text/plain": "x"}),
            {replay.CARD: {k: v for k, v in CARD_DATA.items() if k != "questions"}},
        ),
    ],
)
def test_only_what_can_be_compared_is_stored(stored: dict[str, Any], kept: dict[str, Any]):
    found = replay.comparable(stored)
    assert found is not None
    assert found["data"] == kept


def test_widgets_are_not_compared_but_noted():
    widget = output({replay.WIDGET: {}, "text/plain": "x"})
    data = replay.page_data(notebook(widget), {1: "cell-1"}, {"n": "1"}, "notebooks/x", "ja")
    first, second = data["cells"]
    assert (first["number"], first["id"], first["source"]) == (1, "cell-1", "1\n2")
    assert (first["widgets"], first["raises"], first["stored"]) == (True, True, [])
    assert second == {"number": 2, "id": None, "source": "1\n2", "stored": []}
    assert (data["lang"], data["numbers"]) == ("ja", {"n": "1"})


def test_the_numbers_of_the_prose_are_taken_out_of_the_notebook():
    def glued(name: str, text: str) -> dict[str, Any]:
        prefix = "application/papermill.record/"
        return output({prefix + "text/plain": text}) | {
            "metadata": {"scrapbook": {"name": name, "mime_prefix": prefix}}
        }

    shown = output({"text/plain": "3"})
    made = nbformat.from_dict(notebook(glued("b", "'2'"), glued("a", "1"), shown))
    rest, numbers = replay.taken_apart(made)
    assert list(numbers.items()) == [("a", "1"), ("b", "'2'")]
    assert next(len(cell.outputs) for cell in rest.cells if cell.cell_type == "code") == 1
    assert next(len(cell.outputs) for cell in made.cells if cell.cell_type == "code") == 3


@pytest.mark.parametrize("repository", ["", "https://github.com/some/where"])
def test_a_download_sets_itself_up(repository: str):
    found = elsewhere.download_notebook(notebook(), repository, "ja", {})
    first = found["cells"][0]["source"]
    ast.parse(first)
    assert (f"git+{repository}" in first) is bool(repository)
    assert '"SME_SURVEY_LANG", "ja"' in first
    assert "@" not in first.replace("] @ ", "")
    assert [cell["cell_type"] for cell in found["cells"]] == ["code", "markdown", "code", "code"]


def test_a_download_reads_well_outside_the_book():
    text = (
        "(an-anchor)=\n## A\n{glue:text}`share` of {glue:text}`n:.1f`, {card}`x`, {card}`other`, "
        "{glue:text}`y`; {ref}`there`, {claim}`c-rank`, [here](#an-anchor)\n"
        ":::{admonition} Box\nOne.\n\nTwo.\n:::\n\n{.finding}\nTerm\n: Words.\n\nAnother\n: More."
    )
    known = elsewhere.Context(
        "ja", {"share": "5.1", "n": "4,074"}, {"x": "図"}, {"there": ("b.ipynb", "B")}
    )
    assert elsewhere.plain_passage(text, known) == (
        "## A\n5.1 of 4,074, 「図」, `other`, {glue:text}`y`; [B](b.ipynb), `c-rank`, here\n"
        "> **Box**\n>\n> One.\n>\n> Two.\n\n- **Term**：Words.\n- **Another**：More.\n"
    )


@pytest.mark.parametrize("ending", ["", "/", ".git"])
def test_links_to_other_places_come_from_one_setting(ending: str):
    found = elsewhere.elsewhere(f"https://github.com/some/where{ending}", "notebooks/cases", "ja")
    places = {item.name: item.address for item in found}
    assert places["Binder"].endswith(
        "/gh/some/where/main?urlpath=lab/tree/_build/notebooks/ja/cases.ipynb"
    )
    assert places["Colab"].endswith("/some/where/blob/colab/ja/cases.ipynb")
    assert "Run elsewhere" in replay.page_tools("notebooks/cases", "../../_replay/", "en", found)


def test_they_are_hidden_while_the_setting_is_empty():
    assert elsewhere.elsewhere("", "notebooks/cases", "en") == []
    assert "elsewhere" not in replay.page_tools("notebooks/cases", "../../_replay/", "en", [])


def test_lab_binder_and_colab_open_what_the_site_gives_for_download(reading: Path, site: Path):
    written = sorted(path.relative_to(reading) for path in reading.rglob("*.ipynb"))
    assert len(written) == 2 * len(list((ROOT / "notebooks").glob("*.ipynb")))
    for path in written:
        shown = site / path.parent / "notebooks" / path.name
        assert (reading / path).read_bytes() == shown.read_bytes(), path


def test_a_notebook_for_reading_is_in_one_language_without_marks_of_the_book(reading: Path):
    english = {
        str(row[name])
        for rows in load().tables.values()
        for row in (item.values for item in rows)
        for name in row
        if name.endswith("_en") and re.search("[A-Za-z]{2}", str(row[name]))
        if row.get(name.removesuffix("en") + "ja", row[name]) != row[name]
    }
    assert "Kanto" in english
    for path in sorted(reading.rglob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        prose = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
        assert not re.search(r"\{[\w:-]+\}`|^:::|^\{|^: |\]\(#", prose, re.M), path
        assert bool(re.search("[ぁ-ん]", prose)) is (path.parent.name == "ja")
        if path.parent.name == "ja":
            numbers = elsewhere.stored_numbers({"cells": cells})
            assert not english & set(numbers.values()), path
            titles = elsewhere.stored_titles({"cells": cells})
            assert not english & set(titles.values()), path


DEPENDS = {"pandas": ["numpy"], "matplotlib": ["numpy"], "numpy": [], "scipy": ["numpy"], "x": []}
LOCK: dict[str, Any] = {
    "info": {},
    "packages": {
        name: {
            "depends": depends,
            "file_name": f"{name}.whl",
            "sha256": hashlib.sha256(name.encode()).hexdigest(),
        }
        for name, depends in DEPENDS.items()
    },
}


def test_the_lock_is_cut_to_what_is_offered():
    assert list(replay_files.trimmed_lock(LOCK, ["scipy"])["packages"]) == ["numpy", "scipy"]


def test_packages_beside_the_site_are_checked(tmp_path: Path):
    folder = tmp_path / "dist"
    folder.mkdir()
    for name in ("pandas", "matplotlib", "numpy"):
        (folder / f"{name}.whl").write_text(name)
    found = replay_files.copy_packages(folder, LOCK, tmp_path / "site")
    assert found == ["matplotlib", "numpy", "pandas"]
    (folder / "numpy.whl").write_text("another file")
    with pytest.raises(replay_files.ReplayError, match=r"numpy\.whl is not the file"):
        replay_files.copy_packages(folder, LOCK, tmp_path / "again")
    (folder / "numpy.whl").unlink()
    with pytest.raises(replay_files.ReplayError, match=r"numpy\.whl is missing"):
        replay_files.copy_packages(folder, LOCK, tmp_path / "third")


def test_a_pure_package_is_packed_the_same_each_time():
    first, second = (replay_files.pure_archive(["seaborn"]) for _ in range(2))
    assert first == second
    names = zipfile.ZipFile(BytesIO(first)).namelist()
    assert "seaborn/__init__.py" in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("..")]


def test_the_licences_page_names_what_replay_sends():
    """The editor's libraries with all they stand on, as installed."""
    waiting = [
        name
        for name in json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]
        if name.startswith(("@codemirror/", "@lezer/"))
    ]
    needed = {"pyodide"}
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            package = json.loads((ROOT / f"node_modules/{name}/package.json").read_text("utf-8"))
            waiting += package.get("dependencies", {})
    assert needed <= set(software.SHIPPED_NPM)
    assert set(replay_files.PURE) <= set(software.SHIPPED_PYTHON)
    assert all(item.licence for item in software.shipped())


# ---- what is in the site ---------------------------------------------------------------------


def test_the_shared_folder_holds_what_its_list_says(site: Path):
    """Each file by a name of its content: a page never gets a part of another version."""
    folder = site / replay_files.REPLAY_FOLDER
    manifest = json.loads((folder / "core.json").read_text("utf-8"))
    others = (manifest[name] for name in ("memory", "rest", "drawing", "worker", "editor"))
    for file in (*manifest["files"].values(), *others):
        content = (folder / file["file"]).read_bytes()
        assert file["file"].split(".")[-2] == short(content)
        if "unpacked" in file:  # the server compresses it
            assert len(content) == file["unpacked"]
            content = gzip.compress(content, 6, mtime=0)
        assert len(content) == file["bytes"]
    package = json.loads((ROOT / "node_modules/pyodide/package.json").read_text("utf-8"))
    assert manifest["pyodide"] == package["version"]


def test_the_core_keeps_to_its_weight(site: Path):
    manifest = json.loads((site / replay_files.REPLAY_FOLDER / "core.json").read_text("utf-8"))
    total = sum(file["bytes"] for file in manifest["files"].values())
    assert total < 6_500_000


def test_the_memory_is_made_again_byte_for_byte(site: Path):
    folder = site / replay_files.REPLAY_FOLDER
    manifest = json.loads((folder / "core.json").read_text("utf-8"))
    package = gzip.decompress((folder / manifest["files"]["package"]["file"]).read_bytes())
    stored = gzip.decompress((folder / manifest["memory"]["file"]).read_bytes())
    made = replay_files.kept_memory(ROOT, replay_files.split_core(ROOT, ROOT / "_build"), package)
    assert made == stored
    assert len(made) > 30 * 1024 * 1024
    assert manifest["memory"]["bytes"] < 6_000_000


def test_the_wheel_holds_package_and_data(site: Path):
    [wheel] = (site / replay_files.REPLAY_FOLDER).glob("*.whl")
    assert wheel.name == wheel_name()
    names = zipfile.ZipFile(wheel).namelist()
    assert "sme_survey/numbers/counts.py" in names
    assert "sme_survey/_data/answers.csv" in names
    tops = {name.split("/")[0] for name in names}
    assert tops == {"sme_survey", f"sme_survey-{__version__}.dist-info"}  # not the publisher
    assert not [name for name in names if "/releases/" in name]


def imports(source: str) -> set[str]:
    """The modules of the package that a source imports anywhere, functions included."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.startswith("sme_survey")}


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted((ROOT / "src/sme_survey").rglob("*.py")):
        parts = path.relative_to(ROOT / "src").with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def test_the_archive_holds_what_a_browser_imports_and_nothing_else(site: Path):
    """All that chapters and the worker import, and what that imports; the tables; no sources."""
    folder = site / replay_files.REPLAY_FOLDER
    manifest = json.loads((folder / "core.json").read_text("utf-8"))
    content = gzip.decompress((folder / manifest["files"]["package"]["file"]).read_bytes())
    names = zipfile.ZipFile(BytesIO(content)).namelist()
    resources = json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))["resources"]
    tables = {"data/datapackage.json", *(f"data/{resource['path']}" for resource in resources)}
    assert {name for name in names if not name.endswith(".pyc")} == tables

    known, reached = modules(), set[str]()
    waiting = {"sme_survey", "sme_survey.presentation.running"}
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                waiting |= imports("".join(cell["source"]))
    while waiting:
        name = waiting.pop()
        if name in known and name not in reached:
            reached.add(name)
            waiting |= {name.rpartition(".")[0], *imports(known[name].read_text("utf-8"))}
    held = {
        name.removesuffix(".pyc").removesuffix("/__init__").replace("/", ".")
        for name in names
        if name.endswith(".pyc")
    }
    assert held == reached


def test_every_page_with_code_has_its_cells_and_its_download(site: Path):
    for language in ("en", "ja"):
        pages = [
            p for p in (site / language).rglob("*.html") if 'class="cell ' in p.read_text("utf-8")
        ]
        assert pages
        for page in pages:
            name = page.relative_to(site / language).with_suffix("")
            data = json.loads((site / language / "_replay" / f"{name}.json").read_text("utf-8"))
            html = page.read_text("utf-8")
            ids = [cell["id"] for cell in data["cells"] if cell["id"]]
            assert ids
            assert all(f'id="{item}"' in html for item in ids)
            if name.parts[0] == "claims":  # the one cell that judges it; the chapter is downloaded
                continue
            assert f'href="{page.stem}.ipynb" download' in html
            download = json.loads(page.with_suffix(".ipynb").read_text("utf-8"))
            assert download["nbformat"] == 4


def test_compressed_files_are_the_same_under_every_python(tmp_path: Path) -> None:
    made = replay_files.Shared(tmp_path).add("package.zip", b"words", compress=True)
    stored = (tmp_path / made["file"]).read_bytes()
    assert gzip.decompress(stored) == b"words"
    assert stored[:10].hex() == "1f8b0800000000000203"  # no name, no moment, best, Unix
