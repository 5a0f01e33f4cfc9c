"""What is installed, and the configuration in the README."""

import re
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

from printhub.core.plugin.discovery import discover
from printhub.core.settings import load
from printhub_payment_stripe.adapter import PaymentStripe

FOLDER = Path(__file__).parent.parent


def entry_point() -> EntryPoint:
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
    [(name, value)] = project["entry-points"]["printhub.plugins"].items()
    return EntryPoint(name, value, "printhub.plugins")


def test_the_entry_point_brings_the_adapter() -> None:
    assert entry_point().load().printhub_adapters() == [PaymentStripe]


def test_the_example_is_a_configuration_that_the_hub_takes(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", (FOLDER / "README.md").read_text(), flags=re.DOTALL)
    path = tmp_path / "printhub.toml"
    path.write_text('[storefronts.shop]\nsources = ["https://shop.example"]\n' + example)
    secrets = {
        "PRINTHUB_INSTANCES__STRIPE__CONFIG__API_KEY": "rk_live_0123456789",
        "PRINTHUB_INSTANCES__STRIPE__CONFIG__WEBHOOK_SECRETS": '["whsec_0123456789"]',
    }

    settings = load(path, plugins=discover(entry_points=[entry_point()]), environ=secrets)

    assert settings.instances["stripe"].adapter == "payment_stripe"
