"""The Sphinx extension of the book: editions, anchors, cards, roles, and the frame of each page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _JavaScript
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from sme_book.base import assets, editions, publication
from sme_book.base.files import integrity
from sme_book.base.html import Page, fragment
from sme_book.base.places import numbered
from sme_book.notebooks import kernels
from sme_book.notebooks.outputs import KEPT, NotebookError, of_edition
from sme_book.pages.cards import CardPlace, CardRenderer, card_figure, write_card
from sme_book.pages.directives import DIRECTIVES, ResolveContents, contents_list
from sme_book.pages.record import SEARCH, Loaded, navigation, page_entry
from sme_survey import __version__
from sme_survey.presentation.widgets import LATER
from sme_survey.survey.loading import load
from sme_survey.survey.text import Language, edition

logger = logging.getLogger(__name__)

# Scripts of Sphinx that no page of ours uses.
UNUSED_SCRIPTS = (
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "translations.js",
)
# Marks the pages that have controls; they get the style and the script of controls.
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
DESCRIPTION_LENGTH = {"en": 155, "ja": 80}


# ---- editions --------------------------------------------------------------------------------


def set_edition(app: Sphinx, config: Config) -> None:
    """Give the configuration the language and the titles of the edition."""
    language = edition()
    config.language = language
    config.project = editions.word("book_title", language)
    config.html_title = editions.word("book_title", language)
    config.html_short_title = editions.word("book_short", language)
    config.version = config.release = __version__


def translate_contents(app: Sphinx, config: Config) -> None:
    """Put the captions of the contents into the language of the edition."""
    site_map = getattr(config, "external_site_map", None)
    if site_map is None:
        return
    for document in site_map.values():
        for subtree in document.subtrees:
            if subtree.caption:
                subtree.caption = editions.part(subtree.caption, edition())


def keep_edition(app: Sphinx, docname: str, source: list[str]) -> None:
    """Filter a source to the passages of the edition, and run it (event ``source-read``)."""
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".ipynb":
        source[0] = editions.filter_markdown(source[0], edition())
        return
    kept = Path(app.outdir).parent / KEPT
    try:
        source[0] = of_edition(source[0], path, Path(app.srcdir), edition(), kept)
    except NotebookError as error:
        raise ExtensionError(f"{docname}: {error}") from error


# ---- documents -------------------------------------------------------------------------------


class StableAnchors(SphinxTransform):
    """Give sections the same ids in both editions: those written before their headings.

    docutils makes ids of the heading's words, ``id1`` and so on for Japanese ones.
    """

    default_priority = 870

    def apply(self, **kwargs: Any) -> None:
        """Keep explicit ids only, and ask for one where there is none."""
        for section in self.document.findall(nodes.section):
            if section.get("named"):  # made by a directive, with an id of its own
                continue
            explicit = [
                self.document.nameids[name]
                for name in section["names"]
                if self.document.nametypes.get(name) and self.document.nameids.get(name)
            ]
            explicit = [item for item in section["ids"] if item in explicit]
            if section.parent is self.document:
                section["ids"] = [self.env.docname.rsplit("/", 1)[-1], *explicit]
            elif explicit:
                section["ids"] = explicit
            else:
                title = section.next_node(nodes.title)
                logger.warning(
                    "heading %r has no anchor; write (some-name)= on the line before it",
                    title.astext() if title else "",
                    location=section,
                )


class NumberCells(SphinxTransform):
    """Number the code cells of a page that readers see, ``id="cell-3"``, and say what they make.

    A class tells apart cells that draw a figure, write a table, compute numbers for the prose
    (whose list opens with their code), or show nothing.
    """

    default_priority = 871

    def apply(self, **kwargs: Any) -> None:
        """Set the ids, counted from 1, and the classes."""
        number = 0
        for container in self.document.findall(nodes.container):
            if container.get("nb_element") == "cell_code":
                number += 1
                container["ids"] = [f"cell-{number}"]
                container["classes"].append(f"makes-{made_by(container)}")


def made_by(cell: nodes.Element) -> str:
    """What a code cell makes: ``figure``, ``table``, ``numbers``, ``output`` or ``nothing``."""
    kinds = [node["card"]["kind"] for node in cell.findall(card_figure)]
    if kinds:
        return "figure" if "figure" in kinds else "table"
    if any('class="said"' in raw.astext() for raw in cell.findall(nodes.raw)):
        return "numbers"
    parts = [item for item in cell.children if isinstance(item, nodes.Element)]
    outputs = any(item.get("nb_element") == "cell_code_output" for item in parts)
    return "output" if outputs else "nothing"


class card_reference(nodes.Inline, nodes.Element):
    """A reference to a card, resolved when every page has been read."""


class CardRole(SphinxRole):
    """``{card}`label```: "Figure 3", linked to the card, with its page where that is another."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave a node for :class:`ResolveCards`."""
        node = card_reference(label=self.text)
        self.set_source_info(node)
        return [node], []


class SingleRole(SphinxRole):
    """``{single}`name```: a number that the report gives in a sentence, from the data."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The number, written for a sentence."""
        single = load().single(self.text)
        value = single.value
        whole = value == value.to_integral_value() and single.unit == "count"
        text = f"{int(value):,}" if whole else str(value).replace("-", "\N{MINUS SIGN}")
        return [nodes.Text(text)], []


class LanguageRole(SphinxRole):
    """``{lang-ja}`text``` and ``{lang-en}`text```: a passage in the other language."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """An element that says its language."""
        language = self.name.rsplit("-", 1)[-1]
        text = html.escape(self.text)
        return [nodes.raw("", f'<span lang="{language}">{text}</span>', format="html")], []


class ResolveCards(SphinxPostTransform):
    """Turn references to cards into links."""

    default_priority = 8

    def run(self, **kwargs: Any) -> None:
        """Replace each reference by a link, or warn that there is no such card."""
        env: Any = self.env
        for node in list(self.document.findall(card_reference)):
            place: CardPlace | None = env.sme_cards.get(node["label"])
            if place is None:
                logger.warning("there is no card %r", node["label"], location=node)
                node.replace_self(nodes.Text(node["label"]))
                continue
            text = numbered(place.kind, place.number, edition())
            uri = f"#{place.anchor}"
            if place.docname != self.env.docname:
                page = self.env.titles[place.docname].astext()
                text = editions.word("figure_elsewhere", edition(), figure=text, page=page)
                uri = self.app.builder.get_relative_uri(self.env.docname, place.docname) + uri
            link = nodes.reference("", text, internal=True, refuri=uri, classes=["card-reference"])
            node.replace_self(link)


def visit_hidden(translator: Any, node: nodes.Element) -> None:
    """A folded part of a cell, with its texts in the language of the edition."""
    kind = "output" if "below-input" in node["classes"] else "code"
    makes = next(
        (name.removeprefix("makes-") for name in node.parent["classes"] if "makes-" in name), ""
    )
    name = "cell_output" if kind == "output" else f"code_{makes or 'nothing'}"
    summary = editions.word(name, edition())
    translator.body.append(f'<details class="cell-{kind}"><summary>{summary}</summary>\n')


def depart_hidden(translator: Any, node: nodes.Element) -> None:
    """Close the folded part."""
    translator.body.append("</details>\n")


def describe(app: Sphinx, doctree: nodes.document) -> None:
    """Remember the first paragraph of a page: it describes the page in lists and to machines."""
    env: Any = app.env
    env.sme_descriptions[env.docname] = first_words(doctree)


def first_words(doctree: nodes.document) -> str:
    """The beginning of a page's first paragraph, cut at a sentence where that is long enough."""
    language = edition()
    limit = DESCRIPTION_LENGTH[language]
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, (nodes.section, nodes.container)):
            text = " ".join(paragraph.astext().split())
            text = re.sub(r" ?\(\)|（）", "", text)  # of a reference that is not resolved yet
            if len(text) > limit:
                cut = text.rfind("。" if language == "ja" else ". ", limit // 3, limit)
                ellipsis = text[:limit].rsplit(" ", 1)[0].rstrip(" ,;、") + "…"
                text = text[: cut + 1] if cut > 0 else ellipsis
            if text:
                return text
    return ""


def forget(app: Sphinx, env: Any, docname: str) -> None:
    """Drop what is known of a page before it is read again."""
    env.sme_descriptions.pop(docname, None)
    for label in [key for key, place in env.sme_cards.items() if place.docname == docname]:
        del env.sme_cards[label]


def prepare_environment(app: Sphinx) -> None:
    """Make room for what the pages tell about themselves, and leave search to our own index."""
    env: Any = app.env
    for name in ("sme_cards", "sme_descriptions"):
        if not hasattr(env, name):
            setattr(env, name, {})
    if app.builder.format == "html":
        cast(Any, app.builder).search = False


# ---- frame -----------------------------------------------------------------------------------


def script_hash(script: str) -> str:
    """The source expression of a Content Security Policy that allows one inline script."""
    return f"'{integrity('sha256', script.encode())}'"


def base_policy() -> dict[str, list[str]]:
    """What a page may load: its own site, and nothing else. Pages add what they need."""
    return {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
    }


def policy_text(policy: dict[str, list[str]]) -> str:
    """A policy as the page states it."""
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in policy.items())


@lru_cache(maxsize=1)
def inline_script(root: Path, language: Language) -> str:
    """The script of every page, with its words: small, so that it comes with the page."""
    return assets.script(root, assets.INLINE, language)


def write_assets(app: Sphinx) -> None:
    """Write the style sheets and scripts of the edition (event ``builder-inited``)."""
    if app.builder.format == "html":
        assets.write(Path(app.srcdir), Path(app.outdir, "_static"), edition())


def first_shown(state: Mapping[str, Mapping[str, Any]], views: Iterable[str]) -> set[str]:
    """Ids of the models that a page shows when it opens: of a Stack the chosen child alone."""
    found: set[str] = set()
    waiting = list(views)
    while waiting:
        name = waiting.pop()
        found.add(name)
        traits = state[name]["state"]
        children = traits.get("children", [])
        if state[name]["model_name"] == "StackModel":
            index = traits.get("selected_index")
            children = [] if index is None else [children[index]]
        waiting += [child.removeprefix("IPY_MODEL_") for child in children]
    return found


def lighter(
    app: Sphinx, pagename: str, page: Page, script: _JavaScript, context: dict[str, Any]
) -> _JavaScript:
    """The state of a page's widgets without what it may load later, which gets a file of its own.

    That are the views marked as :data:`sme_survey.presentation.widgets.LATER` that are not shown
    when the page opens. The state says where the file is and what it must hold.
    """
    held = json.loads(script.attributes["body"])
    state = held["state"]
    views = [
        json.loads(item.text)["model_id"] for item in page.root.iter("script")
        if item.get("type") == WIDGET_VIEW
    ]  # fmt: skip
    shown = first_shown(state, views)
    late = {
        name: model["state"].pop("value") for name, model in state.items()
        if LATER in model["state"].get("_dom_classes", ()) and name not in shown
    }  # fmt: skip
    if not late:
        return script
    file = f"later-{pagename.rpartition('/')[2]}.js"
    text = json.dumps(late, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    Path(app.outdir, "_static", file).write_text(f"globalThis.bookLater={text};\n", "utf-8")
    loaded = Loaded(app, file)
    context.setdefault("loads_later", []).append(loaded)
    place = {
        "data-later": "../" * pagename.count("/") + loaded.address,
        "data-held": integrity("sha384", loaded.content),
    }
    body = json.dumps(held, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
    body = body.replace("\u200b", r"\u200b")  # an empty text to ipywidgets; pages hold no such mark
    return _JavaScript(None, **(script.attributes | place | {"body": body}))  # type: ignore[arg-type]


def frame_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> str | None:
    """Hand the template what it needs (event ``html-page-context``)."""
    language = edition()
    other = editions.other(language)
    up = "../" * (pagename.count("/") + 1)
    script = inline_script(Path(app.srcdir), language)
    policy = context.setdefault("policy", base_policy())
    policy["script-src"].append(script_hash(script))
    scripts = [
        item for item in context.get("script_files", [])
        if not str(getattr(item, "filename", "") or "").endswith(UNUSED_SCRIPTS)
    ]  # fmt: skip
    if pagename.startswith("book/") or pagename == SEARCH:
        context["page_styles"].append("lists")
    page: Page = context["page"]
    for place, item in enumerate(scripts):
        if (item.attributes or {}).get("type") == WIDGET_STATE:
            context["page_styles"].append("widgets")
            scripts[place] = lighter(app, pagename, page, item, context)
    if page.with_class("card-figure"):
        scripts.append(_JavaScript("_static/marks.js", defer="defer"))
    for permalink in page.with_class("headerlink"):  # Sphinx says it in English everywhere
        permalink.set("title", editions.word("permalink", language))
    if page.with_class("cell-code"):
        text = editions.word("code_show_all", language)
        button = fragment(
            f'<button type="button" class="code-button" aria-pressed="false">{text}</button>'
        )
        page.tools().insert(0, button)  # a script shows it
    env: Any = app.env
    context.update(
        edition=language,
        draft=publication.draft()[language],
        word=lambda key, **values: editions.word(key, language, **values),
        other_edition=other,
        other_href=f"{up}{other}/{pagename}.html",
        site_root=up,
        navigation=navigation(app, pagename),
        home=page_entry(app, app.config.master_doc, pagename),
        description=env.sme_descriptions.get(pagename, "") or editions.word("credit", language),
        inline_script=script,
        script_files=scripts,
        policy_text=policy_text,
    )
    return None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    from myst_nb.core.render import load_mime_renders
    from myst_nb.sphinx_ import HideCodeCellNode

    # an entry point would reach every book that is built where this one is installed
    if CardRenderer not in load_mime_renders():
        load_mime_renders().append(CardRenderer)

    # Jupyter Book sets this for an extension that is left out here.
    app.add_config_value("comments_config", {}, "")
    kernels.talk_through_files()
    app.connect("config-inited", set_edition, priority=100)
    app.connect("config-inited", translate_contents, priority=950)
    app.connect("builder-inited", prepare_environment)
    app.connect("builder-inited", write_assets)
    app.connect("env-purge-doc", forget)
    app.connect("source-read", keep_edition)
    app.connect("doctree-read", describe)
    app.connect("html-page-context", frame_page, priority=900)
    app.add_transform(StableAnchors)
    app.add_transform(NumberCells)
    app.add_post_transform(ResolveCards)
    app.add_post_transform(ResolveContents)
    app.add_node(contents_list)
    app.add_node(card_figure, html=(write_card, None))
    app.add_node(card_reference)
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden, depart_hidden))
    app.add_role("card", CardRole())
    app.add_role("single", SingleRole())
    for language in ("en", "ja"):
        app.add_role(f"lang-{language}", LanguageRole())
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    return {"version": __version__, "parallel_read_safe": False, "parallel_write_safe": True}
