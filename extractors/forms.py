"""What kind of text an article is: transcript, interview, press release, wire copy, brief, or plain
article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from extractors.languages import words
from monitor.model import Form

#: A release says so in one of its first lines, a short one.
_HEAD: Final = 4
_HEAD_LINE: Final = 120
#: A brief has at most so many paragraphs and, together, so many characters (a Chinese one a third).
_BRIEF_PARAGRAPHS: Final = 4
_BRIEF_CHARACTERS: Final = 750
_LABEL = re.compile(r"^(?P<label>[^\W\d_][^:：.!?\n\"“«]{0,70})\s*[:：]\s*(?=\S)")
_SHORT_LABEL = re.compile(r"^(?P<label>[^\W\d_]{1,12})\s*[.:：]\s+(?=\S)")


@cache
def _labels(language: str, name: str) -> frozenset[str]:
    return frozenset(
        pattern.replace("\\", "").rstrip(".").casefold()
        for code in dict.fromkeys((language, "en"))
        for pattern in words(code, "boilerplate").get("forms", {}).get(name, [])
    )


@cache
def _release(language: str) -> re.Pattern[str]:
    listed = [
        p for code in dict.fromkeys((language, "en")) for p in words(code, "boilerplate")["forms"]["release"]
    ]
    return re.compile("|".join(f"(?:{p})" for p in listed), re.IGNORECASE)


def label_of(paragraph: str, language: str) -> str | None:
    """The speaker's label at the head of a paragraph ("GEN. HARCOURT:", "Q:", "P."), in lower case."""
    known = _labels(language, "question") | _labels(language, "answer")
    if (match := _SHORT_LABEL.match(paragraph)) and match["label"].casefold() in known:
        return match["label"].casefold()
    if match := _LABEL.match(paragraph):
        return match["label"].strip().casefold()
    return None


def form_of(
    paragraphs: Sequence[str], language: str | None, *, title: str | None, credited: bool, live: bool = False
) -> Form:
    """The form of an article's text. ``credited``: an agency's credit or dateline was found."""
    if live:
        return "liveblog"
    code = language or "en"
    labels = [label for p in paragraphs if (label := label_of(p, code))]
    questions, answers = _labels(code, "question"), _labels(code, "answer")
    asked = sum(label in questions for label in labels)
    answered = sum(label in answers for label in labels)
    if asked >= 2 and answered >= 2:
        return "interview"
    repeated = [label for label in set(labels) if labels.count(label) >= 2]
    if len(labels) >= 4 and repeated and len(labels) * 3 >= len(paragraphs):
        return "transcript"
    head = [title or "", *paragraphs[:1], *(p for p in paragraphs[1:_HEAD] if len(p) <= _HEAD_LINE)]
    if any(_release(code).match(text.strip(" *_#>")) for text in head):
        return "press_release"
    size = sum(len(p) for p in paragraphs) * (3 if code == "zh" else 1)
    if len(paragraphs) <= _BRIEF_PARAGRAPHS and size <= _BRIEF_CHARACTERS:
        return "brief"
    return "wire" if credited else "article"
