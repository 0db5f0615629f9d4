"""States: their names and their standing under the Convention on Cluster Munitions."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from itertools import takewhile

from extractors.languages import words
from extractors.languages.folding import fold
from monitor.model import Standing
from monitor.officials.lexicon import DATA, territories

#: Organisations that stand where a state's code stands.
ORGANISATIONS = {
    "UN": "United Nations",
    "EU": "European Union",
    "NATO": "NATO",
    "OSCE": "OSCE",
    "ICRC": "International Committee of the Red Cross",
    "AFU": "African Union",
    "CCM": "Convention on Cluster Munitions",
}


@cache
def _table() -> dict[str, dict[str, date | str]]:
    path = DATA / "convention.toml"
    table: dict[str, dict[str, date | str]] = tomllib.loads(path.read_text("utf-8"))["states"]
    return table


def standing(state: str | None, on: date) -> Standing | None:
    """The standing of a state under the Convention on a day (adopted 30 May 2008, in force 1 August 2010).

    ``party`` from the day of ratification or accession, ``withdrawn`` from the day a withdrawal took
    effect; None for organisations, for codes that are no state, and for days on which a state's standing
    is not known (``monitor/data/convention.toml`` tells the source of each day).
    """
    if state is None or state not in territories():
        return None
    facts = _table().get(state)
    if facts is None or on < _OPENED:
        return "non_signatory"
    if _since(facts, "withdrawn", on):
        return "withdrawn"
    if _since(facts, "party", on) or _since(facts, "party_by", on):
        return "party"
    if "party_by" in facts:
        return None
    return "signatory" if _since(facts, "signed", on) else "non_signatory"


_OPENED = date(2008, 12, 3)


def _since(facts: dict[str, date | str], name: str, on: date) -> bool:
    day = facts.get(name)
    return isinstance(day, date) and on >= day


def state_name(state: str, language: str = "en") -> str:
    """The name of a state in a language, in English where that has none, or of an organisation in English;
    the code where there is no name."""
    if state in ORGANISATIONS:
        return ORGANISATIONS[state]
    names = territories().get(state, {})
    own = names.get(language) if language != "en" else None
    return own or _SHORT.get(state) or names.get("en") or state


def state_adjective(state: str) -> str:
    """The English adjective of a state ("Russian"); its name where there is none."""
    if state in ORGANISATIONS:
        return state if state != "AFU" else "African Union"
    forms = words("en", "states").get("adjectives", {}).get(state, ())
    return _ADJECTIVE.get(state) or (forms[0] if forms else state_name(state))


_DEMONYM = 3  # letters that a word for a state's people has at least in common with its name or its adjective


def of_state(word: str, state: str | None, language: str) -> bool:
    """Whether a word for somebody of a state (`Holender`) may be said of one who speaks for ``state``.

    It begins as the state's name or adjective does in that language, and as no other state's does for longer
    (`Irańczyk` is of no Iraqi); officers of an organisation may be of any state.
    """
    if state is None or state in ORGANISATIONS:
        return state is not None
    low = fold(word).low
    common = {code: max(_shared(low, form) for form in forms) for code, forms in _forms(language).items()}
    return common.get(state, 0) >= max(_DEMONYM, *common.values())


def _shared(one: str, other: str) -> int:
    """How many letters two words have in common from the first on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


@cache
def _forms(language: str) -> dict[str, tuple[str, ...]]:
    """How each state and its adjective begin in a language, folded."""
    table = words(language, "states")
    listed = {
        code: (
            state_name(code, language),
            *(one for part in ("names", "adjectives") for one in table.get(part, {}).get(code, ())),
        )
        for code in territories()
    }
    return {code: tuple(fold(one).low for one in forms) for code, forms in listed.items()}


_SHORT = {"PS": "Palestine", "VA": "Holy See", "TR": "Turkey", "MM": "Myanmar", "CD": "DR Congo"}
_ADJECTIVE = {"US": "US", "GB": "UK"}


@cache
def _hosts(section: str) -> dict[str, str]:
    table: dict[str, str] = tomllib.loads((DATA / "official_hosts.toml").read_text("utf-8"))[section]
    return table


def organisation_of_host(host: str) -> str | None:
    """The organisation whose own site a host is (``www.un.org`` is ``UN``); None for all others."""
    return _suffix(host, _hosts("organisations"))


def state_of_host(host: str) -> str | None:
    """The state one of whose bodies a host is the site of (``mil.gov.ua`` is ``UA``); None for all others."""
    return _suffix(host, _hosts("states"))


def country_of_host(host: str) -> str | None:
    """The state whose domain a host is in (``www.example.co.nz`` is ``NZ``); None for the domains that
    everybody uses."""
    label = host.lower().strip(".").split(":")[0].rpartition(".")[2]
    special = _hosts("domains")
    if label in special:
        return special[label] or None
    state = label.upper()
    return state if len(label) == 2 and state in territories() else None


def _suffix(host: str, table: dict[str, str]) -> str | None:
    labels = host.lower().strip(".").split(":")[0].split(".")
    for start in range(len(labels)):
        found = table.get(".".join(labels[start:]))
        if found is not None:
            return found
    return None
