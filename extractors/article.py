"""The body of an article: which of a page's paragraphs are the article, and their exact text.

trafilatura chooses; our own walker gives the words (trafilatura drops zero-width joiners, without which
Persian is misspelt) and puts back what the choice lost: paragraphs that stand between chosen ones in the
same container. Where trafilatura finds nothing the densest container is taken.

trafilatura runs with ``favor_precision``: F1 .964 on the 181 pages of the scrapinghub benchmark by its own
metric, .960 with its defaults, .962 with ``fast``. Never with ``deduplicate``, which deletes a paragraph
that it met on three pages: the agency's quotation.
"""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element as Element
from trafilatura import bare_extraction

from extractors.blocks import HEADINGS, Block, ancestors, blocks_of, inline_text, names_of

#: Beyond this many elements trafilatura takes seconds; our own walker is linear.
MAX_ELEMENTS: Final = 30_000
_KEY = re.compile(r"[\W_]+")
_LIST_MARK = re.compile(r"^(?:[-–•*]\s+|\d{1,2}[.)]\s+)")
_QUOTES = re.compile('["“”„«»‹›「」『』‟]')
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔][\"”»’)\]」』]*\s*$")
#: What authors call the parts of a page that are not the article (class, id, role).
_FURNITURE_NAME = re.compile(
    r"\b(?:ad|ads|advert\w*|banner|breadcrumbs?|byline|caption|comments?|consent|cookies?|disqus|donat\w*|footer|"
    r"footnote|gallery|header-nav|latest|menu|modal|most-?(?:read|popular|viewed)|nav|navigation|newsletter\w*|"
    r"paywall|popup|promo\w*|pull-?quote|recirc\w*|recommend\w*|related[\w-]*|share|sharing|sidebar|social\w*|"
    r"sponsor\w*|subscri\w*|tags?|teaser|toolbar|trending|video-?player|widget)\b"
)
_FURNITURE_TAGS: Final = frozenset(
    ("aside", "footer", "nav", "figure", "figcaption", "form", "table", "header")
)


@dataclass(slots=True)
class Body:
    """The chosen paragraphs in order, where they stood, and how they were chosen."""

    paragraphs: list[str] = field(default_factory=list)
    blocks: list[Block | None] = field(default_factory=list)
    how: str = "none"
    restored: int = 0


def key_of(text: str) -> str:
    """The letters and digits of a text in lower case: equal for equal words."""
    return _KEY.sub("", text).casefold()


def is_furniture(element: Element, root: Element | None = None) -> bool:
    """Whether the element stands in a part of the page that is, by its tag or name, not the article."""
    for parent in (element, *ancestors(element, root)):
        if parent.tag in ("body", "html", "main", "article"):
            return False
        if parent.tag in _FURNITURE_TAGS and parent.tag != "table":
            return True
        if _FURNITURE_NAME.search(names_of(parent).replace("_", "-")):
            return True
    return False


def _chosen_lines(tree: Element, url: str | None) -> list[str]:
    document = bare_extraction(
        deepcopy(tree), url=url, include_comments=False, favor_precision=True, deduplicate=False
    )
    text = getattr(document, "text", None)
    return [line for line in text.split("\n") if line.strip()] if text else []


def _match(lines: list[str], blocks: list[Block]) -> list[tuple[str, int | None]]:
    """Each chosen line with the block that holds the same words; the line itself where none does."""
    places: dict[str, list[int]] = {}
    for index, block in enumerate(blocks):
        places.setdefault(key_of(block.text), []).append(index)
    matched: list[tuple[str, int | None]] = []
    last = -1
    for line in lines:
        bare = line.strip().strip("|").strip()
        key = key_of(bare)
        if not key:
            continue
        found = places.get(key)
        if found is None:
            bare = _LIST_MARK.sub("", bare)
            found = places.get(key_of(bare))
        if found:
            index = next((i for i in found if i > last), found[0])
            last = max(last, index)
            matched.append((blocks[index].text, index))
        else:
            matched.append((bare, None))
    return matched


def _container(blocks: list[Block], chosen: set[int]) -> Element | None:
    """The element that directly or nearly holds most of the chosen paragraphs."""
    votes: Counter[Element] = Counter()
    for index in chosen:
        block = blocks[index]
        weight = len(block.text)
        parent = block.element.getparent()
        if parent is not None:
            votes[parent] += weight
    if not votes:
        return None
    best, weight = votes.most_common(1)[0]
    return best if weight * 2 >= sum(votes.values()) else None


def _belongs(block: Block) -> bool:
    """Whether a paragraph that was not chosen, inside the article's container, reads like the article."""
    text = block.text
    if block.tag in HEADINGS or block.link_share > 0.5:
        return False
    letters = sum(c.isalpha() for c in text)
    if letters < 2:
        return False
    if _SENTENCE_END.search(text) and letters >= 12:
        return True
    return bool(_QUOTES.search(text)) and letters >= 25


def _restore(blocks: list[Block], chosen: set[int]) -> set[int]:
    """Paragraphs that the choice lost: siblings of chosen ones in the article's own container."""
    container = _container(blocks, chosen)
    if container is None:
        return set()
    inside = [i for i, b in enumerate(blocks) if b.element.getparent() is container or b.element is container]
    taken = [i for i in inside if i in chosen]
    if len(taken) < 2:
        return set()
    first, last = taken[0], taken[-1]
    # Before the first and after the last chosen paragraph stand bylines and appeals more often than text.
    return {
        i
        for i in inside
        if first < i < last
        and i not in chosen
        and _belongs(blocks[i])
        and not is_furniture(blocks[i].element, container)
    }


def _densest(blocks: list[Block]) -> list[int]:
    """The paragraphs of the container with the most running text: the fallback where nothing was chosen."""
    votes: Counter[Element] = Counter()
    good = [
        i
        for i, b in enumerate(blocks)
        if b.link_share < 0.5 and b.tag not in HEADINGS and len(b.text) >= 20 and not is_furniture(b.element)
    ]
    for i in good:
        weight = len(blocks[i].text)
        parent = blocks[i].element
        for level, ancestor in enumerate((parent, *ancestors(parent))):
            if level > 3 or ancestor.tag == "html":
                break
            votes[ancestor] += weight // (level + 1)
    if not votes:
        return []
    best = votes.most_common(1)[0][0]
    inside = set(best.iter())
    return [i for i in good if blocks[i].element in inside]


def read_body(tree: Element, url: str | None = None) -> Body:
    """The article's paragraphs, headings of the page's title level left out; empty where there are none."""
    blocks = [b for b in blocks_of(tree) if b.tag != "h1"]
    titles = {key_of(h1_text) for h1 in tree.iter("h1") if (h1_text := inline_text(h1))}
    lines: list[str] = []
    if sum(1 for _ in tree.iter()) <= MAX_ELEMENTS:
        lines = _chosen_lines(tree, url)
    if lines:
        matched = [(t, i) for t, i in _match(lines, blocks) if key_of(t) not in titles]
        chosen = {i for _, i in matched if i is not None}
        extra = _restore(blocks, chosen)
        return _merge(matched, extra, blocks)
    picked = _densest(blocks)
    texts = [blocks[i].text for i in picked]
    return Body(texts, [blocks[i] for i in picked], "densest" if texts else "none")


def _merge(matched: list[tuple[str, int | None]], extra: set[int], blocks: list[Block]) -> Body:
    waiting = sorted(extra)
    body = Body(how="trafilatura", restored=len(extra))
    for text, index in matched:
        while waiting and index is not None and waiting[0] < index:
            block = blocks[waiting.pop(0)]
            body.paragraphs.append(block.text)
            body.blocks.append(block)
        body.paragraphs.append(text)
        body.blocks.append(blocks[index] if index is not None else None)
    for i in waiting:
        body.paragraphs.append(blocks[i].text)
        body.blocks.append(blocks[i])
    return body
