"""The MIS's books: which jobs it has taken, and what each call did to them. No I/O and no clock."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from printhub.testing.mis_simulator.mis_job import Artwork, MisJob
from printhub.testing.simulator.answer import Answer
from printhub.testing.simulator.modes import Work

Change: TypeAlias = Callable[[MisJob], MisJob]


@dataclass(frozen=True)
class Ask:
    """One call, understood."""

    verb: str
    reference: str | None  # the MIS's id of the job, or a slot's token
    job: str | None
    key: str | None
    files: Mapping[str, Artwork] = field(default_factory=dict)
    announced: tuple[str, ...] = ()
    site: str = ""  # where slot URLs begin


class Books:
    """Not safe for threads by itself: its owner holds a lock around every call."""

    def __init__(self, *, honours_key: bool, answers_lookups: bool, covers: Collection[str]) -> None:
        self.jobs: dict[str, MisJob] = {}
        self._honours_key = honours_key
        self._answers_lookups = answers_lookups
        self._covers = covers
        self._first_use: dict[tuple[str, str], str] = {}  # (verb, key) -> reference
        self._by_key: defaultdict[str, dict[str, None]] = defaultdict(dict)  # key -> references, in order
        self._later: defaultdict[str, list[tuple[str, Change]]] = defaultdict(list)  # by reference
        self._slots: dict[str, tuple[str, str]] = {}  # token -> (reference, file name)
        self._tokens: defaultdict[str, dict[str, str]] = defaultdict(dict)  # reference -> file name -> token
        self._filled: set[str] = set()

    def job_of(self, reference: str | None, key: str | None) -> str | None:
        """The hub's job id behind a reference or slot token, or else behind a key."""
        if reference is None and key is not None and key in self._by_key:
            reference = next(iter(self._by_key[key]))
        reference, _ = self._slots.get(reference or "", (reference, ""))
        found = self.jobs.get(reference or "")
        return found.job if found else None

    def entries(self, job: str) -> list[MisJob]:
        """All entries for a job of the hub; more than one if it was taken more than once."""
        return [entry for entry in self.jobs.values() if entry.job == job]

    def work(self, ask: Ask, work: Work) -> Answer:
        """Do so much of what is asked, and say so."""
        match ask.verb:
            case "check":
                return Answer.json(200, {"ok": True})
            case "lookup":
                return self._look_up(ask)
            case "notify":
                return self._take(ask, work)
            case "slots":
                return self._open_slots(ask)
            case "upload":
                return self._fill_slot(ask, work)
            case "assets":
                return self._take_artwork(ask, work)
            case _:
                return self._change(ask, work, _CHANGES[ask.verb])

    def decide(self, job: str, verdict: str) -> list[MisJob]:
        """Do, or refuse, all that was accepted for this job; returns its entries as they were.

        Raises LookupError if nothing was.
        """
        if verdict not in {"received", "refused"}:
            raise ValueError(f"The verdict is 'received' or 'refused', not {verdict!r}.")
        waiting = [entry for entry in self.entries(job) if entry.pending]
        if not waiting:
            raise LookupError(f"Nothing is pending for job {job!r}.")
        for entry in waiting:
            decided = replace(entry, pending=())
            for verb, change in self._later.pop(entry.reference):
                if verdict == "received":
                    decided = change(decided)
                else:
                    verdict_then = verdict if verb == "notify" else decided.verdict
                    decided = replace(decided, verdict=verdict_then, refused=(*decided.refused, verb))
            self.jobs[entry.reference] = decided
        return waiting

    def print(self, job: str) -> None:
        """Note that the job came off the press. Raises LookupError if the MIS does not have it."""
        entries = self.entries(job)
        if not entries:
            raise LookupError(f"The MIS has no job {job!r}.")
        for entry in entries:
            self.jobs[entry.reference] = replace(entry, printed=True)

    def _look_up(self, ask: Ask) -> Answer:
        if ask.reference is not None:
            entry = self.jobs.get(ask.reference)
            return Answer.json(200, entry.described()) if entry else _not_found("There is no such job.")
        if not self._answers_lookups:
            return Answer.json(501, {"error": "not supported"})
        found = list(self.jobs.values())
        if ask.key is not None:
            found = [self.jobs[reference] for reference in self._by_key.get(ask.key, {})]
        elif ask.job is not None:
            found = self.entries(ask.job)
        return Answer.json(200, {"jobs": [entry.described() for entry in found]})

    def _take(self, ask: Ask, work: Work) -> Answer:
        if ask.job is None:
            return Answer.error(422, "JOB_MISSING", "The body names no job.")
        if again := self._again(ask):
            if again.verdict == "refused":
                return Answer.error(422, "REFUSED", "This job was refused.")
            return self._answer(200, again, again.verdict, **self._covered())
        entry = MisJob(
            reference=f"MIS-{len(self.jobs) + 1:06d}",
            job=ask.job,
            manifests=int("manifest" in self._covers),
            artwork=ask.files,
            announced=ask.announced,
            artwork_confirmed="assets" in self._covers,
        )
        if work is Work.LATER:
            self._later[entry.reference].append((ask.verb, _receive))
            entry = replace(entry, verdict="pending", tickets=0, pending=(ask.verb,))
        self._keep(ask, entry)
        return self._answer(202 if entry.pending else 201, entry, entry.verdict, **self._covered())

    def _change(self, ask: Ask, work: Work, change: Change) -> Answer:
        entry = self.jobs.get(ask.reference or "")
        if entry is None:
            return _not_found("There is no such job.")
        state = {"manifest": "manifested", "cancel": "cancelled"}.get(ask.verb, entry.state)
        if again := self._again(ask):
            return self._answer(200, again, "pending" if ask.verb in again.pending else state)
        if obstacle := _obstacle(ask.verb, entry):
            return obstacle
        if work is Work.LATER:
            self._later[entry.reference].append((ask.verb, change))
            self._keep(ask, replace(entry, pending=(*entry.pending, ask.verb)))
            return self._answer(202, entry, "pending")
        self._keep(ask, change(entry))
        return self._answer(200, entry, state)

    def _take_artwork(self, ask: Ask, work: Work) -> Answer:
        if not ask.files:
            return Answer.error(422, "NO_FILE", "The body has no file and names no URL.")
        names = list(ask.files)
        kept, missing = (names[:1], names[1:]) if work is Work.FIRST_FILE else (names, [])
        files = {name: ask.files[name] for name in kept}

        def change(entry: MisJob) -> MisJob:
            return replace(entry, artwork={**entry.artwork, **files}, artwork_confirmed=not missing)

        # Artwork needs no key: the same file again changes nothing, and each file may come in a call of its own.
        done = self._change(replace(ask, key=None), work, change)
        if done.status != 200 or ask.reference is None:
            return done
        self._remember(ask, ask.reference)
        entry = self.jobs[ask.reference]
        if missing:
            return self._answer(200, entry, "partial", received=kept, missing=missing)
        return self._answer(200, entry, "assets_ok", received=kept)

    def _open_slots(self, ask: Ask) -> Answer:
        entry = self.jobs.get(ask.reference or "")
        if entry is None:
            return _not_found("There is no such job.")
        if obstacle := _obstacle(ask.verb, entry):
            return obstacle
        names = ask.announced or entry.announced
        if not names:
            return Answer.error(422, "NO_FILE", "Neither this body nor the job's names a file.")
        tokens = self._tokens[entry.reference]
        slots = []
        for name in names:
            token = tokens.setdefault(name, f"{entry.reference}-{len(tokens) + 1}")
            self._slots[token] = (entry.reference, name)
            slots.append({"name": name, "url": f"{ask.site}/slots/{token}"})
        self._remember(ask, entry.reference)
        return Answer.json(200, {"slots": slots})

    def _fill_slot(self, ask: Ask, work: Work) -> Answer:
        token = ask.reference or ""
        if token not in self._slots:
            return _not_found("There is no such slot.")
        reference, name = self._slots[token]
        [artwork] = ask.files.values()

        def change(entry: MisJob) -> MisJob:
            self._filled.add(token)
            files = {**entry.artwork, name: artwork}
            return replace(entry, artwork=files, artwork_confirmed=not self._empty_slots(reference))

        done = self._change(replace(ask, reference=reference, key=None), work, change)
        if done.status != 200:
            return done
        missing = self._empty_slots(reference)
        state = "partial" if missing else "assets_ok"
        entry = self.jobs[reference]
        return self._answer(200, entry, state, received=[name], missing=missing, **artwork._asdict())

    def _empty_slots(self, reference: str) -> list[str]:
        return [name for name, token in self._tokens[reference].items() if token not in self._filled]

    def _again(self, ask: Ask) -> MisJob | None:
        """The entry that this very call has already changed, if the MIS cares."""
        if not self._honours_key or ask.key is None:
            return None
        return self.jobs.get(self._first_use.get((ask.verb, ask.key), ""))

    def _keep(self, ask: Ask, entry: MisJob) -> None:
        self.jobs[entry.reference] = entry
        self._remember(ask, entry.reference)

    def _remember(self, ask: Ask, reference: str) -> None:
        if ask.key is not None:
            self._first_use.setdefault((ask.verb, ask.key), reference)
            self._by_key[ask.key][reference] = None

    def _covered(self) -> dict[str, object]:
        return {"covers": sorted(self._covers)} if self._covers else {}

    def _answer(self, status: int, entry: MisJob, state: str, **more: object) -> Answer:
        return Answer.json(status, {"id": entry.reference, "state": state, **more})


def _receive(entry: MisJob) -> MisJob:
    return replace(entry, verdict="received", tickets=1)


def _obstacle(verb: str, entry: MisJob) -> Answer | None:
    if verb == "cancel":
        return Answer.error(409, "PRINTED", "The job is already printed.") if entry.printed else None
    return Answer.error(409, "CANCELLED", "The job was cancelled.") if entry.cancelled else None


def _not_found(message: str) -> Answer:
    return Answer.error(404, "NOT_FOUND", message)


_CHANGES: Mapping[str, Change] = {
    "manifest": lambda entry: replace(entry, manifests=entry.manifests + 1),
    "cancel": lambda entry: replace(entry, cancelled=True),
    "update": lambda entry: replace(entry, updates=entry.updates + 1),
}
