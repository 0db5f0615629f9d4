"""One document read: bytes or text in, a Page out. Pure, and safe to send to a worker process.

The text is the article's paragraphs joined by a newline, without its headline; for a live page all posts,
each as headline, newline, paragraphs, joined by a blank line, in the page's order, those that only JSON-LD
knows last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import lxml.html
from lxml.etree import _Element as Element

from extractors.article import Body, body_by, is_running_text, key_of, read_body, role_of
from extractors.blocks import Block, blocks_of, clean, inline_text
from extractors.boilerplate import byline_agencies, clean_paragraphs, credits_behind
from extractors.dateline import read_dateline
from extractors.forms import form_of
from extractors.language import identify
from extractors.liveblog import LiveBlog, read_live
from extractors.moments import with_offset
from extractors.outlets import Layout, found_by, layout_of, zone_of_host
from extractors.pdf import read_pdf
from extractors.published import (
    decide,
    from_htmldate,
    from_jsonld,
    from_marked,
    from_meta,
    from_text,
    from_time,
    from_url,
    from_webpage,
    head_lines,
)
from extractors.source import decode, is_text, nature_of
from extractors.structured import Structured, read_structured
from extractors.tree import parse
from monitor.errors import Unreadable
from monitor.model import Cut, Document, Form, Page, Problem, Titles, When

MAX_BYTES: Final = 5_000_000
#: Lines looked at behind an article's last paragraph.
_BEHIND: Final = 3
_MARKDOWN_TITLE = re.compile(r"^#\s+(.+?)\s*#*$")
#: How a body was chosen where the layout of its outlet gave it, or a live page left no body to choose.
_OUTLETS: Final = ("outlet", "none")


def read_page(document: Document, now: datetime) -> Page:
    """Reads a document, told by its content: HTML, PDF or plain text. ``now`` bounds what dates can be true.

    Raises Unreadable with one of ``extractors.source.STATES``.
    """
    page = _read(document, now)
    zone = zone_of_host(page.canonical_url or document.url)
    return page if zone is None else _in_zone(page, zone)


def _in_zone(page: Page, zone: ZoneInfo) -> Page:
    """The page with its moments on the outlet's clock, so that their days are those of its calendar."""

    def moved(when: When | None) -> When | None:
        if when is None or when.precision != "minute":
            return when
        return replace(when, value=with_offset(when.value.astimezone(zone)))

    posts = tuple(replace(post, time=moved(post.time)) for post in page.posts)
    return replace(page, published=moved(page.published), posts=posts)


def _read(document: Document, now: datetime) -> Page:
    body = document.html if document.html is not None else document.text
    if body is None or not body.strip():
        raise Unreadable("empty", "the document holds neither a page nor text")
    if len(body) > MAX_BYTES:
        raise Unreadable("too_large", f"{len(body)} of at most {MAX_BYTES}")
    if document.html is None:
        if not is_text(body, str(body)):
            raise Unreadable("not_text", "the characters are no text's")
        return _read_plain(document, str(body), now)
    nature = nature_of(body, document.content_type)
    if nature == "pdf":
        return _read_pdf(
            document, body if isinstance(body, bytes) else body.encode("latin-1", "replace"), now
        )
    text = decode(body, document.content_type) if isinstance(body, bytes) else body
    if nature == "html":
        return _read_html(document, text, now)
    if not is_text(body, text):
        raise Unreadable("not_text", "the bytes are neither a page nor a PDF nor text")
    return _read_plain(document, text, now)


# --- plain text and PDF -----------------------------------------------------------------------------------


def _read_plain(document: Document, text: str, now: datetime) -> Page:
    root = lxml.html.Element("div")
    blocks = [Block(line, root) for raw in text.splitlines() if (line := clean(raw))]
    if not any(c.isalnum() for b in blocks for c in b.text):
        raise Unreadable("no_text", "there are no words")
    title = document.title
    if match := _MARKDOWN_TITLE.match(blocks[0].text):
        title = title or match[1]
        blocks = blocks[1:]
    lines = [b.text for b in blocks]
    language = identify("\n".join(lines), document.language)
    seen = from_text(lines[:4], language, now, document.published, zone_of_host(document.url))
    published, problems = decide([seen, from_url(document.url, now)], document.published)
    live = read_live(
        None, blocks, None, url=document.url, titles=[title], published=published, language=language, now=now
    )
    facts = _Facts(Titles(), title, language, published, problems)
    if live is not None:
        return _live_page(document, live, facts)
    lines, dropped = _drop_head(lines, now, language, title)
    return _article_page(lines, facts, form="text", cut=dropped)


def _read_pdf(document: Document, body: bytes, now: datetime) -> Page:
    pdf = read_pdf(body)
    paragraphs = list(pdf.paragraphs)
    language = identify("\n".join(paragraphs), document.language)
    seen = from_text(paragraphs[:8], language, now, document.published, zone_of_host(document.url))
    published, problems = decide([seen, from_url(document.url, now)], document.published)
    if pdf.unread_pages:
        problems = [*problems, Problem("pdf_cut", f"{pdf.unread_pages} pages were not read")]
    if pdf.damage:
        problems = [*problems, Problem("pdf_damaged", "; ".join(dict.fromkeys(pdf.damage))[:200])]
    facts = _Facts(Titles(), document.title or pdf.title, language, published, problems)
    return _article_page(paragraphs, facts, form="pdf")


# --- HTML -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known of a document besides its text."""

    titles: Titles
    title: str | None
    language: str | None
    published: When | None
    problems: Sequence[Problem]
    canonical_url: str | None = None
    byline: str | None = None
    site_name: str | None = None
    section: str | None = None
    lead: str | None = None
    amp_url: str | None = None


def _read_html(document: Document, text: str, now: datetime) -> Page:
    tree = parse(text)
    structured = read_structured(tree, document.url)
    zone = zone_of_host(structured.canonical_url or document.url)
    stated = [
        from_jsonld(structured, now, zone),
        from_meta(structured, now, zone),
        from_time(tree, now),
        from_webpage(structured, now, zone),
    ]
    day = decide(stated, document.published)[0]
    layout = layout_of(document.url or structured.canonical_url, (day.value if day else now).date())
    outlet_cut = _cut_by(layout, tree)
    blocks = blocks_of(tree)
    if not any(c.isalnum() for b in blocks for c in b.text):
        raise Unreadable("no_text", "the page holds no words")
    titles = structured.titles
    sample = "\n".join(b.text for b in blocks if len(b.text) > 60)[:3000]
    language = identify(sample, document.language or structured.language)
    live = read_live(
        tree,
        blocks,
        structured,
        url=structured.canonical_url or document.url,
        titles=[titles.h1, titles.og, titles.jsonld, document.title],
        published=decide(stated, document.published)[0] or from_text(head_lines(blocks, None), language, now),
        language=language,
        now=now,
    )
    body = Body() if live is not None else body_by(layout, tree) or read_body(tree, blocks, document.url)
    published, problems = _published(document, tree, structured, blocks, body, stated, language, now)
    if structured.broken:
        problems = [*problems, Problem("jsonld_broken", f"{structured.broken} blocks")]
    if layout and layout.body and body.how not in _OUTLETS:
        problems = [*problems, Problem("layout_unfit", layout.outlet)]
    declared = (document.language or structured.language or "").lower()[:2]
    if live is None and body.paragraphs and language != declared:
        language = identify("\n".join(body.paragraphs), document.language or structured.language)
    facts = _html_facts(document, structured, language, published, problems)
    if live is not None:
        return _live_page(document, live, facts)
    if not body.paragraphs:
        raise Unreadable("no_text", "the page holds no running text")
    return _html_article(body, blocks, facts, now, outlet_cut)


def _html_facts(
    document: Document,
    structured: Structured,
    language: str | None,
    published: When | None,
    problems: Sequence[Problem],
) -> _Facts:
    """What a page says of itself, beside what was found of its language and day."""
    titles = structured.titles
    return _Facts(
        titles,
        document.title or titles.h1 or titles.og or titles.jsonld or structured.head_title,
        language,
        published,
        problems,
        structured.canonical_url,
        structured.byline,
        structured.site_name,
        structured.section,
        structured.lead,
        structured.amp_url,
    )


def _published(
    document: Document,
    tree: Element,
    structured: Structured,
    blocks: Sequence[Block],
    body: Body,
    stated: list[When | None],
    language: str | None,
    now: datetime,
) -> tuple[When | None, list[Problem]]:
    found = list(stated)
    zone = zone_of_host(structured.canonical_url or document.url)
    if not any(found):
        found.append(from_marked(tree, language, now, zone))
    if not any(found):
        first = body.paragraphs[0] if body.paragraphs else None
        lines = head_lines(blocks, first)
        declared = (structured.language or "").lower()[:2]
        found.extend(
            from_text(lines, code, now, document.published, zone)
            for code in dict.fromkeys((language, declared))
        )
    found.append(from_url(document.url or structured.canonical_url, now))
    if not any(found) and document.published is None:
        found.append(from_htmldate(tree, blocks, language, now))
    return decide(found, document.published)


def _cut_by(layout: Layout | None, tree: Element) -> list[Cut]:
    """Takes off what the outlet's layout says is not the article; the words are kept with the reason."""
    cut = []
    for element in found_by(layout.cut, tree) if layout is not None else ():
        parent = element.getparent()
        if parent is None:
            continue
        if text := inline_text(element):
            cut.append(Cut(text, "outlet"))
        # Text behind the element belongs to what stands around it.
        if element.tail:
            before = element.getprevious()
            if before is None:
                parent.text = (parent.text or "") + element.tail
            else:
                before.tail = (before.tail or "") + element.tail
        parent.remove(element)
    return cut


def _html_article(
    body: Body, blocks: Sequence[Block], facts: _Facts, now: datetime, outlet_cut: Sequence[Cut] = ()
) -> Page:
    kept: list[str] = []
    cut: list[Cut] = list(outlet_cut)
    keys = [key_of(p) for p in body.paragraphs]
    for index, (text, block) in enumerate(zip(body.paragraphs, body.blocks, strict=True)):
        role = role_of(block) if block is not None else None
        if role == "pull_quote" and not any(keys[index] in key for i, key in enumerate(keys) if i != index):
            role = None  # words that stand nowhere else are the article's
        if role is None:
            kept.append(text)
        else:
            cut.append(Cut(text, role))
    kept, dropped = _drop_head(kept, now, facts.language, facts.title, facts.byline)
    behind = credits_behind(_lines_behind(body, blocks), facts.language)
    cut = [*cut, *dropped, *(Cut(line, "credit") for line, _ in behind)]
    credited = [*(name for _, names in behind for name in names), *byline_agencies(facts.byline)]
    return _article_page(kept or body.paragraphs, facts, cut=cut, credited=credited)


def _lines_behind(body: Body, blocks: Sequence[Block]) -> list[str]:
    """The lines behind the article's last paragraph, where an extractor drops the credit of an agency."""
    last = next((block for block in reversed(body.blocks) if block is not None), None)
    place = next((i for i, block in enumerate(blocks) if block is last), None) if last else None
    return [] if place is None else [block.text for block in blocks[place + 1 : place + 1 + _BEHIND]]


def _drop_head(
    lines: list[str], now: datetime, language: str | None, title: str | None, byline: str | None = None
) -> tuple[list[str], list[Cut]]:
    """The lines without the title, the date and the byline that may stand before the first paragraph."""
    cut: list[Cut] = []
    known = {key_of(title or ""): "title", key_of(byline or ""): "byline", key_of(f"By {byline}"): "byline"}
    known.pop("", None)
    if title and is_running_text(title):
        del known[key_of(title)]  # the feed or the page gives the first paragraph for a title
    rest = list(lines)
    for _ in range(4):
        if len(rest) < 2:
            break
        text = rest[0]
        reason = known.get(key_of(text)) or ("title" if _MARKDOWN_TITLE.match(text) else None)
        if reason is None and len(text) <= 60 and from_text([text], language, now) is not None:
            reason = "date" if not text.lower().startswith("date ") or len(text) < 40 else None
        if reason is None:
            break
        cut.append(Cut(text, reason))
        rest = rest[1:]
    return rest, cut


# --- pages out of parts -----------------------------------------------------------------------------------


def _article_page(
    paragraphs: list[str],
    facts: _Facts,
    *,
    form: Form | None = None,
    cut: Sequence[Cut] = (),
    credited: Sequence[str] = (),
) -> Page:
    cleaned = clean_paragraphs(paragraphs, facts.language)
    kept = [paragraphs[i] for i in cleaned.kept]
    if not kept:
        raise Unreadable("no_text", "all that was found is furniture")
    dateline = read_dateline(kept[0], facts.language, facts.published)
    named = cleaned.credits or ([dateline.agency] if dateline and dateline.agency else [])
    credits = tuple(dict.fromkeys([*named, *credited]))
    told = form_of(kept, facts.language, title=facts.title, credited=bool(credits))
    # A text without markup keeps its name unless it is something of its own.
    shape: Form = (
        told if form is None else (told if form == "text" and told in ("brief", "press_release") else form)
    )
    return Page(
        text="\n".join(kept),
        title=facts.title,
        titles=facts.titles,
        form=shape,
        language=facts.language,
        published=facts.published,
        canonical_url=facts.canonical_url,
        byline=facts.byline,
        site_name=facts.site_name,
        cut=(*cut, *cleaned.cut),
        credits=credits,
        problems=tuple(facts.problems),
        section=facts.section,
        lead=facts.lead,
        amp_url=facts.amp_url,
        dateline=dateline,
    )


def _live_page(document: Document, live: LiveBlog, facts: _Facts) -> Page:
    sample = live.text[:6000]
    return Page(
        text=live.text,
        title=facts.title,
        titles=facts.titles,
        form="liveblog",
        language=identify(sample, document.language or facts.language),
        published=facts.published,
        canonical_url=facts.canonical_url,
        byline=facts.byline,
        site_name=facts.site_name,
        posts=live.posts,
        cut=live.cut,
        problems=(*facts.problems, *live.problems),
        section=facts.section,
        lead=facts.lead,
        amp_url=facts.amp_url,
    )
