"""Figures and tables of the chapters, each as a :class:`~sme_survey.presentation.cards.Card`.

A function here takes answers, changes or shares and returns the card: words and rows are made at
once, on the standard library; the picture is drawn when it is shown. Captions and alternative texts
are generated from the data in both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sme_survey.judgement.comparisons import Change, Share, ranked
from sme_survey.judgement.context import WaveDesign, wave_designs
from sme_survey.judgement.quality import visible_change
from sme_survey.numbers.intervals import Bounds
from sme_survey.presentation import charts
from sme_survey.presentation.cards import Base, Card, Cell, Column
from sme_survey.presentation.charts import Chart, Line, Mark, RowChart, Series, StackChart, Tile
from sme_survey.survey.model import Answer, Group, Option, Place, Question, Survey, Wave
from sme_survey.survey.sources import Origins, origins
from sme_survey.survey.text import Text

OPTION = Column("option", Text("Option", "選択肢"))
PERCENT = Column("percent", Text("%", "%"), "percent")
LOW = Column("low", Text("95% CI, low", "95%信頼区間 下限"), "percent")
HIGH = Column("high", Text("95% CI, high", "95%信頼区間 上限"), "percent")
BASE = Column("n", Text("n", "n"), "count")
GROUP = Column("group", Text("Group", "区分"))
POINTS = Column("points", Text("Difference, points", "差（ポイント）"), "points")
POINTS_LOW = Column("low", Text("95% CI, low", "95%信頼区間 下限"), "points")
POINTS_HIGH = Column("high", Text("95% CI, high", "95%信頼区間 上限"), "points")

INTERVAL_NOTE = Text("Lines show 95% Wilson intervals.", "線は95%信頼区間（Wilson法）を示す。")


def answer_columns(survey: Survey) -> tuple[Column, ...]:
    """The columns of :func:`answer_rows`."""
    head = survey.names.unit_counts
    return (
        OPTION,
        PERCENT,
        LOW,
        HIGH,
        Column("count_low", Text(f"{head.en}, fewest", f"{head.ja} 最小"), "count"),
        Column("count_high", Text(f"{head.en}, most", f"{head.ja} 最大"), "count"),
    )


def axis_of(questions: Sequence[Question]) -> Text:
    """The axis of shares: per cent of what answered the questions, where there are any."""
    if not questions:
        return Text("Per cent", "割合（%）")
    unit = questions[0].unit
    return Text(f"Per cent of {unit.en}", f"{unit.ja}の割合（%）")


def join(*parts: Text | None) -> Text:
    """Passages put one after the other in both languages; empty ones are left out."""
    kept = [part for part in parts if part]
    return Text(" ".join(part.en for part in kept), "".join(part.ja for part in kept))


def bases(*sizes: int) -> Text:
    """The base of a chart in words: ``n = 4,074``."""
    if not sizes:
        return Text("", "")
    shown = ", ".join(f"{size:,}" for size in dict.fromkeys(sizes))
    return Text(f"n = {shown}", f"n={shown.replace(', ', '、')}")


def _bases(answers: Iterable[Answer]) -> tuple[Base, ...]:
    """Wave, group and n of answers, each once, in their order."""
    return tuple(dict.fromkeys(Base(item.wave, item.group, item.n) for item in answers))


def spread(
    rows: Sequence[object], sources: Iterable[object] = (), each: Sequence[Origins] | None = None
) -> tuple[Origins, ...]:
    """Origins row by row: those of ``each`` row where it has any, else ``sources``."""
    shared = origins(sources)
    if each is not None and any(each):
        return tuple(item or shared for item in each)
    return (shared,) * len(rows) if shared else ()


def _type_text(question: Question) -> Text:
    if question.answer_type == "multiple":
        return Text("multiple answers", "複数回答")
    return Text("single answer", "単一回答")


def _source_line(questions: Sequence[Question]) -> Text:
    """Answer type and base of the questions a card shows, as one sentence."""
    question = questions[0]
    kind, base = _type_text(question), question.base
    kind_en = kind.en[0].upper() + kind.en[1:]
    return Text(f"{kind_en}; base: {base.en}.", f"{kind.ja}。集計対象は{base.ja}。")


def _listed(items: Sequence[tuple[Text, float]]) -> Text:
    return Text(
        ", ".join(f"“{label.en}” {value:.1f}%" for label, value in items),
        "、".join(f"「{label.ja}」{value:.1f}%" for label, value in items),
    )


def answer_rows(answers: Sequence[Answer]) -> tuple[tuple[Cell, ...], ...]:
    """Option, percentage as printed, Wilson interval, and the counts it allows."""
    return tuple(
        (
            item.option.label,
            item.percent,
            100 * item.interval().low,
            100 * item.interval().high,
            item.counts.low,
            item.counts.high,
        )
        for item in answers
    )


def _answer_mark(answer: Answer, series: str, row: int = -1, colour: str | None = None) -> Mark:
    interval = answer.interval()
    low, high = 100 * interval.low, 100 * interval.high
    return Mark(series, float(answer.percent), low, high, colour, row)


def _bar(answer: Answer, row: int) -> Mark:
    """The bar of one answer: in another colour where it excludes all others, grey for silence."""
    role = answer.option.role
    series = ALONE if role == "none_of_these" else NAMED
    return _answer_mark(answer, series.id, row, charts.ROLE_COLOURS[role])


NAMED = Series("share", Text("can be combined", "ほかと同時に選べる"), charts.BLUE)
ALONE = Series(
    "alone",
    Text("excludes all other answers", "ほかと同時に選べない"),
    charts.ROLE_COLOURS["none_of_these"],
)

OTHER_ANSWERS = Text("Other answers", "その他の回答")
GROUPED = Text("Grouped by this book; the report lists them without groups.", "区分は本書による。")


def arranged(survey: Survey, options: Sequence[Option]) -> list[tuple[Text | None, int]]:
    """The order in which options are drawn: place in ``options``, with the heading above it.

    By the kinds of :meth:`~sme_survey.survey.model.Survey.option_kinds` where there are any,
    keeping the given order within each; other answers after them, no-answers last.
    """
    kinds = survey.option_kinds(options[0].question_id)
    found: dict[int, list[int]] = {}
    titles: dict[int, Text | None] = {}
    for place, option in enumerate(options):
        kind = kinds.get(option.id)
        last = len(options) + (option.role == "no_answer")
        key = kind.position if kind else last
        titles[key] = (
            kind.label if kind else OTHER_ANSWERS if kinds and key == len(options) else None
        )
        found.setdefault(key, []).append(place)
    return [
        (titles[key] if place == places[0] else None, place)
        for key, places in sorted(found.items())
        for place in places
    ]


def _apart(option: Option) -> bool:
    return option.role == "no_answer"


def figure(
    label: str,
    title: Text,
    alt: Text,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    chart: Chart,
    caption: Text | None = None,
    notes: Text = Text("", ""),
    questions: tuple[Question, ...] = (),
    answers: Sequence[Answer] = (),
    sources: Iterable[object] = (),
    each: Sequence[Origins] | None = None,
    n: Text | None = None,
    design: tuple[tuple[Text, ...], ...] = (),
) -> Card:
    """A chart as a card; n comes from its answers where it is not given.

    ``answers`` are those whose wave, group and n the card states: one of each is enough. Where the
    rows are published: ``each`` row by row, or ``sources`` of them all
    (:func:`sme_survey.survey.sources.origins`), or else that of the answers.
    """
    body = tuple(tuple(row) for row in rows)
    return Card(
        label=label,
        kind="figure",
        title=title,
        caption=join(caption, notes),
        alt=alt,
        columns=tuple(columns),
        rows=body,
        questions=questions,
        origins=spread(body, [sources, answers], each),
        n=n or bases(*(item.n for item in answers)),
        notes=notes,
        bases=_bases(answers),
        design=design,
        chart=chart,
    )


ASPECTS: tuple[tuple[str, Text], ...] = (
    ("mode", Text("Mode", "手法")),
    ("fieldwork", Text("Period", "調査期間")),
    ("sample", Text("Sample", "標本")),
    ("base", Text("Base", "n（集計対象）")),
    ("source", Text("Source", "出典")),
)


def design_rows(designs: Sequence[WaveDesign]) -> tuple[tuple[Text, ...], ...]:
    """How some waves were made, a row an aspect: what stands under every chart of two waves."""
    corner = Text("How each was made", "調査の方法")
    head = (corner, *(item.label for item in designs))
    return (head, *((name, *(getattr(d, key) for d in designs)) for key, name in ASPECTS))


def designs_table(designs: Sequence[WaveDesign], label: str) -> Card:
    """How some waves were made, as a table of its own."""
    head, *rows = design_rows(designs)
    columns = [Column("aspect", head[0])]
    columns += [Column(f"y{item.year}", item.label) for item in designs]
    title = Text("How the surveys were made", "各調査の方法")
    return table(label, title, columns, rows, sources=[item.origins for item in designs])


def bars(
    survey: Survey,
    answers: Sequence[Answer],
    label: str,
    title: Text | None = None,
    order: Literal["rank", "chart"] = "rank",
    notes: Text = Text("", ""),
    stress: Iterable[Answer] = (),
) -> Card:
    """One question, one wave, one group: a bar an option, with its 95% Wilson interval.

    ``order="rank"`` puts the most named option first and "no answer" last; ``"chart"`` keeps the
    order of the report. Options that this book groups are drawn by group, the rows keep the rank.
    ``stress``: the answers that the text beside the figure speaks of.
    """
    question = survey.question(answers[0].question_id)
    shown = list(answers)
    if order == "rank":
        missing = [item for item in answers if item.option.role == "no_answer"]
        shown = [*ranked(answers), *missing]
    places = arranged(survey, [item.option for item in shown])
    stressed = {item.option.id for item in stress}
    lines = tuple(
        Line(
            shown[place].option.label,
            (_bar(shown[place], place),),
            heading,
            apart=_apart(shown[place].option),
            stress=shown[place].option.id in stressed,
        )
        for heading, place in places
    )
    alone = any(item.option.role == "none_of_these" for item in shown)
    chart = RowChart(lines, (NAMED, ALONE) if alone else (NAMED,), axis=axis_of([question]))
    grouped = GROUPED if any(heading for heading, _ in places) else None
    title = title or question.title
    top = _listed([(item.option.label, float(item.percent)) for item in ranked(answers)[:3]])
    alt = Text(
        f"Bar chart, {len(shown)} options. Most named: {top.en}.",
        f"{len(shown)}選択肢の棒グラフ。上位は{top.ja}。",
    )
    return figure(
        label,
        title,
        alt,
        answer_columns(survey),
        answer_rows(shown),
        chart,
        caption=join(_source_line([question]), INTERVAL_NOTE, grouped),
        notes=notes,
        questions=(question,),
        answers=answers[:1],
        each=[origins(item) for item in shown],
    )


DIFFERS = "≠"
DIFFERS_NOTE = Text(
    f"{DIFFERS} marks a difference beyond sampling error (Holm, 5%).",
    f"{DIFFERS}は有意な差（Holm法、5%）を示す。",
)


def _waves_alt(changes: Sequence[Change], was: Wave, now: Wave) -> Text:
    top = max((c for c in changes if c.option.role != "no_answer"), key=lambda c: abs(c.points))
    return Text(
        f"Two shares for each of {len(changes)} options, {was.short.en} and {now.short.en}. "
        f"Largest difference: “{top.option.label.en}”, "
        f"{top.before.percent}% and {top.after.percent}%.",
        f"{len(changes)}選択肢について{was.short.ja}と{now.short.ja}の割合を並べた図。"
        f"差が最も大きいのは「{top.option.label.ja}」（{top.before.percent}%と{top.after.percent}%）。",
    )


def _waves_columns(was: Wave, now: Wave) -> tuple[Column, ...]:
    shares = (Column("before", was.label, "percent"), Column("after", now.label, "percent"))
    return (OPTION, *shares, POINTS, POINTS_LOW, POINTS_HIGH)


def _waves_row(change: Change) -> tuple[Cell, ...]:
    ends = change.difference
    shares = (change.before.percent, change.after.percent)
    return (change.option.label, *shares, change.points, 100 * ends.low, 100 * ends.high)


def waves(
    survey: Survey,
    changes: Sequence[Change],
    label: str,
    title: Text | None = None,
    notes: Text = Text("", ""),
    stress: Iterable[Change] = (),
) -> Card:
    """One question in two waves: two marks an option, not joined, and how each wave was made.

    Drawn by rank in the later wave, within the groups of this book if there are any; the rows keep
    the order of the chart. ``stress``: those that the text beside the figure speaks of.
    """
    before, after = changes[0].before, changes[0].after
    question = survey.question(after.question_id)
    was, now = survey.wave(before.wave), survey.wave(after.wave)
    series = tuple(
        Series(str(wave.year), wave.label, charts.NAMED[wave.colour], marker)
        for wave, marker in ((was, "D"), (now, "o"))
    )
    ranks = sorted(range(len(changes)), key=lambda place: -changes[place].after.percent)
    places = arranged(survey, [changes[place].option for place in ranks])
    stressed = {change.option.id for change in stress}
    lines = tuple(
        _wave_line(changes[ranks[place]], ranks[place], heading, stressed)
        for heading, place in places
    )
    grouped = GROUPED if any(heading for heading, _ in places) else None
    title = title or Text(
        f"{question.title.en}, {was.short.en} and {now.short.en}",
        f"{question.title.ja}（{was.short.ja}と{now.short.ja}の比較）",
    )
    n = Text(
        f"n = {before.n:,} ({was.short.en}), {after.n:,} ({now.short.en})",
        f"{was.short.ja}n={before.n:,}、{now.short.ja}n={after.n:,}",
    )
    return figure(
        label,
        title,
        _waves_alt(changes, was, now),
        _waves_columns(was, now),
        [_waves_row(change) for change in changes],
        RowChart(lines, series, "pairs", axis=axis_of([question])),
        caption=join(_source_line([question]), DIFFERS_NOTE, grouped),
        notes=notes,
        questions=(question,),
        answers=(before, after),
        each=[origins(item.before, item.after) for item in changes],
        n=n,
        design=design_rows(wave_designs(survey, (was.year, now.year))),
    )


def _wave_line(change: Change, row: int, heading: Text | None, stressed: set[str]) -> Line:
    silent = _apart(change.option)
    return Line(
        change.option.label,
        (
            Mark(str(change.before.wave), float(change.before.percent), row=row, column="before"),
            Mark(str(change.after.wave), float(change.after.percent), row=row, column="after"),
        ),
        heading,
        apart=silent,
        stress=change.option.id in stressed,
        sign=DIFFERS if change.beyond_chance and not silent else "",
    )


VISIBLE = Text("Smallest difference that could be seen", "見いだせる最小の差")


def _points(difference: float | None) -> float | str:
    return "–" if difference is None else 100 * difference


def _visible_note(changes: Sequence[Change]) -> Text:
    """The smallest difference that the two waves could have shown, from the rarest option on."""
    found = [visible_change(item) for item in changes if item.option.role != "no_answer"]
    seen = [100 * item for item in found if item is not None]
    return Text(
        f"A difference below {min(seen):.1f} to {max(seen):.1f} points, by the size of the share, "
        "would often go unseen (80% power, first step of Holm's adjustment).",
        f"割合の大きさに応じて{min(seen):.1f}〜{max(seen):.1f}ポイント未満の差は、"
        "見逃されることが多い（検出力80%、Holm法の最初の段階）。",
    )


def _difference_line(change: Change, row: int, heading: Text | None, stressed: set[str]) -> Line:
    ends = change.difference
    series = "seen" if change.beyond_chance else "unseen"
    mark = Mark(series, float(change.points), 100 * ends.low, 100 * ends.high, row=row)
    return Line(change.option.label, (mark,), heading, stress=change.option.id in stressed)


_DIFFERENCE_COLUMNS = (
    OPTION,
    POINTS,
    POINTS_LOW,
    POINTS_HIGH,
    Column("p_holm", Text("p (Holm)", "p値（Holm）"), "p"),
    Column("answered", Text("Among those who answered", "無回答を除く差"), "points"),
    Column("visible", VISIBLE, "percent"),
)


def _difference_row(change: Change) -> tuple[Cell, ...]:
    return (
        change.option.label,
        float(change.points),
        100 * change.difference.low,
        100 * change.difference.high,
        change.p_holm,
        100 * change.answered,
        _points(visible_change(change)),
    )


# What differs from wave to wave, in the parts in which it is drawn.
_DIFFERENCE_PARTS: tuple[tuple[Text, Callable[[Change], bool]], ...] = (
    (
        Text("Higher, beyond sampling error", "有意に高い"),
        lambda c: c.beyond_chance and c.points > 0,
    ),
    (
        Text("Lower, beyond sampling error", "有意に低い"),
        lambda c: c.beyond_chance and c.points <= 0,
    ),
    (Text("Within sampling error", "有意でない差"), lambda c: not c.beyond_chance),
)


def _differences_alt(shown: Sequence[Change], was: Wave, now: Wave) -> Text:
    beyond = [change for change in shown if change.beyond_chance]
    higher = sum(change.difference.estimate > 0 for change in beyond)
    lower = len(beyond) - higher
    return Text(
        f"Differences of {len(shown)} options between two surveys with intervals. Beyond "
        f"sampling error: {higher} higher and {lower} lower in {now.short.en} than in "
        f"{was.short.en}. "
        f"Largest difference upwards: “{shown[0].option.label.en}”, {shown[0].points:+} points.",
        f"{len(shown)}選択肢について{was.short.ja}と{now.short.ja}の調査の差と95%信頼区間を示す図。"
        f"有意な差（Holm法、5%）は、{now.short.ja}の方が高いもの{higher}件、低いもの{lower}件。"
        f"最も高いのは「{shown[0].option.label.ja}」（{shown[0].points:+}ポイント）。",
    )


def differences(
    survey: Survey,
    changes: Sequence[Change],
    label: str,
    title: Text,
    notes: Text = Text("", ""),
    stress: Iterable[Change] = (),
) -> Card:
    """Differences between two waves with Newcombe intervals, the highest first.

    Drawn in parts: what is beyond sampling error (Holm-adjusted, 5%) and what is within it, which
    has another marker as well. ``stress``: those that the text beside the figure speaks of.
    """
    shown = sorted(changes, key=lambda change: -change.difference.estimate)
    seen = Series(
        "seen", Text("beyond sampling error (Holm, 5%)", "有意な差（Holm法、5%）"), charts.BLUE
    )
    unseen = Series("unseen", Text("within sampling error", "有意でない差"), charts.GREY, "D")
    stressed = {change.option.id for change in stress}
    lines = tuple(
        _difference_line(shown[place], place, name if place == places[0] else None, stressed)
        for name, belongs in _DIFFERENCE_PARTS
        for places in [[i for i, change in enumerate(shown) if belongs(change)]]
        for place in places
    )
    question = survey.question(changes[0].after.question_id)
    was, now = (survey.wave(item.wave) for item in (changes[0].before, changes[0].after))
    return figure(
        label,
        title,
        _differences_alt(shown, was, now),
        _DIFFERENCE_COLUMNS,
        [_difference_row(change) for change in shown],
        RowChart(
            lines,
            (seen, unseen),
            "tracks",
            "points",
            Text("Difference in percentage points", "差（パーセントポイント）"),
        ),
        caption=Text(
            f"Difference of percentages in points ({now.short.en} minus {was.short.en}) with 95% "
            "Newcombe intervals; grey: not significant (Holm-adjusted, 5% level).",
            f"割合の差（{now.short.ja}−{was.short.ja}、ポイント）と95%信頼区間（Newcombe法）。"
            "灰色は有意でないもの（Holm法、5%水準）。",
        ),
        notes=join(_visible_note(changes), notes),
        questions=(question,),
        answers=(changes[0].before, changes[0].after),
        each=[origins(item.before, item.after) for item in shown],
        design=design_rows(wave_designs(survey, (was.year, now.year))),
    )


def stacked(
    survey: Survey,
    blocks: Sequence[tuple[Text, Sequence[Answer]]],
    label: str,
    title: Text,
    notes: Text = Text("", ""),
) -> Card:
    """Single-answer shares of several groups or questions as rows of 100%.

    All blocks must offer the same options in the same order.
    """
    first = blocks[0][1]
    parts = [item.option for item in first]
    for name, answers in blocks:
        if [item.option.id for item in answers] != [part.id for part in parts]:
            raise ValueError(f"figure {label}: {name.en} has other options than {blocks[0][0].en}")
    series = tuple(
        Series(part.id, part.label, charts.SCALE_COLOURS.get(part.id, charts.BLUE))
        for part in parts
    )
    lines = tuple(
        Line(
            Text(f"{name.en} (n = {rows[0].n:,})", f"{name.ja}（n={rows[0].n:,}）"),
            tuple(Mark(item.option.id, float(item.percent)) for item in rows),
        )
        for name, rows in blocks
    )
    questions = tuple(
        survey.question(item) for item in dict.fromkeys(rows[0].question_id for _, rows in blocks)
    )
    leads = _listed([(name, float(rows[0].percent)) for name, rows in blocks])
    alt = Text(
        f"Rows of 100%. Share of “{parts[0].label.en}”: {leads.en}.",
        f"帯グラフ。「{parts[0].label.ja}」の割合は{leads.ja}。",
    )
    columns = (
        GROUP,
        BASE,
        *(Column(part.id, part.label, "percent") for part in parts),
    )
    return figure(
        label,
        title,
        alt,
        columns,
        tuple((name, rows[0].n, *(item.percent for item in rows)) for name, rows in blocks),
        StackChart(lines, series, apart=("no_answer",)),
        caption=_source_line(questions),
        notes=notes,
        questions=questions,
        answers=[rows[0] for _, rows in blocks],
        each=[origins(rows) for _, rows in blocks],
    )


def _group_series(
    groups: Sequence[Group], tables: Mapping[str, Sequence[Answer]]
) -> tuple[Series, ...]:
    return tuple(
        Series(
            group.id,
            Text(
                f"{group.label.en} (n = {tables[group.id][0].n:,})",
                f"{group.label.ja}（n={tables[group.id][0].n:,}）",
            ),
            charts.GROUP_COLOURS.get(group.id, charts.SAND),
            charts.MARKERS[i % len(charts.MARKERS)],
        )
        for i, group in enumerate(groups)
    )


def _groups_alt(
    groups: Sequence[Group], tables: Mapping[str, Sequence[Answer]], options: int
) -> Text:
    tops = [
        (group.label, ranked(tables[group.id])[0].option.label, ranked(tables[group.id])[0].percent)
        for group in groups
    ]
    return Text(
        f"Shares of {len(groups)} groups for {options} options. Most named: "
        + "; ".join(f"{g.en}: “{o.en}” {p}%" for g, o, p in tops)
        + ".",
        f"{len(groups)}区分×{options}選択肢の割合。最も多いのは"
        + "、".join(f"「{g.ja}」では「{o.ja}」{p}%" for g, o, p in tops)
        + "。",
    )


def by_group(
    survey: Survey,
    question_id: str,
    groups: Sequence[str],
    label: str,
    stress: Iterable[str] = (),
) -> Card:
    """Shares of several groups for each option, with 95% Wilson intervals on tracks.

    Drawn by rank in the first group, no-answers last; the rows keep the order of the chart.
    ``stress``: ids of the options that the text beside the figure speaks of.
    """
    question = survey.question(question_id)
    chosen = [survey.group(group) for group in groups]
    tables = {group.id: survey.answers(question_id, group=group.id) for group in chosen}
    series = _group_series(chosen, tables)
    lines = []
    rows: list[tuple[Cell, ...]] = []
    for option in question.options:
        marks = []
        for group in chosen:
            answer = next(item for item in tables[group.id] if item.option == option)
            marks.append(replace(_answer_mark(answer, group.id), row=len(rows)))
            rows.append((option.label, group.label, answer.n, *answer_rows([answer])[0][1:]))
        lines.append(
            Line(option.label, tuple(marks), apart=_apart(option), stress=option.id in set(stress))
        )
    lines.sort(key=lambda line: (line.apart, -line.marks[0].value))
    return figure(
        label,
        question.title,
        _groups_alt(chosen, tables, len(question.options)),
        (OPTION, GROUP, BASE, *answer_columns(survey)[1:]),
        rows,
        RowChart(tuple(lines), series, "tracks", axis=axis_of([question])),
        caption=join(_source_line([question]), INTERVAL_NOTE),
        questions=(question,),
        answers=[tables[group.id][0] for group in chosen],
        sources=[tables[group.id] for group in chosen],
    )


def tiles(
    survey: Survey, values: Mapping[str, float], label: str, title: Text, notes: Text = Text("", "")
) -> Card:
    """A value for each of the 47 prefectures (keys: option ids, values in per cent) as tiles."""
    places = survey.places
    absent = [place.option_id for place in places if place.option_id not in values]
    if absent:
        raise ValueError(f"figure {label}: no value for {', '.join(absent)}")
    spec = tuple(_tile(place, values[place.option_id]) for place in places)
    order = sorted(places, key=lambda place: -values[place.option_id])
    top = _listed([(place.label, values[place.option_id]) for place in order[:3]])
    low = _listed([(place.label, values[place.option_id]) for place in order[-2:]])
    alt = Text(
        f"Tile map of 47 prefectures. Highest: {top.en}. Lowest: {low.en}.",
        f"47都道府県のタイル地図。高いのは{top.ja}、低いのは{low.ja}。",
    )
    question = survey.question("prefecture")
    blocks = {block.id: block.label for block in survey.blocks}
    return figure(
        label,
        title,
        alt,
        (
            Column("prefecture", Text("Prefecture", "都道府県")),
            Column("block", Text("Block", "地域ブロック")),
            PERCENT,
        ),
        tuple((p.label, blocks[p.block], values[p.option_id]) for p in places),
        spec,
        notes=notes,
        questions=(question,),
        answers=survey.answers("prefecture")[:1],
    )


_JA_SUFFIX = ("都", "府", "県")


def _tile(place: Place, value: float) -> Tile:
    column, row, code = charts.TILE_PLACES[place.option_id]
    name = place.label.ja
    short = name[:-1] if name.endswith(_JA_SUFFIX) and name != "北海道" else name
    return Tile(column, row, Text(code, short), value)


@dataclass(frozen=True)
class Item:
    """One row of a free chart: a label and a value in per cent, with an interval if it has one.

    ``origins``: where the value is published, where rows of one chart differ in that.
    """

    label: Text
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    heading: Text | None = None
    aside: Text | None = None
    colour: str | None = None
    origins: Origins = ()
    apart: bool = False

    @classmethod
    def of(
        cls, label: Text, share: Share, heading: Text | None = None, origins: Origins = ()
    ) -> Item:
        """A share with its interval."""
        interval = share.interval
        low, high = 100 * interval.low, 100 * interval.high
        return cls(label, share.percent, low, high, share.n, heading, origins=origins)


FEW_BASES = 4  # as many as a line under a title can state


def _share_table(
    items: Sequence[Item], name: Text
) -> tuple[tuple[Column, ...], Sequence[tuple[Cell, ...]]]:
    """Columns and rows of a list of percentages, without the columns that no item fills."""
    parts: list[Cell | None] = []
    for item in items:
        parts.append(item.heading or (parts[-1] if parts else None))
    found: list[tuple[Column, list[Cell | None]]] = [
        (Column("item", name), [item.label for item in items]),
        (PERCENT, [item.value for item in items]),
        (LOW, [item.low for item in items]),
        (HIGH, [item.high for item in items]),
        (BASE, [item.n for item in items]),
        (Column("part", Text("Part", "区分")), parts),
        (Column("note", Text("Note", "注")), [item.aside or None for item in items]),
    ]
    filled = [(column, cells) for column, cells in found if any(cell is not None for cell in cells)]
    rows = zip(
        *(["" if cell is None else cell for cell in cells] for _, cells in filled), strict=True
    )
    return tuple(column for column, _ in filled), list(rows)


def shares(
    items: Sequence[Item],
    label: str,
    title: Text,
    notes: Text = Text("", ""),
    sources: Iterable[object] = (),
    questions: tuple[Question, ...] = (),
    axis: Text | None = None,
    name: Text = Text("Item", "項目"),
    answers: Sequence[Answer] = (),
) -> Card:
    """Any list of percentages as bars; items with an interval show it.

    ``questions`` and ``answers`` are what the numbers were computed from: they give the card its
    wording, source, waves and bases.
    """
    lines = tuple(
        Line(
            item.label,
            (Mark("share", item.value, item.low, item.high, item.colour),),
            item.heading,
            item.aside,
            item.apart,
        )
        for item in items
    )
    with_interval = any(item.low is not None for item in items)
    order = sorted(items, key=lambda item: -item.value)
    top = _listed([(item.label, item.value) for item in order[:3]])
    alt = Text(
        f"Bar chart, {len(items)} rows. Largest: {top.en}.",
        f"{len(items)}項目の棒グラフ。大きいのは{top.ja}。",
    )
    sizes = [item.n for item in items if item.n is not None]
    n = bases(*sizes) if len(set(sizes)) <= FEW_BASES else Text("", "")
    columns, rows = _share_table(items, name)
    series = (Series("share", Text("Share", "割合"), charts.BLUE),)
    return figure(
        label,
        title,
        alt,
        columns,
        rows,
        RowChart(lines, series, axis=axis or axis_of(questions)),
        caption=INTERVAL_NOTE if with_interval else None,
        notes=notes,
        questions=questions,
        answers=answers,
        sources=sources,
        each=[item.origins for item in items],
        n=n,
    )


def counted(
    items: Sequence[tuple[Text, Text, int]],
    label: str,
    title: Text,
    notes: Text = Text("", ""),
    sources: Iterable[object] = (),
    part: Text = Text("Part", "区分"),
    name: Text = Text("Item", "項目"),
    axis: Text = Text("Number", "件数"),
) -> Card:
    """Counts as bars, in parts: (part, item, count); those of a part stand together."""
    lines = tuple(
        Line(
            label_,
            (Mark("count", count),),
            None if place and items[place - 1][0] == head else head,
        )
        for place, (head, label_, count) in enumerate(items)
    )
    most = max(items, key=lambda item: item[2])
    total = sum(count for *_, count in items)
    alt = Text(
        f"Bar chart of {total} in {len(items)} rows. Largest: {most[1].en} ({most[0].en}), "
        f"{most[2]}.",
        f"{total}件を{len(items)}行に分けた棒グラフ。最も多いのは{most[1].ja}（{most[0].ja}）の"
        f"{most[2]}件。",
    )
    columns = (Column("part", part), Column("item", name), Column("count", axis, "count"))
    series = (Series("count", axis, charts.BLUE),)
    chart = RowChart(lines, series, unit="count", axis=axis)
    return figure(label, title, alt, columns, items, chart, notes=notes, sources=sources)


@dataclass(frozen=True)
class Pair:
    """One row of a paired chart: two percentages of the same thing from two sources."""

    label: Text
    first: float
    second: float
    heading: Text | None = None
    apart: bool = False


def _pairs_alt(items: Sequence[Pair], names: tuple[Text, Text]) -> Text:
    widest = max(items, key=lambda item: abs(item.second - item.first))
    return Text(
        f"Two percentages for each of {len(items)} rows: {names[0].en} and {names[1].en}. "
        f"Largest difference: “{widest.label.en}”, {widest.first:.1f}% and {widest.second:.1f}%.",
        f"{len(items)}項目について{names[0].ja}と{names[1].ja}を並べた図。"
        f"差が最も大きいのは「{widest.label.ja}」（{widest.first:.1f}%と{widest.second:.1f}%）。",
    )


def _pair_line(item: Pair, row: int) -> Line:
    marks = (Mark("first", item.first, row=row), Mark("second", item.second, row=row))
    return Line(item.label, marks, item.heading, apart=item.apart)


def pairs(
    items: Sequence[Pair],
    names: tuple[Text, Text],
    label: str,
    title: Text,
    notes: Text = Text("", ""),
    sources: Iterable[object] = (),
    questions: tuple[Question, ...] = (),
    axis: Text = Text("Per cent", "割合（%）"),
    name: Text = Text("Item", "項目"),
    n: Text = Text("", ""),
    answers: Sequence[Answer] = (),
    design: tuple[tuple[Text, ...], ...] = (),
    order: Literal["given", "rank"] = "given",
) -> Card:
    """Two percentages a row as two marks, for example a sample against its frame.

    ``order="rank"`` draws the largest first, those set apart last; the rows keep their order.
    ``design``: how two waves were made, where the two are waves (:func:`design_rows`).

    ``questions`` and ``answers`` are what the numbers were computed from: they give the card its
    wording, source, waves and bases.
    """
    series = (
        Series("first", names[0], charts.SAND, "D"),
        Series("second", names[1], charts.BLUE, "o"),
    )
    places = list(range(len(items)))
    if order == "rank":
        places.sort(key=lambda place: (items[place].apart, -items[place].first))
    lines = tuple(_pair_line(items[place], place) for place in places)
    return figure(
        label,
        title,
        _pairs_alt(items, names),
        (
            Column("item", name),
            Column("first", names[0], "percent"),
            Column("second", names[1], "percent"),
            POINTS,
        ),
        tuple((item.label, item.first, item.second, item.second - item.first) for item in items),
        RowChart(lines, series, "pairs", axis=axis),
        notes=notes,
        questions=questions,
        answers=answers,
        sources=sources,
        n=n,
        design=design,
    )


def bounded(
    items: Sequence[tuple[Text, float, Bounds]],
    label: str,
    title: Text,
    notes: Text = Text("", ""),
    sources: Iterable[object] = (),
    each: Sequence[Origins] | None = None,
    questions: tuple[Question, ...] = (),
    answers: Sequence[Answer] = (),
) -> Card:
    """Percentages among those who answered, with the range that the no-answers leave open.

    ``items``: label, percentage (0 to 100), bounds as proportions.

    ``questions`` and ``answers`` are what the numbers were computed from: they give the card its
    wording, source, waves and bases.
    """
    lines = tuple(
        Line(text, (Mark("answered", value, 100 * ends.low, 100 * ends.high),))
        for text, value, ends in items
    )
    series = (
        Series("answered", Text("Among those who answered", "無回答を除く割合"), charts.BLUE),
    )
    widest = max(items, key=lambda item: item[2].width)
    alt = Text(
        f"Shares of {len(items)} options with the range the no-answers leave open. Widest: "
        f"“{widest[0].en}”, {100 * widest[2].low:.1f} to {100 * widest[2].high:.1f}%.",
        f"{len(items)}選択肢の割合と、無回答の扱いで動き得る範囲。最も広いのは「{widest[0].ja}」"
        f"（{100 * widest[2].low:.1f}〜{100 * widest[2].high:.1f}%）。",
    )
    return figure(
        label,
        title,
        alt,
        (
            OPTION,
            Column(
                "answered", Text("Among those who answered, %", "無回答を除く割合（%）"), "percent"
            ),
            Column("low", Text("Lowest possible, %", "最小（%）"), "percent"),
            Column("high", Text("Highest possible, %", "最大（%）"), "percent"),
        ),
        tuple((text, value, 100 * ends.low, 100 * ends.high) for text, value, ends in items),
        RowChart(lines, series, "tracks", axis=axis_of(questions)),
        caption=Text(
            "Marks: share among those who answered. Lines: what the share of all could be, "
            "whatever the no-answers would have said.",
            "点は無回答を除いた割合、線は無回答がどのような回答であったとしても取り得る範囲を示す。",
        ),
        notes=notes,
        questions=questions,
        answers=answers,
        sources=sources,
        each=each,
    )


def table(
    label: str,
    title: Text,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    notes: Text = Text("", ""),
    sources: Iterable[object] = (),
    each: Sequence[Origins] | None = None,
    questions: tuple[Question, ...] = (),
    n: Text = Text("", ""),
    design: tuple[tuple[Text, ...], ...] = (),
    grouped: bool = False,
) -> Card:
    """A table as a card; the first column heads its rows, ``None`` reads "not held here".

    Where the rows are published: ``each`` row by row, or ``sources`` of them all.
    """
    body = tuple(tuple(row) for row in rows)
    size = Text(
        f"Table of {len(body)} rows and {len(columns)} columns.",
        f"{len(body)}行{len(columns)}列の表。",
    )
    return Card(
        label=label,
        kind="table",
        title=title,
        caption=notes,
        alt=size,
        columns=tuple(columns),
        rows=body,
        questions=questions,
        origins=spread(body, sources, each),
        n=n,
        notes=notes,
        design=design,
        grouped=grouped,
    )
