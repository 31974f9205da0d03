"""Where things stand in the site, and what they are called there: pages, cards, claims, files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sme_book.base.editions import word
from sme_survey import __version__
from sme_survey.survey.text import Language

# Every page stands two folders below the top of the site: en/notebooks/NAME.html.
SITE = "../../"
DATA_FOLDER, IMAGE_FOLDER = "data/cards", "images/cards"
PNG_SCALE = 2
REPLAY_FOLDER = "_replay"
PACKAGES_HOST = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"


def anchor(card: Mapping[str, Any]) -> str:
    """The id of a card in its page: ``fig-LABEL`` or ``tab-LABEL``, equal in both editions."""
    return ("tab-" if card["kind"] == "table" else "fig-") + str(card["label"])


def card_page(label: str) -> str:
    """The page of a card below an edition, without ``.html``; it never changes."""
    return f"cards/{label}"


def digest_page(label: str, digest: str) -> str:
    """The page of a card as one digest stands for it; it never vanishes once released."""
    return f"cards/{label}/{digest}"


def embed_page(label: str) -> str:
    """The page that shows a card inside another."""
    return f"cards/{label}/embed"


def claim_page(claim_id: str) -> str:
    """The page of a claim below an edition, without ``.html``; it never changes."""
    return f"claims/{claim_id}"


def claim_anchor(claim_id: str) -> str:
    """The id of a claim in the ledger, the same in both editions."""
    return f"claim-{claim_id}"


def numbered(kind: str, number: int, language: Language) -> str:
    """ "Figure 3" or "Table 1" in the language of the edition."""
    return word("table" if kind == "table" else "figure", language, number=number)


def wheel_name() -> str:
    """The file of this package."""
    return f"sme_survey-{__version__}-py3-none-any.whl"
