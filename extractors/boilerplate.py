"""What stands among an article's paragraphs and is not the article: appeals for money, links to other
articles, newsletter boxes, notices. What is cut is kept with the reason.

An appeal is made of ordinary paragraphs and survives every extractor. It is known by several signs together:
it stands in the last part of the text, the outlet speaks of itself (journalism, newsroom, readers), asks the
reader for something, and says "we" and "you". Words inside quotation marks count for nothing, so that an
official who asks for support is never cut, and a paragraph inside an open quotation never begins an appeal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from extractors.languages import words
from extractors.languages.marks import QUOTED, inside_quotation, unquoted
from monitor.model import Cut

#: An appeal starts behind this share of the text's paragraphs at the earliest.
_LAST_PART: Final = 0.35
_MAX_RELATED: Final = 220
_MARKUP_EDGE = re.compile(r"^[\s*_#>|•·–—-]+|[\s*_|]+$")
_LINK_ONLY = re.compile(r"^\W*(?:\[[^\]]*\]\([^)]*\)|<?https?://\S+>?)\W*$")
_NAME: Final = r"[^.!?,;:()«»“”\"]{2,50}?"
#: So many words with a full stop are a sentence, not another article's title.
_WHOLE: Final = 10
#: "KYIV, Feb 13 (Northwire) —", "МОСКВА, 13 февраля. /ТАСС/.", "KİEV (BHA) -", "Kiev, 14 feb (Iberis).-"
_DATELINE = re.compile(
    r"^[^\W\d_][^.!?()/\"“«]{1,48}(?:\.\s*)?\s*[(/（]\s*(?P<a>[^()/（）]{2,40}?)\s*[)/）]\s*[.,]?\s*[-–—.:]"
)
#: "… sails again. (Reuters)", "… снова ходит. /ТАСС/"
_LAST_WORD = re.compile(r"[.!?…。！？۔؟][\"”»’]?\s*[(\[/（]\s*(?P<a>[^()\[\]（）]{2,40}?)\s*[)\]/）]\.?\s*$")
#: What stands between several names.
_BETWEEN = re.compile(r"\s*[/,;&|+、]\s*|\s+(?:and|und|et|y|e|i|и|і|ve|و|با)\s+")
_STAFF = re.compile(
    r"^(?:by|with|from|von|par|por|da|di)\s+|\s+(?:staff|newsroom|agency|news agency)$", re.IGNORECASE
)
_MAX_CREDIT: Final = 160
_SHORT: Final = 4


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's patterns, with those of English, in which sites of every language have boxes."""

    start: re.Pattern[str]
    press: re.Pattern[str]
    ask: re.Pattern[str]
    address: re.Pattern[str]
    control: re.Pattern[str]
    related: re.Pattern[str]
    lines: tuple[tuple[str, re.Pattern[str]], ...]
    credit: re.Pattern[str]
    credit_any: re.Pattern[str]


@dataclass(slots=True)
class Cleaned:
    """Which paragraphs remain (indices), what was cut, and the agencies credited."""

    kept: list[int] = field(default_factory=list)
    cut: list[Cut] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)


def _joined(language: str, section: str, name: str, shape: str = "(?:{})") -> re.Pattern[str]:
    listed = [
        pattern
        for code in dict.fromkeys((language, "en"))
        for pattern in words(code, "boilerplate").get(section, {}).get(name, [])
    ]
    # A group's name may stand only once in a pattern: numbered twins.
    numbered = [p.replace("{N}", _NAME).replace("(?P<a>", f"(?P<a{i}>") for i, p in enumerate(listed)]
    return re.compile(shape.format("|".join(f"(?:{p})" for p in numbered) or r"\b\B"), re.IGNORECASE)


@cache
def phrases_of(language: str) -> Phrases:
    """The patterns for a language, compiled once."""
    edge = r"(?<!\w)(?:{})(?!\w)" if language != "zh" else "(?:{})"
    return Phrases(
        start=_joined(language, "appeal", "start", r"(?:{})" if language == "zh" else r"(?:{})(?!\w)"),
        press=_joined(language, "appeal", "press", edge),
        ask=_joined(language, "appeal", "ask", edge),
        address=_joined(language, "appeal", "address"),
        control=_joined(language, "appeal", "control"),
        related=_joined(language, "lines", "related", r"(?:{})\s*(?:[:：|»>→]|$)"),
        lines=tuple(
            (name, _joined(language, "lines", name)) for name in ("newsletter", "cookie", "rights", "source")
        ),
        credit=_joined(language, "forms", "credit"),
        credit_any=_joined(language, "forms", "credit_any"),
    )


@cache
def _agencies() -> frozenset[str]:
    return frozenset(words("common", "agencies").get("names", []))


@cache
def _folded_agencies() -> frozenset[str]:
    return frozenset(name.casefold() for name in _agencies())


def bare(text: str) -> str:
    """The text without marks of emphasis and list marks at its edges."""
    return _MARKUP_EDGE.sub("", text)


def clean_paragraphs(paragraphs: Sequence[str], language: str | None) -> Cleaned:
    """Sorts an article's paragraphs into the article and the rest."""
    phrases = phrases_of(language or "en")
    inside = inside_quotation(paragraphs)
    reasons: dict[int, str] = {}
    for index, paragraph in enumerate(paragraphs):
        if not inside[index] and (reason := _line_reason(paragraph, phrases)):
            reasons[index] = reason
    _follow(paragraphs, reasons)
    for index in _appeal(paragraphs, inside, reasons, phrases):
        reasons.setdefault(index, "appeal")
    result = Cleaned()
    for index, paragraph in enumerate(paragraphs):
        if index in reasons:
            result.cut.append(Cut(paragraph, reasons[index]))
        else:
            result.kept.append(index)
    result.credits = _credits([paragraphs[i] for i in result.kept], phrases)
    return result


def _line_reason(paragraph: str, phrases: Phrases) -> str | None:
    """Why a paragraph is furniture by itself."""
    text = bare(paragraph).replace("**", "").replace("__", "")
    if _LINK_ONLY.match(text):
        return "link"
    # A heading that is all there is, or a label with the other article's title behind it; not the start of a
    # sentence that goes on.
    label = phrases.related.match(text) if len(text) <= _MAX_RELATED else None
    if label is not None and not _sentence(text[label.end() :]):
        return "related"
    if len(text) <= 300 and not QUOTED.search(text):
        for name, pattern in phrases.lines:
            if pattern.fullmatch(text):
                return name
    return None


def _sentence(rest: str) -> bool:
    """Whether a whole sentence stands behind a label (`In case you missed it: … , the ministry said.`)."""
    return rest.rstrip().endswith(".") and len(rest.split()) >= _WHOLE


def _follow(paragraphs: Sequence[str], reasons: dict[int, str]) -> None:
    """A label of related articles or of the original's address on a line of its own takes the link after
    it."""
    for index, reason in sorted(reasons.items()):
        following = index + 1
        if (
            reason == "source"
            and following < len(paragraphs)
            and _LINK_ONLY.match(bare(paragraphs[following]))
        ):
            reasons[following] = "source"


def _score(paragraph: str, phrases: Phrases) -> tuple[int, int, int, bool]:
    """(words of the press about itself, words that ask, does it speak to the reader, is it a known
    beginning)."""
    text = unquoted(paragraph)
    head = bare(text)
    return (
        len({m.group().casefold() for m in phrases.press.finditer(text)}),
        len({m.group().casefold() for m in phrases.ask.finditer(text)}),
        min(3, len(phrases.address.findall(text))),
        bool(phrases.start.match(head)) and len(head) < 400,
    )


def _appeal(
    paragraphs: Sequence[str], inside: Sequence[bool], reasons: dict[int, str], phrases: Phrases
) -> list[int]:
    """The paragraphs of an appeal; [] where the signs do not suffice."""
    count = len(paragraphs)
    earliest = max(1, int(count * _LAST_PART))
    scores = [_score(p, phrases) for p in paragraphs]
    for start in range(earliest, count):
        press, ask, address, begins = scores[start]
        if inside[start] or start in reasons:
            continue
        if not (begins or (press and ask and address >= 2)):
            continue
        end = _appeal_end(paragraphs, scores, start, phrases)
        total_press = sum(s[0] for s in scores[start : end + 1])
        total_ask = sum(s[1] for s in scores[start : end + 1])
        total_address = sum(s[2] for s in scores[start : end + 1])
        if (
            total_press >= 1
            and total_ask >= 1
            and (total_address >= 2 or begins)
            and total_press + total_ask >= 3
        ):
            return list(range(start, end + 1))
    return []


def _appeal_end(
    paragraphs: Sequence[str], scores: Sequence[tuple[int, int, int, bool]], start: int, phrases: Phrases
) -> int:
    """The last paragraph of the appeal: it goes on while the outlet speaks to the reader, and takes the
    controls and short lines at its end."""
    end = start
    for index in range(start + 1, len(paragraphs)):
        press, ask, address, begins = scores[index]
        text = bare(paragraphs[index])
        control = phrases.control.fullmatch(text.rstrip(".! ")) or phrases.control.fullmatch(text)
        speaks = begins or press or address >= 2 or (address and (ask or len(text) < 300))
        if control or speaks or (ask and len(text) < 120):
            end = index
        elif index - end > 1:
            break
    return end


def _credits(paragraphs: Sequence[str], phrases: Phrases) -> list[str]:
    """The agencies or outlets whose copy the article says it is: credit lines at its edges, the dateline."""
    found: list[str] = []
    edges = [*paragraphs[:2], *paragraphs[-3:]]
    for paragraph in dict.fromkeys(edges):
        found.extend(_line_credits(paragraph, phrases))
    if paragraphs and (match := _DATELINE.match(bare(paragraphs[0]))):
        place = match.string[: match.start("a")]
        # A dateline begins with the place in capitals, or has the day before the agency.
        if place.split()[0].strip(",.(/").isupper() or any(c.isdigit() for c in place):
            found.append(match["a"].strip())
    if paragraphs and (match := _LAST_WORD.search(paragraphs[-1])):
        found.extend(agencies_named(match["a"]))
    return list(dict.fromkeys(found))


def _line_credits(paragraph: str, phrases: Phrases) -> list[str]:
    """The agencies that a line credits; [] where it is no credit line."""
    text = bare(paragraph).rstrip(".")
    if len(text) > _MAX_CREDIT:
        return []
    for pattern, known_only in ((phrases.credit_any, False), (phrases.credit, True)):
        match = pattern.fullmatch(text)
        name = next((g for g in match.groups() if g), None) if match else None
        if name and not known_only:
            return [name.strip()]
        if name and (known := agencies_named(name)):
            return known
    return agencies_named(text)


def credits_behind(lines: Sequence[str], language: str | None) -> list[tuple[str, list[str]]]:
    """Of the lines that stand behind an article's last paragraph those that credit a known agency, each with
    the agencies."""
    phrases = phrases_of(language or "en")
    found = [(line, _line_credits(line, phrases)) for line in lines]
    return [(line, known) for line, names in found if (known := [n for n in names if is_agency(n)])]


def is_agency(name: str) -> bool:
    """Whether a name is that of a known news agency; short ones only as they are written ("AP", "PA")."""
    return name in _agencies() or (len(name) > _SHORT and name.casefold() in _folded_agencies())


def agencies_named(text: str) -> list[str]:
    """The agencies of a text that names nothing else ("Reuters", "(dpa/AFP)", "AP and AFP"); [] else."""
    parts = [part.strip(" ()[]（）/.-–—") for part in _BETWEEN.split(text)]
    names = [part for part in parts if part]
    return names if names and all(is_agency(name) for name in names) else []


def byline_agencies(byline: str | None) -> list[str]:
    """The agencies among those who wrote ("Jane Otter, Reuters", "AFP", "Reuters Staff")."""
    parts = [_STAFF.sub("", part).strip(" ()[]/.-–—") for part in _BETWEEN.split(byline or "")]
    return [part for part in parts if is_agency(part)]
