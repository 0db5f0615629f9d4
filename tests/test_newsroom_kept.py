"""The newsroom's past from an archive gives the ledger that polling it gave."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom_kept import STRETCH, backfilled, differences, part, past_of, polled, run_here

pytestmark = pytest.mark.slow

#: Outlets of four languages, with what they took from each other and live pages.
SOME = ("northwire", "nordpress", "balticcourier", "lemanactu", "ukrvisti", "rheinbote")


def test_old_versions_of_feeds_give_the_ledger_that_polling_gave(tmp_path: Path) -> None:
    folder = part(tmp_path / "newsroom", SOME)
    live = polled(tmp_path / "live", folder, {})
    with past_of("wayback-feeds", folder) as past:
        read = backfilled(tmp_path / "past", folder, "wayback-feeds", past, {})
        assert len(live.statements) > 10
        assert differences(live, read) == []
        assert {one["alert"]["state"] for one in read.statements} == {"not_told"}
        before = past.asked()
        assert before
        assert past.twice() == []
        run_here(read.program, "backfill", "wayback-feeds", *STRETCH)
        assert past.asked() == before, "asked again it asks for nothing"


def test_pages_of_outlets_give_the_ledger_of_feeds_that_have_no_words_of_their_own(tmp_path: Path) -> None:
    """What an index of pages cannot know is what feeds say of them: summaries, and titles that differ."""
    folder = part(tmp_path / "newsroom", SOME[:4], words=False)
    live = polled(tmp_path / "live", folder, {"CLUSTERWATCH__READ__PAGES": "all"})
    with past_of("wayback", folder) as past:
        read = backfilled(tmp_path / "past", folder, "wayback", past, {})
        assert len(live.statements) > 10
        assert differences(live, read) == []
        assert past.twice() == []
