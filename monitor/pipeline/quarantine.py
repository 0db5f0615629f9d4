"""A word to people, once while it lasts: an issue, and for each operator one notice."""

from __future__ import annotations

from typing import Final

from monitor.pipeline.services import Services, log
from monitor.store.database import Session
from monitor.store.issues import raise_issue
from monitor.store.notices import keep_notice

#: A feed gave its past again; an outlet brought more statements at once than any does.
FEED: Final = "feed_storm"
OUTLET: Final = "statement_storm"


def tell(services: Services, session: Session, code: str, subject: str, detail: str) -> None:
    """Opens the issue, or counts it once more; operators are told when it is opened, once."""
    issue = raise_issue(session, code, subject, detail, services.now())
    if issue.times > 1:
        return
    log.warning("%s %s: %s", code, subject, detail)
    for channel, recipient in services.operators():
        keep_notice(session, code, subject, issue.last_at, channel, recipient, detail, services.now())
