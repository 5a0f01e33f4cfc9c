"""Station: finds what nobody looks after any more - unheard announcements, work of dead workers, holds that fell."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from printhub.core.flow import callback, commit, holds, messages, outcome, planning
from printhub.core.flow.decision import Verdict, judge
from printhub.core.flow.lease import LEASE
from printhub.core.flow.rules import Rules
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.errors import OutcomeUnknown
from printhub.core.model.failpoints import Failpoint
from printhub.core.store import allowances, dossiers, workers
from printhub.core.store import deliveries as rows
from printhub.core.store.store import Store, Tx
from printhub.core.store.workers import Dead

UNHEARD = timedelta(seconds=5)
"""After this, what was announced and not claimed is announced again."""
HELD_BATCH = 20
"""How many jobs with held deliveries are looked at again in each turn; whatever lets one go does so by itself."""


class Sweeper:
    """Looks over the whole store, a piece at a time."""

    def __init__(self, store: Store, rules: Rules, worker: UUID) -> None:
        """Sweep for the worker process `worker`."""
        self._store = store
        self._rules = rules
        self._worker = worker
        self._after: UUID | None = None

    def step(self) -> None:
        """One turn: take up what the dead left, announce again, and re-check some of what is held."""
        now = self._rules.now()
        self._store.write(lambda tx: self._bury(tx, now - LEASE))
        self._rules.reached(Failpoint.SWEEP_COMMITTED)
        self._store.write(lambda tx: rows.forget_announcements(tx, now - UNHEARD, HELD_BATCH))
        self._after = self._store.write(lambda tx: self._recheck(tx, self._after))

    def void_others(self) -> int:
        """Take up everything that another process held: only for a store that is ours alone."""
        left = self._store.write(self._take_up_all)
        self._rules.reached(Failpoint.RECOVER_COMMITTED)
        return left

    def _take_up_all(self, tx: Tx) -> int:
        left = self._take_up(tx, workers.other_than(self._worker))
        self._rules.reached(Failpoint.RECOVER_BEFORE_COMMIT)
        return left

    def _bury(self, tx: Tx, moment: datetime) -> None:
        self._take_up(tx, workers.out_since(moment, besides=self._worker))
        workers.forget_out_since(tx, moment, besides=self._worker)
        self._rules.reached(Failpoint.SWEEP_BEFORE_COMMIT)

    def _take_up(self, tx: Tx, dead: Dead) -> int:
        left = rows.running(tx, dead)
        held = messages.loaded(tx, left)
        for delivery in left:
            dossier = held.get(delivery.job_id) if delivery.job_id else None
            if dossier is not None:
                known = dossier.deliveries[delivery.id]
                if (known.worker, known.fence) != (delivery.worker, delivery.fence):
                    continue  # its call ended just now
                delivery = known  # noqa: PLW2901 - as it is under the lock
            verdict = _orphaned(delivery, self._rules)
            if dossier is None:
                rows.save(tx, verdict.delivery)
            else:
                outcome.settle(dossier, verdict, self._rules)
        arrived = commit.save(tx, self._rules, held.values())
        # While a plugin is set aside nobody can read what its partner said; it waits on.
        ended = [commit.waits_for_end(d.id) for d in left if d.instance in self._rules.instances]
        callback.attribute(tx, self._rules, [*arrived, *ended])
        return len(left)

    def _recheck(self, tx: Tx, after: UUID | None) -> UUID | None:
        allowances.forget(tx, self._rules.now())
        jobs = rows.held_jobs(tx, after, HELD_BATCH)
        held = dossiers.load(tx, jobs)
        for dossier in held.values():
            holds.recheck(dossier, self._rules)
        commit.save(tx, self._rules, held.values())
        return jobs[-1] if len(jobs) == HELD_BATCH else None


def _orphaned(delivery: Delivery, rules: Rules) -> Verdict:
    instance = rules.instances.get(delivery.instance)
    if delivery.state is not DeliveryState.RUNNING:
        # A lookup changes nothing at the partner: it is simply made again.
        return Verdict(replace(delivery, worker=None, announced_at=None))
    error = OutcomeUnknown("the worker died in the call; it may or may not have had its effect")
    if instance is None:
        ask_at = rules.now() + planning.PLAN_AGAIN
        unknown = replace(delivery, state=DeliveryState.UNKNOWN, worker=None, harmless=False, reason=error.detail)
        return Verdict(replace(unknown, next_at=ask_at), detail=error.detail, ask_at=ask_at)
    return judge(delivery, error, instance.settings, rules.effect(delivery), rules.now())
