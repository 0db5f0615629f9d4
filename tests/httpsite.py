"""A real HTTP server for tests, which answers by a plan and keeps what it was asked."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from told import NOW, TOLD

from alerts.headers import headers_for
from alerts.render import render
from monitor.model import Message

Reply = tuple[int, dict[str, str], bytes] | None


@dataclass
class Request:
    """What a client asked."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)


@dataclass
class Site:
    """A server on loopback: ``answer`` gives the reply to the nth request, None hangs up without one."""

    answer: Callable[[Request, int], Reply]
    seen: list[Request] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving(answer: Callable[[Request, int], Reply]) -> Iterator[Site]:
    site = Site(answer)

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            parts = urlsplit(self.path)
            headers = {k.lower(): v for k, v in self.headers.items()}
            request = Request(
                self.command, parts.path, parse_qs(parts.query), headers, self.rfile.read(length)
            )
            site.seen.append(request)
            reply = site.answer(request, len(site.seen))
            if reply is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            status, headers, body = reply
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = handle_any  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that has gone is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ok(**more: object) -> Reply:
    return 200, {}, json.dumps({"ok": True, **more}).encode()


def wrong(error: str, status: int = 200, **headers: str) -> Reply:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, names, json.dumps({"ok": False, "error": error}).encode()


def mail(alert: int = 1, **changes: Any) -> Message:
    headers = headers_for(12, installation="d", alert=alert, recipient="C1", host="n.example", now=NOW)
    return replace(render(TOLD, installation="desk"), headers=headers, **changes)
