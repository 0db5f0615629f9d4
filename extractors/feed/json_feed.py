"""JSON Feed 1.0 and 1.1 (jsonfeed.org), which feedparser does not read."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from extractors.feed.entries import Raw, absolute, entry
from extractors.feed.plain import language_code, plain
from monitor.errors import NotAFeed
from monitor.model import ParsedFeed, Problem

_VERSION: Final = "https://jsonfeed.org/version/"


def looks_like_json(text: str) -> bool:
    """Whether the document can only be JSON."""
    return text.lstrip()[:1] in ("{", "[")


def read_json(text: str, *, url: str, now: datetime, limit: int, problems: list[Problem]) -> ParsedFeed:
    """The feed; NotAFeed where the JSON is broken or of another kind."""
    try:
        document = json.loads(text)
    except RecursionError:
        raise NotAFeed("too_deep", "JSON nested too deep") from None
    except ValueError as error:
        raise NotAFeed("not_a_feed", f"neither XML nor JSON: {error}"[:200]) from None
    version = _text(document.get("version")) if isinstance(document, dict) else None
    if version is None or not version.replace("http://", "https://").startswith(_VERSION):
        raise NotAFeed("not_a_feed", "JSON, but not a JSON Feed")
    items = document.get("items")
    if not isinstance(items, list):
        raise NotAFeed("not_a_feed", "a JSON Feed without items")
    if len(items) > limit:
        problems.append(Problem("entries_cut", f"{len(items)} entries, the first {limit} read"))
    read, language = [], _text(document.get("language"))
    for item in items[:limit]:
        if isinstance(item, dict):
            read.append(entry(_raw(item, language), url=url, now=now))
        else:
            problems.append(Problem("entry_odd", "an item that is no object"))
    return ParsedFeed(
        version="json11" if version.rstrip("/").endswith("1.1") else "json1",
        title=plain(_text(document.get("title")), one_line=True),
        entries=tuple(read),
        language=language_code(language),
        home_url=absolute(_text(document.get("home_page_url")), url),
        problems=tuple(problems),
    )


def _raw(item: dict[str, Any], language: str | None) -> Raw:
    html, words = _text(item.get("content_html")), _text(item.get("content_text"))
    return Raw(
        guid=_text(item.get("id")),
        link=_text(item.get("url")) or _text(item.get("external_url")),
        title=_text(item.get("title")),
        summary=_text(item.get("summary")),
        content=html or words,
        content_is_html=bool(html),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        language=_text(item.get("language")) or language,
    )


def _text(value: object) -> str | None:
    """Strings as they are; numbers, which feeds write for ids, as strings; anything else is nothing."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return str(value)
    return value if isinstance(value, str) else None
