"""The page of a claim of the report: verdict, evidence, numbers, code, versions, reference."""

from __future__ import annotations

import contextlib
import dataclasses
import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from sme_book.addresses import change_tables, filters
from sme_book.addresses.card_pages import cite, verdict
from sme_book.addresses.versions import History, Version
from sme_book.addresses.words import say
from sme_book.base.editions import word
from sme_book.base.html import drawing_place
from sme_book.base.places import card_page, claim_page, numbered
from sme_book.base.publication import Book, names
from sme_book.pages.cards import drawing_key
from sme_book.pages.replay import marked
from sme_book.standards.citations import Work
from sme_survey.judgement.claims import Claim, Judged
from sme_survey.judgement.verdicts import VERDICTS, Number
from sme_survey.survey.loading import load
from sme_survey.survey.model import Survey, UnknownName
from sme_survey.survey.text import Language, Text

# What a verdict computes beside the cells of the tables, as Japanese readers call it.
COMPUTED: dict[str, str] = {
    "largest p of a step": "段階ごとのp値の最大",
    "least lead": "最小の差",
    "least lead, low": "最小の差、下限",
    "least lead, high": "最小の差、上限",
    "interval, low": "信頼区間、下限",
    "interval, high": "信頼区間、上限",
    "among those who answered": "回答企業に限った割合",
    "sum": "合計",
    "difference": "差",
    "adjusted p": "調整済みp値",
    "worst case, low": "無回答を最も不利に割り当てた場合、下限",
    "worst case, high": "無回答を最も不利に割り当てた場合、上限",
    "trend z": "傾向検定のz",
    "trend p": "傾向検定のp値",
    "least certain step": "最も不確かな段階の差",
    "least certain step, low": "最も不確かな段階の差、下限",
    "least certain step, high": "最も不確かな段階の差、上限",
    "largest p of a comparison": "比較ごとのp値の最大",
    "lowest, interval low": "最小の割合、区間の下限",
    "next, interval high": "次の割合、区間の上限",
    "items": "項目",
    "moved as stated": "記述のとおりに動いた項目",
    "beyond sampling error": "標本誤差を超えた項目",
    "whatever the no-answers said": "無回答によらない項目",
    "p": "p値",
    "median change": "変化の中央値",
    "largest change": "最大の変化",
}


def number_name(survey: Survey, name: str, language: Language) -> str:
    """What a number of a verdict is called: cells of tables by question, wave, group and option."""
    comma = "、" if language == "ja" else ", "
    parts = name.split("/")
    try:
        if len(parts) == 4:
            question = survey.question(parts[0])
            group = survey.group(parts[2]).label[language]
            option = question.option(parts[3]).label[language]
            return comma.join((question.title[language], option, group, parts[1]))
        if name in COMPUTED:
            return COMPUTED[name] if language == "ja" else name
        return survey.single(name).text[language]
    except (UnknownName, ValueError):
        return name


def number_value(item: Number, language: Language) -> str:
    """A number of a verdict, written with its unit."""
    points = {"en": " points", "ja": "ポイント"}[language]
    value = float(item.value)
    if item.unit == "percent":
        return f"{value:.1f}%"
    if item.unit == "points":
        return f"{value:+.1f}{points}".replace("-", "\N{MINUS SIGN}")
    if item.unit == "count":
        return f"{item.value:,}"
    if item.unit == "p":
        return "<0.001" if value < 0.001 else f"{value:.3f}"
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def code(name: str, language: Language) -> str:
    """The steps that judge a claim, as a cell that runs wherever the package is."""
    return (
        "from sme_survey.judgement.claims import claims, judge\n"
        "from sme_survey.survey.loading import load\n\n"
        "survey = load()\n"
        f'claim = next(item for item in claims(survey) if item.id == "{name}")\n'
        "print(claim.kind, dict(claim.arguments))\n"
        "judged = judge(survey, claim)\n"
        f'print(judged.verdict_text["{language}"])\n'
        f'print(judged.evidence["{language}"])'
    )


def output(judged: Judged, language: Language) -> str:
    """What the cell of :func:`code` prints, without running a kernel."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        print(judged.claim.kind, dict(judged.claim.arguments))
        print(judged.verdict_text[language])
        print(judged.evidence[language])
    return printed.getvalue()


@lru_cache(maxsize=1)
def _formatter() -> HtmlFormatter[str]:
    return HtmlFormatter(wrapcode=False)


def cell(judged: Judged, language: Language) -> str:
    """The code with its output, in the form in which Replay finds the cells of a page."""
    source = highlight(code(judged.claim.id, language), PythonLexer(), _formatter())
    printed = escape(output(judged, language))
    return (
        '<div class="cell docutils container" id="cell-1">'
        f'<details class="cell-code" open><summary>{word("code_output", language)}</summary>'
        f'<div class="cell_input docutils container">{source}</div></details>'
        '<div class="cell_output docutils container">'
        '<div class="output stream highlight-myst-ansi notranslate">'
        f'<div class="highlight"><pre>{printed}</pre></div></div></div></div>'
    )


def replay_data(judged: Judged, page: str, language: Language) -> dict[str, Any]:
    """What Replay compares, in the form of :func:`sme_book.pages.replay.page_data`, marked."""
    stored = {"output_type": "stream", "name": "stdout", "text": output(judged, language)}
    data: dict[str, Any] = {
        "version": 1,
        "page": page,
        "lang": language,
        "numbers": {},
        "cells": [
            {"number": 1, "id": "cell-1", "source": code(judged.claim.id, language),
             "stored": [stored]}
        ],
    }  # fmt: skip
    return marked(data)


def _answers(claim: Mapping[str, Any], language: Language) -> str:
    rows = "".join(
        f"<div><dt>{escape(say(f'ask_{key}', language))}</dt>"
        f"<dd>{escape(say(f'{key}_{claim[key]}', language))}</dd></div>"
        for key in ("printed", "sampling", "no_answers")
    )
    return f'<dl class="answers" aria-label="{escape(say("answers", language))}">{rows}</dl>'


def _numbers(survey: Survey, judged: Judged, language: Language) -> str:
    if not judged.finding.numbers:
        return ""
    heads = [say("number", language), say("value", language)]
    rows = [
        (escape(number_name(survey, item.name, language)), escape(number_value(item, language)))
        for item in judged.finding.numbers
    ]
    title = say("rests_on", language)
    table = change_tables.table(title, heads, rows, "numbers")
    return f'<section id="numbers"><h2>{escape(title)}</h2>{table}</section>'


def _figure(history: History, label: str, drawn: Sequence[str]) -> str:
    if label not in history.current.cards:
        return ""
    kept, language = history.current.cards[label], history.current.language
    card = kept["card"]
    name = numbered(card["kind"], int(kept["number"]), language)
    link = f'<a href="../{card_page(label)}.html">{escape(card["title"])}</a>'
    art = "".join(drawing_place(drawing_key(label, shape)) for shape in drawn)
    only = "" if "narrow" in drawn else " card-map"
    shown = (
        f'<div class="card-art{only}" role="img" lang="{language}" '
        f'aria-label="{escape(card["alt"])}">{art}</div>'
        if drawn
        else ""
    )
    return (
        f'<section id="figure"><h2>{escape(say("where_figure", language))}</h2>'
        f'<figure class="card"><figcaption><p class="card-head">{link}</p>'
        f'<p class="card-facts">{escape(name)} · <code>{label}</code></p></figcaption>'
        f"{shown}</figure></section>"
    )


def version_table(history: History, name: str) -> str:
    """What each version said of a claim."""
    language = history.current.language
    rows = []
    for position, version in reversed(list(enumerate(history.versions))):
        if name in version.claims:
            said = verdict(version.claims[name])
        elif position and name in history.versions[position - 1].claims:
            said = escape(say("gone", language))
        else:
            continue
        rows.append((escape(version.name[language]), version.date, said))
    heads = [say(key, language) for key in ("version", "date", "verdict")]
    title = say("versions", language)
    table = change_tables.table(title, heads, rows, "versions")
    return f'<section id="versions"><h2>{escape(title)}</h2>{table}</section>'


def claim_work(version: Version, name: str, book: Book) -> Work:
    """A claim as a version judged it, as something to cite."""
    kept = version.claims[name]
    book = dataclasses.replace(book, version=version.version, released=version.date)
    return Work(
        "claim", str(kept["statement"]), version.language, book,
        f"{version.language}/{claim_page(name)}.html", label=name,
        pages=tuple(filter(None, [kept["report_page"]])), verdict=str(kept["label"]),
    )  # fmt: skip


def agency(language: Language) -> str:
    """The short name of who made the survey."""
    return names()["agency_short"][language]


def claim_body(
    history: History, survey: Survey, judged: Judged, drawn: Sequence[str], book: Book
) -> str:
    """The page of a claim that is judged today. ``drawn``: the shapes of its figure's drawing."""
    claim: Claim = judged.claim
    current, language = history.current, history.current.language
    kept = current.claims[claim.id]
    place = f"../{kept['page']}.html#{kept['anchor']}"
    source = say("claim_source", language, agency=agency(language), where=claim.where[language])
    reply = (
        f'<section id="reply"><h2>{escape(say("reply", language, agency=agency(language)))}</h2>'
        f"<p>{escape(claim.reply[language])}</p></section>"
        if claim.reply[language]
        else ""
    )
    return (
        f'<section id="claim"><h1>{escape(claim.statement[language])}</h1>'
        f'<p class="address-line">{escape(source)}'
        f' <code>{claim.id}</code> · <a href="{place}">{escape(say("in_ledger", language))}</a> · '
        f'<a href="index.html">{escape(say("claim_list", language))}</a></p>'
        f'<p class="claim-verdict">{verdict(kept)}</p>{_answers(kept, language)}'
        f'<section id="evidence"><h2>{escape(say("shows", language))}</h2>'
        f"<p>{escape(judged.evidence[language])}</p></section>"
        f"{reply}{_numbers(survey, judged, language)}{_figure(history, claim.card, drawn)}"
        f'<section id="code"><h2>{escape(say("judge_code", language))}</h2>'
        f"<p>{escape(say('judge_note', language))}</p>{cell(judged, language)}</section>"
        f"{version_table(history, claim.id)}</section>"
        f"{cite(claim_work(current, claim.id, book))}"
    )


def gone_body(history: History, name: str, reason: Text | None, book: Book) -> str:
    """The page of a claim that is judged no longer: what was last said of it, and why it left."""
    last, language = history.last_with_claim(name), history.current.language
    kept = last.claims[name]
    after = history.versions[history.versions.index(last) + 1]
    notice = say("claim_withdrawn", language, version=after.name[language],
                 last=last.name[language])  # fmt: skip
    why = f" {escape(reason[language])}" if reason else ""
    where = f"p. {kept['report_page']}" if kept["report_page"] else ""
    source = say("claim_source", language, agency=agency(language), where=where)
    return (
        f'<section id="claim"><h1>{escape(kept["statement"])}</h1>'
        f'<p class="address-line">{escape(source)} '
        f'<code>{name}</code> · <a href="index.html">{escape(say("claim_list", language))}</a></p>'
        f'<p class="notice notice-superseded">{escape(notice)}{why}</p>'
        f'<p class="claim-verdict">{verdict(kept)}</p>'
        f'<section id="evidence"><h2>{escape(say("shows", language))}</h2>'
        f"<p>{escape(kept['evidence'])}</p></section>"
        f"{version_table(history, name)}</section>"
        f"{cite(claim_work(last, name, book))}"
    )


def groups(language: Language) -> list[filters.Group]:
    """The questions to the list of claims."""
    return [
        filters.Group("verdict", say("by_verdict", language),
                      {name: text[language] for name, text in VERDICTS.items()}),
        filters.Group("theme", say("by_theme", language),
                      {name: text[language] for name, text in load().names.themes.items()}),
    ]  # fmt: skip


def entries(history: History) -> list[filters.Entry]:
    """The claims of today as a list."""
    return [
        filters.Entry(
            {"verdict": str(kept["verdict"]), "theme": str(kept["theme"])},
            f'<a href="{name}.html">{escape(kept["statement"])}</a>'
            f'<span class="entry-more">{verdict(kept)} · p. {kept["report_page"]} · '
            f"<code>{name}</code></span>",
        )
        for name, kept in history.current.claims.items()
    ]


def list_body(history: History) -> tuple[str, str]:
    """All claims, to be filtered by verdict and theme; and the style that filters."""
    language = history.current.language
    gone = [name for name in history.claims if name not in history.current.claims]
    items = "".join(
        f'<li><a href="{name}.html">'
        f"{escape(history.last_with_claim(name).claims[name]['statement'])}</a> "
        f"<code>{name}</code></li>"
        for name in gone
    )
    left = (
        f'<section id="gone"><h2>{escape(say("claims_gone", language))}</h2>'
        f"<ul>{items}</ul></section>"
        if gone
        else ""
    )
    asked, listed = groups(language), entries(history)
    body = (
        f'<section id="claims"><h1>{escape(say("claims", language))}</h1>'
        f"<p>{escape(say('claims_lead', language))}</p>"
        f"{filters.form(asked, listed, language)}</section>{left}"
    )
    return body, filters.style(asked, listed)
