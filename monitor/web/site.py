"""The routes of the site, its guard, and its answers to what goes wrong."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from monitor.errors import StoreError
from monitor.pipeline.services import Services
from monitor.web import answers, pages
from monitor.web.frame import page
from monitor.web.guard import Guard


def site(opened: Services, *, password: str = "", hosts: Sequence[str] = ()) -> Starlette:
    """The site over an opened program: ``password`` for all but links and health, ``hosts`` it answers to."""
    app = Starlette(
        routes=[
            Route("/", _front, name="front"),
            Route("/statements", pages.statements_page, name="statements"),
            Route("/statements.json", pages.statements_page),
            Route("/statements/{number}", pages.statement_page, name="statement"),
            Route("/articles/{number}", pages.article_page, name="article"),
            Route("/held", pages.held_page, name="held"),
            Route("/issues", pages.issues_page, name="issues"),
            Route("/feeds", pages.feeds_page, name="feeds"),
            Route("/feedback/{token}", answers.feedback_page, name="feedback"),
            Route("/feedback/{token}", answers.feedback_given, methods=["POST"]),
            Route("/unsubscribe/{token}", answers.unsubscribe_page, name="unsubscribe"),
            Route("/unsubscribe/{token}", answers.unsubscribed, methods=["POST"]),
            Route("/healthz", pages.healthy),
            Route("/metrics", pages.metrics),
        ],
        middleware=[Middleware(Guard, password=password, hosts=tuple(hosts))],
        exception_handlers={HTTPException: _refused, StoreError: _unreachable},
    )
    app.state.opened = opened
    return app


def _front(request: Request) -> Response:
    return RedirectResponse(request.url_for("statements").path, 303)


def _refused(request: Request, error: Exception) -> Response:
    status, words = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    return page(request, "refused.html", status=status, title=f"{status}", words=words)


def _unreachable(_request: Request, error: Exception) -> Response:
    """The database is away: a state that passes, said in one sentence and without its address."""
    del error
    return JSONResponse({"status": "the ledger's database does not answer"}, 503)
