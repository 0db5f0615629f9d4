"""Which statements alerts were written for since somebody asked last: for those who go on from there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from monitor.pipeline.ledger import statement_value
from monitor.pipeline.services import Services
from monitor.store.alerts import first_alerts
from monitor.store.statements import living


@dataclass(frozen=True, slots=True)
class Fresh:
    """Ids of statements, in the order in which their alerts were written, and the last alert's id."""

    statements: tuple[int, ...]
    last: int


def newly_told(services: Services, after: int | None = None) -> Fresh | None:
    """The statements told first by an alert after the one with the id ``after``; None where there are none.

    Whoever keeps ``last`` and gives it back learns of each statement once. Without ``after`` these are the
    statements of the alert window, so that one who comes late to an old ledger is not told all its past.
    What is silent (a baseline, a backfill, held reports) has no alert and is not among them.
    """
    since = services.now() - timedelta(hours=services.settings.alerts.window_hours)
    with services.database.reading() as session:
        rows = first_alerts(session, after=after, since=since if after is None else None)
    if not rows:
        return None
    return Fresh(tuple(statement for _, statement in rows), rows[-1][0])


def statement_values(services: Services, numbers: Iterable[int]) -> list[dict[str, Any]]:
    """These statements as values, as ``clusterwatch statements --format json`` prints them, in their order.

    Of one that was merged since, the one that goes on is given; what there is not is left out.
    """
    with services.database.reading() as session:
        rows = {row.id: row for number in numbers if (row := living(session, number)) is not None}
        return [statement_value(session, services, row) for row in rows.values()]
