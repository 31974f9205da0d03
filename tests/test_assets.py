"""Scripts and style sheets of pages: joined from their parts, with their words and one palette."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from sme_book.base import assets
from sme_book.base.editions import WORDS
from sme_book.base.project import ROOT
from sme_survey.survey.text import LANGUAGES, Language

NAMES = sorted(assets.SCRIPTS)
WRITTEN_BY_THE_BUILD = ("own_example_", "own_noscript", "search_title", "search_needs", "search_go",
                        "search_book", "search_prompt")  # fmt: skip


def book(folder: Path, **modules: str) -> Path:
    for name, text in modules.items():
        path = folder / "book/scripts" / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def run(script: str) -> str:
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    return done.stdout.strip()


# ---- joining ---------------------------------------------------------------------------------


def test_modules_keep_their_own_names(tmp_path: Path) -> None:
    root = book(
        tmp_path,
        entry='import { value as first } from "./a.js";\nimport { twice } from "./in/b.js";\n'
        "// a remark\nconst hidden = 1;\nconsole.log(first, twice(hidden));\n",
        a="const hidden = 2;\n/**\n * A remark.\n */\nexport const value = hidden * 10;\n",
        in__b='import { value } from "../a.js";\nconst hidden = 3;\n'
        "export function twice(n) {\n  return 2 * n + hidden + value;\n}\n",
    )
    joined = assets.joined(root, "entry")
    assert run(joined) == "20 25"
    assert "remark" not in joined
    assert joined.count("hidden * 10") == 1, "a module that two others import stands once"


def test_a_remark_of_a_type_takes_nothing_with_it(tmp_path: Path) -> None:
    text = "/** @type {any} */ (globalThis).x = 1;\nconsole.log(x); /** end */\n"
    assert run(assets.joined(book(tmp_path, entry=text), "entry")) == "1"


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ({"entry": 'import { a } from "./none.js";\n'}, r"entry\.js: there is no module \./none"),
        (
            {"entry": 'import { a } from "./a.js";\n', "a": 'import { b } from "./a.js";\n'},
            r"a\.js: modules import each other in a circle: .*a\.js -> a\.js",
        ),
        ({"entry": 'import a from "./a.js";\n', "a": ""}, r"entry\.js: this form cannot be joined"),
        ({"entry": "export let a = 1;\n"}, r"entry\.js: this form cannot be joined: export let"),
        ({"entry": "const a = `\n  b`;\n"}, r"entry\.js: a template over several lines"),
    ],
)
def test_what_cannot_be_joined_is_named(
    modules: dict[str, str], message: str, tmp_path: Path
) -> None:
    with pytest.raises(assets.AssetError, match=message):
        assets.joined(book(tmp_path, **modules), "entry")


@pytest.mark.parametrize("name", [*NAMES, "worker"])
def test_every_script_of_the_book_can_be_read(name: str, tmp_path: Path) -> None:
    text = assets.joined(ROOT, name) if name == "worker" else assets.script(ROOT, name, "ja")
    path = tmp_path / "script.js"
    path.write_text(text, encoding="utf-8")
    subprocess.run(["node", "--check", path], check=True)


def test_every_module_belongs_to_a_script() -> None:
    used = "".join(assets.joined(ROOT, name) for name in [*NAMES, "worker", "offline"])
    folder = ROOT / "book/scripts"
    for path in folder.rglob("*.js"):
        name = path.relative_to(folder).with_suffix("").as_posix()
        alone = {*NAMES, "worker", "offline", "codemirror"}
        scope = re.sub(r"\W", "_", name)
        assert name in alone or f"const in_{scope} = " in used, name


# ---- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_script_holds_the_words_of_its_edition(language: Language) -> None:
    text = assets.script(ROOT, "replay", language)
    [line] = re.findall(r"^const WORDS = (.*);$", text, re.M)
    words = json.loads(line)
    assert set(words) == {key for key in WORDS if key.startswith("replay_")}
    assert all(words[key] == WORDS[key][language] for key in words)


@pytest.mark.parametrize("name", [name for name in NAMES if assets.SCRIPTS[name]])
def test_words_are_there_and_asked_for(name: str) -> None:
    source = assets.joined(ROOT, name) + assets.joined(ROOT, "worker")
    starts = set(re.findall(r'wordsOf\("(\w*)"\)', source))
    words = {key: key.removeprefix(next(filter(key.startswith, starts)))
             for key in assets.words(name, "en")}  # fmt: skip
    for asked in re.findall(r'\bsay\("(\w+)"', source):
        assert asked in words.values(), f"{name} asks for {asked}"
    literal = set(re.findall(r'"(\w+)"', source))
    stems = tuple(re.findall(r"`(\w+_)\$\{", source))
    for key, word in words.items():
        if key.startswith(WRITTEN_BY_THE_BUILD):
            continue
        plain = word.removesuffix("_local").removesuffix("_one").removesuffix("s")
        assert {word, plain, word.removesuffix("_local")} & literal or word.startswith(stems), word


# ---- style sheets ----------------------------------------------------------------------------


def test_colours_are_said_once() -> None:
    folder = ROOT / "book/styles"
    for path in folder.glob("*.css"):
        text = path.read_text(encoding="utf-8")
        if path.stem == "palette":
            continue
        assert "prefers-color-scheme" not in text, path.name
        # the margins of printed pages know no variables
        text = re.sub(r"@page \{.*?\n\}", "", text, flags=re.S)
        assert not re.findall(r"#(?:[0-9a-f]{3}){1,2}\b", text), path.name


def test_every_colour_is_defined_and_used() -> None:
    styles = {path.stem: path.read_text("utf-8") for path in (ROOT / "book/styles").glob("*.css")}
    everything = "".join(styles.values())
    python = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    defined = set(re.findall(r"(--[\w-]+):", everything))
    used = set(re.findall(r"var\((--[\w-]+)", everything))
    assert used <= defined
    for name in re.findall(r"(--[\w-]+):", styles["palette"]):
        assert name in used or f"var({name}" in python, name


def test_devices_without_variables_get_colours() -> None:
    style = assets.plain_style(ROOT, "epub")
    assert "var(" not in style
    assert "#0f566c" in style
