"""A card: one figure or table of the book with its data, its source and what it shows in words.

The card is what a chapter's cell returns. Jupyter shows it with its words, as HTML that needs no
trust; the site draws the whole card from the same object; Replay compares the rows of two runs.
Standard library only, so that the rows can be recomputed in a browser before any drawing package is
there.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from typing import Any, Literal

from sme_survey.presentation.charts import Chart, OwnChart, Shape, bound
from sme_survey.survey.model import Question
from sme_survey.survey.sources import Cited, Origins, cited, listed
from sme_survey.survey.text import Language, Text, edition

MIME = "application/vnd.sme-survey.card+json"
SVG = "image/svg+xml"
NARROW = "application/vnd.sme-survey.narrow+svg"  # the drawing for a narrow column
CARD_VERSION = 2

Kind = Literal["text", "percent", "count", "points", "number", "p"]
Cell = str | int | float | Decimal | Text | None

NOT_HELD = Text("not held here", "未収録")


@dataclass(frozen=True)
class Column:
    """A column of a card's data; ``kind`` fixes how its cells are written.

    ``percent`` is 0 to 100, ``points`` a difference of percentages, ``p`` a p-value.
    """

    name: str
    label: Text
    kind: Kind = "text"


def write(value: Cell, kind: Kind, language: Language) -> str:
    """A cell as readers see it. ``None`` is what these data do not hold: a chart is a picture."""
    if value is None:
        return NOT_HELD[language]
    if isinstance(value, Text):
        return value[language]
    if isinstance(value, str):
        return value
    if kind == "percent":
        return f"{value:.1f}"
    if kind == "points":
        return f"{value:+.1f}".replace("-", "−")
    if kind == "count":
        return f"{value:,}"
    if kind == "p":
        return "<0.001" if value < 0.001 else f"{value:.3f}"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def plain(value: Cell, language: Language) -> str | int | float | None:
    """A cell for JSON: text in one language, numbers as numbers with at most six decimals."""
    if isinstance(value, Text):
        return value[language]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        rounded = round(value, 6)
        return int(rounded) if rounded.is_integer() else rounded
    return value


@dataclass(frozen=True)
class Base:
    """Whom percentages of a card refer to: wave of the survey, group (its id), number of firms."""

    wave: int
    group: str
    n: int


@dataclass(frozen=True)
class Card:
    """One figure or table: label, words, data, and how to draw it.

    ``chart`` is what a figure draws; its marks name the cells of the rows they show. ``label``
    is the stable name under which the card is cited; it never changes once released. ``design``
    tells under a chart of two waves how each was made: a head row of waves, then a row an aspect.
    ``origins`` holds for each row where its numbers are published; it is empty for a card that the
    book made of nothing published.
    ``grouped``: a table shows the words of its first column as headings over the rows that share
    them, which stand together.
    """

    label: str
    kind: Literal["figure", "table"]
    title: Text
    caption: Text
    alt: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    questions: tuple[Question, ...] = ()
    origins: tuple[Origins, ...] = ()
    n: Text = Text("", "")
    notes: Text = Text("", "")
    bases: tuple[Base, ...] = ()
    design: tuple[tuple[Text, ...], ...] = ()
    grouped: bool = False
    chart: Chart | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"card {self.label}: row {number} has {len(row)} cells; "
                    f"expected {len(self.columns)}"
                )
        if self.origins and len(self.origins) != len(self.rows):
            raise ValueError(
                f"card {self.label}: sources of {len(self.origins)} rows; expected {len(self.rows)}"
            )

    @property
    def sources(self) -> tuple[Cited, ...]:
        """The sources of the rows with their pages: all that the card may state, and no other."""
        return cited(origin for row in self.origins for origin in row)

    @property
    def draft(self) -> Text:
        """What is said of a card with rows of a wave that is not wholly transcribed."""
        waves = dict.fromkeys(item.draft for row in self.origins for item in row if item.draft)
        if not waves:
            return Text("", "")
        return Text(
            f"Draft: {', '.join(wave.en for wave in waves)}, not wholly transcribed.",
            f"草稿：{'、'.join(wave.ja for wave in waves)}は入力途中。",
        )

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that stand for the rows, the same in both languages."""
        content = [[column.name for column in self.columns]]
        content += [[plain(cell, "en") for cell in row] for row in self.rows]  # type: ignore[misc]
        canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    def records(self, language: Language | None = None) -> list[dict[str, Any]]:
        """The rows as dictionaries, one key a column (for ``pandas.DataFrame`` or JSON)."""
        language = language or edition()
        names = [column.name for column in self.columns]
        return [
            dict(zip(names, (plain(cell, language) for cell in row), strict=True))
            for row in self.rows
        ]

    @property
    def frame(self) -> Any:
        """The rows as a pandas DataFrame with readable column names."""
        import pandas as pd

        language = edition()
        names = {column.name: column.label[language] for column in self.columns}
        return pd.DataFrame(self.records(language)).rename(columns=names)

    def drawn_by(self, draw: Callable[[float], Any], alt: Text) -> Card:
        """The card with a drawing of one's own in place of the book's.

        Parameters
        ----------
        draw
            Gives a matplotlib figure of a width in inches (:class:`OwnChart`).
        alt
            What the drawing shows, for those who do not see it.
        """
        return replace(self, chart=OwnChart(draw), alt=alt)

    def as_json(self, language: Language | None = None, drawn: bool = False) -> dict[str, Any]:
        """The card as plain data, texts in one language."""
        language = language or edition()
        return {
            "version": CARD_VERSION,
            "label": self.label,
            "kind": self.kind,
            "lang": language,
            "title": self.title[language],
            "caption": self._caption()[language],
            "alt": self.alt[language],
            "n": self.n[language],
            "sources": [_source_json(item, language) for item in self.sources],
            "row_sources": self._row_sources(),
            "questions": [
                {
                    "id": item.id,
                    "title": item.title[language],
                    "wording": item.wording,
                    "base": item.base[language],
                    "answer_type": item.answer_type,
                }
                for item in self.questions
            ],
            "notes": self.notes[language],
            "design": [[cell[language] for cell in row] for row in self.design],
            "bases": [{"wave": b.wave, "group": b.group, "n": b.n} for b in self.bases],
            "columns": [
                {"name": item.name, "label": item.label[language], "kind": item.kind}
                for item in self.columns
            ],
            "rows": [[plain(cell, language) for cell in row] for row in self.rows],
            "grouped": self.grouped,
            "digest": self.digest,
            "drawn": drawn,
        }

    def _caption(self) -> Text:
        """The caption, after what is said of a draft."""
        draft, own = self.draft, self.caption
        return Text(" ".join(filter(None, (draft.en, own.en))), draft.ja + own.ja)

    def _row_sources(self) -> list[list[list[Any]]]:
        """Source and page of each row; one entry for all where every row has the same."""
        rows = [
            [list(place) for place in dict.fromkeys((item.source.id, item.page) for item in row)]
            for row in self.origins
        ]
        return rows[:1] if all(row == rows[0] for row in rows) else rows

    def svg(self, language: Language | None = None, shape: Shape = "wide") -> str | None:
        """The picture as SVG in one of its two shapes, or ``None`` for a table.

        Raises
        ------
        ModuleNotFoundError
            If the drawing packages (seaborn and those below it) are not installed.
        """
        if self.chart is None:
            return None
        from sme_survey.presentation import drawing

        chart = bound(self.chart, [column.name for column in self.columns])
        return drawing.draw(chart, self.label, language or edition(), shape)

    def bundle(self, language: Language | None = None) -> dict[str, Any]:
        """The card's forms by MIME type: its data, drawings as SVG or its rows as a table.

        A figure whose drawing packages are not installed is given as its table.
        """
        language = language or edition()
        forms: dict[str, Any] = {}
        try:
            if wide := self.svg(language):
                narrow = self.svg(language, "narrow")
                forms = {SVG: wide} | ({NARROW: narrow} if narrow and narrow != wide else {})
        except ModuleNotFoundError:
            pass
        forms[MIME] = self.as_json(language, drawn=SVG in forms)
        if SVG not in forms:
            forms["text/html"] = table_html(forms[MIME])
        forms["text/plain"] = plain_card(forms[MIME])
        return forms

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        forms = self.bundle()
        return forms | {"text/html": figure_html(forms[MIME], forms.pop(SVG, None))}


# ---- as HTML ---------------------------------------------------------------------------------


# What an attribute of HTML and an address cannot hold as it is; the rest stays readable.
_ESCAPED = {ord(sign): f"%{ord(sign):02X}" for sign in "%\"<>#&'\n\t"}
_DATA = "data:image/svg+xml;charset=utf-8,"
_SIZE = re.compile(r'<svg\b[^>]*\bviewBox="\S+ \S+ (\S+) (\S+)"')
_FONT = ' font-family="sans-serif"'  # the page's own font does not reach into an <img>


def figure_html(card: Mapping[str, Any], svg: str | None) -> str:
    """A card as Jupyter and web pages of repositories show it, where a notebook is not trusted.

    Such places remove scripts and inline SVG and keep ``<img>``: the drawing is the address of a
    picture with the alternative text. Without a drawing the rows stand as a table.

    Raises
    ------
    ValueError
        If the drawing has no ``viewBox``.
    """
    facts = " · ".join(filter(None, (card["n"], source_line(card))))
    if svg is None:
        title, shown = "", table_html(card)  # it has the title as its caption
    else:
        size = _SIZE.search(svg)
        if size is None:
            raise ValueError(f"card {card['label']!r}: its drawing has no viewBox")
        address = _DATA + svg.replace("<svg", "<svg" + _FONT, 1).translate(_ESCAPED)
        title = f"<strong>{html.escape(card['title'])}</strong>"
        shown = (
            f'<img src="{address}" alt="{html.escape(card["alt"])}" width="{size[1]}" '
            f'height="{size[2]}" style="background: white">'
        )
    words = "<br>\n".join(filter(None, (title, html.escape(card["caption"]), html.escape(facts))))
    caption = f"<figcaption>{words}</figcaption>\n" if words else ""
    return f'<figure lang="{card["lang"]}">\n{caption}{shown}{design_html(card)}\n</figure>'


def plain_card(card: Mapping[str, Any]) -> str:
    """A card's JSON in words, for places that show neither HTML nor pictures.

    VS Code is one in a folder that is not trusted.
    """
    facts = " · ".join(filter(None, (card["n"], source_line(card))))
    head = f"{card['title']} [{card['label']} {card['digest']}]"
    return "\n".join(filter(None, (head, card["caption"], facts, card["alt"])))


def svg_in(shown: str) -> str | None:
    """The drawing in what :func:`figure_html` wrote, or ``None`` where it shows a table."""
    from urllib.parse import unquote  # a start in a browser does without it

    _, start, rest = shown.partition(f'<img src="{_DATA}')
    return unquote(rest[: rest.index('"')]).replace(_FONT, "", 1) if start else None


def _source_json(item: Cited, language: Language) -> dict[str, Any]:
    source = item.source
    return {
        "id": source.id,
        "kind": source.kind,
        "title": source.title[language],
        "publisher": source.publisher[language],
        "date": source.date,
        "address": source.address,
        "pages": list(item.pages),
        "credit": source.credit[language],
        "text": item.text[language],
        "read": item.read,
    }


def source_line(card: Mapping[str, Any]) -> str:
    """The sources of a card's JSON as one line, or nothing: "Source: IPA report, p. 5"."""
    texts = [str(item["text"]) for item in card.get("sources") or ()]
    if not texts:
        return ""
    if card["lang"] == "ja":
        return f"出典：{listed(texts, 'ja')}"
    return f"{'Source' if len(texts) == 1 else 'Sources'}: {listed(texts, 'en')}"


def cell_text(value: Any, kind: str, language: str) -> str:
    """A cell of a card's JSON as readers see it."""
    return write(value, kind, "ja" if language == "ja" else "en")  # type: ignore[arg-type]


def table_html(card: Mapping[str, Any], caption: str | None = None) -> str:
    """A card's JSON as an accessible HTML table: caption, column and row headers with scope."""
    language = card["lang"]
    kinds = [column["kind"] for column in card["columns"]]
    head = "".join(
        f'<th scope="col" class="{kind}">{html.escape(column["label"])}</th>'
        for column, kind in zip(card["columns"], kinds, strict=True)
    )
    if card.get("grouped"):
        head = head.removeprefix(head[: head.index("</th>") + len("</th>")])
        bodies = _grouped_html(card["rows"], kinds, language)
    else:
        rows = "\n".join(_row_html(row, kinds, language) for row in card["rows"])
        bodies = f"<tbody>\n{rows}\n</tbody>"
    shown = html.escape(card["title"] if caption is None else caption)
    return (
        f'<table class="card-data"><caption>{shown}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n{bodies}</table>"
    )


def _grouped_html(rows: Sequence[Sequence[Any]], kinds: Sequence[str], language: str) -> str:
    """Bodies of a table, one for the rows that share their first cell, which heads them."""
    bodies = []
    for name, group in groupby(rows, key=lambda row: row[0]):
        title = html.escape(cell_text(name, kinds[0], language))
        span = f' colspan="{len(kinds) - 1}"' if len(kinds) > 2 else ""
        bodies.append(f'<tbody><tr class="group"><th scope="rowgroup"{span}>{title}</th></tr>')
        for row in group:
            cells = "".join(
                f'<td class="{kind}">{html.escape(cell_text(value, kind, language))}</td>'
                for value, kind in zip(row[1:], kinds[1:], strict=True)
            )
            bodies.append(f"<tr>{cells}</tr>")
        bodies.append("</tbody>")
    return "\n".join(bodies)


def design_html(card: Mapping[str, Any]) -> str:
    """How the waves of a card were made, as a small table; empty where it shows one wave only."""
    if not card.get("design"):
        return ""
    (corner, *waves), *aspects = [[html.escape(cell) for cell in row] for row in card["design"]]
    head = "".join(f'<th scope="col">{wave}</th>' for wave in waves)
    body = "".join(
        f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for name, *cells in aspects
    )
    return (
        f'<table class="card-design"><caption>{corner}: {html.escape(card["title"])}</caption>'
        f'<thead><tr><th scope="col">{corner}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _row_html(row: Sequence[Any], kinds: Sequence[str], language: str) -> str:
    cells = []
    for position, (value, kind) in enumerate(zip(row, kinds, strict=True)):
        shown = html.escape(cell_text(value, kind, language))
        missing = " missing" if value is None else ""
        if position == 0:
            cells.append(f'<th scope="row" class="{kind}">{shown}</th>')
        else:
            cells.append(f'<td class="{kind}{missing}">{shown}</td>')
    return "<tr>" + "".join(cells) + "</tr>"
