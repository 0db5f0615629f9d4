"""Which finder of frames reads a language: by its cases, or by the order that ``cues.toml`` names."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.attribution.frame import Frame
from extractors.attribution.frames import frames_of
from extractors.attribution.grammar import Grammar
from extractors.attribution.inflected_frames import frames_by_case
from extractors.attribution.second import frames_by_second
from extractors.attribution.tokens import Token


def frames_in(tokens: Sequence[Token], grammar: Grammar) -> list[Frame]:
    """The frames of a sentence, found as the language orders its words."""
    if grammar.cases is not None:
        return frames_by_case(tokens, grammar)
    if "V2" in grammar.order:
        return frames_by_second(tokens, grammar)
    return frames_of(tokens, grammar)
