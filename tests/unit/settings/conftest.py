"""Loading a text as the configuration file."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from printhub.core.plugin.discovery import Plugins
from printhub.core.settings import Settings, load
from tests.unit.settings.sample import PLUGINS, Loading


@pytest.fixture
def reading(tmp_path: Path) -> Loading:
    """Write a text as printhub.toml and load it, with an empty folder of secret files."""
    (tmp_path / "secrets").mkdir()

    def read(
        text: str, *, environ: Mapping[str, str] | None = None, plugins: Plugins = PLUGINS, **files: str
    ) -> Settings:
        (tmp_path / "printhub.toml").write_text(text)
        for name, content in files.items():
            (tmp_path / "secrets" / name).write_text(content)
        secrets = {"CREDENTIALS_DIRECTORY": str(tmp_path / "secrets")}
        return load(tmp_path / "printhub.toml", plugins=plugins, environ={**secrets, **(environ or {})})

    return read
