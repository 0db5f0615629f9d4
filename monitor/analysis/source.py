"""What the place of publication tells of the speakers: whose own site it is, and in which state it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from monitor.officials import parse_role
from monitor.officials.roles import facts
from monitor.officials.states import country_of_host, organisation_of_host, state_of_host

#: Bodies whose name is hardly a private site's (`Ukrainian Military Center` is one).
_SPEAKING: Final = frozenset(
    ("embassy", "government", "parliament", "presidency", "prime_ministers_office", "un_mission")
)


@dataclass(frozen=True, slots=True)
class Source:
    """``home`` is the state or organisation whose own site it is (there a bare "the minister" is its own);
    ``country`` that of a newspaper or broadcaster, by its domain. Both ISO 3166-1 alpha-2 or None."""

    home: str | None = None
    country: str | None = None


def source_of(url: str | None, outlet: str | None) -> Source:
    """What the address and the outlet's name tell; nothing where they tell nothing. Never raises."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        host = ""
    home = organisation_of_host(host) or state_of_host(host)
    return Source(home or _body(outlet), country_of_host(host))


def _body(outlet: str | None) -> str | None:
    """The state whose ministry, parliament or other body an outlet's name is."""
    role = parse_role(outlet, "en") if outlet else None
    if role is None or role.head != "body" or role.kind != "state":
        return None
    generic = facts(role.body_id or "").get("generic") or (role.body_id or "").rpartition("-")[2]
    return role.state if generic.endswith("_ministry") or generic in _SPEAKING else None
