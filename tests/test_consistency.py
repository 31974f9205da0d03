"""Consistency checks of any table: known answers, brute force, properties, and real input."""

from __future__ import annotations

import csv
import io
import json
import random
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sme_survey import load
from sme_survey.cli import main
from sme_survey.judgement import consistency, consistency_text
from sme_survey.judgement.audits import audits
from sme_survey.judgement.consistency import Report, inspect
from sme_survey.numbers import (
    Printing,
    adds_up,
    attainable_sum,
    impossible_share,
    possible_counts,
    table_power,
    wilson,
)
from sme_survey.numbers.counts import ROUNDINGS, Rounding
from sme_survey.survey.pasted import (
    Choices,
    Entry,
    PastedError,
    Reading,
    Table,
    as_choices,
    cells_of,
    decode,
    place,
    read,
)

WAYS: dict[str, tuple[str, ...]] = {
    "nearest": (ROUND_HALF_UP, ROUND_HALF_EVEN, "ROUND_HALF_DOWN"),
    "half_up": (ROUND_HALF_UP,),
    "half_even": (ROUND_HALF_EVEN,),
    "truncated": (ROUND_DOWN,),
    "unknown": (ROUND_HALF_UP, ROUND_HALF_EVEN, "ROUND_HALF_DOWN", ROUND_DOWN),
}
printings = st.builds(Printing, st.integers(0, 2), st.sampled_from(ROUNDINGS))


def prints(count: int, n: int, printing: Printing) -> set[int]:
    """The steps that a count may be printed as, by the rounding modes of `decimal`."""
    exact = Fraction(printing.whole * count, n)
    whole, rest = divmod(exact.numerator * 1000, exact.denominator)
    value = Decimal(whole * 10 + bool(rest)).scaleb(-4)  # a sticky digit keeps halves exact
    return {int(value.quantize(Decimal(1), way)) for way in WAYS[printing.rounding]}


def run(text: str, **choices: object) -> Report:
    return inspect(read(text, as_choices(choices)))


def failed(report: Report) -> dict[str, list[str]]:
    """Checks that found something, with the labels they name."""
    found: dict[str, list[str]] = {}
    for item in report.tables:
        for result in item.results:
            for finding in result.findings:
                labels = [item.table.entries[index].label for index in finding.entries]
                found.setdefault(result.check, []).extend(labels or ["(table)"])
    return found


# counts behind percentages of any decimals and rounding


@settings(deadline=None)
@given(printings, st.integers(1, 60))
def test_counts_are_those_that_print_so(printing: Printing, n: int) -> None:
    printed: dict[int, set[int]] = {}
    for count in range(n + 1):
        for steps in prints(count, n, printing):
            printed.setdefault(steps, set()).add(count)
    unit = 10**printing.decimals
    for steps in range(0, printing.whole + 1, 1 if printing.decimals < 2 else 7):
        found = possible_counts(Decimal(steps) / unit, n, printing)
        assert set(found or ()) == printed.get(steps, set())
    assert impossible_share(n, printing) == pytest.approx(1 - len(printed) / (printing.whole + 1))


@given(printings, st.lists(st.integers(0, 400), min_size=1, max_size=6).filter(any), st.data())
def test_what_prints_adds_up(printing: Printing, counts: list[int], data: st.DataObject) -> None:
    n = sum(counts)
    steps = [data.draw(st.sampled_from(sorted(prints(count, n, printing)))) for count in counts]
    percents = [Decimal(step) / 10**printing.decimals for step in steps]
    assert adds_up(percents, n, printing)
    assert adds_up(percents, None, printing)


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize(("options", "n"), [(2, 3), (2, 8), (3, 7), (3, 40)])
def test_the_range_of_sums_leaves_no_room(rounding: Rounding, options: int, n: int) -> None:
    """No sum is outside, and the range is no wider than the errors one by one allow."""
    printing = Printing(0, rounding)
    low, high = attainable_sum(options, n, printing)
    each = [
        Fraction(step) - Fraction(100 * count, n)
        for count in range(n + 1)
        for step in prints(count, n, printing)
    ]
    assert high == 100 + int(options * max(each))
    assert low == 100 + -int(-options * min(each))


def test_printing_refuses() -> None:
    with pytest.raises(ValueError, match="decimals must be 0 to 2, not 3"):
        Printing(3)
    with pytest.raises(ValueError, match="rounding must be one of nearest"):
        Printing(1, "up")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at most no decimal"):
        possible_counts("1.5", 10, Printing(0))


# known answers

PIGS2 = "x,n\n67.4,150\n54.2,150\n54.0,150\n69.8,150\n68.1,150\n55.4,150\n"


def test_pigs2_of_the_r_package_scrutiny() -> None:
    """Its documentation and tests: five of six inconsistent, a GRIM probability of 0.85."""
    rows = list(csv.DictReader(io.StringIO(PIGS2)))
    text = "option,percent,n\n" + "".join(f"{i},{row['x']},150\n" for i, row in enumerate(rows))
    report = run(text)
    assert failed(report) == {"attainable": ["0", "1", "3", "4", "5"]}
    assert report.tests == 6
    # scrutiny divides by 1000 values, we by the 1001 from 0.0 to 100.0
    assert impossible_share(150) == pytest.approx(1 - 151 / 1001)
    assert impossible_share(150) == pytest.approx(0.85, abs=0.002)


@pytest.mark.parametrize(
    ("percent", "n", "consistent"),
    [("32.5", 438, False), ("35.6", 455, True), ("21.7", 501, False), ("39.3", 516, True)],
)
def test_percentages_of_the_grim_vignette(percent: str, n: int, consistent: bool) -> None:
    """The percentages of scrutiny's vignette; consistency by dividing every count."""
    by_hand = any(
        Decimal(percent)
        in {(Decimal(100 * k) / n).quantize(Decimal("0.1"), way) for way in WAYS["nearest"]}
        for k in range(n + 1)
    )
    assert by_hand == consistent
    assert (possible_counts(percent, n) is not None) == consistent


def test_a_textbook_table_of_three_thirds() -> None:
    """Three equal thirds print as 33.3 and add to 99.9; as 33.4 they cannot."""
    report = run("answer,percent,n\na,33.3,300\nb,33.3,300\nc,33.3,300\n", kind="single")
    assert not failed(report)
    assert [line.narrow.forced for line in report.tables[0].lines if line.narrow] == [100] * 3
    report = run("answer,percent,n\na,33.4,300\nb,33.4,300\nc,33.4,300\n", kind="single")
    assert set(failed(report)) == {"attainable", "hundred", "base"}


def test_the_interval_is_that_of_the_textbook() -> None:
    """Newcombe (1998a), table I: 81 of 263, Wilson 0.2553 to 0.3662."""
    report = run("answer,percent,n,count\nyes,30.80,263,81\nno,69.20,263,182\n")
    interval = report.tables[0].lines[0].interval
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.2553, 0.3662)
    assert not failed(report)


def test_our_own_questions_give_the_numbers_of_the_chapter() -> None:
    """The tool reads our tables from a file, and says what the book's checks say of them."""
    survey = load()
    rows = ["question,type,group,option,percent,n"]
    rows += [
        f"{item.question_id} {item.wave},{survey.question(item.question_id).answer_type},"
        f"{item.group},{item.option.id},{item.percent},{item.n}"
        for item in survey.all_answers
    ]
    report = run("\n".join(rows))
    by_id = {item.id: item for item in audits(survey)}
    tests = {
        check: sum(r.tests for t in report.tables for r in t.results if r.check == check)
        for check in ("attainable", "hundred", "base", "exclusive", "subgroups")
    }
    assert not failed(report)
    for check in ("attainable", "hundred", "base"):
        assert tests[check] == by_id[check].tests
    assert len({t.table.question.rsplit(" ", 1)[0] for t in report.tables}) == sum(
        question.published for question in survey.questions
    )
    narrow = [line.narrow for item in report.tables for line in item.lines]
    assert narrow == [item.counts for item in survey.all_answers]


# properties


@st.composite
def honest(draw: st.DrawFn) -> tuple[Table, list[int]]:
    """A table made from whole counts."""
    printing = draw(printings)
    single = draw(st.booleans())
    counts = draw(st.lists(st.integers(0, 300), min_size=2, max_size=7).filter(any))
    n = sum(counts) if single else draw(st.integers(max(counts), 2 * max(counts)))
    entries = []
    for index, count in enumerate(counts):
        steps = draw(st.sampled_from(sorted(prints(count, n, printing))))
        percent = Decimal(steps) / 10**printing.decimals
        entries.append(Entry(str(index), percent, n, f"B{index + 2}", count))
    kind = "single" if single else "multiple"
    return Table("q", "", kind, printing, tuple(entries)), counts


@settings(deadline=None)
@given(honest())
def test_a_table_made_from_whole_counts_never_fails(made: tuple[Table, list[int]]) -> None:
    table, counts = made
    for check in consistency.CHECKS:
        assert not check(table).findings, check
    for count, found in zip(counts, consistency.narrowed(table), strict=True):
        assert found is not None
        assert count in found


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 150), min_size=2, max_size=5).filter(any),
    st.lists(st.integers(0, 150), min_size=5, max_size=5),
    st.integers(0, 20),
    st.data(),
)
def test_groups_made_from_whole_counts_add_up(
    first: list[int], other: list[int], nowhere: int, data: st.DataObject
) -> None:
    second = [*other[: len(first) - 1], other[-1] + 1]
    left = [nowhere, *([0] * (len(first) - 1))]

    def table(group: str, counts: list[int]) -> Table:
        n = sum(counts)
        entries = (
            Entry(
                str(i),
                Decimal(data.draw(st.sampled_from(sorted(prints(k, n, Printing()))))) / 10,
                n,
            )
            for i, k in enumerate(counts)
        )
        return Table("q", group, "single", Printing(), tuple(entries))

    whole = [sum(parts) for parts in zip(first, second, left, strict=True)]
    result = consistency.subgroups(table("total", whole), [table("a", first), table("b", second)])
    assert result.tests == 1 + len(first)
    assert not result.findings


@pytest.mark.parametrize(
    ("n", "kind", "decimals"), [(90, "multiple", 1), (333, "single", 1), (1500, "single", 2)]
)
def test_a_random_error_is_caught_as_often_as_stated(n: int, kind: str, decimals: int) -> None:
    """One digit of one percentage is changed at random; the stated power lies in the interval."""
    chance = random.Random(17)
    printing = Printing(decimals)
    caught = tried = 0
    stated = 0.0
    for _ in range(400):
        cuts = sorted(chance.randrange(n + 1) for _ in range(4))
        counts = [b - a for a, b in zip([0, *cuts], [*cuts, n], strict=True)]
        steps = [min(prints(count, n, printing)) for count in counts]
        unit = 10**decimals
        stated += table_power([Decimal(s) / unit for s in steps], n, kind, printing).caught_percent
        index = chance.randrange(len(steps))
        own = steps[index]
        others = [s for s in range(own // 10 * 10, own // 10 * 10 + 10) if s != own]
        wrong = chance.choice([s for s in others if s <= printing.whole])
        steps[index] = wrong
        entries = tuple(Entry(str(i), Decimal(s) / unit, n) for i, s in enumerate(steps))
        table = Table("q", "", "single" if kind == "single" else "multiple", printing, entries)
        caught += any(check(table).findings for check in consistency.CHECKS)
        tried += 1
    assert stated / tried / 100 in wilson(caught, tried, 0.999)
    assert caught


# what does not apply is said


def test_weighted_percentages_skip_what_needs_whole_respondents() -> None:
    text = "answer,percent,n\na,33.4,3\nb,33.4,3\nc,33.4,3\n"
    report = run(text, kind="single", weighted=True)
    [item] = report.tables
    assert failed(report) == {"hundred": ["(table)"]}  # 100.2; rounding allows 99.9 to 100.1
    skipped = {r.check: r.skipped.en for r in item.results if r.skipped}
    for check in ("attainable", "base"):
        assert "does not apply to weighted" in skipped[check]
    assert item.power is None
    assert not report.differences
    text = "answer,percent,n\na,70.1,50\nno answer,30.0,50\n"
    assert failed(run(text, kind="multiple", weighted=True)) == {}
    text = "answer,percent,n\na,70.2,50\nno answer,30.0,50\n"
    assert failed(run(text, kind="multiple", weighted=True)) == {"exclusive": ["a"]}


def test_without_n_only_sums_are_checked() -> None:
    report = run("answer,percent\na,60.0\nb,40.2\n", kind="single")
    assert failed(report) == {"hundred": ["(table)"]}
    assert report.tests == 1
    assert not failed(run("answer,percent\na,60.0\nb,40.1\n", kind="single"))


def test_the_words_never_say_wrong() -> None:
    for lang in ("en", "ja"):
        report = run("answer,percent,n,count\na,33.4,3,2\nb,33.4,3,1\n", kind="single")
        text = consistency_text.as_text(report, lang, "0")
        for word in ("wrong number", "error", "incorrect", "誤り", "間違"):
            assert word not in text
    assert "not attainable under these assumptions" in consistency_text.as_text(report, "en", "0")
    clean = run("answer,percent,n\na,50.0,4\nb,50.0,4\n", kind="single")
    assert "does not show that the numbers are right" in consistency_text.as_text(clean, "en", "0")


def test_a_figure_that_was_cut_off_is_said_to_be_attainable_so() -> None:
    report = run("answer,percent,n\na,66.6,3\n", kind="multiple")
    [reason] = report.tables[0].lines[0].reasons
    assert "it would be attainable (2) if decimals were cut off" in reason.en
    assert not failed(run("answer,percent,n\na,66.6,3\n", kind="multiple", rounding="truncated"))
    assert not failed(run("answer,percent,n\na,66.6,3\n", kind="multiple", rounding="unknown"))


def test_groups_parents_and_exclusive_answers() -> None:
    text = (
        "answer\tTotal (n=40)\tMen (n=25)\tWomen (n=15)\n"
        "yes\t25.0\t20.0\t40.0\nno\t75.0\t80.0\t60.0\n"
    )
    assert failed(run(text)) == {"subgroups": ["yes", "no"]}  # 5 + 6 are not 10
    text = text.replace("25.0", "27.5").replace("75.0", "72.5")
    assert not failed(run(text))
    parent = "answer,percent,n\na,50.0,30\nb,30.0,30\n"
    assert not failed(run(parent, parent_percent="60.0", parent_n="50"))
    assert failed(run(parent, parent_percent="62.0", parent_n="50")) == {"parent": ["(table)"]}
    text = "answer,percent,n\na,80.0,20\nnone,25.0,20\n"
    assert failed(run(text, kind="multiple")) == {"exclusive": ["a"]}
    assert not failed(run(text, kind="multiple", exclusive=()))


def test_several_dimensions_are_told_apart() -> None:
    text = (
        "answer\tTotal (n=40)\tMen (n=25)\tWomen (n=15)\tYoung (n=30)\tOld (n=10)\n"
        "yes\t27.5\t20.0\t40.0\t30.0\t20.0\nno\t72.5\t80.0\t60.0\t70.0\t80.0\n"
    )
    report = run(text)
    assert not failed(report)
    assert sum(r.tests for r in report.tables[0].results if r.check == "subgroups") == 6


def test_differences_are_adjusted() -> None:
    report = run("answer\tA (n=1000)\tB (n=1000)\nx\t50.0\t60.0\ny\t30.0\t31.0\n", kind="multiple")
    assert [(item.option, item.beyond_chance) for item in report.differences] == [
        ("x", True),
        ("y", False),
    ]
    assert report.differences[0].p_holm == 2 * report.differences[0].p
    many = "answer\t" + "\t".join(f"G{i} (n=10)" for i in range(9)) + "\nx" + "\t50.0" * 9 + "\n"
    assert "up to 8 groups" in run(many).no_differences[0][1].en


# real input

WIDE = "answer,Total (n=40)\nyes,62.5\nno,37.5\n"


def percents(reading: Reading) -> list[str]:
    return [str(entry.percent) for table in reading.tables for entry in table.entries]


@pytest.mark.parametrize(
    "text",
    [
        WIDE,
        WIDE.replace(",", "\t"),
        WIDE.replace(",", ";").replace(".", ","),
        "\ufeff" + WIDE,
        WIDE.replace("\n", "\r\n"),
        "| answer | Total (n=40) |\n|---|---:|\n| yes | 62.5 |\n| no | 37.5 |\n",
        "A table of answers\n\n" + WIDE,
        "answer,Total\nn,40\nyes,62.5%\nno,37.5%\n",
        "answer,Total\nyes,62.5\nno,37.5\n合計,100.0\nn,40\n",
        "answer\tpercent\tn\nyes\t62.5\t40\nno\t37.5\t40\n",
        "group\tn\tyes\tno\nTotal\t40\t62.5\t37.5\n",
        "選択肢\t全体（ｎ＝４０）\nyes\t６２．５％\nno\t３７．５\n",
        'answer,"Total (n=40)"\nyes,"62,5"\nno,"37,5 %"\n',
    ],
)
def test_one_table_in_many_forms(text: str) -> None:
    reading = read(text)
    assert percents(reading) == ["62.5", "37.5"]
    assert [(table.group, table.n) for table in reading.tables] == [("total", 40)] or (
        [(table.group, table.n) for table in reading.tables] == [("", 40)]
    )
    assert not failed(inspect(reading))
    assert not reading.refused


@pytest.mark.parametrize(
    ("cell", "value", "said", "refused"),
    [
        ("", None, "an empty cell is not published", False),
        ("－", None, "taken as not published, not as 0", False),
        ("*", None, "taken as not published", False),
        ("<1", None, "anything from 0 to below 1", False),
        ("62.5*", "62.5", "a mark after a number", False),
        ("62.5²", "62.5", "a raised mark", False),
        ("62", "62", "read with 1 decimal(s)", False),
        ("about 60", None, "is not a percentage", True),
        ("-3.0", None, "is not a percentage", True),
        ("1,234", None, "is not a percentage", True),
        ("101.0", None, "is above 100", True),
        ("12.345", None, "more than 2 decimals", True),
    ],
)
def test_every_odd_cell_is_named(cell: str, value: str | None, said: str, refused: bool) -> None:
    reading = read(f"answer\tTotal (n=40)\nyes\t{cell}\nno\t37.5\n", Choices(kind="multiple"))
    assert str(reading.tables[0].entries[0].percent) == str(value and Decimal(value))
    [note] = [note for note in reading.notes if "B2" in note.places]
    assert said in note.said.en
    assert note.refused is refused
    assert note.said.ja


def test_n_of_zero_n_by_row_and_labels_twice() -> None:
    text = "answer,percent,n\nyes,50.0,0\nyes,25.0,40\nno,75.0,20\n"
    reading = read(text, Choices(kind="single"))
    assert [entry.n for entry in reading.tables[0].entries] == [None, 40, 20]
    said = {note.said.en: note for note in reading.notes}
    assert next(note for en, note in said.items() if "n is 0" in en).places == ("C2",)
    assert next(note for en, note in said.items() if "stands more than once" in en).places == (
        "B3",
    )
    skipped = {r.check: r.skipped for r in inspect(reading).tables[0].results}
    assert skipped["base"] is not None
    assert "one base" in skipped["base"].en


def test_a_comma_in_an_unquoted_heading_is_refused() -> None:
    reading = read("answer,Total (n=2,050),x\nyes,62.5,1\nno,37.5,1\n")
    assert reading.tables[0].n is None
    assert "not closed" in reading.refused[0].said.en


def test_single_or_multiple_is_asked_where_the_sum_does_not_tell() -> None:
    """A sum of 100.6 may be a slip or a question with several answers: neither is assumed."""
    text = "answer,percent,n\na,60.3,1000\nb,40.3,1000\n"
    reading = read(text)
    assert reading.tables[0].kind == "multiple"
    assert "single or multiple answers?" in reading.notes[0].said.en
    assert not failed(inspect(reading))
    assert set(failed(run(text, kind="single"))) == {"hundred", "base"}


def test_encodings() -> None:
    text = "選択肢,割合,n\nはい,62.5,40\n"
    assert decode(text.encode("cp932")) == (text, "cp932")
    assert decode(text.encode("utf-8-sig")) == (text, "utf-8-sig")
    assert decode(text.encode("utf-16")) == (text, "utf-16")
    assert decode(text.encode()) == (text, "utf-8")
    with pytest.raises(PastedError, match="neither UTF-8 nor Shift-JIS"):
        decode(b"\x89PNG\r\n\x1a\n\x00\xff\xff")
    assert "Shift-JIS" in read(text, encoding="cp932").notes[0].said.en


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no table here"),
        ("just a sentence", "no table here"),
        ("answer,percent\nyes,high\n", "no percentage that can be read"),
        ('answer,percent\n"yes,1\n', "not valid CSV"),
    ],
)
def test_what_is_no_table_is_said(text: str, said: str) -> None:
    with pytest.raises(PastedError, match=said) as caught:
        read(text)
    assert caught.value.said.ja


@pytest.mark.parametrize("values", [{"n": "many"}, {"n": "0"}, {"parent_percent": "x"}])
def test_choices_that_are_no_numbers_are_said(values: dict[str, object]) -> None:
    with pytest.raises(PastedError, match="expected"):
        as_choices(values)


def test_places_are_those_of_a_spreadsheet() -> None:
    assert [place(0, 0), place(9, 25), place(0, 26), place(1, 701)] == ["A1", "Z10", "AA1", "ZZ2"]
    assert cells_of("a|b\tc|d\n1\t2\n")[0] == ["a|b", "c|d"]


# the command


def test_the_command_reads_a_file_in_every_form(tmp_path, capsys) -> None:
    file = tmp_path / "own.csv"
    file.write_bytes("選択肢,割合,n\nはい,62.6,40\nいいえ,37.5,40\n".encode("cp932"))
    assert main(["check-tables", str(file), "--type", "single"]) == 1
    shown = capsys.readouterr().out
    assert "B2" in shown
    assert "no whole number of 40 gives 62.6%" in shown
    command = ["check-tables", str(file), "--type", "single"]
    assert main([*command, "--format", "json", "--lang", "ja"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["findings"] == 3
    assert found["encoding"] == "cp932"
    assert any("小数1桁" in item for item in found["assumptions"])
    assert main(["check-tables", str(file), "--format", "csv"]) == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["record"] for row in rows} >= {"percentage", "check", "note"}
    assert rows[0]["result"] == "not attainable under these assumptions"
    assert {(row["decimals"], row["rounding"]) for row in rows} == {("1", "nearest")}
    assert all(row["version"] for row in rows)


def test_the_template_passes_its_own_checks(tmp_path, capsys) -> None:
    assert main(["check-tables", "--template"]) == 0
    file = tmp_path / "template.csv"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["check-tables", str(file)]) == 0
    assert "12 tests" in capsys.readouterr().out


def test_the_command_says_what_it_cannot_read(tmp_path, capsys) -> None:
    file = tmp_path / "own.csv"
    file.write_text("no table", encoding="utf-8")
    assert main(["check-tables", str(file)]) == 2
    assert "no table here" in capsys.readouterr().err
    assert main(["check-tables", str(tmp_path / "nowhere.csv")]) == 2


def test_a_cell_of_the_download_is_no_formula() -> None:
    report = run('answer,percent,n\n"=1+1",50.0,4\n"@x",50.0,4\n', kind="single")
    rows = list(csv.DictReader(io.StringIO(consistency_text.as_csv(report, "en", "0"))))
    assert [row["option"] for row in rows[:2]] == ["'=1+1", "'@x"]
