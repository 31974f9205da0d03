"""A book of one language by ``jupyter-book build .`` alone: what the whole site adds is left out.

The site of both editions is put together by ``python -m sme_book build``. Without it there is no
other edition, no data for download beside the pages and no Python for Replay; here what leads there
is taken out of the pages. ``SME_SURVEY_LANG`` chooses the language.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import html
from sphinx.application import Sphinx

from sme_book.base.project import whole
from sme_survey import __version__

# What holds nothing but a way to something else, and goes with it.
_HOLDERS = ("li", "ul", "ol", "p", "td", "nav")
_OTHERS = ("link", "script", "img")


def leads_nowhere(page: Path, address: str) -> bool:
    """Whether an address in a page names a file that the book does not have."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return False
    return not (page.parent / unquote(parts.path)).is_file()


def remove(element: Any) -> None:
    """Take an element out of its page, and what held nothing else."""
    parent = element.getparent()
    element.drop_tree()
    if parent is None or parent.tag not in _HOLDERS or len(parent):
        return
    if not (parent.text_content() or "").strip(" \n·,、"):
        remove(parent)


def without_dead_ends(page: Path, text: str) -> str:
    """A page without what leads to files that are not there; a link's words stay in a sentence."""
    root = html.document_fromstring(text)
    for link in list(root.iter("a")):
        if not leads_nowhere(page, link.get("href") or ""):
            continue
        if link.get("download") is not None or link.get("hreflang"):
            remove(link)
        else:
            link.drop_tag()
    for element in list(root.iter(*_OTHERS)):
        if leads_nowhere(page, element.get("href") or element.get("src") or ""):
            element.drop_tree()
    return "<!doctype html>\n" + html.tostring(root, encoding="unicode")


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Take out dead ends (event ``build-finished``)."""
    if exception is not None or app.builder.name != "html" or whole():
        return
    output = Path(app.outdir)
    for page in sorted(output.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        page.write_text(without_dead_ends(page, text), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("build-finished", finish, priority=900)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
