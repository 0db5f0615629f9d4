"""Positions in many languages: sending refused and promised, use limited, thanks, threats, the ban."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from monitor.model import Kind, Speaker
from monitor.positions import positions_of

#: Language, state of the speaker, a position that must be found, one that must not ("-": none), the words.
ROWS = [
    (
        "it",
        "SY",
        "denies_other",
        "supports_transfer",
        "Il rappresentante, sostenendo che non possiede bombe a grappolo, ha criticato la decisione.",
    ),
    ("es", "CR", "condemns", "justifies", "Ninguna ventaja militar justifica las bombas de racimo."),
    ("it", "SE", "condemns", "justifies", "Nessun vantaggio militare giustifica le bombe a grappolo."),
    (
        "fr",
        "SE",
        "condemns",
        "justifies",
        "Aucun avantage militaire ne justifie les bombes à sous-munitions.",
    ),
    ("pt", "SE", "condemns", "justifies", "Nenhuma vantagem militar justifica as munições cluster."),
    (
        "it",
        "RU",
        "denies_use",
        "pledges_restraint",
        "Le nostre forze non impiegano munizioni a grappolo contro i civili.",
    ),
    (
        "fr",
        "RU",
        "denies_use",
        "alleges_use",
        "Nos forces n'emploient pas d'armes à sous-munitions dans les zones habitées.",
    ),
    (
        "es",
        "IL",
        "denies_use",
        "alleges_use",
        "El ejército ha negado este viernes haber empleado munición de racimo.",
    ),
    (
        "pt",
        "IL",
        "denies_use",
        "alleges_use",
        "As Forças negaram as acusações de que teriam lançado munições cluster.",
    ),
    (
        "es",
        "US",
        "announces_transfer",
        "pledges_restraint",
        "Entregaremos más bombas de racimo; el general aseguró que Kiev no usará esas bombas en ciudades.",
    ),
    (
        "it",
        "DE",
        "opposes_transfer",
        "supports_transfer",
        "La Germania non parteciperà al trasporto di queste munizioni a grappolo.",
    ),
    (
        "pt",
        "DE",
        "opposes_transfer",
        "supports_transfer",
        "A Alemanha não participará do transporte dessas munições cluster.",
    ),
    (
        "es",
        "UA",
        "alleges_use",
        "admits_use",
        "Kiev, 10 sep (AGENCIA).- Cuatro personas murieron en un ataque ruso con munición de racimo.",
    ),
    (
        "it",
        "UA",
        "alleges_use",
        "admits_use",
        "(AGENZIA) - KIEV, 10 SET - Quattro morti nell'attacco russo con munizioni a grappolo.",
    ),
    (
        "es",
        "RU",
        "alleges_use",
        "reports_harm",
        "La portavoz desmintió nada y acusó a Kiev de sembrar de bombas de racimo la región.",
    ),
    (
        "pt",
        "BR",
        "admits_other",
        "supports_transfer",
        "O ministro reconheceu que o país vendeu foguetes com submunições à Arábia Saudita; era legal.",
    ),
    (
        "it",
        "PL",
        "neutral_comment",
        "affirms_ban",
        "La Polonia, mai firmataria della Convenzione, vuole munizioni a grappolo.",
    ),
    ("fr", "LT", "neutral_comment", "joins_convention", "J'ai signé la main lourde, mais l'esprit clair."),
    (
        "it",
        "SE",
        "affirms_ban",
        "withdraws_from_convention",
        "Ogni Stato che lascia la Convenzione indebolisce la protezione dei civili.",
    ),
    (
        "fr",
        "SE",
        "affirms_ban",
        "withdraws_from_convention",
        "Chaque Etat qui part affaiblit la protection des civils contre les sous-munitions.",
    ),
    ("es", "MX", "affirms_ban", "-", "No dejaremos que se rompa la convención sobre municiones en racimo."),
    ("es", "DE", "denies_other", "-", "No tenemos constancia de esos transportes de munición de racimo."),
    ("pt", "RU", "threatens_use", "-", "Moscou vai responder na mesma moeda com munições cluster."),
    (
        "fr",
        "SE",
        "calls_to_stop",
        "requests_transfer",
        "La Suède a réclamé l'arrêt de l'emploi des sous-munitions.",
    ),
    ("fr", "SE", "calls_to_stop", "denies_use", "La Suède exhorte Kiev à ne pas utiliser de sous-munitions."),
    ("it", "AT", "pledges_restraint", "threatens_use", "Non useremo bombe a grappolo."),
    (
        "it",
        "SE",
        "calls_to_stop",
        "requests_transfer",
        "La Svezia ha chiesto la fine dell'uso delle bombe a grappolo.",
    ),
    ("es", "SE", "calls_to_stop", "requests_transfer", "Suecia pidió el cese del uso de bombas de racimo."),
    (
        "pt",
        "SE",
        "calls_to_stop",
        "requests_transfer",
        "A Suécia pediu o fim do uso de bombas de fragmentação.",
    ),
    ("ru", "EE", "denies_other", "admits_other", "Эстония не собирается закупать кассетные бомбы."),
    ("ru", "BG", "denies_other", "-", "Мы не отправляли туда кассетных снарядов и не отправим."),
    ("ru", "RU", "denies_other", "alleges_other", "Министр назвал данные о продаже кассетных бомб выдумкой."),
    ("ru", "UA", "pledges_restraint", "-", "Наши артиллеристы не применяют кассеты в городах."),
    ("ru", "RU", "threatens_use", "-", "Кремль пригрозил использовать кассетные снаряды."),
    ("ru", "CZ", "opposes_transfer", "supports_transfer", "Передача кассетных бомб Киеву — ошибка."),
    (
        "ru",
        "AT",
        "affirms_ban",
        "withdraws_from_convention",
        "Австрия верна Конвенции и не намерена выходить.",
    ),
    ("uk", "RO", "denies_other", "-", "Румунія не планує передавати касетні снаряди."),
    ("uk", "UA", "supports_transfer", "-", "Дякую американцям за касетні боєприпаси."),
    ("uk", "RU", "threatens_use", "-", "Росія погрожує застосувати касетні бомби."),
    ("uk", "NO", "condemns", "justifies", "Ніщо не виправдовує касетних бомб: їх не виправдати."),
    ("uk", "UA", "pledges_restraint", "-", "Ми використовуємо касетні снаряди лише проти окопів."),
    ("pl", "CZ", "denies_other", "-", "Czechy nie zamierzają przekazywać amunicji kasetowej."),
    ("pl", "UA", "denies_use", "admits_use", "Sztab zaprzeczył, jakoby zrzucił bomby kasetowe na wieś."),
    ("pl", "US", "supports_transfer", "-", "Gubernator pochwalił decyzję o dostawie pocisków kasetowych."),
    ("pl", "AT", "affirms_ban", "-", "Austria jest przeciwna dalszemu używaniu amunicji kasetowej."),
    ("tr", "RO", "denies_other", "-", "Ukrayna'ya misket bombası vermeyeceğiz."),
    ("tr", "US", "announces_transfer", "denies_other", "Ukrayna'ya misket bombası verileceğini bildirdi."),
    ("tr", "GR", "denies_other", "-", "Depolarımızda misket bombası bulunmuyor."),
    ("tr", "SY", "reports_harm", "-", "Patlamada üç çocuk öldüğünü bildirdi."),
    ("tr", "US", "-", "reports_harm", "Kararın zor olduğunu söyledi."),
    ("tr", "NO", "affirms_ban", "-", "Norveç misket bombası yasağına sadık."),
    ("tr", "LA", "joins_convention", "-", "Laos'un sözleşmeyi onayladığını açıkladı."),
    ("ar", "RO", "denies_other", "announces_transfer", "لن نرسل قنابل عنقودية إلى أوكرانيا"),
    ("ar", "GR", "denies_other", "-", "اليونان لا تملك ذخائر عنقودية"),
    ("ar", "SA", "pledges_restraint", "-", "قال إن بلاده ولن تستخدم القنابل العنقودية مجددا"),
    ("ar", "UN", "calls_to_stop", "-", "على الطرفين ألا يستخدموا القنابل العنقودية"),
    ("ar", "RU", "threatens_use", "-", "هدد باستخدام قنابل عنقودية"),
    ("fa", "IR", "announces_use", "denies_use", "ما استفاده از بمب خوشه‌ای را آغاز کردیم"),
    ("fa", "RO", "denies_other", "announces_transfer", "رومانی بمب خوشه‌ای به اوکراین نمی‌دهد"),
    ("fa", "US", "announces_transfer", "denies_other", "واشنگتن بمب خوشه‌ای به اوکراین خواهد داد"),
    ("fa", "IR", "alleges_other", "announces_transfer", "آمریکا به آنها بمب خوشه‌ای می‌دهد"),
    ("fa", "NO", "affirms_ban", "-", "نروژ به کنوانسیون منع مهمات خوشه‌ای متعهد است"),
    ("zh", "RO", "denies_other", "announces_transfer", "罗马尼亚不会向乌克兰运送集束炸弹"),
    ("zh", "US", "announces_transfer", "denies_other", "美国将向乌克兰运送集束炸弹"),
    ("zh", "BG", "pledges_restraint", "-", "保加利亚绝不使用集束炸弹"),
    ("zh", "CN", "calls_to_stop", "pledges_restraint", "中方敦促各方不要使用集束炸弹"),
    ("zh", "UA", "admits_use", "alleges_use", "乌军已经使用集束弹药"),
    ("zh", "UA", "supports_transfer", "-", "乌方感谢美国提供集束弹药"),
    ("ru", "CA", "affirms_ban", "-", "Канада не поддерживает применение кассетного оружия."),
    ("ru", "UA", "denies_use", "-", "Наши войска не бьют кассетами по деревням."),
    ("ru", "EE", "justifies", "-", "Украина вправе использовать кассетные снаряды."),
    ("uk", "US", "supports_transfer", "-", "Сенатор закликав надіслати Києву касетні бомби."),
    ("uk", "LT", "withdraws_from_convention", "-", "Вихід із договору набуде чинності у березні."),
    ("pl", "LT", "justifies", "admits_other", "Ukraina ma prawo bronić się amunicją kasetową."),
    ("pl", "US", "condemns", "-", "Tej broni nikt nie powinien używać."),
    ("pl", "US", "supports_transfer", "-", "Pociski kasetowe należało wysłać rok temu."),
    ("tr", "CA", "opposes_transfer", "-", "Misket bombası gönderilmemeli dedi."),
    ("tr", "IL", "denies_use", "denies_other", "Misket bombası iddialarının asılsız olduğunu söyledi."),
    ("ar", "RU", "denies_use", "-", "نفى المندوب ذلك"),
    ("zh", "GB", "affirms_ban", "-", "英国是《集束弹药公约》的缔约国"),
    ("en", "US", "-", "condemns", "The United States does not condemn the use of cluster munitions."),
    ("en", "UA", "-", "requests_transfer", "We do not need cluster munitions."),
    ("en", "UA", "-", "requests_transfer", "We have never asked for cluster munitions."),
    ("ru", "IL", "denies_use", "alleges_use", "Армия отвергла обвинения в применении кассетных бомб."),
    ("pl", "IL", "denies_use", "alleges_use", "Wojsko odrzuciło oskarżenia o użycie bomb kasetowych."),
]


@pytest.mark.parametrize(("language", "state", "found", "absent", "words"), ROWS)
def test_positions_by_language(language: str, state: str, found: str, absent: str, words: str) -> None:
    got = positions_of([words], [words], language, Speaker("X", "X", "state", state=state))
    assert found == "-" or found in got
    assert absent not in got


def test_a_word_does_not_speak_where_its_sentence_says_the_contrary() -> None:
    lines = (Path(__file__).parent / "positions_turned.txt").read_text("utf-8").splitlines()
    for line in lines:
        if line.startswith("#"):
            continue
        language, state, found, absent, words = line.split(" | ")
        got = positions_of([words], [words], language, Speaker("X", "X", "state", state=state))
        assert found in ("-", *got), line
        assert not set(absent.split(",")) & set(got), line


def test_statements_written_unseen_keep_what_they_reached() -> None:
    lines = (Path(__file__).parent / "statements_unseen.txt").read_text("utf-8").splitlines()
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for line in lines:
        if line.startswith("#"):
            continue
        number, language, state, kind, expected, words = line.split(" | ", 5)
        spoken = next(one for one in get_args(Kind) if one == kind)
        got = set(positions_of([words], [], language, Speaker("X", "X", spoken, state=state)))
        meant = set(expected.split(","))
        for group in ("all", number, language):
            right[group] += len(got & meant)
            wrong[group] += len(got - meant)
            missed[group] += len(meant - got)
    for group, hits in right.items():
        if hits + missed[group] < 8:
            continue  # too few to say anything
        assert hits / (hits + wrong[group]) >= 0.8, group
        assert hits / (hits + missed[group]) >= 0.8, group
    assert right["all"] / (right["all"] + wrong["all"]) >= 0.9
    assert right["all"] / (right["all"] + missed["all"]) >= 0.92


def test_what_another_state_does_is_alleged() -> None:
    words = "آمریکا به آنها بمب خوشه‌ای داد"
    assert "alleges_other" in positions_of([words], [], "fa", Speaker("X", "X", "state", state="IR"))
    assert "alleges_other" not in positions_of([words], [], "fa", Speaker("X", "X", "state", state="US"))


@pytest.mark.parametrize(
    ("language", "leaves", "words"),
    [
        ("en", False, "Finland will not withdraw from the Convention on Cluster Munitions."),
        ("en", False, "Finland has no plans to leave the convention."),
        ("en", True, "Finland is leaving the Convention on Cluster Munitions."),
        ("en", True, "The government has decided that Finland will withdraw from the Convention."),
        ("de", False, "Finnland wird nicht aus der Konvention über Streumunition austreten."),
        ("de", False, "Finnland tritt nicht aus dem Übereinkommen aus."),
        ("de", True, "Finnland tritt aus dem Übereinkommen über Streumunition aus."),
        ("fr", False, "La Finlande ne quittera pas la Convention sur les armes à sous-munitions."),
        ("fr", False, "La Finlande n'a pas l'intention de quitter la Convention."),
        ("fr", True, "La Finlande quitte la Convention sur les armes à sous-munitions."),
        ("es", False, "Finlandia no abandonará la Convención sobre Municiones en Racimo."),
        ("es", True, "Finlandia abandona la Convención sobre Municiones en Racimo."),
        ("it", False, "La Finlandia non uscirà dalla Convenzione sulle munizioni a grappolo."),
        ("it", True, "La Finlandia esce dalla Convenzione sulle munizioni a grappolo."),
        ("pt", False, "A Finlândia não abandonará a Convenção sobre Munições de Dispersão."),
        ("pt", True, "A Finlândia abandona a Convenção sobre Munições de Dispersão."),
        ("pl", False, "Finlandia nie wystąpi z konwencji o amunicji kasetowej."),
        ("pl", True, "Finlandia występuje z konwencji o amunicji kasetowej."),
        ("ru", False, "Финляндия не выйдет из Конвенции по кассетным боеприпасам."),
        ("ru", True, "Финляндия выходит из Конвенции по кассетным боеприпасам."),
        ("uk", False, "Фінляндія не вийде з Конвенції про касетні боєприпаси."),
        ("uk", True, "Фінляндія виходить з Конвенції про касетні боєприпаси."),
        ("tr", False, "Finlandiya Misket Bombaları Sözleşmesi'nden çekilmeyecek."),
        ("tr", True, "Finlandiya Misket Bombaları Sözleşmesi'nden çekiliyor."),
        ("ar", False, "فنلندا لن تنسحب من اتفاقية الذخائر العنقودية"),
        ("ar", True, "فنلندا تنسحب من اتفاقية الذخائر العنقودية"),
        ("fa", False, "فنلاند از کنوانسیون مهمات خوشه‌ای خارج نخواهد شد"),
        ("zh", False, "芬兰不会退出《集束弹药公约》"),
        ("zh", True, "芬兰将退出《集束弹药公约》"),
    ],
)
def test_who_says_that_he_stays_leaves_nothing(language: str, leaves: bool, words: str) -> None:
    got = positions_of([words], [], language, Speaker("X", "X", "state", state="FI"))
    assert ("withdraws_from_convention" in got) is leaves
