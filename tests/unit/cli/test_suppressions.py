"""The list of suppressed addresses, by the command line."""

import pytest

from tests.unit.cli.shop import CONFIG, Shop


def test_an_address_is_put_on_the_list_found_there_and_taken_off(shop: Shop) -> None:
    kept = shop.json("suppressions", "add", "shop", "Jane@Example.org", "--why", "she asked by telephone")

    found = shop.json("suppressions", "list", "--address", "JANE@example.org")["suppressions"]
    assert [(one["id"], one["medium"], one["cause"]) for one in found] == [(kept["id"], "email", "manual")]
    assert shop.json("suppressions", "list", "--address", "kim@example.org")["suppressions"] == []

    shop.json("suppressions", "remove", kept["id"], "--why", "a mistake")
    assert shop.json("suppressions", "list")["suppressions"] == []


def test_who_is_there_already_is_named_by_the_entry(shop: Shop) -> None:
    first = shop.json("suppressions", "add", "shop", "jane@example.org", "--why", "one")

    again = shop.cli("suppressions", "add", "shop", "JANE@example.org", "--why", "two")

    assert again.exit_code == 1
    assert first["id"] in again.stderr
    assert [one["id"] for one in shop.json("suppressions", "list")["suppressions"]] == [first["id"]]


def test_a_number_is_for_text_messages(shop: Shop) -> None:
    shop.json("suppressions", "add", "shop", "+4930123456", "--why", "STOP")

    assert [one["medium"] for one in shop.json("suppressions", "list")["suppressions"]] == ["sms"]
    assert shop.json("suppressions", "list", "--medium", "email")["suppressions"] == []


def test_a_number_is_found_as_people_write_it_and_taken_off_by_the_beginning_of_its_id(shop: Shop) -> None:
    shop.path.write_text(CONFIG.replace("[instances.mis]", 'phone_region = "DE"\n\n[instances.mis]'))
    kept = shop.json("suppressions", "add", "shop", "030 123456", "--why", "STOP")

    found = shop.json("suppressions", "list", "--address", "(030) 12 34 56")["suppressions"]
    shop.json("suppressions", "remove", kept["id"][:18], "--why", "a mistake")

    assert [one["address"] for one in found] == ["+4930123456"]
    assert shop.json("suppressions", "list")["suppressions"] == []


def test_what_is_not_there_is_named(shop: Shop) -> None:
    unknown = shop.cli("suppressions", "add", "shpo", "jane@example.org", "--why", "x")
    nothing = shop.cli("suppressions", "remove", "0190d1f4-0000-7000-8000-000000000001", "--why", "x")

    assert unknown.exit_code != 0
    assert "shpo" in unknown.stderr
    assert nothing.exit_code == 1
    assert "there is no suppressed address 0190d1f4" in nothing.stderr
    assert "jane" not in unknown.stderr + nothing.stderr


def test_who_did_it_is_kept_and_the_address_is_not(shop: Shop) -> None:
    shop.json("suppressions", "add", "shop", "jane@example.org", "--why", "she asked")

    [act] = shop.json("acts", "list")["acts"]
    assert act["why"] == "she asked"
    assert "jane" not in str(act)


@pytest.mark.parametrize("written", ["Jane <jane@example.org>", " jane@example.org ", "JANE@example.org"])
def test_the_address_alone_counts_however_it_is_written(shop: Shop, written: str) -> None:
    kept = shop.json("suppressions", "add", "shop", written, "--why", "x")

    assert [
        one["id"] for one in shop.json("suppressions", "list", "--address", "jane@example.org")["suppressions"]
    ] == [kept["id"]]


@pytest.mark.parametrize("written", ["a@@b", "jane", "030 123456", "jane@", "a@b,c@d"])
def test_what_is_no_address_is_refused(shop: Shop, written: str) -> None:
    result = shop.cli("suppressions", "add", "shop", written, "--why", "x")

    assert result.exit_code == 1
    assert "expected one such as" in result.stderr
    assert shop.json("suppressions", "list")["suppressions"] == []
