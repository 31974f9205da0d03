"""What each release gave out, kept as it was: ``python -m sme_book freeze``.

A release is frozen into ``data/releases/VERSION/`` and never changed afterwards:

``release.json``
    version, date, the commit it was built from, the credit line as it stood, and the SHA-256 of
    the other files.
``cards.json``
    every card with the page, anchor and number it had, its words in both languages and its rows.
``claims.json``
    every claim with its address, its statement, its verdict and what that rests on.
``drawings.tar.xz``
    the drawing of each figure in each language, ``LABEL.LANGUAGE.svg``.

In ``cards.json`` a value that differs between the editions is ``{"en": ..., "ja": ...}``, any other
stands once; :func:`told_apart` gives a card of one edition back as its page held it.
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sme_book.base import publication
from sme_book.base.files import sha256
from sme_book.base.places import DATA_FOLDER, anchor, claim_anchor
from sme_book.base.project import ROOT
from sme_book.base.record import RecordError, records
from sme_book.site import card_files
from sme_survey.judgement import claims
from sme_survey.presentation.judged import ledger_label
from sme_survey.survey.loading import load
from sme_survey.survey.text import LANGUAGES, Language, Text

FOLDER = "data/releases"
RELEASE, CARDS, CLAIMS, DRAWINGS = "release.json", "cards.json", "claims.json", "drawings.tar.xz"
_VERSION = re.compile(r"\d+\.\d+\.\d+")


class FrozenError(ValueError):
    """A release cannot be frozen, or a record of one cannot be read."""


# ---- two editions as one value -----------------------------------------------------------------


def put_together(english: Any, japanese: Any) -> Any:
    """The values of both editions as one; what differs becomes ``{"en": ..., "ja": ...}``."""
    if english == japanese:
        return english
    if (
        isinstance(english, dict)
        and isinstance(japanese, dict)
        and english.keys() == japanese.keys()
    ):
        return {key: put_together(english[key], japanese[key]) for key in english}
    if isinstance(english, list) and isinstance(japanese, list) and len(english) == len(japanese):
        return [put_together(*pair) for pair in zip(english, japanese, strict=True)]
    return {"en": english, "ja": japanese}


def told_apart(value: Any, language: Language) -> Any:
    """The value of one edition, as it was before :func:`put_together`."""
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            return value[language]
        return {key: told_apart(inner, language) for key, inner in value.items()}
    if isinstance(value, list):
        return [told_apart(inner, language) for inner in value]
    return value


# ---- reading -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Release:
    """A frozen release: its folder, read when asked for."""

    folder: Path

    @property
    def version(self) -> str:
        """Its number, which is the name of its folder."""
        return self.folder.name

    def _read(self, name: str) -> Any:
        path = self.folder / name
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise FrozenError(f"{path}: cannot be read: {error}") from error

    @cached_property
    def about(self) -> dict[str, Any]:
        """Version, date, commit, credit line, digests of the other files."""
        return dict(self._read(RELEASE))

    @cached_property
    def cards(self) -> dict[str, dict[str, Any]]:
        """What was kept of each card, by label: page, number, and both editions in one."""
        return {item["card"]["label"]: item for item in self._read(CARDS)}

    @cached_property
    def claims(self) -> dict[str, dict[str, Any]]:
        """What was kept of each claim, by id."""
        return {item["id"]: item for item in self._read(CLAIMS)}

    @cached_property
    def drawings(self) -> dict[tuple[str, Language], str]:
        """The drawings (SVG) by label and language."""
        found: dict[tuple[str, Language], str] = {}
        with tarfile.open(self.folder / DRAWINGS, "r:xz") as archive:
            for member in archive:
                label, language, _ = member.name.split(".")
                content = archive.extractfile(member)
                assert content is not None  # the archive holds plain files alone
                found[label, "ja" if language == "ja" else "en"] = content.read().decode()
        return found

    def card(self, label: str, language: Language) -> dict[str, Any]:
        """A card of one edition, as its page held it."""
        return dict(told_apart(self.cards[label]["card"], language))


def releases(root: Path = ROOT) -> list[Release]:
    """The frozen releases, oldest first."""
    folders = [path for path in (root / FOLDER).glob("*") if _VERSION.fullmatch(path.name)]
    return [
        Release(path)
        for path in sorted(folders, key=lambda path: [int(part) for part in path.name.split(".")])
    ]


# ---- writing -----------------------------------------------------------------------------------


def _lines(items: Iterable[Any]) -> bytes:
    """A JSON list with one item a line, so that two releases can be compared by eye."""
    texts = [json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in items]
    return ("[\n" + ",\n".join(texts) + "\n]\n").encode()


def card_records(shown: Iterable[card_files.Shown]) -> list[dict[str, Any]]:
    """Every card with its place, as ``cards.json`` keeps it."""
    return [
        {
            "page": card.page,
            "anchor": anchor(card.json["en"]),
            "number": card.number,
            "card": put_together(card.json["en"], card.json["ja"]),
        }
        for card in sorted(shown, key=lambda item: item.label)
    ]


def claim_records(
    judged: Iterable[claims.Judged], pages: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Every claim with its place and verdict, as ``claims.json`` keeps it."""

    def both(text: Text) -> dict[str, str]:
        return {"en": text.en, "ja": text.ja}

    return [
        {
            "id": item.claim.id,
            "page": pages[ledger_label(item.claim.theme)],
            "anchor": claim_anchor(item.claim.id),
            "report_page": item.claim.page,
            "theme": item.claim.theme,
            "statement": both(item.claim.statement),
            "verdict": item.verdict,
            "label": both(item.verdict_text),
            "evidence": both(item.evidence),
            "place": item.claim.place,
            "reprint": item.claim.reprint,
            "printed": item.outcome.printed,
            "sampling": item.outcome.sampling,
            "no_answers": item.outcome.no_answers,
            "card": item.claim.card,
        }
        for item in judged
    ]


def _drawn(shown: Iterable[card_files.Shown]) -> bytes:
    """The drawings as an archive in which nothing depends on the moment or the machine."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for card in sorted(shown, key=lambda item: item.label):
            for language in LANGUAGES:
                content = card.drawing[language].encode()
                if content:
                    member = tarfile.TarInfo(f"{card.label}.{language}.svg")
                    member.size = len(content)
                    archive.addfile(member, io.BytesIO(content))
    return lzma.compress(buffer.getvalue(), preset=9)


def given_out(site: Path, root: Path = ROOT) -> dict[str, bytes]:
    """What a built site gives out, as the files of a release (without ``release.json``)."""
    shown = card_files.cards(records(site))
    judged = claims.ledger(load(root / "data"))
    return {
        CARDS: _lines(card_records(shown)),
        CLAIMS: _lines(claim_records(judged, {card.label: card.page for card in shown})),
        DRAWINGS: _drawn(shown),
    }


def refuse_another(site: Path, root: Path = ROOT) -> bool:
    """Whether the version of the book is frozen; a site that holds something else is refused.

    Raises
    ------
    FrozenError
        If a release with this number gave out other cards, claims or drawings.
    """
    version = publication.book(root).version
    known = {release.version: release for release in releases(root)}
    if version not in known:
        return False
    stated = known[version].about["sha256"]
    other = [
        name for name, content in given_out(site, root).items() if sha256(content) != stated[name]
    ]
    if other:
        raise FrozenError(
            f"version {version} is released, and this site has other content in "
            f"{', '.join(other)}: give it a number of its own (in src/sme_survey/__init__.py)"
        )
    return True


def freeze(site: Path, commit: str, root: Path = ROOT) -> Release:
    """Keep what a built site gives out as the release whose number the book bears.

    Raises
    ------
    FrozenError
        If the survey holds a draft, that release is frozen already, or the site is of another
        version.
    """
    if said := publication.draft().en:
        raise FrozenError(said)
    book = publication.book(root)
    target = root / FOLDER / book.version
    if target.exists():
        raise FrozenError(f"{FOLDER}/{book.version} exists: a release is never frozen twice")
    index = site / DATA_FOLDER / "index.json"
    built = json.loads(index.read_text("utf-8"))["version"] if index.is_file() else None
    if built != book.version:
        raise FrozenError(f"{site} holds version {built}, not {book.version}: run `make book`")
    files = given_out(site, root)
    about = {
        "version": book.version,
        "date": book.released,
        "commit": commit,
        "credit": {"en": book.credit.en, "ja": book.credit.ja},
        "sha256": {name: sha256(content) for name, content in files.items()},
    }
    files[RELEASE] = (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()
    fresh = target.with_name(f".{target.name}")
    fresh.mkdir(parents=True)
    for name, content in files.items():
        (fresh / name).write_bytes(content)
    fresh.rename(target)
    return Release(target)


def head(root: Path = ROOT) -> str:
    """The commit that is checked out."""
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def main(arguments: list[str] | None = None) -> int:
    """Command line: freeze the release whose number the book bears."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book freeze",
        description=f"Keep what the built site gives out under {FOLDER}/VERSION; never twice.",
    )
    parser.add_argument("--site", type=Path, default=ROOT / "_build/site")
    options = parser.parse_args(arguments)
    try:
        made = freeze(options.site, head())
    except (FrozenError, RecordError, card_files.CardError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{FOLDER}/{made.version}: {len(made.cards)} cards, {len(made.claims)} claims")
    return 0
