"""Why a fetch gave nothing: every state that FetchRefused may carry, in one place."""

from __future__ import annotations

from typing import Final

from monitor.errors import FetchRefused

#: State to what it means for a person. Besides these: ``http_NNN``, the status as the server sent it.
STATES: Final[dict[str, str]] = {
    "bad_url": "the address is not one that may be fetched (scheme, spelling, port, user name)",
    "private_address": "the host leads to an address that is not on the public internet",
    "dns": "the host's name has no address",
    "connect": "no connection to the host",
    "tls": "no trustworthy encrypted connection (certificate, protocol)",
    "timeout": "not finished within the time allowed, all redirects included",
    "broken": "the connection ended before the answer was complete",
    "protocol": "the answer is not HTTP, or its head is larger than any honest one",
    "too_large": "the answer, once decompressed, is larger than allowed",
    "encoding": "compressed in a way that was not asked for, twice, or wrongly",
    "bad_redirect": "a redirect that leads nowhere",
    "redirect_loop": "redirects that come back to where they were",
    "too_many_redirects": "more redirects than allowed",
    "no_part": "not the part of the file that was asked for: no ranges are served, or the file has changed",
    "robots": "the site's robots.txt asks not to read this page",
    "robots_unavailable": "the site's robots.txt cannot be read just now, so its pages are left alone",
    "postponed": "the site asked to wait; not asked again before that",
    "failed": "a fault of our own, see the log",
}


def refused(state: str, detail: str = "", *, retry_after: float | None = None) -> FetchRefused:
    """The error for a state of the list (or ``http_NNN``); any other name is a fault of the caller."""
    if state not in STATES and not state.startswith("http_"):
        raise ValueError(f"no such fetch state: {state}")
    return FetchRefused(state, detail, retry_after=retry_after)
