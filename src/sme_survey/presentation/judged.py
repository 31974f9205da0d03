"""Tables and figures of the judgement: the ledger by theme, consistency checks, other surveys.

Standard library at import, like the figures they are made with; words in both languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sme_survey import __version__
from sme_survey.judgement.audits import Audit, Counted
from sme_survey.judgement.claims import (
    REASONS as LEFT_OUT,
)
from sme_survey.judgement.claims import (
    REPLY,
    Coverage,
    Judged,
    by_theme,
    totals,
)
from sme_survey.judgement.context import Fact, Method
from sme_survey.judgement.mutation import Noticed
from sme_survey.judgement.verdicts import VERDICTS
from sme_survey.presentation import charts
from sme_survey.presentation.cards import Card, Cell, Column
from sme_survey.presentation.charts import Line, Mark, Series, StackChart
from sme_survey.presentation.figures import Item, shares, table
from sme_survey.survey.model import Survey
from sme_survey.survey.sources import Origin, Origins, cited, origins
from sme_survey.survey.text import Text

VERDICT_COLOURS: dict[str, str] = {
    verdict: charts.GREY
    if verdict == "not_judged"
    else charts.ROSE
    if verdict.startswith("disagrees")
    else {
        "agrees": charts.BLUE,
        "agrees-unsafe_in_worst_case": charts.LILAC,
        "agrees-within_error": charts.SAND,
    }.get(verdict, charts.ORANGE)
    for verdict in VERDICTS
}

NUMBER = Text("Number", "件数")
CLAIM = Text("Claim", "記述")
PLACE = Text("Place in the report", "掲載箇所")
SAYS = Text("What the report says, in our words", "報告書の記述（本書の要約）")
SHOWS = Text("What the tables show", "表が示すこと")


def _why(item: Judged) -> Text:
    """The evidence, and the agency's reply where there is one."""
    found, reply = item.evidence, item.claim.reply
    if not reply:
        return found
    return Text(f"{found.en} {REPLY.en}{reply.en}", f"{found.ja}{REPLY.ja}{reply.ja}")


def _origins(item: Judged) -> Origins:
    """The page of a claim, and what its evidence relays from elsewhere."""
    return (item.claim.origin, *item.claim.note_origins)


def ledger_label(theme: str) -> str:
    """The label of a theme's table: ``ledger-it``, ``ledger-supply-chain`` ..."""
    return "ledger-" + theme.replace("_", "-")


def ledger_table(judged: Sequence[Judged], theme: str) -> Card:
    """The claims of one theme: statement, verdict, the numbers behind it, and its figure.

    On the site each claim has an address of its own (``#claim-NAME``), and the last column leads to
    the figure where the numbers stand; the figure leads back.
    """
    items = by_theme(judged)[theme]
    name = items[0].claim.topic
    columns = [
        Column("claim", CLAIM),
        Column("place", PLACE),
        Column("statement", SAYS),
        Column("verdict", Text("Verdict", "判定")),
        Column("why", SHOWS),
        Column("card", Text("Figure", "図表")),
    ]
    return table(
        ledger_label(theme),
        Text(f"Claims: {name.en}", f"記述の判定：{name.ja}"),
        columns,
        (
            (
                item.claim.id,
                item.claim.where,
                item.claim.statement,
                item.verdict_text,
                _why(item),
                item.claim.card,
            )
            for item in items
        ),
        each=[_origins(item) for item in items],
    )


def statements_table(judged: Sequence[Judged], label: str, title: Text) -> Card:
    """A few statements of the ledger once more, with our evidence."""
    columns = [
        Column("claim", CLAIM),
        Column("place", PLACE),
        Column("statement", SAYS),
        Column("why", SHOWS),
    ]
    rows = ((i.claim.id, i.claim.where, i.claim.statement, _why(i)) for i in judged)
    each = [_origins(item) for item in judged]
    return table(label, title, columns, rows, each=each)


def notation_table(survey: Survey, label: str = "slips-names") -> Card:
    """Places where the report writes one thing in two ways."""
    columns = [
        Column("notation", Text("Name", "識別名")),
        Column("page", Text("Page", "ページ"), "count"),
        Column("printed", Text("As printed", "表記")),
        Column("elsewhere", Text("Elsewhere, or as usually written", "別の箇所または一般的な表記")),
        Column("note", Text("Note", "備考")),
    ]
    rows = []
    for row in survey.tables["notation"]:
        page = row.text("elsewhere_page")
        elsewhere = row.text("elsewhere")
        rows.append(
            (
                row.text("notation_id"),
                row.whole("page"),
                row.text("printed"),
                Text(f"{elsewhere} (p. {page})", f"{elsewhere}（{page}ページ）")
                if page
                else elsewhere,
                Text(row.text("note_en"), row.text("note_ja")),
            )
        )
    pages = [
        (row.values["page"], row.values["elsewhere_page"]) for row in survey.tables["notation"]
    ]
    each = [tuple(survey.page_origin(p) for p in pair if isinstance(p, int)) for pair in pages]
    return table(label, Text("Differences of notation", "表記の相違"), columns, rows, each=each)


WENT_TO = {
    "notation": Text("Differences of notation (errata)", "表記の相違（訂正のページ）"),
    "context": Text("The chapters on incidents and context", "被害の章と他調査との比較の章"),
    "none": Text("Not kept", "掲載しない"),
}


def retired_table(survey: Survey, label: str = "ledger-retired") -> Card:
    """Claims of earlier versions that are judged no longer, and where they went."""
    columns = [
        Column("claim", CLAIM),
        Column("version", Text("Left with version", "外した版")),
        Column("went", Text("Now in", "現在の所在")),
        Column("reason", Text("Why", "理由")),
    ]
    rows = (
        (
            row.text("claim_id"),
            row.text("version"),
            WENT_TO[row.text("went_to")],
            Text(row.text("reason_en"), row.text("reason_ja")),
        )
        for row in survey.tables["claims_retired"]
    )
    return table(label, Text("Claims that left the ledger", "台帳から外した記述"), columns, rows)


def coverage_table(survey: Survey, found: Coverage, label: str = "coverage") -> Card:
    """The sentences of the report: judged, or left out and why."""
    columns = [
        Column("what", Text("Sentences", "文")),
        Column("number", NUMBER, "count"),
    ]
    rows: list[tuple[Cell, ...]] = [(Text("Judged", "判定の対象"), found.judged)]
    rows += [
        (Text(f"Left out: {LEFT_OUT[reason].en}", f"対象外：{LEFT_OUT[reason].ja}"), count)
        for reason, count in found.left_out.items()
    ]
    rows += [
        (Text("Unaccounted for", "未分類"), len(found.unaccounted)),
        (Text("All", "合計"), found.sentences),
    ]
    read = survey.origins("sentences")
    return table(label, Text("Sentences of the report", "報告書の文"), columns, rows, sources=read)


def verdict_shares(judged: Sequence[Judged], label: str = "verdicts") -> Card:
    """Verdicts by theme as rows of 100%."""
    groups = [(items[0].claim.topic, items) for items in by_theme(judged).values()]
    whole = totals(judged)
    series = tuple(
        Series(verdict, VERDICTS[verdict], VERDICT_COLOURS[verdict]) for verdict in whole
    )

    def counts(items: Sequence[Judged]) -> list[int]:
        found = totals(items)
        return [found.get(verdict, 0) for verdict in whole]

    lines = tuple(
        Line(
            Text(f"{name.en} ({len(items)})", f"{name.ja}（{len(items)}）"),
            tuple(
                Mark(verdict, 100 * count / len(items), shown=str(count))
                for verdict, count in zip(whole, counts(items), strict=True)
            ),
        )
        for name, items in groups
    )
    title = Text(
        "Statements of the report by theme and verdict", "報告書の記述に対する判定（テーマ別）"
    )
    alt = Text(
        f"Rows of 100% for {len(groups)} themes. All {len(judged)} statements: "
        + ", ".join(f"“{VERDICTS[verdict].en}” {count}" for verdict, count in whole.items())
        + ".",
        f"{len(groups)}テーマの帯グラフ。全{len(judged)}件の内訳は"
        + "、".join(f"「{VERDICTS[verdict].ja}」{count}件" for verdict, count in whole.items())
        + "。",
    )
    columns = (
        Column("theme", Text("Theme", "テーマ")),
        Column("claims", Text("Statements", "記述"), "count"),
        *(Column(verdict, VERDICTS[verdict], "count") for verdict in whole),
    )
    rows: list[tuple[Cell, ...]] = [(name, len(items), *counts(items)) for name, items in groups]
    rows.append((Text("All", "全体"), len(judged), *whole.values()))
    return Card(
        label=label,
        kind="figure",
        title=title,
        caption=Text("Numbers of statements.", "数値は記述の件数。"),
        alt=alt,
        columns=columns,
        rows=tuple(rows),
        origins=(
            *(origins(item.claim for item in items) for _, items in groups),
            origins(item.claim for item in judged),
        ),
        chart=StackChart(lines, series),
    )


def audit_table(survey: Survey, results: Sequence[Audit], label: str = "audits") -> Card:
    """Every consistency check: its question, how often, what it found, what it cannot see."""
    columns = [
        Column("audit", Text("Check", "点検")),
        Column("tests", Text("Tests", "検査数"), "count"),
        Column("result", Text("Result", "結果")),
        Column("blind", Text("What it cannot see", "検出できないもの")),
    ]
    rows = (
        (
            Text(f"{item.title.en}. {item.tested.en}", f"{item.title.ja}：{item.tested.ja}"),
            item.tests,
            item.result,
            item.blind,
        )
        for item in results
    )
    return table(
        label,
        Text("Consistency checks of the published tables", "公表された表の整合性の点検"),
        columns,
        rows,
        sources=tested(survey),
    )


def tested(survey: Survey) -> Origins:
    """Where everything is published that the consistency checks and double entry look at."""
    return origins(survey.all_answers, survey.singles, survey.origins("mailout", "case_blocks"))


REASONS: dict[str | None, Text] = {
    "percentage": Text("The percentage and its base", "割合とn"),
    "sum": Text("The sum of the answers", "回答の合計"),
    "subgroups": Text("The groups and the total", "区分と全体"),
    "stated": Text("A count stated elsewhere", "別の箇所に記された件数"),
    "chain": Text("The base of a later question", "後続の設問のn"),
    None: Text("Not fixed: a range remains", "定まらない（幅が残る）"),
}


def counts_table(survey: Survey, found: Sequence[Counted], label: str = "counts") -> Card:
    """How many percentages have one possible count, and what fixes it."""
    columns = [
        Column("reason", Text("What fixes the count", "件数を定める根拠")),
        Column("percentages", Text("Percentages", "割合の数"), "count"),
    ]
    rows = [
        (name, sum(item.reason == reason for item in found)) for reason, name in REASONS.items()
    ]
    title = Text("What fixes the counts behind the percentages", "割合の背後にある件数を定める根拠")
    return table(label, title, columns, rows, sources=survey.all_answers)


def corrections_table(survey: Survey, label: str = "corrections") -> Card:
    """Corrections of this edition by version; an empty history is said in words."""
    columns = [
        Column("version", Text("Version", "版")),
        Column("date", Text("Date", "日付")),
        Column("text", Text("Correction", "訂正の内容")),
    ]
    rows: list[tuple[Cell, ...]] = [
        (row.text("version"), row.text("date"), Text(row.text("text_en"), row.text("text_ja")))
        for row in survey.tables["errata"]
    ]
    if not rows:
        none = Text("No correction has been made so far.", "これまでに訂正はない。")
        rows.append((__version__, "–", none))
    return table(label, Text("Corrections by version", "訂正（版ごと）"), columns, rows)


def mutation_shares(survey: Survey, results: Sequence[Noticed], label: str = "mutations") -> Card:
    """Share of altered percentages noticed: by the tables, with the claims, with double entry."""
    items = []
    for result in results:
        heading = Text(
            f"{result.label.en} ({result.tests:,} changes)",
            f"{result.label.ja}（{result.tests:,}件）",
        )
        steps = (
            (
                Text("Consistency checks alone", "整合性の点検のみ"),
                100 * result.by_tables / result.tests,
                charts.SAND,
            ),
            (
                Text("Checks and verdicts", "整合性の点検と記述の判定"),
                result.alone_percent,
                charts.BLUE,
            ),
            (
                Text("With double entry", "二重入力を加えた場合"),
                result.second_percent,
                charts.GREEN,
            ),
        )
        for position, (text, value, colour) in enumerate(steps):
            items.append(
                Item(
                    text,
                    value,
                    n=result.tests,
                    heading=heading if position == 0 else None,
                    colour=colour,
                )
            )
    card = shares(
        items,
        label,
        Text("Altered percentages that are noticed", "改変した割合のうち検出されるもの"),
        sources=survey.all_answers,
        axis=Text("Per cent of changes", "改変に占める割合（%）"),
        name=Text("Noticed by", "検出の手段"),
    )
    alt = Text(
        "Bars for each kind of change: noticed by consistency checks and verdicts together, and "
        "with double entry. "
        + "; ".join(
            f"“{item.label.en}” {item.alone_percent:.1f}% and {item.second_percent:.1f}%"
            for item in results
        )
        + ".",
        "改変の種類ごとに、整合性の点検と記述の判定による検出割合と、二重入力を加えた場合の検出割合を"
        "示す棒グラフ。"
        + "、".join(
            f"「{item.label.ja}」は{item.alone_percent:.1f}%と{item.second_percent:.1f}%"
            for item in results
        )
        + "。",
    )
    return replace(card, alt=alt)


def methods_table(items: Sequence[Method], label: str = "context-methods") -> Card:
    """How the waves and the surveys abroad were made."""
    columns = [
        Column("survey", Text("Survey", "調査")),
        Column("method", Text("Who was asked, how and when", "対象、手法、時期")),
        Column("caveat", Text("Caveat", "留意点")),
        Column("source", Text("Source", "出典")),
    ]
    rows = (
        (
            item.label,
            Text(
                f"{item.population.en}. {item.mode.en}. {item.sample.en}. {item.fieldwork.en}. "
                f"Valid responses: {_number(item.valid).en}.",
                f"{item.population.ja}。{item.mode.ja}。{item.sample.ja}。{item.fieldwork.ja}。"
                f"有効回答：{_number(item.valid).ja}。",
            ),
            item.caveat,
            _source(item.origin),
        )
        for item in items
    )
    title = Text("Differences in method", "調査方法の違い")
    return table(label, title, columns, rows, each=[(item.origin,) for item in items])


def _number(value: int | None) -> Text:
    if value is None:
        return Text("see the source", "本書では未確認")
    return Text(f"{value:,}", f"{value:,}")


def _source(origin: Origin) -> Text:
    """Credit line, address and kind of a source, as a cell."""
    [named] = cited([origin])
    text, kind = named.text, origin.source.kind_text
    at = f", {origin.source.address}" if origin.source.address else ""
    return Text(f"{text.en}{at} ({kind.en})", f"{text.ja}{at} （{kind.ja}）")


def _value(fact: Fact) -> Text:
    """The value of a fact with its unit; a count with the share that it is of its base."""
    if fact.unit == "percent":
        return Text(f"{fact.value}%", f"{fact.value}%")
    if fact.percent is None:
        return Text(f"{fact.value:,} firms", f"{fact.value:,}社")
    share = f"{fact.percent:.1f}%"
    return Text(f"{fact.value:,} firms ({share})", f"{fact.value:,}社（{share}）")


def facts_table(items: Sequence[Fact], label: str, title: Text) -> Card:
    """Numbers of other waves and surveys, each with base, caveat and source."""
    columns = [
        Column("item", Text("Item", "項目")),
        Column("survey", Text("Survey, and of whom", "調査と対象")),
        Column("value", Text("Value", "値")),
        Column("caveat", Text("Caveat", "留意点")),
        Column("source", Text("Source", "出典")),
    ]
    bases = {
        i.id: Text("", "") if i.n is None else Text(f" (n = {i.n:,})", f"（n={i.n:,}）")
        for i in items
    }
    rows = (
        (
            Text(f"{i.question.en}: {i.option.en}", f"{i.question.ja}：{i.option.ja}"),
            Text(
                f"{i.method.label.en}; {i.group.en}{bases[i.id].en}",
                f"{i.method.label.ja}、{i.group.ja}{bases[i.id].ja}",
            ),
            _value(i),
            i.caveat,
            _source(i.origin),
        )
        for i in items
    )
    return table(label, title, columns, rows, each=[(i.origin,) for i in items])


def apart(
    items: Iterable[tuple[Text, Sequence[Item]]], label: str, title: Text, notes: Text
) -> Card:
    """Numbers that must not be read as one series: a part of the chart for each survey, no line."""
    rows = [
        Item(
            item.label,
            item.value,
            item.low,
            item.high,
            item.n,
            heading if position == 0 else None,
            None,
            item.colour,
            item.origins,
        )
        for heading, part in items
        for position, item in enumerate(part)
    ]
    card = shares(
        rows,
        label,
        title,
        notes,
        axis=Text("Per cent, each of its own base", "割合（%、nは項目ごとに異なる）"),
    )
    return replace(card, n=Text("", ""))  # no one base holds for the chart


def fact_item(fact: Fact) -> Item:
    """A fact as a row of a chart, in the colour of numbers from outside.

    Raises
    ------
    ValueError
        If the fact is not a percentage and has no base.
    """
    if fact.percent is None:
        raise ValueError(f"fact {fact.id} is not a percentage")
    label = Text(f"{fact.option.en} ({fact.group.en})", f"{fact.option.ja}（{fact.group.ja}）")
    return Item(label, fact.percent, n=fact.n, colour=charts.SAND, origins=(fact.origin,))


def fact_part(items: Sequence[Fact]) -> tuple[Text, list[Item]]:
    """Facts of one survey as a part of a chart, under its name and what it asked."""
    first = items[0]
    heading = Text(
        f"{first.method.label.en}: {first.question.en}",
        f"{first.method.label.ja}：{first.question.ja}",
    )
    return heading, [fact_item(item) for item in items]
