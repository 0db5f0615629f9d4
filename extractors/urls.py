"""Addresses: one strict parser for whoever connects, one canonical form for whoever compares.

``parse`` is the only reader of URLs in the program: what it returns is both what the guard checks and
what the client connects to, so the two cannot disagree. It follows the WHATWG URL standard where that
standard is strict and refuses where it is lenient (backslashes, control characters, odd numbers as host).
"""

from __future__ import annotations

import ipaddress
import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urljoin

import idna
import tld

MAX_LENGTH: Final = 4096
DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class BadUrl(ValueError):
    """The address cannot be used; the text says why and never repeats a user name or password."""


@dataclass(frozen=True, slots=True)
class Url:
    """An http or https address in its parts; host in lower-case ASCII, path and query percent-encoded.

    ``host`` of an IPv6 address stands without brackets. ``odd_host`` tells that the host is an IPv4
    address in another spelling than four decimal numbers; ``host`` holds the address it stands for.
    """

    scheme: str
    host: str
    port: int
    path: str
    query: str | None
    fragment: str | None
    userinfo: bool = False
    odd_host: bool = False

    @property
    def netloc(self) -> str:
        """Host and, where it is not the scheme's own, port; as a Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def target(self) -> str:
        """Path and query, as a request line has them."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    def __str__(self) -> str:
        tail = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.scheme}://{self.netloc}{self.target}{tail}"


_SHAPE = re.compile(
    r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):(?P<slashes>/*)(?P<authority>[^/?#]*)(?P<path>[^?#]*)"
    r"(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?$",
    re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ufeff]")
_HOST = re.compile(r"^(?=.{1,253}$)(?!-)[a-z0-9_\-]{1,63}(?:\.[a-z0-9_\-]{1,63})*$")
_NUMBER = re.compile(r"^(?:[0-9]+|0x[0-9a-f]*)$")


def parse(text: str) -> Url:
    """The address in its parts.

    Spaces around it are dropped, spaces inside path and query are encoded; any other control character,
    a backslash before the query, a scheme other than http and https, or a host that no resolver should
    see raises BadUrl.
    """
    text = text.strip(" \t\r\n\f")
    if len(text) > MAX_LENGTH:
        raise BadUrl(f"longer than {MAX_LENGTH} characters")
    if _CONTROL.search(text.replace(" ", "")):
        raise BadUrl("a control character in the address")
    shape = _SHAPE.match(text)
    if shape is None:
        raise BadUrl("no scheme")
    scheme = shape["scheme"].lower()
    if scheme not in DEFAULT_PORTS:
        raise BadUrl(f"scheme {scheme[:20]!r} is not http or https")
    if shape["slashes"] != "//":
        raise BadUrl("the scheme is not followed by two slashes")
    if "\\" in shape["authority"] + shape["path"]:
        raise BadUrl("a backslash in the address")
    userinfo, at, hostport = shape["authority"].rpartition("@")
    host, odd, port = _host_and_port(hostport, scheme)
    query, fragment = shape["query"], shape["fragment"]
    return Url(
        scheme=scheme,
        host=host,
        port=port,
        path=_dotless(_encoded(shape["path"], _PATH_SAFE)) or "/",
        query=None if query is None else _encoded(query, _QUERY_SAFE),
        fragment=None if fragment is None else _encoded(fragment, _FRAGMENT_SAFE),
        userinfo=bool(at) or bool(userinfo),
        odd_host=odd,
    )


def _host_and_port(text: str, scheme: str) -> tuple[str, bool, int]:
    """Host, whether it is an oddly spelled IPv4 address, and port."""
    if text.startswith("["):
        inside, closed, rest = text[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise BadUrl("an IPv6 address without its closing bracket")
        try:
            address = ipaddress.IPv6Address(inside)
        except ValueError:
            raise BadUrl("not an IPv6 address") from None
        if address.scope_id is not None:
            raise BadUrl("an IPv6 address with a zone")
        return address.compressed, False, _port(rest[1:], scheme)
    name, _, port = text.partition(":")
    host = _ascii_host(name)
    if _NUMBER.match(host.rpartition(".")[2]):
        address4 = _ipv4(host)
        return str(address4), str(address4) != name, _port(port, scheme)
    return host, False, _port(port, scheme)


def _port(text: str, scheme: str) -> int:
    if not text:
        return DEFAULT_PORTS[scheme]
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536):
        raise BadUrl("the port is not a number from 1 to 65535")
    return int(text)


def _ascii_host(name: str) -> str:
    """The host in lower-case ASCII without a final dot; IDNA (UTS 46) where it has other letters."""
    if "%" in name:
        raise BadUrl("a percent sign in the host")
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name).replace("。", ".")
        if not name.isascii():
            try:
                name = idna.encode(name, uts46=True).decode("ascii")
            except (idna.IDNAError, UnicodeError):
                raise BadUrl("the host is not a valid international name") from None
    name = name.lower().removesuffix(".")
    if not _HOST.match(name):
        raise BadUrl("the host is empty or has characters that no host has")
    return name


def _ipv4(host: str) -> ipaddress.IPv4Address:
    """The address that a resolver makes of decimal, octal, hexadecimal and short spellings."""
    parts = host.split(".")
    try:
        numbers = [_integer(part) for part in parts]
        if len(parts) > 4 or any(number > 255 for number in numbers[:-1]):
            raise ValueError
        if numbers[-1] >= 256 ** (5 - len(parts)):
            raise ValueError
    except ValueError:
        raise BadUrl("the host ends in a number but is no IPv4 address") from None
    value = numbers[-1]
    for index, number in enumerate(numbers[:-1]):
        value += number << (8 * (3 - index))
    return ipaddress.IPv4Address(value)


def _integer(part: str) -> int:
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    if not part.isdigit():
        raise ValueError(part)
    if len(part) > 1 and part.startswith("0"):
        return int(part, 8)
    return int(part)


# --- percent-encoding ---------------------------------------------------------------------------------

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = _UNRESERVED | frozenset("/:@!$&'()*+,;=")
_QUERY_SAFE = _PATH_SAFE | frozenset("?[]|")
_FRAGMENT_SAFE = _QUERY_SAFE | frozenset("#")
_PIECE = re.compile(r"%[0-9A-Fa-f]{2}|.", re.DOTALL)


def _encoded(text: str, safe: frozenset[str]) -> str:
    """Percent-encoding in one form: upper-case digits, nothing encoded that need not be (RFC 3986, 6.2.2)."""

    def piece(match: re.Match[str]) -> str:
        found = match.group()
        if len(found) == 3:
            letter = chr(int(found[1:], 16))
            return letter if letter in _UNRESERVED else found.upper()
        return (
            found if found in safe else "".join(f"%{byte:02X}" for byte in found.encode("utf-8", "replace"))
        )

    return _PIECE.sub(piece, text)


def _dotless(path: str) -> str:
    """The path without ``.`` and ``..`` (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    out: list[str] = []
    parts = path.split("/")
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "..":
            if len(out) > 1:
                out.pop()
            if last:
                out.append("")
        elif part == ".":
            if last:
                out.append("")
        else:
            out.append(part)
    return "/".join(out)


def join(base: str, reference: str) -> str:
    """The reference as an absolute http(s) address, read against ``base``; BadUrl where it is none."""
    reference = reference.strip(" \t\r\n\f")
    try:
        absolute = urljoin(base, reference)
    except ValueError:
        raise BadUrl("cannot be joined to its base") from None
    return str(parse(absolute))


# --- the canonical form -------------------------------------------------------------------------------

_DATA: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_TRACKERS: Final[frozenset[str]] = frozenset(_DATA["trackers"]["names"])
_TRACKER_PREFIXES: Final[tuple[str, ...]] = tuple(_DATA["trackers"]["prefixes"])
_MAYBE: Final[frozenset[str]] = frozenset(_DATA["channels"]["names"])
_CHANNELS: Final[frozenset[str]] = frozenset(_DATA["channels"]["values"])
_AMP_VALUES: Final[dict[str, list[str]]] = _DATA["amp"]
_AMP_CACHE_PATH = re.compile(
    r"^/(?:[a-rt-z]{1,2}/)?(?P<secure>s/)?(?P<rest>[a-z0-9\-_.]+\.[a-z0-9\-]+(?:/.*)?)$", re.I
)
_AMP_SUFFIX = re.compile(r"(?<=[^/])(?:/amp/?|\.amp(?=\.html?$|$))$|\.amp(?=\.html?$)")
_KEPT = re.compile(r"(?<=/)(https?:)/+(.*)$", re.DOTALL)
_USERINFO = re.compile(r"//[^/?#]*@")
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#]*", re.I)


def canonical(url: str, *, keep_fragment: bool = False) -> str:
    """The form under which two addresses of one page are the same string.

    Redirectors and AMP caches are unwrapped, trackers, user names, default ports, session ids and the
    fragment are dropped (``keep_fragment`` keeps one that names a place: a live blog's post), encoding
    is normalised. What cannot be parsed comes back stripped, otherwise as it is.
    """
    url = url.strip()
    try:
        parts = parse(url)
    except BadUrl:
        return _USERINFO.sub("//", url, count=1).strip()
    for _ in range(3):
        inner = _unwrapped(parts)
        if inner is None:
            break
        parts = inner
    path = _SESSION.sub("", parts.path)
    path = _AMP_SUFFIX.sub("", path) or "/"
    fragment = parts.fragment
    if fragment is not None and not _names_a_place(fragment, keep_fragment):
        fragment = None
    return str(replace(parts, path=path, query=_clean_query(parts.query), fragment=fragment))


def same_page_key(url: str) -> str:
    """A looser key than ``canonical``: without scheme, ``www.``, ``m.``, fragment and final slash."""
    text = canonical(url).partition("#")[0].partition("://")[2]
    text = re.sub(r"^(?:www\d?|m|mobile|amp)\.", "", text)
    head, mark, query = text.partition("?")
    return head.rstrip("/") + mark + query


def same_kept_page(asked: str, answered: str) -> bool:
    """Whether an archive's address (``…/20230707120000id_/https://…``) was answered with a copy of that page.

    Archives lead from a copy that was a redirect to the page it led to. Addresses that name no page's are
    the same where they are equal.
    """
    inner = [f"{match[1]}//{match[2]}" if (match := _KEPT.search(url)) else url for url in (asked, answered)]
    return inner[0] == inner[1] or same_page_key(inner[0]) == same_page_key(inner[1])


def _names_a_place(fragment: str, keep: bool) -> bool:
    if fragment.startswith("!"):
        return True
    return keep and bool(fragment) and not fragment.startswith((":~:", "xtor=", "utm_", "ref=", "comment"))


def _clean_query(query: str | None) -> str | None:
    if not query:
        return None
    kept = [pair for pair in query.split("&") if pair and not _is_tracker(pair)]
    return "&".join(kept) or None


def _is_tracker(pair: str) -> bool:
    name, _, value = pair.partition("=")
    name, value = unquote(name).lower(), unquote(value).lower()
    if name in _TRACKERS or name.startswith(_TRACKER_PREFIXES):
        return True
    if name in _MAYBE and value.strip("_- ") in _CHANNELS:
        return True
    return value in _AMP_VALUES.get(name, ())


def _unwrapped(parts: Url) -> Url | None:
    """What a redirector or an AMP cache leads to; None where the address is the page itself."""
    for unwrap in (_from_redirector, _from_amp_cache):
        goal = unwrap(parts)
        if goal:
            try:
                return parse(goal)
            except BadUrl:
                return None
    return None


def _from_redirector(parts: Url) -> str | None:
    for known in _DATA["redirector"]:
        if not _host_is(parts.host, known["host"]) or not parts.path.startswith(known["path"]):
            continue
        found = dict(parse_qsl(parts.query or ""))
        for name in known["goal"]:
            if found.get(name, "").startswith(("http://", "https://")):
                return found[name]
    return None


def _host_is(host: str, wanted: str) -> bool:
    if wanted.endswith("."):  # a name under any country's suffix
        return host.startswith((wanted, f"www.{wanted}", f"news.{wanted}"))
    return host == wanted or host.endswith(f".{wanted}")


def _from_amp_cache(parts: Url) -> str | None:
    if parts.host.endswith(".cdn.ampproject.org") or parts.host == "cdn.ampproject.org":
        path = parts.path
    elif _host_is(parts.host, "google.") and parts.path.startswith("/amp/"):
        path = parts.path.removeprefix("/amp")
    else:
        return None
    found = _AMP_CACHE_PATH.match(path)
    if found is None:
        return None
    query = "" if parts.query is None else f"?{parts.query}"
    return f"{'https' if found['secure'] else 'http'}://{found['rest']}{query}"


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """The part of a host that one holder registered (``bbc.co.uk``, ``someone.blogspot.com``).

    By the Public Suffix List that the ``tld`` package carries, private section included; never asks the
    network. A name under no known suffix gives its last two labels, an IP address itself.
    """
    host = host.strip("[]").lower().removesuffix(".")
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        found = tld.get_fld(f"http://{host}/", fail_silently=True, search_private=True)
    except (ValueError, UnicodeError):
        found = None
    return found or ".".join(host.split(".")[-2:])


def host_of(url: str) -> str | None:
    """The host of an address, None where it has none."""
    try:
        return parse(url).host
    except BadUrl:
        return None
