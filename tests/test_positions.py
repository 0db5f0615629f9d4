"""Positions: who did it decides, negation, justification, and all thirteen languages' words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples

from extractors.languages import words
from monitor.model import LANGUAGES, POSITIONS, Kind, Speaker
from monitor.positions import positions_of


def speaker(state: str | None, kind: Kind = "state") -> Speaker:
    return Speaker("Ada Berg", "Ada Berg", kind, state)


def found(text: str, state: str | None = None, language: str = "en", *frames: str) -> set[str]:
    return set(positions_of([text], frames, language, speaker(state)))


@pytest.mark.parametrize(
    ("text", "state", "expected"),
    [
        ("Our troops did not use cluster munitions there", "UA", {"denies_use"}),
        ("Russia has refrained from using them", "RU", {"denies_use"}),
        ("Russia reserves the right to use cluster munitions", "RU", {"threatens_use"}),
        ("our army will be forced to use similar weapons", "RU", {"threatens_use"}),
        ("However, this decision may be reconsidered", "RU", {"threatens_use"}),
        ("Israel used cluster bombs on our villages", "LB", {"alleges_use"}),
        ("Yes, we used them, the general admitted", "UA", {"admits_use"}),
        ("The minister accused Ukraine of firing cluster shells", "RU", {"alleges_use"}),
        ("We will provide Kyiv with cluster munitions", "US", {"announces_transfer"}),
        ("It was a very difficult decision", "US", {"justifies"}),
        ("it was the right thing", "US", {"justifies"}),
        ("The use of cluster bombs is unacceptable", "DE", {"condemns"}),
        ("We should not be sending these weapons to anyone", "FR", {"opposes_transfer"}),
        ("There is no such plan", "FI", {"denies_other"}),
        ("Our country is a signatory to a convention which prohibits them", "GB", {"affirms_ban"}),
        ("She brushed off concerns of neighbours bound by the treaty", "US", {"neutral_comment"}),
        ("He dismissed the objections of partners who ratified the ban", "US", {"neutral_comment"}),
        ("We will ratify the convention next year", "KH", {"joins_convention"}),
        ("The government decided to withdraw from the convention", "LT", {"withdraws_from_convention"}),
        ("We urge every state to join the convention", "UN", {"calls_to_join"}),
        ("I appeal to both sides to stop using cluster munitions", "UN", {"calls_to_stop"}),
        ("Three farmers were killed by unexploded bomblets", "LA", {"reports_harm"}),
        ("We pledge that they will be used only against soldiers", "UA", {"pledges_restraint"}),
        ("We have taken note", "CN", {"neutral_comment"}),
        # what is turned round: a refusal to blame, a ban that is blamed, a call that is rejected
        ("She refused to condemn the decision to send cluster bombs", "GB", {"neutral_comment"}),
        ("The ministry declined to rule out sending cluster shells", "US", {"neutral_comment"}),
        ("It was “wrong” to ban cluster bombs", "GB", {"neutral_comment"}),
        ("India has no plan to accede to the convention", "IN", {"denies_other"}),
        ("She rejected calls to join the treaty", "BR", {"neutral_comment"}),
        ("He ruled out leaving the treaty", "EE", {"affirms_ban"}),
        ("We urge Vilnius to reverse its decision to leave the convention", "AT", {"calls_to_join"}),
        ("He dismissed the idea that sending them was wrong", "US", {"justifies"}),
        ("He has “no regrets” about voting to send cluster bombs", "US", {"justifies"}),
        # words in marks that the reporter's sentence takes up
        ("Forces will be “compelled” to use similar weapons", "RU", {"threatens_use"}),
        ("She is “very concerned” at the decision to supply cluster shells", "IE", {"opposes_transfer"}),
        # the present tense of headlines; who says so is not its doer
        ("Russia fires cluster munitions at Odesa, officials say", "UA", {"alleges_use"}),
        ("Israel's army says a missile launched from Iran carried a cluster warhead", "IL", {"alleges_use"}),
        ("Thailand denies firing cluster munitions", "TH", {"denies_use"}),
        ("Her country will not deliver cluster munitions", "DE", {"denies_other"}),
        ("He defended the army's purchase of cluster shells", "FI", {"justifies"}),
        ("The administration said it plans to send cluster munitions", "US", {"announces_transfer"}),
        ("He called the exit “a dangerous precedent”", "AT", {"condemns"}),
        ("The Senate voted down an amendment to block cluster bomb transfers", "US", {"neutral_comment"}),
        # nothing is justified by who calls it unlawful, waves the idea away or regrets no ban
        ("She said it is not legal to use cluster munitions", "NO", {"neutral_comment"}),
        ("She dismissed the idea of sending cluster munitions", "DE", {"neutral_comment"}),
        ("She rejected the argument that the transfer is lawful", "NO", {"neutral_comment"}),
        ("He has no regrets about banning cluster munitions", "ES", {"neutral_comment"}),
        ("He defended his vote against cluster munitions", "US", {"neutral_comment"}),
        ("Spain will not send soldiers to clear cluster munitions", "ES", {"neutral_comment"}),
        ("Spain is ready to send medical kits to victims of cluster munitions", "ES", {"reports_harm"}),
        # what is released, asked for or held is no weapon
        ("The government released its review of the Cluster Munitions Act", "NZ", {"neutral_comment"}),
        ("She asked for an explanation about a shipment of cluster shells", "FR", {"neutral_comment"}),
        ("Funds hold shares in makers of cluster bombs", "NZ", {"neutral_comment"}),
        ("The junta denied a cluster bomb attack", "MM", {"denies_use"}),
        ("Moscow will reply in kind if cluster shells are fired at its territory", "RU", {"threatens_use"}),
        ("She insisted that the waiver for cluster bombs was lawful", "US", {"justifies"}),
    ],
)  # fmt: skip
def test_english(text: str, state: str, expected: set[str]) -> None:
    assert found(text, state) == expected


def test_who_did_it_decides() -> None:
    words_said = "Russia used cluster munitions in the town"
    assert found(words_said, "UA") == {"alleges_use"}
    assert found(words_said, "RU") == {"admits_use"}


def test_a_state_behind_a_preposition_is_not_the_doer() -> None:
    assert found("The new package for Ukraine contains cluster munitions", "US") == {"announces_transfer"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The Kremlin says that Washington will send Kyiv more cluster shells", "en"),
        ("Le Kremlin assure que Washington livrera des armes à sous-munitions à Kiev", "fr"),
    ],
)
def test_a_word_that_ends_like_a_preposition_is_none(text: str, language: str) -> None:
    assert "announces_transfer" not in found(text, "RU", language)


def test_a_denial_belongs_to_its_speaker() -> None:
    both = "Riyadh on Monday rejected an accusation that its jets dropped cluster bombs"
    assert "denies_use" in found(both, "SA")
    assert "denies_use" not in found(both, "YE")


def test_an_admission_outweighs_a_denial_recalled_beside_it() -> None:
    got = positions_of(
        ["Yes, we used them", "two weeks ago the ministry said it did not use them"], [], "en", speaker("UA")
    )
    assert "admits_use" in got
    assert "denies_use" not in got


def test_mutual_background_is_no_allegation() -> None:
    frame = "Russia and Ukraine have accused each other of using cluster bombs, Berg said."
    assert "alleges_use" not in positions_of(["mercy"], [frame], "en", speaker("RU"))


def test_markdown_links_do_not_hide_the_words() -> None:
    assert found("Moscow has [accused](https://a.example/x) Kyiv of using the munitions", "RU") == {
        "alleges_use"
    }


def test_the_frame_counts_with_the_fragment() -> None:
    frame = "Berg condemned the strike as “a grave thing”."
    assert positions_of(["a grave thing"], [frame], "en", speaker("NO")) == ("condemns",)


def test_order_is_the_weight_order() -> None:
    text = (
        "Russia will use cluster munitions if needed. The transfer is an act of desperation. "
        "We did not use them."
    )
    got = positions_of([text], [], "en", speaker("RU"))
    assert got == ("threatens_use", "denies_use", "condemns")


OTHERS = {
    "fr": [
        ("Nous n'avons jamais utilisé ces armes", "FR", "denies_use"),
        ("Nous condamnons cette attaque", "FR", "condemns"),
    ],
    "es": [
        ("España no fabrica bombas de racimo", "ES", "denies_other"),
        ("Condenamos este ataque", "ES", "condemns"),
    ],
    "de": [
        ("Wir verurteilen den Einsatz von Streumunition", "DE", "condemns"),
        ("Es gibt keinen solchen Plan", "DE", "denies_other"),
    ],
    "it": [
        ("Condanniamo l'uso delle bombe a grappolo", "IT", "condemns"),
        ("Non abbiamo mai usato queste armi", "IT", "denies_use"),
    ],
    "pt": [
        ("O Brasil nunca usou bombas de fragmentação", "BR", "denies_use"),
        ("Condenamos o ataque", "BR", "condemns"),
    ],
    "pl": [
        ("Stany Zjednoczone przekażą Ukrainie amunicję kasetową", "US", "announces_transfer"),
        ("To akt desperacji", "RU", "condemns"),
    ],
    "tr": [
        ("Bu silahların kullanılmasını kınıyoruz", "TR", "condemns"),
        ("Bakan iddiayı yalanladı", "UA", "denies_use"),
    ],
    "ru": [
        ("Россия оставляет за собой право применить кассетные боеприпасы", "RU", "threatens_use"),
        ("Мы не применяли эти боеприпасы", "RU", "denies_use"),
    ],
    "uk": [
        ("Ворог ударив касетними боєприпасами по місту", "UA", "alleges_use"),
        ("Ми не застосовували касетних боєприпасів", "UA", "denies_use"),
    ],
    "ar": [
        ("نفت إسرائيل استخدام القنابل العنقودية", "IL", "denies_use"),
        ("ندين هذه الجريمة", "LB", "condemns"),
    ],
    "fa": [
        ("ایران این حمله را محکوم کرد", "IR", "condemns"),
        ("سه نفر کشته شدند", "IR", "reports_harm"),
    ],
    "zh": [
        ("中方谴责使用集束弹药", "CN", "condemns"),
        ("所谓出口完全没有事实根据", "CN", "denies_other"),
    ],
}


@pytest.mark.parametrize(("language", "row"), [(code, row) for code, rows in OTHERS.items() for row in rows])
def test_the_other_languages(language: str, row: tuple[str, str, str]) -> None:
    text, state, expected = row
    assert expected in found(text, state, language)


def test_every_table_names_known_positions_only_and_nearly_all_of_them() -> None:
    for language in LANGUAGES:
        named = set(words(language, "positions")["positions"])
        assert named <= set(POSITIONS), language
        assert set(POSITIONS) - named <= {"alleges_use", "denies_use", "neutral_comment"}, language
        assert {row["position"] for row in words(language, "stances").get("stances", ())} <= set(POSITIONS)


@settings(max_examples=examples(80), deadline=None)
@given(
    st.lists(st.text(max_size=120), max_size=3),
    st.sampled_from([*LANGUAGES, "xx"]),
    st.sampled_from(["RU", None, "UN"]),
)
def test_never_raises_never_empty(texts: list[str], language: str, state: str | None) -> None:
    got = positions_of(texts, texts, language, speaker(state))
    assert got
    assert set(got) <= set(POSITIONS)
    assert list(got) == sorted(got, key=POSITIONS.index)


@pytest.mark.shared
def test_the_seeds_are_exact(shared: Path) -> None:
    gold = json.loads((shared / "gold" / "seeds.json").read_text("utf-8"))["articles"]
    for name, article in gold.items():
        text = (shared / "seeds" / name).read_text("utf-8")
        parts = [part for part in re.split(r"\n|(?<=[.!?])[”\"]?\s+(?=[“\"A-Z])", text) if part]
        for row in article["statements"]:
            passages = [one["text"] for one in row["passages"]]
            frames = [part for part in parts if any(one in part for one in passages)]
            got = positions_of(passages, frames, "en", speaker(row["state"], row["kind"]))
            assert set(got) == set(row["positions"]), (name, row["speaker"])


@pytest.mark.parametrize(
    ("language", "state", "words"),
    [
        ("en", "LB", "Lebanon told the council that cluster shells had been fired into its villages."),
        ("es", "RU", "Moscú dice que dispararon munición de racimo contra la ciudad."),
        ("ar", "IR", "قالت إيران إن إلقاء قنابل عنقودية على القرى جريمة."),
        ("fa", "IR", "ایران کاربرد مهمات خوشه‌ای از سوی اسرائیل را محکوم کرد."),
    ],
)
def test_a_state_that_tells_of_a_deed_is_not_its_doer(language: str, state: str, words: str) -> None:
    speaker = Speaker("X", "X", "state", state=state)
    found = positions_of([words], [words], language, speaker)
    assert "alleges_use" in found
    assert "admits_use" not in found


def test_who_could_not_say_who_fired_accuses_nobody() -> None:
    words = "She declined to say who had fired the cluster rockets."
    assert "alleges_use" not in positions_of([words], [words], "en", Speaker("X", "X", "intergovernmental"))


def test_those_who_clear_are_no_harm() -> None:
    words = "A map of every area where cluster shells land will be handed to the deminers."
    assert "reports_harm" not in positions_of([words], [words], "en", Speaker("X", "X", "state", state="FI"))


@pytest.mark.parametrize(
    ("language", "blames", "praises"),
    [
        (
            "en",
            "He called the decision “a stone to carry”.",
            "He called the decision “right and brave”.",
        ),
        ("ru", "Посол назвал решение США «камнем на шее».", "Посол назвал решение США «правильным»."),
        ("uk", "Посол назвав рішення США «каменем на шиї».", "Посол назвав рішення США «правильним»."),
        ("pl", "Minister nazwał decyzję USA „kamieniem u szyi”.", "Minister nazwał decyzję USA „słuszną”."),
        ("de", "Er nannte die Entscheidung „einen Stein am Hals“.", "Er nannte die Entscheidung „richtig“."),
        ("fr", "Il a qualifié la décision de « pierre au cou ».", "Il a qualifié la décision de « juste »."),
        ("es", "Calificó la decisión de «piedra al cuello».", "Calificó la decisión de «correcta»."),
        ("it", "Ha definito la decisione «una pietra al collo».", "Ha definito la decisione «giusta»."),
        ("pt", "Classificou a decisão como “uma pedra no sapato”.", "Classificou a decisão como “acertada”."),
    ],
)
def test_a_name_given_to_a_decision_blames_it_unless_it_praises(
    language: str, blames: str, praises: str
) -> None:
    speaker = Speaker("X", "X", "state", state="NO")
    assert "condemns" in positions_of([blames], [blames], language, speaker)
    assert "condemns" not in positions_of([praises], [praises], language, speaker)
