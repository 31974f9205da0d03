"""Settings that hold for every test, and the built site in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import engines
from browsing import SITE, Watched, patient
from sme_book.base.local import serving

# The same examples in every run, and no time limit for a single one on a busy machine.
settings.register_profile("repository", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("repository")


# What Playwright, not the page, says of a service worker that it is told to block.
BLOCKED = "Service Worker registration blocked by Playwright"


@pytest.fixture(scope="session")
def site() -> Path:
    """The built site."""
    if not (SITE / "index.html").is_file():
        pytest.fail(f"there is no site in {SITE}: run `make book` first")
    return SITE


@pytest.fixture(scope="session")
def records(site: Path) -> dict[str, Any]:
    """The records of both editions of the built site."""
    from sme_book.base import record

    return {str(language): edition for language, edition in record.records(site).items()}


@pytest.fixture(scope="session")
def reading(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the notebooks for reading, by language, with the outputs that the build keeps."""
    from sme_book.base.project import ROOT
    from sme_book.notebooks.elsewhere import write_notebooks

    folder = tmp_path_factory.mktemp("reading")
    list(write_notebooks(ROOT, folder, ""))
    return folder


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[str]:
    """Address of a local server of the site, with a slash at its end."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """Playwright, started once for each process: a second start beside it fails."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Any) -> Iterator[Any]:
    """One Chromium for the whole run."""
    with engines.launched(playwright, "chromium") as running:
        yield running


@pytest.fixture
def watched(browser: Any, server: str) -> Iterator[Callable[..., Watched]]:
    """Opens pages in contexts of their own; hosts other than the server are refused and noted."""
    contexts: list[Any] = []

    def open_page(**options: Any) -> Watched:
        # a service worker would answer in place of the server, unseen by the gate below
        context = patient(browser, **({"service_workers": "block"} | options))
        contexts.append(context)
        result = Watched(context.new_page())

        def gate(route: Any) -> None:
            url = route.request.url
            if url.startswith((server, "data:", "blob:", "file:")):
                route.continue_()
            else:
                result.foreign.append(url)
                route.abort()

        context.route("**/*", gate)
        result.page.on(
            "console",
            lambda message: (
                result.complaints.append(f"{message.type}: {message.text}")
                if message.type in ("error", "warning") and message.text != BLOCKED
                else None
            ),
        )
        result.page.on("pageerror", lambda error: result.complaints.append(f"error: {error}"))
        return result

    yield open_page
    for context in contexts:
        context.close()
