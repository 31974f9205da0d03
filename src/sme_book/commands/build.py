"""Build both editions and put the site together: ``python -m sme_book build``.

The two editions are built by Jupyter Book in two processes. What did not change is not made
again (:mod:`sme_book.pages.changes`, :mod:`sme_book.notebooks.outputs`), and nothing at all where a
digest over all sources, data and versions is the last one; ``--force`` keeps nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sme_book.addresses import not_found
from sme_book.base import inputs, publication, record
from sme_book.base.editions import word
from sme_book.base.files import (
    canonical,
    digest_of,
    files_under,
    integrity,
    made_once,
    sha256,
)
from sme_book.base.project import ROOT, environment
from sme_book.notebooks import kernels
from sme_book.site import offline, replay_files, sharing
from sme_survey.judgement import guard
from sme_survey.survey.text import LANGUAGES, Language

# Compiling the grammar of an optional format check takes longer than the rest of the start; trees
# of documents live to the end, so that looking for garbage among them often finds none.
_JUPYTER_BOOK = (
    "import gc, sys; sys.modules['rfc3987_syntax'] = None; gc.set_threshold(100_000, 50, 100); "
    "from jupyter_book.cli.main import main; main()"
)
# What Jupyter Book leaves in its output that no reader needs.
LEFT_OVERS = (".buildinfo", "_sources", "objects.inv", "reports", "_images", "jupyter_execute")
MOVED = {"book/reuse": "notebooks/reuse"}  # pages below an edition that have another address now
# Static files of Sphinx itself that no page of ours loads.
UNUSED_STATIC = (
    "documentation_options.js",
    "pygments.css",
    "translations.js",
)


def site_digest(folder: Path) -> str:
    """One digest for a built edition or a whole site."""
    return digest_of(folder, files_under(folder))


def start_build(
    root: Path, work: Path, language: Language, jupyter: str = ""
) -> subprocess.Popen[bytes]:
    """Start Jupyter Book for one edition; its words go to a log beside its output.

    ``jupyter`` is a folder of kernels to find before those that are installed.
    """
    folder = work / language
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable, "-c", _JUPYTER_BOOK,
        "build", str(root), "-n", "-W", "--keep-going", "--path-output", str(folder),
        "--config", str(root / "_config.yml"),
        "--toc", str(root / "_toc.yml"),
    ]  # fmt: skip
    with (folder / "build.log").open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=root,
            env=environment(language) | ({"JUPYTER_PATH": jupyter} if jupyter else {}),
            stdout=log,
            stderr=subprocess.STDOUT,
        )


# A warning or error of the build, and the own line of an exception, with its hint.
_WRONG = re.compile(r"WARNING|ERROR|Error|^(?:\w+\.)*[A-Z]\w+: ")


def warnings_in(log: Path) -> str:
    """What went wrong, from a build's log; the whole log where it does not say."""
    text = log.read_text(encoding="utf-8", errors="replace")
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()
    chosen = [line for line in lines if _WRONG.search(line)]
    return "\n".join(chosen[:40] or lines[-40:])


def take_edition(work: Path, language: Language, site: Path) -> None:
    """Move one edition's pages into the site, without what no reader needs."""
    target = site / language
    shutil.copytree(work / language / "_build" / "html", target)
    for name in LEFT_OVERS:
        path = target / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for name in UNUSED_STATIC:
        (target / "_static" / name).unlink(missing_ok=True)
    for path in (target / "_static").glob("mystnb.*.css"):
        path.unlink()


def redirect_page(target: str, title: str, language: Language) -> str:
    """A page that leads on: to the same place of the page where scripts run, else to its top."""
    script = f"location.replace({json.dumps(target)} + location.search + location.hash)"
    allowed = integrity("sha256", script.encode())
    policy = f"default-src 'none'; script-src '{allowed}'; base-uri 'none'"
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{title}</title>'
        f"<script>{script}</script>"
        f'<noscript><meta http-equiv="refresh" content="0; url={target}"></noscript>'
        f'<meta name="robots" content="noindex"><link rel="canonical" href="{target}"></head>\n'
        f'<body><p><a href="{target}">{title}</a></p></body>\n</html>\n'
    )


def assemble(root: Path, work: Path, site: Path) -> None:
    """Put the editions and the front page together."""
    from sme_book.site.landing import landing_page, landing_pictures

    records = {name: work / name / "_build" / record.FILE for name in LANGUAGES}
    editions = {name: record.read(path) for name, path in records.items()}
    fresh = site.with_name(site.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for language in LANGUAGES:
        take_edition(work, language, fresh)
        page = redirect_page("book/index.html", word("book_title", language), language)
        (fresh / language / "index.html").write_text(page, encoding="utf-8")
        titles = {page.name: page.title for page in editions[language].pages}
        for old, new in MOVED.items():
            page = redirect_page(f"../{new}.html", titles[new], language)
            (fresh / language / f"{old}.html").write_text(page, encoding="utf-8")
    (fresh / "index.html").write_text(landing_page(root, editions), encoding="utf-8")
    for name, drawing in landing_pictures(editions).items():
        (fresh / name).write_text(drawing, encoding="utf-8")
    (fresh / "404.html").write_text(not_found.page(publication.book(root)), encoding="utf-8")
    (fresh / ".nojekyll").touch()
    for made in beside(root, work, editions, address_pages(fresh)):
        shutil.copytree(made, fresh, dirs_exist_ok=True)
    offline.assemble(root, fresh, editions)
    shutil.rmtree(site, ignore_errors=True)
    for language, path in records.items():
        record.place(site, language).parent.mkdir(exist_ok=True)
        shutil.copyfile(path, record.place(site, language))
    fresh.rename(site)


def address_pages(site: Path) -> list[str]:
    """Files of the pages of figures, claims and versions, without embeds and single digests."""
    return sorted(
        f"{folder}/{path.name}"
        for folder in ("cards", "claims", "changes")
        for path in (site / "en" / folder).glob("*.html")
    )


def replay_part(root: Path, work: Path) -> Path:
    """Folder of what Replay loads, made again only where it could differ."""
    host = publication.packages_host(root)
    key = inputs.digest(root, replay_files.MADE_OF, inputs.settings(), host)
    return made_once(
        work / ".kept", "replay", key, lambda part: replay_files.assemble(root, work, part, host)
    )


def beside(
    root: Path, work: Path, editions: Mapping[Language, record.Record], more: list[str]
) -> Iterator[Path]:
    """Folders of what stands beside the pages, each made again only where it could differ."""
    yield replay_part(root, work)
    cards = [
        [page.name, asdict(card)] for edition in editions.values() for page, card in edition.cards()
    ]
    pages = [*(page.name for page in editions["en"].pages), *more]
    key = inputs.digest(root, sharing.MADE_OF, inputs.settings(), sha256(canonical(cards)), *pages)
    kept = work / ".kept"
    yield made_once(
        kept, "shared", key, lambda part: sharing.assemble(root, work, part, editions, more)
    )


def report(site: Path, state: dict[str, Any], seconds: float, built: bool) -> None:
    """Say what was done, and the digest of each edition."""
    for language in LANGUAGES:
        print(f"{language}: {state[language]}")
    print(f"site: {state['site']}")
    done = "built" if built else "unchanged"
    print(f"{done} in {seconds:.1f} s: {os.path.relpath(site / 'index.html')}")


def build(root: Path = ROOT, output: Path | None = None, force: bool = False) -> int:
    """Build what has changed; return the exit code."""
    began = time.perf_counter()
    publication.book(root)  # an address that is none is said now, not in the middle of a page
    publication.packages_host(root)
    work = output or root / "_build"
    site, stamp = work / "site", work / "state.json"
    wanted = inputs.digest(root, inputs.ALL, inputs.settings())
    state = json.loads(stamp.read_text(encoding="utf-8")) if stamp.is_file() else {}
    current = not force and state.get("inputs") == wanted and site.is_dir()
    if current and state.get("site") == site_digest(site):
        report(site, state, time.perf_counter() - began, built=False)
        return 0
    stamp.unlink(missing_ok=True)
    computing = inputs.digest(root, inputs.COMPUTING)
    early = force or state.get("computing") != computing
    if force:
        for name in (*LANGUAGES, ".kept"):
            shutil.rmtree(work / name, ignore_errors=True)
    with kernels.warm(environment(LANGUAGES[0]), early) as prepared:
        jupyter = prepared.get("JUPYTER_PATH", "")
        running = {language: start_build(root, work, language, jupyter) for language in LANGUAGES}
        try:
            replay_part(root, work)  # it needs no page, and this process only waits
        finally:
            failed = [language for language in LANGUAGES if running[language].wait() != 0]
    for language in failed:
        log = work / language / "build.log"
        print(f"edition {language} failed, see {os.path.relpath(log)}:", file=sys.stderr)
        print(warnings_in(log), file=sys.stderr)
    if failed:
        return 1
    assemble(root, work, site)
    state = {language: site_digest(site / language) for language in LANGUAGES}
    state |= {"inputs": wanted, "computing": computing, "site": site_digest(site)}
    stamp.write_text(json.dumps(state, indent=1), encoding="utf-8")
    report(site, state, time.perf_counter() - began, built=True)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m sme_book build",
                                     description="Build both editions into one site.")  # fmt: skip
    parser.add_argument("--force", action="store_true", help="build even if nothing has changed")
    parser.add_argument("--output", type=Path, help="folder to build in (default: _build)")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository")
    options = parser.parse_args(arguments)
    output = options.output.resolve() if options.output else None
    if wrong := guard.inspect(options.root.resolve() / "data").causes:
        print("\n".join(guard.summary(wrong)), file=sys.stderr)
        return 1
    try:
        return build(options.root.resolve(), output, options.force)
    except (replay_files.ReplayError, publication.AddressError) as error:
        print(error, file=sys.stderr)
        return 1
