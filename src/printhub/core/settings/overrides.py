"""What the environment and secret files put over the file: the names that they may use, and their values."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FolderPath
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NestedSecretsSettingsSource, PydanticBaseSettingsSource

from printhub.core.model.adapter import AdapterConfig
from printhub.core.model.failpoints import VARIABLE as FAILPOINTS
from printhub.core.settings.fields import Path, Setting, walk
from printhub.core.settings.sections import (
    BusSettings,
    FilesSettings,
    HubSettings,
    InstanceSettings,
    StorefrontSettings,
    StoreSettings,
    WebSettings,
)

PREFIX = "PRINTHUB_"
NOT_SETTINGS = frozenset({"PRINTHUB_CONFIG", FAILPOINTS})
"""Variables with our prefix that are no settings: one tells the command line where the file is, one arms failpoints."""

_PARTS = "__"


def key_of(path: Path) -> str:
    """Spell a path as the environment does, without the prefix: parts joined by two underscores, upper case."""
    return _PARTS.join(str(part) for part in path).replace("-", "_").upper()


class Known:
    """Every setting that may be given from outside the file: the file decides which names there are."""

    def __init__(self, document: Mapping[str, Any], configs: Mapping[str, type[AdapterConfig] | None]) -> None:
        """`configs` has the Config class per instance; None where its plugin is set aside, so all keys may pass."""
        settings = [*walk(HubSettings, ("hub",)), *walk(StoreSettings, ("store",)), *walk(BusSettings, ("bus",))]
        settings += [*walk(WebSettings, ("web",)), *walk(FilesSettings, ("files",))]
        for name in _tables(document, "storefronts"):
            settings += walk(StorefrontSettings, ("storefronts", name))
        for name in _tables(document, "instances"):
            # The adapter decides which settings there are: it stands in the file alone.
            settings += [
                s for s in walk(InstanceSettings, ("instances", name)) if s.path[2] not in ("adapter", "config")
            ]
        self._unchecked: list[str] = []
        for name, config in configs.items():
            here = ("instances", name, "config")
            if config is None:
                self._unchecked.append(key_of(here) + _PARTS)
            else:
                settings += walk(config, here)
        # Where a table has several forms, a key that is a secret in one of them is treated as a secret.
        settings.sort(key=lambda setting: setting.secret)
        self.by_key = {key_of(setting.path): setting for setting in settings}
        self.by_path = {setting.path: setting for setting in settings}
        self.tables = {path[:n] for path in self.by_path for n in range(len(path))}
        """The paths at which settings stand."""

    def passes(self, key: str) -> bool:
        """Whether the key belongs to an instance whose settings nobody can judge now."""
        return key.startswith(tuple(self._unchecked))

    def similar(self, key: str) -> str | None:
        """The known key that was most likely meant."""
        return next(iter(difflib.get_close_matches(key, self.by_key, n=1, cutoff=0.7)), None)


@dataclass(slots=True)
class Given:
    """Values from one place outside the file."""

    values: dict[str, Any] = field(default_factory=dict, repr=False)
    origins: dict[Path, str] = field(default_factory=dict)
    """Which variable or secret file each value came from."""
    secrets: list[str] = field(default_factory=list, repr=False)
    """Texts that may not occur in any message."""
    problems: list[str] = field(default_factory=list)

    def take(self, setting: Setting, text: str, origin: str) -> None:
        """Keep one value; for lists and tables the text is JSON."""
        value: object = text
        if setting.collection:
            try:
                value = json.loads(text)
            except ValueError:
                self.problems.append(f"{origin}: expected JSON, because {key_of(setting.path)} is a list or a table")
                return
        table = self.values
        for part in setting.path[:-1]:
            table = table.setdefault(str(part), {})
        table[str(setting.path[-1])] = value
        self.origins[setting.path] = origin


class Overlay(PydanticBaseSettingsSource):
    """Hands values that were already sorted out to pydantic-settings, which lays them over the file's."""

    def __init__(self, settings_cls: type[BaseSettings], given: Given) -> None:
        """Stand for `given` among the sources of `settings_cls`."""
        super().__init__(settings_cls)
        self._given = given

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 # its API
        """Answer nothing: values come as a whole."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return all values."""
        return self._given.values


def from_environment(environ: Mapping[str, str], known: Known) -> Given:
    """Take the variables with our prefix; one that no setting is called by is a problem, not a setting."""
    given = Given()
    for variable, text in environ.items():
        name = variable.upper()
        if not name.startswith(PREFIX) or name in NOT_SETTINGS:
            continue
        key = name.removeprefix(PREFIX)
        if setting := known.by_key.get(key):
            given.take(setting, text, f"environment variable {variable}")
            given.secrets += [text] if setting.secret else []
        elif not known.passes(key):
            meant = known.similar(key)
            hint = f"; did you mean {PREFIX}{meant}?" if meant else "; expected the name of a setting of the file"
            given.problems.append(f"environment variable {variable}: there is no such setting{hint}")
    return given


def from_secret_files(folder: FolderPath | None, known: Known) -> Given:
    """Take the files of `folder` that are called by a setting; others belong to somebody else.

    A file whose name begins like one of ours, such as `instances__`, and which no setting is called by, is a problem.
    """
    given = Given()
    if folder is None:
        return given
    try:
        list(folder.iterdir())
        files = NestedSecretsSettingsSource.load_secrets(folder.resolve())
    except UnicodeDecodeError:
        given.problems.append(f"secrets folder {folder}: expected files of UTF-8 text")
        return given
    except OSError as error:
        given.problems.append(f"secrets folder {folder}: cannot be read ({error.strerror}); expected a readable folder")
        return given
    ours = tuple(f"{section}{_PARTS}" for section in ("HUB", "FILES", "STOREFRONTS", "INSTANCES"))
    for file, text in files.items():
        key = file.upper()
        if setting := known.by_key.get(key):
            given.take(setting, text, f"secret file {file}")
            given.secrets.append(text)
        elif key.startswith(ours) and not known.passes(key):
            meant = known.similar(key)
            hint = f"; did you mean {meant.lower()}?" if meant else "; expected the name of a setting of the file"
            given.problems.append(f"secret file {file}: there is no such setting{hint}")
    return given


def _tables(document: Mapping[str, Any], section: str) -> Iterator[str]:
    tables = document.get(section)
    if isinstance(tables, dict):
        yield from tables
