"""Messages: the subject's form, the same facts in every form, and nothing of a stranger's that acts."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import html
from properties import examples
from told import HOSTILE, MINISTER, TOLD, tolds

from alerts import blocks as kit
from alerts.plain import clean, columns, cut, web_link, wrapped
from alerts.render import render
from alerts.wording import languages, wording
from monitor.errors import SettingsError
from monitor.identity.relations import RelationKind
from monitor.listening import regions
from monitor.model import (
    LANGUAGES,
    POSITIONS,
    Corroboration,
    Fidelity,
    HeldReason,
    Kind,
    Message,
    Said,
    Standing,
    Told,
    ToldOutlet,
    ToldPassage,
)
from monitor.officials.lexicon import data
from monitor.pipeline.feedback import ANSWERS


def shown(told: Told) -> Message:
    return render(told, installation="desk")


def all_text(blocks: object) -> str:
    """Every text of the blocks, as a reader would meet them."""
    if isinstance(blocks, dict):
        return "\n".join(
            all_text(v) for k, v in blocks.items() if k in ("text", "elements") or isinstance(v, dict)
        )
    if isinstance(blocks, list | tuple):
        return "\n".join(all_text(b) for b in blocks)
    return blocks if isinstance(blocks, str) else ""


def unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def seen_in(message: Message) -> dict[str, str]:
    """What a reader of each form reads, on one line."""
    forms = {
        "text": message.text.replace("\n> ", " "),
        "html": html.document_fromstring(message.html).find("body").text_content(),
        "slack": unescaped(all_text(message.blocks)),
    }
    return {form: " ".join(text.split()) for form, text in forms.items()}


def test_subject_has_state_name_role_and_weightiest_position() -> None:
    told = replace(
        TOLD,
        speaker=replace(
            MINISTER, name="Sergei Shoigu", name_en="S. K. Shoigu", role="Russian Defense Minister"
        ),
    )
    assert (
        shown(told).subject
        == "[RU] Sergei Shoigu, Russian Defense Minister: threatens use of cluster munitions"
    )


def test_subject_without_state_or_role() -> None:
    told = replace(
        TOLD, speaker=replace(MINISTER, state=None, role=None, name="Anna Berg", name_en="Anna Berg")
    )
    assert shown(told).subject == "[--] Anna Berg: threatens use of cluster munitions"


def test_subject_of_a_body_does_not_say_its_name_twice() -> None:
    body = replace(
        MINISTER, name="Ministry of Defence", name_en="Ministry of Defence", role="Ministry of Defence"
    )
    assert shown(replace(TOLD, speaker=body)).subject.startswith("[RU] Ministry of Defence: ")


def test_an_update_says_so_first() -> None:
    message = shown(replace(TOLD, change="two more outlets carry it"))
    assert message.subject.startswith("Update: [RU] Ivan Gromov, ")
    for form, text in seen_in(message).items():
        assert "two more outlets carry it" in text, form
        assert text.index("two more outlets") < text.index("our patience has an end"), form


def test_every_form_has_every_fact() -> None:
    facts = (
        "Ivan Gromov", "Иван Петрович Громов", "Defence Minister of Norland", "🇷🇺", "Norland (RU)",
        "defence minister",
        "has not joined the Convention", "5 March 2024", "press conference in the capital",
        "threatens use of cluster munitions", "justifies cluster munitions",
        "“We hold such shells too, and our patience has an end.”",
        "TRANSLATION of the words spoken · English",
        "لن نتخلى عن هذه الأسلحة", "Harbour Courier", "Ministry of Defence", "official source",
        "published by the speaker's own side", "no earlier statement of this speaker", "s12",
        "s9 (27 February 2024: denies use of cluster munitions)",
        "reverses s7 (3 January 2024: denies use of cluster munitions)",
        "answers s8 (Ada Quill, 4 March 2024: alleges use of cluster munitions by others)",
        "repeated later by s15 (day not known: speaks about cluster munitions)",
    )  # fmt: skip
    message = shown(TOLD)
    for form, text in seen_in(message).items():
        plain = re.sub(r"https?://[^\s|>]+ ?|[<>|]", "", text)  # Slack's links are their words
        for fact in facts:
            assert fact in text or fact in plain, (form, fact)
        assert text.index("Ministry of Defence") < text.index("Harbour Courier"), (
            f"{form}: official source first"
        )
    links = html.document_fromstring(message.html).xpath("//a/@href")
    assert links == [
        "https://mod.example/5",
        "https://courier.example/a?b=1&c=2",
        "https://ledger.example/s/9",
        "https://ledger.example/s/7",
        "https://ledger.example/s/8",
        "https://ledger.example/s/12",
        "https://ledger.example/feedback/1.2.abc",
    ]
    for link in links:
        assert link in message.text
        assert link in unescaped(all_text(message.blocks))


@pytest.mark.parametrize("position", POSITIONS)
def test_every_position_has_its_words(position: str) -> None:
    words = wording("en").tables
    assert position in words["positions"]
    assert position in words["headings"]
    subject = shown(replace(TOLD, positions=(position,))).subject
    assert subject.endswith(f": {words['positions'][position]}")
    assert "_" not in subject


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("kinds", get_args(Kind)),
        ("standing", get_args(Standing)),
        ("fidelity", get_args(Fidelity)),
        ("corroboration", get_args(Corroboration)),
        ("held", get_args(HeldReason)),
        ("regions", tuple(regions())),
        ("relations", tuple(f"{kind}{end}" for kind in get_args(RelationKind) for end in ("", "_later"))),
        ("languages", LANGUAGES),
        ("answers", ANSWERS),
        ("offices", tuple(data("offices.toml")["offices"])),
        ("organisations", ("UN", "EU", "NATO", "OSCE", "ICRC", "AFU", "CCM")),
    ],
)
@pytest.mark.parametrize("language", languages())
def test_every_value_has_its_words(language: str, table: str, values: tuple[str, ...]) -> None:
    assert set(values) <= set(wording(language).tables[table])


def test_the_weightiest_position_heads_whatever_their_order() -> None:
    for heavy, light in pairwise(POSITIONS):
        told = replace(TOLD, positions=(light, heavy))
        assert shown(told).subject.endswith(wording("en")("positions", heavy))


@pytest.mark.parametrize(
    ("level", "outlets", "words"),
    [
        ("unverified", 1, "reported by one outlet of unknown standing: UNVERIFIED"),
        ("unverified", 2, "reported only by outlets of unknown standing (2): UNVERIFIED"),
        ("single", 1, "reported by one outlet"),
        ("single", 2, "carried by 2 outlets, not independently of each other"),
        ("independent", 2, "reported by 2 independent outlets"),
    ],
)
def test_corroboration_in_words(level: str, outlets: int, words: str) -> None:
    told = replace(TOLD, corroboration=level, outlets=TOLD.outlets[:outlets])
    for form, text in seen_in(shown(told)).items():
        assert words in text.replace("*", ""), form


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            Said(earliest=date(2024, 2, 1), latest=date(2024, 2, 29)),
            "between 1 February 2024 and 29 February 2024",
        ),
        (Said(latest=date(2024, 2, 29)), "on or before 29 February 2024"),
        (Said(earliest=date(2024, 2, 1)), "on or after 1 February 2024"),
        (Said(), "day not known; first published 5 March 2024, 18:00 UTC"),
    ],
)
def test_a_day_that_is_not_sure_is_told_as_far_as_it_is(said: Said, words: str) -> None:
    for form, text in seen_in(shown(replace(TOLD, said=said))).items():
        assert words in text, form


def test_quotations_carry_language_and_direction() -> None:
    quotes = html.document_fromstring(shown(TOLD).html).xpath("//blockquote")
    assert [(q.get("dir"), q.get("lang")) for q in quotes] == [("ltr", "en"), ("rtl", "ar")]


def test_marks_of_quotations_from_right_to_left_change_places() -> None:
    for form, text in seen_in(shown(TOLD)).items():
        assert "”لن نتخلى عن هذه الأسلحة“" in text, form
        assert "“We hold such shells too" in text, form


def test_a_wording_a_template_and_a_language_change_without_python(tmp_path: Path) -> None:
    """A copy of the package whose words and templates are others, and which has one folder more."""
    root = Path(__file__).resolve().parent.parent
    shutil.copytree(root / "alerts", tmp_path / "alerts", ignore=shutil.ignore_patterns("__pycache__"))
    english = tmp_path / "alerts" / "templates" / "en"
    other = english.parent / "xx"
    shutil.copytree(english, other)
    words = (english / "words.toml").read_text("utf-8")
    assert words.count('"threatens use of cluster munitions"') == 1
    (english / "words.toml").write_text(words.replace('"threatens use of', '"menaces with'), "utf-8")
    (other / "words.toml").write_text(words.replace('who = "Who"', 'who = "Hvem"'), "utf-8")
    (other / "alert.txt").write_text("{{ words('labels', 'who') }}={{ main.name }}", "utf-8")
    script = (
        "import sys; sys.path[:0] = sys.argv[1:]; from told import TOLD; from alerts.render import render;"
        "a, b = (render(TOLD, installation='x', language=c) for c in ('en', 'xx'));"
        "print(a.subject); print(b.text)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), str(root), str(root / "tests")],
        capture_output=True, text=True, timeout=60, check=True, env={"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    first, second = done.stdout.splitlines()[:2]
    assert first == "[RU] Ivan Gromov, Defence Minister of Norland: menaces with cluster munitions"
    assert second == "Hvem=Ivan Gromov"


def test_a_paraphrase_stands_without_quotation_marks() -> None:
    told = replace(
        TOLD, passages=(ToldPassage("He said they had such shells.", "indirect", "en", "paraphrase"),)
    )
    for form, text in seen_in(shown(told)).items():
        assert "“He said" not in text, form
        assert "He said they had such shells." in text, form
        assert "not a quotation" in text, form


def test_html_loads_nothing_and_links_only_to_the_web() -> None:
    bad = (*TOLD.outlets, ToldOutlet("Bad", "javascript:alert(1)", None, None, "blog", 3))
    message = shown(replace(TOLD, outlets=bad, ledger_url="data:text/html,x"))
    page = html.document_fromstring(message.html)
    assert not page.xpath(
        "//img | //script | //link | //iframe | //object | //form | //*[@src] | //*[@background]"
    )
    assert "url(" not in message.html
    assert all(re.match(r"https?://", link) for link in page.xpath("//@href"))
    assert "javascript:alert(1)" in page.text_content()
    assert page.xpath("//meta[@name='color-scheme']/@content") == ["light dark"]
    assert "prefers-color-scheme: dark" in message.html
    assert page.xpath("//meta[@name='viewport']")
    assert all(
        tag.get("style") for tag in page.xpath("//body//*[self::blockquote or self::a or self::td[@class]]")
    )


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    told = replace(
        TOLD,
        speaker=replace(MINISTER, name=words, name_en=words, role=words, body=words),
        venue=words,
        passages=(ToldPassage(words, "direct", "en", "verbatim"),),
        outlets=(ToldOutlet(words, words, "en", None, "blog", 3),),
        why_new=words,
        change=words,
        state_name=words,
    )
    check(shown(told))


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(told=tolds)
def test_anything_renders_and_nothing_acts(told: Told) -> None:
    check(shown(told))


def check(message: Message) -> None:
    """What holds for every message whatever stands in it."""
    assert "=?" not in message.subject
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", message.subject)
    assert 0 < len(message.subject) <= 300
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", message.text)
    message.text.encode()
    page = html.document_fromstring(message.html.encode(), parser=html.HTMLParser(encoding="utf-8"))
    assert not page.xpath("//img | //script | //*[@onerror] | //b")
    assert all(re.match(r"https?://", link) for link in page.xpath("//@href"))
    texts = all_text(message.blocks)
    assert not re.search(r"<[!@#]", texts)
    assert all(re.match(r"<https?://[^|<>\s]*\|[^<>|]+>", part) for part in re.findall(r"<[^>]*>?", texts))
    assert not re.search(r"&(?!amp;|lt;|gt;)", texts), "a halved escape"
    assert "&lt;https://evil.example" in texts or "evil.example" not in texts
    assert len(message.blocks) <= 50
    assert len(json.dumps(message.blocks, ensure_ascii=False)) + len(message.subject) <= 12_000
    for block in message.blocks:
        limit = 150 if block["type"] == "header" else 3000
        assert 0 < len(block["text"]["text"] if "text" in block else block["elements"][0]["text"]) <= limit
    json.dumps(message.facts)


def test_long_quotations_are_shortened_where_it_shows() -> None:
    long = ToldPassage("word & <more> " * 800, "direct", "en", "verbatim")
    message = shown(replace(TOLD, passages=(long,) * 9))
    check(message)
    assert all_text(message.blocks).count("…”") == 9
    assert "more in the ledger" not in all_text(message.blocks), "none is left out while shortening is enough"
    many = shown(replace(TOLD, passages=(long,) * 60))
    check(many)
    assert re.search(r"and \d+ more in the ledger", all_text(many.blocks))
    assert message.text.count("word & <more>") == 9 * 800, "mail has no such limit"


def test_many_outlets_are_counted_in_slack_and_listed_in_mail() -> None:
    outlet = TOLD.outlets[0]
    many = tuple(
        replace(outlet, name=f"Paper {n}", url=f"https://p{n}.example/" + "x" * 200) for n in range(90)
    )
    message = shown(replace(TOLD, outlets=many))
    check(message)
    assert re.search(r"and \d+ more outlets in the ledger", all_text(message.blocks))
    assert "https://p89.example/" in message.text


@pytest.mark.parametrize("limit", range(1, 40))
def test_a_cut_never_halves_an_escape(limit: int) -> None:
    text = kit.fitted("a&b<c>d" * 8, limit)
    assert len(text) <= limit
    assert text.endswith("…")
    assert re.fullmatch(r"(?:[abcd…]|&amp;|&lt;|&gt;)*", text)


def test_a_cut_keeps_letter_and_mark_together() -> None:
    assert cut("abe\u0301f", 4) == "ab…"


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/x?y=1&z=2", "https://a.example/x?y=1&z=2"),
        ('https://a.example/a|b<c>"d', "https://a.example/a%7Cb%3Cc%3E%22d"),
        ("http://bücher.example/ä", "http://bücher.example/ä"),
        ("javascript:alert(1)", None),
        ("//a.example/x", None),
        ("http://", None),
        ("https://bank.example@evil.example/", None),
        ("http://127.0.0.1:80\\@example.org/", None),
        ("https://a.example/\nx", None),
        ("https://a.example/\u202ex", None),
        ("http://[::1", None),
        ("http://a.example:99999/", None),
        (None, None),
    ],
)
def test_links(url: str | None, link: str | None) -> None:
    assert web_link(url) == link


def test_text_part_keeps_to_72_columns_in_every_script() -> None:
    passages = tuple(
        ToldPassage(text * 12, "direct", language, "verbatim")
        for text, language in (
            ("集束弹药必须禁止。", "zh"),
            ("these weapons ", "en"),
            ("кассетные боеприпасы ", "ru"),
        )
    )
    text = shown(replace(TOLD, passages=passages)).text
    assert max(columns(line) for line in text.splitlines()) <= 72
    assert wrapped("https://a.example/" + "x" * 90 + " b", "- ").splitlines()[1] == "  b"


def too_wide(text: str) -> list[str]:
    """The lines wider than 72 columns that need not be: one long word may stand out."""
    wide = [line for line in text.splitlines() if columns(line) > 72]
    return [line for line in wide if columns(line) - max(columns(word) for word in line.split()) > 20]


@settings(
    max_examples=examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(told=tolds)
def test_text_part_keeps_to_72_columns_whatever_it_says(told: Told) -> None:
    assert too_wide(shown(told).text) == []


def test_a_wide_line_is_found_and_a_long_word_let_be() -> None:
    assert too_wide("word " * 20) != []
    assert too_wide("Who:             " + "x" * 90) == []


@pytest.mark.parametrize("words", range(1, 60, 2))
def test_text_part_keeps_to_72_columns_at_each_length(words: int) -> None:
    text = " ".join(("of", "each", "ab", "length")[n % 4] for n in range(words))
    told = replace(
        TOLD,
        speaker=replace(MINISTER, name=text, name_en=text, role=text, body=text),
        venue=text,
        passages=(ToldPassage(text, "direct", text[:12], "back_translated"),),
        outlets=(ToldOutlet(text, f"https://not an address {text}", "en", None, "blog", 3),),
        why_new=text,
        change=text,
        state_name=text,
    )
    message = shown(told)
    assert [line for line in message.text.splitlines() if columns(line) > 72] == []


def test_clean_keeps_what_is_written() -> None:
    persian = "می\u200cخواهیم"
    assert clean(persian) == persian
    assert clean("one\r\ntwo\ttwo\u2028three") == "one\ntwo two\nthree"
    assert clean("\x1b[1;31mred\x1b[0m") == "red"


def test_an_unknown_language_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"'xx'.*en"):
        render(TOLD, installation="desk", language="xx")
