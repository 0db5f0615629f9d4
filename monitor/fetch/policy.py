"""How we fetch: the limits, the manners, and the two exceptions from the private-address guard."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.errors import SettingsError

_PLACE = re.compile(r"^(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\[\]:/\s]+)):(?P<port>\d{1,5})$")


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """The settings of ``[fetch]``; seconds, bytes and counts. SettingsError where one cannot be meant.

    ``allow_private`` holds hosts or ``host:port`` as they stand in URLs; an entry for 127.0.0.1 or [::1]
    also covers the name localhost. ``connect_to`` maps a host, or ``*.suffix`` (any number of labels), to
    ``address:port``; such hosts are asked there in plain http, whatever the URL's scheme.
    """

    user_agent: str = "Clusterwatch"
    contact: str = ""
    allow_private: tuple[str, ...] = ()
    connect_to: Mapping[str, str] = field(default_factory=dict)
    total_timeout: float = 30.0
    archive_timeout: float = 90.0
    connect_timeout: float = 10.0
    max_feed_bytes: int = 10_000_000
    max_page_bytes: int = 5_000_000
    max_sitemap_bytes: int = 52_428_800  # what the protocol allows (sitemaps.org/protocol.html)
    per_host_delay: float = 2.0
    concurrency: int = 32
    max_redirects: int = 6
    #: A host that asks to wait no longer than this is waited for; for longer, its requests are postponed.
    max_wait: float = 10.0
    #: So long the ledger, in which hosts' turns are booked, may be away before the call ends with its error:
    #: as long as a SQLite file may be kept locked, and enough for a database server to start again.
    max_ledger_wait: float = 60.0

    def __post_init__(self) -> None:
        for place in self.connect_to.values():
            self._place(place)
        for entry in self.allow_private:
            if "/" in entry or not entry.strip():
                raise SettingsError(f"fetch.allow_private: {entry!r} is neither a host nor host:port")

    @property
    def agent(self) -> str:
        """The User-Agent header: name and, so that a site can reach us, the contact."""
        name = re.sub(r"[^\x20-\x7e]", "", self.user_agent).strip() or "Clusterwatch"
        contact = re.sub(r"[^\x21-\x7e]", "", self.contact)
        return f"{name} (+{contact})" if contact else name

    def seconds(self, kind: str) -> float:
        """The total time of an answer of that kind: an archive's index looks through all that it has of a
        site, and its own gateway gives it a minute (github.com/internetarchive/wayback, issue 285)."""
        return max(self.archive_timeout, self.total_timeout) if kind == "archive" else self.total_timeout

    def limit(self, kind: str) -> int:
        """Most decoded bytes of an answer of that kind."""
        if kind == "sitemap":
            return self.max_sitemap_bytes
        return self.max_feed_bytes if kind in ("feed", "query", "archive") else self.max_page_bytes

    def target(self, host: str) -> tuple[str, int] | None:
        """Where a host of ``connect_to`` really is: address and port.

        An exact name wins, then the longest pattern.
        """
        by_care = sorted(
            self.connect_to, key=lambda name: (not name.startswith("*"), len(name)), reverse=True
        )
        for pattern in by_care:
            wanted = pattern.lower()
            if host == wanted or (wanted.startswith("*.") and host.endswith(wanted[1:])) or wanted == "*":
                return self._place(self.connect_to[pattern])
        return None

    def allows_private(self, host: str, port: int) -> bool:
        """Whether the guard lets the URL's host through though it is private."""
        names = {host, f"[{host}]"} if ":" in host else {host}
        if host == "localhost":  # RFC 6761: that name never leads elsewhere
            names |= {"127.0.0.1", "::1", "[::1]"}
        wanted = names | {f"{name}:{port}" for name in names if name.count(":") == 0 or name.startswith("[")}
        return any(entry.strip().lower() in wanted for entry in self.allow_private)

    @staticmethod
    def _place(text: str) -> tuple[str, int]:
        found = _PLACE.match(text)
        if found is None or not 0 < int(found["port"]) < 65536:
            raise SettingsError(f"fetch.connect_to: {text!r} is not address:port")
        host = found["six"] or found["host"]
        if host == "localhost":
            host = "127.0.0.1"
        try:
            return str(ipaddress.ip_address(host)), int(found["port"])
        except ValueError:
            raise SettingsError(f"fetch.connect_to: {host!r} is a name, give its address") from None
