"""The record of the edition as Sphinx writes it, and the one pass over the text of each page.

``html-page-context`` is emitted once for a page. First its text becomes a tree
(:class:`sme_book.base.html.Page`, ``context["page"]``); other extensions change that tree; last it
is written with its drawings, and what later steps need is kept beside the pages, a file each. When
all pages are written these files become :mod:`the record <sme_book.base.record>`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _JavaScript

from sme_book.base import record
from sme_book.base.editions import word
from sme_book.base.files import canonical, integrity, short
from sme_book.base.html import Page, break_title, break_titles, phrased
from sme_book.base.places import numbered
from sme_book.pages import words
from sme_book.pages.cards import card_figure, drawing_key
from sme_survey import __version__
from sme_survey.survey.text import edition

ICON, SEARCH = "icon.svg", "search"


def folder(app: Sphinx) -> Path:
    """Where the records of single pages are kept from build to build."""
    return Path(app.outdir).parent / record.PARTS_FOLDER


class Loaded:
    """A file that a page loads from ``_static/``; its address changes when the file does.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """

    def __init__(self, app: Sphinx, name: str) -> None:
        places = [Path(app.outdir, "_static"), *app.config.html_static_path]
        paths = [Path(app.srcdir, place, name) for place in places]
        found = [path for path in paths if path.is_file()]
        if not found:
            raise FileNotFoundError(f"a page loads {name}, which no static folder holds")
        self.content = found[0].read_bytes()
        self.address = f"_static/{name}?v={short(self.content)}"

    def script(self, up: str, attributes: Mapping[str, str]) -> str:
        """A script element that says what its file must hold: no other runs in its place."""
        said = "".join(f' {name}="{attributes[name]}"' for name in sorted(attributes))
        held = integrity("sha384", self.content)
        return f'<script{said} src="{up}{self.address}" integrity="{held}"></script>'


# ---- contents --------------------------------------------------------------------------------


def navigation(app: Sphinx, pagename: str) -> list[dict[str, Any]]:
    """The contents: parts with their pages, in the order of ``_toc.yml``."""
    site_map = cast(Any, app.config).external_site_map
    parts: list[dict[str, Any]] = []
    for subtree in site_map.root.subtrees:
        pages = []
        for docname in subtree.items:
            name = str(docname).removesuffix(".ipynb").removesuffix(".md")
            if name in app.env.titles:
                pages.append(page_entry(app, name, pagename))
        parts.append({"caption": subtree.caption or "", "pages": pages})
    return parts


def page_entry(app: Sphinx, docname: str, pagename: str) -> dict[str, Any]:
    """Title, address and description of a page, seen from another."""
    env: Any = app.env
    return {
        "docname": docname,
        "title": env.titles[docname].astext(),
        "href": app.builder.get_relative_uri(pagename, docname) or "#",
        "current": docname == pagename,
        "description": env.sme_descriptions.get(docname, ""),
    }


# ---- a page ----------------------------------------------------------------------------------


def open_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Read the text of a page as a tree; others add to it, and to the files that it loads."""
    context["page"] = Page(context.get("body") or "")
    context["page_styles"] = ["book"]


def close_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Write the text of a page, and keep what later steps need of it.

    ``context["drawings"]``: those of a page that is made of no document, by name.
    """
    page: Page = context["page"]
    if edition() == "en":
        page.mark_japanese()
    for listing in page.root.iter("pre"):  # scrolls by the keyboard where it is wide
        if not listing.attrib:
            listing.set("tabindex", "0")
    cards = list(recorded_cards(doctree))
    drawings = {
        drawing_key(card.label, shape): drawing
        for card in cards
        for shape, drawing in card.drawings.items()
    } | dict(context.get("drawings", {}))
    up = "../" * pagename.count("/")
    styles = [Loaded(app, f"{name}.css") for name in context["page_styles"]]
    loaded, tags = [], []
    for script in context.get("script_files", []):
        if script.filename:
            item = Loaded(app, str(script.filename).removeprefix("_static/"))
            loaded.append(item)
            tags.append(item.script(up, script.attributes or {}))
        else:
            tags.append(context["js_tag"](script))
    context["style_tags"] = [
        f'<link rel="stylesheet" href="{up}{item.address}">' for item in styles
    ]
    context["script_tags"] = tags
    env: Any = app.env
    known = env.titles.get(pagename)
    kept = record.Page(
        name=pagename,
        title=known.astext() if known else str(context.get("title") or ""),
        description=env.sme_descriptions.get(pagename, ""),
        heading=words.title_of(page),
        sections=list(sections(doctree)),
        words=words.passages(page),
        loads=[
            f"_static/{ICON}",
            *(item.address for item in [*styles, *loaded, *context.get("loads_later", [])]),
        ],
        claims=list(claims(page)),
        cells=len(env.sme_replay.get(pagename, ())),
        body=page.html(),
        cards=cards,
    )
    path = folder(app) / f"{pagename}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(canonical(kept.as_json()), encoding="utf-8")
    break_titles(page.root)  # only what is shown: the record holds titles as they are written
    contents = Page(context.get("toc") or "")
    for link in contents.root.iter("a"):
        break_title(link)
    context["toc"] = contents.html()
    context["phrased"] = phrased
    context["body"] = page.html(drawings)


def recorded_cards(doctree: nodes.document | None) -> Iterator[record.Card]:
    """The cards of a page, in the order of reading."""
    for node in doctree.findall(card_figure) if doctree else ():
        card, number = node["card"], node["number"]
        name = numbered(card["kind"], number, edition())
        yield record.Card(node["anchor"], number, name, card, node["drawings"])


def sections(doctree: nodes.document | None) -> Iterator[dict[str, Any]]:
    """The sections of a page with their ids, titles and levels (1 for the page itself)."""
    for section in doctree.findall(nodes.section) if doctree else ():
        level, parent = 1, section.parent
        while isinstance(parent, nodes.section):
            level, parent = level + 1, parent.parent
        title = section.next_node(nodes.title)
        if section["ids"] and title is not None:
            yield {"anchor": section["ids"][0], "title": title.astext(), "level": level}


def claims(page: Page) -> Iterator[str]:
    """The claims that have an address in a page."""
    for row in page.root.iter("tr"):
        name = str(row.get("id") or "")
        if name.startswith("claim-"):
            yield name.removeprefix("claim-")


# ---- the edition -----------------------------------------------------------------------------


def written(app: Sphinx) -> record.Record:
    """The record of an edition whose pages are written."""
    parts = [
        {"caption": part["caption"], "pages": [page["docname"] for page in part["pages"]]}
        for part in navigation(app, app.config.master_doc)
    ]
    names = [app.config.master_doc, *(name for part in parts for name in part["pages"])]
    paths = {
        path.relative_to(folder(app)).with_suffix("").as_posix(): path
        for path in sorted(folder(app).rglob("*.json"))
    }
    for name in paths.keys() - {*names, SEARCH}:
        paths.pop(name).unlink()
    pages = {
        name: record.page_of(json.loads(path.read_text(encoding="utf-8")))
        for name, path in paths.items()
    }
    others = [pages[SEARCH]] if SEARCH in pages else []
    return record.Record(edition(), parts, [pages[name] for name in names], others)


def write_search(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Once all pages are written: the index of their words, and the page that searches it.

    ``env.sme_more_words`` holds what there is to find on pages without a source.
    """
    env: Any = app.env
    more = getattr(env, "sme_more_words", [])
    index = Path(app.outdir, "_static", words.INDEX)
    index.write_text(words.index(Path(app.srcdir), written(app), more), encoding="utf-8")
    title = word("search_title", edition())
    yield SEARCH, {"title": title}, "search.html"


def search_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The search page loads the index and what reads it."""
    if pagename == SEARCH:
        context["script_files"] = [
            _JavaScript(f"_static/{name}", defer="defer") for name in (words.INDEX, "search.js")
        ]


def write_record(app: Sphinx, exception: Exception | None) -> None:
    """Write the record beside the pages (event ``build-finished``)."""
    if exception is None and app.builder.name == "html":
        path = Path(app.outdir).parent / record.FILE
        path.write_text(written(app).as_text(), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx: the first and the last to see a page."""
    app.connect("html-page-context", open_page, priority=600)
    app.connect("html-page-context", search_scripts, priority=650)
    app.connect("html-page-context", close_page, priority=990)
    app.connect("html-collect-pages", write_search)
    app.connect("build-finished", write_record)
    return {"version": __version__, "parallel_read_safe": False, "parallel_write_safe": False}
