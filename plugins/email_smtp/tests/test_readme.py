"""The configuration in the README is one."""

import re
from pathlib import Path

from printhub.core.plugin.discovery import discover
from printhub.core.settings import load

README = Path(__file__).parent.parent / "README.md"


def test_the_example_is_a_configuration_that_the_hub_takes(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", README.read_text(), flags=re.DOTALL)
    path = tmp_path / "printhub.toml"
    path.write_text('[storefronts.shop]\nsources = ["https://shop.example"]\n' + example)
    secrets = {
        "PRINTHUB_INSTANCES__MAIL__CONFIG__PASSWORD": "one",
        "PRINTHUB_INSTANCES__MAIL__CONFIG__MAILBOX__PASSWORD": "two",
    }

    settings = load(path, plugins=discover(), environ=secrets)

    assert settings.instances["mail"].adapter == "email_smtp"
    assert settings.storefronts["shop"].mail.bounces == "bounces@hub.example"
