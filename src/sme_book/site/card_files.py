"""The files that cards lead to: rows as CSV and JSON, pictures as SVG and PNG.

Everything comes from the records of both editions, so that a file holds what its page shows.
A picture is rendered again only when it has changed; the finished ones are kept beside the build.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from html import escape
from importlib import metadata as installed
from pathlib import Path
from typing import Any

from sme_book.base import publication
from sme_book.base.files import sha256
from sme_book.base.html import drawing as svg_tree
from sme_book.base.html import settled, text_of
from sme_book.base.places import (
    DATA_FOLDER,
    IMAGE_FOLDER,
    PNG_SCALE,
    anchor,
)
from sme_book.base.record import Record
from sme_survey.presentation.cards import source_line
from sme_survey.presentation.charts import wrap
from sme_survey.survey.text import LANGUAGES, Language, Text

INK, SOFT, PAPER = "#1b1d1f", "#55595d", "#ffffff"
FONTS = "IPAexGothic, 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic', Meiryo, sans-serif"
MARGIN = 22.0
SOURCE = Text(
    '{sources}. Drawn in "{title}", version {version}, an independent work. CC BY 4.0. {kind} '
    '"{label}", data digest {digest}.',
    "{sources}。『{title}』第{version}版が独自に作成したもの。CC BY 4.0。{kind}「{label}」、"
    "データ照合値 {digest}。",
)
MADE_HERE = Text("Source: this book", "出典：本書")
KIND = {"figure": Text("Figure", "図"), "table": Text("Table", "表")}


class CardError(ValueError):
    """The two editions do not hold the same cards."""


@dataclass(frozen=True)
class Shown:
    """A card as the pages show it: where, its JSON and its drawing in each language."""

    page: str
    number: int
    json: Mapping[Language, dict[str, Any]]
    drawing: Mapping[Language, str]

    @property
    def label(self) -> str:
        """Stable name of the card."""
        return str(self.json["en"]["label"])

    @property
    def place(self) -> str:
        """Page and anchor below an edition, the same in both."""
        return f"{self.page}.html#{anchor(self.json['en'])}"


def cards(editions: Mapping[Language, Record]) -> list[Shown]:
    """The cards of a book, in the order of their pages' names.

    Raises
    ------
    CardError
        If a card stands in one edition only, or with other data than in the other.
    """
    found = {
        language: {(page.name, card.label): card for page, card in editions[language].cards()}
        for language in LANGUAGES
    }
    if missing := sorted(set(found["en"]) ^ set(found["ja"])):
        raise CardError(f"cards of one edition only: {missing}")
    result = []
    for page, label in sorted(found["en"], key=lambda key: key[0]):
        shown = {language: found[language][page, label] for language in LANGUAGES}
        if shown["en"].card["digest"] != shown["ja"].card["digest"]:
            raise CardError(f"card {label} of {page} holds other numbers in each edition")
        result.append(
            Shown(
                page,
                shown["en"].number,
                {language: shown[language].card for language in LANGUAGES},
                {language: shown[language].drawings.get("wide", "") for language in LANGUAGES},
            )
        )
    return result


# ---- rows ------------------------------------------------------------------------------------


def context(card: Mapping[str, Any]) -> dict[str, str]:
    """What holds for every row of a card; several values are parted by semicolons."""
    bases = card.get("bases", [])
    values: dict[str, Sequence[Any]] = {
        "wave": [base["wave"] for base in bases],
        "group": [base["group"] for base in bases],
        "n": [base["n"] for base in bases],
        "question_id": [question["id"] for question in card.get("questions", [])],
    }
    return {
        name: ";".join(str(value) for value in dict.fromkeys(known))
        for name, known in values.items()
    }


def row_sources(shown: Shown) -> list[dict[str, str]]:
    """Source and page of each row of a card; several are parted by semicolons."""
    card = shown.json["en"]
    stored, rows = card["row_sources"], card["rows"]
    credit = {
        language: {item["id"]: item["credit"] for item in shown.json[language]["sources"]}
        for language in LANGUAGES
    }
    each = stored * len(rows) if len(stored) == 1 else stored or [[]] * len(rows)
    return [
        {
            "source_id": ";".join(dict.fromkeys(name for name, _ in row)),
            **{
                f"source_{language}": ";".join(
                    dict.fromkeys(credit[language][name] for name, _ in row)
                )
                for language in LANGUAGES
            },
            "page": ";".join(dict.fromkeys(str(page) for _, page in row if page is not None)),
        }
        for row in each
    ]


def row_records(shown: Shown) -> list[dict[str, Any]]:
    """The rows of a card as dictionaries: words once in each language, then the context."""
    english, japanese = shown.json["en"], shown.json["ja"]
    worded = [
        column["kind"] == "text"
        or any(isinstance(row[i], str) and row[i] for row in english["rows"])
        for i, column in enumerate(english["columns"])
    ]
    taken = {column["name"] for column in english["columns"]}
    more = {name: value for name, value in context(english).items() if name not in taken}
    records = []
    origins = row_sources(shown)
    for position, (first, second) in enumerate(zip(english["rows"], japanese["rows"], strict=True)):
        record: dict[str, Any] = {}
        cells = zip(english["columns"], worded, first, second, strict=True)
        for column, words, one, other in cells:
            if words:
                record[f"{column['name']}_en"], record[f"{column['name']}_ja"] = one, other
            else:
                record[column["name"]] = one
        where = {name: text for name, text in origins[position].items() if name not in record}
        records.append(record | more | where)
    return records


def as_csv(shown: Shown) -> str:
    """The rows of a card as CSV (UTF-8, LF); an empty cell is not published."""
    records = row_records(shown)
    buffer = io.StringIO()
    if records:
        writer = csv.DictWriter(buffer, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
    return buffer.getvalue()


def as_json(shown: Shown, book: publication.Book) -> str:
    """A card with its words in both languages and its rows."""
    english = shown.json["en"]

    def both(key: str) -> dict[Language, Any]:
        return {language: shown.json[language].get(key, "") for language in LANGUAGES}

    columns = [
        {
            "name": one["name"],
            "kind": one["kind"],
            "label": {"en": one["label"], "ja": other["label"]},
        }
        for one, other in zip(english["columns"], shown.json["ja"]["columns"], strict=True)
    ]
    value = {
        "label": shown.label,
        "kind": english["kind"],
        "digest": english["digest"],
        "version": book.version,
        "page": shown.place,
        "url": {name: book.url(f"{name}/{shown.place}") for name in LANGUAGES if book.address},
        "title": both("title"),
        "caption": both("caption"),
        "alt": both("alt"),
        "n": both("n"),
        "bases": english.get("bases", []),
        "questions": [
            {
                "id": one["id"],
                "wording": one["wording"],
                "base": {"en": one["base"], "ja": ja["base"]},
            }
            for one, ja in zip(english["questions"], shown.json["ja"]["questions"], strict=True)
        ],
        "columns": columns,
        "rows": row_records(shown),
        "sources": [
            {
                name: value if value == other[name] else {"en": value, "ja": other[name]}
                for name, value in one.items()
            }
            for one, other in zip(english["sources"], shown.json["ja"]["sources"], strict=True)
        ],
        "source": {language: source_line(shown.json[language]) for language in LANGUAGES},
        "licence": publication.CC_BY,
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


# ---- pictures --------------------------------------------------------------------------------


def lines_of(text: str, size: float, width: float) -> list[str]:
    """A passage broken into lines that fit."""
    return wrap(text, width / size * 0.97)


WHOSE = Text(
    "Small and medium-sized enterprises in Japan, survey of fiscal {years}",
    "日本の中小企業、{years}年度調査",
)


def whose(card: Mapping[str, Any]) -> Text:
    """Whose numbers a picture shows and from when, so that it can travel alone.

    Empty where its title says it, or where it shows no answers to the survey.
    """
    years = sorted({base["wave"] for base in card.get("bases", ())})
    if not years or re.search(r"SMEs|日本の中小企業", card["title"]):
        return Text("", "")
    return Text(
        WHOSE.en.format(years=" and ".join(str(year) for year in years)),
        WHOSE.ja.format(years="・".join(str(year) for year in years)),
    )


def picture(card: Mapping[str, Any], drawing: str, book: publication.Book) -> str:
    """A drawing that stands for itself: on paper, with title, caption and source.

    Raises
    ------
    ValueError
        If the drawing has no ``viewBox``.
    """
    language: Language = "ja" if card["lang"] == "ja" else "en"
    root = settled(svg_tree(drawing))
    width, height = (float(part) for part in root.get("viewBox").split()[2:])
    source = SOURCE[language].format(
        sources=source_line(card) or MADE_HERE[language],
        title=book.title[language],
        version=book.version,
        kind=KIND["table" if card["kind"] == "table" else "figure"][language],
        label=card["label"],
        digest=card["digest"],
    )
    kicker = whose(card)[language]
    above = [(line, 10.5, 17.0, SOFT, "") for line in lines_of(kicker, 10.5, width) if kicker]
    head = [(line, 15.0, 21.0, INK, ' font-weight="600"')
            for line in lines_of(card["title"], 15.0, width)]  # fmt: skip
    words = [card.get("caption") or "", card.get("n") or ""]
    notes = [(line, 10.5, 15.5, SOFT, "") for text in words if text
             for line in lines_of(text, 10.5, width)]  # fmt: skip
    foot = [(line, 8.5, 12.5, SOFT, "") for line in lines_of(source, 8.5, width)]
    parts: list[str] = []
    y = MARGIN
    for line, size, leading, colour, weight in [*above, *head, *notes]:
        y += leading
        parts.append(_line(line, y - leading * 0.28, size, colour, weight))
    y += 12
    for name, value in (("x", MARGIN), ("y", y), ("width", width), ("height", height)):
        root.set(name, f"{value:g}")
    for name in ("class", "aria-hidden"):
        root.attrib.pop(name, None)
    root.set("stroke-linejoin", "round")
    root.set("color", INK)  # what currentColor stands for
    parts.append(text_of(root))
    y += height + 6
    for line, size, leading, colour, weight in foot:
        y += leading
        parts.append(_line(line, y - leading * 0.28, size, colour, weight))
    total_width, total_height = width + 2 * MARGIN, y + MARGIN
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {total_width:g} {total_height:g}" width="{total_width:g}" '
        f'height="{total_height:g}" xml:lang="{language}" font-family="{FONTS}" fill="{INK}">'
        f"<title>{escape(card['title'])}</title><desc>{escape(card['alt'])}</desc>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>\n'
    )


def _line(text: str, y: float, size: float, colour: str, weight: str) -> str:
    return (
        f'<text x="{MARGIN:g}" y="{y:g}" font-size="{size:g}" fill="{colour}"{weight}>'
        f"{escape(text)}</text>"
    )


def font_file() -> Path:
    """The Japanese font that pictures are rendered with, whatever fonts the machine has."""
    import matplotlib_fontja

    return Path(matplotlib_fontja.__file__).parent / "fonts/ipaexg.ttf"


def png(svg: str) -> bytes:
    """A picture as PNG, twice its size; the same bytes on every machine."""
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=PNG_SCALE,
            background=PAPER,
            skip_system_fonts=True,
            font_files=[str(font_file())],
            font_family="IPAexGothic",
            sans_serif_family="IPAexGothic",
        )
    )


def render(svgs: Mapping[str, str], kept: Path) -> dict[str, bytes]:
    """PNG of each picture by name; those rendered before are taken from the folder ``kept``."""
    renderer = (
        f"{installed.version('resvg-py')} {installed.version('matplotlib-fontja')} {PNG_SCALE}"
    )
    kept.mkdir(parents=True, exist_ok=True)
    stored = {
        name: kept / (sha256(f"{renderer}\n{svg}")[:32] + ".png")
        for name, svg in svgs.items()
    }  # fmt: skip
    missing = [name for name, path in stored.items() if not path.is_file()]
    if missing:
        with ProcessPoolExecutor(2) as pool:
            drawn = pool.map(png, [svgs[name] for name in missing], chunksize=4)
            for name, content in zip(missing, drawn, strict=True):
                stored[name].write_bytes(content)
    for path in set(kept.glob("*.png")) - set(stored.values()):
        path.unlink()
    return {name: path.read_bytes() for name, path in stored.items()}


# ---- the site --------------------------------------------------------------------------------


def write(
    work: Path,
    site: Path,
    book: publication.Book,
    editions: Mapping[Language, Record],
    extra: Mapping[str, str],
) -> list[Shown]:
    """Write the files of all cards into a site.

    ``extra`` holds further pictures, path below the site to SVG; they become PNG only.
    """
    shown = cards(editions)
    data = site / DATA_FOLDER
    data.mkdir(parents=True, exist_ok=True)
    svgs: dict[str, str] = {}
    for card in shown:
        (data / f"{card.label}.csv").write_text(as_csv(card), encoding="utf-8", newline="")
        (data / f"{card.label}.json").write_text(as_json(card, book), encoding="utf-8")
        for language in LANGUAGES:
            if card.drawing[language]:
                name = f"{IMAGE_FOLDER}/{language}/{card.label}"
                svgs[name] = picture(card.json[language], card.drawing[language], book)
    for name, svg in svgs.items():
        path = site / f"{name}.svg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(svg, encoding="utf-8")
    for name, content in render(svgs | dict(extra), work / ".images").items():
        path = site / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (data / "index.json").write_text(index(shown, book), encoding="utf-8")
    return shown


def index(shown: Sequence[Shown], book: publication.Book) -> str:
    """All cards with their titles, places, digests and files."""
    entries = [
        {
            "label": card.label,
            "kind": card.json["en"]["kind"],
            "digest": card.json["en"]["digest"],
            "page": card.place,
            "title": {language: card.json[language]["title"] for language in LANGUAGES},
            "files": [f"{card.label}.csv", f"{card.label}.json"],
        }
        for card in shown
    ]
    value = {"version": book.version, "cards": entries}
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
