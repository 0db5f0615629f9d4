"""How a new statement stands to earlier ones, written down once."""

from __future__ import annotations

from typing import Final

from monitor.identity import Known
from monitor.identity.arrange import known_of
from monitor.identity.relations import relation
from monitor.store.blocks import members_of, with_like_words
from monitor.store.database import Session
from monitor.store.relations import by_speaker, hashes_of, keep_relation, told_together
from monitor.store.schema import StatementRow

#: Like words share at least this many of the trigrams by which they are looked for.
SHARED: Final = 4


def relate(session: Session, statement: StatementRow) -> str:
    """Writes how a new statement stands to others, the earlier of two being the one related to.

    Gives what is to be said of it: "repeats s9, reverses s4", or nothing.
    """
    like = with_like_words(session, hashes_of(session, statement.id), SHARED)
    together = told_together(session, statement.id)
    others = {*like, *together, *by_speaker(session, statement)} - {statement.id}
    found = members_of(session, [statement.id, *sorted(others)])
    known = {
        n: known_of(n, [m.heard for m in members if not m.possible])
        for n, members in found.items()
        if any(not m.possible for m in members)
    }
    own = known.pop(statement.id, None)
    words: list[str] = []
    for number, other in sorted(known.items()):
        if own is None:
            break
        first, second = (other, own) if _before(other, own) else (own, other)
        kind = relation(second, first, together=number in together)
        if kind is not None:
            keep_relation(session, second.id, first.id, kind)
            if second.id == statement.id:
                words.append(f"{kind} s{first.id}")
    return ", ".join(words)


def _before(other: Known, own: Known) -> bool:
    if other.said.on is not None and own.said.on is not None and other.said.on != own.said.on:
        return other.said.on < own.said.on
    return other.id < own.id
