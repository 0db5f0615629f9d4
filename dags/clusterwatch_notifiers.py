"""Airflow's notifiers, for those whom ``alerts.operators`` names; people's alerts go by our own outbox."""

import json
import os
from collections.abc import Iterator
from html import escape
from typing import Any

from airflow.providers.slack.notifications.slack import SlackNotifier
from airflow.providers.slack.notifications.slack_webhook import SlackWebhookNotifier
from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk import BaseNotifier
from clusterwatch_settings import NAMES, connection, said

from monitor.settings import Operator, Settings
from monitor.settings.connections import email_fields


def notifiers(settings: Settings, to: Operator, words: str) -> Iterator[BaseNotifier]:
    """By Airflow's Connection where it counts, else by one that is made of the program's own settings."""
    mail, slack = settings.alerts.email, settings.alerts.slack
    hook, token, password = (s.get_secret_value() for s in (slack.webhook_url, slack.token, mail.password))
    if to.by == "email":
        fields = email_fields(mail.host, mail.port, mail.tls, mail.username, password)
        name = known("email", fields)
        yield SmtpNotifier(to.to, mail.sender, words, f"<p>{escape(words)}</p>", smtp_conn_id=name)
    elif to.by == "slack" and token:
        fields = {"conn_type": "slack", "password": token, "extra": {"base_url": f"{slack.api_url}/"}}
        name = known("slack", fields)
        yield from (SlackNotifier(slack_conn_id=name, text=words, channel=channel) for channel in to.to)
    elif to.by == "slack" and hook:
        name = known("slack", {"conn_type": "slackwebhook", "password": hook})
        yield SlackWebhookNotifier(slack_webhook_conn_id=name, text=words)


def known(section: str, fields: dict[str, Any]) -> str:
    if connection(section, said()) is not None:
        return NAMES[section]
    os.environ[f"AIRFLOW_CONN_CLUSTERWATCH_OWN_{section.upper()}"] = json.dumps(fields)
    return f"clusterwatch_own_{section}"
