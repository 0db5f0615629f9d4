"""`clusterwatch airflow up` beside the newsroom: seconds until healthy, until the first alert, and to end.

Wanted: healthy in under 90 s, the first alert within two minutes, and after the end no process left. Byte
code is made by the first import, so the first of several runs is the slowest.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path += [str(ROOT), str(ROOT / "tests")]

from mailserver import Inbox, serving  # noqa: E402
from press import NEWSROOM, press  # noqa: E402

from monitor.cli import standalone  # noqa: E402

PROGRAM = Path(sys.executable).with_name("clusterwatch")
NOW = "2024-03-05T12:00:00Z"


def main() -> None:
    inbox = Inbox()
    with tempfile.TemporaryDirectory() as name, press(NOW) as newsroom, serving(inbox) as mail:
        desk = Path(name)
        (desk / "clusterwatch.toml").write_text(
            f'[clock]\nstart = "{NOW}"\n[alerts.email]\nhost = "127.0.0.1"\nport = {mail}\ntls = "off"\n'
            f'[[subscriptions]]\nname = "desk"\nby = "email"\nto = ["desk@example.org"]\n[fetch]\n'
            f"per_host_delay = 0.0\n{newsroom.connect_to}"
        )
        feeds = [PROGRAM, "feeds", "import", NEWSROOM / "feeds.opml", "--from-start"]
        subprocess.run(feeds, cwd=desk, check=True, stderr=subprocess.DEVNULL)
        begun = time.monotonic()
        up = subprocess.Popen(
            [PROGRAM, "airflow", "up", "--port", str(_port())], cwd=desk, stdout=subprocess.PIPE, text=True
        )
        assert up.stdout is not None
        if "healthy" not in up.stdout.readline():
            sys.exit("Airflow did not become healthy")
        print(f"healthy after {time.monotonic() - begun:.0f} s")
        leader = int((desk / ".airflow" / "airflow.pid").read_text())
        while not inbox.taken and time.monotonic() - begun < 300:
            time.sleep(0.2)
        told = f"after {time.monotonic() - begun:.0f} s" if inbox.taken else "not within 300 s"
        print(f"first alert {told}")
        stopping = time.monotonic()
        up.send_signal(signal.SIGTERM)
        up.wait()
        left = standalone.session(leader)
        print(f"ended in {time.monotonic() - stopping:.0f} s; processes left: {len(left)}")


def _port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
