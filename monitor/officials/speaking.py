"""Bodies that speak as themselves, under one English name in all languages."""

from __future__ import annotations

from extractors.languages.nominative import nominative_body
from monitor.model import Held, Kind, Speaker
from monitor.officials.lexicon import data
from monitor.officials.roles import Role, facts, kind_of_state
from monitor.officials.states import state_adjective


def speaking_body(role: Role, language: str = "en") -> Speaker | Held:
    """The body of a role as a speaker; held where its state is not known.

    ``name`` is as the text words it, in the nominative; ``name_en`` the English name ("Russian Ministry of
    Defence"), ``official`` its code in the register (``body:kremlin``, ``body:ru-defence_ministry``).
    """
    fact = facts(role.body_id or "")
    name = nominative_body(role.body or role.phrase if role.head == "office" else role.phrase, language)
    if fact:
        kind: Kind = "de_facto" if role.de_facto else role.kind or "state"
        state = None if kind == "other" else fact.get("state") or role.state
        code = None if kind == "other" else f"body:{role.body_id}"
        return Speaker(name, fact["title"] or name, kind, state, body=role.body, official=code)
    if role.de_facto:
        return Speaker(name, name, "de_facto", body=role.body)
    if role.state is None:
        return Held("state_unresolved", f"whose “{name}” is not said")
    generic = (role.body_id or "").rsplit("-", 1)[-1]
    title = f"{state_adjective(role.state)} {data('bodies.toml')['generic'].get(generic, role.body)}"
    code = f"body:{role.state.lower()}-{generic}"
    return Speaker(name, title, kind_of_state(role.state), role.state, body=role.body, official=code)
