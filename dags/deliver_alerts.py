"""Sends what is due: alerts that were delayed or held, digests, and notices to operators.

Alerts of new statements leave with `poll_feeds`; this goes on between its runs. A delivery is leased before
it is sent, so that both at once send it once. Refused ones need a person: `clusterwatch alerts list`."""

from typing import Any

from airflow.sdk import DAG, task
from clusterwatch_tasks import COMMON, work

with DAG("deliver_alerts", schedule="*/5 * * * *", doc_md=__doc__, **COMMON):

    @task
    def deliver() -> Any:
        return work("deliver")

    deliver()
