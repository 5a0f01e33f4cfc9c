"""What every station needs to know besides facts: the settings, the kinds, the instances, and the time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from printhub.core.channels.channel import Channel, Declared
from printhub.core.model.adapter import Adapter
from printhub.core.model.deliveries import Delivery
from printhub.core.model.failpoints import Reached, passed
from printhub.core.model.known import JobRecord
from printhub.core.model.verbs import Effect, Kind, Verb
from printhub.core.notifications.subject import read_subject
from printhub.core.settings import InstanceSettings, Settings, StorefrontSettings
from printhub.core.settings.messages import OnUnknown

HUB = "urn:printhub:hub"
"""The source of everything that the hub or one of its operators states."""

_GONE = StorefrontSettings(sources=(f"{HUB}:gone",))


@dataclass(frozen=True, slots=True)
class Instance:
    """An adapter with its configuration, as the engine knows it."""

    name: str
    kind: Kind
    settings: InstanceSettings
    adapter: type[Adapter[Any]]
    declared: Declared
    effects: Mapping[Verb, Effect]
    can_check: bool

    def effect(self, verb: Verb) -> Effect:
        """What makes a repeated call of `verb` safe."""
        return self.effects.get(verb, Effect.BLIND)


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings and the kinds, read-only, and a clock that tests may set."""

    settings: Settings
    channels: Mapping[Kind, Channel]
    instances: Mapping[str, Instance]
    now: Callable[[], datetime]
    new_id: Callable[[], UUID] = uuid7
    """Makes an id that sorts by the time it was made."""
    reached: Reached = passed
    """Told of every failpoint that a station comes to."""

    def channel(self, kind: Kind) -> Channel:
        """The rules of one kind."""
        return self.channels[kind]

    def storefront(self, name: str) -> StorefrontSettings:
        """The settings of a storefront; the strictest ones for one that was taken out of the configuration."""
        return self.settings.storefronts.get(name, _GONE)

    def max_bytes(self, job: JobRecord) -> int:
        """How many bytes a file of a job may have: its storefront's limit for the product type, else the hub's."""
        return self.storefront(job.storefront).max_bytes.get(job.product_type, self.settings.files.max_bytes)

    def effect(self, delivery: Delivery) -> Effect:
        """What makes a repeated call of a delivery safe.

        An e-mail that is sent twice has the same Message-ID; where its notification says so, that is enough.
        """
        effect = self.instances[delivery.instance].effect(delivery.verb)
        if delivery.kind is not Kind.EMAIL:
            return effect
        settings = self.settings.notification(delivery.storefront, read_subject(delivery.subject).notification)
        return effect | Effect.KEYED if settings.on_unknown is OnUnknown.RESEND else effect

    def callback_url(self, instance: str) -> str | None:
        """Where a partner calls an instance back, without a purpose; None where nobody outside knows the hub."""
        base = self.settings.web.public_url
        return f"{base}/in/{instance}" if base else None

    def kind_of(self, instance: str) -> Kind | None:
        """The kind of an instance; None while its plugin is set aside."""
        known = self.instances.get(instance)
        return known.kind if known else None
