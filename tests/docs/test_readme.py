"""The README is true: its adapter keeps the contract, its commands are there, its links lead somewhere."""

import re
import types
from typing import Any

import pytest

from printhub import MisAdapter
from printhub.core.plugin.discovery import discover
from printhub.testing import MisSimulator, SimulatedMisConformance
from tests.docs.pages import ROOT, blocks, sources

LINES, COLUMNS = 65, 96

readme = types.ModuleType("acme_of_the_readme")
CODE = blocks("README.md", "python")[0].code
exec(compile(CODE, "README.md", "exec"), readme.__dict__)  # noqa: S102 - our own README, which is what is tested


class TestAdapterOfTheReadme(SimulatedMisConformance):
    def new_simulator(self) -> MisSimulator:
        return MisSimulator(auth=("bearer", "acme-t0ken"))

    def adapter(self) -> MisAdapter[Any]:
        made: MisAdapter[Any] = readme.AcmeMis(readme.AcmeConfig(url=self.simulator.url, token="acme-t0ken"))
        return made


def test_the_adapter_is_brought_by_its_hook() -> None:
    plugins = discover(entry_points=[], builtin=[readme])

    assert plugins.set_aside == {}
    assert list(plugins.adapters) == ["acme"]


def test_the_adapter_fits_on_one_screen() -> None:
    assert len(CODE.splitlines()) <= LINES
    assert max(map(len, CODE.splitlines())) <= COLUMNS


@pytest.mark.parametrize("command", ["make demo", "make test", "make lint"])
def test_the_commands_are_stated_plainly(command: str) -> None:
    assert re.search(rf"(^\$ |`){command}\b", sources()["README.md"], re.MULTILINE)


def test_every_target_that_it_names_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert set(re.findall(r"`make ([a-z]+)", sources()["README.md"])) <= targets


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#\s]+)\)", sources()["README.md"])
    local = [link for link in links if "://" not in link]

    assert len(local) > 5
    assert [link for link in local if not (ROOT / link).exists()] == []
