"""Plain text out of what feeds put into titles and summaries: HTML, escaped HTML, or words."""

from __future__ import annotations

import html
import re
from typing import Final

from lxml import etree

MAX_SUMMARY: Final = 10_000
_MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9:]*(?:\s[^<>]*)?/?>|<!--|<!\[CDATA\[")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Only ASCII's own blanks are folded: a no-break space in a quotation is part of its words.
_SPACES = re.compile(r"[ \t\f\v]+")
_LINES = re.compile(r" ?\n[ \n]*")
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_SILENT: Final = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg"})
_BLOCKS: Final = frozenset(
    {
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "table",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "hr",
    }
    | {"blockquote", "section", "article", "header", "footer", "figure", "figcaption", "dd", "dt", "dl"}
)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")


def plain(text: str | None, *, one_line: bool = False, limit: int | None = None) -> str:
    """The words of ``text``: markup gone, references decoded, blank runs folded.

    Lines are kept where blocks end, unless ``one_line``. A lone ``<`` is a character, not markup.
    ``limit`` cuts at a word's end.
    """
    if not text:
        return ""
    if _MARKUP.search(text):
        text = _without_markup(text)
    elif _ENTITY.search(text):
        text = html.unescape(text)
    text = _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _LINES.sub(" " if one_line else "\n", _SPACES.sub(" ", text)).strip()
    if limit is not None and len(text) > limit:
        text = text[:limit].rpartition(" ")[0] or text[:limit]
    return text


def _without_markup(text: str) -> str:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(f"<div>{text}</div>".encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return html.unescape(re.sub(r"<[^<>]*>", " ", text))
    out: list[str] = []
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            silent += name in _SILENT
            if name in _BLOCKS:
                out.append("\n")
            if element.text and not silent:
                out.append(_BLANKS.sub(" ", element.text))
        else:
            silent -= name in _SILENT
            if name in _BLOCKS:
                out.append("\n")
            if element.tail and not silent:
                out.append(_BLANKS.sub(" ", element.tail))
    return "".join(out)


_TAG = re.compile(r"^\s*([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]+)*\s*$")
#: Country codes and old codes that feeds write for a language (IANA's registry gives the right ones).
_MISNAMED: Final = {
    "ua": "uk",
    "cn": "zh",
    "jp": "ja",
    "gr": "el",
    "cz": "cs",
    "iw": "he",
    "in": "id",
    "kr": "ko",
}


def language_code(tag: object) -> str | None:
    """The primary subtag of a language tag in lower case (``en-US`` gives ``en``), None where it is none."""
    found = _TAG.match(tag) if isinstance(tag, str) else None
    if found is None:
        return None
    code = found[1].lower()
    return _MISNAMED.get(code, code)
