"""`printhub metrics`: the figures of the store, once."""

from prometheus_client.parser import text_string_to_metric_families

from printhub import Rejected
from printhub.core.flow.meters import EVER, STANDING
from tests.unit.cli.shop import Shop


def test_it_is_the_text_that_prometheus_reads(shop: Shop) -> None:
    shop.script.answer("notify", Rejected("no such sheet"))
    shop.order()
    shop.run()

    found = {f.name: f for f in text_string_to_metric_families(shop.cli("metrics").stdout)}

    assert {name.removesuffix("_total") for name in found} == {
        meter.name.removesuffix("_total") for meter in (*STANDING, *EVER)
    }
    failed = [s.value for s in found["printhub_deliveries"].samples if s.labels["state"] == "failed"]
    assert failed == [1]


def test_with_json_every_figure_says_what_it_means(shop: Shop) -> None:
    shop.order()

    listed = {one["name"]: one for one in shop.json("metrics")["metrics"]}

    assert list(listed) == [meter.name for meter in (*STANDING, *EVER)]
    planned = listed["printhub_store_deliveries_total"]
    assert planned == {
        "name": "printhub_store_deliveries_total",
        "meaning": "Deliveries that were ever planned.",
        "counter": True,
        "samples": [{"labels": {}, "value": planned["samples"][0]["value"]}],
    }
    assert planned["samples"][0]["value"] >= 1
    assert {"labels": {"instance_name": "mis"}, "value": 0} in listed["printhub_jobs_failed"]["samples"]
