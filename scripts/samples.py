"""The made-up statements of the screenshots: invented people, outlets and addresses in invented places."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from monitor.cli.specimen import SPECIMEN
from monitor.model import Said, Speaker, Told, ToldFeed, ToldHeld, ToldOther, ToldOutlet, ToldPassage, Watch

NOW: Final = datetime(2024, 3, 5, 18, 4, tzinfo=UTC)
SINCE: Final = NOW - timedelta(days=1)
LEDGER: Final = "https://ledger.example/statements"

ALERT: Final = Told(
    statement_id=412,
    speaker=Speaker(
        name="Пётр Андреевич Заречный",
        name_en="Pyotr Zarechny",
        kind="state",
        state="RU",
        role="Deputy Minister of Defence",
        office="deputy_defence_minister",
        body="Ministry of Defence",
    ),
    said=Said(on=date(2024, 3, 5)),
    standing="non_signatory",
    venue="briefing in the ministry",
    positions=("threatens_use", "justifies"),
    passages=(
        ToldPassage(
            "Такие боеприпасы есть и у нас, и терпение наше не бесконечно", "direct", "ru", "verbatim"
        ),
        ToldPassage("We have such shells too, and our patience is not endless", "direct", "en", "translated"),
        ToldPassage(
            "He said that the army had so far chosen not to use them.", "indirect", "en", "paraphrase"
        ),
    ),
    outlets=(
        ToldOutlet(
            "Harbour Courier",
            "https://courier.example/5/zarechny",
            "en",
            NOW - timedelta(hours=2),
            "newspaper",
            2,
        ),
        ToldOutlet(
            "Ministry of Defence",
            "https://mod.example/briefings/0305",
            "ru",
            NOW - timedelta(hours=3),
            "ministry",
            1,
            official_source=True,
        ),
        ToldOutlet("Reed Post", "https://reed.example/a/77", "en", NOW - timedelta(hours=1), "agency", 1),
    ),
    corroboration="official_source",
    independent=2,
    first_seen=NOW,
    first_published=NOW - timedelta(hours=3),
    why_new="s398: another day",
    ledger_url=f"{LEDGER}/s412",
    state_name="Russia",
    nearest=ToldOther(398, "Pyotr Zarechny", date(2024, 2, 20), ("denies_use",), f"{LEDGER}/s398"),
    related=(
        ToldOther(
            371, "Pyotr Zarechny", date(2023, 11, 2), ("pledges_restraint",), f"{LEDGER}/s371", "reverses"
        ),
        ToldOther(409, "Iryna Dolna", date(2024, 3, 4), ("alleges_use",), f"{LEDGER}/s409", "answers"),
    ),
    feedback_url="https://ledger.example/feedback/1204.20180.k3vy5q",
)
ARABIC: Final = replace(
    ALERT,
    statement_id=415,
    speaker=Speaker(
        name="سامي الحوراني",
        name_en="Sami al-Hourani",
        kind="state",
        state="LB",
        role="Minister of Foreign Affairs",
        office="foreign_minister",
    ),
    standing="party",
    state_name="Lebanon",
    venue="press conference",
    positions=("condemns", "calls_to_join"),
    passages=(
        ToldPassage(
            "إن هذه القنابل تقتل أطفالنا بعد سنوات من انتهاء الحرب، وعلى كل دولة أن تنضم إلى الاتفاقية",
            "direct",
            "ar",
            "verbatim",
        ),
        ToldPassage(
            "These bombs kill our children years after the war is over", "direct", "en", "translated"
        ),
    ),
    outlets=(
        ToldOutlet(
            "صحيفة المرفأ", "https://marfa.example/2024/3/5", "ar", NOW - timedelta(hours=2), "newspaper", 2
        ),
    ),
    corroboration="single",
    independent=1,
    why_new="no earlier statement of this speaker is known",
    ledger_url=f"{LEDGER}/s415",
    nearest=None,
    related=(),
)
LATE: Final = replace(
    SPECIMEN,
    statement_id=416,
    speaker=replace(SPECIMEN.speaker, role="Minister of Defence"),
    said=Said(earliest=date(2024, 2, 12), latest=date(2024, 2, 14)),
    positions=("affirms_ban",),
    passages=(ToldPassage("No state that has signed may look away", "direct", "en", "partial"),),
    outlets=(ToldOutlet("Fjord Times", "https://fjord.example/a", "en", NOW, "newspaper", 3),),
    corroboration="unverified",
    first_seen=ARABIC.first_seen,
    first_published=ARABIC.first_published,
    why_new=ARABIC.why_new,
    ledger_url=f"{LEDGER}/s416",
    feedback_url=ARABIC.feedback_url,
    nearest=None,
    related=(),
)
WATCH: Final = Watch(
    SINCE,
    feeds=309,
    asked=309,
    answered=301,
    articles=2140,
    statements=2,
    held={"speaker_unresolved": 4, "possible_duplicate": 1},
    newest_held=(
        ToldHeld(88, "speaker_unresolved", "the spokesman", "Reed Post", "https://reed.example/a/81", NOW),
        ToldHeld(
            85, "possible_duplicate", "Ada Quill", "Harbour Courier", "https://courier.example/5/quill", NOW
        ),
    ),
    unheard=(
        ToldFeed(41, "Fen News", "https://fen.example/feed", "failing", NOW - timedelta(days=4), "http_503"),
        ToldFeed(17, "صحيفة المرفأ", "https://marfa.example/rss", "silent", NOW - timedelta(days=9)),
    ),
    blind_languages=("fa",),
    blind_regions=("central_asia", "oceania"),
)
