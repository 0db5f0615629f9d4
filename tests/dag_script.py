"""Run as a child by the tests of the DAGs: loads them, runs those that are named, prints what it saw as JSON.

dag_script.py [DAG | DAG=JSON-CONF]…

Airflow configures logging, databases and plugins when it is imported, so it never enters pytest itself.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any


def main() -> None:
    from airflow.configuration import conf
    from airflow.dag_processing.dagbag import BundleDagBag

    folder = Path(conf.get_mandatory_value("core", "dags_folder"))
    bag = BundleDagBag(dag_folder=folder, bundle_path=folder, bundle_name="dags-folder")
    said: dict[str, Any] = {
        "errors": bag.import_errors,
        "dags": {name: about(dag) for name, dag in bag.dags.items()},
    }
    if len(sys.argv) > 1:
        prepare(bag)
        said["runs"] = [run(bag, *word.partition("=")[::2]) for word in sys.argv[1:]]
        said["events"] = events()
    print("\n" + json.dumps(said))  # noqa: T201


def about(dag: Any) -> dict[str, Any]:
    return {
        "doc": dag.doc_md,
        "tags": sorted(dag.tags),
        "owner": dag.owner,
        "schedule": str(dag.schedule),
        "timetable": type(dag.timetable).__name__,
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "params": {name: dag.params.get_param(name).description for name in dag.params},
        "tasks": {t.task_id: sorted(t.downstream_task_ids) for t in dag.tasks},
        "retries": {t.task_id: t.retries for t in dag.tasks},
        "mapped": sorted(t.task_id for t in dag.tasks if t.is_mapped),
        "told_of_failure": bool(dag.has_on_failure_callback),
    }


def prepare(bag: Any) -> None:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import sync_bag_to_db
    from airflow.utils.db import initdb

    initdb()
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, "dags-folder", None)


def run(bag: Any, name: str, conf: str) -> dict[str, Any]:
    begun = time.monotonic()
    ran = bag.dags[name].test(run_conf=json.loads(conf) if conf else None)
    return {
        "dag": name,
        "state": str(ran.state),
        "seconds": round(time.monotonic() - begun, 1),
        "tasks": [[ti.task_id, ti.map_index, str(ti.state)] for ti in ran.get_task_instances()],
        "xcoms": [
            [x.task_id, x.key, x.value] for x in rows("airflow.models.xcom.XComModel", run_id=ran.run_id)
        ],
    }


def events() -> list[dict[str, Any]]:
    """What the assets' events carry, in their order."""
    return [event.extra for event in rows("airflow.models.asset.AssetEvent")]


def rows(table: str, **equal: str) -> list[Any]:
    from airflow.utils.session import create_session
    from sqlalchemy import select

    module, _, name = table.rpartition(".")
    model = getattr(import_module(module), name)
    with create_session() as session:
        return list(session.scalars(select(model).filter_by(**equal)))


if __name__ == "__main__":
    main()
