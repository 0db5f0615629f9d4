"""Run as a child by the tests of the DAGs: loads them, runs those that are named, prints what it saw as JSON.

dag_script.py [DAG[@DAY][=CONF]]…        DAY may be `none`, CONF is JSON; TEST_VARIABLES in the environment,
                                         JSON too, are Airflow's Variables

Airflow configures logging, databases and plugins when it is imported, so it never enters pytest itself.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
#: What a DAG file that is only read must not do, by the names of Python's audit events.
TOUCHES = ("socket.__new__", "socket.connect", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen")

OURS = ("monitor", "extractors", "alerts")


def main() -> None:
    from dag_docs import about, read

    read()  # what Airflow itself does when it is loaded is not ours
    for name in [name for name in sys.modules if name.startswith("clusterwatch_")]:
        del sys.modules[name]  # what the DAGs share is read once more, too
    touched: list[str] = []
    reading = True

    def forbid(event: str, given: tuple[Any, ...]) -> None:
        if reading and event in TOUCHES:
            touched.append(f"{event} {given}")
            raise RuntimeError(f"a DAG file that is read does {event}")

    sys.addaudithook(forbid)
    dags, errors = read()
    reading = False
    said: dict[str, Any] = {
        "errors": errors,
        "touched": touched,
        "ours": sorted(name for name in sys.modules if name.split(".")[0] in OURS),
        "dags": {name: about(dag) for name, dag in dags.items()},
    }
    if len(sys.argv) > 1:
        prepare()
        said["runs"] = [run(dags, word) for word in sys.argv[1:]]
        said["events"] = [event.extra for event in rows("airflow.models.asset.AssetEvent")]
    print("\n" + json.dumps(said))  # noqa: T201


def prepare() -> None:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.models import Variable
    from airflow.utils.db import initdb

    initdb()
    DagBundlesManager().sync_bundles_to_db()
    for name, value in json.loads(os.environ.get("TEST_VARIABLES", "{}")).items():
        Variable.set(name, value)


def run(dags: dict[str, Any], word: str) -> dict[str, Any]:
    (name, _, day), conf = word.partition("=")[0].partition("@"), word.partition("=")[2]
    when: dict[str, Any] = {}
    if day:
        moment = None if day == "none" else datetime.fromisoformat(f"{day}T00:00:00+00:00")
        when = {"logical_date": moment}
    begun = time.monotonic()
    ran = dags[name].test(run_conf=json.loads(conf) if conf else None, **when)
    return {
        "dag": name,
        "state": str(ran.state),
        "seconds": round(time.monotonic() - begun, 1),
        "tasks": [[ti.task_id, ti.map_index, str(ti.state)] for ti in ran.get_task_instances()],
        "xcoms": [
            [x.task_id, x.key, x.value] for x in rows("airflow.models.xcom.XComModel", run_id=ran.run_id)
        ],
    }


def rows(table: str, **equal: str) -> list[Any]:
    from airflow.utils.session import create_session
    from sqlalchemy import select

    module, _, name = table.rpartition(".")
    model = getattr(import_module(module), name)
    with create_session() as session:
        return list(session.scalars(select(model).filter_by(**equal)))


if __name__ == "__main__":
    main()
