"""Corpora of quotations with their speakers, as people annotate them: brat's files, or JSON.

Each gives texts with quoted segments and the names that the answer allows for each speaker. What cannot be
read is named with file and line; the rest goes on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from extractors.quotes import find_quotations
from monitor.errors import UsageError

#: What annotations are called: whole words of a type's name, in small letters (`Direct_Quotation`).
_QUOTED: Final = frozenset(("quote", "quotation", "speech", "utterance"))
_CONTENT: Final = frozenset(("content", "statement", "said"))
_SPEAKER: Final = frozenset(("speaker", "source", "entity", "person", "character", "holder"))
_SAME: Final = frozenset(("coref", "coreference", "identity", "alias", "same", "mention"))
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class Quoted:
    """One quoted segment: offsets in code points, and the names by which its speaker may be called."""

    start: int
    end: int
    speakers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuotedText:
    """A text with its quoted segments; ``language`` None where the corpus does not tell."""

    id: str
    text: str
    segments: tuple[Quoted, ...]
    language: str | None = None


@dataclass(slots=True)
class Corpus:
    """The texts of a folder, and what of it could not be read, in words."""

    texts: list[QuotedText] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def load_corpus(folder: Path, language: str = "en") -> Corpus:
    """All pairs of ``.ann`` and ``.txt`` and all ``.json`` and ``.jsonl`` files, folders below included.

    ``language`` is that of brat's texts, which do not tell theirs.

    Raises UsageError for a folder that has none.
    """
    corpus = Corpus()
    files = sorted(p for p in folder.rglob("*") if p.suffix in {".ann", ".json", ".jsonl"} and p.is_file())
    if not files:
        raise UsageError(f"{folder}: no .ann with its .txt, no .json, no .jsonl")
    for path in files:
        name = path.relative_to(folder).as_posix()
        try:
            if path.suffix == ".ann":
                text = path.with_suffix(".txt").read_bytes().decode("utf-8")
                found = _brat(name, text, path.read_text("utf-8"), language, corpus.problems)
                corpus.texts.append(found)
            else:
                for number, value in _values(name, path, corpus.problems):
                    corpus.texts += _document(f"{name}:{number}", value, corpus.problems)
        except (OSError, UnicodeDecodeError) as error:
            corpus.problems.append(f"{name}: {error}")
    return corpus


# --- brat ---


@dataclass(slots=True)
class _Marks:
    """The annotations of one file: spans by id, links between them, names given as attributes."""

    spans: dict[str, tuple[str, list[tuple[int, int]]]] = field(default_factory=dict)
    links: list[tuple[str, str, str]] = field(default_factory=list)
    named: dict[str, list[str]] = field(default_factory=dict)


def _brat(name: str, text: str, annotations: str, language: str, problems: list[str]) -> QuotedText:
    marks = _Marks()
    for number, line in enumerate(annotations.splitlines(), start=1):
        if line.strip():
            try:
                _line(marks, line, len(text))
            except (ValueError, IndexError):
                problems.append(f"{name}, line {number}: not an annotation of brat: {line[:60]!r}")
    for one, other, _ in marks.links:
        for identifier in (one, other):
            if identifier not in marks.spans:
                problems.append(f"{name}: a relation to {identifier}, which is not there")
    segments = []
    for identifier, (kind, spans) in marks.spans.items():
        speakers = _speakers_of(identifier, marks, text)
        if speakers and _is(kind, _QUOTED | _CONTENT):
            quoted = spans if _is(kind, _QUOTED) else _marked(text, spans, language)
            segments += [Quoted(start, end, speakers) for start, end in quoted]
    return QuotedText(name, text, tuple(sorted(segments, key=lambda s: s.start)))


def _line(marks: _Marks, line: str, length: int) -> None:
    identifier, _, rest = line.partition("\t")
    head = rest.split("\t")[0].split(" ")
    if identifier.startswith("T"):
        ends = [pair.split() for pair in rest.split("\t")[0].partition(" ")[2].split(";")]
        spans = [(int(start), int(end)) for start, end in ends]
        if not all(0 <= start < end <= length for start, end in spans):
            raise ValueError("outside the text")
        marks.spans[identifier] = (head[0], spans)
    elif identifier.startswith("R"):
        marks.links.append((head[1].partition(":")[2], head[2].partition(":")[2], head[0]))
    elif identifier.startswith("E"):
        arguments = [argument.partition(":")[2] for argument in head[1:]]
        marks.links += [(a, b, "event") for n, a in enumerate(arguments) for b in arguments[n + 1 :]]
    elif identifier == "*":
        marks.links += [(head[n], head[n + 1], "coref") for n in range(1, len(head) - 1)]
    elif identifier.startswith("A") and len(head) > 2 and _is(head[0], _SPEAKER):
        marks.named.setdefault(head[1], []).append(" ".join(head[2:]).replace("_", " "))


def _speakers_of(identifier: str, marks: _Marks, text: str) -> tuple[str, ...]:
    """The names of all mentions of the speaker that a segment is linked to."""
    names = list(marks.named.get(identifier, ()))
    wanted = [
        other
        for one, two, kind in marks.links
        for this, other in ((one, two), (two, one))
        if this == identifier and not _is(kind, _SAME) and _is(marks.spans.get(other, ("",))[0], _SPEAKER)
    ]
    seen: set[str] = set()
    while wanted:
        mention = wanted.pop()
        if mention in seen:
            continue
        seen.add(mention)
        names += [" ".join(text[s:e] for s, e in marks.spans[mention][1]), *marks.named.get(mention, ())]
        for one, other, kind in marks.links:
            if _is(kind, _SAME) and mention in (one, other):
                wanted += [m for m in (one, other) if m in marks.spans]
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))


def _is(kind: str, words: frozenset[str]) -> bool:
    return any(word.lower() in words for word in _WORD.findall(kind))


def _marked(text: str, spans: Sequence[tuple[int, int]], language: str) -> list[tuple[int, int]]:
    """What stands between quotation marks inside the spans of a content, direct or not."""
    found = [(q.content.start, q.content.end) for q in find_quotations(text, language) if q.depth == 0]
    return [
        (max(start, one), min(end, other))
        for one, other in spans
        for start, end in found
        if min(end, other) - max(start, one) > 1
    ]


# --- JSON ---


def _values(name: str, path: Path, problems: list[str]) -> Iterator[tuple[int, Any]]:
    text = path.read_text("utf-8-sig")
    lines = text.splitlines() if path.suffix == ".jsonl" else [text]
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            problems.append(f"{name}, line {number}: not JSON")
            continue
        many = value if isinstance(value, list) else [value]
        for place, one in enumerate(many, start=1):
            yield (place if len(many) > 1 else number), one


def _document(where: str, value: Any, problems: list[str]) -> Iterator[QuotedText]:
    text = value.get("text") if isinstance(value, dict) else None
    rows = value.get("quotations") if isinstance(value, dict) else None
    if not isinstance(text, str) or not isinstance(rows, list):
        problems.append(f'{where}: an object with "text" and "quotations" is wanted')
        return
    segments = []
    for number, row in enumerate(rows, start=1):
        segment = _segment(row, text)
        if isinstance(segment, str):
            problems.append(f"{where}, quotation {number}: {segment}")
        else:
            segments.append(segment)
    language = value.get("language")
    identifier = value.get("id")
    yield QuotedText(
        str(identifier) if identifier is not None else where,
        text,
        tuple(segments),
        language if isinstance(language, str) else None,
    )


def _segment(row: Any, text: str) -> Quoted | str:
    if not isinstance(row, dict):
        return "no object"
    start, end, words = row.get("start"), row.get("end"), row.get("text")
    if start is None and end is None and isinstance(words, str) and text.count(words) == 1:
        start = text.index(words)
        end = start + len(words)
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        return "no start and end inside the text"
    if isinstance(words, str) and text[start:end] != words:
        return "start and end give other words than text"
    speaker = row.get("speaker")
    names = speaker if isinstance(speaker, list) else [speaker]
    speakers = tuple(name.strip() for name in names if isinstance(name, str) and name.strip())
    return Quoted(start, end, speakers) if speakers else "no speaker"
