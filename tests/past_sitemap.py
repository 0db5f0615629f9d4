"""An outlet's sitemaps for the contract over all archives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from archiving import Example, at, built, reaching
from servers import Reply, web

from monitor.model import Target

_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@contextmanager
def example() -> Iterator[Example]:
    days = [f"2023-0{month}-1{n}" for month in (5, 6, 7) for n in range(4)]
    rows = "".join(
        f"<url><loc>https://daily.example/{day}</loc><lastmod>{day}</lastmod></url>" for day in days
    )
    site = {"/sitemap.xml": Reply(f"<urlset {_SPACE}>{rows}</urlset>", "application/xml")}
    with (
        web({"daily.example": site}) as server,
        reaching({"*.example": server.place}, (Target("https://daily.example/"),)) as reach,
    ):
        keys = frozenset(f"https://daily.example/{day}" for day in days)
        yield Example(built("sitemap", reach, batch=5), at("2023-05-10"), at("2023-07-14"), keys)
