"""A made-up statement as the ledger gives it, to be cited and exported."""

from __future__ import annotations

from typing import Any


def appearance(**changes: Any) -> dict[str, Any]:
    return {
        "article": "a1", "document": None, "url": "https://gazeta.example/1", "outlet": "Gazeta",
        "official_source": False, "title": "A minister speaks", "language": "en",
        "published": "2023-07-12T08:00:00+00:00", "read_at": "2026-11-26T01:00:00+00:00",
        "role": "Norwegian Foreign Minister", "post": None, "reporting": "new", "same_by": "first",
        "withdrawn": None,
    } | changes  # fmt: skip


def statement(*appearances: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "id": "s12", "speaker": "Ingrid Solberg", "speaker_en": "Ingrid Solberg", "official": None,
        "role": "Norwegian Foreign Minister", "office": "foreign_minister", "body": None, "state": "NO",
        "standing": "party", "kind": "state", "said_on": "2023-07-11", "said_from": "2023-07-11",
        "said_to": "2023-07-11", "venue": None, "reporting": "new", "positions": ["condemns"],
        "first_seen": "2026-11-26T01:00:00+00:00", "first_published": "2023-07-12T08:00:00+00:00",
        "first_outlet": "Gazeta", "corroboration": {"level": "single", "outlets": 1, "independent": 1},
        "passages": [
            {"text": "Never again", "kind": "direct", "language": "en", "fidelity": "verbatim",
             "article": "a1", "post": None, "in": "text", "start": 0, "end": 11, "rule": "r"},
        ],
        "appearances": list(appearances or (appearance(),)),
        "alert": {"state": "not_told", "reason": "backfill"},
        "deliveries": {"sent": 0, "delayed": 0, "refused": 0}, "related": [], "withdrawn": None,
        "merged_into": None, "review": None,
    } | changes  # fmt: skip
