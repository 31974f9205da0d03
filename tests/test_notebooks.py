"""The chapters as sources: both languages beside each other, short cells, no typed results."""

import ast
import json
import re
import statistics
from pathlib import Path

import pytest

from sme_book.base.project import ROOT
from sme_survey.presentation.cards import svg_in

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
IDS = [path.stem for path in NOTEBOOKS]

ROLE = re.compile(r"\{[\w:-]+\}`[^`]*`")
ANCHOR = re.compile(r"^\(([\w-]+)\)=$", re.M)
GLUE = re.compile(r"\{glue:text\}`(\w+)`")
CARD = re.compile(r"\{card\}`([\w-]+)`")
LINK = re.compile(r"\]\([^)]*\)|<[^>]+>|`[^`]*`")
# What digits may say in prose without being a result: years, the level of the intervals, the names
# of size classes and amounts, levels that a statement names, agreements and standards, and Japanese
# counters of what the page itself lists.
PERMITTED = re.compile(
    r"\b(?:19|20)\d\d\b|(?:19|20)\d\d(?=年|（|）|、|,)|95(?:\s?%|％)?|\b5%|5％|(?<!\d)5%(?=水準)|"
    r"\(FY\d{4}\)|"
    r"1(?:00|01)人以[下上]|100 (?:or fewer )?employees|10[01] employees|1百万円未満|1千万円以上|"
    r"1%(?=に満たない)|[4-8]割(?=を超え|を上回|が|前後)|100社当たり|10人未満|5年前|10(?=ポイント以上)|"
    r"CC BY 4\.0|DDI 2\.5|ISO[ /\w-]*\d+|v\d|SC3|5名以下|"
    r"[1-9](?=つ|年[間を]|項目を|社に1社|社[では]|ポイントの|種類|通り|位|区分|選択肢|標本|期|問|行|回の|番目|本の|社当たり)"
)


def cells(path: Path, kind: str) -> list[dict]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def language(cell: dict) -> str | None:
    tags = cell["metadata"].get("tags", [])
    return next((tag[5:] for tag in tags if tag.startswith("lang-")), None)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_each_passage_stands_in_both_languages(path):
    passages = cells(path, "markdown")
    assert [language(cell) for cell in passages] == ["en", "ja"] * (len(passages) // 2)
    for english, japanese in zip(passages[::2], passages[1::2], strict=True):
        for what in (ANCHOR, CARD):
            assert what.findall(source(english)) == what.findall(source(japanese))
        headings = [len(re.findall(r"(?m)^#+ ", source(cell))) for cell in (english, japanese)]
        assert headings[0] == headings[1]
        assert not re.search("[\u3040-\u30ff]", source(english))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_no_result_is_typed_in_prose(path):
    for cell in cells(path, "markdown"):
        prose = LINK.sub("]", ANCHOR.sub("", ROLE.sub("", source(cell))))
        typed = re.findall(r"[^\n]{0,30}\d[^\n]{0,30}", PERMITTED.sub("", prose))
        assert not typed, f"{path.name}: numbers typed in prose: {typed}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_each_number_in_prose_is_said_and_each_said_number_is_used(path):
    said: set[str] = set()
    dynamic = False
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                said |= {keyword.arg for keyword in node.keywords if keyword.arg}
                dynamic |= any(keyword.arg is None for keyword in node.keywords)
    used = {name for cell in cells(path, "markdown") for name in GLUE.findall(source(cell))}
    assert said <= used
    assert dynamic or used <= said


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_code_cells_are_short_and_leave_files_alone(path):
    lengths = []
    for cell in cells(path, "code"):
        lines = [line for line in source(cell).splitlines() if line.strip()]
        lengths.append(len(lines))
        calls = {
            getattr(node.func, "attr", getattr(node.func, "id", ""))
            for node in ast.walk(ast.parse(source(cell)))
            if isinstance(node, ast.Call)
        }
        forbidden = {"open", "read_csv", "read_text", "reader", "DictReader", "loads", "savefig"}
        # the chapter that shows how to read the tables without the package
        assert not calls & (forbidden - {"read_csv"} if path.stem == "reuse" else forbidden)
    assert max(lengths) <= 20
    assert statistics.median(lengths) <= 6


def test_the_median_cell_of_the_book_is_short():
    lengths = [
        len([line for line in source(cell).splitlines() if line.strip()])
        for path in NOTEBOOKS
        for cell in cells(path, "code")
    ]
    assert statistics.median(lengths) <= 5


def card_outputs(path: Path) -> list[tuple[dict, dict]]:
    return [
        (output["data"]["application/vnd.sme-survey.card+json"], output["data"])
        for cell in cells(path, "code")
        for output in cell["outputs"]
        if "application/vnd.sme-survey.card+json" in output.get("data", {})
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=IDS)
def test_stored_cards_are_complete(path):
    for card, bundle in card_outputs(path):
        assert card["title"]
        assert card["alt"]
        assert card["rows"]
        assert re.fullmatch(r"[0-9a-f]{12}", card["digest"])
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", card["label"])
        if card["kind"] == "figure":
            assert card["drawn"]
            assert (svg_in("".join(bundle["text/html"])) or "").startswith("<svg")


def test_labels_are_unique_and_every_published_question_is_drawn():
    from sme_survey import load

    labels = [card["label"] for path in NOTEBOOKS for card, _ in card_outputs(path)]
    assert len(labels) == len(set(labels))
    drawn = {
        question["id"]
        for path in NOTEBOOKS
        for card, _ in card_outputs(path)
        if card["kind"] == "figure"
        for question in card["questions"]
    }
    assert {item.id for item in load().questions if item.published} <= drawn
