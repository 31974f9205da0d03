"""Build the site again under other conditions: ``python -m sme_book reproduce``.

The second build stands in a copy of the repository in another folder, with another time zone,
another locale, another hash seed and another home. It must equal the first byte for byte; what
differs is named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sme_book.base.files import files_under
from sme_book.base.project import ROOT
from sme_book.commands import build

CONDITIONS = {
    "TZ": "Asia/Tokyo",
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONHASHSEED": "4242",
    "SOURCE_DATE_EPOCH": "1000000000",
    # the build fixes these itself otherwise
    "SME_SURVEY_KEEP_ENVIRONMENT": "1",
}


def copy_repository(target: Path) -> None:
    """Copy what git tracks or would track; installed npm packages are linked."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    for name in filter(None, listed.split("\0")):
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    (target / "node_modules").symlink_to(ROOT / "node_modules", target_is_directory=True)


def build_copy(folder: Path) -> Path:
    """Build the site in a copy below ``folder``, with the copy's own code; returns the site.

    Raises
    ------
    RuntimeError
        If the build fails; the message is what the build said.
    """
    root = folder / "another place" / "book"
    root.mkdir(parents=True)
    copy_repository(root)
    variables = os.environ | CONDITIONS | {"PYTHONPATH": str(root / "src"), "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "sme_book", "build", "--root", str(root), "--force"],
        cwd=folder, env=variables, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"the second build failed:\n{done.stdout}{done.stderr}")
    return root / "_build/site"


def differences(first: Path, second: Path) -> list[str]:
    """Files that only one of two folders has, or whose bytes differ, by name."""
    sides = [
        {path.relative_to(site): path for path in files_under(site)} for site in (first, second)
    ]
    found = [f"{name}: in one build only" for name in sorted(set(sides[0]) ^ set(sides[1]))]
    for name in sorted(set(sides[0]) & set(sides[1])):
        ours, theirs = (side[name].read_bytes() for side in sides)
        if ours != theirs:
            pairs = enumerate(zip(ours, theirs, strict=False))
            place = next((i for i, (a, b) in pairs if a != b), min(len(ours), len(theirs)))
            shown = ours[max(0, place - 40) : place + 40]
            found.append(f"{name}: differs from byte {place} on, near {shown!r}")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Command line: build both and compare; 0 if they are the same."""
    if build.main([]):
        return 1
    with tempfile.TemporaryDirectory(prefix="sme-survey-") as name:
        try:
            found = differences(ROOT / "_build/site", build_copy(Path(name)))
        except RuntimeError as error:
            print(error, file=sys.stderr)
            return 1
    for line in found[:30]:
        print(line)
    print("the same, byte for byte" if not found else f"{len(found)} files differ")
    return int(bool(found))
