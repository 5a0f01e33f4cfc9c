"""What all shapes share."""

from pydantic import ConfigDict

from printhub.core.model.record import Record


class Shape(Record):
    """A value that is shown; whoever reads it passes over keys that it does not know, so that hubs may be newer."""

    model_config = ConfigDict(extra="ignore")
