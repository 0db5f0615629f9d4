"""What arrives: feeds and their entries, documents, pages as they were read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitor.model.basics import Problem, When
from monitor.model.words import Form


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One item of a feed as the feed gave it, cleaned of what no consumer may see.

    ``published`` is None where the feed gives none or one that cannot be true; ``raw_published`` keeps
    the feed's own words. ``summary`` is plain text; ``content_html`` the full text where the feed has it.
    """

    guid: str | None
    url: str | None
    title: str
    summary: str
    content_html: str | None = None
    published: When | None = None
    updated: When | None = None
    raw_published: str | None = None
    language: str | None = None
    outlet: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document: its format (``rss20``, ``atom10``, ``json1`` …) and entries in the feed's order."""

    version: str
    title: str
    entries: tuple[FeedEntry, ...]
    language: str | None = None
    home_url: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One thing to read: a page's bytes or text with what is known of it from outside."""

    id: str
    url: str | None = None
    published: When | None = None
    language: str | None = None
    title: str | None = None
    summary: str | None = None
    outlet: str | None = None
    html: str | bytes | None = None
    text: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Titles:
    """The three titles of a page, which differ on live blogs."""

    h1: str | None = None
    og: str | None = None
    jsonld: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One dated entry of a live blog: ``key`` names it on its page, ``start:end`` its place in the text."""

    index: int
    key: str
    start: int
    end: int
    time: When | None = None
    headline: str | None = None
    byline: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """Words that were taken off the page as furniture, kept with the reason."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dateline:
    """Where, when and by whom a text was filed, as its first line says."""

    place: str
    day: date | None = None
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A document once read. ``text``: paragraphs joined by a newline; posts by a blank line."""

    text: str
    title: str | None = None
    titles: Titles = Titles()
    form: Form = "article"
    language: str | None = None
    published: When | None = None
    canonical_url: str | None = None
    byline: str | None = None
    site_name: str | None = None
    posts: tuple[Post, ...] = ()
    cut: tuple[Cut, ...] = ()
    credits: tuple[str, ...] = ()  # agencies whose copy this is, as the page names them
    problems: tuple[Problem, ...] = ()
    section: str | None = None
    lead: str | None = None  # the summary that the page gives of itself to machines
    amp_url: str | None = None
    dateline: Dateline | None = None
