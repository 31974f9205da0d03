"""The report of :mod:`sme_survey.judgement.consistency` as text, JSON and CSV, in two languages.

Each form carries the version and the assumptions that the results rest on.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from sme_survey.judgement.consistency import (
    ATTAINABLE,
    KINDS,
    NOT_ATTAINABLE,
    ROUNDING,
    TITLES,
    Checked,
    Line,
    Report,
)
from sme_survey.numbers.counts import CountRange
from sme_survey.survey.pasted import TOTAL, Reading, Table
from sme_survey.survey.text import Language, Text


def assumptions(reading: Reading) -> tuple[Text, ...]:
    """What every result rests on, in words."""
    table = reading.tables[0]
    digits = table.printing.decimals
    rounding = ROUNDING[table.printing.rounding]
    kinds = {item.kind for item in reading.tables}
    said = [
        Text(
            f"percentages with {digits} decimal{'' if digits == 1 else 's'}, rounded {rounding.en}",
            f"割合は小数{digits}桁、丸めは{rounding.ja}",
        ),
        Text(
            ", ".join(KINDS[kind].en for kind in sorted(kinds)),
            "、".join(KINDS[kind].ja for kind in sorted(kinds)),
        ),
        Text("weighted", "ウエイト付き")
        if table.weighted
        else Text(
            "unweighted: each percentage is a share of n whole respondents",
            "ウエイトなし（各割合はn件中の整数件の割合）",
        ),
    ]
    if not table.weighted:
        said.append(
            Text(
                "intervals and differences: simple random sampling",
                "区間と差は単純無作為抽出とみなす",
            )
        )
    return tuple(said)


def as_json(report: Report, lang: Language, version: str) -> dict[str, Any]:
    """All of a report as plain values, texts in one language."""
    reading = report.reading
    return {
        "version": version,
        "layout": reading.layout,
        "encoding": reading.encoding,
        "assumptions": [item[lang] for item in assumptions(reading)],
        "tests": report.tests,
        "findings": report.findings,
        "notes": [
            {"cells": list(note.places), "said": note.said[lang], "refused": note.refused}
            for note in reading.notes
        ],
        "tables": [_table_json(item, lang) for item in report.tables],
        "differences": [
            {
                "question": item.question,
                "first": item.first,
                "second": item.second,
                "option": item.option,
                "points": round(100 * item.difference.estimate, 2),
                "low": round(100 * item.difference.low, 2),
                "high": round(100 * item.difference.high, 2),
                "p": item.p,
                "p_holm": item.p_holm,
                "beyond_chance": item.beyond_chance,
            }
            for item in report.differences
        ],
        "no_differences": [
            {"question": question, "why": why[lang]} for question, why in report.no_differences
        ],
    }


def title(table: Table, lang: Language) -> str:
    """The name of a table: question and group, all respondents by a word of the language."""
    group = _TERMINAL["total"][lang] if table.group == TOTAL else table.group
    return " / ".join(part for part in (table.question, group) if part)


def _ends(counts: CountRange | None) -> list[int] | None:
    return None if counts is None else [counts.low, counts.high]


def _table_json(item: Checked, lang: Language) -> dict[str, Any]:
    table = item.table
    return {
        "question": table.question,
        "group": table.group,
        "title": title(table, lang),
        "answer_type": table.kind,
        "n": table.n,
        "power": None
        if item.power is None
        else {
            "tried": item.power.tried,
            "whole": item.power.whole,
            "caught": item.power.caught,
            "percent": round(item.power.caught_percent, 1),
        },
        "impossible_percent": None if item.impossible is None else round(100 * item.impossible, 1),
        "checks": [
            {
                "check": result.check,
                "title": TITLES[result.check][lang],
                "tests": result.tests,
                "skipped": None if result.skipped is None else result.skipped[lang],
                "findings": [
                    {
                        "cells": [table.entries[index].place for index in finding.entries],
                        "options": [table.entries[index].label for index in finding.entries],
                        "reason": finding.reason[lang],
                    }
                    for finding in result.findings
                ],
            }
            for result in item.results
        ],
        "lines": [
            {
                "cell": line.entry.place,
                "option": line.entry.label,
                "percent": None if line.entry.percent is None else str(line.entry.percent),
                "n": line.entry.n,
                "count": line.entry.count,
                "exclusive": line.entry.exclusive,
                "counts": _ends(line.counts),
                "narrow": _ends(line.narrow),
                "interval": None
                if line.interval is None
                else [round(100 * line.interval.low, 2), round(100 * line.interval.high, 2)],
                "reasons": [reason[lang] for reason in line.reasons],
            }
            for line in item.lines
        ],
    }


COLUMNS = (
    *("record", "question", "group", "option", "cell", "percent", "n"),
    *("count_low", "count_high", "narrow_low", "narrow_high", "low", "high"),
    *("check", "result", "reason", "answer_type", "decimals", "rounding", "weighted"),
    *("power_percent", "version"),
)


def _line_values(line: Line, table: Table, lang: Language) -> dict[str, Any]:
    """The cells of one percentage, by column."""
    entry = line.entry
    values: dict[str, Any] = {
        "record": "percentage",
        "option": entry.label,
        "cell": entry.place,
        "percent": "" if entry.percent is None else entry.percent,
        "n": entry.n or "",
        "result": (NOT_ATTAINABLE if line.reasons else ATTAINABLE)[lang]
        if entry.percent is not None and entry.n and not table.weighted
        else "",
        "reason": "; ".join(reason[lang] for reason in line.reasons),
    }
    if line.counts:
        values |= {"count_low": line.counts.low, "count_high": line.counts.high}
    if line.narrow:
        values |= {"narrow_low": line.narrow.low, "narrow_high": line.narrow.high}
    if line.interval:
        values |= {
            "low": f"{100 * line.interval.low:.2f}",
            "high": f"{100 * line.interval.high:.2f}",
        }
    return values


def as_csv(report: Report, lang: Language, version: str) -> str:
    """The lines and the checks of a report as CSV; each row carries version and assumptions.

    ``record`` is ``percentage``, ``check``, ``difference`` or ``note``. low, high: interval of a
    percentage (percent) or of a difference (percentage points).
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()

    def write(table: Table | None, **values: Any) -> None:
        printing = (table or report.reading.tables[0]).printing
        row = {
            "answer_type": table.kind if table else "",
            "decimals": printing.decimals,
            "rounding": printing.rounding,
            "weighted": str(report.reading.tables[0].weighted).lower(),
            "version": version,
        }
        if table is not None:
            row |= {"question": table.question, "group": table.group, "n": table.n or ""}
        writer.writerow({key: _safe(value) for key, value in (row | values).items()})

    for item in report.tables:
        for line in item.lines:
            write(item.table, **_line_values(line, item.table, lang))
        for result in item.results:
            outcome = NOT_ATTAINABLE if result.findings else ATTAINABLE
            write(
                item.table,
                record="check",
                check=result.check,
                result=outcome[lang] if result.skipped is None else "",
                reason=result.skipped[lang]
                if result.skipped is not None
                else "; ".join(finding.reason[lang] for finding in result.findings),
                power_percent="" if item.power is None else f"{item.power.caught_percent:.1f}",
            )
    for diff in report.differences:
        write(
            None,
            record="difference",
            question=diff.question,
            group="" if diff.within else f"{diff.second} - {diff.first}",
            option=f"{diff.second} - {diff.first}" if diff.within else diff.option,
            percent=f"{100 * diff.difference.estimate:.2f}",
            low=f"{100 * diff.difference.low:.2f}",
            high=f"{100 * diff.difference.high:.2f}",
            check="holm",
            result=f"{_p(diff.p_holm)}",
        )
    for note in report.reading.notes:
        write(None, record="note", cell=note.where, reason=note.said[lang])
    return text.getvalue()


def _safe(value: Any) -> Any:
    """A cell that a spreadsheet will not take for a formula."""
    if isinstance(value, str) and value[:1] in ("=", "+", "@", "\t"):
        return "'" + value
    return value


def _p(value: float) -> str:
    return "p < 0.0001" if value < 0.0001 else f"p = {value:.4f}"


def as_text(report: Report, lang: Language, version: str) -> str:
    """A report to read on a terminal."""
    reading, out = report.reading, []
    words = _TERMINAL
    out.append(f"{words['assume'][lang]} {'; '.join(item[lang] for item in assumptions(reading))}")
    for note in reading.notes:
        mark = words["refused"][lang] if note.refused else words["handled"][lang]
        out.append(f"{mark} {note.where + ': ' if note.places else ''}{note.said[lang]}")
    for item in report.tables:
        n = "" if item.table.n is None else f"  n = {item.table.n:,}"
        name = title(item.table, lang) or words["table"][lang]
        out.append(f"\n{name} ({KINDS[item.table.kind][lang]}){n}")
        for result in item.results:
            heading = TITLES[result.check][lang]
            if result.skipped is not None:
                out.append(f"  --        {heading}: {result.skipped[lang]}")
                continue
            mark = "!!  " if result.findings else "ok  "
            out.append(f"  {mark}{result.tests:5} {heading}")
            for finding in result.findings:
                at = ", ".join(
                    f"{item.table.entries[index].place} {item.table.entries[index].label}".strip()
                    for index in finding.entries
                )
                out.append(f"             {at + ': ' if at else ''}{finding.reason[lang]}")
        if item.power is not None:
            out.append(
                "  "
                + words["power"][lang].format(
                    percent=item.power.caught_percent, tried=item.power.tried
                )
            )
    beyond = [item for item in report.differences if item.beyond_chance]
    if report.differences:
        out.append(
            "\n"
            + words["differences"][lang].format(beyond=len(beyond), all=len(report.differences))
        )
        out += [
            f"  {diff.option + ': ' if diff.option else ''}{diff.first} → {diff.second}  "
            f"{100 * diff.difference.estimate:+.1f} ({100 * diff.difference.low:+.1f}, "
            f"{100 * diff.difference.high:+.1f})  {_p(diff.p_holm)}"
            for diff in beyond[:_MOST_DIFFERENCES]
        ]
        if len(beyond) > _MOST_DIFFERENCES:
            out.append(f"  ... +{len(beyond) - _MOST_DIFFERENCES}")
    key = "some" if report.findings else "none"
    out.append(
        "\n"
        + words[key][lang].format(found=report.findings, tests=report.tests)
        + f" (sme-survey {version})"
    )
    return "\n".join(out) + "\n"


_MOST_DIFFERENCES = 20
_TERMINAL: dict[str, Text] = {
    "assume": Text("Assumed:", "前提："),
    "handled": Text("read:   ", "読み方："),
    "refused": Text("refused:", "除外："),
    "table": Text("Table", "表"),
    "total": Text("total", "全体"),
    "power": Text(
        "Power: of {tried} wrong last digits, one at a time, these checks notice {percent:.1f}%",
        "検出力：末尾の桁を1か所ずつ変えた{tried}通りのうち{percent:.1f}%を検出できる",
    ),
    "differences": Text(
        "{beyond} of {all} differences are beyond chance (Holm, 5%):",
        "差{all}件のうち有意な差（Holm法、5%）は{beyond}件：",
    ),
    "none": Text(
        "{tests} tests: all attainable under these assumptions. That does not show that the "
        "numbers are right.",
        "点検{tests}件：この前提のもとですべて生じ得る。数値が正しいことを示すものではない。",
    ),
    "some": Text(
        "{tests} tests, {found} not attainable under these assumptions.",
        "点検{tests}件のうち{found}件は、この前提のもとでは生じ得ない。",
    ),
}
