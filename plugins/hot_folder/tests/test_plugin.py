"""What is installed, and the configurations in the README."""

import re
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from pydantic import ValidationError

from printhub.core.plugin.discovery import discover
from printhub.core.settings import load
from printhub_hot_folder.adapter import HotFolder
from printhub_hot_folder.config import HotFolderConfig

FOLDER = Path(__file__).parent.parent
README = (FOLDER / "README.md").read_text()
EXAMPLES = re.findall(r"```toml\n(.*?)```", README, flags=re.DOTALL)


def entry_point() -> EntryPoint:
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
    [(name, value)] = project["entry-points"]["printhub.plugins"].items()
    return EntryPoint(name, value, "printhub.plugins")


def test_the_entry_point_brings_the_adapter() -> None:
    assert entry_point().load().printhub_adapters() == [HotFolder]


@pytest.mark.parametrize("example", EXAMPLES, ids=["whole", "awaited", "sftp"])
def test_the_examples_are_configurations_that_the_hub_takes(tmp_path: Path, example: str) -> None:
    path = tmp_path / "printhub.toml"
    path.write_text(example)

    settings = load(path, plugins=discover(entry_points=[entry_point()]), environ={})

    assert {instance.adapter for instance in settings.instances.values()} == {"hot_folder"}


@pytest.mark.parametrize("name", HotFolderConfig.model_fields)
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert re.search(rf"^\| .*`{name}[.`]", README, re.MULTILINE)


@pytest.mark.parametrize(
    "changes",
    [{"name": "{{ job"}, {"name": ""}, {"trigger": "trg"}, {"trigger": "./x"}, {"ticket": {"name": "a"}}, {"nam": "a"}],
)
def test_a_mistake_is_found_when_the_file_is_read(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        HotFolderConfig.model_validate({"path": "/srv/hot", **changes})
