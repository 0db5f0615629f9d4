"""Run as a child by test_dags.py: loads the DAGs, optionally runs one, prints what it saw as JSON.

Airflow configures logging, databases and plugins when it is imported, so it never enters pytest itself.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main() -> None:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag()
    said: dict[str, Any] = {
        "errors": bag.import_errors,
        "dags": {
            name: {
                "doc": dag.doc_md,
                "tags": sorted(dag.tags),
                "owner": dag.owner,
                "schedule": str(dag.schedule),
                "catchup": dag.catchup,
                "max_active_runs": dag.max_active_runs,
                "tasks": {t.task_id: sorted(t.downstream_task_ids) for t in dag.tasks},
                "mapped": sorted(t.task_id for t in dag.tasks if t.is_mapped),
            }
            for name, dag in bag.dags.items()
        },
    }
    if len(sys.argv) > 1:
        said["runs"] = [run(bag, name) for name in sys.argv[1:]]
    print("\n" + json.dumps(said))  # noqa: T201


def run(bag: Any, name: str) -> dict[str, Any]:
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import sync_bag_to_db
    from airflow.utils.db import initdb

    initdb()
    DagBundlesManager().sync_bundles_to_db()
    sync_bag_to_db(bag, "dags-folder", None)
    ran = bag.dags[name].test()
    return {
        "state": str(ran.state),
        "tasks": [[ti.task_id, ti.map_index, str(ti.state)] for ti in ran.get_task_instances()],
        "xcoms": [[x.task_id, x.key, x.value] for x in xcoms(ran.run_id)],
    }


def xcoms(run_id: str) -> list[Any]:
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        return list(session.scalars(select(XComModel).where(XComModel.run_id == run_id)))


if __name__ == "__main__":
    main()
