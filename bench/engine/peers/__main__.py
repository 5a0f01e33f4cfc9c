"""`python -m bench.engine.peers NAME`: the worker of a peer, until SIGTERM."""

import sys
from importlib import import_module

from bench.engine.contender import Site

[name] = sys.argv[1:]
# Under its own name, and not as __main__: tasks are known by the module that they come from.
import_module(f"bench.engine.peers.{name}_peer").work(Site.of_environ())
