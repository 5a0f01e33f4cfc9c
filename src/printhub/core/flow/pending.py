"""What the events of one transaction brought and is not written yet: it is written together, in few statements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from printhub.core.flow import callback, commit, opening
from printhub.core.flow.case import Case, Statement
from printhub.core.flow.rules import Rules
from printhub.core.store import events
from printhub.core.store.events import EventRecord
from printhub.core.store.store import Tx


@dataclass(frozen=True, slots=True)
class Body:
    """What an event said, to be kept in a row that can be erased."""

    id: UUID
    body: bytes
    fingerprint: str
    at: datetime


class Pending:
    """Events that were applied to what is in memory; nothing of them is in the store before `write`."""

    def __init__(self, tx: Tx, rules: Rules) -> None:
        """Write into `tx` when it is asked for."""
        self._tx = tx
        self._rules = rules
        self._cases: list[tuple[Case, Statement]] = []
        self._records: list[EventRecord] = []
        self._bodies: list[Body] = []
        self.names: set[str] = set()
        """The orders and jobs that were changed and are not written yet, as `opening.about` names them."""
        self._brought: set[str] = set()

    def meets(self, names: Collection[str]) -> bool:
        """Whether any of these orders and jobs was changed and is not written yet."""
        return not self.names.isdisjoint(names)

    def add_case(self, case: Case, statement: Statement) -> None:
        """Take in what an event changed."""
        self._cases.append((case, statement))
        self._brought |= opening.brought(case, statement.storefront)
        self.names |= {commit.waits_for_job(statement.storefront, d.job.number) for d in case.dossiers}
        if case.order is not None:
            self.names.add(commit.waits_for_order(statement.storefront, case.order.number))

    def add_event(self, record: EventRecord, body: Body) -> None:
        """Take in the event itself."""
        self._records.append(record)
        self._bodies.append(body)

    def write(self) -> list[EventRecord]:
        """Write all of it; returns the events that had waited for what it brought, to be applied now."""
        tx, cases, brought = self._tx, self._cases, self._brought
        if self._records:
            events.keep_all(tx, [(one.id, one.body, one.fingerprint, one.at) for one in self._bodies])
            events.record_all(tx, self._records)
        self._cases, self._records, self._bodies, self.names, self._brought = [], [], [], set(), set()
        if not cases:
            return []
        commit.save_orders(tx, self._rules, cases)
        traced = [(dossier, statement.traceparent) for case, statement in cases for dossier in case.dossiers]
        callback.attribute(tx, self._rules, commit.save_all(tx, self._rules, traced))
        return events.waiting_for(tx, sorted(brought))
