"""The ledger's own name, and its copy of the register."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from monitor.officials import Register
from monitor.store.schema import BodyRow, Installation, OfficeRow, OfficialRow, RegisterVersion, TermRow


def installation_uid(session: Session, now: datetime) -> str:
    """The name of this ledger, made on the first opening and never changed."""
    row = session.scalar(select(Installation).order_by(Installation.id).limit(1))
    if row is None:
        row = Installation(uid=secrets.token_hex(8), created_at=now)
        session.add(row)
        session.flush()
    return row.uid


def register_digest(register: Register) -> str:
    """A digest of all that the register holds."""
    digest = hashlib.sha256()
    for rows in (register.officials(), register.terms(), register.offices(), register.bodies()):
        for row in rows:
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def load_register_rows(session: Session, register: Register, digest: str, now: datetime) -> bool:
    """Copies the register into its tables, unless they hold this very one; whether it did."""
    if session.scalar(select(RegisterVersion).where(RegisterVersion.digest == digest)) is not None:
        return False
    for table in (TermRow, OfficialRow, OfficeRow, BodyRow, RegisterVersion):
        session.execute(delete(table))
    officials = [
        OfficialRow(
            key=o.id,
            name=o.name,
            wikidata=o.id if o.id.startswith("Q") else None,
            aliases=list(o.aliases),
            source="",
        )
        for o in register.officials()
    ]
    session.add_all(officials)
    session.flush()
    by_key = {o.key: o for o in officials}
    for term in register.terms():
        by_key[term.official].source = by_key[term.official].source or term.source
        session.add(
            TermRow(
                official_id=by_key[term.official].id,
                office=term.office,
                title=term.title,
                state=term.state,
                start=term.since,
                end=term.until,
                as_of=term.as_of,
                source=term.source,
            )
        )
    session.add_all(
        OfficeRow(key=o.code, name=o.code.replace("_", " "), kind=o.scope) for o in register.offices()
    )
    session.add_all(
        BodyRow(key=b.code, name=b.title, state=b.state, kind=b.kind, aliases=list(b.names), source=b.source)
        for b in register.bodies()
    )
    session.add(RegisterVersion(digest=digest, loaded_at=now))
    session.flush()
    return True
