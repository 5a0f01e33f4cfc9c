"""The factories: what they make is valid, complete and can be opened; and the front door is what it says."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pydantic import BaseModel

import printhub.testing
from printhub import Asset, Event, Misconfigured, Mode, ProductType, Unavailable, Verb
from printhub.core.channels.mis.messages import JobTicket
from printhub.core.model.envelope import read_event
from printhub.core.model.events.catalogue import read_fact
from printhub.core.model.events.order import OrderPlaced
from printhub.testing import (
    START,
    FakeClock,
    MemoryFiles,
    a_call,
    a_job,
    a_placement,
    a_refund_request,
    a_status_message,
    a_ticket,
    an_email,
    an_event,
    an_order,
    an_sms,
    tiny_pdf,
)


@pytest.mark.parametrize(
    "factory",
    [
        a_ticket,
        a_placement,
        an_email,
        an_sms,
        a_refund_request,
        a_status_message,
        a_job,
        an_order,
        lambda: an_event("printhub.order.deleted", {"order": "O-1"}),
    ],
)
def test_what_a_factory_makes_comes_back_from_json(factory: Callable[[], BaseModel]) -> None:
    made = factory()
    assert type(made).model_validate_json(made.model_dump_json()).model_dump() == made.model_dump()


def test_a_ticket_has_a_real_file_for_each_part() -> None:
    ticket = a_ticket("J-9", files=["cover.pdf", "inside.pdf"])
    assert [part.id for part in ticket.job.parts] == [file.part for file in ticket.files] == ["cover", "inside"]
    for file in ticket.files:
        with file.open() as opened:
            content = opened.read()
        assert content.startswith(b"%PDF-")
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
        assert str(file.id) in file.url(timedelta(hours=1))


def test_two_tickets_of_one_job_say_the_same_and_of_two_jobs_share_no_file() -> None:
    assert a_ticket("J-1").model_dump() == a_ticket("J-1").model_dump()
    ids = [file.id for job in ("J-1", "J-2") for file in a_ticket(job).files]
    assert len(set(ids)) == 4


def test_a_stock_product_has_no_files() -> None:
    assert a_ticket(product_type=ProductType.ORDINARY).files == ()
    assert a_placement(product_type=ProductType.ORDINARY).files == ()
    assert a_job(product_type=ProductType.ORDINARY).artwork == ()


def test_any_field_can_be_changed_and_a_wrong_one_is_refused() -> None:
    assert a_ticket(mode=Mode.LIVE, order=None).mode is Mode.LIVE
    assert an_order("O-7", payment_status="Pending").payment_status == "Pending"
    with pytest.raises(ValueError, match="quantity"):
        a_job(quantity=0)


def test_a_file_of_ones_own_keeps_its_bytes() -> None:
    file = MemoryFiles().add("own.pdf", b"%PDF-own", part="P")
    [described] = a_ticket(files=[file]).files
    with described.open() as opened:
        assert opened.read() == b"%PDF-own"


def test_a_file_that_is_not_there_is_misconfigured() -> None:
    with pytest.raises(Misconfigured):
        MemoryFiles().open(uuid4())


def test_jobs_have_their_files_where_their_product_type_has_them() -> None:
    assert [part.artwork and part.artwork.part for part in a_job().parts] == ["front", "back"]
    assert len(a_job(product_type=ProductType.STATIC).output) == 2
    artwork = a_job(product_type=ProductType.VARIABLE, files=["a.pdf"]).artwork
    assert artwork == (Asset(name="a.pdf", url="https://shop.example/files/J-1/a.pdf"),)


def test_an_event_is_one_that_intake_would_take() -> None:
    event = an_event(OrderPlaced.type, OrderPlaced(order=an_order("O-1", [a_job("J-1"), a_job("J-2")])), subject="O-1")
    read = read_event(event.to_json())
    assert read == event
    fact = read_fact(read)
    assert isinstance(fact, OrderPlaced)
    assert [job.id for job in fact.order.jobs] == ["J-1", "J-2"]


def test_events_have_ids_of_their_own_unless_they_are_given_one() -> None:
    assert an_event("x.y", {}).id != an_event("x.y", {}).id
    event: Event = an_event("x.y", {}, id="e-1", source="urn:other", causationdepth=2)
    assert (event.id, event.source, event.depth, event.time) == ("e-1", "urn:other", 2, START)


def test_a_tiny_pdf_points_to_its_own_objects() -> None:
    document = tiny_pdf(r"A (tiny) \ Umschläge 日本")
    start = int(document.rsplit(b"startxref\n", 1)[1].split()[0])
    assert document[start:].startswith(b"xref\n0 6\n")
    for number, offset in enumerate(re.findall(rb"(\d{10}) 00000 n ", document), start=1):
        assert document[int(offset) :].startswith(b"%d 0 obj" % number)
    assert rb"A \(tiny\) \\ Umschl" + "ä".encode("latin-1") in document
    stream = re.search(rb"/Length (\d+) >>\nstream\n(.*?)\nendstream", document, re.DOTALL)
    assert stream is not None
    assert len(stream[2]) == int(stream[1])


def test_a_fake_clock_moves_only_when_it_is_moved() -> None:
    clock = FakeClock()
    assert clock() == clock() == START
    assert clock.advance(timedelta(minutes=5)) == START + timedelta(minutes=5) == clock()
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert clock() == datetime(2027, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        FakeClock(datetime(2027, 1, 1))  # noqa: DTZ001 - that is what is refused


def test_a_call_has_the_hubs_own_session_bound_to_its_wire_and_deadline() -> None:
    call = a_call(Verb.ASSETS, deadline_in=timedelta())
    with pytest.raises(Unavailable, match="deadline"):
        call.http.request("GET", "http://127.0.0.1:9/")
    assert not call.wire.sent
    assert (call.verb, call.key, call.attempt, call.before(Verb.NOTIFY).reference) == (Verb.ASSETS, "key-1", 1, None)


def test_all_names_exactly_what_the_front_door_offers() -> None:
    offered = printhub.testing.__all__
    assert len(set(offered)) == len(offered)
    public = {name for name, value in vars(printhub.testing).items() if not name.startswith("_") and callable(value)}
    assert public | {"START"} == set(offered)
    assert JobTicket.__name__ not in offered  # what adapters are made of is in `printhub`
