"""Pyodide's packages for the site: ``python -m sme_book packages FOLDER``.

They come from the host that ``replay_packages`` names, and each is held against the SHA-256 of
Pyodide's lock. ``make book PYODIDE_DIST=FOLDER`` then puts them into the site, which asks no other
host at all.
"""

from __future__ import annotations

import argparse
import http.client
import os
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sme_book.base import publication
from sme_book.base.files import sha256
from sme_book.base.project import ROOT
from sme_book.site.replay_files import (
    OFFERED,
    ReplayError,
    closure,
    pyodide_lock,
    pyodide_version,
)

SECONDS = 60.0  # without a byte, after which a download is given up


def fetch(lock: Mapping[str, Any], host: str, folder: Path) -> int:
    """Fetch the packages that Replay offers into a folder; return how many were not there yet.

    ``host`` is the address of a folder, with a slash at its end.

    Raises
    ------
    ReplayError
        If a file cannot be fetched, or is not the one that the lock names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    fetched = 0
    for name in closure(lock["packages"], OFFERED):
        package = lock["packages"][name]
        path = folder / package["file_name"]
        if path.is_file() and sha256(path.read_bytes()) == package["sha256"]:
            continue
        try:
            with urllib.request.urlopen(host + path.name, timeout=SECONDS) as answer:
                content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise ReplayError(f"{host}{path.name}: could not be fetched ({error})") from error
        if sha256(content) != package["sha256"]:
            raise ReplayError(
                f"{host}{path.name}: its SHA-256 is {sha256(content)}, Pyodide's lock says "
                f"{package['sha256']}; it was not kept"
            )
        part = path.with_name(path.name + ".part")
        part.write_bytes(content)
        part.replace(path)
        print(f"{path.name}: {len(content):,} bytes", flush=True)
        fetched += 1
    return fetched


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(
        prog="python -m sme_book packages",
        description="Fetch Pyodide's packages for PYODIDE_DIST, checked against its lock.",
    )
    parser.add_argument("folder", type=Path, help="where they go; what is there already stays")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository")
    options = parser.parse_args(arguments)
    try:
        host = publication.packages_host(options.root)
        version = pyodide_version(options.root)
        lock = pyodide_lock(options.root)
        fetched = fetch(lock, host.replace("{version}", version), options.folder)
    except (ReplayError, publication.AddressError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{os.path.relpath(options.folder)}: complete, {fetched} fetched")
    return 0
