"""``clusterwatch serve``: the ledger as web pages, and where links in messages lead."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import click

from monitor.cli.common import say, services
from monitor.errors import SettingsError
from monitor.settings import Settings

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="0: any.")
@click.pass_context
def serve(context: click.Context, host: str, port: int) -> None:
    """The ledger as web pages, until interrupted; beyond this machine only with serve.password."""
    import uvicorn

    from monitor.web import site

    with services(context) as opened:
        password = _password(opened.settings, host)
        app = site(opened, password=password, hosts=_hosts(opened.settings, host))
        config = uvicorn.Config(
            app, host=host, port=port, access_log=False, server_header=False, log_level="warning",
            limit_concurrency=100, timeout_keep_alive=10, proxy_headers=False, lifespan="off",
            timeout_graceful_shutdown=5,
        )  # fmt: skip
        # Addresses of links are secrets, so no log of requests is kept.
        with config.bind_socket() as socket:
            socket.listen()  # so that whoever waits for the word "ready" can connect at once
            say(f"ready: the ledger is at http://{_shown(host)}:{socket.getsockname()[1]}/ (Ctrl-C ends)")
            uvicorn.Server(config).run(sockets=[socket])


def _password(settings: Settings, host: str) -> str:
    password = settings.serve.password.get_secret_value()
    if not password and host not in _LOOPBACK and not settings.serve.open:
        raise SettingsError(
            "serve.password (or serve.password_file) is needed to serve the ledger beyond this machine; "
            "serve.open = true serves it to everybody"
        )
    return password


def _hosts(settings: Settings, host: str) -> tuple[str, ...]:
    """The names it answers to; any where it listens to others and was told no name."""
    named = urlsplit(settings.alerts.ledger_url).hostname or ""
    names = [*settings.serve.hosts, *([named] if named else [])]
    if host in _LOOPBACK:
        return (*names, "127.0.0.1", "localhost", "[::1]")
    return (*names, host, "localhost", "127.0.0.1", "[::1]") if names else ()


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
