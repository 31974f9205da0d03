"""The page that checks a table of the reader's own: its place, its examples, its scripts."""

from __future__ import annotations

import html
import json
from decimal import Decimal
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _JavaScript
from sphinx.util.docutils import SphinxDirective

from sme_book.base import inputs
from sme_book.base.editions import word
from sme_book.base.places import REPLAY_FOLDER
from sme_book.base.project import ROOT, whole
from sme_survey import __version__
from sme_survey.judgement.consistency import inspect
from sme_survey.judgement.mutation import swapped
from sme_survey.survey.loading import load
from sme_survey.survey.model import Survey
from sme_survey.survey.pasted import place, read
from sme_survey.survey.text import Language, Text, edition

QUESTION = "contract_duties"  # single answers, for all firms and by position in the supply chain
MADE_UP = Text(
    "Lunch\tpercent\tn\tcount\nRice\t41.7\t60\t25\nNoodles\t33.3\t60\t20\nBread\t26.7%\t60\t16\n"
    "Something else\t<5\t60\t\nNone of these\t5.0\t60\t3\n",
    "昼食\t割合\tn\t件数\nご飯\t４１．７\t60\t25\n麺類\t33.3\t60\t20\nパン\t26.7%\t60\t16\n"
    "その他\t＜5\t60\t\n特になし\t5.0\t60\t3\n",
)


def published(survey: Survey, language: Language) -> list[list[str]]:
    """A published table by group, as cells: options in rows, groups with their bases in columns."""
    blocks = survey.groups_of(QUESTION)
    head = [survey.question(QUESTION).title[language]]
    for rows in blocks:
        name = survey.group(rows[0].group).label[language]
        head.append(f"{name} (n={rows[0].n:,})")
    body = [
        [item.option.label[language], *(str(rows[index].percent) for rows in blocks)]
        for index, item in enumerate(blocks[0])
    ]
    return [head, *body]


def as_tsv(cells: list[list[str]]) -> str:
    """Cells as a spreadsheet copies them."""
    return "".join("\t".join(row) + "\n" for row in cells)


def planted(cells: list[list[str]]) -> list[list[str]]:
    """The table with two digits of one percentage swapped: the one that the checks name oftenest,
    by itself, in its table and with the other groups.
    """
    best, most = cells, 0
    for row in range(1, len(cells)):
        for column in range(2, len(cells[0])):
            value = swapped(Decimal(cells[row][column]))
            changed = [list(line) for line in cells]
            changed[row][column] = cells[row][column] if value is None else f"{value:.1f}"
            report = inspect(read(as_tsv(changed)))
            named = {
                line.entry.place for item in report.tables for line in item.lines if line.reasons
            }
            found = report.findings + 10 * (place(row, column) in named)
            if found > most:
                best, most = changed, found
    return best


def examples(language: Language) -> list[dict[str, str]]:
    """Three tables to begin with."""
    cells = published(load(), language)
    return [
        {"title": word("own_example_report", language), "text": as_tsv(cells)},
        {"title": word("own_example_planted", language), "text": as_tsv(planted(cells))},
        {"title": word("own_example_made_up", language), "text": MADE_UP[language]},
    ]


class OwnTable(SphinxDirective):
    """``{own-table}``: where the script puts input and results."""

    def run(self) -> list[nodes.Node]:
        """The place, with the words and the examples that the script needs."""
        language = edition()
        env: Any = self.env
        env.sme_own_tables.add(env.docname)
        given = html.escape(json.dumps(examples(language), ensure_ascii=False))
        said = f"<p>{html.escape(word('own_noscript', language))}</p>"
        content = (
            said
            if not whole()
            else (
                f'<div class="own-table" data-examples="{given}"><noscript>{said}</noscript></div>'
            )
        )
        return [nodes.raw("", content, format="html")]


def prepare(app: Sphinx) -> None:
    """Make room for the pages that have the checks."""
    env: Any = app.env
    if not hasattr(env, "sme_own_tables"):
        env.sme_own_tables = set()


def forget(app: Sphinx, env: Any, docname: str) -> None:
    """Drop what is known of a page before it is read again."""
    env.sme_own_tables.discard(docname)


def add_to_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give a page with the checks their scripts and style, and let it compile WebAssembly."""
    env: Any = app.env
    if pagename not in env.sme_own_tables or app.builder.name != "html" or not whole():
        return
    up = "../" * pagename.count("/")
    context["page_styles"].append("own-table")
    attributes: dict[str, Any] = {
        "defer": "defer",
        "data-root": f"{up}../{REPLAY_FOLDER}/",
        "data-made": inputs.python(ROOT),
    }
    context["script_files"] = [
        *context.get("script_files", []),
        _JavaScript("_static/own-table.js", **attributes),
    ]


def allow_python(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let the page compile WebAssembly; it asks no host but its own."""
    env: Any = app.env
    policy = context.get("policy")
    if policy is not None and pagename in env.sme_own_tables and whole():
        policy["script-src"].append("'wasm-unsafe-eval'")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the events."""
    app.connect("builder-inited", prepare)
    app.connect("env-purge-doc", forget)
    app.connect("html-page-context", add_to_page, priority=800)
    app.connect("html-page-context", allow_python, priority=950)
    app.add_directive("own-table", OwnTable)
    return {"version": __version__, "parallel_read_safe": False, "parallel_write_safe": True}
