"""The attributions of one speaker on one occasion, before they are a report."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractors.attribution import guess_below
from monitor.analysis.heard import Heard
from monitor.model import Held, Said, Speaker


@dataclass(slots=True)
class Group:
    """Attributions of one speaker on one occasion."""

    speaker: Speaker
    post: int | None
    held: Held | None
    rows: list[Heard] = field(default_factory=list)

    @property
    def said(self) -> Said:
        """The first exact day among the rows, else the narrowest interval."""
        exact = [row.said for row in self.rows if row.said.on is not None]
        if exact:
            return exact[0]
        bounded = [row.said for row in self.rows if row.said.earliest and row.said.latest]
        return min(bounded, key=_width) if bounded else Said()

    @property
    def sure(self) -> bool:
        """Whether at least one rule used does not guess."""
        return any(row.row.confidence >= guess_below() for row in self.rows)

    @property
    def frames(self) -> list[str]:
        """The words around, each once."""
        return list(dict.fromkeys(row.frame for row in self.rows))

    @property
    def telling(self) -> list[str]:
        """The words that tell of the saying, each once."""
        return list(dict.fromkeys(row.telling for row in self.rows))


def _width(said: Said) -> int:
    if said.earliest is None or said.latest is None:
        return 10_000
    return (said.latest - said.earliest).days
