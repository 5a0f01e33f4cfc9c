"""The configuration in the README is one."""

import re
import tomllib
from pathlib import Path

from plugins.status_webhook.tests.sample import SECRET
from printhub.core.plugin.discovery import discover
from printhub.core.settings import load

README = Path(__file__).parent.parent / "README.md"


def test_the_example_is_a_configuration_that_the_hub_takes(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", README.read_text(), flags=re.DOTALL)
    path = tmp_path / "printhub.toml"
    path.write_text('[storefronts.shop]\nsources = ["https://shop.example"]\n' + example)
    secrets = {"PRINTHUB_INSTANCES__SHOP_EVENTS__CONFIG__SECRETS": f'["{SECRET}"]'}

    settings = load(path, plugins=discover(), environ=secrets)

    assert settings.instances["shop-events"].adapter == "status_webhook"
    assert tomllib.loads(example)["instances"]["shop-events"]["config"]["url"].startswith("https://")
