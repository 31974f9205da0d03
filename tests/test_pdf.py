"""The printed editions: text that can be searched, tags, outline, links, vectors, no chance."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from lxml import etree

from browsing import LANGUAGES
from sme_book.printing import glyphs, paper, pdf, tags, volumes
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


def structure(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    return [tag for tag in tags.structure(document) if "/S" in tag]


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
        counted = Counter(str(tag.S) for tag in structure(document))
        for kind in ("/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure", "/Link", "/L"):
            assert counted[kind], f"nothing is tagged {kind}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_described(editions: dict[str, Printed], language: str) -> None:
    edition = editions[language]
    with opened(edition) as document:
        alternatives = [
            str(tag.get("/Alt", "")) for tag in structure(document) if tag.S == "/Figure"
        ]
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
    for element in structure(document):
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
        for element in structure(two):
            if "/ID" in element:
                element.ID = other(element.ID)
            for attributes in element.get("/A", []):
                if "/Headers" in attributes:
                    attributes.Headers = pikepdf.Array([other(item) for item in attributes.Headers])
        assert named_cells(one) != named_cells(two)
        tags.number(one)
        tags.number(two)
        assert named_cells(one) == named_cells(two)


@pytest.mark.parametrize("language", LANGUAGES)
def test_cells_refer_to_headers_that_exist(editions: dict[str, Printed], language: str) -> None:
    with opened(editions[language]) as document:
        tree = pikepdf.NameTree(document.Root.StructTreeRoot.IDTree)
        names = list(tree)
        assert names == sorted(names)
        referred = set()
        for element in structure(document):
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


# ---- what software that reads aloud is told ---------------------------------------------------

# Kinds of structure elements that ISO 32000-1, 14.8.4 defines, as far as they occur.
STANDARD = {
    "Document", "Div", "NonStruct", "P", "H1", "H2", "H3", "H4", "BlockQuote", "L", "LI", "Lbl",
    "LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot", "Caption", "Figure", "Formula",
    "Span", "Link", "Code", "Note", "Reference", "Sect", "Art", "Quote",
}  # fmt: skip
PIXEL = 0.75  # points that a pixel of CSS measures on paper


def factors(page: pikepdf.Page) -> Iterator[float]:
    """Size in points of a pixel, for each text that a page shows."""
    stack, scale = [], 1.0
    for operands, operator in pikepdf.parse_content_stream(page):
        kind = str(operator)
        if kind == "q":
            stack.append(scale)
        elif kind == "Q":
            scale = stack.pop()
        elif kind == "cm":
            scale *= float(operands[0])
        elif kind == "BT":
            yield scale


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_is_printed_in_full_size(editions: dict[str, Printed], language: str) -> None:
    """Chromium shrinks every page where one table is wider than the text."""
    with opened(editions[language]) as document:
        for number, page in enumerate(document.pages, start=1):
            # drawings are smaller by a factor of their own; the text of the page comes first
            assert next(factors(page)) == pytest.approx(PIXEL, abs=1e-3), f"page {number}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_claims_and_kinds_of_tags(editions: dict[str, Printed], language: str) -> None:
    with opened(editions[language]) as document:
        with document.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
        roles = {
            str(own): str(known) for own, known in document.Root.StructTreeRoot.RoleMap.items()
        }
        kinds = {str(tag.S) for tag in structure(document)}
        assert {roles.get(kind, kind).removeprefix("/") for kind in kinds} <= STANDARD


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_says_where_it_leads(editions: dict[str, Printed], language: str) -> None:
    edition = editions[language]
    known = set(tags.titles(edition.volume).values())
    with opened(edition) as document:
        notes = [note for page in document.pages for note in page.get("/Annots", [])]
        told = [(note, str(note.get("/Contents", ""))) for note in notes]
    assert len(told) > 400
    assert not [text for _, text in told if not text]
    inner = [text for note, text in told if "/Dest" in note]
    assert set(inner) <= known
    assert len(set(inner)) > 100


def unmarked(stream: Any, resources: Any) -> Iterator[str]:
    """What a page and its forms paint outside every mark."""
    depth = path = 0
    for operands, operator in pikepdf.parse_content_stream(stream):
        kind = str(operator)
        depth += kind in ("BDC", "BMC")
        depth -= kind == "EMC"
        path = 0 if kind == "n" else path
        if depth:
            continue
        if kind == "Do":
            form = resources.XObject[str(operands[0])]
            if form.Subtype == "/Form":
                yield from unmarked(form, form.get("/Resources", resources))
            else:
                yield kind
        elif kind in ("Tj", "TJ", "S", "s", "f", "f*", "F", "B", "B*", "b", "b*", "sh"):
            yield kind


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_painted_is_tagged_or_an_artifact(
    editions: dict[str, Printed], language: str
) -> None:
    with opened(editions[language]) as document:
        for number, page in enumerate(document.pages, start=1):
            assert list(unmarked(page, page.Resources)) == [], f"page {number}"
    with pikepdf.open(io.BytesIO(editions[language].raw)) as raw:
        assert list(unmarked(raw.pages[1], raw.pages[1].Resources)), "Chromium marks all by now"


def children(element: Any) -> list[Any]:
    below = element.get("/K", [])
    return [
        item
        for item in (list(below) if isinstance(below, pikepdf.Array) else [below])
        if isinstance(item, pikepdf.Dictionary) and "/S" in item
    ]


def span(cell: Any, name: str) -> int:
    given = cell.get("/A", [])
    for item in list(given) if isinstance(given, pikepdf.Array) else [given]:
        if name in item:
            return int(item[name])
    return 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_regular(editions: dict[str, Printed], language: str) -> None:
    """Every row fills the same columns, cells of more than one row or column counted."""
    with opened(editions[language]) as document:
        tables = [element for element in structure(document) if element.S == "/Table"]
        assert len(tables) > 50
        for table in tables:
            waiting, rows = children(table), []
            while waiting:
                item = waiting.pop(0)
                if item.S == "/TR":
                    rows.append(item)
                else:
                    waiting = children(item) + waiting
            taken: Counter[int] = Counter()
            for number, row in enumerate(rows):
                for cell in children(row):
                    for below in range(span(cell, "/RowSpan")):
                        taken[number + below] += span(cell, "/ColSpan")
            assert len(set(taken.values())) == 1, taken
            assert len(taken) == len(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_go_down_step_by_step(editions: dict[str, Printed], language: str) -> None:
    with opened(editions[language]) as document:
        kinds = [str(tag.S) for tag in structure(document)]
    levels = [int(kind[2]) for kind in kinds if re.fullmatch("/H[1-6]", kind)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("language", LANGUAGES)
def test_passages_say_their_language(editions: dict[str, Printed], language: str) -> None:
    edition = editions[language]
    other = "ja" if language == "en" else "en"
    root = etree.fromstring(pdf.page(edition.volume, {}))
    told = [item for item in root.iter(f"{{{XHTML}}}em") if item.get("lang") == other]
    with opened(edition) as document:
        tagged = [tag for tag in structure(document) if str(tag.get("/Lang", "")) == other]
        assert str(document.Root.Lang) == language
    assert len(tagged) == len(told) > 20
    left = root.xpath(f"//*[local-name() != 'em'][@lang = '{other}']")
    assert left == [], "a passage that Chromium gives no tag"


# ---- where pages end -------------------------------------------------------------------------


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def places(element: Any) -> set[Any]:
    """The pages on which an element stands."""
    found = {element.Pg.objgen} if "/Pg" in element else set()
    below = element.get("/K", [])
    for item in list(below) if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(item, pikepdf.Dictionary):
            found |= places(item)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_stands_alone_at_the_foot_of_a_page(
    editions: dict[str, Printed], language: str
) -> None:
    """What follows a heading begins on its page."""
    with opened(editions[language]) as document:
        numbers = {page.objgen: number for number, page in enumerate(document.pages, start=1)}
        order = structure(document)
        on = [sorted(numbers[item] for item in places(element)) for element in order]
        checked = 0
        for at, element in enumerate(order):
            if not re.fullmatch("/H[1-6]", str(element.S)):
                continue
            inside = sum(1 for _ in below(element))
            after = next(pages for pages in on[at + inside + 1 :] if pages)
            assert after[0] == on[at][-1], f"a heading at the foot of page {on[at][-1]}"
            checked += 1
    assert checked > 100


def below(element: Any) -> Iterator[Any]:
    for child in children(element):
        yield child
        yield from below(child)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_stands_whole_beneath_its_title(
    editions: dict[str, Printed], language: str
) -> None:
    edition = editions[language]
    cards = {
        entry.card["alt"]: entry.card["title"]
        for chapter in edition.volume.chapters
        for entry in chapter.cards
        if entry.card["kind"] == "figure" and entry.card["drawn"]
    }
    with opened(edition) as document:
        numbers = {page.objgen: number for number, page in enumerate(document.pages)}
        for element in structure(document):
            if element.S != "/Figure":
                continue
            title = cards[str(element.Alt)]
            (place,) = {numbers[item] for item in places(element)}
            assert bare(title) in bare(edition.pages[place]), f"{title} is not on page {place + 1}"


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
