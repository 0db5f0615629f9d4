"""The program as a task opens it: with settings from Airflow; what is asked wrongly fails at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from airflow.sdk.exceptions import AirflowFailException


@contextmanager
def opened() -> Iterator[Any]:
    """The program's services. Wrong use and wrong settings end the task: tried again they are as wrong."""
    from clusterwatch_settings import environ  # here, as a DAG file is read far oftener than it is run

    from monitor import app
    from monitor.errors import UsageError

    try:
        with app.open_services(environ=environ()) as services:
            yield services
    except UsageError as error:
        raise AirflowFailException(str(error)) from error
