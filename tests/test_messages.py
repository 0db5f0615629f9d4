"""Messages as readers get them: the statements that they name, and the link that is each reader's own."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

from journey import Item, article
from mailserver import DESK
from told import TOLD
from world import BACKGROUND, QUOTE, World, story

from alerts.links import FEEDBACK, claimed
from alerts.render import render, with_link
from monitor.store.schema import DeliveryRow

EARLIER = "Norway condemns cluster munitions in all their forms, and the parliament will hear us say so again"
SECRET = "a secret of the tests, long enough"


def said_on(day: str, path: str, words: str, date: str, *more: str) -> Item:
    lead = f"“{words},” Norwegian Foreign Minister Ingrid Solberg said on {day}."
    page = article(f"The minister on {day}", lead, *(more or (BACKGROUND,)), published=date)
    return Item(path, f"Cluster munitions: the minister on {day}", "She spoke in Oslo.", None, None, page)


def parts(raw: bytes) -> tuple[str, str]:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def test_the_nearest_earlier_statement_and_the_related_ones_are_named_with_links(world: World) -> None:
    world.settings |= {"ALERTS__LEDGER_URL": "https://ledger.example", "ALERTS__LINKS__SECRET": SECRET}
    first = said_on("Friday", "/a", EARLIER, "2024-03-01T12:00:00+00:00")
    scene = (
        "She was asked in Bergen, before a meeting of ministers of the Nordic countries, what had become of "
        "the promise of last week. Fishermen stood at the quay, and snow fell on the flags.",
        "The meeting goes on until Thursday and will hear reports on mines and on cluster munitions.",
    )
    again = said_on("Tuesday", "/b", EARLIER, "2024-03-05T12:00:00+00:00", *scene)
    world.serve("one.example", [first])
    world.add("one.example")
    world.run("2024-03-01T18:00:00+00:00")
    world.serve("one.example", [first, again])
    world.run("2024-03-05T18:00:00+00:00")
    (_, one), (_, two) = world.inbox.taken
    assert "Before this" not in parts(one)[0]
    assert "no earlier statement of this speaker is in the ledger" in " ".join(parts(one)[0].split())
    text, html = parts(two)
    flat = " ".join(text.split())
    assert "the nearest in the ledger, s1, was said on another day" in flat
    assert (
        "Before this: s1 (1 March 2024: condemns cluster munitions) https://ledger.example/statements/s1"
        in flat
    )
    assert "Related: repeats s1 (1 March 2024: condemns cluster munitions)" in flat
    assert html.count('href="https://ledger.example/statements/s1"') == 2


def test_each_reader_has_a_feedback_link_of_its_own(world: World) -> None:
    world.settings |= {"ALERTS__LEDGER_URL": "https://ledger.example", "ALERTS__LINKS__SECRET": SECRET}
    readers = [DESK, "second@example.org"]
    world.settings["SUBSCRIPTIONS"] = [{"name": "desk", "by": "email", "to": readers}]
    world.serve("fjord.example", [story()])
    world.add("fjord.example")
    world.run()
    rows = {row.recipient: row for row in world.rows(DeliveryRow)}
    for to, raw in world.inbox.taken:
        text, html = parts(raw)
        (link,) = re.findall(r"https://ledger\.example/feedback/\S+", text)
        assert f'href="{link}"' in html
        claim = claimed(link.rpartition("/")[2])
        assert claim.delivery == rows[to].id
        with world.at() as services:
            assert services.links is not None
            services.links.prove(claim, FEEDBACK, rows[to].message_id, services.now())
        assert ".invalid" not in text + html
    assert len(world.inbox.taken) == 2


def test_a_digest_has_a_feedback_link_for_each_statement(world: World) -> None:
    world.settings |= {"ALERTS__LEDGER_URL": "https://ledger.example", "ALERTS__LINKS__SECRET": SECRET}
    world.settings["SUBSCRIPTIONS"] = [{"name": "desk", "by": "email", "to": [DESK], "mode": "daily"}]
    other = story("/sweden", f"“{QUOTE},” Swedish Defence Minister Pal Borg said on Tuesday.", "Sweden")
    world.serve("fjord.example", [story(), other])
    world.add("fjord.example")
    world.run()
    world.run("2024-03-06T08:00:00+00:00")
    ((_, raw),) = world.inbox.taken
    found = re.findall(r"https://ledger\.example/feedback/(\S+)", parts(raw)[0])
    assert sorted(claimed(token).delivery for token in found) == [row.id for row in world.rows(DeliveryRow)]


def test_without_serve_there_is_no_feedback_link(world: World) -> None:
    world.serve("fjord.example", [story()])
    world.add("fjord.example")
    world.run()
    ((_, raw),) = world.inbox.taken
    assert not re.search("feedback|invalid", "".join(parts(raw)))


def test_a_link_takes_the_place_of_its_mark_in_every_form() -> None:
    mark, link = "https://0123456789abcdef.invalid/xxx", "https://ledger.example/a?b=1&c=2"
    message = with_link(render(replace(TOLD, feedback_url=mark), installation="desk"), mark, link)
    forms = (message.text, message.html, repr(message.blocks), repr(message.facts))
    assert all(mark not in form for form in forms)
    assert [form.count(shown) for form, shown in zip(
        forms, (link, link.replace("&", "&amp;"), link.replace("&", "&amp;"), link), strict=True
    )] == [1, 1, 1, 1]  # fmt: skip
    assert message.facts["feedback_url"] == link
