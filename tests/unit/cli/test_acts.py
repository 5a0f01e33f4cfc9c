"""The acts of operators, by the command line."""

import os
import pwd

import pytest

from printhub import OutcomeUnknown, Rejected, Report
from printhub.testing import after_sending
from tests.unit.cli.shop import Shop

OPERATOR = f"operator:{pwd.getpwuid(os.getuid()).pw_name}"


def test_a_failed_delivery_is_retriggered_by_the_beginning_of_its_id(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no such sheet"))
    shop.order()
    shop.run()
    id_ = shop.delivery()["id"]

    result = shop.cli("retrigger", "--delivery", id_[:-8], "--why", "the sheet is there now")
    shop.run()

    assert (result.exit_code, result.stdout) == (0, "notify of J1 at mis was retriggered and is now ready\n")
    assert shop.delivery()["state"] == "done"
    history = shop.json("jobs", "show", "J1")["history"]
    assert [e["by"] for e in history if "the sheet is there now" in e["detail"]] == [OPERATOR]


def test_what_cannot_be_retriggered_is_refused_with_what_stands_in_the_way(shop: Shop) -> None:
    shop.order(payment="Pending")
    shop.run()

    result = shop.cli("retrigger", "--delivery", shop.delivery()["id"], "--why", "now")

    assert result.exit_code == 1
    assert "is held: the payment is Pending" in result.stderr


@pytest.mark.parametrize(
    ("words", "state", "reference"), [(["--done", "P-17"], "done", "P-17"), (["--not-done"], "failed", None)]
)
def test_an_unknown_delivery_is_settled(shop: Shop, words: list[str], state: str, reference: str | None) -> None:
    shop.script.answer("notify", after_sending(OutcomeUnknown("the line broke")))
    shop.order()
    shop.run()

    settled = shop.json("settle", shop.delivery()["id"], *words, "--why", "they said so by telephone")

    assert (settled["state"], settled["reference"], settled["job"]) == (state, reference, "J1")


@pytest.mark.parametrize("words", [[], ["--done", "P-17", "--not-done"]])
def test_settling_needs_one_word_on_what_became_of_it(shop: Shop, words: list[str]) -> None:
    result = shop.cli("settle", "0123456789", *words, "--why", "x")

    assert result.exit_code == 2
    assert "say either --done REF or --not-done" in result.stderr


def test_a_job_is_blocked_and_released(shop: Shop) -> None:
    shop.order()
    blocked = shop.cli("block", "J1", "--why", "the colour looks odd")
    shop.run()
    assert shop.delivery()["state"] == "held"

    released = shop.json("release", "J1", "--why", "it is meant so")
    shop.run()

    assert blocked.stdout == "job J1 is blocked; its status is Blocked\n"
    assert (released["blocked"], released["order"]) == (False, "O1")
    assert shop.delivery()["state"] == "done"


def test_releasing_what_is_not_blocked_is_refused(shop: Shop) -> None:
    shop.order()

    result = shop.cli("release", "J1", "--why", "x")

    assert (result.exit_code, result.stderr) == (
        1,
        "printhub: job J1 is not blocked; `printhub jobs explain J1` tells why it waits\n",
    )


@pytest.mark.parametrize(
    "command", [["retrigger", "--delivery", "0123456789"], ["settle", "0123456789", "--not-done"], ["block", "J1"]]
)
def test_no_act_goes_without_a_reason(shop: Shop, command: list[str]) -> None:
    shop.order()

    assert shop.cli(*command).exit_code == 2
    assert shop.cli(*command, "--why", " ").exit_code == 1


@pytest.mark.parametrize("id_", ["0123456789", "nonsense", "01"])
def test_a_delivery_that_is_not_there_is_a_no(shop: Shop, id_: str) -> None:
    result = shop.cli("settle", id_, "--not-done", "--why", "x")

    assert result.exit_code == 1
    assert f"there is no delivery {id_}" in result.stderr


def test_a_job_that_no_route_led_anywhere_is_planned_when_the_routes_are_right(shop: Shop) -> None:
    written = shop.path.read_text()
    shop.path.write_text(written.replace("[[routes]]", '[[routes]]\nproduct_types = ["Ordinary"]'))
    shop.order()
    shop.run()
    assert "no_route" in [found["what"] for found in shop.json("jobs", "show", "J1")["in_the_way"]]

    shop.path.write_text(written)
    planned = shop.json("plan", "J1", "--why", "the route was missing")["deliveries"]
    shop.run()

    assert [f"{one['verb']} at {one['instance']}" for one in planned] == [
        "notify at mis",
        "manifest at mis",
        "assets at mis",
    ]
    assert shop.delivery()["state"] == "done"
    again = shop.cli("plan", "J1", "--why", "once more")
    assert (again.exit_code, "nothing to plan" in again.output) == (1, True)


@pytest.mark.parametrize("why", ["…", "...", "?!", "—"])
def test_a_reason_is_said_in_words(shop: Shop, why: str) -> None:
    shop.order()

    result = shop.cli("block", "J1", "--why", why)

    assert result.exit_code == 1
    assert "say why in words" in result.stderr


@pytest.mark.parametrize("left", ["REF", " REF ", "…"])
def test_a_placeholder_is_no_reference(shop: Shop, left: str) -> None:
    shop.script.default("notify", Report.accepted("R"))
    shop.order()
    shop.run()

    result = shop.cli("settle", shop.delivery()["id"], "--done", left, "--why", "the press has it")

    assert result.exit_code == 1
    assert "stands for the reference under which the partner knows it" in result.stderr
    assert shop.delivery()["state"] == "accepted"
