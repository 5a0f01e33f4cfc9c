"""`printhub jobs explain`: why anything stands where it stands, and what can be done."""

import json
import shlex
from datetime import timedelta
from typing import Any

import click
import pytest

from printhub import Misconfigured, OutcomeUnknown, Rejected, Report, Unavailable
from printhub.cli.main import COMMANDS, cli
from printhub.core.model.verbs import Verb
from printhub.core.store.opening import DATABASE
from printhub.core.store.schema import attempt, delivery
from printhub.core.store.sqlite import SqliteStore
from printhub.core.store.store import Tx
from printhub.testing import after_sending
from tests.unit.cli.shop import Shop

DAY = timedelta(days=1)


def told(shop: Shop, reference: str = "J1", code: int = 0) -> dict[str, Any]:
    return shop.json("jobs", "explain", reference, code=code)


def commands(found: dict[str, Any]) -> list[str]:
    """The commands that are offered, by their first words and without ids."""
    return [" ".join(shlex.split(one["command"])[1:3]) for one in found["remedies"]]


def test_of_a_job_that_is_through_one_line_is_said_with_the_partners_reference(shop: Shop) -> None:
    shop.order()
    shop.run()

    assert shop.cli("jobs", "explain", "J1").stdout == "Job J1 is through; mis has it as REF-J1.\n"
    found = told(shop)
    assert (found["through"], found["in_the_way"], found["remedies"]) == (True, [], [])
    assert [one["state"] for one in found["deliveries"]] == ["done", "done", "done"]


def test_a_failure_is_told_with_its_story_its_rule_and_the_way_out(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no such sheet"))
    shop.order()
    shop.run()

    text = shop.cli("jobs", "explain", "J1").stdout
    found = told(shop)

    assert text.splitlines()[0] == "Job J1 does not go on: notify at mis: no such sheet."
    assert [one["what"] for one in found["story"]] == [
        "Ordered",
        "notify, manifest, assets at mis planned by [[routes]] 1, for all jobs",
        "MisFailed, no such sheet",
    ]
    assert {one["rule"] for one in found["deliveries"]} == {"[[routes]] 1, for all jobs"}
    assert commands(found) == ["retrigger --delivery", f"skip {shop.delivery()['id']}"]
    assert found["unrouted"] == []


def test_what_an_explanation_offers_first_works(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no such sheet"))
    shop.order()
    shop.run()

    command = told(shop)["remedies"][0]["command"].replace("…", "the sheet is back")
    result = shop.cli(*shlex.split(command)[1:])
    shop.run()

    assert result.exit_code == 0, result.output
    assert told(shop)["through"]
    assert any("notify retriggered" in one["what"] for one in told(shop)["story"])


def test_holds_are_told_with_who_lifts_them_and_only_what_helps_is_offered(shop: Shop) -> None:
    shop.order(payment="Pending")
    shop.emit("job.blocked", {"job": "J1", "why": "the colour looks odd"})
    shop.run()

    found = told(shop)

    assert [one["what"] for one in found["in_the_way"]] == ["blocked", "unpaid"]
    assert commands(found)[0] == "release J1"
    assert found["summary"].endswith("(and 1 more reason).")
    assert [one["by"] for one in found["story"] if "Blocked" in one["what"]] == ["the storefront shop"]


def test_what_comes_by_itself_is_told_with_its_time(shop: Shop) -> None:
    shop.script.answer("notify", Unavailable("back soon", timedelta(minutes=3)))
    shop.order()
    shop.run()

    text = shop.cli("jobs", "explain", "J1").stdout

    assert "Job J1 waits: notify at mis: back soon." in text
    assert "(in 3 min)  notify at mis is tried again" in text
    assert "- manifest at mis follows notify" in text


def test_a_call_in_doubt_is_told_with_who_asks_and_holds_its_lane(shop: Shop) -> None:
    shop.script.answer("notify", after_sending(OutcomeUnknown("the line broke")))
    shop.order()
    shop.run()

    found = told(shop)

    assert "mis is asked what became of notify" in {one["what"] for one in found["coming"]}
    manifest = next(one for one in found["deliveries"] if one["verb"] == "manifest")
    assert manifest["ahead"] == ["notify, which is unknown"]
    assert [command.split()[0] for command in commands(found)] == ["settle", "settle"]


def test_silence_is_told_and_settling_is_offered_first(shop: Shop) -> None:
    shop.script.default("notify", Report.accepted("R"))
    shop.order()
    shop.run()
    shop.clock.advance(DAY)
    shop.run()

    found = told(shop)

    assert [one["what"] for one in found["in_the_way"]] == ["overdue"]
    assert commands(found)[0].startswith("settle")
    assert "overdue since" in shop.cli("jobs", "list").stdout
    assert "overdue since" in shop.cli("jobs", "show", "J1").stdout
    assert [one["job"] for one in shop.json("deliveries", "list", "--overdue")["deliveries"]] == ["J1"]


def test_that_the_next_sign_is_due_is_told_before_it_is_overdue(shop: Shop) -> None:
    shop.script.default("notify", Report.accepted("R"))
    shop.order()
    shop.run()

    assert any("the next word of mis after notify is due" in one["what"] for one in told(shop)["coming"])


def test_a_delivery_is_explained_by_its_id_and_nothing_else_with_it(shop: Shop) -> None:
    shop.script.answer("manifest", Rejected("no such press"))
    shop.order()
    shop.run()

    found = told(shop, shop.delivery(verb="notify")["id"])
    failed = told(shop, shop.delivery(verb="manifest")["id"])

    assert found["summary"] == "notify of job J1 at mis is done; mis has it as REF-J1."
    assert commands(found) == [f"send-again {shop.delivery(verb='notify')['id']}"]
    assert failed["summary"] == "manifest of job J1 at mis does not go on: no such press."
    assert [one["verb"] for one in failed["deliveries"]] == ["manifest"]
    assert [one["what"] for one in failed["story"]][-1] == "MisFailed, no such press"


def test_a_settled_sibling_names_what_settled_it(shop: Shop) -> None:
    shop.script.answer("notify", Report.done("R", covers=frozenset({"manifest"})))
    shop.order()
    shop.run()

    lines = {one["verb"]: one for one in told(shop)["deliveries"]}

    assert lines["manifest"]["settled_by"] == "notify, which is done"
    assert lines["notify"]["covers"] == ["manifest, which is done"]


def test_a_stopped_instance_is_told_with_the_command_that_tries_it(shop: Shop) -> None:
    shop.script.default("notify", Misconfigured("the token is wrong"))
    shop.script.default("check", Misconfigured("the token is wrong"))
    shop.order()
    shop.run()

    assert "check mis" in commands(told(shop))


def test_without_a_hub_serving_is_the_first_thing_to_do(shop: Shop) -> None:
    shop.order()

    assert commands(told(shop))[0] == "serve"


def test_files_that_failed_are_offered_to_be_fetched(shop: Shop) -> None:
    shop.order(output=[{"name": "gone.pdf", "url": "file:///nowhere/gone.pdf"}])
    shop.run()

    found = told(shop)

    assert found["in_the_way"][0]["what"] == "files(failed)"
    assert found["in_the_way"][0]["commands"] == ['printhub files fetch --job J1 --why "…"']
    assert "files fetch" in commands(found)


def test_near_misses_are_told_of_a_job_that_nobody_knows(shop: Shop) -> None:
    shop.order("O1", "J-1042", "J-1043")

    found = told(shop, "J-1024", code=1)

    assert sorted(found["alike"]) == ["shop/J-1042", "shop/J-1043"]
    assert "jobs with a number like it: " in shop.cli("jobs", "explain", "j-1042").stdout


def test_events_that_wait_for_an_unknown_job_are_told(shop: Shop) -> None:
    shop.emit("job.blocked", {"job": "J7"})

    assert [one["type"] for one in told(shop, "J7", code=1)["waiting"]] == ["printhub.job.blocked"]
    assert "printhub.job.blocked waits for it" in shop.cli("jobs", "explain", "J7").stdout


def test_an_order_leads_to_its_jobs_and_says_when_it_was_deleted(shop: Shop) -> None:
    shop.order("O1", "J1")
    shop.emit("order.deleted", {"order": "O1"})

    assert told(shop, "O1", code=1)["order"] == {"jobs": ["shop/J1"], "deleted": True}
    assert "its order was deleted in the storefront" in told(shop)["summary"]


def test_requests_and_answers_are_shown_without_query_and_without_personal_data(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no such sheet"))
    shop.order()
    shop.run()
    exchange = {
        "method": "POST",
        "url": "https://mis.example/jobs?token=***",
        "status": 422,
        "request_excerpt": "Accept: */*\n\n{}",
        "answer_excerpt": "Content-Type: text/plain\n\nno such sheet\nask the warehouse",
        "seconds": 0.25,
        "failure": None,
    }
    broken = {**exchange, "status": None, "failure": "POST https://mis.example/jobs: the line broke"}
    store = SqliteStore(shop.folder / "var" / DATABASE)
    store.write(lambda tx: tx.execute(attempt.update().values(exchanges=[exchange, broken])))
    store.close()

    text = shop.cli("jobs", "explain", "J1").stdout

    assert "        POST https://mis.example/jobs: 422 in 0.25 s\n" in text
    assert "        > ask the warehouse\n" in text
    assert "        POST https://mis.example/jobs: the line broke in 0.25 s\n" in text
    for personal in ("Jane", "jane@example.org"):
        assert personal not in text + json.dumps(told(shop))


@pytest.mark.parametrize("width", [80, 100, 140])
def test_nothing_is_wider_than_the_terminal(shop: Shop, width: int) -> None:
    shop.script.answer("notify", Rejected("the sheet is too small for this product, and the grain runs across it"))
    shop.order()
    shop.emit("job.blocked", {"job": "J1", "why": "the colour looks odd, and the customer has not answered for days"})
    shop.run()

    for command in (["jobs", "explain", "J1"], ["jobs", "explain", "J9"], ["overview"], ["failures", "list"]):
        text = click.unstyle(shop.cli(*command, width=width).stdout)
        prose = [line for line in text.splitlines() if not line.strip().startswith(("printhub ", "`printhub "))]
        assert max(map(len, prose)) <= width, command


def test_every_command_that_is_offered_is_there(shop: Shop) -> None:
    offered: set[str] = set()
    for answer in (Rejected("no"), Report.action_required("more"), after_sending(OutcomeUnknown("lost"))):
        job = f"J{len(offered)}"
        shop.script.answer("notify", answer, job=job)
        shop.order(f"O-{job}", job)
        shop.run()
        offered |= {shlex.split(one["command"])[1] for one in told(shop, job)["remedies"]}

    assert offered
    assert offered <= {*COMMANDS}
    for name in offered:
        assert cli.get_command(click.Context(cli), name) is not None


@pytest.mark.parametrize("answer", [Rejected("no"), Report.accepted("R")])
def test_suggested_commands_are_whole_on_a_narrow_terminal_and_hold_nothing_a_shell_reads(
    shop: Shop, answer: Rejected | Report
) -> None:
    shop.script.default("notify", answer)
    shop.order()
    shop.run()
    shop.clock.advance(DAY)
    shop.run()

    for command in (["jobs", "explain", "J1"], ["jobs", "show", "J1"], ["failures", "list"]):
        lines = click.unstyle(shop.cli(*command, width=60).stdout).splitlines()
        offered = [line.strip() for line in lines if line.strip().startswith("printhub ")]

        assert all(line.endswith('--why "…"') and "|" not in line for line in offered), offered
    assert "--done REF|" not in json.dumps(told(shop))


def test_a_command_in_a_sentence_stays_on_one_line(shop: Shop) -> None:
    shop.order(output=[{"name": "gone.pdf", "url": "file:///nowhere/gone.pdf"}])
    shop.run()
    shop.clock.advance(DAY)

    text = click.unstyle(shop.cli("jobs", "explain", "J1", width=40).stdout)

    assert '`printhub files fetch --job J1 --why "…"`' in text


def test_failed_files_are_listed_with_the_command_that_fetches_one_again(shop: Shop) -> None:
    shop.order(output=[{"name": "gone.pdf", "url": "file:///nowhere/gone.pdf"}])
    shop.run()
    command = shop.cli("failures", "files").stdout.splitlines()[-1]

    result = shop.cli(*shlex.split(command.replace("…", "it is there"))[1:])

    assert result.exit_code == 0, result.output


def test_without_a_route_the_rule_comes_first_and_planning_is_offered_once_it_works(shop: Shop) -> None:
    config = shop.path.read_text()
    shop.path.write_text(config.replace("[[routes]]", '[[routes]]\nproduct_types = ["Variable"]'))
    shop.order()

    before = told(shop)
    shop.path.write_text(config)
    after = told(shop)

    assert before["remedies"] == []
    assert "first write a rule into [[routes]]" in before["advice"][0]
    assert "reads the configuration itself" in before["advice"][0]
    assert "for jobs to come" not in before["in_the_way"][0]["lift"]
    assert (commands(after), after["advice"]) == (["plan J1"], [])
    assert shop.cli(*shlex.split(after["remedies"][0]["command"].replace("…", "there is a rule"))[1:]).exit_code == 0


@pytest.mark.parametrize(
    ("facts", "event", "who"),
    [
        ({"payment": "Pending"}, None, "the storefront, by printhub.order.payment_changed"),
        ({}, ("job.awaiting", {"job": "J1", "matter": "proof"}), "the customer's approval"),
        ({}, ("job.approval_requested", {"job": "J1"}), "by printhub.job.approved or printhub.order.approval_changed"),
        ({"product_type": "Variable", "output": []}, None, "the storefront, by printhub.job.output_created"),
    ],
)
def test_where_nothing_is_wrong_it_says_who_lifts_it_and_offers_nothing(
    shop: Shop, facts: dict[str, Any], event: tuple[str, dict[str, Any]] | None, who: str
) -> None:
    shop.order(**{"payment": "Paid", **facts})
    if event is not None:
        shop.emit(*event)
    shop.run()

    found = told(shop)

    assert found["advice"][0].startswith("nothing is to be done here: ")
    assert who in found["advice"][0]
    assert found["remedies"] == [] or event is not None


def test_giving_up_comes_last_and_apart(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no such sheet"))
    shop.order()
    shop.run()

    text = shop.cli("jobs", "explain", "J1").stdout

    assert text.index("printhub retrigger") < text.index("\nor do without:\n") < text.index("printhub skip")


def test_what_is_ready_at_a_stopped_instance_goes_when_that_goes_on(shop: Shop) -> None:
    shop.order(product_type="Ordinary", output=[])
    shop.cli("pause", "mis", "--why", "paper jam")
    paused = told(shop)
    text = shop.cli("jobs", "explain", "J1").stdout
    shop.cli("resume", "mis", "--why", "mended")
    shop.script.default("notify", Misconfigured("the token is wrong"))
    shop.script.default("check", Misconfigured("the token is wrong"))
    shop.run()

    assert "notify at mis goes when mis is resumed" in {one["what"] for one in paused["coming"]}
    assert "! notify, manifest at mis: mis is paused by " in text
    assert "notify at mis goes when mis is put right" in {one["what"] for one in told(shop)["coming"]}


def test_a_file_that_is_not_there_yet_is_told_with_its_reason_and_its_next_try(shop: Shop) -> None:
    gone = shop.folder / "artwork" / "gone.pdf"
    shop.order(output=[{"name": "gone.pdf", "url": gone.as_uri()}])
    shop.run()

    found = told(shop)

    assert "gone.pdf (at the last try: there is no file gone.pdf" in found["in_the_way"][0]["detail"]
    assert found["in_the_way"][0]["until"] is not None
    assert commands(found)[0] == "files fetch"


def test_what_is_due_while_no_hub_serves_waits_for_one(shop: Shop) -> None:
    shop.script.answer("notify", Unavailable("back soon", timedelta(minutes=3)))
    shop.order()
    shop.run()
    shop.clock.advance(timedelta(hours=1))

    text = shop.cli("jobs", "explain", "J1").stdout

    assert "- due  notify at mis is tried again; it is due, and waits for `printhub serve`" in text
    assert " ago)  notify" not in text


def test_a_reason_that_ends_a_sentence_ends_it_once(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("There is no sheet for this product."))
    shop.order()
    shop.run()

    assert told(shop)["summary"] == "Job J1 does not go on: notify at mis: There is no sheet for this product."


def test_what_was_planned_at_once_is_one_line_though_the_clock_went_on(shop: Shop) -> None:
    shop.order()
    began = shop.clock()

    def spread(tx: Tx) -> None:
        for number, verb in enumerate((Verb.NOTIFY, Verb.MANIFEST, Verb.ASSETS)):
            of_verb = delivery.update().where(delivery.c.verb == verb)
            tx.execute(of_verb.values(created_at=began + timedelta(milliseconds=number)))

    store = SqliteStore(shop.folder / "var" / DATABASE)
    store.write(spread)
    store.close()

    assert [one["what"] for one in told(shop)["story"] if "planned" in one["what"]] == [
        "notify, manifest, assets at mis planned by [[routes]] 1, for all jobs"
    ]


def test_a_custom_job_without_children_is_no_parent(shop: Shop) -> None:
    shop.order(product_type="Custom", output=[])

    [way] = told(shop)["in_the_way"]

    assert "no job names it as parent" in way["detail"]
    assert "children" not in way["lift"]


def test_an_order_that_awaits_approval_is_lifted_by_the_orders_event(shop: Shop) -> None:
    shop.order()
    shop.emit("order.approval_changed", {"order": "O1", "approval": "awaiting"})

    [way] = [one for one in told(shop)["in_the_way"] if one["what"] == "unapproved"]

    assert way["lift"] == "the approver, by printhub.order.approval_changed or printhub.job.approved"
