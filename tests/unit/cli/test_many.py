"""Retriggering many by the command line: what is asked first, what is shown, and how it is followed and stopped."""

import click
import pytest

from printhub import Rejected, Report
from tests.unit.cli.shop import Shop


@pytest.fixture
def failing(shop: Shop) -> Shop:
    """Eight jobs whose notify failed of the same, and a MIS that works again."""
    shop.script.default("notify", Rejected("no such sheet"))
    for number in range(8):
        shop.order(f"O{number}", f"J{number}")
    shop.run()
    shop.script.default("notify", Report.done("R"))
    return shop


def test_without_a_selector_the_three_ways_are_explained(shop: Shop) -> None:
    result = shop.cli("retrigger", "--why", "x")

    assert result.exit_code == 2
    for way in ("--delivery ID", "--job JOB", "--filter KEY=VALUE", "since=2h"):
        assert way in result.stderr


@pytest.mark.parametrize("two", [("--job", "J1", "--filter", "verb=notify"), ("--job", "J1", "--delivery", "0123456")])
def test_only_one_way_at_a_time(shop: Shop, two: tuple[str, ...]) -> None:
    assert shop.cli("retrigger", *two, "--why", "x").exit_code == 2


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        ("colour=red", "expected KEY=VALUE with one of these keys"),
        ("instance", "expected KEY=VALUE"),
        ("instance=", "expected KEY=VALUE"),
        ("verb=dance", "'dance' is no verb; it is one of notify, manifest"),
        ("state=unknown", "settle it first"),
        ("state=held", "it goes by itself"),
        ("state=odd", "'odd' is no state; it is one of held, ready"),
        ("status=Odd", "'Odd' is no status; the documentation lists all 60"),
        ("status=MisFaild", "perhaps MisFailed"),
        ("state=fialed", "perhaps failed is meant"),
        ("since=yesterday", "write 2h or 3d"),
        ("since=2026-11-02T08:30:00", "write 2h or 3d"),
    ],
)
def test_a_filter_that_cannot_be_read_says_what_it_should_look_like(shop: Shop, pair: str, told: str) -> None:
    result = shop.cli("retrigger", "--filter", pair, "--why", "x")

    assert result.exit_code == 2
    assert told in result.stderr


def test_one_key_is_not_given_twice(shop: Shop) -> None:
    result = shop.cli("retrigger", "--filter", "verb=notify", "--filter", "verb=assets", "--why", "x")

    assert result.exit_code == 2
    assert "given twice" in result.stderr


def test_a_dry_run_tells_what_would_go_and_changes_nothing(failing: Shop) -> None:
    failing.order("O9", "J9", payment="Pending")
    told = failing.cli("retrigger", "--filter", "instance=mis", "--dry-run")
    found = failing.json("retrigger", "--filter", "instance=mis", "--dry-run")

    assert told.stdout.startswith("8 deliveries would go again; nothing was changed\n")
    assert "  and 3 more\n" in told.stdout
    assert (found["eligible"], len(found["first"])) == (8, 5)
    assert found["others"] == {"held: it goes by itself when its obstacles are gone": 19}
    assert failing.json("bulk", "list")["bulk"] == []


def test_many_go_again_after_a_yes_and_are_followed_to_their_end(failing: Shop) -> None:
    refused = failing.cli("retrigger", "--filter", "instance=mis", "--why", "sheets are in", stdin="n\n")
    assert refused.exit_code == 1
    assert "8 deliveries would go again in batches of 1, 5, 25, then 100" in refused.stderr
    assert failing.json("bulk", "list")["bulk"] == []

    begun = failing.cli("retrigger", "--filter", "instance=mis", "--why", "sheets are in", stdin="y\n")
    id_ = failing.json("bulk", "list")["bulk"][0]["id"]
    assert f"bulk act {id_} has begun, with 8 deliveries on its list" in begun.stdout
    failing.run()
    followed = failing.cli("bulk", "show", id_, "--follow")

    assert followed.exit_code == 0
    assert followed.stderr.endswith("batch 3: 8 of 8: 8 done\n")
    shown = failing.json("bulk", "show", id_)
    assert (shown["state"], shown["why"], shown["total"], shown["counts"]["done"]) == (
        "finished",
        "sheets are in",
        8,
        8,
    )
    assert shown["filter"] == {"state": "failed", "instance": "mis"}
    assert shown["items"] == []


def test_waiting_ends_with_a_no_when_it_stops_itself_and_says_why(failing: Shop) -> None:
    failing.script.default("notify", Rejected("no such sheet"))
    result = failing.cli("retrigger", "--filter", "verb=notify", "--why", "try", "--yes", "--wait")

    assert result.exit_code == 1
    assert "reason    1 of 1 in batch 1 failed of the same as before: no such sheet" in result.stdout
    assert "failed_again  notify of J0 at mis  no such sheet" in result.stdout
    assert f"`printhub jobs explain {failing.delivery('J0')['id']}` tells about it; a new bulk act" in result.stdout


def test_what_failed_again_comes_last_in_the_next_bulk_act(failing: Shop) -> None:
    failing.script.answer("notify", *[Rejected("no such sheet")] * 2, job="J0")
    failing.cli("retrigger", "--filter", "verb=notify", "--why", "try", "--yes", "--wait")

    next_ = failing.cli("retrigger", "--filter", "verb=notify", "--why", "the rest", "--yes", "--wait")

    assert next_.exit_code == 0, next_.output
    assert {failing.delivery(f"J{number}")["state"] for number in range(1, 8)} == {"done"}
    assert failing.delivery("J0")["state"] == "failed"


def test_what_is_held_is_told_apart_from_what_cannot_go(failing: Shop) -> None:
    asked = failing.cli("retrigger", "--filter", "instance=mis", "--why", "x", stdin="n\n")

    assert "100; 16 more are held and go by themselves when their obstacles are gone. Go on?" in asked.stderr


def test_following_ends_when_no_hub_carries_it_on(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no"))
    shop.order()
    shop.run()
    shop.clock.advance(shop.clock() - shop.clock().replace(hour=0))
    result = shop.cli("retrigger", "--filter", "verb=notify", "--why", "x", "--yes", "--wait")

    assert result.exit_code == 1
    assert "no hub serves this store now" in result.stderr


def test_a_bulk_act_is_stopped_and_listed_with_its_reason(failing: Shop) -> None:
    failing.cli("retrigger", "--filter", "verb=notify", "--why", "try", "--yes")
    id_ = failing.json("bulk", "list")["bulk"][0]["id"]
    stopped = failing.cli("bulk", "stop", id_[:-4], "--why", "wrong filter")

    assert stopped.stdout == f"bulk act {id_} is stopped, 8 of 8 do not go\n"
    assert "stopped" in failing.cli("bulk", "list").stdout
    assert failing.cli("bulk", "stop", id_, "--why", "again").exit_code == 1
    assert failing.cli("bulk", "show", "0123456789").exit_code == 1
    acts = failing.json("acts", "list", "--subject", id_[:18])["acts"]
    assert [(act["act"], act["subject"]) for act in acts] == [("bulk-stop", id_), ("bulk-retrigger", id_)]


def test_what_can_go_again_of_a_job_does_and_the_rest_is_told(shop: Shop) -> None:
    shop.script.answer("manifest", Rejected("no"))
    shop.script.answer("assets", Rejected("too large"))
    shop.order()
    shop.run()
    dry = shop.json("retrigger", "--job", "J1", "--dry-run")
    told = shop.cli("retrigger", "--job", "J1", "--why", "mended")

    assert (dry["eligible"], dry["others"]) == (2, {"done: it is done; send it again instead": 1})
    assert told.stdout == (
        "job J1: 2 deliveries retriggered\n"
        "  manifest at mis is now ready\n"
        "  assets at mis is now ready\n"
        "left as they are:\n"
        "  notify at mis  done: it is done; send it again instead\n"
    )
    shop.run()
    again = shop.cli("retrigger", "--job", "J1", "--why", "once more")
    assert again.exit_code == 1
    assert "all is done; send it again, or reprint the job" in again.stderr


def test_one_delivery_can_be_tried_dry(failing: Shop) -> None:
    id_ = failing.delivery("J3")["id"]

    assert failing.json("retrigger", "--delivery", id_, "--dry-run")["eligible"] == 1
    assert failing.delivery("J3")["state"] == "failed"


def test_a_whole_bulk_act_is_told_of_on_a_terminal(failing: Shop) -> None:
    result = failing.cli("retrigger", "--filter", "verb=notify", "--why", "try", "--yes", "--wait", width=80)

    assert result.exit_code == 0
    assert "8/8" in result.output
    for listed in (failing.cli("bulk", "list", width=80), failing.cli("acts", "list", width=80)):
        assert max(len(line) for line in click.unstyle(listed.stdout).splitlines()) <= 80


def test_on_a_narrow_terminal_what_stands_below_its_row_has_its_heading_there_too(shop: Shop) -> None:
    shop.cli("pause", "mis", "--why", "paper jam")

    head, below, row, note = click.unstyle(shop.cli("acts", "list", width=60).stdout).splitlines()

    assert head.split() == ["ACT", "WHEN", "WHO", "WHAT"]
    assert (below, note) == ("    ON WHAT, AND WHY", "    mis: paper jam")
    assert row.endswith("pause")
