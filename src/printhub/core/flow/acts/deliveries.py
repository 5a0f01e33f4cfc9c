"""Acts on one delivery: retrigger, send again, cancel, settle."""

from collections.abc import Callable

from printhub.core.flow import retrigger, settle
from printhub.core.flow.acts.desk import Desk, find_delivery
from printhub.core.model.deliveries import Delivery
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import ActRefused
from printhub.core.store import deliveries, dossiers
from printhub.core.store.store import Tx


class DeliveryActs:
    """All raise NotFound for a delivery that is not there, and ActRefused for what cannot be."""

    def __init__(self, desk: Desk) -> None:
        """Act through `desk`."""
        self._desk = desk

    def retrigger(self, delivery: str, *, by: str, why: str) -> Delivery:
        """Make a delivery go again that failed, waits for an action, or is retrying."""
        rules = self._desk.rules
        return self._act(
            "retrigger", delivery, by, why, lambda d, item: retrigger.retrigger(d, item, rules, by=by, why=why)
        )

    def send_again(self, delivery: str, *, by: str, why: str) -> Delivery:
        """Make a new run of a delivery that is done."""
        rules = self._desk.rules
        return self._act(
            "send-again", delivery, by, why, lambda d, item: retrigger.send_again(d, item, rules, by=by, why=why)
        )

    def cancel(self, delivery: str, *, by: str, why: str) -> Delivery:
        """End a delivery that has not gone."""
        rules = self._desk.rules
        return self._act(
            "cancel", delivery, by, why, lambda d, item: retrigger.cancel_delivery(d, item, rules, by=by, why=why)
        )

    def settle(self, delivery: str, *, done: str | None, by: str, why: str) -> Delivery:
        """Say what became of a delivery: done with the partner's reference, or certainly not done."""

        def act(dossier: Dossier, item: Delivery) -> Delivery:
            settle.settle(dossier, item, self._desk.rules, done=done, by=by, why=why)
            return dossier.deliveries[item.id]

        return self._act("settle", delivery, by, why, act)

    def _act(
        self, act: str, delivery: str, by: str, why: str, work: Callable[[Dossier, Delivery], Delivery]
    ) -> Delivery:
        def write(tx: Tx) -> Delivery:
            known = find_delivery(tx, delivery)
            if known.job_id is None:
                raise ActRefused(f"delivery {known.id} belongs to no job")
            dossier = dossiers.load(tx, [known.job_id])[known.job_id]
            self._desk.record(tx, act, str(known.id), by=by, why=why)
            changed = work(dossier, dossier.deliveries[known.id])
            self._desk.save(tx, dossier)
            return deliveries.get(tx, changed.id) or changed

        return self._desk.store.write(write)
