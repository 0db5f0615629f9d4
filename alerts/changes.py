"""What an update says of what changed, in the words of a language (table ``updates``)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from alerts.wording import Wording, wording
from monitor.model import Changed


def changes_in_words(changes: Iterable[Changed], language: str) -> str:
    """The changes one after the other, as an update tells them. Raises SettingsError as ``wording`` does."""
    words = wording(language)
    return "; ".join(_in_words(change, words) for change in changes)


def _in_words(change: Changed, words: Wording) -> str:
    names = [words("languages", n) for n in change.names] if change.what == "other_language" else change.names
    if not names and change.what == "withdrawn":
        names = [words("updates", "its_outlet")]
    one = f"{change.what}_one"
    return words(
        "updates",
        one if len(names) == 1 and one in words.tables["updates"] else change.what,
        now=_value(change.what, change.now, words),
        before=_value(change.what, change.before, words),
        names=words.listed(names),
    )


def _value(what: str, value: str, words: Wording) -> str:
    """A day or a position in words; what has been said or written stays as it is."""
    if what == "said_on" and value:
        return words.day(date.fromisoformat(value))
    return words("positions", value) if what in ("act", "act_too") and value else value
