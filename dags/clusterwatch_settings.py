"""Settings from Airflow: the Connections clusterwatch_smtp and clusterwatch_slack, Variables CLUSTERWATCH__…

What the process's environment has counts most, then Variables, then Connections, then the settings file."""

import os

from airflow.sdk import Connection, Variable
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from monitor.settings.connections import EMAIL, SLACK, email_settings, slack_settings

OURS = "CLUSTERWATCH__"
# What a secrets backend, which cannot be asked for a list of its names, may hold.
SECRETS = [f"{EMAIL}PASSWORD", f"{SLACK}TOKEN", f"{SLACK}WEBHOOK_URL", *(OURS + name for name in (
    "DATABASE__URL", "PROPOSALS__TOKEN", "ALERTS__WEBHOOK__SECRET", "ALERTS__LINKS__SECRET"))]  # fmt: skip


def connection(name: str, *unless: str) -> Connection | None:
    """The Connection of that name, unless the environment has one of these settings already."""
    try:
        return None if any(os.environ.get(one) for one in unless) else Connection.get(name)
    except AirflowNotFoundException:
        return None


def environ() -> dict[str, str]:
    """What stands for the process's environment where the program reads its settings."""
    found: dict[str, str] = {}
    if mail := connection("clusterwatch_smtp", f"{EMAIL}HOST"):
        found |= email_settings(mail.host, mail.port, mail.login, mail.password, mail.extra_dejson)
    if slack := connection("clusterwatch_slack", f"{SLACK}TOKEN", f"{SLACK}WEBHOOK_URL"):
        found |= slack_settings(slack.conn_type or "", slack.host, slack.password, slack.extra_dejson)
    for name in {*Variable.keys(prefix=OURS), *SECRETS}:
        if (value := Variable.get(name, None)) is not None:
            found[name] = str(value)
    mask_secret([found[name] for name in SECRETS if found.get(name)])
    return found | {name: value for name, value in os.environ.items() if value or name not in found}
