"""One document read: bytes or text in, a Page out. Pure, and safe to send to a worker process."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import lxml.html
from lxml.etree import ParserError, XMLSyntaxError
from lxml.etree import _Element as Element

from extractors.article import read_body
from extractors.blocks import clean
from extractors.language import identify
from extractors.pdf import read_pdf
from extractors.published import from_jsonld, from_meta, from_time, from_url
from extractors.source import decode, nature_of
from extractors.structured import read_structured
from monitor.errors import Unreadable
from monitor.model import Document, Page, Problem, When

MAX_BYTES: Final = 5_000_000


def read_page(document: Document, now: datetime) -> Page:
    """Reads a document. ``now`` bounds what dates can be true.

    Raises Unreadable with the state ``empty``, ``too_large``, ``too_deep``, ``no_text``, ``pdf_encrypted`` or
    ``pdf_broken``.
    """
    if document.html is None:
        if not (document.text or "").strip():
            raise Unreadable("empty", "the document holds neither a page nor text")
        return _plain(document, document.text or "")
    body = document.html
    if not body.strip():
        raise Unreadable("empty", "the body is empty")
    if len(body) > MAX_BYTES:
        raise Unreadable("too_large", f"{len(body)} of at most {MAX_BYTES}")
    nature = nature_of(body, document.content_type)
    if nature == "pdf":
        pdf = read_pdf(body if isinstance(body, bytes) else body.encode("latin-1", "replace"))
        text = "\n".join(pdf.paragraphs)
        return Page(
            text=text,
            title=document.title or pdf.title,
            form="pdf",
            language=identify(text, document.language),
            published=document.published,
        )
    text = decode(body, document.content_type) if isinstance(body, bytes) else body
    if nature == "text":
        return _plain(document, text)
    return _html(document, text, now)


def _plain(document: Document, text: str) -> Page:
    lines = [line for raw in text.split("\n") if (line := clean(raw))]
    joined = "\n".join(lines)
    return Page(
        text=joined,
        title=document.title,
        form="text",
        language=identify(joined, document.language),
        published=document.published,
    )


def parse(text: str) -> Element:
    """The tree of a page's characters; raises Unreadable ("too_deep", "no_text")."""
    parser = lxml.html.HTMLParser(encoding="utf-8")
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ParserError, XMLSyntaxError, ValueError) as error:
        raise Unreadable("no_text", f"not to be parsed: {error}"[:200]) from error
    if any("depth" in str(entry.message).lower() for entry in parser.error_log):
        raise Unreadable("too_deep", "nested deeper than the parser goes")
    return tree


def _html(document: Document, text: str, now: datetime) -> Page:
    tree = parse(text)
    structured = read_structured(tree, document.url)
    body = read_body(tree, document.url)
    if not body.paragraphs:
        raise Unreadable("no_text", "the page holds no running text")
    joined = "\n".join(body.paragraphs)
    when: When | None = (
        from_jsonld(structured, now)
        or from_meta(structured, now)
        or from_time(tree, now)
        or document.published
        or from_url(document.url, now)
    )
    titles = structured.titles
    problems = [Problem("jsonld_broken", f"{structured.broken} blocks")] if structured.broken else []
    return Page(
        text=joined,
        title=document.title or titles.h1 or titles.og or titles.jsonld,
        titles=titles,
        language=identify(joined, document.language or structured.language),
        published=when,
        canonical_url=structured.canonical_url,
        byline=structured.byline,
        site_name=structured.site_name,
        problems=tuple(problems),
    )
