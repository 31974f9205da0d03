"""Lists that readers filter without a script: radio buttons and a rule of style for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from sme_book.addresses.words import say
from sme_survey.survey.text import Language


@dataclass(frozen=True)
class Group:
    """One question to a list: its name, its legend, and its choices with their labels."""

    name: str
    legend: str
    choices: Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """An entry of a list: its value in each group, and its HTML."""

    values: Mapping[str, str]
    content: str


def _radio(group: Group, value: str, label: str, checked: bool) -> str:
    name = f"filter-{group.name}-{value or 'all'}"
    on = " checked" if checked else ""
    return (
        f'<span><input type="radio" name="filter-{group.name}" id="{name}" '
        f'value="{escape(value)}"{on}><label for="{name}">{escape(label)}</label></span>'
    )


def style(groups: Sequence[Group], entries: Sequence[Entry]) -> str:
    """The rules that hide what is not chosen, for the head of the page."""
    rules = [
        f".filtered:has(#filter-{group.name}-{value}:checked) "
        f'.entries > li:not([data-{group.name}="{value}"])'
        for group in groups
        for value in group.choices
        if any(entry.values[group.name] == value for entry in entries)
    ]
    return f"<style>{', '.join(rules)} {{ display: none; }}</style>"


def form(groups: Sequence[Group], entries: Sequence[Entry], language: Language) -> str:
    """The questions and the list. Choices that no entry has are left out."""
    sets = []
    for group in groups:
        counts = Counter(entry.values[group.name] for entry in entries)
        radios = [_radio(group, "", say("all", language, n=len(entries)), True)]
        for value, label in group.choices.items():
            if counts[value]:
                text = say("some", language, what=label, n=counts[value])
                radios.append(_radio(group, value, text, False))
        sets.append(
            f"<fieldset><legend>{escape(group.legend)}</legend>{''.join(radios)}</fieldset>"
        )
    items = "".join(
        "<li"
        + "".join(f' data-{name}="{escape(value)}"' for name, value in entry.values.items())
        + f">{entry.content}</li>"
        for entry in entries
    )
    return (
        '<div class="filtered">'
        f'<div class="filters" role="group" aria-label="{escape(say("filter", language))}">'
        f'{"".join(sets)}</div><ul class="entries">{items}</ul></div>'
    )
