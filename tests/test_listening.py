"""A reading by ear: what a listener should hear of a chapter, held against what a browser tells.

``tests/listening/`` says it in both languages, line by line: role and name of headings, controls,
figures with their alternative texts, headers of tables, and the state of Replay. The transcript
comes from the tree that a browser hands to assistive software.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from browsing import LANGUAGES, PATIENCE, Watched
from sme_book.base.project import ROOT

pytestmark = pytest.mark.browser
PAGE = "notebooks/results-threats.html"
HEARD = (
    "heading", "group", "button", "figure", "application", "img", "status", "table",
    "columnheader", "rowheader",
)  # fmt: skip
_ENTRY = re.compile(r'^ *- \'?(\w+)(?: "((?:[^"\\]|\\.)*)")?(?: \[level=(\d)\])?(?:\'?: ?(.*))?')


def transcript(snapshot: str) -> list[str]:
    """Role and name of what is heard, in order; of several headers of rows the first alone."""
    found: list[str] = []
    lines = snapshot.splitlines()
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        match = _ENTRY.match(line)
        if not match or match[1] not in HEARD:
            continue
        role, name, level, text = match.groups()
        if role == "group" and not name and not text:  # an open one: its name stands in it
            text = after.strip().removeprefix("- text: ")
        told = name.replace('\\"', '"') if name else (text or "").strip("'\"")
        entry = f"{role} {level}" if level else role
        if role == "rowheader" and found[-1].startswith("rowheader"):
            continue
        found.append(f"{entry}: {told}" if told else entry)
    return found


def expected(language: str) -> list[str]:
    lines = (ROOT / f"tests/listening/{language}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def agrees(wanted: str, heard: str) -> bool:
    """Whether a line is as wanted, with any words in the place of each "…"."""
    pattern = ".+".join(re.escape(part) for part in wanted.split("…"))
    return re.fullmatch(pattern, heard) is not None or (
        wanted.endswith("…") and heard == wanted[:-1].rstrip()
    )


def test_a_transcript_keeps_what_is_heard():
    snapshot = """- main:
  - heading "One" [level=1]
  - paragraph: Words
  - group: Code
  - 'button "Replay cell 1: again"': Replay
  - 'figure "Figure 1 A: \\"b\\""':
    - status"""
    assert transcript(snapshot) == [
        "heading 1: One", "group: Code", "button: Replay cell 1: again",
        'figure: Figure 1 A: "b"', "status",
    ]  # fmt: skip
    assert agrees("figure: Figure 1 …", "figure: Figure 1 A")
    assert not agrees("figure: Figure 1 …", "figure: Figure 2 A")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chapter_is_heard_as_it_should_be(
    language: str, server: str, watched: Callable[..., Watched]
):
    page: Any = watched().page
    page.goto(f"{server}{language}/{PAGE}")
    page.locator(".card-table > summary").first.click()
    heard = transcript(page.locator("main").aria_snapshot())
    page.locator(".replay-all").click()
    page.locator(".replay-summary .replay-verdict").wait_for(timeout=2000 * PATIENCE)
    heard += transcript(page.locator("body > [role=status]").aria_snapshot())
    wanted = expected(language)
    for number, (one, other) in enumerate(zip(wanted, heard, strict=False), start=1):
        assert agrees(one, other), f"line {number}: should be heard: {one!r}; is heard: {other!r}"
    assert len(heard) == len(wanted), heard[len(wanted) :] or wanted[len(heard) :]
