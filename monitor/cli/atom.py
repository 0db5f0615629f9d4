"""The ledger as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from lxml import etree

from alerts.wording import wording
from monitor.cli.citation import footnote

_NS: Final = "http://www.w3.org/2005/Atom"
_PREFIXES: Final[Any] = {None: _NS}
#: Characters that XML 1.0 cannot hold.
_BAD: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom_feed(
    values: list[dict[str, Any]], installation: str, now: datetime, ledger_url: str, part: str = ""
) -> str:
    """Statements (as ``statements --format json`` gives them) as one Atom document, as text.

    ``part`` names what of the ledger it holds ("RU 2023"), which makes it a feed of its own.
    """
    root = etree.Element(f"{{{_NS}}}feed", nsmap=_PREFIXES)
    of = f" ({part})" if part else ""
    _child(root, "title", f"Clusterwatch: official statements about cluster munitions{of}")
    _child(root, "id", f"urn:clusterwatch:{installation}{':' + part.replace(' ', ':') if part else ''}")
    _child(root, "updated", max((v["first_seen"] for v in values), default=now.isoformat()))
    author = etree.SubElement(root, f"{{{_NS}}}author")
    _child(author, "name", "Clusterwatch")
    if ledger_url:
        etree.SubElement(root, f"{{{_NS}}}link", rel="alternate", href=_BAD.sub("", ledger_url))
    for value in values:
        _entry(root, value, installation)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return text.decode("utf-8")


def _entry(root: etree._Element, value: dict[str, Any], installation: str) -> None:
    entry = etree.SubElement(root, f"{{{_NS}}}entry")
    role = f", {value['role']}" if value["role"] else ""
    does = ", ".join(wording("en")("positions", p) for p in value["positions"])
    name = f"[{value['state'] or '--'}] {value['speaker_en']}{role}"
    _child(entry, "title", f"{name}: {does}" if does else name)
    _child(entry, "id", f"urn:clusterwatch:{installation}:{value['id']}")
    _child(entry, "updated", value["first_seen"])
    if value["first_published"]:
        _child(entry, "published", value["first_published"])
    for appearance in value["appearances"][:20]:
        if str(appearance["url"]).startswith(("http://", "https://")):
            link = etree.SubElement(
                entry, f"{{{_NS}}}link", rel="related", href=_BAD.sub("", appearance["url"])
            )
            link.set("title", _BAD.sub("", appearance["outlet"] or ""))
    for position in value["positions"]:
        etree.SubElement(entry, f"{{{_NS}}}category", term=position)
    _child(entry, "content", "\n\n".join([*map(_passage, value["passages"]), footnote(value)]))


def _passage(passage: dict[str, Any]) -> str:
    """What was said in quotation marks, what an outlet says of it without, and which of all this it is."""
    text = f"“{passage['text']}”" if passage["kind"] == "direct" else passage["text"]
    return f"{text} [{passage['fidelity'].replace('_', ' ')}, {passage['language']}]"


def _child(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{_NS}}}{name}").text = _BAD.sub("", text)
