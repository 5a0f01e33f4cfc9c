"""Acts on an order: ask for its cancellation, note something, set its purchase-order number."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import JsonValue, ValidationError

from printhub.core.channels.channel import Told
from printhub.core.flow import asking, history
from printhub.core.flow.acts.desk import Desk, find_order
from printhub.core.flow.history import Origin
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused
from printhub.core.model.events.order import OrderChanged
from printhub.core.model.events.request import CancellationAsked, NoteAsked, PoNumberAsked, RequestFact
from printhub.core.model.known import OrderRecord
from printhub.core.model.orders import Note
from printhub.core.model.statuses import JobStatus
from printhub.core.store import dossiers, notes
from printhub.core.store.acts import Act
from printhub.core.store.notes import NoteRecord
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Asked:
    """What an act on an order came to; `told` is whether a route leads to anybody who tells the storefront."""

    order: OrderRecord
    told: bool


class OrderActs:
    """All raise NotFound for an order that is not there, and ActRefused for what cannot be."""

    def __init__(self, desk: Desk) -> None:
        """Act through `desk`."""
        self._desk = desk

    def cancel(self, order: str, *, by: str, why: str) -> Asked:
        """Ask the storefront to cancel an order; it takes effect with the storefront's own event."""

        def work(tx: Tx) -> Asked:
            record = find_order(tx, order)
            if record.cancelled:
                raise ActRefused(f"order {record.number} is cancelled already")
            if record.deleted:
                raise ActRefused(f"order {record.number} was deleted in the storefront; block its jobs instead")
            self._desk.record_on(tx, "cancel-order", record, by=by, why=why, facts=_place(record))
            members = _members(tx, record)
            told = Told(JobStatus.ACTION_RUN, detail=f"the storefront was asked to cancel the order: {why}")
            for dossier in members:
                history.append(dossier, self._desk.rules, told, Origin(by=by))
            fact = CancellationAsked(storefront=record.storefront, order=record.number, why=why)
            return Asked(record, self._ask(tx, members, fact))

        return self._desk.store.write(work)

    def note(self, order: str, text: str, *, for_customer: bool, by: str, why: str) -> Asked:
        """Keep a note on an order, and ask the storefront to add it too."""
        desk = self._desk

        def work(tx: Tx) -> Asked:
            record = find_order(tx, order)
            facts = {**_place(record), "for_customer": for_customer}
            act = desk.record_on(tx, "note", record, by=by, why=why, facts=facts)
            note, now = _note(str(act), text, for_customer=for_customer), desk.rules.now()
            kept = NoteRecord(
                id=desk.rules.new_id(),
                order_id=record.id,
                number=note.id,
                at=now,
                by=by,
                for_customer=for_customer,
                payload_id=desk.rules.new_id(),
                text=text,
            )
            notes.add(tx, kept)
            fact = NoteAsked(storefront=record.storefront, order=record.number, why=why, note=note)
            return Asked(record, self._ask(tx, _members(tx, record), fact))

        return desk.store.write(work)

    def set_po(self, order: str, number: str, *, by: str, why: str) -> Asked:
        """Give an order a purchase-order number; whoever was told of its jobs is told of the change."""
        if not number.strip():
            raise ActRefused("an empty purchase-order number is none: `printhub po clear` takes it away")
        return self._po("po-set", order, number.strip(), by, why)

    def clear_po(self, order: str, *, by: str, why: str) -> Asked:
        """Take the purchase-order number of an order away."""
        return self._po("po-clear", order, None, by, why)

    def _po(self, act: str, order: str, number: str | None, by: str, why: str) -> Asked:
        def work(tx: Tx) -> Asked:
            record = find_order(tx, order)
            if record.po_number == number:
                has = "has this number already" if number else "has no purchase-order number"
                raise ActRefused(f"order {record.number} {has}")
            # What it was before is what the undoing of this act sets again.
            facts: dict[str, JsonValue] = {**_place(record), "po_number": record.po_number}
            id_ = self._desk.record_on(tx, act, record, by=by, why=why, facts=facts)
            told = self._state_po(tx, record, id_, number, by, why)
            return Asked(dossiers.find_order(tx, record.id) or record, told)

        return self._desk.store.write(work)

    def po_as_before(self, tx: Tx, act: Act, undo: UUID, by: str, why: str) -> str:
        """Take a set or cleared purchase-order number back, unless somebody changed it since."""
        record = find_order(tx, f"{act.facts['storefront']}/{act.facts['order']}")
        before = act.facts["po_number"]
        _, stated_by = record.stamps["details.po_number"]
        if stated_by != str(act.id):
            raise ActRefused(f"the purchase-order number of order {record.number} was changed since")
        told = self._state_po(tx, record, undo, str(before) if before is not None else None, by, why)
        now = f"order {record.number} has {'its earlier' if before is not None else 'no'} purchase-order number again"
        return now if told else f"{now}; no status route leads to the storefront, so tell it by hand"

    def _state_po(self, tx: Tx, record: OrderRecord, act: UUID, number: str | None, by: str, why: str) -> bool:
        data: dict[str, JsonValue] = {"order": record.number, "po_number": number}
        stated = [record.stamps[group][0] for group in ("details", "details.po_number") if group in record.stamps]
        self._desk.state(tx, act, record.storefront, OrderChanged.type, data, by, after=max(stated, default=None))
        fact = PoNumberAsked(storefront=record.storefront, order=record.number, why=why, po_number=number)
        return self._ask(tx, _members(tx, record), fact)

    def _ask(self, tx: Tx, members: Sequence[Dossier], fact: RequestFact) -> bool:
        # The first job that is delivered lends its lane; the parent of a kit has no routes.
        carrier = next((dossier for dossier in members if dossier.job.delivered), None)
        told = carrier is not None and asking.ask(carrier, self._desk.rules, fact)
        if carrier is None:
            asking.record(tx, self._desk.rules, self._desk.rules.new_id(), fact)
        for dossier in members:
            self._desk.save(tx, dossier)
        return told


def _members(tx: Tx, order: OrderRecord) -> list[Dossier]:
    _, found = dossiers.load_order(tx, order.storefront, order.number)
    return sorted(found, key=lambda dossier: dossier.job.id)


def _place(order: OrderRecord) -> dict[str, JsonValue]:
    return {"storefront": order.storefront, "order": order.number}


def _note(number: str, text: str, *, for_customer: bool) -> Note:
    if not text.strip():
        raise ActRefused("a note needs a text")
    try:
        return Note(id=number, text=text, for_customer=for_customer)
    except ValidationError as error:
        raise ActRefused(f"this is no text for a note: {error.errors()[0]['msg']}") from None
