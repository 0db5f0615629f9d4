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
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element as Element
from trafilatura import bare_extraction

from extractors.blocks import HEADINGS, Around, Block, ancestors, blocks_of, inline_text, names_of
from extractors.outlets import Layout, found_by

#: Beyond this many elements trafilatura takes seconds; our own walker is linear.
MAX_ELEMENTS: Final = 30_000
#: A body of fewer characters shows that the outlet builds its pages otherwise by now.
MIN_LAYOUT: Final = 200
_KEY = re.compile(r"[\W_]+")
#: First letters by which the paragraph that begins a line is looked for, and how many are tried.
_START: Final = 12
_RUNS: Final = 20
_LIST_MARK = re.compile(r"^(?:[-–•*]\s+|\d{1,2}[.)]\s+)")
_QUOTES = re.compile('["“”„«»‹›「」『』‟]')
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔][\"”»’)\]」』]*\s*$")
#: A heading of at least so many characters that ends with a full stop is the first paragraph of a text
#: without a headline: on the 181 pages of the scrapinghub benchmark none is one.
RUNNING: Final = 120
_FULL_STOP = re.compile(r"[.。۔][\"”»’)\]」』]*\s*$")
#: What authors call the parts of a page that are not the article: whole words of class, id or role, from
#: their beginning ("related-posts", "sidebar"), so that a wrapper called "has-sidebar" is none.
_FURNITURE_NAME = re.compile(
    r"(?<![\w-])(?:ads?|advert\w*|banner|breadcrumbs?|byline|caption|comments?|consent|cookies?|disqus\w*|donat\w*|"
    r"footer|gallery|latest|menu|modal|most-?(?:read|popular|viewed)|nav|navbar|navigation|newsletter\w*|"
    r"popup|promo\w*|pull-?quote|recirc\w*|recommend\w*|related\w*|share|sharing|sidebar|social\w*|sponsor\w*|"
    r"subscri\w*|tags?|teaser\w*|toolbar|trending|video-?player|widget)(?![a-z])"
)
#: Parts that are cut even where the extractor chose them, with the reason.
_ROLES: Final = (
    ("pull_quote", re.compile(r"(?<![\w-])(?:pull-?quotes?|blockquote--pull)(?![a-z])")),
    (
        "caption",
        re.compile(
            r"(?<![\w-])(?:wp-caption-text|caption|image-caption|photo-caption|figcaption|media-caption)(?![a-z])"
        ),
    ),
    (
        "comment",
        re.compile(r"(?<![\w-])(?:comments?|comment-(?:list|body|content)|disqus_thread|respond)(?![a-z])"),
    ),
    (
        "advertisement",
        re.compile(r"(?<![\w-])(?:ads?|advert\w*|ad-(?:slot|unit|container|wrapper))(?![\w-])"),
    ),
    ("related", re.compile(r"(?<![\w-])(?:related[\w-]*|read-?more|see-?also|recirc\w*)(?![a-z])")),
    ("newsletter", re.compile(r"(?<![\w-])(?:newsletter[\w-]*|subscribe[\w-]*)(?![a-z])")),
    ("byline", re.compile(r"(?<![\w-])(?:byline)(?![a-z])")),
    ("cookie", re.compile(r"(?<![\w-])(?:cookie[\w-]*|consent[\w-]*|gdpr[\w-]*)(?![a-z])")),
)
#: Boxes in which a page sets what somebody wrote elsewhere; what stands in them is the article's.
_QUOTE_BOX = re.compile(r"(?<![\w-])(?:twitter-tweet|social-media-embed|tweet|blockquote)")
_ARTICLE_TAGS: Final = frozenset(("body", "html", "main", "article"))
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


def is_running_text(text: str) -> bool:
    """Whether a title or heading is a paragraph by its length and its end."""
    return len(text) >= RUNNING and _FULL_STOP.search(text) is not None


def _furniture(element: Element) -> bool | None:
    """Whether an element is, by its tag or name, a part that is not the article, or holds it; None if
    neither."""
    if element.tag in _ARTICLE_TAGS:
        return False
    tagged = element.tag in _FURNITURE_TAGS and element.tag != "table"
    return True if tagged or _FURNITURE_NAME.search(names_of(element).replace("_", "-")) else None


def is_furniture(element: Element, root: Element | None = None) -> bool:
    """Whether the element stands in a part of the page that is, by its tag or name, not the article."""
    told = map(_furniture, (element, *ancestors(element, root)))
    return next((one for one in told if one is not None), False)


def outside_furniture(blocks: Sequence[Block]) -> list[Block]:
    """The blocks that stand in no such part (``is_furniture``)."""
    around = Around(_furniture)
    return [block for block in blocks if not around.of(block.element)]


def role_of(block: Block) -> str | None:
    """Why a chosen paragraph is not the article after all, by the name of what it stands in; None if it
    is."""
    for element in (block.element, *ancestors(block.element)):
        if element.tag in ("body", "html", "main", "article"):
            return None
        if element.tag == "figcaption":
            return "caption"
        if element.tag in ("nav", "footer") and block.element is not element:
            return "furniture"
        names = names_of(element).replace("_", "-")
        if names:
            for role, pattern in _ROLES:
                if pattern.search(names):
                    return role
    return None


def _chosen_lines(tree: Element, url: str | None) -> list[str]:
    document = bare_extraction(
        deepcopy(tree), url=url, include_comments=False, favor_precision=True, deduplicate=False
    )
    text = getattr(document, "text", None)
    return [line for line in text.split("\n") if line.strip()] if text else []


def _match(lines: list[str], blocks: Sequence[Block]) -> list[tuple[str, int | None]]:
    """Each chosen line with the block that holds the same words; the line itself where none does."""
    places: dict[str, list[int]] = {}
    keys = [key_of(block.text) for block in blocks]
    for index, key in enumerate(keys):
        places.setdefault(key, []).append(index)
    starts: dict[str, list[int]] = {}
    for index, key in enumerate(keys):
        starts.setdefault(key[:_START], []).append(index)
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
            behind = bisect_right(found, last)
            index = found[behind] if behind < len(found) else found[0]
            last = max(last, index)
            matched.append((blocks[index].text, index))
        elif run := _run(key, keys, starts, last):
            last = run[-1]
            matched.extend((blocks[i].text, i) for i in run)
        else:
            matched.append((bare, None))
    return matched


def _run(line: str, keys: Sequence[str], starts: Mapping[str, list[int]], after: int) -> list[int]:
    """The paragraphs that a chosen line runs together (trafilatura does so with table cells); [] if it is not
    made of paragraphs. Up to three paragraphs that it left out may stand between.

    ``starts``: the places of the keys by their first letters.
    """
    possible: list[int] = []
    for size in range(1, _START + 1):
        found = starts.get(line[:size], ())
        behind = bisect_right(found, after)
        possible.extend([*found[behind : behind + _RUNS], *found[: min(behind, _RUNS)]])
    for start in sorted(possible, key=lambda i: (i <= after, i)):
        first = keys[start]
        if not first or not line.startswith(first) or len(first) == len(line):
            continue
        run, place, skipped = [start], len(first), 0
        for index in range(start + 1, len(keys)):
            if place >= len(line) or skipped > 3:
                break
            if keys[index] and line.startswith(keys[index], place):
                run.append(index)
                place += len(keys[index])
                skipped = 0
            else:
                skipped += 1
        if len(run) > 1 and place >= len(line) * 0.95:
            return run
    return []


def _holder(block: Block) -> Element | None:
    """The element that holds the paragraph as one of its own: past quotation boxes around it."""
    parent = block.element.getparent()
    while parent is not None and (parent.tag == "blockquote" or _QUOTE_BOX.search(names_of(parent))):
        parent = parent.getparent()
    return parent


def _containers(blocks: Sequence[Block], chosen: set[int]) -> set[Element]:
    """The elements that hold most of the chosen paragraphs, and their kin: pages cut an article by
    advertisements into several containers of the same name, of which an extractor takes the first."""
    votes: Counter[tuple[str, str]] = Counter()
    holders: dict[tuple[str, str], set[Element]] = {}
    for index in chosen:
        holder = _holder(blocks[index])
        if holder is not None:
            signature = (str(holder.tag), holder.get("class") or "")
            votes[signature] += len(blocks[index].text)
            holders.setdefault(signature, set()).add(holder)
    if not votes:
        return set()
    signature, weight = votes.most_common(1)[0]
    if weight * 2 < sum(votes.values()):
        return set()
    found = holders[signature]
    if not signature[1]:
        return found
    top = next(iter(found))
    for parent in list(ancestors(top))[:2]:
        if parent.tag in ("body", "html"):
            break
        top = parent
    kin = {e for e in top.iter(signature[0]) if (e.get("class") or "") == signature[1]}
    return found | kin


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


def _restore(blocks: Sequence[Block], chosen: set[int]) -> set[int]:
    """Paragraphs that the choice lost: siblings of chosen ones in the article's own containers.

    Before the first chosen paragraph stand bylines and leads; after the last, appeals and notices more often
    than text, so that there only paragraphs in a further container of the same name are taken.
    """
    containers = _containers(blocks, chosen)
    if not containers:
        return set()
    inside = [i for i, b in enumerate(blocks) if b.element in containers or _holder(b) in containers]
    taken = [i for i in inside if i in chosen]
    if len(taken) < 2:
        return set()
    first, last = taken[0], taken[-1]
    last_holder = _holder(blocks[last])
    tags = Counter(blocks[i].tag for i in taken)
    usual = tags.most_common(1)[0][0]
    restored = set()
    for i in inside:
        block = blocks[i]
        if i <= first or i in chosen or not _belongs(block) or is_furniture(block.element, _holder(block)):
            continue
        if i < last or (_holder(block) is not last_holder and block.tag == usual and len(block.text) >= 60):
            restored.add(i)
    return restored


def _densest(blocks: Sequence[Block]) -> list[Block]:
    """The paragraphs of the container with the most running text: the fallback where nothing was chosen."""
    votes: Counter[Element] = Counter()
    good = outside_furniture(
        [b for b in blocks if b.link_share < 0.5 and len(b.text) >= 20 and b.tag not in HEADINGS]
    )
    for block in good:
        weight = len(block.text)
        parent = block.element
        for level, ancestor in enumerate((parent, *ancestors(parent))):
            if level > 3 or ancestor.tag == "html":
                break
            votes[ancestor] += weight // (level + 1)
    if not votes:
        return []
    best = votes.most_common(1)[0][0]
    inside = set(best.iter())
    return [block for block in good if block.element in inside]


def body_by(layout: Layout | None, tree: Element) -> Body | None:
    """The body as the outlet's own layout gives it; None where there is none, or it finds next to nothing."""
    if layout is None or layout.body is None:
        return None
    blocks = [b for element in found_by(layout.body, tree) for b in blocks_of(element) if b.tag != "h1"]
    kept = [b for b in blocks if b.link_share <= 0.5 and not is_furniture(b.element)]
    if sum(len(b.text) for b in kept) < MIN_LAYOUT:
        return None
    return Body([b.text for b in kept], list(kept), "outlet")


def read_body(tree: Element, blocks: Sequence[Block], url: str | None = None) -> Body:
    """The article's paragraphs, headings of the page's title level left out unless they are running text;
    empty where there are none.

    ``blocks`` are those of ``tree``.
    """
    body = _chosen_body(tree, blocks, url)
    opening = next((b for b in blocks if b.tag == "h1" and is_running_text(b.text)), None)
    if opening is not None and body.paragraphs and key_of(opening.text) not in map(key_of, body.paragraphs):
        body.paragraphs.insert(0, opening.text)
        body.blocks.insert(0, opening)
    return body


def _chosen_body(tree: Element, blocks: Sequence[Block], url: str | None) -> Body:
    titles = {
        key_of(text) for h1 in tree.iter("h1") if (text := inline_text(h1)) and not is_running_text(text)
    }
    lines: list[str] = []
    if sum(1 for _ in tree.iter()) <= MAX_ELEMENTS:
        lines = _chosen_lines(tree, url)
    if lines and not _too_little(lines, blocks):
        matched = [
            (t, i)
            for t, i in _match(lines, blocks)
            if key_of(t) not in titles and (i is None or blocks[i].tag != "h1" or is_running_text(t))
        ]
        chosen = {i for _, i in matched if i is not None}
        extra = _restore(blocks, chosen)
        return _merge(matched, extra, blocks)
    picked = _densest(blocks)
    return Body([b.text for b in picked], list(picked), "densest" if picked else "none")


def _too_little(lines: list[str], blocks: Sequence[Block]) -> bool:
    """Whether the choice is a notice while the page holds an article: far less text than its densest part."""
    chosen = sum(len(line) for line in lines)
    if chosen >= 700:
        return False
    return sum(len(b.text) for b in _densest(blocks)) > 3 * chosen + 300


def _merge(matched: list[tuple[str, int | None]], extra: set[int], blocks: Sequence[Block]) -> Body:
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
