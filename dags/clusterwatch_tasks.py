"""What the DAGs share: how a task does its work, and what is the same for all."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog
from airflow.sdk import Asset
from clusterwatch_operators import tell_operators

#: Updated when alerts were written; ``extra`` has the ``statements``' ids and the ``last`` alert's.
STATEMENTS = Asset("statements", uri="clusterwatch://ledger/statements", group="clusterwatch")
POOL = os.environ.get("CLUSTERWATCH_POOL", "default_pool")  # where fetching takes its slots


def work(use_case: str, *given: Any, named: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """A use case of the program, with its counts in the log and as what comes back."""
    from clusterwatch_settings import environ  # here, as a DAG file is read far oftener than it is run

    from monitor import app, pipeline

    with app.open_services(environ=environ()) as services:
        result = (getattr(pipeline, use_case, None) or getattr(app, use_case))(services, *given, **named)
    if not hasattr(result, "done"):
        return result
    log = structlog.get_logger("clusterwatch")
    log.info("done", **{"stage": result.stage, **result.done, "refused_now": len(result.refused)})
    return dict(result.done)


COMMON: dict[str, Any] = {
    "start_date": datetime(2024, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "tags": ["clusterwatch"],
    "on_failure_callback": tell_operators,
    "default_args": {"owner": "clusterwatch", "retries": 2, "retry_delay": timedelta(seconds=15)},
}
