"""Controls for readers, as ipywidgets that work in Jupyter and, without a kernel, in the book.

Nothing is computed when a reader moves a control. Every state is drawn beforehand; a control's
index is linked in the browser to the index of a Stack, which shows one of its children. Importing
this module needs the standard library alone: the cards are made at once, the controls and drawings
when :func:`explorer` and the functions for marks are called.
"""

from __future__ import annotations

import html
import itertools
import json
import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sme_survey.judgement.comparisons import answer_bounds, answered_share, no_answer, ranked
from sme_survey.judgement.quality import PerFirm
from sme_survey.numbers.intervals import Bounds, Interval
from sme_survey.presentation.cards import Card, Cell, Column, source_line, table_html
from sme_survey.presentation.figures import (
    BASE,
    OPTION,
    PERCENT,
    bars,
    bounded,
    table,
)
from sme_survey.survey.model import Answer, Question, Survey
from sme_survey.survey.sources import Origins, origins
from sme_survey.survey.text import Language, Text, edition

YES_NO = (Text("Yes", "はい"), Text("No", "いいえ"))
TREATMENTS = (Text("as published", "公表値"), Text("without no-answers", "無回答を除く"))
PARTS = {
    "measures": Text("Measures", "対策"),
    "advice": Text("Advice", "相談先"),
    "education": Text("Education", "教育"),
    "contract_duties": Text("Duties", "義務・要請"),
}
SIZES = ("small", "sme_100", "sme_101")
ANSWERED = Column(
    "answered", Text("Among those who answered, %", "無回答を除く割合（%）"), "percent"
)
INTERVAL = Column("interval", Text("95% interval", "95%信頼区間"), "percent")
POSSIBLE = Column("possible", Text("Lowest–highest possible", "取り得る最小〜最大"), "percent")


def steady() -> None:
    """Name widget models by a counter instead of at random, so that two builds are the same.

    For the first, hidden cell of a page. Where there are no widgets (in the browser's Python, which
    replays the cells before them) nothing happens.
    """
    try:
        import comm.base_comm as base
    except ModuleNotFoundError:
        return
    numbers = itertools.count(1)
    names = types.SimpleNamespace(uuid4=lambda: types.SimpleNamespace(hex=f"{next(numbers):032x}"))
    vars(base)["uuid"] = names


# ---- what is shown ---------------------------------------------------------------------------


@dataclass(frozen=True)
class View:
    """One published table of answers in both treatments: two figures, and a table of both."""

    question: Question
    wave: int
    short: Text
    group_id: str
    group: Text
    n: int
    published: Card
    answered: Card
    data: Card


def question_views(survey: Survey, question: Question) -> tuple[View, ...]:
    """A view for every wave and group that the report publishes for a question."""
    keys = survey.keys(question.id)
    return tuple(_view(survey, question, wave, group, keys) for wave, group in keys)


def _view(
    survey: Survey, question: Question, wave: int, group: str, keys: Sequence[tuple[int, str]]
) -> View:
    answers = survey.answers(question.id, wave, group)
    place = survey.group(group).label
    label = f"explore-{question.id}-{wave}-{group}".replace("_", "-")
    title = question.title
    if len({year for year, _ in keys}) > 1:
        short = survey.wave(wave).short
        title = Text(f"{title.en}, {short.en}", f"{title.ja}、{short.ja}")
    if len({name for _, name in keys}) > 1:
        title = Text(f"{title.en}, {place.en}", f"{title.ja}、{place.ja}")
    said = [item for item in ranked(answers) if item.option.role != "no_answer"]
    shares = [
        (item.option.label, 100 * answered_share(item, answers), answer_bounds(item, answers))
        for item in said
    ]
    return View(
        question,
        wave,
        survey.wave(wave).short,
        group,
        place,
        answers[0].n,
        bars(survey, answers, label, title),
        bounded(shares, f"{label}-answered", title, _silent(survey, answers), answers),
        table(f"{label}-data", title, (OPTION, PERCENT, INTERVAL, ANSWERED, POSSIBLE),
              [_data_row(item, answers) for item in [*said, *_missing(answers)]], sources=answers),
    )  # fmt: skip


def _missing(answers: Sequence[Answer]) -> list[Answer]:
    missing = no_answer(answers)
    return [missing] if missing else []


def _silent(survey: Survey, answers: Sequence[Answer]) -> Text:
    missing, unit = no_answer(answers), survey.names["unit"]
    n = answers[0].n
    if missing is None or missing.percent == 0:
        return Text(
            f"Every {unit.en} asked gave an answer (n = {n:,}).", f"無回答はない（n={n:,}）。"
        )
    return Text(
        f"No answer: {missing.percent}% of {survey.names.many(n).en}.",
        f"無回答は{survey.names.many(n).ja}の{missing.percent}%。",
    )


def _range(interval: Interval | Bounds) -> Text:
    """Two proportions as a range of percentages, in the sign of each language."""
    ends = (f"{100 * interval.low:.1f}", f"{100 * interval.high:.1f}")
    return Text("–".join(ends), "〜".join(ends))


def _data_row(item: Answer, answers: Sequence[Answer]) -> tuple[Cell, ...]:
    interval = item.interval()
    ends: tuple[Cell, Cell] = ("–", "–")
    if item.option.role != "no_answer":
        bounds = answer_bounds(item, answers)
        ends = (100 * answered_share(item, answers), _range(bounds))
    return (item.option.label, item.percent, _range(interval), *ends)


def leading_card(survey: Survey, questions: Iterable[Question], label: str) -> Card:
    """The most named option of every question, with the range that its no-answers leave open."""
    items, each = [], []
    for question in questions:
        answers = survey.answers(question.id)
        first = ranked(answers)[0]
        name = Text(
            f"{question.title.en}: {first.option.label.en}",
            f"{question.title.ja}：{first.option.label.ja}",
        )
        items.append((name, 100 * answered_share(first, answers), answer_bounds(first, answers)))
        each.append(origins(answers))
    title = Text("The most named option of every question", "各設問で最も多い選択肢")
    return bounded(items, label, title, each=each)


def views_card(views: Sequence[View], label: str) -> Card:
    """What can be chosen: every published table with its base, first option and no-answers."""
    columns = (
        Column("table", Text("Table", "集計表")),
        BASE,
        Column("first", Text("Most named", "最も多い選択肢")),
        PERCENT,
        Column("missing", Text("No answer, %", "無回答（%）"), "percent"),
    )
    rows = []
    for view in views:
        first, missing = view.published.rows[0], view.published.rows[-1]
        rows.append((view.published.title, view.n, first[0], first[1], missing[1]))
    title = Text("The published tables of answers", "公表されている集計表の一覧")
    each = [view.published.origins[0] for view in views]
    return table(label, title, columns, rows, each=each)


@dataclass(frozen=True)
class Mark:
    """One thing that a reader marks for her firm, and what is said after Yes and after No.

    ``percent`` and ``interval`` (proportions) belong to the bar beside the words.
    """

    item: Text
    yes: Text
    no: Text
    percent: float
    interval: Interval | None = None


def multiple_marks(survey: Survey, question_id: str) -> tuple[Mark, ...]:
    """A mark for each substantive option of a multiple-answer question, in the report's order."""
    answers = survey.answers(question_id)
    return tuple(
        _multiple_mark(survey, item, answers)
        for item in answers
        if item.option.role == "substantive"
    )


def _multiple_mark(survey: Survey, item: Answer, answers: Sequence[Answer]) -> Mark:
    p, ends, units = item.percent, _range(item.interval()), survey.names["units"]
    own = survey.names["own"].ja
    answered = 100 * answered_share(item, answers)
    missing = no_answer(answers)
    silent = missing.counts.middle if missing else 0
    rest = 100 * (item.n - item.counts.middle - silent) / item.n
    silent_percent = missing.percent if missing else Decimal(0)
    return Mark(
        item.option.label,
        Text(
            f"Like yours: {p}% of {units.en} (95% interval {ends.en}); {answered:.1f}% of those "
            "that answered.",
            f"{own}と同じ{units.ja}は{p}%（95%信頼区間{ends.ja}）、無回答を除くと{answered:.1f}%です。",
        ),
        Text(
            f"{p}% of {units.en} ticked this (95% interval {ends.en}); {rest:.1f}% did not, "
            f"{silent_percent}% gave no answer.",
            f"挙げた{units.ja}は{p}%（95%信頼区間{ends.ja}）、挙げなかった{units.ja}は{rest:.1f}%、"
            f"無回答は{silent_percent}%です。",
        ),
        float(p),
        item.interval(),
    )


def duty_marks(survey: Survey) -> tuple[tuple[Text, Mark], ...]:
    """For each position in the supply chain: duties and requests from trading partners."""
    marks = []
    for answers in survey.groups_of("contract_duties"):
        name = survey.group(answers[0].group).label
        yes, no = (next(x for x in answers if x.option.id == key) for key in ("yes", "no"))
        said = _single_text(yes, answers, name), _single_text(no, answers, name)
        marks.append((name, Mark(DUTIES, said[0], said[1], float(yes.percent), yes.interval())))
    return tuple(marks)


DUTIES = Text(
    "Security clauses, duties or requests from trading partners",
    "販売先・仕入先からの情報セキュリティに関する条項・義務・要請",
)
ORGANISED = Text(
    "A department or a person in charge of security (also part-time)",
    "情報セキュリティの専門部署または担当者（兼務を含む）",
)


def _single_text(item: Answer, answers: Sequence[Answer], group: Text) -> Text:
    p, ends = item.percent, _range(item.interval())
    answered = 100 * answered_share(item, answers)
    label = item.option.label
    return Text(
        f"{group.en} (n = {item.n:,}): {p}% say the same, “{label.en}” (95% interval {ends.en}); "
        f"{answered:.1f}% of those that answered.",
        f"{group.ja}（n={item.n:,}）：自社と同じ「{label.ja}」は{p}%（95%信頼区間{ends.ja}）、"
        f"無回答を除くと{answered:.1f}%です。",
    )


def organisation_marks(survey: Survey) -> tuple[tuple[Text, Mark], ...]:
    """For each size class: a department or a person in charge, as a sentence of the report says.

    No base is published for these sums, so there is no interval.
    """
    marks = []
    for name in SIZES:
        single = survey.single(f"organisation_{name}")
        group = survey.group(name).label
        without, unit = Decimal(100) - single.value, survey.names["unit"]
        mark = Mark(
            ORGANISED,
            Text(
                f"{group.en}: {single.value}% have one, like yours. The base is not held here.",
                f"{group.ja}：自社と同様に置いている{unit.ja}は{single.value}%です（nは未収録）。",
            ),
            Text(
                f"{group.en}: {single.value}% have one; {without}% said something else or "
                "gave no answer. The base is not held here.",
                f"{group.ja}：置いている{unit.ja}は{single.value}%、"
                f"ほかの回答と無回答は合わせて{without}%です（nは未収録）。",
            ),
            float(single.value),
        )
        marks.append((group, mark))
    return tuple(marks)


def shares_card(survey: Survey, label: str) -> Card:
    """Every share that a reader can stand beside, as one table."""
    columns = (
        Column("item", Text("Item", "項目")),
        Column("part", Text("Part", "区分")),
        PERCENT,
        INTERVAL,
        ANSWERED,
        BASE,
    )
    rows: list[tuple[Cell, ...]] = []
    each: list[Origins] = []
    for name, part in PARTS.items():
        for answers in survey.groups_of(name):
            rows += _share_rows(survey, answers, part)
            each += [origins(item) for item in answers]
    for name in SIZES:
        single = survey.single(f"organisation_{name}")
        item = _within(ORGANISED, survey.group(name).label)
        rows.append((item, Text("Organisation", "組織体制"), single.value, None, None, None))
        each.append(origins(single))
    title = Text(
        f"Shares of {survey.names['units'].en}, question by question",
        f"設問ごとの{survey.names['unit'].ja}の割合",
    )
    return table(label, title, columns, rows, each=each)


def _within(item: Text, group: Text) -> Text:
    return Text(f"{item.en} – {group.en}", f"{item.ja}：{group.ja}")


def _share_rows(survey: Survey, answers: Sequence[Answer], part: Text) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    several = len(survey.groups_of(answers[0].question_id)) > 1
    for item in answers:
        place = survey.group(item.group).label
        interval = item.interval()
        silent = item.option.role == "no_answer"
        rows.append(
            (
                _within(item.option.label, place) if several else item.option.label,
                part,
                item.percent,
                _range(interval),
                "–" if silent else 100 * answered_share(item, answers),
                item.n,
            )
        )
    return rows


# ---- HTML of the states ----------------------------------------------------------------------


def figure_html(view: View, card: Card, treatment: Text, language: Language) -> str:
    """A drawn figure with its words; the picture is named by the alternative text."""
    title, alt = card.title[language], card.alt[language]
    base = Text(f"n = {view.n:,}", f"n={view.n:,}")[language]
    facts = f"{base} · {source_line(card.as_json(language))}"
    drawing = (card.svg(language, "narrow") or "").strip()
    return (
        f'<div class="card view"><p class="card-head" data-announce>{html.escape(title)} '
        f'<span class="view-treatment">({html.escape(treatment[language])})</span></p>'
        f'<p class="card-caption">{html.escape(card.caption[language])}</p>'
        f'<p class="card-facts">{html.escape(facts)}</p>'
        f'<div class="card-art" role="img" lang="{language}" aria-label="{html.escape(alt)}">'
        f"{drawing}</div></div>"
    )


def data_html(card: Card, language: Language) -> str:
    """The table below a figure, in a region of its own that keyboards can scroll."""
    title = card.title[language]
    name = html.escape(Text(f"Table: {title}", f"数値表：{title}")[language])
    return (
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="{name}">'
        f"{table_html(card.as_json(language), title)}</div>"
    )


def mark_html(mark: Mark, text: Text, language: Language) -> str:
    """What is said beside a mark: a bar of the firms' share, its interval, and the words."""
    whisker = ""
    if mark.interval:
        left, width = 100 * mark.interval.low, 100 * (mark.interval.high - mark.interval.low)
        whisker = f'<i style="left:{left:.1f}%;width:{width:.1f}%"></i>'
    return (
        f'<div class="share"><div class="share-bar" aria-hidden="true">'
        f'<b style="width:{mark.percent:.1f}%"></b>{whisker}</div>'
        f"<p>{html.escape(text[language])}</p></div>"
    )


# ---- controls --------------------------------------------------------------------------------


class Kit:
    """Makes the widgets of one output; all share their layout and style models.

    Raises ModuleNotFoundError where ipywidgets is not installed.
    """

    def __init__(self, language: Language | None = None) -> None:
        import ipywidgets
        from ipywidgets.widgets.widget_description import DescriptionStyle
        from ipywidgets.widgets.widget_string import HTMLStyle

        self.library: Any = ipywidgets
        self.language = language or edition()
        self.layout = ipywidgets.Layout()
        self.wide = ipywidgets.Layout(width="auto")
        self.html_style = HTMLStyle()
        self.select_style = DescriptionStyle(description_width="initial")
        self.toggle_style = ipywidgets.ToggleButtonsStyle(description_width="initial")

    def html(self, value: str, name: str = "") -> Any:
        """Prepared HTML; ``name`` is a class for the stylesheet, or :data:`LATER`."""
        names = (name,) if name else ()
        return self.library.HTML(
            value, layout=self.layout, style=self.html_style, _dom_classes=names
        )

    def box(self, *children: Any, name: str = "") -> Any:
        """Children below each other; ``name`` is a class for the stylesheet."""
        names = (name,) if name else ()
        return self.library.VBox(children, layout=self.layout, _dom_classes=names)

    def dropdown(self, description: Text, options: Iterable[str], index: int | None) -> Any:
        """A list to choose one of many from."""
        labels = list(options)
        return self.library.Dropdown(
            options=labels,
            value=None if index is None else labels[index],
            description=description[self.language],
            layout=self.wide,
            style=self.select_style,
        )

    def toggles(
        self, description: Text, options: Iterable[str], index: int | None, name: str = ""
    ) -> Any:
        """A few choices side by side; ``index`` is ``None`` where nothing is chosen yet."""
        labels = list(options)
        return self.library.ToggleButtons(
            options=labels,
            value=None if index is None else labels[index],
            description=description[self.language],
            layout=self.wide,
            style=self.toggle_style,
            _dom_classes=(name,) if name else (),
        )

    def fold(self, title: Text, content: Any) -> Any:
        """Something that unfolds at a click on its title."""
        return self.library.Accordion(
            (content,), titles=(title[self.language],), selected_index=None, layout=self.layout
        )

    def stack(self, control: Any, children: Iterable[Any], name: str = "") -> Any:
        """Shows the child whose number the control gives, linked in the browser."""
        stack = self.library.Stack(
            list(children),
            selected_index=control.index,
            layout=self.layout,
            _dom_classes=(name,) if name else (),
        )
        self.library.jslink((control, "index"), (stack, "selected_index"))
        return stack


def explorer(views: Sequence[View], start: str, language: Language | None = None) -> Any:
    """Choose a question, a wave or group, and what to do with the no-answers; two side by side.

    Parameters
    ----------
    views
        From :func:`question_views`, those of one question together.
    start
        Id of the question shown first.
    """
    kit = Kit(language)
    grouped = [list(items) for _, items in itertools.groupby(views, lambda v: v.question.id)]
    drawn = {id(view): _drawn(kit, view) for view in views}
    first = [items[0].question.id for items in grouped].index(start)
    beside = kit.toggles(
        Text("Beside it", "並べて表示"), [text[kit.language] for text in BESIDE], 0, "beside"
    )
    panes = [_pane(kit, grouped, drawn, first) for _ in range(2)]
    second = kit.stack(beside, [kit.html(""), panes[1]])
    keys = kit.html(_keys_html(grouped))
    return kit.box(panes[0], beside, second, keys, name="explorer")


LATER = "later"  # what a page may load only when a reader chooses it
BESIDE = (Text("nothing", "なし"), Text("a second view", "もう1つの表"))


def _keys_html(grouped: Sequence[Sequence[View]]) -> str:
    """Names of what can be chosen, so that the page's address can say what is shown."""
    keys = {
        items[0].question.id: [[str(view.wave), view.group_id] for view in items]
        for items in grouped
    }
    return f'<p hidden class="explorer-keys" data-keys="{html.escape(json.dumps(keys))}"></p>'


def _drawn(kit: Kit, view: View) -> tuple[tuple[Any, ...], Any]:
    """The figures of a view in both treatments, and its table; both panes show the same."""
    cards = (view.published, view.answered)
    figures = tuple(
        kit.html(figure_html(view, card, name, kit.language), LATER)
        for card, name in zip(cards, TREATMENTS, strict=True)
    )
    return figures, kit.html(data_html(view.data, kit.language), LATER)


def _pane(
    kit: Kit, grouped: Sequence[Sequence[View]], drawn: dict[int, tuple[Any, Any]], first: int
) -> Any:
    names = [items[0].question.title[kit.language] for items in grouped]
    question = kit.dropdown(Text("Question", "設問"), names, first)
    treatment = kit.toggles(
        Text("Shares", "割合"), [text[kit.language] for text in TREATMENTS], 0, "treatment"
    )
    pages = [_question_page(kit, treatment, items, drawn) for items in grouped]
    return kit.box(question, treatment, kit.stack(question, pages), name="pane")


def _question_page(
    kit: Kit, treatment: Any, views: Sequence[View], drawn: dict[int, tuple[Any, Any]]
) -> Any:
    leaves = []
    for view in views:
        figures, data = drawn[id(view)]
        leaves.append(kit.box(kit.stack(treatment, figures), data))
    if len(leaves) == 1:
        return leaves[0]
    if len({view.wave for view in views}) > 1:
        years = [view.short[kit.language] for view in views]
        control = kit.toggles(Text("Survey", "調査"), years, 0)
    else:
        names = [
            Text(f"{v.group.en} (n = {v.n:,})", f"{v.group.ja}（n={v.n:,}）")[kit.language]
            for v in views
        ]
        control = kit.dropdown(Text("Group", "区分"), names, 0)
    return kit.box(control, kit.stack(control, leaves))


@dataclass(frozen=True)
class Marked:
    """A mark with the control by which a reader answers it."""

    mark: Mark
    control: Any


def controls(marks: Sequence[Mark], language: Language | None = None) -> tuple[Marked, ...]:
    """Yes or No for each of several things, not yet answered."""
    kit = Kit(language)
    choices = [text[kit.language] for text in YES_NO]
    return tuple(Marked(mark, kit.toggles(mark.item, choices, None, "mark")) for mark in marks)


def mark_list(
    marked: Sequence[Marked], title: Text, name: str = "marks", language: Language | None = None
) -> Any:
    """A part that unfolds: what is asked, and below each answer what the survey says.

    ``name`` is a class for the page: ``counted`` for the marks whose number it says.
    """
    kit = Kit(language)
    rows = [
        kit.box(item.control, _said(kit, item.control, item.mark), name="mark-row")
        for item in marked
    ]
    return kit.fold(title, kit.box(*rows, name=name))


def firm_result(
    marked: Sequence[Marked], counted: Sequence[Marked], mean: PerFirm,
    language: Language | None = None,
) -> Any:  # fmt: skip
    """What the reader's firm has and has not, beside the shares of firms; empty until she marks.

    What she has begins with what fewest firms have; what she has not with what most firms have.
    ``counted`` are the marks whose number stands beside ``mean``, the mean number per firm.
    """
    kit = Kit(language)
    rare = sorted(marked, key=lambda item: item.mark.percent)
    lists = [
        kit.box(
            kit.html(f"<h3>{html.escape(head[kit.language])}</h3>"),
            *(_result_line(kit, item, answer) for item in order),
            name="firm-list",
        )
        for head, order, answer in ((HAS, rare, 0), (LACKS, rare[::-1], 1))
    ]
    count = kit.html("")

    def say_count(*_: Any) -> None:
        answers = [item.control.index for item in counted]
        count.value = count_html(answers, mean, kit.language)

    say_count()
    for item in counted:
        item.control.observe(say_count, "index")
    return kit.box(count, *lists, name="firm-result")


HAS = Text("Your firm, rarest first", "自社が実施しているもの（実施企業の少ない順）")
LACKS = Text("Not your firm, most common first", "自社が実施していないもの（実施企業の多い順）")
COUNT = Text(
    "Of the {all} measures you marked {yes} with Yes and {no} with No. Firms name {mean} of them "
    "on average ({low}–{high} by rounding; silent firms count as none).",
    "対策{all}項目のうち、「はい」が{yes}項目、「いいえ」が{no}項目です。調査で企業が挙げた数は平均"
    "{mean}項目です（丸めの範囲は{low}〜{high}、無回答の企業は0項目とみなします）。",
)


def count_html(answers: Sequence[int | None], mean: PerFirm, language: Language) -> str:
    """How many measures are marked, beside the mean; a page without a kernel fills it in itself."""
    template = COUNT[language]
    fixed = {"all": len(answers), "mean": f"{mean.mean:.2f}"}
    fixed |= {"low": f"{mean.low:.2f}", "high": f"{mean.high:.2f}"}
    for name, value in fixed.items():
        template = template.replace(f"{{{name}}}", str(value))
    shown = template.format(yes=answers.count(0), no=answers.count(1))
    return f'<p class="firm-count" data-words="{html.escape(template)}">{html.escape(shown)}</p>'


def _result_line(kit: Kit, item: Marked, answer: int) -> Any:
    """A line of the result, shown where the reader gave one answer (0 is Yes, 1 is No)."""
    ends = _range(item.mark.interval)[kit.language] if item.mark.interval else ""
    share = f"{item.mark.percent:.1f}%" + (f" ({ends})" if ends else "")
    line = kit.html(
        f'<p class="firm-line"><span>{html.escape(item.mark.item[kit.language])}</span> '
        f"<b>{share}</b></p>"
    )
    shown = [kit.html(""), kit.html("")]
    shown[answer] = line
    return kit.stack(item.control, shown)


def _said(kit: Kit, control: Any, mark: Mark) -> Any:
    lines = (kit.html(mark_html(mark, text, kit.language)) for text in (mark.yes, mark.no))
    return kit.stack(control, lines, "said-live")


def grouped_mark(
    question: Text, marks: Sequence[tuple[Text, Mark]], language: Language | None = None
) -> Any:
    """Yes or No for one thing, beside firms of the reader's own group, which she chooses first.

    Nothing is chosen for her: what is said appears once both are given.
    """
    kit = Kit(language)
    control = kit.toggles(marks[0][1].item, [text[kit.language] for text in YES_NO], None, "mark")
    names = [name[kit.language] for name, _ in marks]
    group = kit.toggles(question, names, None)
    lines = kit.stack(group, [_said(kit, control, mark) for _, mark in marks])
    return kit.box(kit.box(group, control, lines, name="mark-row"), name="marks")
