"""Bytes of a chapter's first load against other tools: ``python benchmarks/weight.py``.

Opens the same chapter in Chromium with an empty profile, from a local server that compresses, and
adds up what goes over the wire, hosts of others included (they are refused here, so what they would
send is not counted; how often they are asked is). Aim: at most 300 kB.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from common import CHAPTER, NAMES, built, machine, table
from playwright.sync_api import sync_playwright

TEXT = (".html", ".css", ".js", ".mjs", ".json", ".svg", ".ttf")


class Gzip(SimpleHTTPRequestHandler):
    """Serves files, compressed as hosts of static sites do."""

    def do_GET(self) -> None:
        """Answer with the compressed file where it is text."""
        path = Path(self.translate_path(self.path))
        if path.suffix not in TEXT or not path.is_file():
            return super().do_GET()
        body = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return None

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def load(browser: Any, folder: Path, page: str) -> tuple[int, int, int]:
    """Bytes on the wire, requests, and requests to other hosts, of one first load."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Gzip, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        home = f"http://127.0.0.1:{server.server_port}/"
        context = browser.new_context(viewport={"width": 412, "height": 915})
        tab = context.new_page()
        sizes: list[int] = []
        others: list[str] = []
        tab.route(
            lambda address: not address.startswith((home, "data:", "blob:")),
            lambda route: (others.append(route.request.url), route.abort()),
        )
        client = context.new_cdp_session(tab)
        client.send("Network.enable")
        client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        tab.goto(home + page, wait_until="networkidle")
        context.close()
        server.shutdown()
    return round(sum(sizes)), len(sizes), len(others)


def main() -> int:
    """Measure, print, and exit 1 where the aim is missed."""
    pages = built()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        loads = {name: load(browser, *place) for name, place in pages.items()}
        browser.close()
    ours = loads["ours"][0]
    rows = [
        (NAMES[name].split(",")[0], f"{size / 1000:.0f}", f"{size / ours:.1f}", requests, others)
        for name, (size, requests, others) in loads.items()
    ]
    print(machine())
    table(f"First load of {CHAPTER}.html", rows,
          ("tool", "kB", "ratio to ours", "requests", "requests to other hosts"))  # fmt: skip
    return int(ours > 300_000)


if __name__ == "__main__":
    sys.exit(main())
