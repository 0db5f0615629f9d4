"""How a statement stands to an earlier one: it repeats, reverses, corrects or answers it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final, Literal

from monitor.identity.decide import Known, opposed
from monitor.identity.speakers import same_speaker
from monitor.identity.texts import alike, normalised, same_quotations

RelationKind = Literal["repeats", "reverses", "corrects", "answers"]
#: A correction comes within so many days.
CORRECTED_IN: Final = 3


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = tomllib.loads(
        (Path(__file__).parent.parent / "data" / "relations.toml").read_text("utf-8")
    )
    return found


def relation(later: Known, earlier: Known, *, together: bool = False) -> RelationKind | None:
    """The relation of a statement to an earlier one, None where there is none that is sure.

    ``together``: one article reports both, without which an act of another speaker is no answer.
    """
    pairs = [(a, b) for a in later.reports for b in earlier.reports]
    same = any(same_speaker(a.speaker, b.speaker, (a.language, b.language))[0] == "yes" for a, b in pairs)
    if same:
        if opposed(later.positions, earlier.positions):
            return "corrects" if _soon(later, earlier) and _says_so(later) else "reverses"
        return "repeats" if _like(later, earlier) else None
    states = {a.speaker.state for a in later.reports} & {b.speaker.state for b in earlier.reports}
    if together and not states and _answers(later, earlier):
        return "answers"
    return None


def _answers(later: Known, earlier: Known) -> bool:
    answers = _data()["answers"]
    return any(act in earlier.positions for p in later.positions for act in answers.get(p, ()))


def _soon(later: Known, earlier: Known) -> bool:
    if later.said.on is None or earlier.said.on is None:
        return False
    return abs((later.said.on - earlier.said.on).days) <= CORRECTED_IN


def _says_so(known: Known) -> bool:
    words = _data()["corrects"]
    return any(
        normalised(cue) in normalised(passage.text)
        for report in known.reports
        for cue in words.get(report.language or "en", ())
        for passage in report.passages
    )


def _like(later: Known, earlier: Known) -> bool:
    for a in later.reports:
        for b in earlier.reports:
            if a.language != b.language:
                continue
            quoted = same_quotations(
                (p.text for p in a.passages if p.kind == "direct"),
                (p.text for p in b.passages if p.kind == "direct"),
            )
            if quoted or alike(" ".join(p.text for p in a.passages), " ".join(p.text for p in b.passages)):
                return True
    return False
