"""The topic: terms with their context, false friends, how central, which words of whom concern it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties import examples

from extractors.languages.folding import fold
from monitor.model import LANGUAGES, Span
from monitor.topic import TopicMap, quick_hit, topic_map
from monitor.topic.lines import furniture

_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…。！？؟۔][”\"»’]*(?=\s|$)|[。！？]|\n|$)")


def sentences(text: str) -> list[Span]:
    return [Span(*found.span()) for found in _SENTENCE.finditer(text) if found.group().strip()]


def read(text: str, language: str | None = "en", **more: str | None) -> TopicMap:
    return topic_map(text, language, sentences(text), (), more.get("title"), more.get("summary"))


def span(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def around(text: str, inner: Span) -> Span:
    touched = [one for one in sentences(text) if one.overlaps(inner)]
    return Span(touched[0].start, touched[-1].end)


def concerns(text: str, words: str, **more: str | None) -> tuple[bool, str]:
    inner = span(text, words)
    return read(text, **more).passage_concerns(inner, around(text, inner))


# --- every language names it -----------------------------------------------------------------------

NAMED = {
    "en": [
        "The depot held cluster munitions.",
        "Deminers found a BLU-97 in the well.",
        "It is a submunition.",
    ],
    "fr": ["Le dépôt abritait des armes à sous-munitions.", "Des BOMBES A SOUS-MUNITIONS ont été larguées."],
    "es": ["El depósito guardaba municiones en racimo.", "Cayeron bombas de racimo sobre el valle."],
    "de": ["Im Lager lag Streumunition.", "Die Streubomben fielen auf das Tal.", "Es war Cluster-Munition."],
    "it": ["Nel deposito c'erano munizioni a grappolo.", "Una bomba a grappolo è caduta sulla valle."],
    "pt": ["O depósito guardava munições cluster.", "Caíram submunições no vale."],
    "pl": ["W magazynie leżała amunicja kasetowa.", "Spadły pociski artyleryjskie kasetowe."],
    "tr": ["Depoda misket bombası vardı.", "Vadiye salkım bombaları düştü.", "MİSKET MÜHİMMATI KULLANILDI."],
    "ru": ["На складе лежали кассетные боеприпасы.", "Удар нанесли ракетой с кассетной боевой частью."],
    "uk": ["На складі лежали касетні боєприпаси.", "Вдарили ракетою з касетною бойовою частиною."],
    "ar": ["كان في المخزن ذخائر عنقودية.", "سقطت قنابلُ عنقوديّةٌ على الوادي."],
    "fa": ["در انبار مهمات خوشه‌ای بود.", "بمب خوشه ای بر دره افتاد."],
    "zh": ["仓库里存放着集束弹药。", "山谷遭子母弹袭击。", "倉庫存放集束炸彈。"],
}


def test_every_language_has_its_words() -> None:
    assert set(NAMED) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, texts in NAMED.items() for text in texts]
)
def test_named_whatever_the_tag_says(language: str, text: str) -> None:
    for tag in (language, None, "en", "xx"):
        verdict = read(text, tag).verdict
        assert verdict.concerns, tag
        assert verdict.centrality != "no"
        for row in verdict.evidence:
            assert text[row.start : row.end] == row.text
            assert row.where == "text"
    assert quick_hit(text)


@pytest.mark.parametrize(
    "text",
    [
        "The kitchen cluster of the software firm was moved to the cloud.",
        "He has suffered from cluster headaches since the spring.",
        "A cluster of cholera cases was reported to the Health Cluster in Aden.",
        "The minister called the bill a cluster bomb of lawsuits and walked out.",
        "Landmines killed two farmers near the river, the army said.",
        "The shells were thermobaric, the general said of the rocket launchers.",
        "La ministra dijo que el proyecto es una bomba de racimo de pleitos.",
        "Die Beschwerde war eine Streubombe aus Formularen, seufzte der Beamte.",
        "«Кассетный скандал» стоил мэру поста: записи попали в газету.",
        "Фестиваль касетного альбому зібрав гурти й магнітофони з усього міста.",
        "Klaster dronowy ruszy jesienią, a kasety z nagraniami odnaleziono.",
        "Bornova misketi bu yıl bomba gibi geliyor, üzüm bol.",
        "سردرد خوشه‌ای و خوشه‌های صنعتی موضوع نشست بود.",
        "وُزّعت عناقيد العنب في الحفل بعد عرض فيلم عناقيد الغضب.",
        "病房推行集束化护理，子母托盘也已投入使用。",
        "Les Sous-Munitions font exploser la salle : le trio jouait son album au concert de la tournée.",
    ],
)
def test_false_friends(text: str) -> None:
    assert not read(text, None).verdict.concerns


def test_a_weak_word_needs_a_word_of_war_beside_it() -> None:
    assert read("A cluster rocket hit the village and killed two soldiers.").verdict.concerns
    assert not read("The cluster rocket logo won the design prize of the town.").verdict.concerns
    assert read("Sappers removed a bomblet from the field near the school.").verdict.concerns
    assert not read("She dropped a bath bomblet into the tub and sang.").verdict.concerns


def test_a_ship_of_words_that_count_only_beside_the_term() -> None:
    alone = "Finland keeps its cargo shells in the north."
    both = "Finland has cluster munitions. It keeps its cargo shells in the north."
    assert not read(alone).verdict.concerns
    assert read(both).sentence_concerns(span(both, "It keeps its cargo shells in the north."))


def test_related_links_and_lists_of_titles_are_no_evidence() -> None:
    text = (
        "The ministry expects a million drones by December, its spokesman said.\n"
        "The plant makes furniture again.\n"
        "Related: Army accused of cluster strike on town\n"
        "What are cluster munitions and why are they banned?\nMarkets close higher"
    )
    assert not read(text).verdict.concerns
    told = text.replace("a million drones", "cluster munitions")
    verdict = read(told).verdict
    assert [row.start for row in verdict.evidence] == [told.index("cluster munitions")]


def test_a_text_wrapped_by_width_is_not_taken_for_titles() -> None:
    lines = (
        "we gathered in the hall and",
        "heard that the Convention on",
        "Cluster Munitions has twelve",
        "new",
        "members",
    )
    text = "\n".join(lines)
    assert read(text).verdict.concerns


def test_soft_hyphens_accents_and_capitals_are_seen_through() -> None:
    text = "Sie lieferten Streu\u00admuni\u00adtion an die Front."
    (row,) = read(text, "de").verdict.evidence
    assert row.text == "Streu\u00admuni\u00adtion"
    assert read("КАССЕТНЫЕ БОЕПРИПАСЫ применили у реки", "ru").verdict.concerns


def test_centrality() -> None:
    title = "Minister defends sending cluster munitions"
    body = "The minister spoke on Monday. " + "He talked about roads and bridges. " * 20
    assert read(body + "He defended the cluster munitions.", title=title).verdict.centrality == "main"
    assert read(body + "He also named cluster munitions once.").verdict.centrality == "passing"
    two = body + "He named cluster munitions. " + "He talked about roads. " * 8 + "Submunitions came last."
    assert read(two).verdict.centrality == "part"
    assert read("Nothing at all happened.").verdict == read("").verdict


def test_title_and_summary_are_evidence_by_their_own_offsets() -> None:
    title, summary = "Kyiv asks for cluster bombs", "A new request for submunitions."
    verdict = read("The minister spoke.", title=title, summary=summary).verdict
    assert {(row.where, row.text) for row in verdict.evidence} == {
        ("title", "cluster bombs"),
        ("summary", "submunitions"),
    }


# --- posts -----------------------------------------------------------------------------------------

PAGE = (
    "Envoy: no shells with bomblets\n“Not one cluster shell was fired,” the envoy said. "
    "“These weapons stay at home.”\n\n"
    "Power is back\nThe lights are on again, the mayor said. “It was a long night,” she added."
)


def test_each_post_is_judged_alone() -> None:
    middle = PAGE.index("Power is back")
    posts = [Span(0, middle), Span(middle, len(PAGE))]
    page = topic_map(PAGE, "en", sentences(PAGE), posts, "Live: the war day by day")
    assert page.segment_verdict(posts[0]).concerns
    assert page.segment_verdict(posts[0]).centrality == "main"
    assert not page.segment_verdict(posts[1]).concerns
    night = span(PAGE, "It was a long night,")
    assert page.passage_concerns(night, around(PAGE, night)) == (False, "apart")
    assert page.passage_concerns(span(PAGE, "These weapons stay at home."), posts[0])[0]


# --- whose words concern it ------------------------------------------------------------------------

ARTICLE = (
    "Norland may fire cluster munitions if its towns are hit again, Defence Minister Ada Berg said "
    "on Monday.\n"
    "“However, this decision can be reversed,” she told a conference. “We hold such weapons too.”\n"
    "Berg claimed her country had refrained from doing so out of “mercy”.\n"
    "Asked about the power grid, she said repair crews had worked all night. "
    "“No plant will be discussed,” she added.\n"
    "Berg further claimed that the counteroffensive was failing.\n"
    "“Their reserves are nearly gone,” she said.\n"
    "President Olaf Lind called the delivery of the shells “the right thing”."
)


@pytest.mark.parametrize(
    ("words", "yes"),
    [
        ("However, this decision can be reversed,", True),
        ("We hold such weapons too.", True),
        ("mercy", True),
        ("No plant will be discussed,", False),
        ("Their reserves are nearly gone,", False),
        ("the right thing", True),
    ],
)
def test_passages(words: str, yes: bool) -> None:
    title = "Norland threatens to use cluster munitions"
    assert concerns(ARTICLE, words, title=title)[0] is yes
    assert concerns(ARTICLE, words)[0] is yes


def test_a_paraphrase_has_to_mean_the_topic() -> None:
    text = (
        "Lind defended the cluster munitions on Monday. He said the trains carried field kitchens. "
        "He said they would be used with care."
    )
    page = read(text)
    kitchens, care = (
        span(text, "He said the trains carried field kitchens."),
        span(text, "He said they would be used with care."),
    )
    assert page.passage_concerns(kitchens, kitchens, kind="indirect") == (False, "apart")
    assert not page.sentence_concerns(kitchens)
    assert page.sentence_concerns(span(text, "Lind defended the cluster munitions on Monday."))
    assert page.passage_concerns(care, care)[0]


def test_the_same_speaker_goes_on() -> None:
    text = (
        "“Cluster munitions are a disgrace,” Lind said.\nHe paused for a while in the hall.\n"
        "“Nobody will forgive us,” he said."
    )
    page = read(text)
    first, second = span(text, "Cluster munitions are a disgrace,"), span(text, "Nobody will forgive us,")
    assert page.passage_concerns(second, around(text, second), [first]) == (True, "continues")


ROUND_UP = (
    "Norland has approved the transfer of cluster munitions, its defence minister said.\n"
    "A summit opens in the capital on Tuesday. "
    "Its host called the guest list “long and rather dull reading”.\n"
    "The trains run late. “We are making steady progress,” the operator said."
)


def test_each_paragraph_of_a_round_up_stands_for_itself() -> None:
    title = "The war at a glance: what we know on day 300, cluster munitions approved"
    for words in ("long and rather dull reading", "We are making steady progress,"):
        assert concerns(ROUND_UP, words, title=title) == (False, "apart")


#: Whom it hit, and a package with the sentence that tells what is in it.
BEHIND = {
    "en": ("Three villagers died.", "The army unveiled a package.", "It includes cluster munitions."),
    "fr": (
        "Trois villageois sont morts.",
        "L'armée a annoncé une aide.",
        "Elle comprend des sous-munitions.",
    ),
    "es": ("Murieron tres personas.", "El ejército anunció un lote.", "Incluye bombas de racimo."),
    "de": ("Drei Menschen kamen ums Leben.", "Die Armee stellte ein Paket vor.", "Darin ist Streumunition."),
    "it": ("Tre persone sono morte.", "L'esercito annunciò un pacchetto.", "Comprende bombe a grappolo."),
    "pt": ("Três pessoas morreram.", "O exército anunciou um pacote.", "Inclui bombas de fragmentação."),
    "pl": ("Nie żyją trzy osoby.", "Armia ogłosiła pakiet.", "W jego skład wchodzi amunicja kasetowa."),
    "tr": ("Üç sivil öldü.", "Ordu bir paket açıkladı.", "Paket misket mühimmatı da içeriyor."),
    "ru": (
        "Погибли трое жителей села.",
        "Армия объявила о пакете помощи.",
        "В него вошли кассетные боеприпасы.",
    ),
    "uk": ("Є троє загиблих.", "Армія оголосила пакет допомоги.", "До нього входять касетні боєприпаси."),
    "ar": ("توفي ثلاثة مدنيين.", "أعلن الجيش حزمة مساعدات.", "وتشمل الحزمة ذخائر عنقودية."),
    "fa": ("سه نفر کشته شدند.", "ارتش بسته‌ای را اعلام کرد.", "در میان آن‌ها مهمات خوشه‌ای است."),
    "zh": ("三人被打死。", "军方宣布了一揽子援助。", "其中包括集束弹药。"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whom_it_hit_and_what_a_package_holds(language: str) -> None:
    harm, package, contents = BEHIND[language]
    text = f"{NAMED[language][0]} {harm}"
    told = span(text, harm)
    assert read(text, language).passage_concerns(told, told) == (True, "harmed")
    text = f"{package} {contents}"
    found = read(text, language).contents_behind(span(text, package))
    assert found is not None
    assert found.of(text).strip() == contents


@pytest.mark.parametrize(
    ("prose", "link"),
    [
        ("وصل الوزير إلى المدينة وافتتح معرض الكتاب.", "اقرأ أيضاً: الجيش يتهم بقصف القنابل العنقودية"),
        ("وزیر صبح یکشنبه به شهر رسید و نمایشگاه را گشود.", "بیشتر بخوانید: ارتش به بمب خوشه‌ای متهم شد"),
        ("El ministro abrió la feria del libro.", "Más información: el ejército y las bombas de racimo"),
        ("Minister otworzył w niedzielę targi książki.", "Czytaj też: Armia i amunicja kasetowa nad rzeką"),
        ("Bakan pazar günü kitap fuarını açtı.", "İlginizi çekebilir: Orduya misket bombası suçlaması"),
    ],
)  # fmt: skip
def test_a_link_to_another_story_is_told_in_the_letters_of_its_language(prose: str, link: str) -> None:
    text = f"{prose}\n{link}\n{prose}"
    assert [one.of(text) for one in furniture(text)[0]] == [link]


def test_a_topic_named_once_is_not_meant_many_sentences_later() -> None:
    named = "A rocket with cluster munitions hit the port. "
    other = "The harbour master described the morning. " * 8
    said = "“New weapons of this kind will be paid for by the summer,” the minister said."
    words = "New weapons of this kind"
    assert concerns(named + said, words)[0]
    assert not concerns(named + other + said, words)[0]
    assert concerns(named * 3 + other + said, words)[0]  # the topic leads the text


def test_two_words_in_marks_are_no_statement() -> None:
    text = "Norland sent cluster munitions. It struck a camp of “old friends” in the hills."
    assert not concerns(text, "old friends")[0]


GOING_ON = {
    "ru": (
        "Кассетные боеприпасы применят, заявил министр. «Эти снаряды у нас есть», — добавил он.",
        "Эти снаряды у нас есть",
    ),
    "uk": (
        "Касетні боєприпаси передадуть, заявив міністр. «Ці снаряди потрібні», — додав він.",
        "Ці снаряди потрібні",
    ),
    "de": (
        "Der Minister verteidigte Streumunition. „Diese Waffen sind nötig“, sagte er.",
        "Diese Waffen sind nötig",
    ),
    "fr": (
        "Le ministre défend les armes à sous-munitions. « Ces armes sont utiles », a-t-il dit.",
        "Ces armes sont utiles",
    ),
    "es": (
        "El ministro defendió las bombas de racimo. «Estas armas son útiles», dijo.",
        "Estas armas son útiles",
    ),
    "it": (
        "Il ministro difende le bombe a grappolo. «Queste armi servono», ha detto.",
        "Queste armi servono",
    ),
    "pt": (
        "O ministro defendeu as munições cluster. “Essas armas são úteis”, disse.",
        "Essas armas são úteis",
    ),
    "pl": (
        "Minister bronił amunicji kasetowej. „Ta broń jest potrzebna” – powiedział.",
        "Ta broń jest potrzebna",
    ),
    "tr": ("Bakan misket bombasını savundu. “Bu silahlar gerekli” dedi.", "Bu silahlar gerekli"),
    "ar": ("دافع الوزير عن القنابل العنقودية. وقال: «هذه الأسلحة ضرورية».", "هذه الأسلحة ضرورية"),
    "fa": ("وزیر از بمب خوشه‌ای دفاع کرد. او گفت: «این سلاح لازم است».", "این سلاح لازم است"),
    "zh": ("部长为集束弹药辩护。他说：“这些武器是必要的。”", "这些武器是必要的"),
}


@pytest.mark.parametrize("language", GOING_ON)
def test_every_language_follows_the_pronoun(language: str) -> None:
    text, words = GOING_ON[language]
    inner = span(text, words)
    assert read(text, language).passage_concerns(inner, around(text, inner))[0]


# --- before anything costly ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        "<p>clus<b>ter</b> bombs</p>",
        "&#1082;&#1072;&#1089;&#1089;&#1077;&#1090;&#1085;&#1099;&#1077;",
        '{"a": "\\u043a\\u0430\\u0441\\u0441\\u0435\\u0442\\u043d\\u044b\\u0435"}',
        "кассетные бомбы".encode("cp1251"),
        "касетні".encode(),
        "قنابل عنقودية".encode("cp1256"),
        "集束弹药".encode("gb18030"),
        "Streu&shy;munition",
    ],
)
def test_quick_hit_sees_through_markup_and_code_pages(raw: str | bytes) -> None:
    assert quick_hit(raw)


def test_quick_hit_says_no() -> None:
    assert not quick_hit("<p>The harvest was good &amp; the wine is sweet.</p>")
    assert not quick_hit(b"\xff\xfe\x00 nothing \x81")


@settings(max_examples=examples(60), deadline=None)
@given(
    st.text(max_size=200),
    st.sampled_from(
        ["cluster bombs", "кассетные боеприпасы", "قنابل عنقودية", "集束弹药", "bombas de racimo", ""]
    ),
    st.text(max_size=200),
    st.sampled_from([*LANGUAGES, None, "xx"]),
)
def test_never_raises_and_slices_exactly(before: str, term: str, after: str, language: str | None) -> None:
    text = f"{before} {term} {after}"
    parts = sentences(text)
    page = topic_map(text, language, parts, parts[:1], before, after)
    fields = {"text": text, "title": before, "summary": after}
    for row in page.verdict.evidence:
        assert fields[row.where][row.start : row.end] == row.text
    for part in parts:
        page.sentence_concerns(part)
        page.segment_verdict(part)
        page.passage_concerns(part, part, parts[:1])
    if page.verdict.concerns:
        assert quick_hit("\n".join(fields.values()))


@settings(max_examples=examples(100), deadline=None)
@given(st.text(max_size=80))
def test_folding_leads_back(text: str) -> None:
    folded = fold(text)
    for offset in range(len(folded.low)):
        back = folded.back(offset)
        assert 0 <= back < len(text)
        assert folded.forth(back) == offset


# --- measured --------------------------------------------------------------------------------------


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def _plain(page: str) -> str:
    body = re.sub(r"(?s)<(script|style|nav|footer|aside).*?</\1>", " ", page)
    body = re.sub(r"</(?:p|h\d|li|div|blockquote)>", "\n", body)
    return re.sub(r"<[^>]+>", "", body).replace("&nbsp;", " ").replace("&amp;", "&")


def test_the_newsroom_is_told_apart() -> None:
    """All twelve languages of the made-up press: F1 of at least .98."""
    folder = Path(__file__).parent / "newsroom"
    gold = {row["id"]: row for row in map(json.loads, _lines(folder / "gold.jsonl"))}
    right = wrong = missed = 0
    for row in map(json.loads, _lines(folder / "documents.jsonl")):
        text = _plain(row["html"])
        page = read(text, row["language"], title=row["title"], summary=row["summary"])
        said, true = page.verdict.concerns, gold[row["id"]]["concerns"]
        right, wrong, missed = (
            right + (said and true),
            wrong + (said and not true),
            missed + (true and not said),
        )
    assert 2 * right / (2 * right + wrong + missed) >= 0.98


@pytest.mark.shared
def test_the_seeds_live_page(shared: Path) -> None:
    gold = json.loads((shared / "gold" / "seeds.json").read_text("utf-8"))["articles"]
    name = next(key for key in gold if key.startswith("003"))
    text = (shared / "seeds" / name).read_text("utf-8")
    starts = [found.start() for found in re.finditer(r"(?m)^\d{1,2}:\d\d [ap]\.m\. ET, July", text)]
    posts = [Span(one, two) for one, two in zip(starts, [*starts[1:], len(text)], strict=True)]
    page = topic_map(text, "en", sentences(text), posts)
    assert [page.segment_verdict(post).concerns for post in posts] == [
        row["concerns"] for row in gold[name]["posts"]
    ]
