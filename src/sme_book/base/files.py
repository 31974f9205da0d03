"""Files: which there are, what they hold, as digests and zips that vary with nothing else."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

IGNORED = {"__pycache__", ".ipynb_checkpoints"}


def files_under(path: Path) -> Iterable[Path]:
    """Every file at or below a path, sorted, without caches."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for item in sorted(path.iterdir()):
            if item.name not in IGNORED and not item.name.endswith(".egg-info"):
                yield from files_under(item)


def digest_of(root: Path, paths: Iterable[Path]) -> str:
    """One digest for the names and contents of files."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def sha256(content: bytes | str) -> str:
    """SHA-256 of bytes, or of a text as UTF-8, in hexadecimal digits."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def short(content: bytes | str) -> str:
    """A few digits that change when a content does, so that browsers do not keep an old one."""
    return sha256(content)[:10]


def integrity(kind: str, content: bytes) -> str:
    """What browsers compare a script with: ``kind`` (sha256 or sha384) and the digest in base64."""
    return f"{kind}-{base64.b64encode(hashlib.new(kind, content).digest()).decode()}"


def made_once(folder: Path, name: str, key: str, make: Callable[[Path], object]) -> Path:
    """A folder of files that is made only where its key is another one than before.

    ``make`` is given an empty folder to write into. Of each name one folder is kept.
    """
    place = folder / f"{name}.{key[:32]}"
    if not place.is_dir():
        part = folder / f"{name}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        make(part)
        for old in set(folder.glob(f"{name}.*")) - {part}:
            shutil.rmtree(old)
        part.rename(place)
    return place


def canonical(value: Any) -> str:
    """JSON without what could vary."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def packed(files: Iterable[tuple[str, bytes]], day: str) -> bytes:
    """A zip file in which nothing depends on the moment or the machine.

    ``day`` is the date of every entry, as ISO 8601. A ``mimetype`` is stored as it is.
    """
    year, month, number = (int(part) for part in day.split("-"))
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, (year, month, number, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            stored = name == "mimetype" or name.endswith((".png", ".pdf", ".epub", ".gz"))
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return result.getvalue()
