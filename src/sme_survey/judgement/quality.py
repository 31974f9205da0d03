"""What the sample can and cannot say: the numbers of the quality report.

``unit_response``     how evenly the industries answered, with the test and the worst bias
``weightings``        design effect, effective n and distance under three assumptions
``standardised``      firms with somebody in charge of security, at another mix of sizes
``visible``           the smallest difference between the waves that could have been seen
``check_power``       the same for every published table
``measures_per_firm`` the mean number of measures, from the sum of the shares

Population totals are not among them: one firm in ten answered, and how many of each size did is
not held here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sme_survey.judgement.comparisons import Change, no_answer
from sme_survey.judgement.response import (
    TOTAL,
    frame_by_industry,
    response_by_industry,
    small_shares,
)
from sme_survey.numbers.counts import CountRange, impossible_share
from sme_survey.numbers.intervals import Bounds
from sme_survey.numbers.power import TablePower, smallest_difference, table_power
from sme_survey.numbers.sampling import (
    Representativity,
    distance,
    kish_effect,
    representativity,
)
from sme_survey.numbers.testing import chi_square, chi_square_tail
from sme_survey.survey.model import Question, Survey
from sme_survey.survey.text import Text


@dataclass(frozen=True)
class UnitResponse:
    """Response over the industry groups of the mail-out.

    ``statistic``, ``degrees``, ``p``: chi-square test that all groups answer at one rate. Firms
    that named no industry are left out, at the middle of the counts that the percentages allow.
    """

    measure: Representativity
    statistic: float
    degrees: int
    p: float


def unit_response(survey: Survey) -> UnitResponse:
    """How evenly the industry groups answered; response by size is not published."""
    groups = [item for item in response_by_industry(survey) if item.id != TOTAL]
    sent = [item.sent for item in groups]
    came = [round(item.responses.middle) for item in groups]
    silent = [asked - answered for asked, answered in zip(sent, came, strict=True)]
    statistic, degrees = chi_square([came, silent])
    return UnitResponse(
        representativity(sent, [item.responses.middle for item in groups]),
        statistic,
        degrees,
        chi_square_tail(statistic, degrees),
    )


@dataclass(frozen=True)
class Weighting:
    """What weighting the respondents to the SMEs of 2014 would do, under one assumption.

    ``effect``: Kish's design effect. ``n``: respondents weighted. ``distance``: the most that a
    total moves where the cells are one point apart, in points (a proportion of their gap).
    """

    id: str
    label: Text
    cells: int
    n: float
    effect: float
    distance: float

    @property
    def effective_n(self) -> float:
        """Firms of a simple random sample that would carry as much."""
        return self.n / self.effect


def weightings(survey: Survey) -> tuple[Weighting, ...]:
    """Weighting by industry, and by industry and size under two assumptions on response by size.

    Firms in agriculture, forestry and fisheries, which the frame leaves out, and firms that named
    no industry are not weighted. Size of the respondents is not held here, so the mail-out stands
    in for it: with all cells answering alike, or with each industry answering at its own rate.
    """
    frame = {item.id: item.enterprises for item in frame_by_industry(survey)}
    came = {
        item.id: item.responses.middle for item in response_by_industry(survey) if item.id in frame
    }
    n = sum(came.values())
    firms, sent = _by_size(survey, list(frame))
    asked = {name: sum(sent[name]) for name in frame}
    own_rate = [cell * came[name] / asked[name] for name in frame for cell in sent[name]]
    target = [cell for name in frame for cell in firms[name]]
    cases: list[tuple[str, Text, Sequence[float], Sequence[float]]] = [
        (
            "industry",
            Text("By industry", "業種別"),
            [came[name] for name in frame],
            list(frame.values()),
        ),
        (
            "equal",
            Text(
                "By industry and size, had all cells answered alike",
                "業種別・規模別（有効回答率がどの区分でも同じ場合）",
            ),
            [cell for name in frame for cell in sent[name]],
            target,
        ),
        (
            "own_rate",
            Text(
                "By industry and size, had both sizes answered at their industry's rate",
                "業種別・規模別（有効回答率が業種ごとに異なり規模では同じ場合）",
            ),
            own_rate,
            target,
        ),
    ]
    return tuple(
        Weighting(name, label, len(sample), n, kish_effect(sample, goal), distance(sample, goal))
        for name, label, sample, goal in cases
    )


def _by_size(
    survey: Survey, industries: Sequence[str]
) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    """Small enterprises and other SMEs per industry group: of the frame, and of the mail-out."""
    frame = dict.fromkeys(industries, (0, 0))
    for row in survey.tables["frame"]:
        small, rest = frame[row.text("industry")]
        few = row.whole("small")
        frame[row.text("industry")] = (small + few, rest + row.whole("sme") - few)
    posted = {
        (row.text("industry"), row.text("size")): row.whole("sent")
        for row in survey.tables["mailout"]
    }
    return frame, {name: (posted[name, "small"], posted[name, "sme"]) for name in industries}


@dataclass(frozen=True)
class Standardised:
    """Firms with a department or officer for security at one mix of sizes, proportions.

    ``small``: share of small enterprises. ``bounds``: as the share of firms with 101 or more
    employees among the others runs from none to all, which is not known.
    """

    label: Text
    small: float
    bounds: Bounds


def standardised(survey: Survey) -> tuple[Standardised, ...]:
    """Organisation at the mix of sizes of the mail-out, and of the SMEs of 2014.

    The only answers by size that bear a total: three sums that the report gives in a sentence.
    """
    small, middle, large = (
        float(survey.single(f"organisation_{name}").value) / 100
        for name in ("small", "sme_100", "sme_101")
    )
    whole = next(item for item in small_shares(survey) if item.id == TOTAL)
    assert whole.frame is not None
    posted = {
        row.text("size"): row.whole("sent")
        for row in survey.tables["mailout"]
        if row.text("industry") == TOTAL
    }
    mixes = (
        (Text("Mail-out", "送付先"), posted["small"] / posted[TOTAL]),
        (Text("SMEs of 2014", "中小企業（2014年）"), whole.frame),
    )
    return tuple(
        Standardised(
            label,
            part,
            Bounds(part * small + (1 - part) * middle, part * small + (1 - part) * large),
        )
        for label, part in mixes
    )


@dataclass(frozen=True)
class Visible:
    """Smallest differences that could be seen around a share, proportions; None where none could.

    ``alone``: by one test. ``first``: by the first step of Holm's adjustment for a whole chart.
    """

    proportion: float
    alone: float | None
    first: float | None


SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)


def visible(
    n1: int, n2: int, tests: int = 1, shares: Sequence[float] = SHARES
) -> tuple[Visible, ...]:
    """What two samples of n1 and n2 firms could show at several shares, 80% power, 5% level."""
    return tuple(
        Visible(
            part, smallest_difference(part, n1, n2), smallest_difference(part, n1, n2, tests=tests)
        )
        for part in shares
    )


def visible_change(change: Change) -> float | None:
    """What the two waves could have shown of one option, at its share in the earlier one.

    By the first step of Holm's adjustment for all options of the question; a proportion.
    """
    return smallest_difference(
        change.before.proportion, change.before.n, change.after.n, tests=change.family
    )


@dataclass(frozen=True)
class CheckPower:
    """The power of the checks on one published table of the report.

    ``label``: the question, with its wave and group where it has several.
    ``impossible``: share of all percentages from 0.0 to 100.0 that no count out of n gives.
    """

    question: Question
    wave: int
    group: str
    label: Text
    power: TablePower
    impossible: float


def check_power(survey: Survey) -> tuple[CheckPower, ...]:
    """What the arithmetic of each published table would betray, in report order."""
    return tuple(
        CheckPower(
            question,
            wave,
            group,
            _table_label(survey, question, wave, group),
            table_power([item.percent for item in answers], answers[0].n, question.answer_type),
            impossible_share(answers[0].n),
        )
        for question in survey.questions
        for wave, group in survey.keys(question.id)
        for answers in [survey.answers(question.id, wave, group)]
    )


def _table_label(survey: Survey, question: Question, wave: int, group: str) -> Text:
    keys = survey.keys(question.id)
    parts = []
    if len({year for year, _ in keys}) > 1:
        parts.append(survey.wave(wave).short)
    if len({name for _, name in keys}) > 1:
        parts.append(survey.group(group).label)
    return Text(
        ", ".join([question.title.en, *(part.en for part in parts)]),
        "、".join([question.title.ja, *(part.ja for part in parts)]),
    )


@dataclass(frozen=True)
class PerFirm:
    """The mean number of measures a firm takes, on one base.

    ``mean`` is at the middle of the counts; ``low`` and ``high`` are what the rounding of the
    percentages leaves open. ``n`` is the base at its middle.
    """

    id: str
    label: Text
    wave: int
    n: float
    mean: float
    low: float
    high: float

    @property
    def range(self) -> Text:
        """``low`` to ``high`` with two decimals."""
        return Text(f"{self.low:.2f}–{self.high:.2f}", f"{self.low:.2f}〜{self.high:.2f}")


def measures_per_firm(survey: Survey, wave: int | None = None) -> tuple[PerFirm, ...]:
    """Mean number of the listed measures: of all firms, of those who answered, of those with any.

    A sum of shares is a mean number per firm, whichever firms chose which. "Other" is not counted,
    since nobody knows how many measures stand behind it; it is among "any", so that the last base
    is all firms but those that said "nothing" or gave no answer.
    """
    answers = survey.answers("measures", wave)
    units, heads = survey.names["units"], survey.names.all_units
    n = answers[0].n
    named = [item.counts for item in answers if item.option.role == "substantive"]
    missing = no_answer(answers)
    silent = missing.counts if missing else CountRange(0, 0)
    none = next(item.counts for item in answers if item.option.role == "none_of_these")
    low, high = sum(item.low for item in named), sum(item.high for item in named)
    cases = (
        ("all", Text(f"All {units.en}", f"全{units.ja}"), CountRange(n, n)),
        (
            "answered",
            Text(f"{heads.en} that answered", f"回答した{heads.ja}"),
            CountRange(n - silent.high, n - silent.low),
        ),
        (
            "any",
            Text(f"{heads.en} with any measure", f"何らかの対策を挙げた{heads.ja}"),
            CountRange(n - silent.high - none.high, n - silent.low - none.low),
        ),
    )
    return tuple(
        PerFirm(
            name,
            label,
            answers[0].wave,
            base.middle,
            (low + high) / 2 / base.middle,
            low / base.high,
            high / base.low,
        )
        for name, label, base in cases
    )
