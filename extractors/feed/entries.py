"""One entry out of a feed's raw words, the same for XML and JSON."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

from extractors.feed.dates import host_of, read_date
from extractors.feed.plain import MAX_SUMMARY, language_code, plain
from monitor.model import FeedEntry, Problem, When

#: A description of so many characters of plain text is the article, not a summary of it.
FULL_TEXT: Final = 1_500
#: So much of the article stands in for a summary where the feed gives only full text.
STAND_IN: Final = 2_000
MAX_TITLE: Final = 1_000
MAX_GUID: Final = 2_000


@dataclass(frozen=True, slots=True)
class Raw:
    """What a feed says of one entry, in its own words."""

    guid: str | None = None
    link: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    content_is_html: bool = True
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    outlet: str | None = None


def entry(raw: Raw, *, url: str, now: datetime) -> FeedEntry:
    """The entry, cleaned; ``url`` is the feed's address. Whatever cannot be believed becomes a Problem."""
    problems: list[Problem] = []
    link = _link(raw.link, url, problems)
    guid = (raw.guid or "").strip()[:MAX_GUID] or None
    summary = plain(raw.summary, limit=MAX_SUMMARY)
    content = _content(raw)
    if content is not None and len(content) <= len(summary) * 1.2 + 50 and summary:
        content = None  # the summary again, or the caption of a picture
    if content is None and len(summary) >= FULL_TEXT and raw.summary:
        content = raw.summary
    if not summary and content:
        summary = plain(content, limit=STAND_IN)
    title = plain(raw.title, one_line=True, limit=MAX_TITLE)
    published, updated = _dates(raw, url, now, problems)
    if not title and not summary:
        problems.append(Problem("entry_empty"))
    if link is None and guid is None:
        problems.append(Problem("no_identity", "neither link nor id"))
    return FeedEntry(
        guid=guid,
        url=link,
        title=title,
        summary=summary,
        content_html=content,
        published=published,
        updated=updated,
        raw_published=(raw.published or raw.updated or "").strip()[:200] or None,
        language=language_code(raw.language),
        outlet=plain(raw.outlet, one_line=True, limit=200) or None,
        problems=tuple(problems),
    )


def _content(raw: Raw) -> str | None:
    if not raw.content or not raw.content.strip():
        return None
    if raw.content_is_html:
        return raw.content
    return "".join(f"<p>{html.escape(part)}</p>" for part in re.split(r"\n\s*\n", raw.content.strip()))


def _dates(raw: Raw, url: str, now: datetime, problems: list[Problem]) -> tuple[When | None, When | None]:
    host = host_of(url)
    first, last = (read_date(text or "", now=now, host=host) for text in (raw.published, raw.updated))
    problems.extend(dated.problem for dated in (first, last) if dated.problem is not None)
    published, updated = first.when, last.when
    if published is None and updated is not None and not raw.published:
        published = updated
        problems.append(Problem("published_is_updated"))
    return published, updated


def absolute(reference: str | None, base: str) -> str | None:
    """The reference as an absolute http(s) address, None where it is none."""
    if not reference or not reference.strip():
        return None
    try:
        joined = urljoin(base, re.sub(r"[\r\n\t]+", "", reference.strip()))
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in ("http", "https") and parts.netloc else None


def _link(reference: str | None, base: str, problems: list[Problem]) -> str | None:
    if not reference or not reference.strip():
        problems.append(Problem("no_link"))
        return None
    link = absolute(reference, base)
    if link is None:
        problems.append(Problem("bad_link", reference.strip()[:200]))
    return link
