"""The program in processes that begin with it loaded: each is forked from one that does nothing else.

A fresh Python takes one to two seconds of CPU to load the program, which is most of what a test of a killed
process takes. `test_cli` and `test_workers` start it as its user does.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext
from pathlib import Path
from tempfile import TemporaryDirectory

#: Loaded before anything is forked; all of it is installed, as the first process knows no other folders.
LOADED = (
    "monitor.cli.main",
    "monitor.cli.running",
    "monitor.cli.backfill",
    "monitor.pipeline.jobs",
    "monitor.analysis",
)


def context() -> ForkServerContext:
    """Where such processes come from; started when first used, and gone with this process."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(list(LOADED))
    return found


def run(
    arguments: Sequence[str], folder: Path, environ: Mapping[str, str], timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """``clusterwatch`` with these arguments, in that folder and environment, as a process of its own.

    Raises subprocess.TimeoutExpired after so many seconds.
    """
    with TemporaryDirectory() as place:
        said = [Path(place) / name for name in ("out", "err")]
        given = (list(arguments), str(folder), dict(environ), *map(str, said))
        child = context().Process(target=_command, args=given)
        child.start()
        child.join(timeout)
        if child.exitcode is None:
            child.kill()
            child.join()
            raise subprocess.TimeoutExpired(list(arguments), timeout)
        status = child.exitcode
        child.close()
        return subprocess.CompletedProcess(
            list(arguments), status, *(file.read_text("utf-8") if file.exists() else "" for file in said)
        )


def _command(arguments: Sequence[str], folder: str, environ: Mapping[str, str], out: str, err: str) -> None:
    """In the forked process: what a shell does before a command, then the command."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    for number, file in ((1, out), (2, err)):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = Path(os.devnull).open()  # noqa: SIM115 - for as long as the process lives
    # It reads from the environment, when it is loaded, where the process is to be killed.
    importlib.reload(importlib.import_module("monitor.waypoints"))
    from monitor.cli.main import run as command

    sys.exit(command(arguments))
