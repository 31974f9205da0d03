"""The text of a page as a tree: the one place where HTML of ours is read and changed.

A page is parsed once, changed by all who have something to add, and written once. Drawings never
pass through the parser, which knows no SVG: a page holds a place for each
(:func:`drawing_place`), and they are put in as the page is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from typing import Any

import budoux
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
    """What stands in ``<div class="prose">`` of a page."""

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
        text = text.replace("</wbr>", "")  # lxml does not know that it has no end
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


# ---- titles ----------------------------------------------------------------------------------

_TITLES = {"h1", "h2", "h3", "h4"}
# After these a title may always break, and before these.
_PAUSES, _OPENINGS = "・：、。", "（「『"
# Where BudouX parts what is one word: runs of kanji and digits, and particles of several kana.
_ONE_WORD = re.compile(
    "[\u4e00-\u9fff\u30050-9]+|当てはまる|に(?:おける|おいて|よる|より|とって|ついて)|として|.ほど"
)

TOGETHER = "together"  # what never breaks
_GOES_ON = re.compile("[」』）][^、。」』）]|[A-Za-z]-[A-Za-z]")
_SPACES = re.compile(r"(\s+)")
_HELD = 24  # half-widths that fit a line of a phone as a title


@lru_cache(maxsize=1)
def _parser() -> budoux.Parser:
    return budoux.load_default_japanese_parser()


def phrases(title: str) -> list[str]:
    """A Japanese title cut where it may break: after its phrases, as BudouX finds them."""
    ends, end = set(), 0
    for phrase in _parser().parse(title):
        end += len(phrase)
        ends.add(end)
    for place, character in enumerate(title):
        if character in _PAUSES:
            ends.add(place + 1)
        elif character in _OPENINGS:
            ends.add(place)
    for word in _ONE_WORD.finditer(title):
        ends -= set(range(word.start() + 1, word.end()))
    cuts = sorted(
        end
        for end in ends
        if 0 < end < len(title)
        and title[end - 1] not in _OPENINGS
        and title[end] not in _PAUSES + "）」』"
    )
    return [title[a:b] for a, b in zip([0, *cuts], [*cuts, len(title)], strict=True)]


def _held(phrase: str) -> bool:
    """Whether a browser would break a phrase: after a closing bracket, or after a hyphen."""
    wide = sum(1 + (character > "\u2fff") for character in phrase)
    return wide <= _HELD and _GOES_ON.search(phrase) is not None


@lru_cache(maxsize=1024)  # the contents of every page name all pages
def phrased(title: str) -> str:
    """A title as HTML: a Japanese one breaks between its phrases, others not at a hyphen."""
    page = Page(f"<h1>{escape(title)}</h1>")
    break_titles(page.root)
    return page.html().removeprefix("<h1>").removesuffix("</h1>")


def break_titles(root: Any) -> None:
    """Mark in a tree (HTML or XHTML) where its Japanese titles may break, and no title may.

    The marks are elements without text of their own: a title copied, searched or cited is as it
    was.
    """
    for element in list(root.iter(etree.Element)):
        if etree.QName(element).localname in _TITLES or has_class(element, "card-title"):
            break_title(element)


def break_title(title: Any) -> None:
    """Mark where a title may break, whatever elements its text stands in."""
    places = list(_texts(title))
    whole = "".join((holder.tail if after else holder.text) or "" for holder, after in places)
    japanese = _JAPANESE.search(whole) is not None
    if not (japanese or _GOES_ON.search(whole)) or next(title.iter("{*}wbr"), None) is not None:
        return
    ends, end = [], 0
    for phrase in (phrases(whole) if japanese else _SPACES.split(whole))[:-1]:
        end += len(phrase)
        ends.append(end)
    start = 0
    for holder, after in places:
        text = (holder.tail if after else holder.text) or ""
        inside = [place - start for place in ends if start < place <= start + len(text)]
        parts = [text[a:b] for a, b in zip([0, *inside], [*inside, len(text)], strict=True)]
        before, added = "", []
        for number, part in enumerate(parts):
            if number and japanese:
                added.append(title.makeelement(_sibling(title, "wbr")))
            if _held(part):
                added.append(title.makeelement(_sibling(title, "span"), {"class": TOGETHER}))
                added[-1].text = part
            elif added:
                added[-1].tail = (added[-1].tail or "") + part
            else:
                before += part
        if after:
            holder.tail = before
            parent, place = holder.getparent(), holder.getparent().index(holder) + 1
        else:
            holder.text = before
            parent, place = holder, 0
        parent[place:place] = added
        start += len(text)


def _texts(element: Any) -> Iterator[tuple[Any, bool]]:
    """Where text of a title stands: in an element (False), or after one (True)."""
    yield element, False
    for child in element:
        if not has_class(child, "headerlink"):
            yield from _texts(child)
        yield child, True


def _sibling(element: Any, name: str) -> str:
    """A name of an element in the namespace of another."""
    namespace = etree.QName(element).namespace
    return f"{{{namespace}}}{name}" if namespace else name


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
