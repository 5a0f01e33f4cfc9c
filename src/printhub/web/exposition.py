"""Metrics as Prometheus reads them: the one place that knows its format."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.core import Metric as Family
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from printhub.core.flow.meters import Metric

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Exposition:
    """The page of a process: what `read` measures, and what the operating system knows of the process itself."""

    def __init__(self, read: Callable[[], Iterable[Metric]]) -> None:
        """Nothing is read before the page is asked for."""
        self._read = read
        self._process = CollectorRegistry()
        ProcessCollector(registry=self._process)

    def text(self) -> bytes:
        """The page as it is now; raises what `read` raises."""
        return exposed(self._read()) + generate_latest(self._process)


def exposed(metrics: Iterable[Metric]) -> bytes:
    """Write metrics in the text format."""
    registry = CollectorRegistry()
    registry.register(_Read(metrics))
    return generate_latest(registry)


class _Read(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._families = [_family(metric) for metric in metrics]

    def collect(self) -> Iterator[Family]:
        yield from self._families


def _family(metric: Metric) -> Family:
    meter = metric.meter
    kind = CounterMetricFamily if meter.counter else GaugeMetricFamily
    family = kind(meter.name, meter.meaning, labels=meter.labels)
    for labels, value in metric.samples.items():
        family.add_metric(labels, value)
    return family
