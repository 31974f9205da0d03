"""The printed editions: text that can be searched, tags, outline, links, vectors, no chance."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from lxml import etree

from browsing import LANGUAGES
from sme_book.printing import glyphs, paper, pdf, volumes
from sme_book.printing.volumes import XHTML

pytestmark = pytest.mark.browser


@dataclass
class Printed:
    """An edition as it was printed, before and after its file was finished."""

    volume: volumes.Volume
    raw: bytes
    document: bytes
    text: str
    pages: list[str]


@pytest.fixture(scope="module")
def printer(playwright: Any) -> Iterator[Any]:
    running = pdf.launch(playwright)
    yield running
    running.close()


@pytest.fixture(scope="module")
def editions(records: dict[str, Any], printer: Any) -> dict[str, Printed]:
    made = {}
    for language in LANGUAGES:
        volume = volumes.volume(records[language])
        raw = pdf.print_volume(printer, volume)
        document = pdf.finish(raw, volume)
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages]
        made[language] = Printed(volume, raw, document, "\n".join(pages), pages)
    return made


def opened(edition: Printed) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(edition.document))


def tags(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    found, waiting = [], [document.Root.StructTreeRoot.K]
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Array):
            waiting += list(item)
        elif isinstance(item, pikepdf.Dictionary):
            if "/S" in item:
                found.append(item)
            if "/K" in item:
                waiting.append(item.K)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_can_be_searched(editions: dict[str, Printed], language: str) -> None:
    text = editions[language].text.replace("\n", "")
    for word in ("情報セキュリティ", "出典" if language == "ja" else "Source"):
        assert word in text
    for chapter in editions[language].volume.chapters:
        assert chapter.title.replace(" ", "") in text.replace(" ", "")
    # a glyph that two characters share stands for the one that is meant
    assert not re.findall("[\ufffd\u2e80-\u2fdf\u2027\ufb00-\ufb04]", text)


def test_compound_words_are_found(editions: dict[str, Printed]) -> None:
    flat = editions["ja"].text.replace("\n", "")
    for word in (
        "中小企業",
        "無回答",
        "複数回答",
        "信頼区間",
        "標本誤差",
        "独立行政法人情報処理推進機構",
    ):
        assert word in flat, word


@pytest.mark.parametrize("language", LANGUAGES)
def test_cover_names_what_it_is(editions: dict[str, Printed], language: str) -> None:
    edition = editions[language]
    first = edition.pages[0].replace("\n", "").replace(" ", "")
    book = edition.volume.book
    for text in (book.title[language], book.version, book.credit[language], book.authors[0]):
        assert text.replace(" ", "") in first


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_count_and_numbers(editions: dict[str, Printed], language: str) -> None:
    pages = editions[language].pages
    assert 40 < len(pages) < 200
    for number, text in enumerate(pages[1:], start=2):
        assert str(number) in text.split(), f"page {number} does not say its number"


@pytest.mark.parametrize("language", LANGUAGES)
def test_contents_give_the_pages_of_the_chapters(
    editions: dict[str, Printed], language: str
) -> None:
    edition = editions[language]
    names = [chapter.name for chapter in edition.volume.chapters]
    pages = pdf.chapter_pages(edition.document, names)
    assert list(pages) == names
    assert sorted(pages.values()) == list(pages.values())
    told = edition.pages[1].split()
    for chapter in edition.volume.chapters:
        assert str(pages[chapter.name]) in told
        heading = edition.pages[pages[chapter.name] - 1].replace("\n", "").replace(" ", "")
        assert chapter.title.replace(" ", "") in heading


@pytest.mark.parametrize("language", LANGUAGES)
def test_tagged_with_title_and_language(editions: dict[str, Printed], language: str) -> None:
    with opened(editions[language]) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == language
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert str(document.docinfo["/Title"]) == editions[language].volume.title
        counted = Counter(str(tag.S) for tag in tags(document))
        for kind in ("/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure", "/Link", "/L"):
            assert counted[kind], f"nothing is tagged {kind}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_described(editions: dict[str, Printed], language: str) -> None:
    edition = editions[language]
    with opened(edition) as document:
        alternatives = [str(tag.get("/Alt", "")) for tag in tags(document) if tag.S == "/Figure"]
    cards = [entry.card for chapter in edition.volume.chapters for entry in chapter.cards]
    assert sorted(alternatives) == sorted(
        card["alt"] for card in cards if card["kind"] == "figure" and card["drawn"]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_outline_follows_the_contents(editions: dict[str, Printed], language: str) -> None:
    edition = editions[language]
    with opened(edition) as document, document.open_outline() as outline:
        top = [item.title for item in outline.root]
        chapters = [
            child.title
            for item in outline.root
            for child in (item.children if item.title in parts(edition) else [item])
        ]
    assert set(parts(edition)) <= set(top)
    assert chapters[1:] == [chapter.title for chapter in edition.volume.chapters]


def parts(edition: Printed) -> list[str]:
    return [chapter.part for chapter in edition.volume.chapters if chapter.part]


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_somewhere(editions: dict[str, Printed], language: str) -> None:
    with opened(editions[language]) as document:
        targets = pdf.named_targets(document)
        inner, outer = 0, []
        for page in document.pages:
            for note in page.get("/Annots", []):
                action = note.get("/A")
                if "/Dest" in note:
                    inner += 1
                    assert str(note.Dest).removeprefix("/") in targets
                elif action is not None and "/URI" in action:
                    outer.append(str(action.URI))
        assert inner > 50
        assert all(address.startswith(("https://", "http://")) for address in outer), outer


@pytest.mark.parametrize("language", LANGUAGES)
def test_vectors_and_whole_typefaces(editions: dict[str, Printed], language: str) -> None:
    """No picture is a raster, and every typeface is embedded under its name."""
    with opened(editions[language]) as document:
        kinds = set()
        for item in document.objects:
            if isinstance(item, (pikepdf.Stream, pikepdf.Dictionary)):
                assert item.get("/Subtype") != "/Image"
                if item.get("/Type") == "/Font":
                    kinds.add((str(item.Subtype), str(item.get("/BaseFont", ""))[8:]))
    assert not [kind for kind, _ in kinds if kind == "/Type3"]
    assert {name for _, name in kinds} <= {
        "NotoSansJP-Regular", "NotoSansJP-Bold", "DejaVuSansMono"
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_this_machine_stays(editions: dict[str, Printed], language: str) -> None:
    with opened(editions[language]) as document:
        text = json.dumps([str(item) for item in document.docinfo.values()])
        metadata = bytes(document.Root.Metadata.read_bytes()).decode()
        released = editions[language].volume.book.released.replace("-", "")
        assert str(document.docinfo["/CreationDate"]) == f"D:{released}000000Z"
    for secret in ("file:/", "/tmp", "/work", "HeadlessChrome"):
        assert secret not in text + metadata + editions[language].text


def test_the_same_bytes_again(editions: dict[str, Printed], printer: Any, tmp_path: Path) -> None:
    edition = editions["ja"]
    names = [chapter.name for chapter in edition.volume.chapters]
    source = pdf.page(edition.volume, pdf.chapter_pages(edition.raw, names))
    again = pdf.finish(pdf.printed(printer, source, tmp_path), edition.volume)
    assert again == edition.document


def named_cells(document: pikepdf.Pdf) -> list[tuple[str, str, list[str]]]:
    """Kind, name and headers of every tag."""
    found = []
    for element in tags(document):
        given = [item for item in element.get("/A", []) if "/Headers" in item]
        headers = [str(name) for attributes in given for name in attributes.Headers]
        found.append((str(element.S), str(element.get("/ID", "")), headers))
    return found


def test_the_names_of_cells_do_not_depend_on_the_browser(editions: dict[str, Printed]) -> None:
    """As if Chromium had counted one node more before the first table, as it does at times."""

    def other(name: object) -> pikepdf.String:
        return pikepdf.String(f"node{int(str(name).removeprefix('node')) + 1:08d}")

    raw = io.BytesIO(editions["en"].raw)
    with pikepdf.open(raw) as one, pikepdf.open(raw) as two:
        for element in tags(two):
            if "/ID" in element:
                element.ID = other(element.ID)
            for attributes in element.get("/A", []):
                if "/Headers" in attributes:
                    attributes.Headers = pikepdf.Array([other(item) for item in attributes.Headers])
        assert named_cells(one) != named_cells(two)
        pdf.number_tags(one)
        pdf.number_tags(two)
        assert named_cells(one) == named_cells(two)


@pytest.mark.parametrize("language", LANGUAGES)
def test_cells_refer_to_headers_that_exist(editions: dict[str, Printed], language: str) -> None:
    with opened(editions[language]) as document:
        tree = pikepdf.NameTree(document.Root.StructTreeRoot.IDTree)
        names = list(tree)
        assert names == sorted(names)
        referred = set()
        for element in tags(document):
            if "/ID" in element:
                assert tree[str(element.ID)].objgen == element.objgen
            for attributes in element.get("/A", []):
                if "/Headers" in attributes:
                    referred |= {str(item) for item in attributes.Headers}
        assert referred
        assert referred <= set(names)
        for name in referred:
            assert tree[name].S == "/TH"


def test_cover_picture_is_the_same_again(editions: dict[str, Printed], printer: Any) -> None:
    volume = editions["en"].volume
    first = pdf.cover_picture(printer, volume)
    assert first[:8] == b"\x89PNG\r\n\x1a\n"
    assert first == pdf.cover_picture(printer, volume)


# ---- glyphs and characters -------------------------------------------------------------------

CMAP = (
    "begincmap\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
    "1 beginbfchar\n<0001> <2F29>\nendbfchar\n1 beginbfrange\n<0005> <0007> <0041>\nendbfrange\n"
    "endcmap\n"
)


def test_a_map_is_read_and_written() -> None:
    characters = glyphs.glyph_characters(CMAP)
    assert characters == {1: "\u2f29", 5: "A", 6: "B", 7: "C"}
    assert glyphs.glyph_characters(glyphs.written(characters, CMAP)) == characters


def test_a_glyph_stands_for_what_the_book_uses() -> None:
    alike = {"\u2f29": {"\u2f29", "小"}, "小": {"\u2f29", "小"}}
    assert glyphs.chosen("\u2f29", alike, Counter("中小企業")) == "小"
    assert glyphs.chosen("\u2f29", alike, Counter("\u2f29")) == "\u2f29"
    assert glyphs.chosen("A", alike, Counter("B")) == "A"


def test_the_typeface_shares_glyphs() -> None:
    alike = glyphs.same_glyph(pdf.typefaces()["Book", 400])
    assert "\u2f29" in alike["小"]


def test_the_page_is_well_formed(editions: dict[str, Printed]) -> None:
    root = etree.fromstring(pdf.page(editions["en"].volume, {}))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    anchors = [link.get("href") for link in root.iter(f"{{{XHTML}}}a")]
    assert not [item for item in anchors if item.startswith("#") and item[1:] not in ids]


# ---- tables ----------------------------------------------------------------------------------


def table(*rows: tuple[str, ...]) -> Any:
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return etree.fromstring(f'<table xmlns="{XHTML}"><tbody>{body}</tbody></table>')


def test_columns_are_measured_out_where_cells_wrap() -> None:
    text = "the most named option of those that answered " * 6
    made = table(("claim-name", text, "holds"), ("other", text, "does not hold"))
    assert paper.fit_table(made) == "short"
    wide = [float(col.get("style")[7:-1]) for col in made.iter(f"{{{XHTML}}}col")]
    assert len(wide) == 3
    assert sum(wide) == pytest.approx(100, abs=0.2)
    assert wide[1] > 60
    assert min(wide) > 5


def test_tables_of_numbers_are_left_alone() -> None:
    made = table(*[("small", "12.3", "45.6")] * 30)
    assert paper.fit_table(made) == "long"
    assert not list(made.iter(f"{{{XHTML}}}col"))


def test_words_of_both_languages_are_measured() -> None:
    assert paper.longest_word("discussion-organisation 無回答の割合") == 12
    assert paper.longest_word("https://example.org/a/very/long/path") == paper.BREAKABLE
    assert paper.half_widths("無回答 5%") == 9
