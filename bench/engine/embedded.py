"""PrintHub in one process, on SQLite."""

from collections.abc import Sequence

from bench.engine.deployment import Deployment


class Embedded(Deployment):
    """One process with everything in it."""

    name = "embedded"
    commands: Sequence[Sequence[str]] = (("serve",),)
