"""Sources belong to rows: every card states those of its rows, all of them and only them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import html

from browsing import LANGUAGES
from sme_book.base import publication
from sme_book.base.project import ROOT
from sme_book.site import card_files
from sme_book.site.card_files import Shown
from sme_book.standards import citations
from sme_survey import load
from sme_survey.judgement import guard
from sme_survey.judgement.comparisons import wave_changes
from sme_survey.presentation.cards import source_line
from sme_survey.presentation.figures import Item, Pair, bars, pairs, shares, table, waves
from sme_survey.survey.sources import Origin, cited, origins, page_runs
from sme_survey.survey.tables import DataError
from sme_survey.survey.text import Text

DATA = ROOT / "data"
SURVEY = load()
REPORT = "ipa-2021-report"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


PRINTED = {(row["question_id"], row["wave"]): row for row in rows("question_sources")}
PAGES = {row["page"]: row["source_id"] for row in rows("pages")}


# ---- what the rows of each card come from, found without the cards ----------------------------


def of_questions(*names: str, wave: str | None = None) -> set[tuple[str, str]]:
    return {
        (row["source_id"], row["page"])
        for (question, year), row in PRINTED.items()
        if (not names or question in names) and wave in (None, year)
    }


def of_table(name: str, **chosen: str) -> set[tuple[str, str]]:
    """Source and page of the rows of a table, read from the file."""
    return {
        (row.get("source_id") or PAGES[row["page"]], row.get("page") or "")
        for row in rows(name)
        if all(row[column] == value for column, value in chosen.items())
    }


def of_facts(*topics: str, **chosen: str) -> set[tuple[str, str]]:
    return {
        (row["source_id"], row["page"])
        for row in rows("context")
        if (not topics or row["topic"] in topics)
        and all(row[column] == value for column, value in chosen.items())
    }


def of_fact(*names: str) -> set[tuple[str, str]]:
    return {(row["source_id"], row["page"]) for row in rows("context") if row["fact_id"] in names}


def of_singles(*names: str) -> set[tuple[str, str]]:
    return {s for name in names for s in of_table("published_singles", single_id=name)}


def answered() -> set[tuple[str, str]]:
    """Where every question is printed whose numbers are held."""
    held = {row["question_id"] for row in rows("questions") if row["publication"] == "numbers"}
    return of_questions(*held)


def cases(kind: str) -> set[tuple[str, str]]:
    return of_table("case_examples", kind=kind)


MARKS = ("measures", "advice", "education", "contract_duties")
SIZES = ("organisation_small", "organisation_sme_100", "organisation_sme_101")
JAPAN = ("ipa2015", "ipa2016", "ipa2024")
NO_SOURCE = {"ledger-retired", "corrections"}  # rows of the book itself
NOTATION = {(PAGES[row["page"]], row["page"]) for row in rows("notation")} | {
    (PAGES[row["elsewhere_page"]], row["elsewhere_page"])
    for row in rows("notation")
    if row["elsewhere_page"]
}
# Cards that show no question: the tables that their rows are made of.
EXPECTED = {
    "any-incident": of_questions("incidents"),
    "audits": answered()
    | of_table("published_singles")
    | of_table("mailout")
    | of_table("case_blocks"),
    "bases": of_questions(
        "device_use", "services", "security_investment", "no_investment_reasons", "incidents",
        "infection_routes", "contract_duties", "customer_requests",
    ),
    "case-views": of_table("case_views") | of_table("interviews", measure="cases"),
    "cases-benefits": cases("benefit"),
    "cases-blocks": of_table("case_blocks") | of_table("blocks") | of_questions("prefecture"),
    "cases-done": cases("done"),
    "cases-plans": cases("plan"),
    "cases-shared": of_table("case_examples"),
    "cases-requests": cases("request_received") | cases("request_made"),
    "context-abroad": of_facts("controls") | of_facts("requests", survey_id="uk2022"),
    "context-beside": of_facts(comparable="beside"),
    "context-incidents": of_questions("incidents")
    | of_fact("t5-008", "t5-015", "t5-017", "t5-019", "t5-042", "t5-043", "t5-056"),
    "context-incidents-sources": {
        (row["source_id"], row["page"])
        for row in rows("context")
        if row["topic"] == "incidents" and row["survey_id"] != "ipa2021"
    },
    "context-investment": of_questions("security_investment") | of_fact("t3-040", "t3-042"),
    "context-methods": of_table("context_methods"),
    "context-waves": of_fact("t1-012")
    | {
        (row["source_id"], row["page"])
        for row in rows("context")
        if row["survey_id"] in JAPAN and row["topic"] != "incidents"
    },
    "counts": answered(),
    "coverage": of_table("sentences"),
    "explore-leading": {item for item in answered() if item in of_questions(wave="2021")},
    "explore-tables": answered(),
    "finding-organisation": of_singles(*SIZES),
    "interview-criteria": of_table("interview_criteria"),
    "mailout": of_table("mailout"),
    "mailout-frame": of_table("mailout") | of_table("frame"),
    "measures-mean": of_questions("measures"),
    "mutations": answered(),
    "mutations-by-question": answered(),
    "organisation": of_singles(*SIZES),
    "pictures": of_questions("company_size", "products", "organisation"),
    "products": of_singles(
        "products_antivirus", "products_firewall", "products_vpn", "products_vpn_2016"
    ),
    "quality-checks": answered(),
    "quality-organisation": of_singles(*SIZES) | of_table("mailout") | of_table("frame"),
    "quality-visible": of_questions("measures", "no_investment_reasons", "contract_duties"),
    "quality-waves": of_table("context_methods", survey_id="ipa2016")
    | of_table("context_methods", survey_id="ipa2021")
    | {(row["source_id"], "") for row in rows("waves")},
    "quality-weighting": of_table("mailout") | of_table("frame") | of_questions("industry"),
    "questions": of_questions(),
    "regions": of_table("establishments", year="2021") | of_questions("prefecture"),
    "response-rate": of_table("mailout") | of_questions("industry"),
    "slips-names": NOTATION,
    "your-firm-shares": of_questions(*MARKS) | of_singles(*SIZES),
}  # fmt: skip


def silent(*waves: str) -> set[tuple[str, str]]:
    """Where questions are printed that have no-answers, of one wave or asked in both."""
    told = {
        (row["question_id"], row["wave"])
        for row in rows("answers")
        if row["option_id"] == "no_answer" and row["group"] == "total"
    }
    both = {name for name, wave in told if wave == "2016"}
    return {
        (PRINTED[name, wave]["source_id"], PRINTED[name, wave]["page"])
        for name, wave in told
        if wave in waves and (len(waves) == 1 or name in both)
    }


EXPECTED["item-nonresponse"] = silent("2021")
EXPECTED["nonresponse-waves"] = silent("2016", "2021")


def ledger(*names: str) -> set[tuple[str, str]]:
    chosen = [row for row in rows("claims") if not names or row["claim_id"] in names]
    noted = {name for row in chosen if names for name in row["note_sources"].split(";") if name}
    return {(PAGES[row["page"]], row["page"]) for row in chosen} | {(name, "") for name in noted}


def expected(card: Shown) -> set[tuple[str, str]]:
    shown = card.json["en"]
    if card.label in EXPECTED:
        return EXPECTED[card.label]
    if card.label == "verdicts":
        return ledger()
    if card.label.startswith(("ledger-", "slips-")) and card.label not in NO_SOURCE:
        return ledger(*(str(row[0]) for row in shown["rows"]))
    if card.label in NO_SOURCE:
        return set()
    waves = {str(base["wave"]) for base in shown["bases"]}
    assert waves, f"{card.label} shows neither questions nor a table that this test knows"
    return {
        s for q in shown["questions"] for wave in waves for s in of_questions(q["id"], wave=wave)
    }


@pytest.fixture(scope="session")
def shown(records) -> list[Shown]:
    return card_files.cards(records)


def test_every_card_states_the_sources_of_its_rows(shown):
    for card in shown:
        wanted = expected(card)
        for language in LANGUAGES:
            stated = {
                (item["id"], str(page))
                for item in card.json[language]["sources"]
                for page in item["pages"] or [""]
            }
            # a source with pages is stated with them; rows without one add nothing to it
            paged = {name for name, page in wanted if page}
            assert stated == {(n, p) for n, p in wanted if p or n not in paged}, card.label


def test_a_card_states_them_alike_wherever_it_states_any(shown, site):
    credit = {row["source_id"]: row for row in rows("sources")}
    for card in shown:
        for language in LANGUAGES:
            stored = card.json[language]
            names = {item["id"] for item in stored["sources"]}
            wanted = {credit[name][f"credit_{language}"] for name in names}
            others = {row[f"credit_{language}"] for row in rows("sources")} - wanted
            tree = html.parse(site / language / f"{card.page}.html").getroot()
            [figure] = tree.xpath(f"//figure[@data-card='{card.label}']")
            line = "".join(figure.xpath("./figcaption//*[@class='card-facts']//text()"))
            panel = "".join(figure.xpath(".//details[contains(@class,'card-source')]//li//text()"))
            [graph] = tree.xpath("//script[@type='application/ld+json']/text()")
            parts = [n for node in json.loads(graph)["@graph"] for n in node.get("hasPart", [])]
            [part] = [item for item in parts if item["identifier"] == card.label]
            texts = [line, panel, part.get("creditText", "")]
            work = citations.card_work(stored, publication.book())
            texts += [text.replace("\\", "") for _, text in citations.formats(work)]
            data = (site / f"data/cards/{card.label}.json").read_text(encoding="utf-8")
            texts.append(json.loads(data)["source"][language])
            if card.drawing[language]:
                picture = site / f"images/cards/{language}/{card.label}.svg"
                lines = ElementTree.fromstring(picture.read_bytes()).itertext()
                # lines are broken anywhere, so that spaces are left out of the comparison
                texts.append("".join(lines))
            for text in texts:
                flat = re.sub(r"\s", "", text)
                for name in wanted:
                    assert re.sub(r"\s", "", name) in flat, (card.label, language, name, text)
                for name in others:
                    whole = re.sub(r"\s", "", name)
                    inside = any(whole in re.sub(r"\s", "", known) for known in wanted)
                    assert inside or whole not in flat, (card.label, language, name, text)


def test_the_rows_of_a_file_name_their_own_source(shown, site):
    for card in shown:
        text = (site / f"data/cards/{card.label}.csv").read_text(encoding="utf-8")
        records = list(csv.DictReader(io.StringIO(text)))
        named = {name for row in records for name in row["source_id"].split(";") if name}
        assert named == {item["id"] for item in card.json["en"]["sources"]}, card.label
    [card] = [card for card in shown if card.label == "context-investment"]
    text = (site / f"data/cards/{card.label}.csv").read_text(encoding="utf-8")
    each = [row["source_id"] for row in csv.DictReader(io.StringIO(text))]
    assert each == ["it-jinji-2025", REPORT, "it-jinji-2025"]


def test_the_printed_book_states_them_too(shown, records):
    """PDF and EPUB take the line under the figure from the page, and the appendix repeats it."""
    from sme_book.printing import volumes

    for language in LANGUAGES:
        appendix = volumes.volume(records[language]).chapters[-1].body
        for card in shown:
            entry = [e for e in appendix.iter() if e.get("id") == f"data-{anchor_of(card)}"]
            if entry:
                assert source_line(card.json[language]) in "".join(entry[0].itertext())


def anchor_of(card: Shown) -> str:
    return card.place.split("#")[1]


# ---- the data ---------------------------------------------------------------------------------


def test_the_package_credits_every_source_that_a_row_names():
    package = publication.package()
    named = {
        row["source_id"]
        for item in publication.tables()
        if item["name"] != "sources"
        and "source_id" in {field["name"] for field in item["schema"]["fields"]}
        for row in rows(str(item["name"]))
    }
    first, *others = package["sources"]
    by_credit = {row["credit_en"]: row for row in rows("sources")}
    assert first["path"] == next(r["address"] for r in rows("sources") if r["source_id"] == REPORT)
    credited = [by_credit[item["title"]] for item in others]
    assert {row["source_id"] for row in credited} == named - {REPORT}
    for item, row in zip(others, credited, strict=True):
        assert (item["title_ja"], item.get("path", "")) == (row["credit_ja"], row["address"])


def test_no_address_is_that_of_a_copy_or_a_mirror():
    for row in rows("sources"):
        assert not re.search(
            r"fastly|cloudfront|//(\w+\.)*(web)?(archive|mirror|cache|cdn)\.", row["address"]
        )


@pytest.mark.parametrize(
    ("file", "before", "after", "column"),
    [
        ("frame", ",oecd-2018\n", ",oecd-2081\n", "source_id"),
        ("question_sources", "measures,2016,", "measures,2012,", "wave"),
        ("question_sources", "education,2016,ipa-2021-report,18\n", "", "question_id+wave"),
        ("question_sources", "role,2021,ipa-2021-report,7", "role,2021,ipa-2021-report,8", "page"),
        ("sources", "oecd-2018,report", "oecd-2018,rumour", "kind"),
        ("sources", ",https://www.oecd", ",www.oecd", "address"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_named(tmp_path, file, before, after, column):
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    path = folder / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    assert column in {problem.column for problem in guard.inspect(folder).causes}


# ---- cards ------------------------------------------------------------------------------------


def moved(tmp_path: Path, file: str, before: str, after: str) -> object:
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    path = folder / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return load(folder)


def test_a_card_follows_the_source_of_its_rows(tmp_path):
    survey = moved(
        tmp_path,
        "question_sources",
        "measures,2016,ipa-2021-report,14",
        "measures,2016,oecd-2018,14",
    )
    card = waves(survey, wave_changes(survey, "measures"), "x")
    assert [item.source.id for item in card.sources] == ["oecd-2018", REPORT]
    now = bars(survey, survey.answers("measures"), "x")
    assert [item.source.id for item in now.sources] == [REPORT]


def test_rows_of_one_chart_may_have_other_sources():
    report, census = (Origin(SURVEY.source(n), p) for n, p in ((REPORT, 7), ("oecd-2018", None)))
    items = [Item(Text("a", "あ"), 1.0, origins=(census,)), Item(Text("b", "い"), 2.0)]
    card = shares(items, "x", Text("t", "題"), sources=[report])
    assert card.origins == ((census,), (report,))
    assert source_line(card.as_json("en")) == (
        "Sources: OECD (2018), table 23.1, after the SME Agency; IPA, FY2021 survey report, p. 7"
    )
    names = (Text("one", "一"), Text("two", "二"))
    both = pairs([Pair(Text("a", "あ"), 1, 2)], names, "x", Text("t", "題"), sources=[census])
    assert source_line(both.as_json("ja")) == "出典：OECD（2018年）表23.1（中小企業庁の数値による）"
    assert source_line(table("x", Text("t", "題"), [], []).as_json("en")) == ""


def test_pages_are_gathered_and_written_in_runs():
    source = SURVEY.source(REPORT)
    [item] = cited(Origin(source, page) for page in (12, 3, 7, 8, 9, 3, 11))
    assert item.pages == (3, 7, 8, 9, 11, 12)
    assert item.text.en == "IPA, FY2021 survey report, pp. 3, 7–9, 11, 12"
    assert item.text.ja == "IPA「2021年度実態調査報告書」3・7〜9・11・12ページ"
    assert page_runs([5, 6, 8, 9, 10]) == [(5,), (6,), (8, 10)]


def test_what_names_no_source_is_refused():
    assert origins(SURVEY.answers("role"), SURVEY.single("valid_responses")) == (
        Origin(SURVEY.source(REPORT), 7, twice=True),
        Origin(SURVEY.source(REPORT), 5, twice=True),
    )
    with pytest.raises(TypeError, match="names no source"):
        origins("measures")
    with pytest.raises(ValueError, match="sources of 1 rows"):
        table("x", Text("t", "題"), [], [[], []], each=[(Origin(SURVEY.source(REPORT)),)])


def test_a_broken_link_stops_the_survey(tmp_path):
    with pytest.raises(DataError, match=r"one that sources\.csv holds"):
        moved(tmp_path, "establishments", "economic-census-2016", "economic-census-2019")
