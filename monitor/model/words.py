"""The closed lists of words: kinds, positions, reasons, standings."""

from __future__ import annotations

from typing import Final, Literal

Kind = Literal["state", "intergovernmental", "de_facto", "anonymous", "former", "other"]
OFFICIAL_KINDS: Final[frozenset[str]] = frozenset({"state", "intergovernmental", "de_facto"})

#: What a statement does, weightiest first: the order decides which one heads a message.
POSITIONS: Final[tuple[str, ...]] = (
    "announces_use", "admits_use", "threatens_use", "announces_transfer", "withdraws_from_convention",
    "joins_convention", "alleges_use", "denies_use", "alleges_other", "admits_other", "denies_other",
    "requests_transfer", "supports_transfer", "opposes_transfer", "condemns", "justifies",
    "pledges_restraint", "calls_to_stop", "calls_to_join", "affirms_ban", "reports_harm", "neutral_comment",
)  # fmt: skip
#: Pairs that can never be one statement (identity refuses to join across them).
OPPOSITES: Final[frozenset[frozenset[str]]] = frozenset(
    frozenset(pair)
    for pair in (
        ("denies_use", "admits_use"), ("denies_use", "announces_use"), ("denies_use", "threatens_use"),
        ("denies_other", "admits_other"), ("denies_other", "announces_transfer"),
        ("opposes_transfer", "supports_transfer"), ("opposes_transfer", "announces_transfer"),
        ("opposes_transfer", "requests_transfer"), ("condemns", "justifies"),
        ("joins_convention", "withdraws_from_convention"), ("pledges_restraint", "threatens_use"),
    )
)  # fmt: skip

#: Groups of states by their standing under the Convention on the day said, as a reader's rule names them.
STANDING_GROUPS: Final[dict[str, str]] = {
    "@parties": "party",
    "@signatories": "signatory",
    "@withdrawn": "withdrawn",
    "@non_signatories": "non_signatory",
}

Centrality = Literal["main", "part", "passing", "no"]
Precision = Literal["minute", "day", "month"]
DateSource = Literal["jsonld", "meta", "time", "feed", "given", "text", "htmldate", "url"]
Form = Literal[
    "article", "liveblog", "transcript", "interview", "press_release", "wire", "brief", "pdf", "text"
]
Where = Literal["text", "title", "headline", "summary"]
PassageKind = Literal["direct", "indirect"]
Fidelity = Literal["verbatim", "partial", "paraphrase", "translated", "back_translated"]
Reporting = Literal["new", "recalled"]
HeldReason = Literal[
    "speaker_unresolved",
    "state_unresolved",
    "kind_unknown",
    "pattern_unsure",
    "topic_unsure",
    "possible_duplicate",
]
AlertReason = Literal[
    "baseline",
    "backfill",
    "found_late",
    "recalled",
    "undated",
    "kind",
    "unverified",
    "reviewed",
    "storm",
    "silenced",
    "withdrawn",
]
OutletKind = Literal[
    "agency",
    "newspaper",
    "broadcaster",
    "ministry",
    "parliament",
    "igo",
    "ngo",
    "aggregator",
    "blog",
    "other",
]
Corroboration = Literal["official_source", "independent", "single", "unverified"]
Standing = Literal["party", "signatory", "withdrawn", "non_signatory"]

LANGUAGES: Final[tuple[str, ...]] = (
    "en", "fr", "es", "ar", "ru", "zh", "uk", "de", "it", "pt", "pl", "tr", "fa",
)  # fmt: skip
