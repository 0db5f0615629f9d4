"""A word of saying with its source, as the sentence has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from extractors.attribution.nouns import Phrase

Shape = Literal[
    "before", "after", "passive", "quoted", "according", "citing", "participle", "coordinated", "nominal"
]


@dataclass(slots=True)
class Frame:
    """A word of saying (tokens ``cue`` to ``cue_end``) and its source; ``clause`` is its first token."""

    shape: Shape
    cue: int
    cue_end: int
    cls: str
    lemma: str
    source: Phrase | None
    clause: int = 0
    relay: Phrase | None = None
    owned: bool = True  # False: the source was taken over from another frame
    unsaid: bool = False  # the language leaves the subject out; ``source`` is the verb itself

    @property
    def head(self) -> int:
        """The first token of source and cue."""
        return min(self.source.first, self.cue) if self.source and self.owned else self.cue

    @property
    def tail(self) -> int:
        """The last token of source and cue."""
        return max(self.source.last, self.cue_end) if self.source and self.owned else self.cue_end
