"""All event types that the hub knows, and how an event's data becomes its model."""

from pydantic import ValidationError

from printhub.core.model.envelope import Event, refusal
from printhub.core.model.errors import EventRefused
from printhub.core.model.events.fact import Fact
from printhub.core.model.events.job import JOB_EVENTS
from printhub.core.model.events.message import MESSAGE_EVENTS
from printhub.core.model.events.order import ORDER_EVENTS
from printhub.core.model.events.partner import PARTNER_EVENTS, StaffNotice, StatusChanged
from printhub.core.model.events.request import REQUEST_EVENTS

CATALOGUE: dict[str, type[Fact]] = {
    model.type: model for model in (*ORDER_EVENTS, *JOB_EVENTS, *PARTNER_EVENTS, *MESSAGE_EVENTS, *REQUEST_EVENTS)
}
"""Event type → data model."""

OUTGOING = frozenset({StatusChanged.type, StaffNotice.type, *(model.type for model in REQUEST_EVENTS)})
"""Types that only the hub states."""


def read_fact(event: Event) -> Fact | None:
    """Read what an event says; None for a type that the hub does not know. Raises EventRefused."""
    model = CATALOGUE.get(event.type)
    if model is None:
        return None
    if event.data_base64 is not None:
        raise EventRefused("invalid", "expected JSON in data, found data_base64", field="data_base64")
    try:
        return model.model_validate(event.data)
    except ValidationError as error:
        raise refusal(error, "data") from None
