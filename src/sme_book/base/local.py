"""What runs on this machine: a server of built pages, and a browser that opens them."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

COMPRESSED = (
    ".html", ".css", ".js", ".mjs", ".json", ".svg", ".csv", ".ipynb", ".txt", ".xml", ".ttf",
    ".wasm",
)  # fmt: skip


@lru_cache(maxsize=512)
def compressed(path: str, changed: int) -> bytes:
    """A file as gzip, once for each state of the file."""
    return gzip.compress(Path(path).read_bytes(), compresslevel=6, mtime=0)


class Handler(SimpleHTTPRequestHandler):
    """Plain files, compressed where that helps, as servers on the web do it.

    The browser asks each time whether a file has changed, so that a rebuilt page is seen at once.
    """

    protocol_version = "HTTP/1.1"
    caching: ClassVar = "no-cache"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".js": "text/javascript; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
    }

    def send_head(self) -> Any:
        """Answer with the compressed file where the browser takes it."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path = path / "index.html"
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        if not accepted or path.suffix not in COMPRESSED or not path.is_file():
            return super().send_head()
        body = compressed(str(path), path.stat().st_mtime_ns)
        headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return self.answer(self.guess_type(str(path)), body, headers)

    def answer(
        self, kind: str, body: bytes, headers: Mapping[str, str] = MappingProxyType({})
    ) -> io.BytesIO:
        """An answer with its headers sent: ``body`` of the media type ``kind``."""
        self.send_response(200)
        for name, value in {"Content-Type": kind, "Content-Length": len(body), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        return io.BytesIO(body)

    def end_headers(self) -> None:
        """Add how long the browser may use what it kept."""
        self.send_header("Cache-Control", self.caching)
        super().end_headers()


class QuietHandler(Handler):
    """The same without a word on the terminal."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Answers many requests at once."""

    request_queue_size = 128  # connections that may wait: a page asks for many files at once

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell every error but that the reader has left, as when a page is closed midway."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def started(site: Path, kind: type[Handler] = QuietHandler, port: int = 0) -> Server:
    """A server of a folder that runs beside the program; 0 takes a free port."""
    running = Server(("127.0.0.1", port), partial(kind, directory=str(site)))
    threading.Thread(target=running.serve_forever, daemon=True).start()
    return running


@contextmanager
def serving(site: Path, kind: type[Handler] = QuietHandler, port: int = 0) -> Iterator[str]:
    """Serve a folder; gives the address with a slash at its end."""
    running = started(site, kind, port)
    try:
        yield f"http://127.0.0.1:{running.server_port}/"
    finally:
        running.shutdown()
        running.server_close()


# ---- browser ---------------------------------------------------------------------------------

BROWSER_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


class NoBrowser(RuntimeError):
    """No Chromium was found."""


def chromium() -> str:
    """Path of the browser.

    Raises
    ------
    NoBrowser
        If there is none.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        raise NoBrowser("no Chromium found: `make test` installs it; or set CHROMIUM")
    return found


def launch(playwright: Any, *more: str) -> Any:
    """Chromium without a window, with the arguments under which every measure is taken."""
    return playwright.chromium.launch(
        executable_path=chromium(), args=[*BROWSER_ARGUMENTS, *more], timeout=120_000
    )
