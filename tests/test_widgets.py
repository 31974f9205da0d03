"""Controls: what they show is what the survey holds, and the page can play what they are made of.

The pages themselves are tried in a browser in test_site_widgets.py.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from html import unescape
from typing import Any

import pytest

from sme_book.base.project import ROOT
from sme_survey import load
from sme_survey.judgement.comparisons import answer_bounds, answered_share
from sme_survey.judgement.quality import measures_per_firm
from sme_survey.presentation import widgets
from sme_survey.presentation.cards import Card, plain
from sme_survey.survey.model import Question, Survey
from sme_survey.survey.text import LANGUAGES, Language, Text

PLAYER = (ROOT / "book/scripts/widgets.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def survey() -> Survey:
    return load()


@pytest.fixture(scope="module")
def questions(survey: Survey) -> list[Question]:
    return [question for question in survey.questions if question.published]


@pytest.fixture(scope="module")
def views(survey: Survey, questions: list[Question]) -> list[widgets.View]:
    return [view for item in questions for view in widgets.question_views(survey, item)]


def of(views: list[widgets.View], *ids: str) -> list[widgets.View]:
    return [view for view in views if view.question.id in ids]


def below(widget: Any) -> list[Any]:
    """A widget and everything in it."""
    children = getattr(widget, "children", ())
    return [widget, *(item for child in children for item in below(child))]


def kinds(widget: Any) -> set[str]:
    return {item._model_name for item in below(widget)}


def links() -> list[Any]:
    from ipywidgets.widgets.widget import _instances

    found = [item for item in _instances.values() if item._model_name == "LinkModel"]
    return [(item.source[0], item.target[0]) for item in found if item.source[1] == "index"]


# ---- what is shown ---------------------------------------------------------------------------


def test_every_published_table_has_a_view(survey: Survey, views: list[widgets.View]):
    published = {(item.question_id, item.wave, item.group) for item in survey.all_answers}
    assert {(view.question.id, view.wave, view.group_id) for view in views} == published
    assert len(views) == len(published)


def test_a_view_holds_the_numbers_of_the_survey(survey: Survey, views: list[widgets.View]):
    for view in views:
        answers = survey.answers(view.question.id, view.wave, view.group_id)
        rows = {row[0]: row for row in view.data.rows}
        assert set(rows) == {item.option.label for item in answers}
        for item in answers:
            _, percent, interval, answered, possible = rows[item.option.label]
            low, high = (100 * end for end in (item.interval().low, item.interval().high))
            assert percent == item.percent
            assert interval == Text(f"{low:.1f}–{high:.1f}", f"{low:.1f}〜{high:.1f}")
            if item.option.role == "no_answer":
                assert (answered, possible) == ("–", "–")
                continue
            bounds = answer_bounds(item, answers)
            assert answered == 100 * answered_share(item, answers)
            ends = (f"{100 * bounds.low:.1f}", f"{100 * bounds.high:.1f}")
            assert possible == Text("–".join(ends), "〜".join(ends))
            assert bounds.low - 1e-12 <= answered / 100 <= bounds.high + 1e-12


def test_both_figures_of_a_view_show_its_rows(views: list[widgets.View]):
    for view in views:
        percents = {row[0]: row[1] for row in view.data.rows}
        assert {row[0]: row[1] for row in view.published.rows} == percents
        silent = {row[0] for row in view.data.rows if row[3] == "–"}
        assert {row[0] for row in view.answered.rows} == set(percents) - silent
        assert len(silent) <= 1


def test_labels_are_unique_and_titles_tell_views_of_a_question_apart(views: list[widgets.View]):
    cards = [card for view in views for card in (view.published, view.answered, view.data)]
    assert len({card.label for card in cards}) == len(cards)
    for language in LANGUAGES:
        assert len({view.published.title[language] for view in views}) == len(views)


def test_the_overview_shows_the_first_option_of_each_question(
    survey: Survey, questions: list[Question], views: list[widgets.View]
):
    card = widgets.leading_card(survey, questions, "x")
    assert len(card.rows) == len(questions)
    for question, row in zip(questions, card.rows, strict=True):
        best = max(
            (item for item in survey.answers(question.id) if item.option.role != "no_answer"),
            key=lambda item: item.percent,
        )
        assert best.option.label.en in str(plain(row[0], "en"))
    table = widgets.views_card(views, "y")
    assert len(table.rows) == len(views)
    assert all(row[1] == view.n for row, view in zip(table.rows, views, strict=True))


# ---- marks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "count"), [("measures", 30), ("advice", 9), ("education", 4)])
def test_each_substantive_option_can_be_marked(survey: Survey, question: str, count: int):
    marks = widgets.multiple_marks(survey, question)
    answers = [x for x in survey.answers(question) if x.option.role == "substantive"]
    assert len(marks) == count
    assert [mark.item for mark in marks] == [item.option.label for item in answers]


def test_what_is_said_of_a_mark_adds_up_to_all_firms(survey: Survey):
    for question in ("measures", "advice", "education"):
        silent = next(x for x in survey.answers(question) if x.option.role == "no_answer")
        for mark in widgets.multiple_marks(survey, question):
            for text in (mark.no.en, mark.no.ja):
                found = [float(number) for number in re.findall(r"(\d+\.\d)%", text)]
                assert sum(found) == pytest.approx(100, abs=0.11)
                assert found[0] == mark.percent
                assert found[-1] == float(silent.percent)
            assert f"{mark.percent}%" in mark.yes.en
            assert f"{mark.percent}%" in mark.yes.ja


def test_both_languages_say_the_same_numbers(survey: Survey):
    marks = list(widgets.multiple_marks(survey, "measures"))
    marks += [mark for _, mark in widgets.duty_marks(survey)]
    marks += [mark for _, mark in widgets.organisation_marks(survey)]
    for mark in marks:
        for text in (mark.yes, mark.no):
            found = [sorted(re.findall(r"\d+\.\d", text[language])) for language in LANGUAGES]
            assert found[0] == found[1]


def test_duties_are_held_against_every_published_position(survey: Survey):
    marks = widgets.duty_marks(survey)
    groups = [group for _, group in survey.keys("contract_duties")]
    assert [name for name, _ in marks] == [survey.group(group).label for group in groups]
    for group, (_, mark) in zip(groups, marks, strict=True):
        for option, text in (("yes", mark.yes), ("no", mark.no)):
            answer = survey.answer("contract_duties", option, 2021, group)
            assert f"{answer.percent}%" in text.en
            assert f"n = {answer.n:,}" in text.en


def test_organisation_has_no_interval_because_no_base_is_published(survey: Survey):
    marks = widgets.organisation_marks(survey)
    assert len(marks) == 3
    for _, mark in marks:
        assert mark.interval is None
        assert "interval" not in mark.yes.en + mark.no.en
        assert "not held here" in mark.yes.en


def test_the_table_of_shares_holds_every_share_that_can_be_marked(survey: Survey):
    card = widgets.shares_card(survey, "x")
    for question in ("measures", "advice", "education"):
        part = widgets.PARTS[question]
        rows = {row[0]: row[2] for row in card.rows if row[1] == part}
        for mark in widgets.multiple_marks(survey, question):
            assert float(rows[mark.item]) == mark.percent  # type: ignore[arg-type]
    names = [(row[0], row[1]) for row in card.rows]
    assert len(set(names)) == len(names)
    values = {float(row[2]) for row in card.rows}  # type: ignore[arg-type]
    for _, mark in [*widgets.duty_marks(survey), *widgets.organisation_marks(survey)]:
        assert mark.percent in values


# ---- HTML ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_names_its_picture_and_its_treatment(
    views: list[widgets.View], language: Language
):
    view = of(views, "education")[0]
    shown = widgets.figure_html(view, view.answered, widgets.TREATMENTS[1], language)
    assert f'<div class="card-art" role="img" lang="{language}" aria-label="' in shown
    assert view.answered.alt[language][:20] in shown
    assert widgets.TREATMENTS[1][language] in shown
    assert f"{view.n:,}" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_has_a_name_and_headers(views: list[widgets.View], language: Language):
    shown = widgets.data_html(of(views, "education")[0].data, language)
    assert 'role="region" tabindex="0" aria-label="' in shown
    assert shown.count('scope="col"') == 5
    assert shown.count('scope="row"') == shown.count("<tr>") - 1
    assert "<caption>" in shown


def test_a_bar_stays_inside_and_is_hidden_from_assistive_software(survey: Survey):
    for mark in widgets.multiple_marks(survey, "measures"):
        shown = widgets.mark_html(mark, mark.yes, "en")
        assert 'aria-hidden="true"' in shown
        left, width = map(float, re.findall(r"left:([\d.]+)%;width:([\d.]+)%", shown)[0])
        assert 0 <= left <= mark.percent <= left + width <= 100.1


# ---- controls --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_explorer_links_each_control_to_as_many_states(
    views: list[widgets.View], language: Language
):
    chosen = of(views, "education", "contract_duties", "role")
    box = widgets.explorer(chosen, start="education", language=language)
    inside = set(below(box))
    pairs = [(control, stack) for control, stack in links() if stack in inside]
    assert len(pairs) == sum(item._model_name == "StackModel" for item in inside)
    for control, stack in pairs:
        assert len(control.options) == len(stack.children)
        assert stack.selected_index == control.index
        assert control.description
        assert control in inside
    pane, beside, second, keys = box.children
    assert pane in inside
    assert list(second.children)[1] in inside
    assert (beside.index, second.selected_index) == (0, 0)
    assert "contract_duties" in keys.value
    question = pane.children[0]
    names = dict.fromkeys(view.question.title[language] for view in chosen)
    assert list(question.options) == list(names)
    assert question.value == of(views, "education")[0].question.title[language]


TITLE = widgets.YES_NO[0]


def test_marks_start_without_an_answer(survey: Survey):
    marked = widgets.controls(widgets.multiple_marks(survey, "education"), "en")
    part = widgets.mark_list(marked, TITLE, language="en")
    assert part.titles == (TITLE.en,)
    assert part.selected_index is None
    for row in part.children[0].children:
        control, stack = row.children
        assert control.index is None
        assert stack.selected_index is None
        assert list(control.options) == ["Yes", "No"]
        control.index = 1
        assert stack.children[1].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_result_lists_what_the_firm_has_and_has_not(survey: Survey, language: Any):
    measures = widgets.controls(widgets.multiple_marks(survey, "measures"), language)
    advice = widgets.controls(widgets.multiple_marks(survey, "advice"), language)
    mean = measures_per_firm(survey)[0]
    marked = [*measures, *advice]
    count, has, lacks = widgets.firm_result(marked, measures, mean, language).children
    assert f"{mean.mean:.2f}" in count.value
    measures[0].control.index, measures[1].control.index, advice[0].control.index = 0, 1, 0
    said = widgets.COUNT[language].format(
        all=len(measures), yes=1, no=1, mean=f"{mean.mean:.2f}", low=f"{mean.low:.2f}",
        high=f"{mean.high:.2f}",
    )  # fmt: skip
    assert f">{said}<" in count.value
    sources = {id(stack): control for control, stack in links()}
    for answer, (_, *lines) in enumerate((has.children, lacks.children)):
        order = [sources[id(line)] for line in lines]
        shares = {id(item.control): item.mark.percent for item in marked}
        found = [shares[id(control)] for control in order]
        assert found == sorted(found, reverse=answer == 1)
        for line, control in zip(lines, order, strict=True):
            item = next(item for item in marked if item.control is control)
            assert item.mark.item[language] in unescape(line.children[answer].value)
            assert f"{item.mark.percent:.1f}%" in line.children[answer].value
            assert line.children[1 - answer].value == ""


def test_a_group_is_chosen_beside_one_mark(survey: Survey):
    title = widgets.YES_NO[0]
    box = widgets.grouped_mark(title, widgets.duty_marks(survey), "en")
    group, control, stack = box.children[0].children
    assert group.index is None
    assert stack.selected_index is None
    assert len(group.options) == len(stack.children) == 6
    targets = [target for source, target in links() if source is control]
    assert targets == list(stack.children)


def test_the_page_can_play_every_kind_of_widget(survey: Survey, views: list[widgets.View]):
    used = kinds(widgets.explorer(of(views, "education", "contract_duties"), start="education"))
    marked = widgets.controls(widgets.multiple_marks(survey, "education"))
    used |= kinds(widgets.mark_list(marked, TITLE))
    used |= kinds(widgets.firm_result(marked, marked, measures_per_firm(survey)[0]))
    used |= kinds(widgets.grouped_mark(widgets.YES_NO[0], widgets.duty_marks(survey)))
    played = set(re.findall(r"^  (\w+): \(", PLAYER, re.M))
    assert {name.removesuffix("Model") for name in used} == played


def test_the_player_sends_stores_and_evaluates_nothing():
    for word in ("fetch", "XMLHttp", "sendBeacon", "WebSocket", "Storage", "eval(", "Function("):
        assert word not in PLAYER


# ---- names that do not change ----------------------------------------------------------------

STATE = """
from sme_survey import load
from sme_survey.presentation import widgets
import json

widgets.steady()
from ipywidgets import Widget
survey = load()
views = widgets.question_views(survey, survey.question("education"))
widgets.explorer(views, start="education")
marked = widgets.controls(widgets.multiple_marks(survey, "advice"))
widgets.mark_list(marked, widgets.YES_NO[0])
print(json.dumps(Widget.get_manager_state()["state"]))
"""


def test_two_runs_make_the_same_models_byte_by_byte():
    runs = [
        subprocess.run([sys.executable, "-c", STATE], capture_output=True, check=True).stdout
        for _ in range(2)
    ]
    assert len(runs[0]) > 10_000
    assert hashlib.sha256(runs[0]).digest() == hashlib.sha256(runs[1]).digest()
    assert b'"00000000000000000000000000000001"' in runs[0]


def test_steady_does_nothing_where_there_are_no_widgets(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "comm", None)
    monkeypatch.setitem(sys.modules, "comm.base_comm", None)
    widgets.steady()


def test_cards_of_the_pages_need_no_widgets(monkeypatch: pytest.MonkeyPatch, survey: Survey):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert isinstance(widgets.shares_card(survey, "x"), Card)
    assert widgets.question_views(survey, survey.question("education"))
    with pytest.raises(ModuleNotFoundError, match="ipywidgets"):
        widgets.controls(widgets.multiple_marks(survey, "education"))
