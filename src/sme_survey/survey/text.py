"""Passages that exist in both languages of the book, and the language of the edition being made."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = ("en", "ja")


def edition() -> Language:
    """Language of the edition being built: ``SME_SURVEY_LANG``, English where it is not set.

    Raises
    ------
    ValueError
        If the variable holds anything but ``en`` or ``ja``.
    """
    value = os.environ.get("SME_SURVEY_LANG") or "en"
    if value not in LANGUAGES:
        raise ValueError(f"SME_SURVEY_LANG is {value!r}; expected 'en' or 'ja'")
    return value


@dataclass(frozen=True)
class Text:
    """One passage in English and in Japanese; ``str()`` gives the language of the edition."""

    en: str
    ja: str

    def __getitem__(self, language: Language) -> str:
        return self.en if language == "en" else self.ja

    def __str__(self) -> str:
        return self[edition()]

    def __bool__(self) -> bool:
        return bool(self.en or self.ja)
