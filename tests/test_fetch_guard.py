"""The guard against addresses inside, in all their spellings, before and after the name is resolved."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import Reply, WebServer, redirect, web

from extractors.urls import BadUrl, parse
from monitor.errors import FetchRefused, SettingsError
from monitor.fetch import FetchPolicy, HttpFetcher
from monitor.fetch.guard import checked, denied
from monitor.ports import Fetched, Wanted

QUICK = {"per_host_delay": 0.0, "total_timeout": 3.0}


def one(url: str, policy: FetchPolicy, kind: str = "page") -> Fetched | Exception:
    ((index, outcome),) = HttpFetcher(policy).fetch_all([Wanted(url, kind)])
    assert index == 0
    return outcome


def state(outcome: Fetched | Exception) -> str:
    assert isinstance(outcome, FetchRefused), outcome
    return outcome.state


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "2001:10::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%1",
        "fec0::1",
        "ff02::1",
        "100::1",
        "5f00::1",
        "3fff::1",
        "2a00:1450::5efe:10.0.0.1",
        "2a00:1450::200:5efe:127.0.0.1",
        "not an address",
    ],
)
def test_inner_addresses_are_denied(address: str) -> None:
    assert denied(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.1",
        "172.32.0.1",
        "168.63.129.17",
        "193.0.0.1",
        "2a00:1450:4001::200e",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
    ],
)
def test_public_addresses_pass(address: str) -> None:
    assert denied(address) is None


@given(st.ip_addresses())
def test_nothing_passes_that_the_standard_library_knows_as_inner(ip: ipaddress._BaseAddress) -> None:
    private = ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_unspecified  # type: ignore[attr-defined]
    embedded = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if private and embedded is None:
        assert denied(str(ip))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0X7F.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "①②⑦.⓪.⓪.①",
        "１２７.０.０.１",
        "127。0。0。1",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:0:0:1]",
        "[::]",
        "[64:ff9b::7f00:1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
        "printer.local",
        "metadata.google.internal",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "169.254.169.254",
        "0xa9fea9fe",
    ],
)
def test_every_spelling_of_an_inner_host_is_refused(host: str) -> None:
    with web({"*": {"/": redirect("/")}}) as server:
        outcome = one(f"http://{host}:{server.port}/", FetchPolicy(**QUICK))
        assert state(outcome) == "private_address"
        assert server.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:80\\@example.org/",
        "http://example.org\\.evil.example/",
        "http:\\\\127.0.0.1/",
        "http://user:secret@example.org/",
        "http://example.org@127.0.0.1/",
        "http://@example.org/",
        "http:///127.0.0.1/",
        "http:127.0.0.1",
        "//127.0.0.1/",
        "127.0.0.1",
        "",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1:70/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://exa mple.org/",
        "http://example.org\t.evil.example/",
        "http://example.org\r\nHost: x/",
        "http://exam%70le.org/",
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "http://[v1.x]/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://0x/../:99999/",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:+80/",
        "http://example.org:8０/",
        "http://.../",
        "http://a..b/",
        "http://-a.example/",
        "http://example.org:22/",
        "http://example.org:25/",
        "http://example.org:6379/",
        "http://example.org:6667/",
        "http://8.8/",
        "http://134744072/",
        "http://" + "a" * 64 + ".example/",
        "http://a.example/" + "x" * 5000,
        "http://xn--a-ä.example/",
    ],
)
def test_tricky_addresses_are_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(FetchRefused) as caught:
        checked(url, FetchPolicy())
    assert caught.value.state in ("bad_url", "private_address")
    assert "secret" not in str(caught.value)


@given(st.text(max_size=80))
def test_the_parser_reads_its_own_words_the_same_way(words: str) -> None:
    try:
        first = parse("http://a.example/" + words)
    except BadUrl:
        return
    assert parse(str(first)) == first
    assert first.host == "a.example" or words == ""


@given(st.text(alphabet="0123456789.xaf@:/\\[]%#?", max_size=30))
def test_no_spelling_reaches_an_inner_address(words: str) -> None:
    try:
        url = checked("http://" + words, FetchPolicy())
    except FetchRefused:
        return
    assert url.host == str(parse(str(url)).host)
    try:
        ip = ipaddress.ip_address(url.host)
    except ValueError:
        assert not url.host.rpartition(".")[2].isdigit()
    else:
        assert denied(str(ip)) is None


def test_a_name_that_leads_inside_is_refused_after_its_look_up() -> None:
    # The machine's own name resolves to an address of its own: the rebinding case without a name server.
    name = socket.gethostname()
    try:
        inner = any(denied(str(info[4][0])) for info in socket.getaddrinfo(name, 80))
    except OSError:
        pytest.skip("this machine's name has no address")
    if not inner:
        pytest.skip("this machine's name has a public address")
    with web({"*": {"/": redirect("/")}}) as server:
        outcome = one(f"http://{name.lower()}:{server.port}/", FetchPolicy(**QUICK))
        assert state(outcome) == "private_address"
        assert server.connections == 0


@pytest.mark.parametrize(
    "goal",
    [
        "http://127.0.0.1:{port}/secret",
        "//127.0.0.1:{port}/secret",
        "http://2130706433:{port}/secret",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:{port}/secret",
        "http://localhost:{port}/secret",
    ],
)
def test_redirects_that_leave_a_mapped_host_meet_the_guard(goal: str) -> None:
    with WebServer() as server:
        server.sites["a.example"] = {"/": redirect(goal.format(port=server.port))}
        server.sites["*"] = {"/secret": redirect("/")}
        outcome = one(
            "http://a.example/", FetchPolicy(connect_to={"*.example": server.place}, **QUICK), "feed"
        )
        assert state(outcome) == "private_address"
        assert [request.path for request in server.requests] == ["/"]


def test_redirects_to_other_schemes_are_refused() -> None:
    with WebServer() as server:
        server.sites["*"] = {"/": redirect("file:///etc/passwd")}
        outcome = one(
            "http://a.example/", FetchPolicy(connect_to={"a.example": server.place}, **QUICK), "feed"
        )
        assert state(outcome) == "bad_redirect"


def test_allow_private_lets_just_that_place_through() -> None:
    with WebServer() as server, WebServer() as other:
        server.sites["*"] = {
            "/": redirect(f"http://127.0.0.1:{other.port}/"),
            "/x": redirect("/y"),
            "/y": Reply("fine"),
        }
        policy = FetchPolicy(allow_private=(server.place,), **QUICK)
        assert isinstance(one(f"http://{server.place}/x", policy), Fetched)
        assert isinstance(one(f"http://localhost:{server.port}/y", policy), Fetched)
        assert state(one(f"http://{server.place}/", policy)) == "private_address"
        assert state(one(f"http://127.1:{server.port}/y", policy)) == "private_address"
        assert isinstance(
            one(f"http://{server.place}/y", FetchPolicy(allow_private=("127.0.0.1",), **QUICK)), Fetched
        )
        assert other.connections == 0


def test_connect_to_covers_any_number_of_labels_and_speaks_plain_http() -> None:
    with WebServer() as server:
        server.sites["*"] = {"/": Reply("fine")}
        policy = FetchPolicy(connect_to={"*.example": server.place}, **QUICK)
        for url in ("http://a.example/", "https://a.b.c.example/", "https://a.example:8443/"):
            outcome = one(url, policy, "feed")
            assert isinstance(outcome, Fetched)
            assert outcome.url == url
        assert [request.headers["host"] for request in server.requests] == [
            "a.example",
            "a.b.c.example",
            "a.example:8443",
        ]
        assert policy.target("example") is None
        assert policy.target("notexample") is None


def test_the_longest_pattern_wins() -> None:
    policy = FetchPolicy(
        connect_to={"*.example": "127.0.0.1:1", "*.b.example": "127.0.0.1:2", "a.b.example": "[::1]:3"}
    )
    assert policy.target("x.example") == ("127.0.0.1", 1)
    assert policy.target("x.b.example") == ("127.0.0.1", 2)
    assert policy.target("a.b.example") == ("::1", 3)


@pytest.mark.parametrize(
    "place", ["", "127.0.0.1", "name.example:80", "127.0.0.1:0", "127.0.0.1:70000", "http://127.0.0.1:80"]
)
def test_a_wrong_place_is_a_settings_error(place: str) -> None:
    with pytest.raises(SettingsError):
        FetchPolicy(connect_to={"a.example": place})
