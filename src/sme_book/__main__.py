"""One command for everything that is done to the book: ``python -m sme_book COMMAND``."""

from __future__ import annotations

import importlib
import sys

# Command, the module whose ``main`` carries it out, and what it does.
COMMANDS: dict[str, tuple[str, str]] = {
    "build": ("commands.build", "build both editions into one site"),
    "serve": ("commands.serve", "serve the built site on this machine"),
    "release": ("commands.release", "write site, PDF, EPUB, data archive and manifest"),
    "freeze": ("site.frozen", "keep what the built site gives out under data/releases/"),
    "notebooks": ("notebooks.stored", "run the notebooks again and store their outputs"),
    "metadata": ("standards.codebook", "write all that is derived from the tables again"),
    "elsewhere": ("notebooks.elsewhere", "write the notebooks for reading, by language"),
    "lighthouse": ("commands.lighthouse", "measure pages with Lighthouse"),
    "outside-links": ("commands.outside_links", "ask every address that the site links to"),
    "epubcheck": ("printing.epub", "check EPUB files with epubcheck"),
    "packages": ("commands.packages", "fetch Pyodide's packages for PYODIDE_DIST"),
    "pins": ("commands.pins", "write the versions that Pyodide's lock fixes"),
    "reproduce": ("commands.reproduce", "build once more under other conditions and compare"),
}


def usage() -> str:
    """The commands, a line each."""
    lines = [f"  {name:14} {what}" for name, (_, what) in COMMANDS.items()]
    return "usage: python -m sme_book COMMAND [--help] ...\n\n" + "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Command line; each command is loaded only when it is asked for."""
    name, *rest = (sys.argv[1:] if arguments is None else arguments) or [""]
    if name in ("", "-h", "--help"):
        print(usage())
        return 0 if name else 2
    if name not in COMMANDS:
        print(f"error: there is no command {name!r}\n{usage()}", file=sys.stderr)
        return 2
    module = importlib.import_module(f"sme_book.{COMMANDS[name][0]}")
    return int(module.main(rest))


if __name__ == "__main__":
    sys.exit(main())
