"""Names and words that operators type: what nobody knows is refused, and what could be meant is named."""

import pytest

from printhub import Rejected
from tests.unit.cli.shop import CONFIG, Shop


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["jobs", "list", "--instance", "mi"], "there is no instance mi; the configuration has: mis"),
        (["jobs", "list", "--storefront", "shp"], "there is no storefront shp; the configuration has: shop"),
        (["deliveries", "list", "--instance", "mi"], "there is no instance mi; the configuration has: mis"),
        (["retrigger", "--filter", "instance=mi", "--dry-run"], "there is no instance mi; the configuration has: mis"),
        (
            ["retrigger", "--filter", "storefront=shp", "--why", "x", "--yes"],
            "there is no storefront shp; the configuration has: shop",
        ),
        (["acts", "list", "--act", "retriger"], "there is no act retriger; perhaps retrigger is meant"),
        (["acts", "list", "--act", "frob"], "there is no act frob; it is one of block, bulk-retrigger"),
    ],
)
def test_a_name_that_nobody_knows_is_wrong_usage(shop: Shop, command: list[str], told: str) -> None:
    shop.order()

    result = shop.cli(*command)

    assert result.exit_code == 2
    assert told in result.stderr


def test_what_was_taken_out_of_the_configuration_can_still_be_asked_for(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no such sheet"))
    shop.order()
    shop.run()
    renamed = CONFIG.replace("[storefronts.shop]", "[storefronts.other]").replace("[instances.mis]", "[instances.new]")
    shop.path.write_text(renamed.replace('["mis"]', '["new"]'))

    for options in (["--instance", "mis"], ["--storefront", "shop"]):
        assert [job["number"] for job in shop.json("jobs", "list", *options)["jobs"]] == ["J1"]
    assert len(shop.json("deliveries", "list", "--instance", "mis")["deliveries"]) == 3
    assert shop.json("retrigger", "--filter", "instance=mis", "--dry-run")["eligible"] == 1


def test_a_dry_run_says_what_of_its_filter_is_not_there(shop: Shop) -> None:
    shop.order()

    assert "there is no order nope\n" in shop.cli("retrigger", "--filter", "order=nope", "--dry-run").stdout
    assert (
        "nothing has failed with the fingerprint zz"
        in shop.cli("retrigger", "--filter", "fingerprint=zz", "--dry-run").stdout
    )
    assert "there is no order" not in shop.cli("retrigger", "--filter", "order=O1", "--dry-run").stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["jobs", "list", "--status", "Foo"], "'Foo' is no status; the documentation lists all 60"),
        (["jobs", "list", "--status", "inproduktion"], "perhaps InProduction"),
        (["jobs", "list", "--ever", "Bloked"], "perhaps Blocked"),
        (["jobs", "list", "--state", "lost"], "'lost' is no state; it is one of held, ready"),
        (["jobs", "list", "--type", "Statik"], "perhaps Static is meant"),
        (["jobs", "list", "--type", "Leaflet"], "'Leaflet' is no product type; it is one of "),
        (["deliveries", "list", "--state", "fialed"], "'fialed' is no state; perhaps failed is meant"),
    ],
)
def test_a_word_that_does_not_exist_is_told_with_what_could_be_meant(shop: Shop, options: list[str], told: str) -> None:
    result = shop.cli(*options)

    assert result.exit_code == 2
    assert told in result.stderr
