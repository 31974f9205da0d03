"""The text of a page as a tree: the one place where HTML of ours is read and changed.

A page is parsed once, changed by all who have something to add, and written once. Drawings never
pass through the parser, which knows no SVG: a page holds a place for each
(:func:`drawing_place`), and they are put in as the page is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree, html

VARIABLE = re.compile(r"var\(--[\w-]+,\s*([^()]+)\)")  # of a style: its value where it is unknown
_JAPANESE = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff9f\u3001-\u301f"
    "][\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff9f\u3001-\u301f\u30fb]*"
)
_NO_PROSE = {"script", "style", "svg", "title"}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DRAWN = "data-drawing"


def has_class(element: Any, *names: str) -> bool:
    """Whether an element carries one of these classes."""
    return bool(set(names) & set((element.get("class") or "").split()))


def drawing_place(name: str) -> str:
    """What a page holds where a drawing goes."""
    return f'<svg {_DRAWN}="{name}"></svg>'


def drawing_name(element: Any) -> str:
    """The drawing whose place an element is; empty for any other element."""
    return str(element.get(_DRAWN) or "") if element.tag == "svg" else ""


def fragment(source: str) -> Any:
    """One element of HTML as a tree."""
    return html.fragment_fromstring(source)


class Page:
    """What stands in the ``<article>`` of a page."""

    def __init__(self, body: str) -> None:
        self.root: Any = html.fragment_fromstring(_NOT_XML.sub("", body), create_parent="article")

    def with_class(self, name: str) -> list[Any]:
        """Elements of a class, in the order of reading."""
        return list(self.root.find_class(name))

    def tools(self) -> Any:
        """The line below the lead that holds links and buttons, made where there is none."""
        found = self.with_class("page-tools")
        if not found:
            self.after_lead('<div class="page-tools"></div>')
            found = self.with_class("page-tools")
        return found[0]

    def after_lead(self, source: str) -> None:
        """Put an element of HTML after the title and the paragraph below it, if there is one."""
        lead = self.root.find(".//h1")
        if lead is None:
            return
        following = lead.getnext()
        if following is not None and following.tag == "p" and not (lead.tail or "").strip():
            lead = following
        added, after = fragment(source), lead.tail
        lead.addnext(added)
        lead.tail, added.tail = "\n", after

    def add(self, source: str) -> None:
        """Put an element of HTML at the end."""
        self.root.append(fragment(source))

    def mark_japanese(self) -> None:
        """Say ``lang="ja"`` of Japanese words, outside elements that say it."""
        for parent, child in list(self._passages(self.root)):
            text = child.tail if child is not None else parent.text
            before, *runs = _runs(text)
            place = parent.index(child) + 1 if child is not None else 0
            if child is not None:
                child.tail = before
            else:
                parent.text = before
            for offset, (words, after) in enumerate(zip(runs[::2], runs[1::2], strict=True)):
                span = etree.Element("span", lang="ja")
                parent.insert(place + offset, span)
                span.text, span.tail = words, after

    def _passages(self, element: Any) -> Iterator[tuple[Any, Any]]:
        """Where text stands: an element, and the child it follows (or none)."""
        if not isinstance(element.tag, str):
            return
        if element.get("lang") == "ja" or element.tag in _NO_PROSE:
            return
        if element.text:
            yield element, None
        for child in element:
            yield from self._passages(child)
            if child.tail:
                yield element, child

    def html(self, drawings: Mapping[str, str] | None = None) -> str:
        """The page as text; with ``drawings`` (by name) these are put into their places."""
        text = (self.root.text or "") + "".join(
            html.tostring(child, encoding="unicode") for child in self.root
        )
        for name, drawing in (drawings or {}).items():
            text = text.replace(drawing_place(name), drawing)
        return text


def _runs(text: str) -> list[str]:
    """A text cut at its Japanese words: what is none, what is, and so on by turns."""
    runs, end = [], 0
    for match in _JAPANESE.finditer(text):
        runs += [text[end : match.start()], match.group(0)]
        end = match.end()
    return [*runs, text[end:]]


# ---- drawings --------------------------------------------------------------------------------


def drawing(source: str) -> Any:
    """An SVG drawing as a tree.

    Raises
    ------
    ValueError
        If the text is no drawing with a ``viewBox``.
    """
    try:
        root = etree.fromstring(source.encode())
    except etree.XMLSyntaxError as error:
        raise ValueError(f"no <svg>: {error}") from error
    if etree.QName(root).localname != "svg" or not root.get("viewBox"):
        raise ValueError("no <svg> with a viewBox")
    return root


def settled(root: Any) -> Any:
    """A drawing without variables of the site's style: each becomes what it falls back to."""
    for element in root.iter():
        for name, value in element.attrib.items():
            if "var(" in value:
                element.set(name, VARIABLE.sub(r"\1", value))
        if isinstance(element.tag, str) and element.tag.endswith("}style") and element.text:
            element.text = VARIABLE.sub(r"\1", element.text)
    return root


def text_of(element: Any) -> str:
    """An element of XML as text, without what follows it."""
    return str(etree.tostring(element, encoding="unicode", with_tail=False))
