"""What is installed, and the configurations in the README."""

import re
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from printhub.core.plugin.discovery import discover
from printhub.core.settings import load
from printhub_sms.adapter import Sms

FOLDER = Path(__file__).parent.parent
WHOLE, *PARTS = re.findall(r"```toml\n(.*?)```", (FOLDER / "README.md").read_text(), flags=re.DOTALL)
SECRETS = {
    "twilio": {"PRINTHUB_INSTANCES__TEXT__CONFIG__TWILIO__AUTH_TOKENS": '["0123456789abcdef"]'},
    "kannel": {"PRINTHUB_INSTANCES__TEXT__CONFIG__KANNEL__PASSWORD": "0123456789abcdef"},
    "http": {
        "PRINTHUB_INSTANCES__TEXT__CONFIG__HTTP__CALLBACK_SECRET": "0123456789abcdef",
        "PRINTHUB_INSTANCES__TEXT__CONFIG__HTTP__SECRETS": '{"token": "0123456789abcdef"}',
    },
}


def entry_point() -> EntryPoint:
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
    [(name, value)] = project["entry-points"]["printhub.plugins"].items()
    return EntryPoint(name, value, "printhub.plugins")


def test_the_entry_point_brings_the_adapter() -> None:
    assert entry_point().load().printhub_adapters() == [Sms]


@pytest.mark.parametrize("provider", ["twilio", "kannel", "http"])
def test_the_examples_are_configurations_that_the_hub_takes(tmp_path: Path, provider: str) -> None:
    written = WHOLE
    for part in PARTS:
        if f"config.{provider}" in part:
            before, _, rest = WHOLE.partition("[instances.text.config.twilio]")
            written = f"{before}{part}\n[[routes]]{rest.partition('[[routes]]')[2]}"
    path = tmp_path / "printhub.toml"
    path.write_text(written)

    settings = load(path, plugins=discover(entry_points=[entry_point()]), environ=SECRETS[provider])

    config = settings.instances["text"].config
    assert getattr(config, provider) is not None
