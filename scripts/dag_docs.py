"""Writes docs/dags.md from the DAGs themselves: `make dag-docs`. With --check it only says whether it is so.

Needs Airflow; reads the files of dags/ as Airflow does, in a home of its own, without any database.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "dags.md"
RULES = {
    "all_success": "after what is before it",
    "all_done": "when what is before it has ended, well or not",
    "none_failed": "when nothing before it failed",
}
HEAD = """# The DAGs

Made by `make dag-docs` from the files in `dags/`; how to run them is told in [airflow.md](airflow.md).

"""


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"AIRFLOW_HOME": home, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
        os.environ["AIRFLOW__CORE__DAGS_FOLDER"] = str(ROOT / "dags")
        dags, errors = read()
    if errors:
        sys.exit(f"these files cannot be read: {errors}")
    text = page({name: about(dag) for name, dag in dags.items()})
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, "utf-8")
    elif PAGE.read_text("utf-8") != text:
        sys.exit(f"{PAGE.relative_to(ROOT)} is not what the DAGs say: make dag-docs")


def read() -> tuple[dict[str, Any], dict[str, str]]:
    """The DAGs of Airflow's folder by id, and the errors by file."""
    from airflow.configuration import conf
    from airflow.dag_processing.dagbag import BundleDagBag

    folder = Path(conf.get_mandatory_value("core", "dags_folder"))
    bag = BundleDagBag(dag_folder=folder, bundle_path=folder, bundle_name="dags-folder")
    return dict(bag.dags), dict(bag.import_errors)


def about(dag: Any) -> dict[str, Any]:
    """What a DAG says of itself, as JSON values."""
    schedule = dag.schedule
    return {
        "doc": dag.doc_md,
        "tags": sorted(dag.tags),
        "owner": dag.owner,
        "schedule": schedule if isinstance(schedule, str) else getattr(schedule, "expression", None),
        "assets": [asset.name for asset in schedule] if isinstance(schedule, list) else [],
        "timetable": type(dag.timetable).__name__,
        "catchup": dag.catchup,
        "paused": dag.is_paused_upon_creation,
        "max_active_runs": dag.max_active_runs,
        "params": {
            name: {"default": param.value, "description": param.description}
            for name in dag.params
            for param in [dag.params.get_param(name)]
        },
        "tasks": {
            task.task_id: {
                "then": sorted(task.downstream_task_ids),
                "retries": task.retries,
                "mapped": task.is_mapped,
                "at_once": task.max_active_tis_per_dag,
                "waits": getattr(task, "mode", None),
                "days": getattr(task, "timeout", 0) / 86_400,
                "backoff": task.retry_exponential_backoff,
                "rule": task.trigger_rule.value,
                "updates": [asset.name for asset in task.outlets],
            }
            for task in dag.tasks
        },
        "told_of_failure": dag.has_on_failure_callback,
    }


def page(dags: Mapping[str, Mapping[str, Any]]) -> str:
    """The document for these DAGs."""
    rows = [
        f"| [{name}](#{name}) | {when(dag)} | {_first(dag['doc'])} |" for name, dag in sorted(dags.items())
    ]
    table = "\n".join(["| DAG | runs | what it does |", "|---|---|---|", *rows])
    return HEAD + table + "\n" + "".join(_section(name, dag) for name, dag in sorted(dags.items()))


def when(dag: Mapping[str, Any]) -> str:
    """When a DAG runs, in words."""
    if dag["assets"]:
        found = f"when the asset {', '.join(f'`{name}`' for name in dag['assets'])} is updated"
    elif dag["timetable"] == "CronDataIntervalTimetable":
        found = f"when asked, by intervals (`{dag['schedule']}`)"
    else:
        found = f"`{dag['schedule']}`"
    return found + (", paused at first" if dag["paused"] else "")


def _first(doc: str) -> str:
    return " ".join(doc.strip().split("\n\n")[0].split())


def _section(name: str, dag: Mapping[str, Any]) -> str:
    lines = ["", f"## {name}", dag["doc"].strip(), ""]
    lines += [
        f"Runs {when(dag)}; at most {dag['max_active_runs']} at once; tags {', '.join(dag['tags'])}.",
        "",
    ]
    if dag["params"]:
        lines += ["| param | default | meaning |", "|---|---|---|"]
        lines += [f"| `{key}` | `{p['default']}` | {p['description']} |" for key, p in dag["params"].items()]
        lines.append("")
    lines += ["| task | then | runs | tries | updates |", "|---|---|---|---|---|"]
    for key, task in dag["tasks"].items():
        then, updates = (", ".join(task[one]) for one in ("then", "updates"))
        rule = RULES[task["rule"]] + (", once a batch" if task["mapped"] else "")
        lines.append(f"| {key} | {then} | {rule} | {task['retries'] + 1} | {updates} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
