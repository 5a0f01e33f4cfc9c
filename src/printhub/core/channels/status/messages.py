"""What is told to the outside: one event in its envelope."""

from typing import Literal

from pydantic import Field

from printhub.core.channels.channel import Material
from printhub.core.model.envelope import Event
from printhub.core.model.events.partner import StatusChanged
from printhub.core.model.record import Message
from printhub.core.model.trace import next_span
from printhub.core.model.verbs import Mode


class StatusMessage(Message):
    """One outgoing event; its id is the receiver's idempotency key."""

    version: Literal[1] = 1
    storefront: str
    mode: Mode
    event: Event = Field(repr=False)


def status_message(material: Material) -> StatusMessage:
    """Compose the event that a status change or a request is; raises ValueError without one."""
    if material.stated is not None:
        return StatusMessage(storefront=material.storefront, mode=material.mode, event=material.stated)
    job, change = material.job, material.change
    if job is None or change is None:
        raise ValueError("status.publish is about a status change of a job or a request to the storefront")
    cause = {"causationid": str(change.event_id)} if change.event_id else {}
    trace = {"traceparent": next_span(material.traceparent)} if material.traceparent else {}
    data = StatusChanged(
        storefront=material.storefront,
        order=material.order.number if material.order else None,
        job=job.number,
        status=change.status,
        label=change.label,
        detail=change.detail,
        at=change.time,
        by=change.by,
        epoch=change.epoch,
        current=material.current,
    )
    event = Event(
        id=str(change.id),
        source=f"urn:printhub:{material.storefront}",
        specversion="1.0",
        type=StatusChanged.type,
        subject=job.number,
        time=change.received_at,
        datacontenttype="application/json",
        data=data.model_dump(mode="json"),
        extensions={"causationdepth": material.cause_depth + 1, **cause, **trace},
    )
    return StatusMessage(storefront=material.storefront, mode=material.mode, event=event)
