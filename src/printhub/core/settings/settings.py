"""The whole configuration, and what the engine asks of it: whose event this is, and where a job goes."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Self

from pydantic import model_validator
from pydantic.json_schema import SkipJsonSchema

from printhub.core.model.jobs import ProductType
from printhub.core.model.record import Record
from printhub.core.model.verbs import Kind, Mode
from printhub.core.settings.messages import NotificationName, NotificationSettings
from printhub.core.settings.sections import (
    BusSettings,
    FilesSettings,
    HubSettings,
    InstanceSettings,
    MessagesSettings,
    Name,
    RouteSettings,
    StorefrontSettings,
    StoreSettings,
    WebSettings,
)
from printhub.core.templates.catalogue import NOTIFICATIONS, REMINDER


class Settings(Record):
    """All that `printhub.toml`, the environment and the secret files say."""

    path: SkipJsonSchema[Path | None] = None
    """Where the file lies. Found by the hub, not set in the file."""
    hub: HubSettings = HubSettings()
    """The hub itself."""
    store: StoreSettings = StoreSettings()
    """Where everything is kept."""
    bus: BusSettings = BusSettings()
    """How workers are woken."""
    web: WebSettings = WebSettings()
    """The doors: API and callbacks."""
    files: FilesSettings = FilesSettings()
    """What files the hub takes in."""
    messages: MessagesSettings = MessagesSettings()
    """Messages to people."""
    notifications: dict[NotificationName, NotificationSettings] = {}
    """What is otherwise for single notifications in all storefronts, by their names."""
    storefronts: dict[Name, StorefrontSettings] = {}
    """The storefronts, by the names that routes and the console use."""
    instances: dict[Name, InstanceSettings] = {}
    """The adapter instances, by the names that routes and the console use."""
    routes: tuple[RouteSettings, ...] = ()
    """The rules that lead jobs to instances, in the order in which they are tried."""

    @model_validator(mode="after")
    def _sections_fit_together(self) -> Self:
        contradictions = [
            *_half_scaled(self.store, self.bus),
            *_shared_sources(self.storefronts),
            *_alike("storefronts", self.storefronts),
            *_alike("instances", self.instances),
            *_unknown_names(self.routes, self.storefronts, self.instances),
            *_useless_schedules("notifications", self.notifications),
            *(
                problem
                for name, one in self.storefronts.items()
                for problem in _useless_schedules(f"storefronts.{name}.notifications", one.notifications)
            ),
        ]
        if contradictions:
            raise ValueError("\n".join(contradictions))
        return self

    def storefront_of(self, source: str) -> str | None:
        """Name the storefront that a CloudEvents source belongs to, None if to none."""
        return next((name for name, storefront in self.storefronts.items() if source in storefront.sources), None)

    def notification(self, storefront: str, name: str) -> NotificationSettings:
        """What is set for a notification in a storefront: there, else for all, else nothing out of the usual."""
        own = self.storefronts[storefront].notifications if storefront in self.storefronts else {}
        return own.get(name) or self.notifications.get(name) or NotificationSettings()

    def is_critical(self, storefront: str, name: str) -> bool:
        """Whether a notification has to arrive."""
        own = self.notification(storefront, name).critical
        return NOTIFICATIONS[name].critical if own is None else own

    def route_for(
        self,
        storefront: str,
        product_type: ProductType,
        mode: Mode,
        kind: Kind,
        kind_of: Callable[[str], Kind | None],
    ) -> tuple[int, tuple[str, ...]] | None:
        """The first rule that fits and has instances of `kind`: its number, counted from 1, and those instances.

        `mode` is the order's; instances of the other mode do not count. `kind_of` tells an instance's kind, None
        where its plugin is set aside and nobody knows. A rule with such an instance is the last one looked at:
        what may be meant for it must not go somewhere else.
        """
        for number, route in enumerate(self.routes, 1):
            if not _fits(route, storefront, product_type, mode):
                continue
            kinds = {name: kind_of(name) for name in route.instances if self.instances[name].mode is mode}
            chosen = tuple(name for name, its_kind in kinds.items() if its_kind is kind)
            if chosen or None in kinds.values():
                return number, chosen
        return None

    def rule(self, number: int) -> str:
        """A rule in words: `[[routes]] 2, for storefronts shop, product types Static`."""
        return f"[[routes]] {number}, for {self.routes[number - 1].whom}"

    def set_aside_for(self, storefront: str, product_type: ProductType, mode: Mode) -> tuple[str, ...]:
        """Name the instances that a job may be meant for and that have no adapter, because a plugin is set aside."""
        names = (
            name for route in self.routes if _fits(route, storefront, product_type, mode) for name in route.instances
        )
        return tuple(name for name in names if self.instances[name].set_aside and self.instances[name].mode is mode)


def _fits(route: RouteSettings, storefront: str, product_type: ProductType, mode: Mode) -> bool:
    return (
        (not route.storefronts or storefront in route.storefronts)
        and (not route.product_types or product_type in route.product_types)
        and route.mode in (None, mode)
    )


def _half_scaled(store: StoreSettings, bus: BusSettings) -> Iterator[str]:
    if store.url is not None and bus.url is None:
        yield "bus.url: a hub on PostgreSQL wakes its workers by RabbitMQ; expected a broker's address, or no store.url"
    if bus.url is not None and store.url is None:
        yield "store.url: a hub with RabbitMQ keeps everything in PostgreSQL; expected its address, or no bus.url"


def _shared_sources(storefronts: Mapping[str, StorefrontSettings]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for name, storefront in storefronts.items():
        for source in storefront.sources:
            owner = owners.setdefault(source, name)
            if owner != name:
                yield (
                    f'storefronts.{name}.sources: "{source}" is a source of storefront "{owner}" already; '
                    "expected each source at one storefront only"
                )


def _alike(section: str, names: Mapping[str, object]) -> Iterator[str]:
    """Names that differ in - and _ only cannot be told apart in the environment."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.replace("-", "_"), name)
        if other != name:
            yield f'{section}.{name}: expected a name that differs from "{other}" in more than - and _'


def _unknown_names(
    routes: tuple[RouteSettings, ...], storefronts: Mapping[str, object], instances: Mapping[str, object]
) -> Iterator[str]:
    for number, route in enumerate(routes):
        for section, used, defined in (
            ("storefronts", route.storefronts, storefronts),
            ("instances", route.instances, instances),
        ):
            for name in used:
                if name not in defined:
                    known = ", ".join(sorted(defined)) or "none"
                    yield f'routes[{number}].{section}: "{name}" is not defined; expected one of [{section}]: {known}'


def _useless_schedules(place: str, notifications: Mapping[str, NotificationSettings]) -> Iterator[str]:
    for name, one in notifications.items():
        if one.schedule and name != REMINDER:
            yield f"{place}.{name}.schedule: only {REMINDER} goes on a schedule"
