"""All that can be measured, by name; each is imported only when it is asked for, as each needs libraries of its own."""

from importlib import import_module

from bench.engine.contender import Contender, Site
from bench.engine.deployment import Deployment

_DEPLOYMENTS = {"embedded": "bench.engine.embedded:Embedded", "scaled": "bench.engine.scaled:Scaled"}
_PEERS = {
    "dramatiq": "bench.engine.peers.dramatiq_peer:DramatiqPeer",
    "huey": "bench.engine.peers.huey_peer:HueyPeer",
}
DEPLOYMENTS = tuple(_DEPLOYMENTS)
PEERS = tuple(_PEERS)
NAMES = (*DEPLOYMENTS, *PEERS)


class NotInstalled(Exception):
    """A library that a contender needs is not there; the message says which."""


def contender(name: str, site: Site) -> Contender:
    """One of them, at work at `site`; raises NotInstalled."""
    module, _, kind = {**_DEPLOYMENTS, **_PEERS}[name].partition(":")
    try:
        made: Contender = getattr(import_module(module), kind)(site)
    except ModuleNotFoundError as error:
        raise NotInstalled(f"{error.name} is not installed; `make bench` installs it") from error
    return made


def deployment(name: str, site: Site) -> Deployment:
    """One of our own; raises NotInstalled."""
    made = contender(name, site)
    if not isinstance(made, Deployment):
        raise TypeError(f"{name} is no deployment of PrintHub")
    return made
