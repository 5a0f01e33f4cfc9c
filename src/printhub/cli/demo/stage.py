"""Where the demo plays: a folder, two simulated MISs on loopback HTTP, and a hub that can be stopped and restarted."""

import contextlib
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from printhub.cli.demo import samples
from printhub.cli.demo.narrator import Narrator
from printhub.core.flow.explain.explanation import Explanation, explain
from printhub.core.flow.receipts import Receipt
from printhub.core.hub import Hub
from printhub.core.model.deliveries import Delivery, DeliveryState
from printhub.core.model.dossier import Dossier
from printhub.core.model.errors import PrintHubError
from printhub.core.model.verbs import Verb
from printhub.core.plugin.discovery import Plugins
from printhub.core.serving import serving
from printhub.core.settings import load
from printhub.core.store import acts, dossiers
from printhub.core.store.upgrade import upgrade
from printhub.testing.mis_simulator import MisJob, MisSimulator

PATIENCE = 20.0
"""Seconds that one thing may take to happen; it is a matter of tenths unless something is wrong."""
CONFIG = "printhub.toml"


class Stuck(PrintHubError):
    """Something that the demo waited for did not happen."""


class Stage:
    """The world of one performance."""

    def __init__(
        self, folder: Path, plugins: Plugins, narrator: Narrator, press: MisSimulator, foil: MisSimulator
    ) -> None:
        """Set the stage; use `built`."""
        self.folder = folder
        self.narrator = narrator
        self.press = press
        self.foil = foil
        self.restarted_at: datetime | None = None
        self._plugins = plugins
        self._emitted = 0
        self._open = ExitStack()
        self.hub = self._start()

    @classmethod
    @contextlib.contextmanager
    def built(cls, folder: Path, plugins: Plugins, narrator: Narrator) -> "Iterator[Stage]":
        """Write the folder's files, start both MISs and the hub; at the end stop them."""
        token = secrets.token_urlsafe(16)
        with (
            MisSimulator(auth=("bearer", token)) as press,
            MisSimulator(honours_key=False, answers_lookups=False) as foil,
        ):
            _furnish(folder, samples.configuration(press=press.url, foil=foil.url), token)
            stage = cls(folder, plugins, narrator, press, foil)
            try:
                yield stage
            finally:
                stage.stop()

    def stop(self) -> None:
        """Stop the hub: running calls end, nothing new begins, the store is closed."""
        self._open.close()

    def restart(self) -> None:
        """Start a new hub on what the stopped one left in the store."""
        self.restarted_at = datetime.now(UTC)
        self.hub = self._start()

    def emit(self, name: str) -> list[Receipt]:
        """Hand the hub a file of events, as the storefront would: each as CloudEvents JSON. Raises Stuck."""
        receipts = []
        events = samples.events(name, self.folder / "artwork")
        for event in events:
            event["time"] = datetime.now(UTC).isoformat()
            receipts.append(self.hub.intake.take_raw(json.dumps(event).encode()))
        self._emitted += 1
        path = self.folder / "events" / f"{self._emitted:02}-{name}.json"
        path.write_text(json.dumps(events, indent=2, ensure_ascii=False) + "\n", "utf-8")
        for receipt in receipts:
            if receipt.refused:
                raise Stuck(f"the hub refused event {receipt.id}: {receipt.reason}")
        return receipts

    def emit_again(self) -> list[Receipt]:
        """Hand in the events of the last file once more, word for word."""
        [path] = (self.folder / "events").glob(f"{self._emitted:02}-*.json")
        return [self.hub.intake.take_raw(json.dumps(event).encode()) for event in json.loads(path.read_bytes())]

    def dossier(self, job: str) -> Dossier:
        """All that the hub knows of a job now."""
        found = self.hub.store.read(lambda tx: dossiers.load_job(tx, "shop", job))
        if found is None:
            raise Stuck(f"the hub does not know job {job}")
        return found

    def delivery(self, job: str, verb: Verb = Verb.NOTIFY) -> Delivery:
        """One delivery of a job as it stands."""
        for delivery in self.dossier(job).deliveries.values():
            if delivery.verb is verb:
                return delivery
        raise Stuck(f"the hub has planned no {verb} for job {job}")

    def explain(self, job: str) -> Explanation:
        """Why a job stands where it stands."""
        return self.hub.store.read(lambda tx: explain(tx, self.hub.rules, job))

    def last_act(self) -> str:
        """The id of what an operator did last."""
        [act] = self.hub.store.read(lambda tx: acts.listed(tx, 1))
        return str(act.id)

    def books(self, job: str) -> list[MisJob]:
        """What the MISs' own books have of a job: one entry for each time that one of them was told of it."""
        return [*self.press.jobs_of(job), *self.foil.jobs_of(job)]

    def is_done(self, *jobs: str) -> bool:
        """Whether all calls of these jobs are done."""
        found = [delivery for job in jobs for delivery in self.dossier(job).deliveries.values()]
        return bool(found) and all(delivery.state is DeliveryState.DONE for delivery in found)

    def wait_until(self, what: str, holds: Callable[[], object]) -> None:
        """Wait until something holds, looking after each commit of the hub. Raises Stuck after PATIENCE."""
        self.narrator.waiting(what)
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline:
                raise Stuck(f"waited {PATIENCE:.0f} s in vain until {what}")
            self.hub.commits.wait(0.02)
            # The hub's own thread clears the event; where it has not yet, this keeps from spinning.
            time.sleep(0.005)

    def wait_until_done(self, *jobs: str) -> None:
        """Wait until all calls of these jobs are done."""
        self.wait_until(
            f"{' and '.join(jobs)} {'are' if len(jobs) > 1 else 'is'} with the MIS", lambda: self.is_done(*jobs)
        )

    def _start(self) -> Hub:
        settings = load(self.folder / CONFIG, plugins=self._plugins, environ={})
        hub = Hub(settings, self._plugins.adapters)
        self._open.callback(hub.close)
        if self.restarted_at is None:
            upgrade(hub.store, datetime.now(UTC))
        self._open.enter_context(serving(hub))
        return hub


def _furnish(folder: Path, configuration: str, token: str) -> None:
    """Write what the hub needs: configuration, the secret, the customers' artwork."""
    for name in ("var", "secrets", "artwork", "events"):
        (folder / name).mkdir(parents=True)
    (folder / CONFIG).write_text(configuration, "utf-8")
    secret = folder / "secrets" / "instances__press__config__auth__token"
    secret.touch(mode=0o600)
    secret.write_text(token, "utf-8")
    for name, content in samples.artwork().items():
        (folder / "artwork" / name).write_bytes(content)
