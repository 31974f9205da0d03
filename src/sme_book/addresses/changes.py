"""What changed between two versions of the book: numbers cell by cell, apart from words; verdicts;
cards and claims that came and went.

Rows of a card are matched by their words, not by their position, so that another order is no
change. A cell that holds a number, or a text that says the same of other numbers, is a change of
numbers; any other difference is one of words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sme_book.site.frozen import told_apart
from sme_survey.judgement.verdicts import NoAnswers, Printed, Sampling
from sme_survey.survey.text import LANGUAGES, Text

CardRecord = Mapping[str, Any]
ClaimRecord = Mapping[str, Any]

WORDS_OF_A_CARD = ("title", "caption", "alt", "n", "notes")
_NUMBER = re.compile(r"[-+\N{MINUS SIGN}]?\d[\d,]*(?:\.\d+)?")


class Version(Protocol):
    """What a comparison needs to know of a version: its number, its cards and its claims."""

    @property
    def version(self) -> str:
        """Its number."""

    @property
    def cards(self) -> Mapping[str, CardRecord]:
        """Its cards by label, as ``cards.json`` of a release holds them."""

    @property
    def claims(self) -> Mapping[str, ClaimRecord]:
        """Its claims by id, as ``claims.json`` of a release holds them."""


@dataclass(frozen=True)
class Cell:
    """A cell that differs: the row it stands in, its column, and its two values.

    ``kind`` is that of the column (see :class:`sme_survey.presentation.cards.Column`); a value is
    ``None`` where nothing is published.
    """

    row: Text
    column: Text
    kind: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Words:
    """Words that differ: ``where`` is a key of :data:`WORDS_OF_A_CARD` or a cell's row."""

    where: str
    row: Text
    old: Text
    new: Text


@dataclass(frozen=True)
class CardChange:
    """What changed of a card. The first five are changes of numbers, the last of words alone."""

    label: str
    title: Text
    cells: tuple[Cell, ...] = ()
    rows_gone: tuple[Text, ...] = ()
    rows_come: tuple[Text, ...] = ()
    columns_gone: tuple[Text, ...] = ()
    columns_come: tuple[Text, ...] = ()
    words: tuple[Words, ...] = ()

    @property
    def numbers(self) -> bool:
        """Whether numbers changed, came or went."""
        return bool(
            self.cells or self.rows_gone or self.rows_come or self.columns_gone or self.columns_come
        )


@dataclass(frozen=True)
class ClaimChange:
    """What changed of a claim; ``verdict`` is there if one of its answers is another."""

    id: str
    statement: Text
    verdict: tuple[Text, Text] | None
    words: tuple[Words, ...]


@dataclass(frozen=True)
class Changes:
    """All that changed from one version to another."""

    old: str
    new: str
    cards: tuple[CardChange, ...]
    cards_gone: tuple[tuple[str, Text], ...]
    cards_come: tuple[tuple[str, Text], ...]
    claims: tuple[ClaimChange, ...]
    claims_gone: tuple[tuple[str, Text], ...]
    claims_come: tuple[tuple[str, Text], ...]

    @property
    def numbers(self) -> tuple[CardChange, ...]:
        """Cards of which cells with numbers changed."""
        return tuple(item for item in self.cards if item.cells)

    @property
    def reshaped(self) -> tuple[CardChange, ...]:
        """Cards in which rows or columns came or went, and no number changed that stayed."""
        return tuple(item for item in self.cards if item.numbers and not item.cells)

    @property
    def reworded(self) -> tuple[CardChange, ...]:
        """Cards of which words alone changed."""
        return tuple(item for item in self.cards if not item.numbers)

    @property
    def verdicts(self) -> tuple[ClaimChange, ...]:
        """Claims whose verdict changed."""
        return tuple(item for item in self.claims if item.verdict)


def text_of(value: Any) -> Text:
    """A value that may differ between the editions, as a text of both."""
    shown = {name: told_apart(value, name) for name in LANGUAGES}
    return Text(*("" if shown[name] is None else str(shown[name]) for name in LANGUAGES))


# ---- cards -------------------------------------------------------------------------------------


def _keys(tables: Sequence[Mapping[str, Any]], shared: Sequence[str]) -> list[str]:
    """The fewest leading columns of words that tell the rows of each table apart (at least one)."""
    kinds = [{item["name"]: item["kind"] for item in table["columns"]} for table in tables]
    words = [name for name in shared if all(kind[name] == "text" for kind in kinds)]
    for width in range(1, len(words)):
        if all(
            len({key[:-1] for key in _rows(table, words[:width])}) == len(table["rows"])
            for table in tables
        ):
            return words[:width]
    return words or list(shared[:1])


def _rows(table: Mapping[str, Any], keys: Sequence[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows by their first words in English (and how often these stood before), cells by column."""
    seen: Counter[tuple[str, ...]] = Counter()
    names = [column["name"] for column in table["columns"]]
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for cells in table["rows"]:
        row = dict(zip(names, cells, strict=True))
        key = tuple(text_of(row[name]).en for name in keys)
        found[*key, seen[key]] = row
        seen[key] += 1
    return found


def _row_name(row: Mapping[str, Any], keys: Sequence[str]) -> Text:
    shown = [text_of(row[name]) for name in keys]
    return Text(", ".join(item.en for item in shown), "、".join(item.ja for item in shown))


def _renamed(
    gone: dict[tuple[Any, ...], dict[str, Any]],
    come: dict[tuple[Any, ...], dict[str, Any]],
    numeric: Sequence[str],
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Rows under other words whose numbers are all the same: they were reworded."""
    waiting = {key: [row[name] for name in numeric] for key, row in come.items()}
    for key, row in gone.items():
        values = [row[name] for name in numeric]
        if any(value is not None for value in values):
            for other, found in waiting.items():
                if found == values:
                    yield key, other
                    del waiting[other]
                    break


def _of_numbers(old: Any, new: Any) -> bool:
    """Whether two cells differ in numbers: one is a number, or the words around them are equal."""
    if not all(isinstance(value, (str, dict)) for value in (old, new)):
        return True
    before, after = text_of(old), text_of(new)
    return all(
        _NUMBER.sub("0", before[name]) == _NUMBER.sub("0", after[name]) for name in LANGUAGES
    )


def compare_cards(old: Mapping[str, Any], new: Mapping[str, Any]) -> CardChange | None:
    """What changed of a card, or nothing. Both are cards with both editions in one."""
    columns = {item["name"]: item for item in old["columns"]}
    others = {item["name"]: item for item in new["columns"]}
    shared = [name for name in columns if name in others]
    keys = _keys([old, new], shared)
    before, after = _rows(old, keys), _rows(new, keys)
    pairs = {key: key for key in before if key in after}
    numeric = [name for name in shared if "text" not in (columns[name]["kind"],
                                                         others[name]["kind"])]  # fmt: skip
    gone = {key: row for key, row in before.items() if key not in pairs}
    come = {key: row for key, row in after.items() if key not in pairs}
    pairs |= dict(_renamed(gone, come, numeric))
    cells: list[Cell] = []
    words: list[Words] = []
    for key, other in pairs.items():
        row = _row_name(after[other], keys)
        for name in shared:
            one, two = before[key][name], after[other][name]
            if one == two:
                continue
            label = text_of(others[name]["label"])
            if _of_numbers(one, two):
                cells.append(Cell(row, label, others[name]["kind"], one, two))
            else:
                words.append(Words("cell", row, text_of(one), text_of(two)))
    words += [
        Words("column", text_of(others[name]["label"]), *pair)
        for name in shared
        if (pair := (text_of(columns[name]["label"]), text_of(others[name]["label"])))
        and pair[0] != pair[1]
    ]
    words += [
        Words(key, Text("", ""), *pair)
        for key in WORDS_OF_A_CARD
        if (pair := (text_of(old.get(key)), text_of(new.get(key)))) and pair[0] != pair[1]
    ]
    found = CardChange(
        str(new["label"]),
        text_of(new["title"]),
        tuple(cells),
        tuple(_row_name(row, keys) for key, row in gone.items() if key not in pairs),
        tuple(_row_name(row, keys) for key, row in come.items() if key not in pairs.values()),
        tuple(text_of(item["label"]) for name, item in columns.items() if name not in others),
        tuple(text_of(item["label"]) for name, item in others.items() if name not in columns),
        tuple(words),
    )
    return found if found.numbers or found.words else None


# ---- claims ------------------------------------------------------------------------------------


def answers(claim: ClaimRecord) -> tuple[Printed, Sampling, NoAnswers]:
    """The answers to the questions that the ledger asks: printed, sampling, no_answers.

    Version 1.0.0 kept them as four flags (true, false, or nothing where a question was not asked).
    """
    if "printed" in claim:
        return claim["printed"], claim["sampling"], claim["no_answers"]
    whole, part = claim["agrees_with_print"], claim["agrees_among_answered"]
    clear, safe = claim["beyond_sampling_error"], claim["safe_from_no_answers"]
    return (
        "not_judged" if whole is None else "agrees" if whole else "disagrees",
        "not_applicable" if clear is None else "clear" if clear else "within_error",
        "only_among_answered" if part and not whole
        else "not_applicable" if safe is None
        else "safe" if safe
        else "unsafe_in_worst_case",
    )  # fmt: skip


def compare_claims(old: ClaimRecord, new: ClaimRecord) -> ClaimChange | None:
    """What changed of a claim, or nothing."""
    words = tuple(
        Words(key, Text("", ""), *pair)
        for key in ("statement", "evidence")
        if (pair := (text_of(old[key]), text_of(new[key]))) and pair[0] != pair[1]
    )
    other = answers(old) != answers(new)
    verdict = (text_of(old["label"]), text_of(new["label"])) if other else None
    if not other and not words:
        return None
    return ClaimChange(str(new["id"]), text_of(new["statement"]), verdict, words)


# ---- versions ----------------------------------------------------------------------------------


def compare(old: Version, new: Version) -> Changes:
    """What changed from one version to another."""

    def only(one: Mapping[str, Any], other: Mapping[str, Any], title: Any) -> Any:
        return tuple(
            (name, text_of(title(item))) for name, item in one.items() if name not in other
        )

    def card_title(item: CardRecord) -> Any:
        return item["card"]["title"]

    def statement(item: ClaimRecord) -> Any:
        return item["statement"]

    cards = [
        compare_cards(old.cards[label]["card"], item["card"])
        for label, item in new.cards.items()
        if label in old.cards
    ]
    claims = [
        compare_claims(old.claims[name], item)
        for name, item in new.claims.items()
        if name in old.claims
    ]
    return Changes(
        old.version,
        new.version,
        tuple(item for item in cards if item),
        only(old.cards, new.cards, card_title),
        only(new.cards, old.cards, card_title),
        tuple(item for item in claims if item),
        only(old.claims, new.claims, statement),
        only(new.claims, old.claims, statement),
    )
