"""Faults that were found in what happens to a delivery once it is planned, each as the case that showed it.

Those that the steps of the scenario table can tell are rows there.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from printhub.core.channels.mis.messages import JobTicket
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.errors import Rejected, Unavailable
from printhub.core.model.reports import Found, Report
from printhub.core.model.reports import Progress as Reported
from printhub.core.model.signals import Progress, Settled
from printhub.core.model.statuses import JobStatus
from printhub.core.model.verbs import Verb
from printhub.core.store.schema import delivery as delivery_rows
from printhub.core.store.schema import event as event_rows
from printhub.core.store.schema import payload
from printhub.core.store.store import Tx
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.script import Script
from tests.invariants.shop import KEYED, LOOKUP, SOURCE, job, memory_hub, mis, order, settings

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def newest(hub: MemoryHub, verb: Verb = Verb.NOTIFY) -> Delivery:
    return [one for one in hub.deliveries("J1") if one.verb == verb][-1]


def tickets(script: Script, verb: str = "notify") -> list[JobTicket]:
    return [call.message for call in script.asked(verb) if isinstance(call.message, JobTicket)]


def written(hub: MemoryHub, number: str = "J1") -> list[str]:
    return [str(entry.status) for entry in hub.history(number)]


# --- what partners say ------------------------------------------------------------------------------------------------


def test_progress_that_lookups_read_again_and_again_is_written_once() -> None:
    script = Script()
    script.answer("notify", Report.accepted("M-1"))
    with memory_hub(script, effects=LOOKUP) as hub:
        begun = Reported(status=JobStatus.IN_PRODUCTION, at=hub.clock())
        script.default("lookup", Found(Report.accepted("M-1", progress=(begun,))))
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.advance(SECOND)
        hub.signals("mis", [Progress(reference="M-1", progress=(Reported(status=JobStatus.PRINTED),), at=hub.clock())])

        for _ in range(3):
            hub.advance(timedelta(minutes=16))

        assert len(script.asked("lookup")) == 3
        assert written(hub) == ["Ordered", "MisNotified", "Printed", "InProduction"]
        assert hub.current("J1") is JobStatus.PRINTED


def test_a_late_refusal_of_what_has_been_composed_anew_since_does_not_touch_the_success() -> None:
    script = Script()
    script.answer("notify", Rejected("the page is too large"))
    with memory_hub(script, effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.advance(SECOND)
        hub.retrigger(newest(hub).id)
        hub.run()
        first, second = script.asked("notify")
        assert first.key != second.key

        hub.signals("mis", [Settled(key=first.key, refused="a late word on the first one")])
        hub.run()

        assert newest(hub).state is DeliveryState.DONE
        assert written(hub)[-1] == "MisNotified"


def test_the_mis_may_settle_a_delivery_that_was_reopened_and_is_held() -> None:
    script = Script()
    script.answer("notify", Report.action_required("confirm the paper", reference="M-1"))
    with memory_hub(script, effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.emit("printhub.job.blocked", {"job": "J1", "why": "look at it"})
        hub.retrigger(newest(hub).id)

        hub.signals("mis", [Settled(reference="M-1", report=Report.done("M-1"))])
        hub.advance(SECOND)
        hub.emit("printhub.job.released", {"job": "J1"})
        hub.run()

        assert newest(hub).state is DeliveryState.DONE
        assert len(script.asked("notify")) == 1


def test_what_was_reopened_after_the_mis_had_given_it_a_number_is_withdrawn_when_the_job_is_cancelled() -> None:
    script = Script()
    script.answer("notify", Report.action_required("confirm the paper", reference="M-1"))
    with memory_hub(script, verbs=("notify", "cancel"), effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.emit("printhub.job.blocked", {"job": "J1", "why": "look at it"})
        hub.advance(SECOND)
        hub.emit("printhub.job.changed", {"job": "J1", "quantity": 7})
        hub.run()
        assert newest(hub).state is DeliveryState.HELD

        hub.emit("printhub.order.cancelled", {"order": "O1"})
        hub.run()

        assert newest(hub).state is DeliveryState.CANCELLED
        assert [call.verb for call in script.calls] == ["notify", "cancel"]


def test_a_late_word_that_only_a_part_arrived_fails_what_was_done_and_keeps_the_part() -> None:
    with memory_hub(Script(), effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.advance(SECOND)

        late = Report.partial(frozenset({"cover"}), "the inside was refused")
        hub.signals("mis", [Settled(reference="REF-J1", report=late)])

        assert (newest(hub).state, newest(hub).parts) == (DeliveryState.FAILED, frozenset({"cover"}))
        assert written(hub) == ["Ordered", "MisNotified", "MisFailed", "MisPartiallyFailed"]


def test_a_number_that_two_jobs_share_leads_to_the_job_that_is_named_beside_it() -> None:
    script = Script()
    script.default("notify", Report.done("M-1"))
    with memory_hub(script, effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order(jobs=[job("J1"), job("J2")]))
        hub.run()
        hub.advance(SECOND)

        hub.signals("mis", [Progress(reference="M-1", job="J2", progress=(Reported(status=JobStatus.PRINTED),))])

        assert (hub.current("J1"), hub.current("J2")) == (JobStatus.MIS_NOTIFIED, JobStatus.PRINTED)


def test_what_was_accepted_together_is_settled_together_also_after_the_mis_wanted_something_first() -> None:
    script = Script()
    script.default("notify", Report.accepted("M-1", covers=frozenset({Verb.MANIFEST})))
    with memory_hub(script, effects=LOOKUP, verbs=("notify", "manifest")) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        hub.signals("mis", [Settled(reference="M-1", report=Report.action_required("confirm the paper"))])
        hub.advance(SECOND)

        hub.signals("mis", [Settled(reference="M-1", report=Report.done("M-1"))])
        hub.advance(timedelta(hours=30))

        assert {str(one.verb): one.state for one in hub.deliveries("J1")} == dict.fromkeys(
            ["notify", "manifest"], DeliveryState.DONE
        )
        wanted = ["Ordered", "MisNotified", "MisAdditionalActionRequired", "MisNotified", "MisManifested"]
        assert written(hub) == wanted
        assert len(script.calls) == 1


def test_what_partners_and_storefronts_write_beside_a_status_is_masked() -> None:
    with memory_hub(Script(), effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        careless = Reported(status=JobStatus.PRINTED, detail="kim@customer.example Bearer abc.def.ghi")
        hub.signals("mis", [Progress(reference="REF-J1", progress=(careless,))])
        hub.signals("mis", [Settled(reference="REF-J1", refused="call kim@customer.example, +49 30 1234567")])

        hub.emit("printhub.job.blocked", {"job": "J1", "why": "ask kim@customer.example"})

        assert written(hub)[-3:] == ["Printed", "MisFailed", "Blocked"]
        details = [entry.detail for entry in hub.history("J1")[-3:]]
        assert all("[masked]" in detail for detail in details)
        kept = " ".join([*details, newest(hub).reason])
        assert not [said for said in ("kim@", "abc.def", "1234567") if said in kept]


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_files_that_were_replaced_while_nothing_had_an_effect_are_not_sent() -> None:
    script = Script()
    script.answer("notify", Unavailable("down"))
    written_down = settings()
    written_down["storefronts"]["shop"]["files_stay_put"] = True
    with MemoryHub(written_down, [mis(script, effects=KEYED)]) as hub:
        first = job(product_type="Variable", artwork=[_file("old-art.pdf")], output=[_file("old.pdf")])
        hub.emit("printhub.order.placed", order(jobs=[first]))
        hub.run()
        hub.advance(SECOND)
        hub.emit("printhub.job.artwork_uploaded", {"job": "J1", "artwork": _file("new-art.pdf")})
        hub.advance(SECOND)
        hub.emit("printhub.job.output_created", {"job": "J1", "output": [_file("new.pdf")]})

        hub.advance(5 * MINUTE)

        sent = [[one.name for one in ticket.files] for ticket in tickets(script)]
        assert sent == [["old.pdf"], ["new.pdf"]]
        assert len({call.key for call in script.asked("notify")}) == 2


def _file(name: str) -> dict[str, Any]:
    return {"name": name, "url": f"{SOURCE}/files/{name}"}


def test_details_of_an_order_that_are_older_than_its_placing_overwrite_nothing() -> None:
    script = Script()
    with memory_hub(script, effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order(po_number="NEW"))

        hub.emit("printhub.order.changed", {"order": "O1", "po_number": "OLD"}, time=hub.clock() - HOUR)
        hub.run()

        assert [ticket.order.po_number for ticket in tickets(script) if ticket.order] == ["NEW"]


def test_two_sources_may_give_their_events_the_same_id() -> None:
    script = Script()
    written_down = settings()
    written_down["storefronts"]["shop"]["sources"] = [SOURCE, "https://second.example"]
    with MemoryHub(written_down, [mis(script, verbs=("notify", "update"), effects=KEYED)]) as hub:
        hub.emit("printhub.order.placed", order())
        hub.run()
        for quantity, source in ((7, SOURCE), (8, "https://second.example")):
            hub.advance(SECOND)

            hub.emit("printhub.job.changed", {"job": "J1", "quantity": quantity}, id="1", source=source)
            hub.run()

        assert [ticket.job.quantity for ticket in tickets(script, "update")] == [7, 8]


# --- what stays behind ------------------------------------------------------------------------------------------------


def test_an_operator_releases_a_block_whose_time_lies_ahead() -> None:
    with memory_hub(Script(), effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order(payment_status="Pending"))
        hub.emit("printhub.job.blocked", {"job": "J1", "why": "look at it"}, time=hub.clock() + 2 * MINUTE)

        hub.hub.acts.jobs.release("J1", by="operator:kim", why="looked at")
        hub.run()

        assert [str(one) for one in newest(hub).obstacles] == ["unpaid"]
        hub.advance(HOUR)
        assert [str(one) for one in newest(hub).obstacles] == ["unpaid"]


def test_a_ticket_that_was_composed_anew_leaves_no_old_one_behind() -> None:
    script = Script()
    script.answer("notify", Unavailable("down"))
    with memory_hub(script, effects=KEYED) as hub:
        hub.emit("printhub.order.placed", order(customer={"name": "Kim Customer"}))
        hub.run()
        hub.advance(SECOND)
        hub.emit("printhub.job.changed", {"job": "J1", "quantity": 7})

        hub.advance(MINUTE)

        assert [ticket.job.quantity for ticket in tickets(script)] == [100, 7]
        assert hub.hub.store.read(_payloads_of_nobody) == 0


def _payloads_of_nobody(tx: Tx) -> int:
    events = select(event_rows.c.payload_id).where(event_rows.c.payload_id.is_not(None))
    messages = select(delivery_rows.c.message_id).where(delivery_rows.c.message_id.is_not(None))
    orphans = select(payload.c.id).where(payload.c.id.not_in(events), payload.c.id.not_in(messages))
    return len(tx.execute(orphans).all())
