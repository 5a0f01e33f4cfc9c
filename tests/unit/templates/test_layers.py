"""Where the words of a message come from: language first, and in each the storefront, the platform, the hub."""

from pathlib import Path

import pytest

from printhub.core.templates.layers import Layer, Layers


def put(root: Path, name: str, text: str = "x") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_hub_has_words_for_everybody() -> None:
    found = Layers().find("shipped/text.txt", "shop", ("en",))

    assert found is not None
    assert (found.layer, found.language) == (Layer.HUB, "")


def test_a_language_is_preferred_to_a_layer(tmp_path: Path) -> None:
    put(tmp_path, "storefronts/shop/shipped/text.txt")

    found = Layers(tmp_path).find("shipped/text.txt", "shop", ("de",))

    assert found is not None
    assert (found.layer, found.language) == (Layer.HUB, "de")


def test_within_a_language_the_storefront_comes_before_the_platform_and_that_before_the_hub(tmp_path: Path) -> None:
    put(tmp_path, "shipped/de/text.txt")
    put(tmp_path, "storefronts/shop/shipped/de/text.txt")
    layers = Layers(tmp_path)

    of_shop, of_other = (layers.find("shipped/text.txt", name, ("de-AT", "de")) for name in ("shop", "other"))

    assert of_shop is not None
    assert of_other is not None
    assert (of_shop.layer, of_other.layer) == (Layer.STOREFRONT, Layer.PLATFORM)


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/passwd", "shipped/../../secret.txt", "shipped//text.txt", ""])
def test_no_name_leads_out_of_the_folders(tmp_path: Path, name: str) -> None:
    put(tmp_path, "secret.txt")

    assert Layers(tmp_path / "templates").find(name, "shop", ("en",)) is None


def test_no_link_leads_out_of_the_folders(tmp_path: Path) -> None:
    secret = put(tmp_path, "secret.txt")
    (tmp_path / "templates" / "shipped").mkdir(parents=True)
    (tmp_path / "templates" / "shipped" / "extra.txt").symlink_to(secret)

    assert Layers(tmp_path / "templates").find("shipped/extra.txt", "shop", ()) is None


def test_one_storefront_cannot_name_the_templates_of_another(tmp_path: Path) -> None:
    put(tmp_path, "storefronts/other/shipped/text.txt")

    assert Layers(tmp_path).find("storefronts/other/shipped/text.txt", "shop", ()) is None
