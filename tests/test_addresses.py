"""Addresses: a page for every figure, claim and digest ever released, embeds, and what machines
read of them."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import requests
from lxml import html
from rdflib import Graph, URIRef
from signposting import find_signposting_html
from signposting.linkset import find_signposting_linkset

from browsing import GENERATED, LANGUAGES, SITE, Watched, all_pages_of, copied, patient
from sme_book.addresses import embeds, extension, not_found
from sme_book.addresses.versions import history
from sme_book.base import publication
from sme_book.base.places import card_page, claim_page, digest_page, embed_page
from sme_book.base.record import Record
from sme_book.commands import build
from sme_book.site import frozen, sharing
from sme_survey.judgement.claims import ledger
from sme_survey.survey.loading import load

ADDRESS = "https://example.org/survey/"
ADDRESSED = dataclasses.replace(publication.book(), address=ADDRESS)
PAGES = [
    f"{language}/{page}"
    for language in LANGUAGES
    for page in all_pages_of(SITE, language)
    if page.startswith(GENERATED)
]
EMBEDS = [page for page in PAGES if page.endswith("/embed.html")]
WIDTHS = (320, 560, 900)


@cache
def tree(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_bytes().decode("utf-8"))


@cache
def ids(path: Path) -> frozenset[str]:
    return frozenset(tree(path).xpath("//@id"))


# ---- never gone --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("release", frozen.releases(), ids=lambda release: release.version)
def test_no_released_address_vanishes(site: Path, release: frozen.Release, language: str):
    """Cards, digests and claims have their pages; what stood in a chapter leads on from there."""
    folder = site / language
    for label, kept in release.cards.items():
        assert (folder / f"{card_page(label)}.html").is_file(), label
        digest = kept["card"]["digest"]
        shown = folder / f"{digest_page(label, digest)}.html"
        assert digest in tree(shown).text_content()
        assert kept["anchor"] in ids(folder / f"{kept['page']}.html"), label
    for name, kept in release.claims.items():
        assert (folder / f"{claim_page(name)}.html").is_file(), name
        assert kept["anchor"] in ids(folder / f"{kept['page']}.html"), name


def test_every_card_and_claim_of_today_has_its_pages(site: Path, records: dict[str, Record]):
    names = {item.claim.id for item in ledger(load())}
    for language in LANGUAGES:
        folder = site / language
        cards = [card for _, card in records[language].cards()]
        assert cards
        for card in cards:
            for name in (card_page(card.label), digest_page(card.label, card.card["digest"]),
                         embed_page(card.label)):  # fmt: skip
                assert (folder / f"{name}.html").is_file(), name
        assert all((folder / f"{claim_page(name)}.html").is_file() for name in names)


def test_both_editions_have_the_same_pages():
    found = {name: {page[3:] for page in PAGES if page.startswith(name)} for name in LANGUAGES}
    assert found["en"] == found["ja"]
    assert len(found["en"]) > 300


# ---- links and form ----------------------------------------------------------------------------


def test_every_link_of_every_page_leads_to_a_file_and_an_anchor(site: Path):
    """The link checker: all addresses of all generated pages, read by a parser."""
    top, checked = site.resolve(), 0
    for page in PAGES:
        path = site / page
        for address in tree(path).xpath("//@href | //@src | //form/@action"):
            parts = urlsplit(str(address))
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            assert target.is_relative_to(top), (page, address)
            assert target.is_file(), (page, address)
            if parts.fragment and target.suffix == ".html":
                assert unquote(parts.fragment) in ids(target), (page, address)
            checked += 1
    assert checked > 10_000


def test_a_page_has_one_title_unique_ids_and_headings_in_order(site: Path):
    for page in PAGES:
        shown = tree(site / page)
        found = [str(name) for name in shown.xpath("//@id")]
        assert len(found) == len(set(found)), page
        levels = [int(item.tag[1]) for item in shown.xpath("//h1|//h2|//h3|//h4")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), page
        assert shown.get("lang") == page[:2]


def test_every_page_can_be_reached_from_its_list(site: Path):
    for language in LANGUAGES:
        for folder in ("cards", "claims"):
            start = site / language / folder / "index.html"
            waiting, seen = [start.resolve()], set()
            while waiting:
                path = waiting.pop()
                if path in seen or not path.is_file():
                    continue
                seen.add(path)
                links = tree(path).xpath("//main//a/@href")
                for address in links:
                    parts = urlsplit(str(address))
                    target = (path.parent / unquote(parts.path)).resolve()
                    if parts.path.endswith(".html") and folder in target.parts:
                        waiting.append(target)
            wanted = {
                (site / page).resolve()
                for page in PAGES
                if page.startswith(f"{language}/{folder}/")
            }
            assert wanted - seen == set()


def test_code_of_a_claim_gives_what_its_page_shows(site: Path):
    """The cell is run here in plain Python, for a few claims; Replay compares the same text."""
    import contextlib
    import io

    for name in ("services-rank", "survey-responses", "products-vpn"):
        for language in LANGUAGES:
            path = site / language / "_replay" / f"{claim_page(name)}.json"
            if not path.is_file():
                continue
            [cell] = json.loads(path.read_text("utf-8"))["cells"]
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(cell["source"], {})
            assert cell["stored"][0]["text"] == printed.getvalue()
            [shown] = tree(site / language / f"{claim_page(name)}.html").xpath(
                "//div[@class='cell_output docutils container']//pre"
            )
            assert shown.text_content() == printed.getvalue()


# ---- machines ----------------------------------------------------------------------------------

SCHEMA = "https://schema.org/"
TYPE = URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def graph_of(site: Path, page: str) -> Graph:
    [text] = tree(site / page).xpath("//script[@type='application/ld+json']/text()")
    content = json.loads(text) | {"@context": {"@vocab": SCHEMA}}
    return Graph().parse(data=json.dumps(content), format="json-ld", publicID=ADDRESS + page)


def test_a_claim_has_one_review_with_what_it_reviews(site: Path):
    judged = {item.claim.id: item for item in ledger(load())}
    for language in LANGUAGES:
        for name, item in judged.items():
            graph = graph_of(site, f"{language}/{claim_page(name)}.html")
            [review] = graph.subjects(TYPE, URIRef(SCHEMA + "ClaimReview"))

            def value(key: str, graph: Graph = graph, of: Any = review) -> str:
                return str(graph.value(of, URIRef(SCHEMA + key)))

            assert value("claimReviewed") == item.claim.statement[language]
            rating = graph.value(review, URIRef(SCHEMA + "reviewRating"))
            assert value("alternateName", of=rating) == item.verdict_text[language]
            [claim] = graph.subjects(TYPE, URIRef(SCHEMA + "Claim"))
            appearance = graph.value(claim, URIRef(SCHEMA + "appearance"))
            assert value("pagination", of=appearance) == str(item.claim.page)


def test_every_page_describes_itself_for_machines(site: Path):
    for page in PAGES:
        if page not in EMBEDS:
            [title] = tree(site / page).xpath("//meta[@name='citation_title']/@content")
            assert title == tree(site / page).xpath("//h1")[0].text_content()
            assert len(graph_of(site, page)) > 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_signposts_of_a_card_are_read_and_lead_to_files(site: Path, server: str, language: str):
    found = find_signposting_html(f"{server}{language}/cards/services.html")
    assert str(found.license.target) == publication.CC_BY
    assert "/cards/services/" in str(found.citeAs.target)
    kinds = {str(item.type) for item in found.items}
    assert kinds == {"text/csv", "application/json", "image/svg+xml", "image/png"}
    assert {str(item.target) for item in found.types} == {
        f"{SCHEMA}AboutPage", f"{SCHEMA}Dataset",
    }  # fmt: skip
    assert found.authors
    for link in [*found.items, *found.describedBy, *found.authors, found.citeAs]:
        assert (site / str(link.target).removeprefix(server)).is_file(), link


def test_signposts_of_a_chapter_are_read(site: Path, server: str):
    found = find_signposting_html(f"{server}en/notebooks/results-it.html")
    [item] = found.items
    assert (site / str(item.target).removeprefix(server)).is_file()
    assert f"{SCHEMA}ScholarlyArticle" in {str(link.target) for link in found.types}


@pytest.fixture(scope="module")
def addressed(records: dict[str, Record]) -> dict[str, extension.Pages]:
    """The pages as a site with an address has them."""
    found = {}
    for language in LANGUAGES:
        record = records[language]
        versions = history(frozen.releases(), extension.current(record, ADDRESSED))
        found[language] = extension.Pages(record, versions, ADDRESSED)
    return found


class Answer:
    """What a server would say."""

    def __init__(self, url: str, text: str, kind: str) -> None:
        self.url, self.text, self.headers = url, text, {"Content-Type": kind}
        self.status_code = 200

    def raise_for_status(self) -> None:
        pass


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_set_says_what_the_page_says_and_leads_back(addressed, monkeypatch, language):
    posts = addressed[language].card_posts("services")
    text = extension.linkset(ADDRESSED, posts)
    kind = "application/linkset+json"
    monkeypatch.setattr(requests, "get", lambda url, **_: Answer(str(url), text, kind))
    found = find_signposting_linkset(f"{ADDRESS}{language}/cards/services/linkset.json")
    here = f"{ADDRESS}{language}/cards/services.html"
    page = found.for_context(here)
    assert len(page.items) == 4
    assert page.citeAs is not None
    for item in page.items:
        back = found.for_context(str(item.target)).collection
        assert str(back.target) == here
    for link in found.signposts:
        assert str(link.target).startswith("https://")


def test_without_an_address_there_is_no_link_set():
    with pytest.raises(ValueError, match="needs the address"):
        extension.linkset(dataclasses.replace(ADDRESSED, address=""), [])


def test_the_sitemap_names_cards_and_claims(site: Path, records: dict[str, Record]):
    names = [page.file for page in records["en"].pages]
    text = sharing.sitemap([*names, *build.address_pages(site)], ADDRESSED)
    for name in ("cards/services.html", "claims/services-rank.html", "changes/index.html"):
        assert f"<loc>{ADDRESS}ja/{name}</loc>" in text
    assert "/embed.html" not in text


def test_a_page_that_is_not_there_leads_on(site: Path):
    page = html.fromstring(not_found.page(ADDRESSED))
    links = [str(link) for link in page.xpath("//a/@href")]
    assert len(links) == 10
    for link in links:
        assert link.startswith("/survey/")
        assert (site / link.removeprefix("/survey/")).is_file()
    assert (site / "404.html").is_file()
    assert not page.xpath("//script | //link[@rel='stylesheet']")


# ---- embeds ------------------------------------------------------------------------------------


def test_an_embed_is_light_and_needs_nothing(site: Path):
    assert len(EMBEDS) > 100
    for page in EMBEDS:
        path = site / page
        assert path.stat().st_size <= embeds.MOST_BYTES, page
        shown = tree(path)
        assert not shown.xpath("//script | //img/@src | //link[@rel='stylesheet']"), page
        assert "--ink: light-dark(" in path.read_text("utf-8")
        label = page.split("/")[2]
        [back] = shown.xpath("//footer//a/@href")
        assert (path.parent / back).resolve() == (site / page[:2] / f"cards/{label}.html").resolve()
        assert shown.xpath("//footer/p")[0].text_content().startswith(("Source", "出典"))


def test_oembed_is_found_and_says_what_its_form_asks(addressed, site: Path):
    for language in LANGUAGES:
        pages = addressed[language]
        for label, card in pages.recorded.items():
            discovery = embeds.discovery_link(label, pages.language, "T", ADDRESSED)
            [link] = html.fromstring(f"<div>{discovery}</div>").xpath("//link")
            assert link.get("type") == "application/json+oembed"
            assert link.get("href") == f"{ADDRESS}{language}/cards/{label}/oembed.json"
            work = extension.card_pages.digest_work(pages.history.current, label, ADDRESSED)
            said = json.loads(embeds.oembed(card.card, card.drawings, work))
            assert (said["version"], said["type"]) == ("1.0", "rich")
            assert said["title"] == card.card["title"]
            [frame] = html.fromstring(f"<div>{said['html']}</div>").xpath("//iframe")
            assert (site / frame.get("src").removeprefix(ADDRESS)).is_file()
            assert frame.get("title") == card.card["title"]
            assert said["height"] == int(frame.get("height"))
            assert said["width"] > 0


@pytest.fixture
def framed(browser: Any, server: str) -> Iterator[Any]:
    """A page of another site with every embed in a frame of its own."""
    frames = "".join(f'<iframe src="{server}{page}" height="600"></iframe>' for page in EMBEDS)
    context = patient(browser, service_workers="block")
    page = context.new_page()
    page.set_content(f"<!doctype html><title>x</title><body>{frames}", wait_until="load")
    yield page
    context.close()


@pytest.mark.browser
def test_all_embeds_fit_at_three_widths(framed: Any):
    frames = framed.frames[1:]
    assert len(frames) == len(EMBEDS)
    for width in WIDTHS:
        framed.evaluate(
            "width => document.querySelectorAll('iframe').forEach(item => { item.width = width })",
            width,
        )
        for frame in frames:
            # a table may scroll in a region of its own; the page may not
            frame.wait_for_function("width => innerWidth === width", arg=width)
            wide = frame.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (frame.url, width)
            shown = frame.evaluate(
                "[...document.querySelectorAll('svg')].filter(item => item.getClientRects().length)"
                ".length + document.querySelectorAll('table').length"
            )
            assert shown == 1, (frame.url, width)


@pytest.mark.browser
def test_a_card_gives_a_snippet_with_its_address(server: str, watched: Callable[..., Watched]):
    opened = watched(permissions=["clipboard-read", "clipboard-write"])
    page = opened.page
    page.goto(f"{server}en/cards/services.html")
    panel = page.locator("details.card-embed")
    panel.locator("summary").click()
    text = copied(page, panel.locator(".copy-button").click)
    [frame] = html.fromstring(f"<div>{text}</div>").xpath("//iframe")
    base = publication.book().address or server
    assert frame.get("src") == f"{base}en/cards/services/embed.html"
    assert opened.complaints == []


# ---- lists and search --------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_are_filtered_without_a_script(language: str, server: str, browser: Any):
    context = patient(browser, java_script_enabled=False, service_workers="block")
    page = context.new_page()
    for folder in ("cards", "claims"):
        page.goto(f"{server}{language}/{folder}/index.html")
        entries = page.locator(".entries > li")
        whole = entries.count()
        for group in page.locator(".filters fieldset").all():
            every, *radios = group.locator("input").all()
            for radio in (*radios[:2], radios[-1]):
                number = re.search(r"(\d+)[)）]$", radio.locator("xpath=..").inner_text())
                radio.focus()
                page.keyboard.press("Space")
                shown = sum(item.is_visible() for item in entries.all())
                assert 0 < shown == int(number[1]) < whole  # type: ignore[index]
            every.check()
            assert all(item.is_visible() for item in entries.all()[:5])
    context.close()


@pytest.mark.browser
def test_search_finds_claims_and_cards(server: str, watched: Callable[..., Watched]):
    page = watched().page
    for query, target in (("services-rank", "claims/services-rank.html"),
                          ("measures-change", "cards/measures-change.html")):  # fmt: skip
        page.goto(f"{server}en/search.html?q={query}")
        page.locator(f"#search-results a[href*='{target}']").first.wait_for()


def test_pages_of_ours_are_not_kept_offline(site: Path):
    worker = (site / "offline.js").read_text("utf-8")
    assert not [name for name in GENERATED if f"/{name}" in worker]
