"""Reads the past from an archive, a week a run, in silence, when it is asked for a stretch of time.

    airflow backfill create --dag-id backfill_archive --from-date 2024-02-12 --to-date 2024-04-15 \\
        --dag-run-conf '{"source": "sitemap"}'

`--run-backwards` begins with the latest week, `--reprocess-behavior completed` looks at all of them again. A
run goes on where it stopped; what was read is not read again. With `announce` it is told, in digests."""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, Param, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from clusterwatch_tasks import COMMON, POOL, work

PARAMS = {
    "source": Param("sitemap", type="string", description="sitemap wayback gdelt ccnews feed-archive files"),
    "feeds": Param([], type="array", description="feeds (f3), sites, or paths of files; none: all feeds"),
    "pages": Param("likely", enum=["likely", "all"], description="pages that may be on the topic, or all"),
    "announce": Param(False, type="boolean", description="tell what is found, in digests"),
}
WEEKS = CronDataIntervalTimetable("0 0 * * 1", timezone="UTC")

with DAG("backfill_archive", schedule=WEEKS, params=PARAMS, doc_md=__doc__, **COMMON):
    # Weeks take turns, since an outlet is asked by one at a time. One whose reader was killed on another
    # machine is free half an hour later: so long it is tried again.
    @task(pool=POOL, max_active_tis_per_dag=1, retries=8, retry_delay=timedelta(minutes=5))
    def read_week(params: Any = None, dag_run: Any = None) -> Any:
        if dag_run.run_type == "scheduled":
            raise AirflowSkipException("the past is read when somebody asks for it")
        week = (dag_run.data_interval_start, dag_run.data_interval_end)
        if None in week:
            raise AirflowFailException("which week? Give the run a logical date")
        asked = {name: params[name] for name in ("feeds", "pages", "announce")} | {"retry_failed": True}
        done = work("backfill", params["source"], *week, named=asked)
        if any(done.get(name) for name in ("targets_left", "windows_left", "windows_failed")):
            raise AirflowException("not all could be read: what is missing is tried again")
        return done

    read_week()
