"""Everything a release consists of, in one folder: ``python -m sme_book release``.

Site, PDF and EPUB of each edition, data archive, the package as a wheel, an RO-Crate that describes
them, and ``manifest.json`` with the size and SHA-256 of every file. The same sources give the same
bytes, so that a second run gives the same manifest. ``--check`` holds a folder against its
manifest, whoever made it; ``--again`` writes the release a second time and compares the two.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sme_book.base import publication, record
from sme_book.base.files import files_under, packed, sha256
from sme_book.base.project import ROOT
from sme_book.printing import epub, pdf, volumes
from sme_book.site import archive, frozen
from sme_book.standards import crate
from sme_survey.survey.text import LANGUAGES

MANIFEST = "manifest.json"
BESIDE = ("CITATION.cff", "CHANGELOG.md", "LICENSE")
WHEELS = "_replay/*.whl"  # in the site: the package with its data


def site_zip(site: Path, day: str) -> bytes:
    """The site as a zip file with one folder in it."""
    return packed(
        [
            (f"site/{path.relative_to(site).as_posix()}", path.read_bytes())
            for path in files_under(site)
        ],
        day,
    )


def manifest(folder: Path, book: publication.Book) -> dict[str, Any]:
    """Size and SHA-256 of every file of a folder but the manifest itself."""
    files = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != MANIFEST:
            content = path.read_bytes()
            files.append(
                {
                    "path": name,
                    "bytes": len(content),
                    "sha256": sha256(content),
                    "type": crate.media_type(path),
                }
            )
    return {
        "name": f"{book.slug}-book",
        "title": {language: book.title[language] for language in LANGUAGES},
        "version": book.version,
        "date": book.released,
        "files": files,
    }


def check(folder: Path) -> list[str]:
    """What is wrong with a folder, by its manifest: nothing, if all is well."""
    path = folder / MANIFEST
    if not path.is_file():
        return [f"{MANIFEST}: missing"]
    try:
        stated = {item["path"]: item for item in json.loads(path.read_text("utf-8"))["files"]}
    except (ValueError, KeyError, TypeError) as error:
        return [f"{MANIFEST}: cannot be read ({error})"]
    present = {
        item.relative_to(folder).as_posix()
        for item in folder.rglob("*")
        if item.is_file() and item != path
    }
    problems = [f"{name}: not in the manifest" for name in sorted(present - stated.keys())]
    for name, item in sorted(stated.items()):
        if name not in present:
            problems.append(f"{name}: missing")
            continue
        content = (folder / name).read_bytes()
        if len(content) != item["bytes"]:
            problems.append(f"{name}: {len(content)} bytes, expected {item['bytes']}")
        elif sha256(content) != item["sha256"]:
            problems.append(f"{name}: its SHA-256 is not the one in the manifest")
    return problems


def write_books(folder: Path, site: Path, book: publication.Book) -> None:
    """PDF and EPUB of each edition.

    Raises
    ------
    RuntimeError
        If epubcheck finds an error in an EPUB.
    """
    from playwright.sync_api import sync_playwright

    editions = record.records(site)
    with sync_playwright() as playwright:
        browser = pdf.launch(playwright)
        try:
            for language in LANGUAGES:
                volume = volumes.volume(editions[language], book)
                pdf.write_pdf(browser, volume, folder / book.file(f"{language}.pdf"))
                made = epub.epub(volume, pdf.cover_picture(browser, volume))
                (folder / book.file(f"{language}.epub")).write_bytes(made)
        finally:
            browser.close()
    for path in sorted(folder.glob("*.epub")):
        verdict = epub.epubcheck(path)
        if verdict.returncode != 0:
            raise RuntimeError(f"epubcheck on {path.name}:\n{verdict.stdout}{verdict.stderr}")


def refuse_draft() -> None:
    """A release holds no draft.

    Raises
    ------
    RuntimeError
        If a wave of the survey is not wholly transcribed.
    """
    if said := publication.draft().en:
        raise RuntimeError(f"{said} Set its state in data/waves.csv to final first.")


def release(site: Path, target: Path, root: Path = ROOT) -> dict[str, Any]:
    """Write a release; return its manifest. A folder with that name is replaced at the end.

    Raises
    ------
    FileNotFoundError
        If there is no built site, or it is one of another version.
    FrozenError
        If a release with this number gave out something else.
    """
    book = publication.book(root)
    for name in ("index.html", archive.path(book)):
        if not (site / name).is_file():
            raise FileNotFoundError(f"there is no {name} in {site}: run `make book` first")
    if not frozen.refuse_another(site, root):
        print(f"version {book.version} is not frozen yet: `make freeze` keeps what it gives out")
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    (fresh / book.file("site.zip")).write_bytes(site_zip(site, book.released))
    shutil.copyfile(site / archive.path(book), fresh / book.file("data.zip"))
    for wheel in sorted(site.glob(WHEELS)):
        shutil.copyfile(wheel, fresh / wheel.name)
    for name in BESIDE:
        if (root / name).is_file():
            shutil.copyfile(root / name, fresh / name)
    write_books(fresh, site, book)
    titles = {name: title["en"] for name, title in publication.release_files(book).items()}
    crate.write(fresh, titles)
    made = manifest(fresh, book)
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    (fresh / MANIFEST).write_text(text, encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return made


def differing(one: Path, other: Path) -> list[str]:
    """Files that two releases do not have in common, byte for byte."""
    names = {
        path.relative_to(folder).as_posix()
        for folder in (one, other)
        for path in folder.rglob("*")
        if path.is_file()
    }
    return [
        name
        for name in sorted(names)
        if not (one / name).is_file()
        or not (other / name).is_file()
        or (one / name).read_bytes() != (other / name).read_bytes()
    ]


def again(site: Path, target: Path) -> int:
    """Write a release elsewhere and compare it with one; return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        second = Path(folder) / "again"
        release(site, second)
        different = differing(target, second)
    for name in different:
        print(f"{name}: differs between two runs", file=sys.stderr)
    if not different:
        print(f"{os.path.relpath(target)}: a second run gives the same bytes")
    return int(bool(different))


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book release",
        description="Write everything a release consists of, or check what was written.",
    )
    parser.add_argument("--check", action="store_true", help="hold a folder against its manifest")
    parser.add_argument("--again", action="store_true", help="write it once more and compare")
    parser.add_argument("--site", type=Path, default=ROOT / "_build/site", help="the built site")
    parser.add_argument(
        "folder", nargs="?", type=Path, default=ROOT / "dist", help="the release (default: dist)"
    )
    options = parser.parse_args(arguments)
    if options.check:
        problems = check(options.folder)
        for problem in problems:
            print(problem, file=sys.stderr)
        if not problems:
            print(f"{os.path.relpath(options.folder)}: every file is as its manifest says")
        return int(bool(problems))
    began = time.perf_counter()
    try:
        refuse_draft()
        if options.again:
            return again(options.site.resolve(), options.folder.resolve())
        made = release(options.site.resolve(), options.folder.resolve())
    except (FileNotFoundError, RuntimeError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for item in made["files"]:
        print(f"{item['sha256']}  {item['bytes']:>11,}  {item['path']}")
    digest = sha256((options.folder / MANIFEST).read_bytes())
    print(f"{digest}  {MANIFEST}, written in {time.perf_counter() - began:.1f} s")
    return 0
