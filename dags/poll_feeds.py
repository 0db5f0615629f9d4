"""Asks the feeds that are due, reads what is new, and tells each new official statement once.

What is due, new or told is kept in Clusterwatch's own database: a task run twice does nothing the second
time. Tasks pass ids and counts only. The one setting is `CLUSTERWATCH_CONFIG`, the settings file's place."""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, chain, task

from monitor import app, pipeline


def call(use_case, *given):
    with app.open_services() as services:
        return use_case(services, *given)


with DAG("poll_feeds", schedule="*/10 * * * *", start_date=datetime(2024, 1, 1, tzinfo=UTC), catchup=False,
         max_active_runs=1, doc_md=__doc__, tags=["clusterwatch"], default_args={"owner": "clusterwatch",
         "retries": 2, "retry_delay": timedelta(seconds=30)}):  # fmt: skip

    @task
    def due() -> list[list[int]]:
        return call(pipeline.due_batches)

    @task
    def poll_batch(feeds: list[int]) -> dict[str, int]:
        return dict(call(pipeline.poll, feeds).done)

    @task(trigger_rule="all_done")  # no feed due, or a batch failed: what is stored goes on its way
    def process() -> dict[str, dict[str, int]]:
        return {s.__name__: dict(call(s).done) for s in (pipeline.read, pipeline.find, pipeline.announce)}

    @task(trigger_rule="all_done")
    def deliver() -> dict[str, int]:
        return dict(call(pipeline.deliver).done)

    chain(*(every := [poll_batch.expand(feeds=due()), process(), deliver()]))
    every >> EmptyOperator(task_id="nothing_failed", trigger_rule="none_failed")
