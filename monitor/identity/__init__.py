"""The same statement: one speaker on one occasion, in whatever words, language or length.

``decide(report, candidates)`` says Same, Possible or New, with the evidence. Speaker and occasion are the
block; text is evidence inside it, and opposite positions are never joined.
"""

from monitor.identity.decide import Heard, Known, New, Possible, Same, decide
from monitor.identity.speakers import speaker_key

__all__ = [
    "Heard",
    "Known",
    "New",
    "Possible",
    "Same",
    "decide",
    "speaker_key",
]
