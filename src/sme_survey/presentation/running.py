"""Runs the code cells of a page as Jupyter does, in the reader's browser, and judges the result.

The worker of Replay calls it in Pyodide. It holds a session (one namespace a page), a stand-in for
the parts of IPython that chapters use, tracebacks in Jupyter's form, and the comparison of fresh
outputs with stored ones. Standard library only; nothing here depends on a browser, so that the
tests run it under plain Python.
"""

from __future__ import annotations

import ast
import builtins
import importlib.abc
import importlib.util
import inspect
import io
import json
import linecache
import math
import re
import sys
import tokenize
import traceback
import types
import zipimport
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sme_survey.survey.text import Language

CARD = "application/vnd.sme-survey.card+json"
GLUE = "application/papermill.record/"
WIDGET = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
REPRESENTATIONS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
}
SHOWN_DIFFERENCES = 20

Output = dict[str, Any]


# ---- outputs ---------------------------------------------------------------------------------


class Stream(io.TextIOBase):
    """Standard output or error of a cell: what is written becomes an output of the cell."""

    def __init__(self, name: str, put: Callable[[Output], None]) -> None:
        self.name = name
        self._put = put

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, text: str) -> int:
        """Add to the output."""
        if text:
            self._put({"output_type": "stream", "name": self.name, "text": str(text)})
        return len(text)


HERE = Stream.write.__code__.co_filename  # compiled or not, what tracebacks call this file


def has_method(value: Any, name: str) -> bool:
    """Whether the class of a value (not a value that answers to any name) has a method."""
    return not isinstance(value, type) and callable(getattr(type(value), name, None))


def plain_text(value: Any) -> str:
    """The ``text/plain`` form of a value; a class shows its qualified name, as in IPython."""
    if isinstance(value, type):
        module = value.__module__
        return value.__qualname__ if module == "builtins" else f"{module}.{value.__qualname__}"
    return repr(value)


def figure_svg(value: Any) -> str | None:
    """The picture of a matplotlib figure, or ``None`` for anything else."""
    if type(value).__module__ != "matplotlib.figure" or not hasattr(value, "savefig"):
        return None
    buffer = io.StringIO()
    value.savefig(buffer, format="svg", bbox_inches="tight")
    return buffer.getvalue()


def mime_bundle(value: Any, draw: bool = True) -> tuple[dict[str, Any], dict[str, Any]]:
    """The forms in which a value can be shown, and their metadata.

    With ``draw`` off a card of the book gives its data and no picture, which needs no package.
    """
    if not draw and getattr(value, "kind", None) == "figure" and has_method(value, "as_json"):
        return {CARD: value.as_json(drawn=False), "text/plain": plain_text(value)}, {}
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    if has_method(value, "as_json") and has_method(value, "bundle"):
        data = value.bundle()  # a card: the page shows its drawing itself, with its own words
    elif has_method(value, "_repr_mimebundle_"):
        found = value._repr_mimebundle_(include=None, exclude=None)
        if isinstance(found, tuple):
            data, metadata = dict(found[0]), dict(found[1])
        elif found is not None:
            data = dict(found)
    for method, mime in REPRESENTATIONS.items():
        if mime not in data and CARD not in data and has_method(value, method):
            shown = getattr(value, method)()
            if isinstance(shown, tuple):
                shown, metadata[mime] = shown
            if shown is not None:
                data[mime] = shown
    if not data and (svg := figure_svg(value)):
        data["image/svg+xml"] = svg
    data.setdefault("text/plain", plain_text(value))
    return data, metadata


def with_table(data: dict[str, Any]) -> dict[str, Any]:
    """Add the table of a card's rows as the page writes it."""
    if CARD in data:
        try:
            from sme_survey.presentation.cards import table_html
        except ImportError:
            return data
        return {**data, "text/html": table_html(data[CARD])}
    return data


# ---- a stand-in for IPython ------------------------------------------------------------------


class DisplayObject:
    """Something that shows itself in one form; the classes of ``IPython.display`` in short."""

    mime = "text/plain"

    def __init__(self, data: Any = None, **_: Any) -> None:
        self.data = data

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {self.mime: self.data, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<IPython.core.display.{type(self).__name__} object>"


def stand_in(session: Session) -> dict[str, types.ModuleType]:
    """Modules that answer for ``IPython`` as far as chapters and the package ask."""

    def display(
        *values: Any, raw: bool = False, metadata: dict[str, Any] | None = None, **_: Any
    ) -> None:
        for value in values:
            session.show(value, raw=raw, metadata=metadata)

    def publish_display_data(
        data: dict[str, Any], metadata: dict[str, Any] | None = None, **_: Any
    ) -> None:
        session.show(data, raw=True, metadata=metadata)

    def clear_output(wait: bool = False) -> None:
        session.outputs.clear()

    def nothing(*_: Any) -> None:
        """What pyplot asks of an interactive shell; here every figure is shown at a cell's end."""

    shell = types.SimpleNamespace(
        user_ns=session.namespace,
        display_pub=None,
        events=types.SimpleNamespace(register=nothing, unregister=nothing),
        enable_gui=nothing,
    )
    modules = {
        name: types.ModuleType(name)
        for name in ("IPython", "IPython.display", "IPython.core", "IPython.core.getipython",
                     "IPython.core.display", "IPython.core.display_functions")
    }  # fmt: skip
    tools: dict[str, Any] = {
        "display": display,
        "publish_display_data": publish_display_data,
        "clear_output": clear_output,
        "DisplayObject": DisplayObject,
    }
    kinds = {"HTML": "text/html", "Markdown": "text/markdown", "SVG": "image/svg+xml",
             "Latex": "text/latex", "Math": "text/latex", "JSON": "application/json",
             "Pretty": "text/plain"}  # fmt: skip
    for name, mime in kinds.items():
        tools[name] = type(name, (DisplayObject,), {"mime": mime, "__doc__": f"Shows {mime}."})
    for module in ("IPython.display", "IPython.core.display", "IPython.core.display_functions"):
        modules[module].__dict__.update(tools)
    for module in ("IPython", "IPython.core.getipython"):
        modules[module].__dict__["get_ipython"] = lambda: shell
    modules["IPython"].__dict__.update(
        version_info=(9, 0, 0, ""),  # the form that pyplot does not ask for more
        display=modules["IPython.display"],
        core=modules["IPython.core"],
        __path__=[],
    )
    modules["IPython.core"].__dict__["__path__"] = []
    return modules


# ---- tracebacks ------------------------------------------------------------------------------


def frame_lines(entry: traceback.FrameSummary, context: int = 2) -> list[str]:
    """The lines around the one that failed, numbered, with an arrow at it."""
    number = entry.lineno or 1
    source = linecache.getlines(entry.filename)
    first, last = max(1, number - context), min(len(source), number + context)
    width = len(str(last))
    lines = []
    for current in range(first, last + 1):
        text = source[current - 1].rstrip("\n")
        mark = f"----> {current:>{width}} " if current == number else f"{current:>{width + 6}} "
        lines.append((mark + text).rstrip())
    return lines


def format_error(error: BaseException, cells: frozenset[str] = frozenset()) -> list[str]:
    """A traceback as Jupyter shows it, without colours; frames of this file are left out."""
    name = type(error).__name__
    if isinstance(error, SyntaxError) and error.filename in cells:
        lines = [f"  {error.filename}, line {error.lineno}"]
        if error.text:
            text = error.text.rstrip("\n")
            stripped = text.lstrip()
            lines.append(f"    {stripped}")
            indent = len(text) - len(stripped)
            lines.append(" " * (4 + max(0, (error.offset or 1) - 1 - indent)) + "^")
        return [*lines, f"{name}: {error.msg}"]
    lines = []
    cause = error.__cause__
    other = cause or (None if error.__suppress_context__ else error.__context__)
    if other is not None:
        said = (
            "The above exception was the direct cause of the following exception:"
            if cause
            else "During handling of the above exception, another exception occurred:"
        )
        lines += [*format_error(other, cells), "", said, ""]
    lines += ["-" * 75, f"{name}{'Traceback (most recent call last)':>{75 - len(name)}}"]
    for entry in traceback.extract_tb(error.__traceback__):
        if entry.filename == HERE:
            continue
        where = "" if entry.name == "<module>" else f", in {entry.name}"
        if entry.filename in cells:
            lines.append(f"{entry.filename}, line {entry.lineno}{where}")
        else:
            lines.append(f"File {entry.filename}:{entry.lineno}{where}")
        lines += [*frame_lines(entry), ""]
    message = "".join(traceback.format_exception_only(error)).rstrip("\n")
    return [*lines, message.replace(f"{type(error).__module__}.{name}", name, 1)]


# ---- a session -------------------------------------------------------------------------------


def silenced(source: str) -> bool:
    """Whether a cell ends in a semicolon, which keeps its last value from being shown."""
    last = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type != tokenize.COMMENT and token.string.strip():
                last = token.string
    except (tokenize.TokenError, SyntaxError):
        return False
    return last == ";"


class Session:
    """One run through a page: its namespace, and the outputs of the cell that runs."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {}
        self.outputs: list[Output] = []
        self.values: dict[int, dict[int, Any]] = {}
        self.draw = True
        self.number = 0
        self.cells: set[str] = set()
        self.reset()

    def reset(self) -> None:
        """Begin again with an empty namespace."""
        main = types.ModuleType("__main__")
        sys.modules["__main__"] = main
        self.namespace = main.__dict__
        self.namespace.update(__builtins__=builtins, Out={}, _="", In=[""])
        self.values.clear()
        sys.modules.update(stand_in(self))

    def put(self, output: Output) -> None:
        """Add an output; text that follows text on the same stream joins it."""
        last = self.outputs[-1] if self.outputs else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            self.outputs.append(output)

    def show(
        self, value: Any, *, raw: bool = False, metadata: dict[str, Any] | None = None,
        result: bool = False,
    ) -> None:  # fmt: skip
        """Show a value as an output of the running cell."""
        if not raw and has_method(value, "_ipython_display_"):
            value._ipython_display_()
            return
        data, found = (dict(value), {}) if raw else mime_bundle(value, self.draw)
        if CARD in data:
            self.values.setdefault(self.number, {})[len(self.outputs)] = value
        self.put(
            {
                "output_type": "execute_result" if result else "display_data",
                "data": with_table(data),
                "metadata": {**found, **(metadata or {})},
            }
        )

    def picture(self, number: int) -> dict[int, dict[str, Any]]:
        """Draw the cards of a cell that ran before: position of the output and its forms."""
        drawn = {}
        for place, value in self.values.get(number, {}).items():
            drawn[place] = with_table(mime_bundle(value)[0])
        return drawn

    async def run(self, number: int, source: str, draw: bool = True) -> dict[str, Any]:
        """Run a cell.

        Parameters
        ----------
        number
            Its number among the code cells of the page, from 1; tracebacks name it.
        source
            Its text.
        draw
            Whether cards of the book are drawn, or give their data only.

        Returns
        -------
        dict
            ``outputs`` as in a notebook, ``failed``, and ``missing``: the module that was not
            found, where that is why the cell failed.
        """
        self.outputs, self.draw, self.number = [], draw, number
        self.values.pop(number, None)
        name = f"Cell In[{number}]"
        self.cells.add(name)
        lines = source.splitlines(keepends=True)
        linecache.cache[name] = (len(source), None, lines, name)
        failed, missing = False, None
        with self._redirected():
            try:
                await self._execute(source, name)
                self._flush_figures()
            except BaseException as error:
                failed = True
                if isinstance(error, ModuleNotFoundError) and error.name:
                    missing = error.name.partition(".")[0]
                self._put_error(error)
        return {"outputs": self.outputs, "failed": failed, "missing": missing}

    async def _execute(self, source: str, name: str) -> None:
        self.namespace["In"].append(source)
        tree = ast.parse(source, name)
        last: ast.expr | None = None
        if tree.body and isinstance(tree.body[-1], ast.Expr) and not silenced(source):
            last = tree.body.pop().value  # type: ignore[attr-defined]
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = compile(tree, name, "exec", flags=flags, dont_inherit=True)
        outcome = eval(code, self.namespace)
        if inspect.isawaitable(outcome):
            await outcome
        if last is None:
            return
        code = compile(ast.Expression(last), name, "eval", flags=flags, dont_inherit=True)
        value = eval(code, self.namespace)
        if code.co_flags & inspect.CO_COROUTINE:
            value = await value
        if value is not None:
            self.namespace["_"] = self.namespace["Out"][self.number] = value
            self.show(value, result=True)

    def _put_error(self, error: BaseException) -> None:
        lines = format_error(error, frozenset(self.cells))
        self.put(
            {
                "output_type": "error",
                "ename": type(error).__name__,
                "evalue": str(error),
                "traceback": lines,
            }
        )

    def _flush_figures(self) -> None:
        """Show the open figures of pyplot at the end of a cell, as the inline backend does."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:
            for number in pyplot.get_fignums():
                self.show(pyplot.figure(number))
            pyplot.close("all")

    @contextmanager
    def _redirected(self) -> Iterator[None]:
        before = sys.stdout, sys.stderr
        sys.stdout = Stream("stdout", self.put)
        sys.stderr = Stream("stderr", self.put)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before


# ---- same or different -----------------------------------------------------------------------

_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+−]?\d+\.\d+(?:[eE][-+]?\d+)?")
LONG = 12  # digits from which the last ones may depend on the machine's mathematics library


def close(stored: str, fresh: str) -> bool:
    """Whether two written numbers are equal; long ones to nine significant digits."""
    if stored == fresh:
        return True
    if min(sum(c.isdigit() for c in text) for text in (stored, fresh)) < LONG:
        return False
    pair = (float(stored.replace("−", "-")), float(fresh.replace("−", "-")))
    return math.isclose(*pair, rel_tol=1e-9)


def same_text(stored: str, fresh: str) -> bool:
    """Whether two texts say the same: line breaks and addresses of objects do not count."""
    stored, fresh = (" ".join(_ADDRESS.sub("0x", text).split()) for text in (stored, fresh))
    if stored == fresh:
        return True
    if _NUMBER.sub("#", stored) != _NUMBER.sub("#", fresh):
        return False
    pairs = zip(_NUMBER.findall(stored), _NUMBER.findall(fresh), strict=True)
    return all(close(*pair) for pair in pairs)


class _Words(HTMLParser):
    """The words of HTML, one entry for each element that holds some."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._quiet += tag in ("style", "script")
        self.words.append("")

    def handle_endtag(self, tag: str) -> None:
        self._quiet -= tag in ("style", "script") and self._quiet > 0
        self.words.append("")

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.words[-1:] = [(self.words[-1] if self.words else "") + data]


def html_words(text: str) -> list[str]:
    """The words of HTML, element by element, without empty ones."""
    parser = _Words()
    parser.feed(text)
    parser.close()
    return [" ".join(item.split()) for item in parser.words if item.strip()]


def as_text(value: Any) -> str:
    """A value of a notebook's output, which may be a list of lines."""
    return "".join(value) if isinstance(value, list) else str(value)


def unquoted(text: str) -> str:
    """A number for the prose without the quotation marks of a Python text."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def split(outputs: Sequence[Output]) -> dict[str, Any]:
    """The outputs of a cell by kind: cards, numbers for the prose, texts, tables, pictures."""
    found: dict[str, Any] = {
        "cards": [], "glue": {}, "texts": [], "tables": [], "errors": [], "pictures": 0,
    }  # fmt: skip
    streams: dict[str, str] = {}
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            name = output.get("name", "stdout")
            streams[name] = streams.get(name, "") + as_text(output["text"])
            continue
        if kind == "error":
            found["errors"].append(f"{output['ename']}: {output['evalue']}")
            continue
        data = output.get("data", {})
        glued = [mime for mime in data if mime.startswith(GLUE)]
        if CARD in data:
            found["cards"].append(data[CARD])
        elif glued:
            name = output.get("metadata", {}).get("scrapbook", {}).get("name", "")
            found["glue"][name] = unquoted(as_text(data[glued[0]]))
        elif WIDGET in data:
            continue
        elif "text/html" in data:
            found["tables"].append(as_text(data["text/html"]))
        elif any(mime in data for mime in PICTURES):
            found["pictures"] += 1
        elif "text/plain" in data:
            found["texts"].append(as_text(data["text/plain"]))
    # Warnings on standard error name files and lines of the machine: not a result.
    if streams.get("stdout"):
        found["texts"].insert(0, streams["stdout"])
    return found


def same_value(stored: Any, fresh: Any) -> bool:
    """Whether two cells of a card are equal: numbers as numbers, never a number as a text."""
    numbers = [isinstance(x, int | float) and not isinstance(x, bool) for x in (stored, fresh)]
    if all(numbers):
        return bool(stored == fresh) or math.isclose(stored, fresh, rel_tol=0, abs_tol=1.5e-6)
    return bool(stored == fresh) and not any(numbers)


def difference(row: str, column: str, stored: Any, fresh: Any, card: str = "") -> dict[str, Any]:
    """What was stored and what came out, and where: a cell of a card, or a part of an output."""
    return {"card": card, "row": row, "column": column, "stored": stored, "fresh": fresh}


def compare_cards(
    stored: dict[str, Any], fresh: dict[str, Any]
) -> tuple[int, list[dict[str, Any]]]:
    """Compare the rows of two cards: how many values, and where they differ."""
    label = str(fresh.get("label", stored.get("label", "")))
    columns = [[item["name"] for item in card.get("columns", [])] for card in (stored, fresh)]
    rows = [card.get("rows", []) for card in (stored, fresh)]
    differences: list[dict[str, Any]] = []

    def differ(row: str, column: str, was: Any, now: Any) -> None:
        differences.append(difference(row, column, was, now, label))

    if stored.get("label") != fresh.get("label"):
        differ("", "label", stored.get("label"), fresh.get("label"))
    if columns[0] != columns[1]:
        names = [", ".join(item["label"] for item in card["columns"]) for card in (stored, fresh)]
        differ("", "columns", *names)
    if len(rows[0]) != len(rows[1]):
        differ("", "rows", len(rows[0]), len(rows[1]))
    if differences:
        return 0, differences
    values = 0
    labels = [item["label"] for item in fresh["columns"]]
    for number, (was, now) in enumerate(zip(*rows, strict=True), 1):
        if len(was) != len(now):
            differ(str(number), "", len(was), len(now))
            continue
        for label_of_column, before, after in zip(labels, was, now, strict=False):
            values += 1
            if not same_value(before, after):
                differ(str(now[0]), label_of_column, before, after)
    for part in ("title", "caption", "alt", "n"):
        if part in stored and stored[part] != fresh.get(part):
            differ("", part, stored[part], fresh.get(part))
    return values, differences


def other_size(what: str, stored: Sequence[Any], fresh: Sequence[Any]) -> list[dict[str, Any]]:
    """The difference in number between two lists, if there is one."""
    sizes = len(stored), len(fresh)
    return [difference("", what, *sizes)] if sizes[0] != sizes[1] else []


def compare_tables(stored: str, fresh: str) -> tuple[int, list[dict[str, Any]]]:
    """Compare the words of two tables: how many were stored, and where they differ."""
    was, now = html_words(stored), html_words(fresh)
    if found := other_size("cells", was, now):
        return len(was), found
    return len(was), [
        difference(str(number), "table", before, after)
        for number, (before, after) in enumerate(zip(was, now, strict=True), 1)
        if not same_text(before, after)
    ]


def compare(
    stored: Sequence[Output], fresh: Sequence[Output], numbers: dict[str, str] | None = None
) -> dict[str, Any]:
    """Compare the fresh outputs of a cell with the stored ones.

    Parameters
    ----------
    stored, fresh
        Outputs as in a notebook.
    numbers
        Stored numbers for the prose of the whole page, by name; ``None`` leaves them out.

    Returns
    -------
    dict
        ``verdict`` (``same``, ``different`` or ``none`` where there is nothing to compare),
        ``values`` (cells of tables and figures compared), ``texts`` (other outputs compared),
        ``numbers`` (those for the prose, name and text), ``pictures`` (not compared, as no data
        stand behind them), and ``differences``, the first twenty, each with what was stored and
        what came out.
    """
    was, now = split(stored), split(fresh)
    differences = other_size("errors", was["errors"], now["errors"])
    differences += other_size("cards", was["cards"], now["cards"])
    values = texts = 0
    for pair in zip(was["cards"], now["cards"], strict=False):
        count, found = compare_cards(*pair)
        values += count
        differences += found
    for name, after in now["glue"].items() if numbers is not None else ():
        before = (numbers or {}).get(name)
        if before is None or not same_text(unquoted(before), after):
            differences.append(difference(name, "number", before, after))
    differences += other_size("tables", was["tables"], now["tables"])
    for pair in zip(was["tables"], now["tables"], strict=False):
        count, found = compare_tables(*pair)
        values += count
        differences += found
    differences += other_size("outputs", was["texts"], now["texts"])
    for kind in ("texts", "errors"):
        for before, after in zip(was[kind], now[kind], strict=False):
            texts += 1
            if not same_text(before, after):
                differences.append(difference("", "text", before, after))
    compared = values + texts + len(now["glue"])
    verdict = "different" if differences else "same" if compared else "none"
    return {
        "verdict": verdict,
        "values": values,
        "texts": texts,
        "numbers": now["glue"],
        "pictures": now["pictures"],
        "count": len(differences),
        "differences": differences[:SHOWN_DIFFERENCES],
    }


# ---- the rest of the standard library --------------------------------------------------------


class RestFinder(importlib.abc.MetaPathFinder):
    """Finds the modules that a start leaves out: their archive is fetched when one is imported."""

    def __init__(self, names: Sequence[str], place: str, fetch: Callable[[], bytes | None]) -> None:
        self.names = frozenset(names)
        self.place = place
        self.fetch = fetch
        self.here = False

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """The place of a module in the second archive, or ``None``."""
        if fullname not in self.names:
            return None
        if not self.here:
            content = self.fetch()
            if content is None:
                return None
            with open(self.place, "wb") as file:
                file.write(
                    zlib.decompress(content, wbits=31) if content[:1] == b"\x1f" else content
                )
            self.here = True
        folder = "/".join([self.place, *fullname.split(".")[:-1]])
        return zipimport.zipimporter(folder).find_spec(fullname)


# ---- what the worker calls -------------------------------------------------------------------


def to_json(value: Any) -> str:
    """JSON of outputs; what JSON cannot hold is written as text."""
    return json.dumps(value, ensure_ascii=False, default=str)


def offer_rest(names: Sequence[str], fetch: Callable[[], Any]) -> None:
    """Let modules be found that a start leaves out; ``fetch`` gets their archive or nothing."""

    def content() -> bytes | None:
        found = fetch()
        return None if found is None else bytes(found.to_bytes())

    sys.meta_path.append(RestFinder(list(names), "/lib/rest.zip", content))


async def run_cell(
    session: Session, number: int, source: str, stored: str, draw: bool, drawings: str = "[]"
) -> str:
    """Run a cell and compare it with what is stored: its outputs, the page's numbers (JSON).

    ``drawings``: the pictures that stand on the page, as pairs of a card's name and SVG (JSON).
    They are read and held against the fresh rows.
    """
    result = await session.run(number, source, draw)
    before = json.loads(stored)
    result["comparison"] = compare(before["outputs"], result["outputs"], before["numbers"])
    result["comparison"]["read"] = read_drawings(session, number, json.loads(drawings))
    return to_json(result)


def read_drawings(
    session: Session, number: int, drawings: Sequence[Sequence[str]]
) -> dict[str, Any]:
    """Whether pictures show the rows of the cards that a cell gave.

    Returns how many were read, and for each one that shows something else the title of its card
    and the labels of the rows concerned.
    """
    if not drawings:
        return {"count": 0, "otherwise": []}
    from sme_survey.presentation import pictures
    from sme_survey.presentation.cards import plain
    from sme_survey.survey.text import edition

    cards = {card.label: card for card in session.values.get(number, {}).values()}
    count, otherwise = 0, []
    for label, svg in drawings:
        card = cards.get(label)
        if card is None or card.chart is None:
            continue
        count += 1
        language = edition()
        try:
            wrong = pictures.disagreements(card, svg, language)
        except ValueError as error:
            wrong = [str(error)]
        if wrong:
            found = (re.match(r"\w+ (\d+)\b", message) for message in wrong)
            rows = dict.fromkeys(int(match[1]) for match in found if match)
            labels = [str(plain(card.rows[i][0], language)) for i in rows if i < len(card.rows)]
            otherwise.append({"card": card.title[language], "rows": labels})
    return {"count": count, "otherwise": otherwise}


def draw_cell(session: Session, number: int) -> str:
    """Draw the cards of a cell that ran (JSON: position of the output and its forms)."""
    return to_json(session.picture(number))


def versions(names: Sequence[str]) -> str:
    """Versions of Python and of those packages that are loaded (JSON)."""
    found = {"Python": ".".join(map(str, sys.version_info[:3]))}
    for name in names:
        module = sys.modules.get(name)
        if module is not None and hasattr(module, "__version__"):
            found[name] = str(module.__version__)
    return to_json(found)


# ---- a table of the reader's own -------------------------------------------------------------


def check_table(content: Any, choices: str, language: Language) -> str:
    """The consistency checks of a table, as JSON: a report with its CSV, or what is wrong.

    content: the text, or the bytes of a file. choices: JSON, as `pasted.as_choices` takes them.
    """
    from sme_survey import __version__
    from sme_survey.judgement import consistency, consistency_text
    from sme_survey.survey import pasted

    try:
        if isinstance(content, str):
            text, encoding = content, "text"
        else:
            text, encoding = pasted.decode(bytes(content))
        reading = pasted.read(text, pasted.as_choices(json.loads(choices)), encoding)
    except pasted.PastedError as error:
        return json.dumps({"problem": error.said[language]}, ensure_ascii=False)
    report = consistency.inspect(reading)
    found = consistency_text.as_json(report, language, __version__)
    found["csv"] = consistency_text.as_csv(report, language, __version__)
    if encoding != "text":
        found["text"] = text
    return json.dumps(found, ensure_ascii=False)
