"""Who may read, and what every answer carries: HTTP Basic (RFC 7617), known hosts, strict headers."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Paths that prove their reader by a signed link, or tell nothing of the ledger.
OPEN: Final = ("/feedback/", "/unsubscribe/", "/healthz")
#: No script, no frame, nothing from elsewhere; no address of ours goes to the outlets that pages link to.
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Guard:
    """Asks for the password where one is set, refuses unknown host names, adds the headers.

    ``hosts`` are the names under which the site may be asked for (empty: any); a page elsewhere whose name
    was pointed at this machine is refused so (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, *, password: str, hosts: Sequence[str]) -> None:
        self._app, self._password, self._hosts = app, password, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        given = Headers(scope=scope)
        if self._hosts and _host(given.get("host", "")) not in self._hosts:
            await PlainTextResponse("this host is not served here", 421)(scope, receive, sending)
        elif self._password and not self._known(scope, given):
            asked = {"WWW-Authenticate": 'Basic realm="Clusterwatch", charset="UTF-8"'}
            await PlainTextResponse("a password is needed", 401, asked)(scope, receive, sending)
        else:
            await self._app(scope, receive, sending)

    def _known(self, scope: Scope, given: Headers) -> bool:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path.startswith(OPEN):
            return True
        scheme, _, value = given.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            _, _, password = base64.b64decode(value, validate=True).partition(b":")
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(password, self._password.encode())


def _host(header: str) -> str:
    """The name in a Host header, without its port."""
    name = header.strip().lower()
    if name.startswith("["):
        return name.partition("]")[0] + "]"
    return name.partition(":")[0]
