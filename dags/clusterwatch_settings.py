"""Settings from Airflow: the Connections clusterwatch_smtp and clusterwatch_slack, Variables CLUSTERWATCH__…
The process's environment counts most, then Variables, then Connections, then the settings file."""

import os

from airflow.sdk import Connection, Variable
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from monitor.settings import ENV_PREFIX, connections

NAMES = {"email": "clusterwatch_smtp", "slack": "clusterwatch_slack"}


def connection(section: str, said: dict[str, str]) -> Connection | None:
    """The Connection for ``email`` or ``slack``; None where there is none, or others name the server."""
    try:
        return None if connections.says_which(section, said) else Connection.get(NAMES[section])
    except AirflowNotFoundException:
        return None


def said() -> dict[str, str]:
    """What the process's environment says, and Variables where it says nothing."""
    names = {*Variable.keys(prefix=ENV_PREFIX), *connections.SECRET_NAMES}
    told = {name: str(value) for name in names if (value := Variable.get(name, None)) is not None}
    return os.environ | told | {name: value for name, value in os.environ.items() if value}


def environ() -> dict[str, str]:
    """What stands for the process's environment where the program reads its settings; logs mask secrets."""
    found = own = said()
    if a := connection("email", own):
        found = found | connections.email_settings(a.host, a.port, a.login, a.password, a.extra_dejson)
    if a := connection("slack", own):
        found = found | connections.slack_settings(a.conn_type or "", a.host, a.password, a.extra_dejson)
    found = found | {name: value for name, value in own.items() if value}
    mask_secret([*connections.secrets_told(found)])
    return found
