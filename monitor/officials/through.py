"""Whose a bare spokesperson, envoy or minister is, right after a sentence that a body opens.

`The Kremlin promised an answer. “…”, the spokesman X warned`; `The Holy See asks … The observer X said`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from monitor.officials.mentions import Mention, Reading
from monitor.officials.roles import Role, body_kind

#: Offices of a body, and of a ministry.
_OF_BODIES: Final = frozenset({"spokesperson", "deputy_spokesperson", "observer", "un_representative"})
_OF_MINISTRIES: Final = frozenset({"minister", "deputy_minister"})
_OPENS: Final = 3


def of_last_sentence(reading: Reading, earlier: Sequence[Mention], mention: Mention) -> Role | None:
    """The body with which the sentence before begins, in one paragraph, where nobody else's comes between."""
    office = mention.role.office or ""
    if office not in _OF_BODIES and not office.endswith("minister"):
        return None
    tokens = reading.tokens
    number = tokens.sentence[mention.first]
    line = tokens.text.rfind("\n", 0, tokens.starts[mention.first]) + 1
    near = [m for m in earlier if tokens.starts[m.first] >= line and tokens.sentence[m.first] >= number - 1]
    told = [m for m in near if m.role.head == "body" or (m.name and m.role.head == "office")]
    if not told or tokens.sentence[told[0].first] != number - 1 or told[0].name:
        return None
    first = told[0].first
    while first and tokens.sentence[first - 1] == number - 1:
        first -= 1
    body = told[0].role
    if (
        told[0].first - first > _OPENS
        or body.state is None
        or body.kind not in {"state", "intergovernmental"}
    ):
        return None
    if any(other.role.state != body.state for other in told[1:]):
        return None
    kind = body_kind(body)
    # A delegation speaks by whoever leads it: `The Y delegation objected. “…,” the minister X said`.
    own = office in _OF_BODIES or (office in _OF_MINISTRIES and kind.endswith("ministry"))
    return body if own or kind == "delegation" else None
