"""A server of large files in parts, as Common Crawl's data stands behind: ranges, If-Range, 416, SlowDown.

Ranges are RFC 9110's (section 14); the refusals are those that the status page of Common Crawl names: a 503
with S3's XML while the bucket is overrun, a 403 of the distribution in front of it. Files are bytes, or paths
of files on disk.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SLOW_DOWN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SlowDown</Code>'
    b"<Message>Please reduce your request rate.</Message></Error>"
)


@dataclass
class Bucket:
    """What is served, and how: each mood holds for the next so many requests of a file, by its path.

    Moods: ``slow_down``, ``forbidden``, ``cut`` (the body ends early), ``whole`` (ranges are ignored),
    ``elsewhere`` (another part than was asked for), ``zipped`` (a part of a compressed answer), ``short``
    (half of the part, honestly said).
    """

    files: dict[str, bytes | Path]
    place: str = ""
    moods: dict[str, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    served: Counter[str] = field(default_factory=Counter)
    bytes_sent: int = 0

    def body(self, path: str) -> bytes | None:
        kept = self.files.get(path)
        return kept.read_bytes() if isinstance(kept, Path) else kept

    def etag(self, path: str) -> str:
        return f'"{hashlib.md5(self.body(path) or b"", usedforsecurity=False).hexdigest()}"'


@contextmanager
def bucket(files: Mapping[str, bytes | Path]) -> Iterator[Bucket]:
    """Serves the files on loopback until the end."""
    held = Bucket(dict(files))

    class Handler(_Handler):
        kept = held

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    held.place = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    kept: Bucket
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.kept.asked.append((self.path, asked))
        self.kept.times.append(time.monotonic())
        moods = self.kept.moods.get(self.path) or self.kept.moods.get("*") or []
        mood = moods.pop(0) if moods else ""
        body = self.kept.body(self.path)
        if mood == "slow_down":
            self._answer(503, {"Content-Type": "application/xml"}, SLOW_DOWN)
        elif mood == "forbidden":
            self._answer(403, {}, b"")
        elif body is None:
            self._answer(404, {"Content-Type": "application/xml"}, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self.kept.served[self.path] += 1
            self._part(body, asked if mood != "whole" else None, mood)

    def _part(self, body: bytes, asked: str | None, mood: str) -> None:
        etag = self.kept.etag(self.path)
        headers = {"ETag": etag, "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", asked or "")
        wants = self.headers.get("If-Range")
        if found is None or (wants is not None and wants != etag):
            self._answer(200, headers, body, cut=mood == "cut")
            return
        first, last = int(found[1]), min(int(found[2]), len(body) - 1)
        if first >= len(body):
            self._answer(416, {"Content-Range": f"bytes */{len(body)}"}, b"")
            return
        if mood == "elsewhere":
            first, last = first + 1, min(last + 1, len(body) - 1)
        if mood == "short":
            last = first + (last - first) // 2
        if mood == "zipped":
            headers["Content-Encoding"] = "gzip"
        headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
        self._answer(206, headers, body[first : last + 1], cut=mood == "cut")

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes, *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        sent = body[: len(body) // 2] if cut else body
        try:
            self.wfile.write(sent)
        except OSError:
            self.close_connection = True
        self.kept.bytes_sent += len(sent)
        if cut:
            self.close_connection = True

    def log_message(self, format: str, *arguments: object) -> None:
        pass
