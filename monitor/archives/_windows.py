"""A stretch of time cut into windows: not at all, by calendar month, or by so many days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model import Window


def whole(start: datetime, end: datetime) -> list[Window]:
    """One window: for what is read through, whatever is wanted of it."""
    return [Window(start, end)] if start < end else []


def months(start: datetime, end: datetime) -> list[Window]:
    """One window for each calendar month (UTC) that the stretch touches, cut at its ends."""
    windows = []
    while start < end:
        year, month = divmod(start.year * 12 + start.month, 12)
        following = datetime(year, month + 1, 1, tzinfo=UTC)
        windows.append(Window(start, min(following, end)))
        start = following
    return windows


def and_after(window: Window, stretch: Window | None, days: int) -> Window:
    """The last window of a stretch (None: the only one) so many days longer, any other as it is: for what was
    found late."""
    if stretch is not None and window.end != stretch.end:
        return window
    return Window(window.start, window.end + timedelta(days=days))


def spans(start: datetime, end: datetime, length: timedelta) -> list[Window]:
    """Windows of that length, the last one as long as is left."""
    windows = []
    while start < end:
        windows.append(Window(start, min(start + length, end)))
        start += length
    return windows
