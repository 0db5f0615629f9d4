"""A document that was read becomes an article of the ledger: one way for all that no feed brought."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.urls import canonical, host_of
from monitor.model import AlertReason, Document, Page
from monitor.pipeline.read import keep_text, known_article
from monitor.pipeline.services import Services
from monitor.store.database import Session
from monitor.store.feeds import outlet_met
from monitor.store.schema import Article


@dataclass(frozen=True, slots=True)
class Origin:
    """Where documents come from: the word for it, why they are silent, the tier of an outlet nobody entered.

    ``named``: their ids were given by a person and are kept with the articles.
    """

    name: str
    silent: AlertReason | None
    tier: int
    named: bool = False


def keep_document(
    session: Session, services: Services, document: Document, page: Page, origin: Origin, *, source: str
) -> tuple[Article, bool]:
    """The document's article, made where there is none, and whether it has a text that it had not before."""
    url = document_key(document, page)
    article = known_article(session, url, page)
    if article is None:
        host = host_of(document.url) if document.url else None
        outlet = None
        if document.outlet or host:
            outlet = outlet_met(session, document.outlet, host, tier=origin.tier)
        article = Article(
            url=url,
            address=document.url,
            outlet_id=outlet.id if outlet else None,
            origin=origin.name,
            silent=origin.silent,
            first_seen=services.now(),
        )
        session.add(article)
        session.flush()
    if origin.named:
        article.document = document.id
    if page.published is not None and (article.published is None or page.published.value < article.published):
        article.published, article.published_precision = page.published.value, page.published.precision
    article.language, article.title, article.form = page.language, page.title or document.title, page.form
    grown = keep_text(session, article, page, services=services, source=source, summary=document.summary)
    return article, grown


def document_key(document: Document, page: Page | None = None) -> str:
    """The canonical URL; without one the id is the identity."""
    for url in (page.canonical_url if page else None, document.url):
        if url:
            try:
                return canonical(url)
            except ValueError:
                continue
    return f"id:{document.id}"
