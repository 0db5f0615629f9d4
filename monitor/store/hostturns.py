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

#: A turn later than this was booked by a clock that has been put back since; no host asks for a longer wait.
FARTHEST: Final = 2 * 86_400.0


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
            free = session.scalar(select(HostTurn.free_at).where(HostTurn.host == host)) or now
            if most < free - now < FARTHEST:
                return free - now
            after: float = session.scalar(self._later(host, now, pause).returning(HostTurn.free_at)) or now
        return max(after - pause - _now(), 0.0)

    def put_off(self, host: str, seconds: float) -> None:
        """Nobody asks the host for so long from now. Raises StoreError."""
        until = _now() + seconds
        with self.database.writing() as session:
            session.execute(self._later(host, until, 0.0))

    def _later(self, host: str, start: float, pause: float) -> Any:
        """The host is free a pause after that moment, or after its own where that is later."""
        t = HostTurn
        kept = case((and_(t.free_at > start, t.free_at < start + FARTHEST), t.free_at), else_=start)
        insert: Any = sqlite_insert if self.database.sqlite else postgresql_insert
        statement = insert(t).values(host=host, free_at=start + pause)
        return statement.on_conflict_do_update(index_elements=["host"], set_={"free_at": kept + pause})


def _now() -> float:
    return real_now().timestamp()
