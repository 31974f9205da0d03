"""Build time against other tools on the same notebooks: ``python benchmarks/build.py [--ours]``.

Cold: nothing built before. Unchanged: the same command once more. Ours makes both editions, the
others one; ours is also timed after one line of prose was changed in a chapter, in a copy of the
repository, and the bytes are compared with a cold build. Prints seconds, and the ratio to plain
Jupyter Book 1.x in the same run (``--ours`` leaves the other tools out). Aims: cold 0.5 of plain
Jupyter Book, a line of prose 0.15 of a cold build, unchanged 1 s.
"""

from __future__ import annotations

import json
import shutil
import sys
from functools import partial
from pathlib import Path

from common import (
    CHAPTER,
    NAMES,
    WORK,
    build_other,
    machine,
    other_environment,
    prepare,
    run,
    seconds,
    table,
)

from sme_book.commands.reproduce import copy_repository, differences

COLD, PROSE, UNCHANGED = 0.5, 0.15, 1.0


def ours(root: Path, *options: str) -> None:
    """Build both editions of a copy of the repository."""
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "sme_book",
        "build",
        "--root",
        root,
        *options,
    ]
    run(command, root, PYTHONPATH=str(root / "src"))


def change_prose(root: Path) -> None:
    """Add a sentence to a passage of each language, below the first section of a chapter."""
    path = root / f"notebooks/{CHAPTER}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for tag in ("lang-en", "lang-ja"):
        passages = [c for c in notebook["cells"] if tag in c["metadata"].get("tags", ())]
        last = passages[-1]
        last["source"] = "".join(last["source"]) + "\n\nOne more sentence."
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8")


def our_times() -> tuple[float, float, float]:
    """Seconds of a cold build, of one after a line of prose, and of one without a change."""
    root = WORK / "ours"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    copy_repository(root)
    cold = seconds(lambda: ours(root, "--force"))
    unchanged = seconds(lambda: ours(root), runs=3)
    change_prose(root)
    prose = seconds(lambda: ours(root))
    again = root / "_build/again"
    ours(root, "--output", str(again))
    different = differences(root / "_build/site", again / "site")
    if different:
        raise SystemExit("not the bytes of a cold build:\n" + "\n".join(different[:20]))
    return cold, prose, unchanged


def main() -> int:
    """Measure, print, and exit 1 where an aim is missed."""
    print(machine())
    cold, prose, unchanged = our_times()
    rows = [
        ("cold", f"{cold:.1f}", "1"),
        ("one line of prose", f"{prose:.1f}", f"{prose / cold:.2f}"),
        ("unchanged", f"{unchanged:.2f}", f"{unchanged / cold:.3f}"),
    ]
    table("This book, both editions", rows, ("build", "seconds", "ratio to cold"))
    missed = prose / cold > PROSE or unchanged > UNCHANGED
    if "--ours" in sys.argv[1:]:
        return int(missed)
    other_environment()
    times = {"ours": (cold, unchanged)}
    for name in ("jupyter-book", "nbsphinx", "mkdocs-jupyter"):
        folder = prepare(name)
        first = seconds(partial(build_other, name, folder))
        second = seconds(partial(build_other, name, folder))
        times[name] = (first, second)
    base = times["jupyter-book"][0]
    others = [
        (NAMES[name], f"{first:.1f}", f"{first / base:.2f}", f"{second:.1f}")
        for name, (first, second) in times.items()
    ]
    table("Build", others, ("tool", "cold, s", "ratio to plain Jupyter Book", "unchanged, s"))
    return int(missed or cold / base > COLD)


if __name__ == "__main__":
    sys.exit(main())
