"""One request, one answer: aiohttp bound to addresses that were checked.

A name is resolved once, every address it has is checked, and only those that passed are approved;
the socket is made for an approved address or not at all, and the peer is compared once more.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from extractors.urls import Url
from monitor.errors import FetchRefused
from monitor.fetch.decode import ACCEPTED, Decoder
from monitor.fetch.guard import denied
from monitor.fetch.policy import FetchPolicy
from monitor.fetch.states import refused

#: A head may have so many fields and a field so many bytes; honest policies run to some ten thousand.
MAX_FIELDS: Final = 200
MAX_FIELD: Final = 32_768
#: Look-ups at the same time; a dead name holds its place for many seconds.
RESOLVERS: Final = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request gave: ``headers`` with lower-case names, ``body`` decoded.

    The body is empty but for a 200, or a 206 that was asked for.
    """

    status: int
    headers: dict[str, str]
    body: bytes


class _PrivatePeer(OSError):
    """A socket was asked for an address that nobody approved."""


class Transport:
    """An aiohttp session for one run of its event loop; an asynchronous context manager."""

    def __init__(self, policy: FetchPolicy) -> None:
        self._policy = policy
        self._approved: set[tuple[str, int]] = set()

    async def __aenter__(self) -> Transport:
        connector = aiohttp.TCPConnector(
            resolver=_Resolver(self._policy, self._approved),
            socket_factory=self._socket,
            limit=0,
            use_dns_cache=True,
            ttl_dns_cache=600,
            dns_cache_max_size=10_000,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._policy.connect_timeout),
            max_line_size=MAX_FIELD,
            max_field_size=MAX_FIELD,
            max_headers=MAX_FIELDS,
            headers={"User-Agent": self._policy.agent, "Accept-Encoding": ACCEPTED},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, url: Url, headers: Mapping[str, str], limit: int, seconds: float) -> Answer:
        """Asks once, follows nothing; FetchRefused by name for whatever goes wrong within ``seconds``.

        ``url`` has passed the guard. The body is read for a 200, or for a 206 where ``headers`` ask for a
        Range and then for nothing else: at most ``limit`` decoded bytes.
        """
        target = self._policy.target(url.host)
        if target is None:
            scheme, netloc = url.scheme, url.netloc
            if _is_literal(url.host):
                self._approved.add((url.host, url.port))
        else:
            scheme, netloc = (
                "http",
                f"[{target[0]}]:{target[1]}" if ":" in target[0] else f"{target[0]}:{target[1]}",
            )
            self._approved.add(target)
        address = URL(f"{scheme}://{netloc}{url.target}", encoded=True)
        try:
            async with asyncio.timeout(max(seconds, 0.001)):
                request = self._session.get(
                    address, headers={**headers, "Host": url.netloc}, allow_redirects=False
                )
                async with request as response:
                    self._verify_peer(response)
                    wanted = 206 if "Range" in headers else 200
                    return await self._read(response, limit, wanted)
        except FetchRefused:
            raise
        except Exception as error:  # noqa: BLE001 - each is given its name, or raised again there
            raise _named(error, url) from None

    async def _read(self, response: aiohttp.ClientResponse, limit: int, wanted: int) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        status = 200 if response.status == 203 else response.status
        if status != wanted:
            response.close()
            return Answer(status, headers, b"")
        try:
            length = headers.get("content-length", "")
            if length.isascii() and length.isdigit() and int(length[:18]) > limit:
                raise refused("too_large", f"announces {length[:18]} bytes, at most {limit} are taken")
            encodings = ",".join(response.headers.getall("Content-Encoding", []))
            if wanted == 206 and encodings.strip().lower() not in ("", "identity"):
                raise refused("encoding", "a part of a compressed answer")
            decoder = Decoder(encodings, limit)
            async for piece in response.content.iter_any():
                decoder.feed(piece)
            decoder.finish()
        except BaseException:
            response.close()  # never read the rest of what was refused
            raise
        return Answer(status, headers, bytes(decoder.body))

    def _socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for an approved address only: the last gate before the connection."""
        family, kind, protocol, _, place = info
        if (place[0], place[1]) not in self._approved:
            raise _PrivatePeer(f"{place[0]} was not approved")
        return socket.socket(family, kind, protocol)

    def _verify_peer(self, response: aiohttp.ClientResponse) -> None:
        """The address at the other end is one that was approved."""
        connection = response.connection
        peer = (
            connection.transport.get_extra_info("peername") if connection and connection.transport else None
        )
        if peer and (peer[0], peer[1]) not in self._approved:
            response.close()
            raise refused("private_address", "connected to another address than the one checked")


class _Resolver(AbstractResolver):
    """Gives only addresses that the guard lets through, and approves them."""

    def __init__(self, policy: FetchPolicy, approved: set[tuple[str, int]]) -> None:
        self._policy = policy
        self._approved = approved
        self._threads = ThreadPoolExecutor(RESOLVERS, "resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The name's addresses that may be connected to; ``private_address`` where it has no other."""
        loop = asyncio.get_running_loop()
        infos = await loop.run_in_executor(self._threads, _look_up, host, port, family)
        private_is_well = self._policy.allows_private(host, port)
        results: list[ResolveResult] = []
        why = None
        for kind, _, protocol, _, place in infos:
            address = str(place[0])
            if not private_is_well and (reason := denied(address)):
                why = reason
                continue
            self._approved.add((address, port))
            results.append(
                ResolveResult(
                    hostname=host, host=address, port=port, family=kind, proto=protocol,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )  # fmt: skip
        if not results and why is not None:
            raise refused("private_address", f"{host} leads to an address that is not public: {why}")
        return results

    async def close(self) -> None:
        """Waits for no look-up: a dead name server would hold the whole run."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: int) -> list[Any]:
    return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)


def _is_literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _named(error: Exception, url: Url) -> Exception:
    """The refusal that tells what a client's error was; errors of our own making come back as they are."""
    host = url.host
    if isinstance(error, _PrivatePeer) or "was not approved" in str(error):
        return refused("private_address", f"{host}: the address was not checked")
    if isinstance(error, TimeoutError | aiohttp.ServerTimeoutError):
        return refused("timeout", host)
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror | UnicodeError):
        return refused("dns", host)
    if isinstance(error, aiohttp.ClientSSLError | aiohttp.ServerFingerprintMismatch):
        cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
        return refused(
            "tls", f"{host}: {getattr(cause, 'verify_message', '') or getattr(cause, 'reason', '')}"
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        return refused("connect", f"{host}: {error.os_error.strerror or 'no connection'}")
    if isinstance(
        error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError | aiohttp.ClientPayloadError
    ):
        return refused("broken", host)
    if isinstance(error, OSError):
        return refused("connect", f"{host}: {error.strerror or type(error).__name__}")
    if isinstance(error, aiohttp.ClientError | aiohttp.http.HttpProcessingError | ValueError):
        return refused("protocol", f"{host}: {type(error).__name__}")
    return error
