"""The ledger's pages: statements with filters, one statement, one article, what is held, issues, feeds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any, Final, get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from monitor.model import POSITIONS, Kind
from monitor.pipeline.ledger import Wish, report_value, statement_value, statements
from monitor.pipeline.metrics import metrics_text
from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.feeds import all_feeds, entry_counts
from monitor.store.questions import held_reports, open_issues, versions_of
from monitor.store.reports import reports_of
from monitor.store.schema import Article, StatementRow
from monitor.store.statements import appearance_of_report, living
from monitor.web.frame import page, text_of

#: Rows of one page; a person who wants more asks more narrowly, a program takes the JSON.
ROWS: Final = 100
MOST: Final = 1000


def _opened(request: Request) -> Services:
    opened: Services = request.app.state.opened
    return opened


def statements_page(request: Request) -> Response:
    """The statements that the query's fields ask for, the newest first; ``.json`` gives them as values."""
    opened = _opened(request)
    as_json = request.url.path.endswith(".json")
    wish = wish_of(request, MOST if as_json else ROWS)
    with opened.database.reading() as session:
        rows = list(statements(session, opened, wish))
    if as_json:
        return JSONResponse(rows)
    return page(
        request, "statements.html", title="Statements", rows=rows, asked=request.query_params,
        positions=POSITIONS, kinds=get_args(Kind), full=len(rows) == ROWS, limit=ROWS,
    )  # fmt: skip


def wish_of(request: Request, limit: int) -> Wish:
    """The query's fields as a wish. Raises HTTPException 400 for a day that is none or an unknown word."""
    asked = request.query_params
    positions = tuple(p for p in asked.getlist("position") if p)
    kinds = tuple(k for k in asked.getlist("kind") if k)
    if wrong := [p for p in positions if p not in POSITIONS] + [k for k in kinds if k not in get_args(Kind)]:
        raise HTTPException(400, f"there is no {wrong[0]!r}")
    return Wish(
        since=_day(asked.get("since")),
        until=_day(asked.get("until"), end=True),
        states=tuple(s.strip().upper() for s in asked.getlist("state") if s.strip()),
        speaker=(asked.get("speaker") or "").strip() or None,
        kinds=kinds,
        positions=positions,
        languages=tuple(one for one in asked.getlist("language") if one),
        text=(asked.get("text") or "").strip() or None,
        limit=limit,
    )


def _day(value: str | None, *, end: bool = False) -> datetime | None:
    if not value:
        return None
    try:
        return datetime.combine(date.fromisoformat(value), time.max if end else time.min, UTC)
    except ValueError:
        raise HTTPException(400, f"{value!r} is no day: it is written 2024-03-05") from None


def _number(request: Request, letter: str) -> int:
    """The row's number in an id of the path: ``s12`` to 12. Raises HTTPException 404."""
    text = request.path_params["number"]
    if text[:1] != letter or not (text[1:].isascii() and text[1:].isdigit()) or len(text) > 18:
        raise HTTPException(404, f"there is no {text!r}")
    return int(text[1:])


def statement_page(request: Request) -> Response:
    """One statement with all its reports; a merged one leads to the one that goes on."""
    opened, number = _opened(request), _number(request, "s")
    with opened.database.reading() as session:
        row = session.get(StatementRow, number)
        if row is None:
            raise HTTPException(404, f"the ledger has no statement s{number}")
        if row.merged_into is not None:
            goes_on = living(session, number)
            url = request.url_for("statement", number=f"s{goes_on.id if goes_on else number}")
            return RedirectResponse(url.path, 303)
        value = statement_value(session, opened, row)
    return page(request, "statement.html", title=f"{value['id']} {value['speaker_en']}", s=value)


def article_page(request: Request) -> Response:
    """One article: its text as it was read last, with what was found in it."""
    opened, number = _opened(request), _number(request, "a")
    with opened.database.reading() as session:
        article = session.get(Article, number)
        if article is None:
            raise HTTPException(404, f"the ledger has no article a{number}")
        versions = versions_of(session, article.id)
        reports = [
            _found(session, one) for one in reports_of(session, article.id) if one.status != "withdrawn"
        ]
        value = {
            "id": f"a{article.id}",
            "title": article.title,
            "url": article.address or article.url,
            "outlet": article.outlet.name if article.outlet else None,
            "language": article.language,
            "published": article.published,
            "first_seen": article.first_seen,
            "centrality": article.centrality,
            "versions": len(versions),
            "copy_of": f"a{article.copy_of}" if article.copy_of else None,
        }
        text = text_of(versions[-1].text, reports) if versions else []
    return page(
        request, "article.html", title=value["title"] or value["id"], a=value, reports=reports, text=text
    )


def _found(session: Session, report: Any) -> dict[str, Any]:
    appearance = appearance_of_report(session, report.id)
    return report_value(report) | {"statement": f"s{appearance.statement_id}" if appearance else None}


def held_page(request: Request) -> Response:
    """What was kept back for a person, and why."""
    with _opened(request).database.reading() as session:
        rows = [report_value(one) for one in held_reports(session, ROWS)]
    return page(request, "held.html", title="Held", rows=rows)


def issues_page(request: Request) -> Response:
    """What a person must look at."""
    with _opened(request).database.reading() as session:
        rows = list(open_issues(session))[:MOST]
    return page(request, "issues.html", title="Issues", rows=rows)


def feeds_page(request: Request) -> Response:
    """Each feed, how it has been doing, and how much it gave."""
    with _opened(request).database.reading() as session:
        counts = entry_counts(session)
        rows = [(feed, counts.get(feed.id, 0)) for feed in all_feeds(session)]
        return page(request, "feeds.html", title="Feeds", rows=rows)


def metrics(request: Request) -> Response:
    """The program's figures in Prometheus' text format, behind the password where there is one."""
    return Response(metrics_text(_opened(request)), media_type="text/plain; version=0.0.4; charset=utf-8")


def healthy(request: Request) -> Response:
    """``ok`` while the ledger's database answers."""
    _opened(request).database.revision()
    return JSONResponse({"status": "ok"})
