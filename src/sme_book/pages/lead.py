"""The lead of a page: its title and the paragraph below it, which nothing may part."""

from __future__ import annotations

import re

_LEAD = re.compile(r"</h1>(?:\s*<p\b[^>]*>.*?</p>)?", re.S)


def after_lead(body: str, content: str) -> str:
    """A page with something after its first paragraph, or its title where none follows."""
    return _LEAD.sub(lambda found: f"{found[0]}\n{content}", body, count=1)
