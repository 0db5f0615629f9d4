"""Parts of a file over real connections: what is asked for comes, and nothing else is taken for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ccserver import Bucket, bucket

from monitor.errors import FetchRefused
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.ports import Fetched, Wanted

BODY = bytes(range(256)) * 40
URL = "https://data.example/crawl.warc.gz"


@pytest.fixture
def kept() -> Iterator[Bucket]:
    with bucket({"/crawl.warc.gz": BODY}) as held:
        yield held


def part(
    kept: Bucket, first: int, last: int, unchanged: str | None = None, url: str = URL
) -> Fetched | Exception:
    policy = FetchPolicy(connect_to={"*.example": kept.place}, per_host_delay=0.0, total_timeout=5.0)
    wanted = Wanted(url, "archive", part=(first, last), unchanged=unchanged)
    return next(iter(HttpFetcher(policy).fetch_all([wanted])))[1]


def test_a_part_comes_byte_for_byte_with_the_length_of_the_whole(kept: Bucket) -> None:
    got = part(kept, 1000, 2999)
    assert isinstance(got, Fetched)
    assert (got.status, got.body, got.whole) == (206, BODY[1000:3000], len(BODY))
    last = part(kept, len(BODY) - 10, len(BODY) + 5000)
    assert isinstance(last, Fetched)
    assert last.body == BODY[-10:]
    assert kept.asked[0] == ("/crawl.warc.gz", "bytes=1000-2999")


def test_a_part_of_the_file_that_it_was(kept: Bucket) -> None:
    first = part(kept, 0, 99)
    assert isinstance(first, Fetched)
    again = part(kept, 100, 199, unchanged=first.headers["etag"])
    assert isinstance(again, Fetched)
    assert again.body == BODY[100:200]
    kept.files["/crawl.warc.gz"] = BODY[::-1]
    changed = part(kept, 200, 299, unchanged=first.headers["etag"])
    assert isinstance(changed, FetchRefused)
    assert changed.state == "no_part"


@pytest.mark.parametrize(
    ("mood", "state"),
    [
        ("whole", "no_part"),
        ("elsewhere", "no_part"),
        ("zipped", "encoding"),
        ("cut", "broken"),
        ("slow_down", "http_503"),
        ("forbidden", "http_403"),
    ],
)
def test_what_comes_in_its_place_is_refused_by_name(kept: Bucket, mood: str, state: str) -> None:
    kept.moods["/crawl.warc.gz"] = [mood]
    got = part(kept, 10, 5000)
    assert isinstance(got, FetchRefused)
    assert got.state == state


def test_a_shorter_part_is_taken_for_what_it_is(kept: Bucket) -> None:
    kept.moods["/crawl.warc.gz"] = ["short"]
    got = part(kept, 100, 299)
    assert isinstance(got, Fetched)
    assert got.body == BODY[100:200]


def test_beyond_the_end_and_inside_the_house(kept: Bucket) -> None:
    beyond = part(kept, len(BODY), len(BODY) + 9)
    assert isinstance(beyond, FetchRefused)
    assert beyond.state == "http_416"
    inside = part(kept, 0, 9, url=f"http://{kept.place}/crawl.warc.gz")
    assert isinstance(inside, FetchRefused)
    assert inside.state == "private_address"
