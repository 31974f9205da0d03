"""How each kind of claim is held against the tables: what it needs, and the verdict it gets.

A claim says something about the published numbers. Its kind fixes the test:

``value``         options stand in the table with the percentages stated
``rank``          options come first, then, then ... in a chart (or, without order, before the rest)
``threshold``     a sum of options lies over or under a percentage
``restriction``   only these options lie over a percentage
``change``        an option rose or fell between the waves, by so much, in points or per cent
``single_change`` the same for a number that stands in sentences only
``ordering``      a share rises or falls along ordered groups, step by step or as a trend
``higher``        a share is higher in some groups than in others
``top_in_groups`` one option comes first in each of several groups
``count``         more than a part of the options rose or fell
``same_top``      the same options come first in each of several waves
``same_order``    the same options come first, in one order, in the charts of two questions
``any_incident``  the share of firms with at least one incident
``tally``         counts in the small tables
``name``          a thing carries one name throughout
``unpublished``, ``not_asked``, ``outside``, ``no_yardstick``   cannot be checked; says what lacks

Ranks within a chart are tested as paired answers of the same firms at the worst overlap (McNemar,
Holm over the neighbours compared); sums by Wilson intervals of whole counts; waves by the
Holm-adjusted test over the whole chart; groups as independent samples. No-answers enter twice: the
share among those who answered, and the worst case, in which they could have said anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from statistics import median
from typing import Any

from sme_survey.judgement.between import (
    judge_change,
    judge_count,
    judge_higher,
    judge_ordering,
    judge_single_change,
)
from sme_survey.judgement.comparisons import (
    any_of,
    no_answer,
    ranked,
    wave_changes,
)
from sme_survey.judgement.response import any_incident
from sme_survey.judgement.verdicts import (
    ArgumentError,
    Arguments,
    Finding,
    Kind,
    Number,
    Unit,
    base_of,
    named,
    numbers_of,
    pick,
    same_number,
    signed,
)
from sme_survey.judgement.within import (
    judge_rank,
    judge_restriction,
    judge_same_order,
    judge_same_top,
    judge_threshold,
    judge_top_in_groups,
    judge_value,
)
from sme_survey.survey.model import Survey, UnknownName
from sme_survey.survey.text import Text


def _any_incident(survey: Survey, arguments: Arguments) -> Finding:
    found = any_incident(survey)
    rows = survey.answers("incidents")
    none = next(item for item in rows if item.option.role == "none_of_these")
    missing = no_answer(rows)
    left = 100 - none.percent - (missing.percent if missing else Decimal(0))
    value = str(arguments["value"])
    answered = found.of_answered.percent
    return Finding(
        stated=same_number(value, left),
        facts=Text(
            f"Of all {found.n:,} firms {left}% had an incident (100 less {none.percent} with none "
            f"and {missing.percent if missing else 0} without an answer); of those who answered "
            f"{answered:.1f}%. The incident options add up to {found.named}%, which counts a firm "
            "once for each kind.",
            f"全{found.n:,}社に対して被害のあった企業は{left}%（100から被害なし{none.percent}と"
            f"無回答{missing.percent if missing else 0}を引いた値）、無回答を除くと"
            f"{answered:.1f}%である。"
            f"被害の選択肢の合計は{found.named}%だが、これは複数の被害を重ねて数える。",
        ),
        numbers=(
            Number("of all firms", left, "percent"),
            Number("of those who answered", answered, "percent"),
            Number("sum of the options", found.named, "percent"),
            Number("firms, fewest", any_of(rows).low, "count"),
            Number("firms, most", any_of(rows).high, "count"),
        ),
        answered=same_number(value, Decimal(f"{answered:.6f}")),
    )


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
        ]
        got = sum(int(row.number(item["column"])) for row in rows)
        found = _row_label(rows[0].values) if len(rows) == 1 else None
        label = found or Text(item["label_en"], item["label_ja"])
        where = "/".join(str(value) for value in item.get("where", {}).values()) or "sum"
        numbers.append(Number(f"{item['table']}/{where}", got, "count"))
        parts.append(Text(f"{label.en}: {got:,}", f"{label.ja}：{got:,}"))
        true = true and got == int(item["equals"])
    return Finding(
        stated=true,
        facts=Text(
            f"The tables give {'; '.join(part.en for part in parts)}.",
            f"表の値は{'、'.join(part.ja for part in parts)}である。",
        ),
        numbers=tuple(numbers),
    )


def _row_label(values: Mapping[str, Any]) -> Text | None:
    for stem in ("text", "label"):
        if f"{stem}_en" in values:
            return Text(str(values[f"{stem}_en"]), str(values[f"{stem}_ja"]))
    return None


def _name(survey: Survey, arguments: Arguments) -> Finding:
    printed = str(arguments["printed"])
    if "option" in arguments:
        elsewhere = survey.question(arguments["question"]).option(arguments["option"]).label.ja
        page = survey.question(arguments["question"]).page
    else:
        elsewhere, page = str(arguments["elsewhere"]), int(arguments["elsewhere_page"])
    same = unicodedata.normalize("NFKC", printed) == unicodedata.normalize("NFKC", elsewhere)
    facts = (
        Text(
            f"The same name stands on page {page}: {printed}.",
            f"p.{page}でも「{printed}」と表記されている。",
        )
        if same
        else Text(
            f"This page prints {printed}; page {page} prints {elsewhere}.",
            f"このページでは「{printed}」、p.{page}では「{elsewhere}」と表記されている。",
        )
    )
    return Finding(stated=same, facts=facts)


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
                f"The median change of {len(changes)} items is {signed(middle)} points, the "
                f"largest {signed(largest.points)}.",
                f"{len(changes)}項目の変化の中央値は{signed(middle)}ポイント、最大は"
                f"{signed(largest.points)}ポイントである。",
            ),
            (
                Number("median change", middle, "points"),
                Number("largest change", largest.points, "points"),
            ),
        )
    rows = survey.answers(measure["question"])
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


def _uncheckable(survey: Survey, arguments: Arguments) -> Finding:
    missing = Text(str(arguments["missing_en"]), str(arguments["missing_ja"]))
    parts: list[Text] = []
    numbers: list[Number] = []
    for name, value in arguments.get("singles", {}).items():
        single = survey.single(name)
        if not same_number(value, single.value):
            raise ArgumentError(f"says {name} is {value}, but published_singles has {single.value}")
        unit: Unit = "count" if single.unit == "count" else "percent"
        numbers.append(Number(name, single.value, unit))
    for measure in arguments.get("measures", []):
        text, found = _measured(survey, measure)
        parts.append(text)
        numbers += found
    return Finding(
        stated=None,
        facts=Text(
            f"Missing: {missing.en}.", f"確認に必要だが公表されていないもの：{missing.ja}。"
        ),
        numbers=tuple(numbers),
        remarks=tuple(parts),
    )


_TEXT, _LIST, _DICT, _NUMBER = str, list, dict, (str, int)
_WHERE = {"wave": int, "group": str, "values": _DICT}
_OPEN = {"missing_en": _TEXT, "missing_ja": _TEXT}
_OPEN_MORE = {"singles": _DICT, "measures": _LIST}

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
    "same_order": Kind(judge_same_order, {"questions": _LIST, "order": _LIST}),
    "any_incident": Kind(_any_incident, {"value": _TEXT}),
    "tally": Kind(_tally, {"items": _LIST}),
    "name": Kind(
        _name,
        {"printed": _TEXT},
        {"question": _TEXT, "option": _TEXT, "elsewhere": _TEXT, "elsewhere_page": int},
    ),
    "unpublished": Kind(_uncheckable, _OPEN, _OPEN_MORE),
    "not_asked": Kind(_uncheckable, _OPEN, _OPEN_MORE),
    "outside": Kind(_uncheckable, _OPEN, _OPEN_MORE),
    "no_yardstick": Kind(_uncheckable, _OPEN, _OPEN_MORE),
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
