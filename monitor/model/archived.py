"""What the past gives: windows of time, what an archive is asked about, the pages that it knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.arriving import Document
from monitor.model.basics import Problem


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the past: from ``start`` up to, not including, ``end``; both aware, in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Target:
    """What an archive is asked about: the address of a feed or of an outlet's site, or a file's path.

    The rest is what the ledger knows of the outlet, so that a page keeps the name it has there.
    """

    address: str
    outlet: str | None = None
    language: str | None = None
    feed_id: int | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a window will cost, as far as it is known without reading it; None is unknown.

    ``pages`` that will be asked for or read, ``requests`` to make, ``size`` in bytes to fetch. ``own`` of the
    requests go to an archive that has ``pause`` seconds of its own kept between two.
    """

    pages: int | None = None
    requests: int | None = None
    size: int | None = None
    note: str = ""
    own: int = 0
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """One page that an archive knows.

    ``key`` names it in this archive for good (its URL, URL and capture time, record id, message id): by it
    a page is asked for once. ``document`` is what is known of it; where it has neither ``html`` nor ``text``
    the bytes are fetched from ``source`` (an address of the archive, asked for as ``Wanted(kind="archive")``;
    wherever that leads, the document's URL stays the page's), else from the document's URL.
    """

    key: str
    document: Document
    source: str | None = None
    captured: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some pages of a window in the archive's order, and where to go on after them.

    ``cursor`` is the archive's own mark, kept with the pages: given back it goes on after this batch. None
    says that the window is read to its end. ``passed`` counts what was looked at and left, by its name
    (``off_topic``, ``broken_record``, ``outside_window``); ``problems`` are for a person; ``size``: bytes.
    """

    pages: tuple[ArchivedPage, ...]
    cursor: str | None
    passed: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    size: int = 0
