"""Links: every internal one leads to a file and an anchor that exist, in both editions."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from browsing import LANGUAGES, SITE, pages_of
from sme_book.commands.build import MOVED

PAGES = [
    "index.html",
    *(f"{name}/{page}" for name in LANGUAGES for page in ("index.html", *pages_of(SITE, name))),
]
# Links that a browser loads nothing from.
NAMED = "canonical alternate license cite-as describedby author type item linkset"
OUTSIDE = re.compile(r"https://[\w.-]+(/|$)")


@cache
def tree(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_bytes().decode("utf-8"))


@cache
def anchors(path: Path) -> frozenset[str]:
    return frozenset(tree(path).xpath("//@id | //a/@name"))


def addresses(path: Path) -> list[str]:
    found = tree(path).xpath(
        "//a/@href | //link/@href | //script/@src | //img/@src | //form/@action | //iframe/@src"
        " | //source/@src | //object/@data"
    )
    return [str(address) for address in found]


@pytest.mark.parametrize("page", PAGES)
def test_internal_links_and_anchors_exist(page: str, site: Path):
    path = site / page
    for address in addresses(path):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = path if not parts.path else (path.parent / unquote(parts.path)).resolve()
        assert target.is_relative_to(site.resolve()), f"{address} leads out of the site"
        if target.is_dir():
            target = target / "index.html"
        assert target.is_file(), f"{address} leads nowhere"
        if parts.fragment and target.suffix == ".html":
            assert unquote(parts.fragment) in anchors(target), f"{address} has no such anchor"


@pytest.mark.parametrize("page", PAGES)
def test_outside_links_are_encrypted_and_nothing_is_loaded_from_outside(page: str, site: Path):
    path = site / page
    for address in addresses(path):
        parts = urlsplit(address)
        if parts.scheme not in ("", "data", "mailto"):
            assert OUTSIDE.match(address), address
    loaded = tree(path).xpath(
        "//script/@src | //img/@src | //iframe/@src | //source/@src"
        f" | //link[not(contains('{NAMED}', @rel))]/@href"
    )
    assert [address for address in loaded if urlsplit(address).netloc] == []


def test_every_page_can_be_reached_from_the_front(site: Path):
    seen: set[Path] = set()
    site = site.resolve()
    waiting = [site / "index.html"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for address in tree(path).xpath("//a/@href"):
            parts = urlsplit(str(address))
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not parts.scheme and target.suffix == ".html" and target.is_file():
                waiting.append(target)
    starts = {"en/index.html", "ja/index.html"}  # they only lead on to the first page
    assert [page for page in PAGES if page not in starts and site / page not in seen] == []


@pytest.mark.parametrize("page", [page for page in PAGES[1:] if "/" in page])
def test_the_switch_names_the_same_page(page: str, site: Path):
    if page.endswith(("en/index.html", "ja/index.html")):
        return
    language, name = page.split("/", 1)
    other = "ja" if language == "en" else "en"
    (switch,) = tree(site / page).find_class("language-switch")
    target = ((site / page).parent / switch.get("href")).resolve()
    assert target == (site / other / name).resolve()
    assert switch.get("hreflang") == switch.get("lang") == other


@pytest.mark.parametrize("page", PAGES)
def test_ids_are_unique_and_headings_do_not_skip_a_level(page: str, site: Path):
    ids = [str(name) for name in tree(site / page).xpath("//@id")]
    assert sorted({name for name in ids if ids.count(name) > 1}) == []
    levels = [int(heading.tag[1]) for heading in tree(site / page).xpath("//h1|//h2|//h3|//h4")]
    assert levels[:1] in ([], [1])
    assert levels.count(1) <= 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_moved_leads_to_where_it_is_now(language: str, site: Path):
    for old, new in MOVED.items():
        page = html.document_fromstring((site / language / f"{old}.html").read_text("utf-8"))
        [refresh] = page.xpath("//meta[@http-equiv='refresh']/@content")
        [link] = page.xpath("//body//a/@href")
        assert refresh == f"0; url={link}"
        target = (site / language / old).parent / link
        assert target.resolve() == (site / language / f"{new}.html").resolve()
        assert target.is_file()
