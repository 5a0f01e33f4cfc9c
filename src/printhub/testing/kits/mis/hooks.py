"""The hooks of the MIS kit: what an author writes, and what the kit's tests are made of."""

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from printhub.core.channels.mis.adapter import MisAdapter
from printhub.core.channels.mis.messages import JobTicket
from printhub.core.model.call import Call, Earlier
from printhub.core.model.errors import Unavailable
from printhub.core.model.reports import Finding, Outcome, Report
from printhub.core.model.verbs import Effect, Verb
from printhub.testing.call import a_call
from printhub.testing.factories import a_ticket
from printhub.testing.kits.kit import Kit, expect
from printhub.testing.kits.trouble import Trouble

Ending: TypeAlias = Report | Finding | Exception
"""How a call of an adapter ended: what it returned, or what it raised."""

TAKEN = frozenset({Outcome.DONE, Outcome.ACCEPTED})
FOLLOWING = (Verb.MANIFEST, Verb.ASSETS, Verb.UPDATE, Verb.CANCEL)
"""The verbs that come after notify, in an order that a MIS accepts."""


class MisHooks(Kit):
    """Write `adapter`. The other hooks are optional: a test that needs a missing one skips and says so."""

    deadline = timedelta(seconds=10)
    """How long a call may take at a partner that answers."""
    short_deadline = timedelta(milliseconds=300)
    """How long a call may take at a partner that does not answer in time."""
    patience = timedelta(seconds=5)
    """How long after its deadline a call may still take to return."""

    def adapter(self) -> MisAdapter[Any]:
        """Make a new adapter, configured for your partner or its simulator. Called several times in a test."""
        raise NotImplementedError(f"{type(self).__name__}.adapter() is to return a configured adapter")

    def ticket(self, job: str) -> JobTicket:
        """Make a ticket that your partner takes, with files of at least one part unless it never gets any."""
        return a_ticket(job)

    def break_partner(self, trouble: Trouble, verb: str) -> None:  # noqa: ARG002 - the default of a hook
        """Let the next call of `verb` (or of lookup, check) meet `trouble`.

        Call `self.cannot(why)` for what your partner never does.
        """
        self.cannot(f"break_partner() is not written, so nobody knows how the adapter meets {trouble}")

    def effects_at_partner(self, job: str, verb: Verb) -> int:  # noqa: ARG002 - the default of a hook
        """Count how often `verb` had its effect for the job: for notify, how often the job would be printed."""
        self.cannot("effects_at_partner() is not written, so nobody knows what the calls did")

    def requests_at_partner(self, job: str, verb: Verb) -> int:  # noqa: ARG002 - the default of a hook
        """Count the requests of `verb` for the job that reached your partner, whatever became of them."""
        self.cannot("requests_at_partner() is not written, so nobody knows what the partner saw")

    # --- what the tests are made of ---------------------------------------------------------------------------

    def verbs(self) -> list[Verb]:
        """The verbs that the adapter has as it is configured, notify first."""
        there = self.adapter().verbs()
        return [verb for verb in (Verb.NOTIFY, *FOLLOWING) if verb in there]

    def verbs_with(self, effect: Effect) -> list[Verb]:
        """The verbs whose effect has `effect`, as configured."""
        adapter = self.adapter()
        return [verb for verb in self.verbs() if effect in adapter.effect(verb)]

    def needs_effect(self, effect: Effect) -> None:
        """Skip unless notify has `effect`."""
        if Verb.NOTIFY not in self.verbs_with(effect):
            self.cannot(f"notify does not declare {effect.name}")

    def call(
        self,
        verb: Verb,
        key: str = "key-1",
        attempt: int = 1,
        *,
        earlier: Mapping[Verb, Earlier] | None = None,
        deadline_in: timedelta | None = None,
        sent: tuple[str, ...] = (),
    ) -> Call:
        """The second argument of a verb."""
        return a_call(verb, key, attempt, earlier=earlier, deadline_in=deadline_in or self.deadline, sent=sent)

    def attempt(self, ticket: JobTicket, call: Call, method: str | None = None) -> Ending:
        """Make one call on an adapter of its own, and return how it ended; `method` is the verb unless it is given."""
        adapter = self.adapter()
        try:
            ending: Ending = getattr(adapter, method or call.verb)(ticket, call)
        except Exception as error:  # noqa: BLE001 - a crash is an ending too, and the kit has to name it
            return error
        finally:
            adapter.close()
        return ending

    def attempt_in_time(self, ticket: JobTicket, verb: Verb) -> Ending:
        """Make a call at a partner that does not answer in time; fails if the call is not given up."""
        ending: Ending = Unavailable("no call was made")
        for factor in (1, 3, 9):
            call = self.call(verb, deadline_in=factor * self.short_deadline)
            ending = self._attempt_in_a_thread(ticket, call)
            # On a busy machine the deadline may pass before a byte has left; then the partner was not met at all.
            if call.wire.sent or not isinstance(ending, Unavailable):
                break
        return ending

    def check(self, call: Call) -> Ending:
        """Have the adapter check its partner."""
        adapter = self.adapter()
        try:
            ending: Ending = adapter.check(call)  # type: ignore[attr-defined] # the test asked `has_verb` before
        except Exception as error:  # noqa: BLE001 - a crash is an ending too, and the kit has to name it
            return error
        finally:
            adapter.close()
        return ending

    def look_up(self, ticket: JobTicket, verb: Verb, key: str, earlier: Mapping[Verb, Earlier] | None = None) -> Ending:
        """Ask whether the call of `verb` with `key` arrived."""
        return self.attempt(ticket, self.call(verb, key, earlier=earlier), "lookup")

    def notified(self, ticket: JobTicket, key: str = "key-1") -> dict[Verb, Earlier]:
        """Notify the partner, who takes it, and return what later calls know of it."""
        report = expect(self.attempt(ticket, self.call(Verb.NOTIFY, key)), Report, "The partner takes this ticket.")
        return {Verb.NOTIFY: Earlier(report.reference, report.memo, report.parts)}

    def reports(self) -> dict[Verb, Report]:
        """Call every verb that is not covered, one after the other on one job, and return their reports."""
        ticket = self.ticket("J-1")
        earlier: dict[Verb, Earlier] = {}
        reports: dict[Verb, Report] = {}
        for verb in self.verbs():
            if any(verb in report.covers for report in reports.values()):
                continue  # the hub does not make a call that another one settled
            ending = self.attempt(ticket, self.call(verb, f"key-{verb}", earlier=earlier))
            report = expect(ending, Report, f"{verb} of a job that the partner takes ends in a report.")
            reports[verb] = report
            earlier[verb] = Earlier(report.reference, report.memo, report.parts)
        return reports

    def _attempt_in_a_thread(self, ticket: JobTicket, call: Call) -> Ending:
        endings: list[Ending] = []
        thread = threading.Thread(target=lambda: endings.append(self.attempt(ticket, call)), daemon=True)
        thread.start()
        thread.join((call.remaining + self.patience).total_seconds())
        assert endings, f"the call was not given up within {self.patience} after its deadline"
        return endings[0]
