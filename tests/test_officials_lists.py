"""Lists of officials over the one that comes with the program: the user's own, and a refreshed one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor import settings as settings_of
from monitor.errors import SettingsError
from monitor.officials import Register, Term, load_register
from monitor.officials.loading import read_list, succeeded

HEADER = "id,name,aliases,state,office,title,from,until,as_of,source\n"
REFRESHED = "id,name,aliases,state,office,title,from,until,as_of,source,kind\n"


def _list(folder: Path, *lines: str, header: str = HEADER, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_text(header + "".join(f"{line}\n" for line in lines), "utf-8")
    return path


def _names(register: Register, state: str, office: str, on: date) -> list[tuple[str, bool | None]]:
    return [(h.official.name, h.certain) for h in register.holders_of(state, office, on)]


def test_the_users_list_wins_over_the_programs(tmp_path: Path) -> None:
    on = date(2022, 1, 1)
    assert _names(load_register(), "TR", "foreign_minister", on) == [("Mevlüt Çavuşoğlu", True)]
    own = _list(tmp_path, ",Deniz Örnek,,TR,foreign_minister,,2021-12-01,2022-02-01,,desk")
    register = load_register(own)
    assert _names(register, "TR", "foreign_minister", on) == [("Deniz Örnek", True)]
    assert register.holder("Deniz Örnek", on) is not None, "a line without an id has one of its own"
    assert _names(register, "TR", "foreign_minister", date(2021, 11, 30)) == [("Mevlüt Çavuşoğlu", True)]
    assert _names(register, "TR", "defence_minister", on) == [("Hulusi Akar", True)], "other posts stand"


def test_the_users_days_of_somebody_known_replace_the_programs(tmp_path: Path) -> None:
    own = _list(tmp_path, ",Hulusi Akar,,TR,defence_minister,,2018-07-10,2023-06-03,,desk")
    register = load_register(own)
    found = register.holder("Hulusi Akar", date(2023, 1, 1))
    assert found is not None
    assert (found.official.id.startswith("Q"), found.certain) == (True, True), "known by name and state"
    terms = [t for t in register.terms_of(found.official.id) if t.office == "defence_minister"]
    assert [t.source for t in terms] == ["desk"]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("1,,,FI,mayor,,2020,,2024-01-01,s", "line 4: no name"),
        ("1,X Y,,Finland,mayor,,2020,,2024-01-01,s", "line 4: 'Finland' is no state's code"),
        ("1,X Y,,FI,foreign_ministre,,2020,,2024-01-01,s", "line 4: .*is foreign_minister meant"),
        ("1,X Y,,FI,mayor,,2020-31-12,,2024-01-01,s", "line 4: "),
        ("1,X Y,,FI,mayor,,2020,2019,,s", "line 4: until 2019-12-31 is before from 2020-01-01"),
        ("1,X Y,,FI,mayor,2020", "line 4: 10 columns are wanted"),
        ("1,X Y,,FI,mayor,,2020,,2024-01-01,s,more,and more", "line 4: 10 columns are wanted"),
        ('1,"X Y,,FI,mayor,,2020,,2024-01-01,s', "line 4: "),
    ],
)
def test_what_is_wrong_in_a_list_is_told_with_its_line(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"# remarks count as lines\n{HEADER}\n{line}\n", "utf-8")
    with pytest.raises(SettingsError, match=f"own.csv, {complaint}"):
        load_register(path)


def test_lists_that_are_none(tmp_path: Path) -> None:
    semicolons = tmp_path / "semi.csv"
    semicolons.write_text(HEADER.replace(",", ";"), "utf-8")
    with pytest.raises(SettingsError, match="a comma stands between columns"):
        load_register(semicolons)
    latin = tmp_path / "latin.csv"
    latin.write_bytes((HEADER + "1,Jürgen X,,DE,mayor,,2020,,2024-01-01,s\n").encode("latin-1"))
    with pytest.raises(SettingsError, match="not in UTF-8"):
        load_register(latin)


def test_a_list_saved_by_a_spreadsheet_with_a_mark_at_its_start(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(HEADER + ",Oona Example,,FI,mayor,,2020,,2024-01-01,s\n", "utf-8-sig")
    assert [row.official.name for row in read_list(path, own=True)] == ["Oona Example"]


def test_a_refreshed_list_adds_and_fills_but_moves_no_day(tmp_path: Path) -> None:
    base = load_register().holder("Hulusi Akar", date(2020, 1, 1))
    assert base is not None
    known, fresh = base.official.id, "Q999999999"
    refreshed = _list(
        tmp_path,
        f"{known},Hulusi Akar,خلوصي أكار,TR,defence_minister,,2018-07-09,2023-06-03,,item:{known},defence",
        f"{fresh},Deniz Örnek,,TR,defence_minister,,2023-06-03,,2026-01-01,item:{fresh},defence",
        header=REFRESHED,
    )
    register = load_register(refreshed)
    (term,) = [t for t in register.terms_of(base.official.id) if t.office == "defence_minister"]
    assert (term.since, term.until) == (date(2018, 7, 10), date(2023, 6, 3)), "the end is filled in"
    assert term.source.endswith(f"item:{known}")
    official = register.official(known)
    assert official is not None
    assert "خلوصي أكار" in official.aliases
    new = _names(register, "TR", "defence_minister", date(2025, 1, 1))
    assert ("Deniz Örnek", True) in new


def test_the_users_list_wins_over_a_refreshed_one(tmp_path: Path) -> None:
    refreshed = _list(
        tmp_path,
        "Q999999999,Deniz Örnek,,TR,defence_minister,,2024-01-01,,2026-01-01,w,defence_ministers",
        header=REFRESHED,
        name="w.csv",
    )
    own = _list(tmp_path, ",Ayla Başka,,TR,defence_minister,,2025-01-01,,2026-01-01,desk")
    register = load_register(refreshed, own)
    assert _names(register, "TR", "defence_minister", date(2025, 6, 1)) == [("Ayla Başka", True)]


def test_an_open_term_is_over_once_somebody_else_is_known_to_be_in_office() -> None:
    first = Term("A", "XX", "defence_minister", "", date(2020, 1, 1), None, date(2022, 7, 1), "s")
    second = Term("B", "XX", "defence_minister", "", date(2025, 5, 1), None, date(2025, 6, 1), "s")
    old, new = succeeded([first, second])
    assert [old.covers(d) for d in (date(2022, 7, 1), date(2024, 1, 1), date(2025, 5, 1))] == [
        True,
        None,
        False,
    ]
    assert new.over is None
    ambassadors = [
        Term("A", "XX", "ambassador", "ambassador to B", date(2020, 1, 1), None, date(2022, 7, 1), "s"),
        Term("B", "XX", "ambassador", "ambassador to C", date(2025, 5, 1), None, date(2025, 6, 1), "s"),
    ]
    assert [t.over for t in succeeded(ambassadors)] == [None, None]


@pytest.mark.parametrize(
    ("state", "office", "on", "name"),
    [
        ("RU", "defence_minister", date(2025, 1, 1), "Andrei Belousov"),
        ("LT", "defence_minister", date(2025, 11, 11), "Robertas Kaunas"),
        ("DE", "foreign_minister", date(2025, 5, 6), "Johann Wadephul"),
        ("TR", "defence_minister", date(2024, 1, 1), "Yaşar Güler"),
        ("CN", "foreign_minister", date(2023, 3, 1), "Qin Gang"),
        ("CN", "foreign_minister", date(2023, 7, 26), "Wang Yi"),
        ("UA", "defence_minister", date(2025, 9, 1), "Denys Shmyhal"),
        ("US", "defence_minister", date(2025, 1, 25), "Pete Hegseth"),
        ("ICRC", "icrc_president", date(2022, 10, 1), "Mirjana Spoljaric Egger"),
        ("ICRC", "icrc_president", date(2022, 9, 30), "Peter Maurer"),
        ("KH", "defence_minister", date(2025, 7, 25), "Tea Seiha"),
        ("TH", "defence_minister", date(2025, 9, 19), "Nattaphon Narkphanit"),
        ("NO", "foreign_minister", date(2023, 12, 1), "Espen Barth Eide"),
        ("UA", "un_representative", date(2025, 4, 7), "Andrii Melnyk"),
        ("UN", "spokesperson", date(2025, 7, 1), "Stéphane Dujarric"),
    ],
)
def test_who_came_after_the_middle_of_2022(state: str, office: str, on: date, name: str) -> None:
    assert [n for n, _ in _names(load_register(), state, office, on)] == [name]


def test_the_lists_of_the_settings_are_beside_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "clusterwatch.toml"
    file.write_text('[register]\nextra = "own.csv"\n', "utf-8")
    section = settings_of.load(str(file)).settings.register_
    assert section.files == (str(tmp_path / "own.csv"),), "nothing refreshed yet"
    _list(tmp_path, header=REFRESHED, name="officials-wikidata.csv")
    assert section.files == (str(tmp_path / "officials-wikidata.csv"), str(tmp_path / "own.csv"))


@pytest.mark.parametrize(
    ("name", "language", "on", "latin"),
    [
        ("赫格塞思", "zh", date(2025, 1, 25), "Pete Hegseth"),
        ("عراقچی", "fa", date(2024, 8, 21), "Abbas Araghchi"),
        ("ستيفان دوجاريك", "ar", date(2025, 7, 1), "Stéphane Dujarric"),
        ("كير ستارمر", "ar", date(2024, 12, 1), "Keir Starmer"),
    ],
)
def test_names_in_scripts_that_no_rule_reads(name: str, language: str, on: date, latin: str) -> None:
    found = load_register().holder(name, on, language=language)
    assert found is not None
    assert (found.official.name, found.certain) == (latin, True)
