"""A made-up statement for previews: an invented minister of an invented outlet, marked as a trial."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from monitor.model import Said, Speaker, Told, ToldOther, ToldOutlet, ToldPassage

SPECIMEN: Final = Told(
    statement_id=0,
    speaker=Speaker(
        name="Ingrid Solvang",
        name_en="Ingrid Solvang",
        kind="state",
        state="NO",
        role="Norwegian Minister of Defence (a trial message)",
        office="defence_minister",
    ),
    said=Said(date(2024, 3, 5), date(2024, 3, 5), date(2024, 3, 5)),
    standing="party",
    venue="press conference",
    positions=("condemns", "affirms_ban"),
    passages=(
        ToldPassage("No state that has signed this Convention may look away", "direct", "en", "partial"),
        ToldPassage("Ingen stat som har undertegnet, kan se bort", "direct", "no", "verbatim"),
    ),
    outlets=(
        ToldOutlet(
            "An invented outlet",
            "https://outlet.example/trial",
            "en",
            datetime(2024, 3, 5, 11, tzinfo=UTC),
            "newspaper",
            2,
        ),
    ),
    corroboration="single",
    independent=1,
    first_seen=datetime(2024, 3, 5, 11, 4, tzinfo=UTC),
    first_published=datetime(2024, 3, 5, 11, tzinfo=UTC),
    why_new="this is a trial message: nobody said this",
    state_name="Norway",
    nearest=ToldOther(0, "Ingrid Solvang", date(2024, 2, 6), ("calls_to_join",)),
    related=(ToldOther(0, "Ingrid Solvang", date(2023, 9, 12), ("condemns",), relation="repeats"),),
)
