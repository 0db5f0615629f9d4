"""Speed of the topic, position and occasion rules: milliseconds a text of about 5 kB, by language.

Run: ``python benchmarks/rules.py`` (the made-up press of tests/newsroom is the load).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

from monitor.deserves import deserves_page
from monitor.model import Span, Speaker
from monitor.occasion import venue_of
from monitor.positions import positions_of
from monitor.topic import quick_hit, topic_map

NEWSROOM = Path(__file__).parent.parent / "tests" / "newsroom" / "documents.jsonl"
SENTENCE = re.compile(r"[^\n]+?(?:[.!?…。؟][”\"»’]*(?=\s|$)|\n|$)")
ROUNDS = 5
OFF_TOPIC = "The bakers of the town sold a cluster of loaves and spoke of the harvest.\n" * 68


def texts() -> dict[str, list[str]]:
    """About 5 kB of each language's text a piece."""
    found: dict[str, str] = {}
    for row in map(json.loads, NEWSROOM.read_text("utf-8").splitlines()):
        plain = re.sub(r"<[^>]+>", "", re.sub(r"</(?:p|h\d|li|div)>", "\n", row["html"]))
        found[row["language"]] = found.get(row["language"], "") + "\n" + plain
    return {
        code: [text[at : at + 5000] for at in range(0, max(1, min(len(text), 40_000) - 4999), 5000)]
        for code, text in found.items()
    }


def timed(step: Callable[[], object]) -> float:
    """CPU milliseconds of one call, the mean of ROUNDS, after one to warm up."""
    step()
    started = time.process_time()
    for _ in range(ROUNDS):
        step()
    return (time.process_time() - started) * 1000 / ROUNDS


def measured(code: str, pieces: list[str]) -> list[float]:
    """Milliseconds a text for each step."""
    speaker = Speaker("A", "A", "state", "RU")
    split = [[Span(*one.span()) for one in SENTENCE.finditer(piece)] for piece in pieces]
    steps: tuple[Callable[[], object], ...] = (
        lambda: [quick_hit(piece) for piece in pieces],
        lambda: [topic_map(piece, code, spans) for piece, spans in zip(pieces, split, strict=True)],
        lambda: [topic_map(OFF_TOPIC, code, []) for _ in pieces],
        lambda: [positions_of([piece[:600]], [piece[600:1200]], code, speaker) for piece in pieces],
        lambda: [venue_of([piece[:600]], code) for piece in pieces],
        lambda: [deserves_page(piece[:80], piece[80:300], code) for piece in pieces],
    )
    return [timed(step) / len(pieces) for step in steps]


def main() -> None:
    """Prints one line a language."""
    print("language  quick_hit  topic_map  off_topic  positions      venue   deserves   (ms a text)")
    for code, pieces in sorted(texts().items()):
        print(f"{code:8}" + "".join(f"{value:11.3f}" for value in measured(code, pieces)))


if __name__ == "__main__":
    main()
