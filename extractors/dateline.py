"""The dateline at the head of an agency's text: the place, the day and the agency.

"KYIV, Feb 13 (Northwire) —", "МОСКВА, 13 февраля. /ТАСС/.", "RIYADH/SANAA — …", "Járkov (Ucrania), 5 mar
(Iberis).-". A dateline begins with the place in capitals, or it holds a day or an agency in brackets; a
sentence that begins with a name and a dash is none.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from extractors.days import find_days, resolve_day
from extractors.languages import words
from monitor.model import Dateline, Span, When

_LONGEST: Final = 90
_PLACE = (
    r"(?P<place>[^\W\d_][^\d()/\[\].,:;!?\"“”«»„—–]{1,38}(?:/[^\W\d_][^\d()/\[\].,:;!?\"“”«»„—–]{1,30})?)"
)
_AGENCY = r"(?:[(\[/（]\s*(?P<agency>[^()\[\]/（）]{2,40}?)\s*[)\]/）])"
_HEAD = re.compile(
    rf"^{_PLACE}(?:\s*\([^()]{{2,30}}\)(?=\s*,))?(?:,\s*(?P<more>[^()\[\]/\"“«—–]{{2,40}}?))?\s*[.,]?\s*{_AGENCY}?\s*[.,]?\s*(?P<dash>[-–—]{{1,2}}|(?<=[)/）])[.:])\s"
)


@cache
def _agencies() -> frozenset[str]:
    return frozenset(name.casefold() for name in words("common", "agencies").get("names", []))


def read_dateline(first_paragraph: str, language: str | None, published: When | None) -> Dateline | None:
    """The dateline of a text's first paragraph; None where it has none. The day is empty where it is not told
    or cannot be reckoned."""
    match = _HEAD.match(first_paragraph[: _LONGEST + 40])
    if match is None or match.end() > _LONGEST:
        return None
    place = match["place"].strip()
    day = None
    if match["more"]:
        found = find_days(first_paragraph, Span(match.start("more"), match.end("more")), language or "en")
        days = [resolve_day(words, published).on for words in found if words.meaning in ("date", "weekday")]
        day = next((d for d in days if d), None)
        if not found and not match["agency"] and not place.isupper():
            return None
    capitals = place.isupper() and len(place) >= 2
    if not (capitals or match["agency"] or day):
        return None
    if not capitals and not place[0].isupper() and place.upper() != place.lower():
        return None
    agency = match["agency"]
    if agency and not (capitals or day) and agency.casefold() not in _agencies():
        return None  # "Cornovaglia (UK) –" tells where the place is
    return Dateline(place, day, agency)
