"""The root of all event data models."""

from typing import ClassVar

from pydantic import ConfigDict

from printhub.core.model.record import Record


class Fact(Record):
    """The data of one event type; fields that newer storefronts add are ignored."""

    model_config = ConfigDict(extra="ignore")
    type: ClassVar[str]
