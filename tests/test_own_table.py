"""The page that checks a table of the reader's own, in a real browser and in both editions."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from browsing import LANGUAGES, PATIENCE, SITE
from sme_book.base.editions import WORDS
from sme_book.base.project import ROOT
from sme_book.pages.own_table import as_tsv, planted, published
from sme_survey import __version__, load
from sme_survey.judgement.consistency import inspect
from sme_survey.survey.pasted import read
from sme_survey.survey.text import Language

NEXT = 1000 * PATIENCE  # milliseconds for a check
START = 2 * NEXT  # and for a first one
PAGE = "book/your-table.html"


def word(key: str, lang: Language) -> str:
    return WORDS[f"own_{key}"][lang]


def opened(page: Any, site: str, lang: str) -> Any:
    page.goto(f"{site}/{lang}/{PAGE}")
    page.locator(".own-run").wait_for()
    return page


def results(page: Any) -> Any:
    page.locator(".own-run:not([aria-disabled])").wait_for(timeout=START)
    return page.locator(".own-results")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_examples_are_the_report_and_one_slip(lang: Language) -> None:
    cells = published(load(), lang)
    assert not inspect(read(as_tsv(cells))).findings
    changed = planted(cells)
    differing = [
        (row, column)
        for row, line in enumerate(cells)
        for column, cell in enumerate(line)
        if changed[row][column] != cell
    ]
    assert len(differing) == 1
    [(row, column)] = differing
    assert sorted(changed[row][column]) == sorted(cells[row][column])
    report = inspect(read(as_tsv(changed)))
    assert report.findings
    # the same tests in both languages: totals and answers are recognised by their words
    other = inspect(read(as_tsv(planted(published(load(), "ja" if lang == "en" else "en")))))
    assert (report.tests, report.findings) == (other.tests, other.findings)


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_planted_error_is_found_and_mended(watched: Any, server: str, lang: Language) -> None:
    asked: list[str] = []
    shown = watched(accept_downloads=True)
    page = shown.page
    page.on("request", lambda request: asked.append(request.url))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    opened(page, server, lang)
    assert not [url for url in asked if "/_replay/" in url]  # nothing before the click
    page.get_by_role("button", name=word("example_planted", lang)).click()
    found = results(page)
    summary = found.locator(".own-summary")
    assert summary.get_attribute("data-found") == "true"
    assert word("not_attainable", lang) in found.inner_text()
    cells = published(load(), lang)
    changed = planted(cells)
    wrong = next(
        (row, column)
        for row, line in enumerate(cells)
        for column, cell in enumerate(line)
        if changed[row][column] != cell
    )
    row, column = wrong
    place = f"{chr(65 + column)}{row + 1}"
    assert place in found.locator(".own-findings").inner_text()
    assert changed[row][column] in found.locator(".own-findings").inner_text()
    assert found.locator(".own-cross").count() == 1
    assert found.locator("tr.own-bad").count() >= 2
    # focus is where the results begin
    assert page.evaluate("document.activeElement.textContent") == word("results", lang)

    with page.expect_download() as saved:
        found.get_by_role("button", name=word("download_csv", lang)).click()
    text = saved.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {item["version"] for item in rows} == {__version__}
    assert {item["rounding"] for item in rows} == {"nearest"}
    assert any(item["result"] == word("not_attainable", lang) for item in rows)

    area = page.locator("#own-text")
    area.fill(as_tsv(cells))
    page.locator(".own-run").click()
    page.locator('.own-summary[data-found="false"]').wait_for(timeout=NEXT)
    assert results(page).locator(".own-findings, .own-cross").count() == 0
    assert not any(sent)  # no request carries anything
    assert not shown.foreign
    assert not shown.complaints
    assert page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))") in (
        [],
        ["theme"],
    )


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_choices_files_and_bad_input(watched: Any, server: str, lang: Language) -> None:
    shown = watched()
    page = opened(shown.page, server, lang)
    page.locator(".own-run").click()
    assert page.locator(".own-trouble").inner_text() == word("empty", lang)
    page.locator("#own-text").fill("nothing like a table")
    page.locator(".own-run").click()
    results(page)
    assert page.locator(".own-trouble").count() == 1

    content = "選択肢,割合\nはい,６０．３\nいいえ,40.3\nその他,－\n".encode("cp932")
    file = {"name": "own.csv", "mimeType": "text/csv", "buffer": content}
    page.locator("#own-file").set_input_files(file)
    page.locator(".own-notes").wait_for(timeout=NEXT)
    notes = page.locator(".own-notes").inner_text()
    assert "Shift-JIS" in notes
    assert "B2" in notes
    assert "B4" in notes
    assert "はい" in page.locator("#own-text").input_value()
    assert page.locator('.own-summary[data-found="false"]').count() == 1

    # without － and as single answers the sum is said to be out of reach
    page.locator("#own-text").fill("選択肢,割合\nはい,60.3\nいいえ,40.3\n")
    page.locator(".own-run").click()
    results(page)
    page.locator("#own-kind").select_option("single")
    page.locator('.own-summary[data-found="true"]').wait_for(timeout=NEXT)
    assert "100.6" in page.locator(".own-findings").inner_text()
    page.locator("#own-n").fill("many")
    page.locator("#own-n").blur()
    page.locator(".own-trouble").wait_for(timeout=NEXT)
    assert not shown.complaints


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_results_fit_and_pass_axe(watched: Any, server: str, width: int) -> None:
    theme = "dark" if width == 768 else "light"
    page = watched(viewport={"width": width, "height": 900}, color_scheme=theme).page
    page.add_init_script((ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))
    opened(page, server, "ja" if width == 320 else "en")
    page.locator(".own-examples button").nth(1).press("Enter")
    results(page).locator(".own-summary").wait_for(timeout=START)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = page.evaluate("axe.run('.own-table')")
    assert not found["violations"], json.dumps(found["violations"], ensure_ascii=False)[:3000]


@pytest.mark.browser
def test_the_policy_allows_no_host_but_its_own() -> None:
    text = (SITE / "en" / PAGE).read_text(encoding="utf-8")
    policy = text.split('http-equiv="Content-Security-Policy" content="')[1].split('"')[0]
    assert "connect-src 'self';" in policy + ";"
    assert "'wasm-unsafe-eval'" in policy
    assert "http" not in policy
