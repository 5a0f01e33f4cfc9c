"""PrintHub over several processes, on PostgreSQL and RabbitMQ."""

from collections.abc import Sequence

from bench.engine import services
from bench.engine.deployment import Deployment
from bench.engine.workload import CHAINED, POST, SINGLE


class Scaled(Deployment):
    """A process for what is to be done once, and two that make calls; PostgreSQL keeps and RabbitMQ wakes."""

    name = "scaled"
    commands: Sequence[Sequence[str]] = (("serve", "--no-workers"), ("work",), ("work",))

    def why_not(self) -> str | None:
        """Whether both services are there."""
        return services.missing_postgresql(self.site) or services.missing_rabbitmq(self.site)

    def places(self) -> str:
        """Where both are, and under which names."""
        url, namespace = services.database(self.site, "hub"), services.own_name(self.site)
        return f'[store]\nurl = "{url}"\n\n[bus]\nurl = "{self.site.amqp}"\nnamespace = "{namespace}"\n'

    def make_room(self) -> None:
        """Make a database of its own."""
        services.make_database(self.site, "hub")

    def remove(self) -> None:
        """Drop the database and remove the queues."""
        super().remove()
        name = services.own_name(self.site)
        queues = [f"{name}.v1.dead", *(f"{name}.v1.deliveries.{instance}" for instance in (CHAINED, SINGLE, POST))]
        services.remove_from_broker(self.site, queues, [f"{name}.printhub.deliveries"])
        services.drop_database(self.site, "hub")
