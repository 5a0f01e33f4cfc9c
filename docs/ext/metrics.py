"""What a hub measures of itself, with the labels and meanings that the code gives."""

from docs.ext.markdown import code, table
from printhub.core.flow.meters import EVER, SINCE_START, STANDING, Meter


def standing() -> str:
    """Write what tells how things stand."""
    return _table(STANDING)


def counted() -> str:
    """Write what only rises."""
    return _table((*EVER, *SINCE_START))


def _table(meters: tuple[Meter, ...]) -> str:
    rows = [[code(meter.name), ", ".join(map(code, meter.labels)), meter.meaning] for meter in meters]
    return table(["metric", "labels", "meaning"], rows)
