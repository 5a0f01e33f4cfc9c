"""Acts that erase a customer's personal data: of one order, or of all that the customer ever placed."""

from collections.abc import Callable
from dataclasses import replace

from printhub.core.channels.sms.numbers import spellings
from printhub.core.files.folders import WorkingFolders
from printhub.core.flow.acts.desk import Desk, find_order, require_filled, require_reason
from printhub.core.flow.erasing import Erased, Erasure, erase_job, in_the_way
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused, NotFound, not_configured
from printhub.core.model.known import OrderRecord
from printhub.core.store import deliveries, dossiers, erasing, people, promises, suppressions
from printhub.core.store.store import Tx
from printhub.core.store.testdata import Named

Progress = Callable[[str, int, int], None]
_LEAST = 3
"""Letters that a customer is named by at the least: fewer would be found in all sorts of text."""


class ErasureActs:
    """All raise NotFound for a storefront or an order that is not there, and ActRefused for what cannot be.

    Nothing of the customer's is kept with the act: it names the orders. Each order goes in a transaction of its own,
    and its files after that; what was left half-way is begun again by saying it again, and files that nobody knows of
    are deleted by the sweep.
    """

    def __init__(self, desk: Desk, folders: WorkingFolders) -> None:
        """Act through `desk`, and clear `folders`."""
        self._desk = desk
        self._folders = folders

    def order(self, order: str, *, by: str, why: str, dry: bool = False) -> Erasure:
        """Erase the personal data of one order; `dry` tells what would be done, and does nothing."""
        require_reason(why)
        record = self._desk.store.read(lambda tx: find_order(tx, order))
        done = Erasure(record.storefront, [self._erase(record, by, why, dry=dry)])
        self._finish(done, dry=dry)
        return done

    def customer(
        self,
        storefront: str,
        customer: str,
        *,
        by: str,
        why: str,
        dry: bool = False,
        progress: Progress = lambda *_: None,
    ) -> Erasure:
        """Erase what a storefront told of the customer with this e-mail or user name, in all their orders.

        Input that led to no order and names the customer is erased with it: events that wait, and what was refused.
        """
        require_reason(why)
        require_filled(customer, "the customer's e-mail or user name")
        sought = customer.strip()
        if len(sought) < _LEAST:
            raise ActRefused(f"a customer is named by e-mail or user name, in {_LEAST} letters at the least")
        store, rules = self._desk.store, self._desk.rules
        if storefront not in rules.settings.storefronts and not store.read(
            lambda tx: dossiers.any_from(tx, storefront)
        ):
            raise NotFound(not_configured("storefront", storefront, rules.settings.storefronts))
        found = store.read(lambda tx: erasing.orders_of(tx, storefront, sought))
        done = Erasure(storefront)
        for named in found:
            record = store.read(lambda tx, id_=named.id: dossiers.find_order(tx, id_))  # type: ignore[misc] # the default binds it
            if record is not None:
                done.orders.append(self._erase(record, by, why, dry=dry))
            progress("orders erased", len(done.orders), len(found))
        bodies = store.read(lambda tx: erasing.mentions(tx, storefront, sought))
        done.mentions = len(bodies)
        if bodies and not dry:

            def work(tx: Tx) -> None:
                self._desk.record(tx, "erase", storefront, by=by, why=why, facts={"bodies": len(bodies)})
                erasing.erase_mentions(tx, bodies, rules.now())

            store.write(work)
        self._finish(done, dry=dry)
        return done

    def _erase(self, record: OrderRecord, by: str, why: str, *, dry: bool) -> Erased:
        if dry:
            return self._desk.store.read(lambda tx: _found(tx, *_loaded(tx, record)))
        done, members = self._desk.store.write(lambda tx: self._erase_in(tx, record, by, why))
        for dossier in members:
            self._folders.remove(dossier.job.id)
        return done

    def _erase_in(self, tx: Tx, known: OrderRecord, by: str, why: str) -> tuple[Erased, list[Dossier]]:
        record, members = _loaded(tx, known)
        found = _found(tx, record, members)
        if found.in_the_way:
            return found, []
        rules = self._desk.rules
        self._desk.record_on(tx, "erase", record, by=by, why=why)
        dossiers.change_order(tx, replace(record, checkout_attributes={}))
        for dossier in members:
            dossier.order = replace(record, checkout_attributes={})
            erase_job(dossier, rules, by=by)
            promises.forget(tx, dossier.job.id)
            self._desk.save(tx, dossier)
        _forget_suppressed(tx, record, rules.storefront(record.storefront).phone_region)
        jobs = [Named(dossier.job.id, dossier.job.number, record.id) for dossier in members]
        erasing.erase_order(tx, Named(record.id, record.number), record.person_id, jobs, record.storefront, rules.now())
        return found, members

    def _finish(self, done: Erasure, *, dry: bool) -> None:
        if not dry and (done.mentions or len(done.left) < len(done.orders)):
            self._desk.store.write(erasing.finish)


def _forget_suppressed(tx: Tx, record: OrderRecord, region: str | None) -> None:
    """Of an address that nothing is sent to any more, only that stays: how it is written goes."""
    known = people.personal(tx, record.person_id)
    places = (known.customer, known.billing_address, known.delivery_address)
    phones = [spelling for place in places if place.phone for spelling in spellings(place.phone, region)]
    suppressions.erase(tx, record.storefront, [*phones, *(place.email for place in places)])


def _loaded(tx: Tx, known: OrderRecord) -> tuple[OrderRecord, list[Dossier]]:
    record, members = dossiers.load_order(tx, known.storefront, known.number)
    if record is None:
        raise NotFound(f"order {known.number} was cleared away at this moment")
    return record, sorted(members, key=lambda dossier: dossier.job.id)


def _found(tx: Tx, record: OrderRecord, members: list[Dossier]) -> Erased:
    found = [delivery for dossier in members for delivery in dossier.deliveries.values()]
    way = in_the_way([*found, *deliveries.of_order_alone(tx, record.id)])
    return Erased(record.number, tuple(dossier.job.number for dossier in members), way)
