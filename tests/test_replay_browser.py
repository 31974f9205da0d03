"""Replay in a real browser, in both editions, with every host refused but the site's own."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import re
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from browsing import LANGUAGES, PATIENCE, SITE, Watched, patient
from sme_book.base import publication
from sme_book.base.editions import WORDS
from sme_book.base.local import QuietHandler, serving
from sme_book.base.project import ROOT, WHOLE
from sme_book.pages import replay as replay_pages
from sme_book.site import replay_files

pytestmark = pytest.mark.browser
NEXT = 1000 * PATIENCE  # milliseconds for a click
START = 2 * NEXT  # and for a first one
PAGE = "notebooks/purpose.html"
DRAWN = "notebooks/results-threats.html"
CDN = "https://cdn.jsdelivr.net/"

# WebKit starts from the memory of the build; so does another engine under its name.
WEBKIT = {
    "user_agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/26.0 Safari/605.1.15"
}

# Runs every cell of many pages in one worker, as the pages' script does, and gives the verdicts.
ALL_CELLS = """
async ([base, pages, language]) => {
  const manifest = await (await fetch(base + "core.json")).json();
  const worker = new Worker(base + manifest.worker.file, { type: "module" });
  const talk = (message, end, hear = () => {}) => new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.type === "failed") reject(new Error(data.kind + " " + data.detail));
      hear(data);
      if (data.type === end) resolve();
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(message);
  });
  await talk({ type: "start", base, manifest, language }, "ready");
  const found = {};
  for (const url of pages) {
    const page = await (await fetch(url)).json();
    const cells = page.cells.filter((cell) => !cell.widgets).map((cell) => ({
      number: cell.number, source: cell.source, draw: false, mayFail: Boolean(cell.raises),
      stored: JSON.stringify({ outputs: cell.stored, numbers: page.numbers }),
    }));
    found[page.page] = [];
    await talk({ type: "run", cells, reset: true }, "done", (data) => {
      if (data.type !== "cell") return;
      const { comparison, failed, missing, outputs } = data.result;
      const error = failed ? outputs.at(-1).traceback.join("\\n") : null;
      const entry = [data.number, missing ?? comparison.verdict, comparison.differences, error];
      found[page.page].push(entry);
    });
  }
  worker.terminate();
  return found;
}
"""


def cell(page: Any, number: int) -> Any:
    return page.locator(f"#cell-{number}")


def replay(page: Any, number: int) -> Any:
    """Click Replay on a cell and wait for what it says."""
    cell(page, number).locator(".replay-bar .replay-run").click()
    return settled(page, number)


def settled(page: Any, number: int) -> Any:
    page.locator("html:not([data-replaying])").wait_for(state="attached", timeout=START)
    status = cell(page, number).locator(".replay-status")
    status.locator(".replay-verdict, .replay-trouble, .replay-note").first.wait_for(timeout=NEXT)
    return status


def verdict(status: Any) -> str:
    return status.locator(".replay-verdict").get_attribute("data-verdict")


def edit(page: Any, number: int, source: str) -> None:
    """Put other code into the editor of a cell, from the keyboard, and run it."""
    cell(page, number).locator(".replay-button[aria-expanded]").click()
    editor = cell(page, number).locator('[role="textbox"], textarea')
    editor.wait_for(timeout=NEXT)
    editor.press("Control+a")
    page.keyboard.insert_text(source)
    editor.press("Shift+Enter")


def with_card(site: Path, language: str, address: str) -> dict[str, Any]:
    file = site / language / "_replay" / address.replace(".html", ".json")
    return json.loads(file.read_text("utf-8"))


# ---- same ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "browser_name"), [("en", {}), ("ja", {}), ("ja", WEBKIT)])
def test_every_cell_of_every_page_gives_what_is_stored(
    language: str,
    browser_name: dict[str, str],
    site: Path,
    server: str,
    watched: Callable[..., Watched],
):
    opened = watched(**browser_name)
    asked: list[str] = []
    opened.page.on("request", lambda request: asked.append(request.url))
    opened.page.goto(f"{server}{language}/{PAGE}")
    folder = site / language / "_replay"
    pages = [
        f"{server}{language}/_replay/{path.relative_to(folder).as_posix()}"
        for path in sorted(folder.rglob("*.json"))
    ]
    found = opened.page.evaluate(ALL_CELLS, [f"{server}_replay/", pages, language])
    wrong = [
        (name, *entry)
        for name, entries in found.items()
        for entry in entries
        if entry[1] not in ("same", "none", "pandas", "ipywidgets", "matplotlib", "seaborn")
    ]
    assert len(found) == len(pages)
    assert not wrong, "\n".join(str(entry)[:400] for entry in wrong[:5])
    verdicts = [entry[1] for entries in found.values() for entry in entries]
    assert verdicts.count("same") >= len(verdicts) / 2
    assert opened.foreign == []
    assert [url for url in asked if "/stdlib." in url]
    if not browser_name:
        assert not [url for url in asked if "/memory." in url]
    assert not [url for url in asked if "/rest." in url], "a start leaves out what chapters import"


def test_the_page_replays_from_the_keyboard_on_a_small_screen(
    server: str, watched: Callable[..., Watched]
):
    opened = watched(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = opened.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}ja/{PAGE}")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "_replay/" in url], "something was loaded before the click"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('replay-all')"):
            break
    page.evaluate(
        """() => new MutationObserver(() => {
          globalThis.told ||= Boolean(document.querySelector(".replay-summary progress"));
        }).observe(document.querySelector(".replay-summary"), { childList: true })"""
    )
    page.keyboard.press("Enter")
    page.locator(".replay-summary .replay-verdict").wait_for(timeout=START)
    assert page.evaluate("globalThis.told"), "how far it is was said"
    text = page.locator(".replay-summary").inner_text()
    assert "保存された出力と一致" in text
    assert re.search(r"Python 3\.\d+\.\d+、Pyodide \d+", text)
    assert page.evaluate("document.activeElement.classList.contains('replay-all')")
    assert "保存された出力と一致" in page.locator("body > [role=status]").inner_text()
    assert page.locator(".replay-same").count() > 0
    assert page.locator(".replay-different").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
    parts = [[".replay-page"], [".replay-bar"], [".replay-status"], [".replay-same"]]
    report = page.evaluate("(include) => axe.run({ include })", parts)
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in report["violations"]] == []
    assert (opened.foreign, opened.complaints) == ([], [])


@pytest.mark.parametrize(
    "address",
    ["en/notebooks/discussion.html", "ja/notebooks/explore.html", "en/notebooks/reuse.html"],
)
def test_a_page_with_links_controls_or_printed_text_replays_as_printed(
    address: str, site: Path, server: str, watched: Callable[..., Watched]
):
    opened = watched()
    page = opened.page
    page.goto(server + address)
    tables = page.locator(".card-data").evaluate_all("(all) => all.map((one) => one.outerHTML)")
    page.locator(".replay-all").click()
    summary = page.locator(".replay-summary")
    summary.locator(".replay-verdict").wait_for(timeout=START)
    assert verdict(summary) == "same", page.locator(".replay-differences").all_inner_texts()
    after = page.locator(".card-data").evaluate_all("(all) => all.map((one) => one.outerHTML)")
    assert after == tables
    assert (opened.foreign, opened.complaints) == ([], [])


# ---- different -------------------------------------------------------------------------------


def test_tampered_stored_output_is_different(
    site: Path, server: str, watched: Callable[..., Watched]
):
    """A value in the page's file; then a number and an output as the page prints them."""
    data = with_card(site, "en", PAGE)
    [table] = [c for c in data["cells"] if any(replay_card(o) for o in c["stored"])]
    [card] = [replay_card(o) for o in table["stored"]]
    row, column = 2, 2
    was = card["rows"][row][column]
    card["rows"][row][column] = was + 1
    [said] = [c for c in data["cells"] if "say(" in c["source"]]
    name = next(name for name in data["numbers"] if name in said["source"])
    page = watched().page
    page.route(re.compile(r"_replay/notebooks/.*\.json"), lambda route: route.fulfill(json=data))
    page.goto(f"{server}en/{PAGE}")
    number = page.locator(f".glue-{name}").first
    for place in (number, page.locator(".said dd").first):
        place.evaluate("(element) => { element.textContent = '12'; }")
    page.locator(".replay-all").click()
    summary = page.locator(".replay-summary")
    summary.locator(".replay-verdict").wait_for(timeout=START)
    assert verdict(summary) == "different"
    assert "replay-different" in (number.get_attribute("class") or "")
    for stored, found in ((table, [str(was + 1), str(was)]), (said, None)):
        status = settled(page, stored["number"])
        assert verdict(status) == "different"
        status.locator("summary").click()
        cells = status.locator("tbody td").all_inner_texts()
        assert cells == found or found is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_is_read_and_a_falsified_one_is_different(
    language: Any, server: str, watched: Callable[..., Watched]
):
    """A label exchanged in the drawing alone: the data behind it are the same."""
    page = watched().page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}{language}/{DRAWN}")
    figure = page.locator("figure[data-card='threats']")
    number = int(figure.evaluate("f => f.closest('[id^=cell-]').id").removeprefix("cell-"))
    status = replay(page, number)
    assert verdict(status) == "same"
    assert WORDS["replay_picture_agrees"][language] in status.inner_text()
    assert not [url for url in asked if "/rest." in url], "pictures are read without a download"
    page.reload()  # cells that Python's memory holds are not run again
    for text in figure.locator("svg text[data-mark^='value 1 ']").all():
        text.evaluate("(element) => { element.textContent = '12.3'; }")
    status = replay(page, number)
    assert verdict(status) == "different"
    rows = json.loads(figure.locator(".card-json").text_content())["rows"]
    assert rows[1][0] in status.locator("tbody th").first.text_content()


def replay_card(output: dict[str, Any]) -> Any:
    return output.get("data", {}).get("application/vnd.sme-survey.card+json")


# ---- editing, errors, warm clicks ------------------------------------------------------------


def test_cells_are_edited_fail_recover_and_stay_warm(server: str, watched: Callable[..., Watched]):
    opened = watched()
    page = opened.page
    page.goto(f"{server}en/{PAGE}")
    output = cell(page, 2).locator(".cell_output")
    stored = output.inner_html()
    assert verdict(replay(page, 2)) == "same"

    edit(page, 2, "from textwrap import dedent\nprint(sorted({3, 1, 2}), survey.base('role'))")
    assert verdict(settled(page, 2)) == "different"
    assert output.inner_text().strip().startswith("[1, 2, 3]")

    # Escape, then Tab leaves the editor; Tab alone indents.
    editor = cell(page, 2).locator("[role=textbox]")
    editor.press("Escape")
    editor.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"

    edit(page, 2, "import mailbox, wave\nlen(answers) / 0")
    assert verdict(settled(page, 2)) == "error"
    assert "NameError: name 'answers' is not defined" in output.inner_text()

    edit(page, 2, "import mailbox, doctest\nmailbox.Mailbox.__name__")
    assert verdict(settled(page, 2)) == "different"
    assert output.inner_text().strip() == "'Mailbox'", "a module of the second archive is there"

    edit(page, 2, "import ipywidgets")
    assert "ipywidgets" in settled(page, 2).inner_text()

    # A cell that needs an edited one takes the edit.
    edit(page, 2, "answers = [1, 2]\nsay(percentages=len(answers))")
    assert verdict(settled(page, 2)) == "different"

    cell(page, 2).get_by_role("button", name="Reset").click()
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    assert verdict(replay(page, 2)) == "same"
    [python], asked = page.workers, []
    page.on("request", lambda request: asked.append(request.url))
    assert verdict(replay(page, 2)) == "same"
    assert (page.workers, asked) == ([python], []), "a second click is warm: nothing starts anew"
    cell(page, 2).get_by_role("button", name="Restore").click()
    assert output.inner_html() == stored
    assert (opened.foreign, opened.complaints) == ([], [])


def test_a_cell_that_is_edited_and_replayed_at_once_opens_once(
    server: str, watched: Callable[..., Watched]
):
    page = watched().page
    page.goto(f"{server}en/{PAGE}")
    page.evaluate(
        "() => { const [run, edit] = document.querySelectorAll('#cell-2 .replay-bar button');"
        " for (const button of [edit, run, edit]) button.click(); }"
    )
    assert verdict(settled(page, 2)) == "same"
    cell(page, 2).locator('[role="textbox"]').wait_for(timeout=NEXT)
    assert cell(page, 2).locator(".replay-edit-box").count() == 1
    page.locator(".replay-all").click()
    page.locator(".replay-summary .replay-verdict").wait_for(timeout=START)
    count = page.locator("div.cell.has-replay").count()
    assert f"{count} of {count}" in page.locator(".replay-summary").inner_text()


def test_a_text_field_takes_the_place_of_an_editor_that_does_not_load(
    server: str, watched: Callable[..., Watched]
):
    opened = watched()
    page = opened.page
    page.route("**/editor.*.js", lambda route: route.abort())
    page.goto(f"{server}en/{PAGE}")
    cell(page, 1).locator(".replay-button[aria-expanded]").click()
    area = cell(page, 1).locator("textarea")
    area.wait_for(timeout=NEXT)
    assert "load" in area.input_value()
    area.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"


class Stalling(QuietHandler):
    """Begins to answer, and sends nothing more of a file whose name holds ``stalled``."""

    stalled = ""
    end: threading.Event

    def copyfile(self, source: Any, outputfile: Any) -> None:
        if self.stalled and self.stalled in self.path:
            self.end.wait()
        else:
            super().copyfile(source, outputfile)


def test_a_run_is_cancelled_and_begins_again(site: Path, browser: Any):
    handler: Any = type("Stalled", (Stalling,), {"end": threading.Event()})
    context = patient(browser, service_workers="block")
    with serving(site, handler) as server:
        page = context.new_page()
        status = cell(page, 2).locator(".replay-status")
        for handler.stalled in ("/core.json", "_replay/notebooks/", "/python."):
            page.goto(f"{server}en/{PAGE}")
            cell(page, 2).locator(".replay-bar .replay-run").click()
            status.get_by_role("button", name="Cancel").click()
            assert "Cancelled" in settled(page, 2).inner_text()
        handler.stalled = ""
        handler.end.set()
        edit(page, 2, "while True:\n    pass")
        status.get_by_text("Running cell 2 of 2").wait_for(timeout=START)
        status.get_by_role("button", name="Cancel").click()
        assert "Cancelled" in settled(page, 2).inner_text()
        assert page.evaluate("document.activeElement.className").startswith("replay-button")
        cell(page, 2).get_by_role("button", name="Reset").click()
        assert verdict(replay(page, 2)) == "same"
    context.close()


# ---- a second start --------------------------------------------------------------------------

# Starts Python, runs a cell, and waits until the memory of the start is kept.
START_AND_RUN = """
async ([base, source, language, keeps, within]) => {
  const manifest = await (await fetch(base + "core.json")).json();
  manifest.memory.within = within; // milliseconds: whether the link counts as quick
  const worker = new Worker(base + manifest.worker.file, { type: "module" });
  const cell = { number: 1, source, draw: false, stored: '{"outputs": [], "numbers": {}}' };
  const found = await new Promise((resolve, reject) => {
    let kept, text;
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => {
      if (data.type === "failed") reject(new Error(data.detail));
      if (data.type === "ready") {
        kept = data.kept;
        worker.postMessage({ type: "run", cells: [cell], reset: true });
      }
      if (data.type === "cell") text = data.result.outputs.map((item) => item.text ?? item.evalue);
      if (data.type === "done") resolve({ kept, text: text.join("") });
    };
    worker.postMessage({ type: "start", base, manifest, language });
  });
  const cache = await caches.open(`replay ${base}`);
  for (let i = 0; i < 600 && keeps && !(await cache.keys()).length; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  worker.terminate();
  return { ...found, memories: (await cache.keys()).length };
}
"""
SPOIL = """
async (base) => {
  const cache = await caches.open(`replay ${base}`);
  for (const request of await cache.keys()) await cache.put(request, new Response("no memory"));
}
"""
SOURCE = """\
import random, datetime, zoneinfo
from sme_survey import load
from sme_survey.survey.loading import data_dir
from sme_survey.survey.text import edition
print(len(load().questions), len(list(data_dir().iterdir())), edition(), random.random())
"""


def test_a_second_start_is_a_copy_of_the_first(server: str, watched: Callable[..., Watched]):
    page = watched().page
    page.goto(f"{server}en/{PAGE}")
    base = f"{server}_replay/"

    def start(language: str = "en") -> tuple[bool, list[str], int]:
        found = page.evaluate(START_AND_RUN, [base, SOURCE, language, True, 1e9])
        return found["kept"], found["text"].split(), found["memories"]

    first, second, third = start(), start(), start("ja")
    assert (first[0], second[0], third[0]) == (False, True, True)
    assert first[1][:2] == second[1][:2] == third[1][:2]
    assert [found[1][2] for found in (first, second, third)] == ["en", "en", "ja"]
    assert len({first[1][3], second[1][3], third[1][3]}) == 3, "random numbers are new each time"
    assert third[2] == 1
    page.evaluate(SPOIL, base)
    spoilt = start()
    assert (spoilt[0], spoilt[1][:2]) == (False, first[1][:2]), "it starts without, and says so"
    assert start()[0], "and keeps a good one in its place"


MEMORY = "**/_replay/memory.*.bin"


def with_a_byte_changed(content: bytes) -> bytes:
    """A memory of another Pyodide: what it says of itself does not fit."""
    memory = bytearray(gzip.decompress(content))
    memory[20] ^= 1
    return gzip.compress(bytes(memory), 1)


@pytest.mark.parametrize(
    ("spoil", "within", "kept"),
    [
        (None, 1e9, True),
        (lambda content: content[:99_999], 1e9, False),
        (with_a_byte_changed, 1e9, False),
        (None, 0, False),
    ],
    ids=["whole", "cut", "other", "slow"],
)
def test_webkit_starts_from_the_memory_of_the_build_or_without_it(
    spoil: Callable[[bytes], bytes] | None,
    within: float,
    kept: bool,
    site: Path,
    server: str,
    watched: Callable[..., Watched],
):
    page = watched(**WEBKIT).page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}en/{PAGE}")
    if spoil:
        [file] = (site / "_replay").glob("memory.*.bin")
        content = spoil(file.read_bytes())
        page.route(MEMORY, lambda route: route.fulfill(body=content))
    given = [f"{server}_replay/", SOURCE, "ja", False, within]
    first = page.evaluate(START_AND_RUN, given)
    assert first["kept"] is kept
    text = first["text"].split()
    assert text[2] == "ja"
    if kept:
        second = page.evaluate(START_AND_RUN, given)
        assert (second["kept"], second["memories"]) == (True, 0)
        assert second["text"].split()[:3] == text[:3]
        assert second["text"].split()[3] != text[3], "random numbers are new each time"
    assert bool([url for url in asked if "/memory." in url]) is bool(within)


def test_other_engines_load_no_memory(server: str, watched: Callable[..., Watched]):
    page = watched().page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}en/{PAGE}")
    assert verdict(replay(page, 2)) == "same"
    assert not [url for url in asked if "/memory." in url]


# ---- what can go wrong -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "file", "words"),
    [
        ("en", "**/python.*.wasm", "could not be downloaded"),
        ("ja", "**/stdlib.*.bin", "ダウンロードできませんでした"),
        ("ja", "**/core.json", "ダウンロードできませんでした"),
        ("en", "**/worker.*.js", "did not start"),
    ],
)
def test_a_failed_download_is_explained(
    language: str, file: str, words: str, server: str, watched: Callable[..., Watched]
):
    page = watched().page
    page.route(file, lambda route: route.abort())
    page.goto(f"{server}{language}/{PAGE}")
    status = replay(page, 2)
    assert words in status.inner_text()
    assert cell(page, 2).locator(".cell_output").inner_text()


@pytest.mark.parametrize("name", ["python.*.wasm", "stdlib.*.bin"])
def test_a_broken_file_is_noticed(
    name: str, server: str, site: Path, watched: Callable[..., Watched]
):
    [file] = (site / "_replay").glob(name)
    page = watched().page
    page.route(f"**/{name}", lambda route: route.fulfill(body=file.read_bytes()[:200_000]))
    page.goto(f"{server}en/{PAGE}")
    assert "could not be downloaded" in replay(page, 2).inner_text()


def test_webassembly_under_another_media_type_is_compiled(
    server: str, site: Path, watched: Callable[..., Watched]
):
    """Some servers do not know the ending."""
    [file] = (site / "_replay").glob("python.*.wasm")
    page = watched().page
    kind = "application/octet-stream"
    page.route(
        "**/python.*.wasm",
        lambda route: route.fulfill(body=file.read_bytes(), content_type=kind),
    )
    page.goto(f"{server}en/{PAGE}")
    assert verdict(replay(page, 2)) == "same"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_opened_as_a_file_says_that_it_needs_a_server(
    language: str, site: Path, browser: Any
):
    context = patient(browser, service_workers="block")
    page = context.new_page()
    page.goto((site / language / PAGE).as_uri())
    cell(page, 2).locator(".replay-run").click()
    text = cell(page, 2).locator(".replay-trouble").inner_text()
    context.close()
    assert "python3 -m http.server" in text


def test_a_drawing_without_packages_says_so(
    site: Path, server: str, watched: Callable[..., Watched]
):
    if json.loads((site / "_replay/core.json").read_text("utf-8"))["packages"]["local"]:
        pytest.skip("this site holds the packages itself (PYODIDE_DIST)")
    opened = watched()
    page = opened.page
    page.goto(f"{server}ja/{DRAWN}")
    number = int(page.locator(".cell:has(.card-art svg)").first.get_attribute("id").split("-")[1])
    picture = cell(page, number).locator(".card-art svg.wide")
    stored = picture.inner_html()
    status = replay(page, number)
    assert verdict(status) == "same"
    assert "データを再計算：一致" in status.inner_text()
    needs = status.locator(".replay-needs")
    assert re.search(r"cdn\.jsdelivr\.net.*pandas、matplotlib", needs.inner_text())
    assert opened.foreign == [], "nobody is asked before the click"
    assert picture.inner_html() == stored
    needs.get_by_role("button").click()
    trouble = status.locator(".replay-trouble")
    trouble.wait_for(timeout=START)
    assert "cdn.jsdelivr.netからパッケージを読み込めませんでした" in trouble.inner_text()
    assert opened.foreign
    assert all(url.startswith(CDN) for url in opened.foreign)
    assert verdict(status) == "same", "the verdict stays"


def stub_wheel(name: str) -> bytes:
    """A wheel with nothing in it but a name and a version."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "__version__ = '0.stub'\n")
        meta = f"{name}-0.dist-info"
        archive.writestr(f"{meta}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n")
        archive.writestr(f"{meta}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{meta}/RECORD", "")
    return buffer.getvalue()


DRAWING_CELL = """\
from sme_survey.presentation.cards import MIME, Card

class Drawn(Card):
    def svg(self, language=None, shape="wide"):
        import pandas
        return f'<svg viewBox="0 0 9 9"><title id="t">{pandas.__version__}</title></svg>'

words = Text("Drawn here", "図")
Drawn("drawn", "figure", words, words, words, (Column("a", words),), (("x",),))
"""


@pytest.mark.parametrize("local", [False, True])
def test_packages_are_loaded_and_checked(
    local: bool, site: Path, server: str, watched: Callable[..., Watched]
):
    """From the host after a click, or from the site at once; with stand-ins for the wheels."""
    manifest = json.loads((site / "_replay/core.json").read_text("utf-8"))
    wheels = {f"{name}-0-py3-none-any.whl": stub_wheel(name) for name in ("pandas", "matplotlib")}
    for file, content in wheels.items():
        digest = hashlib.sha256(content).hexdigest()
        package = {"depends": [], "file_name": file, "sha256": digest}
        manifest["lock"]["packages"][file.partition("-")[0]] |= package
    address = "packages/" if local else f"{CDN}pyodide/full/"
    manifest["packages"] = {"address": address, "local": local}
    opened = watched()
    page = opened.page
    asked: list[str] = []
    honest = local

    def serve(route: Any) -> None:
        file = route.request.url.rsplit("/", 1)[-1]
        asked.append(file)
        body = wheels[file] if honest else stub_wheel("another")
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(body=body, headers=headers, content_type="application/zip")

    page.route("**/core.json", lambda route: route.fulfill(json=manifest))
    page.route(re.compile(r"(/_replay/packages/|jsdelivr).*\.whl"), serve)
    page.goto(f"{server}en/{PAGE}")
    edit(page, 1, cell_source(site, 1) + "\n" + DRAWING_CELL)
    picture = cell(page, 1).locator(".card-art svg.wide")
    if not local:
        status = settled(page, 1)
        assert asked == []
        status.get_by_role("button", name="Load and draw").click()
        status.locator(".replay-trouble").wait_for(timeout=START)
        assert "could not be loaded from cdn.jsdelivr.net" in status.inner_text()
        assert picture.count() == 0
        honest = True
        status.get_by_role("button", name="Load and draw").click()
    picture.wait_for(timeout=START)
    assert "0.stub" in picture.inner_html()
    assert 'id="t"' in picture.inner_html(), "a drawing comes with ids of its own"
    assert set(asked) == set(wheels)
    assert "picture drawn again" in settled(page, 1).inner_text()


class OtherHost(QuietHandler):
    """A server of files that lets pages of other sites read them, as package hosts do."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


def test_packages_come_from_the_host_that_the_setting_names(
    site: Path,
    server: str,
    watched: Callable[..., Watched],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    """From a second server; the page's policy and the list are what a build with it writes."""
    monkeypatch.delenv("PYODIDE_DIST", raising=False)
    monkeypatch.setenv(WHOLE, "1")
    manifest = json.loads((site / "_replay/core.json").read_text("utf-8"))
    folder = tmp_path / f"v{manifest['pyodide']}/full"
    folder.mkdir(parents=True)
    for name in replay_files.closure(manifest["lock"]["packages"], manifest["drawing"]["packages"]):
        package, content = manifest["lock"]["packages"][name], stub_wheel(name.replace("-", "_"))
        package["file_name"] = f"{name}-0-py3-none-any.whl"
        package["sha256"] = hashlib.sha256(content).hexdigest()
        (folder / package["file_name"]).write_bytes(content)
    with serving(tmp_path, OtherHost) as other:
        host = other.rstrip("/")
        setting = {"replay_packages": host + "/v{version}/full/"}
        monkeypatch.setattr(publication, "settings", lambda root: setting)
        address = publication.packages_host().replace("{version}", manifest["pyodide"])
        manifest["packages"] = {"address": address, "local": False}
        opened = watched()
        page = opened.page
        page.route("**/core.json", lambda route: route.fulfill(json=manifest))
        page.route(f"{host}/**", lambda route: route.continue_())
        text = (site / "en" / PAGE).read_text("utf-8")
        assert CDN.rstrip("/") in text
        policy = allowed_hosts()
        page.route(
            f"**/en/{PAGE}",
            lambda route: route.fulfill(
                body=text.replace(CDN.rstrip("/"), policy), content_type="text/html; charset=utf-8"
            ),
        )
        page.goto(f"{server}en/{PAGE}")
        edit(page, 1, cell_source(site, 1) + "\n" + DRAWING_CELL)
        status = settled(page, 1)
        assert host.removeprefix("http://") in status.inner_text()
        status.get_by_role("button", name="Load and draw").click()
        picture = cell(page, 1).locator(".card-art svg.wide")
        picture.wait_for(timeout=START)
        assert "0.stub" in picture.inner_html()
        assert opened.foreign == []


def allowed_hosts() -> str:
    """What a page with code may ask beside its own site."""
    context: dict[str, Any] = {"policy": {"script-src": [], "connect-src": []}}
    app = SimpleNamespace(env=SimpleNamespace(sme_replay={"page": {}}))
    replay_pages.allow_python(app, "page", "page.html", context, None)  # type: ignore[arg-type]
    return " ".join(context["policy"]["connect-src"])


def cell_source(site: Path, number: int) -> str:
    data = with_card(site, "en", PAGE)
    return str(data["cells"][number - 1]["source"])


def test_a_drawing_runs_with_the_packages_beside_the_site(
    site: Path, server: str, watched: Callable[..., Watched]
):
    if not json.loads((site / "_replay/core.json").read_text("utf-8"))["packages"]["local"]:
        given = os.environ.get("PYODIDE_DIST")
        pytest.skip(f"the site was built without PYODIDE_DIST (now: {given or 'not given'})")
    opened = watched()
    page = opened.page
    page.goto(f"{server}en/{DRAWN}")
    number = int(page.locator(".cell:has(.card-art svg)").first.get_attribute("id").split("-")[1])
    replay(page, number)
    status = cell(page, number).locator(".replay-status")
    status.get_by_text("picture drawn again").wait_for(timeout=180_000)
    assert opened.foreign == []


def test_the_script_is_the_one_that_the_page_names(site: Path):
    html = (SITE / "en" / PAGE).read_text("utf-8")
    script = (site / "en/_static/replay.js").read_bytes()
    digest = base64.b64encode(hashlib.sha384(script).digest()).decode()
    assert f'integrity="sha384-{digest}"' in html
