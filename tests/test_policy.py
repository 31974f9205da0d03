"""What pages may load, and that they ask nobody but their own site."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from browsing import LANGUAGES, SITE, Watched, one_of_each_kind, pages_of

PAGES = [
    f"{language}/{page}"
    for language in LANGUAGES
    for page in (*pages_of(SITE, language), *one_of_each_kind(SITE, language))
] or ["index.html"]
# Types of elements that hold data, which no browser runs.
DATA = ("application/json", "application/ld+json", "application/vnd.")


@cache
def tree(path: Path) -> html.HtmlElement:
    return html.fromstring(path.read_bytes().decode("utf-8"))


def policy_of(path: Path) -> dict[str, list[str]]:
    (text,) = tree(path).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    return {name: rest for name, *rest in (part.split() for part in text.split(";"))}


def scripts_of(path: Path) -> list[Any]:
    return [
        script for script in tree(path).iter("script")
        if not script.get("type", "").startswith(DATA)
    ]  # fmt: skip


def digest(kind: str, content: bytes) -> str:
    return f"{kind}-{base64.b64encode(hashlib.new(kind, content).digest()).decode()}"


@pytest.mark.parametrize("page", ["index.html", *PAGES])
def test_a_page_states_a_strict_policy_before_it_loads_anything(page: str, site: Path):
    policy = policy_of(site / page)
    head = tree(site / page).find("head")
    loading = [item.tag for item in head if item.tag in ("link", "script", "style")]
    first = [item.get("http-equiv") for item in head][:2]
    assert loading == [] or "Content-Security-Policy" in first
    assert policy["default-src"] == ["'none'"]
    assert policy["base-uri"] == ["'none'"]
    scripts = policy.get("script-src", [])
    assert "'unsafe-inline'" not in scripts
    assert "'unsafe-eval'" not in scripts
    assert all(item.startswith("'") for item in scripts), "scripts come from this site alone"


@pytest.mark.parametrize("page", PAGES)
def test_only_pages_that_run_code_may_compile_webassembly(page: str, site: Path):
    sources = [script.get("src") or "" for script in scripts_of(site / page)]
    replay = any("/replay." in source or "/own-table." in source for source in sources)
    assert ("'wasm-unsafe-eval'" in policy_of(site / page)["script-src"]) == replay
    hosts = [item for item in policy_of(site / page)["connect-src"] if item != "'self'"]
    assert hosts == [] or replay


@pytest.mark.parametrize("page", ["index.html", *PAGES])
def test_every_script_is_known_by_its_content(page: str, site: Path):
    allowed = policy_of(site / page).get("script-src", [])
    for script in scripts_of(site / page):
        address = script.get("src")
        if address is None:
            assert f"'{digest('sha256', (script.text or '').encode())}'" in allowed
        else:
            content = (site / page).parent / address.split("?")[0]
            assert script.get("integrity") == digest("sha384", content.read_bytes())
    for element in tree(site / page).iter():
        handlers = [name for name in element.attrib if name.lower().startswith("on")]
        assert handlers == []
        assert not str(element.get("href", "")).startswith("javascript:")


@pytest.mark.browser
@pytest.mark.parametrize("page", ["index.html", *PAGES])
def test_a_page_asks_nobody_else_and_complains_of_nothing(
    page: str, server: str, watched: Callable[..., Watched]
):
    opened = watched()
    answer = opened.page.goto(server + page)
    assert answer.ok
    opened.page.evaluate(
        "document.querySelectorAll('details').forEach(item => { item.open = true })"
    )
    opened.page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    # what a page asks for as it is shown, it asks for before the second picture is painted
    opened.page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>"
        " setTimeout(done))))"
    )
    assert opened.foreign == []
    assert opened.complaints == []


@pytest.mark.browser
def test_the_watch_sees_a_request_to_another_host(server: str, watched: Callable[..., Watched]):
    opened = watched(bypass_csp=True)
    opened.page.goto(server + PAGES[0])
    opened.page.evaluate(
        "() => new Promise(done => { const image = new Image(); image.onerror = done;"
        " image.src = 'https://example.org/x.png' })"
    )
    assert opened.foreign == ["https://example.org/x.png"]


@pytest.mark.browser
def test_the_policy_refuses_a_script_from_elsewhere(server: str, watched: Callable[..., Watched]):
    opened = watched()
    opened.page.goto(server + PAGES[0])
    ran = opened.page.evaluate(
        "() => { const script = document.createElement('script');"
        " script.textContent = 'globalThis.ran = true'; document.body.append(script);"
        " return globalThis.ran ?? false }"
    )
    assert ran is False
    assert any("Content Security Policy" in text for text in opened.complaints)


@pytest.mark.browser
def test_pages_can_be_read_from_files(site: Path, watched: Callable[..., Watched]):
    for language in LANGUAGES:
        for name in ("book/index.html", "notebooks/results-it.html"):
            opened = watched()
            opened.page.goto((site / language / name).as_uri())
            assert opened.page.locator("h1").is_visible()
            opened.page.locator(".language-switch").click()
            opened.page.wait_for_url(f"**/{'ja' if language == 'en' else 'en'}/**")
            assert opened.page.locator("html").get_attribute("lang") != language
            assert opened.foreign == []


@pytest.mark.parametrize("page", PAGES)
def test_an_id_stands_once_in_a_page(page: str, site: Path):
    """Those of drawings among them: a card brings its own, made of its label."""
    ids = tree(site / page).xpath("//@id")
    assert sorted({name for name in ids if ids.count(name) > 1}) == []
