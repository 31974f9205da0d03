"""Serve the built site on this machine: ``python -m sme_book serve [--watch]``.

With ``--watch`` the book is built again when a source changes, and pages open in a browser load
themselves again. What is served for that is added on the way: the site on disk has none of it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from sme_book.base import inputs
from sme_book.base.files import files_under
from sme_book.base.local import Handler, serving
from sme_book.base.project import ROOT

RELOAD, CHANGES = "/.reload.js", "/.changes"
INTERVAL = 0.5  # seconds between two looks at the sources
PATIENCE = 25.0  # seconds that a page waits for an answer
# Asks whether the site is another one than the page came from, and loads the page again then. The
# page says which one that was: a build may end before the first question is answered.
SCRIPT = f"""\
(async (body) => {{
  for (;;) {{
    try {{
      // not GET: the service worker would keep the answer
      const now = await (await fetch("{CHANGES}", {{ method: "POST", body }})).text();
      if (now !== body) return location.reload();
    }} catch {{ await new Promise((done) => setTimeout(done, 1000)); }}
  }}
}})(document.currentScript.dataset.build);
"""


class Builds:
    """Counts the builds since the server started; pages wait for the next."""

    def __init__(self) -> None:
        self.number = 1
        self.changed = threading.Condition()

    def done(self) -> None:
        """Tell every page that waits."""
        with self.changed:
            self.number += 1
            self.changed.notify_all()

    def after(self, known: str) -> str:
        """The number of the last build: at once where it is not the known one, else at its end."""
        with self.changed:
            if known == str(self.number):
                self.changed.wait(PATIENCE)
            return str(self.number)


class Reloading(Handler):
    """Serves pages with a script that loads them again after a build."""

    builds: ClassVar = Builds()

    def send_head(self) -> Any:
        """Answer as :class:`Handler` does, pages with the script added."""
        if self.path == RELOAD:
            return self.answer("text/javascript", SCRIPT.encode())
        file = Path(self.translate_path(self.path))
        if file.is_dir() and self.path.partition("?")[0].endswith("/"):
            file = file / "index.html"
        if file.suffix == ".html" and file.is_file():
            number = self.builds.number  # before the page, which may be written anew meanwhile
            page = file.read_bytes()
            if b"script-src" not in page:  # a page without scripts allows none
                page = page.replace(b"default-src 'none'", b"default-src 'self'", 1)
            page += f'<script src="{RELOAD}" data-build="{number}"></script>\n'.encode()
            return self.answer(self.guess_type(str(file)), page)
        return super().send_head()

    def do_POST(self) -> None:
        """Answer with the number of the last build, as :meth:`Builds.after` gives it."""
        known = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == CHANGES:
            body = self.answer("text/plain", self.builds.after(known).encode())
            self.wfile.write(body.getvalue())
        else:
            self.send_error(404)

    def log_request(self, *_: Any) -> None:
        """Say nothing of what was answered."""


def state(root: Path) -> dict[Path, int]:
    """Every source of the book and when it was written."""
    return {
        path: path.stat().st_mtime_ns for name in inputs.ALL for path in files_under(root / name)
    }


def built(root: Path) -> bool:
    """Build the book in a process of its own, which reads the package as it now is."""
    command = [sys.executable, "-m", "sme_book", "build", "--root", str(root)]
    return subprocess.run(command, check=False).returncode == 0


def watch(
    root: Path, known: dict[Path, int], builds: Builds, build: Callable[[Path], bool] = built
) -> None:
    """Build again whenever a source is not as it was known; a build that fails changes no page."""
    while True:
        time.sleep(INTERVAL)
        try:
            now = state(root)
        except FileNotFoundError:  # written anew at this moment
            continue
        if now == known:
            continue
        changed = {path.name for path, _ in now.items() ^ known.items()}
        print("changed: " + ", ".join(sorted(changed)[:5]), flush=True)
        known = now
        if build(root):
            builds.done()


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book serve", description="Serve the built site."
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--site", type=Path, default=ROOT / "_build/site")
    parser.add_argument("--watch", action="store_true", help="build and reload when sources change")
    options = parser.parse_args(arguments)
    if not (options.site / "index.html").is_file():
        print(f"there is no site in {options.site}; run: make book", file=sys.stderr)
        return 1
    if options.watch:
        known = (ROOT, state(ROOT), Reloading.builds)
        threading.Thread(target=watch, args=known, daemon=True).start()
    with serving(options.site, Reloading if options.watch else Handler, options.port) as address:
        print(f"{address}  (stop with Ctrl+C)", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
