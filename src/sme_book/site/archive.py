"""The data archive of a release: data, codebook, what is derived from them, and checksums.

Everything in it can be read without this project: CSV and JSON, described by the Data Package, by
CSVW metadata and by DDI-Codebook, with a file of SHA-256 sums that ``sha256sum --check`` reads.
The same data give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from sme_book.base import publication
from sme_book.base.editions import word
from sme_book.base.files import packed, sha256
from sme_book.base.project import ROOT
from sme_survey.judgement import audits, claims
from sme_survey.survey import exporting
from sme_survey.survey.loading import load
from sme_survey.survey.model import Survey

SUMS = "SHA256SUMS"
# Files of the repository that belong to the data.
BESIDE = ("CITATION.cff", "CHANGELOG.md", "LICENSE", "codemeta.json")
CARDS = "data/cards"  # in the site: the rows of every figure and table

_READ_ME = """\
# {title_en}
# {title_ja}

Version {version}, {date}

{credit_en}
{credit_ja}
{licence_en}
{licence_ja}

`data/` is a Data Package: start with `data/README.md` and `data/datapackage.json`, which describes
every table and column in both languages; `data/csv-metadata.json` (CSVW) and
`data/ddi-codebook.xml` (DDI-Codebook 2.5) say the same in other standards. An empty cell means
not published.
`data/`はData Packageである。まず`data/README.md`と、すべての表と列を両言語で記述した
`data/datapackage.json`を見る。同じ内容を`data/csv-metadata.json`（CSVW）と
`data/ddi-codebook.xml`（DDI-Codebook 2.5）でも示す。空欄は本書に収録していないことを表す。

| file | content | 内容 |
| --- | --- | --- |
| `data/derived/counts.csv` | counts that each published percentage allows | \
各割合と両立する件数 |
| `derived/answers.csv`, `.json` | every published percentage with labels, 95% Wilson interval, \
counts and page | 公表された全割合（ラベル、95%信頼区間、件数、掲載ページ付き） |
| `derived/claims.csv`, `.json` | statements of the report with their computed verdicts | \
報告書の記述と計算による判定 |
| `derived/audits.json` | what the audits of the published tables found | 公表された表の検査結果 |
| `cards/` | the rows of each figure and table of the book, by its name | 本書の各図表のデータ |
| `SHA256SUMS` | checksums: `sha256sum --check SHA256SUMS` | 照合用のハッシュ値 |
"""


def read_me() -> str:
    """What is in the archive, in both languages."""
    book = publication.book()
    return _READ_ME.format(
        title_en=publication.data_title("en"),
        title_ja=publication.data_title("ja"),
        version=book.version,
        date=book.released,
        credit_en=book.credit.en,
        credit_ja=book.credit.ja,
        licence_en=word("licence", "en"),
        licence_ja=word("licence", "ja"),
    )


def as_json(content: Any) -> bytes:
    """JSON text, the same for the same content."""
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def claims_csv(judged: list[dict[str, Any]]) -> bytes:
    """The ledger of claims as a table."""
    rows = []
    for item in judged:
        row: dict[str, Any] = {}
        for name, value in item.items():
            if isinstance(value, list):
                row[name] = json.dumps(value, ensure_ascii=False)
            else:
                row[name] = json.dumps(value) if isinstance(value, bool) else value
        rows.append(row)
    columns = list(rows[0])
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def derived(survey: Survey) -> dict[str, bytes]:
    """What is computed from the data, by its path in the archive."""
    records = exporting.all_records(survey)
    ledger = claims.ledger(survey)
    judged = [item.as_json() for item in ledger]
    return {
        "derived/answers.csv": exporting.as_csv(records).encode(),
        "derived/answers.json": exporting.as_json(records).encode(),
        "derived/audits.json": as_json([audit_record(item) for item in audits.audits(survey)]),
        "derived/claims.csv": claims_csv(judged),
        "derived/claims.json": as_json({"claims": judged, "totals": claims.totals(ledger)}),
    }


def audit_record(item: audits.Audit) -> dict[str, Any]:
    """An audit with its result as plain data, texts in both languages."""

    def both(text: Any) -> dict[str, str]:
        return {"en": text["en"], "ja": text["ja"]}

    return {
        "audit": item.id,
        "title": both(item.title),
        "tested": both(item.tested),
        "tests": item.tests,
        "passed": item.passed,
        "found": [both(found) for found in item.found],
        "result": both(item.result),
        "blind": both(item.blind),
    }


def contents(root: Path = ROOT, site: Path | None = None) -> dict[str, bytes]:
    """Every file of the archive by its path, sorted, the checksums last."""
    data = root / "data"
    found = {
        f"data/{path.relative_to(data).as_posix()}": path.read_bytes()
        for path in exporting.package_files(data)
    }
    found |= derived(load(data))
    found |= {name: (root / name).read_bytes() for name in BESIDE if (root / name).is_file()}
    found["README.md"] = read_me().encode()
    if site is not None:
        folder = site / CARDS
        found |= {
            f"cards/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
    ordered = dict(sorted(found.items()))
    sums = "".join(f"{sha256(content)}  {name}\n" for name, content in ordered.items())
    return ordered | {SUMS: sums.encode()}


def path(book: publication.Book) -> str:
    """Where the site offers the archive."""
    return f"data/{book.file('data.zip')}"


def archive(root: Path = ROOT, site: Path | None = None) -> bytes:
    """The archive as a zip file."""
    return packed(list(contents(root, site).items()), publication.book(root).released)
