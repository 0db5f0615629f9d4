"""What is cut from an article and what is never cut."""

from __future__ import annotations

import re

import pytest

from extractors.boilerplate import byline_agencies, clean_paragraphs, phrases_of
from extractors.languages.marks import unquoted
from monitor.model import LANGUAGES

ARTICLE = [
    "The harbour master of Lowmere said on Tuesday that the third ferry would sail again in May.",
    "“We need your help, and we need your support,” Jo Pike told the fishermen. “Donate a day of work.”",
    "The council had refused money for the quay twice.",
    "Pike has held the office since 2011 and was a pilot before.",
]
APPEALS = {
    "en": [
        "A Message from The Lowmere Post:",
        "Dear readers,",
        (
            "We are a small newsroom and our journalism costs money. If you can, please "
            "donate from just $3 a month."
        ),
        "Thank you for standing with us.",
        "Remind me later.",
    ],
    "fr": [
        "Chers lecteurs,",
        (
            "Notre rédaction est petite et nous avons besoin de vous : votre soutien, dès "
            "deux euros chaque mois, paie nos journalistes."
        ),
    ],
    "es": [
        "Queridos lectores:",
        (
            "Nuestra redacción es pequeña y necesitamos tu apoyo: suscríbete para que "
            "nuestros periodistas sigan aquí."
        ),
    ],
    "pt": [
        "Caros leitores,",
        "Nossa redação é pequena e precisamos da sua ajuda: assine e apoie o nosso jornalismo.",
    ],
    "it": [
        "Cari lettori,",
        "La nostra redazione è piccola e il vostro sostegno paga i nostri giornalisti: abbonatevi.",
    ],
    "de": [
        "Liebe Leserinnen und Leser,",
        (
            "unsere Redaktion ist klein. Unterstützen Sie unseren Journalismus mit einer "
            "Spende: Wir brauchen Ihre Hilfe."
        ),
    ],
    "pl": [
        "Drodzy czytelnicy,",
        (
            "nasza redakcja jest mała i potrzebujemy waszej pomocy. Wesprzyj nas: nasi "
            "dziennikarze liczą na państwa."
        ),
    ],
    "ru": [
        "Дорогие читатели!",
        (
            "Наша редакция невелика, и нам нужна ваша поддержка: оформите ежемесячное "
            "пожертвование, чтобы наши журналисты работали."
        ),
    ],
    "uk": [
        "Шановні читачі!",
        "Наша редакція невелика, і нам потрібна ваша підтримка: задонатьте, щоб наші журналісти працювали.",
    ],
    "tr": [
        "Değerli okurlar,",
        (
            "Bağımsız gazeteciliği destekleyin: yayın kurulumuz küçük, bize abone olun, "
            "desteğinize ihtiyacımız var."
        ),
    ],
    "ar": ["أعزاءنا القراء", "نحن صحافة صغيرة ونحتاج إلى دعمكم: تبرعوا لكي يواصل صحفيونا عملهم."],
    "fa": [
        "خوانندگان گرامی",
        "ما یک تحریریه کوچک هستیم و به حمایت شما نیاز داریم؛ با کمک مالی خبرنگاران ما را یاری کنید.",
    ],
    "zh": ["亲爱的读者：", "我们的编辑部很小，需要您的支持。请捐款，让独立新闻继续。"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_appeal_at_the_end_goes_as_a_whole(language: str) -> None:
    appeal = APPEALS[language]
    cleaned = clean_paragraphs([*ARTICLE, *appeal], language)
    assert [cut.text for cut in cleaned.cut] == appeal
    assert {cut.reason for cut in cleaned.cut} == {"appeal"}
    assert cleaned.kept == [0, 1, 2, 3]


def test_an_english_box_on_a_page_of_another_language() -> None:
    cleaned = clean_paragraphs([*ARTICLE, *APPEALS["en"]], "zh")
    assert len(cleaned.cut) == len(APPEALS["en"])


def test_an_official_who_asks_for_support_is_never_cut() -> None:
    speech = [
        "The president spoke to the nation on Monday evening.",
        "“Dear friends, we need your support and your contributions,” she said. “We ask every month.”",
        "“Our journalists, our newsrooms and our readers know what a donation means,” the president went on.",
        "Her words were read as a hint at the budget. We will know more on Friday, her office said.",
    ]
    assert clean_paragraphs(speech, "en").cut == []


#: The marks in which each language's press quotes.
MARKS = {
    "en": ["“{}”", '"{}"', "‘{}’"],
    "fr": ["« {} »", "“{}”"],
    "es": ["«{}»", "“{}”"],
    "it": ["«{}»", "“{}”"],
    "pt": ["“{}”", "«{}»"],
    "de": ["„{}“", "»{}«", "«{}»"],
    "pl": ["„{}”", "«{}»"],
    "ru": ["«{}»", "„{}“"],
    "uk": ["«{}»", "“{}”"],
    "tr": ["“{}”", '"{}"'],
    "ar": ["«{}»", "“{}”"],
    "fa": ["«{}»"],
    "zh": ["“{}”", "「{}」", "『{}』"],
}


@pytest.mark.parametrize(
    ("language", "marks"), [(code, marks) for code, each in MARKS.items() for marks in each]
)
def test_what_stands_in_quotation_marks_is_never_cut(language: str, marks: str) -> None:
    """The very words of an appeal, as somebody's: each paragraph in marks, and all in one pair of them."""
    assert set(MARKS) == set(LANGUAGES)
    appeal = APPEALS[language]
    each = [marks.format(line) for line in appeal]
    assert clean_paragraphs([*ARTICLE, *each], language).cut == []
    if marks not in ('"{}"', "‘{}’"):  # marks that open and close alike are repeated by every paragraph
        opened, closed = marks.split("{}")
        whole = [opened + appeal[0], *appeal[1:-1], appeal[-1] + closed]
        assert clean_paragraphs([*ARTICLE, *whole, ARTICLE[0]], language).cut == []
        again = [*(opened + line for line in appeal[:-1]), opened + appeal[-1] + closed]
        assert clean_paragraphs([*ARTICLE, *again, ARTICLE[0]], language).cut == []
    assert [c.text for c in clean_paragraphs([*ARTICLE, *appeal], language).cut] == appeal


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("»Ja«, sagte sie. »Nein«, sagte er.", " , sagte sie.  , sagte er."),
        ("Ende des Satzes», sagte er. «Mehr», so sie.", "Ende des Satzes», sagte er.  , so sie."),
        ("Il a dit « oui » et « non ».", "Il a dit   et  ."),
        ("The minister’s ‘no’ isn’t the council’s.", "The minister’s   isn’t the council’s."),
        ("他说「好」，又说『不』。", "他说 ，又说 。"),
        ("„Ja“, sagte sie", " , sagte sie"),
    ],
)
def test_words_outside_the_marks(text: str, left: str) -> None:
    assert unquoted(text) == left


def test_a_transcript_without_quotation_marks_is_not_an_appeal() -> None:
    lines = [f"MINISTER MARSH: We ask you, and we need you, to support us in week {n}." for n in range(6)]
    assert clean_paragraphs(lines, "en").cut == []


def test_a_paragraph_inside_an_open_quotation_is_kept() -> None:
    lines = [
        "The editor read from the letter on the steps of the court.",
        "“Dear readers, we the journalists of this newsroom need your help and your donations.",
        "“Support independent journalism, and support us: subscribe today.”",
        "The judge will answer next week.",
    ]
    assert clean_paragraphs(lines, "en").cut == []


def test_an_appeal_in_the_middle_does_not_take_the_article_behind_it() -> None:
    behind = [
        "The ferry was built in 1974, and the yard that built it has long been closed.",
        "Two shipwrights from the islands came to look at the hull in the autumn of last year.",
        "The repair took eleven weeks and cost more than the council had put aside.",
    ]
    cleaned = clean_paragraphs([*ARTICLE, *APPEALS["en"], *behind], "en")
    assert [c.text for c in cleaned.cut] == APPEALS["en"]


@pytest.mark.parametrize(
    ("line", "language", "reason"),
    [
        ("Related article: Ferry sails again", "en", "related"),
        ("**Related article:** [Ferry sails again](#)", "en", "related"),
        ("Read also: Council says no", "en", "related"),
        ("Lire aussi : Le bac repart", "fr", "related"),
        ("Leia também: A balsa volta", "pt", "related"),
        ("Lesen Sie auch: Die Fähre fährt", "de", "related"),
        ("Читайте также: Паром снова ходит", "ru", "related"),
        ("اقرأ أيضا: العبارة تبحر من جديد", "ar", "related"),
        ("相关阅读：渡船复航", "zh", "related"),
        ("Sign up for our daily newsletter", "en", "newsletter"),
        ("We use cookies to improve this site.", "en", "cookie"),
        ("© Lowmere Post. All rights reserved.", "en", "rights"),
        ("[Lowmere.example](https://lowmere.example)", "en", "link"),
    ],
)
def test_lines_that_are_furniture(line: str, language: str, reason: str) -> None:
    cleaned = clean_paragraphs([*ARTICLE[:2], line, *ARTICLE[2:]], language)
    assert [(c.text, c.reason) for c in cleaned.cut] == [(line, reason)]


@pytest.mark.parametrize(
    "line",
    [
        "Related charges against the harbour master were dropped in March.",
        "Read out in the chamber, the letter took eleven minutes.",
        "Listen to the fishermen, the minister said, and you will hear it.",
        "Background checks had been made on all pilots, the office said.",
        "“All rights reserved,” the lawyer said and smiled.",
    ],
)
def test_sentences_that_begin_like_furniture_stay(line: str) -> None:
    assert clean_paragraphs([*ARTICLE[:2], line, *ARTICLE[2:]], "en").cut == []


@pytest.mark.parametrize(
    ("paragraphs", "language", "credits"),
    [
        ([*ARTICLE, "*AFP contributed reporting.*"], "en", ["AFP"]),
        ([*ARTICLE, "Reuters contributed to this report."], "en", ["Reuters"]),
        ([*ARTICLE, "Ann Otter contributed to this report."], "en", []),
        (
            ["LOWMERE, March 5 (Northwire) — The ferry sails again, the harbour master said."],
            "en",
            ["Northwire"],
        ),
        (["МОСКВА, 5 марта. /ТАСС/. Паром снова ходит, сообщил начальник порта."], "ru", ["ТАСС"]),
        ([*ARTICLE, "По материалам «Речного листка»."], "ru", []),
        ([*ARTICLE, "По материалам Lowmere Post."], "ru", ["Lowmere Post"]),
        (["The ferry (Hull number 7) — a rusty thing — sails again."], "en", []),
        ([*ARTICLE, "(Reuters)"], "en", ["Reuters"]),
        ([*ARTICLE, "dpa/AFP"], "de", ["dpa", "AFP"]),
        ([*ARTICLE, "With reporting by AP and AFP"], "en", ["AP", "AFP"]),
        ([*ARTICLE[:-1], f"{ARTICLE[-1]} (Xinhua)"], "en", ["Xinhua"]),
        ([*ARTICLE[:-1], f"{ARTICLE[-1]} /ТАСС/"], "ru", ["ТАСС"]),
        ([*ARTICLE[:-1], f"{ARTICLE[-1]} (Jo Pike)"], "en", []),
        ([*ARTICLE, "Pa"], "en", []),
    ],
)
def test_agencies_are_named(paragraphs: list[str], language: str, credits: list[str]) -> None:
    cleaned = clean_paragraphs(paragraphs, language)
    assert cleaned.credits == credits
    assert len(cleaned.kept) == len(paragraphs)


@pytest.mark.parametrize(
    ("byline", "agencies"),
    [
        ("Reuters", ["Reuters"]),
        ("Ann Otter, Reuters", ["Reuters"]),
        ("By AFP and AP", ["AFP", "AP"]),
        ("Reuters Staff", ["Reuters"]),
        ("Ann Otter", []),
        ("Ann Reuters-Otter", []),
        (None, []),
    ],
)
def test_an_agency_among_those_who_wrote(byline: str | None, agencies: list[str]) -> None:
    assert byline_agencies(byline) == agencies


def test_every_language_has_its_phrases() -> None:
    for language in LANGUAGES:
        phrases = phrases_of(language)
        assert all(isinstance(p, re.Pattern) for p in (phrases.start, phrases.related, phrases.credit)), (
            language
        )
    assert clean_paragraphs(ARTICLE, None).kept == [0, 1, 2, 3]
    assert clean_paragraphs([], "en").kept == []
