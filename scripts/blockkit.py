"""Block Kit as HTML, for a look at our own messages: the four kinds of text and blocks that they are made of.

It is not Slack: colours and spacing are near, no more. What it does not know it refuses, so that a block of
a new kind cannot be shown wrongly in silence. By Slack's reference of blocks and of its text, "mrkdwn".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape, unescape
from typing import Any

_LINK = re.compile(r"<(https?://[^|<>\s]+)\|([^<>]+)>")
STYLE = """
body { margin: 0; padding: 16px 20px; font: 15px/1.46 Lato, Helvetica, Arial, sans-serif; color: #1d1c1d;
  background: #fff; max-width: 640px; }
header { font-weight: 900; } header small { font-weight: 400; color: #616061; margin-left: 6px; }
h3 { font-size: 18px; margin: 8px 0; } section { margin: 0 0 8px; white-space: pre-line; }
blockquote { margin: 4px 0; padding-left: 12px; border-left: 4px solid #ddd; }
aside { font-size: 12px; color: #616061; margin: 0 0 8px; } a { color: #1264a3; text-decoration: none; }
"""


def page(blocks: Iterable[Mapping[str, Any]], sender: str = "Clusterwatch") -> str:
    """The blocks as one page of HTML. Raises ValueError for a block or text that it does not know."""
    body = "\n".join(_block(block) for block in blocks)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(sender)}</title>'
        f"<style>{STYLE}</style></head><body><header>{escape(sender)}<small>APP</small></header>{body}</body></html>"
    )


def _block(block: Mapping[str, Any]) -> str:
    kind = block["type"]
    if kind == "header":
        return f"<h3>{_text(block['text'])}</h3>"
    if kind == "section":
        return f"<section>{_text(block['text'])}</section>"
    if kind == "context":
        return f"<aside>{' '.join(_text(element) for element in block['elements'])}</aside>"
    raise ValueError(f"a block of an unknown kind: {kind}")


def _text(text: Mapping[str, Any]) -> str:
    if text["type"] == "plain_text":
        return escape(unescape(text["text"]))
    if text["type"] != "mrkdwn":
        raise ValueError(f"a text of an unknown kind: {text['type']}")
    lines: list[str] = []
    quoted: list[str] = []
    for line in [*text["text"].split("\n"), ""]:
        if line.startswith("> "):
            quoted.append(_inline(line[2:]))
            continue
        if quoted:
            lines.append(f'<blockquote dir="auto">{"<br>".join(quoted)}</blockquote>')
            quoted = []
        lines.append(_inline(line))
    joined = "\n".join(lines).rstrip()
    return re.sub(r"\n?(</?blockquote[^>]*>)\n?", r"\1", joined)


def _inline(line: str) -> str:
    # What Slack escapes (& < >) comes as entities, as in HTML; its links are the only angle brackets.
    if re.search("[<>]", _LINK.sub("", line)):
        raise ValueError(f"an angle bracket that is no link's: {line}")
    shown = _LINK.sub(lambda m: f'<a href="{escape(unescape(m[1]))}">{m[2]}</a>', line)
    shown = re.sub(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])", r"<strong>\1</strong>", shown)
    return re.sub(r"(?<![\w_])_([^_\n]+)_(?![\w_])", r"<em>\1</em>", shown)
