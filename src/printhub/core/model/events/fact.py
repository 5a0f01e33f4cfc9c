"""The root of all event data models."""

from typing import ClassVar

from printhub.core.model.record import Message


class Fact(Message):
    """The data of one event type; fields that newer storefronts add are ignored."""

    type: ClassVar[str]
