"""The composition: a document to its reports, with exact slices, joined bodies, posts and headlines."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from properties import examples

from monitor.analysis import analyse, analyse_job, analyse_page, analysis_to_dict
from monitor.analysis.documents import document_from_dict, when_from
from monitor.evaluation import evaluate_documents, load_gold
from monitor.model import Analysis, Document, Page, Post, Report, When
from monitor.officials import Register, load_register

NOW = datetime(2024, 3, 6, 18, tzinfo=UTC)
TUESDAY = When(datetime(2024, 3, 5, 15, tzinfo=UTC), "minute", "given")


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def page_of(*paragraphs: str, title: str | None = None, published: When | None = TUESDAY) -> Page:
    return Page(text="\n".join(paragraphs), title=title, language="en", published=published)


def reports_of(page: Page, register: Register, summary: str | None = None) -> tuple[Report, ...]:
    analysis = analyse_page(page, register=register, now=NOW, summary=summary)
    check_slices(analysis, summary)
    return analysis.reports


def check_slices(analysis: Analysis, summary: str | None = None) -> None:
    fields = {"text": analysis.page.text, "title": analysis.page.title or "", "summary": summary or ""}
    for report in analysis.reports:
        assert report.passages
        for passage in report.passages:
            assert fields[passage.where][passage.start : passage.end] == passage.text
            assert passage.text.strip()


LEAD = (
    "Norwegian Foreign Minister Sunniva Brekke said on Monday that Norway would never use cluster munitions "
    "and would melt down the last of its shells by June."
)


def test_one_speaker_on_one_occasion_is_one_report(register: Register) -> None:
    (report,) = reports_of(
        page_of(
            LEAD,
            "“We have no cluster munitions left in our depots,” Brekke told reporters. "
            "“These weapons have no place anywhere.”",
            "On the fisheries quarrel she was less clear. “Cod is another matter,” she said.",
        ),
        register,
    )
    assert report.speaker.name == "Sunniva Brekke"
    assert (report.speaker.state, report.speaker.kind) == ("NO", "state")
    assert report.speaker.office == "foreign_minister"
    assert report.said.on == date(2024, 3, 4)
    assert report.reporting == "new"
    assert report.held is None
    assert [(p.kind, p.text) for p in report.passages] == [
        ("indirect", LEAD),
        ("direct", "We have no cluster munitions left in our depots,"),
        ("direct", "These weapons have no place anywhere."),
    ]


def test_a_mixed_sentence_gives_the_quoted_words_only(register: Register) -> None:
    (report,) = reports_of(
        page_of("Norwegian Foreign Minister Sunniva Brekke called cluster munitions “a coward's weapon”."),
        register,
    )
    assert [(p.kind, p.text) for p in report.passages] == [("direct", "a coward's weapon")]


def test_an_earlier_occasion_is_a_report_of_its_own(register: Register) -> None:
    reports = reports_of(
        page_of(
            LEAD,
            "On January 9 Brekke had told parliament that cluster munitions might be kept for some years.",
        ),
        register,
    )
    assert [(r.said.on, r.reporting) for r in reports] == [
        (date(2024, 3, 4), "new"),
        (date(2024, 1, 9), "recalled"),
    ]


def test_a_ministry_and_its_spokesperson_are_one(register: Register) -> None:
    (report,) = reports_of(
        page_of(
            "Russia's foreign ministry said in a statement on Monday that the delivery of cluster "
            "munitions was an act of despair.",
            "“Cluster munitions save nobody,” Russian foreign ministry spokeswoman Alla Veresova added.",
        ),
        register,
    )
    assert report.speaker.name == "Alla Veresova"
    assert report.said.on == date(2024, 3, 4)
    assert {p.kind for p in report.passages} == {"direct", "indirect"}


def test_who_justifies_where_his_state_leaves_the_convention_justifies_that(register: Register) -> None:
    page = page_of(
        "The Lithuanian parliament has decided to withdraw from the Convention on Cluster Munitions.",
        "“The treaty protects nobody from cluster munitions,” Lithuanian Defence Minister Jonas Petras said.",
        "“We condemn any use of cluster munitions,” Latvian Foreign Minister Juris Ozols said.",
    )
    found = {one.speaker.state: one.positions for one in reports_of(page, register) if one.speaker.role}
    assert set(found["LT"]) == {"withdraws_from_convention", "justifies"}
    assert found["LV"] == ("condemns",)


def test_mutual_accusations_and_background_are_no_statements(register: Register) -> None:
    assert (
        reports_of(
            page_of(
                "Russia and Ukraine have accused each other of using cluster munitions.",
                "Cluster munitions, also called cluster bombs, scatter bomblets over a wide area.",
                "More than 100 countries have banned them. Russia has not signed the convention.",
            ),
            register,
        )
        == ()
    )


def test_an_unknown_embassy_is_held_and_not_guessed(register: Register) -> None:
    (report,) = reports_of(
        page_of("“The delivery of cluster munitions is a crime,” the embassy said on Telegram."), register
    )
    assert report.held is not None
    assert report.held.reason in ("state_unresolved", "speaker_unresolved")


def test_what_only_nearness_says_is_held(register: Register) -> None:
    reports = reports_of(
        page_of(
            "Norwegian Foreign Minister Sunniva Brekke denied on Monday that cluster munitions lay in "
            "Bergen, and Swedish Defence Minister Olle Granqvist, when asked, confirmed it. "
            "“Cluster munitions lie in every cellar.”"
        ),
        register,
    )
    for report in reports:
        sure = [p for p in report.passages if p.text == "Cluster munitions lie in every cellar."]
        if sure:
            assert report.held is not None
            assert report.held.reason == "pattern_unsure"


def test_a_title_adds_only_whom_the_text_lacks(register: Register) -> None:
    title = "Norway's Brekke: cluster munitions are a coward's weapon"
    (report,) = reports_of(page_of(LEAD, title=title), register)
    assert {p.where for p in report.passages} == {"text"}
    bare = page_of("The debate lasted until nine.", title="Russia denies use of cluster munitions in Tull")
    (report,) = reports_of(bare, register)
    assert (report.speaker.state, report.passages[0].where) == ("RU", "title")


def live_page() -> Page:
    posts = (
        "Brekke on the shells\nNorwegian Foreign Minister Sunniva Brekke told CNN on Monday that the use of "
        "cluster munitions was “a grave error”.",
        "Power returns\nThe lights are on again in Ostor, the mayor's office said.",
        "What we know\nBrekke told CNN that cluster munitions were “a grave error” for everyone.",
    )
    text, found, at = "\n\n".join(posts), [], 0
    for index, body in enumerate(posts):
        found.append(Post(index, f"p{index}", at, at + len(body), TUESDAY, body.split("\n")[0]))
        at += len(body) + 2
    return Page(text=text, form="liveblog", language="en", published=TUESDAY, posts=tuple(found))


def test_posts_are_judged_one_by_one_and_share_the_day_of_one_interview(register: Register) -> None:
    analysis = analyse_page(live_page(), register=register, now=NOW)
    check_slices(analysis)
    assert [row.verdict.concerns for row in analysis.posts] == [True, False, True]
    said = {(r.post, r.said.on) for r in analysis.reports if r.held is None}
    assert (0, date(2024, 3, 4)) in said
    assert all(post in (0, 2) for post, _ in said)


def test_a_document_that_gives_no_text_is_judged_by_its_title(register: Register) -> None:
    document = Document(
        "d", html="<html></html>", title="Russia denies use of cluster munitions", language="en"
    )
    analysis = analyse(document, register=register, now=NOW)
    assert analysis.problems
    assert analysis.verdict.concerns


def test_the_job_and_the_object_that_is_printed() -> None:
    document = document_from_dict(
        {"id": "d1", "text": LEAD, "published": "2024-03-05", "language": "en", "title": "Shells"}
    )
    shaped = analysis_to_dict(analyse_job(document, NOW), document, with_text=True)
    assert json.loads(json.dumps(shaped)) == shaped
    assert list(shaped) == [
        "id", "url", "language", "title", "titles", "form", "published", "concerns", "centrality", "evidence",
        "posts", "statements", "problems", "text",
    ]  # fmt: skip
    (statement,) = shaped["statements"]
    assert list(statement) == [
        "post", "speaker", "speaker_en", "official", "role", "office", "body", "state", "kind", "said_on",
        "said_from", "said_to", "reporting", "venue", "positions", "passages", "confidence", "held",
    ]  # fmt: skip
    (passage,) = statement["passages"]
    assert shaped[passage["in"]][passage["start"] : passage["end"]] == passage["text"]


@pytest.mark.parametrize(
    "row",
    [
        [],
        {"text": "x"},
        {"id": "", "text": "x"},
        {"id": "a"},
        {"id": "a", "text": 3},
        {"id": "a", "text": "x", "published": "soon"},
    ],
)
def test_a_bad_document_is_refused_with_a_sentence(row: object) -> None:
    with pytest.raises(ValueError, match=r"document|must|published"):
        document_from_dict(row)  # type: ignore[arg-type]


def test_evaluation_counts_what_is_right_wrong_and_missed() -> None:
    passage = {"kind": "direct", "text": "We hold no cluster munitions at all today"}
    base = {
        "role": None, "body": None, "state": "NO", "kind": "state", "said_on": "2024-03-04",
        "reporting": "new", "positions": ["denies_other"],
    }  # fmt: skip
    gold = [
        {
            "id": "a", "language": "en", "concerns": True, "centrality": "main",
            "statements": [
                {**base, "speaker": "Ada Moor", "passages": [passage]},
                {**base, "speaker": "Ivo Tull", "passages": [{"kind": "direct", "text": "never again"}]},
                {**base, "speaker": "Kim Bell", "optional": True, "passages": [passage]},
            ],
        }
    ]  # fmt: skip
    found = {
        **base, "speaker_en": "Ada Moor", "office": None, "post": None, "held": None, "confidence": 0.9,
        "passages": [{**passage, "rule": "quote_subject_cue", "fidelity": "verbatim"}],
    }  # fmt: skip
    wrong = {**found, "speaker": "Eva Lind", "speaker_en": "Eva Lind"}
    analysis = {"concerns": True, "title": "", "statements": [{**found, "speaker": "Moor"}, wrong]}
    measured = evaluate_documents(gold, {"a": analysis})
    assert measured["topic"]["f1"] == 1.0
    assert (
        measured["statements"]["right"],
        measured["statements"]["wrong"],
        measured["statements"]["missed"],
    ) == (1, 1, 1)
    assert measured["statements"]["wrong_speaker"] == 1
    assert measured["rules"] == [{"rule": "quote_subject_cue", "used": 2, "right": 1}]
    assert {row["stage"] for row in measured["failures"]} == {"statements"}


ALPHABET = "“”\"'‘’ .,:;–—\n[]()#*" + "cluster munitions said Moscow Biden he on Tuesday the embassy Q A "


@settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(alphabet=ALPHABET, max_size=400) | st.text(max_size=200), st.booleans())
def test_it_never_raises_and_every_passage_is_a_slice(register: Register, text: str, topical: bool) -> None:
    body = f"{text}\nMoscow said cluster munitions “{text}” were used." if topical else text
    title = text[:60] or None
    analysis = analyse_page(
        Page(text=body, title=title, language="en"), register=register, now=NOW, summary=text
    )
    check_slices(analysis, text)


# --- real documents, for measuring only ---------------------------------------------------------------


def as_html(text: str) -> str:
    paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
    linked = [
        re.sub(r"\[([^\]]+)\]\(#\)", r'<a href="#">\1</a>', html.escape(p, quote=False)) for p in paragraphs
    ]
    return "<html><body><article>" + "".join(f"<p>{p}</p>" for p in linked) + "</article></body></html>"


@pytest.mark.shared
@pytest.mark.parametrize("rendered", [False, True])
def test_the_five_documents(shared: Path, register: Register, rendered: bool) -> None:
    gold = load_gold(shared / "gold" / "seeds.json")
    analyses = {}
    for row in gold.rows:
        document = gold.documents[row["id"]]
        published = document.published or When(datetime(2023, 8, 15, tzinfo=UTC), "day", "given")
        given = (
            Document(document.id, html=as_html(document.text or ""), published=published, language="en")
            if rendered
            else Document(document.id, text=document.text, published=published, language="en")
        )
        analyses[row["id"]] = analysis_to_dict(analyse(given, register=register, now=NOW), given)
    measured = evaluate_documents(gold.rows, analyses)
    assert measured["topic"]["f1"] == 1.0
    assert measured["statements"]["all"]["missed"] == 0
    assert measured["statements"]["all"]["wrong"] == 0
    assert measured["statements"]["wrong_speaker"] == 0
    for name in ("state", "kind", "said_on", "reporting"):
        assert measured["fields"][name]["share"] == 1.0, measured["failures"]
    assert measured["statements"]["passages"]["missed"] == 0


def test_a_month_is_no_day_and_has_a_field_of_its_own(register: Register) -> None:
    for written, published, month in (
        ("2024-03", None, "2024-03"),
        ("2024-03-05", {"value": "2024-03-05T00:00:00+00:00", "precision": "day", "source": "given"}, None),
    ):
        document = Document(id="x", text=LEAD, published=when_from(written))
        shaped = analysis_to_dict(analyse(document, register=register, now=NOW), document)
        assert (shaped["published"], shaped.get("published_month")) == (published, month)
