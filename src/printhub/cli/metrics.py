"""`printhub metrics`: what monitoring is told, asked once."""

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json
from printhub.cli.output import Output
from printhub.core.flow.meters import Metric
from printhub.core.flow.metrics import metrics as measured
from printhub.web.exposition import exposed


@click.command()
@as_json
@click.pass_obj
def metrics(launch: Launch, *, as_data: bool) -> None:
    """Measure how things stand, for monitoring.

    In the text format of Prometheus. What a process counts from its start on (events accepted and refused, attempts)
    is not there: `printhub serve` serves it with all of this, at the port of `[hub] metrics`. With --json: {"metrics":
    [{"name", "meaning", "counter", "samples": [{"labels", "value"}]}]}.
    """
    with opened(launch) as hub:
        found = hub.store.read(lambda tx: measured(tx, hub.rules))
    if as_data:
        Output().json({"metrics": [_document(metric) for metric in found]})
    else:
        click.echo(exposed(found), nl=False)


def _document(metric: Metric) -> dict[str, object]:
    meter = metric.meter
    samples = [
        {"labels": dict(zip(meter.labels, labels, strict=True)), "value": value}
        for labels, value in metric.samples.items()
    ]
    return {"name": meter.name, "meaning": meter.meaning, "counter": meter.counter, "samples": samples}
