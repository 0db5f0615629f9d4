"""Live pages: posts from JSON-LD, microdata, containers, lines of time; merged, counted, kept in order."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime, timedelta

import pytest

from extractors.page import read_page
from monitor.model import Document, Page

NOW = datetime(2024, 5, 1, tzinfo=UTC)
URL = "https://news.example/world/live/2024/mar/05/flood"

POSTS = [
    (
        "Pumps arrive in Lowmere",
        "2024-03-05T09:10:00+00:00",
        [
            "The pumps are here, the mayor says.",
            "“We asked for twelve and got nine,” she told reporters by the weir.",
        ],
    ),
    (
        "Bridge closed",
        "2024-03-05T11:45:00+00:00",
        ["The old bridge has been closed to lorries, police say. It was built for carts."],
    ),
    (
        "Minister on her way",
        "2024-03-05T10:20:00+00:00",
        ["The environment minister has left the capital and is expected by noon, her office says."],
    ),
]


def read(body: str, *, head: str = "", title: str = "Flood live: Lowmere", url: str = URL) -> Page:
    page = f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return read_page(Document(id="x", url=url, html=page), NOW)


def ld(posts: list[tuple[str, str, list[str]]], *, base: str = URL) -> str:
    updates = [
        {
            "@type": "BlogPosting",
            "headline": headline,
            "datePublished": time,
            "url": f"{base}#p7{n}",
            "articleBody": " ".join(paragraphs),
        }
        for n, (headline, time, paragraphs) in enumerate(posts)
    ]
    data = {"@context": "https://schema.org", "@type": "LiveBlogPosting", "liveBlogUpdate": updates}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def times(page: Page) -> list[str]:
    return [post.time.value.astimezone(UTC).isoformat() if post.time else "" for post in page.posts]


def check_offsets(page: Page) -> None:
    texts = [page.text[post.start : post.end] for post in page.posts]
    assert "\n\n".join(texts) == page.text
    assert all(text.startswith(post.headline or "") for text, post in zip(texts, page.posts, strict=True))
    assert [post.index for post in page.posts] == list(range(len(page.posts)))
    assert len({post.key for post in page.posts}) == len(page.posts)


def test_jsonld_alone() -> None:
    page = read("<h1>Flood live</h1><p>Follow us.</p>", head=ld(POSTS))
    assert page.form == "liveblog"
    assert [p.headline for p in page.posts] == [p[0] for p in POSTS]
    assert times(page) == [p[1] for p in POSTS]
    assert [p.url for p in page.posts] == [f"{URL}#p7{n}" for n in range(3)]
    assert [p.key for p in page.posts] == ["p70", "p71", "p72"]
    check_offsets(page)


def test_posts_that_only_jsonld_knows_come_after_those_of_the_page() -> None:
    shown = "".join(
        f"<section class=update><span class=t>{time[11:16]}</span><h2>{headline}</h2>"
        + "".join(f"<p>{p}</p>" for p in paragraphs)
        + "</section>"
        for headline, time, paragraphs in (POSTS[2], POSTS[0])
    )
    page = read(f"<h1>Flood live</h1><div class=stream>{shown}</div>", head=ld(POSTS))
    assert [p.headline for p in page.posts] == [
        "Minister on her way",
        "Pumps arrive in Lowmere",
        "Bridge closed",
    ]
    assert times(page) == [POSTS[2][1], POSTS[0][1], POSTS[1][1]]
    assert [p.key for p in page.posts] == ["p72", "p70", "p71"]
    # The page's own paragraphs, not JSON-LD's one run of text.
    assert "The pumps are here, the mayor says.\n“We asked" in page.text
    check_offsets(page)


def test_a_list_of_articles_called_live_is_no_live_page() -> None:
    data = json.dumps({"@type": "LiveBlogPosting", "headline": "Blog"})
    paragraphs = "".join(
        f"<p>The harbour board met for the {n}th time and did not agree on a date.</p>" for n in range(8)
    )
    page = read(
        f"<article><h1>Blog</h1>{paragraphs}</article>",
        head=f'<script type="application/ld+json">{data}</script>',
        title="Harbour board",
        url="https://news.example/2024/board",
    )
    assert page.form == "article"
    assert page.posts == ()


def test_microdata() -> None:
    items = "".join(
        f'<div itemprop="liveBlogUpdate" itemscope itemtype="https://schema.org/BlogPosting" id="m{n}">'
        f'<meta itemprop="datePublished" content="{time}"><h3 itemprop="headline">{headline}</h3>'
        f'<div itemprop="articleBody">{"".join(f"<p>{p}</p>" for p in paragraphs)}</div></div>'
        for n, (headline, time, paragraphs) in enumerate(POSTS)
    )
    page = read(f'<div itemscope itemtype="https://schema.org/LiveBlogPosting">{items}</div>')
    assert [p.headline for p in page.posts] == [p[0] for p in POSTS]
    assert times(page) == [p[1] for p in POSTS]
    assert [p.url for p in page.posts] == [f"{URL}#m{n}" for n in range(3)]
    check_offsets(page)


@pytest.mark.parametrize("attribute", ["epoch", "datetime"])
def test_repeated_containers(attribute: str) -> None:
    def stamp(time: str) -> str:
        moment = datetime.fromisoformat(time)
        return f'data-timestamp="{int(moment.timestamp())}"' if attribute == "epoch" else ""

    items = "".join(
        f'<div class="entry e{n}" id="b7{n}" {stamp(time)}>'
        + (f'<time datetime="{time}">then</time>' if attribute == "datetime" else "")
        + (
            f"<h3>{headline}</h3><span class=meta>Ann Otter</span>"
            f"{''.join(f'<p>{p}</p>' for p in paragraphs)}</div>"
        )
        for n, (headline, time, paragraphs) in enumerate(POSTS)
    )
    links = "".join(
        f'<li><time datetime="2024-03-0{n}T08:00:00Z">x</time><a href="/{n}">Story {n}</a></li>'
        for n in (1, 2, 3, 4)
    )
    page = read(f"<h1>Flood live</h1><p class=count>5 Posts</p><div class=s>{items}</div><ul>{links}</ul>")
    assert [p.headline for p in page.posts] == [p[0] for p in POSTS]
    assert times(page) == [p[1] for p in POSTS]
    assert [p.byline for p in page.posts] == ["Ann Otter"] * 3
    assert [p.key for p in page.posts] == ["b70", "b71", "b72"]
    assert [(p.code, p.detail) for p in page.problems] == [("posts_missing", "5 announced, 3 found")]
    assert "Ann Otter" not in page.text
    check_offsets(page)


LINES = """Ferry to the islands stops after storm warning

March 5, 2024 Lowmere flood news

By Ann Otter and Tom Weir, Lowmere Post

Updated 6:10 p.m. ET, July 8, 2024
7 Posts
Sort byDropdown arrow
1:05 p.m. ET, July 8, 2024

Ferry to the islands stops after storm warning

From the Post's Ann Otter

The last ferry left at noon, harbour master Jo Pike said Monday.

“Nobody sails after that,” Pike told the Post.

9:40 a.m. ET, July 8, 2024

Minister visits the weir

From the Post's Tom Weir in Lowmere

The minister Lena Marsh stands at the weir on July 8.
The minister Lena Marsh stands at the weir on July 8. Bo Lund/Pool/AFP/Getty Images

Environment Minister Lena Marsh said the weir would hold.

11:59 p.m. ET, July 7, 2024

Schools stay shut

From the Post staff

All schools in the valley stay shut, the council said. There is no date yet for opening them again.
"""


def as_pages() -> list[str]:
    lines = [line for line in LINES.split("\n") if line.strip()]
    escaped = [html.escape(line) for line in lines]
    return [
        "".join(f"<p>{line}</p>\n" for line in escaped),
        "".join(f"<div>{line}</div>" for line in escaped),
        f"<h1>{escaped[0]}</h1><article>" + "".join(f"<p>{line}</p>" for line in escaped[1:]) + "</article>",
        "<div class=c>" + "<br>\n".join(html.escape(line) for line in LINES.split("\n")) + "</div>",
        "".join(f"<p>{html.escape(p)}</p>".replace("\n", "<br>") for p in LINES.split("\n\n")),
        f"<pre>{html.escape(LINES)}</pre>",
    ]


@pytest.mark.parametrize("body", as_pages())
def test_lines_of_time_in_any_markup(body: str) -> None:
    footer = "<footer><p>© Lowmere Post. All rights reserved.</p></footer>"
    check_lines(read(body + footer, title="Ferry stops", url="https://post.example/a/1"))


def test_lines_of_time_inside_paragraphs() -> None:
    body = "".join(f"<p>{html.escape(p)}</p>" for p in LINES.split("\n\n"))
    check_lines(read(body, title="Ferry stops", url="https://post.example/a/1"), captions=1)


def test_lines_of_time_in_plain_text() -> None:
    check_lines(read_page(Document(id="t", text=LINES), NOW))


def check_lines(page: Page, captions: int = 2) -> None:
    assert page.form == "liveblog"
    assert [p.headline for p in page.posts] == [
        "Ferry to the islands stops after storm warning",
        "Minister visits the weir",
        "Schools stay shut",
    ]
    assert [p.time.value.isoformat() for p in page.posts if p.time] == [
        "2024-07-08T13:05:00-04:00",
        "2024-07-08T09:40:00-04:00",
        "2024-07-07T23:59:00-04:00",
    ]
    assert [p.byline for p in page.posts] == [
        "From the Post's Ann Otter",
        "From the Post's Tom Weir in Lowmere",
        "From the Post staff",
    ]
    assert "posts_missing" in [p.code for p in page.problems]
    assert "stands at the weir on July 8" not in page.text
    assert [c.reason for c in page.cut] == ["caption"] * captions
    assert "Sort by" not in page.text
    assert "rights reserved" not in page.text
    check_offsets(page)


def test_ordinary_pages_with_lists_of_times_are_not_live() -> None:
    paragraphs = "".join(
        f"<p>The council argued about the quay for {n} hours and then went home to eat.</p>"
        for n in range(3, 12)
    )
    other = "".join(
        f'<div class=teaser><time datetime="2024-03-05T0{n}:00:00Z">0{n}:00</time><h3>Other story {n}</h3>'
        f"<p>A line about another story that is long enough to look like a text, number {n}.</p></div>"
        for n in range(1, 7)
    )
    for title, url in (
        ("Quay row", "https://news.example/2024/quay"),
        ("How to live on a boat", "https://news.example/2024/best-boats-are-live-now"),
        ("Deals are live: the week", "https://news.example/live/quay"),
    ):
        page = read(
            f"<article><h1>Quay row</h1>{paragraphs}</article><section>{other}</section>",
            title=title,
            url=url,
        )
        assert page.posts == (), title


def test_a_pinned_copy_is_one_post() -> None:
    items = [
        (
            f'<section class="update" id="u7{n}"><time datetime="{time}">x</time><h2>'
            f"{headline}</h2><p>{paragraphs[0]}</p></section>"
        )
        for n, (headline, time, paragraphs) in enumerate(POSTS)
    ]
    page = read(f"<div>{items[1]}{items[0]}{items[1]}{items[2]}</div>")
    assert [p.key for p in page.posts] == ["u70", "u71", "u72"]


def test_keys_stay_when_the_page_grows() -> None:
    def stream(posts: list[tuple[str, str, list[str]]]) -> str:
        return "".join(
            (
                f'<section class=update><time datetime="{time}">x</time><h2>{headline}</h2><p>'
                f"{paragraphs[0]}</p></section>"
            )
            for headline, time, paragraphs in posts
        )

    early = read(f"<div>{stream(POSTS[:2])}</div>")
    late = read(f"<div>{stream([POSTS[2], *POSTS[:2]])}</div>")
    assert [p.key for p in late.posts][1:] == [p.key for p in early.posts]


def test_article_body_may_be_html_an_object_or_empty() -> None:
    updates = [
        {"name": "A", "datePublished": "2024-03-05 09:00Z", "articleBody": "<p>One &amp; two.</p><p>3</p>"},
        {"headline": "B", "datePublished": "2024-03-05 09:05Z", "articleBody": {"text": "Four."}},
        {"headline": "C only a headline", "datePublished": "2024-03-05T09:06Z", "articleBody": ""},
        "rubbish",
    ]  # fmt: skip
    data = json.dumps({"@type": "LiveBlogPosting", "liveBlogUpdate": updates})
    page = read("<h1>x</h1>", head=f'<script type="application/ld+json">{data}</script>')
    assert page.text == "A\nOne & two.\n3\n\nB\nFour.\n\nC only a headline"


def test_many_posts_keep_their_order() -> None:
    start = datetime(2024, 3, 5, 6, tzinfo=UTC)
    items = "".join(
        (
            f'<section class="update" id="u{7000 + n}"><time '
            f'datetime="{(start + timedelta(minutes=n)).isoformat()}">{n}</time>'
            f"<h2>Update {n}</h2><p>The river has risen by {n} centimetres since the "
            f"morning, the office says.</p></section>"
        )
        for n in range(150)
    )
    page = read(f"<div class=stream>{items}</div>")
    assert [p.key for p in page.posts] == [f"u{n}" for n in range(7000, 7150)]


def test_posts_that_begin_alike_are_not_joined() -> None:
    """Updates a quarter of an hour apart with the same first words."""
    words = "The pumps in the lower town are running, the mayor's office says, and the weir holds."
    start = datetime(2024, 3, 5, 6, tzinfo=UTC)
    posts = [
        (f"Report number {n}", (start + timedelta(minutes=15 * n)).isoformat(), [f"{words} That was {n}."])
        for n in range(60)
    ]
    shown = "".join(
        f'<article class=post id="p7{n}"><time datetime="{time}"></time><h2>{headline}</h2>'
        f"<p>{lines[0]}</p></article>"
        for n, (headline, time, lines) in list(enumerate(posts))[:12]
    )
    for body in ("", shown):
        page = read(f"<h1>Flood live: Lowmere</h1>{body}", head=ld(posts))
        assert [post.headline for post in page.posts] == [headline for headline, _, _ in posts]
        assert times(page) == [time for _, time, _ in posts]
        assert {post.url for post in page.posts} == {f"{URL}#p7{n}" for n in range(60)}


def test_shown_posts_without_ids_find_their_times_among_those_that_begin_alike() -> None:
    words = "The pumps in the lower town are running, the mayor's office says, and the weir holds."
    start = datetime(2024, 3, 5, 6, tzinfo=UTC)
    posts = [("", (start + timedelta(minutes=15 * n)).isoformat(), [f"{words} {n}"]) for n in range(8)]
    shown = "".join(
        f'<article class=post><time datetime="{time}"></time><p>{lines[0]}</p></article>'
        for _, time, lines in posts
    )
    page = read(f"<h1>Flood live: Lowmere</h1>{shown}", head=ld(posts))
    assert times(page) == [time for _, time, _ in posts]


@pytest.mark.parametrize("count", [2, 4])
def test_the_pages_own_address_names_no_post(count: int) -> None:
    """A list that gives every post the page's address: keys come from time and headline, and stay."""
    data = {
        "@type": "LiveBlogPosting",
        "liveBlogUpdate": [
            {
                "@type": "BlogPosting",
                "url": URL,
                "headline": f"Report number {n}",
                "datePublished": f"2024-03-05T{9 + n:02}:00:00+00:00",
                "articleBody": f"The weir holds, for the {n}th hour.",
            }
            for n in range(count)
        ],
    }
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    first = read("<h1>Flood live: Lowmere</h1>", head=head)
    assert [post.headline for post in first.posts] == [f"Report number {n}" for n in range(count)]
    data["liveBlogUpdate"] = list(reversed(data["liveBlogUpdate"]))  # type: ignore[arg-type]
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    again = read("<h1>Flood live: Lowmere</h1>", head=head)
    assert {p.key: p.headline for p in again.posts} == {p.key: p.headline for p in first.posts}


def test_a_pinned_copy_that_is_cut_short_is_one_post_with_the_whole_text() -> None:
    post = (
        '<article class=post id="{}"><time datetime="2024-03-05T{}:10:00Z"></time>'
        "<h2>Report {}</h2>{}</article>"
    )
    short = "<p>The pumps are here and the bridge is closed to lorries, the mayor says …</p>"
    whole = (
        "<p>The pumps are here and the bridge is closed to lorries, the mayor says.</p>"
        "<p>“We asked for twelve and got nine,” she told reporters by the weir.</p>"
    )
    rest = "".join(post.format(f"p{n}", f"0{n}", n, whole.replace("nine", str(n))) for n in (6, 5))
    for one, two in ((short, whole), (whole, short)):
        copies = "".join(post.format("p7", "09", 7, text) for text in (one, two))
        page = read(f"<h1>Flood live: Lowmere</h1>{copies}{rest}")
        assert [p.key for p in page.posts] == ["p7", "p6", "p5"]
        assert "“We asked for twelve and got nine,” she told reporters by the weir." in page.text
        assert "…" not in page.text


def _numbered(posts: list[tuple[str, str, list[str]]]) -> Page:
    return read(
        "<h1>Flood live: Lowmere</h1>"
        + "".join(
            f'<section class=update id="b{n}"><time datetime="{time}">x</time><h2>{headline}</h2>'
            f"<p>{paragraphs[0]}</p></section>"
            for n, (headline, time, paragraphs) in enumerate(posts)
        )
    )


def test_ids_that_count_from_the_top_are_places_and_name_no_post() -> None:
    newest_first = sorted(POSTS, key=lambda post: post[1], reverse=True)
    early, late = _numbered(newest_first[1:]), _numbered(newest_first)
    assert [p.headline for p in late.posts] == [headline for headline, _, _ in newest_first]
    assert [p.key for p in late.posts][1:] == [p.key for p in early.posts]
    assert [p.url for p in late.posts] == [f"{URL}#b{n}" for n in range(3)]
    oldest_first = _numbered(newest_first[::-1])
    assert [p.key for p in oldest_first.posts] == [p.key for p in late.posts][::-1]


def test_a_pinned_copy_with_a_place_of_its_own_is_one_post() -> None:
    newest_first = sorted(POSTS, key=lambda post: post[1], reverse=True)
    page = _numbered([newest_first[2], *newest_first])
    assert [p.headline for p in page.posts] == [headline for headline, _, _ in newest_first]
    assert {p.key for p in page.posts} == {p.key for p in _numbered(newest_first).posts}


def _printed(zone: str, *clocks: str) -> str:
    return "<h1>Flood live: Lowmere</h1>" + "".join(
        f"<h3>{clock} {zone}, March 5, 2024</h3><h2>Report of {clock}</h2>"
        f"<p>The weir holds at {clock}, they say, and the pumps in the lower town are running again.</p>"
        for clock in clocks
    )


def test_a_zone_that_cannot_be_true_gives_way_to_the_pages_clock() -> None:
    meta = '<meta property="article:published_time" content="2024-03-05T{}">'
    body = _printed("ET", "7:05 p.m.", "3:20 p.m.", "7:30 a.m.")
    # Dated by its last post: by "ET" the page would be published in the midst of its posts.
    page = read(body, head=meta.format("21:40:00+02:00"))
    assert times(page) == [f"2024-03-05T{clock}:00+00:00" for clock in ("19:05", "15:20", "07:30")]
    assert [p.code for p in page.problems] == ["zone_doubtful"]
    # Dated by its first post, or after the last: the zone is what is printed.
    for stamp in ("12:20:00+00:00", "23:50:00-05:00"):
        page = read(body, head=meta.format(stamp))
        assert times(page)[0] == "2024-03-06T00:05:00+00:00"
        assert page.problems == ()
