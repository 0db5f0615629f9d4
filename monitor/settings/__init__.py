"""The settings: ``clusterwatch.toml``, overridden by the environment; every name is checked.

``load(path, environ)`` gives the settings in force and where each came from. A key nobody knows is
refused by name, and each secret may be given as a file instead (``password_file`` for ``password``).
"""

from monitor.settings.loading import ENV_PREFIX, SECRETS, Loaded, in_force, load
from monitor.settings.sections import (
    ALL_KINDS,
    CITIES,
    Airflow,
    Alerts,
    Apprise,
    ClockSettings,
    Database,
    Email,
    Fetch,
    Links,
    Operator,
    Poll,
    Proposals,
    Read,
    Register,
    Serve,
    Settings,
    Silence,
    Slack,
    Subscription,
    Webhook,
)

__all__ = [
    "ALL_KINDS",
    "CITIES",
    "ENV_PREFIX",
    "SECRETS",
    "Airflow",
    "Alerts",
    "Apprise",
    "ClockSettings",
    "Database",
    "Email",
    "Fetch",
    "Links",
    "Loaded",
    "Operator",
    "Poll",
    "Proposals",
    "Read",
    "Register",
    "Serve",
    "Settings",
    "Silence",
    "Slack",
    "Subscription",
    "Webhook",
    "in_force",
    "load",
]
