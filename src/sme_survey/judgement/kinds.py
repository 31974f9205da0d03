"""How each kind of claim is held against the tables: what it needs, and the verdict it gets.

A claim says something about the published numbers. Its kind fixes the test:

``value``         options stand in the table with the percentages stated
``rank``          options come first, then, then ... in a chart (or, without order, before the rest)
``threshold``     a sum of options lies over or under a percentage
``threshold_each``  it does so in each of several questions
``restriction``   only these options lie over a percentage
``change``        an option rose or fell between the waves, by so much, in points or per cent
``single_change`` the same for a number that stands in sentences only
``ordering``      a share rises or falls along ordered groups, step by step or as a trend
``higher``        a share is higher in some groups than in others
``top_in_groups`` one option comes first in each of several groups
``count``         more than a part of the options rose or fell
``same_top``      the same options come first in each of several waves
``tally``         counts in the small tables
``breakdown``     counts of firms are those behind the percentages of a chart, and add to its base
``unpublished``, ``not_asked``, ``outside``, ``no_yardstick``   not judged; says what it would take

Ranks within a chart are tested as paired answers of the same firms at the worst overlap (McNemar);
sums by Wilson intervals of whole counts; waves by the test adjusted over the whole chart (Holm);
groups as independent samples. A statement that needs several comparisons at once needs each of them
at 5%, unadjusted. No-answers enter twice: the share among those who answered, and the worst case,
in which they could have said anything. Nothing adjusts over all claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Any

from sme_survey.judgement.between import (
    judge_change,
    judge_count,
    judge_higher,
    judge_ordering,
    judge_single_change,
)
from sme_survey.judgement.comparisons import ranked, wave_changes
from sme_survey.judgement.response import sum_within
from sme_survey.judgement.verdicts import (
    MISPRINTED,
    NOT_JUDGED,
    REPEATED,
    ArgumentError,
    Arguments,
    Finding,
    Kind,
    Number,
    Unit,
    base_of,
    disagreeing,
    mismatch,
    named,
    numbers_of,
    pick,
    rows_of,
    same_number,
    signed,
)
from sme_survey.judgement.within import (
    judge_rank,
    judge_restriction,
    judge_same_top,
    judge_threshold,
    judge_threshold_each,
    judge_top_in_groups,
    judge_value,
)
from sme_survey.survey.model import Survey, UnknownName
from sme_survey.survey.text import Text

REPRINTS = frozenset({"value", "tally", "breakdown"})
"""Kinds of claims that repeat numbers of a chart or table: nothing but a misprint is tested."""


def _tally(survey: Survey, arguments: Arguments) -> Finding:
    true = True
    parts: list[Text] = []
    numbers: list[Number] = []
    for item in arguments["items"]:
        table = survey.tables[item["table"]]
        rows = [
            row
            for row in table
            if all(row.text(key) == str(value) for key, value in item.get("where", {}).items())
            and all(row.text(key) != str(value) for key, value in item.get("but", {}).items())
        ]
        got = sum(int(row.number(item["column"])) for row in rows)
        if "at_least" in item:
            got = min(int(row.number(item["column"])) for row in rows)
        found = _row_label(rows[0].values) if len(rows) == 1 else None
        label = found or Text(item["label_en"], item["label_ja"])
        where = "/".join(str(value) for value in item.get("where", {}).values()) or "sum"
        numbers.append(Number(f"{item['table']}/{where}", got, "count"))
        parts.append(Text(f"“{label.en}” {got:,}", f"「{label.ja}」{got:,}"))
        limit = int(item.get("at_least", item.get("equals", 0)))
        true = true and (got >= limit if "at_least" in item else got == limit)
    return Finding(
        REPEATED if true else MISPRINTED,
        facts=Text(
            f"The tables give {', '.join(part.en for part in parts)}.",
            f"表の値は{'、'.join(part.ja for part in parts)}。",
        ),
        numbers=tuple(numbers),
    )


def _row_label(values: Mapping[str, Any]) -> Text | None:
    for stem in ("text", "label"):
        if f"{stem}_en" in values:
            return Text(str(values[f"{stem}_en"]), str(values[f"{stem}_ja"]))
    return None


def _breakdown(survey: Survey, arguments: Arguments) -> Finding:
    """Stated counts against the firms behind the percentages of the chart of a question."""
    rows = rows_of(survey, arguments)
    total, wrong = 0, False
    parts: list[Text] = []
    numbers: list[Number] = []
    for name, options in arguments["parts"].items():
        single = survey.single(name)
        stated, behind = int(single.value), sum_within(rows, options)
        total += stated
        wrong = wrong or stated not in behind
        spread = f"{behind.low:,}–{behind.high:,}" if behind.low < behind.high else f"{behind.low}"
        parts.append(
            Text(
                f"“{single.text.en}” {stated:,}, by the chart {spread}",
                f"「{single.text.ja}」{stated:,}（図からは{spread.replace('–', '〜')}）",
            )
        )
        numbers.append(Number(name, stated, "count"))
    return Finding(
        MISPRINTED if wrong or total != rows[0].n else REPEATED,
        facts=Text(
            f"{'; '.join(part.en for part in parts)}. Together {total:,} of {rows[0].n:,}.",
            f"{'、'.join(part.ja for part in parts)}。合計は{total:,}（全体{rows[0].n:,}）。",
        ),
        numbers=tuple(numbers),
    )


def _measured(survey: Survey, measure: Arguments) -> tuple[Text, tuple[Number, ...]]:
    """Numbers that bear on a claim without deciding it."""
    if measure["kind"] == "median_change":
        changes = [
            item
            for item in wave_changes(survey, measure["question"])
            if item.option.role == "substantive"
        ]
        middle = median(item.points for item in changes)
        largest = max(changes, key=lambda item: item.points)
        return (
            Text(
                f"The median difference of {len(changes)} items is {signed(middle)} points, the "
                f"largest {signed(largest.points)}.",
                f"{len(changes)}項目の差の中央値は{signed(middle)}ポイント、最大は"
                f"{signed(largest.points)}ポイントである。",
            ),
            (
                Number("median change", middle, "points"),
                Number("largest change", largest.points, "points"),
            ),
        )
    rows = survey.answers(measure["question"])
    if measure["kind"] == "sum":
        behind = sum_within(rows, measure["options"])
        percent = sum(pick(survey, rows, option).percent for option in measure["options"])
        title = survey.question(measure["question"]).title
        return (
            Text(
                f"“{title.en}” {percent}% (n = {rows[0].n:,}).",
                f"「{title.ja}」{percent}%（n={rows[0].n:,}）。",
            ),
            (Number(f"{measure['question']}, {survey.names['units'].en}", behind.low, "count"),),
        )
    if measure["kind"] == "spread":
        order = ranked(rows, "substantive")
        ends = [order[0], order[-1]]
    else:
        ends = [pick(survey, rows, option) for option in measure["options"]]
    shown = named(ends)
    return (
        Text(
            f"The table gives {shown.en} ({base_of(rows).en}).",
            f"表の値は{shown.ja}（{base_of(rows).ja}）。",
        ),
        numbers_of(ends),
    )


def _not_judged(survey: Survey, arguments: Arguments) -> Finding:
    """What judging it would take; the numbers that it prints are held against the tables."""
    lacks = Text(str(arguments["missing_en"]), str(arguments["missing_ja"]))
    parts: list[Text] = []
    numbers: list[Number] = []
    for name, value in arguments.get("singles", {}).items():
        single = survey.single(name)
        if not same_number(value, single.value):
            raise ArgumentError(f"says {name} is {value}, but published_singles has {single.value}")
        unit: Unit = "count" if single.unit == "count" else "percent"
        numbers.append(Number(name, single.value, unit))
    wrong = []
    if "values" in arguments:
        rows = rows_of(survey, arguments)
        chosen = [pick(survey, rows, option) for option in arguments["values"]]
        wrong = disagreeing(survey, rows, arguments)
        shown = named(chosen)
        numbers += numbers_of(chosen)
        parts += mismatch(wrong) or (
            Text(
                f"The numbers that it prints are those of the table: {shown.en} "
                f"({base_of(rows).en}).",
                f"記された数値は表と一致する：{shown.ja}（{base_of(rows).ja}）。",
            ),
        )
    for measure in arguments.get("measures", []):
        text, found = _measured(survey, measure)
        parts.append(text)
        numbers += found
    return Finding(
        MISPRINTED if wrong else NOT_JUDGED,
        facts=Text(f"To judge it would take {lacks.en}.", f"判定に足りないもの：{lacks.ja}。"),
        numbers=tuple(numbers),
        remarks=tuple(parts),
        lacks=lacks,
    )


_TEXT, _LIST, _DICT, _NUMBER = str, list, dict, (str, int)
_WHERE = {"wave": int, "group": str, "values": _DICT}
_OPEN = {"missing_en": _TEXT, "missing_ja": _TEXT}
_OPEN_MORE = {"singles": _DICT, "measures": _LIST, "question": _TEXT, "values": _DICT}

KINDS: dict[str, Kind] = {
    "value": Kind(judge_value, {"question": _TEXT, "values": _DICT}, {"wave": int, "group": _TEXT}),
    "rank": Kind(
        judge_rank,
        {"question": _TEXT, "order": _LIST},
        {**_WHERE, "among": _TEXT, "ordered": _TEXT},
    ),
    "threshold": Kind(
        judge_threshold,
        {"question": _TEXT, "options": _LIST},
        {**_WHERE, "over": _NUMBER, "under": _NUMBER},
    ),
    "threshold_each": Kind(
        judge_threshold_each, {"questions": _LIST, "options": _LIST, "over": _NUMBER}
    ),
    "restriction": Kind(
        judge_restriction, {"question": _TEXT, "options": _LIST, "over": _NUMBER}, _WHERE
    ),
    "change": Kind(
        judge_change,
        {"question": _TEXT, "option": _TEXT, "direction": _TEXT},
        {"from": _TEXT, "to": _TEXT, "by": _TEXT, "at_least": _NUMBER, "unit": _TEXT},
    ),
    "single_change": Kind(
        judge_single_change,
        {"before": _TEXT, "after": _TEXT, "from": _TEXT, "to": _TEXT, "direction": _TEXT},
    ),
    "ordering": Kind(
        judge_ordering,
        {"question": _TEXT, "option": _TEXT, "groups": _LIST, "direction": _TEXT},
        {"test": _TEXT, "values": _DICT, "wave": int},
    ),
    "higher": Kind(
        judge_higher,
        {"question": _TEXT, "option": _TEXT, "high": _LIST, "low": _LIST},
        {"wave": int},
    ),
    "top_in_groups": Kind(
        judge_top_in_groups, {"question": _TEXT, "option": _TEXT, "groups": _LIST}, {"wave": int}
    ),
    "count": Kind(judge_count, {"question": _TEXT, "direction": _TEXT}, {"more_than": _TEXT}),
    "same_top": Kind(judge_same_top, {"question": _TEXT, "options": _LIST, "waves": _LIST}),
    "tally": Kind(_tally, {"items": _LIST}),
    "breakdown": Kind(_breakdown, {"question": _TEXT, "parts": _DICT}),
    "unpublished": Kind(_not_judged, _OPEN, _OPEN_MORE),
    "not_asked": Kind(_not_judged, _OPEN, _OPEN_MORE),
    "outside": Kind(_not_judged, _OPEN, _OPEN_MORE),
    "no_yardstick": Kind(_not_judged, _OPEN, _OPEN_MORE),
}


def evaluate(survey: Survey, kind: str, arguments: Arguments) -> Finding:
    """Hold a claim against the survey.

    Raises
    ------
    UnknownName
        If there is no such kind, or the arguments name what the survey does not hold.
    ArgumentError
        If the arguments do not fit the kind.
    """
    if kind not in KINDS:
        raise UnknownName("kind of claim", kind, KINDS)
    return KINDS[kind].evaluate(survey, KINDS[kind].check(arguments))
