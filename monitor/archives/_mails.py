"""Google Alerts in a mailbox: each result's address, title, outlet and snippet, as the mail gives them.

Read are mbox files (RFC 4155), Maildir folders and single mails (.eml). A result is an article by
schema.org's microdata in the mail's HTML part, else a link by Google's redirector with what stands around it,
else a block of the plain part that ends with such a link. The day of the mail is when the result was met,
which is no day of publication. For worker processes: a stranger's bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from extractors.urls import canonical
from monitor.archives._walk import Found
from monitor.errors import ArchiveFailed
from monitor.model import ArchivedPage, Document, Window

#: A mail's bytes; what is larger is passed. Mails that are read at once: so many, or about so many bytes.
MAX_MAIL: Final = 10_000_000
MAILS: Final = 50
BYTES: Final = 4_000_000
_GOOGLE: Final = re.compile(r"(?:^|\.)google\.[a-z]{2,3}(?:\.[a-z]{2})?$")
_SPACE: Final = re.compile(r"\s+")
_LINK: Final = re.compile(r"<?(https?://[^\s<>]{1,4000})>?")
_HEADING: Final = re.compile(r"^===.*===$")
_LONGEST: Final = 1_000


@dataclass(slots=True)
class Mails(Found):
    """What some mails gave; ``following``: the offset of the next one in an mbox file, None at its end."""

    following: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One result of an alert."""

    url: str
    title: str
    outlet: str | None
    snippet: str | None


def mbox_job(path: str, at: int, stretch: Window, most: int = MAILS, look: bool = True) -> Mails:
    """Some mails of an mbox file from an offset on; without a ``look`` into them, they are only passed."""
    found, count = Mails(), 0
    try:
        for start, raw, end in _messages(path, at):
            found.size, found.following, count = end - at, end, count + 1
            name = f"{Path(path).name} at {start}"
            if look:
                _take(raw, name, stretch, found)
            else:
                found.refuse("unreadable_mail", name)
            if count >= most or found.size >= BYTES:
                return found
    except OSError as error:
        raise ArchiveFailed("unreadable", f"{path}: {error.strerror}") from None
    found.following = None
    return found


def mail_files_job(folder: str, names: Sequence[str], stretch: Window) -> Mails:
    """The mails in these files of a folder."""
    found = Mails()
    for name in names:
        try:
            with Path(folder, name).open("rb") as file:
                raw = file.read(MAX_MAIL + 1)
        except OSError as error:
            found.refuse("unreadable_file", f"{name}: {error.strerror}")
            continue
        found.size += len(raw)
        _take(raw, name, stretch, found)
    return found


def _messages(path: str, at: int) -> Iterator[tuple[int, bytes, int]]:
    """(offset, bytes, offset of the next) of each message of an mbox file; "From " after an empty line
    begins one. A message that is too large comes cut, one byte longer than allowed."""
    with Path(path).open("rb") as file:
        file.seek(at)
        start, lines, held, blank = at, list[bytes](), 0, True
        for line in iter(lambda: file.readline(1 << 20), b""):
            if blank and line.startswith(b"From ") and lines:
                end = file.tell() - len(line)
                yield start, b"".join(lines), end
                start, lines, held = end, [], 0
            if held <= MAX_MAIL:
                lines.append(line)
                held += len(line)
            blank = line in (b"\n", b"\r\n")
        if lines:
            yield start, b"".join(lines), file.tell()


def _take(raw: bytes, name: str, stretch: Window, found: Mails) -> None:
    if len(raw) > MAX_MAIL:
        found.refuse("too_large", f"mail {name}")
        return
    try:
        message = message_from_bytes(raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw)
        met = _date(message)
        results = results_of(message)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        found.refuse("broken_mail", f"{name}: {type(error).__name__}")
        return
    if not results:
        found.passed["no_alert"] += 1
    elif met is not None and not stretch.start <= met < stretch.end:
        found.passed["outside_window"] += len(results)
    else:
        known = {page.key for page in found.pages}
        for result in results:
            page = _page(result, met)
            if page.key in known:
                found.passed["repeated"] += 1
                continue
            known.add(page.key)
            found.pages.append(page)


def _page(result: Result, met: datetime | None) -> ArchivedPage:
    key = canonical(result.url)
    document = Document(
        key, url=result.url, title=result.title or None, summary=result.snippet, outlet=result.outlet
    )
    return ArchivedPage(key, document, captured=met)


def _date(message: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(str(message.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- an alert's results -------------------------------------------------------------------------------


def results_of(message: Message) -> list[Result]:
    """The results of a mail, each address once; none where it is no alert."""
    parts: dict[str, str] = {}
    for part in message.walk():
        kind = part.get_content_type()
        if kind in ("text/html", "text/plain") and kind not in parts and not part.get_filename():
            parts[kind] = _text(part)
    found = _of_html(parts.get("text/html", "")) or _of_plain(parts.get("text/plain", ""))
    return list({canonical(result.url): result for result in reversed(found)}.values())[::-1]


def _text(part: Message) -> str:
    from extractors.source import decode

    body = part.get_payload(decode=True)
    return decode(body, str(part.get("Content-Type", ""))) if isinstance(body, bytes) else ""


def goal_of(link: str) -> str | None:
    """Where a link of Google's redirector leads; None for any other link."""
    try:
        parts = urlsplit(link.strip())
        host = parts.hostname or ""
    except ValueError:
        return None
    if not _GOOGLE.search(host) or parts.path != "/url":
        return None
    values = dict(parse_qsl(parts.query))
    goal = values.get("url") or values.get("q") or ""
    try:
        outside = not _GOOGLE.search(urlsplit(goal).hostname or "google.com")
    except ValueError:
        return None
    return goal if outside and goal.startswith(("http://", "https://")) else None


def _of_html(text: str) -> list[Result]:
    from lxml import html

    if not text.strip():
        return []
    try:
        tree = html.document_fromstring(
            text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8")
        )
    except (ValueError, html.etree.ParserError):
        return []
    articles = [each for each in tree.iter() if "schema.org/Article" in (each.get("itemtype") or "")]
    found = [_of_article(article) for article in articles]
    if not any(found):
        found = [_of_link(link) for link in tree.iter("a")]
    return [result for result in found if result is not None]


def _of_article(article: object) -> Result | None:
    goals = [goal_of(href) for href in article.xpath(".//a/@href")]  # type: ignore[attr-defined]
    goal = next(filter(None, goals), None)
    if goal is None:
        return None

    def said(path: str) -> str | None:
        nodes = article.xpath(path)  # type: ignore[attr-defined]
        return _clean(nodes[0].text_content()) if nodes else None

    publisher = "*[@itemprop='publisher']"
    title = said(f".//*[@itemprop='name' and not(ancestor::{publisher})]")
    outlet = said(f".//{publisher}//*[@itemprop='name']") or said(f".//{publisher}")
    return Result(goal, title or said(".//a[@href]") or "", outlet, said(".//*[@itemprop='description']"))


def _of_link(link: object) -> Result | None:
    goal = goal_of(link.get("href") or "")  # type: ignore[attr-defined]
    title = _clean(link.text_content())  # type: ignore[attr-defined]
    if goal is None or not title:
        return None
    around = link.getparent()  # type: ignore[attr-defined]
    while around is not None and around.tag not in ("td", "div", "li", "p", "body"):
        around = around.getparent()
    told = _clean(around.text_content()) if around is not None and around.tag != "body" else None
    snippet = (told or "").partition(title)[2].strip()
    return Result(goal, title, None, snippet or None)


def _of_plain(text: str) -> list[Result]:
    found: list[Result] = []
    lines: list[str] = []
    for line in text.splitlines():
        link = _LINK.fullmatch(line.strip())
        goal = goal_of(link[1]) if link else None
        if goal is not None and lines:
            outlet = lines[1] if len(lines) > 2 else None
            snippet = " ".join(lines[2:] if outlet else lines[1:])
            found.append(Result(goal, _clean(lines[0]) or "", _clean(outlet or ""), _clean(snippet)))
        if link or not line.strip() or _HEADING.match(line.strip()):
            lines = []
        else:
            lines.append(line.strip())
    return found


def _clean(text: str) -> str | None:
    return _SPACE.sub(" ", text).strip()[:_LONGEST] or None
