"""``clusterwatch explain``: the whole trail of one article, report or statement."""

from __future__ import annotations

from typing import Any

import click

from extractors.urls import canonical
from monitor.cli.common import number, result, services, tell
from monitor.cli.ledger import article_value
from monitor.errors import UsageError
from monitor.identity.edits import edits
from monitor.pipeline import Services
from monitor.pipeline.ledger import report_value, statement_value
from monitor.store.alerts import alert_of, deliveries_of
from monitor.store.database import Session
from monitor.store.questions import (
    article_by_url,
    entries_of,
    reviews_on,
    versions_of,
)
from monitor.store.reports import posts_of, reports_of
from monitor.store.schema import Article, ArticleVersion, Entry, ReportRow, StatementRow
from monitor.store.statements import appearance_of_report, appearances_of, living, merged_ids


@click.command()
@click.argument("what", metavar="URL|ID")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def explain(context: click.Context, what: str, as_json: bool) -> None:
    """How an article (URL, a7), a report (h9) or a statement (s12) came to be what it is."""
    with services(context) as opened, opened.database.reading() as session:
        value = _trail(session, opened, what)
    if as_json:
        result(value)
    else:
        _show(value)


def _trail(session: Session, opened: Services, what: str) -> dict[str, Any]:
    if "://" in what:
        return _of_url(session, what)
    kind, row_id = what[:1].lower(), number(what, "a", "h", "s")
    if kind == "s":
        statement = living(session, row_id)
        if statement is not None:
            return _merged(session, row_id) | _of_statement(session, opened, statement)
    elif kind == "h":
        report = session.get(ReportRow, row_id)
        if report is not None:
            return _of_report(session, report)
    else:
        article = session.get(Article, row_id)
        if article is not None:
            return _of_article(session, article)
    raise UsageError(f"the ledger has no {what}")


def _of_url(session: Session, url: str) -> dict[str, Any]:
    try:
        key = canonical(url)
    except ValueError as error:
        raise UsageError(f"{url!r} is no address: {error}") from None
    article = article_by_url(session, key, url)
    if article is not None:
        return _of_article(session, article)
    entries = entries_of(session, url=key)
    if not entries:
        raise UsageError(f"the ledger has not met {url}")
    return {"url": url, "entries": [_entry(e) for e in entries], "article": None}


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "feed": f"f{entry.feed_id}",
        "feed_url": entry.feed.url,
        "title": entry.title,
        "published": entry.published,
        "first_seen": entry.first_seen,
        "baseline": entry.baseline,
        "status": entry.status,
        "reason": entry.reason,
        "tries": entry.tries,
        "edits": entry.edits,
    }


def _of_article(session: Session, article: Article) -> dict[str, Any]:
    versions = versions_of(session, article.id)
    return {
        "article": article_value(article) | {"copy_by": article.copy_by},
        "entries": [_entry(e) for e in entries_of(session, article_id=article.id)],
        "versions": [
            {
                "number": v.number,
                "fetched": v.fetched_at,
                "source": v.source,
                "characters": len(v.text),
                "judged": v.judged_at,
                "evidence": v.evidence,
                "published": v.page.get("published"),
                "cut": v.page.get("cut"),
                "problems": v.page.get("problems"),
                "edits": _edits(before, v),
            }
            for before, v in zip([None, *versions], versions, strict=False)
        ],
        "posts": [
            {"key": p.key, "time": p.time, "headline": p.headline, "concerns": p.concerns}
            for p in posts_of(session, article.id).values()
        ],
        "reports": [_report(session, r) for r in reports_of(session, article.id)],
    }


def _edits(before: ArticleVersion | None, version: ArticleVersion) -> list[dict[str, Any]]:
    """What a version changed in title and text of the one before it."""
    if before is None:
        return []
    titles = (before.page.get("title"), version.page.get("title"))
    changed = [{"was": titles[0], "now": titles[1], "in": "title"}] if titles[0] != titles[1] else []
    return changed + [{"was": e.was, "now": e.now, "in": "text"} for e in edits(before.text, version.text)]


def _report(session: Session, report: ReportRow) -> dict[str, Any]:
    appearance = appearance_of_report(session, report.id)
    value = report_value(report)
    value["statement"] = f"s{appearance.statement_id}" if appearance else None
    value["same_by"] = appearance.same_by if appearance else None
    return value


def _of_report(session: Session, report: ReportRow) -> dict[str, Any]:
    return {
        "report": _report(session, report),
        "article": article_value(report.article),
        "reviews": _reviews(session, f"h{report.id}"),
    }


def _merged(session: Session, number: int) -> dict[str, Any]:
    """For the id of a statement that became another: that it did, when and why."""
    row = session.get_one(StatementRow, number)
    if row.merged_into is None:
        return {}
    return {
        "asked": f"s{number}",
        "merged_into": f"s{row.merged_into}",
        "merged_at": row.merged_at,
        "merged_why": row.merged_why,
    }


def _reviews(session: Session, *targets: str) -> list[dict[str, Any]]:
    """The answers that people gave, in order: who, when, what and why."""
    return [
        {
            "id": f"r{r.id}",
            "at": r.at,
            "by": r.by,
            "action": r.action,
            "on": " ".join(r.targets),
            "why": r.why,
        }
        for r in reviews_on(session, *targets)
    ]


def _of_statement(session: Session, opened: Services, statement: StatementRow) -> dict[str, Any]:
    alert = alert_of(session, statement.id)
    appearances = appearances_of(session, statement.id)
    ids = [statement.id, *merged_ids(session, statement.id)]
    named = [*(f"s{n}" for n in ids), *(f"h{a.report_id}" for a in appearances)]
    return {
        "reviews": _reviews(session, *named),
        "merged": [f"s{n}" for n in ids[1:]],
        "statement": statement_value(session, opened, statement),
        "reports": [
            report_value(a.report) | {"same_by": a.same_by, "possible": a.possible, "attached": a.attached_at}
            for a in appearances
        ],
        "alert": None
        if alert is None
        else {
            "created": alert.created_at,
            "late": alert.late,
            "reason": alert.reason,
            "why_new": alert.why_new,
        },
        "deliveries": [
            {
                "id": f"d{d.id}",
                "subscription": d.subscription,
                "channel": d.channel,
                "recipient": d.recipient,
                "status": d.status,
                "tries": d.tries,
                "sent": d.sent_at,
                "error": d.last_error,
            }
            for d in deliveries_of(session, statement.id)
        ],
    }


def _show(value: Any, indent: int = 0) -> None:
    """The trail as indented lines; empty fields are left out."""
    pad = "  " * indent
    if isinstance(value, dict):
        for key, one in value.items():
            if one in (None, [], {}, ""):
                continue
            if isinstance(one, dict | list | tuple):
                tell(f"{pad}{key}:")
                _show(one, indent + 1)
            else:
                tell(f"{pad}{key}: {one}")
    elif isinstance(value, list | tuple):
        for one in value:
            if isinstance(one, dict):
                tell(f"{pad}-")
                _show(one, indent + 1)
            else:
                tell(f"{pad}- {one}")
