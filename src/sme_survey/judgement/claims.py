"""The ledger: every checkable statement of the report, judged by its own tables.

``data/claims.csv`` holds the statements in our words, where they stand, and, as arguments, what the
tables are asked. ``data/sentences.csv`` counts the sentences of the report; each is the place of a
claim or stands in ``data/claims_left_out.csv`` with a reason. The verdicts are computed here;
``data/recorded_verdicts.csv`` keeps those of each release, so that a change of data or of method
cannot pass unseen.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sme_survey.judgement.kinds import KINDS, REPRINTS, evaluate
from sme_survey.judgement.verdicts import (
    VERDICTS,
    ArgumentError,
    Arguments,
    Finding,
    Outcome,
)
from sme_survey.survey.model import Survey, UnknownName
from sme_survey.survey.sources import Origin, Origins
from sme_survey.survey.tables import DataError, Problem, Row
from sme_survey.survey.text import LANGUAGES, Language, Text

FILE = "claims.csv"

REASONS: dict[str, Text] = {
    "background": Text("background", "背景"),
    "method": Text("how the survey was made", "調査方法"),
    "introduces": Text("introduces or points to", "導入・参照"),
    "example": Text("what single respondents told", "個別の例"),
    "recommends": Text("recommends", "提言"),
}
"""Why a sentence of the report is the place of no claim."""

REPLY = Text("Reply of the agency: ", "実施機関の回答：")

TABLE = "table"
"""The place of a statement that stands in an overview table of its page, in no sentence."""


@dataclass(frozen=True)
class Claim:
    """One statement of the report in our words, with the test it is put to.

    ``place`` names the sentences of the page it stands in ("2", or "1;2" for a statement that two
    sentences make), or ``table``. ``topic`` is its theme in words, ``numbers`` are
    those of its sentences that it covers, ``card`` is the figure or table of the book where they
    stand, ``note`` what is known of it from elsewhere (``note_origins``), ``reply`` the answer of
    the agency, where there is one.
    """

    id: str
    origin: Origin
    place: str
    theme: str
    topic: Text
    statement: Text
    kind: str
    arguments: Arguments
    numbers: tuple[str, ...]
    card: str
    note: Text
    note_origins: Origins
    reply: Text

    @property
    def page(self) -> int:
        """The page of the report; 0 where its source has no pages."""
        return self.origin.page or 0

    @property
    def reprint(self) -> bool:
        """Whether it only repeats numbers of a chart or table of the report."""
        return self.kind in REPRINTS

    @property
    def where(self) -> Text:
        """Page and place in words."""
        if self.place == TABLE:
            return Text(f"p. {self.page}, table", f"{self.page}ページ、表")
        first, _, last = self.place.partition(";")
        return Text(
            f"p. {self.page}, sentence{f's {first} and {last}' if last else f' {first}'}",
            f"{self.page}ページ、{first}{f'・{last}' if last else ''}文目",
        )

    @property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Page and position of each sentence it stands in."""
        if self.place == TABLE:
            return ()
        return tuple((self.page, int(position)) for position in self.place.split(";"))

    @property
    def questions(self) -> frozenset[str]:
        """Questions whose answers the verdict rests on."""
        named = {self.arguments.get("question"), *self.arguments.get("questions", ())}
        named |= {item.get("question") for item in self.arguments.get("measures", ())}
        return frozenset(str(item) for item in named if item)


@dataclass(frozen=True)
class Judged:
    """A claim with what the tables say about it."""

    claim: Claim
    finding: Finding

    @property
    def outcome(self) -> Outcome:
        """The answers to the questions that the ledger asks of a statement."""
        return self.finding.outcome

    @property
    def verdict(self) -> str:
        """The answers as one name, a key of ``VERDICTS``."""
        return self.outcome.verdict

    @property
    def verdict_text(self) -> Text:
        """The verdict in words."""
        return self.outcome.label

    @property
    def evidence(self) -> Text:
        """The numbers behind the verdict, in words, and what is known from elsewhere."""
        found, note = self.finding.sentence, self.claim.note
        return Text(f"{found.en} {note.en}".strip(), f"{found.ja}{note.ja}")

    def as_json(self, language: Language | None = None) -> dict[str, Any]:
        """Plain data; texts in both languages unless one is asked for."""

        def words(name: str, text: Text) -> dict[str, str | None]:
            chosen = (language,) if language else LANGUAGES
            return {f"{name}_{item}": text[item] or None for item in chosen}

        claim, outcome = self.claim, self.outcome
        return {
            "claim_id": claim.id,
            "page": claim.page,
            "place": claim.place,
            "theme": claim.theme,
            "kind": claim.kind,
            "reprint": claim.reprint,
            **words("statement", claim.statement),
            "verdict": self.verdict,
            **words("verdict", self.verdict_text),
            "printed": outcome.printed,
            "sampling": outcome.sampling,
            "no_answers": outcome.no_answers,
            **words("evidence", self.evidence),
            **words("lacks", self.finding.lacks),
            **words("agency_reply", claim.reply),
            "numbers": [
                {"name": item.name, "value": _plain(item.value), "unit": item.unit}
                for item in self.finding.numbers
            ],
            "card": claim.card or None,
        }


def _plain(value: Decimal | float | int) -> float | int:
    if isinstance(value, int):
        return value
    return round(float(value), 6)


def _claim(survey: Survey, row: Row) -> Claim:
    raw = row.text("arguments")
    try:
        arguments = json.loads(raw)
    except ValueError as error:
        raise ArgumentError(f"is not valid JSON: {error}") from None
    named = list(filter(None, row.text("note_sources").split(";")))
    if unknown := set(named) - {item.id for item in survey.sources}:
        raise ArgumentError(f"has a note of the unknown source {', '.join(sorted(unknown))}")
    kind = row.text("kind")
    if kind not in KINDS:
        raise ArgumentError(f"belongs to the unknown kind {kind!r}; expected {', '.join(KINDS)}")
    return Claim(
        id=row.text("claim_id"),
        origin=survey.page_origin(row.whole("page")),
        place=row.text("place"),
        theme=row.text("theme"),
        topic=survey.names.themes[row.text("theme")],
        statement=Text(row.text("statement_en"), row.text("statement_ja")),
        kind=kind,
        arguments=KINDS[kind].check(arguments),
        numbers=tuple(filter(None, row.text("numbers").split(";"))),
        card=row.text("card"),
        note=Text(row.text("note_en"), row.text("note_ja")),
        note_origins=tuple(Origin(survey.source(name)) for name in named),
        reply=Text(row.text("reply_en"), row.text("reply_ja")),
    )


def claims(survey: Survey) -> tuple[Claim, ...]:
    """The claims of the report, in the order of the ledger.

    Raises
    ------
    DataError
        If the arguments of a claim do not fit its kind; it names file, row and column.
    """
    found: list[Claim] = []
    problems: list[Problem] = []
    for row in survey.tables["claims"]:
        try:
            found.append(_claim(survey, row))
        except ArgumentError as error:
            problems.append(Problem(FILE, row.line, "arguments", str(error)))
    if problems:
        raise DataError(problems)
    return tuple(found)


def judge(survey: Survey, claim: Claim) -> Judged:
    """One claim held against the tables, as they were with the wave of its report.

    Raises
    ------
    ArgumentError
        If its arguments do not fit its kind.
    UnknownName
        If it names a question, option, group or wave that the survey does not hold.
    """
    known = survey.until(int(survey.names.value("report_wave")))
    return Judged(claim, evaluate(known, claim.kind, claim.arguments))


def ledger(survey: Survey, chosen: Iterable[Claim] | None = None) -> tuple[Judged, ...]:
    """Every claim (or those given) with its verdict.

    Raises
    ------
    DataError
        If a claim cannot be put to its test; it names file, row and column.
    """
    lines = {row.text("claim_id"): row.line for row in survey.tables["claims"]}
    judged: list[Judged] = []
    problems: list[Problem] = []
    for claim in claims(survey) if chosen is None else chosen:
        try:
            judged.append(judge(survey, claim))
        except (ArgumentError, UnknownName) as error:
            problems.append(Problem(FILE, lines.get(claim.id), "arguments", str(error)))
    if problems:
        raise DataError(problems)
    return tuple(judged)


def totals(judged: Iterable[Judged]) -> dict[str, int]:
    """How many claims got each verdict, in the order of the verdicts; those that occur."""
    counted = Counter(item.verdict for item in judged)
    return {verdict: counted[verdict] for verdict in VERDICTS if counted[verdict]}


def answers(judged: Iterable[Judged]) -> dict[str, dict[str, int]]:
    """How many claims got each answer to each question; ``reprint`` counts those that repeat."""
    items = list(judged)
    found = {
        name: dict(Counter(str(getattr(item.outcome, name)) for item in items))
        for name in ("printed", "sampling", "no_answers")
    }
    repeated = Counter(str(item.outcome.printed) for item in items if item.claim.reprint)
    return {**found, "reprint": dict(repeated)}


def by_theme(judged: Iterable[Judged]) -> dict[str, tuple[Judged, ...]]:
    """The ledger split by theme, in its order."""
    found: dict[str, list[Judged]] = {}
    for item in judged:
        found.setdefault(item.claim.theme, []).append(item)
    return {theme: tuple(items) for theme, items in found.items()}


@dataclass(frozen=True)
class Difference:
    """A verdict that is not the one recorded at the last release (None: not there)."""

    claim_id: str
    recorded: str | None
    computed: str | None

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.recorded or 'not recorded'} -> {self.computed or 'gone'}"


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def recorded(survey: Survey) -> Mapping[str, str]:
    """Verdict of each claim at the last version recorded."""
    rows = list(survey.tables["recorded_verdicts"])
    last = max((row.text("version") for row in rows), key=_order, default="")
    return {
        row.text("claim_id"): row.text("verdict") for row in rows if row.text("version") == last
    }


def differences(survey: Survey, judged: Iterable[Judged]) -> tuple[Difference, ...]:
    """Verdicts that differ from those of the last release, claims added or dropped among them."""
    before: dict[str, str | None] = dict(recorded(survey))
    now: dict[str, str | None] = {item.claim.id: item.verdict for item in judged}
    return tuple(
        Difference(name, before.get(name), now.get(name))
        for name in dict.fromkeys([*now, *before])
        if before.get(name) != now.get(name)
    )


def recorded_csv(survey: Survey, judged: Iterable[Judged], version: str) -> str:
    """``recorded_verdicts.csv`` with the verdicts of a version put in, those of others kept.

    Raises
    ------
    ValueError
        If the version is not of the form 1.2.3.
    """
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ValueError(f"the version is {version!r}; expected the form 1.2.3")
    kept = [
        ",".join(row.text(name) for name in ("version", "claim_id", "verdict"))
        for row in survey.tables["recorded_verdicts"]
        if row.text("version") != version
    ]
    new = [f"{version},{item.claim.id},{item.verdict}" for item in judged]
    return "\n".join(["version,claim_id,verdict", *kept, *new]) + "\n"


@dataclass(frozen=True)
class Coverage:
    """Which sentences of the report are judged, left out with a reason, or forgotten.

    ``sentences`` counts those read from the report's text, ``judged`` those in which a claim
    stands, ``left_out`` the others by reason; ``unaccounted`` names page and position of each that
    is neither, ``twice`` of each that is both or that does not exist. ``numbers`` counts the
    numbers of the sentences, ``missing`` names page, run and number of each that no claim covers.
    """

    sentences: int
    judged: int
    left_out: Mapping[str, int]
    unaccounted: tuple[tuple[int, int], ...]
    twice: tuple[tuple[int, int], ...]
    numbers: int
    missing: tuple[tuple[int, str, str], ...]

    @property
    def complete(self) -> bool:
        """Whether every sentence and every number is accounted for, once."""
        return not (self.unaccounted or self.twice or self.missing)


def coverage(survey: Survey, judged: Iterable[Judged]) -> Coverage:
    """The sentences and numbers of the report against the claims and what was left out."""
    items = list(judged)
    blocks = {
        (row.whole("page"), row.whole("position")): row.text("block")
        for row in survey.tables["sentences"]
    }
    left_out = {
        (row.whole("page"), row.whole("place")): row.text("reason")
        for row in survey.tables["claims_left_out"]
    }
    places = {place for item in items for place in item.claim.sentences}
    covered: dict[tuple[int, str], set[str]] = {}
    for item in items:
        for page, position in item.claim.sentences:
            block = blocks.get((page, position), "")
            covered.setdefault((page, block), set()).update(item.claim.numbers)
    found = [
        (row.whole("page"), row.text("block"), row.text("value"))
        for row in survey.tables["double_entry"]
        if row.text("block").startswith("sentence")
    ]
    known = {*places, *left_out}
    return Coverage(
        len(blocks),
        len(places & set(blocks)),
        {reason: count for reason in REASONS if (count := Counter(left_out.values())[reason])},
        tuple(place for place in blocks if place not in known),
        tuple(sorted((places & set(left_out)) | (known - set(blocks)))),
        len(found),
        tuple(
            (page, block, value)
            for page, block, value in found
            if value not in covered.get((page, block), set())
        ),
    )


def units(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """Statements printed in a unit that means something else, taken literally."""
    return tuple(item for item in judged if item.finding.unit)


def differing(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """Statements that differ from the printed numbers."""
    return tuple(item for item in judged if item.outcome.printed == "disagrees")
