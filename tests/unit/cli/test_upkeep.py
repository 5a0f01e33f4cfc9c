"""`printhub testdata clear`, `backup` and `restore`, as an operator meets them."""

import json

import pytest

from tests.unit.cli.shop import Shop

WHY = ("--why", "before going live")


@pytest.fixture
def placed(shop: Shop) -> Shop:
    """A shop with one test order that is done."""
    shop.order()
    shop.run()
    return shop


def test_test_data_is_not_cleared_where_nobody_can_be_asked(placed: Shop) -> None:
    result = placed.cli("testdata", "clear", "shop", *WHY)

    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert placed.json("jobs", "list")["jobs"] != []


def test_test_data_is_cleared_with_an_export_beside_the_store(placed: Shop) -> None:
    result = placed.cli("testdata", "clear", "shop", "--yes", *WHY)

    assert result.exit_code == 0
    assert "removed from shop: orders 1, jobs 1" in result.stdout
    assert "personal data" in result.stdout
    assert placed.json("jobs", "list")["jobs"] == []
    [export] = (placed.folder / "var").glob("testdata-shop-*.jsonl")
    lines = [json.loads(line) for line in export.read_text().splitlines()]
    assert lines[-1] == {"table": "end", "orders": 1, "jobs": 1}
    assert placed.json("testdata", "clear", "shop", "--yes", "--export", str(placed.folder / "x"), *WHY)["jobs"] == 0


def test_a_storefront_that_is_misspelt_is_named_with_those_that_there_are(placed: Shop) -> None:
    result = placed.cli("testdata", "clear", "shp", "--yes", *WHY)

    assert result.exit_code == 1
    assert "there is no storefront shp; the configuration has: shop" in result.stderr


def test_a_backup_is_taken_and_restored_in_the_place_of_what_was_there(placed: Shop) -> None:
    backup = placed.folder / "backup"

    taken = placed.cli("backup", str(backup))
    placed.order("O2", "J2")
    refused = placed.cli("restore", str(backup), "--why", "a test")
    restored = placed.json("restore", str(backup), "--replace", "--why", "a test")

    assert taken.exit_code == 0
    assert "1 order, 1 job, 1 file (" in taken.stdout
    assert refused.exit_code == 1
    assert "--replace" in refused.stderr
    assert [job["number"] for job in placed.json("jobs", "list")["jobs"]] == ["J1"]
    assert restored["paused"] == ["mis"]
    assert restored["counts"]["job"] == 1


def test_what_is_no_backup_is_refused(placed: Shop) -> None:
    result = placed.cli("restore", str(placed.folder), "--replace", "--why", "a test")

    assert result.exit_code == 1
    assert "is no backup" in result.stderr
    assert len(placed.json("jobs", "list")["jobs"]) == 1


def test_a_backup_says_what_it_is_in_json(placed: Shop) -> None:
    found = placed.json("backup", str(placed.folder / "backup"))

    assert found["manifest"]["counts"]["customer_order"] == 1
    assert found["manifest"]["lost"] == []
    assert placed.cli("backup", str(placed.folder / "backup")).exit_code == 1


def test_after_a_restoration_a_job_says_that_its_instance_is_paused_and_why(placed: Shop) -> None:
    placed.order("O2", "J2")
    placed.cli("backup", str(placed.folder / "backup"))
    placed.cli("restore", str(placed.folder / "backup"), "--replace", "--why", "a test")

    shown = placed.cli("jobs", "show", "J2").stdout

    assert "paused" in shown
    assert "restored from a backup of" in shown


def test_nothing_is_saved_where_the_folder_above_is_not_there(placed: Shop) -> None:
    backup = placed.cli("backup", str(placed.folder / "disk" / "backup"))
    export = placed.cli("testdata", "clear", "shop", "--yes", "--export", str(placed.folder / "disk" / "x"), *WHY)

    assert backup.exit_code != 0
    assert f"there is no folder {placed.folder / 'disk'}" in backup.stderr
    assert export.exit_code == 2
    assert f"there is no folder {placed.folder / 'disk'}" in export.stderr
    assert not (placed.folder / "disk").exists()
    assert len(placed.json("jobs", "list")["jobs"]) == 1


def test_a_customer_is_erased_where_nobody_is_asked_only_with_yes(placed: Shop) -> None:
    who = ("erase", "shop", "--customer", "Jane@example.org", *WHY)

    unasked = placed.cli(*who)
    tried = placed.cli(*who, "--dry-run")
    assert [job["number"] for job in placed.json("jobs", "list", "--text", "jane")["jobs"]] == ["J1"]
    done = placed.cli(*who, "--yes")

    assert unasked.exit_code == 2
    assert "--yes" in unasked.stderr
    assert tried.stdout == "would be erased from shop: orders 1, jobs 1, other mentions 0\n"
    assert done.exit_code == 0
    assert done.stdout == "erased from shop: orders 1, jobs 1, other mentions 0\n"
    assert placed.json("jobs", "list", "--text", "jane")["jobs"] == []
    assert placed.json("jobs", "show", "J1")["status"] == "JobDataDeleted"
    assert placed.json(*who, "--yes")["orders"] == []


def test_an_order_under_way_is_left_with_what_is_in_the_way(shop: Shop) -> None:
    shop.order()

    told = shop.cli("erase", "shop", "--order", "O1", "--yes", *WHY)

    assert told.exit_code == 1
    assert "left  order O1: it is under way" in told.stdout
    assert "notify of J1 at mis is" in told.stdout
    assert shop.json("erase", "shop", "--order", "O1", "--yes", *WHY, code=1)["complete"] is False


def test_either_a_customer_or_an_order_is_erased(shop: Shop) -> None:
    assert shop.cli("erase", "shop", "--yes", *WHY).exit_code == 2
    assert shop.cli("erase", "shop", "--customer", "x", "--order", "y", "--yes", *WHY).exit_code == 2
