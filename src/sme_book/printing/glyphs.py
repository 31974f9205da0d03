"""Which characters the glyphs of a printed page stand for, so that its text is found.

A typeface draws some characters with one glyph: 小 (U+5C0F) and the radical ⼩ (U+2F29), the middle
dots ・ and ‧. Chromium writes into the PDF the first of them by number, and a search for 中小企業
finds nothing. Here each glyph gets the character that the book really uses.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

_BLOCK = re.compile(r"begin(bfchar|bfrange)\n(.*?)end\1", re.S)
_HEX = re.compile(r"<([0-9A-Fa-f]+)>")
_AT_ONCE = 100  # entries of a block, at most


def glyph_characters(cmap: str) -> dict[int, str]:
    """Glyph and text of each entry of a ToUnicode map."""
    found: dict[int, str] = {}
    for kind, block in _BLOCK.findall(cmap):
        for line in block.strip().splitlines():
            numbers = _HEX.findall(line)
            text = bytes.fromhex(numbers[-1]).decode("utf-16-be")
            first, last = int(numbers[0], 16), int(numbers[-2], 16)
            if kind == "bfchar":
                found[first] = text
                continue
            for step in range(last - first + 1):
                found[first + step] = text[:-1] + chr(ord(text[-1]) + step)
    return found


def written(characters: dict[int, str], cmap: str) -> str:
    """A ToUnicode map with these entries; the rest as it was."""
    rows = [
        f"<{glyph:04X}> <{text.encode('utf-16-be').hex().upper()}>"
        for glyph, text in sorted(characters.items())
    ]
    blocks = "".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar\n"
        for part in (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
    )
    head = cmap[: cmap.index("endcodespacerange")] + "endcodespacerange\n"
    return head + blocks + cmap[cmap.rindex("endcmap") :]


@lru_cache(maxsize=8)
def same_glyph(typeface: Path) -> dict[str, set[str]]:
    """Characters that a typeface draws with the glyph of a character, itself included."""
    from fontTools.ttLib import TTFont

    with TTFont(typeface, lazy=True) as font:
        by_glyph: dict[str, set[str]] = {}
        for code, name in font.getBestCmap().items():
            by_glyph.setdefault(name, set()).add(chr(code))
    return {item: group for group in by_glyph.values() if len(group) > 1 for item in group}


def chosen(text: str, alike: dict[str, set[str]], used: Counter[str]) -> str:
    """The characters that a glyph stands for in a text with these counts of characters."""
    return "".join(
        max(sorted(alike.get(item, {item})), key=lambda other: (used[other], other == item))
        for item in text
    )


def mend(pdf: Any, typefaces: dict[str, Path], text: str) -> None:
    """Correct the maps of a document; ``typefaces`` gives files by PostScript name."""
    used = Counter(text)
    alike = {name: same_glyph(path) for name, path in typefaces.items()}
    done: set[tuple[int, int]] = set()
    for item in list(pdf.objects):
        if not hasattr(item, "keys") or item.get("/Type") != "/Font" or "/ToUnicode" not in item:
            continue
        stream = item.ToUnicode
        name = str(item.BaseFont).rsplit("+", 1)[-1]
        if stream.objgen in done or name not in alike:
            continue
        done.add(stream.objgen)
        cmap = stream.read_bytes().decode("latin-1")
        characters = {
            glyph: chosen(told, alike[name], used) for glyph, told in glyph_characters(cmap).items()
        }
        stream.write(written(characters, cmap).encode("latin-1"))
