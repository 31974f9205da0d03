"""Where the project lies, and the settings under which everything of it runs."""

from __future__ import annotations

import os
from pathlib import Path

from sme_survey.survey.text import Language

ROOT = Path(__file__).resolve().parents[3]
WHOLE = "SME_BOOK_WHOLE"  # set where `python -m sme_book build` makes both editions
EPOCH = "1648684800"  # the moment that files made by programs bear


def whole() -> bool:
    """Whether both editions are made, with what stands beside them, and not one book alone."""
    return os.environ.get(WHOLE) == "1"


def environment(language: Language) -> dict[str, str]:
    """Environment of a build: the edition, and nothing that varies from run to run.

    With ``SME_SURVEY_KEEP_ENVIRONMENT=1`` what the caller has set wins, so that the builds can be
    shown not to depend on it.
    """
    kept = dict(os.environ) if os.environ.get("SME_SURVEY_KEEP_ENVIRONMENT") == "1" else {}
    fixed = {
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "SOURCE_DATE_EPOCH": EPOCH,
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "MPLBACKEND": "agg",
    }
    return os.environ | fixed | kept | {"SME_SURVEY_LANG": language, WHOLE: "1"}
