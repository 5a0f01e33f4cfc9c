"""Reads the configuration: the file, then the environment and secret files over it, then checks all of it at once."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, TomlConfigSettingsSource

from printhub.core.model.adapter import AdapterConfig
from printhub.core.model.errors import ConfigInvalid
from printhub.core.plugin.discovery import Plugins
from printhub.core.settings.overrides import Given, Known, Overlay, from_environment, from_secret_files
from printhub.core.settings.problems import Wording
from printhub.core.settings.settings import Settings

CONTAINER_SECRETS = Path("/run/secrets")
"""Where container engines put secret files."""

_TWICE = re.compile(r"Cannot declare \((?P<keys>.+)\) twice")


class _Document(BaseSettings):
    """The file as it stands with what is laid over it, before anything is checked."""

    model_config = SettingsConfigDict(extra="allow", hide_input_in_errors=True)


def load(path: Path, *, plugins: Plugins, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the configuration file at `path` and all that the environment and secret files put over it.

    The environment comes before secret files, and those before the file. Raises ConfigInvalid with all problems.
    """
    path = path.absolute()
    file = _read(path)
    written: dict[str, Any] = file.toml_data
    instances = _instances(written)
    configs: dict[str, type[AdapterConfig] | None] = {
        name: plugins.adapters[adapter].Config if adapter in plugins.adapters else None
        for name, adapter in instances.items()
    }
    known = Known(written, configs)
    variables = from_environment(environ, known)
    files = from_secret_files(_secrets_folder(path, written, variables, environ), known)
    sources = (Overlay(_Document, variables), Overlay(_Document, files), file)
    document: dict[str, Any] = dict(_Document(_build_sources=(sources, {})).model_extra or {})

    secrets = (*variables.secrets, *files.secrets, *_secrets_written(written, known))
    wording = Wording(path.name, known, {**files.origins, **variables.origins}, secrets)
    problems = [*variables.problems, *files.problems, *_reserved(document, wording)]
    if instances:
        document["instances"] = {**document["instances"]}
    for name, adapter in instances.items():
        table, faults = _judged(name, adapter, document["instances"][name], plugins, wording)
        document["instances"][name] = table
        problems += faults
    found_by_hub = {"path": path, "hub": document.get("hub", {})}
    try:
        settings = Settings.model_validate({**document, **found_by_hub}, context={"folder": path.parent})
    except ValidationError as error:
        problems += wording.problems(error)
        # Without the cause: pydantic's own error knows the values.
        raise ConfigInvalid(problems) from None
    if problems:
        raise ConfigInvalid(problems)
    return settings


def _judged(
    name: str, adapter: str, table: Mapping[str, Any], plugins: Plugins, wording: Wording
) -> tuple[dict[str, Any], list[str]]:
    """Put the adapter's own Config in the place of an instance's `config`, or say why its plugin is set aside."""
    rest = {key: value for key, value in table.items() if key != "config"}
    brought = plugins.adapters.get(adapter)
    if brought is None:
        if reason := plugins.why_missing(adapter):
            return {**rest, "set_aside": reason}, []
        known = ", ".join(sorted(plugins.adapters)) or "none; install a plugin"
        text = f'no plugin brings an adapter "{adapter}"; expected one of: {known}'
        return rest, [wording.at(("instances", name, "adapter"), text)]
    try:
        return {**rest, "config": brought.Config.model_validate(table.get("config", {}))}, []
    except ValidationError as error:
        return rest, list(wording.problems(error, ("instances", name, "config")))
    # A validator of a plugin is foreign code: what breaks it concerns its own instances only.
    except Exception as error:  # noqa: BLE001
        return {**rest, "set_aside": f"the adapter {adapter} failed to judge its config: {type(error).__name__}"}, []


def _read(path: Path) -> TomlConfigSettingsSource:
    # pydantic-settings takes a file that is not there for an empty one.
    if not path.is_file():
        raise ConfigInvalid([f"{path}: there is no such file; expected the configuration of the hub"])
    try:
        return TomlConfigSettingsSource(_Document, toml_file=path)
    except tomllib.TOMLDecodeError as error:
        raise ConfigInvalid([f"{path.name}: {_toml_fault(str(error))}"]) from None
    except UnicodeDecodeError:
        raise ConfigInvalid([f"{path.name}: expected UTF-8 text"]) from None
    except OSError as error:
        raise ConfigInvalid([f"{path}: cannot be read ({error.strerror})"]) from None


def _toml_fault(text: str) -> str:
    """Say what TOML's parser found, and the place where it found it first."""
    place = re.search(r" \(at (.+)\)$", text)
    where = f"{place[1]}: " if place else ""
    fault = text[: place.start()] if place else text
    if twice := _TWICE.search(fault):
        name = ".".join(re.findall(r"'([^']*)'", twice["keys"]))
        return f"{where}[{name}] is there twice; expected a name of its own for each"
    return f"{where}not valid TOML: {fault}"


def _instances(written: Mapping[str, Any]) -> dict[str, str]:
    """Name the adapter of every instance that is written well enough to have one."""
    tables = written.get("instances")
    if not isinstance(tables, dict):
        return {}
    return {
        name: table["adapter"]
        for name, table in tables.items()
        if isinstance(table, dict) and isinstance(table.get("adapter"), str)
    }


def _secrets_folder(
    path: Path, written: Mapping[str, Any], variables: Given, environ: Mapping[str, str]
) -> Path | None:
    """Find the folder of secret files: what is set, else systemd's, else the container's where it exists."""
    for hub in (variables.values.get("hub"), written.get("hub")):
        chosen = hub.get("secrets_dir") if isinstance(hub, dict) else None
        if isinstance(chosen, str) and chosen:
            return path.parent / chosen
    if systemd := environ.get("CREDENTIALS_DIRECTORY"):
        return Path(systemd)
    return CONTAINER_SECRETS if CONTAINER_SECRETS.exists() else None


def _reserved(document: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    """Refuse the fields of the models that only the hub fills."""
    if "path" in document:
        yield wording.at(("path",), "unknown key")
    tables = document.get("instances")
    for name, table in tables.items() if isinstance(tables, dict) else ():
        if isinstance(table, dict) and "set_aside" in table:
            yield wording.at(("instances", name, "set_aside"), "unknown key")


def _secrets_written(written: Mapping[str, Any], known: Known) -> Iterator[str]:
    """Yield the secrets that stand in the file itself."""
    for setting in known.by_path.values():
        if setting.secret:
            value: object = written
            for part in setting.path:
                value = value.get(part) if isinstance(value, dict) else None
            yield from _texts(value)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
