"""Where a job goes, and whose event it is."""

import pytest

from printhub import Kind, Mode
from printhub.core.model.jobs import ProductType
from tests.unit.settings.sample import Loading

ROUTED = """
[storefronts.shop]
sources = ["https://shop.example/", "shop-eu"]
[storefronts.other]
sources = ["https://other.example/"]
[instances]
press-live = { adapter = "acme", mode = "live", config = { url = "", token = "t" } }
press-test = { adapter = "acme", mode = "test", config = { url = "", token = "t" } }
press-special = { adapter = "acme", mode = "live", config = { url = "", token = "t" } }
post = { adapter = "mail", mode = "live" }
[[routes]]
storefronts = ["other"]
product_types = ["MultiPart"]
mode = "live"
instances = ["press-special"]
[[routes]]
storefronts = ["shop", "other"]
instances = ["press-live", "press-test"]
[[routes]]
instances = ["press-special", "post"]
"""


def kind_of(instance: str) -> Kind | None:
    return Kind.EMAIL if instance == "post" else Kind.MIS


@pytest.mark.parametrize(
    ("storefront", "product_type", "mode", "kind", "instances"),
    [
        ("shop", ProductType.MULTI_PART, Mode.LIVE, Kind.MIS, ("press-live",)),
        ("shop", ProductType.MULTI_PART, Mode.TEST, Kind.MIS, ("press-test",)),
        ("other", ProductType.MULTI_PART, Mode.LIVE, Kind.MIS, ("press-special",)),
        ("other", ProductType.MULTI_PART, Mode.TEST, Kind.MIS, ("press-test",)),
        ("other", ProductType.STATIC, Mode.LIVE, Kind.MIS, ("press-live",)),
        ("other", ProductType.STATIC, Mode.LIVE, Kind.EMAIL, ("post",)),
        ("other", ProductType.STATIC, Mode.TEST, Kind.EMAIL, ()),
        ("unheard-of", ProductType.STATIC, Mode.LIVE, Kind.MIS, ("press-special",)),
        ("shop", ProductType.STATIC, Mode.LIVE, Kind.FILE, ()),
    ],
)
def test_for_each_kind_the_first_rule_that_fits_and_has_one_counts(
    reading: Loading, storefront: str, product_type: ProductType, mode: Mode, kind: Kind, instances: tuple[str, ...]
) -> None:
    settings = reading(ROUTED)

    chosen = settings.route_for(storefront, product_type, mode, kind, kind_of)

    assert (chosen[1] if chosen else ()) == instances


def test_what_may_be_meant_for_an_instance_that_is_set_aside_goes_nowhere_else(reading: Loading) -> None:
    settings = reading(ROUTED)

    def unknown_kind(instance: str) -> Kind | None:
        return None if instance == "press-live" else kind_of(instance)

    chosen = settings.route_for("shop", ProductType.STATIC, Mode.LIVE, Kind.MIS, unknown_kind)

    assert chosen is not None
    assert chosen[1] == ()


def test_a_source_tells_its_storefront(reading: Loading) -> None:
    settings = reading(ROUTED)

    assert settings.storefront_of("shop-eu") == "shop"
    assert settings.storefront_of("https://other.example/") == "other"
    assert settings.storefront_of("https://stranger.example/") is None
