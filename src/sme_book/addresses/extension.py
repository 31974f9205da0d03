"""The Sphinx extension that writes the pages of figures, claims and versions.

They are made once all chapters are written, from what these hold; no kernel runs for them. Pages
with a frame go through Sphinx like every other; embeds and the files for machines are written as
they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from sme_book.addresses import card_pages, change_tables, claim_pages, embeds
from sme_book.addresses.versions import History, Version, history
from sme_book.addresses.words import say
from sme_book.base import inputs, publication
from sme_book.base.editions import word
from sme_book.base.files import canonical, sha256
from sme_book.base.html import fragment
from sme_book.base.places import (
    DATA_FOLDER,
    IMAGE_FOLDER,
    REPLAY_FOLDER,
    card_page,
    claim_page,
    digest_page,
    embed_page,
)
from sme_book.base.project import ROOT
from sme_book.base.record import Card, Record
from sme_book.base.record import Page as RecordedPage
from sme_book.pages.cards import drawing_key
from sme_book.pages.panels import copyable, details
from sme_book.pages.record import recorded_cards, written
from sme_book.pages.replay import with_replay
from sme_book.site.frozen import claim_records, releases, told_apart
from sme_book.standards import schema_org
from sme_book.standards.heads import head
from sme_book.standards.signposting import Signposts, linkset
from sme_survey.judgement.claims import Judged, ledger
from sme_survey.presentation.judged import ledger_label
from sme_survey.survey.loading import load
from sme_survey.survey.text import Language, Text, edition

STYLES = ("ledger", "addresses")
FOLDERS = ("cards", "claims", "changes")
KEPT = "addresses.txt"  # beside the pages: a digest of what they were made of
LISTS = ("cards/index", "claims/index", "changes/index")


@dataclass(frozen=True)
class Address:
    """A page of this extension: its name below the edition, its parts, and what its head says.

    ``drawings`` are put into their places by name.
    """

    name: str
    title: str
    description: str
    body: str
    posts: Signposts
    about: Mapping[str, Any]
    drawings: Mapping[str, str]
    metatags: str = ""
    replay: str = ""
    embedded: Card | None = None


@lru_cache(maxsize=1)
def _judged() -> dict[str, Judged]:
    return {item.claim.id: item for item in ledger(load())}


# ---- what there is ---------------------------------------------------------------------------


def current(record: Record, book: publication.Book) -> Version:
    """The version that is being built, from the record of its pages."""
    cards: dict[str, dict[str, Any]] = {}
    drawings: dict[str, str] = {}
    for page, card in record.cards():
        cards[card.label] = {
            "page": page.name, "anchor": card.anchor, "number": card.number, "card": card.card,
        }  # fmt: skip
        drawings[card.label] = card.drawings.get("wide", "")
    places = {label: str(item["page"]) for label, item in cards.items()}
    claims = {
        str(item["id"]): told_apart(item, record.language)
        for item in claim_records(
            # a book of a few chapters may hold no ledger
            [item for item in _judged().values() if ledger_label(item.claim.theme) in places],
            places,
        )
    }
    return Version(
        book.version, book.released, record.language, cards, claims,
        lambda label: drawings.get(label, ""), built=True,
    )  # fmt: skip


# ---- pages -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pages:
    """Every page of figures, claims and versions of an edition."""

    record: Record
    history: History
    book: publication.Book

    @property
    def language(self) -> Language:
        """Language of the edition."""
        return self.record.language

    @property
    def titles(self) -> dict[str, str]:
        """Titles of the chapters by name."""
        return {page.name: page.title for page in self.record.pages}

    @property
    def recorded(self) -> dict[str, Card]:
        """The cards of the record by label."""
        return {card.label: card for _, card in self.record.cards()}

    def _posts(
        self, name: str, kind: str, items: Iterable[tuple[str, str]], links: str, cited: str = ""
    ) -> Signposts:
        path = f"{self.language}/{name}.html"
        found = tuple(items) or ((path, "text/html"),)
        return Signposts(path, self.language, kind, found, f"{self.language}/{links}", cited)

    def _node(self, name: str, kind: str, title: str, **more: Any) -> dict[str, Any]:
        """A page in terms of schema.org, as part of the book."""
        here = schema_org.seen_from(self.book, f"{self.language}/{name}.html")
        return {
            "@type": kind,
            "@id": here(f"{self.language}/{name}.html"),
            "name": title,
            "url": here(f"{self.language}/{name}.html"),
            "inLanguage": self.language,
            "author": schema_org.authors(self.book),
            "license": publication.CC_BY,
            "isPartOf": {"@type": "Book", "name": self.book.title[self.language]},
            **more,
        }

    def all(self) -> Iterator[Address]:
        """The lists, then cards with their digests, then claims."""
        yield self.card_list()
        yield self.claim_list()
        yield self.changes()
        for label in self.history.labels:
            yield self.card(label)
            for bearing in self.history.bearings(label):
                yield self.digest(label, bearing)
        for name in self.history.claims:
            yield self.claim(name)

    def card_posts(self, label: str) -> list[Signposts]:
        """What the pages of a card stand for, the newest first."""
        links = f"cards/{label}/linkset.json"
        kind = "Dataset"
        found = []
        if label in self.history.current.cards:
            card = self.history.current.cards[label]["card"]
            items = [(f"{DATA_FOLDER}/{label}.csv", "text/csv"),
                     (f"{DATA_FOLDER}/{label}.json", "application/json")]  # fmt: skip
            if self.history.current.drawing(label):
                image = f"{IMAGE_FOLDER}/{self.language}/{label}"
                items += [(f"{image}.svg", "image/svg+xml"), (f"{image}.png", "image/png")]
            cited = f"{self.language}/{digest_page(label, str(card['digest']))}.html"
            found.append(self._posts(card_page(label), kind, items, links, cited))
        else:
            found.append(self._posts(card_page(label), kind, (), links))
        for bearing in reversed(self.history.bearings(label)):
            name = digest_page(label, bearing.digest)
            found.append(self._posts(name, kind, (), links))
        return found

    def card(self, label: str) -> Address:
        """The page of a card: as it is, or as it last was."""
        (posts, *_), now = self.card_posts(label), self.history.current
        version = now if label in now.cards else self.history.last_with_card(label)
        card = version.cards[label]["card"]
        kind = "Table" if card["kind"] == "table" else "ImageObject"
        name = card_page(label)
        about = self._node(name, kind, card["title"], identifier=label, version=version.version)
        metatags = ""
        if label in now.cards:
            shapes = self.recorded[label].drawings
            work = card_pages.digest_work(now, label, self.book)
            body = card_pages.card_body(self.history, label, self.titles, list(shapes), work)
            drawings = {drawing_key(label, shape): drawn for shape, drawn in shapes.items()}
            metatags = embeds.discovery_link(label, self.language, card["title"], self.book)
        else:
            body = card_pages.gone_body(self.history, label, self.book)
            drawings = {drawing_key(label, "wide"): version.drawing(label)}
        return Address(name, card["title"], card["alt"], body, posts, about, drawings, metatags,
                       embedded=self.recorded.get(label))  # fmt: skip

    def digest(self, label: str, bearing: Any) -> Address:
        """The page of a digest: the card as it was cited."""
        version: Version = bearing.shown
        card = version.cards[label]["card"]
        name = digest_page(label, bearing.digest)
        kind = "Table" if card["kind"] == "table" else "ImageObject"
        posts = self._posts(name, "Dataset", (), f"cards/{label}/linkset.json")
        about = self._node(name, kind, card["title"], identifier=bearing.digest,
                           version=version.version, datePublished=version.date)  # fmt: skip
        body = card_pages.digest_body(self.history, label, bearing, self.book)
        drawings = {drawing_key(label, "wide"): version.drawing(label)}
        return Address(name, card["title"], card["alt"], body, posts, about, drawings)

    def claim_posts(self, name: str) -> Signposts:
        """What the page of a claim stands for."""
        return self._posts(claim_page(name), "ClaimReview", (), "claims/linkset.json")

    def claim(self, name: str) -> Address:
        """The page of a claim: as it is judged, or as it last was."""
        now = self.history.current
        page, posts = claim_page(name), self.claim_posts(name)
        drawings: dict[str, str] = {}
        replay = ""
        if name in now.claims:
            judged = _judged()[name]
            replay = claim_pages.replay_data(judged, page, self.language)["digest"]
            card = self.recorded.get(judged.claim.card)
            shapes = card.drawings if card else {}
            drawings = {drawing_key(judged.claim.card, shape): drawn
                        for shape, drawn in shapes.items()}  # fmt: skip
            body = claim_pages.claim_body(self.history, load(), judged, list(shapes), self.book)
            kept = now.claims[name]
        else:
            body = claim_pages.gone_body(self.history, name, retired().get(name), self.book)
            kept = self.history.last_with_claim(name).claims[name]
        about = schema_org.claim_review(self.book, self.language, f"{self.language}/{page}.html",
                                        kept, self.history.last_with_claim(name).date)  # fmt: skip
        title = str(kept["statement"])
        return Address(page, title, f"{kept['label']}. {kept['evidence']}", body, posts, about,
                       drawings, replay=replay)  # fmt: skip

    def _list(self, name: str, key: str, lead: str, body: str, metatags: str = "") -> Address:
        title = say(key, self.language)
        posts = self._posts(name, "CollectionPage", (), "linkset.json")
        about = self._node(name, "CollectionPage", title)
        return Address(name, title, lead, body, posts, about, {}, metatags)

    def card_list(self) -> Address:
        """All figures and tables."""
        order = [page.name for page in self.record.pages]
        body, style = card_pages.list_body(self.history, self.titles, order)
        return self._list(LISTS[0], "cards", say("cards_lead", self.language), body, style)

    def claim_list(self) -> Address:
        """All claims."""
        body, style = claim_pages.list_body(self.history)
        return self._list(LISTS[1], "claims", say("claims_lead", self.language), body, style)

    def changes(self) -> Address:
        """What changed between any two versions."""
        language = self.language
        parts = [change_tables.page(old, new, language) for old, new in self.history.pairs()]
        lead = say("changes_lead", language)
        inner = "".join(parts) or f"<p>{escape(say('only_one', language))}</p>"
        body = (
            f'<section id="changes"><h1>{escape(say("changes", language))}</h1>'
            f"<p>{escape(lead)}</p>{inner}</section>"
        )
        return self._list(LISTS[2], "changes", lead, body)

    def words(self) -> Iterator[RecordedPage]:
        """What search knows of these pages; single digests it leaves out."""
        for name in LISTS:
            folder = name.split("/")[0]
            title, lead = (say(key, self.language) for key in (folder, f"{folder}_lead"))
            yield found_as(name, title, folder, lead)
        for label in self.history.labels:
            version = self.history.last_with_card(label)
            title = str(version.cards[label]["card"]["title"])
            yield found_as(card_page(label), title, "card", f"{label} {version.digest(label)}")
        for claim in self.history.claims:
            kept = self.history.last_with_claim(claim).claims[claim]
            text = f"{kept['label']} {claim}"
            yield found_as(claim_page(claim), str(kept["statement"]), "claim", text)


def found_as(name: str, title: str, anchor: str, text: str) -> RecordedPage:
    """What search knows of a page of ours: its title and names; the rest stands in its chapter."""
    return RecordedPage(name=name, title=title, heading=title, words=[(anchor, title, text)])


@lru_cache(maxsize=1)
def retired() -> dict[str, Text]:
    """Why claims of earlier versions are judged no longer."""
    return {
        row.text("claim_id"): Text(row.text("reason_en"), row.text("reason_ja"))
        for row in load().tables["claims_retired"]
    }


# ---- Sphinx ----------------------------------------------------------------------------------


def pages_of(app: Sphinx) -> Pages:
    """The pages of the edition whose chapters are written."""
    record, book = written(app), publication.book()
    return Pages(record, history(releases(ROOT), current(record, book)), book)


def write_addresses(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Hand every page to Sphinx, and write what needs no frame (event ``html-collect-pages``).

    Nothing is written again where all that the pages are made of is the same as last time.
    """
    if app.builder.name != "html":
        return
    env: Any = app.env
    output = Path(app.outdir)
    pages = pages_of(app)
    env.sme_more_words = list(pages.words())
    kept, made_of = output.parent / KEPT, digest_of_pages(app, pages)
    written_last = kept.read_text(encoding="utf-8") if kept.is_file() else ""
    if written_last == made_of and (output / f"{LISTS[0]}.html").is_file():
        return
    kept.unlink(missing_ok=True)
    for folder in FOLDERS:  # a page whose card is no more must not stay
        shutil.rmtree(output / folder, ignore_errors=True)
    for item in pages.all():
        context = {"title": item.title, "body": item.body, "address": item}
        yield item.name, context, "page.html"
    write_files(output, pages)
    kept.write_text(made_of, encoding="utf-8")


def digest_of_pages(app: Sphinx, pages: Pages) -> str:
    """Changes when anything does that these pages are made of: package, data, frame, cards."""
    names = (*inputs.READING, *inputs.WRITING)
    cards = [[page.name, asdict(card)] for page, card in pages.record.cards()]
    shown = sha256(canonical([cards, pages.titles, list(pages.record.parts)]))
    return inputs.digest(Path(app.srcdir), names, inputs.settings(), shown)


def write_files(output: Path, pages: Pages) -> None:
    """Write embeds, oEmbed, link sets, and what Replay needs of the claims."""
    language, book = pages.language, pages.book

    def put(name: str, text: str) -> None:
        path = output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    for label, card in pages.recorded.items():
        put(f"{embed_page(label)}.html", embeds.page(card.card, card.drawings, book))
        if book.address:
            work = card_pages.digest_work(pages.history.current, label, book)
            put(f"cards/{label}/oembed.json", embeds.oembed(card.card, card.drawings, work))
    if book.address:
        for label in pages.history.labels:
            put(f"cards/{label}/linkset.json", linkset(book, pages.card_posts(label)))
        posts = [pages.claim_posts(name) for name in pages.history.claims]
        put("claims/linkset.json", linkset(book, posts))
    for name in pages.history.current.claims:
        data = claim_pages.replay_data(_judged()[name], claim_page(name), language)
        put(f"{REPLAY_FOLDER}/{claim_page(name)}.json", canonical(data))


def dress_address(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The style, the head and the description of a page of ours (``html-page-context``)."""
    item: Address | None = context.get("address")
    if item is None:
        return
    context["page_styles"] += STYLES
    book, language = publication.book(), edition()
    description = item.description if len(item.description) < 200 else item.description[:199] + "…"
    tags = head(book, language, pagename, item.title, description, item.posts)
    tags.append(schema_org.script([item.about]))
    context["metatags"] = "\n".join(
        [context.get("metatags") or "", *tags, item.metatags.rstrip("\n")]
    )
    context["description"] = description
    context["drawings"] = item.drawings
    if item.embedded:
        up = "../" * pagename.count("/")
        for tools in context["page"].with_class("card-tools"):
            tools.append(fragment(embed_panel(item.embedded, book, up)))
    if item.replay:
        with_replay(pagename, context, item.replay)


def dress_chapter(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give each card of a chapter its snippet to embed and the link to its page, and each claim
    of the ledger the link to its own (``html-page-context``)."""
    if doctree is None:
        return
    cards = {card.label: card for card in recorded_cards(doctree)}
    up = "../" * pagename.count("/")
    page = context["page"]
    for figure in page.with_class("card"):
        card = cards.get(figure.get("data-card") or "")
        if card is None:
            continue
        for tools in figure.find_class("card-tools"):
            tools.append(fragment(embed_panel(card, publication.book(), up)))
            tools.append(fragment(page_link(card, up)))
    for link in page.with_class("claim-name"):
        name = str(link.text)
        link.set("href", f"{up}{claim_page(name)}.html")
    if left := moved_section(pagename, set(page.root.xpath("//@id")), edition(), up):
        page.add(left)


@lru_cache(maxsize=2)
def released_anchors(language: Language) -> dict[str, dict[str, tuple[str, str]]]:
    """Every anchor that a release had in a chapter: by chapter and anchor, the page that stands
    for it today and its title."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for release in releases(ROOT):
        for label, item in release.cards.items():
            title = told_apart(item["card"]["title"], language)
            found.setdefault(item["page"], {})[item["anchor"]] = (card_page(label), title)
        for name, item in release.claims.items():
            title = told_apart(item["statement"], language)
            found.setdefault(item["page"], {})[item["anchor"]] = (claim_page(name), title)
    return found


def moved_section(page: str, ids: set[str], language: Language, up: str) -> str:
    """What stood in a chapter in some release and does no longer, so that its address leads on."""
    items = "".join(
        f'<li id="{anchor}"><a href="{up}{target}.html">{escape(title)}</a></li>'
        for anchor, (target, title) in sorted(released_anchors(language).get(page, {}).items())
        if anchor not in ids
    )
    if not items:
        return ""
    return (
        f'<section id="moved" class="moved"><h2>{escape(say("moved", language))}</h2>'
        f"<ul>{items}</ul></section>"
    )


def page_link(card: Card, up: str) -> str:
    """The link from a card to its own page."""
    language: Language = "ja" if card.card["lang"] == "ja" else "en"
    text = escape(say("page_of", language))
    name = f'<span class="visually-hidden">: {escape(str(card.card["title"]))}</span>'
    return f'<a class="card-page" href="{up}{card_page(card.label)}.html">{text}{name}</a>'


def embed_panel(card: Card, book: publication.Book, up: str) -> str:
    """What to put into another page to show a card there."""
    language: Language = "ja" if card.card["lang"] == "ja" else "en"
    place = f"{language}/{embed_page(card.label)}.html"
    address = book.url(place) or f"https://…/{place}"
    text = embeds.snippet(card.card, card.drawings, address)
    here = f"{up}{embed_page(card.label)}.html"
    shown = copyable(text)
    note = ""
    if not book.address:
        shown = shown.replace("<pre>", f'<pre data-place="{here}">', 1)
        note = f'<p class="no-address">{escape(word("no_address", language))}</p>'
    link = f'<p><a href="{here}">{escape(say("embed_see", language))}</a></p>'
    return details("embed", say("embed", language), f"{shown}{note}{link}")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx: after the words of a page, before it is written."""
    app.connect("html-collect-pages", write_addresses, priority=400)
    app.connect("html-page-context", dress_chapter, priority=750)
    app.connect("html-page-context", dress_address, priority=920)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
