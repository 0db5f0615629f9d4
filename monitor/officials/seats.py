"""Members of parliament who are named by their party's post ("Labour leader X")."""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.officials.lexicon import data
from monitor.officials.roles import Role, with_kind

_LEADS = frozenset({"head", "party_leader"})


def seated(role: Role, country: str | None) -> Role:
    """The role with its state, where a party's leader or spokesperson sits in the parliament of ``country``.

    Only for the outlet's own state and its parliament's parties (``offices.toml``, ``parties``), whose
    leaders and spokespersons on a subject are members of it; else the role as it is.
    """
    if role.kind is not None or role.state or role.body_id or role.former or role.private:
        return role
    leads = role.office in _LEADS
    if not (leads or role.office == "spokesperson"):
        return role
    known = data("offices.toml")["parties"].get(country or "", ())
    low = role.phrase.casefold()
    if not any(re.search(rf"(?<!\w){re.escape(party)}(?!\w)", low) for party in known):
        return role
    office = "party_leader" if leads else "member_of_parliament"
    return with_kind(replace(role, state=country, office=office))
