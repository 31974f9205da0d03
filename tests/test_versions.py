"""Versions: what changed between two, what stays of each, and a release that is never overwritten.

A trial release 1.1.1 follows 1.0.0 here with one corrected number, one reworded caption and one
withdrawn claim; nothing else may be reported of it.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
import shutil
from pathlib import Path

import pytest
from lxml import html

from sme_book.addresses import card_pages, change_tables, claim_pages
from sme_book.addresses.changes import answers, compare, compare_cards
from sme_book.addresses.versions import Bearing, History, history, released
from sme_book.base import publication
from sme_book.base.places import claim_page
from sme_book.site import frozen
from sme_survey.survey.text import LANGUAGES, Language, Text

FIRST = frozen.releases()[0]
CORRECTED, REWORDED, WITHDRAWN = "services", "advice", "services-rank"
OLD, NEW = 67.4, 67.5


def digest_of(card: dict) -> str:
    english = frozen.told_apart(card, "en")
    content = [[column["name"] for column in english["columns"]], *english["rows"]]
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def put(folder: Path, version: str, cards: list, claims: list) -> frozen.Release:
    """A release in a folder of its own, with the drawings of the first."""
    shutil.copytree(FIRST.folder, folder / version)
    release = frozen.Release(folder / version)
    for name, value in ((frozen.CARDS, cards), (frozen.CLAIMS, claims)):
        (release.folder / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    about = FIRST.about | {"version": version, "date": "2027-02-01"}
    (release.folder / frozen.RELEASE).write_text(json.dumps(about), encoding="utf-8")
    return release


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> frozen.Release:
    cards = {label: copy.deepcopy(item) for label, item in FIRST.cards.items()}
    row = cards[CORRECTED]["card"]["rows"][0]
    assert row[1] == OLD
    row[1] = NEW
    cards[CORRECTED]["card"]["digest"] = digest_of(cards[CORRECTED]["card"])
    caption = cards[REWORDED]["card"]["caption"]
    caption["en"], caption["ja"] = "Said in other words.", "別の言い方。"
    claims = [item for name, item in FIRST.claims.items() if name != WITHDRAWN]
    return put(tmp_path_factory.mktemp("releases"), "1.1.1", list(cards.values()), claims)


def told(trial: frozen.Release, language: Language) -> History:
    return history([FIRST], dataclasses.replace(released(trial, language), built=True))


def test_a_version_does_not_differ_from_itself():
    found = compare(FIRST, FIRST)
    assert not (found.cards)
    assert not (found.claims)
    assert not (found.cards_gone)
    assert not (found.claims_come)


def test_the_trial_release_differs_in_three_things_and_no_other(trial):
    found = compare(FIRST, trial)
    [corrected] = found.numbers
    [cell] = corrected.cells
    assert corrected.label == CORRECTED
    assert (cell.old, cell.new, cell.kind) == (OLD, NEW, "percent")
    assert cell.row == Text("Website or home page", "Webサイト、ホームページの開設")
    assert not corrected.words
    [reworded] = found.reworded
    [words] = reworded.words
    assert reworded.label == REWORDED
    assert (words.where, words.new) == ("caption", Text("Said in other words.", "別の言い方。"))
    assert [name for name, _ in found.claims_gone] == [WITHDRAWN]
    assert not (found.reshaped)
    assert not (found.cards_gone)
    assert not (found.cards_come)
    assert not (found.claims)
    assert not (found.claims_come)


def test_what_went_one_way_comes_the_other(trial):
    there, back = compare(FIRST, trial), compare(trial, FIRST)
    assert there.claims_gone == back.claims_come
    [cell] = back.numbers[0].cells
    assert (cell.old, cell.new) == (NEW, OLD)


def card(rows: list, kinds: tuple[str, ...] = ("text", "percent"), **more: object) -> dict:
    columns = [{"name": f"c{i}", "label": f"C{i}", "kind": kind} for i, kind in enumerate(kinds)]
    return {"label": "x", "title": "X", "columns": columns, "rows": rows} | more


def test_another_order_of_rows_is_no_change():
    assert compare_cards(card([["a", 1], ["b", 2]]), card([["b", 2], ["a", 1]])) is None


def test_rows_that_only_bear_another_name_were_reworded():
    change = compare_cards(card([["a", 1], ["b", 2]]), card([["A", 1], ["b", 2]]))
    assert not change.numbers
    assert [(item.old.en, item.new.en) for item in change.words] == [("a", "A")]


def test_a_row_with_another_name_and_number_is_another_row():
    change = compare_cards(card([["a", 1], ["b", 2]]), card([["A", 3], ["b", 2]]))
    assert ([row.en for row in change.rows_gone], [row.en for row in change.rows_come]) == (
        ["a"], ["A"],
    )  # fmt: skip


def test_a_number_inside_a_text_is_a_number():
    change = compare_cards(
        card([["a", "19.2% of firms"]], ("text", "text")),
        card([["a", "19.3% of firms"]], ("text", "text")),
    )
    assert [(item.old, item.new) for item in change.cells] == [("19.2% of firms", "19.3% of firms")]


def test_a_value_that_is_no_longer_published_is_a_change_of_numbers():
    change = compare_cards(card([["a", 1.5]]), card([["a", None]]))
    assert [(item.old, item.new) for item in change.cells] == [(1.5, None)]


def test_columns_that_came_and_went_are_named():
    change = compare_cards(card([["a", 1]]), card([["a", 1, 2]], ("text", "percent", "count")))
    assert [column.en for column in change.columns_come] == ["C2"]
    assert not change.cells


def test_words_of_one_language_alone_are_a_change():
    old = card([["a", 1]], caption={"en": "Same", "ja": "前"})
    change = compare_cards(old, old | {"caption": {"en": "Same", "ja": "後"}})
    assert [item.new.ja for item in change.words] == ["後"]


def test_the_flags_of_the_first_release_answer_the_same_questions():
    for claim in FIRST.claims.values():
        printed, sampling, silent = answers(claim)
        assert (printed == "agrees") == (claim["agrees_with_print"] is True)
        assert (sampling == "within_error") == (claim["beyond_sampling_error"] is False)
        assert (silent == "unsafe_in_worst_case") <= (claim["safe_from_no_answers"] is False)


# ---- history -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_digest_ever_released_is_kept_with_the_versions_that_bear_it(trial, language):
    versions = told(trial, language)
    old, new = versions.bearings(CORRECTED)
    assert [item.version for item in old.versions] == ["1.0.0"]
    assert old.after is versions.current
    assert new.after is None
    [both] = versions.bearings(REWORDED)
    assert [item.version for item in both.versions] == ["1.0.0", "1.1.1"]
    assert both.shown is versions.current


def test_a_frozen_version_that_is_built_again_stands_once(trial):
    current = dataclasses.replace(released(trial, "en"), built=True)
    assert [item.version for item in history([FIRST, trial], current).versions] == [
        "1.0.0", "1.1.1",
    ]  # fmt: skip


def test_a_site_that_bears_a_released_number_and_is_another_is_told_apart(trial):
    current = dataclasses.replace(released(FIRST, "en"), version="1.1.1", built=True)
    versions = history([FIRST, trial], current)
    assert [item.name.en for item in versions.versions] == ["1.0.0", "1.1.1", "after 1.1.1"]


# ---- pages of the trial release ----------------------------------------------------------------

BOOK = publication.book()


def text(source: str) -> str:
    return " ".join(" ".join(html.fromstring(f"<div>{source}</div>").itertext()).split())


def digest_text(versions: History, label: str, bearing: Bearing) -> str:
    return text(card_pages.digest_body(versions, label, bearing, BOOK))


def test_a_superseded_digest_shows_the_figure_as_cited_and_what_changed(trial):
    versions = told(trial, "en")
    old, new = versions.bearings(CORRECTED)
    shown = digest_text(versions, CORRECTED, old)
    assert f"Figure as cited: digest {old.digest}" in shown
    assert "Superseded since version 1.1.1. Published in: 1.0.0 (2026-11-23)." in shown
    assert "Row Column Version 1.0.0 Version 1.1.1 Website or home page %" in shown
    assert "67.4 67.5" in shown
    body = card_pages.digest_body(versions, CORRECTED, new, BOOK)
    assert "notice-current" in body
    assert "What changed since" not in body
    japanese = told(trial, "ja")
    shown = digest_text(japanese, CORRECTED, japanese.bearings(CORRECTED)[0])
    assert "第1.1.1版で更新された。" in shown


def test_other_words_do_not_supersede_a_digest(trial):
    versions = told(trial, "en")
    [both] = versions.bearings(REWORDED)
    shown = digest_text(versions, REWORDED, both)
    assert (
        "numbers of the current version. Published in: 1.0.0 (2026-11-23), 1.1.1 (2027-02-01)"
        in shown
    )
    assert "Said in other words." in shown
    assert "same numbers, other words" in text(card_pages.version_table(versions, REWORDED, ""))


def test_a_withdrawn_claim_keeps_its_page(trial):
    for language, words in (("en", "No longer judged since version 1.1.1."),
                            ("ja", "第1.1.1版から判定の対象としていない。")):  # fmt: skip
        versions = told(trial, language)
        reason = Text("It was wrong.", "誤りであった。")
        shown = text(claim_pages.gone_body(versions, WITHDRAWN, reason, BOOK))
        assert words in shown
        assert reason[language] in shown
        assert FIRST.claims[WITHDRAWN]["statement"][language] in shown
        listed = claim_pages.list_body(versions)[0]
        assert f'<a href="{WITHDRAWN}.html">' in listed
        work = claim_pages.claim_work(versions.versions[0], WITHDRAWN, BOOK)
        assert work.book.version == "1.0.0"
        assert work.path == f"{language}/{claim_page(WITHDRAWN)}.html"


def test_a_withdrawn_card_keeps_its_page(tmp_path):
    cards = [item for label, item in FIRST.cards.items() if label != CORRECTED]
    later = put(tmp_path, "1.2.0", cards, list(FIRST.claims.values()))
    versions = told(later, "en")
    assert CORRECTED in versions.labels
    shown = text(card_pages.gone_body(versions, CORRECTED, BOOK))
    assert "No longer published since version 1.2.0. Last published in: 1.0.0." in shown


def test_what_changed_reads_as_it_is(trial):
    first, *_, last = told(trial, "en").versions
    shown = text(change_tables.page(first, last, "en"))
    assert shown.startswith("From version 1.0.0 to 1.1.1")
    assert "numbers changed in 1, rows or columns in 0, words alone in 1; 0 came, 0 went" in shown
    assert "0 verdicts changed; 0 came, 1 went." in shown
    order = ["Numbers", "67.4", "Verdicts", "Claims left out", "Words", "Said in other words."]
    places = [shown.index(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_release_and_what_came_after_it_are_compared_under_ids_of_their_own(trial, language):
    first, *_, last = told(trial, language).versions
    after = dataclasses.replace(last, changed=True)
    pages = [change_tables.page(first, item, language) for item in (last, after)]
    ids = [set(html.fragment_fromstring(page).xpath("//@id")) for page in pages]
    assert ids[0]
    assert len(ids[0]) == len(ids[1])
    assert not ids[0] & ids[1]
    assert [name for name in ids[0] | ids[1] if not name.isascii() or " " in name] == []


# ---- never twice, never gone -------------------------------------------------------------------


def test_a_released_version_is_never_frozen_again(site, tmp_path, monkeypatch):
    version = FIRST.version
    monkeypatch.setattr(publication, "book", lambda *_: dataclasses.replace(BOOK, version=version))
    shutil.copytree(FIRST.folder, tmp_path / frozen.FOLDER / version)
    with pytest.raises(frozen.FrozenError, match="never frozen twice"):
        frozen.freeze(site, "0" * 40, tmp_path)


def test_a_release_with_the_number_of_another_is_refused(site, tmp_path, monkeypatch):
    given = dict.fromkeys(FIRST.about["sha256"], b"[]")
    monkeypatch.setattr(frozen, "given_out", lambda *_: given)
    book = dataclasses.replace(BOOK, version=FIRST.version)
    monkeypatch.setattr(publication, "book", lambda *_: book)
    shutil.copytree(FIRST.folder, tmp_path / frozen.FOLDER / FIRST.version)
    with pytest.raises(frozen.FrozenError, match=r"1\.0\.0 is released, and this site has other"):
        frozen.refuse_another(site, tmp_path)
    stored = {name: (FIRST.folder / name).read_bytes() for name in given}
    monkeypatch.setattr(frozen, "given_out", lambda *_: stored)
    assert frozen.refuse_another(site, tmp_path)
    monkeypatch.setattr(publication, "book", lambda *_: dataclasses.replace(book, version="9.0.0"))
    assert not frozen.refuse_another(site, tmp_path)
