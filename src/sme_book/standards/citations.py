"""References to the book, a chapter, a figure or the data: APA, BibTeX, CSL-JSON and RIS.

A reference gives the address of the work where the site has one, and no path where it has none:
the pages say then what is to be added (``no_address`` in :mod:`sme_book.base.editions`).

Formats: Publication Manual of the APA, 7th edition (2020); BibTeX as BibLaTeX reads it; CSL 1.0.2
items; RIS as reference managers read it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from sme_book.base.places import digest_page
from sme_book.base.publication import Book, names
from sme_survey.survey.sources import listed
from sme_survey.survey.text import Language, Text

Kind = Literal["book", "chapter", "figure", "table", "claim", "dataset"]

FORMATS = ("APA", "BibTeX", "CSL-JSON", "RIS")
_KIND = {
    "figure": Text("Figure", "図"),
    "table": Text("Table", "表"),
    "claim": Text("Claim", "記述"),
    "dataset": Text("Data set", "データセット"),
}
_BIBTEX = {"book": "book", "chapter": "incollection", "dataset": "misc"}
_CSL = {
    "book": "book",
    "chapter": "chapter",
    "figure": "figure",
    "table": "figure",
    "claim": "entry",
}
_RIS = {"book": "BOOK", "chapter": "CHAP", "figure": "FIGURE", "table": "FIGURE", "claim": "CHAP",
        "dataset": "DATA"}  # fmt: skip


@dataclass(frozen=True)
class Work:
    """What is cited. ``path`` leads to it in the site.

    ``label`` and ``digest`` name a card; ``label`` and ``verdict`` say how a claim was judged.
    """

    kind: Kind
    title: str
    language: Language
    book: Book
    path: str
    label: str = ""
    digest: str = ""
    sources: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    verdict: str = ""

    @property
    def container(self) -> str:
        """Title of the book where the work is a part of it."""
        return "" if self.kind in ("book", "dataset") else self.book.title[self.language]

    @property
    def address(self) -> str:
        """Absolute address, or nothing where the site has none."""
        return self.book.url(self.path)

    @property
    def key(self) -> str:
        """Key for bibliographies, the same in both editions but for the language."""
        name = self.label or re.sub(r"\W+", "-", self.path.rsplit("/", 1)[-1].split(".")[0])
        name = "" if self.kind == "book" else f":{self.kind}:{name}"
        return f"{self.book.slug}-{self.book.version}{name}:{self.language}"

    @property
    def details(self) -> str:
        """Name and digest of a card, and where its numbers are published."""
        if not self.label:
            return ""
        kind = _KIND[self.kind][self.language]
        if self.kind == "claim":
            agency = names()["agency_short"][self.language]
            page = "".join(str(page) for page in self.pages)
            if self.language == "ja":
                place = f"{page}頁" if page else ""
                return f"{agency}報告書{place}の記述「{self.label}」、判定：{self.verdict}"
            place = f", p. {page}" if page else ""
            return f"Claim “{self.label}” of {agency}'s report{place}; verdict: {self.verdict}"
        told = listed(self.sources, self.language)
        if self.language == "ja":
            source = f"、数値の出典：{told}" if told else ""
            return f"{kind}「{self.label}」、データ照合値 {self.digest}{source}"
        source = f"; numbers from {told}" if told else ""
        return f"{kind} “{self.label}”, data digest {self.digest}{source}"


def apa(work: Work) -> str:
    """The reference as a line of text."""
    book, authors = work.book, " & ".join(work.book.authors)
    ja = work.language == "ja"
    version = f"(第{book.version}版)" if ja else f"(Version {book.version})"
    kind = _KIND[work.kind][work.language] if work.kind == "dataset" else ""
    parts = [f"{authors}. ({book.year}). {work.title}"]
    if work.container:
        details = f" [{work.details}]" if work.details else ""
        parts[0] += f"{details}. {work.container} {version}." if ja else (
            f"{details}. In {work.container} {version}."
        )  # fmt: skip
    else:
        parts[0] += f" {version}" + (f" [{kind}]." if kind else ".")
    return " ".join([*parts, *filter(None, [work.address])])


def _tex(text: str) -> str:
    return re.sub(r"([&%#_$])", r"\\\1", text)


def bibtex(work: Work) -> str:
    """The reference as a BibTeX entry."""
    book = work.book
    container = {"booktitle": "{" + _tex(work.container) + "}"} if work.container else {}
    note = _tex(work.details)
    fields = {
        "author": " and ".join("{" + _tex(name) + "}" for name in book.authors),
        "title": "{" + _tex(work.title) + "}",
        **container,
        "publisher": "{" + _tex(book.publisher) + "}",
        "year": book.year,
        "version": book.version,
        "langid": "english" if work.language == "en" else "japanese",
        **({"howpublished": "Data set"} if work.kind == "dataset" else {}),
        **({"note": note} if note else {}),
        **({"url": work.address} if work.address else {}),
    }
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{_BIBTEX.get(work.kind, 'incollection')}{{{work.key},\n{lines}\n}}"


def csl_item(work: Work) -> dict[str, Any]:
    """The reference as a CSL item."""
    book = work.book
    year, month, day = (int(part) for part in book.released.split("-"))
    item = {
        "id": work.key,
        "type": _CSL.get(work.kind, "dataset"),
        "author": [{"literal": name} for name in book.authors],
        "issued": {"date-parts": [[year, month, day]]},
        "title": work.title,
        "container-title": work.container,
        "publisher": book.publisher,
        "version": book.version,
        "language": work.language,
        "URL": work.address,
        "note": work.details,
    }
    return {name: value for name, value in item.items() if value}


def csl_json(work: Work) -> str:
    """The reference as CSL-JSON, a list of one item."""
    return json.dumps([csl_item(work)], ensure_ascii=False)


def ris(work: Work) -> str:
    """The reference as a RIS record."""
    book = work.book
    lines = [("TY", _RIS[work.kind]), *(("AU", name) for name in book.authors)]
    lines += [("TI", work.title)]
    if work.container:
        lines.append(("T2", work.container))
    lines += [
        ("PB", book.publisher),
        ("PY", book.year),
        ("DA", book.released.replace("-", "/")),
        ("ET", book.version),
    ]
    if work.details:
        lines.append(("N1", work.details))
    if work.address:
        lines.append(("UR", work.address))
    lines += [("LA", work.language), ("ID", work.key), ("ER", "")]
    return "\n".join(f"{tag}  - {value}" for tag, value in lines)


def formats(work: Work) -> list[tuple[str, str]]:
    """Name and text of the reference in each format, in the order of :data:`FORMATS`."""
    return list(zip(FORMATS, (apa(work), bibtex(work), csl_json(work), ris(work)), strict=True))


def book_work(book: Book, language: Language) -> Work:
    """The whole book."""
    return Work("book", book.title[language], language, book, f"{language}/book/index.html")


def card_work(card: dict[str, Any], book: Book) -> Work:
    """A card, from its JSON. Its address is that of its digest, which stands for these rows."""
    language: Language = "ja" if card["lang"] == "ja" else "en"
    kind: Kind = "table" if card["kind"] == "table" else "figure"
    path = f"{language}/{digest_page(str(card['label']), str(card['digest']))}.html"
    sources = tuple(str(item["text"]) for item in card.get("sources") or ())
    return Work(kind, card["title"], language, book, path, card["label"], card["digest"], sources)
