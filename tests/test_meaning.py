"""Statements in different languages proposed as one, by real sentence vectors: candidates, never verdicts."""

from __future__ import annotations

import math

import pytest
from commands import Command, row
from hypothesis import given
from hypothesis import strategies as st

from monitor.advisers.vectors import LANGUAGES, SentenceVectors
from monitor.identity.meaning import CLOSE, centred, closest, mean_of
from monitor.model import LANGUAGES as ALL

_vectors = st.lists(st.lists(st.floats(-5, 5), min_size=3, max_size=3), min_size=1, max_size=6)


@given(_vectors)
def test_centred_vectors_have_length_one_or_are_nothing(vectors: list[list[float]]) -> None:
    for vector in centred(vectors, vectors[0]):
        length = math.sqrt(sum(x * x for x in vector))
        assert length == pytest.approx(1.0, abs=1e-6) or length == pytest.approx(0.0, abs=1e-6)


def test_the_closest_pair_is_found() -> None:
    one = [(4, (1.0, 0.0)), (5, (0.0, 1.0))]
    other = [(7, (0.6, 0.8)), (8, (-1.0, 0.0))]
    found = closest(one, other)
    assert found is not None
    assert (found.first, found.second) == (5, 7)
    assert found.cosine == pytest.approx(0.8)
    assert closest(one, []) is None


def test_the_model_knows_languages_of_ours_alone() -> None:
    assert set(ALL) > LANGUAGES


def test_like_words_lie_close_across_languages_and_others_do_not() -> None:
    texts = [
        "We will destroy every shell of this kind before the winter.",
        "Nous détruirons chaque obus de ce type avant l'hiver.",
        "Vor dem Winter werden wir jedes Geschoss dieser Art vernichten.",
        "The budget for fisheries was passed without a vote.",
        "Die Fischer bekommen mehr Geld für neue Netze.",
        "Le ministre a refusé de répondre aux journalistes.",
    ]
    model = SentenceVectors()
    vectors = centred(model.vectors(texts), mean_of(model.name))

    def cosine(a: int, b: int) -> float:
        return sum(x * y for x, y in zip(vectors[a], vectors[b], strict=True))

    assert min(cosine(0, 1), cosine(0, 2), cosine(1, 2)) >= CLOSE
    assert max(cosine(0, n) for n in (3, 4, 5)) < CLOSE
    assert SentenceVectors().vectors([]) == []


ENGLISH = (
    "“We will destroy every cluster munition of our army before the winter,” Norwegian Foreign Minister "
    "Ingrid Solberg said on Sunday."
)
FRENCH = (
    "« Nous détruirons chaque arme à sous-munitions de notre armée avant l’hiver », a déclaré mardi la "
    "ministre norvégienne des Affaires étrangères, Ingrid Solberg."
)
OTHER = (
    "« Nous n’enverrons pas d’armes à sous-munitions à nos alliés », a déclaré mardi la ministre norvégienne "
    "de la Défense, Anne Lie."
)


def _put_in(ready: Command, *rows: str) -> None:
    from pathlib import Path

    Path("in.jsonl").write_text("\n".join(rows), "utf-8")
    done = ready("ingest", "in.jsonl", "--announce")
    assert done.status == 0, done.err


def test_pairs_are_proposed_and_nothing_is_changed(ready: Command) -> None:
    _put_in(
        ready,
        row(1, ENGLISH, language="en"),
        row(2, FRENCH, language="fr", title="Armes à sous-munitions: la Norvège"),
        row(3, OTHER, language="fr", title="Armes à sous-munitions: pas d’envoi"),
    )
    before = ready("statements", "--format", "json").json
    assert len(before) == 3
    pairs = ready("review", "suggest", "--json").json
    assert len(pairs) == 1
    speakers = {s["id"]: s["speaker"] for s in before}
    assert [speakers[pairs[0][name]] for name in ("first", "second")] == ["Ingrid Solberg", "Ingrid Solberg"]
    assert sorted(pairs[0]["languages"]) == ["en", "fr"]
    assert pairs[0]["cosine"] >= CLOSE
    assert "avant l’hiver" in ready("review", "suggest").out
    assert ready("statements", "--format", "json").json == before


def test_an_empty_ledger_has_no_pairs(ready: Command) -> None:
    assert ready("review", "suggest", "--json").json == []
