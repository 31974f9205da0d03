"""Serve the built site on this machine: ``python -m sme_survey.publishing.serve``."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sme_survey.publishing.build import ROOT


class Handler(SimpleHTTPRequestHandler):
    """Plain files, never kept by the browser, so that a rebuilt page is seen at once."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
    }

    def end_headers(self) -> None:
        """Add what keeps the browser from keeping."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_survey.publishing.serve", description="Serve the built site."
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


if __name__ == "__main__":
    sys.exit(main())
