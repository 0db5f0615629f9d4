"""The rest of the world (Teams, Telegram, Signal, Matrix …) by Apprise, which the extra ``notify`` installs.

A recipient is a name of the table ``alerts.apprise.targets``; what it stands for is an address of Apprise's
(``tgram://…``), which holds the service's keys and so shows in no row, log or message. Apprise says no more
than yes or no, so a no is Delayed, and ambiguous: the service may have taken the message.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final
from urllib.parse import unquote

from alerts.plain import clean, cut, one_line
from monitor.errors import SettingsError
from monitor.model import Accepted, Delayed, Message, Outcome, Refused


@dataclass(frozen=True)
class AppriseSettings:
    """Addresses of services by name, and the time in seconds that one may take to connect and to answer."""

    targets: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float = 30.0


Settings = AppriseSettings


class AppriseChannel:
    """Sends each message's subject and plain text to one service."""

    name: Final = "apprise"

    def __init__(self, settings: AppriseSettings, library: Any) -> None:
        self._settings = settings
        self._library = library
        self._services: dict[str, Any] = {}

    def send(self, message: Message, recipient: str) -> Outcome:
        """Accepted where the service took it; Refused for a name that the settings have not."""
        if recipient not in self._settings.targets:
            return Refused("alerts.apprise.targets has no such name")
        service = self._service(recipient)
        if service is None:
            return Refused("Apprise does not know this kind of address, or a part of it is missing")
        said = _Said()
        logger = logging.getLogger("apprise")
        logger.addHandler(said)
        try:
            # As plain text that is to be escaped where the service has markup of its own.
            taken = service.notify(
                title=inert(one_line(message.subject)),
                body=inert(clean(message.text)),
                body_format=self._library.NotifyFormat.TEXT,
                interpret_escapes=False,
            )
        except Exception as error:  # noqa: BLE001 - more than a hundred plug-ins raise what they like
            said.words.append(type(error).__name__)
            taken = False
        finally:
            logger.removeHandler(said)
        if taken:
            return Accepted(words="accepted")
        words = said.words[-1] if said.words else "not accepted"
        return Delayed(self._safe(words, recipient), ambiguous=True)

    def close(self) -> None:
        """Nothing is held open."""

    def _service(self, name: str) -> Any:
        """Apprise's object for a name, made once; None where the address is none of its."""
        if name not in self._services:
            asset = self._library.AppriseAsset(
                app_id="Clusterwatch", app_desc="", app_url="", secure_logging=True
            )
            made = self._library.Apprise(asset=asset)
            url = self._settings.targets[name]
            seconds = f"{self._settings.timeout:g}"
            timed = url if "rto=" in url else f"{url}{'&' if '?' in url else '?'}cto={seconds}&rto={seconds}"
            self._services[name] = made if made.add(timed) else None
        return self._services[name]

    def _safe(self, text: str, name: str) -> str:
        """On one short line, without any part of the address."""
        url = self._settings.targets[name]
        parts = [url, *re.split(r"[/?&=@:#]+", url)]
        for part in sorted({*parts, *map(unquote, parts)}, key=len, reverse=True):
            if len(part) > 3:
                text = text.replace(part, "***")
        return cut(one_line(f"Apprise: {text}"), 300)


def inert(text: str) -> str:
    """The text without what calls people or makes links in the services that read plain text for marks.

    Discord, Slack, Matrix and Mattermost take ``@everyone`` and ``<!channel>`` for calls, and Markdown's
    ``](`` for a link whose address does not show.
    """
    text = re.sub(
        r"@(?=(?:everyone|here|channel|all|room)\b)|(?<![\w/.])@(?=\w)", "＠", text, flags=re.IGNORECASE
    )
    return re.sub(r"<(?=[!@#])", "‹", text).replace("](", "] (")


class _Said(logging.Handler):
    """Keeps what Apprise has to say of a service that did not take a message."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps one line."""
        self.words.append(record.getMessage())


def build(settings: AppriseSettings) -> AppriseChannel:
    """The channel. Raises SettingsError where Apprise is not installed."""
    try:
        library = import_module("apprise")
    except ImportError:
        raise SettingsError(
            "the channel apprise needs the extra: pip install 'clusterwatch[notify]'"
        ) from None
    # Its log would carry addresses into ours.
    logger = logging.getLogger("apprise")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return AppriseChannel(settings, library)
