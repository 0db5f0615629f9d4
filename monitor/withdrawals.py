"""When an outlet takes back what it published: a notice, words that it leaves out, a page taken down.

The words are ``monitor/data/withdrawals.toml``. A page that answers otherwise for the moment, that shows a
consent wall or another article, withdraws nothing: in doubt what was read goes on to stand.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

from monitor.identity.texts import containment, words_of

#: A notice stands at the head of its page: in the title or within so many characters of the text.
HEAD: Final = 900
#: "This article … has been withdrawn": at most so many words between the two, Chinese signs counted each.
NEAR: Final = 14
#: A page that has at least this part of what it had is the same article, edited.
SAME: Final = 0.3
#: A quotation still stands where so much of it does.
STANDS: Final = 0.5
#: A page that is gone (404) is withdrawn when it is still gone at the next look; one that says so (410) is.
GONE_FOR_GOOD: Final = frozenset({"http_410", "http_451"})
GONE: Final = GONE_FOR_GOOD | {"http_404"}

_SENTENCE: Final = re.compile(r"[^.!?。！？؟۔\n]+")
_MARK: Final = r"\s*(?:$|[:：—–|\-.(\[])"


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    path = Path(__file__).parent / "data" / "withdrawals.toml"
    found: dict[str, dict[str, list[str]]] = tomllib.loads(path.read_text("utf-8"))
    return found


def _of(kind: str, language: str | None) -> list[str]:
    """The words of a kind in the page's language, and in English, in which many notices are."""
    table = _data()[kind]
    own = table.get((language or "en")[:2].lower(), [])
    return [*own, *(table["en"] if (language or "en")[:2].lower() != "en" else [])]


def notice_of(title: str | None, text: str, language: str | None) -> str | None:
    """The words by which a page says that its article was taken back; None where it does not."""
    heading = _plain(title or "")
    for words in _of("titles", language):
        if re.match(rf"(?:[\[(]{re.escape(words)}[\])]|{re.escape(words)}{_MARK})", heading):
            return (title or "").strip()
    for match in _SENTENCE.finditer(f"{title or ''}\n{text[:HEAD]}"):
        sentence = _plain(match.group())
        if any(phrase in sentence for phrase in _of("phrases", language)):
            return match.group().strip()
        if _says_so(sentence, language):
            return match.group().strip()
    return None


def _says_so(sentence: str, language: str | None) -> bool:
    for name in _of("own", language):
        at = sentence.find(name)
        if at < 0 or '"' in sentence[:at]:
            continue
        behind = sentence[at + len(name) :]
        for became in _of("became", language):
            there = behind.find(became)
            if there >= 0 and len(words_of(behind[:there])) <= NEAR:
                return True
    return False


def _plain(text: str) -> str:
    text = " ".join(text.split()).casefold().replace("’", "'")
    return re.sub("[“”„«»]", '"', text)


def left_out(passages: Sequence[str], before: str, now: str) -> Literal["left_out", "stands", "other_page"]:
    """What a later version of an article did with words that it had.

    ``other_page``: too little of the former text is there for it to be the same article, so it says nothing.
    """
    flat = " ".join(now.split())
    if any(" ".join(p.split()) in flat or containment(p, now)[0] >= STANDS for p in passages):
        return "stands"
    rest = before
    for passage in passages:
        rest = rest.replace(passage, " ")
    share, shared = containment(rest, now)
    return "left_out" if share >= SAME and shared >= 5 else "other_page"
