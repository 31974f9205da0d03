"""Each claim leads to its figure, each figure back to its claims."""

from __future__ import annotations

import re

import pytest

from sme_book.base.html import Page
from sme_book.base.project import ROOT
from sme_book.pages.claim_links import claim_anchor, link
from sme_survey import load
from sme_survey.judgement.claims import ledger
from sme_survey.presentation.cards import table_html
from sme_survey.presentation.judged import ledger_label, ledger_table

LEDGER = ledger(load())
NOTEBOOKS = {path.stem: path.read_text(encoding="utf-8") for path in ROOT.glob("notebooks/*.ipynb")}


def linked(body: str, language: str, names: dict[str, str]) -> str:
    page = Page(body)
    link(page, language, names, where)
    return page.html()


def where(label: str) -> str | None:
    pages = {"services": "results-it.html#fig-services"}
    if label.startswith("ledger-"):
        return f"discussion.html#tab-{label}"
    return pages.get(label)


def page_of(theme: str) -> str:
    card = ledger_table(LEDGER, theme).as_json("en")
    return (
        f'<figure class="card card-table" id="tab-{card["label"]}" data-card="{card["label"]}">'
        f"{table_html(card)}</figure>"
    )


def test_each_claim_has_an_address_and_leads_to_its_figure():
    body = linked(page_of("it"), "en", {"services": "Figure 2"})
    names = [item.claim.id for item in LEDGER if item.claim.theme == "it"]
    assert re.findall(r'<tr id="claim-([a-z0-9-]+)">', body) == names
    assert '<a href="results-it.html#fig-services">Figure 2</a>' in body
    assert 'class="text verdict verdict-disagrees-within-error"' in body
    assert '<td class="text">p. 9, sentences 1 and 2</td>' in body


def test_each_figure_leads_back_to_its_claims():
    figure = (
        '<figure class="card card-figure" id="fig-services" data-card="services"><svg/></figure>'
    )
    body = linked(figure, "en", {})
    for item in LEDGER:
        if item.claim.card == "services":
            assert f'href="discussion.html#{claim_anchor(item.claim.id)}"' in body
            assert item.claim.statement.en in body or "&#x27;" in body
    assert body.endswith("</details></figure>")
    assert "報告書の記述" in linked(figure, "ja", {})


def test_a_figure_without_claims_is_left_alone():
    figure = '<figure class="card card-figure" id="fig-x" data-card="mail-out"><svg></svg></figure>'
    assert linked(figure, "en", {}) == figure


def test_slips_lead_to_the_ledger_and_sources_to_their_page():
    slips = (
        '<figure class="card card-table" data-card="slips-units"><table><tr>'
        '<th scope="row" class="text">discussion-education-fall</th></tr></table></figure>'
    )
    assert 'href="discussion.html#claim-discussion-education-fall"' in linked(slips, "en", {})
    context = (
        '<figure class="card card-table" data-card="context-waves"><table><tr>'
        '<td class="text">A paper, 2022, https://example.org/a (secondary)</td></tr>'
        "</table></figure>"
    )
    assert '<a href="https://example.org/a">A paper, 2022</a> (secondary)' in linked(
        context, "en", {}
    )
    assert '<a href="https://example.org/a" lang="en">A paper, 2022</a>' in linked(
        context, "ja", {}
    )


def test_the_data_of_a_card_stay_as_they_are():
    stored = (
        '<script type="application/json">{"rows":[["A paper, https://example.org/a (x)"]]}</script>'
    )
    context = f'<figure class="card card-table" data-card="context-waves">{stored}</figure>'
    assert stored in linked(context, "en", {})


@pytest.mark.parametrize("theme", list(load().names.themes))
def test_every_theme_has_its_table_in_the_discussion(theme):
    assert f'ledger_table(judged, \\"{theme}\\")' in NOTEBOOKS["discussion"]
    assert ledger_label(theme).startswith("ledger-")


def test_every_figure_that_a_claim_names_stands_in_one_chapter():
    for label in {item.claim.card for item in LEDGER if item.claim.card}:
        chapters = [name for name, text in NOTEBOOKS.items() if f'\\"{label}\\"' in text]
        assert chapters, f"no chapter draws {label}"
