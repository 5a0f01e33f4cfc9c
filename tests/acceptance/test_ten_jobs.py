"""Why does this job not move? An operator asks `printhub jobs explain`, reads what it says, and does it.

Twelve jobs stand, each for a reason of its own. What puts each right is taken from the explanation itself.
"""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest

from printhub.testing import MisSimulator, tiny_pdf
from tests.acceptance.troubles import TOKEN, Troubles, prepare, reasons

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Troubles]:
    with (
        MisSimulator() as press,
        MisSimulator(honours_key=False, answers_lookups=False) as foil,
        MisSimulator(auth=("bearer", TOKEN)) as plates,
    ):
        made = Troubles(tmp_path_factory.mktemp("troubles"), press, foil, plates)
        made.run("dev", "seed", "--jobs", "200")
        made.serve()
        prepare(made)
        try:
            yield made
        finally:
            made.end()


def do(shop: Troubles, told: dict[str, Any], verb: str, **given: str) -> None:
    """Run the command that an explanation names, its placeholders filled in."""
    [command, *_] = [one["command"] for one in told["remedies"] if re.match(rf"printhub {verb}\b", one["command"])]
    for placeholder, value in given.items():
        command = command.replace(placeholder, value)
    command = command.replace('"…"', '"as the explanation says"')
    shop.run(*shlex.split(command)[1:])


def test_a_blocked_job_is_released(shop: Troubles) -> None:
    told = shop.wait_for("K1", "blocked")

    do(shop, told, "release")

    shop.wait_until_through("K1")


def test_an_unpaid_job_goes_with_the_storefronts_word(shop: Troubles) -> None:
    told = shop.wait_for("K2", "unpaid")
    assert "printhub.order.payment_changed" in str(told["in_the_way"])

    shop.emit("order.payment_changed", {"order": "O-K2", "payment_status": "Paid"})

    shop.wait_until_through("K2")


def test_a_job_that_waits_for_its_proof_goes_when_that_is_approved(shop: Troubles) -> None:
    told = shop.wait_for("K3", "awaiting(proof)")
    assert "printhub.job.approved with matter=proof" in str(told["in_the_way"])

    shop.emit("job.approved", {"job": "K3", "matter": "proof"})

    shop.wait_until_through("K3")


def test_a_file_that_is_not_there_is_supplied_by_hand(shop: Troubles) -> None:
    told = shop.wait_for("K4", "files(expected)")
    mended = shop.folder / "mended.pdf"
    mended.write_bytes(tiny_pdf("mended"))

    do(shop, told, "files upload", PATH=str(mended))

    shop.wait_until_through("K4")


def test_a_refused_call_is_retriggered_when_its_cause_is_mended(shop: Troubles) -> None:
    told = shop.wait_for("K5", "failed")
    assert "kraft 300" in str(told["in_the_way"])

    do(shop, told, "retrigger")

    shop.wait_until_through("K5")


def test_a_call_in_doubt_is_settled_by_somebody_who_asked(shop: Troubles) -> None:
    told = shop.wait_for("K6", "unknown")
    [entry] = shop.foil.jobs_of("K6")

    do(shop, told, "settle", REF=entry.reference)

    shop.wait_until_through("K6")


def test_a_mis_that_wants_something_is_given_it_and_asked_again(shop: Troubles) -> None:
    told = shop.wait_for("K7", "waiting_action")
    assert "Confirm the price" in str(told["in_the_way"])

    do(shop, told, "retrigger")

    shop.wait_until_through("K7")


def test_a_paused_instance_is_resumed(shop: Troubles) -> None:
    told = shop.wait_for("K8", "paused")
    assert "stocktaking" in str(told["in_the_way"])

    do(shop, told, "resume")

    shop.wait_until_through("K8")


def test_wrong_credentials_are_mended_in_the_configuration(shop: Troubles) -> None:
    told = shop.wait_for("K9", "misconfigured")
    assert "plates" in str(told["in_the_way"])

    shop.configure(token=TOKEN)
    shop.serve()
    do(shop, shop.explain("K9"), "resume")

    shop.wait_until_through("K9")


def test_a_job_that_no_route_led_anywhere_is_planned_by_the_route_that_was_missing(shop: Troubles) -> None:
    assert "no_route" in reasons(shop.explain("K10"))

    shop.configure(routes='\n[[routes]]\nproduct_types = ["Symphony"]\ninstances = ["press"]\n')
    shop.serve()
    do(shop, shop.explain("K10"), "plan")

    shop.wait_until_through("K10")


def test_what_a_mis_need_not_be_told_is_skipped(shop: Troubles) -> None:
    told = shop.wait_for("K11", "failed")
    assert "No batch for this size" in str(told["in_the_way"])

    do(shop, told, "skip")

    told = shop.wait_until_through("K11")
    assert {one["verb"]: one["state"] for one in told["deliveries"]} == {
        "notify": "done",
        "manifest": "skipped",
        "assets": "done",
    }


def test_a_job_that_nobody_knows_is_known_when_its_order_comes(shop: Troubles) -> None:
    told = shop.explain("K12")
    assert [event["type"] for event in told["waiting"]] == ["printhub.job.blocked"]

    shop.order("K12", "Static")
    do(shop, shop.wait_for("K12", "blocked"), "release")

    shop.wait_until_through("K12")


def test_the_overview_names_them_until_they_are_put_right(shop: Troubles) -> None:
    shop.order("K13", "Static")
    shop.run("block", "K13", "--why", "one more")

    assert shop.json("overview")["served"] is True
