"""What is known of single outlets: the zone of their calendar, and page layouts with the day until which each
was seen to hold.

One file an outlet, found by being there: ``extractors/outlets/NAME.toml`` with ``hosts``, ``source`` and
``[[layouts]]``. A page is read with the layout of its day, so that old pages are read as they were built; a
page newer than every layout, or one that its layout does not fit, is read by the general rules, which need no
outlet's help. ``zones.toml`` gives zones by host and by country code.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml.etree import XPath
from lxml.etree import _Element as Element

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Layout:
    """How an outlet built its pages until a day: XPath expressions over the parsed page.

    ``body``: the elements whose paragraphs are the article, in page order; ``cut``: elements that are not,
    taken off before anything else is read.
    """

    outlet: str
    until: date
    body: XPath | None
    cut: XPath | None


@dataclass(frozen=True)
class Outlet:
    """An outlet's file."""

    name: str
    hosts: tuple[str, ...]
    source: str
    layouts: tuple[Layout, ...]  # the earliest first

    def on(self, day: date) -> Layout | None:
        """The layout in which the outlet built its pages on that day; None after the last one's day."""
        return next((layout for layout in self.layouts if day <= layout.until), None)


def _xpath(value: Any) -> XPath | None:
    return XPath(value) if value else None


@cache
def outlets() -> tuple[Outlet, ...]:
    """Every outlet that has a file, by name. Raises ValueError (with the file's name) for a bad one."""
    return tuple(read_outlet(path) for path in sorted(_HERE.glob("*.toml")) if path.name != "zones.toml")


def read_outlet(path: Path) -> Outlet:
    """The outlet of a file. Raises ValueError (with the file's name) for a bad one."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        layouts = [
            Layout(path.stem, row["until"], _xpath(row.get("body")), _xpath(row.get("cut")))
            for row in data["layouts"]
        ]
        layouts.sort(key=lambda layout: layout.until)
        return Outlet(path.stem, tuple(data["hosts"]), data["source"], tuple(layouts))
    except (KeyError, TypeError, SyntaxError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path.name}: {error!r}") from error


@cache
def _by_host() -> dict[str, Outlet]:
    return {host: outlet for outlet in outlets() for host in outlet.hosts}


def _hosts(url: str | None) -> list[str]:
    """The host of an address and the domains above it, the longest first."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return []
    parts = host.lower().rstrip(".").split(".")
    return [".".join(parts[i:]) for i in range(len(parts))] if host else []


def layout_of(url: str | None, day: date) -> Layout | None:
    """The layout in which the outlet built its pages on that day; None where none is known."""
    outlet = next((o for host in _hosts(url) if (o := _by_host().get(host))), None)
    return outlet.on(day) if outlet is not None else None


def found_by(path: XPath | None, tree: Element) -> list[Element]:
    """The elements that an expression finds; [] for none."""
    found: Any = path(tree) if path is not None else []
    return [e for e in found if hasattr(e, "tag")] if isinstance(found, list) else []


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads((_HERE / "zones.toml").read_text("utf-8"))


@cache
def _zones() -> dict[str, str]:
    return {**_table()["countries"], **_table()["hosts"]}


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_of_host(url: str | None) -> ZoneInfo | None:
    """The zone whose calendar an outlet uses, by its host, else by the country code at its end; None where
    neither tells."""
    hosts = _hosts(url)
    name = next((zone for host in hosts if (zone := _zones().get(host))), None)
    return _zone(name) if name else None


def zone_of_state(state: str | None) -> ZoneInfo | None:
    """The zone of a state's capital or of an organisation's seat, by the code of a speaker's state (ISO
    3166-1 alpha-2, UN, EU, NATO …); None for one that is not known."""
    code = state or ""
    name = _table()["states"].get(code) or _table()["countries"].get(code.lower())
    return _zone(name) if name else None
