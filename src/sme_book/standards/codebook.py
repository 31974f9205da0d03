"""All that is derived from the tables and lies in the repository: ``python -m sme_book metadata``.

The counts behind percentages, what the data package says of the survey, the size that README
states, and the descriptions for other systems, in the order in which one needs the other.
``--check`` changes nothing and fails where a file differs from what would be written.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from sme_book.base import publication
from sme_book.base.project import ROOT
from sme_book.standards import csvw, ddi, repository
from sme_survey import __version__
from sme_survey.judgement import audits
from sme_survey.survey.loading import load


def csv_metadata_json() -> str:
    """Content of ``data/csv-metadata.json``."""
    return json.dumps(csvw.document(), ensure_ascii=False, indent=1) + "\n"


def counts() -> str:
    """Content of ``data/derived/counts.csv``."""
    return audits.counts_csv(load())


def package_json() -> str:
    """``data/datapackage.json`` with the version and the words of ``survey.csv`` at its head."""
    names, described = load().names, dict(publication.package())
    described["name"], described["version"] = names.value("package"), __version__
    for key, name in (("title", "data_title"), ("description", "data_description")):
        described[key], described[f"{key}_ja"] = names[name].en, names[name].ja
    described["keywords"] = names["keywords"].en.split(";")
    described["keywords_ja"] = names["keywords"].ja.split(";")
    first, *others = described["sources"]
    credit = {"title": names["credit"].en, "title_ja": names["credit"].ja}
    described["sources"] = [{**first, **credit}, *others]
    return json.dumps(described, ensure_ascii=False, indent=2) + "\n"


def read_me() -> str:
    """``README.md`` with the size of the survey between its two marks."""
    survey = load()
    published = sum(question.published for question in survey.questions)
    size = (
        f"{survey.names.many(survey.main.base).en}, {published} questions with published numbers, "
        f"{len(survey.waves)} waves"
    )
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    start, end = "<!-- size -->", "<!-- /size -->"
    before, _, rest = text.partition(start)
    return f"{before}{start}{size}{end}{rest.partition(end)[2]}"


# File in the repository and the function that gives its content.
ARTEFACTS: dict[str, Callable[[], str]] = {
    "data/derived/counts.csv": counts,
    "data/datapackage.json": package_json,
    "README.md": read_me,
    "CITATION.cff": repository.citation_cff,
    ".zenodo.json": repository.zenodo_json,
    "codemeta.json": repository.codemeta_json,
    "data/csv-metadata.json": csv_metadata_json,
    "data/ddi-codebook.xml": ddi.document,
}


def stale(root: Path = ROOT) -> list[str]:
    """Files that are missing or hold something else than would be written."""
    return [
        name
        for name, content in ARTEFACTS.items()
        if not (root / name).is_file() or (root / name).read_text(encoding="utf-8") != content()
    ]


def write(target: Path = ROOT) -> list[str]:
    """Write every file below a folder; return the names of those that changed."""
    changed = []
    for name, content in ARTEFACTS.items():
        path, text = target / name, content()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
            publication.package.cache_clear()  # what comes later reads it
            changed.append(name)
    return changed


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book metadata",
        description="Write all that is derived from the tables: counts, descriptions, sizes.",
    )
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 if one would")
    parser.add_argument("--to", type=Path, default=ROOT, help="folder to write below")
    options = parser.parse_args(arguments)
    if options.check:
        for name in (found := stale(options.to)):
            print(f"{name}: not up to date; run: make data", file=sys.stderr)
        return int(bool(found))
    for name in write(options.to):
        print(f"{name}: written")
    return 0
