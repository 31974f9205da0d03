"""Signposting: typed links that tell a machine what a page is, who made it, and where its data are.

FAIR Signposting Profile, level 2 (signposting.org/FAIR): the links stand in the head of each page,
and all of them again in a link set (RFC 9264, ``application/linkset+json``). Without an address of
the site the links of a head are relative to the page, and there is no link set, in which readers
disagree on what an address is relative to.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sme_book.base import publication
from sme_survey.survey.text import Language

LINKSET = "application/linkset+json"
DESCRIBED_BY = (
    ("data/datapackage.json", "application/json", "Data Package"),
    ("data/csv-metadata.json", "application/csvm+json", "CSV on the Web"),
    ("data/ddi-codebook.xml", "application/xml", "DDI-Codebook 2.5"),
)


@dataclass(frozen=True)
class Link:
    """A typed link; ``target`` is a path below the top of the site, or a whole address."""

    rel: str
    target: str
    type: str = ""
    title: str = ""


@dataclass(frozen=True)
class Signposts:
    """What a page stands for.

    Every path is below the top of the site. ``kind`` is a type of schema.org; ``items`` are the
    files with the content, with their media types; ``cited`` is what to cite, if not the page.
    """

    path: str
    language: Language
    kind: str
    items: tuple[tuple[str, str], ...]
    linkset: str
    cited: str = ""

    def links(self) -> Iterator[Link]:
        """The links of the page, without that to the link set."""
        yield Link("cite-as", self.cited or self.path)
        yield Link("author", f"{self.language}/book/index.html", "text/html")
        yield Link("type", "https://schema.org/AboutPage")
        yield Link("type", f"https://schema.org/{self.kind}")
        yield Link("license", publication.CC_BY)
        for target, kind, title in DESCRIBED_BY:
            yield Link("describedby", target, kind, title)
        for target, kind in self.items:
            yield Link("item", target, kind)


def address(book: publication.Book, target: str, place: str) -> str:
    """Address of a target, seen from a place below the top of the site."""
    if ":" in target:
        return target
    return book.url(target) or posixpath.relpath(target, posixpath.dirname(place) or ".")


def head_links(book: publication.Book, posts: Signposts) -> list[dict[str, str]]:
    """The attributes of each link of a page's head."""
    found = list(posts.links())
    if book.address:
        found.append(Link("linkset", posts.linkset, LINKSET))
    return [
        {
            "rel": link.rel,
            "href": address(book, link.target, posts.path),
            **({"type": link.type} if link.type else {}),
            **({"title": link.title} if link.title else {}),
        }
        for link in found
    ]


def linkset(book: publication.Book, pages: Iterable[Signposts]) -> str:
    """The links of pages that share a link set, and from each file back to its page.

    Raises
    ------
    ValueError
        If the site has no address.
    """
    if not book.address:
        raise ValueError("a link set needs the address of the site")
    contexts: list[dict[str, Any]] = []
    for posts in pages:
        context: dict[str, Any] = {"anchor": address(book, posts.path, posts.linkset)}
        for link in posts.links():
            value = {"href": address(book, link.target, posts.linkset)}
            value |= {"type": link.type} if link.type else {}
            context.setdefault(link.rel, []).append(value)
        contexts.append(context)
        here = {"href": context["anchor"], "type": "text/html"}
        contexts += [
            {"anchor": address(book, target, posts.linkset), "collection": [here],
             "type": [{"href": "https://schema.org/DigitalDocument"}]}
            for target, _ in posts.items
            if target != posts.path
        ]  # fmt: skip
    return json.dumps({"linkset": contexts}, ensure_ascii=False, indent=1) + "\n"
