"""Real servers on loopback for tests: one that answers for many hosts, and ways to misbehave.

``WebServer`` tells hosts apart by the Host header. A page is a ``Reply``, or a function of the request
that returns one; ``misbehaving`` gives the paths that attack whoever reads them. Standard library only.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import ssl
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass(frozen=True)
class Reply:
    """An answer; ``raw`` writes whatever it likes to the connection after the head."""

    body: bytes | str = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: bool = False
    raw: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass(frozen=True)
class Request:
    """What the server saw: ``headers`` with lower-case names, ``at`` in seconds of the monotonic clock."""

    host: str
    path: str
    headers: Mapping[str, str]
    at: float


Page = Reply | Callable[[Request], Reply]


class WebServer:
    """Serves ``sites[host][path]`` on 127.0.0.1; ``"*"`` as host answers for all others.

    A host without /robots.txt answers 404 for it. ``requests`` lists what was asked, in order.
    """

    def __init__(self, sites: Mapping[str, Mapping[str, Page]] | None = None) -> None:
        self.sites: dict[str, dict[str, Page]] = {host: dict(pages) for host, pages in (sites or {}).items()}
        self.requests: list[Request] = []
        self.connections = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                outer.connections += 1

            def do_GET(self) -> None:
                host = (self.headers.get("Host") or "").rsplit(":", 1)[0].lower()
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(host, self.path, headers, time.monotonic())
                outer.requests.append(request)
                with contextlib.suppress(OSError):
                    self.reply(outer.find(request), request)

            def reply(self, reply: Reply, request: Request) -> None:
                body = reply.body.encode() if isinstance(reply.body, str) else reply.body
                status, headers = reply.status, dict(reply.headers)
                if reply.etag:
                    headers["ETag"] = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
                    if request.headers.get("if-none-match") == headers["ETag"]:
                        status, body = 304, b""
                if reply.raw is not None:
                    self.close_connection = True
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    reply.raw(self)
                    return
                self.send_response(status)
                self.send_header("Content-Type", reply.content_type)
                self.send_header("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request: object, client_address: object) -> None:
                pass  # a client that hangs up is what these tests are about

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def place(self) -> str:
        """host:port, as settings take it."""
        return f"127.0.0.1:{self.port}"

    def encrypt(self, context: ssl.SSLContext) -> None:
        """From now on speaks TLS with that key."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def find(self, request: Request) -> Reply:
        site = self.sites.get(request.host) or self.sites.get("*") or {}
        page = site.get(request.path) or site.get(request.path.partition("?")[0])
        if page is None:
            return Reply("nothing here", "text/plain", 404)
        return page if isinstance(page, Reply) else page(request)

    def asked(self) -> Counter[str]:
        """How often each host and path was asked."""
        return Counter(f"{request.host}{request.path}" for request in self.requests)

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def redirect(to: str, status: int = 302) -> Reply:
    """An answer that leads elsewhere."""
    return Reply(status=status, headers={"Location": to})


def squeezed(body: bytes, encoding: str = "gzip") -> Reply:
    """The body in gzip or (raw or zlib's) deflate."""
    packed = {
        "gzip": lambda: gzip.compress(body),
        "deflate": lambda: zlib.compress(body),
        "raw-deflate": lambda: zlib.compress(body)[2:-4],
    }[encoding]()
    return Reply(packed, headers={"Content-Encoding": encoding.removeprefix("raw-")})


@cache
def bomb(megabytes: int) -> bytes:
    """A gzip of so many megabytes of zeros, made piece by piece; a thousandth of that in size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(megabytes)) + packer.flush()


def _endless(handler: BaseHTTPRequestHandler) -> None:
    handler.end_headers()
    for _ in range(100_000):
        handler.wfile.write(b"<p>and so on</p>" * 4_096)


def _drip(handler: BaseHTTPRequestHandler) -> None:
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b".")
        handler.wfile.flush()
        time.sleep(0.05)


def _head_drip(handler: BaseHTTPRequestHandler) -> None:
    handler.flush_headers()
    for number in range(600):
        handler.wfile.write(f"X-{number}: 1\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.05)


def _many_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.flush_headers()
    for number in range(100_000):
        handler.wfile.write(f"X-{number}: {number}\r\n".encode())
    handler.wfile.write(b"\r\n")


def _long_header(handler: BaseHTTPRequestHandler) -> None:
    handler.flush_headers()
    handler.wfile.write(b"X-Long: ")
    for _ in range(1_000):
        handler.wfile.write(b"a" * 65_536)
    handler.wfile.write(b"\r\n\r\n")


def _cut_short(handler: BaseHTTPRequestHandler) -> None:
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b"<p>the beginning")


def _silent(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(20)


def misbehaving() -> dict[str, Page]:
    """Paths that attack their reader. Sizes suit limits of a few megabytes."""
    good = b"<html><body><p>Good.</p></body></html>"
    return {
        "/good": Reply(good),
        "/etag": Reply(good, etag=True),
        "/gzip": squeezed(good),
        "/deflate": squeezed(good, "deflate"),
        "/raw-deflate": squeezed(good, "raw-deflate"),
        "/two-members": Reply(
            gzip.compress(good) + gzip.compress(b"more"), headers={"Content-Encoding": "gzip"}
        ),
        "/padded": Reply(gzip.compress(good) + b"\0" * 64, headers={"Content-Encoding": "gzip"}),
        "/bomb": Reply(bomb(200), headers={"Content-Encoding": "gzip"}),
        "/stacked": Reply(gzip.compress(gzip.compress(good)), headers={"Content-Encoding": "gzip, gzip"}),
        "/stacked-identity": Reply(gzip.compress(good), headers={"Content-Encoding": "identity, gzip"}),
        "/brotli": Reply(b"\x0b\x02\x80good\x03", headers={"Content-Encoding": "br"}),
        "/zstd": Reply(b"\x28\xb5\x2f\xfd", headers={"Content-Encoding": "zstd"}),
        "/not-gzip": Reply(good, headers={"Content-Encoding": "gzip"}),
        "/cut-gzip": Reply(gzip.compress(good * 100)[:-20], headers={"Content-Encoding": "gzip"}),
        "/announced": Reply(raw=_announced),
        "/endless": Reply(raw=_endless),
        "/drip": Reply(raw=_drip),
        "/head-drip": Reply(raw=_head_drip),
        "/many-headers": Reply(raw=_many_headers),
        "/long-header": Reply(raw=_long_header),
        "/cut-short": Reply(raw=_cut_short),
        "/silent": Reply(raw=_silent),
        "/loop": redirect("/loop2"),
        "/loop2": redirect("/loop"),
        "/self": redirect("/self"),
        "/nowhere": Reply(status=302),
        "/bad-place": redirect("http://[broken/"),
        "/moved": redirect("/good", 301),
        "/moved-308": redirect("/moved", 308),
        "/found": redirect("/good", 302),
        "/moved-then-found": redirect("/found", 301),
        "/busy": Reply(status=429, headers={"Retry-After": "120"}),
        "/busy-no-word": Reply(status=429),
        "/down": Reply(status=503, headers={"Retry-After": "30"}),
        "/gone": Reply(status=410),
        "/broken": Reply(status=500),
        "/nothing": Reply(status=204),
    }


def _announced(handler: BaseHTTPRequestHandler) -> None:
    handler.send_header("Content-Length", str(10**12))
    handler.end_headers()
    handler.wfile.write(b"x" * 1_000)


def chain(length: int) -> dict[str, Page]:
    """Redirects /hop0 to /hop1 … to /good."""
    hops: dict[str, Page] = {f"/hop{n}": redirect(f"/hop{n + 1}") for n in range(length - 1)}
    return hops | {f"/hop{length - 1}": redirect("/good"), "/good": Reply("Good.")}


@contextlib.contextmanager
def web(sites: Mapping[str, Mapping[str, Page]] | None = None) -> Iterator[WebServer]:
    """A running WebServer for the length of a with block."""
    with WebServer(sites) as server:
        yield server
