"""Lists of feeds in OPML 2.0, read and written.

Beside OPML's own attributes (``text``, ``xmlUrl``, ``htmlUrl``, ``language``) the list carries ours, in the
namespace ``urn:clusterwatch:opml``: ``country`` (ISO 3166-1 alpha-2, absent for bodies of many states),
``kind``, ``tier``, ``pages`` (``all``: every entry's page is worth fetching), ``owner``, ``seen`` (where the
address was found) and ``checked`` (whether anyone has asked it since). Other programs ignore them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, get_args
from urllib.parse import SplitResult, urlsplit

from lxml import etree

from monitor.errors import UsageError
from monitor.model import OutletKind, Problem

NAMESPACE: Final = "urn:clusterwatch:opml"
MAX_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 50
MAX_ATTRIBUTES: Final = 500

_KINDS: Final[dict[str, OutletKind]] = {kind: kind for kind in get_args(OutletKind)}
_PAGES: Final = frozenset({"all", "hinted"})
# The document is decoded here and parsed from UTF-8, so that the refusal below and the parser read one text.
_ENCODINGS: Final = frozenset(
    {"utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "iso-8859-2",
     "iso-8859-9", "iso-8859-15", "windows-1250", "windows-1251", "windows-1252", "windows-1254",
     "windows-1256", "koi8-r", "gb2312", "gbk", "gb18030", "big5", "euc-jp", "shift_jis"}
)  # fmt: skip
_DECLARATION: Final = re.compile(r"\A\s*<\?xml\b[^>]*?\?>", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"""^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENTITY: Final = re.compile("<!ENTITY", re.IGNORECASE)
_DOCTYPE: Final = re.compile("<!DOCTYPE", re.IGNORECASE)
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*$")


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """One feed of a list. What the list does not say is None; ``folder`` names the outlines around it."""

    url: str
    title: str
    home_url: str | None = None
    language: str | None = None
    country: str | None = None
    kind: OutletKind | None = None
    tier: int | None = None
    pages: str | None = None
    seen: str | None = None
    owner: str | None = None
    checked: bool | None = None
    folder: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpmlResult:
    """The feeds in the list's order, and what a person should know of the rest."""

    entries: tuple[OpmlFeed, ...]
    problems: tuple[Problem, ...] = ()


def read_opml(body: bytes) -> OpmlResult:
    """The feeds of an OPML document.

    Outlines without an address are folders. A doubled address, one that is not http(s) or that carries a
    password, and a value outside the allowed ones become problems; the rest of the list is read on.
    Raises UsageError for what is not OPML, is too large, is nested too deep, or declares entities.
    """
    root = _parse(body)
    if _local(root.tag) != "opml":
        raise UsageError(f"This is not an OPML list: its root element is <{_local(root.tag)[:40]}>.")
    entries: list[OpmlFeed] = []
    problems: list[Problem] = []
    known: set[str] = set()
    for outline, folder in _outlines(root):
        attributes = _attributes(outline)
        address = attributes.get("xmlurl", "")
        if not address:
            continue
        title = attributes.get("text") or attributes.get("title") or ""
        url, fault = _address(address)
        if url is None:
            problems.append(Problem(fault, title or "an outline without a name"))
        elif _key(url) in known:
            problems.append(Problem("duplicate", url))
        else:
            known.add(_key(url))
            entries.append(_feed(url, title, attributes, folder, problems))
    return OpmlResult(tuple(entries), tuple(problems))


def write_opml(feeds: Iterable[OpmlFeed], title: str) -> str:
    """The list as OPML 2.0 text, which ``read_opml`` gives back unchanged; folders in order of appearance."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"cw": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _clean(title)
    body = etree.SubElement(root, "body")
    folders: dict[tuple[str, ...], etree._Element] = {(): body}
    for feed in feeds:
        parent = body
        for depth in range(1, len(feed.folder) + 1):
            path = feed.folder[:depth]
            if path not in folders:
                folders[path] = etree.SubElement(parent, "outline", {"text": _clean(path[-1])})
            parent = folders[path]
        outline = etree.SubElement(parent, "outline", {"type": "rss"})
        for name, value in _values(feed):
            if value is not None:
                outline.set(name, _clean(value))
    etree.indent(root)
    text: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text.decode("utf-8") + "\n"


def _values(feed: OpmlFeed) -> Iterator[tuple[str, str | None]]:
    yield "text", feed.title
    yield "xmlUrl", feed.url
    yield "htmlUrl", feed.home_url
    yield "language", feed.language
    own = {
        "country": feed.country,
        "kind": feed.kind,
        "tier": None if feed.tier is None else str(feed.tier),
        "pages": feed.pages,
        "owner": feed.owner,
        "seen": feed.seen,
        "checked": None if feed.checked is None else ("yes" if feed.checked else "no"),
    }
    for name, value in own.items():
        yield f"{{{NAMESPACE}}}{name}", value


def _parse(body: bytes) -> etree._Element:
    if len(body) > MAX_BYTES:
        raise UsageError(f"The OPML list is larger than {MAX_BYTES:,} bytes.")
    text = _decode(body)
    if _declares_entities(text):
        raise UsageError("The OPML list declares XML entities, which is refused.")
    # The parser's time grows with the square of an element's attributes. An attribute has a "=", and no
    # "<" may stand in it, so nothing that is well-formed passes by this count.
    if any(piece.count("=") > MAX_ATTRIBUTES for piece in text.split("<")):
        raise UsageError(f"The OPML list has an element with more than {MAX_ATTRIBUTES} attributes.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(_DECLARATION.sub("", text, count=1).encode("utf-8"), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        raise UsageError(f"The OPML list is not well-formed XML: {_one_line(error)}") from None
    if root is None:  # lxml gives None for a document of comments alone
        raise UsageError("The OPML list is empty.")
    return root


def _declares_entities(text: str) -> bool:
    """Whether a declaration or an internal subset stands in the text; both are all that entities need."""
    if _ENTITY.search(text):
        return True
    doctype = _DOCTYPE.search(text)
    if doctype is None:
        return False
    end = text.find(">", doctype.end())
    return "[" in text[doctype.end() : end if end >= 0 else None]


def _decode(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        declared = _DECLARED.match(body.removeprefix(b"\xef\xbb\xbf")[:200])
        encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    if encoding not in _ENCODINGS:
        raise UsageError(f"The OPML list is in an encoding that is not read: {encoding}.")
    try:
        text = body.decode("utf-8-sig" if encoding in {"utf-8", "utf8"} else encoding)
    except UnicodeDecodeError:
        raise UsageError(f"The OPML list is not valid {encoding}.") from None
    if not text.strip():
        raise UsageError("The OPML list is empty.")
    return text


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    """Every outline in document order with the names of the folders around it."""
    stack: list[tuple[etree._Element, tuple[str, ...], int]] = [(root, (), 1)]
    while stack:
        element, folder, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise UsageError(f"The OPML list is nested more than {MAX_DEPTH} deep.")
        inside = folder
        if _local(element.tag) == "outline":
            yield element, folder
            attributes = _attributes(element)
            name = attributes.get("text") or attributes.get("title")
            if name and not attributes.get("xmlurl"):
                inside = (*folder, name)
        children = [child for child in element if isinstance(child.tag, str)]
        stack.extend((child, inside, depth + 1) for child in reversed(children))


def _attributes(element: etree._Element) -> dict[str, str]:
    """Attributes by lower-case name; ours under ``cw:name``, so that a plain ``kind`` is not taken for it."""
    found: dict[str, str] = {}
    for raw, value in element.attrib.items():
        name = str(raw).lower()
        if name.startswith("{"):
            namespace, _, local = name[1:].partition("}")
            if namespace != NAMESPACE:
                continue
            name = f"cw:{local}"
        found.setdefault(name, str(value).strip())
    return found


def _feed(
    url: str, title: str, attributes: dict[str, str], folder: tuple[str, ...], problems: list[Problem]
) -> OpmlFeed:
    def bad(name: str) -> None:
        problems.append(Problem("bad_value", f"{name}={attributes[name][:60]!r} at {url}"))

    kind, tier, country = (attributes.get(f"cw:{name}", "") for name in ("kind", "tier", "country"))
    pages, checked = attributes.get("cw:pages", ""), attributes.get("cw:checked", "").lower()
    language = _LANGUAGE.match(attributes.get("language", ""))
    tests = {
        "cw:kind": kind in _KINDS,
        "cw:tier": tier in {"1", "2", "3"},
        "cw:country": re.fullmatch("[A-Za-z]{2}", country) is not None,
        "cw:pages": pages in _PAGES,
        "cw:checked": checked in {"yes", "no"},
        "language": language is not None,
    }
    for name, good in tests.items():
        if attributes.get(name) and not good:
            bad(name)
    home = attributes.get("htmlurl")
    home_url = _address(home)[0] if home else None
    if home and home_url is None:
        bad("htmlurl")
    return OpmlFeed(
        url=url,
        title=title or url,
        home_url=home_url,
        language=language.group(1).lower() if language else None,
        country=country.upper() if tests["cw:country"] else None,
        kind=_KINDS.get(kind),
        tier=int(tier) if tests["cw:tier"] else None,
        pages=pages if tests["cw:pages"] else None,
        seen=attributes.get("cw:seen") or None,
        owner=attributes.get("cw:owner") or None,
        checked=checked == "yes" if tests["cw:checked"] else None,
        folder=folder,
    )


def _address(text: str) -> tuple[str | None, str]:
    """The address, or None with the problem's code; a password in it is never repeated in a problem."""
    url = text.strip()
    parts = _split(url)
    if parts is None or parts.scheme.lower() not in {"http", "https"} or re.search(r"[\s\x00-\x1f]", url):
        return None, "not_http"
    if parts.username is not None or parts.password is not None:
        return None, "has_password"
    return url, ""


def _key(url: str) -> str:
    parts = _split(url)
    return url if parts is None else parts._replace(netloc=parts.netloc.lower(), fragment="").geturl()


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname else None


def _local(tag: object) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
