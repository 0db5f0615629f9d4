"""Run as a child by test_celery.py: `migrate` makes Airflow's tables, `run DAG` runs one by the executor."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def migrate() -> None:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.utils.db import initdb

    initdb()
    DagBundlesManager().sync_bundles_to_db()


def run(name: str) -> None:
    """Prints, as JSON, the executor and what became of each task."""
    from airflow.configuration import conf
    from airflow.dag_processing.dagbag import BundleDagBag

    folder = Path(conf.get("core", "dags_folder"))
    bag = BundleDagBag(dag_folder=folder, bundle_path=folder, bundle_name="dags-folder")
    ran = bag.dags[name].test(use_executor=True)
    tasks = [[ti.task_id, str(ti.state), ti.hostname] for ti in ran.get_task_instances()]
    said = {"executor": conf.get("core", "executor"), "state": str(ran.state), "tasks": tasks}
    print("\n" + json.dumps(said))  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1] == "migrate":
        migrate()
    else:
        run(sys.argv[2])
