"""Reading one document: characters, structure, body, title, language, guards."""

from __future__ import annotations

import pickle
import random
import zlib
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from extractors.language import identify
from extractors.page import read_page
from extractors.source import decode, nature_of
from extractors.structured import load_tolerant, registrable
from monitor.errors import Unreadable
from monitor.model import Document, Page

NOW = datetime(2024, 5, 1, tzinfo=UTC)
PARAGRAPHS = [
    "The harbour master of Lowmere said on Tuesday that the third ferry would sail again in May.",
    "“Nobody has asked for his money back,” Jo Pike told reporters on the quay, “and nobody will.”",
    "The council had refused money for the quay twice, in 2019 and again last autumn, after a long debate.",
    "Pike has held the office since 2011 and was a pilot before that, as his father had been.",
    "The ferry was built in 1974, and the yard that built it has long been closed and sold.",
]


def page_of(
    paragraphs: list[str], *, head: str = "", before: str = "", after: str = "", lang: str = "en"
) -> str:
    body = "\n".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Ferry '
        f"sails | Lowmere Post</title>{head}</head>"
        f"<body><nav><ul><li><a href='/'>Home</a></li></ul></nav><main><article><h1>"
        f"Ferry sails again</h1>{before}{body}{after}"
        f"</article></main><footer><p>© 2024 Lowmere Post. All rights reserved.</p></footer></body></html>"
    )


def read(
    html: str | bytes, *, url: str | None = "https://post.example/a/ferry", content_type: str | None = None
) -> Page:
    return read_page(Document(id="x", url=url, html=html, content_type=content_type), NOW)


def state(document: Document) -> str:
    with pytest.raises(Unreadable) as caught:
        read_page(document, NOW)
    return caught.value.state


def test_an_article() -> None:
    head = (
        '<meta property="og:title" content="Ferry to sail"><meta '
        'property="og:site_name" content="Lowmere Post">'
        '<meta name="author" content="Ann Otter"><link rel="canonical" '
        'href="https://www.post.example/a/ferry-1">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": '
        '"Ferry sails in May"}</script>'
    )
    page = read(page_of(PARAGRAPHS, head=head))
    assert page.text == "\n".join(PARAGRAPHS)
    assert page.form == "article"
    assert (page.titles.h1, page.titles.og, page.titles.jsonld) == (
        "Ferry sails again",
        "Ferry to sail",
        "Ferry sails in May",
    )
    assert page.title == "Ferry sails again"
    assert page.site_name == "Lowmere Post"
    assert page.byline == "Ann Otter"
    assert page.canonical_url == "https://www.post.example/a/ferry-1"
    assert page.language == "en"
    assert page.published is None
    assert pickle.loads(pickle.dumps(page)) == page  # noqa: S301


def test_inline_markup_and_spaces() -> None:
    marked = [
        (
            "The har<b>bour</b> master&nbsp;of <a href='#'>Low</a>mere <strong>"
            "said</strong> on\n Tuesday it&#x27;s [fine](#), and left."
        ),
        *PARAGRAPHS[1:],
    ]
    page = read(page_of(marked))
    assert (
        page.text.split("\n")[0] == "The harbour master of Lowmere said on Tuesday it's [fine](#), and left."
    )


def test_comments_cut_no_word_and_no_paragraph() -> None:
    page = read(page_of([PARAGRAPHS[0].replace(" ", " <!-- x --><!----> ", 2), *PARAGRAPHS[1:]]))
    assert page.text == "\n".join(PARAGRAPHS)


def test_zero_width_joiners_stay() -> None:
    lines = [
        ("وزیر خارجه روز سه‌شنبه گفت که کشتی سوم در ماه مه دوباره حرکت می‌کند و هیچ‌کس پولش را پس نخواسته است."),
        "او در گفت‌وگو با خبرنگاران افزود که شورای شهر دو بار بودجه اسکله را رد کرده بود و این بار می‌پذیرد.",
        "این کشتی در سال ۱۹۷۴ ساخته شده و کارخانه‌ای که آن را ساخته سال‌هاست که بسته شده است.",
    ]
    page = read(page_of(lines, lang="fa"))
    assert page.text == "\n".join(lines)
    assert page.language == "fa"


def test_furniture_is_cut_and_kept_with_its_reason() -> None:
    before = '<p class="byline">By Ann Otter</p>'
    middle = [
        *PARAGRAPHS[:2],
        "Related article: The quay that nobody wanted",
        *PARAGRAPHS[2:],
    ]
    after = (
        '<blockquote class="pullquote"><p>Nobody has asked for his money back</p>'
        '</blockquote><section id="comments"><p>reader1: “They should all resign,” as '
        "my uncle said of the council.</p></section>"
    )
    page = read(page_of(middle, before=before, after=after))
    assert page.text == "\n".join(PARAGRAPHS)
    assert "related" in {c.reason for c in page.cut}


def test_an_agencys_credit_behind_the_last_paragraph_is_kept() -> None:
    for line in ("<p><em>(Reuters)</em></p>", "<div class=source>Reuters contributed to this report.</div>"):
        page = read(page_of(PARAGRAPHS, after=f"{line}<p>© Lowmere Post</p>"))
        assert page.credits == ("Reuters",)
        assert page.form == "wire"
    page = read(page_of(PARAGRAPHS, after="<footer>Source: our reporters</footer>"))
    assert page.credits == ()
    page = read(page_of(PARAGRAPHS, head='<meta name="author" content="AFP">'))
    assert page.credits == ("AFP",)


def test_table_layout_keeps_paragraphs_apart() -> None:
    cell = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    html = (
        f"<html lang=en><body><table width='100%'><tr><td><h1>Ferry</h1><time "
        f"datetime='2024-03-05T10:00:00Z'>x</time>{cell}</td><td><ul><li><a href=/x>"
        f"Other</a></li></ul></td></tr></table></body></html>"
    )
    assert read(html).text == "\n".join(PARAGRAPHS)


def test_an_article_cut_into_containers_is_whole() -> None:
    one, two = (
        f"<div class='body chunk'>{''.join(f'<p>{p} It was so for {n} years.</p>' for n in range(6))}</div>"
        for p in PARAGRAPHS[:2]
    )
    html = (
        f"<html lang=en><body><article><h1>x</h1><div class=g>{one}</div><div class=ad>"
        f"Advertisement</div><div class=g>{two}</div></article></body></html>"
    )
    lines = read(html).text.split("\n")
    assert len(lines) == 12


def test_a_notice_is_not_taken_for_the_article() -> None:
    notice = (
        "<div><p>This copy is for your personal, non-commercial use only. To order "
        "copies visit the shop.</p></div>"
    )
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS * 2)
    page = read(f"<html lang=en><body>{notice}<div class='paywall body'>{body}</div></body></html>")
    assert PARAGRAPHS[1] in page.text


@pytest.mark.parametrize(
    ("href", "wanted"),
    [
        ("https://www.post.example/a/1", "https://www.post.example/a/1"),
        ("/a/2", "https://post.example/a/2"),
        ("https://post.example/", None),
        ("https://other.example.net/a/1", None),
        ("javascript:void(0)", None),
        ("http://[broken", None),
    ],
)
def test_canonical_address(href: str, wanted: str | None) -> None:
    assert read(page_of(PARAGRAPHS, head=f'<link rel="canonical" href="{href}">')).canonical_url == wanted


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('<!-- {"a": 1} -->', {"a": 1}),
        ('//<![CDATA[\n{"a": 1}\n//]]>', {"a": 1}),
        ('{"a": "two\nlines",}', {"a": "two lines"}),
        ('{"a": 1}{"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": 1};\n{"b": 2}, {"c": [3]} rubbish', [{"a": 1}, {"b": 2}, {"c": [3]}]),
        ('{"a": /* one */ 1,\n  // two\n}', {"a": 1}),
        ('{"a": 1};', {"a": 1}),
        ("{&quot;a&quot;: 1}", {"a": 1}),
    ],
)
def test_broken_json_is_mended(raw: str, value: object) -> None:
    loaded = load_tolerant(raw)
    if isinstance(loaded, dict) and isinstance(loaded.get("a"), str):
        loaded["a"] = " ".join(loaded["a"].split())
    assert loaded == value


def test_json_beyond_mending_is_noted_and_costs_nothing_else() -> None:
    page = read(page_of(PARAGRAPHS, head='<script type="application/ld+json">{"a": [</script>'))
    assert [p.code for p in page.problems] == ["jsonld_broken"]
    assert page.text == "\n".join(PARAGRAPHS)
    with pytest.raises(ValueError, match=r"deep|Expecting|empty"):
        load_tolerant("[" * 100_000)


@pytest.mark.parametrize(
    ("codec", "declared", "in_header"),
    [
        ("windows-1251", "windows-1251", True),
        ("windows-1251", "windows-1251", False),
        ("iso-8859-5", "iso-8859-5", False),
        ("utf-8", "iso-8859-1", False),
        ("utf-16", "utf-8", False),
        ("utf-8-sig", "windows-1251", True),
        ("utf-8", "no-such-charset", True),
        ("utf-8", "undefined", True),
    ],
)
def test_characters(codec: str, declared: str, in_header: bool) -> None:
    lines = [
        "Начальник порта Лоумир сообщил во вторник, что третий паром снова выйдет в море в мае.",
        "«Никто не просил вернуть деньги», — сказал Джо Пайк журналистам на причале, и никто не возразил.",
        "Совет дважды отказывал в деньгах на причал: в 2019 году и прошлой осенью, после долгих споров.",
    ]
    html = page_of(lines, lang="ru").replace(
        '<meta charset="utf-8">', "" if in_header else f'<meta charset="{declared}">'
    )
    page = read(
        html.replace("©", "(c)").encode(codec, "xmlcharrefreplace"),
        content_type=f"text/html; charset={declared}" if in_header else None,
    )
    assert page.text == "\n".join(lines)
    assert page.language == "ru"


def test_undeclared_characters_are_guessed() -> None:
    text = "Der Hafenmeister von Löwmeer sagte am Dienstag, die Fähre fahre im Mai wieder. " * 5
    assert "Löwmeer" in decode(text.encode("cp1252"))


@pytest.mark.parametrize(
    ("body", "content_type", "nature"),
    [
        (b"%PDF-1.7 ...", None, "pdf"),
        (b"%PDF-1.7 ...", "text/html", "pdf"),
        ("<!doctype html><p>x", None, "html"),
        ("<p>one</p><p>two</p>", None, "html"),
        ("Two words", "text/plain", "text"),
        ("Two words", None, "text"),
        ("He wrote <3 and a < b", None, "text"),
        ('<?xml version="1.0"?><!DOCTYPE html><html/>', None, "html"),
    ],
)
def test_what_a_body_is(body: bytes | str, content_type: str | None, nature: str) -> None:
    assert nature_of(body, content_type) == nature


def test_plain_text_with_markdown_remnants() -> None:
    text = (
        "# Ferry sails again\n\nMarch 5, 2024\n\n"
        + "\n\n".join(["Jo Pike [said](#) so on Tuesday.", *PARAGRAPHS])
        + "\n\n**Related article:** [Quay](#)\n"
    )
    page = read_page(Document(id="t", text=text), NOW)
    assert page.form == "text"
    assert page.title == "Ferry sails again"
    assert page.text == "\n".join(["Jo Pike [said](#) so on Tuesday.", *PARAGRAPHS])
    assert page.published is not None
    assert page.published.value.date().isoformat() == "2024-03-05"
    assert [c.reason for c in page.cut] == ["date", "related"]


def pdf_of(lines: list[str], *, password: str | None = None) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(600, 800)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
    )
    shown = "".join(f"({line}) Tj T* " for line in lines)
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 11 Tf 14 TL 50 750 Td {shown}ET".encode("latin-1"))
    page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pdf() -> None:
    lines = [
        "Statement of the Ministry of Harbours", "",
        "The Ministry of Harbours of Lowmere regrets that the third ferry will not sail before the month",
        "of May and calls upon the council to pay for the repair of the quay with-",
        "out delay.",
    ]  # fmt: skip
    page = read(pdf_of([line.replace("with-", "with-") for line in lines]))
    assert page.form == "pdf"
    assert "with-" not in page.text
    assert "without delay." in page.text
    assert page.text.count("\n") <= 1
    assert state(Document(id="x", html=pdf_of(lines, password="secret"))) == "pdf_encrypted"
    assert state(Document(id="x", html=b"%PDF-1.7\nrubbish")) == "pdf_broken"
    assert state(Document(id="x", html=pdf_of([]))) == "no_text"


def test_a_damaged_pdf_is_read_and_told_of_not_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    whole = pdf_of(["The Ministry of Harbours of Lowmere regrets that the third ferry will not sail."])
    page = read(whole.replace(b"startxref\n", b"startxref\n9"))
    assert "regrets that the third ferry" in page.text
    assert [p.code for p in page.problems] == ["pdf_damaged"]
    assert "startxref" in page.problems[0].detail
    assert capfd.readouterr() == ("", "")
    assert read(whole).problems == ()


@pytest.mark.parametrize(
    "body",
    [
        *(random.Random(seed).randbytes(3000) for seed in range(5)),
        b"\x89PNG\r\n\x1a\n" + b"IHDR, a picture of a harbour. " * 20,
        b"PK\x03\x04\x14\x00" + b"word/document.xml " * 20,
        zlib.compress(b"The ferry will sail on time. " * 500 + random.Random(7).randbytes(400)),
        "\x00\x01\x02 and so on " + "\x03" * 50,
    ],
    ids=lambda body: repr(body[:6]),
)
def test_bytes_that_are_no_text_are_a_named_state(body: bytes | str) -> None:
    assert state(Document(id="x", html=body)) == "not_text"


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-16", "cp1251", "gb18030", "cp1256"])
def test_text_in_any_characters_is_text(codec: str) -> None:
    words = {"cp1251": "Паром прибыл вовремя. ", "gb18030": "渡轮准时抵达。", "cp1256": "وصلت العبارة. "}
    text = words.get(codec, "The ferry arrived on time, said the harbour master. ") * 12
    assert read(text.encode(codec)).text == text.strip()


def test_guards_have_named_states() -> None:
    assert state(Document(id="x")) == "empty"
    assert state(Document(id="x", html=b"  \n ")) == "empty"
    assert state(Document(id="x", text="\n")) == "empty"
    assert state(Document(id="x", html="<p>a</p>" * 700_000)) == "too_large"
    assert (
        state(Document(id="x", html="<html><body>" + "<div>" * 400 + "deep" + "</div>" * 400)) == "too_deep"
    )
    assert (
        state(Document(id="x", html="<html><body><p>" + "word " * 300_000 + "</p><p>x</p>"))
        == "text_run_too_long"
    )
    assert state(Document(id="x", html="<html><body><div></div><p></p></body></html>")) == "no_text"
    assert state(Document(id="x", text="--- ***")) == "no_text"
    flood = " ".join(f"a{n}=1" for n in range(9000))
    assert (
        state(Document(id="x", html=f"<html><body><p {flood}>x</p></body></html>")) == "too_many_attributes"
    )
    assert state(Document(id="x", html=f"<html><body><p {flood}")) == "too_many_attributes"
    listed = " ".join(f"a{n}=1" for n in range(9000))
    assert read(
        f"<html lang=en><body><div data-list='{listed}'><p>{PARAGRAPHS[0]}</p></div></body></html>"
    ).text


@pytest.mark.parametrize(("lines", "empty"), [(400, 80), pytest.param(32_000, 0, marks=pytest.mark.slow)])
def test_a_page_of_very_many_elements_is_still_read(lines: int, empty: int) -> None:
    line = "<p>Line {} of the list was read aloud by the clerk.%s</p>" % ("<wbr>" * empty)
    many = "".join(map(line.format, range(lines)))
    text = read(f"<html lang=en><body><article>{many}</article></body></html>").text
    assert text.count("\n") > lines * 0.94


def test_long_scripts_are_no_text_run() -> None:
    page = read(page_of(PARAGRAPHS, head=f"<script>var a = '{'x' * 1_200_000}';</script>"))
    assert page.text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister said that the ferry would sail", "en"),
        ("Le ministre a déclaré que le bac repartirait", "fr"),
        ("El ministro dijo que el transbordador zarparía", "es"),
        ("O ministro disse que a balsa não voltaria a navegar", "pt"),
        ("Il ministro ha detto che il traghetto ripartirà", "it"),
        ("Der Minister sagte, die Fähre werde wieder fahren", "de"),
        ("Minister powiedział, że prom znów wypłynie", "pl"),
        ("Bakan, feribotun yeniden sefere çıkacağını söyledi", "tr"),
        ("Министр сообщил, что паром снова выйдет в море", "ru"),
        ("Міністр повідомив, що пором знову вийде в море", "uk"),
        ("قال الوزير إن العبارة ستبحر من جديد", "ar"),
        ("وزیر گفت که کشتی دوباره حرکت می‌کند", "fa"),
        ("部长表示，渡轮将于五月复航", "zh"),
        ("", None),
        ("12 345", None),
        ("大臣は火曜日、フェリーが五月に再び出航すると述べた", None),
        ("Ο υπουργός είπε ότι το πλοίο θα αποπλεύσει", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert identify(text) == language


def test_a_hint_decides_only_what_is_open() -> None:
    assert identify("OK", "de") == "de"
    assert identify("部长表示", "en") == "zh"
    assert identify("The minister said that the ferry would sail again on Tuesday", "de") == "en"


def test_registrable_domain() -> None:
    assert registrable("https://www.news.bbc.co.uk/x") == "bbc.co.uk"
    assert registrable("https://news.example/x") == "news.example"
    assert registrable("no address") is None


@settings(max_examples=examples(60), deadline=None)
@given(st.text(alphabet=st.sampled_from(list("<>/\"'=&;ab pdivrt!-[]{}\n\x00\ud800é漢")), max_size=400))
def test_anything_is_a_page_or_a_named_state(text: str) -> None:
    states = []
    for document in (
        Document(id="x", html=text),
        Document(id="x", text=text),
        Document(id="x", html=text.encode("utf-8", "surrogatepass")),
    ):
        try:
            page = read_page(document, NOW)
        except Unreadable as error:
            states.append(error.state)
        else:
            states.append(page.text)
    assert all(states)


@pytest.mark.parametrize("heading", ["h1", "p"])
def test_a_first_paragraph_that_serves_as_title_stays_text(heading: str) -> None:
    opening = (
        "The third ferry of Lowmere will sail again in May, harbour master Jo Pike said on the quay "
        "on Tuesday, after two winters in which nobody crossed the water."
    )
    body = f"<{heading}>{opening}</{heading}>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    page = (
        f"<!doctype html><html lang=en><head><title>{opening}</title></head>"
        f"<body><main><article>{body}</article></main></body></html>"
    )
    read = read_page(Document(id="x", html=page, title=opening), NOW)
    assert read.text == "\n".join([opening, *PARAGRAPHS])
    assert read.title == opening
