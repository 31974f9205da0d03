"""Consistency checks of the published tables: what was tested, how many tests, what they found.

Each check is a small function of the survey that returns an :class:`Audit`. ``counts`` narrows the
number of firms behind every percentage by everything else that is published;
``python -m sme_survey.judgement.audits`` writes them to ``data/derived/counts.csv`` and, with
``--check``, says whether the file is what the tables give.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path

from sme_survey.judgement import consistency
from sme_survey.judgement.readings import compare
from sme_survey.judgement.response import sum_within
from sme_survey.numbers.counts import (
    TENTHS,
    CountRange,
    possible_counts,
    subset_sum_counts,
)
from sme_survey.survey.loading import data_dir, load
from sme_survey.survey.model import CURRENT, Answer, AnswerType, Survey
from sme_survey.survey.pasted import Entry, Table
from sme_survey.survey.text import Text

TOTAL = "total"

# An answer and the questions that were put to the firms that gave it.
CHAIN: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("device_use", "using", ("services", "it_investment", "security_investment")),
    ("security_investment", "none_invested", ("no_investment_reasons",)),
    ("incidents", "virus", ("infection_routes", "infection_damage", "partner_impact")),
    ("contract_duties", "yes", ("customer_requests", "supplier_requests")),
)
# Counts that the report states, and the answers that make them up.
STATED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("role_executives", "role", ("executive", "director")),
    ("role_it_security", "role", ("it_security",)),
    ("role_others", "role", ("employee", "no_answer")),
)
# One battery of questions, whose no-answers are printed alike.
BATTERY = ("threat_virus", "threat_unauthorised_access", "threat_dos", "threat_targeted")


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
    found = [
        _found(
            f"{item.question_id} {item.wave} {item.group} {item.option.id}",
            f"no whole number of {item.n} firms gives {item.percent}%",
            f"n={item.n}の整数の企業数からは{item.percent}%にならない",
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
            "Does each percentage arise from a whole number of firms at its base?",
            "各割合は、そのnのもとで整数の企業数から生じ得るか。",
        ),
        tests,
        tuple(found),
        _outcome(
            tests, found, Text("Every percentage can arise.", "すべての割合が実現可能である。")
        ),
        Text(
            "On a base of 1,000 firms or more every tenth is attainable, so the test can fail for "
            f"{sparse} percentages only.",
            f"nが1,000社以上では0.1刻みの値がすべて実現可能なため、検出力があるのは{sparse}個の割合に限られる。",
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
        Text("Counts of single answers", "単一回答の企業数"),
        Text(
            "Are there whole numbers of firms that round to all percentages and add to the base?",
            "すべての割合に丸められ、合計がnになる整数の企業数の組が存在するか。",
        ),
        len(tables),
        tuple(found),
        _outcome(len(tables), found, Text("There are, in every table.", "すべての表で存在する。")),
        Text(
            "A wrong percentage that another choice of counts can still explain.",
            "別の企業数の組で説明できてしまう誤った割合は検出できない。",
        ),
    )


def _families(survey: Survey) -> list[tuple[str, list[str]]]:
    """Questions published for all firms and for groups of one dimension."""
    order = {group.id: group for group in survey.groups}
    result = []
    for question in survey.questions:
        groups = [g for w, g in survey.keys(question.id) if w == CURRENT and g != TOTAL]
        if groups and (CURRENT, TOTAL) in survey.keys(question.id):
            result.append((question.id, sorted(groups, key=lambda item: order[item].position)))
    return result


def subgroups(survey: Survey) -> Audit:
    """The groups of a question add up to all firms, but for those without a group."""
    found: list[Fault] = []
    tests = 0
    left: list[tuple[Text, int]] = []
    for question, groups in _families(survey):
        whole = survey.answers(question)
        parts = [survey.answers(question, CURRENT, group) for group in groups]
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
        "、".join(f"{rest}社（{title.ja}）" for title, rest in left),
    )
    return Audit(
        "subgroups",
        Text("Groups and totals", "区分と全体"),
        Text(
            "Do the counts of the groups add up to those of all firms?",
            "区分ごとの企業数の合計は全体の企業数と一致するか。",
        ),
        tests,
        tuple(found),
        _outcome(
            tests,
            found,
            Text(
                f"They do. Firms that no group holds: {left_out.en}.",
                f"一致する。どの区分にも入らない企業は{left_out.ja}である。",
            ),
        ),
        Text(
            "A firm counted in the wrong group, where two groups err in opposite ways.",
            "2つの区分で逆向きに生じた誤りは検出できない。",
        ),
    )


def chain(survey: Survey) -> Audit:
    """The base of a question is the count of the answer that leads to it."""
    found: list[Fault] = []
    parts: list[str] = []
    for question, option, later in CHAIN:
        answer = survey.answer(question, option)
        for name in later:
            base = survey.base(name)
            if base not in answer.counts:
                found.append(
                    _found(
                        name,
                        f"base {base:,}, but {answer.percent}% of {answer.n:,} are {answer.counts}",
                        f"n={base:,}に対し、{answer.n:,}の{answer.percent}%は{answer.counts}",
                        {"question_id": name},
                        column="n",
                    )
                )
        parts.append(f"{answer.percent}% × {answer.n:,} → {survey.base(later[0]):,}")
    tests = sum(len(later) for _, _, later in CHAIN)
    shown = "; ".join(parts)
    return Audit(
        "chain",
        Text("Bases from one question to the next", "設問間のnのつながり"),
        Text(
            "Is the base of a question among the counts of the answer that leads to it?",
            "ある設問のnは、その前提となる回答の企業数の範囲にあるか。",
        ),
        tests,
        tuple(found),
        _outcome(
            tests,
            found,
            Text(
                f"It is: {shown}. The base then gives the count of that answer.",
                f"すべて範囲にある（{shown.replace('; ', '、')}）。"
                "これにより、その回答の企業数が確定する。",
            ),
        ),
        Text(
            "Whether the firms are the same ones, and errors of less than half a tenth.",
            "同じ企業であるかどうかと、丸め未満の誤りは検出できない。",
        ),
    )


def roles(survey: Survey) -> Audit:
    """The counts by role agree with the percentages of another page."""
    answers = survey.answers("role")
    found: list[Fault] = []
    for single, _, options in STATED:
        count = int(survey.single(single).value)
        counts = sum_within(answers, options)
        if count not in counts:
            found.append(
                _found(
                    single,
                    f"{count} firms, but {counts}",
                    f"{count}社に対し{counts}",
                    {"single_id": single},
                    "published_singles",
                    "value",
                )
            )
    total = sum(int(survey.single(single).value) for single, _, _ in STATED)
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
    tests = len(STATED) + 1
    return Audit(
        "roles",
        Text("Roles in counts and in per cent", "役割の件数と割合"),
        Text(
            "Do the counts by role on page 5 agree with the percentages on page 7?",
            "5ページの役割別件数は7ページの割合と一致するか。",
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
            "SMEs and small enterprises do not add up",
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


def cases(survey: Survey) -> Audit:
    """Interviews and cases agree with each other and with what was aimed at."""
    counts = {row.text("measure"): row.whole("value") for row in survey.tables["interviews"]}
    views = {row.text("view"): row.whole("cases") for row in survey.tables["case_views"]}
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
            "others cover all firms that are left?",
            "「特になし」「わからない」「無回答」を除いた企業数に各選択肢が収まり、かつ残りの企業を覆うか。",
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
    shares = [survey.answer(name, "no_answer") for name in BATTERY]
    found = [
        _found(
            item.question_id,
            f"{item.percent}% instead of {shares[0].percent}%",
            f"{shares[0].percent}%ではなく{item.percent}%",
            _at(item),
        )
        for item in shares[1:]
        if item.percent != shares[0].percent
    ]
    return Audit(
        "battery",
        Text("No-answers of one battery", "一連の設問の無回答"),
        Text(
            "Do the four threat questions, asked together, have the same share of no-answers?",
            "一連で尋ねた4つの脅威の設問で、無回答の割合は等しいか。",
        ),
        len(BATTERY) - 1,
        tuple(found),
        _outcome(
            len(BATTERY) - 1,
            found,
            Text(
                f"All four: {shares[0].percent}%, so the battery was left out as a whole.",
                f"4問とも{shares[0].percent}%であり、一連の設問全体が未回答だったとみられる。",
            ),
        ),
        Text(
            "Whether the same firms left it out.", "同じ企業が無回答であったかどうかは分からない。"
        ),
    )


def bases(survey: Survey) -> Audit:
    """One base for each wave: every table on all firms, and the comparisons."""
    stated = {wave.year: wave.base for wave in survey.waves}
    compared = [
        question.id
        for question in survey.questions
        if len({w for w, _ in survey.keys(question.id)}) > 1
    ]
    found: list[Fault] = []
    for name in compared:
        for year, base in stated.items():
            if survey.base(name, year) != base:
                found.append(
                    _found(
                        f"{name} {year}",
                        f"base {survey.base(name, year)} instead of {base}",
                        f"nが{base}ではなく{survey.base(name, year)}",
                        {"question_id": name, "wave": year},
                        column="n",
                    )
                )
    tests = len(compared) * len(stated)
    listed = ", ".join(f"{base:,} ({year})" for year, base in stated.items())
    listed_ja = "、".join(f"{year}年度は{base:,}" for year, base in stated.items())
    return Audit(
        "bases",
        Text("Bases of the comparisons", "前回比較のn"),
        Text(
            "Do the charts that compare two waves use one base for each wave?",
            "前回比較の図は、調査回ごとに同じnを用いているか。",
        ),
        tests,
        tuple(found),
        _outcome(tests, found, Text(f"They do: {listed}.", f"用いている（{listed_ja}）。")),
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
        if second.get(key(item)) != item.percent
    ]
    tests = len(survey.all_answers)
    return Audit(
        "double-entry",
        Text("Double entry", "二重入力"),
        Text(
            "Does each percentage agree with what a program read from the text of the report?",
            "各割合は、プログラムが報告書の本文から読み取った値と一致するか。",
        ),
        tests,
        tuple(found),
        _outcome(tests, found, Text("All agree.", "すべて一致する。")),
        Text("Errors that stand in the report itself.", "報告書自体に含まれる誤りは検出できない。"),
    )


WITHIN: tuple[Callable[[Survey], Audit], ...] = (
    attainable,
    add_to_hundred,
    add_to_base,
    subgroups,
    chain,
    roles,
    mailout,
    cases,
    exclusive,
    battery,
    bases,
)
"""The checks that need nothing but the published tables."""


def audits(survey: Survey) -> tuple[Audit, ...]:
    """Every consistency check, the double entry last."""
    return tuple(audit(survey) for audit in (*WITHIN, double_entry))


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
    for question, groups in _families(survey):
        rest = survey.base(question) - sum(survey.base(question, CURRENT, g) for g in groups)
        for option in survey.question(question).options:
            total = (question, CURRENT, TOTAL, option.id)
            parts = [(question, CURRENT, group, option.id) for group in groups]
            left = (question, CURRENT, "", option.id)  # firms that no group holds
            known[left] = CountRange(0, rest)
            _narrow(known, total, [*parts, left])
            del known[left]


def _by_statement(survey: Survey, known: dict[Key, CountRange]) -> None:
    for single, question, options in STATED:
        count = int(survey.single(single).value)
        parts = [(question, CURRENT, TOTAL, option) for option in options]
        _narrow(known, CountRange(count, count), parts)


def _by_chain(survey: Survey, known: dict[Key, CountRange]) -> None:
    for question, option, later in CHAIN:
        base = survey.base(later[0])
        _narrow(known, CountRange(base, base), [(question, CURRENT, TOTAL, option)])


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Write ``derived/counts.csv``, or check it. Returns 0, or 1 if the file is out of date."""
    parser = argparse.ArgumentParser(prog="python -m sme_survey.judgement.audits")
    parser.add_argument("--data", help="folder with the data (default: that of the package)")
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    options = parser.parse_args(arguments)
    folder = data_dir(options.data)
    file = Path(folder) / "derived" / "counts.csv"
    text = counts_csv(load(folder))
    current = file.read_text(encoding="utf-8") if file.exists() else ""
    if text == current:
        print(f"{file.name}: up to date")
        return 0
    if options.check:
        print(f"{file.name}: out of date; run python -m sme_survey.judgement.audits")
        return 1
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    print(f"{file.name}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
