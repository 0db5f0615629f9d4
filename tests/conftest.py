"""What all tests share: the place of the measuring material, if it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the measuring material; the test is skipped, with a word, where it is absent."""
    place = Path(os.environ.get("CLUSTERWATCH_SHARED", ROOT.parent / "shared"))
    if not (place / "gold" / "seeds.json").is_file():
        pytest.skip(f"the measuring material is not here ({place.name}/ beside the project)")
    return place
