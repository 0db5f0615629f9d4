"""Documents given by hand through the whole pipeline, as if they had been polled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.errors import ItemError
from monitor.model import Counts, Document, Page
from monitor.pipeline.announce import announce
from monitor.pipeline.find import find
from monitor.pipeline.jobs import read_job
from monitor.pipeline.keep import Origin, keep_document
from monitor.pipeline.services import Services, Tally
from monitor.ports import Clock


@dataclass(frozen=True, slots=True)
class _At:
    """A clock that stands at one moment: a replay takes each document at its own time."""

    moment: datetime

    def now(self) -> datetime:
        """That moment."""
        return self.moment


def ingest(
    services: Services,
    documents: Iterable[Document],
    *,
    announced: bool = False,
    as_of_published: bool = False,
    origin: str = "ingest",
    progress: Callable[[int], None] | None = None,
) -> list[Counts]:
    """Reads, finds and announces documents. Without ``announced`` they make no instant alert.

    ``as_of_published`` takes each at its own publication time, in that order; the undated come last.
    """
    batch = list(documents)
    if not as_of_published:
        tally = Tally("ingest")
        _take(services, tally, batch, announced, origin, progress)
        return [tally.counts(), find(services), announce(services)]
    dated = sorted(
        (d for d in batch if d.published), key=lambda d: d.published.value if d.published else services.now()
    )
    undated = [d for d in batch if not d.published]
    total = {stage: Tally(stage) for stage in ("ingest", "find", "announce")}
    last = services.now()
    for done, document in enumerate(dated + undated, start=1):
        if document.published is not None:
            last = document.published.value
        clock: Clock = _At(last)
        then = replace(services, clock=clock)
        _take(then, total["ingest"], [document], announced, origin, None)
        for counts in (find(then), announce(then)):
            total[counts.stage].done.update(counts.done)
            total[counts.stage].refused.extend(counts.refused)
        if progress is not None:
            progress(done)
    return [tally.counts() for tally in total.values()]


def _take(
    services: Services,
    tally: Tally,
    documents: list[Document],
    announced: bool,
    origin: str,
    progress: Callable[[int], None] | None,
) -> None:
    # Whoever names the outlet of a document vouches for it as for a feed; a bare host is unknown.
    whence = Origin(origin, None if announced else "backfill", tier=2, named=True)
    jobs = [(document, services.now()) for document in documents]
    for number, (document, result) in enumerate(
        zip(documents, services.workers.map(read_job, jobs), strict=True), start=1
    ):
        page, source = result, "given"
        if not isinstance(page, Page) and (words := document.summary or document.title):
            # As with a page that cannot be had: what is said of it is read in its place.
            tally.count(f"page_{page.state}" if isinstance(page, ItemError) else "page_internal")
            short = replace(document, html=None, text=words)
            page, source = next(iter(services.workers.map(read_job, [(short, services.now())]))), "summary"
        if isinstance(page, Page):
            with services.database.writing("articles") as session:
                _, grown = keep_document(session, services, document, page, whence, source=source)
            tally.count("read" if grown else "unchanged")
        else:
            tally.refuse(document.id, str(page))
        if progress is not None:
            progress(number)
