"""How far a statement is confirmed: what counts as another voice, and what does not."""

from __future__ import annotations

import tomllib
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from journey import article, rss
from servers import Reply
from told import NOW
from world import ISO, LEAD, World, story

import monitor
from monitor.corroboration import Confirmed, Witness, corroborate, owner_of_host
from monitor.model import Document, When
from monitor.officials.states import organisation_of_host
from monitor.pipeline import ingest

DATA = Path(monitor.__file__).parent / "data"


def paper(name: str, *, tier: int = 2, owner: str | None = None, text: str | None = None) -> Witness:
    return Witness(name, "newspaper", tier, None, owner or f"{name}.example", text or f"text of {name}")


MINISTRY = Witness("ministry of norland", "ministry", 1, "NO", "mod.example", "release")


def test_one_outlet_and_none_known() -> None:
    assert corroborate([paper("courier")], "NO") == Confirmed("single", 1, 1)
    assert corroborate([paper("rumour", tier=3)], "NO") == Confirmed("unverified", 1, 0)
    assert corroborate([], "NO") == Confirmed("unverified", 0, 0)


def test_many_unknown_outlets_confirm_nothing() -> None:
    crowd = [paper(f"mirror {n}", tier=3) for n in range(50)]
    assert corroborate(crowd, "NO") == Confirmed("unverified", 50, 0)
    assert corroborate([*crowd, paper("courier")], "NO") == Confirmed("single", 51, 1)


def test_two_of_their_own_are_independent() -> None:
    assert corroborate([paper("courier"), paper("herald")], "NO") == Confirmed("independent", 2, 2)
    # Twice in one paper is one paper.
    assert corroborate([paper("courier"), paper("courier", text="another")], "NO").level == "single"


def test_copies_of_one_wire_count_once() -> None:
    copies = [paper(f"paper {n}", text="wire") for n in range(50)]
    assert corroborate(copies, "NO") == Confirmed("single", 50, 1)
    assert corroborate([*copies, paper("herald")], "NO") == Confirmed("independent", 51, 2)


def test_outlets_of_one_owner_count_once() -> None:
    assert corroborate([paper("east", owner="group"), paper("west", owner="group")], "NO").level == "single"


def test_chains_of_copy_and_owner_join() -> None:
    chain = [
        paper("a", owner="x", text="one"),
        paper("b", owner="y", text="one"),
        paper("c", owner="y", text="two"),
        paper("d", owner="z", text="two"),
    ]
    for order in permutations(chain):
        assert corroborate(order, "NO") == Confirmed("single", 4, 1)


def test_the_official_source_is_the_state_s_own() -> None:
    assert corroborate([MINISTRY], "NO") == Confirmed("official_source", 1, 1)
    assert corroborate([MINISTRY], "FI").level == "single"
    assert corroborate([MINISTRY], None).level == "single"
    un = Witness("un news", "igo", 1, "UN", "un.org", "x")
    assert corroborate([un], "UN").level == "official_source"


def test_a_name_makes_nobody_official() -> None:
    blog = Witness("Ministry of Defence of Norland", "blog", 3, "NO", "norland-mod.example", "x")
    assert corroborate([blog], "NO") == Confirmed("unverified", 1, 0)
    # Nor does a kind that somebody claimed for an outlet without the tier.
    assert (
        corroborate([Witness("ministry", "ministry", 3, "NO", "m.example", "x")], "NO").level == "unverified"
    )
    # A newspaper of the state is no voice of the state.
    assert (
        corroborate([Witness("state daily", "newspaper", 1, "NO", "d.example", "x")], "NO").level == "single"
    )


@pytest.mark.parametrize(
    ("host", "organisation"),
    [
        ("press.un.org", "UN"),
        ("UN.ORG", "UN"),
        ("un.org.evil.example", None),
        ("notun.org", None),
        ("", None),
    ],
)
def test_organisations_by_their_hosts(host: str, organisation: str | None) -> None:
    assert organisation_of_host(host) == organisation


# --- owners and names, as the ledger meets them ---------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("www.bild.de", "Axel Springer"),
        ("politico.eu", "Axel Springer"),
        ("www.unian.ua", "1+1 media"),
        ("notbild.de", None),
        ("bild.de.evil.example", None),
        (None, None),
    ],
)
def test_owners_by_host(host: str | None, owner: str | None) -> None:
    assert owner_of_host(host) == owner


def test_every_group_of_owners_has_hosts_of_its_own_and_the_pages_that_were_read() -> None:
    groups = tomllib.loads((DATA / "owners.toml").read_text("utf-8"))["group"]
    hosts = [host for group in groups for host in group["hosts"]]
    assert len(hosts) == len(set(hosts))
    assert not [host for host in hosts if any(host.endswith(f".{other}") for other in hosts)]  # said already
    for group in groups:
        assert len(group["hosts"]) > 1, group["owner"]
        assert group["pages"], group["owner"]
        assert all(page.startswith("http") for page in group["pages"]), group["owner"]
        assert isinstance(group["read"], date), group["owner"]
        assert set(group.get("unverified", ())) < set(group["hosts"]), group["owner"]


def test_two_papers_of_one_house_are_one_voice_though_their_entries_do_not_say_so() -> None:
    one = Witness("welt", "newspaper", 1, owner="welt.de", holding="Axel Springer", copy_group="1")
    two = Witness("politico", "newspaper", 1, owner="politico.eu", holding="Axel Springer", copy_group="2")
    assert corroborate([one, two], "NO") == Confirmed("single", 2, 1)
    assert corroborate([one, two, paper("herald")], "NO").independent == 2


def _ministry(world: World) -> None:
    world.serve("mfa.example", [])
    world.add(
        "mfa.example", title="Ministry of Foreign Affairs of Norway", kind="ministry", country="NO", tier=1
    )


@pytest.mark.parametrize("host", ["blog.example", None])
def test_an_aggregator_s_word_for_an_outlet_makes_no_official_source(world: World, host: str | None) -> None:
    """An item that says it is the ministry's, on another host, or behind the aggregator's own link."""
    _ministry(world)
    item = story("/norway")
    feed = rss("gather.example", [item]).body
    assert isinstance(feed, bytes)
    name = b"<source url='http://mfa.example/'>Ministry of Foreign Affairs of Norway</source></item>"
    feed = feed.replace(b"</item>", name)
    where = host or "gather.example"
    feed = feed.replace(b"http://gather.example/norway", f"http://{where}/norway".encode())
    world.web.sites["gather.example"] = {"/feed.xml": Reply(feed, "application/rss+xml")}
    world.web.sites.setdefault(where, {})["/norway"] = Reply(item.page or "")
    world.add("gather.example", kind="aggregator")
    world.run()
    (statement,) = world.ledger()
    assert statement["corroboration"] == {"level": "unverified", "outlets": 1, "independent": 0}
    assert world.inbox.taken == []


def test_the_ministry_s_own_site_confirms_and_a_blog_of_its_name_does_not(world: World) -> None:
    _ministry(world)
    page = article("A statement", LEAD, published=ISO)
    facts = {"html": page, "published": When(NOW, "minute", "given"), "language": "en"}
    name = "Ministry of Foreign Affairs of Norway"
    with world.at() as services:
        blog = Document(id="1", url="http://mfa-norway.example/1", outlet=name, **facts)
        ingest(services, [blog], announced=True)
    assert world.ledger()[0]["corroboration"]["level"] == "unverified"
    with world.at() as services:
        ingest(services, [Document(id="2", url="http://mfa.example/2", outlet=name, **facts)], announced=True)
    assert world.ledger()[0]["corroboration"] == {"level": "official_source", "outlets": 2, "independent": 1}
