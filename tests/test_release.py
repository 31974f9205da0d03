"""A release: the archive and its checksums, the manifest and its check, the same bytes again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from sme_book.base import publication
from sme_book.base.files import packed
from sme_book.base.project import ROOT
from sme_book.commands import release
from sme_book.site import archive
from sme_survey.judgement import claims
from sme_survey.survey.loading import load


@pytest.fixture(scope="module")
def archived(site: Path) -> bytes:
    return archive.archive(ROOT, site)


@pytest.fixture(scope="module")
def files(archived: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archived)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


# ---- archive ---------------------------------------------------------------------------------


def test_archive_holds_the_whole_data_package(files: dict[str, bytes]) -> None:
    package = json.loads(files["data/datapackage.json"])
    for resource in package["resources"]:
        assert f"data/{resource['path']}" in files
    for path in (ROOT / "data").rglob("*"):
        if path.is_file() and "releases" not in path.parts:
            assert files[f"data/{path.relative_to(ROOT / 'data')}"] == path.read_bytes()
    assert not [name for name in files if name.startswith("data/releases/")]
    for name in ("README.md", "CITATION.cff", "LICENSE", "CHANGELOG.md", archive.SUMS):
        assert files[name]


def test_archive_can_be_loaded(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in files.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    assert len(load(tmp_path / "data").all_answers) == len(load().all_answers)
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", archive.SUMS],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert len(done.stdout.splitlines()) == len(files) - 1


def test_archive_read_me_names_source_and_version(files: dict[str, bytes]) -> None:
    text = files["README.md"].decode()
    book = publication.book()
    for part in (book.version, book.released, book.credit.en, book.credit.ja):
        assert part in text
    for line in text.splitlines():
        if line.startswith("| `") and "SHA256SUMS" not in line:
            name = line.split("`")[1]
            assert any(item.startswith(name) for item in files) or name == "cards/", name


def test_archive_claims_are_those_of_the_ledger(files: dict[str, bytes]) -> None:
    judged = claims.ledger(load())
    stored = json.loads(files["derived/claims.json"])
    assert stored["totals"] == claims.totals(judged)
    assert [item["claim_id"] for item in stored["claims"]] == [item.claim.id for item in judged]
    rows = list(csv.DictReader(io.StringIO(files["derived/claims.csv"].decode())))
    assert [row["verdict"] for row in rows] == [item.verdict for item in judged]
    assert all(row["statement_en"] and row["statement_ja"] for row in rows)


def test_archive_answers_have_intervals_and_counts(files: dict[str, bytes]) -> None:
    rows = list(csv.DictReader(io.StringIO(files["derived/answers.csv"].decode())))
    assert len(rows) == len(load().all_answers)
    for row in rows:
        assert float(row["low"]) - 0.06 <= float(row["percent"]) <= float(row["high"]) + 0.06
        assert int(row["count_low"]) <= int(row["count_high"]) <= int(row["n"])
    assert all(item["passed"] for item in json.loads(files["derived/audits.json"]))


def test_archive_is_the_same_again(archived: bytes, site: Path) -> None:
    assert archive.archive(ROOT, site) == archived


# ---- zip files -------------------------------------------------------------------------------


def test_zip_depends_on_its_content_alone(tmp_path: Path) -> None:
    content = [("b.txt", b"text" * 100), ("a.png", b"\x89PNG")]
    made = packed(content, "2026-01-02")
    assert made == packed(content, "2026-01-02")
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        assert opened.namelist() == ["b.txt", "a.png"]
        for entry in opened.infolist():
            assert entry.date_time == (2026, 1, 2, 0, 0, 0)
            assert entry.create_system == 3
            assert entry.external_attr >> 16 == 0o100644


def test_site_zip_is_the_site(site: Path) -> None:
    made = release.site_zip(site, "2026-01-02")
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        names = opened.namelist()
        assert opened.read("site/index.html") == (site / "index.html").read_bytes()
    assert names == sorted(names, key=lambda name: name.split("/"))
    assert len(names) == sum(path.is_file() for path in site.rglob("*"))


# ---- manifest --------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "dist"
    (target / "below").mkdir(parents=True)
    (target / "a.txt").write_text("one")
    (target / "below/b.csv").write_text("x\n1\n")
    made = release.manifest(target, publication.book())
    (target / release.MANIFEST).write_text(json.dumps(made))
    return target


def test_manifest_states_size_and_digest(folder: Path) -> None:
    stated = json.loads((folder / release.MANIFEST).read_text())
    assert stated["version"] == publication.book().version
    assert stated["files"][0] == {
        "path": "a.txt",
        "bytes": 3,
        "sha256": hashlib.sha256(b"one").hexdigest(),
        "type": "text/plain",
    }
    assert [item["path"] for item in stated["files"]] == ["a.txt", "below/b.csv"]
    assert release.check(folder) == []


def test_check_finds_every_kind_of_change(folder: Path) -> None:
    (folder / "a.txt").write_text("two")
    (folder / "new.txt").write_text("")
    (folder / "below/b.csv").unlink()
    assert release.check(folder) == [
        "new.txt: not in the manifest",
        "a.txt: its SHA-256 is not the one in the manifest",
        "below/b.csv: missing",
    ]
    (folder / "a.txt").write_text("three")
    assert "a.txt: 5 bytes, expected 3" in release.check(folder)
    (folder / release.MANIFEST).write_text("{")
    assert "cannot be read" in release.check(folder)[0]
    (folder / release.MANIFEST).unlink()
    assert release.check(folder) == ["manifest.json: missing"]


def test_check_says_so_in_its_exit_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["--check", str(folder)]) == 0
    (folder / "a.txt").write_text("two")
    assert release.main(["--check", str(folder)]) == 1
    assert "a.txt" in capsys.readouterr().err


def test_two_releases_are_compared(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    assert release.differing(folder, other) == []
    (other / "a.txt").write_text("two")
    (other / "c.txt").write_text("")
    assert release.differing(folder, other) == ["a.txt", "c.txt"]


def test_without_a_site_it_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release.main(["--site", str(tmp_path / "none"), str(tmp_path / "dist")]) == 2
    assert "make book" in capsys.readouterr().err
    assert not (tmp_path / "dist").exists()
