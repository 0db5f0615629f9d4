"""What the tests of sitemaps share: a made-up site and the forms of its lists."""

from __future__ import annotations

from datetime import UTC, datetime

from extractors.sitemap import Sitemap, read_sitemap
from monitor.model import Window

NOW = datetime(2024, 5, 1, tzinfo=UTC)
MARCH = Window(datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))
HOST = "courier.example"
SITE = f"http://{HOST}"
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


class At:
    """The clock of these tests."""

    def now(self) -> datetime:
        return NOW


def urlset(*rows: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{SPACE}">{"".join(rows)}</urlset>'


def index(*addresses: str, changed: str | None = None) -> str:
    more = f"<lastmod>{changed}</lastmod>" if changed else ""
    rows = "".join(f"<sitemap><loc>{a}</loc>{more}</sitemap>" for a in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="{SPACE}">{rows}</sitemapindex>'


def page(path: str, changed: str | None = "2024-03-05") -> str:
    more = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{SITE}{path}</loc>{more}</url>"


def seen(body: str | bytes, **more: str) -> Sitemap:
    raw = body.encode() if isinstance(body, str) else body
    return read_sitemap(raw, f"{SITE}/sitemap.xml", more.get("content_type"), NOW)
