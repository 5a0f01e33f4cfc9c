"""`printhub jobs`: finding jobs, and everything about one."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from printhub import Misconfigured, OutcomeUnknown, Rejected, Report, Unavailable
from printhub.testing import after_sending
from tests.unit.cli.shop import Shop


def test_jobs_are_listed_newest_first_with_what_they_wait_for(shop: Shop) -> None:
    shop.order("O1", "J1", payment="Pending")
    shop.order("O2", "J2")
    shop.run()

    lines = shop.cli("jobs", "list").stdout.splitlines()

    assert lines[0].split() == ["JOB", "ORDER", "STOREFRONT", "STATUS", "KNOWN", "SINCE", "WAITS", "FOR"]
    assert lines[1].startswith("J2   O2     shop        MisAssetsOk")
    assert lines[1].endswith("Z"), "a job that is through waits for nothing"
    assert lines[2].endswith("notify held: waits for unpaid (and 2 more)")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["J3", "J2", "J1"]),
        (["--failed"], ["J2"]),
        (["--state", "held"], ["J3", "J2", "J1"]),
        (["--status", "misfailed"], ["J2"]),
        (["--blocked"], ["J1"]),
        (["--order", "O1"], ["J2", "J1"]),
        (["--order", "O1", "--failed"], ["J2"]),
        (["--storefront", "shop", "--limit", "1"], ["J3"]),
    ],
)
def test_jobs_are_found_by_what_holds_of_them(shop: Shop, options: list[str], expected: list[str]) -> None:
    shop.script.answer("notify", Rejected("no such sheet"), job="J2")
    shop.order("O1", "J1", "J2")
    shop.emit("job.blocked", {"job": "J1"})
    shop.order("O2", "J3", payment="Pending")
    shop.run()

    assert [job["number"] for job in shop.json("jobs", "list", *options)["jobs"]] == expected


def test_a_long_list_comes_in_pages_that_miss_nothing(shop: Shop) -> None:
    shop.order("O1", *(f"J{number}" for number in range(5)))

    found, after = [], None
    for _ in range(3):
        page = shop.json("jobs", "list", "--limit", "2", *(["--after", after] if after else []))
        found += [job["number"] for job in page["jobs"]]
        after = page["next"]

    assert sorted(found) == ["J0", "J1", "J2", "J3", "J4"]
    assert after is None


def test_a_page_that_is_not_the_last_says_how_to_go_on(shop: Shop) -> None:
    shop.order("O1", "J1", "J2")

    last = shop.cli("jobs", "list", "--limit", "1").stdout.splitlines()[-1]

    assert last == f"there are more: --after {shop.json('jobs', 'list')['jobs'][0]['id']}"


def test_a_status_that_does_not_exist_is_wrong_usage(shop: Shop) -> None:
    result = shop.cli("jobs", "list", "--status", "Lost")

    assert result.exit_code == 2
    assert "'Lost' is no status" in result.output


def test_a_job_that_is_not_there_is_a_no(shop: Shop) -> None:
    result = shop.cli("jobs", "show", "J9")

    assert result.exit_code == 1
    assert result.stderr == "printhub: there is no job J9; `printhub jobs explain J9` tells what is like it\n"


def test_a_job_tells_everything_but_personal_data(shop: Shop) -> None:
    shop.order("O1", "J1", attributes={"paper": "350 g matt"})
    shop.run()

    result = shop.cli("jobs", "show", "J1")

    assert result.exit_code == 0
    for words in (
        "Job J1 of shop, test",
        "MisAssetsOk  since 2026-",
        "by instance:mis",
        "Cards, Static, 500 pieces",
        "350 g matt",
        "O1, Pending, payment Paid, approval not_required, 49.39 EUR",
        "Nothing is in the way",
        "done  notify at mis",
        "reference REF-J1",
        "attempt 1, 0 ms, done",
        "*  2026-",
        "J1.pdf",
    ):
        assert words in result.stdout
    for personal in ("Jane", "jane@example.org"):
        assert personal not in result.stdout
        assert personal not in shop.cli("jobs", "show", "J1", "--json").stdout


def test_each_hold_is_told_with_who_can_lift_it(shop: Shop) -> None:
    shop.order("O1", "J1", payment="Pending")
    shop.emit("job.blocked", {"job": "J1", "why": "the colour looks odd"})
    shop.emit("job.awaiting", {"job": "J1", "matter": "proof"})
    shop.run()

    found = {one["what"]: one for one in shop.json("jobs", "show", "J1")["in_the_way"]}

    assert found.keys() == {"blocked", "unpaid", "awaiting(proof)"}
    assert found["blocked"]["lift"] == 'an operator: printhub release J1 --why "…"'
    assert found["unpaid"]["lift"] == "the storefront, by printhub.order.payment_changed"
    assert "printhub.job.approved" in found["awaiting(proof)"]["lift"]
    assert found["blocked"]["holds"] == ["notify, manifest, assets at mis"]


@pytest.mark.parametrize(
    ("answer", "state", "lift"),
    [
        (Rejected("no such sheet"), "failed", "printhub retrigger --delivery"),
        (Report.action_required("confirm the price"), "waiting_action", "whoever can give mis what it asks for"),
        (Unavailable("back soon"), "retrying", "the hub, by trying again"),
        (Report.accepted("REF"), "accepted", "mis, by telling what became of it"),
        (after_sending(OutcomeUnknown("the line broke")), "unknown", "the hub, by asking mis"),
    ],
)
def test_what_waits_for_somebody_is_told_with_whom(shop: Shop, answer: Report, state: str, lift: str) -> None:
    shop.script.answer("notify", answer, job="J1")
    shop.script.default("manifest", Report.accepted())
    shop.script.default("assets", Report.accepted())
    shop.order()
    shop.run()

    told = next(one for one in shop.json("jobs", "show", "J1")["in_the_way"] if "notify at mis" in one["holds"])

    assert told["what"] == state
    assert lift in told["lift"]


def test_a_retry_tells_when_it_is_due(shop: Shop) -> None:
    shop.script.answer("notify", Unavailable("back soon", timedelta(minutes=3)))
    shop.order()
    shop.run()

    assert "back soon, 2026-" in shop.cli("jobs", "show", "J1").stdout
    assert "(in 3 min)" in shop.cli("deliveries", "list", "--state", "retrying").stdout


def test_a_misconfigured_instance_is_told_as_the_reason(shop: Shop) -> None:
    shop.script.default("notify", Misconfigured("the token is wrong"))
    shop.script.default("check", Misconfigured("the token is wrong"))
    shop.order()
    shop.run()

    found = {one["what"]: one for one in shop.json("jobs", "show", "J1")["in_the_way"]}

    assert found["misconfigured"]["detail"] == "mis is misconfigured: the token is wrong"
    assert "printhub check mis" in found["misconfigured"]["lift"]


def test_an_instance_that_is_turned_off_is_told_as_the_reason(shop: Shop) -> None:
    shop.path.write_text(shop.path.read_text().replace('mode = "test"', 'mode = "test"\nenabled = false'))
    shop.order()
    shop.run()

    assert "turned_off" in {one["what"] for one in shop.json("jobs", "show", "J1")["in_the_way"]}


def test_that_no_hub_is_serving_is_told_where_something_could_go(shop: Shop) -> None:
    shop.order()

    assert "to be lifted by the operator:\n    printhub serve\n" in shop.cli("jobs", "show", "J1").stdout


def test_a_job_that_no_route_is_for_says_so(shop: Shop) -> None:
    shop.path.write_text(shop.path.read_text().replace('instances = ["mis"]', 'instances = ["mis"]\nmode = "live"'))
    shop.order()

    [told] = shop.json("jobs", "show", "J1")["in_the_way"]

    assert told["what"] == "no_route"
    assert "no route leads a test job of shop and type Static to a test MIS or hot folder" in told["detail"]


def test_a_released_block_stays_in_the_history_as_removed(shop: Shop) -> None:
    shop.order()
    shop.emit("job.blocked", {"job": "J1", "why": "the colour looks odd"})
    shop.cli("release", "J1", "--why", "it is meant so")

    text = shop.cli("jobs", "show", "J1").stdout
    [entry] = [one for one in shop.json("jobs", "show", "J1")["history"] if one["status"] == "Blocked"]

    assert entry["removed"]["why"] == "it is meant so"
    assert entry["removed"]["by"].startswith("operator:")
    [line] = [line for line in text.splitlines() if "Blocked" in line]
    assert line.startswith("x  ")
    assert "the colour looks odd (removed 2026-" in line


def test_the_same_number_in_two_storefronts_is_told_apart(shop: Shop) -> None:
    other = '\n[storefronts.other]\nsources = ["https://other.example/"]\n'
    shop.path.write_text(shop.path.read_text() + other)
    shop.order()
    event = shop.event("job.created", {"job": {"id": "J1", "product_type": "Static"}}, source="https://other.example/")
    shop.cli("emit", "-", stdin=json.dumps(event))

    ambiguous = shop.cli("jobs", "show", "J1")

    assert ambiguous.exit_code == 1
    assert "other/J1, shop/J1" in ambiguous.stderr
    assert shop.json("jobs", "show", "other/J1")["storefront"] == "other"

    assert shop.cli("block", "other/J1", "--why", "the colour looks odd").exit_code == 0
    assert [act["act"] for act in shop.json("acts", "list", "--subject", "other/J1")["acts"]] == ["block"]
    assert shop.json("acts", "list", "--subject", "shop/J1")["acts"] == []


@pytest.mark.parametrize("width", [80, 100, 140])
def test_nothing_is_wider_than_the_terminal(shop: Shop, width: int) -> None:
    shop.script.answer("notify", Rejected("the sheet is too small for this product, and the grain runs across it"))
    shop.order(
        "O1", "J1", attributes={"finish": "rounded corners, drilled, numbered, shrink-wrapped in packs of fifty"}
    )
    shop.run()

    for command in (["jobs", "list"], ["jobs", "show", "J1"], ["deliveries", "list"], ["events", "list"]):
        text = _uncoloured(shop.cli(*command, width=width).stdout)
        assert max(map(len, text.splitlines())) <= width, command


def test_colours_are_for_terminals_only(shop: Shop) -> None:
    shop.order()

    assert "\x1b[" not in shop.cli("jobs", "show", "J1").stdout
    assert "\x1b[" in shop.cli("jobs", "show", "J1", width=80).stdout


def _uncoloured(text: str) -> str:
    found = ""
    for part in text.split("\x1b["):
        found += part.partition("m")[2] if found or text.startswith("\x1b[") else part
    return found


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--text", "J2"], ["J2"]),
        (["--text", "jane"], ["J3", "J2", "J1"]),
        (["--text", "O2"], ["J3"]),
        (["--text", "REF-J3"], ["J3"]),
        (["--ever", "Blocked"], ["J1"]),
        (["--blocker", "released"], ["J1"]),
        (["--blocker", "never"], ["J3", "J2"]),
        (["--payment", "pending"], ["J3"]),
        (["--payment", "Pending", "--payment", "Paid"], ["J3", "J2", "J1"]),
        (["--order-status", "Pending", "--type", "static", "--mode", "test"], ["J3", "J2", "J1"]),
        (["--mode", "live"], []),
        (["--instance", "mis", "--state", "failed"], ["J2"]),
        (["--overdue"], []),
        (["--unapproved"], []),
        (["--since", "1h"], ["J3", "J2", "J1"]),
        (["--since", "2026-11-22"], ["J3", "J2", "J1"]),
        (["--until", "2026-11-21"], []),
        (["--until", "2026-11-22T09:30:02Z"], ["J2", "J1"]),
    ],
)
def test_jobs_are_found_by_any_filter(shop: Shop, options: list[str], expected: list[str]) -> None:
    shop.script.answer("notify", Rejected("no such sheet"), job="J2")
    shop.order("O1", "J1", "J2")
    shop.emit("job.blocked", {"job": "J1"})
    shop.emit("job.released", {"job": "J1"})
    shop.order("O2", "J3", payment="Pending")
    shop.run()
    shop.emit("order.payment_changed", {"order": "O2", "payment_status": "Paid"})
    shop.run()
    shop.emit("order.payment_changed", {"order": "O2", "payment_status": "Pending"})

    assert [job["number"] for job in shop.json("jobs", "list", *options)["jobs"]] == expected


def test_an_empty_answer_says_what_each_filter_hides(shop: Shop) -> None:
    shop.order("O1", "J1", "J2")
    shop.order("O2", "J3", payment="Pending")

    text = shop.cli("jobs", "list", "--payment", "Pending", "--order", "O1", "--status", "Ordered").stdout

    assert text.splitlines() == ["no job matches", "without --payment there are 2", "without --order there is 1"]


@pytest.mark.parametrize(
    ("fact", "option"), [("order.cancelled", "--show-cancelled"), ("order.deleted", "--show-deleted")]
)
def test_what_was_cancelled_or_deleted_is_not_listed_and_that_is_said(shop: Shop, fact: str, option: str) -> None:
    shop.order("O1", "J1")
    shop.order("O2", "J2")
    shop.emit(fact, {"order": "O1"})

    listed = shop.cli("jobs", "list").stdout.splitlines()
    assert listed[1].startswith("J2")
    assert listed[2:] == [f"{option} shows 1 more"]
    assert shop.cli("jobs", "list", "--text", "J1").stdout.splitlines() == [
        "no job matches",
        "without --text there is 1",
        f"{option} shows 1 more",
    ]
    assert shop.json("jobs", "list", "--text", "O1")["hidden"] == {"--text": 1, option: 1}
    assert [job["number"] for job in shop.json("jobs", "list", option)["jobs"]] == ["J2", "J1"]


def test_a_date_is_one_of_the_storefront_s_time_zone(shop: Shop) -> None:
    shop.path.write_text(
        shop.path.read_text().replace("[storefronts.shop]", '[storefronts.shop]\ntime_zone = "Asia/Tokyo"')
    )
    shop.clock.set(datetime(2026, 11, 21, 16, tzinfo=UTC))
    shop.order("O1", "J1")

    assert len(shop.json("jobs", "list", "--since", "2026-11-22")["jobs"]) == 1
    assert len(shop.json("jobs", "list", "--until", "2026-11-22")["jobs"]) == 1
    assert shop.json("jobs", "list", "--until", "2026-11-21")["jobs"] == []


@pytest.mark.parametrize(
    "options",
    [["--since", "yesterday"], ["--until", "2026-13-40"], ["--payment", "Gold"], ["--blocked", "--blocker", "never"]],
)
def test_a_filter_that_cannot_be_read_is_wrong_usage(shop: Shop, options: list[str]) -> None:
    assert shop.cli("jobs", "list", *options).exit_code == 2


def test_an_empty_store_is_filled_with_made_up_jobs(shop: Shop) -> None:
    made = shop.json("dev", "seed", "--jobs", "12", "--orders", "3")

    assert made["jobs"] >= 2
    found = shop.json("jobs", "list", "--show-cancelled", "--show-deleted", "--limit", "1000")["jobs"]
    assert len(found) == made["jobs"]
    refused = shop.cli("dev", "seed", "--jobs", "12", "--orders", "3")
    assert refused.exit_code == 1
    assert "--add fills it all the same" in refused.stderr
    assert shop.json("dev", "seed", "--jobs", "12", "--orders", "3", "--seed", "2", "--add")["jobs"] >= 2
