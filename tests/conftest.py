"""Settings that hold for every test."""

from __future__ import annotations

from hypothesis import settings

# The same examples in every run, and no time limit for a single one on a busy machine.
settings.register_profile("repository", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("repository")
