"""DOM to paragraphs: the text of each block element in document order, inline markup dissolved.

Used where no library keeps what we need: live-blog posts, pages that the extractor returns nothing
for, and paragraphs that it lost. White space is collapsed and no-break spaces become spaces; zero-width
joiners stay, because Persian is misspelt without them; other invisible characters go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml.etree import _Element as Element

#: Elements that end the paragraph before them and begin another.
BLOCK_TAGS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)  # fmt: skip
#: Elements whose text no reader sees, or that are controls.
SKIP_TAGS: Final = frozenset(
    [
        "audio",
        "button",
        "canvas",
        "datalist",
        "head",
        "iframe",
        "input",
        "label",
        "link",
        "map",
        "math",
        "meta",
        "noscript",
        "object",
        "option",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
    ]
)  # fmt: skip
HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """One paragraph: its text, the block element it stands in, and how many of its characters are links."""

    text: str
    element: Element
    linked: int = 0

    @property
    def tag(self) -> str:
        """The tag of the block element."""
        return str(self.element.tag)

    @property
    def link_share(self) -> float:
        """The share of characters that stand inside links, 0 to 1."""
        return self.linked / len(self.text) if self.text else 0.0


def clean(text: str) -> str:
    """The text with invisible characters removed and every run of white space made one space."""
    if not text.isprintable():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def is_hidden(element: Element) -> bool:
    """Whether the element itself says that nobody sees it."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style and _HIDDEN.search(style))


class _Walk:
    """Collects text pieces until a block boundary comes."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.linked = 0

    def flush(self, owner: Element) -> None:
        if self.pieces:
            text = clean("".join(self.pieces))
            if text:
                self.blocks.append(Block(text, owner, min(self.linked, len(text))))
            self.pieces = []
        self.linked = 0

    def add(self, text: str | None, owner: Element, *, in_link: bool, in_pre: bool) -> None:
        if not text:
            return
        if in_pre and "\n" in text:
            *lines, last = text.split("\n")
            for line in lines:
                self.pieces.append(line)
                self.flush(owner)
            text = last
        self.pieces.append(text)
        if in_link:
            self.linked += len(text.strip())


def blocks_of(root: Element, skip: frozenset[Element] = frozenset()) -> list[Block]:
    """The paragraphs under ``root`` in document order; elements in ``skip`` and hidden ones are left out."""
    walk = _Walk()
    # An explicit stack: pages may be nested deeper than Python's recursion limit likes.
    # Entries: (element, owner block, in a link, in a pre, entering?).
    stack: list[tuple[Element, Element, bool, bool, bool]] = [(root, root, False, False, True)]
    while stack:
        element, owner, in_link, in_pre, entering = stack.pop()
        tag: Any = element.tag
        if not entering:
            if tag in BLOCK_TAGS:
                walk.flush(element)
            if element is not root:
                walk.add(element.tail, owner, in_link=in_link, in_pre=in_pre)
            continue
        if not isinstance(tag, str) or tag in SKIP_TAGS or element in skip or is_hidden(element):
            if element is not root:
                walk.add(element.tail, owner, in_link=in_link, in_pre=in_pre)
            continue
        is_block = tag in BLOCK_TAGS
        if is_block:
            walk.flush(owner)
        inner = element if is_block and tag != "br" else owner
        linked, pre = in_link or tag == "a", in_pre or tag == "pre"
        walk.add(element.text, inner, in_link=linked, in_pre=pre)
        if len(element):
            stack.append((element, owner, in_link, in_pre, False))
            stack.extend((child, inner, linked, pre, True) for child in reversed(element))
            continue
        if is_block:
            walk.flush(element)
        if element is not root:
            walk.add(element.tail, owner, in_link=in_link, in_pre=in_pre)
    walk.flush(root)
    return walk.blocks


def inline_text(element: Element) -> str:
    """All visible text of an element as one line."""
    if not len(element) and element.tag not in SKIP_TAGS and not is_hidden(element):
        return clean(element.text or "")
    return " ".join(block.text for block in blocks_of(element))


def ancestors(element: Element, upto: Element | None = None) -> Iterator[Element]:
    """The element's parents, nearest first, without ``upto`` and what stands above it."""
    parent = element.getparent()
    while parent is not None and parent is not upto:
        yield parent
        parent = parent.getparent()


def names_of(element: Element) -> str:
    """Class, id, role and data-component of an element in lower case: what its author calls it."""
    return " ".join(
        value
        for name in ("class", "id", "role", "data-component", "data-testid")
        if (value := element.get(name))
    ).lower()
