"""A command of the program run in this process, and the documents that its tests put in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from journey import article

from monitor.cli.main import run

NEWS = "2024-03-05T15:00:00+00:00"
QUOTE = "Norway will never again accept a single cluster munition on its soil, whatever our neighbours do"
LEAD = f"“{QUOTE},” Norwegian Foreign Minister Ingrid Solberg said on Tuesday."
FORMULA = "=HYPERLINK(1) is what cluster munitions are to them"
FINLAND = f"“{FORMULA},” Finnish Defence Minister Pekka Lauttamo said on Tuesday."
SECRET = "open sesame 17"


@dataclass
class Done:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Done]


def caller(capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs a command and gives what it printed; nothing may end in a traceback."""

    def call(*arguments: str) -> Done:
        capfd.readouterr()
        status = run([str(a) for a in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Done(status, out, err)

    return call


def flat(text: str) -> str:
    """A message's words without its lines."""
    return " ".join(text.replace("\n> ", " ").split())


def row(number: int, lead: str = LEAD, **more: Any) -> str:
    page = article(f"Document {number} on cluster munitions", lead, "Bomblets kill long after a war.")
    facts = {
        "id": f"doc-{number}",
        "url": f"http://wire.example/{number}",
        "published": NEWS,
        "outlet": "Wire",
    }
    return json.dumps(facts | {"html": page} | more)
