"""Reads the past from an archive, a week a run, in silence, when it is asked for a stretch of time.

    airflow backfill create --dag-id backfill_archive --from-date 2024-02-12 --to-date 2024-04-15 \\
        --dag-run-conf '{"source": "sitemap"}'

`--run-backwards` begins with the latest week, `--reprocess-behavior completed` looks at all again. Four weeks
are read at once, one outlet by one of them; a run goes on where it stopped and reads nothing twice."""

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, Param, PokeReturnValue, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from clusterwatch_tasks import COMMON, POOL, work

PARAMS = {
    "source": Param("sitemap", description="sitemap wayback wayback-feeds gdelt ccnews feed-archive files"),
    "feeds": Param([], type="array", description="feeds (f3), sites, or paths of files; none: all feeds"),
    "pages": Param("likely", enum=["likely", "all"], description="pages that may be on the topic, or all"),
    "announce": Param(False, type="boolean", description="tell what is found, in digests"),
}
WEEKS = CronDataIntervalTimetable("0 0 * * 1", timezone="UTC")

with DAG("backfill_archive", schedule=WEEKS, params=PARAMS, doc_md=__doc__, **COMMON):
    # A week that waits for another takes no slot. Services may keep us out for hours: so long it is tried.
    @task.sensor(mode="reschedule", poke_interval=15, exponential_backoff=True, max_wait=600, pool=POOL,
                 max_active_tis_per_dag=4, timeout=90 * 86_400, retries=8, retry_exponential_backoff=2,
                 retry_delay=timedelta(minutes=5), max_retry_delay=timedelta(hours=1))  # fmt: skip
    def read_week(params: Any = None, dag_run: Any = None) -> PokeReturnValue:
        if dag_run.run_type == "scheduled":
            raise AirflowSkipException("the past is read when somebody asks for it")
        if None in (week := (dag_run.data_interval_start, dag_run.data_interval_end)):
            raise AirflowFailException("which week? Give the run a logical date")
        asked = {name: params[name] for name in ("feeds", "pages", "announce")} | {"retry_failed": True}
        done = work("backfill", params["source"], *week, named=asked)
        if any(done.get(name) for name in ("targets_left", "windows_failed", "kept_out")):
            raise AirflowException("not all could be read: what is missing is tried again")
        return PokeReturnValue(not done.get("windows_left"), done)

    read_week()
