"""The contents of the book as a page shows them."""

from __future__ import annotations

from typing import Any, cast

from sphinx.application import Sphinx


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
