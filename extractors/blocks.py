"""DOM to paragraphs: the text of each block element in document order, inline markup dissolved.

Used where no library keeps what we need: live-blog posts, pages that the extractor returns nothing
for, and paragraphs that it lost. White space is collapsed and no-break spaces become spaces; zero-width
joiners stay, because Persian is misspelt without them; other invisible characters go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from lxml.etree import XPath
from lxml.etree import _Element as Element

T = TypeVar("T")

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
    """One paragraph: its text, the block element it stands in, how many of its characters are links, and
    whether its source runs over several lines."""

    text: str
    element: Element
    linked: int = 0
    wrapped: bool = False

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
        for space in "\n\r\t\xa0":
            text = text.replace(space, " ")
        if not text.isprintable():
            return " ".join(_INVISIBLE.sub("", " ".join(text.split())).split())
    # Among printable characters the only white space is the space; taking a long text into words and
    # joining them again is ten times slower.
    text = text.strip(" ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def is_hidden(element: Element) -> bool:
    """Whether the element itself says that nobody sees it."""
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style and _HIDDEN.search(style))


#: What a piece of text stands in.
_LINK: Final = 1
_PRE: Final = 2
_INSIDE: Final = {"a": _LINK, "pre": _PRE}
_MAYBE_HIDDEN = XPath("descendant-or-self::*[@hidden or @style]")


class _Walk:
    """Collects text pieces until a block boundary comes.

    It calls itself: the parser makes no tree deeper than 256.
    """

    __slots__ = ("blocks", "left_out", "linked", "pieces")

    def __init__(self, left_out: Set[Element]) -> None:
        self.blocks: list[Block] = []
        self.pieces: list[str] = []
        self.linked = 0
        self.left_out = left_out

    def flush(self, owner: Element) -> None:
        """Ends a paragraph; to be called where there are pieces."""
        raw = "".join(self.pieces) if len(self.pieces) > 1 else self.pieces[0]
        self.pieces.clear()
        if text := clean(raw):
            wrapped = "\n" in raw and "\n" in raw.strip()
            self.blocks.append(Block(text, owner, min(self.linked, len(text)), wrapped))
        self.linked = 0

    def add(self, text: str, owner: Element, how: int) -> None:
        """Takes a piece of text; ``how``: whether it stands in a link or in preformatted text."""
        if how & _PRE and "\n" in text:
            *lines, text = text.split("\n")
            for line in lines:
                self.pieces.append(line)
                self.flush(owner)
        self.pieces.append(text)
        if how & _LINK:
            self.linked += len(text.strip())

    def enter(self, element: Element, owner: Element, how: int) -> None:
        """Takes an element that stands in ``owner``, without the text behind it."""
        tag: Any = element.tag
        if not isinstance(tag, str) or tag in SKIP_TAGS or element in self.left_out:
            return
        pieces = self.pieces
        is_block = tag in BLOCK_TAGS
        if is_block:
            if pieces:
                self.flush(owner)
            if tag != "br":
                owner = element
        if tag in _INSIDE:
            how |= _INSIDE[tag]
        text = element.text
        if text and (pieces or not text.isspace()):
            if how:
                self.add(text, owner, how)
            else:
                pieces.append(text)
        for child in element:
            self.enter(child, owner, how)
            text = child.tail
            if text and (pieces or not text.isspace()):
                if how:
                    self.add(text, owner, how)
                else:
                    pieces.append(text)
        if is_block and pieces:
            self.flush(element)


def blocks_of(root: Element, skip: frozenset[Element] = frozenset()) -> list[Block]:
    """The paragraphs under ``root`` in document order; elements in ``skip`` and hidden ones are left out."""
    maybe: list[Element] = _MAYBE_HIDDEN(root)  # type: ignore[assignment]
    walk = _Walk(skip.union(element for element in maybe if is_hidden(element)))
    walk.enter(root, root, 0)
    if walk.pieces:
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


class Around(Generic[T]):
    """What the nearest telling element around an element says of it; each one on the way is asked once."""

    __slots__ = ("_known", "_tell")

    def __init__(self, tell: Callable[[Element], T | None]) -> None:
        self._tell = tell
        self._known: dict[Element, T | None] = {}

    def of(self, element: Element | None) -> T | None:
        """What the element tells, else the nearest around it that does; None where none does."""
        path: list[Element] = []
        found: T | None = None
        while element is not None and found is None:
            if element in self._known:
                found = self._known[element]
                break
            path.append(element)
            found = self._tell(element)
            element = element.getparent()
        self._known.update(dict.fromkeys(path, found))
        return found
