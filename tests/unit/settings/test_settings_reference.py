"""What is generated from the models: reference, JSON schema, starter file."""

import json
import re

import pytest

from printhub import Kind, Mode
from printhub.core.model.jobs import ProductType
from printhub.core.plugin.discovery import Plugins, discover
from printhub.core.settings import describe, example, schema
from tests.unit.settings.sample import PLUGINS, AcmeConfig, Loading


def test_every_setting_has_a_meaning() -> None:
    docs = {doc.path: doc for doc in describe()}

    assert [path for path, doc in docs.items() if not doc.meaning] == []
    assert docs["instances.NAME.retry.jitter"].default == "0.1"
    assert docs["instances.NAME.retry.give_up_after"].default == '"1d"'
    assert docs["instances.NAME.timeout"].type == "duration"
    assert docs["instances.NAME.config"].type == "table"
    assert docs["storefronts.NAME.sources"].default is None
    assert docs["storefronts.NAME.mode"].type == '"test", "live"'
    assert docs["routes[].product_types"].default == "[]"
    assert docs["hub.data"].default == '"var"'
    assert not {"path", "instances.NAME.set_aside"} & set(docs)


def test_the_settings_of_an_adapter_are_described_likewise() -> None:
    docs = {doc.path: doc for doc in describe(AcmeConfig)}

    assert docs["url"].meaning == "Where it is."
    assert docs["token"].type == "secret"
    assert docs["auth.password"].type == "secret"
    assert docs["port"].default == "443"


def test_the_schema_knows_the_settings_of_the_adapters() -> None:
    whole = schema(PLUGINS)

    text = json.dumps(whole)
    assert whole["title"] == "printhub.toml"
    assert whole["additionalProperties"] is False
    assert '"const": "acme"' in text
    assert '"const": "mail"' in text
    assert "set_aside" not in text
    assert whole["$defs"]["AcmeConfig"]["required"] == ["url"]
    assert "path" not in whole["properties"]


def test_the_schema_does_without_plugins() -> None:
    assert "instances" in schema(Plugins())["properties"]


def test_the_starter_file_loads_as_it_is(reading: Loading) -> None:
    settings = reading(example(), plugins=Plugins())

    assert settings.storefront_of("https://shop.example/") == "shop"
    assert settings.instances == {}


def test_the_starter_file_loads_with_its_mis_uncommented(reading: Loading) -> None:
    plugins = discover()
    if "mis_generic" not in plugins.adapters:
        pytest.skip("the plugin printhub-mis-generic is not installed")
    text = re.sub(r"(?m)^#(?=\S)", "", example()).replace('secrets_dir = "secrets"', "")

    settings = reading(text, plugins=plugins, instances__mis__config__auth__token="made-up")

    chosen = settings.route_for("shop", ProductType.STATIC, Mode.TEST, Kind.MIS, lambda _: Kind.MIS)
    assert chosen is not None
    assert chosen[1] == ("mis",)
