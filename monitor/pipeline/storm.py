"""A feed's flood: what it brought is kept, and told when a person lets it or another outlet has it too."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.pipeline.announce import settle
from monitor.pipeline.quarantine import FEED, OUTLET
from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.issues import close_issue
from monitor.store.schema import Feed
from monitor.store.storms import statements_of_articles, storm_articles


def release(services: Services, session: Session, feed: Feed) -> int:
    """What came in a flood of this feed counts like the rest again; how many articles that were."""
    services.database.serialise(session, "statements")
    articles = storm_articles(session, feed)
    for article in articles:
        article.silent = None
    session.flush()
    for statement in statements_of_articles(session, [a.id for a in articles]):
        settle(services, session, statement)
    close_issue(session, FEED, f"f{feed.id}", services.now())
    close_issue(session, OUTLET, feed.outlet.key, services.now())
    return len(articles)


def released_lines(feed: Feed, count: int) -> Sequence[str]:
    """What a command says of it."""
    return [f"f{feed.id}: {count} articles of its flood may be told now"] if count else []
