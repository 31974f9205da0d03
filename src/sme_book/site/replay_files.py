"""What both editions of the site share for Replay, written beside them by :func:`assemble`.

Python's core for browsers from the npm package pyodide, the package of this repository compiled for
it, the worker, and the editor of cells; and the package as a wheel, to be saved. Nothing of it is
loaded before a reader asks for it.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from sme_book.base import assets, inputs
from sme_book.base.files import canonical, sha256, short
from sme_book.base.places import REPLAY_FOLDER
from sme_book.base.project import EPOCH
from sme_survey import __version__
from sme_survey.survey.tables import DESCRIPTOR

DRAWING = ("pandas", "matplotlib")  # as Pyodide ships them; the next two stand on them
PURE = ("seaborn", "matplotlib-fontja")  # pure Python, taken from the environment of the build
PLACE = "/lib/sme_survey.zip"  # where the worker puts the package
# Modules of the package that nothing in a browser imports: its commands and what only they use.
LEFT_OUT = ("__main__", "cli", "judgement/chapters", "judgement/guard", "presentation/verifying",
            "survey/exporting")  # fmt: skip
# What they are made of.
MADE_OF = (
    "src/sme_survey", "src/sme_book/site", "data", "book/python", "book/scripts",
    "package-lock.json", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE",
)  # fmt: skip
# Milliseconds in which the package arrives, beside all other parts, over some 18 Mbit/s: over a
# slower link the memory takes longer than the 2.5 s that it saves (benchmarks/README.md).
QUICK = 1000
OFFERED = ("pandas", "matplotlib", "scipy", "statsmodels")  # for cells that readers change


class ReplayError(RuntimeError):
    """The build cannot provide Replay; the message says what to do."""


def run(command: Sequence[str | Path], root: Path, what: str) -> None:
    """Run a program of the build; its words are shown only where it fails."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=root,
        env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise ReplayError(f"{what} failed:\n{result.stdout}{result.stderr}".rstrip())


def program(name: str) -> str:
    """A program on the path.

    Raises
    ------
    ReplayError
        If it is not there.
    """
    path = shutil.which(name)
    if path is None:
        raise ReplayError(f"{name} was not found; run: make environment")
    return path


def split_core(root: Path, work: Path) -> Path:
    """Split Python's standard library for a quick start; done once for each version of Pyodide."""
    source, script = root / "node_modules/pyodide", root / "book/python/core.mjs"
    if not (source / "pyodide.mjs").is_file():
        raise ReplayError("the npm package pyodide is not installed; run: make environment")
    version = pyodide_version(root)
    folder = work / ".replay" / f"{version}-{short(script.read_bytes())}"
    if not (folder / "core.json").is_file():
        part = folder.with_name(folder.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        run([program("node"), script, source, part], root, "splitting Python's standard library")
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)
    return folder


def editor(root: Path) -> bytes:
    """One file of the editor and the libraries it stands on."""
    with tempfile.TemporaryDirectory() as name:
        made = Path(name, "editor.js")
        command: list[str | Path] = [
            program("node"), root / "node_modules/esbuild/bin/esbuild",
            root / "book/scripts/codemirror.js",
            "--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none",
            "--log-level=error", f"--outfile={made}",
        ]  # fmt: skip
        run(command, root, "bundling the editor")
        return made.read_bytes()


def build_wheel(root: Path, folder: Path) -> Path:
    """Build the wheel of this package, with its data."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", name]
        run(command, root, "building the wheel")
        [wheel] = Path(name).glob("*.whl")
        return Path(shutil.copy(wheel, folder / wheel.name))


def browser_package(root: Path, wheel: Path) -> bytes:
    """The package as the worker imports it: compiled modules, and the tables that they read.

    It is a zip without compression, to be compressed as a whole. Data lie in its folder ``data``.
    """
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(wheel) as archive:
        chosen, result = Path(name, "chosen.zip"), Path(name, "package.zip")
        data = "sme_survey/_data/"
        resources = json.loads(archive.read(data + DESCRIPTOR))["resources"]
        tables = [DESCRIPTOR, *(str(resource["path"]) for resource in resources)]
        modules = [
            entry
            for entry in archive.namelist()
            if entry.endswith(".py") and entry[len("sme_survey/") : -3] not in LEFT_OUT
        ]
        with zipfile.ZipFile(chosen, "w") as package:
            for entry in modules:
                package.writestr(entry, archive.read(entry))
            for table in tables:
                package.writestr(f"data/{table}", archive.read(data + table))
        script, pyodide = root / "book/python/compile.mjs", root / "node_modules/pyodide"
        run(
            [program("node"), script, pyodide, chosen, PLACE, result],
            root,
            "compiling the package",
        )
        return result.read_bytes()


def kept_memory(root: Path, core: Path, package: bytes) -> bytes:
    """The memory of a Python that has started with the package.

    Raises
    ------
    ReplayError
        If it names a place of this machine: its bytes would vary from one to another.
    """
    with tempfile.TemporaryDirectory() as name:
        archive, result = Path(name, "package.zip"), Path(name, "memory")
        archive.write_bytes(package)
        script, pyodide = root / "book/python/memory.mjs", root / "node_modules/pyodide"
        library = core / "stdlib.zip"
        run(
            [program("node"), script, pyodide, library, archive, result],
            root,
            "keeping the memory of Python",
        )
        memory = result.read_bytes()
        if str(root).encode() in memory or name.encode() in memory:
            raise ReplayError("the kept memory of Python names a folder of this machine")
        return memory


def pure_archive(names: Iterable[str]) -> bytes:
    """The files of installed pure Python packages, as one zip that varies with nothing else."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in names:
            for file in sorted(metadata.files(name) or [], key=str):
                path = Path(str(file))
                if ".." in path.parts or "__pycache__" in path.parts or path.name in (
                    "RECORD", "INSTALLER", "REQUESTED", "direct_url.json",
                ):  # fmt: skip
                    continue
                entry = zipfile.ZipInfo(path.as_posix(), (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, Path(str(file.locate())).read_bytes())
    return buffer.getvalue()


def closure(packages: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Packages of Pyodide's lock with all that they stand on."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += packages[name]["depends"]
    return sorted(found)


def trimmed_lock(lock: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Pyodide's lock with some packages only, each under one name.

    Some have two ("pillow" depends, "Pillow" was loaded); the worker asks for what it loaded.
    """
    packages = lock["packages"]
    return {
        "info": lock["info"],
        "packages": {name: packages[name] | {"name": name} for name in closure(packages, names)},
    }


def copy_packages(folder: Path, lock: Mapping[str, Any], target: Path) -> list[str]:
    """Copy the packages for drawing from a folder of Pyodide's files; return the others found.

    Raises
    ------
    ReplayError
        If one is missing or differs from what Pyodide's lock says.
    """
    needed = closure(lock["packages"], DRAWING)
    target.mkdir(parents=True)
    copied = []
    for name, package in sorted(lock["packages"].items()):
        path = folder / package["file_name"]
        if not path.is_file():
            if name in needed:
                raise ReplayError(f"PYODIDE_DIST: {path.name} is missing in {folder}")
            continue
        content = path.read_bytes()
        if sha256(content) != package["sha256"]:
            raise ReplayError(
                f"PYODIDE_DIST: {path.name} is not the file that Pyodide's lock names"
            )
        (target / path.name).write_bytes(content)
        copied.append(name)
    return copied


@dataclass(frozen=True)
class Shared:
    """Writes files of the shared folder under names that change with their content."""

    folder: Path

    def add(self, name: str, content: bytes, compress: bool = False) -> dict[str, Any]:
        """Write a file; say its name, and how many bytes a reader downloads.

        With ``compress`` the file is gzipped here and opened by the worker, so that no server
        has to compress it, and progress is known.
        """
        # not gzip.compress, which names another system from Python 3.13 on
        stored = zlib.compress(content, 9, zlib.MAX_WBITS | 16) if compress else content
        stem, dot, suffix = name.rpartition(".")
        file = f"{stem}.{short(stored)}{dot}{'bin' if compress else suffix}"
        (self.folder / file).write_bytes(stored)
        return {"file": file, "bytes": len(stored)}

    def add_plain(self, name: str, content: bytes) -> dict[str, Any]:
        """Write a file that the server compresses: ``bytes`` are about what a reader downloads."""
        return self.add(name, content) | {
            "bytes": len(gzip.compress(content, 6, mtime=0)),
            "unpacked": len(content),
        }


def pyodide_lock(root: Path) -> dict[str, Any]:
    """What the installed Pyodide is made for: each package with version, file name and SHA-256.

    Raises
    ------
    ReplayError
        If the npm package is not installed.
    """
    path = root / "node_modules/pyodide/pyodide-lock.json"
    if not path.is_file():
        raise ReplayError("the npm package pyodide is not installed; run: make environment")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def pyodide_version(root: Path) -> str:
    """Version of the installed Pyodide."""
    path = root / "node_modules/pyodide/package.json"
    return str(json.loads(path.read_text(encoding="utf-8"))["version"])


def assemble(root: Path, work: Path, site: Path, packages_host: str) -> None:
    """Write ``_replay/``, shared by both editions, into a site.

    Raises
    ------
    ReplayError
        If a program or a package that it needs is missing.
    """
    pyodide, core = root / "node_modules/pyodide", split_core(root, work)
    facts = json.loads((core / "core.json").read_text(encoding="utf-8"))
    lock = pyodide_lock(root)
    folder = site / REPLAY_FOLDER
    folder.mkdir(parents=True)
    shared = Shared(folder)
    wheel = build_wheel(root, folder)
    package = browser_package(root, wheel)
    dist, local = os.environ.get("PYODIDE_DIST", ""), False
    offered = trimmed_lock(lock, OFFERED)
    address = packages_host.replace("{version}", facts["pyodide"])
    if dist:
        copied = copy_packages(Path(dist).expanduser(), offered, folder / "packages")
        offered["packages"] = {name: offered["packages"][name] for name in copied}
        address, local = "packages/", True
    manifest = {
        "version": 1,
        "made": inputs.python(root),
        "pyodide": facts["pyodide"],
        "python": facts["python"],
        "package": __version__,
        "files": {
            "pyodide": shared.add_plain("pyodide.mjs", script_of(pyodide / "pyodide.mjs")),
            "engine": shared.add_plain("engine.mjs", script_of(pyodide / "pyodide.asm.mjs")),
            "wasm": shared.add_plain("python.wasm", (pyodide / "pyodide.asm.wasm").read_bytes()),
            "stdlib": shared.add("stdlib.zip", (core / "stdlib.zip").read_bytes(), True),
            "package": shared.add("package.zip", package, True),
        },
        "memory": shared.add("memory.bin", kept_memory(root, core, package), True)
        | {"within": QUICK},
        "rest": shared.add("rest.zip", (core / "rest.zip").read_bytes(), True)
        | {"modules": facts["rest"]},
        "drawing": shared.add("drawing.zip", pure_archive(PURE))
        | {"packages": list(DRAWING), "modules": ["seaborn", "matplotlib_fontja"]},
        "packages": {"address": address, "local": local},
        "lock": offered,
        "worker": shared.add("worker.js", assets.joined(root, "worker").encode()),
        "editor": shared.add("editor.js", editor(root)),
    }
    (folder / "core.json").write_text(canonical(manifest), encoding="utf-8")


def script_of(path: Path) -> bytes:
    """A script of Pyodide without the address of its source map, which is not in the site."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"\n//# sourceMappingURL=\S+\s*$", "\n", text).encode()
