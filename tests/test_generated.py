"""Sentences that the programs write, one of each kind in both languages, read by people and frozen.

A change of wording shows here as a difference to be read. ``python tests/test_generated.py`` writes
the file again; read it before it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sme_survey import load
from sme_survey.judgement import claims, comparisons
from sme_survey.judgement.kinds import KINDS
from sme_survey.judgement.verdicts import VERDICTS
from sme_survey.numbers.intervals import bounds_no_answer
from sme_survey.presentation import figures, judged, widgets
from sme_survey.presentation.cards import Card, source_line
from sme_survey.survey.text import LANGUAGES, Text

FROZEN = Path(__file__).with_name("generated.txt")
SURVEY = load()
LEDGER = claims.ledger(SURVEY)
TITLE = Text("Title", "題名")


def cards() -> Iterator[tuple[str, Card]]:
    """One card of each function that makes captions and alternative texts."""
    education = comparisons.wave_changes(SURVEY, "education")
    duties = [
        (SURVEY.group(name).label, SURVEY.answers("contract_duties", group=name))
        for name in ("prime", "tier2")
    ]
    sizes = ["small", "sme_100", "sme_101"]
    values = {item.option.id: float(item.percent) for item in SURVEY.answers("prefecture")}
    none = SURVEY.answer("measures", "none")
    bounds = bounds_no_answer(none.counts, 330, none.n)
    names = Text("one", "一方"), Text("other", "他方")
    yield "bars", figures.bars(SURVEY, SURVEY.answers("incidents"), "x")
    yield "waves", figures.waves(SURVEY, education, "x")
    yield "differences", figures.differences(SURVEY, education, "x", TITLE)
    yield "stacked", figures.stacked(SURVEY, duties, "x", TITLE)
    yield "by_group", figures.by_group(SURVEY, "no_investment_reasons", sizes, "x")
    yield "tiles", figures.tiles(SURVEY, values, "x", TITLE)
    item = figures.Item.of(none.option.label, comparisons.share(none.counts, none.n))
    yield "shares", figures.shares([item], "x", TITLE, answers=[none])
    pair = figures.Pair(none.option.label, 61.8, 55.1)
    yield "pairs", figures.pairs([pair], names, "x", TITLE)
    yield "bounded", figures.bounded([(none.option.label, 30.0, bounds)], "x", TITLE)
    yield "table", figures.table("x", TITLE, [figures.OPTION], [[none.option.label]])
    yield "verdicts", judged.verdict_shares(LEDGER)


def sentences() -> Iterator[tuple[str, Text]]:
    """Name and text of each sentence."""
    for verdict, label in VERDICTS.items():
        yield f"verdict {verdict}", label
    for kind in KINDS:
        item = next(item for item in LEDGER if item.claim.kind == kind)
        yield f"place of {item.claim.id}", item.claim.where
        yield f"evidence {kind}: {item.claim.id}", item.evidence
    for name, card in cards():
        yield f"caption {name}", card.caption
        yield f"alternative {name}", card.alt
        yield f"base {name}", card.n
        lines = [source_line(card.as_json(language)) for language in LANGUAGES]
        yield f"source {name}", Text(*lines)
    for name, marks in (
        ("multiple", widgets.multiple_marks(SURVEY, "education")),
        ("organisation", widgets.organisation_marks(SURVEY)),
        ("duties", widgets.duty_marks(SURVEY)),
    ):
        mark = marks[0][1] if isinstance(marks[0], tuple) else marks[0]
        yield f"mark {name}, yes", mark.yes
        yield f"mark {name}, no", mark.no


def written() -> str:
    """All of them as the file holds them: a name, then a line a language."""
    return "".join(f"{name}\n  {text.en}\n  {text.ja}\n" for name, text in sentences())


def test_each_sentence_is_as_it_was_read():
    assert written() == FROZEN.read_text(encoding="utf-8")


def test_every_kind_of_claim_has_one():
    assert {item.claim.kind for item in LEDGER} == set(KINDS)


if __name__ == "__main__":
    FROZEN.write_text(written(), encoding="utf-8")
