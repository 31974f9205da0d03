"""Directives of the pages without code: findings, facts, contents, dictionary, terms, software."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from sme_book.base.editions import word
from sme_book.base.facts import survey_facts
from sme_book.pages.record import navigation
from sme_book.standards import software
from sme_survey.judgement.findings import FRONT, main_finding
from sme_survey.survey.loading import data_dir, load
from sme_survey.survey.text import Language, edition


def raw(content: str) -> nodes.raw:
    """HTML of ours as a node."""
    return nodes.raw("", content, format="html")


# ---- findings --------------------------------------------------------------------------------

FINDINGS = "notebooks/findings"


class FrontFindings(SphinxDirective):
    """``{front-findings}``: the main findings that the front pages begin with, each a link."""

    def run(self) -> list[nodes.Node]:
        """A list of sentences; one that the data do not bear stops the build."""
        survey, language = load(), edition()
        chapter = self.env.app.builder.get_relative_uri(self.env.docname, FINDINGS)
        entries = "".join(
            f'<li><a href="{chapter}#finding-{name}">'
            f"{html.escape(main_finding(survey, name).said[language])}</a></li>"
            for name in FRONT
        )
        more = html.escape(word("all_findings", language))
        return [
            raw(
                f'<ol class="front-findings">{entries}</ol>'
                f'<p class="all-findings"><a href="{chapter}">{more}</a></p>'
            )
        ]


# ---- facts -----------------------------------------------------------------------------------


class Facts(SphinxDirective):
    """``{facts}``: the size of the survey in a row of numbers."""

    def run(self) -> list[nodes.Node]:
        """A definition list, each number above what it counts."""
        entries = "".join(
            f"<div><dt>{html.escape(label[edition()])}</dt><dd>{number}</dd></div>"
            for number, label in survey_facts()
        )
        return [raw(f'<dl class="facts">{entries}</dl>')]


# ---- contents --------------------------------------------------------------------------------


class contents_list(nodes.General, nodes.Element):
    """Where the list of chapters goes once all titles are known."""


class Contents(SphinxDirective):
    """``{contents-list}``: every chapter with its description, by part."""

    def run(self) -> list[nodes.Node]:
        """Leave a node for :class:`ResolveContents`."""
        return [contents_list()]


class ResolveContents(SphinxPostTransform):
    """Write the list of chapters."""

    default_priority = 8

    def run(self, **kwargs: Any) -> None:
        """Replace the node by the list, in the order of ``_toc.yml``."""
        for node in list(self.document.findall(contents_list)):
            parts = []
            for part in navigation(self.app, self.env.docname):
                entries = "".join(
                    f'<li><a href="{page["href"]}">{html.escape(page["title"])}</a>'
                    f"<p>{html.escape(page['description'])}</p></li>"
                    for page in part["pages"]
                )
                parts.append(
                    f'<section class="part"><h3>{html.escape(part["caption"])}</h3>'
                    f"<ul>{entries}</ul></section>"
                )
            node.replace_self(raw(f'<div class="chapters">{"".join(parts)}</div>'))


# ---- data dictionary -------------------------------------------------------------------------


def localised(item: Mapping[str, Any], key: str, language: Language) -> str:
    """A text of the data package in one language: ``title_ja`` stands beside ``title``."""
    return str(item.get(f"{key}_{language}") or item.get(key) or "")


class DataDictionary(SphinxDirective):
    """``{data-dictionary}``: every table and column, from ``data/datapackage.json``."""

    def run(self) -> list[nodes.Node]:
        """A section for each table."""
        folder = data_dir()
        self.env.note_dependency(str(folder / "datapackage.json"))
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        return [table_section(resource, folder, edition()) for resource in package["resources"]]


def table_section(resource: Mapping[str, Any], folder: Path, language: Language) -> nodes.section:
    """What one table holds: description, number of rows, and its columns."""
    name = str(resource["name"])
    title = localised(resource, "title", language) or name
    section = nodes.section(ids=[f"table-{name}"], named=True)
    section += nodes.title("", title)
    file = str(resource["path"])
    with (folder / file).open(encoding="utf-8") as lines:
        rows = sum(1 for _ in lines) - 1
    description = localised(resource, "description", language)
    if description:
        section += nodes.paragraph("", description)
    counted = word("dict_rows", language, file=file, rows=f"{rows:,}")
    section += raw(f'<p class="dict-file"><code>{html.escape(counted)}</code></p>')
    section += raw(fields_table(resource, file, language))
    return section


def fields_table(resource: Mapping[str, Any], file: str, language: Language) -> str:
    """The columns of one table as an HTML table."""
    schema = resource["schema"]
    keys = schema.get("primaryKey") or []
    keys = [keys] if isinstance(keys, str) else keys
    targets = foreign_keys(schema)
    heads = ("dict_field", "dict_type", "dict_unit", "dict_meaning", "dict_values")
    head = "".join(f'<th scope="col">{html.escape(word(key, language))}</th>' for key in heads)
    rows = []
    for field in schema["fields"]:
        notes = [word("dict_key", language)] if field["name"] in keys else []
        if field["name"] in targets:
            notes.append(word("dict_refers", language, target=targets[field["name"]]))
        meaning = html.escape(localised(field, "description", language))
        if notes:
            meaning += f' <span class="dict-note">{html.escape(" · ".join(notes))}</span>'
        rows.append(
            f'<tr><th scope="row"><code>{html.escape(field["name"])}</code></th>'
            f"<td>{html.escape(field.get('type', ''))}</td>"
            f"<td>{html.escape(localised(field, 'unit', language))}</td>"
            f"<td>{meaning}</td><td>{allowed_values(field)}</td></tr>"
        )
    caption = html.escape(word("dict_fields_of", language, file=file))
    return (
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="{caption}">'
        f'<table class="dictionary"><caption class="visually-hidden">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def foreign_keys(schema: Mapping[str, Any]) -> dict[str, str]:
    """Column to the table.column it refers to."""
    found: dict[str, str] = {}
    for key in schema.get("foreignKeys", ()):
        own, reference = key["fields"], key["reference"]
        own = [own] if isinstance(own, str) else own
        theirs = reference["fields"]
        theirs = [theirs] if isinstance(theirs, str) else theirs
        for mine, its in zip(own, theirs, strict=True):
            found[mine] = f"{reference.get('resource') or 'self'}.{its}"
    return found


def allowed_values(field: Mapping[str, Any]) -> str:
    """Constraints of a column, short."""
    constraints = field.get("constraints", {})
    if values := constraints.get("enum"):
        shown = ", ".join(f"<code>{html.escape(str(value))}</code>" for value in values[:12])
        return shown + (" …" if len(values) > 12 else "")
    low, high = constraints.get("minimum"), constraints.get("maximum")
    if low is not None or high is not None:
        to = {"en": "–", "ja": "〜"}[edition()]
        return f"{'' if low is None else low}{to}{'' if high is None else high}"
    return f"<code>{html.escape(constraints['pattern'])}</code>" if "pattern" in constraints else ""


# ---- terms -----------------------------------------------------------------------------------


class Terms(SphinxDirective):
    """``{terms} FILE``: a glossary from a JSON file beside the page, both names of each term."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """A definition list; each term has an id that both editions share."""
        path = Path(self.env.doc2path(self.env.docname)).parent / self.arguments[0]
        self.env.note_dependency(str(path))
        groups = json.loads(path.read_text(encoding="utf-8"))
        language = edition()
        found: list[nodes.Node] = []
        for group in groups:
            section = nodes.section(ids=[f"terms-{group['id']}"], named=True)
            section += nodes.title("", group[f"title_{language}"])
            section += raw(term_list(group["terms"], language))
            found.append(section)
        return found


def term_list(terms: list[dict[str, str]], language: Language) -> str:
    """Terms in the order of the reader's alphabet."""
    entries = []
    key = "en" if language == "en" else "reading"
    for term in sorted(terms, key=lambda item: item.get(key, item[language]).casefold()):
        names = [f'<span lang="{name}">{html.escape(term[name])}</span>' for name in ("en", "ja")]
        first, second = names if language == "en" else names[::-1]
        status = html.escape(term.get(f"status_{language}", ""))
        note = f' <span class="term-status">{status}</span>' if status else ""
        entries.append(
            f'<div id="term-{term["id"]}"><dt>{first} <span class="term-other">{second}</span>'
            f"{note}</dt><dd>{html.escape(term[f'meaning_{language}'])}</dd></div>"
        )
    return f'<dl class="terms">{"".join(entries)}</dl>'


# ---- software --------------------------------------------------------------------------------


class Packages(SphinxDirective):
    """``{packages} shipped`` or ``{packages} build``: software with version and licence."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """A table read from what is installed."""
        language = edition()
        chosen = software.shipped() if self.arguments[0] == "shipped" else software.building()
        label = "packages_shipped" if self.arguments[0] == "shipped" else "packages_build"
        caption = html.escape(word(label, language))
        heads = "".join(
            f'<th scope="col">{html.escape(word(key, language))}</th>'
            for key in ("package", "version", "licence_name")
        )
        rows = "".join(
            f'<tr><th scope="row">{html.escape(item.name)}</th><td>{html.escape(item.version)}</td>'
            f"<td>{html.escape(item.licence)}</td></tr>"
            for item in chosen
        )
        return [
            raw(
                f'<div class="table-scroll" role="region" tabindex="0" aria-label="{caption}">'
                f'<table class="packages"><caption class="visually-hidden">{caption}</caption>'
                f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
            )
        ]


DIRECTIVES: dict[str, type[SphinxDirective]] = {
    "front-findings": FrontFindings,
    "facts": Facts,
    "contents-list": Contents,
    "data-dictionary": DataDictionary,
    "terms": Terms,
    "packages": Packages,
}
