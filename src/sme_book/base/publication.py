"""What every standard says of the book and its data, read from the two places that hold it.

``data/datapackage.json`` holds authors, version, date, keywords, sources and tables;
``_config.yml`` holds where the site and the repository are (``site_address`` and
``replay_repository``, empty by default; ``make book ADDRESS=... REPOSITORY=...`` says it for one
build). Nothing of it is typed again elsewhere.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sme_book.base.editions import word
from sme_book.base.places import PACKAGES_HOST
from sme_book.base.project import ROOT
from sme_survey.survey.loading import data_dir, load
from sme_survey.survey.names import Names
from sme_survey.survey.sources import Source
from sme_survey.survey.text import Language, Text

CC_BY = "https://creativecommons.org/licenses/by/4.0/"
MIT = "https://spdx.org/licenses/MIT"


@dataclass(frozen=True)
class Book:
    """The publication as a whole.

    ``address`` is where the site stands, with a slash at its end, and ``repository`` the address
    of the sources; both are empty where the settings are.
    """

    title: Text
    subtitle: Text
    authors: tuple[str, ...]
    version: str
    released: str
    keywords: tuple[Text, ...]
    address: str
    repository: str

    @property
    def year(self) -> str:
        """Year of this version."""
        return self.released[:4]

    @property
    def publisher(self) -> str:
        """Who publishes it: its authors do, which is why APA's references name no publisher."""
        return " & ".join(self.authors)

    @property
    def slug(self) -> str:
        """What the files and the references of a release are called."""
        return names().value("slug")

    @property
    def credit(self) -> Text:
        """The credit line to the agency."""
        return Text(word("credit", "en"), word("credit", "ja"))

    def file(self, what: str) -> str:
        """Name of a file of this release, for example ``data.zip``."""
        return f"{self.slug}-book-{self.version}-{what}"

    def url(self, path: str) -> str:
        """Absolute address of a page or file of the site, or nothing where the site has none."""
        return self.address + path if self.address else ""


def names() -> Names:
    """The words of the survey: agency, report, unit of analysis, topics."""
    return load().names


def report() -> Source:
    """The report whose statements the book judges."""
    survey = load()
    return survey.source(survey.names.value("report_source"))


def draft() -> Text:
    """What every page says while a wave is not wholly transcribed; nothing otherwise."""
    waves = [wave.label for wave in load().waves if wave.draft]
    if not waves:
        return Text("", "")
    names = ", ".join(wave.en for wave in waves)
    return Text(
        f"Draft, not for release: {names} is not wholly transcribed.",
        f"草稿（公開版ではない）：{'、'.join(wave.ja for wave in waves)}は入力途中です。",
    )


@lru_cache(maxsize=4)
def package(root: Path = ROOT) -> dict[str, Any]:
    """The data package as it describes itself."""
    folder = data_dir() if root == ROOT else root / "data"
    text = (folder / "datapackage.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@lru_cache(maxsize=4)
def settings(root: Path = ROOT) -> dict[str, Any]:
    """The settings of the site (``sphinx.config`` of ``_config.yml``)."""
    import yaml

    text = (root / "_config.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)["sphinx"]["config"]
    return found


# Settings that one build may be given instead: name in ``_config.yml``, environment variable, and
# how ``make`` calls it.
_GIVEN = {
    "site_address": ("SME_BOOK_ADDRESS", "ADDRESS"),
    "replay_repository": ("SME_BOOK_REPOSITORY", "REPOSITORY"),
}


class AddressError(ValueError):
    """The address of the site or of the repository is none; the message says which and why."""


def given() -> list[str]:
    """What this build was given instead of settings, as ``VARIABLE=value``."""
    return [f"{name}={os.environ.get(name, '')}" for name, _ in _GIVEN.values()]


def place(setting: str, root: Path = ROOT) -> str:
    """An address among the settings as this build has it: what it was given, or ``_config.yml``.

    Raises
    ------
    AddressError
        If it is not the whole address of a folder on the web.
    """
    variable, shown = _GIVEN[setting]
    address = os.environ.get(variable, "")
    if not address:
        address, shown = str(settings(root).get(setting) or ""), f"{setting} in _config.yml"
    if setting == "replay_repository" and re.fullmatch(r"[\w.-]+/[\w.-]+", address):
        return f"https://github.com/{address}"
    if address and (fault := address_fault(address)):
        raise AddressError(f"{shown}: {address!r} {fault}")
    return address


def packages_host(root: Path = ROOT) -> str:
    """Where Replay finds Pyodide's packages, with ``{version}`` for that of Pyodide.

    Raises
    ------
    AddressError
        If ``replay_packages`` is not the address of a folder.
    """
    address = str(settings(root).get("replay_packages") or PACKAGES_HOST)
    if fault := address_fault(address.replace("{version}", "0")):
        raise AddressError(f"replay_packages in _config.yml: {address!r} {fault}")
    return with_slash(address)


def address_fault(address: str) -> str:
    """What keeps a text from being an address that paths can be put after; nothing, if it is one.

    Examples
    --------
    >>> address_fault("example.org/survey")
    "does not begin with https:// or http:// (expected is, for example, https://example.org/survey/)"
    """
    example = "(expected is, for example, https://example.org/survey/)"
    if re.search(r"[^!-~]", address):
        return f"holds a space or a letter that addresses do not have {example}"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"cannot be read: {error} {example}"
    if parts.scheme not in ("https", "http"):
        return f"does not begin with https:// or http:// {example}"
    if not host or not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+", host):
        return f"names no host {example}"
    if parts.username is not None:
        return f"holds the name of a user {example}"
    if parts.query or parts.fragment or address[-1] in "?#":
        return f"ends in a query or a fragment {example}"
    if re.search(r"""[<>"'\\^`{|}]""", parts.path) or parts.path.endswith((".html", ".htm")):
        return f"is not the address of a folder {example}"
    return ""


def with_slash(address: str) -> str:
    """An address that paths can be put after."""
    return address if not address or address.endswith("/") else address + "/"


def book(root: Path = ROOT) -> Book:
    """The book, from the data package and the settings.

    Raises
    ------
    AddressError
        If the address of the site or of the repository is none.
    """
    return _book(root, with_slash(place("site_address", root)), place("replay_repository", root))


@lru_cache(maxsize=4)
def _book(root: Path, address: str, repository: str) -> Book:
    described = package(root)
    return Book(
        Text(word("book_title", "en"), word("book_title", "ja")),
        Text(word("book_subtitle", "en"), word("book_subtitle", "ja")),
        tuple(item["title"] for item in described["contributors"]),
        str(described["version"]),
        str(described["created"])[:10],
        tuple(map(Text, described["keywords"], described["keywords_ja"])),
        address,
        repository,
    )


def release_files(book: Book) -> dict[str, Text]:
    """The files of a release by name, and what each is."""
    return {
        book.file("en.pdf"): Text("The book in English, PDF", "本書の英語版（PDF）"),
        book.file("ja.pdf"): Text("The book in Japanese, PDF", "本書の日本語版（PDF）"),
        book.file("en.epub"): Text("The book in English, EPUB", "本書の英語版（EPUB）"),
        book.file("ja.epub"): Text("The book in Japanese, EPUB", "本書の日本語版（EPUB）"),
        book.file("site.zip"): Text(
            "The site with both editions, for a web server of one's own",
            "両言語版のサイト一式（自分のウェブサーバー用）",
        ),
        book.file("data.zip"): Text(
            "Data, codebook, derived tables and checksums",
            "データ、コードブック、導出した表、照合値",
        ),
    }


def data_title(language: Language, root: Path = ROOT) -> str:
    """Title of the data package."""
    return str(package(root)["title" if language == "en" else "title_ja"])


def data_description(language: Language, root: Path = ROOT) -> str:
    """Description of the data package."""
    return str(package(root)["description" if language == "en" else "description_ja"])


def tables(root: Path = ROOT) -> list[dict[str, Any]]:
    """The tables of the data package, in its order."""
    return [item for item in package(root)["resources"] if str(item["path"]).endswith(".csv")]
