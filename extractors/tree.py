"""A page's characters to its tree, with guards against pages made to eat time or memory."""

from __future__ import annotations

import re
from typing import Final

import lxml.html
from lxml.etree import ElementDefaultClassLookup, HTMLParser, ParserError, XMLSyntaxError, XPath
from lxml.etree import _Element as Element

from monitor.errors import Unreadable

#: The longest run of characters without markup, outside scripts and styles, that is still a text.
MAX_RUN: Final = 1_000_000
MAX_DEPTH: Final = 250
#: The parser's time grows with the square of one element's attributes.
MAX_ATTRIBUTES: Final = 2000
_SCRIPT = re.compile(r"<(script|style|noscript|svg)\b", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
_ATTRIBUTE = re.compile(r"\s[^\s=<>\"']+")
#: lxml.html asks a function of Python for the class of every element; one class for all of them is told
#: without, which is a tenth of the time that a large page takes.
_CLASSES: Final = ElementDefaultClassLookup(
    element=lxml.html.HtmlElement,
    comment=lxml.html.HtmlComment,
    pi=lxml.html.HtmlProcessingInstruction,
    entity=lxml.html.HtmlEntity,
)
#: True for a tree that has an element so far below its root.
_DEEPEST: Final = XPath(f"boolean({'/'.join('*' * MAX_DEPTH)})")


def parse(text: str) -> Element:
    """The tree of a page's characters, without comments.

    Raises Unreadable with the state ``text_run_too_long``, ``too_many_attributes``, ``too_deep`` or
    ``no_text``.
    """
    # A run between two "<" is at least as long as the text in it; only a long one that is not a script's is
    # looked at closely.
    runs = text.split("<") if len(text) > MAX_RUN else []
    if max(map(len, runs), default=0) > MAX_RUN and any(
        len(run) > MAX_RUN and not run[:6].lower().startswith(("script", "style")) for run in runs
    ):
        longest = max((len(run) for run in re.split("[<>]", _without_scripts(text))), default=0)
        if longest > MAX_RUN:
            raise Unreadable("text_run_too_long", f"{longest} characters without markup")
    for tag in _LONG_TAG.finditer(text):
        names = re.sub(r"\"[^\"]*\"|'[^']*'", "", tag.group())
        if sum(1 for _ in _ATTRIBUTE.finditer(names)) > MAX_ATTRIBUTES:
            raise Unreadable("too_many_attributes", f"more than {MAX_ATTRIBUTES} in one element")
    # Comments cut texts into pieces, and the time of joining them again grows with their square.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_CLASSES)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ParserError, XMLSyntaxError, ValueError) as error:
        raise Unreadable("no_text", f"not to be parsed: {error}"[:200]) from error
    if any("depth" in str(entry.message).lower() for entry in parser.error_log) or bool(_DEEPEST(tree)):
        raise Unreadable("too_deep", f"nested deeper than {MAX_DEPTH}")
    return tree


def _without_scripts(text: str) -> str:
    """The characters without scripts, styles and drawings; one that is not closed stays."""
    pieces: list[str] = []
    unclosed: set[str] = set()
    place = 0
    for opening in _SCRIPT.finditer(text):
        name = opening[1].lower()
        if opening.start() < place or name in unclosed:
            continue
        closing = re.compile(rf"</{name}\s*>", re.IGNORECASE | re.ASCII).search(text, opening.end())
        if closing is None:
            unclosed.add(name)
            continue
        pieces.append(text[place : opening.start()])
        place = closing.end()
    return "<s/>".join([*pieces, text[place:]])
