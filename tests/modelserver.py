"""A language model's endpoint on loopback that answers as a test says: it may lie, stall and break."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], tuple[int, bytes, dict[str, str]]]


def completion(content: Any, *, tokens: object = 700, reason: str = "stop") -> Answer:
    """An answer of the usual form around a text (or around JSON values, written as text)."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    tree = {
        "choices": [{"index": 0, "finish_reason": reason, "message": {"role": "assistant", "content": text}}],
        "usage": {"total_tokens": tokens},
    }
    return lambda _asked: (200, json.dumps(tree).encode(), {})


def statements(*rows: tuple[str, str | None, str]) -> Answer:
    """A completion that lists (speaker, role, quotation)."""
    return completion({"statements": [{"speaker": s, "role": r, "quotation": q} for s, r, q in rows]})


def status(code: int, body: bytes = b"no", **headers: str) -> Answer:
    return lambda _asked: (code, body, {name.replace("_", "-"): value for name, value in headers.items()})


def stalls(seconds: float) -> Answer:
    def answer(_asked: dict[str, Any]) -> tuple[int, bytes, dict[str, str]]:
        time.sleep(seconds)
        return 200, b"{}", {}

    return answer


@dataclass
class Model:
    """``answer`` is what it says next; ``asked`` keeps the bodies, ``keys`` the Authorization headers."""

    url: str = ""
    answer: Answer = field(default_factory=statements)
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@contextmanager
def model_serving() -> Iterator[Model]:
    model = Model()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.asked.append(body | {"path": self.path})
            model.keys.append(self.headers.get("Authorization"))
            code, answer, headers = model.answer(body)
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
