"""Numbers for sentences: computed in a cell, shown in it, and placed in the prose by name.

The outputs are written in the way of papermill's scrapbook, which MyST-NB's ``glue`` roles read.
Standard library only; in Jupyter the outputs go through IPython, in Replay through its worker.
"""

from __future__ import annotations

import html
from datetime import datetime
from decimal import Decimal
from typing import Any

from sme_survey.survey.sources import when
from sme_survey.survey.text import Text

PREFIX = "application/papermill.record/"
Value = str | int | float | Decimal | Text


def written(value: Value) -> str:
    """A number as it stands in a sentence: thousands separated, floats with one decimal."""
    if isinstance(value, bool):
        raise TypeError("a sentence takes a number or a text, not a truth value")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.1f}".replace("-", "−")
    return str(value).replace("-", "−") if isinstance(value, Decimal) else str(value)


def month(value: str) -> Text:
    """A month of the data (``2021-10``) in words.

    Raises
    ------
    ValueError
        If the text is not a year and a month.
    """
    datetime.strptime(value, "%Y-%m")
    return when(value)


class Said:
    """What ``say`` returns: the numbers it stored, as a small list."""

    def __init__(self, numbers: dict[str, str]) -> None:
        self.numbers = numbers

    def __repr__(self) -> str:
        width = max((len(name) for name in self.numbers), default=0)
        return "\n".join(f"{name:<{width}}  {value}" for name, value in self.numbers.items())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<div><dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd></div>"
            for name, value in self.numbers.items()
        )
        return f'<dl class="said">{rows}</dl>'


def say(**numbers: Value) -> Said:
    """Store numbers under names for the prose of this page, and show them.

    A sentence places them with ``{glue:text}`name```. Integers get thousands separators, floats
    one decimal (percentages, points); a ``Decimal`` or a text stands as it is.

    Raises
    ------
    TypeError
        If a value is a truth value.
    """
    texts = {name: written(value) for name, value in numbers.items()}
    for name, text in texts.items():
        _store(name, text)
    return Said(texts)


def _store(name: str, text: str) -> None:
    # as a literal, since the roles evaluate what they read: "3,800" alone would be two numbers
    data: dict[str, Any] = {PREFIX + "text/plain": repr(text)}
    metadata = {"scrapbook": {"name": name, "mime_prefix": PREFIX}}
    try:
        from IPython.core.getipython import get_ipython
        from IPython.display import display
    except ImportError:
        return
    if get_ipython() is not None:
        display(data, metadata=metadata, raw=True)
