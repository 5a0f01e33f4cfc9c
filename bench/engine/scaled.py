"""PrintHub over several processes, on PostgreSQL and RabbitMQ."""

import subprocess
from collections.abc import Sequence

from bench.engine import services
from bench.engine.deployment import PRINTHUB, Deployment


class Scaled(Deployment):
    """A process for what is to be done once, and two that make calls; PostgreSQL keeps and RabbitMQ wakes."""

    name = "scaled"
    commands: Sequence[Sequence[str]] = (("serve", "--no-workers"), ("work",), ("work",))

    def why_not(self) -> str | None:
        """Whether this PrintHub can be scaled, and both services are there."""
        if not _has("serve", "--no-workers") or not _has("work"):
            return "this PrintHub has no `printhub serve --no-workers` and no `printhub work`"
        return services.missing_postgresql(self._site) or services.missing_rabbitmq(self._site)

    def places(self) -> str:
        """Where both are."""
        return f'[store]\nurl = "{services.database(self._site, "hub")}"\n[bus]\nurl = "{self._site.amqp}"\n'

    def prepare(self) -> None:
        """Make an empty database."""
        services.make_database(self._site, "hub")
        super().prepare()

    def remove(self) -> None:
        """Drop the database."""
        super().remove()
        services.drop_database(self._site, "hub")


def _has(command: str, option: str = "") -> bool:
    run = [PRINTHUB, command, "--help"]
    shown = subprocess.run(run, capture_output=True, text=True, check=False)
    return shown.returncode == 0 and option in shown.stdout
