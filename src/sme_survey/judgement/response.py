"""Who answered and who did not: what the numbers can carry.

Functions for the chapters on method and results. Each returns small frozen dataclasses with the
numbers ready to be drawn or said:

``response_by_industry``  mail-out against responses, by the nine industry groups of the mail-out
``region_shares``         respondents against establishments, by regional block
``frame_by_industry``     mail-out against the enterprises of 2014, by industry group
``small_shares``          share of small enterprises in the mail-out and in the frame
``item_nonresponse``      no-answers of every published question, wave and group
``any_incident``          firms with an incident: as a share of all, and of those who answered

Percentages that become counts enter as `CountRange`; every rate is given with the range that these
counts leave open. Rates and shares are proportions (0 to 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sme_survey.judgement.comparisons import Share, any_of, no_answer, share
from sme_survey.numbers.counts import CountRange
from sme_survey.numbers.intervals import Bounds, Interval, wilson
from sme_survey.survey.model import Answer, Block, Question, Survey, UnknownName
from sme_survey.survey.sources import Origin
from sme_survey.survey.text import Text

TOTAL = "total"


def sum_within(answers: Sequence[Answer], chosen: Iterable[str]) -> CountRange:
    """Firms that chose any of some options of a single-answer question, as narrow as n allows.

    The counts of all options add to n, so what the other options take limits the sum from both
    sides. ``chosen``: option ids.
    """
    wanted = set(chosen)
    inside = [item.counts for item in answers if item.option.id in wanted]
    outside = [item.counts for item in answers if item.option.id not in wanted]
    n = answers[0].n
    low = max(sum(item.low for item in inside), n - sum(item.high for item in outside))
    high = min(sum(item.high for item in inside), n - sum(item.low for item in outside))
    return CountRange(low, high)


@dataclass(frozen=True)
class IndustryResponse:
    """Mail-out and responses of one industry group.

    ``rate`` is responses over questionnaires sent, the range that the printed percentages allow;
    ``interval`` adds sampling error to it (Wilson).
    """

    id: str
    label: Text
    sent: int
    responses: CountRange
    sent_total: int
    responses_total: int
    interval: Interval

    @property
    def rate(self) -> Bounds:
        """Least and greatest response rate, proportions."""
        return Bounds(self.responses.low / self.sent, self.responses.high / self.sent)

    @property
    def percent(self) -> float:
        """The response rate at the middle of the counts, 0 to 100."""
        return 100 * self.responses.middle / self.sent

    @property
    def sent_share(self) -> float:
        """Share of the mail-out, a proportion."""
        return self.sent / self.sent_total

    @property
    def response_share(self) -> float:
        """Share of the responses at the middle of the counts, a proportion."""
        return self.responses.middle / self.responses_total


def response_by_industry(survey: Survey) -> tuple[IndustryResponse, ...]:
    """Response rate of each industry group of the mail-out, the total as the last entry.

    The industries of the respondents are grouped as the mail-out groups them. Firms that did not
    name an industry count in the total only, so the groups' rates are that much too low.
    """
    answers = survey.answers("industry")
    sent = {
        row.text("industry"): row for row in survey.tables["mailout"] if row.text("size") == TOTAL
    }
    members: dict[str, list[str]] = {}
    for row in survey.tables["industry_groups"]:
        members.setdefault(row.text("industry"), []).append(row.text("option_id"))
    n = answers[0].n
    whole = sent[TOTAL].whole("sent")
    results = []
    for industry, row in sent.items():
        last = industry == TOTAL
        responses = CountRange(n, n) if last else sum_within(answers, members[industry])
        posted = row.whole("sent")
        results.append(
            IndustryResponse(
                industry,
                Text(row.text("label_en"), row.text("label_ja")),
                posted,
                responses,
                whole,
                n,
                wilson(responses, posted),
            )
        )
    return tuple(sorted(results, key=lambda item: item.id == TOTAL))


@dataclass(frozen=True)
class RegionShare:
    """One regional block: its share of the respondents and of the private establishments.

    ``responses`` are the counts that the printed percentages of its prefectures allow;
    ``establishments`` counts all sizes, so it stands for where firms are, not for SMEs alone.
    """

    block: Block
    responses: CountRange
    respondents: int
    establishments: int
    establishments_total: int

    @property
    def response_share(self) -> float:
        """Share of the respondents at the middle of the counts, a proportion."""
        return self.responses.middle / self.respondents

    @property
    def establishment_share(self) -> float:
        """Share of the establishments, a proportion."""
        return self.establishments / self.establishments_total

    @property
    def ratio(self) -> float:
        """Response share over establishment share: 1 where the block answered in proportion."""
        return self.response_share / self.establishment_share


def region_shares(survey: Survey, year: int | None = None) -> tuple[RegionShare, ...]:
    """Respondents against private establishments by regional block, north to south.

    year: of the Economic Census the establishments come from; the newest by default.
    Raises UnknownName for another year.
    """
    codes = {place.code: place for place in survey.places}
    counted: dict[str, int] = {}
    years = {row.whole("year") for row in survey.tables["establishments"]}
    year = max(years) if year is None else year
    for row in survey.tables["establishments"]:
        if row.whole("year") == year:
            block = codes[row.text("jis_code")].block
            counted[block] = counted.get(block, 0) + row.whole("establishments")
    if year not in years:
        raise UnknownName("year of establishments", year, sorted(years))
    answers = survey.answers("prefecture")
    members: dict[str, list[str]] = {}
    for place in survey.places:
        members.setdefault(place.block, []).append(place.option_id)
    return tuple(
        RegionShare(
            block,
            sum_within(answers, members[block.id]),
            answers[0].n,
            counted[block.id],
            sum(counted.values()),
        )
        for block in survey.blocks
    )


@dataclass(frozen=True)
class FrameShare:
    """One industry group in the mail-out and in the frame of 2014 (enterprises, non-primary).

    ``ratio`` says how many times its share of the frame the group was sent.
    """

    id: str
    label: Text
    sent: int
    sent_total: int
    enterprises: int
    enterprises_total: int

    @property
    def sent_share(self) -> float:
        """Share of the mail-out without agriculture, forestry and fishery, a proportion."""
        return self.sent / self.sent_total

    @property
    def frame_share(self) -> float:
        """Share of the SMEs of the frame, a proportion."""
        return self.enterprises / self.enterprises_total

    @property
    def ratio(self) -> float:
        """Mail-out share over frame share."""
        return self.sent_share / self.frame_share


def frame_by_industry(survey: Survey) -> tuple[FrameShare, ...]:
    """Mail-out against the SMEs of 2014 by industry group, in the order of the mail-out.

    Agriculture, forestry and fishery is left out on both sides: the frame does not cover it.
    """
    frame: dict[str, int] = {}
    for row in survey.tables["frame"]:
        group = row.text("industry")
        frame[group] = frame.get(group, 0) + row.whole("sme")
    rows = [
        row
        for row in survey.tables["mailout"]
        if row.text("size") == TOTAL and row.text("industry") in frame
    ]
    posted = sum(row.whole("sent") for row in rows)
    return tuple(
        FrameShare(
            row.text("industry"),
            Text(row.text("label_en"), row.text("label_ja")),
            row.whole("sent"),
            posted,
            frame[row.text("industry")],
            sum(frame.values()),
        )
        for row in rows
    )


@dataclass(frozen=True)
class SmallShare:
    """Share of small enterprises among the SMEs of one industry group (or all), proportions.

    ``frame`` is None where the frame of 2014 does not cover the group.
    """

    id: str
    label: Text
    mailout: float
    frame: float | None


def small_shares(survey: Survey) -> tuple[SmallShare, ...]:
    """Small enterprises in the mail-out and in the frame by industry group, the total last.

    In the mail-out, "SME" and "small enterprise" exclude each other; in the frame, small
    enterprises are among the SMEs. The total leaves out agriculture, forestry and fisheries on
    both sides, since the frame does not cover them.
    """
    frame: dict[str, list[int]] = {}
    for row in survey.tables["frame"]:
        for key in (row.text("industry"), TOTAL):
            pair = frame.setdefault(key, [0, 0])
            pair[0] += row.whole("sme")
            pair[1] += row.whole("small")
    sent: dict[str, dict[str, int]] = {}
    labels: dict[str, Text] = {}
    for row in survey.tables["mailout"]:
        labels[row.text("industry")] = Text(row.text("label_en"), row.text("label_ja"))
        if row.text("industry") != TOTAL:
            sent.setdefault(row.text("industry"), {})[row.text("size")] = row.whole("sent")
    covered = [sizes for industry, sizes in sent.items() if industry in frame]
    sent[TOTAL] = {size: sum(sizes[size] for sizes in covered) for size in ("small", TOTAL)}
    results = []
    for industry, sizes in sent.items():
        known = frame.get(industry)
        results.append(
            SmallShare(
                industry,
                labels[industry],
                sizes["small"] / sizes[TOTAL],
                known[1] / known[0] if known else None,
            )
        )
    return tuple(sorted(results, key=lambda item: item.id == TOTAL))


@dataclass(frozen=True)
class NonResponse:
    """No-answers of one question in one wave and group."""

    question: Question
    wave: int
    group: str
    n: int
    percent: Decimal
    counts: CountRange

    @property
    def origin(self) -> Origin:
        """Where the wave is printed."""
        return dict(self.question.origins)[self.wave]

    @property
    def interval(self) -> Interval:
        """Wilson interval, proportions."""
        return wilson(self.counts, self.n)


def item_nonresponse(survey: Survey) -> tuple[NonResponse, ...]:
    """No-answers of every published table that prints them, in report order, newest wave first."""
    results = []
    for question in survey.questions:
        for wave, group in survey.keys(question.id):
            missing = no_answer(survey.answers(question.id, wave, group))
            if missing is not None:
                results.append(
                    NonResponse(question, wave, group, missing.n, missing.percent, missing.counts)
                )
    return tuple(results)


@dataclass(frozen=True)
class AnyIncident:
    """Firms with at least one incident, both ways of reading the question.

    ``of_all``: share of all firms asked; ``of_answered``: share of those who answered.
    ``named``: sum of the incident options' percentages, which counts a firm once for each kind of
    incident it named. ``bounds``: what the share of all firms could be, whatever the no-answers
    would have said.
    """

    counts: CountRange
    n: int
    of_all: Share
    of_answered: Share
    named: Decimal
    bounds: Bounds


def any_incident(survey: Survey) -> AnyIncident:
    """The share of firms with an incident in fiscal 2020, of all and of those who answered."""
    answers = survey.answers("incidents")
    counts = any_of(answers)
    missing = no_answer(answers)
    silent = missing.counts if missing else CountRange(0, 0)
    n = answers[0].n
    # the share among those who answered depends on both counts; the middle of the silent is taken
    answered = n - round(silent.middle)
    return AnyIncident(
        counts,
        n,
        share(counts, n),
        share(counts, answered),
        sum(
            (item.percent for item in answers if item.option.role in {"substantive", "other"}),
            Decimal(0),
        ),
        Bounds(counts.low / n, min(n, counts.high + silent.high) / n),
    )
