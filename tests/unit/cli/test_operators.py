"""What operators do besides: cancel, skip, send again, reprint, pause, resume, undo, and what is kept of it."""

import os
import pwd

import pytest

from printhub import Rejected, Unavailable
from tests.unit.cli.shop import Shop

OPERATOR = f"operator:{pwd.getpwuid(os.getuid()).pw_name}"


def newest(shop: Shop) -> str:
    id_: str = shop.json("acts", "list")["acts"][0]["id"]
    return id_


def test_a_delivery_is_cancelled_and_that_is_undone(shop: Shop) -> None:
    shop.order(payment="Pending")
    id_ = shop.delivery()["id"]

    cancelled = shop.cli("cancel", id_, "--why", "printed elsewhere")
    assert cancelled.stdout == "notify of J1 at mis is cancelled\n"
    assert shop.delivery(verb="assets")["state"] == "cancelled"

    undone = shop.cli("undo", newest(shop), "--why", "it was another job")
    assert undone.stdout.startswith("the cancel of notify of J1 at mis is undone: notify of J1 at mis is held again")
    assert shop.delivery(verb="assets")["state"] == "held"


def test_a_skipped_delivery_lets_what_comes_after_it_go(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no"))
    shop.order()
    shop.run()

    skipped = shop.json("skip", shop.delivery()["id"], "--why", "told by telephone")
    shop.run()

    assert (skipped["state"], skipped["reason"]) == ("skipped", f"skipped by {OPERATOR}: told by telephone")
    assert shop.delivery(verb="manifest")["state"] == "done"
    refused = shop.cli("undo", newest(shop), "--why", "x")
    assert refused.exit_code == 1
    assert "because notify was skipped, other calls were made since: manifest, assets" in refused.stderr


def test_a_second_call_is_asked_for_first(shop: Shop) -> None:
    shop.order()
    shop.run()
    id_ = shop.delivery()["id"]

    no = shop.cli("send-again", id_, "--why", "lost", stdin="n\n")
    assert no.exit_code == 1
    assert "mis will be called once more and may do it twice" in no.stderr
    assert len(shop.script.asked("notify")) == 1

    yes = shop.cli("send-again", id_, "--why", "lost", "--yes")
    shop.run()
    assert yes.stdout == "notify of J1 at mis goes again as run 2 and is now ready\n"
    assert len(shop.script.asked("notify")) == 2
    assert "cannot be undone" in shop.cli("undo", newest(shop), "--why", "x").stderr


def test_a_job_is_reprinted_at_the_only_instance_that_has_it(shop: Shop) -> None:
    shop.order()
    shop.run()

    assert shop.cli("reprint", "J1", "--why", "stained", stdin="n\n").exit_code == 1
    runs = shop.json("reprint", "J1", "--why", "stained", "--yes")["deliveries"]
    shop.run()

    assert [(run["verb"], run["run"]) for run in runs] == [("notify", 2), ("manifest", 2), ("assets", 2)]
    assert len(shop.script.asked("assets")) == 2
    shop.order("O2", "J2", payment="Pending")
    assert shop.cli("reprint", "J2", "--why", "stained", "--yes").exit_code == 1


def test_a_paused_instance_says_since_when_by_whom_and_how_it_goes_on(shop: Shop) -> None:
    paused = shop.cli("pause", "mis", "--why", "paper jam")
    shop.order()
    shop.run()

    assert paused.stdout == "mis is paused; nothing waits\n"
    assert shop.delivery()["state"] == "ready"
    again = shop.cli("pause", "mis", "--why", "x")
    assert (again.exit_code, f"paused by {OPERATOR}: paper jam, since 2026-" in again.stderr) == (1, True)
    assert "printhub resume mis --why" in shop.cli("jobs", "show", "J1").stdout
    [line] = shop.json("instances", "list")["instances"]
    assert (line["state"], line["waiting"], line["failed"]) == ("paused", 3, 0)
    assert (line["stops"][0]["cause"], line["stops"][0]["until"]) == ("paused", None)

    assert shop.cli("resume", "mis", "--why", "mended").stdout == "mis goes on; 3 deliveries wait\n"
    shop.run()
    assert shop.delivery()["state"] == "done"
    assert "works" in shop.cli("instances", "list").stdout


def test_one_storefront_is_paused(shop: Shop) -> None:
    told = shop.cli("pause", "mis", "--storefront", "shop", "--why", "their account is closed")

    assert told.stdout == "mis (storefront shop) is paused; nothing waits\n"
    assert shop.json("instances", "list")["instances"][0]["state"] == "works in part"
    refused = shop.cli("resume", "mis", "--why", "x")
    assert "nothing stops mis, but storefront shop is: use --storefront shop" in refused.stderr
    assert shop.cli("resume", "mis", "--storefront", "shop", "--why", "it is open").exit_code == 0


def test_a_resting_instance_is_tried_at_once(shop: Shop) -> None:
    shop.script.answer("notify", *[Unavailable("down")] * 5)
    for number in range(5):
        shop.order(f"O{number}", f"J{number}")
    shop.run()
    assert shop.json("instances", "list")["instances"][0]["state"] == "resting"

    told = shop.cli("resume", "mis", "--why", "they say that they are back")
    shop.order("O9", "J9")
    shop.run()

    assert told.stdout == "mis is resting; it is tried now, and goes on if it answers\n"
    assert shop.delivery("J9")["state"] == "done"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["pause", "nix"], "there is no instance nix; the configuration has: mis"),
        (["pause", "mis", "--storefront", "nix"], "there is no storefront nix; the configuration has: shop"),
        (["resume", "mis"], "nothing stops mis"),
        (["undo", "0123456789"], "there is no act 0123456789"),
        (["skip", "0123456789"], "there is no delivery 0123456789"),
    ],
)
def test_what_is_not_there_is_a_no_that_says_what_is(shop: Shop, words: list[str], told: str) -> None:
    result = shop.cli(*words, "--why", "x")

    assert (result.exit_code, told in result.stderr) == (1, True)


@pytest.mark.parametrize("act", ["pause mis", "resume mis", "skip 0123456", "cancel 0123456", "undo 0123456"])
def test_none_of_them_goes_without_a_reason(shop: Shop, act: str) -> None:
    assert shop.cli(*act.split()).exit_code == 2


def test_the_audit_log_says_who_did_what_why_and_what_was_undone(shop: Shop) -> None:
    shop.order()
    shop.order("O2", "J2")
    shop.cli("block", "J1", "--why", "odd colours")
    block = newest(shop)
    shop.cli("undo", block, "--why", "they are meant so")
    shop.cli("pause", "mis", "--why", "paper jam")

    listed = shop.json("acts", "list")["acts"]
    assert [(act["act"], act["about"], act["by"]) for act in listed] == [
        ("pause", "mis", OPERATOR),
        ("undo", "block of J1", OPERATOR),
        ("block", "J1", OPERATOR),
    ]
    assert (listed[1]["undoes"], listed[2]["undone_by"]) == (block, listed[1]["id"])
    assert [act["act"] for act in shop.json("acts", "list", "--subject", "J1")["acts"]] == ["undo", "block"]
    assert [act["act"] for act in shop.json("acts", "list", "--act", "pause")["acts"]] == ["pause"]
    assert shop.json("acts", "list", "--by", "nobody-at-all")["acts"] == []
    assert len(shop.json("acts", "list", "--by", OPERATOR.partition(":")[2])["acts"]) == 3
    assert shop.cli("acts", "list", "--since", "yesterday").exit_code == 2
    page = shop.json("acts", "list", "--limit", "2")
    assert [act["act"] for act in shop.json("acts", "list", "--after", page["next"])["acts"]] == ["block"]
    assert f"undone by {OPERATOR}: they are meant so" in shop.cli("acts", "list").stdout


def test_the_acts_on_a_job_are_those_on_its_deliveries_too(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no"))
    shop.order()
    shop.run()
    shop.cli("retrigger", "--delivery", shop.delivery()["id"], "--why", "one")
    shop.order("O2", "J2", payment="Pending")
    shop.cli("skip", shop.delivery("J2")["id"], "--why", "other")

    assert [act["why"] for act in shop.json("acts", "list", "--subject", "J1")["acts"]] == ["one"]
    on_delivery = shop.json("acts", "list", "--subject", shop.delivery()["id"][:-6])["acts"]
    assert [act["why"] for act in on_delivery] == ["one"]
    since = shop.json("acts", "list", "--since", "1h")["acts"]
    assert [act["why"] for act in since] == ["other", "one"]


def test_an_undo_cannot_be_undone(shop: Shop) -> None:
    shop.cli("pause", "mis", "--why", "paper jam")
    shop.cli("undo", newest(shop), "--why", "wrong one")

    refused = shop.cli("undo", newest(shop), "--why", "right after all")

    assert refused.exit_code == 1
    assert refused.stderr == "printhub: an undo cannot be undone: do the first act again instead\n"
