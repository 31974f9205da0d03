"""Three browser engines behind the same few verbs: Chromium, Firefox and WebKit.

Playwright drives Chromium and Firefox as Debian builds them; WebKit's own driver is spoken to
through Selenium, in a window on a screen of its own. A missing engine fails the test.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import pytest

from browsing import PATIENCE, patient, waited
from sme_book.base import local
from sme_book.base.local import QuietHandler

ENGINES = ("chromium", "firefox", "webkit")
HERE = "http://127.0.0.1:"  # where the tests serve the site


class Tab(Protocol):
    """One page of a browser."""

    def open(self, address: str) -> None: ...
    def run(self, expression: str) -> Any:
        """Value of a JavaScript expression; a promise is waited for."""

    def click(self, selector: str) -> None: ...
    def write(self, selector: str, text: str) -> None:
        """Type into an element what replaces its text."""

    def press(self, *keys: str) -> None:
        """Press keys one after another where the focus is: Tab, Shift+Enter, Control+a."""

    def type(self, text: str) -> None:
        """Type a text where the focus is."""

    def look(self, address: str, widths: Sequence[int]) -> tuple[list[str], list[int]]:
        """Open a page: its complaints, and at which widths in pixels it is wider than that."""

    def complaints(self) -> list[str]:
        """What the browser complained of since the last call, and other hosts that were asked."""


# Whether a page is wider than the room it has.
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SET = "document.fonts.ready"  # the page is set in its own typeface


def until(tab: Tab, condition: str, seconds: float = PATIENCE) -> Any:
    """Value of a JavaScript expression as soon as it is true."""
    return waited(tab.run, condition, seconds)


# ---- Chromium and Firefox --------------------------------------------------------------------


class PlaywrightTab:
    """A page that Playwright drives."""

    def __init__(self, context: Any) -> None:
        self.page = context.new_page()
        self._complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning", "warn"):
            self._complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Any) -> None:
        if urlsplit(request.url).scheme in ("http", "https") and not request.url.startswith(HERE):
            self._complaints.append(f"another host is asked: {request.url}")

    def open(self, address: str) -> None:
        self.page.wait_for_load_state()
        try:
            self.page.goto(address)
        except Exception as error:  # now and then Firefox's driver takes one load for two
            if f'interrupted by another navigation to "{address}"' not in str(error):
                raise
            self.page.wait_for_load_state()

    def run(self, expression: str) -> Any:
        return self.page.evaluate(expression)

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def write(self, selector: str, text: str) -> None:
        self.page.locator(selector).first.fill(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def look(self, address: str, widths: Sequence[int]) -> tuple[list[str], list[int]]:
        self.open(address)
        self.run(f"{SET}.then(() => true)")
        wide = []
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 900})
            if self.run(SIDEWAYS):
                wide.append(width)
        return self.complaints(), wide

    def complaints(self) -> list[str]:
        self.run("new Promise((done) => setTimeout(done))")  # what was said arrives before this
        heard, self._complaints = self._complaints, []
        return heard


@contextlib.contextmanager
def launched(playwright: Any, engine: str) -> Iterator[Any]:
    """A running Chromium or Firefox."""
    if engine == "chromium":
        running = local.launch(playwright)
    else:
        found = os.environ.get("FIREFOX") or shutil.which("firefox-esr")
        if not found:
            pytest.fail("no Firefox found: run `make test`, or set FIREFOX=/path/to/it")
        running = playwright.firefox.launch(
            channel="moz-firefox", executable_path=found, timeout=1000 * PATIENCE
        )
    yield running
    running.close()


# ---- WebKit ----------------------------------------------------------------------------------

# The driver tells nothing of the console: a server that tests WebKit puts this script first.
WATCH = """(() => {
  const heard = (window.heard = []);
  for (const level of ["error", "warn"]) {
    const said = console[level];
    console[level] = (...words) => { heard.push(`${level}: ${words.join(" ")}`); said(...words); };
  }
  addEventListener("error", (event) => {
    heard.push(`error: ${event.message ?? `not loaded: ${event.target.outerHTML}`}`);
  }, true);
  addEventListener("unhandledrejection", (event) => heard.push(`error: ${event.reason}`));
  addEventListener("securitypolicyviolation", (event) => {
    heard.push(`error: ${event.violatedDirective} refuses ${event.blockedURI}`);
  });
})();"""
WATCHED_AT = "/watch.js"
# Keys as WebDriver names them (Unicode's private use area, W3C WebDriver 17.4.2).
SELENIUM_KEYS = {
    "Tab": "\ue004", "Enter": "\ue007", "Shift": "\ue008", "Control": "\ue009",
    "Escape": "\ue00c", "Space": "\ue00d",
    "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015",
}  # fmt: skip
FRAME_AT = "/frame.html"


class WebKitTab:
    """A page that WebKit's driver drives through Selenium."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, address: str) -> None:
        self.driver.get(address)

    def run(self, expression: str) -> Any:
        answer = self.driver.execute_async_script(
            "const [done] = arguments;"
            f"Promise.resolve().then(() => ({expression}))"
            ".then((value) => done({value: value ?? null}), (error) => done({error: `${error}`}));"
        )
        assert "error" not in answer, f"{answer['error']} in {expression}"
        return answer["value"]

    def click(self, selector: str) -> None:
        self.run(
            f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})"
        )
        self.driver.find_element("css selector", selector).click()

    def write(self, selector: str, text: str) -> None:
        field = self.driver.find_element("css selector", selector)
        field.clear()
        field.send_keys(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            *held, last = (SELENIUM_KEYS.get(name, name) for name in key.split("+"))
            actions = self._actions()
            for one in held:
                actions.key_down(one)
            actions.send_keys(last)
            for one in reversed(held):
                actions.key_up(one)
            actions.perform()

    def type(self, text: str) -> None:
        self._actions().send_keys(text).perform()

    def _actions(self) -> Any:
        from selenium.webdriver import ActionChains

        return ActionChains(self.driver, duration=0)

    def look(self, address: str, widths: Sequence[int]) -> tuple[list[str], list[int]]:
        # its window has a least width of 447 pixels: the page is put into a frame
        if not self.driver.current_url.endswith(FRAME_AT):
            self.open(urljoin(address, FRAME_AT))
        told: tuple[list[str], list[int]] = self.run(
            "new Promise((done) => { const frame = document.querySelector('iframe');"
            f" frame.onload = async () => {{ await frame.contentWindow.{SET};"
            f" const wide = {list(widths)}.filter((width) => {{"
            " frame.style.width = `${width}px`;"
            " const document = frame.contentDocument;"
            f" return {SIDEWAYS}; }});"
            " done([frame.contentWindow.heard, wide]); };"
            f" frame.src = {json.dumps(address)}; }})"
        )
        return told

    def complaints(self) -> list[str]:
        heard: list[str] = self.run("(window.heard ?? []).splice(0)")
        return heard


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def ended(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A quiet program beside the tests, ended with all that it started."""
    group: subprocess.Popen[bytes] = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        **options,
    )  # fmt: skip
    try:
        yield group
    finally:
        os.killpg(group.pid, signal.SIGTERM)
        group.wait()


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """Name of a screen without a monitor, whose number the server chooses: nobody can take it."""
    told, tell = os.pipe()
    command = ["Xvfb", "-displayfd", str(tell), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    with ended(command, pass_fds=[tell]):
        os.close(tell)
        with open(told) as number:
            yield f":{number.readline().strip()}"


@contextlib.contextmanager
def webkit() -> Iterator[Any]:
    """A running WebKit, as Selenium's driver."""
    from selenium import webdriver
    from selenium.webdriver.remote.client_config import ClientConfig
    from selenium.webdriver.remote.remote_connection import RemoteConnection
    from selenium.webdriver.webkitgtk.options import Options

    for program in ("WebKitWebDriver", "Xvfb", "dbus-run-session"):
        if not shutil.which(program):
            pytest.fail(f"no {program} found: run `make test`")
    port = free_port()
    with (
        screen() as display,
        ended(
            ["dbus-run-session", "--", "WebKitWebDriver", f"--port={port}"],
            # its sandbox needs rights that a container or an administrator's session does not give
            env=os.environ | {"DISPLAY": display, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"},
        ) as group,
    ):
        end = time.monotonic() + PATIENCE
        while not answers(port):
            assert group.poll() is None, "WebKit's driver did not start"
            assert time.monotonic() < end, "WebKit's driver does not answer"
            time.sleep(0.1)
        at = ClientConfig(remote_server_addr=f"http://127.0.0.1:{port}")
        driver = webdriver.Remote(RemoteConnection(client_config=at), options=Options())
        driver.set_script_timeout(PATIENCE)
        driver.set_page_load_timeout(PATIENCE)
        yield driver
        driver.quit()


# ---- any of them -----------------------------------------------------------------------------


class WatchingHandler(QuietHandler):
    """Serves pages with the script first that hears what the page complains of."""

    def send_head(self) -> Any:
        path = Path(self.translate_path(self.path))
        if self.path == FRAME_AT:
            return self.answer("text/html; charset=utf-8", b"<iframe height=900></iframe>")
        if self.path == WATCHED_AT:
            return self.answer("text/javascript; charset=utf-8", WATCH.encode())
        if path.suffix == ".html" and path.is_file():
            first = f'<head><script src="{WATCHED_AT}"></script>'.encode()
            return self.answer(
                self.guess_type(str(path)), path.read_bytes().replace(b"<head>", first, 1)
            )
        return super().send_head()


@contextlib.contextmanager
def started(playwright: Callable[[], Any], engine: str) -> Iterator[Tab]:
    """One tab of an engine; `playwright` gives Playwright where that drives it."""
    if engine == "webkit":
        with webkit() as driver:
            yield WebKitTab(driver)
    else:
        with launched(playwright(), engine) as running:
            yield PlaywrightTab(patient(running))
