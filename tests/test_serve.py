"""`serve --watch`: a page that is open loads itself again after a build, and only there."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from browsing import LANGUAGES, PATIENCE, patient
from sme_book.base.local import QuietHandler, serving
from sme_book.commands import serve


class Watching(serve.Reloading):
    builds = serve.Builds()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(serve, "INTERVAL", 0.02)
    (tmp_path / "book").mkdir()
    page = tmp_path / "book/index.md"
    page.write_text("before")
    return page


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    with serving(site, Watching) as found:
        yield found


@pytest.mark.parametrize("works", [True, False])
def test_a_changed_source_is_built_and_told_where_that_worked(source: Path, works: bool) -> None:
    root, builds = source.parents[1], serve.Builds()
    numbers: list[int] = []  # of builds told, when a build begins
    called = threading.Event()

    def build(given: Path) -> bool:
        assert given == root
        numbers.append(builds.number)
        if len(numbers) == 2:  # so the first has been told, if it ever is
            called.set()
            threading.Event().wait()  # the thread does no more
        (source.parent / "another.md").write_text("new, while the first is made")
        return works

    arguments = (root, serve.state(root), builds, build)
    threading.Thread(target=serve.watch, args=arguments, daemon=True).start()
    assert not called.wait(0.2), "nothing has changed yet"
    source.write_text("after")
    assert called.wait(PATIENCE)
    assert numbers == [1, 2 if works else 1]


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    context = patient(browser, service_workers="allow")
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.mark.browser
@pytest.mark.parametrize(
    "page", ["", *(f"{language}/notebooks/purpose.html" for language in LANGUAGES)]
)
def test_an_open_page_loads_itself_again_under_its_own_policy(
    tab: Any, address: str, page: str
) -> None:
    with tab.expect_request("**" + serve.CHANGES):
        tab.goto(address + page)
    with tab.expect_event("load"):
        Watching.builds.done()


@pytest.mark.browser
def test_a_build_that_ends_before_a_page_first_asks_is_not_missed(tab: Any, address: str) -> None:
    held: list[Any] = []
    tab.route("**" + serve.CHANGES, lambda route: held.append(route), times=1)
    tab.goto(address)
    while not held:
        tab.wait_for_timeout(10)
    Watching.builds.done()
    with tab.expect_event("load"):
        held[0].continue_()


def test_what_is_served_for_it_is_on_no_page_of_the_site(site: Path, address: str) -> None:
    served = urllib.request.urlopen(address + "en/notebooks/purpose.html").read()
    page = (site / "en/notebooks/purpose.html").read_bytes()
    assert served.startswith(page)
    assert serve.RELOAD.encode() in served.removeprefix(page)
    pages = [path for path in site.rglob("*.html") if serve.RELOAD in path.read_text("utf-8")]
    assert pages == []


@pytest.mark.parametrize("error", [ConnectionResetError, BrokenPipeError, ValueError])
def test_a_reader_who_leaves_is_no_error_and_any_other_is_told(
    error: type[Exception], site: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    class Failing(QuietHandler):
        def send_head(self) -> Any:
            raise error("told")

    with serving(site, Failing) as found, pytest.raises((OSError, HTTPException)):
        urllib.request.urlopen(found)
    told = capfd.readouterr().err
    assert ("ValueError: told" in told) if error is ValueError else told == ""
