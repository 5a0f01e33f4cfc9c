"""The campaign: kills at every failpoint in turn and at random moments, under load, until enough was done."""

import json
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from random import Random

from chaos import evidence
from chaos.deployment import Deployment
from chaos.emitter import ALL_STATED, STOP
from chaos.member import Member
from chaos.partners import Partners
from chaos.settled import what_is_open
from printhub.core.model.failpoints import Failpoint

Say = Callable[[str], None]

RECOVERY = (Failpoint.RECOVER_BEFORE_COMMIT, Failpoint.RECOVER_COMMITTED)
REACHED_WITHIN = 30.0
"""Seconds in which a process under load comes to a failpoint, wherever it is."""
SETTLED_WITHIN = 90.0
"""Seconds in which, at the end, something more must have come to rest."""
CAUGHT_UP, CATCHES_UP_WITHIN = 100, 10.0
"""After each round the hub works until so few deliveries are left: a backlog alone is no load."""
PAUSE = 1.0
"""Seconds between two steps of the storefronts."""
LOOK_EVERY = 5
"""After how many failpoints the history is read, to see later that it only grew."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a run goes: what the storefronts say, and from when on by their own clocks; `short` for the fewest kills."""

    seed: int
    began: datetime
    short: bool


class Campaign:
    """One run against one deployment."""

    def __init__(self, deployment: Deployment, partners: Partners, pace: Pace, say: Say) -> None:
        """Run in the deployment's folder; `say` is told how it goes."""
        folder = deployment.folder
        command = [sys.executable, "-m", "chaos.emitter", str(folder), str(pace.seed), pace.began.isoformat()]
        command += [str(PAUSE)]
        self._pace = pace
        self._deployment = deployment
        self._partners = partners
        self._emitter = Member("emitter", command, folder / "emitter.log", {}, ("intake",))
        self._random = Random(pace.seed)  # noqa: S311 - it picks moments
        self._say = say
        self._folder = folder
        self._turns = 0
        self._points = [point for point in Failpoint if self._whose(point)]
        self.done: Counter[str] = Counter()

    @property
    def kills(self) -> int:
        """How many processes were killed so far."""
        return sum(count for fault, count in self.done.items() if not fault.startswith("restart"))

    @property
    def restarts(self) -> int:
        """How many times a service was restarted."""
        return self.done.total() - self.kills

    def run(self, kills: int, restarts: int) -> None:
        """Kill at every failpoint in turn, round after round, until there were so many kills and restarts."""
        self._deployment.start()
        self._emitter.start()
        self._emitter.wait_ready()
        rounds = 0
        while not rounds or self.kills < kills or self.restarts < restarts:
            for point in self._points:
                self._one(point)
                if self._deployment.services and (self.restarts < restarts or self.kills >= kills):
                    self._restart_a_service()
            rounds += 1
            self._start_all()
            self._until_open(CAUGHT_UP, CATCHES_UP_WITHIN)
            self._say(f"round {rounds}: {self.kills} kills, {self.restarts} restarts of services")

    def settle(self) -> str:
        """Let everything come to rest; returns what has not, in words, empty where all has."""
        self._start_all()
        self._say("the storefronts say what is left to say, the MISs are well, and everything comes to rest")
        self._partners.ask("calm")
        (self._folder / STOP).touch()
        if not self._emitter.is_running:
            self._emitter.start()
        self._emitter.wait_for(ALL_STATED, SETTLED_WITHIN)
        left = self._until_open(0, SETTLED_WITHIN)
        self._look()
        return ", ".join(f"{count} {what}" for what, count in sorted(left.items()))

    def never_reached(self) -> list[str]:
        """The failpoints at which nothing died in the whole run, though it was tried."""
        return [str(point) for point in self._points if not self.done[f"kill at {point}"]]

    def stop(self) -> None:
        """End all processes."""
        self._emitter.kill()
        self._deployment.stop()

    def _start_all(self) -> None:
        """Have every process of the hub work with nothing armed."""
        for member in self._deployment.members:
            if not member.is_running or member.failpoints:
                self._kill(member)
                member.start()
        for member in self._deployment.members:
            member.wait_ready()

    def _until_open(self, few: int, seconds: float) -> Counter[str]:
        """Wait until so few deliveries are under way, as long as they become fewer; returns those that are left."""
        fewest, since = None, time.monotonic()
        while (left := what_is_open(self._deployment.store)).total() > few:
            if fewest is None or left.total() < fewest:
                fewest, since = left.total(), time.monotonic()
            if time.monotonic() - since > seconds:
                break
            time.sleep(0.5)
        return left

    def _one(self, point: Failpoint) -> None:
        """Arm a failpoint in one process after the other, until one of them has come there and died."""
        self._say(f"{self.kills:4} kills; {point}")
        members = self._whose(point)
        self._random.shuffle(members)
        armed: list[Member] = []
        dead = None
        while dead is None and len(armed) < len(members):
            member = members[len(armed)]
            if member.is_running or self._by_chance(0.3):
                self._die_at_random(member)
            member.start(f"{point}@{1 if point in RECOVERY else self._random.randint(1, 4)}")
            armed.append(member)
            dead = self._first_death(armed, REACHED_WITHIN / len(members))
        self._fault(f"kill at {point}" if dead else f"in vain at {point}", counts=dead is not None)
        if members == self._deployment.members:
            self._die_again(members[0], point)
        else:
            for member in armed:
                self._kill(member)
                member.start()
        if self._turns % LOOK_EVERY == 0:
            self._look()
        self._turns += 1

    def _whose(self, point: Failpoint) -> list[Member]:
        """The processes that come to a failpoint."""
        station = point.partition(".")[0]
        return [member for member in (self._emitter, *self._deployment.members) if station in member.stations]

    def _first_death(self, armed: list[Member], seconds: float) -> Member | None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for member in armed:
                if member.died(0.05):
                    return member
        return None

    def _die_again(self, member: Member, point: Failpoint) -> None:
        """Have a hub that is alone die while it recovers from the death before, sometimes."""
        if point in RECOVERY or member.is_running or not self._by_chance(0.4):
            return
        again = self._random.choice(RECOVERY)
        member.start(again)
        if member.died(REACHED_WITHIN):
            self._fault(f"kill at {again}")

    def _by_chance(self, chance: float) -> bool:
        """Whether there is a kill more than the failpoint's own; never in a short run."""
        return not self._pace.short and self._random.random() < chance

    def _die_at_random(self, member: Member) -> None:
        if not member.is_running:
            member.start()
        member.wait_ready()
        time.sleep(self._random.uniform(0.1, 1.0))
        self._kill(member)

    def _kill(self, member: Member) -> None:
        if member.kill():
            self._fault(f"kill -9 of {member.name}")

    def _restart_a_service(self) -> None:
        name = self._random.choice(list(self._deployment.services))
        service = self._deployment.services[name]
        crash = self._random.random() < 0.5
        if crash:
            service.kill()
        else:
            service.stop()
        time.sleep(self._random.uniform(0.0, 2.0))
        service.start()
        self._fault(f"restart of the {name} after a {'crash' if crash else 'stop'}")

    def _look(self) -> None:
        with suppress(sqlite3.OperationalError):  # it is being written to; the next look sees it
            evidence.record_history(self._deployment.store, self._folder / evidence.HISTORY)

    def _fault(self, what: str, *, counts: bool = True) -> None:
        if counts:
            self.done[what] += 1
        else:
            self._say(f"     {what}")
        with (self._folder / evidence.FAULTS).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"fault": what, "counts": counts}) + "\n")
