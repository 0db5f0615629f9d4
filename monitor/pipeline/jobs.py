"""What runs in the worker processes: pure functions at module level, so that they can be sent there.

The readers are imported where they are used: the process that only sends the work does not load them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from monitor.errors import ItemError
from monitor.model import Analysis, Document, Page, ParsedFeed, Problem, Report
from monitor.officials import Register, load_register
from monitor.proposals import Located


def feed_job(body: bytes, url: str, content_type: str | None, now: datetime) -> ParsedFeed:
    """A feed's body to its entries. Raises NotAFeed."""
    from extractors.feed import parse_feed

    return parse_feed(body, url=url, content_type=content_type, now=now)


def read_job(document: Document, now: datetime) -> Page:
    """A page's bytes to its text. Raises Unreadable."""
    from extractors.page import read_page

    return read_page(document, now)


@cache
def _register(lists: tuple[str, ...]) -> Register:
    return load_register(*lists)


def find_job(
    page: Page,
    summary: str | None,
    now: datetime,
    lists: tuple[str, ...],
    home: str | None = None,
    country: str | None = None,
) -> Analysis:
    """A page that was read to what it reports; ``home`` and ``country`` as the outlet's entry says."""
    from monitor.analysis import analyse_page

    register = _register(lists)
    return analyse_page(page, register=register, now=now, summary=summary, home=home, country=country)


def propose_job(
    page: Page,
    found: Sequence[Located],
    model: str,
    summary: str | None,
    now: datetime,
    lists: tuple[str, ...],
    home: str | None = None,
    country: str | None = None,
) -> tuple[tuple[Report, ...], tuple[Problem, ...]]:
    """What a model proposed of a page, as held reports, and where it and the rules disagree."""
    from monitor.analysis import analyse_page
    from monitor.analysis.proposed import proposed_reports

    register = _register(lists)
    known = analyse_page(
        page, register=register, now=now, summary=summary, home=home, country=country
    ).reports
    return proposed_reports(
        page, found, known, model=model, register=register, now=now, summary=summary, home=home,
        country=country,
    )  # fmt: skip


def analyze_job(document: Document, now: datetime, with_text: bool, lists: tuple[str, ...]) -> dict[str, Any]:
    """A document to its analysis as JSON values."""
    from monitor.analysis import analyse, analysis_to_dict

    analysis = analyse(document, register=_register(lists), now=now)
    return analysis_to_dict(analysis, document, with_text)


def line_job(line: str, now: datetime, with_text: bool, lists: tuple[str, ...]) -> dict[str, Any]:
    """A line of JSON to its document's analysis, or to ``{"id", "error"}`` for a bad one."""
    from monitor.analysis.documents import document_from_dict

    number: object = None
    try:
        row = whole(json.loads(line))
        number = row.get("id") if isinstance(row, dict) else None
        return analyze_job(document_from_dict(row), now, with_text, lists)
    except json.JSONDecodeError as error:
        return {"id": None, "error": f"not JSON: {error.msg}"}
    except RecursionError:
        return {"id": number, "error": "nested too deep"}
    except (ValueError, ItemError) as error:
        return {"id": number, "error": str(error)}


def whole(value: Any) -> Any:
    """A JSON value whose texts hold only characters: a lone surrogate could be stored nowhere."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: whole(one) for key, one in value.items()}
    return value
