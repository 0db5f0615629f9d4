"""Which item of a feed is which: what a feed may do to GUIDs, addresses and titles without a second alert."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples

from monitor.entries import EntryIdentity, content_hash, repeated, same_entry

SITE = "https://courier.example"
TITLE = "Minister of Norland rejects cluster munitions"


def item(
    guid: str | None = None,
    url: str | None = None,
    title: str = TITLE,
    summary: str = "",
    id: int | None = None,
) -> EntryIdentity:
    return EntryIdentity(guid, url, title, content_hash(title, summary), id)


def meet(document: list[EntryIdentity], known: list[EntryIdentity]) -> list[int | None]:
    """For each item of a document the id of the known entry that it is, None for a new one."""
    guids, urls = repeated(i.guid for i in document), repeated(i.url for i in document)
    present = frozenset(i.url for i in document if i.url)
    out = []
    for one in document:
        found = same_entry(one, known, repeated_guids=guids, repeated_urls=urls, present_urls=present)
        out.append(found[0].id if found else None)
    return out


def stored(document: list[EntryIdentity]) -> list[EntryIdentity]:
    return [
        EntryIdentity(i.guid, i.url, i.title, i.content_hash, number)
        for number, i in enumerate(document, start=1)
    ]


def test_the_same_document_again_has_nothing_new() -> None:
    document = [
        item("g1", f"{SITE}/a-story-of-norland"),
        item("g2", f"{SITE}/another", "Another title of the day"),
        item(None, None, "A title alone", "and its summary"),
    ]
    assert meet(document, stored(document)) == [1, 2, 3]


def test_one_guid_for_every_item_identifies_none() -> None:
    document = [
        item("feed", f"{SITE}/{n}", f"Story number {n} of quite another matter {n * 7}") for n in range(4)
    ]
    assert meet(document, []) == [None] * 4
    later = [item("feed", f"{SITE}/9", "Something wholly new has happened"), *document[:3]]
    assert meet(later, stored(document)) == [None, 1, 2, 3]


def test_new_guids_over_old_content_are_no_new_items() -> None:
    first = [item(f"old-{n}", f"{SITE}/story-{n}", f"Title of story {n}") for n in range(5)]
    second = [item(f"new-{n}", i.url, i.title) for n, i in enumerate(first)]
    assert meet(second, stored(first)) == [1, 2, 3, 4, 5]


def test_new_guids_and_no_addresses_are_known_by_their_words() -> None:
    first = [item(f"old-{n}", None, f"Title of story {n}", "The same summary") for n in range(3)]
    second = [item(f"new-{n}", None, i.title, "The  same\nsummary") for n, i in enumerate(first)]
    assert meet(second, stored(first)) == [1, 2, 3]


def test_an_edited_title_is_the_same_entry() -> None:
    known = stored([item("g1", f"{SITE}/minister-rejects", "Minister rejects cluster bombs")])
    edited = item("g1", f"{SITE}/minister-rejects", "UPDATE 2: Envoys react as Norland shuts the door")
    assert meet([edited], known) == [1]
    assert meet([item(None, edited.url, edited.title)], known) == [1]


def test_a_live_blog_keeps_its_entry_when_title_and_slug_change() -> None:
    known = stored(
        [item("g1", f"{SITE}/live/2024/norland-war-live-48213377", "War live: shells on the coast")]
    )
    later = item(
        "g1", f"{SITE}/live/2024/envoys-meet-48213377", "Envoys meet tonight in Halvik – as it happened"
    )
    assert meet([later], known) == [1]


def test_a_guid_that_another_item_takes_over_is_not_believed() -> None:
    known = stored([item("1", f"{SITE}/harvest", "A good harvest in the south")])
    other = item("1", f"{SITE}/envoy-speaks", "Envoy: cluster munitions must go")
    assert meet([other], known) == [None]
    assert meet(
        [item("1", None, "Envoy: cluster munitions must go")], stored([item("1", None, "A good harvest")])
    ) == [None]


def test_guids_that_count_places_move_on_and_addresses_decide() -> None:
    first = [item(str(n), f"{SITE}/release-{20 - n}", f"Press release No. {20 - n}") for n in (1, 2, 3)]
    second = [item("1", f"{SITE}/release-20", "Press release No. 20")] + [
        item(str(n + 1), i.url, i.title) for n, i in enumerate(first, start=1)
    ]
    assert meet(second, stored(first))[1:] == [1, 2, 3]


def test_one_address_for_every_item_identifies_none() -> None:
    first = [item(f"g{n}", SITE, f"Notice {n}: {'abc'[n] * 9}") for n in range(3)]
    assert meet(first, []) == [None] * 3
    # The next document has a single item: its address is repeated no more, but several entries had it.
    assert meet([item("g7", SITE, "Envoy calls the shells a shame")], stored(first)) == [None]
    assert meet([first[1]], stored(first)) == [2]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/2024/03/04/index.html", "/2024/03/05/index.html"),
        ("/20240304/statement-1", "/20240304/statement-2"),
        ("/202403/a", "/202403/b"),
        ("/news?id=4", "/news?id=5"),
        ("/en/", "/en"),
    ],
)
def test_two_releases_of_one_title_are_two(old: str, new: str) -> None:
    # A ministry heads each of its releases alike and gives no summary.
    title = "Statement by the Ministry of Foreign Affairs of Norland"
    known = stored([item("g1", SITE + old, title)])
    if old.strip("/") == new.strip("/"):
        new = "/fr/en"
    assert meet([item("g2", SITE + new, title)], known) == [None]


def test_two_items_of_one_document_stay_two_though_their_last_parts_agree() -> None:
    title = "Remarks of the Foreign Minister of Norland"
    document = [
        item("g1", f"{SITE}/monday/remarks-of-the-minister", title),
        item("g2", f"{SITE}/tuesday/remarks-of-the-minister", title),
    ]
    assert meet([document[1]], stored([document[0]])) == [1]  # alone: a moved address
    assert meet(document, stored([document[0]])) == [1, None]  # beside it: another item


def test_a_feed_that_moved_is_known_by_page_and_words() -> None:
    known = stored([item("g1", "http://old.example/news/minister-rejects-munitions-5512345")])
    assert meet([item("x1", "https://new.example/en/5512345/minister-rejects")], known) == [1]
    assert meet([item("x1", "https://new.example/en/7719999/minister-again")], known) == [None]


def test_no_id_no_link_no_title() -> None:
    bare = item(None, None, "", "Words of the envoy")
    assert meet([bare, item(None, None, "", "Other words")], stored([bare])) == [1, None]


def test_white_space_and_case_do_not_make_an_edit() -> None:
    assert content_hash("A  Title", "some\n words") == content_hash("a title", "Some words ")
    assert content_hash("\ud800", "") != content_hash("", "")  # a lone surrogate raises nothing


_urls = st.sampled_from((None, SITE, f"{SITE}/a", f"{SITE}/b-long-name-of-a-page", f"{SITE}/20240304/x"))
_items = st.builds(
    item,
    guid=st.sampled_from((None, "g1", "g2", "g3")),
    url=_urls,
    title=st.sampled_from(("", TITLE, "Another title of the day", "x")),
    summary=st.sampled_from(("", "words", "other words")),
)


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(_items, max_size=6), st.integers(0, 10))
def test_what_was_stored_is_known_in_any_order(document: list[EntryIdentity], seed: int) -> None:
    # As the poll does it: each item is met with those stored before it, then the whole document comes again.
    known: list[EntryIdentity] = []
    guids, urls = repeated(i.guid for i in document), repeated(i.url for i in document)
    present = frozenset(i.url for i in document if i.url)

    def look(one: EntryIdentity) -> tuple[EntryIdentity, str] | None:
        return same_entry(one, known, repeated_guids=guids, repeated_urls=urls, present_urls=present)

    for one in document:
        if look(one) is None:
            known.append(EntryIdentity(one.guid, one.url, one.title, one.content_hash, len(known) + 1))
    again = list(document)
    random.Random(seed).shuffle(again)
    assert all(look(one) is not None for one in again)
