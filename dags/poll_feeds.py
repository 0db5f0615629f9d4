"""Asks the feeds that are due, reads what is new, and tells each new official statement once.

Feeds are asked in batches side by side, those of one host in one. Tasks pass ids and counts; one that runs
twice finds nothing to do. When alerts were written, the asset `statements` is updated with their ids."""

from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Metadata, task
from airflow.sdk.exceptions import AirflowSkipException
from clusterwatch_tasks import COMMON, POOL, STATEMENTS, work

with DAG("poll_feeds", schedule="*/10 * * * *", doc_md=__doc__, **COMMON):

    @task
    def due() -> Any:
        return work("due_batches")

    @task(pool=POOL)
    def poll_batch(feeds: list[int]) -> Any:
        return work("poll", feeds)

    @task(trigger_rule="all_done")  # no feed due, or a batch failed: what is stored goes on its way
    def process() -> Any:
        return work("read", then=("find", "propose", "announce"))

    @task(trigger_rule="all_done")
    def deliver() -> Any:
        return work("deliver")

    @task(trigger_rule="all_done", inlets=[STATEMENTS], outlets=[STATEMENTS])
    def update_asset(inlet_events: Any = None) -> Any:
        told = list(inlet_events[STATEMENTS].ascending(False).limit(1))  # Airflow remembers how far it was
        if (new := work("newly_told", *(event.extra["last"] for event in told))) is None:
            raise AirflowSkipException("no alert was written since")
        yield Metadata(STATEMENTS, {"statements": list(new.statements), "last": new.last})

    stages = [poll_batch.expand(feeds=due()), process(), deliver(), update_asset()]
    stages[0] >> stages[1] >> stages[2:]
    stages >> EmptyOperator(task_id="nothing_failed", trigger_rule="none_failed")
