"""`printhub plugins`: what is installed, and what is set aside."""

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import found_plugins
from printhub.cli.options import as_json
from printhub.cli.output import Cell, Output, styled
from printhub.core.plugin.discovery import PluginInfo
from printhub.shapes.plugin import PluginShown


@click.command()
@as_json
@click.pass_obj
def plugins(launch: Launch, *, as_data: bool) -> None:
    """List the plugins, and why one is set aside.

    Needs no configuration. With --json: {"plugins": [{"name", "distribution", "version", "set_aside", "adapters":
    [{"name", "kind", "verbs", "effects"}]}]}; `set_aside` is the reason, or null.
    """
    found = found_plugins(launch).found
    out = Output()
    if as_data:
        out.json({"plugins": [PluginShown.of(plugin) for plugin in found]})
        return
    rows: list[list[Cell]] = [
        [plugin.name, f"{plugin.distribution} {plugin.version}".strip(), _state(plugin), _note(plugin)]
        for plugin in found
    ]
    out.listing(
        ["plugin", "distribution", "state", "adapters, or why not"],
        rows,
        None,
        "no plugin is installed: `pip install printhub-mis-generic` brings one",
    )


def _state(plugin: PluginInfo) -> Cell:
    return styled("set aside", "bold red") if plugin.set_aside else styled("in use", "green")


def _note(plugin: PluginInfo) -> str:
    if plugin.set_aside:
        return plugin.set_aside
    return "; ".join(f"{a.name} ({a.kind}: {', '.join(a.verbs)})" for a in plugin.adapters)
