"""The channel of those who have set up none: each message as a block on standard output."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Final, TextIO

from alerts.plain import WIDTH, clean, one_line
from monitor.model import Accepted, Delayed, Message, Outcome

_RULE: Final = "=" * WIDTH


@dataclass(frozen=True)
class ConsoleSettings:
    """Where to print; None is the standard output of the moment."""

    stream: TextIO | None = None


Settings = ConsoleSettings


class ConsoleChannel:
    """Prints a message's subject and plain text, between rules."""

    name: Final = "console"

    def __init__(self, settings: ConsoleSettings) -> None:
        self._settings = settings

    def send(self, message: Message, recipient: str) -> Outcome:  # noqa: ARG002 - there is one console
        """Accepted once the stream has taken the block; Delayed where it is closed or full."""
        stream = self._settings.stream or sys.stdout
        # Cleaned again: whatever built the message, a terminal must get no escape sequence.
        block = f"{_RULE}\n{one_line(message.subject)}\n{_RULE}\n{clean(message.text)}\n\n"
        encoding = getattr(stream, "encoding", None) or "utf-8"
        try:
            stream.write(block.encode(encoding, "replace").decode(encoding))
            stream.flush()
        except (OSError, ValueError) as error:
            return Delayed(f"standard output: {type(error).__name__}", scope="channel")
        return Accepted()

    def close(self) -> None:
        """Nothing is held open."""


def build(settings: ConsoleSettings) -> ConsoleChannel:
    """The console channel."""
    return ConsoleChannel(settings)
