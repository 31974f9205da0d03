"""The RO-Crate of a release (RO-Crate 1.3): what each file of it is, by whom, under which terms."""

from __future__ import annotations

import json
import mimetypes
from pathlib import Path
from typing import Any

from sme_book.base import publication
from sme_book.base.files import sha256
from sme_book.standards import repository

FILE = "ro-crate-metadata.json"
_TYPES = {
    ".csv": "text/csv",
    ".epub": "application/epub+zip",
    ".whl": "application/zip",
    ".cff": "text/yaml",
    ".md": "text/markdown",
    ".gz": "application/gzip",
}
_TERMS = (
    "For our text, figures, labels and structure; code is under the MIT licence. No licence is "
    "claimed over the numbers published by the agency named as source."
)


def media_type(path: Path) -> str:
    """Media type of a file by its name."""
    known = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return known or "application/octet-stream"


def files_of(folder: Path) -> list[Path]:
    """Every file below a release's folder but the crate's own, sorted."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != FILE]


def describe(crate: Any) -> None:
    """The root of a crate: the book, its makers, its licence and the report that it is based on."""
    from rocrate.model.contextentity import ContextEntity

    def entity(identifier: str, kind: str, /, **properties: Any) -> Any:
        return crate.add(ContextEntity(crate, identifier, {"@type": kind, **properties}))

    book, names, source = publication.book(), publication.names(), publication.report()
    licence = entity(
        publication.CC_BY,
        "CreativeWork",
        name="Creative Commons Attribution 4.0 International",
        description=_TERMS,
    )
    makers = [
        entity(f"#maker-{number}", "Organization", name=name)
        for number, name in enumerate(book.authors, 1)
    ]
    address = names.value("agency_address")
    root = crate.root_dataset
    root["name"] = book.title.en
    root["alternateName"] = book.title.ja
    root["description"] = repository.abstract()
    root["datePublished"] = book.released
    root["version"] = book.version
    root["license"] = licence
    root["author"] = makers if len(makers) > 1 else makers[0]
    root["publisher"] = makers[0]
    root["isBasedOn"] = entity(
        "#report",
        "Report",
        name=source.title.en,
        alternateName=source.title.ja,
        author=entity(address, "Organization", name=names["agency"].en, url=address),
        datePublished=source.date,
        inLanguage="ja",
    )
    root["keywords"] = ", ".join(item.en for item in book.keywords)
    root["creditText"] = book.credit.en
    root["inLanguage"] = ["en", "ja"]
    if book.address:
        root["url"] = book.address


def document(folder: Path, titles: dict[str, str] | None = None) -> dict[str, Any]:
    """The crate of a folder. ``titles`` gives titles to files, by path below the folder."""
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.3")
    describe(crate)
    for path in files_of(folder):
        name = path.relative_to(folder).as_posix()
        content = path.read_bytes()
        crate.add_file(
            str(path),
            dest_path=name,
            properties={
                "name": (titles or {}).get(name, name),
                "encodingFormat": media_type(path),
                "contentSize": str(len(content)),
                "sha256": sha256(content),
            },
        )
    found: dict[str, Any] = crate.metadata.generate()
    for entity in found["@graph"]:
        if entity["@id"] == FILE:
            entity.pop("dateCreated", None)
    return found


def write(folder: Path, names: dict[str, str] | None = None) -> Path:
    """Write the crate of a release into its folder, the same bytes for the same files."""
    path = folder / FILE
    text = json.dumps(document(folder, names), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="")
    return path
