"""The daily look: `printhub overview`, `failures`, `notices`, and the events that want somebody."""

import json
from datetime import timedelta
from typing import Any

import pytest

from printhub import Misconfigured, OutcomeUnknown, Rejected, Report, Unavailable
from printhub.core.hub import Hub
from printhub.core.settings import load
from printhub.core.store.events import EventState
from printhub.core.store.schema import event as events
from printhub.testing import after_sending
from printhub.testing.script import Answer
from tests.unit.cli.shop import Shop

DAY = timedelta(days=1)


def waiting(shop: Shop) -> dict[str, int]:
    """The heaps that are not empty."""
    return {one["what"]: one["count"] for one in shop.json("overview")["waiting"] if one["count"]}


def emitted(shop: Shop, event: dict[str, Any]) -> None:
    shop.cli("emit", "-", stdin=json.dumps(event))


def test_a_shop_in_order_has_nothing_that_waits(shop: Shop) -> None:
    shop.order()
    shop.run()

    result = shop.cli("overview", "--check")

    assert result.exit_code == 0
    assert "A hub serves this store" in result.stdout
    assert "Nothing waits for anybody." in result.stdout


def test_a_store_that_nobody_serves_needs_a_person(shop: Shop) -> None:
    assert "nothing goes until `printhub serve` runs" in shop.cli("overview").stdout
    assert shop.cli("overview").exit_code == 0
    assert shop.cli("overview", "--check").exit_code == 1


def test_everything_that_wants_somebody_is_counted_with_the_command_that_lists_it(shop: Shop) -> None:
    answers: dict[str, Answer] = {
        "J1": Rejected("no such sheet"),
        "J2": Report.action_required("confirm the price"),
        "J3": Report.accepted("R"),
        "J4": after_sending(OutcomeUnknown("the line broke")),
    }
    for number, answer in answers.items():
        shop.script.answer("notify", answer, job=number)
    shop.order("O1", *answers)
    shop.order("O2", "J5", output=[{"name": "gone.pdf", "url": "file:///nowhere/gone.pdf"}])
    shop.emit("order.payment_changed", {"order": "O9", "payment_status": "Paid"})
    shop.run()
    shop.clock.advance(DAY)
    shop.run()
    emitted(shop, shop.event("order.placed", {}))
    emitted(shop, shop.event("order.gilded", {}))

    assert waiting(shop) == {
        "failed": 1,
        "waiting_action": 1,
        "overdue": 1,
        "unknown": 1,
        "early": 1,
        "refused": 1,
        "unknown_type": 1,
        "files_failed": 1,
    }
    assert shop.json("overview")["needs_person"]
    for heap in shop.json("overview")["waiting"]:
        if heap["count"]:
            assert shop.cli(*heap["command"].split()[1:]).exit_code == 0
            assert heap["command"] in shop.cli("overview").stdout


@pytest.mark.parametrize("mended", [False, True])
def test_a_misconfigured_instance_is_trouble_until_it_is_mended(shop: Shop, mended: bool) -> None:
    shop.script.default("notify", Misconfigured("the token is wrong"))
    shop.script.default("check", Misconfigured("the token is wrong"))
    shop.order()
    shop.run()
    if mended:
        shop.script.default("notify", Report.done("R"))
        shop.script.default("check", Report.done())
        shop.clock.advance(timedelta(hours=1))
        shop.run()

    [instance] = shop.json("overview")["instances"]

    assert instance["needs_person"] is not mended
    assert bool(instance["trouble"]) is not mended
    assert instance["ready"] == (0 if mended else 1)


def test_since_when_an_instance_is_misconfigured_does_not_move_when_it_is_tried_again(shop: Shop) -> None:
    shop.script.default("notify", Misconfigured("the token is wrong"))
    shop.script.default("check", Report.skipped("no check is configured"))
    shop.order()
    shop.run()
    [first] = shop.json("instances", "list")["instances"][0]["stops"]
    shop.clock.advance(timedelta(hours=1))
    shop.run()

    [stop] = shop.json("instances", "list")["instances"][0]["stops"]

    assert len(shop.script.asked("notify")) > 1
    assert stop["since"] == first["since"]
    assert stop["until"] > first["until"]
    assert shop.cli("instances", "list").stdout.count("misconfigured") == 1


def test_a_job_that_no_route_leads_anywhere_is_seen_until_one_does(shop: Shop) -> None:
    routed = shop.path.read_text()
    shop.path.write_text(routed.replace('instances = ["mis"]', 'instances = ["mis"]\nproduct_types = ["External"]'))
    shop.order()

    found = shop.json("overview")
    [heap] = [heap for heap in found["waiting"] if heap["what"] == "unplanned"]

    assert (heap["count"], found["needs_person"]) == (1, True)
    assert [job["number"] for job in shop.json(*heap["command"].split()[1:])["jobs"]] == ["J1"]

    shop.path.write_text(routed)
    shop.cli("plan", "J1", "--why", "the rule is there now")
    assert shop.json("jobs", "list", "--unplanned")["jobs"] == []


def test_what_is_tried_again_is_seen_at_its_instance(shop: Shop) -> None:
    shop.script.default("notify", Unavailable("no connection"))
    shop.order()
    shop.run()

    assert shop.json("overview")["instances"][0]["retrying"] == 1


def test_what_is_ready_for_long_at_an_instance_that_nothing_stops_is_trouble(shop: Shop) -> None:
    shop.order(product_type="Ordinary", output=[])
    shop.clock.advance(timedelta(minutes=20))

    [instance] = shop.json("overview")["instances"]

    assert (instance["ready"], instance["needs_person"]) == (1, True)
    assert instance["trouble"] == ["it does not keep up with what is ready"]


def test_work_for_an_instance_that_was_taken_out_of_the_configuration_is_shown(shop: Shop) -> None:
    shop.order(product_type="Ordinary", output=[])
    shop.path.write_text(
        shop.path.read_text().replace("instances.mis", "instances.other").replace('["mis"]', '["other"]')
    )

    found = {one["name"]: one for one in shop.json("overview")["instances"]}

    assert "not in the configuration any more" in found["mis"]["trouble"][0]


# --- failures ---------------------------------------------------------------------------------------------------------


def fail(shop: Shop, *jobs: str, why: str = "no such sheet for {}") -> None:
    for job in jobs:
        shop.script.answer("notify", Rejected(why.format(job)), job=job)
    shop.order(f"O-{jobs[0]}", *jobs)
    shop.run()


def test_failures_group_by_what_they_say(shop: Shop) -> None:
    fail(shop, "J1", "J2", "J3")
    fail(shop, "J4", why="the quantity of {} is too small")

    first, second = shop.json("failures", "list")["failures"]

    assert (first["count"], first["instance"], first["verb"], first["storefronts"]) == (3, "mis", "notify", ["shop"])
    assert first["first"] <= first["last"]
    filters = f"--filter instance=mis --filter verb=notify --filter fingerprint={first['fingerprint']}"
    assert first["next"] == f'printhub retrigger {filters} --dry-run --why "…"'
    assert (second["count"], second["job"]) == (1, "J4")
    assert second["next"] == f'printhub retrigger --delivery {second["delivery"]} --why "…"'


def test_the_deliveries_of_a_group_are_listed_by_its_fingerprint(shop: Shop) -> None:
    fail(shop, "J1", "J2", "J3")
    fail(shop, "J4", why="the quantity of {} is too small")
    group = shop.json("failures", "list")["failures"][0]["fingerprint"]

    page = shop.json("failures", "show", group, "--limit", "2")
    rest = shop.json("failures", "show", group, "--after", page["next"])

    assert [one["job"] for one in (*page["deliveries"], *rest["deliveries"])] == ["J3", "J2", "J1"]
    assert shop.cli("failures", "show", "beef").exit_code == 1


def test_a_failure_leaves_the_list_when_it_is_retriggered(shop: Shop) -> None:
    fail(shop, "J1")
    shop.cli("retrigger", "--delivery", shop.delivery()["id"], "--why", "the sheet is there")
    shop.run()

    assert shop.cli("failures", "list").stdout == "nothing has failed for good\n"


def test_what_failed_of_a_cancelled_job_wants_nobody(shop: Shop) -> None:
    fail(shop, "J1")
    shop.emit("job.cancelled", {"job": "J1"})

    assert shop.json("failures", "list")["failures"] == []


# --- events and notices -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sort", "step"), [("early", "ask the storefront"), ("unknown", "upgrade"), ("refused", "correct")]
)
def test_a_list_of_events_ends_with_the_next_step(shop: Shop, sort: str, step: str) -> None:
    shop.emit("order.payment_changed", {"order": "O9", "payment_status": "Paid"})
    emitted(shop, shop.event("order.gilded", {}))
    emitted(shop, shop.event("order.placed", {}))

    assert shop.cli("events", "list", f"--{sort}").stdout.splitlines()[-1].startswith(f"next: {step}")


def test_two_sorts_of_events_are_two_lists(shop: Shop) -> None:
    result = shop.cli("events", "list", "--refused", "--early")

    assert result.exit_code == 2
    assert "say one of --refused, --early" in result.stderr


@pytest.mark.parametrize("state", ["waiting_action", "failed", "unknown"])
def test_a_list_of_deliveries_in_a_state_ends_with_the_next_step(shop: Shop, state: str) -> None:
    shop.script.answer("notify", Report.action_required("confirm"), job="J1")
    shop.script.answer("notify", Rejected("no"), job="J2")
    shop.script.answer("notify", after_sending(OutcomeUnknown("lost")), job="J3")
    shop.order("O1", "J1", "J2", "J3")
    shop.run()

    assert shop.cli("deliveries", "list", "--state", state).stdout.splitlines()[-1].startswith(f"next, {state}: ")


def test_a_refused_event_is_shown_with_its_reason_and_can_be_mended_and_stated_again(shop: Shop) -> None:
    event = shop.event("order.payment_changed", {"order": "O1", "payment_status": "Payd"})
    emitted(shop, event)

    shown = shop.cli("events", "show", event["id"]).stdout
    body = shop.cli("events", "show", event["id"], "--body").stdout
    again = shop.cli("emit", "-", stdin=body.replace("Payd", "Paid"))

    assert "payment_status" in shown
    assert again.exit_code == 0
    assert json.loads(body)["data"] == event["data"]


def test_an_event_without_an_id_is_shown_by_the_hubs_own(shop: Shop) -> None:
    shop.cli("emit", "-", stdin=b'{"no": "event"}')
    [refused] = shop.json("events", "list", "--refused")["events"]

    assert shop.json("events", "show", refused["id"])["refused"][0]["code"] == refused["code"]
    assert shop.cli("events", "show", "e99").exit_code == 1


def test_the_body_of_an_event_comes_only_when_it_is_asked_for(shop: Shop) -> None:
    shop.order()

    assert "Jane" not in shop.cli("events", "show", "e1").stdout
    assert "Jane" in shop.cli("events", "show", "e1", "--body").stdout


def test_an_event_that_did_nothing_can_be_applied_again_and_what_was_applied_cannot(shop: Shop) -> None:
    shop.order()
    shop.emit("job.blocked", {"job": "J1"})
    hub = Hub(load(shop.path, plugins=shop.plugins, environ={}), shop.plugins.adapters, now=shop.clock)
    # As a hub that did not know the type would have left it.
    release = shop.event("job.released", {"job": "J1"})
    emitted(shop, release)
    shop.emit("job.blocked", {"job": "J1"})
    strange = events.update().where(events.c.source_id == release["id"]).values(state=EventState.UNKNOWN)
    hub.store.write(lambda tx: tx.execute(strange))
    hub.close()

    first = shop.cli("events", "retry", release["id"], "--why", "the hub knows it now")
    second = shop.cli("events", "retry", release["id"], "--why", "again")

    assert first.stdout == f"event {release['id']} is applied now\n"
    assert second.exit_code == 1
    assert "applying it again would change nothing" in second.stderr


@pytest.mark.parametrize(
    ("type_", "why_not"), [("order.gilded", "does not know"), ("job.blocked", "still waits for job/")]
)
def test_an_event_that_still_does_nothing_says_why(shop: Shop, type_: str, why_not: str) -> None:
    event = shop.event(type_, {"job": "J9"})
    emitted(shop, event)

    result = shop.cli("events", "retry", event["id"], "--why", "perhaps")

    assert result.exit_code == 1
    assert why_not in result.stderr


def test_notices_are_listed_newest_first_and_in_pages(shop: Shop) -> None:
    fail(shop, "J1")
    fail(shop, "J2")

    first = shop.json("notices", "list", "--limit", "1")
    second = shop.json("notices", "list", "--after", first["next"])

    assert [(one["job"], one["matter"]) for one in first["notices"]] == [("J2", "MisFailed")]
    assert [one["job"] for one in second["notices"]] == ["J1"]
    assert "MisFailed: no such sheet for J2" in shop.cli("notices", "list").stdout


def test_files_that_could_not_be_fetched_are_listed_with_their_jobs(shop: Shop) -> None:
    shop.order("O1", "J1", output=[{"name": "gone.pdf", "url": "file:///nowhere/gone.pdf"}])
    shop.order("O2", "J2")
    shop.run()

    [file] = shop.json("failures", "files")["files"]

    assert (file["job"], file["name"]) == ("J1", "gone.pdf")
    assert "next: mend the cause" in shop.cli("failures", "files").stdout
