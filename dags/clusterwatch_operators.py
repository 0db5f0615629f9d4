"""Operators hear of a failed run, through Airflow's notifiers."""

from typing import Any


def tell_operators(context: Any) -> None:
    """Tells those whom ``alerts.operators`` names, unless the run before had failed too: then they know."""
    from clusterwatch_settings import environ  # here, as a DAG file is read far oftener than a run fails

    from monitor import app

    settings = app.settings_of(environ=environ()).settings
    if not settings.alerts.operators:
        return
    before = context["ti"].get_previous_dagrun() if "ti" in context else None
    if before is None or before.state != "failed":
        from clusterwatch_notifiers import notifiers

        words = f"Clusterwatch: the run {context['run_id']} of {context['dag'].dag_id} failed"
        for notifier in (n for to in settings.alerts.operators for n in notifiers(settings, to, words)):
            notifier.notify(context)
