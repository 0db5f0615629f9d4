"""Who is said to say what, in English: patterns, traps, and properties that hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples

from extractors.attribution import find_attributions, guess_below, precision
from monitor.model import Attribution


def rows(text: str, *, headline: bool = False) -> list[tuple[str, str | None, str, str]]:
    """(kind, source, rule, content) of each attribution."""
    return [
        (row.kind, row.source.of(text) if row.source else None, row.rule, row.content.of(text))
        for row in find_attributions(text, "en", headline=headline)
    ]


def direct(text: str) -> list[tuple[str | None, str]]:
    return [(source, content) for kind, source, _, content in rows(text) if kind == "direct"]


def sources(text: str) -> set[str | None]:
    return {source for _, source, _, _ in rows(text)}


@pytest.mark.parametrize(
    ("text", "source", "rule", "content"),
    [
        ("“We hold none,” Ada Moor said.", "Ada Moor", "quote_subject_cue", "We hold none,"),
        ("“We hold none,” said Ada Moor.", "Ada Moor", "quote_cue_subject", "We hold none,"),
        ("“We hold none”, said Ada Moor, an envoy.", "Ada Moor, an envoy", "quote_cue_subject",
         "We hold none"),
        ("Ada Moor said: “We hold none.”", "Ada Moor", "subject_cue_quote", "We hold none."),
        ("He added, “We hold none.”", "He", "subject_cue_quote", "We hold none."),
        ("Moor said that they hold “almost none” now.", "Moor", "subject_cue_mixed", "almost none"),
        ("The depots are “almost bare,” Moor told reporters Friday.",
         "Moor", "quote_subject_cue", "almost bare,"),
        ("According to Moor, they are “almost bare”.", "Moor", "according_to", "almost bare"),
        ("These, according to Moor, are “almost bare”.", "Moor", "according_to", "almost bare"),
        ("Moor [said](#) they are “almost bare”.", "Moor", "subject_cue_mixed", "almost bare"),
        ('"Bare," Moor was quoted as saying by a daily.', "Moor", "quoted_as", "Bare,"),
        ("“Why now?” Moor asked.", "Moor", "quote_subject_cue", "Why now?"),
        ("Moor called the plan “a bad joke”.", "Moor", "subject_cue_mixed", "a bad joke"),
        ("Moor attacked the plan, calling it “a bad joke”.", "Moor", "participle", "a bad joke"),
        ("Moor turned to the map: “We hold none.”", "Moor", "colon_quote", "We hold none."),
        ("The ministry said through its spokesman Ivo Tull that it was “bare”.", "its spokesman Ivo Tull",
         "subject_cue_mixed", "bare"),
    ],
)  # fmt: skip
def test_direct_speech(text: str, source: str, rule: str, content: str) -> None:
    assert ("direct", source, rule, content) in rows(text)


@pytest.mark.parametrize(
    ("text", "source", "rule"),
    [
        ("The shells will be melted down, Defence Minister Ada Moor said on Monday.",
         "Defence Minister Ada Moor", "clause_subject_cue"),
        ("The shells will be melted down, said Ada Moor, the Osterian defence minister.",
         "Ada Moor, the Osterian defence minister", "clause_cue_subject"),
        ("Ada Moor told the chamber that the shells would be melted down.", "Ada Moor", "subject_cue_clause"),
        ("Osteria's foreign ministry on Tuesday condemned the shipment.",
         "Osteria's foreign ministry", "subject_act"),
        ("The plan was sharply criticised by former President Ivo Tull.",
         "former President Ivo Tull", "passive_by"),
        ("The mayor's office has accused the army of firing into the town.",
         "The mayor's office", "subject_act"),
        ("On Friday, the Osterian security adviser, Ivo Tull, said that the choice was hard.",
         "the Osterian security adviser, Ivo Tull", "subject_cue_clause"),
        ("Ivo Tull, who was installed as mayor last year, said on local radio that sappers came.",
         "Ivo Tull", "subject_cue_clause"),
        ("At a briefing in Ostor in the evening the spokesman for the ministry, Colonel Ivo Tull, denied it.",
         "the spokesman for the ministry, Colonel Ivo Tull", "subject_cue_clause"),
        ("Colonel Faris al-Tull, the movement's spokesman, had said on Sunday that jets came.",
         "Colonel Faris al-Tull, the movement's spokesman", "subject_cue_clause"),
        ("The stock is gone, the agency Tass reported, citing Defence Minister Ada Moor.",
         "Defence Minister Ada Moor", "citing"),
        ("The stock is gone, according to the Osterian general staff.",
         "the Osterian general staff", "according_to"),
        ("Moor stopped short of blame, with one senator calling the plan foolish.",
         "one senator", "participle"),
    ],
)  # fmt: skip
def test_indirect_speech(text: str, source: str, rule: str) -> None:
    assert ("indirect", source, rule, text) in rows(text)


def test_attribution_inside_the_marks() -> None:
    text = (
        "“The depots are bare – said the Osterian envoy Ada Moor interviewed by a daily – so we shall buy”."
    )
    assert direct(text) == [
        ("the Osterian envoy Ada Moor", "The depots are bare"),
        ("the Osterian envoy Ada Moor", "so we shall buy"),
    ]


def test_words_go_on_after_the_tag() -> None:
    text = "“We hold none,” he said in Ostor. “We never did.”\n“And we never will.”"
    assert [(row[1], row[2], row[3]) for row in rows(text) if row[0] == "direct"] == [
        ("he", "quote_subject_cue", "We hold none,"),
        ("he", "continued_quote", "We never did."),
        ("he", "continued_paragraph", "And we never will."),
    ]


def test_one_quotation_over_paragraphs_is_its_taggers() -> None:
    text = "“First we counted.\n“Then we burned them,” Ada Moor said.\nThe rain fell."
    assert direct(text) == [("Ada Moor", "First we counted."), ("Ada Moor", "Then we burned them,")]


def test_participles_keep_the_source() -> None:
    text = (
        "“We hold none”, said Ada Moor, the defence minister, adding that, if asked, “we shall say so again”."
    )
    assert direct(text) == [
        ("Ada Moor, the defence minister", "We hold none"),
        ("Ada Moor, the defence minister", "we shall say so again"),
    ]


def test_a_relay_carries_and_does_not_speak() -> None:
    carried = "According to Moor, quoted by the Interfax agency, the shells “fly far”."
    (row, *_) = [r for r in find_attributions(carried, "en") if r.kind == "direct"]
    assert row.source is not None
    assert row.source.of(carried) == "Moor"
    assert row.relay is not None
    assert row.relay.of(carried) == "the Interfax agency"
    assert rows("Meanwhile, according to the Tass news agency, the army has shelled the town of Tull.") == []
    assert rows("Reuters reported that the army had shelled the town of Tull.") == []
    assert sources("CNN first reported that an Osterian general confirmed the delivery.") == {
        "an Osterian general"
    }


@pytest.mark.parametrize(
    "text",
    [
        "Osteria and Tullia have accused each other of using the shells.",
        "The shells, also called cluster bombs, are canisters that carry bomblets.",
        "It was said to be over.",
        "Osteria has not signed the convention.",
        "The ministry did not say how many there were.",
        "More than 100 countries ban the shells.",
        "Rights groups have long opposed the weapon.",
        "The so-called “gift” arrived at night.",
        "The doubts expressed in recent days by allies remain.",
        "The post appeared in the claims section of the daily's site.",
    ],
)
def test_what_is_no_act_of_saying(text: str) -> None:
    assert rows(text) == []


def test_a_programme_is_no_quotation() -> None:
    text = "“That is crossing a line,” Moor said on CNN's “State of the Union.”"
    assert direct(text) == [("Moor", "That is crossing a line,")]


def test_words_inside_anothers_words_are_the_outer_speakers() -> None:
    assert sources("Moor said that the army had promised to fire none.") == {"Moor"}
    assert sources("The army has promised to fire none, Moor said.") == {"Moor"}
    assert sources("Moor denied it, a day after the governor said bomblets had fallen.") == {
        "Moor",
        "the governor",
    }


def test_joined_subjects_are_several_sources() -> None:
    text = "Ada Moor, Ivo Tull and the UN raised questions about the shipment."
    assert sources(text) == {"Ada Moor", "Ivo Tull", "the UN"}
    text = "The foreign and defence ministries condemned the shipment."
    assert sources(text) == {"The foreign and defence ministries"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Moor said Tuesday that the war of last March was lost.", "Tuesday"),
        ("The raid on Saturday was lawful, Moor said on Monday.", "on Monday"),
        ("On Friday, the ministry announced that shells would come.", "On Friday"),
        ("Moor on Sunday told CNN that it was a hard choice.", "on Sunday"),
        ("Moor condemned the strike on Saturday night.", None),
        ("Moor criticised the plan a day after the vote.", None),
        ("The bill goes to the house, Moor announced after Wednesday's meeting.", "Wednesday"),
    ],
)
def test_the_day_of_saying_is_not_the_day_of_the_event(text: str, day: str | None) -> None:
    found = find_attributions(text, "en")
    assert found
    said = found[0].said
    if day is None:
        assert said is None or "Saturday" not in said.of(text) or "night" in said.of(text)
    else:
        assert said is not None
        assert day.split()[-1] in said.of(text)


def test_headlines_that_report() -> None:
    assert ("indirect", "Moor", "headline_colon", "Moor: Osteria will melt its shells") in rows(
        "Moor: Osteria will melt its shells", headline=True
    )
    assert ("direct", "Ostor", "headline_quote", "Old photographs") in rows(
        "‘Old photographs’: Ostor", headline=True
    )
    assert rows("Live updates: Osteria will melt its shells", headline=True) == []


def test_a_transcript_is_read_by_its_labels_and_its_questions_are_nobodys() -> None:
    text = (
        "MR. TULL: Good morning. Two things today.\n"
        "The first is about the harbour.\n"
        "QUESTION: Will you send the shells?\n"
        "MR. TULL: I said on Monday that we would not."
    )
    assert direct(text) == [
        ("MR. TULL", "Good morning. Two things today."),
        ("MR. TULL", "The first is about the harbour."),
        ("MR. TULL", "I said on Monday that we would not."),
    ]


def test_an_interviews_answers_are_direct_and_its_questions_are_not() -> None:
    text = (
        "Q: Did you sign it?\nA: I did, and I would again.\n"
        "Q: The minister says it protects nobody.\nA: He sleeps badly."
    )
    found = rows(text)
    assert ("direct", None, "interview_answer", "I did, and I would again.") in found
    assert ("direct", None, "interview_answer", "He sleeps badly.") in found
    assert [source for kind, source, _, _ in found if kind == "indirect"] == ["The minister"]


def test_nearness_is_a_guess_and_says_so() -> None:
    text = "Ada Moor and Ivo Tull met. Moor denied it and the envoy Kim Bell confirmed it. “It was dark.”"
    guesses = [row for row in find_attributions(text, "en") if row.rule == "guess_paragraph"]
    assert guesses
    assert all(row.confidence < guess_below() for row in guesses)


def test_every_rule_has_a_precision() -> None:
    assert all(0 < value <= 1 for value in precision().values())


WORDS = st.lists(
    st.sampled_from(
        [
            "“",
            "”",
            '"',
            "'",
            "’",
            "said",
            "Moor",
            "He",
            ",",
            ".",
            ":",
            ";",
            "–",
            "-",
            "that",
            "by",
            "according",
            "to",
            "the",
            "minister",
            "of",
            "and",
            "[said](#)",
            "Q:",
            "A:",
            "told",
            "on",
            "Monday",
            "was",
            "criticised",
            "calling",
            "with",
            "who",
            "(",
            ")",
            "\n",
            "…",
            "?",
            "Osteria’s",
            "claim",
            "accused",
            "each",
            "other",
        ]
    ),
    max_size=40,
).map(" ".join)


@settings(max_examples=examples(400), deadline=None)
@given(WORDS | st.text(max_size=150))
def test_offsets_are_exact_and_nothing_raises(text: str) -> None:
    for headline in (False, True):
        for row in find_attributions(text, "en", headline=headline):
            _check(row, text)


def _check(row: Attribution, text: str) -> None:
    for span in (row.content, row.sentence, row.source, row.cue, row.relay, row.said, row.clause):
        if span is not None:
            assert 0 <= span.start < span.end <= len(text) or span == row.clause
            assert "\n" not in span.of(text)
    assert row.rule in precision()
    assert 0 < row.confidence <= precision()[row.rule]


def test_a_language_without_words_of_saying_gives_nothing() -> None:
    assert find_attributions("“Ei,” sanoi hän.", "fi") == []
