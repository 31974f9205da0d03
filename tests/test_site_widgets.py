"""The pages of controls in a real browser, the network closed: mouse, keyboard, both languages."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from browsing import LANGUAGES, Watched, pages_of
from sme_book.base import editions
from sme_book.base.project import ROOT
from sme_survey import load
from sme_survey.survey.text import Language, Text

pytestmark = pytest.mark.browser
Open = Callable[..., Watched]
QUESTION, SHARES, SURVEY = Text("Question", "設問"), Text("Shares", "割合"), Text("Survey", "調査")
GROUP, YES, NO = Text("Group", "区分"), Text("Yes", "はい"), Text("No", "いいえ")
ANSWERED = Text("without no-answers", "無回答を除く")
PUBLISHED = Text("as published", "公表値")
SIZE, POSITION = (
    Text("Size of your firm", "自社の規模"),
    Text("Position of your firm", "自社の立場"),
)
PAGES = ("explore", "your-firm")
MARKED = """choice => Object.fromEntries([...document.querySelectorAll('.mark-row')].map(row => {
    const groups = [...row.querySelectorAll('[role=radiogroup]')];
    if (groups.length > 1) groups[0].querySelector('input').click(); // size, position
    groups.at(-1).querySelectorAll('input')[choice].click();
    const name = groups.at(-1).querySelector('.widget-label').textContent;
    return [name, row.querySelector('.share p').textContent];
}))"""
MARK_ALL = """for (const part of document.querySelectorAll('details')) part.open = true;
for (const row of document.querySelectorAll('.mark-row'))
    for (const group of row.querySelectorAll('[role=radiogroup]'))
        [...group.querySelectorAll('input')].at(-1).click()"""


def opened(watched: Open, server: str, language: str, name: str, **options: Any) -> Watched:
    result = watched(**options)
    result.page.goto(f"{server}{language}/notebooks/{name}.html")
    result.page.wait_for_load_state("networkidle")
    return result


LOADED = "() => !document.querySelector('.explorer [aria-busy]')"


def choose(page: Any, name: str, label: str) -> None:
    page.get_by_role("combobox", name=name, exact=True).select_option(label=label)
    page.wait_for_function(LOADED)


def group(page: Any, name: str) -> Any:
    return page.get_by_role("radiogroup", name=name, exact=True)


def table(page: Any) -> list[list[str]]:
    rows = page.locator(".explorer .table-scroll tbody tr")
    return rows.evaluate_all("rows => rows.map(r => [...r.children].map(c => c.textContent))")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_wave_and_group_shows_its_numbers(
    language: Language, server: str, watched: Open
):
    survey = load()
    result = opened(watched, server, language, "explore")
    page = result.page
    options = page.get_by_role("combobox", name=QUESTION[language]).locator("option")
    published = [question for question in survey.questions if question.published]
    assert options.all_text_contents() == [question.title[language] for question in published]
    for question in published:
        choose(page, QUESTION[language], question.title[language])
        keys = survey.keys(question.id)
        for wave, place in keys:
            if len({year for year, _ in keys}) > 1:
                year = Text(f"{wave}", f"{wave}年度")[language]
                group(page, SURVEY[language]).get_by_label(year, exact=True).check()
            elif len(keys) > 1:
                lists = page.get_by_role("combobox", name=GROUP[language], exact=True)
                lists.select_option(index=keys.index((wave, place)))
            answers = survey.answers(question.id, wave, place)
            shown = {row[0]: row[1] for row in table(page)}
            assert shown == {item.option.label[language]: str(item.percent) for item in answers}
            assert f"{answers[0].n:,}" in page.locator(".explorer .card-facts").inner_text()
            assert page.locator(".explorer .card-art[role=img]").count() == 1
    assert result.complaints == []
    assert result.foreign == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_answers_can_be_left_out_and_stay_out_when_the_question_changes(
    language: Language, server: str, watched: Open
):
    page = opened(watched, server, language, "explore").page
    head, picture = (
        page.locator(".explorer .card-head"),
        page.locator(".explorer .card-art[role=img]"),
    )
    before = picture.get_attribute("aria-label")
    assert PUBLISHED[language] in head.inner_text()
    group(page, SHARES[language]).get_by_text(ANSWERED[language], exact=True).click()
    page.wait_for_function(LOADED)
    assert ANSWERED[language] in head.inner_text()
    assert picture.get_attribute("aria-label") != before
    question = load().question("measures").title[language]
    choose(page, QUESTION[language], question)
    assert question in head.inner_text()
    assert ANSWERED[language] in head.inner_text()
    page.wait_for_function(
        "text => document.querySelector('div[role=status]').textContent.includes(text)",
        arg=question,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_views_come_once_and_only_when_one_is_chosen(
    language: Language, server: str, watched: Open
):
    result = watched()
    page = result.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.split("?")[0]))
    page.goto(f"{server}{language}/notebooks/explore.html")
    page.wait_for_load_state("networkidle")
    views = f"{server}{language}/_static/later-explore.js"
    assert views not in asked
    lists = page.get_by_role("combobox", name=QUESTION[language], exact=True)
    for question in ("measures", "advice"):
        choose(page, QUESTION[language], load().question(question).title[language])
        assert (
            load().question(question).title[language]
            in page.locator(".card-head").first.text_content()
        )
    assert asked.count(views) == 1
    page.goto(f"{server}{language}/notebooks/explore.html?again")
    page.route(views + "*", lambda route: route.abort())
    lists.select_option(index=0)
    page.wait_for_function(LOADED)
    failed = editions.word("widgets_failed", language)
    assert page.locator(".explorer .widget-html").first.inner_text() == failed
    page.unroute(views + "*")
    choose(page, QUESTION[language], load().question("measures").title[language])
    assert page.locator(".explorer .card-art[role=img]").count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_explorer_works_with_the_keyboard_alone(language: Language, server: str, watched: Open):
    page = opened(watched, server, language, "explore").page
    head = page.locator(".explorer .card-head")
    question = page.get_by_role("combobox", name=QUESTION[language])
    question.focus()
    first = head.inner_text()
    page.keyboard.press("ArrowDown")
    page.wait_for_function(LOADED)
    page.wait_for_function(
        "text => document.querySelector('.explorer .card-head')?.innerText !== text", arg=first
    )
    assert question.evaluate("list => list.selectedOptions[0].text") in head.inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(LOADED)
    assert ANSWERED[language] in head.inner_text()
    focused = page.evaluate(
        "getComputedStyle(document.activeElement.parentElement).outlineStyle + "
        "document.activeElement.type"
    )
    assert focused == "solidradio"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert "2016" in head.inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mark_stands_beside_the_share_of_the_firms(
    language: Language, server: str, watched: Open
):
    survey = load()
    result = opened(watched, server, language, "your-firm")
    page = result.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert page.locator(".share").count() == 0
    named = {
        answer.option.label[language]: f"{answer.percent}%"
        for question in ("measures", "advice", "education")
        for answer in survey.answers(question)
        if answer.option.role == "substantive"
    }
    for choice in (0, 1):
        texts = page.evaluate(MARKED, choice)
        assert len({texts[name] for name in named}) > 20
        for name, percent in named.items():
            assert percent in texts[name]
    assert page.locator(".share").count() == len(texts)
    stored = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie.length]")
    assert stored == [0, 0, 0]
    assert asked == []
    assert result.complaints == []
    assert result.foreign == []
    page.reload()
    assert page.locator(".mark-row input:checked").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_size_and_position_choose_the_firms_to_stand_beside(
    language: Language, server: str, watched: Open
):
    survey = load()
    page = opened(watched, server, language, "your-firm").page
    for title, values in (
        (SIZE, {g: survey.single(f"organisation_{g}").value
                for g in ("small", "sme_100", "sme_101")}),
        (POSITION, {g: survey.answer("contract_duties", "yes", 2021, g).percent
                    for _, g in survey.keys("contract_duties")}),
    ):  # fmt: skip
        chooser = group(page, title[language])
        row = page.locator(".mark-row").filter(has=chooser)
        assert chooser.locator("input:checked").count() == 0  # nothing is chosen for the reader
        row.get_by_label(YES[language], exact=True).check()
        assert row.locator(".share").count() == 0
        for place, value in values.items():
            chooser.get_by_label(survey.group(place).label[language], exact=True).check()
            assert f"{value}%" in row.locator(".share p").inner_text()
        row.get_by_label(NO[language], exact=True).check()
        assert row.locator(".share").count() == 1


def test_marks_can_be_set_with_the_keyboard_alone(server: str, watched: Open):
    page = opened(watched, server, "en", "your-firm").page
    page.locator(".widget-accordion summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator(".share").count() == 1
    assert "Like yours" in page.locator(".share p").inner_text()
    page.keyboard.press("ArrowRight")
    assert "did not" in page.locator(".share p").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator(".share").count() == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_control_has_a_name_of_its_own(
    name: str, language: Language, server: str, watched: Open
):
    page = opened(watched, server, language, name).page
    names = page.evaluate(
        """() => [...document.querySelectorAll('.widget-box [role=radiogroup], .widget-box select')]
        .map(c => c.labels?.[0]?.textContent
             ?? document.getElementById(c.getAttribute('aria-labelledby')).textContent)"""
    )
    assert all(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_result_fills_as_marks_are_set_and_is_what_gets_printed(
    language: Language, server: str, watched: Open
):
    page = opened(watched, server, language, "your-firm").page
    count, lines = page.locator(".firm-count"), page.locator(".firm-line")
    before = count.inner_text()
    assert lines.count() == 0
    page.locator(".widget-accordion summary").first.click()
    rows = page.locator(".counted .mark-row")
    for number, choice in ((0, 0), (1, 0), (2, 1)):
        rows.nth(number).locator("input").nth(choice).check()
    assert lines.count() == 3
    assert page.locator(".firm-list").nth(0).locator(".firm-line").count() == 2
    assert count.inner_text() != before
    assert re.findall(r"\d+", count.inner_text())[1:3] == ["2", "1"]
    page.emulate_media(media="print")
    assert lines.first.is_visible()
    assert not page.locator(".firm-tools").is_visible()


VIEWS = "#view=education/2016/total/answered+contract_duties/2021/tier2/published"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_choice_lives_in_the_address(language: Language, server: str, watched: Open):
    result = watched(accept_downloads=True)
    page, survey = result.page, load()
    page.goto(f"{server}{language}/notebooks/explore.html{VIEWS}")
    heads = page.locator(".explorer .card-head")
    page.wait_for_function(LOADED)
    assert heads.count() == 2
    for number, question in enumerate(("education", "contract_duties")):
        assert survey.question(question).title[language] in heads.nth(number).inner_text()
    assert "2016" in heads.nth(0).inner_text()
    assert ANSWERED[language] in heads.nth(0).inner_text()
    assert survey.group("tier2").label[language] in heads.nth(1).inner_text()
    with page.expect_download() as saved:
        page.locator(".explorer-tools button").click()
    rows = list(csv.reader(saved.value.path().read_text(encoding="utf-8-sig").splitlines()))
    answers = survey.answers("education", 2016)
    first = rows[1 : len(answers) + 1]
    assert {tuple(row[:3]) for row in first} == {("education", "2016", "total")}
    assert {row[3]: row[4] for row in first} == {
        item.option.label[language]: str(item.percent) for item in answers
    }
    page.locator(".pane").nth(1).locator("select").first.select_option(index=0)
    address = page.evaluate("location.href")
    assert address.split("+")[-1].startswith(f"{survey.questions[0].id}/")
    page.goto("about:blank")
    page.goto(f"{server}{language}/notebooks/explore.html#view=education/1999/total/published")
    assert page.locator(".explorer-note").inner_text()
    assert heads.count() == 1
    assert result.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_controls_fit_a_small_screen(language: Language, server: str, watched: Open):
    size = {"width": 390, "height": 844}
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    page = opened(watched, server, language, "explore", viewport=size).page
    lists = page.get_by_role("combobox", name=QUESTION[language])
    for index in range(lists.locator("option").count()):
        lists.select_option(index=index)
        page.wait_for_function(LOADED)
        assert page.evaluate(over) <= 0
    page = opened(watched, server, language, "your-firm", viewport=size).page
    page.evaluate(MARK_ALL)
    assert page.evaluate(over) <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_in_the_controls(name: str, scheme: str, server: str, watched: Open):
    script = ROOT / "node_modules/axe-core/axe.min.js"
    result = opened(watched, server, "en", name, color_scheme=scheme, bypass_csp=True)
    page = result.page
    page.evaluate(MARK_ALL)
    page.wait_for_function(LOADED)
    page.add_script_tag(path=str(script))
    found = page.evaluate(
        "axe.run('.explorer, .marks', {resultTypes: ['violations']}).then(r => r.violations)"
    )
    assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_and_on_paper_the_cards_stand_in(
    name: str, language: Language, server: str, watched: Open
):
    page = opened(watched, server, language, name, java_script_enabled=False).page
    assert page.locator(".widget-box").count() == 0
    assert page.locator("figure.card-table table").last.is_visible()
    assert name != "explore" or page.locator("figure.card-figure svg").first.is_visible()
    page = opened(watched, server, language, name).page
    assert page.locator(".widget-box").first.is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".widget-box").first.is_visible()
    assert page.locator("figure.card-table table").last.is_visible()


def test_controls_work_from_a_file(site: Path, watched: Open):
    page = watched().page
    page.goto((site / "en/notebooks/explore.html").as_uri())
    choose(page, QUESTION.en, load().question("measures").title.en)
    assert page.locator(".explorer .card-art[role=img]").count() == 1
    page.goto((site / "en/notebooks/your-firm.html").as_uri())
    page.locator(".widget-accordion summary").first.click()
    page.locator(".counted .mark-row input").first.check()
    assert page.locator(".share").count() == 1


def test_only_pages_with_controls_load_them_and_none_may_evaluate_text(site: Path):
    for language in LANGUAGES:
        for address in pages_of(site, language):
            text = (site / language / address).read_text(encoding="utf-8")
            has = "application/vnd.jupyter.widget-view+json" in text
            assert has == any(address.endswith(f"/{name}.html") for name in (*PAGES, "reuse")), (
                address
            )
            assert ("/widgets.js" in text) == has, address
            assert ("/widgets.css" in text) == has, address
            policy = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
            if has:
                assert policy
                assert "'unsafe-eval'" not in policy[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_models_are_named_by_a_counter(name: str, language: Language, site: Path):
    text = (site / language / f"notebooks/{name}.html").read_text(encoding="utf-8")
    state = re.search(r'widget-state\+json">(.*?)</script>', text, re.S)
    assert state
    models = json.loads(state.group(1))["state"]
    assert sorted(models) == [f"{number:032x}" for number in range(1, len(models) + 1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_control_that_needs_a_kernel_stands_still(
    language: str, server: str, watched: Callable[..., Watched]
):
    page = opened(watched, server, language, "reuse").page
    assert page.locator(".widget-dropdown select").is_disabled()
    assert page.locator(".widget-html table.card-data tbody tr").count() > 3
    page = opened(watched, server, language, "explore").page
    assert page.locator(".widget-dropdown select").first.is_enabled()
