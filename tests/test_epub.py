"""The e-books: epubcheck's verdict, reading order, alternative texts, links, no chance."""

from __future__ import annotations

import io
import posixpath
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from browsing import LANGUAGES
from sme_book.base.files import packed
from sme_book.base.html import drawing_place
from sme_book.printing import epub
from sme_book.printing import volumes as made
from sme_book.printing.volumes import SVG, XHTML

DC = "{http://purl.org/dc/elements/1.1/}"
OPF = "{http://www.idpf.org/2007/opf}"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccf"
    "f0bf1e000584027fb7a4d9a10000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def volumes(records: dict[str, Any]) -> dict[str, made.Volume]:
    return {language: made.volume(records[language]) for language in LANGUAGES}


@pytest.fixture(scope="module")
def books(volumes: dict[str, made.Volume]) -> dict[str, bytes]:
    return {language: epub.epub(volume, PIXEL) for language, volume in volumes.items()}


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def documents(content: bytes) -> dict[str, Any]:
    return {
        name: etree.fromstring(file)
        for name, file in opened(content).items()
        if name.endswith(".xhtml")
    }


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_epubcheck_finds_nothing(books: dict[str, bytes], language: str, tmp_path: Path) -> None:
    path = tmp_path / f"{language}.epub"
    path.write_bytes(books[language])
    verdict = epub.epubcheck(path)
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert "0 fatals / 0 errors / 0 warnings" in verdict.stdout + verdict.stderr


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_ace_finds_no_violation(books: dict[str, bytes], language: str, tmp_path: Path) -> None:
    path = tmp_path / f"{language}.epub"
    path.write_bytes(books[language])
    report = epub.ace(path, tmp_path)
    found = [
        (page["earl:testSubject"]["url"], entry["earl:test"]["dct:title"])
        for page in report["assertions"]
        for entry in page["assertions"]
    ]
    assert found == []
    assert report["earl:result"]["earl:outcome"] == "pass"
    # nobody but its makers certifies the book: a credential and a report it has none to name
    missing = {"a11y:certifierCredential", "a11y:certifierReport"}
    assert set(report["a11y-metadata"]["missing"]) <= missing


@pytest.mark.slow
@pytest.mark.browser
def test_ace_would_find_something(
    volumes: dict[str, made.Volume], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(epub, "ACCESS", ())
    one = made.Volume("en", volumes["en"].book, volumes["en"].chapters[:0])
    body = etree.fromstring(
        f'<section xmlns="{XHTML}" id="a"><h1>A</h1><img src="cover.png"/></section>'
    )
    one.chapters.append(made.Chapter("a", "A", "Part", body))
    path = tmp_path / "broken.epub"
    path.write_bytes(epub.epub(one, PIXEL))
    report = epub.ace(path, tmp_path)
    assert report["earl:result"]["earl:outcome"] == "fail"


def test_epubcheck_would_find_something(tmp_path: Path) -> None:
    path = tmp_path / "broken.epub"
    path.write_bytes(packed([("mimetype", b"application/epub+zip")], "2026-01-01"))
    assert epub.main([str(path)]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_container(books: dict[str, bytes], language: str) -> None:
    assert books[language][30:58] == b"mimetypeapplication/epub+zip"
    with zipfile.ZipFile(io.BytesIO(books[language])) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert len({entry.date_time for entry in archive.infolist()}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_package_says_what_it_is(
    books: dict[str, bytes], volumes: dict[str, made.Volume], language: str
) -> None:
    package = etree.fromstring(opened(books[language])["EPUB/package.opf"])
    book = volumes[language].book
    assert package.find(f".//{DC}language").text == language
    assert package.find(f".//{DC}title").text == book.title[language]
    assert book.credit[language] in package.find(f".//{DC}rights").text
    told = {
        (item.get("property"), item.text) for item in package.iter(f"{OPF}meta")
    }  # fmt: skip
    assert ("schema:accessibilityFeature", "alternativeText") in told
    assert ("schema:accessibilityHazard", "none") in told
    assert any(name == "schema:accessibilitySummary" and text for name, text in told)
    assert any("cover-image" in (item.get("properties") or "") for item in package.iter())


def test_editions_have_names_of_their_own(volumes: dict[str, made.Volume]) -> None:
    assert epub.identifier(volumes["en"]) != epub.identifier(volumes["ja"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_is_in_spine_and_contents(
    books: dict[str, bytes], volumes: dict[str, made.Volume], language: str
) -> None:
    files = opened(books[language])
    package = etree.fromstring(files["EPUB/package.opf"])
    names = {item.get("id"): item.get("href") for item in package.iter(f"{OPF}item")}
    spine = [names[item.get("idref")] for item in package.iter(f"{OPF}itemref")]
    chapters = [f"{chapter.name}.xhtml" for chapter in volumes[language].chapters]
    assert spine == ["cover.xhtml", "title.xhtml", "contents.xhtml", *chapters]
    contents = etree.fromstring(files["EPUB/contents.xhtml"])
    linked = [link.get("href") for link in contents.iter(f"{{{XHTML}}}a")]
    assert [link for link in linked if link in chapters][: len(chapters)] == chapters
    assert any("#" in link for link in linked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_somewhere(books: dict[str, bytes], language: str) -> None:
    pages = documents(books[language])
    ids = {name: {item.get("id") for item in page.iter()} for name, page in pages.items()}
    checked = 0
    for name, page in pages.items():
        for link in page.iter(f"{{{XHTML}}}a"):
            address = link.get("href")
            if address.startswith(("https://", "http://")):
                continue
            file, _, anchor = address.partition("#")
            target = posixpath.join("EPUB", file) if file else name
            assert target in pages, f"{name}: {address}"
            assert not anchor or anchor in ids[target], f"{name}: {address}"
            checked += 1
    assert checked > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_vectors_with_words(books: dict[str, bytes], language: str) -> None:
    pages = documents(books[language])
    drawings = [item for page in pages.values() for item in page.iter(f"{{{SVG}}}svg")]
    assert len(drawings) > 20
    for drawing in drawings:
        assert drawing.get("role") == "img"
        assert len(drawing.get("aria-label")) > 20
        assert list(drawing.iter(f"{{{SVG}}}text"))
    pictures = [item for page in pages.values() for item in page.iter(f"{{{XHTML}}}img")]
    assert [item.get("src") for item in pictures] == ["cover.png"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_their_language(books: dict[str, bytes], language: str) -> None:
    for name, page in documents(books[language]).items():
        assert page.get("lang") == language, name
        assert not list(page.iter(f"{{{XHTML}}}script")), name
        for item in page.iter():
            if item.get("lang"):
                assert item.get("lang") == item.get(made.XML_LANG) or item.tag.startswith(
                    f"{{{SVG}}}"
                )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_bytes_again(
    books: dict[str, bytes], volumes: dict[str, made.Volume], records: dict[str, Any], language: str
) -> None:
    assert epub.epub(made.volume(records[language]), PIXEL) == books[language]


# ---- the book as one thing -------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_of_the_site_is_in_the_book(
    volumes: dict[str, made.Volume], site: Path, language: str
) -> None:
    found = {entry.card["label"] for item in volumes[language].chapters for entry in item.cards}
    stored = {
        part.split('"')[0]
        for page in (site / language).rglob("*.html")
        for part in page.read_text(encoding="utf-8").split('data-card="')[1:]
    }
    assert found == stored
    ids = volumes[language].ids()
    for chapter in volumes[language].chapters:
        for entry in chapter.cards:
            assert ids[entry.anchor] == chapter.name
            if entry.card["kind"] == "figure":
                assert ids[f"data-{entry.anchor}"] == made.APPENDIX


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_needs_a_screen_stays(volumes: dict[str, made.Volume], language: str) -> None:
    for chapter in volumes[language].chapters:
        kinds = {etree.QName(item).localname for item in chapter.body.iter()}
        assert not kinds & {"script", "style", "button", "form", "input", "details", "iframe"}
        assert "var(--" not in made.serialise(chapter.body)


def test_editions_have_the_same_ids(volumes: dict[str, made.Volume]) -> None:
    def own(volume: made.Volume) -> set[str]:
        return {
            item.get("id")
            for chapter in volume.chapters
            for item in chapter.body.iter()
            if item.get("id") and not item.tag.startswith(f"{{{SVG}}}")
        }

    assert own(volumes["en"]) == own(volumes["ja"])


def page(source: str, **drawings: str) -> Any:
    return made.parse(source, drawings)


def test_drawings_keep_their_capitals_and_get_plain_colours() -> None:
    drawn = (
        f'<svg xmlns="{SVG}" viewBox="0 0 1 1"><clipPath id="c"/>'
        '<path style="stroke: var(--g, #ddd)"/></svg>'
    )
    tree = page(f"a{drawing_place('x')}b", x=drawn)
    drawing = next(tree.iter(f"{{{SVG}}}svg"))
    assert drawing.get("viewBox") == "0 0 1 1"
    assert drawing[0].tag == f"{{{SVG}}}clipPath"
    assert drawing[1].get("style") == "stroke: #ddd"
    assert "".join(tree.itertext()).strip() == "ab"


def test_dropping_and_unwrapping_keep_the_text() -> None:
    tree = page("<p>a<b>b</b>c<i>d</i>e</p>")
    paragraph = next(tree.iter("p"))
    made.unwrap(paragraph.find("b"))
    made.drop(paragraph.find("i"))
    assert made.serialise(paragraph) == "<p>abce</p>"


def test_controls_leave_a_note() -> None:
    tree = page('<p>x</p><script type="application/vnd.jupyter.widget-view+json">{}</script>')
    article = next(tree.iter("article"))
    made.clean(article, "en")
    assert [item.text for item in article.iter("p")] == ["x", made.SAY["controls"].en]


def test_a_link_to_nowhere_is_named(volumes: dict[str, made.Volume]) -> None:
    body = etree.fromstring(f'<p xmlns="{XHTML}" id="a"><a href="book:a#b">x</a></p>')
    chapter = made.Chapter("a", "A", "", body)
    volume = made.Volume("en", volumes["en"].book, [chapter])
    assert made.check_links(volume) == ["a: book:a#b"]
