"""How a statement stands to an earlier one: it repeats, reverses, corrects or answers it."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from monitor.identity.decide import Known, opposed
from monitor.identity.references import relation_words
from monitor.identity.speakers import same_speaker
from monitor.identity.texts import alike, normalised, same_quotations

RelationKind = Literal["repeats", "reverses", "corrects", "answers"]
#: A correction comes within so many days.
CORRECTED_IN: Final = 3


def relation(later: Known, earlier: Known, *, refers: bool = False) -> RelationKind | None:
    """The relation of a statement to an earlier one, None where there is none that is sure.

    ``refers``: the text that reports the later one refers to the earlier one's speaker, without which an
    act of another speaker is no answer. Only one speaker reverses, corrects or repeats himself: another
    holder of an office, a body beside its minister, a state beside its official do not.
    """
    pairs = [(a, b) for a in later.reports for b in earlier.reports]
    same = any(same_speaker(a.speaker, b.speaker, (a.language, b.language))[0] == "yes" for a, b in pairs)
    if same:
        like = _like(later, earlier)
        opposite = opposed(later.positions, earlier.positions)
        if (opposite or like) and _soon(later, earlier) and _says_so(later):
            return "corrects"
        return "reverses" if opposite else "repeats" if like else None
    states = {a.speaker.state for a in later.reports} & {b.speaker.state for b in earlier.reports}
    if refers and not states and answering(later, earlier) and _in_time(later, earlier):
        return "answers"
    return None


def answering(later: Known, earlier: Known) -> bool:
    """Whether what one statement does may answer what the other does."""
    answers = relation_words()["answers"]
    return any(act in earlier.positions for p in later.positions for act in answers.get(p, ()))


def day_of(known: Known) -> date | None:
    """The day by which statements are put in order: said on, else first published."""
    if known.said.on is not None:
        return known.said.on
    return min((r.published.date() for r in known.reports if r.published), default=None)


def _in_time(later: Known, earlier: Known) -> bool:
    after, before = day_of(later), day_of(earlier)
    if after is None or before is None:
        return False
    return 0 <= (after - before).days <= int(relation_words()["within_days"])


def _soon(later: Known, earlier: Known) -> bool:
    if later.said.on is None or earlier.said.on is None:
        return False
    return abs((later.said.on - earlier.said.on).days) <= CORRECTED_IN


def _says_so(known: Known) -> bool:
    table = relation_words()["corrects"]
    return any(
        normalised(cue) in normalised(passage.text)
        for report in known.reports
        for cue in table.get(report.language or "en", ())
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
