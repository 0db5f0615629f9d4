"""Asks the feeds that are due, reads what is new, and tells each new official statement once.

Tasks pass ids and counts; one that runs twice finds nothing to do. CLUSTERWATCH_CONFIG names the settings."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, chain, task


def call(use_case: str, *given: list[int]) -> Any:
    from monitor import app, pipeline  # here, as the file is read far oftener than it is run

    with app.open_services() as services:
        return getattr(pipeline, use_case)(services, *given)


with DAG("poll_feeds", schedule="*/10 * * * *", start_date=datetime(2024, 1, 1, tzinfo=UTC), catchup=False,
         max_active_runs=1, doc_md=__doc__, tags=["clusterwatch"], default_args={"owner": "clusterwatch",
         "retries": 2, "retry_delay": timedelta(seconds=30)}):  # fmt: skip

    @task
    def due() -> list[list[int]]:
        return list(call("due_batches"))

    @task
    def poll_batch(feeds: list[int]) -> dict[str, int]:
        return dict(call("poll", feeds).done)

    @task(trigger_rule="all_done")  # no feed due, or a batch failed: what is stored goes on its way
    def process() -> dict[str, dict[str, int]]:
        return {stage: dict(call(stage).done) for stage in ("read", "find", "propose", "announce")}

    @task(trigger_rule="all_done")
    def deliver() -> dict[str, int]:
        return dict(call("deliver").done)

    chain(*(every := [poll_batch.expand(feeds=due()), process(), deliver()]))
    every >> EmptyOperator(task_id="nothing_failed", trigger_rule="none_failed")
