"""An example of a DAG of your own: it runs when new statements were told, and logs who said what.

Copy it, put your own work where `log.info` stands, and switch it on: it is paused. The asset's events carry
the statements' ids; `statement_values` gives what `clusterwatch statements --format json` prints of them."""

from typing import Any

import structlog
from airflow.sdk import DAG, task
from clusterwatch_tasks import COMMON, STATEMENTS, work

EXAMPLE = {"is_paused_upon_creation": True, "tags": ["clusterwatch", "example"], "doc_md": __doc__}

with DAG("example_on_statements", schedule=[STATEMENTS], **COMMON | EXAMPLE):

    @task
    def look(triggering_asset_events: Any = None) -> int:
        # There are several events where it was paused, none where a person starts it.
        events = triggering_asset_events[STATEMENTS] if triggering_asset_events else []
        told = [number for event in events for number in event.extra["statements"]]
        statements = work("statement_values", told)
        log = structlog.get_logger("clusterwatch")
        for statement in statements:
            log.info("told", **{key: statement[key] for key in ("id", "speaker_en", "state", "positions")})
        return len(statements)

    look()
