"""robots.txt (RFC 9309), read with Protego and remembered for a day.

What is remembered is the file, compressed: rules that were read take 24 KB for one of forty lines, which is
hundreds of megabytes for ten thousand hosts. Those of the hosts asked last are kept ready.
"""

from __future__ import annotations

import time
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from protego import Protego

from extractors.urls import Url
from monitor.errors import FetchRefused
from monitor.fetch.pace import Pace
from monitor.fetch.policy import FetchPolicy
from monitor.fetch.states import refused

MAX_BYTES = 512_000
KEPT_SECONDS = 86_400.0
#: So many sites are remembered, so many of them with their rules ready.
KEPT = 50_000
READY = 200
#: How long a robots.txt that could not be read keeps us from the site before it is asked again.
FAILED_SECONDS = 600.0
#: A fault of the network that the page itself would meet too, and that says so more plainly.
_AS_IT_IS = frozenset({"dns", "connect", "tls", "timeout", "private_address", "bad_url", "postponed"})


class Robots:
    """What each site asks of robots. ``fetch`` gets (url, most bytes) and gives the body."""

    def __init__(self, policy: FetchPolicy, pace: Pace) -> None:
        self._policy = policy
        self._pace = pace
        self._known: OrderedDict[str, tuple[float, bytes | FetchRefused | None]] = OrderedDict()
        self._ready: OrderedDict[str, Protego] = OrderedDict()

    async def check(self, url: Url, fetch: Callable[[str, int], Awaitable[bytes]]) -> None:
        """Returns where the page may be read; FetchRefused ``robots`` or ``robots_unavailable`` else.

        A 4xx means that there are no rules (section 2.3.1.3), a 5xx that nobody knows (2.3.1.4).
        """
        origin = f"{url.scheme}://{url.netloc}"
        known = self._known.get(origin)
        if known is None or known[0] < time.monotonic():
            known = await self._read(origin, url.host, fetch)
            self._known[origin] = known
            while len(self._known) > KEPT:
                self._ready.pop(self._known.popitem(last=False)[0], None)
        self._known.move_to_end(origin)
        rules = known[1]
        if isinstance(rules, FetchRefused):
            raise FetchRefused(rules.state, rules.detail, retry_after=rules.retry_after)
        if rules is not None and not self._rules(origin, rules).can_fetch(str(url), self._policy.user_agent):
            raise refused("robots", f"{url.host} asks not to read this page")

    def _rules(self, origin: str, packed: bytes) -> Protego:
        """The rules of a site, ready or read again."""
        rules = self._ready.get(origin)
        if rules is None:
            rules = self._keep_ready(
                origin, Protego.parse(zlib.decompress(packed).decode("utf-8", "replace"))
            )
        self._ready.move_to_end(origin)
        return rules

    def _keep_ready(self, origin: str, rules: Protego) -> Protego:
        self._ready[origin] = rules
        while len(self._ready) > READY:
            self._ready.popitem(last=False)
        return rules

    async def _read(
        self, origin: str, host: str, fetch: Callable[[str, int], Awaitable[bytes]]
    ) -> tuple[float, bytes | FetchRefused | None]:
        now = time.monotonic()
        try:
            body = await fetch(f"{origin}/robots.txt", MAX_BYTES)
        except FetchRefused as error:
            if error.state.startswith("http_4") and error.state != "http_429":
                return now + KEPT_SECONDS, None
            if error.state in ("too_many_redirects", "redirect_loop", "bad_redirect"):
                return now + KEPT_SECONDS, None  # section 2.3.1.2: then it counts as absent
            if error.state in _AS_IT_IS:
                return now, error
            wait = error.retry_after or FAILED_SECONDS
            return now + wait, refused("robots_unavailable", error.state, retry_after=wait)
        rules = self._keep_ready(origin, Protego.parse(body.decode("utf-8", "replace")))
        self._pace.crawl_delay(host, rules.crawl_delay(self._policy.user_agent))
        return now + KEPT_SECONDS, zlib.compress(body)
