"""The tables. Times are UTC and aware; a row is never deleted, it gets a state.

What each table is for stands in its docstring; the words are those of GLOSSARY.md.
"""

from monitor.store.schema.base import Base
from monitor.store.schema.ledger import (
    Appearance,
    PassageRow,
    Relation,
    ReportRow,
    ReportTrigram,
    StatementRow,
)
from monitor.store.schema.outbox import ChannelRow, DeliveryEvent, NoticeRow, RecipientRow
from monitor.store.schema.past import Backfill, BackfillPage, BackfillWindow, HostTurn
from monitor.store.schema.reading import (
    Article,
    ArticleSketch,
    ArticleVersion,
    Entry,
    Feed,
    HostLine,
    LivePost,
    ModelAnswer,
    Outlet,
)
from monitor.store.schema.register import (
    BodyRow,
    Installation,
    OfficeRow,
    OfficialRow,
    RegisterVersion,
    TermRow,
)
from monitor.store.schema.telling import AlertRow, DeliveryRow, IssueRow, Review

__all__ = [
    "AlertRow",
    "Appearance",
    "Article",
    "ArticleSketch",
    "ArticleVersion",
    "Backfill",
    "BackfillPage",
    "BackfillWindow",
    "Base",
    "BodyRow",
    "ChannelRow",
    "DeliveryEvent",
    "DeliveryRow",
    "Entry",
    "Feed",
    "HostLine",
    "HostTurn",
    "Installation",
    "IssueRow",
    "LivePost",
    "ModelAnswer",
    "NoticeRow",
    "OfficeRow",
    "OfficialRow",
    "Outlet",
    "PassageRow",
    "RecipientRow",
    "RegisterVersion",
    "Relation",
    "ReportRow",
    "ReportTrigram",
    "Review",
    "StatementRow",
    "TermRow",
]
