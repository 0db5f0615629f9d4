"""States: their names and their standing under the Convention on Cluster Munitions."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache

from extractors.languages import words
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
    effect; None for organisations, for codes that are no state, and where the day itself is not known.
    """
    if state is None or state not in territories():
        return None
    facts = _table().get(state)
    if facts is None:
        return "non_signatory"
    withdrawn, party, signed = facts.get("withdrawn"), facts.get("party"), facts.get("signed")
    if isinstance(withdrawn, date) and on >= withdrawn:
        return "withdrawn"
    if isinstance(party, date) and on >= party:
        return "party"
    if isinstance(signed, date) and on >= signed:
        return "signatory"
    return "non_signatory" if isinstance(party, date) or isinstance(signed, date) else None


def state_name(state: str, language: str = "en") -> str:
    """The name of a state or organisation; its code where there is none."""
    if state in ORGANISATIONS:
        return ORGANISATIONS[state]
    return _SHORT.get(state) or territories().get(state, {}).get(language) or state


def state_adjective(state: str) -> str:
    """The English adjective of a state ("Russian"); its name where there is none."""
    if state in ORGANISATIONS:
        return state if state != "AFU" else "African Union"
    forms = words("en", "states").get("adjectives", {}).get(state, ())
    return _ADJECTIVE.get(state) or (forms[0] if forms else state_name(state))


_SHORT = {"PS": "Palestine", "VA": "Holy See", "TR": "Turkey", "MM": "Myanmar", "CD": "DR Congo"}
_ADJECTIVE = {"US": "US", "GB": "UK"}
