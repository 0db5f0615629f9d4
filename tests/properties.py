"""How many made-up cases a property is tried with."""

from __future__ import annotations

from hypothesis import settings

#: What Hypothesis takes where nothing is said.
USUAL = 100


def examples(full: int) -> int:
    """As many as that; fewer, in proportion, where a profile says so, as `make check` does (conftest.py)."""
    return max(full * settings.default.max_examples // USUAL, 1)
