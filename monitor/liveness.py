"""Who holds a lease: a process named by host, boot, number and start, and whether it still lives."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_process() -> str:
    """A name for this process that no other process has, on this machine or another, before or after."""
    pid = os.getpid()
    return f"{socket.gethostname()}/{_boot()}/{pid}/{_started(pid)}"


def is_alive(owner: str, me: str) -> bool:
    """Whether the owner may still be at work; one of another machine is taken to be (its lease decides)."""
    parts, mine = owner.split("/"), me.split("/")
    if len(parts) != 4:
        return False
    if parts[0] != mine[0]:
        return True
    if parts[1] != mine[1]:
        return False  # the machine was started anew since
    return parts[2].isdigit() and _started(int(parts[2])) == parts[3] and parts[3] != ""


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return "-"


def _started(pid: int) -> str:
    """The start of a process in clock ticks since boot; empty where there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
    except OSError:
        return _exists(pid)
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


def _exists(pid: int) -> str:
    """Without /proc: whether the process can be signalled at all."""
    if Path("/proc/self/stat").exists():
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "?"
