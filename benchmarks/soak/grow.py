"""A past for a ledger: entries, articles and versions of a year, written by the database itself.

``grow(database, entries)`` spreads them over the feeds that are there and over the year before the soak
begins. Every twentieth was read: it has an article and a version. Nothing of it is on the subject.
"""

from __future__ import annotations

import json

from sqlalchemy import text

from monitor.store.database import Database

#: In each database: numbers from 1 to :n, a digest of a number, a moment so many seconds before the soak.
_WORDS = {
    "sqlite": {
        "numbers": "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < :n)"
        " SELECT n FROM s)",
        "digest": "printf('%016x%016x', n * 2654435761 % 4294967291, n * 40503 + n * 4294967296)",
        "moment": "strftime('%Y-%m-%d %H:%M:%f000', '2024-03-04', '-' || ({seconds} * {n}) || ' seconds')",
        "page": ":page",
    },
    "postgresql": {
        "numbers": "(SELECT generate_series(1, :n) AS n)",
        "digest": "md5(n::text)",
        "moment": "timestamptz '2024-03-04 00:00+00' - ({seconds} * {n}) * interval '1 second'",
        "page": "CAST(:page AS jsonb)",
    },
}
_PAGE = {"title": "t", "language": "en", "form": "article", "published": None, "titles": {}, "posts": []}
_FILL = "Nothing of this has to do with the subject, and it is as long as what feeds say of an item. "
_ARTICLES = """
INSERT INTO articles (url, address, outlet_id, origin, first_seen, language, title, form, concerns, revisits)
SELECT 'grown:' || n, 'grown:' || n, 1 + n % {feeds}, 'feed', {met}, 'en', 'A title of an article, ' || n,
       'article', false, 0
FROM {numbers} AS numbers
"""
_VERSIONS = """
INSERT INTO article_versions (article_id, number, text_hash, fetched_at, text, source, page, judged_at)
SELECT id, 1, 'grown' || id, first_seen, :text, 'page', {page}, first_seen FROM articles
WHERE url LIKE 'grown%'
"""
_ENTRIES = """
INSERT INTO entries (feed_id, guid, url, canonical_url, title, summary, language, published,
                     published_precision, content_hash, first_seen, baseline, storm, status, reason, tries,
                     edits)
SELECT 1 + n % {feeds}, 'grown-' || n, {place}, {place}, 'A title of an entry, number ' || n, :text, 'en',
       {met}, 'minute', {digest}, {met}, false, false, CASE WHEN n % 20 = 0 THEN 'read' ELSE 'skipped' END,
       'unrelated', 0, 0
FROM {numbers} AS numbers
"""
_PLACE = "'https://h' || (n % {feeds}) || '.grown.example/news/story-number-' || n || '.html'"


def grow(database: Database, entries: int) -> None:
    """Writes so many entries, and a twentieth as many articles."""
    words = _WORDS["sqlite" if database.sqlite else "postgresql"]
    seconds = max(365 * 86_400 // entries, 1)
    with database.engine.begin() as connection:
        feeds = int(connection.scalar(text("SELECT max(id) FROM feeds")) or 1)
        values = words | {"feeds": str(feeds), "place": _PLACE.format(feeds=feeds)}
        each = words["moment"].format(seconds=seconds, n="n")
        twentieth = words["moment"].format(seconds=seconds, n="n * 20")
        connection.execute(text(_ARTICLES.format(**values, met=twentieth)), {"n": entries // 20 or 1})
        given = {"text": _FILL * 25, "page": json.dumps(_PAGE)}
        connection.execute(text(_VERSIONS.format(**values)), given)
        connection.execute(text(_ENTRIES.format(**values, met=each)), {"n": entries, "text": _FILL})
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
