"""What partners are told: tickets, placements and status messages, composed of what the hub knows."""

import io
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

import pytest

from printhub import FilePlacement, FileRole, JobStatus, JobTicket, Mode, Part, ProductType, StatusMessage, Verb
from printhub.core.channels.catalogue import all_channels
from printhub.core.channels.channel import Material
from printhub.core.channels.files import described
from printhub.core.model.envelope import read_event
from printhub.core.model.events.catalogue import read_fact
from printhub.core.model.events.partner import StatusChanged
from printhub.core.model.history import StatusChange
from printhub.core.model.known import FileRecord, FileState
from printhub.core.model.verbs import Kind
from tests.unit.channels.known import JOB_ID, NOON, a_file, a_job, an_order, somebody

CHANNELS = {channel.kind: channel for channel in all_channels()}
MIS_VERBS = CHANNELS[Kind.MIS].verbs


def ticket_of(
    product_type: ProductType = ProductType.MULTI_PART, *, verb: Verb = Verb.NOTIFY, files: tuple[FileRecord, ...] = ()
) -> JobTicket:
    job = a_job(product_type)
    material = Material("acme", Mode.LIVE, job=job, order=an_order(), personal=somebody(), files=files)
    message = CHANNELS[Kind.MIS].compose(verb, material)
    assert isinstance(message, JobTicket)
    return message


class Shelf:
    """A source of files that remembers for how long a URL was asked."""

    def open(self, file_id: UUID) -> BinaryIO:
        return io.BytesIO(file_id.bytes)

    def url(self, file_id: UUID, life: timedelta) -> str:
        return f"https://hub.example/{file_id}?hours={life / timedelta(hours=1):.0f}"


# --- tickets --------------------------------------------------------------------------------------------------


def test_a_ticket_tells_of_the_job() -> None:
    job = ticket_of().job
    assert job.id == "J-1"
    assert (job.product_type, job.product, job.quantity) == (ProductType.MULTI_PART, "Business card", 500)
    assert job.attributes == {"paper": "350 g"}
    assert job.parts == (Part(id="front", quantity=250), Part(id="back", quantity=250))
    assert (job.weight_grams, str(job.line_price)) == (900, "19.90 EUR")
    assert (job.external_reference, job.epoch) == ("X-9", 2)


def test_a_ticket_tells_of_the_order_and_where_the_goods_go() -> None:
    ticket = ticket_of()
    assert ticket.order is not None
    assert (ticket.order.id, str(ticket.order.total)) == ("O-1", "119.00 EUR")
    assert (ticket.order.po_number, ticket.order.department, ticket.order.cost_centre) == ("PO-1", "Sales", "42")
    assert (ticket.order.shipping_method, ticket.order.checkout_attributes) == ("express", {"gift": "no"})
    assert ticket.order.customer == somebody().customer
    assert ticket.order.billing_address.name == "Accounts"
    assert ticket.order.delivery_address.town == "Leeds"


def test_a_ticket_of_a_job_without_an_order_has_none() -> None:
    ticket = CHANNELS[Kind.MIS].compose(Verb.NOTIFY, Material("acme", Mode.TEST, job=a_job(ProductType.EXTERNAL)))
    assert isinstance(ticket, JobTicket)
    assert ticket.order is None
    assert (ticket.storefront, ticket.mode) == ("acme", Mode.TEST)


@pytest.mark.parametrize("verb", MIS_VERBS)
def test_every_verb_gets_the_same_ticket(verb: Verb) -> None:
    files = (a_file("card.pdf"),)
    assert ticket_of(verb=verb, files=files) == ticket_of(files=files)


def test_a_ticket_survives_being_frozen() -> None:
    ticket = ticket_of(files=(a_file("card.pdf"),))
    assert JobTicket.model_validate_json(ticket.model_dump_json()) == ticket


@pytest.mark.parametrize("kind", [Kind.MIS, Kind.FILE])
def test_without_a_job_nothing_can_be_composed(kind: Kind) -> None:
    channel = CHANNELS[kind]
    with pytest.raises(ValueError, match=f"{kind}.{channel.verbs[0]} is about a job"):
        channel.compose(channel.verbs[0], Material("acme", Mode.LIVE, order=an_order()))


# --- files ----------------------------------------------------------------------------------------------------


def test_output_is_printed_and_not_the_artwork_it_was_made_of() -> None:
    ticket = ticket_of(files=(a_file("raw.pdf", FileRole.ARTWORK), a_file("print.pdf")))
    assert [(file.name, file.role) for file in ticket.files] == [("print.pdf", FileRole.OUTPUT)]


def test_without_output_the_artwork_is_printed_as_it_is() -> None:
    ticket = ticket_of(files=(a_file("front.pdf", FileRole.ARTWORK), a_file("back.pdf", FileRole.ARTWORK)))
    assert [file.name for file in ticket.files] == ["front.pdf", "back.pdf"]


def test_what_was_superseded_is_left_out() -> None:
    old, new = a_file("old.pdf", superseded=True), a_file("new.pdf")
    assert [file.name for file in ticket_of(files=(old, new)).files] == ["new.pdf"]


def test_superseded_output_does_not_hide_the_artwork() -> None:
    files = (a_file("old.pdf", superseded=True), a_file("raw.pdf", FileRole.ARTWORK))
    assert [file.name for file in ticket_of(files=files).files] == ["raw.pdf"]


def test_an_ordinary_job_has_no_files_on_its_ticket() -> None:
    assert ticket_of(ProductType.ORDINARY, files=(a_file("stray.pdf"),)).files == ()


def test_a_file_is_described_without_the_hubs_own_path() -> None:
    [file] = described([a_file("card.pdf", part="front")])
    assert (file.part, file.media_type, file.size, file.sha256) == ("front", "application/pdf", 1234, "0" * 64)
    assert file.link is None
    assert "J-1/card.pdf" not in file.model_dump_json()


def test_a_file_that_stays_at_the_storefront_is_handed_on_as_its_url() -> None:
    [file] = described([a_file("card.pdf", stored=None, state=FileState.HANDED_ON)])
    assert file.link == "https://store.example/card.pdf"
    assert file.url() == file.link


@pytest.mark.parametrize("kind", [Kind.MIS, Kind.FILE])
def test_a_bound_message_can_open_its_files(kind: Kind) -> None:
    channel, files = CHANNELS[kind], (a_file("card.pdf"),)
    message = channel.compose(channel.verbs[0], Material("acme", Mode.LIVE, job=a_job(), files=files))
    assert isinstance(message, JobTicket | FilePlacement)
    [file] = message.bound(Shelf()).files
    with file.open() as stream:
        assert stream.read() == files[0].id.bytes
    assert file.url() == f"https://hub.example/{files[0].id}?hours=48"
    assert file.url(timedelta(hours=1)).endswith("hours=1")


def test_binding_leaves_the_frozen_message_as_it_was() -> None:
    ticket = ticket_of(files=(a_file("card.pdf"),))
    bound = ticket.bound(Shelf())
    assert bound.model_dump_json() == ticket.model_dump_json()
    with pytest.raises(RuntimeError, match="belongs to no call"):
        ticket.files[0].open()


# --- placements -----------------------------------------------------------------------------------------------


def test_a_placement_names_the_job_and_its_files() -> None:
    files = (a_file("raw.pdf", FileRole.ARTWORK), a_file("print.pdf"))
    material = Material("acme", Mode.LIVE, job=a_job(), order=an_order(), files=files)
    placement = CHANNELS[Kind.FILE].compose(Verb.PLACE, material)
    assert isinstance(placement, FilePlacement)
    assert (placement.job, placement.order, placement.quantity) == ("J-1", "O-1", 500)
    assert (placement.product_type, placement.product) == (ProductType.MULTI_PART, "Business card")
    assert placement.attributes == {"paper": "350 g"}
    assert [file.name for file in placement.files] == ["print.pdf"]


# --- status messages ------------------------------------------------------------------------------------------

CHANGE = StatusChange(
    id=UUID(int=9),
    job_id=JOB_ID,
    status=JobStatus.CUSTOM_STATUS,
    received_at=NOON,
    source="mis-main",
    source_id="cb-1",
    at=NOON - timedelta(hours=1),
    by="Acme MIS",
    label="At the bindery",
    detail="till noon",
    epoch=2,
)


def published(order: bool = True) -> StatusMessage:
    material = Material(
        "acme",
        Mode.LIVE,
        job=a_job(),
        order=an_order() if order else None,
        change=CHANGE,
        current=JobStatus.PRINTED,
    )
    message = CHANNELS[Kind.STATUS].compose(Verb.PUBLISH, material)
    assert isinstance(message, StatusMessage)
    return message


def test_an_entry_goes_out_as_an_event_with_the_entrys_id() -> None:
    event = published().event
    assert (event.id, event.type, event.subject) == (str(CHANGE.id), "printhub.status.changed", "J-1")
    assert event.source == "urn:printhub:acme"
    assert event.time == NOON


def test_the_event_says_what_the_entry_says_and_what_is_current() -> None:
    fact = read_fact(read_event(published().event.to_json()))
    assert fact == StatusChanged(
        storefront="acme",
        order="O-1",
        job="J-1",
        status=JobStatus.CUSTOM_STATUS,
        label="At the bindery",
        detail="till noon",
        at=NOON - timedelta(hours=1),
        by="Acme MIS",
        epoch=2,
        current=JobStatus.PRINTED,
    )


def test_the_entry_of_a_job_without_an_order_names_none() -> None:
    data = published(order=False).event.data
    assert isinstance(data, dict)
    assert data["order"] is None


def test_an_entry_that_is_told_twice_is_the_same_message() -> None:
    assert published() == published()
    assert published().event.fingerprint == published().event.fingerprint


def test_a_status_message_survives_being_frozen() -> None:
    message = published()
    assert StatusMessage.model_validate_json(message.model_dump_json()) == message


@pytest.mark.parametrize(
    "material", [Material("acme", Mode.LIVE, job=a_job()), Material("acme", Mode.LIVE, change=CHANGE)]
)
def test_a_status_message_is_about_an_entry_of_a_job(material: Material) -> None:
    with pytest.raises(ValueError, match="about a status change"):
        CHANNELS[Kind.STATUS].compose(Verb.PUBLISH, material)
