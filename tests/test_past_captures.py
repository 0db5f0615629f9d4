"""Pages that an archive kept, through the whole of a backfill: whose page a capture is, and when it was."""

from __future__ import annotations

from datetime import UTC, datetime

from cdxserver import HOST, CdxServer, Kept
from journey import article
from world import BACKGROUND, FINLAND, ISO, LEAD, World

from monitor.pipeline.backfill import backfill
from monitor.store.schema import BackfillPage

SITE = "http://courier.example"
AFTER = "2024-04-05T20:00:00+00:00"
START, END = datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC)
NORWAY = article("Norway rejects cluster munitions", LEAD, BACKGROUND, published=ISO)
ANOTHER = article("Finland condemns cluster bombs", FINLAND, BACKGROUND, published=ISO)


def test_a_capture_that_leads_to_another_page_is_no_copy_of_this_one(world: World) -> None:
    """The index says 200, replay leads to the front page: nothing is said to stand where it never stood."""
    kept = [
        Kept(f"{SITE}/norway", "20240305160000", NORWAY),
        Kept(f"{SITE}/finland", "20240305170000", location=f"{SITE}/other"),
        Kept(f"{SITE}/other", "20240305170000", ANOTHER, status="404"),
        Kept(f"{SITE}/lost", "20240305170000", ANOTHER, lost=True),
    ]
    with CdxServer(kept) as server:
        world.settings["FETCH__CONNECT_TO"] = {"*.example": world.web.place, HOST: server.place}
        world.settings["ARCHIVES"] = {"wayback": {"pause": 0}}
        with world.at(AFTER) as services:
            done = backfill(services, "wayback", START, END, feeds=[f"{SITE}/"]).done
    assert (done["fetched"], done["page_moved_capture"], done["page_http_404"]) == (1, 1, 1)
    (one,) = world.ledger(AFTER)
    assert [a["url"] for a in one["appearances"]] == [f"{SITE}/norway"]
    assert one["first_published"] == ISO
    assert one["said_on"] == "2024-03-05"
    rows = {row.url: (row.status, row.reason) for row in world.rows(BackfillPage, AFTER)}
    assert rows[f"{SITE}/finland"] == ("refused", "moved_capture")
    assert rows[f"{SITE}/lost"] == ("refused", "http_404")
    captured = {row.url: row.captured for row in world.rows(BackfillPage, AFTER)}
    assert captured[f"{SITE}/norway"] == datetime(2024, 3, 5, 16, tzinfo=UTC)
