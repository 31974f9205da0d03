"""schema.org descriptions of the book, its chapters and its data, as JSON-LD.

Addresses are absolute where the site has one; otherwise they are relative to the page, which is
how JSON-LD in a page is read.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sme_book.base import publication
from sme_book.base.places import IMAGE_FOLDER, SITE
from sme_survey.survey.loading import load
from sme_survey.survey.text import Language

SCHEMA = "https://schema.org"


@dataclass(frozen=True)
class Part:
    """A figure or table of a page."""

    label: str
    anchor: str
    kind: str
    title: str
    credit: str = ""


def place(book: publication.Book, path: str) -> str:
    """Address of something below the top of the site, seen from a page of an edition."""
    return book.url(path) or SITE + path


def authors(book: publication.Book) -> list[dict[str, str]]:
    """Who made the book."""
    return [{"@type": "Organization", "name": name} for name in book.authors]


def agency(language: Language) -> dict[str, Any]:
    """Who made the survey."""
    names = publication.names()
    return {
        "@type": "GovernmentOrganization",
        "name": names["agency"][language],
        "alternateName": names["agency_short"][language],
        "url": names.value("agency_address"),
    }


def report(language: Language) -> dict[str, Any]:
    """The report that the data come from."""
    return {
        "@type": "Report",
        "name": publication.report().title[language],
        "author": agency(language),
        "datePublished": publication.report().date,
        "inLanguage": "ja",
    }


def book_node(book: publication.Book, language: Language) -> dict[str, Any]:
    """The book as a whole."""
    node = {
        "@type": "Book",
        "@id": place(book, f"{language}/book/index.html") + "#book",
        "name": book.title[language],
        "alternativeHeadline": book.subtitle[language],
        "url": place(book, f"{language}/book/index.html"),
        "author": authors(book),
        "datePublished": book.released,
        "version": book.version,
        "inLanguage": language,
        "license": publication.CC_BY,
        "isBasedOn": report(language),
        "isAccessibleForFree": True,
        "image": place(book, f"images/preview-{language}.png"),
        "keywords": [item.en for item in book.keywords],
    }
    if book.repository:
        node["codeRepository"] = book.repository
    return node


def dataset_id(book: publication.Book) -> str:
    """Name of the data set in every description."""
    return place(book, "data/datapackage.json") + "#dataset"


def _variables(book: publication.Book, language: Language) -> list[dict[str, Any]]:
    """The questions with published numbers, each with its place in the data dictionary."""
    return [
        {
            "@type": "PropertyValue",
            "name": question.title[language],
            "propertyID": question.id,
            "unitText": "%",
            "url": place(book, f"{language}/book/data-dictionary.html") + "#table-answers",
        }
        for question in load().questions
        if question.published
    ]


def _distribution(book: publication.Book, language: Language) -> list[dict[str, Any]]:
    """The files to download: every table, the data package, and all of it in one archive."""
    key, archive = "" if language == "en" else "_ja", book.file("data.zip")
    tables = [
        (str(table.get(f"title{key}") or table["title"]), "text/csv", str(table["path"]))
        for table in publication.tables()
    ]
    more = [
        ("Data Package", "application/json", "datapackage.json"),
        (publication.release_files(book)[archive][language], "application/zip", archive),
    ]
    return [
        {
            "@type": "DataDownload",
            "name": name,
            "encodingFormat": kind,
            "contentUrl": place(book, f"data/{file}"),
        }
        for name, kind, file in (*tables, *more)
    ]


def dataset_node(book: publication.Book, language: Language) -> dict[str, Any]:
    """The data set: what it measures, of whom, when, and every file."""
    survey = load()
    years = [wave.year for wave in survey.waves]
    return {
        "@type": "Dataset",
        "@id": dataset_id(book),
        "name": publication.data_title(language),
        "description": publication.data_description(language) + " " + book.credit[language],
        "url": place(book, f"{language}/notebooks/reuse.html"),
        "identifier": str(publication.package()["name"]),
        "version": book.version,
        "datePublished": book.released,
        "creator": authors(book),
        "license": publication.CC_BY,
        "creditText": book.credit[language],
        "isAccessibleForFree": True,
        "inLanguage": ["en", "ja"],
        "keywords": [item.en for item in book.keywords],
        "temporalCoverage": "/".join(dict.fromkeys(str(year) for year in (min(years), max(years)))),
        "spatialCoverage": {
            "@type": "Country",
            "name": survey.names["nation"][language],
            "identifier": survey.names.value("nation"),
        },
        "isBasedOn": report(language),
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "name": book.title[language],
            "url": place(book, f"{language}/book/index.html"),
        },
        "variableMeasured": _variables(book, language),
        "distribution": _distribution(book, language),
    }


def part_node(book: publication.Book, language: Language, page: str, part: Part) -> dict[str, Any]:
    """A figure or table of a chapter, with its files."""
    node: dict[str, Any] = {
        "@type": "ImageObject" if part.kind == "figure" else "Table",
        "@id": f"{place(book, f'{language}/{page}.html')}#{part.anchor}",
        "name": part.title,
        "identifier": part.label,
        "license": publication.CC_BY,
    }
    if part.kind == "figure":
        node["contentUrl"] = place(book, f"{IMAGE_FOLDER}/{language}/{part.label}.svg")
        node["encodingFormat"] = "image/svg+xml"
    if part.credit:
        node["creditText"] = part.credit
    return node


def article_node(
    book: publication.Book,
    language: Language,
    page: str,
    title: str,
    description: str,
    parts: Iterable[Part] = (),
) -> dict[str, Any]:
    """A chapter, with its figures and tables."""
    address = place(book, f"{language}/{page}.html")
    node: dict[str, Any] = {
        "@type": "ScholarlyArticle",
        "@id": address + "#article",
        "headline": title,
        "name": title,
        "abstract": description,
        "url": address,
        "author": authors(book),
        "publisher": authors(book)[0],
        "datePublished": book.released,
        "version": book.version,
        "inLanguage": language,
        "license": publication.CC_BY,
        "isAccessibleForFree": True,
        "image": place(book, f"images/preview-{language}.png"),
        "isPartOf": {
            "@type": "Book",
            "@id": place(book, f"{language}/book/index.html") + "#book",
            "name": book.title[language],
        },
        "isBasedOn": [report(language), {"@id": dataset_id(book)}],
        "translationOfWork" if language == "ja" else "workTranslation": {
            "@id": place(book, f"{'en' if language == 'ja' else 'ja'}/{page}.html") + "#article"
        },
    }
    if shown := [part_node(book, language, page, part) for part in parts]:
        node["hasPart"] = shown
    return node


def seen_from(book: publication.Book, page: str) -> Callable[[str], str]:
    """How a page (its path below the top of the site) names other places of the site."""

    def there(path: str) -> str:
        return book.url(path) or posixpath.relpath(path, posixpath.dirname(page))

    return there


def claim_review(
    book: publication.Book, language: Language, page: str, claim: Mapping[str, Any], date: str
) -> dict[str, Any]:
    """The verdict on a statement of the report; ``claim`` as a release keeps it, in one language.

    The rating has words and no number: the verdicts answer several questions and form no scale.
    """
    here = seen_from(book, page)(page)
    return {
        "@type": "ClaimReview",
        "@id": here,
        "url": here,
        "inLanguage": language,
        "datePublished": date,
        "author": authors(book)[0],
        "claimReviewed": claim["statement"],
        "reviewBody": claim["evidence"],
        "reviewRating": {"@type": "Rating", "alternateName": claim["label"]},
        "license": publication.CC_BY,
        "itemReviewed": {
            "@type": "Claim",
            "author": agency(language),
            "datePublished": publication.report().date,
            "appearance": report(language) | {"pagination": str(claim["report_page"])},
        },
    }


def script(nodes: list[Mapping[str, Any]]) -> str:
    """Descriptions as an element of a page; browsers do not run it."""
    value = {"@context": SCHEMA, "@graph": nodes}
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f'<script type="application/ld+json">{text.replace("<", chr(92) + "u003c")}</script>'
