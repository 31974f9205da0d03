"""The ledger: every checkable statement of the report, judged by its own tables.

``data/claims.csv`` holds the statements in our words and, as arguments, what the tables are asked.
The verdicts are computed here; ``data/recorded_verdicts.csv`` keeps those of the last release, so
that a change of data or of method cannot pass unseen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sme_survey.judgement.kinds import KINDS, evaluate
from sme_survey.judgement.verdicts import VERDICTS, ArgumentError, Arguments, Finding, Verdict
from sme_survey.survey.model import Survey, UnknownName
from sme_survey.survey.tables import DataError, Problem, Row
from sme_survey.survey.text import Language, Text

FILE = "claims.csv"

THEMES: dict[str, Text] = {
    "survey": Text("The survey and its cases", "調査と事例"),
    "it": Text("IT use and investment", "ITの導入と投資"),
    "threats": Text("Threats", "脅威の認識"),
    "measures": Text("Measures and products", "対策と製品"),
    "organisation": Text("Organisation, advice and education", "組織体制・相談先・教育"),
    "incidents": Text("Incidents and damage", "情報セキュリティ被害"),
    "supply_chain": Text("Supply chain", "サプライチェーン"),
}


@dataclass(frozen=True)
class Claim:
    """One statement of the report in our words, with the test it is put to.

    ``page`` is None for a statement about the survey that stands elsewhere (the press). ``block``
    names the sentence of ``double_entry.csv`` whose ``numbers`` it covers, ``card`` the figure or
    table of the book where they stand.
    """

    id: str
    page: int | None
    block: str
    theme: str
    statement: Text
    kind: str
    arguments: Arguments
    numbers: tuple[str, ...]
    card: str

    @property
    def questions(self) -> frozenset[str]:
        """Questions whose answers the verdict rests on."""
        named = {self.arguments.get("question"), *self.arguments.get("questions", ())}
        named |= {item.get("question") for item in self.arguments.get("measures", ())}
        if self.kind == "any_incident":
            named.add("incidents")
        return frozenset(str(item) for item in named if item)


@dataclass(frozen=True)
class Judged:
    """A claim with what the tables say about it."""

    claim: Claim
    finding: Finding

    @property
    def verdict(self) -> Verdict:
        """One of the five verdicts."""
        return self.finding.verdict

    @property
    def verdict_text(self) -> Text:
        """The verdict in words."""
        return VERDICTS[self.verdict]

    @property
    def sentence(self) -> Text:
        """The numbers behind the verdict, in words."""
        return self.finding.sentence

    def as_json(self, language: Language | None = None) -> dict[str, Any]:
        """Plain data; both languages unless one is asked for."""

        def words(text: Text) -> Any:
            return text[language] if language else {"en": text.en, "ja": text.ja}

        finding = self.finding
        return {
            "claim": self.claim.id,
            "page": self.claim.page,
            "theme": self.claim.theme,
            "kind": self.claim.kind,
            "statement": words(self.claim.statement),
            "verdict": self.verdict,
            "verdict_text": words(self.verdict_text),
            "sentence": words(self.sentence),
            "agrees_with_print": finding.stated,
            "agrees_among_answered": finding.answered,
            "beyond_sampling_error": finding.beyond_error,
            "safe_from_no_answers": finding.safe,
            "unit_slip": words(finding.slip) if finding.slip else None,
            "numbers": [
                {"name": item.name, "value": _plain(item.value), "unit": item.unit}
                for item in finding.numbers
            ],
            "card": self.claim.card or None,
        }


def _plain(value: Decimal | float | int) -> float | int:
    if isinstance(value, int):
        return value
    return round(float(value), 6)


def _claim(row: Row) -> Claim:
    raw = row.text("arguments")
    try:
        arguments = json.loads(raw)
    except ValueError as error:
        raise ArgumentError(f"is not valid JSON: {error}") from None
    kind = row.text("kind")
    if kind not in KINDS:
        raise ArgumentError(f"belongs to the unknown kind {kind!r}; expected {', '.join(KINDS)}")
    page = row.values["page"]
    return Claim(
        id=row.text("claim_id"),
        page=page if isinstance(page, int) else None,
        block=row.text("block"),
        theme=row.text("theme"),
        statement=Text(row.text("statement_en"), row.text("statement_ja")),
        kind=kind,
        arguments=KINDS[kind].check(arguments),
        numbers=tuple(filter(None, row.text("numbers").split(";"))),
        card=row.text("card"),
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
            found.append(_claim(row))
        except ArgumentError as error:
            problems.append(Problem(FILE, row.line, "arguments", str(error)))
    if problems:
        raise DataError(problems)
    return tuple(found)


def judge(survey: Survey, claim: Claim) -> Judged:
    """One claim held against the tables.

    Raises
    ------
    ArgumentError
        If its arguments do not fit its kind.
    UnknownName
        If it names a question, option, group or wave that the survey does not hold.
    """
    return Judged(claim, evaluate(survey, claim.kind, claim.arguments))


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


def totals(judged: Iterable[Judged]) -> dict[Verdict, int]:
    """How many claims got each verdict, in the order of the verdicts."""
    counted = Counter(item.verdict for item in judged)
    return {verdict: counted[verdict] for verdict in VERDICTS}


def by_theme(judged: Iterable[Judged]) -> dict[str, tuple[Judged, ...]]:
    """The ledger split by theme, in the order of the themes."""
    items = list(judged)
    return {theme: tuple(item for item in items if item.claim.theme == theme) for theme in THEMES}


@dataclass(frozen=True)
class Difference:
    """A verdict that is not the one recorded at the last release (None: not there)."""

    claim_id: str
    recorded: str | None
    computed: str | None

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.recorded or 'not recorded'} -> {self.computed or 'gone'}"


def recorded(survey: Survey) -> Mapping[str, str]:
    """Verdict of each claim at the last release."""
    return {row.text("claim_id"): row.text("verdict") for row in survey.tables["recorded_verdicts"]}


def differences(survey: Survey, judged: Iterable[Judged]) -> tuple[Difference, ...]:
    """Verdicts that differ from those of the last release, claims added or dropped among them."""
    before: dict[str, str | None] = dict(recorded(survey))
    now: dict[str, str | None] = {item.claim.id: item.verdict for item in judged}
    return tuple(
        Difference(name, before.get(name), now.get(name))
        for name in dict.fromkeys([*now, *before])
        if before.get(name) != now.get(name)
    )


def recorded_csv(judged: Iterable[Judged]) -> str:
    """The verdicts as the text of ``recorded_verdicts.csv``, for a release."""
    return "claim_id,verdict\n" + "".join(f"{i.claim.id},{i.verdict}\n" for i in judged)


@dataclass(frozen=True)
class Coverage:
    """How many numbers of the report's sentences the claims cover.

    ``sentences`` and ``numbers`` count what the program read from the report's text; ``missing``
    names page, sentence and number of each that no claim covers.
    """

    sentences: int
    numbers: int
    missing: tuple[tuple[int, str, str], ...]


def coverage(survey: Survey, judged: Iterable[Judged]) -> Coverage:
    """The numbers of the report's sentences (``double_entry.csv``) against those of the claims."""
    covered: dict[tuple[int | None, str], set[str]] = {}
    for item in judged:
        place = item.claim.page, item.claim.block
        covered.setdefault(place, set()).update(item.claim.numbers)
    found = [
        (row.whole("page"), row.text("block"), row.text("value"))
        for row in survey.tables["double_entry"]
        if row.text("block").startswith("sentence")
    ]
    return Coverage(
        len({(page, block) for page, block, _ in found}),
        len(found),
        tuple(
            (page, block, value)
            for page, block, value in found
            if value not in covered.get((page, block), set())
        ),
    )


def slips(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """Statements of the report itself that do not hold, or hold a unit other than printed."""
    return tuple(
        item
        for item in judged
        if item.claim.page is not None
        and (item.verdict == "does_not_hold" or bool(item.finding.slip))
    )
