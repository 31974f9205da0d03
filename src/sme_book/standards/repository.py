"""Descriptions of the repository for those who cite, archive and index software.

``CITATION.cff`` (Citation File Format 1.2.0), ``.zenodo.json`` (Zenodo's deposit metadata) and
``codemeta.json`` (CodeMeta 3.0), all from ``data/datapackage.json``, ``pyproject.toml`` and the
settings of the site.
"""

from __future__ import annotations

import html
import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from sme_book.base import publication
from sme_book.base.editions import word
from sme_book.base.project import ROOT


@lru_cache(maxsize=4)
def project(root: Path = ROOT) -> dict[str, Any]:
    """The package as ``pyproject.toml`` describes it."""
    found: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return dict(found["project"])


def abstract(root: Path = ROOT) -> str:
    """What the publication is, in a few sentences."""
    credit = publication.book(root).credit.en
    return f"{publication.data_description('en', root)} {word('licence', 'en')} {credit}"


def report() -> dict[str, Any]:
    """The agency's report as a reference of CITATION.cff."""
    year, month = (int(part) for part in publication.report().date.split("-"))
    return {
        "type": "report",
        "title": publication.report().title.en,
        "abstract": f"Japanese title: {publication.report().title.ja}",
        "authors": [{"name": publication.names()["agency"].en}],
        "year": year,
        "month": month,
        "languages": ["ja"],
    }


def citation_cff() -> str:
    """Content of ``CITATION.cff``."""
    import yaml

    book = publication.book()
    authors = [{"name": name} for name in book.authors]
    places = {
        name: value
        for name, value in (("url", book.address), ("repository-code", book.repository))
        if value
    }
    value: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "Cite the report for what the survey found, and this book for what was "
        "recomputed, tested or drawn here.",
        "type": "software",
        "title": book.title.en,
        "abstract": abstract(),
        "authors": authors,
        "version": book.version,
        "date-released": book.released,
        "license": "MIT",
        "keywords": [item.en for item in book.keywords],
        **places,
        "preferred-citation": {
            "type": "book",
            "title": book.title.en,
            "authors": [dict(author) for author in authors],
            "version": book.version,
            "year": int(book.year),
            "date-released": book.released,
            "license": "CC-BY-4.0",
            "languages": ["en", "ja"],
            **places,
        },
        "references": [report()],
    }
    head = "# Written by `make data`, from data/datapackage.json.\n"
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=96)
    return head + text


def zenodo_json() -> str:
    """Content of ``.zenodo.json``."""
    book, names, source = publication.book(), publication.names(), publication.report()
    related = [
        {"identifier": address, "relation": relation, "resource_type": kind}
        for address, relation, kind in (
            (book.address, "isIdenticalTo", "publication-book"),
            (book.repository, "isSupplementedBy", "software"),
        )
        if address
    ]
    value: dict[str, Any] = {
        "title": book.title.en,
        "upload_type": "publication",
        "publication_type": "book",
        "description": f"<p>{html.escape(abstract(), quote=False)}</p>",
        "creators": [{"name": name} for name in book.authors],
        "access_right": "open",
        "license": "cc-by-4.0",
        "version": book.version,
        "language": "eng",
        "keywords": [item.en for item in book.keywords],
        "notes": f"{book.credit.en} {book.credit.ja}",
        "references": [f"{names['agency'].en} ({source.date[:4]}). {source.title.en}."],
    }
    if related:
        value["related_identifiers"] = related
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def codemeta_json() -> str:
    """Content of ``codemeta.json``."""
    book, described = publication.book(), project()
    authors = [{"type": "Organization", "name": name} for name in book.authors]
    extras = sorted({item for group in ("figures", "widgets", "book")
                     for item in described["optional-dependencies"][group]
                     if not item.startswith(described["name"])})  # fmt: skip
    value: dict[str, Any] = {
        "@context": "https://w3id.org/codemeta/3.0",
        "type": "SoftwareSourceCode",
        "name": described["name"],
        "identifier": described["name"],
        "description": described["description"],
        "version": book.version,
        "dateModified": book.released,
        "datePublished": book.released,
        "author": authors,
        "maintainer": authors,
        "license": publication.MIT,
        "keywords": described["keywords"],
        "programmingLanguage": {"type": "ComputerLanguage", "name": "Python"},
        "runtimePlatform": f"Python {described['requires-python']}",
        "operatingSystem": ["Linux", "macOS", "Windows"],
        "softwareSuggestions": extras,
        "developmentStatus": "active",
        "referencePublication": {
            "type": "Book",
            "name": book.title.en,
            "inLanguage": ["en", "ja"],
            "license": publication.CC_BY,
        },
    }
    if book.repository:
        value["codeRepository"] = book.repository
    if book.address:
        value["url"] = book.address
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
