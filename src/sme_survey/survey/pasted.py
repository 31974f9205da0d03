"""Reads a table of percentages as people have it: CSV, TSV, Markdown, pasted from a spreadsheet.

Nothing is guessed in silence. Every cell that is not a plain number is named, by its place as a
spreadsheet names it (B3: second column, third row), with what was made of it: *handled* (read in
the one way that it can mean), or *refused* (left out, as if it were not published). What a table
does not say of itself (answer type, rounding) is taken from `Choices` or from a rule, and said.

Two layouts are read. *Long*: one row for each percentage, with a column for it. *Wide*: one row for
each option and one column for each group, or the other way round.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from typing import Literal, cast

from sme_survey.numbers.counts import (
    MOST_DECIMALS,
    CountRange,
    Printing,
    Rounding,
    adds_up,
    attainable_sum,
)
from sme_survey.survey.model import AnswerType
from sme_survey.survey.text import Text

Kind = Literal["auto", "single", "multiple"]
Layout = Literal["long", "options_in_rows", "groups_in_rows"]
TOTAL = "total"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


_ROLES: dict[str, frozenset[str]] = {
    "percent": _names(
        "percent|percentage|per_cent|pct|%|share|rate|percent(%)|percentage(%)|"
        "割合|構成比|比率|パーセント|割合(%)|構成比(%)"
    ),
    "n": _names("n|base|n=|(n)|集計対象|n(集計対象)|母数|基数|有効回答数|サンプル数"),
    "count": _names("count|counts|frequency|freq|件数|度数|回答数|実数|企業数|人数|回答者数"),
    "option": _names(
        "option|option_id|answer|answers|label|response|category|item|"
        "選択肢|項目|回答|カテゴリ|カテゴリー"
    ),
    "question": _names("question|question_id|variable|wave|設問|質問|問|調査回"),
    "group": _names("group|segment|subgroup|区分|属性|層|グループ"),
    "parent": _names("parent|前提|前提となる回答"),
    "type": _names("type|answer_type|回答形式|形式"),
}
_TOTALS = _names("total|all|overall|sum|全体|合計|計|総数|総計")
_TYPES: dict[str, AnswerType] = {
    "single": "single",
    "sa": "single",
    "単一回答": "single",
    "multiple": "multiple",
    "ma": "multiple",
    "複数回答": "multiple",
}
_EXCLUSIVE = _names(
    "none of these|none of the above|none|nothing|nothing in particular|don't know|do not know|"
    "no answer|not stated|no_answer|dont_know|特になし|特にない|なし|いずれもない|"
    "あてはまるものはない|わからない|分からない|無回答|不明"
)
_NOT_PUBLISHED = _names("-|--|---|…|...|‥|*|**|***|x|n/a|na|nan|nd|.|..|:|ー|―|—|–")
_HEADER_BASE = re.compile(r"^(.*?)[\s(\[,:;/]*\bn\s*[=:]\s*([0-9][0-9,. ]*)\s*[)\]]?\s*$", re.I)
_RAISED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u207f\u2080-\u208e\u1d43-\u1d61\u2020\u2021§¶]+$")
_UNITS = re.compile(r"\s*(社|人|件|名|票|firms|respondents|persons|people)$", re.I)
_MOST_CELLS_NAMED = 12
_NEARLY = Decimal(2)  # percentage points: a sum so near 100 may be a single answer with a slip


class PastedError(ValueError):
    """The text holds no table that can be read; the message says why, in both languages."""

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(said.en)


@dataclass(frozen=True)
class Choices:
    """What a reader knows of a table that the table does not say.

    kind: answer type. decimals: 0 to 2, or None: as many as the cells show. rounding: see
    `Printing`. n: the base of every percentage without one. weighted: percentages of weighted
    answers. exclusive: labels of answers that exclude all others, or None: those recognised.
    total: name of the group that holds all, or None: recognised. parent_percent, parent_n: the
    answer that led to this question, as printed, with its own base.
    """

    kind: Kind = "auto"
    decimals: int | None = None
    rounding: Rounding = "nearest"
    n: int | None = None
    weighted: bool = False
    exclusive: tuple[str, ...] | None = None
    total: str | None = None
    parent_percent: str | None = None
    parent_n: int | None = None


@dataclass(frozen=True)
class Parent:
    """The answer that leads to a question: its percentage (0 to 100), base and name."""

    percent: Decimal
    n: int
    name: str = ""


@dataclass(frozen=True)
class Entry:
    """One percentage of a table (0 to 100; None: not published) with its base n.

    place: cell of a spreadsheet. count: printed beside it. exclusive: excludes all other answers.
    counts: what is known of the count otherwise (a cell such as "<1").
    """

    label: str
    percent: Decimal | None
    n: int | None
    place: str = ""
    count: int | None = None
    exclusive: bool = False
    counts: CountRange | None = None


@dataclass(frozen=True)
class Table:
    """The answers to one question in one group; ``group`` is ``total`` for all respondents."""

    question: str
    group: str
    kind: AnswerType
    printing: Printing
    entries: tuple[Entry, ...]
    weighted: bool = False
    parent: Parent | None = None

    @property
    def n(self) -> int | None:
        """The base that all percentages share, or None."""
        bases = {entry.n for entry in self.entries}
        return bases.pop() if len(bases) == 1 else None

    @property
    def name(self) -> str:
        """Question and group, as far as they have names."""
        return " / ".join(part for part in (self.question, self.group) if part)


@dataclass(frozen=True)
class Note:
    """What was made of some cells: ``handled`` or, where ``refused``, left out."""

    said: Text
    places: tuple[str, ...] = ()
    refused: bool = False

    @property
    def where(self) -> str:
        """The cells, the first dozen of them."""
        more = len(self.places) - _MOST_CELLS_NAMED
        shown = ", ".join(self.places[:_MOST_CELLS_NAMED])
        return f"{shown} (+{more})" if more > 0 else shown


@dataclass(frozen=True)
class Reading:
    """A table as understood: its layout, the tables in it, and every cell that needed a word."""

    layout: Layout
    tables: tuple[Table, ...]
    notes: tuple[Note, ...]
    encoding: str = "text"
    choices: Choices = field(default_factory=Choices)

    @property
    def refused(self) -> tuple[Note, ...]:
        """The notes on cells that were left out."""
        return tuple(note for note in self.notes if note.refused)


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: UTF-8 or UTF-16 with a mark, UTF-8, else Shift-JIS.

    Raises PastedError if it is none of these.
    """
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    for mark, name in marks:
        if content.startswith(mark):
            return content.decode(name), name
    for name in ("utf-8", "cp932"):
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, name
    raise PastedError(
        Text(
            "The file is neither UTF-8 nor Shift-JIS text; save it as CSV first.",
            "UTF-8でもShift-JISでもないファイルです。CSVとして保存し直してください。",
        )
    )


def cells_of(text: str) -> list[list[str]]:
    """The rows and cells of a text: a Markdown table, or values between tabs, semicolons or commas.

    Raises PastedError if there are no cells, or a quotation mark is never closed.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in text.split("\n") if line.strip()]
    if lines and sum(line.count("|") >= 2 for line in lines) == len(lines):
        rows = [
            [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip("| "))]
            for line in lines
        ]
        return [row for row in rows if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    head = lines[:50]
    if any("\t" in line for line in head):
        mark = "\t"
    else:
        mark = ";" if sum(";" in line for line in head) > len(head) / 2 else ","
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=mark, strict=mark != "\t"))
    except csv.Error as error:
        raise PastedError(
            Text(f"The text is not valid CSV: {error}.", f"CSVとして読めません（{error}）。")
        ) from None
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not any(len(row) > 1 for row in rows):
        raise PastedError(
            Text(
                "There is no table here: at least a column of labels and one of percentages is "
                "needed.",
                "表が見つかりません。見出しの列と割合の列が少なくとも一つずつ必要です。",
            )
        )
    return rows


def place(row: int, column: int) -> str:
    """The name of a cell as in a spreadsheet; row and column count from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _plain(cell: str) -> str:
    """A cell in half-width characters, without spaces around it."""
    text = unicodedata.normalize("NFKC", cell).strip()
    return text.replace("\u2212", "-").replace("\u2010", "-").replace("\u2011", "-")


def _word(cell: str) -> str:
    return re.sub(r"\s+", " ", _plain(cell)).casefold()


def _key(cell: str) -> str:
    return _word(cell).replace(" ", "_")


class _Notes:
    """Collects the notes, cells of one kind together."""

    def __init__(self) -> None:
        self._found: dict[tuple[Text, bool], list[str]] = {}

    def add(self, en: str, ja: str, where: str = "", refused: bool = False) -> None:
        cells = self._found.setdefault((Text(en, ja), refused), [])
        if where:
            cells.append(where)

    def all(self) -> tuple[Note, ...]:
        return tuple(
            Note(said, tuple(cells), refused) for (said, refused), cells in self._found.items()
        )


@dataclass(frozen=True)
class _Percent:
    value: Decimal | None
    decimals: int = 0
    below: Decimal | None = None


def _number(cell: str, where: str, notes: _Notes) -> str | None:
    """What a cell prints, in the notation of a plain number; None where it is not published."""
    bare = _RAISED.sub("", cell.strip())
    if bare != cell.strip():
        notes.add("a raised mark after a number is left out", "数値の後の注記号は除いた", where)
    text = _plain(bare)
    if text == "":
        notes.add(
            "an empty cell is not published; it is not taken as 0",
            "空欄は未収録とし、0とはみなさない",
            where,
        )
        return None
    if _word(text) in _NOT_PUBLISHED:
        notes.add(
            f"“{cell.strip()}” is taken as not published, not as 0",
            f"「{cell.strip()}」は未収録とし、0とはみなさない",
            where,
        )
        return None
    if text != bare.strip():
        notes.add("full-width characters are read as half-width", "全角文字は半角として読む", where)
    text = re.sub(r"\s*%$", "", text)
    if marked := re.fullmatch(r"(.*[0-9])\s*[*#]+", text):
        text = marked[1]
        notes.add("a mark after a number is left out", "数値の後の注記号は除いた", where)
    if re.fullmatch(r"<?\s*[0-9]{1,3},[0-9]{1,2}", text):
        text = text.replace(",", ".")
        notes.add("a comma is read as the decimal point", "カンマは小数点として読む", where)
    return text


def _percent(cell: str, where: str, notes: _Notes) -> _Percent:
    """A percentage as a cell prints it; what is not a plain number is named."""
    text = _number(cell, where, notes)
    if text is None:
        return _Percent(None)
    if below := re.fullmatch(r"<\s*([0-9]+(?:\.[0-9]+)?)", text):
        limit = Decimal(below[1])
        if 0 < limit <= 100:
            notes.add(
                f"“{cell.strip()}” is taken as anything from 0 to below {limit}",
                f"「{cell.strip()}」は0以上{limit}未満のいずれかとする",
                where,
            )
            return _Percent(None, below=limit)
    if not re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", text):
        notes.add(
            f"“{cell.strip()}” is not a percentage; it is left out",
            f"「{cell.strip()}」は割合ではないため除く",
            where,
            refused=True,
        )
        return _Percent(None)
    value = Decimal(text)
    if value > 100:
        notes.add(
            f"{text} is above 100; it is left out", f"{text}は100を超えるため除く", where, True
        )
        return _Percent(None)
    decimals = len(text.partition(".")[2])
    if decimals > MOST_DECIMALS:
        notes.add(
            f"a percentage with more than {MOST_DECIMALS} decimals is left out",
            f"小数{MOST_DECIMALS}桁を超える割合は除く",
            where,
            refused=True,
        )
        return _Percent(None)
    return _Percent(value, decimals)


def _whole(cell: str, where: str, notes: _Notes, what: Literal["n", "count"]) -> int | None:
    """A base or a count; None where the cell is empty or refused, which is then said."""
    text = _UNITS.sub("", _plain(cell))
    text = re.sub(r"^n\s*[=:]\s*", "", text, flags=re.I)
    if text == "" or _word(text) in _NOT_PUBLISHED:
        return None
    if re.fullmatch(r"[0-9]{1,3}([, ][0-9]{3})+", text):
        text = re.sub("[, ]", "", text)
    text = re.sub(r"\.0+$", "", text)
    if not re.fullmatch(r"[0-9]+", text):
        notes.add(
            f"“{cell.strip()}” is not a whole number; it is left out",
            f"「{cell.strip()}」は整数ではないため除く",
            where,
            refused=True,
        )
        return None
    if what == "n" and int(text) == 0:
        notes.add(
            "n is 0: nothing can be a share of it; it is left out",
            "nが0のため割合を求められず、除く",
            where,
            refused=True,
        )
        return None
    return int(text)


@dataclass(frozen=True)
class _Cell:
    """A percentage before its table is put together."""

    question: str
    group: str
    label: str
    percent: _Percent
    n: int | None
    count: int | None
    where: str
    kind: str = ""
    parent: str = ""


def read(text: str, choices: Choices | None = None, encoding: str = "text") -> Reading:
    """Read a table.

    text: CSV, TSV, Markdown or cells pasted from a spreadsheet.
    Raises PastedError if no table can be read.
    """
    choices = choices or Choices()
    rows = cells_of(text)
    notes = _Notes()
    if encoding == "cp932":
        notes.add("the file is read as Shift-JIS", "ファイルはShift-JISとして読む")
    start = _first_row(rows, notes)
    header = [_key(cell) for cell in rows[start]]
    roles = _roles(header)
    layout: Layout
    if "percent" in roles:
        layout, cells = "long", list(_long(rows, start, roles, notes))
    else:
        layout, cells = _wide(rows, start, roles, notes)
    if not any(cell.percent.value is not None for cell in cells):
        raise PastedError(
            Text("The table holds no percentage that can be read.", "読み取れる割合がありません。")
        )
    tables = _tables(cells, choices, notes)
    return Reading(layout, tables, notes.all(), encoding, choices)


def _first_row(rows: Sequence[Sequence[str]], notes: _Notes) -> int:
    """The header: rows above it that hold one cell only are titles."""
    widest = max(sum(bool(cell.strip()) for cell in row) for row in rows)
    for number, row in enumerate(rows):
        filled = sum(bool(cell.strip()) for cell in row)
        if filled > 1 or widest <= 1:
            return number
        if filled:
            notes.add("a title above the table is left out", "表の上の題は除く", place(number, 0))
    return 0


def _roles(header: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for column, name in enumerate(header):
        for role, names in _ROLES.items():
            if name in names:
                found.setdefault(role, []).append(column)
    return found


def _long(
    rows: Sequence[Sequence[str]], start: int, roles: dict[str, list[int]], notes: _Notes
) -> Iterator[_Cell]:
    header = rows[start]
    used = {column for columns in roles.values() for column in columns}
    if "option" not in roles:
        free = [column for column in range(len(header)) if column not in used]
        if not free:
            raise PastedError(
                Text("No column holds the labels of the answers.", "選択肢の列がありません。")
            )
        roles = {**roles, "option": free[:1]}
        used.add(free[0])
    for column in range(len(header)):
        if column not in used:
            notes.add(
                f"the column “{header[column].strip()}” is not used",
                f"「{header[column].strip()}」の列は使わない",
                place(start, column),
            )
    [percent, *others] = roles["percent"]
    for column in others:
        notes.add(
            "a second column of percentages is not used",
            "二つ目の割合の列は使わない",
            place(start, column),
        )

    def joined(row: Sequence[str], role: str) -> str:
        parts = (row[column].strip() for column in roles.get(role, ()) if column < len(row))
        return " / ".join(part for part in parts if part)

    def first(row: Sequence[str], role: str) -> tuple[str, int]:
        column = roles[role][0] if role in roles else -1
        return (row[column] if 0 <= column < len(row) else "", column)

    for number in range(start + 1, len(rows)):
        row = rows[number]
        if not any(cell.strip() for cell in row):
            continue
        label = joined(row, "option")
        raw = row[percent] if percent < len(row) else ""
        base, base_column = first(row, "n")
        count, count_column = first(row, "count")
        yield _Cell(
            joined(row, "question"),
            joined(row, "group"),
            label,
            _percent(raw, place(number, percent), notes),
            _whole(base, place(number, base_column), notes, "n"),
            _whole(count, place(number, count_column), notes, "count"),
            place(number, percent),
            joined(row, "type"),
            joined(row, "parent"),
        )


def _headings(
    header: Sequence[str], start: int, base_column: int | None, notes: _Notes
) -> tuple[dict[int, str], dict[int, int | None]]:
    """Names of the columns, and the bases that stand with them, as in “Small (n = 100)”."""
    bases: dict[int, int | None] = {}
    names: dict[int, str] = {}
    for column in range(1, len(header)):
        name = header[column]
        if name.count("(") != name.count(")"):
            notes.add(
                f"“{header[column]}” has a bracket that is not closed (a comma inside a heading "
                "needs quotation marks); no n is taken from it",
                f"「{header[column]}」の括弧が閉じていない（見出しにカンマがある場合は引用符で囲む）。"
                "nは読み取らない",
                place(start, column),
                refused=True,
            )
        elif found := _HEADER_BASE.match(name):
            name = found[1].strip()
            bases[column] = _whole(found[2], place(start, column), notes, "n")
        if column != base_column and (header[column] or len(header) == 2):
            names[column] = name or place(0, column)[:-1]
    return names, bases


def _wide(
    rows: Sequence[Sequence[str]], start: int, roles: dict[str, list[int]], notes: _Notes
) -> tuple[Layout, list[_Cell]]:
    """Options in rows and groups in columns; the other way round where a column holds the bases."""
    header = [_plain(cell) for cell in rows[start]]
    if all(re.fullmatch(r"(100|[0-9]{1,2})([.,][0-9]+)?%?", cell) for cell in header[1:] if cell):
        notes.add(
            "there is no row of headings; columns go by their letters",
            "見出しの行がないため、列は記号で呼ぶ",
            place(start, 0),
        )
        header = ["", *(place(0, column)[:-1] for column in range(1, len(header)))]
        start -= 1
    base_column = roles["n"][0] if "n" in roles and roles["n"][0] > 0 else None
    names, bases = _headings(header, start, base_column, notes)
    body = [
        (number, row)
        for number, row in enumerate(rows)
        if number > start and any(cell.strip() for cell in row)
    ]
    for number, row in body:
        if _key(row[0]) in _ROLES["n"]:
            for column in names:
                raw = row[column] if column < len(row) else ""
                bases[column] = _whole(raw, place(number, column), notes, "n")
    cells = []
    layout: Layout = "groups_in_rows" if base_column is not None else "options_in_rows"
    for number, row in body:
        if _key(row[0]) in _ROLES["n"]:
            continue
        label = row[0].strip()
        base = (
            _whole(row[base_column], place(number, base_column), notes, "n")
            if base_column is not None and base_column < len(row)
            else None
        )
        for column, name in names.items():
            where = place(number, column)
            raw = row[column] if column < len(row) else ""
            group, option = (label, name) if base_column is not None else (name, label)
            percent = _percent(raw, where, notes)
            n = base if base_column is not None else bases.get(column)
            if base_column is None and len(names) == 1 and _word(name) not in _TOTALS:
                group = ""
            cells.append(_Cell("", group, option, percent, n, None, where))
    return layout, cells


def _tables(cells: Sequence[_Cell], choices: Choices, notes: _Notes) -> tuple[Table, ...]:
    groups: dict[tuple[str, str], list[_Cell]] = {}
    for cell in cells:
        name = cell.group
        if _is_total(cell.group, choices):
            name = TOTAL
            if cell.group and _word(cell.group) not in _TOTALS:
                notes.add(
                    f"“{cell.group}” is taken as the total of all groups",
                    f"「{cell.group}」はすべての区分の全体とみなす",
                )
        groups.setdefault((cell.question, name), []).append(cell)
    answers = {
        (f"{cell.question}/{cell.label}" if cell.question else cell.label): cell
        for cell in cells
        if cell.percent.value is not None and (not cell.group or _is_total(cell.group, choices))
    }
    decimals = choices.decimals
    if decimals is None:
        decimals = max(cell.percent.decimals for cell in cells)
    printing = Printing(decimals, choices.rounding)
    by_question: dict[str, AnswerType] = {}
    result = []
    for (question, group), members in groups.items():
        entries = list(_entries(members, printing, choices, notes))
        if question not in by_question:
            by_question[question] = _kind(question, members, entries, printing, choices, notes)
        result.append(
            Table(
                question,
                group,
                by_question[question],
                printing,
                tuple(entries),
                choices.weighted,
                _parent(members, answers, choices, notes),
            )
        )
    return tuple(result)


def _is_total(group: str, choices: Choices) -> bool:
    if choices.total is not None:
        return group == choices.total
    word = _word(group)
    return word in _TOTALS or word.startswith(("total ", "all ", "overall ", "全体", "合計"))


def _entries(
    members: Sequence[_Cell], printing: Printing, choices: Choices, notes: _Notes
) -> Iterator[Entry]:
    chosen = None if choices.exclusive is None else {_word(item) for item in choices.exclusive}
    seen: set[str] = set()
    for cell in members:
        value, label = cell.percent.value, cell.label
        if _word(label) in _TOTALS and value is not None and value >= 99:
            notes.add(
                f"“{label}” is taken as the total of the column and left out",
                f"「{label}」は列の合計とみなして除く",
                cell.where,
            )
            continue
        if value is not None and cell.percent.decimals > printing.decimals:
            notes.add(
                f"more decimals than {printing.decimals}; the percentage is left out",
                f"小数{printing.decimals}桁を超えるため除く",
                cell.where,
                refused=True,
            )
            value = None
        elif value is not None and cell.percent.decimals < printing.decimals:
            notes.add(
                f"read with {printing.decimals} decimal(s), as the others: zeros may be cut off",
                f"ほかと同じ小数{printing.decimals}桁とし、末尾の0が省かれたものとして読む",
                cell.where,
            )
        if label in seen:
            notes.add(
                f"the label “{label}” stands more than once; each is taken as an option of its own",
                f"「{label}」が重複している。それぞれ別の選択肢とする",
                cell.where,
            )
            label = f"{label} ({cell.where})"
        seen.add(cell.label)
        n = choices.n if cell.n is None else cell.n
        known = None
        if cell.percent.below is not None and n is not None:
            most = (cell.percent.below * n / 100).to_integral_value(ROUND_CEILING) - 1
            known = CountRange(0, int(most))
        yield Entry(
            label,
            value,
            n,
            cell.where,
            cell.count,
            _word(cell.label) in (_EXCLUSIVE if chosen is None else chosen),
            known,
        )


def _kind(
    question: str,
    members: Sequence[_Cell],
    entries: Sequence[Entry],
    printing: Printing,
    choices: Choices,
    notes: _Notes,
) -> AnswerType:
    """The answer type: chosen, printed in a column of its own, or by the sum, which is said."""
    if choices.kind != "auto":
        return choices.kind
    printed = {_word(cell.kind) for cell in members if cell.kind}
    if printed and printed <= set(_TYPES):
        return _TYPES[printed.pop()]
    known = [entry.percent for entry in entries if entry.percent is not None]
    total = sum(known, Decimal(0))
    bases = {entry.n for entry in entries}
    n = bases.pop() if len(bases) == 1 and not choices.weighted else None
    name = f"“{question}”: " if question else ""
    name_ja = f"「{question}」：" if question else ""
    if adds_up(known, n, printing):
        notes.add(
            f"{name}taken as single answer, as the percentages add to {total}",
            f"{name_ja}割合の合計が{total}のため単一回答とする",
        )
        return "single"
    if abs(total - 100) <= _NEARLY:
        low, high = (
            Decimal(end) / 10**printing.decimals for end in attainable_sum(len(known), n, printing)
        )
        notes.add(
            f"{name}single or multiple answers? The percentages add to {total}. Single answers "
            f"would add to {low} to {high}; taken as multiple answers until it is chosen",
            f"{name_ja}単一回答か複数回答か判断できない（割合の合計は{total}）。単一回答であれば合計は"
            f"{low}〜{high}になる。指定されるまで複数回答とする",
        )
        return "multiple"
    notes.add(
        f"{name}taken as multiple answers, as the percentages add to {total}",
        f"{name_ja}割合の合計が{total}のため複数回答とする",
    )
    return "multiple"


def _parent(
    members: Sequence[_Cell], answers: dict[str, _Cell], choices: Choices, notes: _Notes
) -> Parent | None:
    if choices.parent_percent is not None and choices.parent_n is not None:
        return Parent(Decimal(choices.parent_percent), choices.parent_n)
    named = next((cell for cell in members if cell.parent), None)
    if named is None:
        return None
    found = answers.get(named.parent)
    n = None if found is None else (choices.n if found.n is None else found.n)
    if found is None or found.percent.value is None or n is None:
        notes.add(
            f"“{named.parent}” is no answer of this table with percentage and n; write it as "
            "question/option",
            f"「{named.parent}」は割合とnのある回答ではない。「設問/選択肢」の形で記す",
            named.where,
            refused=True,
        )
        return None
    return Parent(found.percent.value, n, named.parent)


def as_choices(values: dict[str, object]) -> Choices:
    """Choices from plain values, as a form or a command line has them; empty ones are left open.

    Raises PastedError if a number is none.
    """

    def number(name: str) -> int | None:
        value = str(values.get(name) or "").strip()
        if not value:
            return None
        found = _plain(value).replace(",", "")
        if not found.isdecimal() or (name != "decimals" and int(found) < 1):
            raise PastedError(
                Text(f"{name} is {value!r}; expected a whole number", f"{name}は整数で入力します")
            )
        return int(found)

    percent = _plain(str(values.get("parent_percent") or "")).rstrip("%").strip()
    if percent and not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", percent):
        raise PastedError(
            Text(
                f"the percentage of the parent is {percent!r}; expected a number from 0 to 100",
                "前提となる回答の割合は0から100の数で入力します",
            )
        )
    exclusive = values.get("exclusive")
    base = Choices()
    return replace(
        base,
        kind=cast(Kind, values.get("kind") or base.kind),
        decimals=number("decimals"),
        rounding=cast(Rounding, values.get("rounding") or base.rounding),
        n=number("n"),
        weighted=bool(values.get("weighted")),
        exclusive=tuple(exclusive) if isinstance(exclusive, list | tuple) else None,
        total=str(values["total"]) if values.get("total") else None,
        parent_percent=percent or None,
        parent_n=number("parent_n"),
    )


def groups(reading: Reading) -> dict[str, list[Table]]:
    """The tables of a reading by question, in their order."""
    found: dict[str, list[Table]] = {}
    for table in reading.tables:
        found.setdefault(table.question, []).append(table)
    return found


def labels(tables: Iterable[Table]) -> list[str]:
    """Every label of some tables, once, in order."""
    return list(dict.fromkeys(entry.label for table in tables for entry in table.entries))
