"""`printhub deliveries list` and `printhub events list`."""

import pytest

from printhub import Rejected
from tests.unit.cli.shop import Shop


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], ["assets J2", "manifest J2", "notify J2", "assets J1", "manifest J1", "notify J1"]),
        (["--state", "failed"], ["notify J2"]),
        (["--state", "failed", "--state", "held"], ["assets J2", "manifest J2", "notify J2"]),
        (["--job", "J1"], ["assets J1", "manifest J1", "notify J1"]),
        (["--instance", "mis", "--state", "failed"], ["notify J2"]),
    ],
)
def test_deliveries_are_found_by_what_holds_of_them(shop: Shop, options: list[str], expected: list[str]) -> None:
    shop.script.answer("notify", Rejected("no such sheet"), job="J2")
    shop.order("O1", "J1", "J2")
    shop.run()

    found = shop.json("deliveries", "list", *options)["deliveries"]

    assert [f"{one['verb']} {one['job']}" for one in found] == expected


def test_deliveries_come_in_pages(shop: Shop) -> None:
    shop.order("O1", "J1")

    first = shop.json("deliveries", "list", "--limit", "2")
    second = shop.json("deliveries", "list", "--limit", "2", "--after", first["next"])

    assert [one["verb"] for one in (*first["deliveries"], *second["deliveries"])] == ["assets", "manifest", "notify"]
    assert second["next"] is None


def test_a_delivery_is_shown_with_the_reason_why_it_stands(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no such sheet"))
    shop.order()
    shop.run()

    text = shop.cli("deliveries", "list").stdout

    assert "failed  mis       notify    J1   no such sheet" in text
    assert "held    mis       manifest  J1   waits for predecessor(notify)" in text


def test_events_are_listed_without_their_bodies(shop: Shop) -> None:
    shop.order()

    text = shop.cli("events", "list").stdout

    assert "applied  printhub.order.placed  O1       e1 from https://shop.example/" in text
    assert "Jane" not in text


def test_empty_lists_say_so(shop: Shop) -> None:
    assert shop.cli("jobs", "list").stdout == "no job matches\n"
    assert shop.cli("deliveries", "list").stdout == "no delivery matches\n"
    assert shop.cli("events", "list", "--early").stdout == "no event matches\n"
    assert shop.cli("events", "list", "--refused").stdout == "nothing was refused\n"
    assert shop.json("events", "list", "--unattributed") == {"events": [], "next": None}


def test_a_state_that_does_not_exist_is_wrong_usage(shop: Shop) -> None:
    assert shop.cli("deliveries", "list", "--state", "lost").exit_code == 2
