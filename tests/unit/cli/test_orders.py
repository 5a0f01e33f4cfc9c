"""`printhub orders`, `notes` and `po`: what is shown, what is asked of the storefront, what is kept."""

import pytest
from pydantic import JsonValue

from printhub.core.model.events.request import CancellationAsked, NoteAsked, PoNumberAsked
from printhub.core.store import acts, events
from printhub.core.store.sqlite import SqliteStore
from tests.unit.cli.shop import Shop

WHY = ("--why", "as the customer asked")


def asked(shop: Shop, type_: str) -> list[dict[str, JsonValue]]:
    """What the storefront was asked for, oldest first."""
    store = SqliteStore(shop.folder / "var" / "printhub.db")
    try:
        found = store.read(lambda tx: [events.of_id(tx, record.id) for record in events.by_type(tx, type_)])
    finally:
        store.close()
    return [event.data for event in found if event is not None and isinstance(event.data, dict)]


def recorded(shop: Shop) -> list[acts.Act]:
    store = SqliteStore(shop.folder / "var" / "printhub.db")
    try:
        return store.read(lambda tx: acts.listed(tx, 10))
    finally:
        store.close()


def test_an_order_is_shown_with_its_jobs_and_the_first_thing_in_the_way_of_each(shop: Shop) -> None:
    shop.order("O1", "J1", "J2", payment="Pending")
    shop.cli("block", "J2", "--why", "a typo")

    text = shop.cli("orders", "show", "O1").stdout
    facts = shop.json("orders", "show", "shop/O1")

    assert "Order O1 of shop, test" in text
    assert "Pending" in text
    assert "49.39 EUR" in text
    assert [(job["number"], job["first_in_the_way"]["what"]) for job in facts["jobs"]] == [
        ("J1", "unpaid"),
        ("J2", "blocked"),
    ]
    assert "BLOCKED" in text


def test_personal_data_is_shown_only_when_it_is_asked_for(shop: Shop) -> None:
    shop.order()

    plain = shop.cli("orders", "show", "O1").stdout + shop.cli("orders", "show", "O1", "--json").stdout
    asked_for = shop.cli("orders", "show", "O1", "--personal").stdout

    assert "Jane" not in plain
    assert "jane@example.org" not in plain
    assert "jane@example.org" in asked_for
    assert shop.json("orders", "show", "O1", "--personal")["personal"]["customer"]["name"] == "Jane Doe"


def test_a_deleted_order_is_shown_as_deleted(shop: Shop) -> None:
    shop.order()
    shop.emit("order.deleted", {"order": "O1"})

    assert "DELETED" in shop.cli("orders", "show", "O1").stdout
    assert shop.json("orders", "show", "O1")["deleted"] is True


@pytest.mark.parametrize("width", [80, 160])
def test_an_order_fits_on_a_terminal(shop: Shop, width: int) -> None:
    shop.order("O1", "J1", payment="Pending")

    lines = shop.cli("orders", "show", "O1", width=width).stdout.splitlines()

    assert max(len(line) for line in lines) <= width + 60  # escapes of colours count as letters here


def test_an_order_that_is_not_there_is_said_to_be_missing(shop: Shop) -> None:
    result = shop.cli("orders", "show", "nothing")

    assert result.exit_code == 1
    assert "there is no order nothing" in result.stderr


def test_the_schedule_is_shown_as_the_clocks_of_the_storefront_have_it(shop: Shop) -> None:
    text = shop.path.read_text()
    shop.path.write_text(text.replace('sources = ["', 'time_zone = "Asia/Kolkata"\nsources = ["'))
    shop.order()
    shop.emit("order.scheduled", {"order": "O1", "release_on": "2026-12-01"})

    for command in (("orders", "show", "O1"), ("jobs", "show", "J1")):
        assert "2026-12-01 00:00 Asia/Kolkata, 2026-11-30 18:30:00Z (in" in shop.cli(*command).stdout
    assert shop.json("orders", "show", "O1")["release_at"] == "2026-11-30T18:30:00Z"
    assert shop.json("orders", "show", "O1")["time_zone"] == "Asia/Kolkata"


def test_a_cancellation_is_asked_for_and_takes_effect_with_the_event_of_the_storefront(shop: Shop) -> None:
    shop.order()

    told = shop.cli("orders", "cancel", "O1", *WHY)

    assert told.exit_code == 0
    assert "nothing is cancelled yet" in told.stdout
    assert "nobody tells the storefront" in told.stdout
    assert asked(shop, CancellationAsked.type) == [
        {"storefront": "shop", "order": "O1", "why": "as the customer asked"}
    ]
    assert shop.json("orders", "show", "O1")["cancelled"] is False

    shop.emit("order.cancelled", {"order": "O1"})
    again = shop.cli("orders", "cancel", "O1", *WHY)

    assert again.exit_code == 1
    assert "cancelled already" in again.stderr
    assert [act.act for act in recorded(shop)] == ["cancel-order"]


def test_a_note_is_kept_and_asked_for_and_its_text_is_in_no_act_and_no_history(shop: Shop) -> None:
    shop.order()

    result = shop.cli("notes", "add", "O1", "ring at the back door", "--for-customer", *WHY)

    assert result.exit_code == 0
    [note] = shop.json("notes", "list", "O1")["notes"]
    assert (note["text"], note["for_customer"]) == ("ring at the back door", True)
    [request] = asked(shop, NoteAsked.type)
    assert request["note"] == {"id": note["id"], "text": "ring at the back door", "for_customer": True}
    assert "back door" not in repr(recorded(shop))
    assert "back door" not in shop.cli("jobs", "show", "J1").stdout
    assert "back door" in shop.cli("orders", "show", "O1").stdout


def test_notes_of_the_storefront_are_listed_too_and_each_once(shop: Shop) -> None:
    shop.order()
    shop.emit("order.note_added", {"order": "O1", "note": {"id": "N1", "text": "be quick"}})
    shop.emit("order.note_added", {"order": "O1", "note": {"id": "N1", "text": "be quick"}})
    shop.cli("notes", "add", "O1", "we are", *WHY)
    [own] = [note for note in shop.json("notes", "list", "O1")["notes"] if note["text"] == "we are"]

    shop.emit("order.note_added", {"order": "O1", "note": {"id": own["id"], "text": "we are"}})

    assert [note["text"] for note in shop.json("notes", "list", "O1")["notes"]] == ["be quick", "we are"]


def test_an_empty_note_is_refused_and_nothing_is_kept(shop: Shop) -> None:
    shop.order()

    assert "a note needs a text" in shop.cli("notes", "add", "O1", "  ", *WHY).stderr
    assert "there is no note" in shop.cli("notes", "list", "O1").stdout
    assert recorded(shop) == []


def test_a_purchase_order_number_is_set_and_cleared_and_the_storefront_is_asked(shop: Shop) -> None:
    shop.order()

    assert shop.cli("po", "set", "O1", "PO-7", *WHY).exit_code == 0
    assert shop.json("orders", "show", "O1")["po_number"] == "PO-7"
    assert "this number already" in shop.cli("po", "set", "O1", "PO-7", *WHY).stderr
    assert shop.json("po", "clear", "O1", *WHY)["po_number"] is None
    assert "has no purchase-order number" in shop.cli("po", "clear", "O1", *WHY).stderr

    assert [data["po_number"] for data in asked(shop, PoNumberAsked.type)] == ["PO-7", None]
    clear, set_ = recorded(shop)
    assert (set_.act, set_.facts["po_number"]) == ("po-set", None)
    assert (clear.act, clear.facts["po_number"]) == ("po-clear", "PO-7")


def test_a_number_of_the_storefront_that_comes_later_wins(shop: Shop) -> None:
    shop.order()
    shop.cli("po", "set", "O1", "PO-7", *WHY)

    shop.emit("order.changed", {"order": "O1", "po_number": "PO-8"})

    assert shop.json("orders", "show", "O1")["po_number"] == "PO-8"


def test_an_act_on_an_order_needs_a_reason(shop: Shop) -> None:
    shop.order()

    for command in (("orders", "cancel", "O1"), ("notes", "add", "O1", "x"), ("po", "set", "O1", "x")):
        assert shop.cli(*command).exit_code == 2
        assert "say why" in shop.cli(*command, "--why", " ").stderr
