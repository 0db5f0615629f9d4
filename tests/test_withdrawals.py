"""How an outlet takes its article back: notices in thirteen languages, words left out, what is neither."""

from __future__ import annotations

import pytest

from monitor.withdrawals import left_out, notice_of

TEXT = "The debate on the old stocks went on for five hours and ended without a vote in the evening."


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Editor's note: This story, published on Tuesday, has been retracted."),
        ("en", "We have withdrawn this article, as the quotation in it could not be confirmed."),
        ("fr", "Cet article, publié mardi, a été retiré car sa source était fausse."),
        ("es", "Este artículo ha sido retirado por un error en la fuente."),
        ("de", "Diesen Artikel haben wir zurückgezogen, weil die Quelle falsch war."),
        ("it", "Questo articolo è stato rimosso perché la fonte era falsa."),
        ("pt", "Esta notícia foi removida, porque a fonte era falsa."),
        ("pl", "Ten artykuł został wycofany z powodu błędu źródła."),
        ("tr", "Bu haber, kaynağı doğrulanamadığı için yayından kaldırılmıştır."),
        ("ru", "Этот материал снят с публикации из-за ошибки источника."),
        ("uk", "Цю новину видалено через помилку джерела."),
        ("ar", "تم سحب هذا الخبر بسبب خطأ في المصدر."),
        ("fa", "این خبر به دلیل اشتباه منبع حذف شد."),
        ("zh", "本文因来源有误，已撤回。"),
    ],
)
def test_notices(language: str, words: str) -> None:
    assert notice_of("The minister speaks", f"{words}\n{TEXT}", language)


def test_a_notice_in_english_on_a_page_of_another_language() -> None:
    assert notice_of("Der Minister spricht", f"This article has been removed.\n{TEXT}", "de")


@pytest.mark.parametrize("title", ["RETRACTED: Minister speaks", "[Withdrawn] Minister speaks", "Retraction"])
def test_titles(title: str) -> None:
    assert notice_of(title, TEXT, "en")


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Troops withdrawn from the border", "The shells were withdrawn from this depot last year."),
        ("Minister speaks", "The newspaper retracted a story about cluster bombs on Monday."),
        ("Minister speaks", "This report says that cluster munitions were removed from the field."),
        ("Minister speaks", "“This article has been withdrawn by the enemy's press,” the minister joked."),
        ("Minister speaks", "Lithuania has withdrawn from the Convention on Cluster Munitions."),
        ("Withdrawn shells worry villagers", TEXT),
        ("Minister speaks", "This article was updated on Tuesday to add the ministry's answer."),
        ("Minister speaks", TEXT * 12 + " This article has been withdrawn."),
    ],
)
def test_what_is_no_notice(title: str, words: str) -> None:
    assert notice_of(title, words, "en") is None


def test_words_left_out_of_an_edited_article() -> None:
    said = "We shall never again buy one of these shells abroad"
    lead = f"“{said},” the minister said."
    assert left_out([said], f"{lead}\n{TEXT}", TEXT) == "left_out"
    assert left_out([said], f"{lead}\n{TEXT}", f"{TEXT}\n{lead}") == "stands"
    reworded = f"“{said.replace('abroad', 'elsewhere')},” the minister said."
    assert left_out([said], f"{lead}\n{TEXT}", f"{TEXT}\n{reworded}") == "stands"
    wall = "To go on reading, accept that we and our partners look over your shoulder."
    assert left_out([said], f"{lead}\n{TEXT}", wall) == "other_page"
    assert left_out([said], f"{lead}\n{TEXT}", "") == "other_page"
