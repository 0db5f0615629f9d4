"""``clusterwatch metrics``: the program's figures for Prometheus."""

from __future__ import annotations

from pathlib import Path

import click
from prometheus_client import write_to_textfile

from monitor.cli.common import services
from monitor.pipeline.metrics import metrics_text, registry


@click.command("metrics")
@click.option(
    "--textfile",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write them here, whole or not at all, for the textfile collector of Prometheus' node exporter.",
)
@click.pass_context
def metrics_command(context: click.Context, textfile: Path | None) -> None:
    """Figures for Prometheus: deliveries, delays, channels, feeds by health, what waits for a person."""
    with services(context) as opened:
        if textfile is None:
            click.echo(metrics_text(opened).decode(), nl=False)
        else:
            write_to_textfile(str(textfile), registry(opened))
