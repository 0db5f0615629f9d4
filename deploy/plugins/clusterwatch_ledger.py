"""The ledger's pages in Airflow's navigation, at /clusterwatch/, for those who are logged in to Airflow.

Airflow serves what a plugin mounts to everybody, so the pages ask its auth manager themselves. They open in a
window of their own: in the frame that Airflow would put around them, links to outlets lead nowhere.
"""

import threading
from contextlib import ExitStack
from typing import Any

from airflow.plugins_manager import AirflowPlugin
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "/clusterwatch"


class Ledger:
    """The site of `monitor.web` behind Airflow's login, opened at the first request: an ASGI application."""

    def __init__(self) -> None:
        self._lock, self._open = threading.Lock(), ExitStack()
        self._site: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope, receive)
        refused = await refusal(request)
        answer = refused if refused is not None else await run_in_threadpool(self._opened)
        # Addresses are made by our routes, not by those of the application around us.
        ours = {name: value for name, value in scope.items() if name not in ("router", "app_root_path")}
        await answer(ours, receive, send)

    def _opened(self) -> ASGIApp:
        from monitor import app
        from monitor.errors import ClusterwatchError
        from monitor.web import site

        with self._lock:
            if self._site is None:
                try:
                    self._site = site(self._open.enter_context(app.open_services(workers=0)))
                except ClusterwatchError as error:  # the database is away, say: the next request asks again
                    return PlainTextResponse(f"the ledger cannot be opened: {error}", 503)
            return self._site


async def refusal(request: Request) -> Response | None:
    """Why the reader may not read; None for who is logged in and may see Airflow's pages."""
    from airflow.api_fastapi.app import get_auth_manager
    from airflow.api_fastapi.auth.managers.models.resource_details import AccessView
    from airflow.api_fastapi.core_api.security import bearer_scheme, get_user

    try:
        user: Any = await get_user(request, None, await bearer_scheme(request))
    except HTTPException as error:
        if "text/html" in request.headers.get("accept", "") and request.method == "GET":
            return RedirectResponse(get_auth_manager().get_url_login(next_url=str(request.url)), 303)
        return PlainTextResponse("log in to Airflow first", error.status_code)
    if get_auth_manager().is_authorized_view(access_view=AccessView.WEBSITE, user=user):
        return None
    return PlainTextResponse("this is not for your eyes", 403)


class ClusterwatchLedger(AirflowPlugin):
    """What Airflow finds in its plugins folder."""

    name = "clusterwatch_ledger"
    fastapi_apps = [{"app": Ledger(), "url_prefix": PREFIX, "name": "Clusterwatch's ledger"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {"name": "Ledger", "href": f"{PREFIX}/", "destination": "nav", "category": "browse"}
    ]
