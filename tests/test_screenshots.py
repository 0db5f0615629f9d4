"""The screenshots of the documents: what draws Block Kit, what is said without Chromium, and one picture."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from told import HOSTILE, MINISTER, TOLD

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
NAMES = {
    "mail-wide", "mail-narrow", "mail-dark", "mail-arabic", "digest", "quiet-week", "slack", "slack-digest",
}  # fmt: skip
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    yield
    for name in ("blockkit", "samples", "screenshots"):
        sys.modules.pop(name, None)


def width_of(picture: bytes) -> int:
    assert picture[:8] == SIGNATURE
    (width,) = struct.unpack(">I", picture[16:20])
    return int(width)


def test_the_pictures_that_the_documents_show_are_there_and_small() -> None:
    assert {file.stem for file in FOLDER.glob("*.png")} == NAMES
    for file in FOLDER.glob("*.png"):
        assert width_of(file.read_bytes()) in (360, 680, 760), file.name
        assert file.stat().st_size < 150_000, file.name


def test_the_command_makes_those_pictures() -> None:
    from screenshots import shots

    found = shots()
    assert {shot.name for shot in found} == NAMES
    assert [shot.name for shot in found if shot.dark] == ["mail-dark"]
    assert 'dir="rtl"' in next(shot.html for shot in found if shot.name == "mail-arabic")


def test_without_chromium_it_says_so() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "screenshots.py")],
        env={"CHROMIUM": "/nowhere/chromium", "PATH": ""},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "there is no Chromium here" in done.stderr
    assert "apt-get install chromium" in done.stderr


def test_block_kit_is_drawn_with_its_links_marks_and_quotes() -> None:
    from blockkit import page

    from alerts.render import render

    drawn = html.document_fromstring(page(render(TOLD, installation="desk").blocks))
    assert [quote.get("dir") for quote in drawn.xpath("//blockquote")] == ["auto", "auto"]
    assert "We hold such shells too" in drawn.xpath("//blockquote")[0].text_content()
    assert "https://courier.example/a?b=1&c=2" in drawn.xpath("//a/@href")
    assert "Corroboration:" in drawn.xpath("//strong/text()")
    assert drawn.xpath("//h3")[0].text_content().startswith("🇷🇺 Ivan Gromov")


@pytest.mark.parametrize("words", HOSTILE)
def test_what_slack_shows_as_text_is_drawn_as_text(words: str) -> None:
    from dataclasses import replace

    from blockkit import page

    from alerts.render import render

    told = replace(TOLD, speaker=replace(MINISTER, name=words, name_en=words, role=words), venue=words)
    drawn = html.document_fromstring(page(render(told, installation="desk").blocks).encode())
    assert not drawn.xpath("//script | //img | //*[@onerror]")
    assert all(link.startswith("https://") and "evil" not in link for link in drawn.xpath("//a/@href"))


def test_an_unknown_block_is_refused() -> None:
    from blockkit import page

    with pytest.raises(ValueError, match="unknown kind: image"):
        page([{"type": "image", "image_url": "https://x.example/a.png"}])
    with pytest.raises(ValueError, match="unknown kind: raw_text"):
        page([{"type": "section", "text": {"type": "raw_text", "text": "x"}}])


@pytest.mark.slow
def test_a_picture_is_taken(tmp_path: Path) -> None:
    from screenshots import chromium, shots, take

    program = chromium()
    if program is None:
        pytest.skip("Chromium is not here")
    narrow = next(shot for shot in shots() if shot.name == "mail-narrow")
    take(program, narrow, tmp_path / "narrow.png")
    assert width_of((tmp_path / "narrow.png").read_bytes()) == 360
