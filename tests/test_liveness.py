"""Who holds a lease: whether the process that took it may still be at work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from monitor.liveness import is_alive, this_process

ROOT = Path(__file__).resolve().parent.parent
ASK = "from monitor.liveness import this_process; print(this_process(), flush=True); input()"


def test_a_process_lives_until_it_ends() -> None:
    me = this_process()
    other = subprocess.Popen(
        [sys.executable, "-c", ASK], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    owner = other.stdout.readline().strip()
    assert owner != me
    assert is_alive(owner, me)
    other.kill()
    # Dead but not yet waited for is dead.
    other.stdout.read()
    for _ in range(1000):
        if not is_alive(owner, me):
            break
    assert not is_alive(owner, me)
    other.communicate()
    assert not is_alive(owner, me)


def test_this_process_lives_and_keeps_its_name() -> None:
    assert this_process() == this_process()
    assert is_alive(this_process(), this_process())


def test_another_process_under_the_same_number_is_another() -> None:
    host, boot, pid, started = this_process().split("/")
    assert not is_alive("/".join((host, boot, pid, str(int(started) - 1))), this_process())
    assert not is_alive("/".join((host, boot, pid, "")), this_process())


def test_a_machine_started_anew_has_no_old_processes() -> None:
    host, _, pid, started = this_process().split("/")
    assert not is_alive("/".join((host, "another-boot", pid, started)), this_process())


def test_another_machine_is_taken_to_be_at_work() -> None:
    _, boot, pid, started = this_process().split("/")
    assert is_alive("/".join(("elsewhere", boot, pid, started)), this_process())


def test_nonsense_is_nobody() -> None:
    host, boot, *_ = this_process().split("/")
    for owner in ("", "x", "a/b/c", f"{host}/{boot}/-1/0", f"{host}/{boot}/x/0", f"{host}/{boot}/9999999/1"):
        assert not is_alive(owner, this_process())
