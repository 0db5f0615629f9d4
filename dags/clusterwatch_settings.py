"""Settings from Airflow: the Connections clusterwatch_smtp and clusterwatch_slack, Variables CLUSTERWATCH__…
The process's environment counts most, then Variables, then Connections, then the settings file."""

import os

from airflow.sdk import Connection, Variable
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from monitor.settings import ENV_PREFIX
from monitor.settings.connections import SECRET_NAMES, email_settings, says_which, slack_settings

NAMES = {"email": "clusterwatch_smtp", "slack": "clusterwatch_slack"}


def connection(section: str, said: dict[str, str]) -> Connection | None:
    """The Connection for ``email`` or ``slack``; None where there is none, or others name the server."""
    try:
        return None if says_which(section, said) else Connection.get(NAMES[section])
    except AirflowNotFoundException:
        return None


def said() -> dict[str, str]:
    """What the process's environment says, and Variables where it says nothing."""
    names = {*Variable.keys(prefix=ENV_PREFIX), *SECRET_NAMES}
    told = {name: str(value) for name in names if (value := Variable.get(name, None)) is not None}
    found = os.environ | told | {name: value for name, value in os.environ.items() if value}
    mask_secret([found[name] for name in SECRET_NAMES if found.get(name)])
    return found


def environ() -> dict[str, str]:
    """What stands for the process's environment where the program reads its settings."""
    found = own = said()
    if mail := connection("email", own):
        found = found | email_settings(mail.host, mail.port, mail.login, mail.password, mail.extra_dejson)
    if slack := connection("slack", own):
        found = found | slack_settings(slack.conn_type or "", slack.host, slack.password, slack.extra_dejson)
    return found | {name: value for name, value in own.items() if value}
