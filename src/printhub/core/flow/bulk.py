"""Station: carries bulk acts on, batch by batch, until each has come to the end of its list or stops itself."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from printhub.core.flow import callback, commit, notices, retrigger
from printhub.core.flow.fingerprint import of_failure
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused, StoreUnavailable
from printhub.core.store import bulk, dossiers
from printhub.core.store import deliveries as rows
from printhub.core.store.bulk import BulkAct, BulkItem, BulkState, ItemState
from printhub.core.store.store import Store, Tx

log = logging.getLogger(__name__)

LARGEST = 100
"""Items in a batch, and rows that one transaction writes, at the most."""
LIST_WITHIN = timedelta(minutes=10)
"""A list that is not whole by then never will be: whoever wrote it was stopped."""
_GROWTH = (1, 5, 25)
_ATTEMPTED = (ItemState.DONE, ItemState.FAILED, ItemState.FAILED_AGAIN, ItemState.UNKNOWN)
_CAME_TO = {
    DeliveryState.HELD: ItemState.HELD,
    DeliveryState.DONE: ItemState.DONE,
    DeliveryState.ACCEPTED: ItemState.DONE,
    DeliveryState.SKIPPED: ItemState.DONE,
    DeliveryState.FAILED: ItemState.FAILED,
    DeliveryState.RETRYING: ItemState.FAILED,
    DeliveryState.WAITING_ACTION: ItemState.FAILED,
    DeliveryState.UNKNOWN: ItemState.UNKNOWN,
    DeliveryState.CANCELLED: ItemState.LEFT,
    DeliveryState.OBSOLETE: ItemState.LEFT,
}
"""What a delivery's state makes of its item; READY and RUNNING: its first attempt has not ended."""


class Bulk:
    """Carries on what operators began in bulk. All that it knows is in the store, so it may stop at any point."""

    def __init__(self, store: Store, rules: Rules) -> None:
        """Read and change `store`."""
        self._store = store
        self._rules = rules
        self.idle = False
        """Whether none was under way when it was last looked."""

    def step(self) -> int:
        """Take every bulk act as far as it goes now; returns how many moved."""
        self.idle = not self._store.read(bulk.any_under_way)
        if self.idle:
            return 0
        whole = [act for act in self._store.read(bulk.movable) if not self._is_being_listed(act)]
        for act in whole:
            try:
                self._store.write(partial(self._carry_on, id_=act.id))
            except StoreUnavailable:
                raise
            except Exception:
                log.exception("the bulk act %s failed and is stopped", act.id, extra={"bulk_id": str(act.id)})
                self._store.write(partial(self._stop_failed, id_=act.id))
        return len(whole)

    def _is_being_listed(self, act: BulkAct) -> bool:
        return act.state is BulkState.LISTING and act.at + LIST_WITHIN > self._rules.now()

    def _carry_on(self, tx: Tx, id_: UUID) -> None:
        act = bulk.get(tx, id_, lock=True)  # an operator may be stopping it, or another process carry it on
        if act is None or act.state not in bulk.UNDER_WAY:
            return
        if act.state is BulkState.LISTING:
            self._stop(tx, act, "whoever began it ended before its list was whole; nothing was retriggered")
            return
        batch = self._look_at(tx, bulk.items(tx, id_, places(act.batch)))
        if any(item.state is ItemState.GOING for item in batch):
            return
        again = [item for item in batch if item.state is ItemState.FAILED_AGAIN]
        tried = [item for item in batch if item.state in _ATTEMPTED]
        if act.state is BulkState.STOPPING:
            bulk.save(tx, replace(act, state=BulkState.STOPPED, ended_at=self._rules.now()))
        elif 2 * len(again) > len(tried):
            text = f"{len(again)} of {len(tried)} in batch {act.batch} failed of the same as before: {again[0].detail}"
            look = (
                f"`printhub jobs explain {again[0].delivery_id}` tells about {'it' if len(again) == 1 else 'the first'}"
            )
            self._stop(tx, act, f"{text}. {look}; a new bulk act takes what failed again last, and the rest before it")
        else:
            self._begin_batch(tx, replace(act, batch=act.batch + 1))

    def _look_at(self, tx: Tx, batch: Sequence[BulkItem]) -> list[BulkItem]:
        going = [item.delivery_id for item in batch if item.state is ItemState.GOING]
        known, behind = rows.some(tx, going), bulk.behind_unknown(tx, going)
        looked_at = [_judged(item, known.get(item.delivery_id), behind) for item in batch]
        for before, item in zip(batch, looked_at, strict=True):
            if item != before:
                bulk.save_item(tx, item)
        return looked_at

    def _begin_batch(self, tx: Tx, act: BulkAct) -> None:
        batch = bulk.items(tx, act.id, places(act.batch))
        if not batch:
            bulk.save(tx, replace(act, batch=act.batch - 1, state=BulkState.FINISHED, ended_at=self._rules.now()))
            return
        known = rows.some(tx, [item.delivery_id for item in batch])
        held = dossiers.load(tx, {delivery.job_id for delivery in known.values() if delivery.job_id})
        for item in batch:
            delivery = known.get(item.delivery_id)
            dossier = held.get(delivery.job_id) if delivery and delivery.job_id else None
            bulk.save_item(tx, self._retriggered(item, dossier, act))
        callback.attribute(tx, self._rules, commit.save(tx, self._rules, held.values()))
        bulk.save(tx, act)

    def _retriggered(self, item: BulkItem, dossier: Dossier | None, act: BulkAct) -> BulkItem:
        if dossier is None:
            return replace(item, state=ItemState.LEFT, detail="its job is not there any more")
        delivery = dossier.deliveries[item.delivery_id]
        if (delivery.state, delivery.attempts) != (item.was, item.attempts):
            return replace(item, state=ItemState.LEFT, detail=f"it has moved since: it is {delivery.state}")
        try:
            retrigger.retrigger(dossier, delivery, self._rules, by=act.by, why=f"bulk act {act.id}: {act.why}")
        except ActRefused as error:
            return replace(item, state=ItemState.LEFT, detail=str(error))
        return replace(item, state=ItemState.GOING)

    def _stop_failed(self, tx: Tx, id_: UUID) -> None:
        act = bulk.get(tx, id_, lock=True)
        if act is not None and act.state in bulk.UNDER_WAY:
            self._stop(tx, act, "a fault of the hub's own; its log says which")

    def _stop(self, tx: Tx, act: BulkAct, why: str) -> None:
        bulk.save(tx, replace(act, state=BulkState.STOPPED, reason=why, ended_at=self._rules.now()))
        left = bulk.counts(tx, act.id).get(ItemState.WAITING, 0)
        text = f"the bulk act {act.id} of {act.by} stopped itself, {left} deliveries are left: {why}"
        notices.state(tx, self._rules, "bulk_stopped", text)


def places(batch: int) -> range:
    """The places on the list that a batch takes: batches grow by 1, 5, 25, 100, 100 and so on; batch 0 is empty."""
    if batch < 1:
        return range(0)
    sizes = [*_GROWTH, *[LARGEST] * batch][:batch]
    return range(sum(sizes[:-1]), sum(sizes))


def mark(delivery: Delivery) -> str:
    """What a delivery failed of, or what the partner waits for: the same for the same cause."""
    return delivery.fingerprint or of_failure(delivery, delivery.reason)


def _judged(item: BulkItem, delivery: Delivery | None, behind: Collection[UUID]) -> BulkItem:
    if item.state is not ItemState.GOING:
        return item
    if delivery is None:
        return replace(item, state=ItemState.LEFT, detail="it is not there any more")
    if delivery.id in behind:
        detail = "another call about the same may have had its effect; it goes when that is settled"
        return replace(item, state=ItemState.HELD, detail=detail)
    if delivery.state not in _CAME_TO:
        return item
    state = _CAME_TO[delivery.state]
    if state is ItemState.FAILED and mark(delivery) == item.fingerprint:
        state = ItemState.FAILED_AGAIN
    return replace(item, state=state, detail=delivery.reason[:500])
