"""Looks after feeds, ledger, register and Airflow itself, once a day; what is wrong becomes an issue.

A feed is silent by its own rhythm. The database is asked for faults, the ledger for work left lying, and
once a week Wikidata for new officials. CLUSTERWATCH_AIRFLOW_DATABASE names Airflow's own, to be cleaned."""

import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowSkipException
from clusterwatch_tasks import COMMON, work

KEEP = Param(30, type="integer", minimum=2, description="Days for which Airflow's rows and logs are kept.")

with DAG("maintain", schedule="17 4 * * *", params={"days": KEEP}, doc_md=__doc__, **COMMON):

    @task
    def remove_logs(params: Any = None) -> Any:
        return work("remove_logs", conf.get("logging", "base_log_folder"), params["days"])

    @task  # tasks are not let into Airflow's database: who wants it cleaned names it once more
    def clean_airflow(params: Any = None, dag_run: Any = None) -> None:
        if not (address := os.environ.get("CLUSTERWATCH_AIRFLOW_DATABASE")):
            raise AirflowSkipException("CLUSTERWATCH_AIRFLOW_DATABASE is not set")
        before = (dag_run.run_after - timedelta(days=params["days"])).isoformat()
        clean = ["db", "clean", "--yes", "--skip-archive", "--clean-before-timestamp", before]
        environ = os.environ | {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": address}
        subprocess.run([sys.executable, "-m", "airflow", *clean], env=environ, check=True)  # noqa: S603

    for use_case in ("check_feeds", "check_ledger", "refresh_register"):
        task(work).override(task_id=use_case)(use_case)
    remove_logs(), clean_airflow()
