"""The configuration: one `printhub.toml` as frozen models, filled up by the environment and by secret files."""

from printhub.core.settings.load import load
from printhub.core.settings.reference import SettingDoc, describe, schema
from printhub.core.settings.sections import (
    FilesSettings,
    HubSettings,
    InstanceSettings,
    LogLevel,
    ProductionOn,
    RetrySettings,
    RouteSettings,
    StorefrontSettings,
)
from printhub.core.settings.settings import Settings
from printhub.core.settings.starter import example

__all__ = [
    "FilesSettings",
    "HubSettings",
    "InstanceSettings",
    "LogLevel",
    "ProductionOn",
    "RetrySettings",
    "RouteSettings",
    "SettingDoc",
    "Settings",
    "StorefrontSettings",
    "describe",
    "example",
    "load",
    "schema",
]
