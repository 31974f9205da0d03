"""The versions of the book side by side, in one language: what each gave out, and where it stood.

A released version is read from ``data/releases/``; the one being built comes from the record of
its pages and from the ledger. A digest stands for the rows of a card: several versions may bear it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sme_book.addresses.changes import Changes, compare
from sme_book.site.frozen import Release, told_apart
from sme_survey.survey.text import Language, Text


@dataclass(frozen=True)
class Version:
    """A version in one language.

    ``cards`` by label and ``claims`` by id are as a release keeps them
    (:mod:`sme_book.site.frozen`) with the words of the language; ``drawing`` gives the SVG of a
    figure, or nothing. ``built`` is true of the version that this site is.
    """

    version: str
    date: str
    language: Language
    cards: Mapping[str, Mapping[str, Any]]
    claims: Mapping[str, Mapping[str, Any]]
    drawing: Callable[[str], str]
    built: bool = False
    changed: bool = False

    @property
    def name(self) -> Text:
        """What readers call it. ``changed``: it bears the number of a release, and is another."""
        if self.changed:
            return Text(f"after {self.version}", f"第{self.version}版より後の内容")
        return Text(self.version, f"第{self.version}版")

    def digest(self, label: str) -> str:
        """Digest of a card, or nothing where the version has no such card."""
        return str(self.cards[label]["card"]["digest"]) if label in self.cards else ""


def released(release: Release, language: Language) -> Version:
    """A frozen release in one language."""
    return Version(
        release.version,
        str(release.about["date"]),
        language,
        {label: told_apart(item, language) for label, item in release.cards.items()},
        {name: told_apart(item, language) for name, item in release.claims.items()},
        lambda label: release.drawings.get((label, language), ""),
    )


@dataclass(frozen=True)
class Bearing:
    """A digest of a card: the versions that bear it, and the version after them, if any.

    ``after`` is the first later version in which the card has other numbers, or is no more.
    """

    digest: str
    versions: tuple[Version, ...]
    after: Version | None

    @property
    def shown(self) -> Version:
        """The version whose words and drawing are shown: the last that bears it."""
        return self.versions[-1]


@dataclass(frozen=True)
class History:
    """All versions, oldest first; the last is the one that is being built."""

    versions: tuple[Version, ...]

    @property
    def current(self) -> Version:
        """The version that is being built."""
        return self.versions[-1]

    @property
    def labels(self) -> list[str]:
        """Every card that any version gave out."""
        return sorted({label for version in self.versions for label in version.cards})

    @property
    def claims(self) -> list[str]:
        """Every claim that any version gave out: those of today in their order, then the others."""
        names = dict.fromkeys(self.current.claims)
        for version in reversed(self.versions):
            names |= dict.fromkeys(version.claims)
        return list(names)

    def bearings(self, label: str) -> list[Bearing]:
        """Every digest that a card ever had, the oldest first."""
        found: dict[str, list[Version]] = {}
        for version in self.versions:
            if digest := version.digest(label):
                found.setdefault(digest, []).append(version)
        return [
            Bearing(digest, tuple(bearing), self._after(label, digest, bearing[-1]))
            for digest, bearing in found.items()
        ]

    def _after(self, label: str, digest: str, last: Version) -> Version | None:
        later = self.versions[self.versions.index(last) + 1 :]
        return next((item for item in later if item.digest(label) != digest), None)

    def last_with_card(self, label: str) -> Version:
        """The last version that has a card."""
        return next(item for item in reversed(self.versions) if label in item.cards)

    def last_with_claim(self, name: str) -> Version:
        """The last version that has a claim."""
        return next(item for item in reversed(self.versions) if name in item.claims)

    def pairs(self) -> list[tuple[Version, Version]]:
        """Any two versions, the newest comparison first."""
        return [
            (old, new)
            for position, new in reversed(list(enumerate(self.versions)))
            for old in reversed(self.versions[:position])
        ]


def history(releases: Iterable[Release], current: Version) -> History:
    """The versions up to the one being built.

    Where a release bears the number of the current version and holds the same, the current one
    stands for it; where it holds something else, both are kept and the current one is told apart.
    """
    found = [released(item, current.language) for item in releases]
    same = [item for item in found if item.version == current.version]
    if same and not _differ(compare(same[0], current)):
        return History((*(item for item in found if item not in same), current))
    if same:
        current = Version(
            current.version, current.date, current.language, current.cards, current.claims,
            current.drawing, current.built, changed=True,
        )  # fmt: skip
    return History((*found, current))


def _differ(found: Changes) -> bool:
    parts: Sequence[Sequence[Any]] = (
        found.cards, found.cards_gone, found.cards_come,
        found.claims, found.claims_gone, found.claims_come,
    )  # fmt: skip
    return any(parts)
