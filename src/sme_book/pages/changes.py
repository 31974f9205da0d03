"""What Sphinx reads and writes again: pages whose sources, or what they show of others, changed.

Sphinx compares times of files; here contents are compared. A change of package, data, versions or
contents reads every page again (notebooks run again only where their outputs could change); a
change of theme or assets writes every page again; a change of a source concerns that page alone,
unless it changes a title, a description or a card that other pages name.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from sme_book.base import inputs
from sme_book.base.files import canonical, sha256
from sme_book.base.record import PARTS_FOLDER
from sme_survey import __version__

KEPT = "inputs.json"  # beside the pages: of what they were made


class Changes:
    """What this build found, and what the last one was made of."""

    def __init__(self) -> None:
        self.last: dict[str, str] = {}
        self.now: dict[str, str] = {}

    def begin(self, app: Sphinx) -> None:
        """Compare with the last build, and remove what it left that would not be written over."""
        root, output = Path(app.srcdir), Path(app.outdir)
        kept = output.parent / KEPT
        self.last = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
        kept.unlink(missing_ok=True)  # a build that fails leaves none: the next reads everything
        self.now = {
            "reading": inputs.digest(root, inputs.READING, inputs.settings()),
            "writing": inputs.digest(root, inputs.WRITING),
        }
        if self.last.get("reading") != self.now["reading"]:
            for folder in (output, output.parent / PARTS_FOLDER):
                shutil.rmtree(folder, ignore_errors=True)
            output.mkdir(parents=True)
        elif self.last.get("writing") != self.now["writing"]:
            shutil.rmtree(output / "_static", ignore_errors=True)

    def outdated(
        self, app: Sphinx, env: Any, added: set[str], changed: set[str], removed: set[str]
    ) -> list[str]:
        """Pages to read again (event ``env-get-outdated``)."""
        known: dict[str, str] = getattr(env, "sme_sources", {})
        if self.last.get("reading") != self.now["reading"]:
            return sorted(env.found_docs)
        same = {name for name, digest in known.items() if digest == source_digest(env, name)}
        changed -= {name for name in same if Path(env.doctreedir, f"{name}.doctree").is_file()}
        return sorted(known.keys() - same)

    def keep_source(self, app: Sphinx, doctree: Any) -> None:
        """Remember what a page was read from (event ``doctree-read``)."""
        env: Any = app.env
        if not hasattr(env, "sme_sources"):
            env.sme_sources = {}
        env.sme_sources[env.docname] = source_digest(env, env.docname)

    def to_write(self, app: Sphinx, env: Any) -> list[str]:
        """All pages, where what they show of others or their frame changed (``env-updated``)."""
        facts = [
            {name: title.astext() for name, title in env.titles.items()},
            env.sme_descriptions,
            {label: vars(place) for label, place in env.sme_cards.items()},
        ]
        self.now["shown"] = sha256(canonical(facts))
        if all(self.last.get(name) == self.now[name] for name in ("shown", "writing")):
            return []
        return sorted(env.found_docs)

    def end(self, app: Sphinx, exception: Exception | None) -> None:
        """Keep what the pages were made of, if all went well (event ``build-finished``)."""
        if exception is None and not app._warncount:
            kept = Path(app.outdir).parent / KEPT
            kept.write_text(json.dumps(self.now, indent=1), encoding="utf-8")


def source_digest(env: Any, docname: str) -> str:
    """Changes when the source of a page, or a file that it reads, does."""
    paths = [Path(env.doc2path(docname))]
    paths += [Path(env.srcdir, name) for name in sorted(env.dependencies.get(docname, ()))]
    return sha256(b"".join(path.read_bytes() for path in paths if path.is_file()))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    changes = Changes()
    app.connect("builder-inited", changes.begin, priority=1)
    app.connect("env-get-outdated", changes.outdated)
    app.connect("doctree-read", changes.keep_source)
    app.connect("env-updated", changes.to_write)
    app.connect("build-finished", changes.end, priority=900)
    return {"version": __version__, "parallel_read_safe": False, "parallel_write_safe": False}
