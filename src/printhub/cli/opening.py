"""Opens the hub that a command works on: plugins, configuration and store, each checked before it is used."""

import contextlib
from collections.abc import Iterator

from printhub.cli.launch import Launch
from printhub.core.hub import Hub
from printhub.core.model.errors import ConfigInvalid
from printhub.core.model.failpoints import VARIABLE, armed
from printhub.core.plugin.discovery import Plugins, discover
from printhub.core.settings import Settings, load
from printhub.core.store.revision import require_current


def found_plugins(launch: Launch) -> Plugins:
    """The plugins that are installed."""
    return launch.plugins if launch.plugins is not None else discover()


def read_settings(launch: Launch) -> tuple[Settings, Plugins]:
    """The configuration, and the plugins that it was checked against; raises ConfigInvalid."""
    if not launch.config.is_file():
        raise ConfigInvalid([f"{launch.config}: there is no such file; `printhub init` writes one, --config names one"])
    plugins = found_plugins(launch)
    return load(launch.config, plugins=plugins, environ=launch.environ), plugins


@contextlib.contextmanager
def opened(launch: Launch, *, store: bool = True) -> Iterator[Hub]:
    """A hub on its store; raises ConfigInvalid, and StoreUnavailable unless the store has the present version.

    With `store` False the store is not looked at: for what needs the instances alone.
    """
    settings, plugins = read_settings(launch)
    reached = armed(launch.environ.get(VARIABLE, ""))
    hub = Hub(settings, plugins.adapters, now=launch.now, busy_seconds=launch.busy_seconds, reached=reached)
    try:
        if store:
            require_current(hub.store)
            hub.set_clock()
        yield hub
    finally:
        hub.close()
