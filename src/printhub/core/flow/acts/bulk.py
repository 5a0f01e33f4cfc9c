"""Acts on many deliveries: retrigger all that match a filter, see how far that is, stop it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import partial

from pydantic import JsonValue

from printhub.core.flow import retrigger, stops
from printhub.core.flow.acts.desk import Desk, by_beginning
from printhub.core.flow.bulk import LARGEST, mark
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.errors import ActRefused
from printhub.core.store import bulk, dossiers, instances, matching
from printhub.core.store.bulk import BulkAct, BulkItem, BulkState, ItemState
from printhub.core.store.matching import Wanted
from printhub.core.store.store import Tx

_FIRST = 5
"""How many of the eligible deliveries a preview names."""
_OTHERS = [s for s in DeliveryState if s not in retrigger.REOPENABLE and not s.is_end]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bulk retrigger would do now: how many go, the first of them, and why how many others do not.

    Where nothing matches, `missing` says what that the filter names is not there at all.
    """

    eligible: int
    first: tuple[Delivery, ...]
    others: Mapping[str, int]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bulk act is; `waits` says what its batch waits for, besides partners' answers."""

    act: BulkAct
    counts: Mapping[ItemState, int]
    waits: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """How many deliveries are on the list."""
        return sum(self.counts.values())

    @property
    def all_counts(self) -> dict[ItemState, int]:
        """How many came to what, those that nothing came to included."""
        return {state: self.counts.get(state, 0) for state in ItemState}

    @property
    def ended(self) -> int:
        """Of how many it is known what became of them."""
        return self.total - self.counts.get(ItemState.WAITING, 0) - self.counts.get(ItemState.GOING, 0)


class BulkActs:
    """All raise NotFound for a bulk act that is not there, and ActRefused for what cannot be."""

    def __init__(self, desk: Desk) -> None:
        """Act through `desk`."""
        self._desk = desk

    def preview(self, wanted: Wanted) -> Preview:
        """Count what `retrigger` would take, and the rest by why it would not; changes nothing.

        Where the filter names no state, what matches otherwise and has not ended is counted with the rest.
        """

        def read(tx: Tx) -> Preview:
            eligible, first, others = 0, list[Delivery](), Counter[str]()
            for delivery, why_not in self._matching(tx, wanted):
                if why_not:
                    others[why_not] += 1
                    continue
                eligible += 1
                first += [delivery] if eligible <= _FIRST else []
            if wanted.state is None:
                elsewhere = [s for s in retrigger.REOPENABLE if s is not DeliveryState.FAILED]
                for state, count in matching.counted(tx, wanted, [*_OTHERS, *elsewhere]).items():
                    named = f"{state}: name it with --filter state={state}"
                    others[named if state in elsewhere else retrigger.why_not(state)] += count
            missing = () if eligible or others.total() else tuple(_missing(tx, wanted))
            return Preview(eligible, tuple(first), others, missing)

        return self._desk.store.read(read)

    def retrigger(
        self, wanted: Wanted, *, by: str, why: str, listed: Callable[[int, int], None] = lambda _done, _all: None
    ) -> BulkAct:
        """Freeze the list of what matches now, for the serving hub to retrigger in growing batches.

        `listed` is told how many of how many are on the list already. Raises ActRefused when nothing matches, and when
        the act is stopped before its list is whole.
        """
        act = BulkAct(self._desk.rules.new_id(), self._desk.rules.now(), by, "retrigger", why, _written(wanted))
        items = self._desk.store.read(lambda tx: self._frozen(tx, act, wanted))
        if not items:
            raise ActRefused("nothing that matches can be retriggered; --dry-run says why")

        def begin(tx: Tx) -> None:
            facts: dict[str, JsonValue] = {"about": _described(wanted), "count": len(items)}
            self._desk.record(tx, "bulk-retrigger", str(act.id), by=by, why=why, facts=facts)
            bulk.begin(tx, act)

        def add(tx: Tx, piece: list[BulkItem]) -> None:
            _require_listing(tx, act)
            bulk.add(tx, piece)

        def run(tx: Tx) -> None:
            _require_listing(tx, act)
            bulk.save(tx, running)

        running = replace(act, state=BulkState.RUNNING)
        self._desk.store.write(begin)
        for start in range(0, len(items), LARGEST):
            self._desk.store.write(partial(add, piece=items[start : start + LARGEST]))
            listed(min(start + LARGEST, len(items)), len(items))
        self._desk.store.write(run)
        return running

    def stop(self, reference: str, *, by: str, why: str) -> Progress:
        """Begin no further batch; what went already comes to its end."""

        def work(tx: Tx) -> Progress:
            act = _locked(tx, find_bulk(tx, reference))
            if act.state not in (BulkState.LISTING, BulkState.RUNNING):
                raise ActRefused(f"bulk act {act.id} is {act.state}{f': {act.reason}' if act.reason else ''}")
            self._desk.record(tx, "bulk-stop", str(act.id), by=by, why=why)
            going = bulk.counts(tx, act.id).get(ItemState.GOING, 0)
            reason = f"stopped by {by}: {why}"
            now = None if going else self._desk.rules.now()
            state = BulkState.STOPPING if going else BulkState.STOPPED
            bulk.save(tx, replace(act, state=state, reason=reason, ended_at=now))
            return self._progress(tx, find_bulk(tx, reference))

        return self._desk.store.write(work)

    def progress(self, reference: str) -> Progress:
        """How far a bulk act is."""
        return self._desk.store.read(lambda tx: self._progress(tx, find_bulk(tx, reference)))

    def _progress(self, tx: Tx, act: BulkAct) -> Progress:
        waits: list[str] = []
        if act.state in bulk.UNDER_WAY:
            now = self._desk.rules.now()
            for name in bulk.instances_of_going(tx, act.id):
                waits += [f"{name}: {stop.detail}" for stop in stops.standing(instances.stops(tx, name), now)]
                if name not in self._desk.rules.instances:
                    waits.append(f"{name}: no adapter works for it now; `printhub instances list` says why")
        return Progress(act, bulk.counts(tx, act.id), tuple(waits))

    def _frozen(self, tx: Tx, act: BulkAct, wanted: Wanted) -> list[BulkItem]:
        again = bulk.failed_again(tx)
        items = [
            BulkItem(act.id, 0, delivery.id, delivery.state, delivery.attempts, mark(delivery))
            for delivery, why_not in self._matching(tx, wanted)
            if not why_not
        ]
        items.sort(key=lambda item: item.delivery_id in again)  # else the same one stops every act in its first batch
        return [replace(item, place=place) for place, item in enumerate(items)]

    def _matching(self, tx: Tx, wanted: Wanted) -> Iterator[tuple[Delivery, str]]:
        """What matches, each with why it cannot go, or with an empty text."""
        for found in matching.matching(tx, wanted, wanted.state or DeliveryState.FAILED):
            cancelled, replaced = found.cancelled, found.replaced
            yield (
                found.delivery,
                retrigger.why_not_in_bulk(found.delivery, self._desk.rules, cancelled=cancelled, replaced=replaced),
            )


def _missing(tx: Tx, wanted: Wanted) -> Iterator[str]:
    if wanted.order is not None and not dossiers.find_orders(tx, wanted.order):
        yield f"there is no order {wanted.order}"
    if wanted.fingerprint is not None and not matching.any_failed_of(tx, wanted.fingerprint):
        known = "`printhub failures` lists those that there are"
        yield f"nothing has failed with the fingerprint {wanted.fingerprint}; {known}"


def _require_listing(tx: Tx, act: BulkAct) -> None:
    found = bulk.get(tx, act.id, lock=True)
    if found is None or found.state is not BulkState.LISTING:
        why = f": {found.reason}" if found else ""
        raise ActRefused(f"bulk act {act.id} ended before its list was whole, and nothing was retriggered{why}")


def _locked(tx: Tx, act: BulkAct) -> BulkAct:
    """As it stands when nobody else changes it any more."""
    return bulk.get(tx, act.id, lock=True) or act


def find_bulk(tx: Tx, reference: str) -> BulkAct:
    """A bulk act by its id or the beginning of it; raises NotFound."""
    return by_beginning(tx, reference, bulk.starting_with, ("bulk act", "bulk acts"), "printhub bulk list")


def _written(wanted: Wanted) -> dict[str, JsonValue]:
    given = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    said = {"state": DeliveryState.FAILED} | {name: value for name, value in given.items() if value is not None}
    return {
        name: f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, datetime) else str(value)
        for name, value in said.items()
    }


def _described(wanted: Wanted) -> str:
    return " ".join(f"{name}={value}" for name, value in _written(wanted).items())
