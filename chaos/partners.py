"""The simulated MISs, in a process of their own that is never killed, and what their weather is like.

The process is told what to do by lines of JSON on its standard input, and answers each with one.
"""

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

from chaos import evidence
from chaos.shop import INSTANCES
from printhub.testing.mis_simulator import MisJob, MisSimulator, Mode, Seen

_LATE = 2.0  # seconds: longer than a call may take, shorter than the grace
CLEAR = [Mode.unavailable(), Mode.too_many(1), Mode.takes_after(0.3)]
"""Troubles after which everybody knows what happened."""
DOUBTFUL = [
    Mode.SERVER_ERROR,
    Mode.COMMITS_THEN_500,
    Mode.COMMITS_THEN_DROPS,
    Mode.DROPS_BEFORE_COMMIT,
    Mode.GARBAGE,
    Mode.commits_then_hangs(_LATE),
    Mode.hangs(_LATE),
]
ONCE = ("notify", "manifest", "update", "cancel")
VERBS = (*ONCE, "slots", "upload", "assets", "lookup")


class Partners:
    """The other end: starts the process, and speaks with it."""

    def __init__(self, seed: int, folder: Path) -> None:
        """Start it; what it has to say by itself it writes into `folder`."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chaos.partners", str(seed), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(folder / "partners.log").open("ab"),
            text=True,
        )
        self.urls: dict[str, str] = self.ask("urls")["urls"]

    def ask(self, do: str, **more: str) -> dict[str, Any]:
        """Have something done; returns the answer. Raises RuntimeError when the process is gone."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the simulated MISs were started without pipes")
        self._process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the simulated MISs are gone; their log says why")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(10)


class _Town:
    """The MISs and their weather."""

    def __init__(self, seed: int, folder: Path) -> None:
        self._folder = folder
        self.mis = {
            name: MisSimulator(honours_key=effect == "keyed", answers_lookups=effect == "lookup")
            for name, effect in INSTANCES.items()
        }
        self._random = Random(seed)  # noqa: S311 - it makes up troubles
        self._made: Counter[tuple[str, str]] = Counter()
        self._calm = threading.Event()
        self._weather = threading.Thread(target=self._change, daemon=True)
        self._judge = threading.Thread(target=self._decide, daemon=True)

    def start(self) -> None:
        for mis in self.mis.values():
            mis.start()
        self._weather.start()
        self._judge.start()

    def calm(self) -> None:
        """No more troubles; whoever is down comes back."""
        self._calm.set()
        self._weather.join()

    def _change(self) -> None:
        while not self._calm.wait(0.1):
            name = self._random.choice(list(self.mis))
            mis = self.mis[name]
            chance = self._random.random()
            if chance < 0.04:
                mis.down()
                self._calm.wait(self._random.uniform(0.3, 2.0))
                mis.up()
                continue
            mode, verbs = self._trouble(chance, blind=INSTANCES[name] == "blind")
            verb = self._random.choice(verbs)
            met = sum(seen.verb == verb and seen.mode != Mode.TAKES.name for seen in mis.journal)
            if met >= self._made[name, verb]:  # one is there at a time, so that few are left when it becomes calm
                self._made[name, verb] += 1
                mis.script(verb, mode)

    def _trouble(self, chance: float, *, blind: bool) -> tuple[Mode, tuple[str, ...]]:
        """One trouble, and the verbs that may meet it."""
        if chance < (0.15 if blind else 0.6):
            mode = self._random.choice(DOUBTFUL)
            # What may be repeated at once would meet the MIS still busy with it; and a lookup that cannot be read
            # leaves the call to a person, and rightly so.
            return mode, ONCE if mode.delay or mode.hang or mode is Mode.GARBAGE else VERBS
        if chance < 0.8:
            return Mode.ACCEPTS, ONCE
        return self._random.choice(CLEAR), VERBS

    def _decide(self) -> None:
        """Carry out, a little later, what was only accepted, and have the hub called back, twice or not at all."""
        while True:
            threading.Event().wait(0.7)
            with (self._folder / evidence.CALLBACKS).open("a", encoding="utf-8") as callbacks:
                for name, mis in self.mis.items():
                    for entry in [entry for entry in mis.jobs.values() if entry.pending]:
                        for decided in mis.decide(entry.job, "received"):
                            for callback in self._callbacks(name, mis, decided):
                                callbacks.write(json.dumps(callback) + "\n")

    def _callbacks(self, name: str, mis: MisSimulator, entry: MisJob) -> Iterator[dict[str, str]]:
        for verb in entry.pending:
            keys = [seen.key for seen in mis.journal if (seen.job, seen.verb) == (entry.job, verb) and seen.key]
            if INSTANCES[name] == "lookup" and self._random.random() < 0.3:
                continue  # the hub has to ask
            said = {"instance": name, "job": entry.job, "key": keys[-1], "reference": entry.reference}
            yield from [{**said, "id": f"{name}/{entry.reference}/{verb}"}] * self._random.choice([1, 2])

    def dump(self, folder: Path) -> None:
        """Write what each MIS saw and what stands in its books."""
        for name, mis in self.mis.items():
            write_down(name, mis, folder)


def write_down(name: str, mis: MisSimulator, folder: Path) -> None:
    """Write what a MIS saw and what stands in its books, for the checker."""
    journal = [
        {"number": s.number, "until": s.until, "verb": s.verb, "method": s.method, "path": s.path, "job": s.job}
        | {"quantity": _quantity(s)}
        | {"key": s.key, "mode": s.mode, "status": s.status, "happened": s.happened}
        for s in mis.journal
    ]
    said = {"instance": name, "journal": journal, "books": [asdict(entry) for entry in mis.jobs.values()]}
    (folder / f"mis-{name}.json").write_text(json.dumps(said), encoding="utf-8")


def _quantity(seen: Seen) -> int | None:
    """The quantity that a request told, if it did and arrived whole."""
    if seen.verb not in ("notify", "update") or seen.happened == "broken off":
        return None
    return int(seen.json()["quantity"])


def main(seed: int, folder: Path) -> None:
    """Serve until the standard input ends; `calm` ends the troubles, `dump` writes into the folder `to`."""
    town = _Town(seed, folder)
    town.start()
    for line in sys.stdin:
        wanted = json.loads(line)
        answer: dict[str, object] = {}
        if wanted["do"] == "urls":
            answer = {"urls": {name: mis.url for name, mis in town.mis.items()}}
        elif wanted["do"] == "calm":
            town.calm()
        else:
            town.dump(Path(wanted["to"]))
            answer = {"troubles": Counter(seen.mode for mis in town.mis.values() for seen in mis.journal)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
