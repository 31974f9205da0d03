"""The Python side of Replay, under plain Python: running cells, tracebacks, same or different."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sme_survey import Text
from sme_survey.presentation import running as runner
from sme_survey.presentation.cards import MIME, Card, Column
from sme_survey.presentation.prose import say


@pytest.fixture
def session() -> Iterator[Any]:
    names = [name for name in sys.modules if name == "IPython" or name.startswith("IPython.")]
    kept = {name: sys.modules[name] for name in [*names, "__main__"]}
    yield runner.Session()
    for name in [name for name in sys.modules if name.partition(".")[0] == "IPython"]:
        del sys.modules[name]
    sys.modules.update(kept)


def run_cell(session: Any, number: int, source: str, draw: bool = True) -> dict[str, Any]:
    """Run a cell in a thread: the browser of other tests may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, session.run(number, source, draw)).result()


def plain(result: dict[str, Any]) -> list[str]:
    return [output["data"]["text/plain"] for output in result["outputs"]]


# ---- running ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("1 + 1", ["2"]),
        ("x = 2\nx", ["2"]),
        ("x = 2", []),
        ("None", []),
        ("1 + 1;", []),
        ("1 + 1;  # not shown", []),
        ("'a;b'", ["'a;b'"]),
        ("# nothing", []),
        ("", []),
        ("int", ["int"]),
        ("for i in range(3):\n    i", []),
        ("import asyncio\nawait asyncio.sleep(0, 'late')", ["'late'"]),
    ],
)
def test_the_last_value_is_shown_as_in_jupyter(session: Any, source: str, shown: list[str]):
    assert plain(run_cell(session, 1, source)) == shown


def test_cells_share_names_and_a_reset_forgets_them(session: Any):
    run_cell(session, 1, "x = 20")
    assert plain(run_cell(session, 2, "x + _ if isinstance(_, int) else x")) == ["20"]
    session.reset()
    assert run_cell(session, 1, "x")["outputs"][0]["ename"] == "NameError"


def test_streams_join_and_stand_in_order_with_displays(session: Any):
    source = "from IPython.display import display\nprint('a')\nprint('b')\ndisplay(1)\nprint('c')"
    outputs = run_cell(session, 1, source)["outputs"]
    assert [output.get("text", "") for output in outputs] == ["a\nb\n", "", "c\n"]
    assert outputs[1]["data"] == {"text/plain": "1"}


def test_standard_error_is_a_stream_of_its_own(session: Any):
    source = "import sys\nprint('careful', file=sys.stderr)"
    [output] = run_cell(session, 1, source)["outputs"]
    assert output["name"] == "stderr"
    assert "careful" in output["text"]


def test_representations_are_those_of_jupyter(session: Any):
    source = (
        "class Both:\n"
        "    def _repr_html_(self): return '<b>x</b>'\n"
        "    def _repr_svg_(self): return None\n"
        "    def __repr__(self): return 'x'\n"
        "Both()"
    )
    [output] = run_cell(session, 1, source)["outputs"]
    assert output["data"] == {"text/html": "<b>x</b>", "text/plain": "x"}
    assert output["output_type"] == "execute_result"


def test_stand_ins_of_ipython_show_themselves(session: Any):
    source = (
        "from IPython.display import HTML, Markdown, SVG, display\n"
        "display(HTML('<i>h</i>'), Markdown('*m*'))\nSVG('<svg/>')"
    )
    outputs = run_cell(session, 1, source)["outputs"]
    kinds = [next(iter(output["data"])) for output in outputs]
    assert kinds == ["text/html", "text/markdown", "image/svg+xml"]


def test_numbers_for_the_prose_are_recorded(session: Any):
    session.namespace["say"] = say
    result = run_cell(session, 1, "say(share=5.1, firms=4074)")
    assert runner.split(result["outputs"])["glue"] == {"share": "5.1", "firms": "4,074"}


class Drawn(Card):
    """A card with a picture of its own."""

    picture = "<svg>en</svg>"

    def svg(self, language: Any = None, shape: Any = "wide") -> str:
        return self.picture


class DrawnOtherwise(Drawn):
    """The same data in another picture."""

    picture = "<svg>other</svg>"


def card(
    rows: tuple[tuple[Any, ...], ...] = (("a", 1.5), ("b", None)), kind: type[Card] = Drawn
) -> Card:
    return kind(
        label="demo",
        kind="figure",
        title=Text("Demo", "例"),
        caption=Text("", ""),
        alt=Text("A demo", "例"),
        columns=(Column("item", Text("Item", "項目")), Column("v", Text("V", "値"), "percent")),
        rows=rows,
    )


def test_a_card_gives_data_first_and_its_picture_later(session: Any):
    session.namespace["demo"] = card()
    result = run_cell(session, 1, "print('x')\ndemo", draw=False)
    data = result["outputs"][1]["data"]
    assert data[MIME]["drawn"] is False
    assert "image/svg+xml" not in data
    assert "<table" in data["text/html"]
    pictures = session.picture(1)
    assert pictures[1]["image/svg+xml"] == "<svg>en</svg>"
    assert pictures[1][MIME]["drawn"] is True
    assert session.picture(7) == {}


# ---- errors ----------------------------------------------------------------------------------


def test_a_traceback_names_the_cell_and_marks_the_line(session: Any):
    run_cell(session, 1, "def divide(a):\n    b = 0\n    return a / b")
    result = run_cell(session, 2, "x = 1\ndivide(x)")
    assert result["failed"]
    text = "\n".join(result["outputs"][0]["traceback"])
    assert text.startswith("-" * 75 + "\nZeroDivisionError")
    assert "Cell In[2], line 2\n      1 x = 1\n----> 2 divide(x)" in text
    assert "Cell In[1], line 3, in divide" in text
    assert text.endswith("ZeroDivisionError: division by zero")
    assert "runner.py" not in text


def test_a_syntax_error_shows_the_place(session: Any):
    result = run_cell(session, 4, "x = = 2")
    assert result["outputs"][0]["traceback"] == [
        "  Cell In[4], line 1",
        "    x = = 2",
        "        ^",
        "SyntaxError: invalid syntax",
    ]


def test_causes_are_shown(session: Any):
    source = "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('no') from e"
    text = "\n".join(run_cell(session, 1, source)["outputs"][0]["traceback"])
    places = [text.index(part) for part in ("division by zero", "direct cause", "ValueError: no")]
    assert places == sorted(places)


def test_a_missing_module_is_named(session: Any):
    result = run_cell(session, 1, "import not_there.deep")
    assert result["missing"] == "not_there"
    assert run_cell(session, 2, "1 / 0")["missing"] is None


# ---- same or different -----------------------------------------------------------------------


def shown(value: Any) -> list[dict[str, Any]]:
    data = runner.with_table(runner.mime_bundle(value)[0])
    return json.loads(json.dumps([{"output_type": "display_data", "data": data}]))


def text(value: str) -> list[dict[str, Any]]:
    return [{"output_type": "stream", "name": "stdout", "text": value}]


def test_equal_cards_are_the_same_whatever_their_picture():
    fresh = shown(card(kind=DrawnOtherwise))
    found = runner.compare(shown(card()), fresh)
    assert (found["verdict"], found["values"], found["differences"]) == ("same", 4, [])


def test_one_changed_value_is_named():
    found = runner.compare(shown(card()), shown(card((("a", 1.6), ("b", None)))))
    assert found["verdict"] == "different"
    assert found["differences"] == [
        {"card": "demo", "row": "a", "column": "V", "stored": 1.5, "fresh": 1.6}
    ]


@pytest.mark.parametrize(
    "rows",
    [
        (("a", 1.5),),
        (("a", 1.5), ("b", 0)),
        (("a", 1.5), ("c", None)),
        (("a", "1.5"), ("b", None)),
    ],
)
def test_other_rows_are_different(rows: Any):
    assert runner.compare(shown(card()), shown(card(rows)))["verdict"] == "different"


@given(st.lists(st.floats(0, 100), min_size=1, max_size=8), st.data())
def test_a_tenth_of_a_point_anywhere_is_noticed(values: list[float], data: Any):
    rows = tuple((str(i), round(value, 1)) for i, value in enumerate(values))
    place = data.draw(st.integers(0, len(values) - 1))
    changed = tuple(
        (name, round(value + 0.1, 1) if i == place else value)
        for i, (name, value) in enumerate(rows)
    )
    assert runner.compare(shown(card(rows)), shown(card(rows)))["verdict"] == "same"
    found = runner.compare(shown(card(rows)), shown(card(changed)))
    assert [item["row"] for item in found["differences"]] == [str(place)]


@pytest.mark.parametrize(
    ("stored", "fresh", "same"),
    [
        ("a  b\nc", "a b c", True),
        ("<f at 0x7f01>", "<f at 0x10ab>", True),
        ("0.1234567890123", "0.1234567890124", True),
        ("0.1234567890123", "0.1234667890124", False),
        ("5.1", "5.2", False),
        ("5.10", "5.1", False),
        ("5.1 and 3", "5.1 and 4", False),
    ],
)
def test_texts_are_compared_by_what_they_say(stored: str, fresh: str, same: bool):
    assert runner.same_text(stored, fresh) is same
    assert runner.compare(text(stored), text(fresh))["verdict"] == ("same" if same else "different")


def test_tables_are_compared_cell_by_cell():
    def table(value: str, style: str = "") -> list[dict[str, Any]]:
        html = f"<style>{style}</style><table><tr><th>a</th><td>{value}</td></tr></table>"
        return [{"output_type": "execute_result", "data": {"text/html": html}}]

    assert runner.compare(table("1"), table("1", "b {}"))["verdict"] == "same"
    found = runner.compare(table("1"), table("2"))
    assert found["verdict"] == "different"
    assert (found["differences"][0]["stored"], found["differences"][0]["fresh"]) == ("1", "2")


def test_numbers_for_the_prose_are_compared_by_name():
    fresh = [
        {
            "output_type": "display_data",
            "data": {runner.GLUE + "text/plain": "'5.1'"},
            "metadata": {"scrapbook": {"name": "share"}},
        }
    ]
    assert runner.compare([], fresh, {"share": "'5.1'"})["verdict"] == "same"
    assert runner.compare([], fresh, {"share": "'5.2'"})["verdict"] == "different"
    assert runner.compare([], fresh, {})["verdict"] == "different"


def test_an_output_that_vanishes_or_appears_is_different():
    error = [{"output_type": "error", "ename": "E", "evalue": "x", "traceback": []}]
    assert runner.compare(text("a"), [])["verdict"] == "different"
    assert runner.compare([], text("a"))["verdict"] == "different"
    assert runner.compare([], error)["verdict"] == "different"
    assert runner.compare([], [])["verdict"] == "none"


def test_a_picture_without_data_is_not_called_the_same():
    picture = [{"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}}]
    found = runner.compare(picture, picture)
    assert (found["verdict"], found["pictures"]) == ("none", 1)


# ---- the rest of the standard library --------------------------------------------------------


def test_modules_of_the_second_archive_are_fetched_once(tmp_path: Any):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("rest_one.py", "VALUE = 1")
        archive.writestr("rest_two/__init__.py", "")
        archive.writestr("rest_two/deep.py", "VALUE = 2")
    asked = []

    def fetch() -> bytes:
        asked.append(1)
        return buffer.getvalue()

    names = ["rest_one", "rest_two", "rest_two.deep"]
    finder = runner.RestFinder(names, str(tmp_path / "rest.zip"), fetch)
    sys.meta_path.append(finder)
    try:
        one: ModuleType = importlib.import_module("rest_one")
        deep: ModuleType = importlib.import_module("rest_two.deep")
    finally:
        sys.meta_path.remove(finder)
    assert (one.VALUE, deep.VALUE, asked) == (1, 2, [1])
    assert finder.find_spec("elsewhere") is None


def test_a_module_is_missing_where_the_second_archive_cannot_be_fetched(tmp_path: Any):
    finder = runner.RestFinder(["rest_three"], str(tmp_path / "rest.zip"), lambda: None)
    assert finder.find_spec("rest_three") is None


# ---- the pictures of a page ------------------------------------------------------------------


def test_pictures_of_the_page_are_read_and_a_false_one_is_named(session: Any):
    source = (
        "from sme_survey import load\n"
        "from sme_survey.presentation.figures import bars\n"
        "survey = load()\n"
        'bars(survey, survey.answers("device_use"), "device-use")'
    )
    run_cell(session, 1, source, draw=False)
    card = next(iter(session.values[1].values()))
    true = card.svg("en")
    assert true
    assert runner.read_drawings(session, 1, [["device-use", true], ["other", true]]) == {
        "count": 1,
        "otherwise": [],
    }
    false = true.replace(">93.3<", ">39.3<")
    assert false != true
    found = runner.read_drawings(session, 1, [["device-use", false]])
    assert found["otherwise"] == [{"card": card.title.en, "rows": [str(card.rows[0][0])]}]
    broken = runner.read_drawings(session, 1, [["device-use", "<svg>"]])
    assert broken["otherwise"] == [{"card": card.title.en, "rows": []}]
    assert runner.read_drawings(session, 2, [["device-use", true]])["count"] == 0
