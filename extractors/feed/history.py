"""Where the earlier entries of a feed stand, as its document says: RFC 5005, and JSON Feed's ``next_url``.

An archived feed leads back by ``prev-archive`` from one unchanging document to the one before it (section 4),
a paged feed by ``next`` (section 3), a complete feed has everything in one document (section 2).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lxml import etree

from extractors.feed import parse_feed
from extractors.feed.encoding import decoded
from extractors.feed.entries import absolute
from extractors.feed.json_feed import looks_like_json
from monitor.model import ParsedFeed

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_HISTORY: Final = "{http://purl.org/syndication/history/1.0}"
#: Relations may be written as addresses of their registry (RFC 4287, section 4.2.7.2).
_REGISTRY: Final = re.compile(r"^https?://www\.iana\.org/assignments/(?:link-relations/|relation/)")
_DECLARED: Final = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(frozen=True, slots=True)
class History:
    """What a feed document says of the others of its feed; addresses are absolute.

    ``earlier`` is the document to go on with; ``current`` where an archive document
    names the feed that it belongs to; ``complete`` where this document has all entries that there are.
    """

    earlier: str | None = None
    current: str | None = None
    archive: bool = False
    complete: bool = False
    generator: str = ""


def parse_past_job(
    body: bytes, url: str, content_type: str | None, now: datetime
) -> tuple[ParsedFeed, History]:
    """A feed document and where its history goes on. Raises NotAFeed as ``parse_feed`` does."""
    parsed = parse_feed(body, url=url, content_type=content_type, now=now)
    text = decoded(body, content_type)[0]
    return parsed, (_of_json(text, url) if looks_like_json(text) else _of_xml(text, url))


def _of_json(text: str, url: str) -> History:
    document = json.loads(text)
    earlier = document.get("next_url")
    earlier = absolute(earlier, url) if isinstance(earlier, str) else None
    return History(earlier)


def _of_xml(text: str, url: str) -> History:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(_DECLARED.sub("", text.lstrip("\ufeff \t\r\n")).encode("utf-8"), parser)
    if root is None:
        return History()
    channel = next((child for child in root if _local(child) == "channel"), root)
    links: dict[str, str] = {}
    marks, generator = set[str](), ""
    for child in channel:
        name = _local(child)
        if child.tag == f"{_ATOM}link" and child.get("rel") and child.get("href"):
            target = absolute(child.get("href"), url)
            if target:
                links.setdefault(_REGISTRY.sub("", child.get("rel", "")).lower(), target)
        elif str(child.tag).startswith(_HISTORY):
            marks.add(name)
        elif name == "generator":
            generator = f"{child.text or ''} {child.get('uri') or ''}".strip()
    complete, archive = "complete" in marks, "archive" in marks
    earlier = links.get("prev-archive") or (None if archive else links.get("next"))
    return History(earlier, links.get("current"), archive, complete, generator)


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
