"""Serve the built site on this machine: ``python -m sme_book serve``."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

from sme_book.base.project import ROOT
from sme_book.base.server import Handler


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book serve", description="Serve the built site."
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--site", type=Path, default=ROOT / "_build/site")
    options = parser.parse_args(arguments)
    if not (options.site / "index.html").is_file():
        print(f"there is no site in {options.site}; run: make book", file=sys.stderr)
        return 1
    handler = partial(Handler, directory=str(options.site))
    with ThreadingHTTPServer(("127.0.0.1", options.port), handler) as server:
        print(f"http://127.0.0.1:{server.server_port}/  (stop with Ctrl+C)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0
