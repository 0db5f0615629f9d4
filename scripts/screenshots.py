"""Makes the screenshots of docs/screenshots with Chromium: our mail as browsers draw it, and our Block Kit.

``make screenshots``. Exit status 2, with a word, where there is no Chromium.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Final

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]
from blockkit import page
from samples import ALERT, ARABIC, LATE, NOW, SINCE, WATCH

from alerts.digest import render_digest, render_quiet
from alerts.render import render

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: Nothing from the network, nothing from an earlier run.
FLAGS: Final = (
    "--headless", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic", "--force-device-scale-factor=1",
    "--disable-lcd-text", "--font-render-hinting=none",
)  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """One screenshot: its name, the page, the width of the window in pixels, light or dark."""

    name: str
    html: str
    width: int
    dark: bool = False


def shots() -> list[Shot]:
    """All screenshots of the documents."""
    alert, arabic = render(ALERT, installation="Clusterwatch"), render(ARABIC, installation="Clusterwatch")
    digest = render_digest(
        [ALERT, ARABIC], found_late=[LATE], watch=WATCH, since=SINCE, until=NOW, installation="Clusterwatch"
    )
    assert digest is not None
    quiet = render_quiet(
        replace(WATCH, since=NOW - timedelta(days=7)), until=NOW, installation="Clusterwatch"
    )
    return [
        Shot("mail-wide", alert.html, 760),
        Shot("mail-narrow", alert.html, 360),
        Shot("mail-dark", alert.html, 760, dark=True),
        Shot("mail-arabic", arabic.html, 760),
        Shot("digest", digest.html, 760),
        Shot("quiet-week", quiet.html, 760),
        Shot("slack", page(alert.blocks), 680),
        Shot("slack-digest", page(digest.blocks), 680),
    ]


def chromium() -> str | None:
    """The program to use: what CHROMIUM names, else the first that is found."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def take(program: str, shot: Shot, target: Path) -> None:
    """Writes the screenshot, as high as the page is. Raises RuntimeError with Chromium's words."""
    with tempfile.TemporaryDirectory() as folder:
        # In a frame, since windows are not made narrower than some 500 pixels.
        file = Path(folder) / "page.html"
        file.write_text(
            '<!doctype html><html><body style="margin:0;background:#888"><iframe id="f" '
            f'style="display:block;border:0;width:{shot.width}px;height:10px" '
            f'srcdoc="{escape(shot.html)}"></iframe>'
            "<script>f.onload = () => { const h = f.contentDocument.documentElement.scrollHeight;"
            ' f.style.height = h + "px"; document.title = "height " + h }</script></body></html>',
            "utf-8",
        )
        flags = [*FLAGS, f"--user-data-dir={folder}/profile"]
        flags += ["--no-sandbox"] if os.geteuid() == 0 else []
        flags += ["--blink-settings=preferredColorScheme=0"] if shot.dark else []
        dom = _run([program, *flags, "--dump-dom", file.as_uri()])
        height = re.search(r"<title>height (\d+)</title>", dom)
        if height is None:
            raise RuntimeError(f"{shot.name}: Chromium told no height: {dom[-300:]}")
        size = f"--window-size={shot.width},{height[1]}"
        _run([program, *flags, size, f"--screenshot={target}", file.as_uri()])
    if not target.is_file():
        raise RuntimeError(f"{shot.name}: Chromium wrote no picture")
    _shrink(target)


def _shrink(target: Path) -> None:
    """A picture of text needs few colours; where Pillow is at hand it is kept with 64 of them."""
    with suppress(ImportError):
        from PIL import Image

        with Image.open(target) as picture:
            small = picture.convert("RGB").quantize(64)
        small.save(target, optimize=True)


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"Chromium ended with {done.returncode}: {done.stderr[-500:]}")
    return done.stdout


def main() -> int:
    """Makes them all."""
    program = chromium()
    if program is None:
        print(
            "screenshots: there is no Chromium here. On Debian: apt-get install chromium fonts-noto-core "
            "fonts-noto-color-emoji; elsewhere name the program in CHROMIUM.",
            file=sys.stderr,
        )
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    for shot in shots():
        target = FOLDER / f"{shot.name}.png"
        take(program, shot, target)
        print(f"{target.relative_to(FOLDER.parent.parent)}: {target.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
