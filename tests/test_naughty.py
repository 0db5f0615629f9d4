"""Whatever an article says stays words: no header, mention, link, markup, formula or terminal command.

The list is ``naughty.toml``. Each text stands in every place of a statement that an article fills.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from commands import LEAD, Command, row
from lxml import etree, html
from mailserver import DESK
from told import MINISTER, NOW, TOLD

from alerts.channels._mail import mailbox, written
from alerts.channels.apprise import inert
from alerts.channels.console import ConsoleSettings, build
from alerts.digest import render_digest
from alerts.headers import header_names, headers_for
from alerts.notices import notice
from alerts.plain import web_link
from alerts.render import render
from monitor.cli.atom import atom_feed
from monitor.cli.common import dumps, shown
from monitor.cli.ledger import csv_text
from monitor.model import Message, Told, ToldOutlet, ToldPassage

_FILE = tomllib.loads((Path(__file__).parent / "naughty.toml").read_text("utf-8"))
TEXTS = [
    pytest.param(text, id=f"{kind}-{n}") for kind, texts in _FILE.items() for n, text in enumerate(texts)
]
#: What a terminal acts on, and what turns the direction of a line or hides in it.
ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u061c\u2028\u2029\ufeff]"
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def told(text: str) -> Told:
    """A statement with the text in every place that comes from outside."""
    outlet = ToldOutlet(text, f"https://a.example/{text}", "en", NOW, "newspaper", 2)
    other = ToldOutlet(f"x {text}", text, "fa", None, "blog", 3)
    return replace(
        TOLD,
        speaker=replace(MINISTER, name=text, name_en=f"{text} {text}", role=text, body=text),
        venue=text,
        passages=(
            ToldPassage(text, "direct", "en", "verbatim"),
            ToldPassage(f"He said {text}", "indirect", "ar", "paraphrase"),
        ),
        outlets=(outlet, other, *TOLD.outlets),
        why_new=text,
        change=f"new: {text}",
        state_name=text,
    )


@cache
def messages(text: str) -> tuple[Message, Message, Message]:
    """An alert, a digest and a notice with the text: made once for all that look at them."""
    made = told(text)
    digest = render_digest(
        [made], found_late=[made], updates=[made], since=NOW, until=NOW, installation="desk", mode="daily"
    )
    assert digest is not None
    warning = notice("channel_down", text, NOW, text, headers={}, language="en")
    return render(made, installation="desk"), digest, warning


@cache
def harmless() -> frozenset[str]:
    """The elements of which our own mails are made."""
    plain = [html.document_fromstring(m.html) for m in messages("A minister")]
    return frozenset(str(e.tag) for made in plain for e in made.iter() if isinstance(e.tag, str))


@pytest.mark.parametrize("text", TEXTS)
def test_in_a_mail(text: str) -> None:
    sender, reader = mailbox("Clusterwatch <watch@example.org>"), mailbox(DESK)
    for message in messages(text):
        headers = headers_for(12, installation="i", alert=1, recipient=DESK, host="n.example", now=NOW)
        raw = written(replace(message, headers=headers), sender, reader)
        assert sorted(header_names(raw)) == sorted(
            ["from", "to", "subject", "mime-version", "content-type", *map(str.lower, headers)]
        )
        assert raw.isascii()
        mail = message_from_bytes(raw, policy=policy.default)
        assert set(map(str.lower, mail.keys())) == set(header_names(raw))
        assert not mail.defects
        assert not ACTING.search(str(mail["Subject"]).replace("\n", " "))
        assert str(mail["To"]) == DESK
        plain, page = mail.iter_parts()
        assert not ACTING.search(plain.get_content().replace("\r\n", "\n"))
        _is_only_words(page.get_content(), text)


def _is_only_words(page: str, text: str) -> None:
    tree = html.document_fromstring(page)
    for element in tree.iter():
        assert isinstance(element.tag, str), "no comment and no instruction of a stranger's"
        assert element.tag in harmless(), element.tag
        for name, value in element.attrib.items():
            assert not name.startswith("on"), name
            assert name not in ("src", "background", "formaction", "srcdoc")
            if name == "href":
                assert re.match(r"https?://[^\s<>\"]+$", value), value
                assert _leads_where_it_may(value, text), "no link to where the text would lead"


def _leads_where_it_may(address: str, text: str) -> bool:
    """An outlet whose address is the text itself, and a sound one, may be linked; else only hosts of ours."""
    return web_link(text) is not None or "evil.example" not in address.split("/")[2]


@pytest.mark.parametrize("text", TEXTS)
def test_in_slack(text: str) -> None:
    for message in messages(text):
        sent = json.loads(json.dumps({"text": message.subject, "blocks": list(message.blocks)}))
        for words in _strings(sent["blocks"]):
            left = re.sub(r"<https?://[^\s<>|]+\|[^<>|]*>", "", words)
            assert "<" not in left, "an opening bracket is only ever our own link's"
            assert not ACTING.search(words.replace("\n", " "))
            for address in re.findall(r"<(https?://[^\s<>|]+)\|", words):
                assert _leads_where_it_may(address, text)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            assert value["verbatim"] is True, "no plain word becomes a link or a call"
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("text", TEXTS)
def test_in_facts_for_machines_and_in_services_that_read_plain_text(text: str) -> None:
    message = messages(text)[0]
    for words in _strings(dict(message.facts)):
        assert not ACTING.search(words.replace("\n", " "))
    plain = inert(message.text)
    assert not re.search(r"<[!@#]|@(everyone|here|channel|all|room)\b|\]\(", plain, re.IGNORECASE)


def value_of(text: str) -> dict[str, Any]:
    """A statement as ``statements --format json`` gives it, with the text wherever an article fills it."""
    appearance = {
        "url": f"https://a.example/{text}", "outlet": text, "title": text, "role": text, "language": "en",
        "published": None, "read_at": "2024-03-05T18:00:00+00:00", "official_source": False,
        "withdrawn": None, "post": None, "reporting": "new", "same_by": None, "document": text,
        "article": "a1",
    }  # fmt: skip
    plain = dict.fromkeys(
        ("id", "said_on", "said_from", "said_to", "state", "standing", "kind", "reporting", "first_seen",
         "first_published"), "x",
    )  # fmt: skip
    words = dict.fromkeys(("speaker", "speaker_en", "role", "office", "body", "venue", "first_outlet"), text)
    return plain | words | {
        "positions": ["condemns"], "corroboration": {"level": "single", "outlets": 1, "independent": 1},
        "alert": {"state": "told", "reason": None}, "appearances": [appearance],
        "passages": [{"kind": "direct", "text": text, "fidelity": "verbatim", "language": "en"}],
        "official": None,
    }  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_in_a_spreadsheet(text: str) -> None:
    written_out = csv_text(iter([value_of(text)]))
    for delimiter in ",;\t":
        for cells in csv.reader(io.StringIO(written_out), delimiter=delimiter):
            for cell in (c.strip("\r\n") for c in cells):
                assert not cell.startswith(FORMULA), cell
                assert not ACTING.search(cell.replace("\n", " "))
    (_, cells) = csv.reader(io.StringIO(written_out))
    assert len(cells) == len(next(csv.reader(io.StringIO(written_out))))


@pytest.mark.parametrize("text", TEXTS)
def test_in_an_atom_feed(text: str) -> None:
    feed = etree.fromstring(atom_feed([value_of(text)], "i", NOW, "").encode())
    assert [etree.QName(e).localname for e in feed[-1]].count("link") <= 1
    for link in feed.iter("{http://www.w3.org/2005/Atom}link"):
        assert link.get("href", "").startswith("https://a.example/")


@pytest.mark.parametrize("text", TEXTS)
def test_on_a_terminal(text: str) -> None:
    stream = io.StringIO()
    for message in messages(text):
        build(ConsoleSettings(stream)).send(message, "console")
    assert not ACTING.search(stream.getvalue().replace("\n", " "))
    assert not ACTING.search(shown(f"  {text}\n{text}").replace("\n", " "))
    assert json.loads(dumps({"text": text})) == {"text": text}, "data for programs stay what they are"
    assert not ACTING.search(dumps({"text": text}))


ANSI = "\x1b[31mkill\x1b[0m \x9b2J\u202eand\u202c \u200bnobody \x1b]0;own\x07"


def test_commands_print_no_escape_of_an_article(ready: Command, tmp_path: Path) -> None:
    lead = LEAD.replace("whatever our neighbours do", f"whatever {ANSI} our neighbours do")
    document = json.loads(row(1, lead, title=f"Norway {ANSI}"))
    (tmp_path / "in.jsonl").write_text(json.dumps(document), "utf-8")
    outputs = [ready("ingest", "in.jsonl", "--announce")]
    for command in (
        ["statements"], ["statements", "--format", "csv"], ["statements", "--format", "json"], ["articles"],
        ["explain", "a1"], ["explain", "s1"], ["explain", "http://wire.example/1"], ["held"],
        ["alerts", "list"], ["alerts", "log"], ["alerts", "test", "--statement", "s1"],
        ["issues"], ["analyze", "in.html"],
    ):  # fmt: skip
        (tmp_path / "in.html").write_text(document["html"], "utf-8")
        outputs.append(ready(*command))
    assert "berg" in outputs[1].out, "the statement was found"
    for done in outputs:
        assert not ACTING.search((done.out + done.err).replace("\n", " ").replace("\r", " "))
