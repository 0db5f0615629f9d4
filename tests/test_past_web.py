"""Archives of the web through the whole of a backfill: whose page it is, when, and in whose words."""

from __future__ import annotations

from datetime import UTC, datetime

from cdxserver import HOST, CdxServer, Kept
from feedsite import Story, wordpress
from gdeltserver import HOST as GDELT
from gdeltserver import GdeltServer, Seen
from journey import article
from servers import Reply
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


def test_what_a_search_names_is_read_where_it_stands_in_the_outlets_own_words(world: World) -> None:
    world.web.sites["courier.example"] = {"/norway": Reply(NORWAY)}
    seen = [
        Seen(
            f"{SITE}/norway?utm_source=g",
            "2024-03-06T09:15:00",
            title='Norway rejects " everything " , he said',
        ),
        Seen(f"{SITE}/gone", "2024-03-06T09:15:00", title='" We shall use cluster bombs , " X said'),
    ]
    with GdeltServer(seen) as server:
        world.settings["FETCH__CONNECT_TO"] = {"*.example": world.web.place, GDELT: server.place}
        world.settings["ARCHIVES"] = {
            "gdelt": {"pause": 0, "window_days": 31, "words": ["cluster munitions"]}
        }
        with world.at(AFTER) as services:
            done = backfill(services, "gdelt", START, END).done
    assert (done["read"], done["refused"]) == (1, 1)
    (one,) = world.ledger(AFTER)
    assert one["first_published"] == ISO, "the page's own day, not when the index saw it"
    assert "everything" not in str(one["passages"]) + str(one["appearances"])
    assert one["appearances"][0]["title"] == "Norway rejects cluster munitions"
    assert one["corroboration"]["level"] == "unverified", "nobody entered that outlet"


def test_a_feeds_own_past_with_full_text_needs_no_page(world: World) -> None:
    text = "".join(f"<p>{words}</p>" for words in (LEAD, *[BACKGROUND] * 20))
    stories = [
        Story("courier.example", f"2024-03-{day:02}", text=text if day == 5 else "")
        for day in range(28, 0, -1)
    ]
    world.web.sites["courier.example"] = {"/feed/": wordpress(stories, 10)}
    with world.at(AFTER) as services:
        done = backfill(services, "feed-archive", START, END, feeds=[f"{SITE}/feed/"], pages="likely").done
    assert done["named"] == 28
    (one,) = world.ledger(AFTER)
    assert (one["said_on"], one["state"]) == ("2024-03-05", "NO")
    asked = [request.path for request in world.web.requests]
    assert "/2024-03-05" not in asked
    assert [path for path in asked if path.startswith("/feed")] == [
        "/feed/",
        "/feed/?paged=2",
        "/feed/?paged=3",
        "/feed/?paged=4",  # where there is none: the site began within the time
    ]
