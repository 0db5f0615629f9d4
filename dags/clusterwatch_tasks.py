"""What the DAGs share: how a task does its work, and what is the same for all."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from airflow.sdk import Asset
from clusterwatch_operators import tell_operators
from clusterwatch_program import opened

#: Updated when alerts were written; ``extra`` has the ``statements``' ids and the ``last`` alert's.
STATEMENTS = Asset("statements", uri="clusterwatch://ledger/statements", group="clusterwatch")
POOL = os.environ.get("CLUSTERWATCH_POOL", "default_pool")  # where fetching takes its slots


def work(name: str, *given: Any, named: Mapping[str, Any] | None = None, then: Any = ()) -> Any:
    """What a use case gives, and those ``then`` in the same opened program, by name; counts go to the log."""
    from monitor import app, pipeline  # here, as a DAG file is read far oftener than it is run

    found, log = {}, structlog.get_logger("clusterwatch")
    with opened() as services:
        for one in (name, *then):
            result = (getattr(pipeline, one, None) or getattr(app, one))(services, *given, **(named or {}))
            if hasattr(result, "done"):
                log.info("done", stage=result.stage, **result.done, refused_now=len(result.refused))
            found[one] = dict(result.done) if hasattr(result, "done") else result
    return found if then else found[name]


COMMON: dict[str, Any] = {
    "start_date": datetime(2024, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "tags": ["clusterwatch"],
    "on_failure_callback": tell_operators,
    "default_args": {"owner": "clusterwatch", "retries": 2, "retry_delay": timedelta(seconds=15)},
}
