"""Quotations: a state machine over every family of marks, with byte-exact slices.

Two groups of marks nest in each other: double ones (`" “ ” „ « » 「 」` …) and single ones (`' ‘ ’ ‚ ‹ ›`).
Inside a group any closing mark closes what is open, because the press mixes them (`“… armament."`).
Whether a mark opens or closes follows from its shape where the shape says so, else from what stands on
either side. An odd mark costs at most its own paragraph: a paragraph's end closes all that is open, and
where the next paragraph begins with an opening mark the quotation goes on there (``continues``).

Apostrophes, inch and foot marks, and the marks round Chinese titles of works are not quotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from extractors.sentences import paragraphs_of
from monitor.model import Span

Style = Literal["marks", "dash"]
_Role = Literal["open", "close", "either", "none"]

#: Marks that only ever open, or only ever close, in the languages that use them one way.
_OPENING_DOUBLE: Final = frozenset(("„", "‟", "「", "『", "〝", "``", ",,", "<<", "⹂"))
_CLOSING_DOUBLE: Final = frozenset(("」", "』", "〞", "〟", ">>"))
_SINGLE: Final = frozenset(("'", "‘", "’", "‚", "‛", "‹", "›"))
_MARK: Final = re.compile(r"``|''|,,(?=\w)|<<|>>|[\"“”„‟«»＂「」『』〝〞〟⹂'‘’‚‛‹›]")
_USUAL: Final[dict[str, _Role]] = {"“": "open", "”": "close", "«": "open", "»": "close"}
_BEFORE_OPENING: Final = frozenset(
    " \t\u00a0\u202f\u2009([{–—-/:;,،、：，。\u200e\u200f\u200b…¡¿*_>|“„«‘‚\"'"
)
_AFTER_CLOSING: Final = frozenset(" \t\u00a0\u202f.,;:!?)]}–—-/،؛؟。，、！？：；…\u200e\u200f*_<|”»’\"'")
_ELISION: Final = re.compile(r"['‘’](?:\d0s|em\b|tis\b|twas\b|til\b|cause\b|n['’])", re.IGNORECASE)
_TRAIL: Final = re.compile(r"\s*(?:\[?(?:…|\.\.\.)\]?)$")
_DASH: Final = re.compile(r"[–—―-]\s+(?=\S)|[–—―](?=\S)")
#: Languages whose press marks speech by a dash at the beginning of a paragraph.
DASH_LANGUAGES: Final = frozenset(("fr", "es", "ru", "uk", "pl", "tr", "pt"))


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation: ``span`` with its marks, ``content`` the words inside them.

    ``depth`` is 0 for an outermost one. ``closed`` is false where no closing mark was found before the
    paragraph's end; ``continues`` where the next paragraph takes it up; ``cut`` where the text breaks off
    in an ellipsis (a feed's shortened description), which then is not part of ``content``.
    """

    span: Span
    content: Span
    depth: int
    closed: bool
    continues: bool = False
    cut: bool = False
    style: Style = "marks"


@dataclass(slots=True)
class _Open:
    mark: str
    start: int
    inside: int
    single: bool


def find_quotations(text: str, language: str = "en") -> tuple[Quotation, ...]:
    """All quotations of the text, in order of their start, outer before inner. Never raises."""
    found: list[Quotation] = []
    paragraphs = paragraphs_of(text)
    for index, paragraph in enumerate(paragraphs):
        following = paragraphs[index + 1] if index + 1 < len(paragraphs) else None
        here = list(_in_paragraph(text, paragraph, following))
        if language in DASH_LANGUAGES and not any(q.depth == 0 and q.closed for q in here):
            here.extend(_dialogue(text, paragraph))
        here.sort(key=lambda q: (q.span.start, -q.span.end))
        found.extend(here)
    return tuple(found)


def _dialogue(text: str, paragraph: Span) -> Iterator[Quotation]:
    dash = _DASH.match(text, paragraph.start, paragraph.end)
    if dash and dash.end() < paragraph.end and text[paragraph.start] != "-":
        yield Quotation(paragraph, Span(dash.end(), paragraph.end), 0, True, style="dash")


def _in_paragraph(text: str, paragraph: Span, following: Span | None) -> Iterator[Quotation]:
    stack: list[_Open] = []
    for match in _MARK.finditer(text, paragraph.start, paragraph.end):
        mark, at = match.group(), match.start()
        single = mark in _SINGLE
        role = _single(text, match, paragraph, stack) if single else _double(text, match, paragraph, stack)
        if role == "open":
            if not single:
                yield from _lost(text, stack, mark, at, match, paragraph)
            stack.append(_Open(mark, at, match.end(), single))
        elif role == "close":
            while stack and stack[-1].single != single:
                stack.pop()  # a single mark left open inside a double one was an apostrophe, or the reverse
            opened = stack.pop()
            content = _trimmed(text, opened.inside, at)
            if content is not None:
                yield Quotation(Span(opened.start, match.end()), content, len(stack), True)
    goes_on = following is not None and _opens(text, following)
    for depth, opened in enumerate(stack):
        if opened.single:
            continue
        yield from _unclosed(text, opened, paragraph.end, depth, goes_on)
        break


def _unclosed(text: str, opened: _Open, end: int, depth: int, goes_on: bool) -> Iterator[Quotation]:
    trail = _TRAIL.search(text, opened.inside, end)
    content = _trimmed(text, opened.inside, trail.start() if trail else end)
    if content is not None:
        yield Quotation(
            Span(opened.start, end), content, depth, False, continues=goes_on, cut=trail is not None
        )


def _lost(
    text: str, stack: list[_Open], mark: str, at: int, match: re.Match[str], paragraph: Span
) -> Iterator[Quotation]:
    """A second opening mark of one shape: the first one was never closed, unless enough closers follow."""
    doubles = [held for held in stack if not held.single]
    if not doubles or doubles[-1].mark != mark:
        return
    opened, closed = _left(text, match.end(), paragraph, mark)
    if closed >= len(doubles) + 1 + opened:
        return
    while stack:
        held = stack.pop()
        if held is doubles[-1]:
            content = _trimmed(text, held.inside, at)
            if content is not None:
                yield Quotation(Span(held.start, content.end), content, len(stack), False)
            return


def _left(text: str, start: int, paragraph: Span, mark: str) -> tuple[int, int]:
    """How many marks of this shape open, and how many close, in the rest of the paragraph."""
    closers = {"«": "»", "“": "”", "„": "“”", "「": "」", "『": "』"}.get(mark)
    if closers:
        rest = text[start : paragraph.end]
        return rest.count(mark), sum(rest.count(closer) for closer in closers)
    opened = closed = 0
    for match in _MARK.finditer(text, start, paragraph.end):
        if match.group() == mark:
            opening, closing = _sides(text, match.start(), match.end(), paragraph)
            opened += opening and not closing
            closed += closing and not opening
    return opened, closed


def _opens(text: str, paragraph: Span) -> bool:
    match = _MARK.match(text, paragraph.start)
    if match is None or match.group() in _SINGLE:
        return False
    return _double(text, match, paragraph, []) == "open"


def _double(text: str, match: re.Match[str], paragraph: Span, stack: list[_Open]) -> _Role:
    mark, at, end = match.group(), match.start(), match.end()
    if mark in _OPENING_DOUBLE:
        return "open" if end < paragraph.end else "none"
    held = next((o for o in reversed(stack) if not o.single), None)
    if mark in _CLOSING_DOUBLE:
        return "close" if held else "none"
    opening, closing = _sides(text, at, end, paragraph)
    usual = _USUAL.get(mark)
    if held is None:
        if mark == '"' and at > paragraph.start and text[at - 1].isdigit():
            return "none"  # inches
        if mark == "«" and at > paragraph.start and text[at - 1] in "'’":
            return "open"  # d'« aveu »: French sets a space inside its marks
        return "open" if opening or (usual == "open" and not closing) else "none"
    if held.mark == "„" and mark == "“":
        return "close" if closing or not opening else "open"
    if usual == "close" and held.mark not in ("»", "”"):
        return "close"
    if usual == "open" and held.mark not in ("„", "»", "”"):
        return "close" if closing and not opening else "open"
    if opening and not closing:
        return "open"
    return "close"


def _single(text: str, match: re.Match[str], paragraph: Span, stack: list[_Open]) -> _Role:
    mark, at, end = match.group(), match.start(), match.end()
    before = text[at - 1] if at > paragraph.start else " "
    after = text[end] if end < paragraph.end else " "
    if before.isalnum() and after.isalnum():
        return "none"
    held = stack[-1] if stack and stack[-1].single else None
    if mark in "‹›":
        if held and held.mark in "‹›":
            return "close"
        return "open" if mark == "‹" else "none"
    opening, closing = _sides(text, at, end, paragraph)
    if held is not None:
        if closing and not (before.isspace() and not after.isspace()):
            return "none" if _possessive(text, end, paragraph, before, after) else "close"
        return "none"
    if mark == "’" or not opening or _ELISION.match(text, at):
        return "none"
    if mark == "'" and before.isdigit():
        return "none"
    return "open" if _has_closing(text, end, paragraph, stack) else "none"


def _possessive(text: str, end: int, paragraph: Span, before: str, after: str) -> bool:
    """The apostrophe of a plural (`the allies' weapons`) inside a quotation in single marks."""
    if before not in "sS" or after != " " or end + 1 >= paragraph.end or not text[end + 1].islower():
        return False
    return _has_closing(text, end, paragraph, [])


def _has_closing(text: str, start: int, paragraph: Span, stack: list[_Open]) -> bool:
    for match in _MARK.finditer(text, start, paragraph.end):
        mark, at, end = match.group(), match.start(), match.end()
        if mark not in _SINGLE:
            if stack and at > start and mark not in _OPENING_DOUBLE:
                before = text[at - 1]
                if before.isalnum() or before in ".,!?":
                    return False  # the double quotation ends first
            continue
        after = text[end] if end < paragraph.end else " "
        if text[at - 1].isspace() or (text[at - 1].isalnum() and after.isalnum()):
            continue
        if after in _AFTER_CLOSING:
            return True
    return False


def _sides(text: str, at: int, end: int, paragraph: Span) -> tuple[bool, bool]:
    """(what stands before lets it open, what stands after lets it close)."""
    before = text[at - 1] if at > paragraph.start else " "
    after = text[end] if end < paragraph.end else " "
    spaced_before, spaced_after = before.isspace(), after.isspace()
    opening = before in _BEFORE_OPENING or spaced_before
    closing = after in _AFTER_CLOSING or spaced_after
    if opening and closing:
        if spaced_before and not spaced_after:
            closing = after in ".,;:!?)"
            opening = not closing
        elif spaced_after and not spaced_before:
            opening = False
        elif spaced_before and spaced_after:
            return True, True
        else:
            opening = before not in ",…" and after not in ".,;:!?)…"
            closing = not opening
    return opening, closing


def _trimmed(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = start + len(piece.rstrip())
    return Span(left, right) if right > left else None
