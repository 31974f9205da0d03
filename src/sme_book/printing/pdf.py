"""The PDF of each edition: one XHTML page printed by Chromium, then made reproducible.

The page holds cover, contents, every chapter and the data of the figures. Chromium prints it
tagged, with an outline and with the drawings as vectors. It prints twice: the first time tells on
which page each chapter begins, for the contents. What depends on the moment (dates, identifiers)
is then set from the version.
"""

from __future__ import annotations

import html
import io
import tempfile
from pathlib import Path
from typing import Any

from lxml import etree

from sme_book.base import assets, local
from sme_book.base.editions import word
from sme_book.base.html import phrases
from sme_book.base.project import ROOT
from sme_book.printing import glyphs, paper, tags, volumes
from sme_book.printing.volumes import INTERNAL, SVG, XHTML, Volume, say

# One typeface for both languages, whole and in TrueType: it is embedded as two subsets, and no
# machine prints with another. The face of code comes with matplotlib.
FONTS = ROOT / "node_modules/@expo-google-fonts/noto-sans-jp"
POSTSCRIPT = {
    ("Book", 400): "NotoSansJP-Regular",
    ("Book", 700): "NotoSansJP-Bold",
    ("Code", 400): "DejaVuSansMono",
}
DRAWING_SCALE = 0.9  # drawings are made for screens: their text is then 8 points

# ---- the page --------------------------------------------------------------------------------


def cover(volume: Volume) -> str:
    """Title, edition, version, credit line and licences."""
    language, book = volume.language, volume.book
    version = say("version", language, version=book.version, date=book.released)
    address = f"<p>{html.escape(book.address)}</p>" if book.address else ""
    parts = phrases(volume.title) if language == "ja" else [volume.title]
    return (
        f'<section class="cover"><p class="cover-kicker">{say("edition", language)}</p>'
        f'<p class="cover-title">{"<wbr/>".join(map(html.escape, parts))}</p>'
        f'<p class="cover-subtitle">{html.escape(book.subtitle[language])}</p>'
        f'<div class="cover-facts"><p>{html.escape(", ".join(book.authors))}<br/>'
        f"{html.escape(version)}</p></div>"
        f'<div class="cover-foot"><p>{html.escape(word("credit", language))}</p>'
        f"<p>{html.escape(word('licence', language))}</p>{address}</div></section>"
    )


def contents(volume: Volume, pages: dict[str, int]) -> str:
    """The contents with the page of each chapter, once it is known."""
    parts = [f'<nav class="print-contents"><h1>{word("contents", volume.language)}</h1><ol>']
    part = ""
    for chapter in volume.chapters:
        if chapter.part and chapter.part != part:
            part = chapter.part
            parts.append(f'</ol><p class="part">{html.escape(part)}</p><ol>')
        elif not chapter.part and part:
            parts.append('</ol><p class="part"> </p><ol>')
        at = pages.get(chapter.name, "")
        parts.append(
            f'<li><a href="#{chapter.name}">{html.escape(chapter.title)}'
            f'<span class="at">{at}</span></a></li>'
        )
    return "".join(parts) + "</ol></nav>"


def quoted(text: str) -> str:
    """A text as a CSS string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def typefaces() -> dict[tuple[str, int], Path]:
    """File of each typeface by the name that the stylesheet has for it, and weight.

    Raises
    ------
    FileNotFoundError
        If one is not installed.
    """
    import matplotlib

    faces = {
        ("Book", 400): FONTS / "400Regular/NotoSansJP_400Regular.ttf",
        ("Book", 700): FONTS / "700Bold/NotoSansJP_700Bold.ttf",
        ("Code", 400): Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSansMono.ttf",
    }
    for path in faces.values():
        if not path.is_file():
            raise FileNotFoundError(f"no {path.name}: run `make environment`")
    return faces


def font_faces() -> str:
    """The typefaces as CSS, by their files on this machine."""
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f'src: url("{path.as_uri()}"); }}\n'
        for (family, weight), path in typefaces().items()
    )


def style(volume: Volume) -> str:
    """The stylesheet, with the typefaces and a running head for each chapter."""
    text = font_faces() + assets.style(ROOT, "print")
    text = text.replace('"BOOK"', quoted(word("book_short", volume.language)))
    head = (
        'font: 7.5pt/1 "Book", sans-serif; color: #5b646c; '
        "vertical-align: bottom; padding-bottom: 6mm; text-align: right; white-space: nowrap;"
    )
    for chapter in volume.chapters:
        text += (
            f"@page {chapter.name} {{ @top-right "
            f"{{ content: {quoted(chapter.title)}; {head} }} }}\n"
            f"#chapter-{chapter.name} {{ page: {chapter.name}; }}\n"
        )
    return text


def fit(body: Any) -> None:
    """Set drawings and tables for paper; only long tables run over pages."""
    volumes.keep_shape(body, "wide")
    for picture in list(body.iter(f"{{{SVG}}}svg")):
        for name in ("width", "height"):
            picture.set(name, f"{float(picture.get(name)) * DRAWING_SCALE:.1f}")
    for table in body.iter(f"{{{XHTML}}}table"):
        kind = paper.fit_table(table)
        holder = next(table.iterancestors(f"{{{XHTML}}}figure"), None)
        for element in (table, holder):
            if element is not None and kind:
                element.set("class", f"{element.get('class') or ''} {kind}".strip())


def page(volume: Volume, pages: dict[str, int]) -> str:
    """The whole edition as one XHTML document."""
    root = etree.fromstring(
        f'<html xmlns="{XHTML}" lang="{volume.language}" xml:lang="{volume.language}"><head>'
        f'<meta charset="utf-8"/><title>{html.escape(volume.title)}</title><style/></head>'
        f"<body>{cover(volume)}{contents(volume, pages)}</body></html>"
    )
    root[0][2].text = style(volume)
    for chapter in volume.chapters:
        box = etree.SubElement(root[1], f"{{{XHTML}}}div", {"class": "chapter"})
        box.set("id", f"chapter-{chapter.name}")
        box.append(etree.fromstring(volumes.serialise(chapter.body)))
        fit(box)
    for link in root.iter(f"{{{XHTML}}}a"):
        href = link.get("href") or ""
        if href.startswith(INTERNAL):
            link.set("href", "#" + href.split("#", 1)[1])
    tags.mark_passages(root, volume.language)
    tags.fill_cells(root)
    return "<!DOCTYPE html>\n" + volumes.serialise(root)


# ---- printing --------------------------------------------------------------------------------


def chapter_pages(document: bytes, names: list[str]) -> dict[str, int]:
    """The page, counted from 1, on which each chapter begins."""
    import pikepdf

    with pikepdf.open(io.BytesIO(document)) as pdf:
        numbers = {item.objgen: number for number, item in enumerate(pdf.pages, start=1)}
        targets = named_targets(pdf)
        return {name: numbers[targets[name][0].objgen] for name in names if name in targets}


def named_targets(pdf: Any) -> dict[str, Any]:
    """Named destinations of a document, however it stores them."""
    import pikepdf

    found: dict[str, Any] = {}
    if "/Dests" in pdf.Root:
        found |= {key.removeprefix("/"): value for key, value in pdf.Root.Dests.items()}
    if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names:
        found |= {str(key): value for key, value in pikepdf.NameTree(pdf.Root.Names.Dests).items()}
    return {
        name: target.D if isinstance(target, pikepdf.Dictionary) else target
        for name, target in found.items()
    }


def open_page(context: Any, source: str, folder: Path) -> Any:
    """An XHTML document in the browser, its typefaces loaded.

    Raises
    ------
    RuntimeError
        If a typeface did not load.
    """
    path = folder / "book.xhtml"
    path.write_text(source, encoding="utf-8")
    tab = context.new_page()
    tab.goto(path.as_uri())
    missing = tab.evaluate(
        "document.fonts.ready.then(() => Promise.all([...document.fonts].map(f => f.load())))"
        ".then(() => [...document.fonts].filter(f => f.status !== 'loaded').length)"
    )
    if missing:
        raise RuntimeError(f"{missing} typefaces did not load")
    return tab


def printed(browser: Any, source: str, folder: Path) -> bytes:
    """One XHTML document as Chromium prints it."""
    context = browser.new_context(offline=True)
    try:
        tab = open_page(context, source, folder)
        return bytes(
            tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        )
    finally:
        context.close()


def print_volume(browser: Any, volume: Volume) -> bytes:
    """The edition, printed until the pages that the contents name are those of the chapters."""
    names = [chapter.name for chapter in volume.chapters]
    pages: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(4):
            document = printed(browser, page(volume, pages), Path(folder))
            found = chapter_pages(document, names)
            if found == pages:
                return document
            pages = found
    raise RuntimeError("the contents do not settle")


# ---- the file --------------------------------------------------------------------------------


def headings(volume: Volume) -> list[tuple[int, str]]:
    """Level and text of every heading in the order in which the document has them."""
    found = [(1, word("contents", volume.language))]
    names = {f"{{{XHTML}}}h{level}": level for level in range(1, 7)}
    for chapter in volume.chapters:
        found += [
            (names[element.tag], " ".join("".join(element.itertext()).split()))
            for element in chapter.body.iter(*names)
        ]
    return found


def write_outline(pdf: Any, volume: Volume) -> None:
    """Put the outline under the parts of the contents, with the words of the headings.

    Chromium's own outline has the right places, but repeats the words of a heading that it moved
    to the next page.

    Raises
    ------
    RuntimeError
        If the outline does not have as many entries as the document has headings.
    """
    import pikepdf

    def flat(items: Any) -> Any:
        for item in items:
            yield item
            yield from flat(item.children)

    with pdf.open_outline() as outline:
        items, told = list(flat(outline.root)), headings(volume)
        if len(items) != len(told):
            raise RuntimeError(f"{len(told)} headings, but {len(items)} entries in the outline")
        parts = {chapter.title: chapter.part for chapter in volume.chapters}
        root: list[Any] = []
        above: list[tuple[int, Any]] = []
        for item, (level, text) in zip(items, told, strict=True):
            entry = pikepdf.OutlineItem(text, item.destination)
            entry.is_closed = True
            if level == 1:
                above = []
                part = parts.get(text, "")
                if part and (not root or root[-1].title != part):
                    root.append(pikepdf.OutlineItem(part, item.destination))
                siblings = root[-1].children if part else root
            else:
                above = [(depth, parent) for depth, parent in above if depth < level]
                siblings = above[-1][1].children
            siblings.append(entry)
            above.append((level, entry))
        outline.root[:] = root


def finish(document: bytes, volume: Volume) -> bytes:
    """The same document with its title, language and dates from the version, and no chance in it.

    Chromium's tags, links and places stay as they are.
    """
    import pikepdf

    book, language = volume.book, volume.language
    day = book.released.replace("-", "")
    with pikepdf.open(io.BytesIO(document)) as pdf:
        info = {
            "/Title": volume.title,
            "/Author": ", ".join(book.authors),
            "/Subject": book.subtitle[language],
            "/Keywords": ", ".join(item[language] for item in book.keywords),
            "/Creator": f"sme-survey {book.version}",
            "/CreationDate": f"D:{day}000000Z",
            "/ModDate": f"D:{day}000000Z",
        }
        producer = str(pdf.docinfo.get("/Producer", ""))
        del pdf.docinfo
        for name, value in info.items():
            pdf.docinfo[name] = value
        pdf.docinfo["/Producer"] = producer
        stamp = f"{book.released}T00:00:00Z"
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
            about["dc:title"] = volume.title
            about["dc:creator"] = list(book.authors)
            about["dc:language"] = {language}
            about["dc:description"] = book.subtitle[language]
            about["dc:rights"] = f"{word('licence', language)} {word('credit', language)}"
            about["pdfuaid:part"] = "1"
            about["xmp:CreateDate"] = stamp
            about["xmp:ModifyDate"] = stamp
            about["xmp:CreatorTool"] = f"sme-survey {book.version}"
            about["pdf:Producer"] = producer
        write_outline(pdf, volume)
        source = page(volume, {})
        tags.mend(pdf, volume, etree.fromstring(source))
        faces = {POSTSCRIPT[key]: path for key, path in typefaces().items()}
        glyphs.mend(pdf, faces, source)
        pdf.Root.Lang = pikepdf.String(language)
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        result = io.BytesIO()
        pdf.save(
            result, deterministic_id=True, linearize=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )  # fmt: skip
    return result.getvalue()


def cover_picture(browser: Any, volume: Volume) -> bytes:
    """The cover as a PNG picture, for the shelves of e-book readers."""
    source = (
        f'<html xmlns="{XHTML}" lang="{volume.language}"><head><title>cover</title><style>'
        f"{html.escape(style(volume), quote=False)}</style></head>"
        f"<body>{cover(volume)}</body></html>"
    )
    context = browser.new_context(
        offline=True, viewport={"width": 794, "height": 1123}, device_scale_factor=2
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            tab = open_page(context, source, Path(folder))
            return bytes(tab.screenshot(type="png", animations="disabled"))
    finally:
        context.close()


def launch(playwright: Any) -> Any:
    """A browser to print with, which draws letters the same on every machine."""
    return local.launch(playwright, "--font-render-hinting=none")


def write_pdf(browser: Any, volume: Volume, path: Path) -> None:
    """Print an edition into a file."""
    path.write_bytes(finish(print_volume(browser, volume), volume))
