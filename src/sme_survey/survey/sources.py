"""Where rows are published: a source belongs to a row, and a figure gathers those of its rows.

An :class:`Origin` is what one row names, a source and the page where it has pages. Answers, numbers
given in sentences and facts from outside carry theirs; :func:`origins` collects them, and
:func:`cited` puts them together for whatever states them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sme_survey.survey.text import Language, Text

KINDS: dict[str, Text] = {
    "report": Text("report", "報告書"),
    "official_statistics": Text("official statistics", "公的統計"),
    "announcement": Text("announcement", "発表"),
    "press": Text("press", "報道"),
    "summary": Text("summary by others", "第三者による要約"),
    "service": Text("offer to firms", "企業向けの取組"),
}


@dataclass(frozen=True)
class Source:
    """A publication. ``date`` is a year, month or day; it and ``address`` may be empty."""

    id: str
    kind: str
    title: Text
    publisher: Text
    date: str
    address: str
    credit: Text

    @property
    def kind_text(self) -> Text:
        """What kind of publication it is, in words."""
        return KINDS[self.kind]


@dataclass(frozen=True)
class Origin:
    """Where one row is published; ``page`` is None where the source has no pages.

    ``twice``: a second, independent reading agrees with the row. ``draft`` is the name of the wave
    where it is not wholly transcribed.
    """

    source: Source
    page: int | None = None
    twice: bool = False
    draft: Text | None = None


Origins = tuple[Origin, ...]


@dataclass(frozen=True)
class Cited:
    """A source with the pages that were drawn from it.

    ``read`` says whether its numbers were read a ``second`` time, in ``part``, or ``once``.
    """

    source: Source
    pages: tuple[int, ...]
    read: str = "once"

    @property
    def text(self) -> Text:
        """The credit line with its pages: "IPA, FY2021 survey report, pp. 3, 7–9"."""
        credit = self.source.credit
        if not self.pages:
            return credit
        runs = page_runs(self.pages)
        english = ", ".join("–".join(str(page) for page in run) for run in runs)
        japanese = "・".join("〜".join(str(page) for page in run) for run in runs)
        word = "p." if len(self.pages) == 1 else "pp."
        return Text(f"{credit.en}, {word} {english}", f"{credit.ja}{japanese}ページ")


# written out, since the names that ``strftime`` gives depend on the locale
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def when(date: str) -> Text:
    """A date of the data (``2022``, ``2022-03``, ``2022-03-31``) in words; empty as it is."""
    if not date:
        return Text("", "")
    year, *rest = date.split("-")
    english, japanese = year, f"{year}年"
    if rest:
        english = f"{MONTHS[int(rest[0]) - 1]} {english}"
        japanese += f"{int(rest[0])}月"
    if len(rest) > 1:
        english = f"{int(rest[1])} {english}"
        japanese += f"{int(rest[1])}日"
    return Text(english, japanese)


def page_runs(pages: Iterable[int]) -> list[tuple[int, ...]]:
    """Pages as readers cite them: three or more in a row by their first and last."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and runs[-1][-1] == page - 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    found: list[tuple[int, ...]] = []
    for run in runs:
        found += [(run[0], run[-1])] if len(run) > 2 else [(page,) for page in run]
    return found


def origins(*things: object) -> Origins:
    """The origins of things, each once, in their order.

    A thing is an origin, something that has an ``origin`` (an answer, a single, a fact), or any
    iterable of such things.

    Raises
    ------
    TypeError
        If a thing has no origin.
    """
    found: dict[Origin, None] = {}
    for thing in things:
        origin = thing if isinstance(thing, Origin) else getattr(thing, "origin", None)
        if isinstance(origin, Origin):
            found[origin] = None
        elif isinstance(thing, Iterable) and not isinstance(thing, str | dict):
            found |= dict.fromkeys(origins(*thing))
        else:
            raise TypeError(f"{thing!r} names no source")
    return tuple(found)


def cited(found: Iterable[Origin]) -> tuple[Cited, ...]:
    """Each source once, in the order it first occurs, with its pages in theirs."""
    known: dict[Source, list[Origin]] = {}
    for origin in found:
        known.setdefault(origin.source, []).append(origin)
    cited_sources = []
    for source, items in known.items():
        pages = {item.page for item in items if item.page is not None}
        twice = {item.twice for item in items}
        read = "part" if len(twice) > 1 else "second" if True in twice else "once"
        cited_sources.append(Cited(source, tuple(sorted(pages)), read))
    return tuple(cited_sources)


def listed(texts: Iterable[str], language: Language) -> str:
    """Several credit lines as one, as a figure states them."""
    return ("、" if language == "ja" else "; ").join(texts)
