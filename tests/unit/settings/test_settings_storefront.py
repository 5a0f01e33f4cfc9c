"""The settings of a storefront: what they are at first, and what is refused."""

import pytest
from pydantic import ValidationError

from printhub.core.model.jobs import ProductType
from printhub.core.model.verbs import Mode
from printhub.core.settings import ProductionOn, StorefrontSettings


def storefront(**settings: object) -> StorefrontSettings:
    return StorefrontSettings.model_validate({"sources": ["https://shop.example"], **settings})


def test_a_storefront_begins_in_test_mode_and_produces_what_is_paid() -> None:
    found = storefront()

    assert (found.mode, found.production_on, found.block_on_checkout) == (Mode.TEST, ProductionOn.PAID, False)
    assert (found.time_zone, found.language, found.phone_region, found.product_types) == ("UTC", "en", None, ())


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("de", "de"),
        ("EN-gb", "en-GB"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("sr-Latn", "sr-Latn"),
        ("es-419", "es-419"),
        ("de-DE-1996", "de-DE-1996"),
        ("de-x-shop", "de-x-shop"),
    ],
)
def test_a_language_is_a_tag_in_its_usual_letters(given: str, kept: str) -> None:
    assert storefront(language=given).language == kept


@pytest.mark.parametrize("language", ["", "german language", "d", "de_DE", "de-", "-de", "de-DE-DE-DE"])
def test_what_is_no_language_tag_is_refused(language: str) -> None:
    with pytest.raises(ValidationError, match="BCP 47"):
        storefront(language=language)


@pytest.mark.parametrize("region", ["", "de", "UK", "XX", "DEU", "+49"])
def test_what_is_no_country_is_refused(region: str) -> None:
    with pytest.raises(ValidationError, match="ISO 3166-1"):
        storefront(phone_region=region)


def test_countries_and_product_types_are_taken_by_their_names() -> None:
    found = storefront(phone_region="GB", product_types=["Static", "MultiPart"])

    assert found.phone_region == "GB"
    assert found.product_types == (ProductType.STATIC, ProductType.MULTI_PART)
    with pytest.raises(ValidationError):
        storefront(product_types=["Posters"])
