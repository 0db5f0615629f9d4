"""The guard against addresses inside: what may be asked at all, and which address may be connected to.

An explicit list, because the standard library's ``is_global`` is true for 6to4 and NAT64 forms of inner
addresses, for fec0::/10, multicast and cloud hosts, and its ``is_private`` is false for 100.64/10.
"""

from __future__ import annotations

import ipaddress
from typing import Final

from extractors.urls import BadUrl, Url, parse
from monitor.fetch.policy import FetchPolicy
from monitor.fetch.states import refused

IPv4 = ipaddress.IPv4Address
IPv6 = ipaddress.IPv6Address

#: IANA's registry of special-purpose IPv4 addresses, what is no host at all, and one cloud's inner service.
DENIED_4: Final = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "carrier-grade NAT",
    "127.0.0.0/8": "loopback",
    "168.63.129.16/32": "a cloud's inner service",
    "169.254.0.0/16": "link-local, cloud metadata",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.88.99.0/24": "6to4 relays",
    "192.168.0.0/16": "private",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved, broadcast",
}
#: Only 2000::/3 is given out for hosts; these parts of it are not (IANA's registry for IPv6).
DENIED_6: Final = {
    "2001::/23": "protocol assignments, Teredo",
    "2001:db8::/32": "documentation",
    "3fff::/20": "documentation",
}
_NETS_4: Final = tuple((ipaddress.IPv4Network(net), why) for net, why in DENIED_4.items())
_NETS_6: Final = tuple((ipaddress.IPv6Network(net), why) for net, why in DENIED_6.items())
_GLOBAL_6: Final = ipaddress.IPv6Network("2000::/3")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_SIXTOFOUR: Final = ipaddress.IPv6Network("2002::/16")
#: Ports below 1024 other than the web's own, and those above on which other services listen
#: (the "bad ports" of WHATWG's Fetch standard, and databases).
_BAD_PORTS: Final = frozenset(
    {
        1719,
        1720,
        1723,
        2049,
        2375,
        2376,
        3306,
        3389,
        3659,
        4045,
        4190,
        5060,
        5061,
        5432,
        5900,
        6000,
        6379,
        6443,
    }
    | {6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9200, 10080, 10250, 11211, 27017}
)


def denied(address: str) -> str | None:
    """Why an IP address must not be connected to; None where it may."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "not an address"
    return _denied_4(ip) if isinstance(ip, IPv4) else _denied_6(ip)


def _denied_4(ip: IPv4) -> str | None:
    return next((why for net, why in _NETS_4 if ip in net), None)


def _denied_6(ip: IPv6) -> str | None:
    if ip.scope_id is not None:
        return "link-local"
    number = int(ip)
    if ip in _MAPPED or ip in _NAT64:
        return _denied_4(IPv4(number & 0xFFFFFFFF))
    if ip not in _GLOBAL_6:
        return "not a public IPv6 address"
    if ip in _SIXTOFOUR:
        return _denied_4(IPv4((number >> 80) & 0xFFFFFFFF))
    if (number >> 32) & 0xFDFFFFFF == 0x5EFE:  # ISATAP (RFC 5214) carries an IPv4 address at its end
        return _denied_4(IPv4(number & 0xFFFFFFFF))
    return next((why for net, why in _NETS_6 if ip in net), None)


def checked(address: str, policy: FetchPolicy) -> Url:
    """The address in its parts, if it may be asked; FetchRefused ``bad_url`` or ``private_address``.

    What a name leads to is checked when it is resolved; what needs no resolving is checked here.
    """
    try:
        url = parse(address)
    except BadUrl as error:
        raise refused("bad_url", str(error)) from None
    if url.userinfo:
        raise refused("bad_url", "a user name in the address")
    literal = _literal(url.host)
    if url.odd_host:
        why = denied(url.host)
        raise refused("private_address" if why else "bad_url", f"an odd spelling of {why or 'an IP address'}")
    if policy.target(url.host) is not None or policy.allows_private(url.host, url.port):
        return url
    if literal and (why := denied(url.host)):
        raise refused("private_address", f"{url.host}: {why}")
    if url.host == "localhost" or url.host.endswith((".localhost", ".local", ".internal", ".onion")):
        raise refused("private_address", f"{url.host}: a name of local use")
    if url.port in _BAD_PORTS or (url.port < 1024 and url.port not in (80, 443)):
        raise refused("bad_url", f"port {url.port} is not one of the web")
    return url


def _literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
