"""The languages: one folder each, words as data (TOML), loaded once.

``extractors/languages/xx/NAME.toml`` holds the words of one language for one purpose (``cues``,
``topic``, ``positions``, ``stances``, ``roles``, ``dates``, ``boilerplate``, ``hints``); ``common/`` what all
share.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@cache
def available() -> tuple[str, ...]:
    """The codes of the languages that have a folder, sorted."""
    return tuple(sorted(p.name for p in _HERE.iterdir() if p.is_dir() and len(p.name) == 2))


@cache
def words(language: str, name: str) -> dict[str, Any]:
    """The table ``name`` of a language; empty where the language has none. Do not change what comes back."""
    path = _HERE / language / f"{name}.toml"
    if not path.is_file():
        return {}
    return tomllib.loads(path.read_text("utf-8"))
