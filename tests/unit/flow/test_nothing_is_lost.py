"""Random programs of answers, events, acts, time and kills: at no moment is any work without somebody to move it."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from printhub.core.channels.mis.messages import JobTicket
from printhub.core.model.call import Call
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.errors import (
    ActRefused,
    Misconfigured,
    OutcomeUnknown,
    Rejected,
    Scope,
    Unavailable,
)
from printhub.core.model.reports import Absent, CannotTell, Finding, Found, Report
from printhub.core.model.signals import LookAgain, Settled
from printhub.core.model.verbs import Effect, Verb
from printhub.core.store import acts, instances
from printhub.core.store.instances import Stop
from printhub.core.store.matching import Wanted
from printhub.core.store.schema import timer
from printhub.core.store.store import Tx
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import job, mis, order, settings
from tests.services.stores import examples

S = DeliveryState
NUMBERS = ("J1", "J2")
EFFECTS = [Effect.BLIND, Effect.KEYED, Effect.LOOKUP, Effect.KEYED | Effect.LOOKUP]
VERBS = ("notify", "manifest", "assets", "cancel", "update", "lookup", "check")

FATES = st.sampled_from(
    "done accepted action partial skipped rejected unavailable lost answer-lost crash crash-sent nonsense "
    "misconfigured storefront delivery covers dies".split()
)
EVENTS: list[tuple[str, dict[str, Any]]] = [
    ("order.payment_changed", {"payment_status": "Paid"}),
    ("order.payment_changed", {"payment_status": "Voided"}),
    ("order.cancelled", {}),
    ("order.changed", {"po_number": "PO-1"}),
    ("job.changed", {"quantity": 5}),
    ("job.blocked", {}),
    ("job.released", {}),
    ("job.awaiting", {"matter": "proof"}),
    ("job.awaited", {"matter": "proof"}),
    ("job.cancelled", {}),
]
STEPS = st.one_of(
    st.tuples(st.just("event"), st.sampled_from(EVENTS), st.sampled_from(NUMBERS)),
    st.tuples(
        st.sampled_from(["retrigger", "settle done", "settle not done", "send again", "cancel", "skip"]),
        st.integers(0, 9),
    ),
    st.tuples(st.sampled_from(["undo", "bulk"]), st.none()),
    st.tuples(st.sampled_from(["callback done", "callback refused", "callback look again"]), st.sampled_from(NUMBERS)),
    st.tuples(st.just("advance"), st.sampled_from(["1s", "31s", "10m", "3h", "30h"])),
    st.tuples(st.just("kill")),
    st.tuples(st.just("reprint"), st.sampled_from(NUMBERS)),
)
TIMES = {
    "1s": timedelta(seconds=1),
    "31s": timedelta(seconds=31),
    "10m": timedelta(minutes=10),
    "3h": timedelta(hours=3),
    "30h": timedelta(hours=30),
}


class Died(BaseException):
    """The process was killed in the call."""


BEFORE: dict[str, Exception] = {
    "rejected": Rejected("no"),
    "unavailable": Unavailable("down"),
    "misconfigured": Misconfigured("the key is refused"),
    "storefront": Misconfigured("the key is refused", Scope.STOREFRONT),
    "delivery": Misconfigured("no printer takes it", Scope.DELIVERY),
    "crash": RuntimeError("a fault"),
}
"""How a call ends that had no effect."""
AFTER: dict[str, BaseException] = {
    "answer-lost": OutcomeUnknown("the connection broke"),
    "crash-sent": RuntimeError("a fault"),
    "dies": Died(),
}
"""How a call ends that had its effect and cannot say so."""
ANSWERS = {
    "accepted": Report.accepted(),
    "action": Report.action_required("confirm the paper"),
    "partial": Report.partial(frozenset({"p1"}), "the rest was refused"),
    "skipped": Report.skipped("nothing to do"),
    "covers": Report.done(covers=frozenset({Verb.MANIFEST})),
}


class World:
    """A hub, a MIS that behaves as it was dealt, and what that MIS did."""

    def __init__(self, effect: Effect, fates: list[str], findings: list[str]) -> None:
        self._effect = effect
        self._fates = list(fates)
        self._findings = list(findings)
        self.effects: Counter[str] = Counter()
        script = Script()
        for verb in VERBS[:5]:
            script.default(verb, self._call)
        script.default("lookup", self._lookup)
        self.hub = MemoryHub(
            settings(slots=2, breaker_after=3),
            [mis(script, verbs=VERBS, effects=dict.fromkeys(Verb, effect))],
        )

    def _call(self, ticket: JobTicket, call: Call) -> Report:
        fate = self._fates.pop(0) if self._fates else "done"
        if fate in BEFORE:
            raise BEFORE[fate]
        call.sending()
        if fate == "lost":
            raise OutcomeUnknown("the connection broke")
        if not (Effect.KEYED in self._effect and self.effects[call.key]):
            self.effects[call.key] += 1
        if fate in AFTER:
            raise AFTER[fate]
        if fate == "nonsense":
            return "done"  # type: ignore[return-value] # that is the nonsense
        return ANSWERS.get(fate, Report.done()).model_copy(update={"reference": f"R-{ticket.job.id}-{call.verb}"})

    def _lookup(self, ticket: JobTicket, call: Call) -> Finding:
        match self._findings.pop(0) if self._findings else "honest":
            case "cannot tell":
                return CannotTell()
            case "fails":
                raise Unavailable("down")
            case _:
                return Found(Report.done(f"R-{ticket.job.id}")) if self.effects[call.key] else Absent()

    def all(self) -> list[Delivery]:
        return [one for number in NUMBERS for one in self.hub.deliveries(number)]

    def play(self, step: tuple[Any, ...]) -> None:
        hub = self.hub
        match step:
            case ("event", (type_, data), number):
                subject = {"order": "O1"} if type_.startswith("order.") else {"job": number}
                hub.clock.advance(timedelta(milliseconds=1))
                hub.emit(f"printhub.{type_}", subject | data)
            case ("advance", by):
                hub.clock.advance(TIMES[by])
            case ("kill",):
                hub.restart()
            case ("callback done", number):
                hub.signals("mis", [Settled(job=number, report=Report.done(f"R-{number}"), dedupe=str(hub.clock()))])
            case ("callback refused", number):
                hub.signals("mis", [Settled(job=number, refused="no", dedupe=str(hub.clock()))])
            case ("callback look again", number):
                hub.signals("mis", [LookAgain(job=number, dedupe=str(hub.clock()))])
            case _:
                self._act(*step)
        self.run()

    def _act(self, act: str, place: Any) -> None:  # noqa: ANN401 - a number, or a job's
        found = self.all()
        chosen = found[place % len(found)].id if isinstance(place, int) and found else None
        try:
            if act == "reprint":
                self.hub.reprint(place)
            elif act == "undo":
                self._undo()
            elif act == "bulk":
                self.hub.hub.acts.bulk.retrigger(Wanted(), by="operator:test", why="a test")
            elif chosen:
                self._act_on(act, chosen)
        except ActRefused:
            pass  # an act that cannot be done changes nothing

    def _act_on(self, act: str, chosen: UUID) -> None:
        match act:
            case "retrigger":
                self.hub.retrigger(chosen)
            case "settle done":
                self.hub.settle(chosen, done="R")
            case "settle not done":
                self.hub.settle(chosen)
            case "send again":
                self.hub.send_again(chosen)
            case "cancel":
                self.hub.cancel_delivery(chosen)
            case "skip":
                self.hub.skip(chosen)
            case _:
                raise ValueError(act)

    def _undo(self) -> None:
        """Take the newest act back that is none itself."""
        done = self.hub.hub.store.read(lambda tx: acts.listed(tx, 100))
        newest = [one for one in done if one.act != "undo"][:1]
        for act in newest:
            self.hub.hub.acts.undo.undo(str(act.id), by="operator:test", why="a test")

    def run(self) -> None:
        while True:
            try:
                self.hub.run()
            except Died:
                self.hub.restart()
            else:
                return

    def check(self) -> None:
        """What holds at every moment at which nothing can happen by itself."""
        timers = self.hub.hub.store.read(lambda tx: {(row.kind, row.subject) for row in tx.execute(timer.select())})
        occupied: Counter[str] = Counter()
        for one in self.all():
            occupied[one.lane] += one.state.occupies_lane
            self._can_move(one, timers)
        assert max(occupied.values(), default=0) <= 1

    def _can_move(self, one: Delivery, timers: set[tuple[str, str]]) -> None:
        where = f"{one.verb} of {one.subject}, run {one.run}: {one.state} ({one.reason})"
        assert one.worker is None, f"nobody is at work, and yet it is in somebody's hands: {where}"
        match one.state:
            case S.HELD:
                assert one.obstacles, where
                assert one.reason, where
            case S.READY:
                assert self._waits_in_turn(one), f"nothing holds it and it does not go: {where}"
            case S.RETRYING:
                assert ("retry", str(one.id)) in timers, where
                assert one.next_at is not None, where
            case S.UNKNOWN:
                asked = ("ask", str(one.id)) in timers or (one.asking and self._stopped())
                assert asked or "a person has to settle it" in one.reason, where
                assert one.reason, where
            case S.ACCEPTED:
                looked_at = ("ask", str(one.id)) in timers or one.asking
                assert looked_at or Effect.LOOKUP not in self._effect, where
            case S.WAITING_ACTION:
                assert one.reason, where
            case _:
                assert one.state.is_end, where
                assert not one.asking, where

    def _waits_in_turn(self, one: Delivery) -> bool:
        lane = [other for other in self.all() if other.lane == one.lane and other.id != one.id]
        return self._stopped() or any(
            other.state.occupies_lane or (other.state is S.READY and other.seq < one.seq) for other in lane
        )

    def _stopped(self) -> bool:
        return bool(self.hub.hub.store.read(_stops))


def _stops(tx: Tx) -> list[Stop]:
    return [stop for stop in instances.stops(tx) if stop.stands]


@given(
    effect=st.sampled_from(EFFECTS),
    fates=st.lists(FATES, max_size=10),
    findings=st.lists(st.sampled_from(["honest", "cannot tell", "fails"]), max_size=4),
    steps=st.lists(STEPS, max_size=10),
    paid=st.booleans(),
)
@hypothesis_settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_work_is_ever_without_somebody_or_something_to_move_it(
    effect: Effect, fates: list[str], findings: list[str], steps: list[tuple[Any, ...]], paid: bool
) -> None:
    world = World(effect, fates, findings)
    try:
        jobs = [job("J1"), job("J2")]
        world.hub.emit("printhub.order.placed", order(jobs=jobs, payment_status="Paid" if paid else "Pending"))
        world.run()
        world.check()
        for step in steps:
            before = {one.id: (one.composition, one.key, one.state) for one in world.all()}
            world.play(step)
            world.check()
            for one in world.all():
                if one.id in before and before[one.id][0] == one.composition:
                    assert before[one.id][1] == one.key
        if Effect.KEYED in effect:
            assert max(world.effects.values(), default=0) <= 1
        assert len({one.id for one in world.all()}) == len(world.all())
    finally:
        world.hub.close()
