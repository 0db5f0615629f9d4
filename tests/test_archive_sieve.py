"""The look at raw pages loses nothing that the topic's rule takes, in any spelling, case or encoding."""

from __future__ import annotations

import html
import json
import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples

from extractors.languages import words
from extractors.languages.folding import fold
from extractors.languages.literals import needed_letters
from monitor.archives._needles import could_name
from monitor.archives._sieve import sifted
from monitor.model import LANGUAGES
from monitor.topic.terms import find_terms

HERE = Path(__file__).parent
#: The encodings of the web besides UTF-8 in which a language is or was written.
OLD = {
    "ru": ("cp1251", "koi8-r", "iso8859-5", "cp866"),
    "uk": ("cp1251", "koi8-u", "iso8859-5"),
    "pl": ("cp1250", "iso8859-2"),
    "tr": ("cp1254", "iso8859-9"),
    "ar": ("cp1256", "iso8859-6"),
    "fa": ("cp1256",),
    "zh": ("gb18030", "big5", "gbk"),
}
WESTERN = ("cp1252", "iso8859-1", "iso8859-15")


@cache
def on_topic() -> tuple[tuple[str, str], ...]:
    """(language, text) of all made-up texts of the tests that the topic's rule takes."""
    texts = []
    for language in LANGUAGES:
        tables = tomllib.loads((HERE / f"articles_{language}.toml").read_text("utf-8"))["article"]
        texts += [(language, each.get("text") or f"{each['title']}\n{each['summary']}") for each in tables]
    for line in (HERE / "newsroom" / "documents.jsonl").read_text("utf-8").splitlines():
        document = json.loads(line)
        texts.append((document["language"], f"{document['title']}\n{document['summary']}"))
    return tuple((language, text) for language, text in texts if find_terms(fold(text)))


def in_old_pages(language: str, text: str) -> list[tuple[str, bytes]]:
    made = []
    for encoding in OLD.get(language, WESTERN):
        made.append((encoding, text.encode(encoding, "xmlcharrefreplace")))
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_topic_is_lost_in_any_encoding(language: str) -> None:
    mine = [text for code, text in on_topic() if code == language]
    assert len(mine) > 10
    for text in mine:
        for written in (text, text.upper(), text.title()):
            if not find_terms(fold(written)):
                continue  # capital letters that the rule itself does not take
            assert sifted(written.encode()), (language, written)
            for encoding, raw in in_old_pages(language, written):
                assert sifted(raw), (language, encoding, written)
        assert sifted(text.encode("utf-16")), text
        assert sifted(f"<!doctype html><html><head><title>{text}".encode("utf-16-le")), text
        assert sifted(json.dumps({"articleBody": text}).encode("ascii")), text
        assert sifted(html.escape(text).encode("ascii", "xmlcharrefreplace")), text
        assert sifted(unicodedata.normalize("NFD", text).encode()), text
        assert sifted(re.sub(r" ", "\n\t ", text).encode()), text


def test_pages_of_the_made_up_press_are_kept_where_they_concern_the_topic() -> None:
    gold = {
        row["id"]: row
        for row in map(json.loads, (HERE / "newsroom" / "gold.jsonl").read_text("utf-8").splitlines())
    }
    kept = left = 0
    for line in (HERE / "newsroom" / "documents.jsonl").read_text("utf-8").splitlines():
        document = json.loads(line)
        if gold[document["id"]]["concerns"]:
            kept += 1
            assert sifted(document["html"].encode()), document["id"]
        else:
            left += not sifted(document["html"].encode())
    assert kept > 90
    assert left > 0


@settings(max_examples=examples(300), deadline=None)
@given(data=st.data())
def test_letters_in_disguise_are_seen_through(data: st.DataObject) -> None:
    language, text = data.draw(st.sampled_from(on_topic()))
    hit = find_terms(fold(text), language)
    if not hit:
        return
    span = data.draw(st.sampled_from(hit)).span
    disguised = "".join(data.draw(st.sampled_from(ways(letter))) for letter in text[span.start : span.end])
    raw = f"<p>{text[: span.start]}{disguised}{text[span.end :]}</p>".encode()
    assert could_name(raw)
    assert sifted(raw)


def ways(letter: str) -> list[str]:
    """A letter as it may stand in a page so that its reader sees the same."""
    code = ord(letter)
    made = [letter, f"&#{code};", f"&#x{code:X};", f"&#0{code};", f"&amp;#{code};"]
    if letter.isalpha():
        made += [f"{letter}\u00ad", f"{letter}&shy;", f"{letter}<wbr>", f"<b>{letter}</b>", f"{letter}\u200b",
                 f'<span class="x y">{letter}</span>', f"{letter}&#8203;", letter.upper()]  # fmt: skip
        if code < 0x10000:
            made += [f"\\u{code:04x}", f"\\u{code:04X}"]
    if letter == " ":
        made += ["\u00a0", "&nbsp;", "\n   ", " <i>", "</i> "]
    if letter == "-":
        made += ["\u2010", "\u2011", "&#8209;"]
    return [each for each in made if fold(html.unescape(each)).low != "ss" or letter == each]


@pytest.mark.parametrize(
    "page",
    [
        "<p>Der Bericht zeigt ein Cluster von Firmen in verstreuten Orten; das Dokument liegt vor.</p>",
        "<script>map.cluster({radius: 40, clusterId: 7})</script><p>Weather for the weekend</p>",
        "<p>Dokumenty w sprawie budżetu</p>",
        "<p>La fragmentation du marché de l'emploi</p>",
        "<p>Кассета с записью концерта</p>",
        "<p>中国集束</p>" * 3,
        "&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&quot;&quot;&amp;&amp;",
        "",
    ],
)
def test_what_only_looks_like_it_is_left(page: str) -> None:
    assert not sifted(page.encode())


@settings(max_examples=examples(200), deadline=None)
@given(raw=st.binary(max_size=400))
def test_any_bytes_are_looked_through(raw: bytes) -> None:
    assert sifted(raw) in (True, False)


def test_what_a_pattern_needs_is_in_all_that_it_matches() -> None:
    checked = 0
    folded = [fold(text).low for _, text in on_topic()]
    for language in ("common", *LANGUAGES):
        patterns = [*words(language, "topic").get("free", ())]
        for pattern in patterns:
            needs = needed_letters(pattern)
            for text in folded:
                for found in re.finditer(pattern, text):
                    checked += 1
                    assert all(any(one in found.group() for one in each) for each in needs), pattern
    assert checked > 300


def test_letters_that_a_pattern_needs() -> None:
    assert needed_letters(r"\bcluster[ -](?:munitions?|bomb(?:s|ed)?)\b") == (
        frozenset({"cluster"}),
        frozenset({"munition", "bomb"}),
    )
    assert needed_letters(r"\w+|cluster") == ()
    assert needed_letters("集束(?:弹|彈)") == (frozenset({"集束"}), frozenset({"弹", "彈"}))
