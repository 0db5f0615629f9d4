"""The register refreshed from Wikidata, against a server of our own with made-up answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from commands import Command, caller
from httpsite import Reply, Request, serving

from monitor.officials import load_register
from monitor.officials.wikidata import BadAnswer, Kind, kinds, question, read_answer

TODAY = date(2026, 11, 25)
ITEM = "http://www.wikidata.org/entity/"
KIND = {kind.name: kind for kind in kinds()}


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> Command:
    return caller(capfd)


def _text(value: str, **more: str) -> dict[str, str]:
    return {"type": "literal", "value": value, **more}


def _time(day: str) -> dict[str, str]:
    return _text(f"{day}T00:00:00Z", datatype="http://www.w3.org/2001/XMLSchema#dateTime")


def row(item: str, names: str, iso: str = "ZM", **given: Any) -> dict[str, Any]:
    """One result as the service gives it: only what is bound is there."""
    binding: dict[str, Any] = {
        "statement": {"type": "uri", "value": f"{ITEM}statement/{item}-1"},
        "person": {"type": "uri", "value": f"{ITEM}{item}"},
        "position": {"type": "uri", "value": f"{ITEM}Q90000001"},
        "iso": _text(iso),
        "names": _text(names),
        "title": _text(given.pop("title", "Minister of Foreign Affairs"), **{"xml:lang": "en"}),
    }
    for name, precision in (("start", "startPrecision"), ("end", "endPrecision"), ("died", "")):
        if name in given:
            value = given.pop(name)
            binding[name] = _time(value) if isinstance(value, str) else value
            if precision in given:
                binding[precision] = _text(str(given.pop(precision)))
    return {**binding, **given}


def answer(*rows: dict[str, Any]) -> bytes:
    value = {"head": {"vars": ["statement", "person"]}, "results": {"bindings": list(rows)}}
    return json.dumps(value, ensure_ascii=False).encode()


def ministers(count: int, kind: str = "foreign", first: int = 0) -> list[dict[str, Any]]:
    """So many made-up ministers of one post, one after the other, a year each; the last one is in office."""
    base = 90001000 if kind == "foreign" else 90002000
    rows = []
    for n in range(first, first + count):
        end = {"end": f"{2009 + n}-01-01"} if n < first + count - 1 else {}
        rows.append(
            row(
                f"Q{base + n}",
                f"en=Person {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[n]}mbali",
                start=f"{2008 + n}-01-01",
                **end,
            )
        )
    return rows


def _read(
    *rows: dict[str, Any], kind: Kind | None = None
) -> tuple[list[tuple[str, str, str | None]], dict[str, int]]:
    found = read_answer(answer(*rows), kind or KIND["foreign_ministers"], TODAY)
    return [(r.name, r.since, r.until) for r in found.rows], dict(found.problems)


GOOD = row("Q90000100", "en=Oona Example", start="2024-03-05")


def test_a_row_gives_person_post_state_days_and_names() -> None:
    names = "ru=Оона Эксемпл|en=Oona Example|ar=أونا إكزامبل|zh=奥娜|fr=Oona Example"
    (found,) = read_answer(
        answer(row("Q90000100", names, start="2024-03-05", end="2025-01-02")),
        KIND["foreign_ministers"],
        TODAY,
    ).rows
    assert (found.item, found.name, found.state, found.office) == (
        "Q90000100",
        "Oona Example",
        "ZM",
        "foreign_minister",
    )
    assert set(found.aliases) == {"Оона Эксемпл", "أونا إكزامبل", "奥娜"}
    assert (found.since, found.until, found.known_on) == ("2024-03-05", "2025-01-02", None)


def test_dates_are_as_exact_as_wikidata_has_them() -> None:
    rows, problems = _read(
        row(
            "Q90000101", "en=By Year", start="2019-01-01", startPrecision=9, end="2020-01-01", endPrecision=9
        ),
        row(
            "Q90000102",
            "en=By Month",
            start="2021-05-01",
            startPrecision=10,
            end="2021-05-01",
            endPrecision=9,
        ),
        row("Q90000103", "en=By Decade", start="2010-01-01", startPrecision=8),
        row("Q90000104", "en=By Day", start="2023-05-06", startPrecision=11),
    )
    assert rows == [
        ("By Year", "2019", "2020"),
        ("By Month", "2021-05", "2021"),
        ("By Day", "2023-05-06", None),
    ]
    assert problems == {"vague_date": 1}


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (row("Q90000105", "", start="2020-01-01"), "no_name"),
        (row("Q90000105", "en=A B"), "no_start"),
        (row("Q90000105", "en=A B", "QQ", start="2020-01-01"), "no_state"),
        (row("Q90000105", "en=A B", start="2020-01-01", person=_text("Oona")), "no_person"),
        (row("Q90000105", "en=A B", start="20200-01-01"), "absurd_date"),
        (row("Q90000105", "en=A B", start="-0044-03-15"), "absurd_date"),
        (row("Q90000105", "en=A B", start="2020-13-45"), "absurd_date"),
        (row("Q90000105", "en=A B", start="2031-01-01"), "absurd_date"),
        (row("Q90000105", "en=A B", start="2020-05-01", end="2019-05-01"), "absurd_date"),
        (row("Q90000105", "en=A B", start=_text("soon")), "absurd_date"),
        (
            row(
                "Q90000105",
                "en=A B",
                start="2020-05-01",
                end={"type": "uri", "value": "http://x/.well-known/genid/1"},
            ),
            "end_unknown",
        ),
        (GOOD, "duplicate"),
    ],
)
def test_what_a_row_lacks_is_counted_and_the_others_go_on(bad: dict[str, Any], problem: str) -> None:
    rows, problems = _read(GOOD, bad)
    assert rows == [("Oona Example", "2024-03-05", None)]
    assert problems == {problem: 1}


def test_who_died_is_in_no_office_and_who_was_succeeded_is_known_for_the_first_day() -> None:
    found = read_answer(
        answer(
            row("Q90000106", "en=Late One", start="2009-01-01", died="2011-02-03"),
            row("Q90000107", "en=Never Ended", start="2012-01-01"),
            row("Q90000108", "en=Now There", start="2020-01-01"),
        ),
        KIND["foreign_ministers"],
        TODAY,
    )
    assert [(r.until, r.known_on) for r in found.rows] == [
        ("2011-02-03", None),
        (None, date(2012, 1, 1)),
        (None, TODAY),
    ]
    assert found.problems == {"open_though_succeeded": 1}


def test_the_office_of_a_head_is_what_its_title_says() -> None:
    found = read_answer(
        answer(
            row("Q1", "en=A One", start="2020-01-01", title="President of Zambia"),
            row("Q2", "en=B Two", "ES", start="2020-01-01", title="King of Spain"),
            row("Q3", "en=C Three", "XK", start="2020-01-01", title="Guardian of the Valley"),
        ),
        KIND["heads_of_state"],
        TODAY,
    )
    assert [r.office for r in found.rows] == ["president", "monarch", "head_of_state"]


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (b"<!DOCTYPE html><title>Too Many Requests</title>", "not_json"),
        (b"", "not_json"),
        (b"\xff\xfe{}", "not_json"),
        (answer(GOOD)[:-40], "truncated"),
        (answer(GOOD)[:-3] + b"\njava.util.concurrent.TimeoutException\n\tat x", "truncated"),
        (b"{" * 100_000, "truncated"),
        (b'{"boolean": true}', "wrong_shape"),
        (b'{"results": []}', "wrong_shape"),
        (b'{"results": {"bindings": {}}}', "wrong_shape"),
        (b'{"results": {"bindings": [1, 2]}}', "wrong_shape"),
        (answer(), "empty"),
        (answer(row("Q90000105", "")), "empty"),
    ],
)
def test_a_broken_answer_is_refused_by_name(body: bytes, state: str) -> None:
    with pytest.raises(BadAnswer) as refused:
        read_answer(body, KIND["foreign_ministers"], TODAY)
    assert refused.value.state == state


def test_a_question_asks_for_terms_since_2008_with_names_in_all_languages() -> None:
    for kind in kinds():
        asked = question(kind)
        assert "2008-01-01" in asked
        assert all(
            f'"{code}"' in asked
            for code in ("en", "fr", "es", "ar", "ru", "zh", "uk", "de", "it", "pt", "pl", "tr", "fa")
        )
        assert asked.count("{") == asked.count("}")


# --- the command, against a server ---

Plan = Callable[[str, int], Reply]


def _kind_of(request: Request) -> str:
    asked = request.query["query"][0]
    (name,) = [kind.name for kind in kinds() if kind.where in asked]
    return name


def _ok(*rows: dict[str, Any]) -> Reply:
    return 200, {"Content-Type": "application/sparql-results+json"}, answer(*rows)


@pytest.fixture
def ask(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Any, list[Request]]]:
    """Runs `officials refresh` with a server in Wikidata's place, whose answer to each kind a plan gives."""
    monkeypatch.chdir(tmp_path)

    def run(plan: Plan, *arguments: str, contact: str = "desk@example.org", status: int = 0) -> Any:
        seen: dict[str, int] = {}

        def reply(request: Request, _: int) -> Reply:
            name = _kind_of(request)
            seen[name] = seen.get(name, 0) + 1
            return plan(name, seen[name])

        with serving(reply) as site:
            place = site.url.removeprefix("http://").rstrip("/")
            Path("clusterwatch.toml").write_text(
                '[clock]\nstart = "2026-11-25T12:00:00Z"\n[fetch]\nper_host_delay = 0.0\n'
                f'contact = "{contact}"\n[fetch.connect_to]\n"query.wikidata.org" = "{place}"\n',
                "utf-8",
            )
            done = command("officials", "refresh", *arguments)
            assert done.status == status, done.err
            return done, list(site.seen)

    return run


def _all_well(name: str, _: int) -> Reply:
    return _ok(*ministers(12)) if name == "foreign_ministers" else _ok(*ministers(3, "other"))


def test_a_refresh_asks_one_question_a_kind_and_writes_the_users_list(ask: Any, command: Command) -> None:
    done, seen = ask(_all_well, "--allow-loss", "--json")
    assert [_kind_of(request) for request in seen] == [kind.name for kind in kinds()]
    agent = seen[0].headers["user-agent"]
    assert agent == "Clusterwatch (+desk@example.org)"
    assert "application/sparql-results+json" in seen[0].headers["accept"]
    assert all(kind["state"] == "ok" for kind in done.json["kinds"])
    assert {kind["valid_as_of"] for kind in done.json["kinds"]} == {"2026-11-25"}
    written = Path("officials-wikidata.csv").read_text("utf-8")
    assert "# foreign_ministers valid_as_of 2026-11-25" in written
    assert "wikidata.org/wiki/Q90001011" in written
    shown = command("officials", "list", "--name", "Person Lmbali", "--json").json
    assert [(r["official"], r["from"], r["as_of"]) for r in shown] == [
        ("Q90001011", "2019-01-01", "2026-11-25")
    ]
    checked = command("officials", "check", "--json").json
    assert checked["valid_as_of"]["foreign_ministers"] == "2026-11-25"


def test_the_package_is_not_touched(ask: Any) -> None:
    from monitor.officials.lexicon import DATA

    before = {path.name: path.read_bytes() for path in DATA.iterdir() if path.is_file()}
    ask(_all_well, "--allow-loss")
    assert {path.name: path.read_bytes() for path in DATA.iterdir() if path.is_file()} == before


def test_wikidata_is_not_asked_without_a_contact(ask: Any) -> None:
    done, seen = ask(_all_well, contact="", status=2)
    assert "contact" in done.err
    assert seen == []


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ((429, {"Retry-After": "3600"}, b"slow down"), "http_429"),
        ((500, {}, b"<html>error</html>"), "http_500"),
        ((200, {"Content-Type": "text/html"}, b"<html>We are sorry</html>"), "not_json"),
        ((200, {}, answer(*ministers(12))[:900]), "truncated"),
        (_ok(), "empty"),
    ],
)
def test_one_kind_that_fails_is_a_state_and_the_others_are_written(
    ask: Any, reply: Reply, state: str
) -> None:
    def plan(name: str, time: int) -> Reply:
        return reply if name == "organisations" else _all_well(name, time)

    done, _ = ask(plan, "--allow-loss", "--json", status=1)
    states = {kind["kind"]: kind["state"] for kind in done.json["kinds"]}
    assert states.pop("organisations") == state
    assert set(states.values()) == {"ok"}
    assert "foreign_ministers" in Path("officials-wikidata.csv").read_text("utf-8")


def test_who_asks_to_wait_a_moment_is_asked_again_and_who_asks_for_an_hour_is_left_alone(ask: Any) -> None:
    def moment(name: str, time: int) -> Reply:
        if name == "heads_of_state" and time == 1:
            return 429, {"Retry-After": "1"}, b""
        return _all_well(name, time)

    done, seen = ask(moment, "--allow-loss", "--json")
    assert all(kind["state"] == "ok" for kind in done.json["kinds"])
    assert len(seen) == len(kinds()) + 1

    def hour(_name: str, _time: int) -> Reply:
        return 429, {"Retry-After": "3600"}, b""

    before = Path("officials-wikidata.csv").read_text("utf-8")
    done, seen = ask(hour, "--json", status=1)
    assert len(seen) == 1, "nothing more is asked of a service that wants an hour's peace"
    assert [kind["state"] for kind in done.json["kinds"]] == ["http_429"] + ["postponed"] * (len(kinds()) - 1)
    assert "ask again in 3600 s" in done.json["kinds"][0]["detail"]
    assert Path("officials-wikidata.csv").read_text("utf-8") == before


def test_an_answer_that_would_drop_more_than_a_tenth_is_refused(ask: Any) -> None:
    ask(_all_well, "--allow-loss")

    def fewer(name: str, time: int) -> Reply:
        return _ok(*ministers(10, first=2)) if name == "foreign_ministers" else _all_well(name, time)

    done, _ = ask(fewer, "--json", status=1)
    (kind,) = [k for k in done.json["kinds"] if k["kind"] == "foreign_ministers"]
    assert (kind["state"], kind["kept"], kind["rows"]) == ("shrunk", True, 12)
    assert "2 of 12" in kind["detail"]
    assert "Q90001000" in Path("officials-wikidata.csv").read_text("utf-8")

    def one_less(name: str, time: int) -> Reply:
        return _ok(*ministers(11, first=1)) if name == "foreign_ministers" else _all_well(name, time)

    done, _ = ask(one_less, "--json")
    assert "Q90001000" not in Path("officials-wikidata.csv").read_text("utf-8"), "one of twelve is no tenth"


def test_a_first_answer_is_held_against_what_the_program_has_from_wikidata(ask: Any) -> None:
    done, _ = ask(_all_well, "--json", status=1)
    (kind,) = [k for k in done.json["kinds"] if k["kind"] == "defence_ministers"]
    assert kind["state"] == "shrunk"
    assert not kind["kept"]


def test_disagreements_are_listed_and_the_programs_days_stay(ask: Any, command: Command) -> None:
    akar = load_register().holder("Hulusi Akar", date(2020, 1, 1))
    assert akar is not None
    rows = [
        row(akar.official.id, "en=Hulusi Akar", "TR", start="2018-07-10", end="2023-06-03"),
        row("Q90000300", "en=Deniz Örnek", "TR", start="2020-01-01", end="2021-01-01"),
        row("Q90000301", "en=Yaşar Güler|ru=Яшар Гюлер", "TR", start="2023-01-01"),
    ]

    def plan(name: str, time: int) -> Reply:
        return _ok(*rows) if name == "defence_ministers" else _all_well(name, time)

    done, _ = ask(plan, "--allow-loss", "--json")
    told = [(c["what"], c["name"], c["ours"], c["theirs"]) for c in done.json["conflicts"]]
    assert ("holder", "Deniz Örnek", "Hulusi Akar", "Deniz Örnek") in told
    assert ("from", "Yaşar Güler", "2023-06-03", "2023-01-01") in told
    query = (
        "officials",
        "list",
        "--state",
        "TR",
        "--office",
        "defence_minister",
        "--name",
        "Güler",
        "--json",
    )
    guler = command(*query).json
    assert [(r["from"], "Яшар Гюлер" in r["aliases"]) for r in guler] == [("2023-06-03", True)]
    assert len({r["official"] for r in guler}) == 1, "the same name in the same state is the same person"


def test_saved_answers_do_without_a_network(ask: Any, command: Command, tmp_path: Path) -> None:
    ask(_all_well, "--allow-loss", "--save", "answers")
    assert {path.stem for path in (tmp_path / "answers").iterdir()} == {kind.name for kind in kinds()}
    (tmp_path / "answers" / "organisations.json").unlink()
    Path("clusterwatch.toml").write_text('[clock]\nstart = "2026-12-01T12:00:00Z"\n', "utf-8")
    done = command("officials", "refresh", "--from", "answers", "--to", "other.csv", "--allow-loss", "--json")
    assert done.status == 1
    assert {k["kind"]: k["state"] for k in done.json["kinds"]}["organisations"] == "no_answer"
    assert re.search(r"foreign_ministers valid_as_of 2026-12-01", Path("other.csv").read_text("utf-8"))
    assert command("officials", "refresh", "--from", "nowhere").status == 2
    (tmp_path / "empty").mkdir()
    assert command("officials", "refresh", "--from", "empty").status == 2


def test_a_refreshed_list_somebody_broke_is_told_not_overwritten(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("answers").mkdir()
    for kind in kinds():
        Path("answers", f"{kind.name}.json").write_bytes(answer(*ministers(3)))
    Path("officials-wikidata.csv").write_text("id,name\nx\n", "utf-8")
    done = command("officials", "refresh", "--from", "answers", "--allow-loss")
    assert done.status == 2
    assert "officials-wikidata.csv" in done.err
    assert Path("officials-wikidata.csv").read_text("utf-8") == "id,name\nx\n"
