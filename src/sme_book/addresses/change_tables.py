"""Changes between two versions as HTML: cell by cell, apart from words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from sme_book.addresses.changes import CardChange, Cell, ClaimChange, Words, compare
from sme_book.addresses.versions import Version
from sme_book.addresses.words import say
from sme_book.pages.panels import scrolling
from sme_survey.presentation.cards import cell_text
from sme_survey.survey.text import Language, Text

Named = Sequence[tuple[str, Text]]
SENTENCE = 60  # characters from which names of rows stand each on a line of its own


def table(
    caption: str, heads: Iterable[str], rows: Iterable[Sequence[str]], kind: str = "changes"
) -> str:
    """A table in a region that scrolls; the cells of ``rows`` are HTML, the first heads its row."""
    head = "".join(f'<th scope="col">{escape(item)}</th>' for item in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
        for first, *cells in rows
    )
    return scrolling(
        f'<table class="{kind}"><caption class="visually-hidden">{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>",
        caption,
    )


def shown(value: object, kind: str, language: Language) -> str:
    """A cell of a card as readers see it; two values that would look alike show all they hold."""
    return cell_text(value, kind, language)


def _pair(cell: Cell, language: Language) -> tuple[str, str]:
    old, new = (shown(value, cell.kind, language) for value in (cell.old, cell.new))
    return (old, new) if old != new else (str(cell.old), str(cell.new))


def _caption(key: str, language: Language, versions: tuple[str, str], of: str = "") -> str:
    """What a table compares: each has a name of its own among those of other versions."""
    what = say("changes_of", language, old=versions[0], new=versions[1])
    parts = [say(key, language), of, what]
    return ("：" if language == "ja" else ": ").join(filter(None, parts))


def cells(found: Sequence[Cell], language: Language, versions: tuple[str, str], of: str) -> str:
    """Cells with their old and new values."""
    heads = [say("row", language), say("column", language),
             *(say("before", language, version=item) for item in versions)]  # fmt: skip
    rows = [
        (
            escape(cell.row[language]),
            escape(cell.column[language]),
            *(f"<span class='value'>{escape(value)}</span>" for value in _pair(cell, language)),
        )
        for cell in found
    ]
    return table(_caption("numbers", language, versions, of), heads, rows)


def words(found: Sequence[Words], language: Language, versions: tuple[str, str], of: str) -> str:
    """Words, as they were and as they are."""
    heads = [say("what", language), *(say("before", language, version=item) for item in versions)]
    rows = [
        (
            escape(item.row[language] or say(item.where, language)),
            escape(item.old[language]),
            escape(item.new[language]),
        )
        for item in found
        if item.old[language] != item.new[language]
    ]
    return table(_caption("words", language, versions, of), heads, rows) if rows else ""


def _names(key: str, found: Sequence[Text], language: Language) -> str:
    comma = "、" if language == "ja" else "; "
    if not found:
        return ""
    texts = comma.join(escape(item[language]) for item in found)
    colon = "：" if language == "ja" else ": "
    if any(len(item[language]) > SENTENCE for item in found):
        items = "".join(f"<li>{escape(item[language])}</li>" for item in found)
        return f"<p><strong>{say(key, language)}</strong></p><ul>{items}</ul>"
    return f"<p><strong>{say(key, language)}</strong>{colon}{texts}</p>"


def of_card(
    change: CardChange, language: Language, versions: tuple[str, str], fold: bool = False
) -> str:
    """All that changed of a card; with ``fold`` its words open on demand."""
    of = change.title[language]
    parts = []
    if change.cells:
        parts.append(cells(change.cells, language, versions, of))
    parts += [
        _names(key, getattr(change, key), language)
        for key in ("rows_gone", "rows_come", "columns_gone", "columns_come")
    ]
    if worded := words(change.words, language, versions, of):
        summary = count("text", len(change.words), language)
        parts.append(
            f'<details class="words-changed"><summary>{summary}</summary>{worded}</details>'
            if fold
            else worded
        )
    return "".join(parts)


def count(what: str, number: int, language: Language) -> str:
    """ "1 cell", "3 cells", "1 text" ... in the language."""
    one, more = {"cell": ("one_cell", "cells_changed"), "text": ("one_text", "texts_changed")}[what]
    return say(one, language) if number == 1 else say(more, language, n=number)


def listed(found: Named, language: Language, folder: str) -> str:
    """Cards or claims by name, each a link to its page."""
    items = "".join(
        f'<li><a href="{folder}/{name}.html">{escape(text[language])}</a> <code>{name}</code></li>'
        for name, text in found
    )
    return f"<ul>{items}</ul>"


def _section(anchor: str, title: str, content: str, language: Language) -> str:
    inner = content or f"<p>{say('nothing', language)}</p>"
    return f'<section id="{anchor}"><h3>{escape(title)}</h3>{inner}</section>'


def _card(change: CardChange, language: Language, versions: tuple[str, str], anchor: str) -> str:
    name = f'<a href="../cards/{change.label}.html">{escape(change.title[language])}</a>'
    return (
        f'<h4 id="{anchor}-card-{change.label}">{name} <code>{change.label}</code></h4>'
        + of_card(change, language, versions, fold=True)
    )


def _anchor(versions: Iterable[str]) -> str:
    return "from-" + "-to-".join(item.replace(".", "-") for item in versions)


def _verdicts(found: Sequence[ClaimChange], language: Language, versions: tuple[str, str]) -> str:
    if not found:
        return ""
    heads = [say("statement", language),
             *(say("before", language, version=item) for item in versions)]  # fmt: skip
    rows = [
        (
            f'<a href="../claims/{item.id}.html">{escape(item.statement[language])}</a>',
            *(escape(text[language]) for text in item.verdict or ()),
        )
        for item in found
    ]
    return table(_caption("verdicts", language, versions), heads, rows)


def page(old: Version, new: Version, language: Language) -> str:
    """Everything that changed from one version to another, as a section of a page."""
    found, versions = compare(old, new), (old.name[language], new.name[language])
    reworded = [item for item in found.claims if item.words and not item.verdict]
    summary = say(
        "summary", language, numbers=len(found.numbers), words=len(found.reworded),
        reshaped=len(found.reshaped),
        come=len(found.cards_come), gone=len(found.cards_gone), verdicts=len(found.verdicts),
        claims_come=len(found.claims_come), claims_gone=len(found.claims_gone),
    )  # fmt: skip
    anchor = _anchor(item.name["en"].replace(" ", "-") for item in (old, new))
    came = "".join(
        f"<h4>{say(key, language)}</h4>{listed(items, language, folder)}"
        for key, items, folder in (
            ("cards_come", found.cards_come, "../cards"),
            ("cards_gone", found.cards_gone, "../cards"),
            ("claims_come", found.claims_come, "../claims"),
            ("claims_gone", found.claims_gone, "../claims"),
        )
        if items
    )
    worded = "".join(_card(item, language, versions, anchor) for item in found.reworded)
    if reworded:
        rows = [
            (f'<a href="../claims/{item.id}.html">{escape(item.statement[language])}</a>',
             escape(text.old[language]), escape(text.new[language]))
            for item in reworded
            for text in item.words
            if text.old[language] != text.new[language]
        ]  # fmt: skip
        heads = [say("statement", language),
                 *(say("before", language, version=item) for item in versions)]  # fmt: skip
        inner = table(_caption("claims", language, versions), heads, rows)
        worded += (
            f"<h4>{say('claims', language)}</h4><details class='words-changed'><summary>"
            f"{count('text', len(rows), language)}</summary>{inner}</details>"
        )
    sections = [
        ("numbers", "".join(_card(item, language, versions, anchor) for item in found.numbers)),
        ("verdicts", _verdicts(found.verdicts, language, versions)),
        ("came_went", came),
        ("reshaped", "".join(_card(item, language, versions, anchor) for item in found.reshaped)),
        ("words", worded),
    ]
    title = say("changes_of", language, old=versions[0], new=versions[1])
    return (
        f'<section id="{anchor}"><h2>{escape(title)}</h2><p>{escape(summary)}</p>'
        + "".join(
            _section(f"{anchor}-{key.replace('_', '-')}", say(key, language), content, language)
            for key, content in sections
        )
        + "</section>"
    )
