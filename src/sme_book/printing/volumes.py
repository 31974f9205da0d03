"""The book of one edition as one thing: what the PDF and the EPUB are made of.

It is read from the record of the edition, so that no notebook runs again for it, and a printed
number is the number of the page. Left out is what only works on a screen (search, code, controls,
downloads); the data behind each figure and the wording of its questions move to one chapter at the
end.
"""

from __future__ import annotations

import copy
import html
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urlsplit

from lxml import etree
from lxml import html as lxml_html

from sme_book.base import publication
from sme_book.base.editions import word
from sme_book.base.html import Page, break_titles, drawing, drawing_name, has_class, settled
from sme_book.base.html import fragment as tree_of
from sme_book.base.record import Page as Recorded
from sme_book.base.record import Record
from sme_survey.presentation.cards import source_line, table_html
from sme_survey.survey.text import Language, Text

XHTML = "http://www.w3.org/1999/xhtml"
SVG = "http://www.w3.org/2000/svg"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# An internal link while the book is one tree: chapter and id within it.
INTERNAL = "book:"
APPENDIX = "figure-data"

SAY: dict[str, Text] = {
    "edition": Text("English edition", "日本語版"),
    "version": Text("Version {version}, {date}", "第{version}版　{date}"),
    "about_export": Text("About this copy", "この版について"),
    "about_body": Text(
        "This copy holds every chapter, figure and table of the online edition, built from the "
        "same pages. Code, search and the controls of the interactive chapters are online only. "
        "The data behind each figure, with the wording of its questions, stand in “{appendix}” "
        "at the end.",
        "この版は、オンライン版と同じページから作り、そのすべての章・図・表を収めている。コード、"
        "検索、操作できる章の操作部分はオンライン版だけにある。各図のデータと設問の文言は、巻末の"
        "「{appendix}」に示す。",
    ),
    "about_address": Text("Online edition: ", "オンライン版："),
    "appendix": Text("Data of the figures", "図のデータ"),
    "appendix_lead": Text(
        "The rows from which each figure was drawn, and for figures and tables alike the questions "
        "as the report words them, the firms they were put to, and the pages that print the "
        "answers. Intervals and ranges of counts are computed in this book. The digest of a "
        "figure changes when one of its numbers changes.",
        "各図を描いたデータと、図と表のそれぞれについて、報告書にある設問の文言、質問を受けた企業、"
        "回答の掲載ページを示す。信頼区間と度数の範囲は本書の計算による。照合値は、数値が一つでも"
        "変われば変わる。",
    ),
    "data_of": Text("Data and wording", "データと設問"),
    "digest": Text("Digest {digest}", "照合値 {digest}"),
    "question": Text("Question", "設問"),
    "controls": Text(
        "The controls of this page work in the online edition.",
        "このページの操作は、オンライン版で行える。",
    ),
    "source": Text("Source", "出典"),
    "licence": Text("Licence", "ライセンス"),
    "page": Text("Page", "ページ"),
}

# What only works on a screen, or is shown elsewhere.
DROPPED = (
    "//script", "//style", "//noscript", "//link", "//button", "//form", "//input", "//select",
    '//*[contains(@class, "headerlink")]', '//*[contains(@class, "page-tools")]',
    '//*[contains(@class, "page-cite")]', '//*[contains(@class, "card-tools")]',
    '//*[contains(@class, "toctree-wrapper")]',
    '//details[contains(@class, "cell-code")]', '//dl[contains(@class, "said")]',
    '//section[@id="how-to-read"]', '//section[@id="chapters"]',
    "//*[@hidden]",
)  # fmt: skip
# Boxes that mean nothing without what was dropped.
UNWRAPPED = ("cell", "cell_output", "output", "table-scroll", "card-panel", "pasted-text")
# Attributes that speak to scripts or to a screen.
DROPPED_ATTRIBUTES = ("tabindex", "download", "title", "data-digest", "data-card", "start")


@dataclass(frozen=True)
class CardEntry:
    """A figure or table of the book: what it says of itself, its name, and where it stands."""

    card: dict[str, Any]
    name: str
    anchor: str
    chapter: str


@dataclass
class Chapter:
    """One page of the edition. ``body`` is XHTML; its links to other chapters say ``book:``."""

    name: str
    title: str
    part: str
    body: Any
    cards: list[CardEntry] = field(default_factory=list)


@dataclass
class Volume:
    """One edition, in reading order, the appendix last."""

    language: Language
    book: publication.Book
    chapters: list[Chapter]

    @property
    def title(self) -> str:
        """Title in the language of the edition."""
        return self.book.title[self.language]

    def ids(self) -> dict[str, str]:
        """Every id of the book and the chapter that holds it."""
        return {
            element.get("id"): chapter.name
            for chapter in self.chapters
            for element in chapter.body.iter()
            if element.get("id")
        }


def say(key: str, language: Language, **values: object) -> str:
    """A text of the exports, with its blanks filled."""
    text = SAY[key][language]
    return text.format(**values) if values else text


# ---- XHTML -----------------------------------------------------------------------------------


def parse(body: str, drawings: Mapping[str, str]) -> Any:
    """The text of a page as a tree, its drawings (by name) in their places as XML."""
    root = Page(body).root
    for element in list(root.iter("svg")):
        picture = settled(drawing(drawings[drawing_name(element)]))
        for part in picture.iter():
            part.attrib.pop("data-mark", None)  # only the site's scripts read it
        replace(element, [picture])
    return root


def keep_shape(body: Any, shape: str) -> None:
    """Keep one of the two shapes of each drawing; it bears the alternative text itself."""
    for art in list(body.iter(f"{{{XHTML}}}div")):
        if not has_class(art, "card-art"):
            continue
        drawings = art.findall(f"{{{SVG}}}svg")
        for picture in drawings:
            if len(drawings) > 1 and picture.get("class") != shape:
                art.remove(picture)
                continue
            for name in ("role", "aria-label", "lang"):
                picture.set(name, art.get(name))
            del picture.attrib["aria-hidden"]
        for name in ("role", "aria-label", "lang"):
            del art.attrib[name]


def replace(element: Any, others: Iterable[Any]) -> None:
    """Put other elements in the place of one, keeping the text that follows it."""
    parent, tail = element.getparent(), element.tail
    index = parent.index(element)
    element.tail = None
    parent.remove(element)
    last = None
    for other in others:
        parent.insert(index, other)
        index, last = index + 1, other
    append_text(parent, last, tail, index)


def append_text(parent: Any, last: Any, text: str | None, index: int) -> None:
    """Add text after an element, or where there is none after what stands before the place."""
    if not text:
        return
    before = last if last is not None else (parent[index - 1] if index else None)
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text


def drop(element: Any) -> None:
    """Remove an element and leave the text that follows it."""
    if element.getparent() is not None:
        replace(element, [])


def unwrap(element: Any) -> None:
    """Remove an element and leave what it holds."""
    parent, index = element.getparent(), element.getparent().index(element)
    if element.text:
        append_text(parent, None, element.text, index)
        element.text = None
    replace(element, list(element))


def xhtml(element: Any) -> Any:
    """The same tree with its HTML elements in their namespace; drawings stay as they are."""
    if not isinstance(element.tag, str):
        return None
    if element.tag.startswith("{"):
        return copy.deepcopy(element)
    made = etree.Element(f"{{{XHTML}}}{element.tag}", nsmap={None: XHTML})
    for name, value in element.attrib.items():
        made.set(name, value)
    if element.get("lang"):
        made.set(XML_LANG, element.get("lang"))
    made.text = element.text if element.tag == "pre" else calm(element.text)
    for child in element:
        converted = xhtml(child)
        if converted is None:
            append_text(made, None, child.tail, len(made))
        else:
            converted.tail = child.tail
            made.append(converted)
            if not has_class(element, "highlight") and element.tag not in ("pre", "code"):
                converted.tail = calm(child.tail)
    return made


def calm(text: str | None) -> str | None:
    """White space between elements as one character."""
    return "\n" if text and not text.strip() and "\n" in text else text


def fragment(source: str) -> Any:
    """One element of HTML that we wrote, as XHTML."""
    return xhtml(tree_of(source))


def serialise(element: Any) -> str:
    """XHTML text of an element, without what follows it."""
    return etree.tostring(element, encoding="unicode", with_tail=False)


# ---- pages -----------------------------------------------------------------------------------


def chapter_of(page: Recorded, title: str, part: str, language: Language) -> Chapter:
    """One page without what only works on a screen, as XHTML."""
    name = posixpath.basename(page.name)
    drawings = {
        f"{card.label}.{shape}": drawn
        for card in page.cards
        for shape, drawn in card.drawings.items()
    }
    article = parse(page.body, drawings)
    cards = [CardEntry(card.card, card.name, card.anchor, name) for card in page.cards]
    clean(article, language)
    body = article.xpath("./section")[0]
    if name == "index":
        body.xpath("./h1")[0].text = title
    body.set("id", name)
    return Chapter(name, title, part, xhtml(body), cards)


def clean(article: Any, language: Language) -> None:
    """Take away what only works on a screen, and say where controls were."""
    for widget in article.xpath('.//script[contains(@type, "widget-view")]'):
        note = tree_of(f'<p class="note">{html.escape(say("controls", language))}</p>')
        replace(widget, [note])
    for path in DROPPED:
        for element in article.xpath("." + path):
            drop(element)
    for element in list(article.iter()):
        if not isinstance(element.tag, str) or element.tag.startswith("{"):
            continue
        for name in DROPPED_ATTRIBUTES:
            element.attrib.pop(name, None)
        if has_class(element, "table-scroll") or element.get("role") == "region":
            for name in ("role", "aria-label"):
                element.attrib.pop(name, None)
        if element.tag == "details":  # paper has nothing to open
            element.tag = "div"
            for summary in element.xpath("./summary"):
                summary.tag = "p"
                summary.set("class", "summary")
    for element in list(article.iter("div", "span")):
        if has_class(element, *UNWRAPPED):
            unwrap(element)


def resolve_links(volume: Volume, paths: dict[str, str]) -> None:
    """Turn links between pages into links within the book.

    A link to a file of the site leads to its address where the site has one, and else is text.
    """
    pages = {path: name for name, path in paths.items()}
    for chapter in volume.chapters:
        here = paths[chapter.name]
        for link in list(chapter.body.iter(f"{{{XHTML}}}a")):
            target, anchor = urldefrag(link.get("href") or "")
            if urlsplit(target).scheme:
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(here), target or here))
            path = here if not target else path
            if path in pages:
                link.set("href", f"{INTERNAL}{pages[path]}#{anchor or pages[path]}")
            elif volume.book.address and link.get("href"):
                whole = posixpath.normpath(posixpath.join(volume.language, path))
                link.set("href", volume.book.url(whole))
            else:
                unwrap(link)


def unique_ids(chapters: list[Chapter]) -> None:
    """Give an id that stands in two chapters the name of its chapter in front, links included."""
    seen: dict[str, int] = {}
    for chapter in chapters:
        for element in chapter.body.iter():
            if element.get("id"):
                seen[element.get("id")] = seen.get(element.get("id"), 0) + 1
    names = {chapter.name for chapter in chapters}
    twice = {item for item, count in seen.items() if count > 1} - names
    new = {(chapter.name, item): f"{chapter.name}-{item}" for chapter in chapters for item in twice}
    for chapter in chapters:
        for element in chapter.body.iter():
            key = (chapter.name, element.get("id") or "")
            if key in new:
                element.set("id", new[key])
            href = element.get("href") or ""
            if href.startswith(INTERNAL):
                name, anchor = href.removeprefix(INTERNAL).split("#", 1)
                element.set("href", f"{INTERNAL}{name}#{new.get((name, anchor), anchor)}")


def check_links(volume: Volume) -> list[str]:
    """Links within the book that lead nowhere."""
    ids = volume.ids()
    return [
        f"{chapter.name}: {element.get('href')}"
        for chapter in volume.chapters
        for element in chapter.body.iter(f"{{{XHTML}}}a")
        if (element.get("href") or "").startswith(INTERNAL)
        and ids.get(element.get("href").split("#", 1)[1])
        != element.get("href").removeprefix(INTERNAL).split("#", 1)[0]
    ]


# ---- what is added ---------------------------------------------------------------------------


def add_about(home: Chapter, volume: Volume) -> None:
    """Say on the first page what this copy leaves out, and where the online edition is."""
    language = volume.language
    body = html.escape(say("about_body", language, appendix=say("appendix", language)))
    address = html.escape(volume.book.address)
    online = (
        f'<p>{say("about_address", language)}<a href="{address}">{address}</a></p>'
        if address
        else ""
    )
    section = fragment(
        f'<section id="about-this-copy"><h2>{say("about_export", language)}</h2>'
        f"<p>{body}</p>{online}</section>"
    )
    home.body.append(section)


def add_data_links(chapter: Chapter, language: Language) -> None:
    """Under each figure and table a link to its data and wording in the appendix."""
    ids = {element.get("id"): element for element in chapter.body.iter() if element.get("id")}
    for entry in filter(tells_more, chapter.cards):
        caption = ids[entry.anchor].find(f"{{{XHTML}}}figcaption")
        facts = caption.find(f"{{{XHTML}}}p[@class='card-facts']")
        if facts is None:
            facts = etree.SubElement(caption, f"{{{XHTML}}}p", {"class": "card-facts"})
        link = etree.Element(f"{{{XHTML}}}a", {"class": "to-data"})
        link.set("href", f"{INTERNAL}{APPENDIX}#data-{entry.anchor}")
        link.text = say("data_of", language)
        append_text(facts, None, " · " if facts.text else "", len(facts))
        facts.append(link)


def tells_more(entry: CardEntry) -> bool:
    """Whether the appendix has more on a card than its chapter shows."""
    card = entry.card
    return card["kind"] != "table" or bool(card.get("questions") or card.get("notes"))


def appendix(chapters: list[Chapter], language: Language) -> Chapter:
    """The chapter with the rows of every figure and the wording of its questions."""
    parts = [
        f'<section id="{APPENDIX}"><h1>{say("appendix", language)}</h1>'
        f"<p>{html.escape(say('appendix_lead', language))}</p>"
    ]
    for chapter in chapters:
        entries = "".join(card_data(entry, language) for entry in filter(tells_more, chapter.cards))
        if entries:
            parts.append(
                f'<section id="data-{chapter.name}"><h2>{html.escape(chapter.title)}</h2>'
                f"{entries}</section>"
            )
    tree = tree_of("".join(parts) + "</section>")
    return Chapter(APPENDIX, say("appendix", language), "", xhtml(tree))


def card_data(entry: CardEntry, language: Language) -> str:
    """One card in the appendix; the rows of a table stand in its chapter already."""
    card = entry.card
    href = f"{INTERNAL}{entry.chapter}#{entry.anchor}"
    notes = [
        f"{say('question', language)}: {question_html(question, language)}"
        if language == "en"
        else f"{say('question', language)}：{question_html(question, language)}"
        for question in card.get("questions", ())
    ]
    facts = [card.get("n") or "", source_line(card), say("digest", language, digest=card["digest"])]
    notes.append(" · ".join(html.escape(fact) for fact in facts if fact))
    if card.get("notes"):
        notes.append(html.escape(card["notes"]))
    told = "".join(f"<p>{note}</p>" for note in notes)
    title = f"{entry.name} {card['title']}"
    rows = ""
    if card["kind"] != "table":
        table = tree_of(table_html(card, title))
        drop(table.find("caption"))
        table.set("aria-labelledby", f"title-{entry.anchor}")
        rows = lxml_html.tostring(table, encoding="unicode")
    return (
        f'<section class="card-data-entry" id="data-{entry.anchor}">'
        f'<h3 id="title-{entry.anchor}"><a href="{href}">{entry.name}</a> '
        f'{html.escape(card["title"])}</h3><div class="card-data-facts">{told}</div>{rows}'
        f"</section>"
    )


def question_html(question: dict[str, Any], language: Language) -> str:
    """A question: its title, its wording in the report, and whom it was put to."""
    title = html.escape(question["title"])
    wording = html.escape(question.get("wording") or "")
    quoted = f' <span lang="ja">「{wording}」</span>' if wording else ""
    base = html.escape(question.get("base") or "")
    if language == "ja":
        quoted = f"「{wording}」" if wording and wording != question["title"] else ""
    told = html.escape(word("base", language, n=question.get("base") or "")) if base else ""
    joined = "。" if language == "ja" else ". "
    return f"{title}{quoted}" + (f"{joined}{told}" if told else "")


def volume(edition: Record, book: publication.Book | None = None) -> Volume:
    """An edition, from its record.

    Raises
    ------
    ValueError
        If a link within the book leads nowhere.
    """
    language = edition.language
    chapters = [
        chapter_of(page, page.title if part else word("home", language), part, language)
        for page, part in edition.contents()
    ]
    made = Volume(language, book or publication.book(), chapters)
    paths = {posixpath.basename(page.name): page.file for page in edition.pages}
    resolve_links(made, paths)
    last = appendix(chapters, language)
    for chapter in chapters:
        add_data_links(chapter, language)
    add_about(chapters[0], made)
    chapters.append(last)
    for chapter in chapters:
        chapter.body.set("lang", language)
        chapter.body.set(XML_LANG, language)
        break_titles(chapter.body)
    unique_ids(chapters)
    broken = check_links(made)
    if broken:
        raise ValueError(f"links within the book lead nowhere: {', '.join(broken[:5])}")
    return made
