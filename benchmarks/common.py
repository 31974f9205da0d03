"""What the benchmarks share: timing, ratios, versions, and the books they compare with."""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

from sme_book.base.project import ROOT

WORK = ROOT / "_build/benchmarks"
OTHER = WORK / "environment"
CHAPTER = "results-it"  # the page that is compared where one stands for all
NAMES = {
    "ours": "this book, both editions",
    "jupyter-book": "plain Jupyter Book 1.x, one edition",
    "nbsphinx": "nbsphinx, one edition",
    "mkdocs-jupyter": "mkdocs-jupyter, one edition",
}


def seconds(action: Callable[[], object], runs: int = 1) -> float:
    """Median wall-clock time of an action, in seconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def run(command: Sequence[str | Path], cwd: Path = ROOT, **variables: str) -> None:
    """Run a command quietly; show what it said if it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-3000:], sep="\n", file=sys.stderr)
        raise SystemExit(f"failed: {' '.join(str(part) for part in command)}")


def machine() -> str:
    """Where and with what the numbers were made."""
    wanted = ("jupyter-book", "sphinx", "myst-nb", "pandas", "matplotlib", "seaborn")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in wanted)
    return (
        f"Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}; {versions}"
    )


def table(title: str, rows: Sequence[Sequence[object]], header: Sequence[str]) -> None:
    """Print a table in Markdown, ready for benchmarks/README.md."""
    print(f"\n{title}\n")
    print("| " + " | ".join(header) + " |")
    print("| " + " | ".join("---" for _ in header) + " |")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")


def other_environment() -> Path:
    """Python of the environment that holds nbsphinx and mkdocs-jupyter; made where it is absent."""
    python = OTHER / "bin/python"
    stamp = OTHER / ".ready"
    pinned = ROOT / "requirements-benchmarks.txt"
    if not stamp.is_file() or stamp.read_text() != pinned.read_text():
        uv = ROOT / ".venv/bin/uv"
        shutil.rmtree(OTHER, ignore_errors=True)
        run([uv, "venv", "--quiet", "--python", sys.executable, OTHER])
        run([uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", pinned])
        stamp.write_text(pinned.read_text())
    return python


def prepare(name: str) -> Path:
    """A folder with the same notebooks, set up for another tool."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    stems = sorted(path.stem for path in (folder / "notebooks").glob("*.ipynb"))
    if name == "jupyter-book":
        (folder / "_config.yml").write_text(
            "title: Comparison\nexecute: {execute_notebooks: force, timeout: 300}\n"
            "only_build_toc_files: true\n"
        )
        chapters = "".join(f"- file: notebooks/{stem}\n" for stem in stems[1:])
        (folder / "_toc.yml").write_text(
            f"format: jb-book\nroot: notebooks/{stems[0]}\nchapters:\n{chapters}"
        )
    elif name == "nbsphinx":
        (folder / "conf.py").write_text(
            'project = "Comparison"\nextensions = ["nbsphinx"]\nnbsphinx_execute = "always"\n'
        )
        entries = "".join(f"   notebooks/{stem}\n" for stem in stems)
        (folder / "index.rst").write_text(f"Comparison\n==========\n\n.. toctree::\n\n{entries}")
    else:
        (folder / "mkdocs.yml").write_text(
            "site_name: Comparison\ndocs_dir: notebooks\nplugins:\n  - mkdocs-jupyter:\n"
            "      execute: true\n"
        )
    return folder


def build_other(name: str, folder: Path) -> Path:
    """Build a comparison book; returns the folder of its pages."""
    variables = {
        "PYTHONPATH": str(ROOT / "src"),
        "SME_SURVEY_DATA": str(ROOT / "data"),
        "SME_SURVEY_LANG": "en",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "MPLBACKEND": "agg",
    }
    if name == "jupyter-book":
        code = "from jupyter_book.cli.main import main; main()"
        run([sys.executable, "-c", code, "build", "."], folder, **variables)
        return folder / "_build/html"
    python = other_environment()
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    if name == "nbsphinx":
        code = "import pypandoc; print(pypandoc.get_pandoc_path())"
        pandoc = subprocess.run(
            [python, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        path = f"{Path(pandoc).parent}{os.pathsep}{path}"
        run([python, "-m", "sphinx", "-q", ".", "html"], folder, PATH=path, **variables)
        return folder / "html"
    run([python, "-m", "mkdocs", "-q", "build"], folder, PATH=path, **variables)
    return folder / "site"


def same_notebooks(folder: Path) -> bool:
    """Whether a comparison book was made of the notebooks as they are now."""
    own = {path.name: path.read_bytes() for path in (ROOT / "notebooks").glob("*.ipynb")}
    copies = {path.name: path.read_bytes() for path in (folder / "notebooks").glob("*.ipynb")}
    return own == copies


def built() -> dict[str, tuple[Path, str]]:
    """Folder and page of the compared chapter by tool; built where absent or of other notebooks."""
    places = {"ours": (ROOT / "_build/site", f"en/notebooks/{CHAPTER}.html")}
    if not (places["ours"][0] / places["ours"][1]).is_file():
        raise SystemExit("there is no site yet: run `make book` first")
    for name, folder, page in (
        ("jupyter-book", "_build/html", f"notebooks/{CHAPTER}.html"),
        ("nbsphinx", "html", f"notebooks/{CHAPTER}.html"),
        ("mkdocs-jupyter", "site", f"{CHAPTER}/index.html"),
    ):
        place = WORK / name / folder
        if not (place / page).is_file() or not same_notebooks(WORK / name):
            place = build_other(name, prepare(name))
        places[name] = (place, page)
    return places
