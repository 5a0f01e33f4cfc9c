"""The world of one scenario: the clock, the partners, the hub, and what went otherwise than its steps say."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from printhub.core.model.adapter import Adapter
from printhub.core.model.deliveries import Delivery, newest_runs
from printhub.core.model.duration import duration_text
from printhub.core.model.errors import EventRefused, NotFound
from printhub.core.model.known import FileRecord
from printhub.core.model.verbs import Effect, Mode, Verb
from printhub.testing.clock import FakeClock
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.pdf import tiny_pdf
from printhub.testing.script import Asked
from printhub.testing.scripted import scripted_email, scripted_file, scripted_mis, scripted_sms, scripted_status
from tests.scenarios.partner import Partner
from tests.scenarios.row import Setup
from tests.scenarios.words import duration

JOB = "J1"
ORDER = "O1"
STOREFRONT = "shop"
SOURCE = "https://shop.example"
TICK = timedelta(milliseconds=1)
"""Each event is stated a moment after the one before, so that newer and older are never a matter of ids."""

Opens = Callable[[dict[str, Any], Sequence[type[Adapter[Any]]], FakeClock], MemoryHub]
"""Makes a hub of settings, adapter classes and a clock."""


class World:
    """Built from a row's setup; steps act on it."""

    def __init__(self, setup: Setup, files: Path, open_hub: Opens, play: Callable[["World", str], None]) -> None:
        """`files` is a folder that artwork is read from; `play` carries out a step in this world."""
        self.setup = setup
        self.files = files
        self.clock = FakeClock()
        self.faults: list[str] = []
        self._times: dict[str, datetime] = {}
        self.partners = {name: Partner(lambda step: play(self, step)) for name in setup.instances}
        self.hub = open_hub(settings(setup, files, mode=setup.instance_mode), self._adapters(), self.clock)

    def emit(self, type_: str, data: Mapping[str, Any], options: Mapping[str, str], expected: str) -> None:
        """State an event; `options` may give its id, source and time, `expected` how the hub should take it."""
        self.clock.advance(TICK)
        time = self.clock() + self.offset(options)
        event_id = options.get("id")
        if event_id is not None:
            time = self._times.setdefault(event_id, time)
        try:
            receipt = self.hub.emit(type_, dict(data), id=event_id, time=time, source=options.get("source"))
        except EventRefused:
            got = "refused"
        else:
            got = "refused" if receipt.refused else "repeated" if receipt.repeated else ""
        if got != expected:
            self.faults.append(f"{type_} was {got or 'taken'}, expected it to be {expected or 'taken'}")

    def offset(self, options: Mapping[str, str]) -> timedelta:
        """How far from now the option `at=-5m` is."""
        return duration(options.get("at", "0s"))

    def asset(self, name: str, part: str | None = None) -> dict[str, Any]:
        """Announce a file, lying where the setup says."""
        url = f"{SOURCE}/files/{name}"
        if self.setup.files != "stay":
            path = self.files / name
            url = path.as_uri()
            if self.setup.files == "copied":
                path.write_bytes(tiny_pdf(name))
        return {"name": name, "url": url} | ({"part": part} if part else {})

    def deliveries(self, job: str = JOB) -> list[Delivery]:
        """The newest runs of a job's deliveries, oldest first."""
        try:
            rows = self.hub.deliveries(job=job)
        except NotFound:
            return []
        return sorted(newest_runs(rows).values(), key=lambda delivery: delivery.seq)

    def files_of(self, job: str) -> list[FileRecord]:
        """All files of a job, in the order in which they came."""
        return self.hub.files(job)

    def delivery(self, place: str) -> Delivery:
        """The delivery that `notify` or `folder place` names, of the job J1."""
        *instance, verb = place.split()
        at = instance[0] if instance else "mis"
        found = [one for one in self.deliveries() if (one.instance, one.verb) == (at, verb)]
        if not found:
            raise AssertionError(f"there is no delivery {place} of {JOB}")
        return found[-1]

    def asked(self) -> list[tuple[str, Asked]]:
        """All calls that partners got, with the instance; in order where one instance is concerned."""
        return [(name, call) for name, partner in self.partners.items() for call in partner.script.calls]

    def _adapters(self) -> list[type[Adapter[Any]]]:
        effect = EFFECTS[self.setup.effects]
        adapters: list[type[Adapter[Any]]] = []
        for name, partner in self.partners.items():
            effects = dict.fromkeys(Verb, effect)
            match name:
                case "folder":
                    verbs = ("place", "lookup")
                    adapters.append(scripted_file(partner.script, name=name, verbs=verbs, effects=effects))
                case "mail" | "mail2":
                    adapters.append(scripted_email(partner.script, name=name, verbs=("send",), effects={}))
                case "text" | "text2":
                    adapters.append(scripted_sms(partner.script, name=name, verbs=("send",), effects={}))
                case "web":
                    verbs = ("publish", "lookup")
                    adapters.append(scripted_status(partner.script, name=name, verbs=verbs, effects=effects))
                case _:
                    adapters.append(
                        scripted_mis(partner.script, name=name, verbs=sorted(self.setup.verbs), effects=effects)
                    )
        return adapters


EFFECTS = {
    "blind": Effect.BLIND,
    "keyed": Effect.KEYED,
    "lookup": Effect.LOOKUP,
    "keyed+lookup": Effect.KEYED | Effect.LOOKUP,
}


def settings(
    setup: Setup, files: Path, *, mode: Mode, enabled: bool = True, storefront: Mode | None = None
) -> dict[str, Any]:
    """The configuration as it would stand in printhub.toml; `mode` and `enabled` are of all instances."""
    instance = {
        "mode": str(mode),
        "enabled": enabled,
        "retry": {"jitter": 0.0, "give_up_after": duration_text(setup.give_up_after)},
        "key_life": duration_text(setup.key_life),
        "assets_first": setup.assets_first,
        "assets_after_manifest": setup.assets_after_manifest,
        "waits_for_accepted": setup.waits_for_accepted,
        "max_per_minute": setup.max_per_minute,
        "expect": {verb: duration_text(within) for verb, within in setup.expect.items()},
        "config": {},
    }
    kinds = {"product_types": list(setup.product_types)}
    routes: list[dict[str, Any]] = []
    if setup.routes == "one":
        routes = [{"instances": list(setup.instances), **kinds}]
    elif setup.routes == "one each":
        routes = [{"instances": [name], **kinds} for name in setup.instances]
    return {
        "storefronts": {
            STOREFRONT: {
                "sources": [SOURCE],
                "mode": str(storefront or setup.mode),
                "production_on": str(setup.production_on),
                "time_zone": setup.time_zone,
                "block_on_checkout": setup.block_on_checkout,
                "hot_folders": setup.hot_folders,
                "files_stay_put": setup.files == "stay",
                "notifications": dict(setup.notifications),
                "sms": dict(setup.texting),
                "mail": {
                    "sender": "Sample Print <orders@shop.example>",
                    "bounces": "bounces@hub.example",
                    "staff": ["ops@shop.example"] if setup.staff else [],
                },
            }
        },
        "instances": {name: {"adapter": name, **instance} for name in setup.instances},
        "routes": routes,
        "files": {"roots": [str(files)]},
    }
