"""Build time against other tools on the same notebooks: ``python benchmarks/build.py``.

Cold: nothing built before. Unchanged: the same command once more. Ours makes both editions, the
others one. Prints seconds and the ratio to plain Jupyter Book 1.x. Aims: cold 1.5, unchanged 3 s.
"""

from __future__ import annotations

import sys

from common import (
    NAMES,
    ROOT,
    WORK,
    build_other,
    machine,
    other_environment,
    prepare,
    run,
    seconds,
    table,
)


def ours(force: bool) -> None:
    """Build both editions."""
    command = [sys.executable, "-m", "sme_book", "build", "--output", WORK / "ours"]
    run([*command, "--force"] if force else command, ROOT)


def main() -> int:
    """Measure, print, and exit 1 where an aim is missed."""
    other_environment()
    times = {"ours": (seconds(lambda: ours(True)), seconds(lambda: ours(False)))}
    for name in ("jupyter-book", "nbsphinx", "mkdocs-jupyter"):
        folder = prepare(name)
        cold = seconds(lambda name=name, folder=folder: build_other(name, folder))
        again = seconds(lambda name=name, folder=folder: build_other(name, folder))
        times[name] = (cold, again)
    base = times["jupyter-book"][0]
    rows = [
        (NAMES[name], f"{cold:.1f}", f"{cold / base:.2f}", f"{again:.1f}")
        for name, (cold, again) in times.items()
    ]
    print(machine())
    table("Build", rows, ("tool", "cold, s", "ratio to plain Jupyter Book", "unchanged, s"))
    cold, again = times["ours"]
    return int(cold / base > 1.5 or again > 3)


if __name__ == "__main__":
    sys.exit(main())
