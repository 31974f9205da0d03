"""The floors of both packages: a module imports only from floors below it, or from its own room.

Floors 1 to 3 of the survey, the cards and the prose use the standard library alone, so that they
run in a browser's Python with nothing to download; so does everything that `import sme_survey`
loads. The survey never imports the publisher. No circle of imports may arise, within a room either.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from sme_book.base.project import ROOT

SOURCE = ROOT / "src"
PACKAGE = "sme_survey"
FLOORS = {"numbers": 1, "survey": 2, "judgement": 3, "presentation": 4}
PUBLISHER = "sme_book"
# Rooms of one floor never import each other.
PUBLISHER_FLOORS = {
    "base": 1,
    "notebooks": 2, "standards": 2, "printing": 2,
    "pages": 3, "site": 3,
    "addresses": 4,
    "commands": 5,
}  # fmt: skip
MOST_MODULES = 12  # in a room of the publisher
ENTRANCES = {"__init__", "__main__", "cli"}  # beside the rooms: they may import any floor
STANDARD_ONLY_FLOORS = 3
# Above floor 3: modules that load with the standard library alone (figures are drawn on demand).
LIGHT_MODULES = ("presentation.cards", "presentation.prose", "presentation.figures")


class Import(NamedTuple):
    line: int
    module: str
    at_load: bool  # runs when the module is loaded (not in a function, not for type checkers)


def imports_of(path: Path, source: Path) -> list[Import]:
    """Every import of a file by absolute module name, `from a import b` as a.b."""
    parts = path.relative_to(source).with_suffix("").parts
    package = parts[:-1]  # for a package's __init__ this is the package itself

    def names(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
            return
        base = package[: len(package) - node.level + 1] if node.level else ()
        stem = ".".join((*base, *(node.module.split(".") if node.module else ())))
        yield from (f"{stem}.{alias.name}" for alias in node.names)

    def walk(node: ast.AST, at_load: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import | ast.ImportFrom):
                yield from (Import(child.lineno, name, at_load) for name in names(child))
            elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                yield from walk(child, False)
            elif isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
                for part in child.body:
                    yield from walk(ast.Module([part], []), False)
                for part in child.orelse:
                    yield from walk(ast.Module([part], []), at_load)
            else:
                yield from walk(child, at_load)

    return list(walk(ast.parse(path.read_text(encoding="utf-8")), True))


def modules_of(source: Path) -> Iterator[tuple[Path, str]]:
    """Each file of the package with its name inside the package ("numbers.counts")."""
    for path in sorted((source / PACKAGE).rglob("*.py")):
        parts = path.relative_to(source / PACKAGE).with_suffix("").parts
        yield path, ".".join(parts)


def wrong_imports(source: Path) -> list[str]:
    """Imports that go up, that reach an entrance, or that leave the standard library too low."""
    found = []
    for path, name in modules_of(source):
        room = name.split(".")[0]
        if name in ENTRANCES:
            continue
        where = path.relative_to(source).as_posix()
        if room not in FLOORS:
            found.append(f"{where}: {room} is on no floor")
            continue
        floor = FLOORS[room]
        for line, module, at_load in imports_of(path, source):
            top, _, rest = module.partition(".")
            target = rest.split(".")[0]
            if top != PACKAGE:
                if top in sys.stdlib_module_names:
                    continue
                if floor <= STANDARD_ONLY_FLOORS or (name in LIGHT_MODULES and at_load):
                    found.append(f"{where}:{line}: {top} is not in the standard library")
            elif target in FLOORS:
                if FLOORS[target] > floor:
                    found.append(f"{where}:{line}: {room} imports from {target}, a floor above")
            elif target in ENTRANCES or floor <= STANDARD_ONLY_FLOORS:
                # `from sme_survey import x`: the package itself loads floor 2 and more.
                found.append(f"{where}:{line}: {room} imports {module}, above all its floor")
    return found


def publisher_modules(source: Path) -> dict[str, list[Import]]:
    """Every module of the publisher but the command itself, with its imports."""
    folder = source / PUBLISHER
    return {
        ".".join(path.relative_to(source).with_suffix("").parts): imports_of(path, source)
        for path in sorted(folder.rglob("*.py"))
        if path.parent != folder
    }


def wrong_in_the_publisher(source: Path) -> list[str]:
    """Imports between rooms that go up or across, and rooms that are on no floor."""
    found = []
    for name, imports in publisher_modules(source).items():
        room = name.split(".")[1]
        if room not in PUBLISHER_FLOORS:
            found.append(f"{name}: {room} is on no floor")
            continue
        for line, module, _ in imports:
            package, _, rest = module.partition(".")
            target = rest.split(".")[0]
            if package != PUBLISHER or target == room:
                continue
            if PUBLISHER_FLOORS.get(target, 9) >= PUBLISHER_FLOORS[room]:
                found.append(f"{name}:{line}: {room} imports from {target or PUBLISHER}")
    for name in sorted(path.as_posix() for path in (source / PACKAGE).rglob("*.py")):
        text = Path(name).read_text(encoding="utf-8")
        if PUBLISHER in text:
            found.append(f"{name}: the survey knows the publisher")
    return found


def circles(source: Path) -> list[list[str]]:
    """Modules of both packages that reach themselves by imports, in any function."""
    modules = publisher_modules(source) | {
        f"{PACKAGE}.{name}": imports_of(path, source)
        for path, name in modules_of(source)
        if "." in name
    }
    reach = {
        name: {
            target
            for item in imports
            for target in (item.module, item.module.rpartition(".")[0])
            if target in modules and target != name
        }
        for name, imports in modules.items()
    }
    found = []
    for name in reach:
        seen, waiting = set(), list(reach[name])
        while waiting:
            target = waiting.pop()
            if target not in seen:
                seen.add(target)
                waiting += reach[target]
        if name in seen:
            found.append([name, *sorted(seen)])
    return found


def loaded_by(modules: list[str], source: Path, *options: str) -> dict[str, set[str]]:
    """Packages outside the standard library that each import loads, one after another."""
    program = (
        "import sys, importlib\n"
        f"sys.path.insert(0, {str(source)!r})\n"
        f"for name in {modules!r}:\n"
        "    before = set(sys.modules)\n"
        "    importlib.import_module(name)\n"
        "    tops = {module.split('.')[0] for module in set(sys.modules) - before}\n"
        f"    print(name, *sorted(tops - sys.stdlib_module_names - {{{PACKAGE!r}}}))\n"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-B", *options, "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    return {name: set(tops) for name, *tops in lines}


def light_modules(source: Path) -> list[str]:
    """The package, all of floors 1 to 3, and the light modules above, by full name."""
    low = [
        f"{PACKAGE}.{name}".removesuffix(".__init__")
        for _, name in modules_of(source)
        if FLOORS.get(name.split(".")[0], 9) <= STANDARD_ONLY_FLOORS
    ]
    return [PACKAGE, *low, *(f"{PACKAGE}.{name}" for name in LIGHT_MODULES)]


def test_every_module_imports_from_below() -> None:
    assert not wrong_imports(SOURCE)


def test_rooms_of_the_publisher_import_from_below_and_stay_small() -> None:
    assert not wrong_in_the_publisher(SOURCE)
    assert not circles(SOURCE)
    names = [name.split(".") for name in publisher_modules(SOURCE)]
    assert {room for _, room, *_ in names} == set(PUBLISHER_FLOORS)
    for room in PUBLISHER_FLOORS:
        modules = [name[2] for name in names if name[1] == room and name[2] != "__init__"]
        assert 2 < len(modules) <= MOST_MODULES, room


def test_every_room_is_there() -> None:
    rooms = {name.split(".")[0] for _, name in modules_of(SOURCE)}
    assert rooms >= set(FLOORS)


@pytest.mark.parametrize("options", [(), ("-S",)], ids=["with-packages", "bare"])
def test_the_light_modules_load_the_standard_library_only(options: tuple[str, ...]) -> None:
    """With packages installed none is loaded; with none in reach (-S) nothing is missed."""
    loaded = loaded_by(light_modules(SOURCE), SOURCE, *options)
    assert set(loaded) == set(light_modules(SOURCE))
    assert not {name: tops for name, tops in loaded.items() if tops}


# The checks themselves, tried on small packages that break one rule each.


def build(source: Path, **files: str) -> Path:
    for name in (*(f"{room}.__init__" for room in FLOORS), "__init__", *LIGHT_MODULES):
        files.setdefault(name.replace(".", "__in__"), "")
    for name, text in files.items():
        path = source / PACKAGE / (name.replace("__in__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return source


def test_a_clean_package_passes(tmp_path: Path) -> None:
    source = build(
        tmp_path,
        numbers__in__a="import math\nfrom . import b\nfrom .b import x\n",
        numbers__in__b="x = 1\n",
        survey__in__a="from ..numbers import a\nfrom sme_survey.numbers.b import x\n",
        presentation__in__prose="def say():\n    import pandas\n",
        presentation__in__drawing="import pandas\nfrom sme_survey import __version__\n",
        cli="from sme_survey.presentation import x\n",
    )
    assert wrong_imports(source) == []


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("numbers__in__a", "from sme_survey.survey import x", "survey, a floor above"),
        ("numbers__in__a", "from ..survey import x", "survey, a floor above"),
        ("numbers__in__a", "from .. import survey", "survey, a floor above"),
        ("numbers__in____init__", "from ..survey.text import x", "survey, a floor above"),
        (
            "survey__in__a",
            "def f():\n    import sme_survey.judgement.b",
            "judgement, a floor above",
        ),
        ("survey__in__a", "def f():\n    import pandas", "pandas is not in the standard"),
        ("judgement__in__a", "try:\n    import numpy\nexcept ImportError: ...", "numpy is not"),
        ("judgement__in__a", "from sme_survey import load", "imports sme_survey.load"),
        ("judgement__in__deep__in__a", "from ...presentation import x", "presentation, a floor"),
        (
            "judgement__in__a",
            "from sme_survey.presentation import x",
            "presentation, a floor above",
        ),
        ("presentation__in__cards", "class C:\n    import pandas", "pandas is not in the standard"),
        ("presentation__in__figures", "import seaborn", "seaborn is not in the standard"),
        ("presentation__in__a", "from sme_survey.cli import main", "above all its floor"),
        ("attic__in__a", "import math", "attic is on no floor"),
        ("loose", "import math", "loose is on no floor"),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, name: str, text: str, expected: str) -> None:
    found = wrong_imports(build(tmp_path, **{name: text}))
    assert len(found) == 1
    assert expected in found[0]


@pytest.mark.parametrize(
    ("place", "text", "expected"),
    [
        ("sme_book/base/a.py", "from sme_book.pages import x", "base imports from pages"),
        ("sme_book/base/a.py", "from ..site import x", "base imports from site"),
        (
            "sme_book/site/a.py",
            "def f():\n    from sme_book.pages.b import x",
            "site imports from p",
        ),
        (
            "sme_book/printing/a.py",
            "import sme_book.standards.b",
            "printing imports from standards",
        ),
        ("sme_book/pages/a.py", "from sme_book import x", "pages imports from x"),
        ("sme_book/attic/a.py", "", "attic is on no floor"),
        ("sme_survey/survey/a.py", "import sme_book", "the survey knows the publisher"),
    ],
)
def test_a_wrong_import_of_the_publisher_is_found(
    tmp_path: Path, place: str, text: str, expected: str
) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    [found] = wrong_in_the_publisher(tmp_path)
    assert expected in found


def test_a_circle_is_found(tmp_path: Path) -> None:
    room = tmp_path / PUBLISHER / "base"
    room.mkdir(parents=True)
    (room / "a.py").write_text("from sme_book.base.b import x")
    (room / "b.py").write_text("def f():\n    from sme_book.base import c")
    (room / "c.py").write_text("import math")
    assert circles(tmp_path) == []
    (room / "c.py").write_text("from . import a")
    assert len(circles(tmp_path)) == 3


def test_imports_for_type_checkers_do_not_load(tmp_path: Path) -> None:
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n"
    assert wrong_imports(build(tmp_path, presentation__in__cards=text)) == []
    text += "else:\n    import seaborn\n"
    assert len(wrong_imports(build(tmp_path, presentation__in__cards=text))) == 1


def test_a_package_loaded_on_the_way_is_found(tmp_path: Path) -> None:
    hidden = (
        "import importlib\ntry:\n    importlib.import_module('pytest')\nexcept ImportError: ..."
    )
    source = build(tmp_path, survey__in__a=hidden)
    loaded = loaded_by(light_modules(source), source)
    assert "pytest" in loaded[f"{PACKAGE}.survey.a"]
    assert not loaded[PACKAGE]
    with pytest.raises(AssertionError, match="No module named 'pytest'"):
        loaded_by([f"{PACKAGE}.a"], build(tmp_path, a="import pytest"), "-S")
