"""The made-up press of tests/newsroom, served on loopback for a test, with a clock that can be moved."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEWSROOM = Path(__file__).parent / "newsroom"


def free_port() -> int:
    """A port of this machine on which nothing listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Press:
    """A running newsroom; ``connect_to`` is what the settings need to find it."""

    port: int

    @property
    def connect_to(self) -> str:
        """Lines for clusterwatch.toml."""
        return f'[fetch.connect_to]\n"*.example" = "127.0.0.1:{self.port}"\n'

    def ask(self, path: str) -> str:
        """The body of a page of the server's own (``/_stats``, ``/_clock``)."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def move(self, until: str) -> None:
        """From now on the sites list what was published up to ``until``."""
        self.ask("/_clock?" + urllib.parse.urlencode({"until": until}))

    def seen(self) -> dict[str, Any]:
        """How often each address was asked for, by host and path."""
        return dict(json.loads(self.ask("/_stats")))


@contextmanager
def press(until: str, folder: Path = NEWSROOM) -> Iterator[Press]:
    """Serves the newsroom as it stood at ``until`` (an ISO time)."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, NEWSROOM / "serve.py", folder, "--port", str(port), "--until", until],
        stdout=subprocess.DEVNULL,
    )
    try:
        it = Press(port)
        for _ in range(200):
            try:
                it.ask("/_stats")
                break
            except OSError:
                assert server.poll() is None, "the newsroom's server has ended"
                time.sleep(0.05)
        else:
            raise AssertionError("the newsroom does not answer")
        yield it
    finally:
        server.terminate()
        server.wait()
