"""Runs stored notebooks again in this Python, and says what of them comes out the same.

A notebook is one of the repository or one that the site offers for download. Its cells run in order
in one namespace, as Replay runs them in a browser, without Jupyter; what comes out is held against
what is stored: tables and figures value by value, texts word by word, drawings byte by byte.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sme_survey.presentation.cards import MIME, NARROW, SVG, svg_in
from sme_survey.presentation.running import WIDGET, Session, as_text, compare
from sme_survey.survey.text import LANGUAGES, Language, Text

# "apart": there is nothing to hold it against, or it needs a package that is not installed here.
Verdict = Literal["same", "different", "apart"]
CONTROLS = ("ipywidgets", "IPython")  # what controls need, which runs in Jupyter alone
SHOWN = 3  # differences of a cell that its line names
SAYS: dict[str, Text] = {
    "same": Text("same", "同じ"),
    "different": Text("different", "異なる"),
    "apart": Text("not compared", "対象外"),
    "cell": Text("cell {}", "セル{}"),
    "figure": Text("figure {}", "図 {}"),
    "values": Text("{} values", "値{}個"),
    "texts": Text("{} texts", "文字列{}個"),
    "more": Text("and {} more", "ほか{}件"),
    "control": Text("a control, which needs Jupyter", "操作部品（Jupyterが必要）"),
    "nothing": Text("shows nothing", "出力なし"),
    "package": Text("{} is not installed", "{}がインストールされていない"),
    "stored": Text("there is no stored drawing", "保存された図がない"),
    "drawing": Text(
        "the {} drawing is not the stored one (matplotlib {} here)",
        "{}の図が保存されたものと異なる（ここではmatplotlib {}）",
    ),
    "wide": Text("wide", "横長"),
    "narrow": Text("narrow", "縦長"),
    "cells": Text("cells", "セル"),
    "figures": Text("figures", "図"),
    "agrees": Text("Nothing differs.", "相違なし。"),
    "differs": Text("Something differs.", "相違あり。"),
    "drawn": Text(
        "{} drawings, stored and drawn here: SHA-256 {}",
        "図{}点。保存された図、ここで描いた図ともSHA-256 {}",
    ),
}


@dataclass(frozen=True)
class Finding:
    """What was found of one cell or one figure of a notebook, and why, in one language."""

    what: str
    verdict: Verdict
    reason: str
    figure: bool = False


class NotebookError(ValueError):
    """A file is no notebook that can be run; the message names it."""


def notebooks(place: Path) -> list[Path]:
    """The notebooks in a folder and below it, or the one that is given.

    Raises
    ------
    NotebookError
        If there is none.
    """
    if place.is_file():
        return [place]
    found = [
        path
        for path in sorted(place.rglob("*.ipynb"))
        if not any(part.startswith(".") for part in path.relative_to(place).parts)
    ]
    if not found:
        raise NotebookError(f"{place}: there is no notebook (*.ipynb) here")
    return found


def read(path: Path) -> list[dict[str, Any]]:
    """The code cells of a notebook.

    Raises
    ------
    NotebookError
        If the file holds no notebook.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [
            {"source": as_text(cell["source"]), "outputs": list(cell["outputs"]),
             "tags": cell.get("metadata", {}).get("tags", [])}
            for cell in cells if cell["cell_type"] == "code"
        ]  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise NotebookError(f"{path}: not a notebook ({type(error).__name__}: {error})") from error


def language_of(cells: Sequence[dict[str, Any]]) -> Language:
    """The language in which the outputs of a notebook are stored: that of its first card."""
    for cell in cells:
        for output in cell["outputs"]:
            language = output.get("data", {}).get(MIME, {}).get("lang")
            if language in LANGUAGES:
                return language  # type: ignore[no-any-return]
    return "en"


@contextmanager
def settings(language: Language) -> Iterator[None]:
    """The edition of the notebook, drawing without a window; and Python as it was, afterwards."""
    before = {name: os.environ.get(name) for name in ("SME_SURVEY_LANG", "MPLBACKEND")}
    os.environ.update(SME_SURVEY_LANG=language, MPLBACKEND="agg")

    def replaced(name: str) -> bool:
        return name == "__main__" or name.partition(".")[0] in CONTROLS

    modules = {name: module for name, module in sys.modules.items() if replaced(name)}
    for name in modules:  # controls that this process has loaded would come about all the same
        if name != "__main__":
            del sys.modules[name]
    try:
        yield
    finally:
        for name in [name for name in sys.modules if replaced(name)]:
            del sys.modules[name]
        sys.modules.update(modules)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def verify(path: Path, say: Callable[[Finding], None], language: Language = "en") -> list[Finding]:
    """Run a notebook and compare.

    Parameters
    ----------
    path
        The notebook.
    say
        Called with each finding as it is made.
    language
        Of the reasons; the notebook runs in its own.

    Raises
    ------
    NotebookError
        If the file holds no notebook.
    """
    cells = read(path)
    findings: list[Finding] = []
    controls = False  # whether a control did not come about
    with settings(language_of(cells)):
        session = Session()
        for number, cell in enumerate(cells, start=1):
            if "set-up" in cell["tags"]:  # installs the package that runs this
                continue
            # in a thread: a notebook or a test may have a loop of its own in this one
            with ThreadPoolExecutor(1) as pool:
                run = pool.submit(asyncio.run, session.run(number, cell["source"]))
            result = run.result()
            if controls and shows_control(cell["outputs"]) and lacks_name(result):
                result["missing"] = CONTROLS[0]
            controls |= result["missing"] in CONTROLS
            for finding in judge(number, cell["outputs"], result, language):
                say(finding)
                findings.append(finding)
    return findings


def shows_control(stored: Sequence[dict[str, Any]]) -> bool:
    """Whether a cell shows something that only Jupyter can."""
    return any(WIDGET in output.get("data", {}) for output in stored)


def lacks_name(result: dict[str, Any]) -> bool:
    """Whether a cell failed for want of what an earlier one would have given."""
    return bool(result["failed"]) and result["outputs"][-1]["ename"] == "NameError"


def judge(
    number: int, stored: Sequence[dict[str, Any]], result: dict[str, Any], language: Language
) -> Iterator[Finding]:
    """The findings on one cell: on the cell as a whole, then on each of its figures."""
    what = SAYS["cell"][language].format(number)
    controls = shows_control(stored)
    if result["missing"] and not any(output["output_type"] == "error" for output in stored):
        missing = result["missing"]
        key = "control" if missing in CONTROLS else "package"
        yield Finding(what, "apart", SAYS[key][language].format(missing))
        return
    compared = compare(stored, result["outputs"], None)
    if compared["verdict"] == "different":
        yield Finding(what, "different", reasons(compared, result, language))
    elif compared["verdict"] == "none":
        why = SAYS["control" if controls else "nothing"][language]
        yield Finding(what, "apart" if controls else "same", why)
    else:
        counts = [(key, compared[key]) for key in ("values", "texts") if compared[key]]
        why = ", ".join(SAYS[key][language].format(f"{count:,}") for key, count in counts)
        yield Finding(what, "same", why)
    yield from figures(stored, result["outputs"], language)


def reasons(compared: dict[str, Any], result: dict[str, Any], language: Language) -> str:
    """The first differences of a cell in words, or the error that ended it."""
    if result["failed"]:
        error = result["outputs"][-1]
        return f"{error['ename']}: {error['evalue']}"
    said = []
    for item in compared["differences"][:SHOWN]:
        place = ", ".join(str(item[key]) for key in ("card", "row", "column") if item[key])
        said.append(f"{place}: {short(item['stored'])} → {short(item['fresh'])}")
    if compared["count"] > SHOWN:
        said.append(SAYS["more"][language].format(compared["count"] - SHOWN))
    return "; ".join(said)


def short(value: Any) -> str:
    """A value for one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"


def figures(
    stored: Sequence[dict[str, Any]], fresh: Sequence[dict[str, Any]], language: Language
) -> Iterator[Finding]:
    """Whether each figure of a cell is drawn as it is stored, in both shapes, byte by byte."""
    drawn = {
        output["data"][MIME]["label"]: output["data"]
        for output in fresh
        if MIME in output.get("data", {})
    }
    for output in stored:
        data = output.get("data", {})
        card = data.get(MIME, {})
        if card.get("kind") != "figure":
            continue
        what = SAYS["figure"][language].format(card["label"])
        now = drawn.get(card["label"], {})
        was = {"wide": svg_in(as_text(data.get("text/html", ""))), "narrow": data.get(NARROW)}
        if was["wide"] is None:
            yield Finding(what, "apart", SAYS["stored"][language], figure=True)
        elif now and SVG not in now:
            missing = SAYS["package"][language].format("seaborn")
            yield Finding(what, "apart", missing, figure=True)
        else:
            shapes = {"wide": now.get(SVG), "narrow": now.get(NARROW)}
            faults = [
                SAYS["drawing"][language].format(SAYS[shape][language], matplotlib())
                for shape, svg in shapes.items()
                if svg != (None if was[shape] is None else as_text(was[shape]))
            ]
            drawings = [svg for svg in shapes.values() if svg is not None]
            drawn_here = SAYS["drawn"][language].format(len(drawings), digest(drawings))
            why = "; ".join(faults) or drawn_here
            yield Finding(what, "different" if faults else "same", why, figure=True)


def digest(drawings: Sequence[str]) -> str:
    """The SHA-256 of drawings one after the other, its first 12 digits."""
    return hashlib.sha256("".join(drawings).encode()).hexdigest()[:12]


def matplotlib() -> str:
    """The version of matplotlib that draws here."""
    module = sys.modules.get("matplotlib")
    return str(getattr(module, "__version__", "?"))


def verdict(found: Sequence[Finding], language: Language) -> str:
    """The last line: how many cells and figures are the same, different, or not compared."""
    parts = []
    for name, figure in (("cells", False), ("figures", True)):
        counts = dict.fromkeys(("same", "different", "apart"), 0)
        for item in found:
            if item.figure == figure:
                counts[item.verdict] += 1
        told = [f"{SAYS[key][language]} {count}" for key, count in counts.items()]
        parts.append(f"{SAYS[name][language]}: {', '.join(told)}")
    key = "differs" if any(item.verdict == "different" for item in found) else "agrees"
    return f"{SAYS[key][language]} {'; '.join(parts)}"
