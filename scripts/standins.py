"""Stand-ins for the images that docker-compose.yml names, where no registry of images can be reached.

Debian 12's own packages (debootstrap) and wheels fetched on this machine become images under the official
names: enough of PostgreSQL, Redis, Python and a mail catcher to run the stack for real. Needs root.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).parent.parent
PARTS = ROOT / "tests" / "compose" / "standins"
MIRROR = "http://deb.debian.org/debian"
#: Its Python.
DEBIANS = "3.11.2"
PACKAGES = ("python3", "python3-venv", "postgresql", "redis-server", "ca-certificates")
#: The stages of the Dockerfile beside PARTS, and whose place each takes.
IMAGES = {
    "python": "python:3.12-slim",
    "postgres": "postgres:17",
    "redis": "redis:7.2-bookworm",
    "mailpit": "axllent/mailpit:v1.27",
}
BASE = "clusterwatch-standin:base"
#: What the locks do not name: the build backend, and the mail catcher's SMTP server.
MORE = ("uv_build>=0.13,<0.14", "aiosmtpd", "atpublic", "attrs")


def make(cache: Path, environ: dict[str, str]) -> None:
    """Makes whatever is missing; ``cache`` keeps base system and wheels from one run to the next."""
    if sys.version_info[:2] != (3, 11):
        sys.exit("stand-ins: Debian 12 runs Python 3.11, so .venv must too (PYTHON=python3.11 make dev)")
    if not _there(BASE, environ):
        _import_base(cache / "root", environ)
    wheels = cache / "wheels"
    _fetch_wheels(wheels)
    with tempfile.TemporaryDirectory(dir=cache) as made:
        context = Path(made) / "context"
        shutil.copytree(PARTS, context)
        shutil.copytree(wheels, context / "wheels")
        for stage, name in IMAGES.items():
            _run(["docker", "build", "--quiet", "--target", stage, "--tag", name, context], environ)


def _there(image: str, environ: dict[str, str]) -> bool:
    looked = ["docker", "image", "inspect", image]
    return subprocess.run(looked, env=environ, capture_output=True, check=False).returncode == 0


def _import_base(root: Path, environ: dict[str, str]) -> None:
    if not (root / "usr" / "bin" / "redis-server").exists():
        shutil.rmtree(root, ignore_errors=True)
        include = "--include=" + ",".join(PACKAGES)
        _run(["debootstrap", "--variant=minbase", include, "bookworm", root, MIRROR], environ)
    with subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE) as packed:
        subprocess.run(
            ["docker", "import", "-", BASE], stdin=packed.stdout, env=environ, check=True, capture_output=True
        )


def _fetch_wheels(wheels: Path) -> None:
    """The wheels of both locks as they are now; a folder whose locks are older is filled anew."""
    locks = [ROOT / "requirements-server.lock", ROOT / "requirements-uv.lock"]
    stamp = "".join(lock.read_text("utf-8") for lock in locks)
    marker = wheels / "locks"
    if marker.is_file() and marker.read_text("utf-8") == stamp:
        return
    shutil.rmtree(wheels, ignore_errors=True)
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    fetch += ["--only-binary", ":all:", "--dest", wheels]
    with tempfile.TemporaryDirectory() as folder:
        for lock in locks:
            for_debian = Path(folder) / lock.name
            for_debian.write_text(_without_markers(lock.read_text("utf-8")), "utf-8")
            _run([*fetch, "--require-hashes", "--requirement", for_debian], None)
    _run([*fetch, *MORE], None)
    marker.write_text(stamp, "utf-8")


def _without_markers(lock: str) -> str:
    """A lock's entries that are for Debian's Python, with nothing left to be weighed by this machine's."""
    kept, wanted = [], True
    for line in lock.splitlines():
        if found := re.match(r"(\S+==\S+)(?: ; ([^\\]+?))?( \\)?$", line):
            marker = found[2]
            wanted = marker is None or Marker(marker).evaluate({"python_full_version": DEBIANS})
            kept += [f"{found[1]}{found[3] or ''}"] if wanted else []
        elif wanted:
            kept.append(line)
    return "\n".join(kept) + "\n"


def _run(command: list[str | Path], environ: dict[str, str] | None) -> None:
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"stand-ins: {command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
