"""Signed links: what they let a reader do, and what nobody can make of them."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.links import FEEDBACK, UNSUBSCRIBE, BadLink, Links, claimed, token
from monitor import app
from monitor.errors import SettingsError
from monitor.settings import load

NOW = datetime(2024, 3, 5, 18, tzinfo=UTC)
LINKS = Links("https://watch.example/", b"0123456789abcdef", days=30)
MARK = "<40.abc@news.example.org>"


def test_a_link_is_proved_for_its_purpose_its_delivery_and_its_time() -> None:
    address = LINKS.link(UNSUBSCRIBE, 40, MARK, NOW)
    assert address.startswith("https://watch.example/unsubscribe/40.")
    claim = claimed(address.rpartition("/")[2])
    assert (claim.delivery, claim.until) == (40, date(2024, 4, 4))
    LINKS.prove(claim, UNSUBSCRIBE, MARK, NOW)
    LINKS.prove(claim, UNSUBSCRIBE, MARK, NOW + timedelta(days=30))
    other, late = "<41.abc@news.example.org>", NOW + timedelta(days=31)
    for purpose, mark, when in ((FEEDBACK, MARK, NOW), (UNSUBSCRIBE, other, NOW), (UNSUBSCRIBE, MARK, late)):
        with pytest.raises(BadLink):
            LINKS.prove(claim, purpose, mark, when)
    with pytest.raises(BadLink):
        Links("https://watch.example", b"fedcba9876543210").prove(claim, UNSUBSCRIBE, MARK, NOW)


def test_no_part_of_a_token_can_be_changed() -> None:
    made = token(LINKS.secret, FEEDBACK, 40, MARK, date(2024, 4, 4))
    number, until, mac = made.split(".")
    flipped = mac[:-1] + ("a" if mac[-1] != "a" else "b")
    for changed in (f"41.{until}.{mac}", f"{number}.{int(until) + 1}.{mac}", f"{number}.{until}.{flipped}"):
        with pytest.raises(BadLink, match="not made here"):
            LINKS.prove(claimed(changed), FEEDBACK, MARK, NOW)


def test_a_token_names_no_reader_and_shows_no_secret() -> None:
    assert "0123456789abcdef" not in LINKS.link(FEEDBACK, 1, MARK, NOW) + repr(LINKS)
    assert "news.example" not in token(LINKS.secret, FEEDBACK, 1, MARK, date(2024, 1, 1))


@given(st.text(max_size=80))
def test_what_is_no_token_is_refused(text: str) -> None:
    try:
        claim = claimed(text)
    except BadLink:
        return
    assert claim.until >= date(1970, 1, 1)


@pytest.mark.parametrize(
    "text", ["", "1.2", "1.2.x", "1.9999999." + "a" * 26, "١.2." + "a" * 26, "1.2." + "A" * 26]
)
def test_no_tokens(text: str) -> None:
    with pytest.raises(BadLink):
        claimed(text)


def test_links_want_a_purpose_and_a_secret() -> None:
    with pytest.raises(ValueError, match="links are for"):
        token(b"0" * 16, "delete", 1, MARK, date(2024, 1, 1))
    with pytest.raises(ValueError, match="16 bytes"):
        token(b"0" * 15, FEEDBACK, 1, MARK, date(2024, 1, 1))


# --- the secret -----------------------------------------------------------------------------------------


def settings(folder: Path, text: str) -> str:
    (folder / "clusterwatch.toml").write_text(text, "utf-8")
    return str(folder / "clusterwatch.toml")


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = settings(tmp_path, '[alerts]\nledger_url = "https://watch.example/"\n')
    first = app.links_of(load(path).settings, path)
    again = app.links_of(load(path).settings, path)
    assert first == again
    assert first is not None
    assert len(first.secret) >= 32
    key = tmp_path / "clusterwatch.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_where_serve_is_not_reached_there_are_no_links_and_no_key(tmp_path: Path) -> None:
    path = settings(tmp_path, "")
    assert app.links_of(load(path).settings, path) is None
    assert not (tmp_path / "clusterwatch.key").exists()


def test_a_secret_of_the_settings_wins_and_must_be_long_enough(tmp_path: Path) -> None:
    head = '[alerts]\nledger_url = "https://watch.example/"\n[alerts.links]\n'
    path = settings(tmp_path, head + 'secret = "a secret of twenty-one"\n')
    made = app.links_of(load(path).settings, path)
    assert made is not None
    assert made.secret == b"a secret of twenty-one"
    with pytest.raises(SettingsError, match="too short"):
        app.links_of(load(settings(tmp_path, head + 'secret = "short"\n')).settings, path)
    with pytest.raises(SettingsError, match="key_file"):
        app.links_of(load(settings(tmp_path, head + 'key_file = "no/such/folder/key"\n')).settings, path)
