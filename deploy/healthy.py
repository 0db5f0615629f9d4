"""Exit status 0 where a part is healthy, for the health checks of docker-compose.yml.

healthy.py URL [PART]     an answer of status 200; with PART, that part healthy in Airflow's report there
healthy.py worker         this machine's Celery worker answers through the broker (it serves no health page)
"""

import json
import os
import socket
import sys
import urllib.request

#: Seconds that a part may take to answer.
PATIENCE = 8.0


def worker_answers() -> bool:
    """Whether the Celery worker of this host answers a ping (a second where Airflow takes five)."""
    from celery import Celery

    app = Celery(broker=os.environ["AIRFLOW__CELERY__BROKER_URL"])
    return bool(app.control.ping([f"celery@{socket.gethostname()}"], timeout=PATIENCE, limit=1))


def main(where: str, part: str = "") -> None:
    """Ends with a sentence and status 1 where the part is not healthy."""
    if where == "worker":
        if not worker_answers():
            sys.exit("the worker does not answer")
        return
    with urllib.request.urlopen(where, timeout=PATIENCE) as answer:
        body = answer.read()
    if part and json.loads(body)[part]["status"] != "healthy":
        sys.exit(f"{part} is not healthy")


if __name__ == "__main__":
    main(*sys.argv[1:])
