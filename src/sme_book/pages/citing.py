"""The Sphinx extension for citing and reusing: heads of pages, references, lists of cards."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from sme_book.base import publication
from sme_book.base.places import SITE
from sme_book.pages.cards import CardPlace
from sme_book.pages.panels import links, references
from sme_book.standards import citations, schema_org
from sme_book.standards.heads import head
from sme_book.standards.signposting import DESCRIBED_BY, Signposts, linkset
from sme_survey import __version__
from sme_survey.survey.text import Language, Text, edition

# Pages whose subject is the data set itself.
DATA_PAGES = ("book/index", "book/data-dictionary", "notebooks/reuse")
SAY = {
    "cite_chapter": Text("Cite this chapter", "この章を引用する"),
    "cite_page": Text("Cite this page", "このページを引用する"),
}


# ---- heads of pages --------------------------------------------------------------------------


def is_chapter(page: str) -> bool:
    """Whether a document is a chapter, not a page of the frame."""
    return page.startswith("notebooks/")


def describe(
    book: publication.Book,
    language: Language,
    page: str,
    title: str,
    description: str,
    parts: list[schema_org.Part],
) -> str:
    """The description of a page as JSON-LD."""
    found: list[Any] = []
    if page in DATA_PAGES:
        found.append(schema_org.dataset_node(book, language))
    if page == "book/index":
        found.append(schema_org.book_node(book, language))
    else:
        found.append(schema_org.article_node(book, language, page, title, description, parts))
    return schema_org.script(found)


def page_work(book: publication.Book, language: Language, page: str, title: str) -> citations.Work:
    """A page as something to cite; the first page stands for the book."""
    if page == "book/index":
        return citations.book_work(book, language)
    return citations.Work("chapter", title, language, book, f"{language}/{page}.html")


def page_reference(book: publication.Book, language: Language, page: str, title: str) -> str:
    """How to cite a page, folded at its end."""
    summary = SAY["cite_chapter" if is_chapter(page) else "cite_page"][language]
    shown = references(page_work(book, language, page, title))
    return (
        f'<details class="card-tool card-cite page-cite" id="cite-this-page"><summary>{summary}'
        f'</summary><div class="card-panel">{shown}</div></details>\n'
    )


def signposts(page: str, language: Language, notebook: bool) -> Signposts:
    """What a page stands for: the book, the data or a chapter, and the files with its content."""
    path = f"{language}/{page}.html"
    if page in DATA_PAGES:
        archive = publication.book().file("data.zip")
        kind, items = "Dataset", ((f"data/{archive}", "application/zip"),)
    elif notebook:
        kind, items = (
            "ScholarlyArticle",
            ((f"{language}/{page}.ipynb", "application/x-ipynb+json"),),
        )
    else:
        kind, items = "ScholarlyArticle", ((path, "text/html"),)
    return Signposts(path, language, kind, items, f"{language}/linkset.json")


def write_linkset(app: Sphinx, exception: Exception | None) -> None:
    """Write the link set of the pages with a source (event ``build-finished``)."""
    if exception is None and app.builder.name == "html" and publication.book().address:
        env: Any = app.env
        pages = [signposts(name, edition(), name in env.sme_replay)
                 for name in sorted(env.found_docs)]  # fmt: skip
        text = linkset(publication.book(), pages)
        Path(app.outdir, "linkset.json").write_text(text, encoding="utf-8")


def dress_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Add head and reference to a page (event ``html-page-context``, after the frame)."""
    env: Any = app.env
    if pagename not in env.found_docs:
        return
    book, language = publication.book(), edition()
    title = env.titles[pagename].astext()
    description = str(context.get("description") or "")
    places: dict[str, CardPlace] = env.sme_cards
    parts = [
        schema_org.Part(label, item.anchor, item.kind, item.title, item.source)
        for label, item in places.items()
        if item.docname == pagename
    ]
    posts = signposts(pagename, language, pagename in env.sme_replay)
    tags = head(book, language, pagename, title, description, posts)
    tags.append(describe(book, language, pagename, title, description, parts))
    context["metatags"] = (context.get("metatags") or "") + "\n" + "\n".join(tags)
    if pagename != "book/how-to-cite":
        context["page"].add(page_reference(book, language, pagename, title))


# ---- directives ------------------------------------------------------------------------------


def raw(content: str) -> nodes.raw:
    """HTML of ours as a node."""
    return nodes.raw("", content, format="html")


class BookCitation(SphinxDirective):
    """``{book-citation}``: the reference to this version of the book in every format."""

    def run(self) -> list[nodes.Node]:
        """The references."""
        shown = references(citations.book_work(publication.book(), edition()))
        return [raw(f'<div class="references">{shown}</div>')]


class DataCitation(SphinxDirective):
    """``{data-citation}``: the reference to this version of the data in every format."""

    def run(self) -> list[nodes.Node]:
        """The references."""
        book, language = publication.book(), edition()
        work = citations.Work(
            "dataset", publication.data_title(language), language, book, "data/datapackage.json"
        )
        return [raw(f'<div class="references">{references(work)}</div>')]


class DataArchive(SphinxDirective):
    """``{data-archive}``: the data as one file, as a link."""

    def run(self) -> list[nodes.Node]:
        """A list of one file."""
        book, name = publication.book(), publication.book().file("data.zip")
        title = publication.release_files(book)[name][edition()]
        return [raw(links([(f"{SITE}data/{name}", f"{name} ({title})")]))]


class ReleaseFiles(SphinxDirective):
    """``{release-files}``: the files of a release; links to those whose place is known."""

    def run(self) -> list[nodes.Node]:
        """Name and description of each."""
        book, language = publication.book(), edition()
        entries = []
        for name, title in publication.release_files(book).items():
            shown = f"<code>{html.escape(name)}</code>"
            target = f"{book.repository}/releases/download/v{book.version}/{name}"
            if name == book.file("data.zip"):  # the site holds it too
                shown = f'<a href="{SITE}data/{name}" download>{shown}</a>'
            elif book.repository:
                shown = f'<a href="{html.escape(target)}">{shown}</a>'
            entries.append(f"<li>{shown} {html.escape(title[language])}</li>")
        return [raw(f'<ul class="release-files">{"".join(entries)}</ul>')]


class DataFiles(SphinxDirective):
    """``{data-files}``: the descriptions of the data for machines, as links."""

    def run(self) -> list[nodes.Node]:
        """A list of files."""
        return [raw(links([(SITE + target, name) for target, _, name in DESCRIBED_BY]))]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.add_config_value("site_address", "", "html")
    app.connect("html-page-context", dress_page, priority=950)
    app.connect("build-finished", write_linkset)
    app.add_directive("book-citation", BookCitation, override=True)
    app.add_directive("data-citation", DataCitation)
    app.add_directive("data-archive", DataArchive)
    app.add_directive("release-files", ReleaseFiles)
    app.add_directive("data-files", DataFiles)
    return {"version": __version__, "parallel_read_safe": False, "parallel_write_safe": True}
