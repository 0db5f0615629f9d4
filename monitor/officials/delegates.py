"""People whom only their nation describes (`the Pole X`, `China's X`): officials where such speak.

In a debate of ambassadors, or after `two ministers contradicted one another`, such a one is an official of
that state; elsewhere a demonym says nothing of an office.
"""

from __future__ import annotations

from monitor.officials.mentions import Mention, Reading
from monitor.officials.roles import Role

_SENT = frozenset(
    {"ambassador", "un_representative", "deputy_un_representative", "diplomat", "observer", "special_envoy"}
)
_DELEGATES = 2  # from as many states: a debate


def is_delegate(role: Role, mention: Mention, reading: Reading) -> bool:
    """Whether a person with a state's adjective for a role is one of the officials who are spoken of."""
    if role.head != "state" or role.form not in {"adj", "name"} or role.former:
        return False
    return _among_envoys(role, reading) or (role.form == "adj" and _one_of_those(mention, reading))


def _among_envoys(role: Role, reading: Reading) -> bool:
    states = {
        own.state
        for other in reading.mentions
        for own in (other.role, *other.roles)
        if own.office in _SENT and not own.former
    } - {None, role.state}
    return len(states) >= _DELEGATES


def _one_of_those(mention: Mention, reading: Reading) -> bool:
    """Whether the paragraph spoke of several officials without names (`deux ministres …`) before."""
    tokens = reading.tokens
    start = tokens.text.rfind("\n", 0, tokens.starts[mention.first]) + 1
    return any(
        other.role.people == "plural"
        and other.role.kind == "anonymous"
        and other.role.state is None
        and start <= tokens.starts[other.first]
        and other.last <= mention.first
        and tokens.sentence[other.first] < tokens.sentence[mention.first]
        for other in reading.mentions
    )
