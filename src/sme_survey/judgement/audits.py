"""Consistency checks of the published tables: what was tested, how many tests, what they found.

Each check is a small function of the survey that returns an :class:`Audit`. ``counts`` narrows the
number of firms behind every percentage by everything else that is published; ``make data`` writes
them to ``data/derived/counts.csv``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from sme_survey.judgement import consistency
from sme_survey.judgement.comparisons import sum_of
from sme_survey.judgement.response import sum_within
from sme_survey.numbers.counts import (
    TENTHS,
    CountRange,
    possible_counts,
    subset_sum_counts,
)
from sme_survey.survey.model import Answer, AnswerType, Survey
from sme_survey.survey.pasted import Entry, Table
from sme_survey.survey.readings import compare
from sme_survey.survey.text import Text

TOTAL = "total"

_EXCLUSIVE = frozenset({"none_of_these", "dont_know", "no_answer"})


@dataclass(frozen=True)
class Fault(Text):
    """What a test found, and the cell it stands in: a table, the row by its values, a column."""

    table: str = "answers"
    where: tuple[tuple[str, str], ...] = ()
    column: str = "percent"


@dataclass(frozen=True)
class Audit:
    """One consistency check: its tests and what they found.

    ``found`` holds one passage for each test that failed; ``result`` says what came out of it, and
    ``blind`` what the check cannot see.
    """

    id: str
    title: Text
    tested: Text
    tests: int
    found: tuple[Fault, ...]
    result: Text
    blind: Text

    @property
    def passed(self) -> bool:
        """Whether no test failed."""
        return not self.found


def _blocks(survey: Survey) -> list[tuple[AnswerType, tuple[Answer, ...]]]:
    return [
        (question.answer_type, survey.answers(question.id, wave, group))
        for question in survey.questions
        for wave, group in survey.keys(question.id)
    ]


def _table(kind: AnswerType, rows: Sequence[Answer]) -> Table:
    """A published table as the consistency checks take any table."""
    first = rows[0]
    entries = tuple(
        Entry(item.option.id, item.percent, item.n, exclusive=item.option.role in _EXCLUSIVE)
        for item in rows
    )
    return Table(first.question_id, first.group, kind, TENTHS, entries)


def _place(rows: Sequence[Answer]) -> str:
    first = rows[0]
    return f"{first.question_id} {first.wave} {first.group}"


def _found(
    place: str,
    en: str,
    ja: str,
    row_of: Mapping[str, object],
    table: str = "answers",
    column: str = "percent",
) -> Fault:
    row = tuple((name, str(value)) for name, value in row_of.items())
    return Fault(f"{place}: {en}", f"{place}：{ja}", table, row, column)


def _at(answer: Answer) -> dict[str, object]:
    """The row of an answer."""
    return dict(zip(("question_id", "wave", "group", "option_id"), key(answer), strict=True))


def _outcome(tests: int, found: Sequence[Text], passed: Text) -> Text:
    if not found:
        return passed
    return Text(
        f"{len(found)} of {tests} tests failed.", f"{tests}件中{len(found)}件で不整合があった。"
    )


def attainable(survey: Survey) -> Audit:
    """Every percentage comes from a whole number of firms."""
    units = survey.names["units"]
    found = [
        _found(
            f"{item.question_id} {item.wave} {item.group} {item.option.id}",
            f"no whole number of {item.n} {units.en} gives {item.percent}%",
            f"n={item.n}の整数の{units.ja}数からは{item.percent}%にならない",
            _at(item),
        )
        for kind, rows in _blocks(survey)
        for finding in consistency.attainable(_table(kind, rows)).findings
        for item in [rows[finding.entries[0]]]
    ]
    tests = len(survey.all_answers)
    sparse = sum(
        1 for item in survey.all_answers if item.n < 1000
    )  # below 1,000 some tenths are out of reach
    return Audit(
        "attainable",
        Text("Attainable percentages", "割合の実現可能性"),
        Text(
            f"Does each percentage arise from a whole number of {units.en} at its base?",
            f"各割合は、そのnのもとで整数の{units.ja}数から生じ得るか。",
        ),
        tests,
        tuple(found),
        _outcome(
            tests, found, Text("Every percentage can arise.", "すべての割合が実現可能である。")
        ),
        Text(
            f"On a base of {survey.names.many(1000).en} or more every tenth is attainable, so the "
            f"test can fail for {sparse} percentages only.",
            f"nが{survey.names.many(1000).ja}以上では0.1刻みの値がすべて実現可能なため、"
            f"検出力があるのは{sparse}個の割合に限られる。",
        ),
    )


def add_to_hundred(survey: Survey) -> Audit:
    """Single-answer tables add to 100 within what rounding allows."""
    tables = [rows for kind, rows in _blocks(survey) if kind == "single"]
    sums = [sum((item.percent for item in rows), Decimal(0)) for rows in tables]
    found = [
        _found(_place(rows), f"adds to {total}", f"合計が{total}になる", _at(rows[0]))
        for rows, total in zip(tables, sums, strict=True)
        if consistency.hundred(_table("single", rows)).findings
    ]
    exact = sum(total == 100 for total in sums)
    low, high = min(sums), max(sums)
    return Audit(
        "hundred",
        Text("Sums of single answers", "単一回答の合計"),
        Text(
            "Do the options of a single-answer table add to 100, give or take their rounding?",
            "単一回答の割合は、丸めの範囲で合計100になるか。",
        ),
        len(tables),
        tuple(found),
        _outcome(
            len(tables),
            found,
            Text(
                f"{exact} of {len(tables)} tables add to exactly 100; the others to {low} to "
                f"{high}, which rounding explains.",
                f"{len(tables)}表中{exact}表はちょうど100、他は{low}〜{high}で、丸めで説明できる。",
            ),
        ),
        Text(
            "Two errors that cancel out, and errors smaller than the rounding of all options.",
            "互いに打ち消し合う誤りと、丸めの幅に収まる誤りは検出できない。",
        ),
    )


def add_to_base(survey: Survey) -> Audit:
    """Whole numbers behind the options of a single-answer table add to its base."""
    units = survey.names["units"]
    tables = [rows for kind, rows in _blocks(survey) if kind == "single"]
    found = [
        _found(
            _place(rows),
            f"no whole numbers round to the percentages and add to {rows[0].n}",
            f"割合に丸められ、合計が{rows[0].n}になる整数の組がない",
            _at(rows[0]),
        )
        for rows in tables
        if consistency.base(_table("single", rows)).findings
    ]
    return Audit(
        "base",
        Text("Counts of single answers", f"単一回答の{units.ja}数"),
        Text(
            f"Are there whole numbers of {units.en} that round to all percentages and add to the "
            "base?",
            f"すべての割合に丸められ、合計がnになる整数の{units.ja}数の組が存在するか。",
        ),
        len(tables),
        tuple(found),
        _outcome(len(tables), found, Text("There are, in every table.", "すべての表で存在する。")),
        Text(
            "A wrong percentage that another choice of counts can still explain.",
            f"別の{units.ja}数の組で説明できてしまう誤った割合は検出できない。",
        ),
    )


def _families(survey: Survey) -> list[tuple[str, int, list[str]]]:
    """Questions published for all firms and for groups of one dimension, wave by wave."""
    return [
        (question.id, wave, groups)
        for question in survey.questions
        for wave in survey.years(question.id)
        for groups in [[g for w, g in survey.keys(question.id) if w == wave and g != TOTAL]]
        if groups
    ]


def subgroups(survey: Survey) -> Audit:
    """The groups of a question add up to all firms, but for those without a group."""
    units, all_units = survey.names["units"], survey.names.all_units
    found: list[Fault] = []
    tests = 0
    left: list[tuple[Text, int]] = []
    for question, wave, groups in _families(survey):
        whole = survey.answers(question, wave)
        parts = [survey.answers(question, wave, group) for group in groups]
        kind = survey.question(question).answer_type
        result = consistency.subgroups(_table(kind, whole), [_table(kind, rows) for rows in parts])
        tests += result.tests
        rest = whole[0].n - sum(rows[0].n for rows in parts)
        left.append((survey.question(question).title, rest))
        for finding in result.findings:
            items = [whole[index] for index in finding.entries]
            found.append(
                _found(
                    " ".join([question, *(item.option.id for item in items)]),
                    finding.reason.en,
                    finding.reason.ja,
                    _at(items[0] if items else whole[0]),
                    column="percent" if items else "n",
                )
            )
    left_out = Text(
        "; ".join(f"{rest} ({title.en})" for title, rest in left),
        "、".join(f"{survey.names.many(rest).ja}（{title.ja}）" for title, rest in left),
    )
    return Audit(
        "subgroups",
        Text("Groups and totals", "区分と全体"),
        Text(
            f"Do the counts of the groups add up to those of all {units.en}?",
            f"区分ごとの{units.ja}数の合計は全体の{units.ja}数と一致するか。",
        ),
        tests,
        tuple(found),
        _outcome(
            tests,
            found,
            Text(
                f"They do. {all_units.en} that no group holds: {left_out.en}.",
                f"一致する。どの区分にも入らない{units.ja}は{left_out.ja}である。",
            ),
        ),
        Text(
            f"One {survey.names['unit'].en} counted in the wrong group, where two groups err in "
            "opposite ways.",
            "2つの区分で逆向きに生じた誤りは検出できない。",
        ),
    )


def links(survey: Survey) -> list[tuple[tuple[Answer, ...], list[tuple[str, int]]]]:
    """Answers of a question, and the later questions, with their wave, put to those who gave them.

    One entry for each wave that both have; an answer that no published table holds is left out.
    """
    found = []
    for link in survey.names.chain:
        for wave in survey.years(link.question):
            later = [(name, wave) for name in link.leads_to if wave in survey.years(name)]
            if later:
                answers = tuple(survey.answer(link.question, item, wave) for item in link.options)
                found.append((answers, later))
    return found


def chain(survey: Survey) -> Audit:
    """The base of a question is the count of the answer that leads to it."""
    units = survey.names["units"]
    found: list[Fault] = []
    parts: list[str] = []
    for answers, later in links(survey):
        counts = sum_of(answers)
        percent, n = sum(item.percent for item in answers), answers[0].n
        for name, wave in later:
            base = survey.base(name, wave)
            if base not in counts:
                found.append(
                    _found(
                        name,
                        f"base {base:,}, but {percent}% of {n:,} are {counts}",
                        f"n={base:,}に対し、{n:,}の{percent}%は{counts}",
                        {"question_id": name, "wave": wave},
                        column="n",
                    )
                )
        parts.append(f"{percent}% × {n:,} → {survey.base(*later[0]):,}")
    tests = sum(len(later) for _, later in links(survey))
    shown = "; ".join(parts)
    return Audit(
        "chain",
        Text("Bases from one question to the next", "設問間のnのつながり"),
        Text(
            "Is the base of a question among the counts of the answer that leads to it?",
            f"ある設問のnは、その前提となる回答の{units.ja}数の範囲にあるか。",
        ),
        tests,
        tuple(found),
        _outcome(
            tests,
            found,
            Text(
                f"It is: {shown}. The base then gives the count of that answer.",
                f"すべて範囲にある（{shown.replace('; ', '、')}）。"
                f"これにより、その回答の{units.ja}数が確定する。",
            ),
        ),
        Text(
            f"Whether the {units.en} are the same ones, and errors of less than half a tenth.",
            f"同じ{units.ja}であるかどうかと、丸め未満の誤りは検出できない。",
        ),
    )


def roles(survey: Survey) -> Audit:
    """The counts by role agree with the percentages of another page."""
    found: list[Fault] = []
    stated = [(name, link) for link in survey.names.stated for name in link.leads_to]
    for single, link in stated:
        count = int(survey.single(single).value)
        counts = sum_within(survey.answers(link.question), link.options)
        if count not in counts:
            found.append(
                _found(
                    single,
                    f"{survey.names.many(count).en}, but {counts}",
                    f"{survey.names.many(count).ja}に対し{counts}",
                    {"single_id": single},
                    "published_singles",
                    "value",
                )
            )
    total = sum(int(survey.single(single).value) for single, _ in stated)
    pages = [
        ", ".join(f"{page}" for page in dict.fromkeys(found_on))
        for found_on in (
            [survey.single(name).page for name, _ in stated],
            [survey.question(link.question).page for _, link in stated],
        )
    ]
    base = int(survey.single("valid_responses").value)
    if total != base:
        found.append(
            _found(
                "role",
                f"{total} instead of {base}",
                f"{base}ではなく{total}",
                {"single_id": "valid_responses"},
                "published_singles",
                "value",
            )
        )
    tests = len(stated) + 1
    return Audit(
        "roles",
        Text("Roles in counts and in per cent", "役割の件数と割合"),
        Text(
            f"Do the counts by role on page {pages[0]} agree with the percentages on page "
            f"{pages[1]}?",
            f"{pages[0]}ページの役割別件数は{pages[1]}ページの割合と一致するか。",
        ),
        tests,
        tuple(found),
        _outcome(
            tests,
            found,
            Text(f"They do, and they add up to {base:,}.", f"一致し、合計は{base:,}となる。"),
        ),
        Text(
            "How each combined count splits between its groups.",
            "件数がまとめている2つの役割の内訳は分からない。",
        ),
    )


def mailout(survey: Survey) -> Audit:
    """Rows and columns of the mail-out add up."""
    sent: dict[str, dict[str, int]] = {}
    for row in survey.tables["mailout"]:
        sent.setdefault(row.text("industry"), {})[row.text("size")] = row.whole("sent")
    found = [
        _found(
            industry,
            "the sizes do not add up",
            "規模別の合計が一致しない",
            {"industry": industry, "size": TOTAL},
            "mailout",
            "sent",
        )
        for industry, sizes in sent.items()
        if sizes["sme"] + sizes["small"] != sizes[TOTAL]
    ]
    found += [
        _found(
            size,
            "the industries do not add up",
            "業種別の合計が一致しない",
            {"industry": TOTAL, "size": size},
            "mailout",
            "sent",
        )
        for size in ("sme", "small", TOTAL)
        if sum(sizes[size] for name, sizes in sent.items() if name != TOTAL) != sent[TOTAL][size]
    ]
    tests = len(sent) + 3
    return Audit(
        "mailout",
        Text("Margins of the mail-out", "送付数の周辺和"),
        Text(
            "Do the questionnaires sent add up by industry and by size?",
            "送付数は業種別、規模別に合計が一致するか。",
        ),
        tests,
        tuple(found),
        _outcome(
            tests,
            found,
            Text(
                f"All rows and columns add up to {sent[TOTAL][TOTAL]:,}.",
                f"行・列とも合計{sent[TOTAL][TOTAL]:,}に一致する。",
            ),
        ),
        Text("Whether they were delivered.", "実際に届いたかどうかは分からない。"),
    )


def _cases_amiss(
    survey: Survey, counts: Mapping[str, int], views: Mapping[str, int]
) -> list[Fault]:
    found = [
        _found(
            block.id,
            "fewer cases than aimed at",
            "件数が目標に満たない",
            {"block": block.id},
            "case_blocks",
            "cases",
        )
        for block in survey.blocks
        if block.cases < block.minimum
    ]
    found += [
        _found(
            view,
            "more cases than there are",
            "事例の総数を超える",
            {"view": view},
            "case_views",
            "cases",
        )
        for view, number in views.items()
        if number > counts["cases"]
    ]
    if sum(block.cases for block in survey.blocks) != counts["cases"]:
        found.append(
            _found("case_blocks", "do not add up", "合計が一致しない", {}, "case_blocks", "cases")
        )
    if not counts["cases"] <= counts["interviewed"] <= counts["valid_responses"]:
        found.append(
            _found(
                "interviews",
                "cases exceed interviews",
                "事例が調査件数を超える",
                {"measure": "cases"},
                "interviews",
                "value",
            )
        )
    return found


def cases(survey: Survey) -> Audit:
    """Interviews and cases agree with each other and with what was aimed at."""
    counts = {row.text("measure"): row.whole("value") for row in survey.tables["interviews"]}
    views = {row.text("view"): row.whole("cases") for row in survey.tables["case_views"]}
    found = _cases_amiss(survey, counts, views)
    tests = len(survey.blocks) + len(views) + 2
    return Audit(
        "cases",
        Text("Cases and interviews", "事例と個別調査"),
        Text(
            "Do the cases by block add up, reach the number aimed at, and stay within the "
            "interviews?",
            "地域別の事例件数は合計が一致し、選定時の目標を満たし、調査件数の範囲にあるか。",
        ),
        tests,
        tuple(found),
        _outcome(
            tests,
            found,
            Text(
                f"They do. The views overlap: {sum(views.values())} marks on {counts['cases']} "
                "cases.",
                f"一致し、満たす。選定視点は重複し、{counts['cases']}件に延べ{sum(views.values())}件の"
                "印がある。",
            ),
        ),
        Text(
            "Which views a case carries: the collection itself is another publication.",
            "各事例がどの視点に当たるかは、別冊の事例集による。",
        ),
    )


def exclusive(survey: Survey) -> Audit:
    """Exclusive answers of multiple-answer tables leave room for the others, and no more."""
    units = survey.names["units"]
    found: list[Fault] = []
    tests = 0
    for kind, rows in _blocks(survey):
        if kind != "multiple":
            continue
        result = consistency.exclusive(_table(kind, rows))
        tests += result.tests
        for finding in result.findings:
            items = [rows[index] for index in finding.entries]
            named = [item.option.id for item in items]
            found.append(
                _found(
                    " ".join([_place(rows), *named]),
                    finding.reason.en,
                    finding.reason.ja,
                    _at(items[0] if items else rows[0]),
                )
            )
    return Audit(
        "exclusive",
        Text("Exclusive answers", "排他的な回答"),
        Text(
            "Do “none”, “don’t know” and no answer leave room for every other option, and do the "
            f"others cover all {units.en} that are left?",
            f"「特になし」「わからない」「無回答」を除いた{units.ja}数に各選択肢が収まり、"
            f"かつ残りの{units.ja}を覆うか。",
        ),
        tests,
        tuple(found),
        _outcome(tests, found, Text("They do.", "収まり、覆う。")),
        Text(
            "Errors in options far from both limits, which is most of them.",
            "上下限から離れた選択肢（大半）の誤りは検出できない。",
        ),
    )


def battery(survey: Survey) -> Audit:
    """Questions of one battery print the same share of no-answers."""
    units = survey.names["units"]
    found: list[Fault] = []
    said: list[str] = []
    for questions in survey.names.batteries:
        first, *others = (survey.answer(name, "no_answer") for name in questions)
        said.append(f"{first.percent}%")
        found += [
            _found(
                item.question_id,
                f"{item.percent}% instead of {first.percent}%",
                f"{first.percent}%ではなく{item.percent}%",
                _at(item),
            )
            for item in others
            if item.percent != first.percent
        ]
    tests = sum(len(questions) - 1 for questions in survey.names.batteries)
    asked = ", ".join(str(len(questions)) for questions in survey.names.batteries)
    shares = ", ".join(said)
    return Audit(
        "battery",
        Text("No-answers of one battery", "一連の設問の無回答"),
        Text(
            f"Do the {asked} questions of a battery, asked together, have the same share of "
            "no-answers?",
            f"一連で尋ねた{asked}問で、無回答の割合は等しいか。",
        ),
        tests,
        tuple(found),
        _outcome(
            tests,
            found,
            Text(
                f"All {asked}: {shares}, so the battery was left out as a whole.",
                f"{asked}問とも{shares}であり、一連の設問全体が未回答だったとみられる。",
            ),
        ),
        Text(
            f"Whether the same {units.en} left it out.",
            f"同じ{units.ja}が無回答であったかどうかは分からない。",
        ),
    )


def _compared(survey: Survey) -> list[tuple[str, int]]:
    """Questions put to everyone in several waves, with each wave they have."""
    later = {name for link in survey.names.chain for name in link.leads_to}
    return [
        (question.id, year)
        for question in survey.questions
        for years in [survey.years(question.id)]
        if len(years) > 1 and question.id not in later
        for year in years
    ]


def bases(survey: Survey) -> Audit:
    """One base for each wave: every table on all firms, and the comparisons."""
    stated = {wave.year: wave.base for wave in survey.waves}
    compared = _compared(survey)
    found = [
        _found(
            f"{name} {year}",
            f"base {survey.base(name, year)} instead of {stated[year]}",
            f"nが{stated[year]}ではなく{survey.base(name, year)}",
            {"question_id": name, "wave": year},
            column="n",
        )
        for name, year in compared
        if survey.base(name, year) != stated[year]
    ]
    shown = [wave for wave in survey.waves if wave.year in {year for _, year in compared}]
    listed = ", ".join(f"{wave.base:,} ({wave.short.en})" for wave in shown)
    listed_ja = "、".join(f"{wave.short.ja}は{wave.base:,}" for wave in shown)
    return Audit(
        "bases",
        Text("Bases of the comparisons", "前回比較のn"),
        Text(
            "Do the charts that compare waves use one base for each wave?",
            "前回比較の図は、調査回ごとに同じnを用いているか。",
        ),
        len(compared),
        tuple(found),
        _outcome(len(compared), found, Text(f"They do: {listed}.", f"用いている（{listed_ja}）。")),
        Text(
            "Why the base of the previous survey is smaller than its valid responses.",
            "前回調査のnが有効回答数より小さい理由は分からない。",
        ),
    )


Key = tuple[str, int, str, str]


def second_entry(survey: Survey) -> Mapping[Key, Decimal]:
    """Every percentage that was read a second time, as the second reading has it."""
    rows = {row.line: row for row in survey.tables["answers"]}
    found: dict[Key, Decimal] = {}
    for (table, line, column), value in compare(survey.tables).read.items():
        if table == "answers" and column == "percent":
            row = rows[line]
            place = (row.text("question_id"), row.whole("wave"))
            found[*place, row.text("group"), row.text("option_id")] = value
    return found


def key(answer: Answer) -> Key:
    """Question, wave, group and option of an answer."""
    return answer.question_id, answer.wave, answer.group, answer.option.id


def double_entry(survey: Survey) -> Audit:
    """The tables typed by people agree with the numbers read by a program."""
    second = second_entry(survey)
    found = [
        _found(
            " ".join(str(part) for part in key(item)),
            f"{item.percent} typed, {second.get(key(item))} read",
            f"入力値{item.percent}に対し読取値{second.get(key(item))}",
            _at(item),
        )
        for item in survey.all_answers
        if second.get(key(item), item.percent) != item.percent
    ]
    tests = len(second)
    once = len(survey.all_answers) - tests
    left = Text(
        f"All agree; {once} percentages were read once." if once else "All agree.",
        f"すべて一致する（1回のみ入力した割合が{once}件ある）。" if once else "すべて一致する。",
    )
    return Audit(
        "double-entry",
        Text("Double entry", "二重入力"),
        Text(
            "Does each percentage agree with what a program read from the text of the report?",
            "各割合は、プログラムが報告書の本文から読み取った値と一致するか。",
        ),
        tests,
        tuple(found),
        _outcome(tests, found, left),
        Text("Errors that stand in the report itself.", "報告書自体に含まれる誤りは検出できない。"),
    )


# Each check, and whether a survey publishes what it compares.
_CHECKS: tuple[tuple[Callable[[Survey], Audit], Callable[[Survey], object]], ...] = (
    (attainable, lambda survey: survey.all_answers),
    (add_to_hundred, lambda survey: _of_type(survey, "single")),
    (add_to_base, lambda survey: _of_type(survey, "single")),
    (subgroups, _families),
    (chain, links),
    (roles, lambda survey: survey.names.stated),
    (mailout, lambda survey: survey.tables["mailout"].rows),
    (cases, lambda survey: survey.tables["interviews"].rows),
    (exclusive, lambda survey: _of_type(survey, "multiple")),
    (battery, lambda survey: survey.names.batteries),
    (bases, _compared),
)


def _of_type(survey: Survey, kind: AnswerType) -> list[tuple[Answer, ...]]:
    return [rows for answer_type, rows in _blocks(survey) if answer_type == kind]


def within(survey: Survey) -> tuple[Callable[[Survey], Audit], ...]:
    """The checks that need nothing but the published tables, those that this survey can have."""
    return tuple(check for check, possible in _CHECKS if possible(survey))


def audits(survey: Survey) -> tuple[Audit, ...]:
    """Every consistency check, the double entry last."""
    return tuple(audit(survey) for audit in (*within(survey), double_entry))


@dataclass(frozen=True)
class Counted:
    """The firms behind one printed percentage, narrowed by everything else that is published.

    ``reason`` says what fixed the count (None where it stays a range): ``percentage`` and base
    alone, the ``sum`` of the answers, the ``subgroups``, counts ``stated`` elsewhere, or the
    ``chain`` of bases.
    """

    answer: Answer
    counts: CountRange
    reason: str | None


def counts(survey: Survey) -> tuple[Counted, ...]:
    """The firms behind every percentage, as narrow as the published tables allow.

    Raises
    ------
    ValueError
        If the tables contradict each other; the checks say where.
    """
    known: dict[Key, CountRange] = {}
    for item in survey.all_answers:
        alone = possible_counts(item.percent, item.n)
        if alone is None:
            raise ValueError(f"{item.question_id} {item.option.id}: no count gives {item.percent}%")
        known[key(item)] = alone
    reasons = {place: "percentage" for place, found in known.items() if found.forced is not None}
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("sum", partial(_by_sum, survey, known)),
        ("subgroups", partial(_by_groups, survey, known)),
        ("stated", partial(_by_statement, survey, known)),
        ("chain", partial(_by_chain, survey, known)),
    )
    before: dict[Key, CountRange] = {}
    while before != known:
        before = dict(known)
        for reason, step in steps:
            step()
            for place, found in known.items():
                if found.forced is not None:
                    reasons.setdefault(place, reason)
    return tuple(
        Counted(item, known[key(item)], reasons.get(key(item))) for item in survey.all_answers
    )


def _narrow(known: dict[Key, CountRange], total: CountRange | Key, parts: Sequence[Key]) -> None:
    whole = total if isinstance(total, CountRange) else known[total]
    found = subset_sum_counts(whole, [known[part] for part in parts])
    if found is None:
        raise ValueError(f"the counts of {parts[0][0]} contradict each other")
    if not isinstance(total, CountRange):
        known[total] = found[0]
    known.update(zip(parts, found[1], strict=True))


def _by_sum(survey: Survey, known: dict[Key, CountRange]) -> None:
    for kind, rows in _blocks(survey):
        if kind == "single":
            _narrow(known, CountRange(rows[0].n, rows[0].n), [key(item) for item in rows])


def _by_groups(survey: Survey, known: dict[Key, CountRange]) -> None:
    for question, wave, groups in _families(survey):
        rest = survey.base(question, wave) - sum(survey.base(question, wave, g) for g in groups)
        for option in survey.question(question).options:
            total = (question, wave, TOTAL, option.id)
            parts = [(question, wave, group, option.id) for group in groups]
            left = (question, wave, "", option.id)  # firms that no group holds
            known[left] = CountRange(0, rest)
            _narrow(known, total, [*parts, left])
            del known[left]


def _by_statement(survey: Survey, known: dict[Key, CountRange]) -> None:
    for link in survey.names.stated:
        for name in link.leads_to:
            single = survey.single(name)
            wave, count = single.wave or survey.current(link.question), int(single.value)
            parts = [(link.question, wave, TOTAL, option) for option in link.options]
            _narrow(known, CountRange(count, count), parts)


def _by_chain(survey: Survey, known: dict[Key, CountRange]) -> None:
    for answers, later in links(survey):
        base, parts = survey.base(*later[0]), [key(answer) for answer in answers]
        _narrow(known, CountRange(base, base), parts)


HEADER = (
    "question_id",
    "wave",
    "group",
    "option_id",
    "n",
    "count_low",
    "count_high",
    "count",
    "reason",
)


def counts_csv(survey: Survey) -> str:
    """``counts`` as the text of ``data/derived/counts.csv``."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(HEADER)
    for item in counts(survey):
        forced = item.counts.forced
        writer.writerow(
            [
                *key(item.answer)[:3],
                item.answer.option.id,
                item.answer.n,
                item.counts.low,
                item.counts.high,
                "" if forced is None else forced,
                item.reason or "",
            ]
        )
    return lines.getvalue()
