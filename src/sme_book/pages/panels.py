"""What stands under a card and opens on demand: table, data, image, citation, source.

Each part is a ``details`` element: it opens without a script, is reached by keyboard, and stays
out of print. The files that *Data* and *Image* lead to are written by
:mod:`sme_book.site.card_files`.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any, cast

from sme_book.base import publication
from sme_book.base.editions import word
from sme_book.base.places import DATA_FOLDER, IMAGE_FOLDER, SITE, numbered
from sme_book.standards import citations
from sme_survey.presentation.cards import table_html
from sme_survey.survey.sources import when
from sme_survey.survey.text import Language, Text

SAY: dict[str, Text] = {
    "data": Text("Data", "データ"),
    "data_note": Text(
        "The rows of this {kind} in both languages, with wave, group, n, source and "
        "page where they apply. Numbers keep more decimals than are shown; an empty cell is not "
        "held here.",
        "この{kind}の全行を両言語で収めています。該当する場合は調査回、区分、n、出典、ページを付し"
        "ています。数値は表示より多い桁まであり、空欄は本書に収録していないことを表します。",
    ),
    "figure": Text("figure", "図"),
    "table": Text("table", "表"),
    "csv": Text("CSV (spreadsheets)", "CSV（表計算用）"),
    "json": Text("JSON (programs)", "JSON（プログラム用）"),
    "spreadsheet": Text(
        "Spreadsheet: address for From Web (Excel) or IMPORTDATA (Google Sheets)",
        "表計算：Excelの「Webから」やGoogleスプレッドシートのIMPORTDATAに渡すアドレス",
    ),
    "image": Text("Image", "画像"),
    "image_note": Text(
        "With title, caption and source in the picture. Licence: CC BY 4.0.",
        "題名、説明、出典を画像に含みます。ライセンスはCC BY 4.0です。",
    ),
    "svg": Text("SVG (vector)", "SVG（ベクトル）"),
    "png": Text("PNG (2x)", "PNG（2倍）"),
    "cite": Text("Cite", "引用"),
    "digest": Text(
        "The digest changes when a number of this {kind} changes.",
        "照合値は、この{kind}の数値が1つでも変われば変わります。",
    ),
    "page": Text("page", "ページ"),
    "published_in": Text("The numbers are published in:", "数値の出典："),
    "read_second": Text("Read twice, independently.", "独立に2回入力。"),
    "read_part": Text("Read twice in part, the rest once.", "一部は独立に2回入力、残りは1回。"),
    "read_once": Text("Read once; no second reading.", "入力は1回。"),
    "copy_hint": Text("{name} reference", "{name}形式の文献表記"),
}


def say(key: str, language: Language, **values: object) -> str:
    """A text of the tools, with its blanks filled."""
    text = SAY[key][language]
    return text.format(**values) if values else text


def scrolling(content: str, label: str) -> str:
    """Something wide in a region of its own that keyboards can scroll."""
    return (
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="{html.escape(label)}">'
        f"{content}</div>"
    )


def details(kind: str, summary: str, content: str) -> str:
    """A part of a card that opens on demand, without a script."""
    return (
        f'<details class="card-tool card-{kind}"><summary>{html.escape(summary)}</summary>'
        f'<div class="card-panel">{content}</div></details>'
    )


def table_tool(card: Mapping[str, Any], number: int, page: str) -> str:
    """The rows behind a figure; a table card shows them already."""
    if card["kind"] == "table":
        return ""
    language = cast(Language, card["lang"])
    name = numbered(card["kind"], number, language)
    caption = word("of_figure", language, figure=name, title=card["title"])
    panel = scrolling(table_html(dict(card), caption), caption)
    return details("table", word("table_tool", language), panel)


def links(entries: list[tuple[str, str]], subject: str = "") -> str:
    """Links to files, each to be saved rather than opened; ``subject`` tells alike links apart."""
    of = f'<span class="visually-hidden">: {html.escape(subject)}</span>' if subject else ""
    items = "".join(
        f'<li><a href="{html.escape(href)}" download>{html.escape(text)}{of}</a></li>'
        for href, text in entries
    )
    return f'<ul class="card-files">{items}</ul>'


# What reads the rows of a card, a line each, from the address or name of their file.
READERS = (
    ("pandas", 'import pandas as pd; rows = pd.read_csv("{file}")'),
    ("R", 'rows <- read.csv("{file}", encoding = "UTF-8")'),
    ("spreadsheet", "{file}"),
)


def reading_lines(label: str, language: Language) -> str:
    """A line each that reads the rows of a card into pandas, R and a spreadsheet.

    Where the site has no address, the file is named as it is once downloaded; the page's script
    puts the address there from which a server sent the page.
    """
    path = f"{DATA_FOLDER}/{label}.csv"
    address = publication.book().url(path)
    place = "" if address else f' data-place="{SITE}{path}"'
    lines = []
    for name, line in READERS:
        text = html.escape(line.format(file=address or f"{label}.csv"), quote=False)
        title = html.escape(say(name, language) if name in SAY else name)
        shown = f'<div class="highlight"><pre{place}>{text}</pre></div>'
        lines.append(f"<dt>{title}</dt><dd>{shown}</dd>")
    return f'<dl class="card-read">{"".join(lines)}</dl>'


def data_tool(card: Mapping[str, Any], number: int, page: str) -> str:
    """The rows as files, the same for both editions."""
    language = cast(Language, card["lang"])
    base = f"{SITE}{DATA_FOLDER}/{card['label']}"
    files = links(
        [(f"{base}.{name}", say(name, language)) for name in ("csv", "json")], card["title"]
    )
    kind = say("table" if card["kind"] == "table" else "figure", language)
    note = html.escape(say("data_note", language, kind=kind))
    return details(
        "download",
        say("data", language),
        f"{files}{reading_lines(card['label'], language)}<p>{note}</p>",
    )


def image_tool(card: Mapping[str, Any], number: int, page: str) -> str:
    """The picture of a figure as files, in the language of the edition."""
    if card["kind"] == "table" or not card.get("drawn"):
        return ""
    language = cast(Language, card["lang"])
    base = f"{SITE}{IMAGE_FOLDER}/{language}/{card['label']}"
    files = links(
        [(f"{base}.{name}", say(name, language)) for name in ("svg", "png")], card["title"]
    )
    note = html.escape(say("image_note", language))
    return details("image", say("image", language), f"{files}<p>{note}</p>")


def references(work: citations.Work) -> str:
    """A reference in every format, the first open and the others folded.

    Where the site has no address, a line says what is to be added.
    """
    (first, text), *others = citations.formats(work)
    parts = [copyable(text)]
    parts += [
        f'<details class="card-format"><summary>{html.escape(name)}</summary>{copyable(shown)}'
        "</details>"
        for name, shown in others
    ]
    if not work.address:
        parts.append(f'<p class="no-address">{html.escape(word("no_address", work.language))}</p>')
    return f'<p class="card-format-name">{html.escape(first)}</p>' + "".join(parts)


def copyable(text: str) -> str:
    """A listing that the page's script gives a button for copying."""
    return f'<div class="highlight"><pre>{html.escape(text)}</pre></div>'


def cite_tool(card: Mapping[str, Any], number: int, page: str) -> str:
    """References to this card, with the version, the address and the digest of its data."""
    language = cast(Language, card["lang"])
    book = publication.book()
    work = citations.card_work(dict(card), book)
    kind = say(work.kind, language)
    note = html.escape(say("digest", language, kind=kind))
    return details("cite", say("cite", language), f"{references(work)}<p>{note}</p>")


def source_tool(card: Mapping[str, Any], number: int, page: str) -> str:
    """What was asked, of whom, and where the numbers are published."""
    language = cast(Language, card["lang"])
    entries = []
    for question in card.get("questions", ()):
        wording = html.escape(question.get("wording") or "")
        quoted = f'<span lang="ja">「{wording}」</span>' if wording else ""
        base = html.escape(question.get("base") or "")
        entries.append(
            f"<li><strong>{html.escape(question['title'])}</strong> {quoted}"
            + (f"<br>{html.escape(word('base', language, n=base))}" if base else "")
            + "</li>"
        )
    parts = [f"<ul>{''.join(entries)}</ul>"] if entries else []
    if cited := [source_entry(item, language) for item in card.get("sources") or ()]:
        heading = html.escape(say("published_in", language))
        parts.append(f'<p>{heading}</p><ul class="card-sources">{"".join(cited)}</ul>')
    if card.get("notes"):
        parts.append(f"<p>{html.escape(card['notes'])}</p>")
    return details("source", word("source_tool", language), "".join(parts)) if parts else ""


def source_entry(item: Mapping[str, Any], language: Language) -> str:
    """A source as an entry of a list: its credit line and pages, its title as a link, its date."""
    title = html.escape(str(item["title"]))
    if item["address"]:
        title = f'<a href="{html.escape(str(item["address"]))}">{title}</a>'
    parts = [html.escape(str(item["publisher"])), when(str(item["date"]))[language]]
    told = ", ".join(filter(None, parts))
    if language == "ja":
        told = "、".join(filter(None, parts))
    shown = f"{title}（{told}）" if language == "ja" else f"{title} ({told})"
    read = html.escape(say(f"read_{item['read']}", language)) if item.get("read") else ""
    return f"<li>{html.escape(str(item['text']))}<br>{shown}<br>{read}</li>"


# What stands under a card, in order: functions of the card, its number and its document.
TOOLS: list[Callable[[Mapping[str, Any], int, str], str]] = [
    table_tool,
    data_tool,
    image_tool,
    cite_tool,
    source_tool,
]


def card_tools(card: Mapping[str, Any], number: int, page: str = "") -> str:
    """The parts under a card that open on demand."""
    parts = "".join(tool(card, number, page) for tool in TOOLS)
    return f'<div class="card-tools">{parts}</div>' if parts else ""
