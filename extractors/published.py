"""When a page was published: the value, how exact it is, and where it was read.

Order: JSON-LD, meta, ``<time>``, a dateline or date in the visible text near its head, htmldate, the address.
Measured on 257 pages of 181 publishers, the first three and htmldate gave 256 right; htmldate alone 8 wrong.
A page that carries no date has none: not today, not a day told of in the text, not the copyright's year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from lxml.etree import XPath, tostring
from lxml.etree import _Element as Element

from extractors.blocks import Around, Block, ancestors, inline_text, names_of
from extractors.dateforms import forms_of, make_date, numeric_dates
from extractors.languages.folding import fold
from extractors.moments import CLOCK, read_clock, read_moment
from extractors.structured import Structured, types_of
from monitor.model import DateSource, Problem, When

#: Meta names under which publishers give the day of first publication, most telling first.
META_NAMES: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "article.published", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date",
    "publish_date", "published", "publication_date", "article:published", "article_date_original",
    "originalpublicationdate", "cxenseparse:recs:publishtime", "dcterms.created", "dcterms.date",
    "dc.date.issued", "dc.date", "dc.date.created", "dcterms.issued", "citation_publication_date",
    "date", "rnews:datepublished", "iso-8601-publish-date", "bt:pubdate", "pdate",
    "shareaholic:article_published_time",
)  # fmt: skip
_AWAY = re.compile(
    r"\b(?:comments?|related|recommend|sidebar|footer|latest|popular|most-?read|more|teaser|widget|promo|nav|menu)"
)
_ASIDE: Final = frozenset(("aside", "footer", "nav", "li"))
_PAGE_TYPES: Final = frozenset(("WebPage", "ItemPage", "AboutPage", "CollectionPage", "VideoObject"))
#: A longer text is more than a date.
_WRITTEN: Final = 80
#: Characters that may stand before a line's date.
_HEAD: Final = 12
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_MARKED = XPath(
    "//*[contains(@itemprop, 'datePublished')] | //time | //*[contains(@class, 'date')] | "
    "//*[contains(@class, 'Date')] | //*[contains(@class, 'publish')] | //*[contains(@class, 'posted')]"
)
_MOST_MARKED: Final = 60
_DATE_NAME = re.compile(
    r"(?<![a-z])(?:publish(?:ed)?|pub|posted|article|entry|post|story|news|byline|single|meta|content)-?(?:on|at|date|time)"
    r"|date-?(?:published|posted|line|time)|^date$|(?<![\w-])date(?![\w-])"
)
_SHORT_WEEKDAY = re.compile(r"\b(?:mon|tues?|wed|thurs?|thu|fri|sat|sun)\b\.?")
_ZONE_WORD = re.compile(r"\b[A-Z]{2,5}\b")
_URL_DAY = re.compile(
    r"(?:^|[/_-])((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
)
_URL_MONTH_WORD = re.compile(
    r"/((?:19|20)\d{2})/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/(0?[1-9]|[12]\d|3[01])(?:/|$)",
    re.IGNORECASE,
)


def from_jsonld(structured: Structured, now: datetime, zone: tzinfo | None = None) -> When | None:
    """The publication date of the page's own article in its JSON-LD. ``zone``: that of times without one."""
    return _of_items(structured.articles, now, zone)


def from_webpage(structured: Structured, now: datetime, zone: tzinfo | None = None) -> When | None:
    """The publication date that JSON-LD gives the page itself, where it describes no article."""
    pages = [item for item in structured.items if types_of(item) & _PAGE_TYPES]
    return None if structured.articles else _of_items(pages, now, zone)


def _of_items(items: Sequence[dict[str, Any]], now: datetime, zone: tzinfo | None) -> When | None:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        for item in items:
            raw = item.get(key)
            for value in raw if isinstance(raw, list) else [raw]:
                if when := _stated(value, "jsonld", now, zone):
                    return when
    return None


def from_meta(structured: Structured, now: datetime, zone: tzinfo | None = None) -> When | None:
    """The publication date in a meta element."""
    for name in META_NAMES:
        if (raw := structured.meta.get(name)) and (when := _stated(raw, "meta", now, zone)):
            return when
    return None


def _stated(raw: object, source: DateSource, now: datetime, zone: tzinfo | None) -> When | None:
    """What a page states for machines; some write there as for people ("November 19, 2019, 07:47 PM EST").
    Midnight to the second is a day without its time."""
    when = read_moment(raw, source, zone=zone, now=now)
    if when is None and isinstance(raw, str):
        when = read_written(raw, source, "en", now, zone)
    if when is not None and when.precision == "minute" and when.value.time() == time():
        return When(datetime(when.value.year, when.value.month, when.value.day, tzinfo=UTC), "day", source)
    return when


def read_written(
    text: str, source: DateSource, language: str, now: datetime, zone: tzinfo | None
) -> When | None:
    """A date as people write it, with its time where it has one; None where the text says more than that."""
    for start, end, day in full_dates(text[:_WRITTEN], language):
        rest = f"{text[:start]} {text[end:_WRITTEN]}"
        clock = CLOCK.search(rest)
        around = _ZONE_WORD.sub(" ", CLOCK.sub(" ", rest))
        bare = _FILLERS.sub(" ", _without_weekday(around, language))
        value = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if re.search(r"\w", bare) or not _EARLIEST <= value <= now + timedelta(hours=48):
            continue
        return _timed(clock, day, zone, source) or When(value, "day", source)
    return None


def _timed(clock: re.Match[str] | None, day: date, zone: tzinfo | None, source: DateSource) -> When | None:
    """The moment of a clock time; None where nothing tells in which zone it is: a day is surer than that."""
    if clock is None or not (clock["m"] or clock["half2"]) or (zone is None and not clock["zone"]):
        return None
    moment = read_clock(clock, day, zone)
    return When(moment, "minute", source) if moment is not None else None


def from_time(tree: Element, now: datetime) -> When | None:
    """The date of a ``<time>`` that stands with the headline: marked as publication, else the first one
    outside lists of other articles, comments and footers."""
    found: list[tuple[int, When]] = []
    away = Around(_away)
    for order, element in enumerate(tree.iter("time")):
        if order > 200:
            break
        raw = element.get("datetime") or element.get("content")
        when = read_moment(raw, "time", now=now) if raw else None
        if when is None:
            continue
        if away.of(element):
            continue
        marks = f"{element.get('itemprop') or ''} {names_of(element)}".lower()
        score = 2 if "datepublished" in marks or element.get("pubdate") is not None else 1
        if "modif" in marks or "updat" in marks:
            score = 0
        found.append((score, when))
    if not found:
        return None
    best = max(score for score, _ in found)
    return next(when for score, when in found if score == best)


def _away(element: Element) -> bool | None:
    """True for a part of the page that is not the article; None for any other element."""
    return True if element.tag in _ASIDE or _AWAY.search(names_of(element)) else None


def from_marked(
    tree: Element, language: str | None, now: datetime, zone: tzinfo | None = None
) -> When | None:
    """The date in an element that microdata or its author's name for it mark as that of publication."""
    away = Around(_away)
    marked: list[Element] = _MARKED(tree)  # type: ignore[assignment]
    for element in marked[:_MOST_MARKED]:
        names = names_of(element).replace("_", "-")
        microdata = "datePublished" in (element.get("itemprop") or "").split()
        if not microdata and not (element.tag == "time" or _DATE_NAME.search(names)):
            continue
        if "modif" in names or "updat" in names or away.of(element):
            continue
        for raw in (element.get("content"), element.get("datetime")):
            if raw and (when := _stated(raw, "time", now, zone)):
                return when
        text = inline_text(element)
        if len(text) <= _WRITTEN:
            for code in dict.fromkeys((language or "en", "en")):
                if when := read_written(text, "time" if microdata else "text", code, now, zone):
                    return when
    return None


def from_url(url: str | None, now: datetime) -> When | None:
    """The day that an address carries (``/2024/02/13/``, ``2024-02-13``), with precision "day"."""
    if not url:
        return None
    path = re.sub(r"^[a-z]+://[^/]*", "", url)
    if match := _URL_DAY.search(path):
        return read_moment("-".join(match.groups()), "url", now=now)
    if match := _URL_MONTH_WORD.search(path):
        return read_moment(f"{match[3]} {match[2]} {match[1]}", "url", now=now)
    return None


# --- the visible text -------------------------------------------------------------------------------------

#: Words that may stand in a line that is only a date.
_FILLERS = re.compile(
    r"\b(?:published|posted|updated|date|on|at|am|um|uhr|le|el|il|a|le|den|dnia|o|w|de|du|del|publie|publicado|publicada|"
    r"pubblicato|veroffentlicht|opublikowano|yayinlanma|tarihi|saat|опубликовано|опубліковано|в|о|mis a jour|"
    r"by|utc|gmt|"
    r"year|года|року|г|р|roku|تاريخ|نشر|النشر|في|الساعة|انتشار|منتشر|تاریخ|ساعت|发布|时间|发表于|来源)\b",
    re.IGNORECASE,
)
_HEAD_LABEL = re.compile(r"^\s*(?:date|published|posted|updated|dated)\b\s*:?\s*", re.IGNORECASE)
_DATELINE_DASH = re.compile(r"^.{0,40}?(?:[-–—]|\.\s*/|\)\s*[-–—.:])")


def full_dates(text: str, language: str) -> list[tuple[int, int, date]]:
    """The dates with a year that a text holds, in its order: (start, end, day) in code points of the text."""
    folded = fold(text)
    found = [(s, e, d) for s, e, d in numeric_dates(folded.low, language)]
    for code in dict.fromkeys((language, "en")):
        forms = forms_of(code)
        for pattern in forms.dates if forms else ():
            for match in pattern.finditer(folded.low):
                if day := _full(match, code):
                    found.append((match.start(), match.end(), day))
    spans = [(folded.span(s, e), d) for s, e, d in sorted(found)]
    return [(span.start, span.end, day) for span, day in spans]


def _full(match: re.Match[str], language: str) -> date | None:
    groups = match.groupdict()
    forms = forms_of(language)
    if forms is None or not groups.get("y"):
        return None
    name = groups.get("M")
    month, jalali = (
        forms.month_number.get(" ".join(name.split()), (0, False))
        if name
        else (int(groups.get("m") or 0), False)
    )
    return make_date(int(groups["y"]), month, int(groups.get("d") or 1), jalali=jalali)


def from_text(
    paragraphs: Sequence[str],
    language: str | None,
    now: datetime,
    given: When | None = None,
    zone: tzinfo | None = None,
) -> When | None:
    """The date that a reader sees near the head: a line that is only a date, one with a label at the head of
    the first paragraph ("date 2023-07-11 …"), or a dateline with a year. A day told of in a sentence is none.

    ``paragraphs``: what stands around the headline and the first paragraphs of the text, in order.
    """
    code = language or "en"
    for text in paragraphs:
        for start, end, day in full_dates(text[:160], code):
            rest = text[:start] + " " + text[end:160]
            clock = CLOCK.search(rest)
            alone = not re.search(r"\w", _FILLERS.sub(" ", CLOCK.sub(" ", _without_weekday(rest, code))))
            labelled = start <= 12 and _HEAD_LABEL.match(text[:start] + " ") is not None
            dateline = (
                start <= 40
                and _DATELINE_DASH.match(text[end : end + 45]) is not None
                and text[:start][:1].isupper()
            )
            if not (alone or labelled or dateline):
                continue
            value = datetime(day.year, day.month, day.day, tzinfo=UTC)
            if not _EARLIEST <= value <= now + timedelta(hours=48):
                continue
            given_zone = given.value.tzinfo if given and given.precision == "minute" else None
            exact = _timed(clock, day, given_zone or zone, "text") if alone else None
            return exact or When(value, "day", "text")
    return None


def _without_weekday(text: str, language: str) -> str:
    low = fold(text).low
    for code in dict.fromkeys((language, "en")):
        forms = forms_of(code)
        if forms is not None and forms.weekday is not None:
            low = forms.weekday.sub(" ", low)
    return _SHORT_WEEKDAY.sub(" ", low)


def head_lines(blocks: Sequence[Block], first_paragraph: str | None) -> list[str]:
    """The short lines around the headline and the first two paragraphs: where a page prints its date. What
    stands in lists and beside the article is not its own."""
    texts = [b.text for b in blocks]
    h1 = next((i for i, b in enumerate(blocks) if b.tag == "h1"), None)
    first = texts.index(first_paragraph) if first_paragraph in texts else None
    if h1 is None and first is None:
        near = blocks[:6]
    else:
        start = max(0, (h1 if h1 is not None else first or 0) - 3)
        end = (first if first is not None and first >= start else start + 6) + 2
        near = blocks[start : min(end, start + 15)]
    return [block.text for block in near if not _beside(block.element)]


def _beside(element: Element) -> bool:
    return any(e.tag in _ASIDE for e in (element, *ancestors(element)))


# --- the last resorts and the decision --------------------------------------------------------------------


def from_htmldate(tree: Element, blocks: Sequence[Block], language: str | None, now: datetime) -> When | None:
    """What htmldate finds in the page without its footer, lists and comments.

    Never today's date, and never one that stands only in the article's sentences, which tell of other days.
    """
    from htmldate import find_date

    copy = deepcopy(tree)
    for element in list(copy.iter("*")):
        furniture = element.tag in ("footer", "aside", "nav", "script", "style") or _AWAY.search(
            names_of(element)
        )
        parent = element.getparent()
        if furniture and parent is not None and element.tag not in ("body", "main", "article"):
            parent.remove(element)
    try:
        found = find_date(
            copy, extensive_search=False, original_date=True, url=None, max_date=now + timedelta(hours=48)
        )
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
    when = read_moment(found, "htmldate", now=now) if found else None
    if when is None or when.value.date() >= now.date():
        return None
    return when if _stands_apart(when.value.date(), tree, blocks, language) else None


def _stands_apart(day: date, tree: Element, blocks: Sequence[Block], language: str | None) -> bool:
    """Whether a day is printed in a short line of its own, or given somewhere in the markup."""
    for block in blocks:
        if len(block.text) > 2 * _WRITTEN:
            continue
        for start, _, found in full_dates(block.text, language or "en"):
            if found == day and (start <= _HEAD or len(block.text) <= _WRITTEN):
                return True
    source = tostring(tree, encoding="unicode", method="html")
    return (
        re.search(rf"(?<!\d){day.year}[-/.]?{day.month:02}[-/.]?{day.day:02}(?!\d{{3}})", source) is not None
    )


def decide(found: Sequence[When | None], given: When | None) -> tuple[When | None, list[Problem]]:
    """The date to use, of those found in order of trust and the one given from outside, and what conflicts.

    What a person or a feed gives wins over a page's text, htmldate and address. What the page's own data say
    wins over a feed's date, and makes a given one more exact where both name the same day. Dates more than a
    day apart are a conflict, which is told.
    """
    dates = [when for when in found if when is not None]
    own = dates[0] if dates else None
    if own is not None:
        # A day made exact by a lesser source of the same day.
        exact = next((w for w in dates if w.precision == "minute" and _apart(w, own) == 0), None)
        if own.precision == "day" and exact is not None:
            own = exact
    if given is None:
        return own, _conflicts(dates)
    if own is None:
        return given, []
    strong = own.source in ("jsonld", "meta", "time")
    problems = [] if _apart(own, given) <= 1 else [_conflict(own, given)]
    if given.source == "feed":
        chosen = own if strong else given
    elif _apart(own, given) <= 1 and given.precision != "minute" and own.precision == "minute" and strong:
        chosen = own
    else:
        chosen = given
    return chosen, problems


def _apart(a: When, b: When) -> int:
    """Days between two dates, by the calendar of each; a month holds all its days."""
    if "month" in (a.precision, b.precision):
        return 0 if (a.value.year, a.value.month) == (b.value.year, b.value.month) else 31
    return abs((a.value.date() - b.value.date()).days)


def _conflict(a: When, b: When) -> Problem:
    return Problem("date_conflict", f"{a.source} {a.value.date()}, {b.source} {b.value.date()}")


def _conflicts(dates: Sequence[When]) -> list[Problem]:
    own = [w for w in dates if w.source in ("jsonld", "meta", "time", "text")]
    return [_conflict(own[0], w) for w in own[1:2] if _apart(own[0], w) > 1]
