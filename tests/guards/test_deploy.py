"""What `deploy/` holds fits what the program reads, and what the tools that read it want."""

import re
import shutil
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # its stubs are a distribution of their own

from printhub.core.plugin.discovery import discover
from printhub.core.settings import InstanceSettings, describe, load
from tests.guards.tree import ROOT, text

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROGRAM = "/opt/printhub/bin/printhub"
LONGEST_STOP = InstanceSettings.model_fields["timeout"].default + timedelta(seconds=10)
"""How long a process takes to end at the most: the longest call, a second, and five for its own threads."""
COMPOSE: dict[str, Any] = yaml.safe_load(text(DEPLOY / "compose" / "compose.yaml"))
WITH_URLS = {"store__url", "bus__url"}


def values(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^#?{key}=(.*)$", text(unit), re.MULTILINE)


def known_setting(name: str) -> bool:
    """Whether the environment, or a secret file, may have this name."""
    if name in WITH_URLS:
        return True
    plain = re.sub(r"^(storefronts|instances)\.[a-z_]+", r"\1.NAME", name.replace("__", "."))
    return plain in {setting.path for setting in describe()} or plain.startswith("instances.NAME.config.")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_what_systemd_takes(unit: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    copy = tmp_path / unit.name
    copy.write_text(text(unit).replace(PROGRAM, sys.executable))

    ran = subprocess.run([analyze, "verify", copy], capture_output=True, text=True, timeout=60, check=False)

    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_lets_running_calls_end_and_hears_when_it_is_ready(unit: Path) -> None:
    [stop] = values(unit, "TimeoutStopSec")

    assert timedelta(seconds=int(stop)) >= LONGEST_STOP
    assert values(unit, "Type") == ["notify"]
    assert values(unit, "WatchdogSec")
    assert [command.partition(" ")[0] for command in values(unit, "ExecStart")] == [PROGRAM]


def test_all_units_are_shut_in_alike() -> None:
    shut_in = {re.split(r"^DynamicUser", text(unit), flags=re.MULTILINE)[1] for unit in UNITS}

    assert len(UNITS) == 3
    assert len(shut_in) == 1


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_gives_settings_that_there_are(unit: Path) -> None:
    given = [line.partition("=")[0] for line in values(unit, "Environment")]
    secrets = [line.partition(":") for line in values(unit, "LoadCredential")]

    assert given[0] == "PRINTHUB_CONFIG"
    assert [name for name in given[1:] if not known_setting(name.removeprefix("PRINTHUB_").lower())] == []
    assert [name for name, _, _ in secrets if not known_setting(name)] == []
    # printhub-run gives every file under its own name.
    assert [path for name, _, path in secrets if path != f"/etc/printhub/secrets/{name}"] == []


def test_a_command_beside_the_services_has_their_user_folder_and_settings() -> None:
    script = DEPLOY / "systemd" / "printhub-run"
    [unit] = [unit for unit in UNITS if unit.name == "printhub.service"]

    assert script.stat().st_mode & stat.S_IXUSR
    for key in ("DynamicUser", "User", "StateDirectory", "StateDirectoryMode", "UMask"):
        assert f"--property={key}={values(unit, key)[0]} " in text(script)
    for line in values(unit, "Environment")[:2]:
        assert f"--setenv={line} " in text(script)


def test_every_service_of_the_sample_is_looked_after() -> None:
    services = COMPOSE["services"]

    for name, service in services.items():
        runs_once = service.get("restart") == "no"
        assert runs_once or service["healthcheck"]["test"], name
        assert service["stop_grace_period"], name
        assert ("ports" in service) is (name == "proxy"), name  # nothing else is reached from outside
    seconds = int(services["work"]["stop_grace_period"].removesuffix("s"))
    assert timedelta(seconds=seconds) >= LONGEST_STOP
    assert services["hub"]["depends_on"]["upgrade"] == {"condition": "service_completed_successfully"}


def test_every_secret_of_the_sample_is_a_file_under_the_name_of_its_setting() -> None:
    secrets = COMPOSE["secrets"]

    assert [name for name in COMPOSE["services"]["work"]["secrets"] if not known_setting(name)] == []
    assert all(set(secret) == {"file"} for secret in secrets.values())
    assert "password=" not in text(DEPLOY / "compose" / "compose.yaml").lower()


def test_the_configuration_of_the_sample_is_right() -> None:
    secret = {"PRINTHUB_INSTANCES__PRESS__CONFIG__AUTH__TOKEN": "t0ken"}
    settings = load(DEPLOY / "compose" / "printhub.toml", plugins=discover(), environ=secret)

    assert settings.instances["press"].set_aside is None
    assert COMPOSE["services"]["work"]["environment"].keys() == {"PRINTHUB_HUB__METRICS"}


def test_the_proxy_of_the_sample_is_that_of_one_machine_with_other_names() -> None:
    here, there = (text(DEPLOY / name) for name in ("nginx/printhub.conf", "compose/nginx.conf"))
    names = {
        "127.0.0.1:8600": "hub:8600",
        "/etc/ssl/hub.example.pem": "/run/secrets/tls_certificate",
        "/etc/ssl/private/hub.example.key": "/run/secrets/tls_key",
        "/var/log/nginx/printhub.log": "/dev/stdout",
    }
    for before, after in names.items():
        here = here.replace(before, after)

    assert here.splitlines()[1:] == there.splitlines()[1:]  # the first line says whose it is
    assert {"tls_certificate", "tls_key"} == set(COMPOSE["services"]["proxy"]["secrets"])
