"""Sitemaps: what an outlet's own site lists of its pages, from robots.txt or where sitemaps usually stand.

The protocol is sitemaps.org/protocol.html. News sitemaps come first, since they tell titles and days of
publication; they hold the last two days only. A plain sitemap tells when a page was last changed, which is
no earlier than its publication: what was last changed before a window is not of it, what was changed
somewhat later may be.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from protego import Protego

from extractors.published import from_url
from extractors.sitemap import MAX_BYTES, Listed, Sitemap, read_sitemap
from extractors.urls import BadUrl, canonical, parse, registrable_domain
from monitor.archives import Reach, Targets, Turns
from monitor.archives._asking import PAGE_BYTES, Asking, ask
from monitor.archives._windows import months
from monitor.errors import ArchiveFailed, FetchRefused, ItemError
from monitor.fetch.decode import Decoder
from monitor.model import ArchivedPage, Batch, Document, Expected, Problem, Target, Window
from monitor.ports import Fetched

TARGETS: Final[Targets] = "outlets"
#: It asks the outlets' own servers: windows of one outlet take turns, those of several run side by side.
ASKS: Final[Turns] = "targets"

#: Where sitemaps stand when robots.txt names none, and news sitemaps when it names none of those.
USUAL: Final = ("/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml", "/sitemap.xml.gz")
USUAL_NEWS: Final = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml")
#: A batch is given at the latest after so many sitemaps, so that little is asked for again after a kill.
SITEMAPS_A_BATCH: Final = 20
_LASTING: Final = re.compile(
    r"http_4(?!08|29)\d\d|robots|bad_url|bad_redirect|.*redirect.*|too_large|encoding|private.*"
)
_NO_PAGE: Final = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|mp[34]|m4[av]|avi|mov|webm|ico|css|js|xml|rss|zip)$", re.I
)
_DAY_IN_NAME: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]?(0[1-9]|1[0-2]))?(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Settings(Asking):
    """``sitemaps`` are asked in place of those that are looked for.

    A page of which only its last change is known is taken for a window up to ``edited_days`` before that; one
    of which nothing is known is read where ``undated`` is true. ``depth`` of indexes in indexes, ``batch`` of
    pages given at once; ``plan_sitemaps`` are looked at for the plan, beyond which it says "at least". The
    rest is how a site is asked.
    """

    sitemaps: tuple[str, ...] = ()
    edited_days: int = 7
    undated: bool = True
    depth: int = 4
    batch: int = 100
    plan_sitemaps: int = 40

    def __post_init__(self) -> None:
        if min(self.edited_days, self.depth, self.plan_sitemaps) < 0 or self.batch < 1:
            raise ValueError("edited_days, depth and plan_sitemaps are not below 0, batch is not below 1")


def build(settings: Settings, reach: Reach) -> SitemapArchive:
    """The archive."""
    return SitemapArchive(settings, reach)


@dataclass
class _Place:
    """Where in a site's sitemaps a window has come to: the way down to one, and its entries behind us."""

    path: tuple[str, ...] = ()
    after: int = 0

    @classmethod
    def read(cls, cursor: str | None) -> _Place:
        """The place of a cursor; the beginning for one that is none of ours."""
        try:
            tree: Any = json.loads(cursor or "{}")
            return cls(tuple(str(p) for p in tree.get("path", ())), int(tree.get("after", 0)))
        except (ValueError, AttributeError, TypeError):
            return cls()

    def write(self) -> str:
        """The place as a cursor."""
        return json.dumps({"path": self.path, "after": self.after}, ensure_ascii=False)


@dataclass
class _Gathered:
    """What is gathered for the next batch."""

    pages: list[ArchivedPage] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    sitemaps: int = 0
    size: int = 0
    read: int = 0  # sitemaps that were there, in all

    def batch(self, cursor: str | None) -> Batch:
        """The batch; what is gathered begins anew."""
        found = Batch(tuple(self.pages), cursor, dict(+self.passed), tuple(self.problems), self.size)
        self.pages, self.passed, self.problems, self.sitemaps, self.size = [], Counter(), [], 0, 0
        return found


class SitemapArchive:
    """See the module; implements ``monitor.ports.Archive``."""

    name = "sitemap"

    def __init__(self, settings: Settings, reach: Reach) -> None:
        self._settings = settings
        self._reach = reach

    def windows(self, start: datetime, end: datetime) -> Sequence[Window]:
        """Calendar years: each window reads the sitemaps again that its time may be in."""
        years = itertools.groupby(months(start, end), key=lambda window: window.start.year)
        return [Window(of[0].start, of[-1].end) for of in (list(group) for _, group in years)]

    def expected(self, window: Window) -> Expected:
        """The pages that the first sitemaps list for the window. Raises ArchiveFailed."""
        pages = requests = 0
        note = ""
        for target in self._reach.targets:
            gathered = _Gathered()
            for path, sitemap in self._leaves(target, window, (), gathered):
                requests += 1
                pages += sum(self._why_not(one, window) is None for one in sitemap.listed)
                if requests >= self._settings.plan_sitemaps:
                    note = f"at least: the first {requests} sitemaps (to {path[-1]})"
                    break
            if gathered.problems and not note:
                note = "; ".join(f"{p.code}: {p.detail}" for p in gathered.problems[:2])
        return Expected(pages, requests + pages, pages * PAGE_BYTES, note)

    def pages(self, window: Window, cursor: str | None) -> Iterator[Batch]:
        """The window's pages, site by site, sitemap by sitemap. Raises ArchiveFailed for one that does not
        answer now; one that is not there, or is no sitemap, is a problem for a person."""
        place, gathered = _Place.read(cursor), _Gathered()
        for target in self._reach.targets:
            for path, sitemap in self._leaves(target, window, place.path, gathered):
                start = place.after if path == place.path else 0
                if not start:
                    gathered.passed.update(sitemap.passed)
                for number, one in enumerate(sitemap.listed[start:], start + 1):
                    why = self._why_not(one, window)
                    if why is not None:
                        gathered.passed[why] += 1
                        continue
                    gathered.pages.append(_page(one, target))
                    if len(gathered.pages) >= self._settings.batch:
                        yield gathered.batch(_Place(path, number).write())
                if gathered.sitemaps >= SITEMAPS_A_BATCH:
                    yield gathered.batch(_Place(path, len(sitemap.listed)).write())
            place = _Place()
        yield gathered.batch(None)

    # --- which pages --------------------------------------------------------------------------------

    def _why_not(self, one: Listed, window: Window) -> str | None:
        """Why a page is not of the window, by name; None where it is, or may be."""
        if _NO_PAGE.search(urlsplit(one.url).path) or urlsplit(one.url).path in ("", "/"):
            return "no_article"
        if one.published is not None:
            slack = timedelta(0) if one.published.precision == "minute" else timedelta(days=1)
            inside = window.start - slack <= one.published.value < window.end + slack
            return None if inside else "outside_window"
        told = from_url(one.url, self._reach.clock.now())
        if told is not None:
            around = timedelta(days=1)  # the site's calendar is not UTC's
            return None if window.start - around <= told.value < window.end + around else "outside_window"
        if one.changed is None or one.changed_to is None:
            return None if self._settings.undated else "undated"
        if one.changed_to < window.start:
            return "outside_window"
        edited = timedelta(days=self._settings.edited_days)
        return None if one.changed < window.end + edited else "changed_later"

    # --- which sitemaps -----------------------------------------------------------------------------

    def _leaves(
        self, target: Target, window: Window, resume: tuple[str, ...], gathered: _Gathered
    ) -> Iterator[tuple[tuple[str, ...], Sitemap]]:
        """The sitemaps that list pages, with the way to each, from ``resume`` on where it still stands."""
        roots, before = self._roots(target), gathered.read
        site = registrable_domain(parse(target.address).host)
        for root in _from(list(roots), resume):
            further = resume[1:] if resume[:1] == (root,) else ()
            yield from self._down(root, (), further, window, gathered, site, guess=not roots[root])
        if gathered.read == before and not resume:
            gathered.problems.append(Problem("no_sitemap", f"{target.address} has none that can be found"))

    def _down(
        self,
        address: str,
        above: tuple[str, ...],
        resume: tuple[str, ...],
        window: Window,
        gathered: _Gathered,
        site: str,
        *,
        guess: bool = False,
    ) -> Iterator[tuple[tuple[str, ...], Sitemap]]:
        sitemap = self._sitemap(address, gathered, site, guess=guess)
        path = (*above, address)
        if sitemap is None:
            return
        if sitemap.kind == "pages":
            yield path, sitemap
            return
        gathered.passed.update(sitemap.passed)
        children = [one.url for one in _of_time(sitemap.listed, window, self._reach.clock.now().year)]
        gathered.passed["sitemaps_of_other_times"] += len(sitemap.listed) - len(children)
        for child in _from(children, resume):
            if child in path or len(path) > self._settings.depth:
                gathered.problems.append(Problem("sitemap_loop", f"{child} within {path[-1]}"))
                continue
            further = resume[1:] if resume[:1] == (child,) else ()
            yield from self._down(child, path, further, window, gathered, site)

    def _roots(self, target: Target) -> dict[str, bool]:
        """The sitemaps at which a site begins, and whether somebody named them: the settings or robots.txt;
        else those in the usual places."""
        try:
            site = parse(target.address)
        except BadUrl as error:
            raise ArchiveFailed("bad_target", f"{target.address}: {error}") from None
        own = registrable_domain(site.host)
        mine = [s for s in self._settings.sitemaps if registrable_domain(urlsplit(s).hostname or "") == own]
        if mine:
            return dict.fromkeys(mine, True)
        if re.search(r"\.(?:xml|txt|gz)$", urlsplit(target.address).path):
            return {target.address: True}
        origin = f"{site.scheme}://{site.netloc}"
        named = self._in_robots(origin)
        news = [one for one in named if "news" in urlsplit(one).path.lower()]
        plain = [one for one in named if one not in news]
        first = news or [origin + path for path in USUAL_NEWS]
        then = plain or [origin + path for path in USUAL]
        return {one: one in named for one in (*first, *then)}

    def _in_robots(self, origin: str) -> list[str]:
        """The sitemaps that robots.txt names, which may stand on another host (the protocol's section on
        submitting for several hosts). Raises ArchiveFailed where robots.txt does not answer."""
        try:
            answer = self._ask(f"{origin}/robots.txt", "robots")
        except ArchiveFailed as error:
            if _LASTING.fullmatch(error.state):
                return []
            raise ArchiveFailed(error.state, f"{origin}/robots.txt", retry_after=error.retry_after) from None
        found = Protego.parse(answer.body.decode("utf-8-sig", "replace")).sitemaps
        named = (urljoin(f"{origin}/", one) for one in found)  # whole by the protocol; sites give paths, too
        return [one for one in dict.fromkeys(named) if one.startswith(("http://", "https://"))]

    def _sitemap(self, address: str, gathered: _Gathered, site: str, *, guess: bool) -> Sitemap | None:
        """A sitemap once read; None, with a problem, for one that is not there or is something else."""
        gathered.sitemaps += 1
        try:
            answer = self._ask(address, "sitemap")
            body = answer.body
            if body[:2] == b"\x1f\x8b":
                squeezed = Decoder("gzip", MAX_BYTES)
                squeezed.feed(body)
                squeezed.finish()
                body = bytes(squeezed.body)
        except (ArchiveFailed, FetchRefused) as error:
            if not _LASTING.fullmatch(error.state):
                raise ArchiveFailed(error.state, address, retry_after=error.retry_after) from None
            if not (guess and error.state == "http_404"):
                gathered.problems.append(Problem("sitemap_refused", f"{address}: {error.state}"))
            return None
        gathered.size += len(answer.body)
        now = self._reach.clock.now()
        sitemap = self._reach.worked(read_sitemap, body, answer.url, answer.content_type, now, site)
        if not isinstance(sitemap, Sitemap):
            why = sitemap.state if isinstance(sitemap, ItemError) else "internal"
            if not guess:
                gathered.problems.append(Problem("sitemap_unread", f"{address}: {why}"))
            return None
        gathered.read += 1
        gathered.problems += [Problem(p.code, f"{address}: {p.detail}") for p in sitemap.problems]
        return sitemap

    def _ask(self, address: str, kind: str) -> Fetched:
        """One answer. Raises ArchiveFailed."""
        return ask(self._reach.fetcher, address, self._settings.manners, lambda answer: answer, kind)


def _from(addresses: list[str], resume: tuple[str, ...]) -> list[str]:
    """The addresses from the one on where we were; all where it is gone."""
    return addresses[addresses.index(resume[0]) :] if resume and resume[0] in addresses else addresses


def _of_time(listed: Sequence[Listed], window: Window, latest: int) -> list[Listed]:
    """The sitemaps of an index that may list pages of the window, by their last change and by their names.

    A day or a year in a name is believed where all that are named in the same way have one: sitemap-2009 may
    be the two thousand and ninth.
    """
    shapes: dict[str, bool] = {}
    for one in listed:
        shape = _shape(one.url)
        shapes[shape] = shapes.get(shape, True) and _days_in_name(one.url, latest) is not None
    kept = []
    for one in listed:
        days = _days_in_name(one.url, latest) if shapes[_shape(one.url)] else None
        if one.changed_to is not None and one.changed_to < window.start:
            continue
        if days is None or (days[0] < window.end and days[1] >= window.start):
            kept.append(one)
    return kept


def _shape(url: str) -> str:
    return re.sub(r"\d+", "#", url)


def _days_in_name(url: str, latest: int) -> tuple[datetime, datetime] | None:
    """The time that the name of a sitemap tells, with some days around it; None where it tells none."""
    found = _DAY_IN_NAME.search(urlsplit(url).path)
    if found is None or int(found[1]) > latest:
        return None
    month, day = (int(part) if part else None for part in found.groups()[1:])
    try:
        first = datetime(int(found[1]), month or 1, day or 1, tzinfo=UTC)
    except ValueError:
        return None
    length = 1 if day else 31 if month else 366
    return first - timedelta(days=2), first + timedelta(days=length + 2)


def _page(one: Listed, target: Target) -> ArchivedPage:
    try:
        key = canonical(one.url)
    except ValueError:
        key = one.url
    document = Document(
        id=key, url=one.url, published=one.published, language=one.language or target.language,
        title=one.title, summary=one.summary, outlet=target.outlet or one.outlet,
    )  # fmt: skip
    return ArchivedPage(key, document)
