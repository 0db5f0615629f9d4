"""From statements to readers, and what a person says to them: real servers, both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

import pytest
from journey import article
from mailserver import DESK, free_port
from sqlalchemy import select
from world import BACKGROUND, FINLAND, LEAD, World, story

from monitor.model import Document, When
from monitor.pipeline import deliver, ingest
from monitor.pipeline.ledger import statement_value
from monitor.pipeline.review import confirm, reject
from monitor.store.questions import deliveries, held_reports, open_issues
from monitor.store.schema import Appearance, DeliveryRow, ReportRow, StatementRow


def test_a_refused_recipient_stops_nobody(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [{"name": "desk", "by": "email", "to": ["gone@example.org", DESK]}]
    world.inbox.on_rcpt = lambda address, nth: "550 no such user" if address.startswith("gone") else None
    world.serve("courier.example", [story()])
    world.add("courier.example")
    counts = world.run()
    assert counts["deliver"].done["sent"] == counts["deliver"].done["refused"] == 1
    assert len(counts["deliver"].refused) == 1
    assert [to for to, _ in world.inbox.taken] == [DESK]
    assert not world.run("2024-03-05T20:00:00+00:00")["deliver"].refused  # refused once, not every run
    with world.at() as services, services.database.reading() as session:
        assert [i.code for i in open_issues(session)] == ["delivery_refused"]


def test_a_mail_server_that_is_down_delays_and_the_message_id_stays(world: World) -> None:
    port = world.settings["ALERTS__EMAIL__PORT"]
    world.settings["ALERTS__EMAIL__PORT"] = str(free_port())
    world.serve("courier.example", [story()])
    world.add("courier.example")
    counts = world.run()
    assert counts["deliver"].done["delayed"] == 1
    assert not counts["deliver"].refused
    with world.at() as services, services.database.reading() as session:
        (before,) = deliveries(session, None, 9)
        assert [i.code for i in open_issues(session)] == ["channel_down"]
    world.settings["ALERTS__EMAIL__PORT"] = port
    assert world.run("2024-03-05T18:00:20+00:00")["deliver"].done == {"released": 0}
    assert world.run("2024-03-05T18:10:00+00:00")["deliver"].done["sent"] == 1
    ((_, content),) = world.inbox.taken
    assert message_from_bytes(content)["Message-ID"].strip() == before.message_id
    with world.at() as services, services.database.reading() as session:
        assert open_issues(session) == []


def test_a_rejected_statement_is_not_sent_and_stays_rejected(world: World) -> None:
    world.settings["ALERTS__HOLD_MINUTES"] = "60"
    world.serve("courier.example", [story(guid="g1")])
    world.add("courier.example")
    world.run()
    with world.at() as services:
        reject(services, [("s", 1)], by="Ada", why="a joke")
    counts = world.run("2024-03-05T20:00:00+00:00")
    assert world.inbox.taken == []
    assert world.ledger()[0]["alert"] == {"state": "not_told", "reason": "reviewed"}
    assert not any(d.status == "sent" for d in world.rows(DeliveryRow))
    assert counts["deliver"].done.get("sent", 0) == 0
    world.serve(
        "courier.example", [story("/norway", LEAD, "Norway rejects cluster munitions (2)", guid="g1")]
    )
    world.run("2024-03-05T21:00:00+00:00")
    assert world.inbox.taken == []


def test_a_daily_digest_collects(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [{"name": "daily", "by": "email", "to": [DESK], "mode": "daily"}]
    world.serve("courier.example", [story(), story("/finland", FINLAND, "Finland condemns cluster bombs")])
    world.add("courier.example")
    world.run()
    assert world.inbox.taken == []
    assert world.run("2024-03-06T07:00:01+00:00")["deliver"].done["sent"] == 2
    ((_, content),) = world.inbox.taken
    text = content.decode()
    assert "Solberg" in text
    assert "Lauttamo" in text
    world.run("2024-03-07T07:00:01+00:00")
    assert len(world.inbox.taken) == 1


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_a_reader_of_both_kinds_is_told_at_once_and_once(world: World, order: list[int]) -> None:
    both = [
        {"name": "daily", "by": "email", "to": [DESK], "mode": "daily"},
        {"name": "urgent", "by": "email", "to": [DESK], "states": ["NO"]},
    ]
    world.settings["SUBSCRIPTIONS"] = [both[i] for i in order]
    world.serve("courier.example", [story()])
    world.add("courier.example")
    world.run()
    assert [s[:4] for s in world.subjects()] == ["[NO]"]
    world.run("2024-03-06T07:00:01+00:00")
    assert len(world.inbox.taken) == 1


def test_what_waited_for_the_digest_is_told_at_once_when_it_is_confirmed(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "daily", "by": "email", "to": [DESK], "mode": "daily"},
        {"name": "urgent", "by": "email", "to": [DESK]},
    ]
    world.serve("rumour.example", [story()])
    world.add("rumour.example", tier=3)
    world.run()
    assert [d.mode for d in world.rows(DeliveryRow)] == ["daily"]
    world.serve("courier.example", [story("/again", f"Again: {LEAD}", "Norway and cluster munitions")])
    world.add("courier.example")
    world.run("2024-03-05T20:00:00+00:00")
    assert len(world.inbox.taken) == 1
    world.run("2024-03-06T08:00:00+00:00")
    assert len(world.inbox.taken) == 1


def test_others_are_told_to_those_who_name_their_kind(world: World) -> None:
    former = "Former Norwegian President Olav Brandt said on Tuesday that cluster bombs were “needed”."
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "desk", "by": "email", "to": [DESK]},
        {"name": "history", "by": "email", "to": ["history@example.org"], "kinds": ["former"]},
    ]
    world.serve("courier.example", [story("/f", former, "Former president on cluster munitions")])
    world.add("courier.example")
    world.run()
    assert [to for to, _ in world.inbox.taken] == ["history@example.org"]


# --- possible duplicates and reviews ------------------------------------------------------------------

SECOND = (
    "“The army will buy new howitzers, and cluster munitions too if the alliance supplies them to us,” "
    "Norwegian Foreign Minister Ingrid Solberg said on Tuesday."
)


def possible(world: World) -> None:
    """A statement, and a report of another act by the same speaker on the same day."""
    world.serve("courier.example", [story()])
    world.add("courier.example")
    world.run()
    with world.at() as services, services.database.writing() as session:
        (statement,) = session.scalars(select(StatementRow))
        (report,) = session.scalars(select(ReportRow))
        report.positions = ["condemns"]
        statement.positions = ["condemns"]
    world.serve(
        "courier.example", [story("/second", SECOND, "Norway wants cluster munitions", guid="g2"), story()]
    )
    counts = world.run("2024-03-05T19:00:00+00:00")
    assert counts["announce"].done.get("possible_duplicates") == 1, counts["announce"].done


def test_a_possible_duplicate_is_held_and_makes_no_alert(world: World) -> None:
    possible(world)
    assert len(world.inbox.taken) == len(world.ledger()) == 1
    with world.at() as services, services.database.reading() as session:
        (held,) = held_reports(session, 9)
        (row,) = session.scalars(select(StatementRow))
        assert held.held_reason == "possible_duplicate"
        assert len(statement_value(session, services, row)["appearances"]) == 1


def test_a_possible_duplicate_of_an_edited_article_is_matched_again(world: World) -> None:
    possible(world)
    edited = story(
        "/second", SECOND, "Norway wants cluster munitions, says minister", "More follows.", guid="g2"
    )
    world.serve("courier.example", [edited])
    world.run("2024-03-05T20:00:00+00:00")
    assert len(world.rows(Appearance)) == 2
    assert len(world.inbox.taken) == 1


def test_a_person_confirms_a_possible_duplicate(world: World) -> None:
    possible(world)
    held = world.rows(ReportRow)[1]
    with world.at() as services:
        assert confirm(services, [("h", held.id)], by="Ada", why=None) == [f"h{held.id} is of s1"]
    world.run("2024-03-05T20:00:00+00:00")
    assert len(world.ledger()[0]["appearances"]) == 2
    assert len(world.inbox.taken) == 1


def test_a_person_rejects_a_held_report_and_an_edit_does_not_bring_it_back(world: World) -> None:
    possible(world)
    held = world.rows(ReportRow)[1]
    with world.at() as services:
        reject(services, [("h", held.id)], by="Ada", why=None)
    edited = story(
        "/second", SECOND, "Norway wants cluster munitions, says minister", "More follows.", guid="g2"
    )
    world.serve("courier.example", [edited])
    world.run("2024-03-05T20:00:00+00:00")
    assert world.rows(ReportRow)[1].status == "rejected"
    assert len(world.ledger()[0]["appearances"]) == 1


# --- documents put in by hand -------------------------------------------------------------------------


def document(number: int, lead: str = LEAD, **more: Any) -> Document:
    when = When(datetime(2024, 3, 5, 15, tzinfo=UTC), "minute", "given")
    page = article(f"Document {number} on cluster munitions", lead, BACKGROUND)
    facts = {
        "url": f"http://wire.example/{number}",
        "published": when,
        "outlet": "Wire",
        "html": page,
        "language": "en",
    }
    return Document(id=f"doc-{number}", **(facts | more))


def test_documents_write_alert_rows_only_when_announced(world: World) -> None:
    world.settings["SUBSCRIPTIONS"] = [
        {"name": "desk", "by": "email", "to": [DESK]},
        {"name": "daily", "by": "email", "to": ["daily@example.org"], "mode": "daily"},
    ]
    with world.at() as services:
        ingest(services, [document(1)])
    (statement,) = world.ledger()
    assert statement["alert"] == {"state": "not_told", "reason": "backfill"}
    assert statement["appearances"][0]["document"] == "doc-1"
    assert world.rows(DeliveryRow) == []
    with world.at() as services:
        ingest(services, [document(2, FINLAND)], announced=True)
        assert deliver(services).done["sent"] == 1
    assert [s[:4] for s in world.subjects()] == ["[FI]"]
    # A feed that carries the first one today tells it.
    world.serve("courier.example", [story()])
    world.add("courier.example")
    world.run()
    assert len(world.inbox.taken) == 2


def test_a_document_without_text_is_read_by_its_summary(world: World) -> None:
    with world.at() as services:
        counts = ingest(
            services,
            [document(1, html=None, title="Norway", summary=LEAD), document(2, html="<p></p>", summary=LEAD)],
        )
    assert counts[0].refused == ()
    assert len(world.ledger()) == 1


def test_documents_as_of_their_publication(world: World) -> None:
    old = When(datetime(2023, 7, 11, 9, tzinfo=UTC), "minute", "given")
    with world.at() as services:
        ingest(
            services, [document(2, FINLAND), document(1, published=old)], announced=True, as_of_published=True
        )
    first, second = sorted(world.ledger(), key=lambda s: s["first_seen"])
    assert (first["state"], first["first_seen"][:10]) == ("NO", "2023-07-11")
    assert (second["state"], second["first_seen"][:10]) == ("FI", "2024-03-05")
    assert {s["alert"]["state"] for s in (first, second)} == {"queued"}
