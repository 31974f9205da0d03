"""Publications that the prose names: ``{source}`` and ``{source-list}``, from ``data/sources.csv``.

A publication whose address is not known stands by name, without a link.
"""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from sme_survey import load
from sme_survey.survey.model import UnknownName
from sme_survey.survey.sources import KINDS, Source, when
from sme_survey.survey.text import Language, edition


def linked(source: Source, text: str) -> nodes.Node:
    """A text as a link to a publication, or as it is."""
    if not source.address:
        return nodes.Text(text)
    return nodes.reference("", text, refuri=source.address)


class SourceRole(SphinxRole):
    """``{source}`ipa-2021-report```: the credit line of a publication, linked where it can be.

    ``{source}`title:ipa-2021-report``` gives its title.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The link; a name that is not known is an error of the page."""
        part, _, name = self.text.rpartition(":")
        try:
            source = load().source(name)
        except UnknownName as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        shown = source.title if part == "title" else source.credit
        return [linked(source, shown[edition()])], []


def reference(source: Source, language: Language) -> str:
    """A publication as an entry of a list: publisher, date, title as a link."""
    title = html.escape(source.title[language])
    if source.address:
        title = f'<a href="{html.escape(source.address)}">{title}</a>'
    publisher = html.escape(source.publisher[language])
    if language == "ja":
        shown = f"『{title}』" if "「" in title else f"「{title}」"
        date = f"、{when(source.date).ja}" if source.date else ""
        return f"<li>{publisher}{shown}{date}。</li>"
    date = f" ({when(source.date).en})" if source.date else ""
    return f"<li>{publisher}{date}. {title}.</li>"


class SourceList(SphinxDirective):
    """``{source-list} KIND ...``: the publications of some kinds, in the order of the table."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """A list; an unknown kind is an error of the page."""
        kinds = self.arguments[0].split()
        if unknown := [kind for kind in kinds if kind not in KINDS]:
            raise self.error(f"no kind of source {', '.join(unknown)}; known: {', '.join(KINDS)}")
        entries = "".join(
            reference(source, edition()) for source in load().sources if source.kind in kinds
        )
        return [nodes.raw("", f'<ul class="publications">{entries}</ul>', format="html")]


def setup(app: Any) -> dict[str, Any]:
    """Register role and directive with Sphinx."""
    app.add_role("source", SourceRole())
    app.add_directive("source-list", SourceList)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
