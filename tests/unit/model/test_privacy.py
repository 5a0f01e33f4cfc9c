"""Personal data shows up in no repr, so that it can get into no log."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from printhub import EmailMessage, JobTicket, Mode, Money, ProductType, SmsMessage, TicketJob, TicketOrder
from printhub.core.channels.channel import Material
from printhub.core.channels.status.messages import StatusMessage
from printhub.core.letters.letter import Letter
from printhub.core.model.envelope import Event
from printhub.core.model.events.message import MessageBounced, MessageOptOut
from printhub.core.model.events.order import OrderChanged, OrderNoteAdded, OrderPlaced
from printhub.core.model.known import Personal
from printhub.core.model.orders import Note, Order
from printhub.core.model.people import Address, Person
from printhub.core.model.record import Record
from printhub.core.model.signals import Bounced, InboundRequest, OptOut
from printhub.core.notifications.draft import Draft

OPEN = {"language", "country", "guest"}
"""Fields of people and addresses that tell of nobody."""


def filled(model: type[BaseModel], mark: str) -> dict[str, Any]:
    return {name: mark for name in model.model_fields if name not in OPEN}


def personal_values(mark: str) -> Iterator[object]:
    person, address = Person(**filled(Person, mark)), Address(**filled(Address, mark))
    everybody: dict[str, Any] = {"customer": person, "billing_address": address, "delivery_address": address}
    note = Note(id="N-1", text=mark, for_customer=True)
    total = Money(amount=Decimal(1), currency="EUR")
    order = Order(id="O-1", total=total, notes=(note,), **everybody)
    personal = Personal(**everybody)
    job = TicketJob(id="J-1", product_type=ProductType.STATIC)
    data = order.model_dump(mode="json")
    event = Event(id="1", source="s", specversion="1.0", type="t", data=data, extensions={"who": mark})
    yield person
    yield address
    yield from (note, order, personal, event)
    yield Event(id="1", source="s", specversion="1.0", type="t", data_base64=mark)
    yield OrderPlaced(order=order)
    yield OrderChanged(order="O-1", **everybody)
    yield OrderNoteAdded(order="O-1", note=note)
    yield Material(storefront="acme", mode=Mode.LIVE, personal=personal)
    ticket_order = TicketOrder(id="O-1", total=total, **everybody)
    yield ticket_order
    yield JobTicket(storefront="acme", mode=Mode.LIVE, job=job, order=ticket_order)
    yield StatusMessage(storefront="acme", mode=Mode.LIVE, event=event)
    yield SmsMessage(storefront="acme", mode=Mode.LIVE, recipient=mark, text=mark)
    yield EmailMessage(
        storefront="acme",
        mode=Mode.LIVE,
        message_id="1@hub",
        sender=mark,
        envelope_sender=mark,
        recipient=mark,
        subject=mark,
        text=mark,
        html=mark,
        headers={"To": mark},
    )
    yield Draft(
        notification="shipped",
        storefront="acme",
        mode=Mode.LIVE,
        languages=("en",),
        facts={"name": mark},
        recipient=mark,
        recipient_name=mark,
        token="t",
        sender=mark,
        reply_to=mark,
    )
    yield Letter(recipient=(mark,), date=date(2026, 11, 22), subject=mark, text=mark)
    yield MessageBounced(instance="mail", recipient=mark, detail=mark)
    yield MessageOptOut(instance="text", recipient=mark)
    yield Bounced(recipient=mark)
    yield OptOut(recipient=mark)
    yield InboundRequest(method="POST", path="/in", headers={"from": mark}, query={"mail": mark}, body=mark.encode())


@given(st.uuids())
def test_no_repr_shows_personal_data(number: UUID) -> None:
    mark = number.hex
    for value in personal_values(mark):
        assert mark not in repr(value), type(value)
        assert mark not in str(value), type(value)
        assert mark not in f"{[value]}", type(value)


def test_every_model_that_holds_people_or_recipients_is_looked_at() -> None:
    looked_at = {type(value) for value in personal_values("0000")}
    assert {model for model in all_records() if holds_people(model)} <= looked_at


@pytest.mark.parametrize("model", [Person, Address])
def test_a_refused_value_is_not_in_the_error(model: type[BaseModel]) -> None:
    mark = "jane.doe@example.org"
    for name in filled(model, mark):
        with pytest.raises(ValidationError) as refused:
            model.model_validate({name: mark * 20})
        assert mark not in str(refused.value)


def test_a_record_with_its_data_is_still_told_apart_in_a_repr() -> None:
    event = Event(id="E-7", source="urn:store", specversion="1.0", type="t", time=datetime(2026, 11, 22, tzinfo=UTC))
    assert "E-7" in repr(event)
    assert not is_dataclass(event)
    assert {field.name for field in fields(Material) if not field.repr} == {"personal", "stated", "draft", "words"}


def all_records(root: type[Record] = Record) -> Iterator[type[Record]]:
    for model in root.__subclasses__():
        yield model
        yield from all_records(model)


def holds_people(model: type[Record]) -> bool:
    return any(
        name == "recipient" or field.annotation in (Person, Address, Personal)
        for name, field in model.model_fields.items()
    )
