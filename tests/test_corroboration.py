"""How far a statement is confirmed: what counts as another voice, and what does not."""

from __future__ import annotations

from itertools import permutations

import pytest

from monitor.corroboration import Confirmed, Witness, corroborate
from monitor.officials.states import organisation_of_host


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
