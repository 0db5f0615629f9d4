"""The turns of hosts that several processes ask together: booked in the ledger, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, case, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from monitor.store.alerts import real_now
from monitor.store.database import Database
from monitor.store.schema import HostTurn

#: A turn that was booked so long after now was booked by a clock that has been put back since: it is over.
AHEAD: Final = 60.0


@dataclass(frozen=True, slots=True)
class HostTurns:
    """Implements ``monitor.ports.Turns``. Moments are the machines' own time, which they should agree on."""

    database: Database

    def book(self, host: str, pause: float, most: float) -> float:
        """Books the host's next turn and gives the seconds until it; the one after comes ``pause`` later.

        A wait of more than ``most`` is given and not booked. Raises StoreError.
        """
        now = _now()
        with self.database.writing() as session:
            query = select(HostTurn.free_at).where(HostTurn.host == host, HostTurn.booked_at <= now + AHEAD)
            wait = (session.scalar(query) or now) - now
            if wait > most:
                return wait
            booked = self._later(host, now, now, pause).returning(HostTurn.free_at)
            after: float = session.scalar(booked) or now
        return max(after - pause - _now(), 0.0)

    def put_off(self, host: str, seconds: float) -> None:
        """Nobody asks the host for so long from now. Raises StoreError."""
        now = _now()
        with self.database.writing() as session:
            session.execute(self._later(host, now, now + seconds, 0.0))

    def _later(self, host: str, now: float, start: float, pause: float) -> Any:
        """The host is free a pause after ``start``, or after its own moment where that is later."""
        t = HostTurn
        kept = case((and_(t.free_at > start, t.booked_at <= now + AHEAD), t.free_at), else_=start)
        insert: Any = sqlite_insert if self.database.sqlite else postgresql_insert
        statement = insert(t).values(host=host, free_at=start + pause, booked_at=now)
        changed = {"free_at": kept + pause, "booked_at": now}
        return statement.on_conflict_do_update(index_elements=["host"], set_=changed)


def _now() -> float:
    return real_now().timestamp()
