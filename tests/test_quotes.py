"""Quotations: every family of marks, mixed, nested and odd ones; the slices are exact."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples

from extractors.quotes import find_quotations
from extractors.sentences import LONGEST, paragraphs_of, sentences_of


def contents(text: str, language: str = "en", depth: int = 0) -> list[str]:
    return [q.content.of(text) for q in find_quotations(text, language) if q.depth == depth]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "“We keep none,” she said.", ["We keep none,"]),
        ("en", '"We keep none," she said.', ["We keep none,"]),
        ("en", "‘We keep none,’ she said.", ["We keep none,"]),
        ("en", "'We don't keep any,' she said.", ["We don't keep any,"]),
        ("fr", "« Nous n'en avons pas », a-t-elle dit.", ["Nous n'en avons pas"]),
        ("de", "„Wir haben keine“, sagte sie.", ["Wir haben keine"]),
        ("de", "»Wir haben keine«, sagte sie.", ["Wir haben keine"]),
        ("pl", "„Nie mamy ich” – powiedziała.", ["Nie mamy ich"]),
        ("pl", ",,Nie mamy ich'' - powiedziała.", ["Nie mamy ich"]),
        ("ru", "«У нас их нет», — сказала она.", ["У нас их нет"]),
        ("sv", "”Vi har inga”, sade hon.", ["Vi har inga"]),
        ("zh", "“我们没有，”她说。", ["我们没有，"]),
        ("zh", "她说：「我们没有。」", ["我们没有。"]),
        ("ar", "وقالت: «ليس لدينا شيء».", ["ليس لدينا شيء"]),
        ("fa", "او گفت: «ما نداریم».", ["ما نداریم"]),
        ("tr", '"Bizde yok" dedi.', ["Bizde yok"]),
    ],
)
def test_every_family_of_marks(language: str, text: str, expected: list[str]) -> None:
    assert contents(text, language) == expected


def test_marks_of_two_kinds_may_open_and_close_one_quotation() -> None:
    text = '“We looked again." The envoy left. "We found none.” He came back.'
    assert contents(text) == ["We looked again.", "We found none."]


def test_quotations_nest() -> None:
    text = "“They told us 'never again,' and we believed them,” the mayor said."
    assert contents(text) == ["They told us 'never again,' and we believed them,"]
    assert contents(text, depth=1) == ["never again,"]
    russian = "«Эти „подарки“ трогать нельзя», — сказал он."
    assert contents(russian, "ru") == ["Эти „подарки“ трогать нельзя"]
    assert contents(russian, "ru", depth=1) == ["подарки"]


def test_straight_marks_nest_where_they_balance() -> None:
    text = 'He said: "A "small" stock remains," and left.'
    assert contents(text) == ['A "small" stock remains,']
    assert contents(text, depth=1) == ["small"]


def test_an_odd_mark_costs_no_more_than_its_paragraph() -> None:
    text = 'The shelf " was bare.\n"We sold them," she said.\n"All of them," he said.'
    assert contents(text)[-2:] == ["We sold them,", "All of them,"]


def test_an_odd_mark_does_not_swallow_the_quotation_that_follows() -> None:
    text = "“We sold them, she said. “All of them,” he said."
    assert contents(text)[-1] == "All of them,"


def test_a_quotation_over_paragraphs_goes_on_at_each_opening_mark() -> None:
    text = "“First we counted.\n“Then we burned them.\n“Nothing is left,” she said."
    found = find_quotations(text)
    assert [q.content.of(text) for q in found] == [
        "First we counted.",
        "Then we burned them.",
        "Nothing is left,",
    ]
    assert [(q.closed, q.continues) for q in found] == [(False, True), (False, True), (True, False)]


def test_a_text_that_breaks_off_leaves_its_dots_outside() -> None:
    text = "“We would never have sent them if..."
    (found,) = find_quotations(text)
    assert found.content.of(text) == "We would never have sent them if"
    assert found.cut


@pytest.mark.parametrize(
    "text",
    [
        "The allies' depots and the ministry's keys; O'Hara's in the '90s, rock 'n' roll, 'em all.",
        "L’armée d’hier n’en a plus qu’une.",
        'A 6\' 2" guard stood by a 155" crate and a 5" shell.',
    ],
)
def test_apostrophes_and_inches_are_no_quotations(text: str) -> None:
    assert find_quotations(text) == ()


def test_a_plural_in_single_marks_does_not_end_them() -> None:
    text = "'The allies' depots are empty,' she said."
    assert contents(text) == ["The allies' depots are empty,"]


def test_scare_quotes_are_quotations() -> None:
    assert contents("The so-called “gift” arrived.") == ["gift"]


def test_a_dash_opens_speech_where_the_language_does_so() -> None:
    text = "— Nous n'en avons plus, dit le maire."
    assert [q.style for q in find_quotations(text, "fr")] == ["dash"]
    assert find_quotations(text, "en") == ()


def test_sentences_end_where_they_end() -> None:
    text = (
        "Gen. Ada Moor of the U.S. mission spoke at 5 p.m. on Monday. It cost $3.5 million. "
        "Mr. Tull left. Was it true? “Yes. All of it,” she said. “Ask them.” They did."
    )
    keep = [q.span for q in find_quotations(text)]
    assert [s.of(text) for s in sentences_of(text, "en", keep)] == [
        "Gen. Ada Moor of the U.S. mission spoke at 5 p.m. on Monday.",
        "It cost $3.5 million.",
        "Mr. Tull left.",
        "Was it true?",
        "“Yes. All of it,” she said.",
        "“Ask them.”",
        "They did.",
    ]
    inner = [s.of(text) for s in sentences_of(text, "en")]
    assert "“Yes." in inner
    assert "All of it,” she said." in inner


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("ru", "Это было в 2008 г. в Осло. Приехал ген. Иванов. Он молчал.", 3),
        ("de", "Das gilt z. B. für Oslo. Es kostet 5 Mio. Euro.", 2),
        ("pl", "Przyjechał gen. Nowak. Mówił m.in. o minach.", 2),
        ("zh", "他们同意了。我们没有！为什么？", 3),
        ("ar", "هل وافقوا؟ نعم. لم نوافق.", 3),
        ("fa", "آنها موافقت کردند۔ ما نه.", 2),
    ],
)
def test_abbreviations_and_terminators_of_other_languages(language: str, text: str, count: int) -> None:
    assert len(sentences_of(text, language)) == count


def test_paragraphs_are_hard_boundaries() -> None:
    text = "  One line  \n\n Two\r\nThree "
    assert [p.of(text) for p in paragraphs_of(text)] == ["One line", "Two", "Three"]


MARKS = st.text(alphabet="\"“”„«»‹›'‘’‚「」『』 ab.,!?—–-\nАя你،", max_size=120)


@settings(max_examples=examples(300), deadline=None)
@given(MARKS | st.text(max_size=200), st.sampled_from(["en", "de", "fr", "ru", "zh", "ar", "pl"]))
def test_slices_are_exact_and_nothing_raises(text: str, language: str) -> None:
    paragraphs = paragraphs_of(text)
    for quotation in find_quotations(text, language):
        assert (
            0 <= quotation.span.start <= quotation.content.start < quotation.content.end <= quotation.span.end
        )
        assert quotation.span.end <= len(text)
        assert any(paragraph.covers(quotation.span) for paragraph in paragraphs)
        assert quotation.content.of(text).strip() == quotation.content.of(text)
    last = 0
    for sentence in sentences_of(
        text, language, [q.span for q in find_quotations(text, language) if not q.depth]
    ):
        assert last <= sentence.start < sentence.end <= len(text)
        assert sentence.of(text).strip()
        last = sentence.end


def test_a_sentence_without_an_end_is_cut_and_loses_nothing() -> None:
    """A page as one line without full stops: no piece above the cap, every word in one, no quotation cut."""
    clause = (
        "the harbour master said “no ferry, none at all, sails today” and the council of Lowmere agreed, "
    )
    for text, language in (
        (clause * 300, "en"),
        ("word " * 9000, "en"),
        ("x" * 9000, "en"),
        ("港务局长周二说渡轮不开，" * 900, "zh"),
    ):
        quoted = [one.span for one in find_quotations(text, language)]
        for keep in ([], quoted):
            found = sentences_of(text, language, keep)
            assert len(found) > 1
            assert "".join(text[one.start : one.end] for one in found).replace(" ", "") == text.replace(
                " ", ""
            )
            for one in found:
                inside = [q for q in keep if q.overlaps(one)]
                assert all(one.covers(q) for q in inside)
                assert one.end - one.start - sum(q.end - q.start for q in inside) <= LONGEST
    text = "He said: “" + "very " * 900 + "late”, and left."
    assert len(sentences_of(text, "en", [one.span for one in find_quotations(text, "en")])) == 1
