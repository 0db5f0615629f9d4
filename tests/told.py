"""Statements to tell of, made up, for the tests of rendering, digests and channels."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from monitor.model import POSITIONS, Said, Speaker, Told, ToldOther, ToldOutlet, ToldPassage

NOW = datetime(2024, 3, 5, 18, 0, tzinfo=UTC)

MINISTER = Speaker(
    name="Иван Петрович Громов",
    name_en="Ivan Gromov",
    kind="state",
    state="RU",
    role="Defence Minister of Norland",
    office="defence_minister",
)
TOLD = Told(
    statement_id=12,
    speaker=MINISTER,
    said=Said(on=date(2024, 3, 5)),
    standing="non_signatory",
    venue="press conference in the capital",
    positions=("justifies", "threatens_use"),
    passages=(
        ToldPassage("We hold such shells too, and our patience has an end.", "direct", "en", "translated"),
        ToldPassage("لن نتخلى عن هذه الأسلحة", "direct", "ar", "translated"),
    ),
    outlets=(
        ToldOutlet("Harbour Courier", "https://courier.example/a?b=1&c=2", "en", NOW, "newspaper", 2),
        ToldOutlet(
            "Ministry of Defence", "https://mod.example/5", "ru", None, "ministry", 1, official_source=True
        ),
    ),
    corroboration="official_source",
    independent=2,
    first_seen=NOW,
    first_published=NOW,
    why_new="no earlier statement of this speaker on the subject is in the ledger",
    ledger_url="https://ledger.example/s/12",
    state_name="Norland",
    nearest=ToldOther(9, "Ivan Gromov", date(2024, 2, 27), ("denies_use",), "https://ledger.example/s/9"),
    related=(
        ToldOther(
            7, "Ivan Gromov", date(2024, 1, 3), ("denies_use",), "https://ledger.example/s/7", "reverses"
        ),
        ToldOther(
            8, "Ada Quill", date(2024, 3, 4), ("alleges_use",), "https://ledger.example/s/8", "answers"
        ),
        ToldOther(15, "Ivan Gromov", None, (), None, "repeats", later=True),
    ),
    feedback_url="https://ledger.example/feedback/1.2.abc",
)

#: Words that have done harm somewhere: headers, markup, mentions, terminals, directions, empty ones.
HOSTILE = (
    "=?utf-8?q?=0d=0aBcc:_victim@example.org?=",
    "x\r\nBcc: victim@example.org\r\n\r\nbody",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!channel> <!here> <@U0123ABCD> <#C01|x> <https://evil.example|official>",
    "&lt;!channel&gt; &amp;amp;",
    "{{ 7*7 }} {% raw %} {positions}",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07 \x9b31m",
    "a\u202ecod.exe\u202c \u200b\u2066b\u2069",
    "\x00\x08\x7f\ud800\ufffe",
    "%s %n %(x)s",
    "*bold* _it_ `code` ~gone~ :bomb:",
    "e\u0301" * 40 + "👩‍👩‍👧‍👦" * 10,
    "",
    " \u2028 \u2029 \x85 ",
)
_any_text = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60), st.text(min_size=300, max_size=900))
_url = st.one_of(
    st.none(),
    _any_text,
    st.sampled_from(
        (
            "javascript:alert(1)",
            "https://a.example/x|y>z",
            "http://127.0.0.1:80\\@example.org/",
            "HTTPS://x.example",
        )
    ),
)
_moment = st.one_of(
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
)
_day = st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1))
_language = st.sampled_from((None, "en", "ar", "fa", "zh", "he", "xx", "en-GB", "", "<b>"))
_kinds = st.sampled_from(("state", "intergovernmental", "de_facto", "anonymous", "former", "other"))

speakers = st.builds(
    Speaker,
    name=_any_text,
    name_en=_any_text,
    kind=_kinds,
    state=st.sampled_from((None, "RU", "UN", "NATO", "AFU", "", "<!")),
    role=st.none() | _any_text,
    office=st.sampled_from((None, "defence_minister", "")),
    body=st.none() | _any_text,
)
passages = st.builds(
    ToldPassage,
    text=_any_text,
    kind=st.sampled_from(("direct", "indirect")),
    language=_language,
    fidelity=st.sampled_from(("verbatim", "partial", "paraphrase", "translated", "back_translated")),
)
outlets = st.builds(
    ToldOutlet,
    name=_any_text,
    url=_url,
    language=_language,
    published=st.none() | _moment,
    kind=st.sampled_from(("agency", "ministry", "blog")),
    tier=st.integers(1, 3),
    official_source=st.booleans(),
)
others = st.builds(
    ToldOther,
    statement_id=st.integers(0, 10**9),
    speaker=_any_text,
    said_on=_day,
    positions=st.lists(st.sampled_from((*POSITIONS, "a_later_one")), max_size=4).map(tuple),
    url=_url,
    relation=st.sampled_from((None, "repeats", "reverses", "corrects", "answers", "a_later_kind")),
    later=st.booleans(),
)
#: Anything that a ``Told`` may hold.
tolds = st.builds(
    Told,
    statement_id=st.integers(0, 10**9),
    speaker=speakers,
    said=st.builds(Said, on=_day, earliest=_day, latest=_day),
    standing=st.sampled_from((None, "party", "signatory", "withdrawn", "non_signatory")),
    venue=st.none() | _any_text,
    positions=st.lists(st.sampled_from((*POSITIONS, "a_later_one")), max_size=23).map(tuple),
    passages=st.lists(passages, max_size=60).map(tuple),
    outlets=st.lists(outlets, max_size=70).map(tuple),
    corroboration=st.sampled_from(("official_source", "independent", "single", "unverified")),
    independent=st.integers(0, 9),
    first_seen=_moment,
    first_published=st.none() | _moment,
    why_new=_any_text,
    change=st.none() | _any_text,
    ledger_url=_url,
    state_name=st.none() | _any_text,
    nearest=st.none() | others,
    related=st.lists(others, max_size=9).map(tuple),
    feedback_url=_url,
)
