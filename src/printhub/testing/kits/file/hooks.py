"""The hooks of the hot folder kit: what an author writes, and what the kit's tests are made of."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeAlias

from printhub.core.channels.file.adapter import FileAdapter
from printhub.core.channels.file.messages import FilePlacement
from printhub.core.channels.files import TicketFile
from printhub.core.model.adapter import has_verb
from printhub.core.model.reports import Finding, Outcome, Report
from printhub.core.model.verbs import Effect, Verb
from printhub.testing.call import a_call
from printhub.testing.factories import a_placement
from printhub.testing.kits.file.looked_files import LookedFiles
from printhub.testing.kits.kit import Kit, expect

Ending: TypeAlias = Report | Finding | Exception
"""How a call of an adapter ended: what it returned, or what it raised."""

TAKEN = frozenset({Outcome.DONE, Outcome.ACCEPTED})


class FolderTrouble(StrEnum):
    """What the next call meets at the folder."""

    DOWN = "down"
    """The folder is not there: its share is not mounted, its server not reached. It stays so."""
    REFUSED = "refused"
    """The hub may not write there, or is not let in."""
    FULL = "full"
    """There is no room for what is written."""
    LOST = "lost"
    """The files come in, and the connection breaks before anybody says so."""


class FileHooks(Kit):
    """Write `adapter` and `seen`. The others are optional: a test that needs a missing one skips and says so."""

    deadline = timedelta(seconds=20)
    """How long a call may take."""

    def adapter(self) -> FileAdapter[Any]:
        """Make a new adapter, configured for your folder. Called several times in a test."""
        raise NotImplementedError(f"{type(self).__name__}.adapter() is to return a configured adapter")

    def seen(self) -> Mapping[str, bytes]:
        """What a watcher sees now: names from the folder on, and what a program that opens them reads."""
        raise NotImplementedError(f"{type(self).__name__}.seen() is to return what lies in the folder")

    def take(self) -> None:
        """Take away all that a watcher sees."""
        self.cannot("take() is not written, so nobody knows what happens when a watcher takes files away")

    def break_folder(self, trouble: FolderTrouble) -> None:
        """Let the next call meet `trouble`. Call `self.cannot(why)` for what your folder never does."""
        self.cannot(f"break_folder() is not written, so nobody knows how the adapter meets {trouble}")

    # --- what the tests are made of ---------------------------------------------------------------------------

    def placement(self, job: str = "J-1", files: Mapping[str, bytes] | None = None, **changes: Any) -> FilePlacement:
        """The first argument of the verb: two files of two parts, unless others are given."""
        return self.looked_at(lambda _name: None, job, files, **changes)

    def looked_at(
        self,
        look: Callable[[str], None],
        job: str = "J-1",
        files: Mapping[str, bytes] | None = None,
        **changes: Any,
    ) -> FilePlacement:
        """A placement that calls `look` with the name of a file, each time before a piece of it is read."""
        source = LookedFiles(look)
        given = files if files is not None else {"front.pdf": b"front of " + job.encode(), "back.pdf": b"back"}
        made = [source.add(name, content, part=f"p{at}") for at, (name, content) in enumerate(given.items(), start=1)]
        return self.of(made, job, **changes)

    def of(self, files: list[TicketFile], job: str = "J-1", **changes: Any) -> FilePlacement:
        """A placement of these files."""
        return a_placement(job, files=files, **changes)

    def place(self, placement: FilePlacement, key: str = "key-1", attempt: int = 1) -> Ending:
        """Place on an adapter of its own, and return how that ended."""
        return self._on_an_adapter("place", placement, key, attempt)

    def look_up(self, placement: FilePlacement, key: str = "key-1") -> Ending:
        """Ask what became of the call."""
        return self._on_an_adapter("lookup", placement, key, 1)

    def check(self) -> Ending:
        """Have the adapter check its folder; skips where it cannot."""
        adapter = self.adapter()
        if not has_verb(type(adapter), "check"):
            self.cannot("the class has no check")
        try:
            ending: Ending = adapter.check(a_call(Verb.PLACE, "check", deadline_in=self.deadline))  # type: ignore[attr-defined] # has_verb was asked before
        except Exception as error:  # noqa: BLE001 - a crash is an ending too, and the kit has to name it
            return error
        finally:
            adapter.close()
        return ending

    def taken(self, ending: Ending) -> Report:
        """The report of a placement that nothing stands in the way of."""
        report = expect(ending, Report, "Nothing stands in the way of this placement.")
        assert report.outcome in TAKEN, f"nothing stands in the way, and the adapter reports {report.outcome}"
        return report

    def needs_effect(self, effect: Effect) -> None:
        """Skip unless `place` has `effect`, as configured."""
        if effect not in self.adapter().effect(Verb.PLACE):
            self.cannot(f"place does not declare {effect.name}")

    def contents(self, placement: FilePlacement) -> list[bytes]:
        """What the files of a placement hold."""
        found = []
        for file in placement.files:
            with file.open() as reading:
                found.append(reading.read())
        return found

    def times(self, content: bytes) -> int:
        """How many files that a watcher sees hold this."""
        return list(self.seen().values()).count(content)

    def _on_an_adapter(self, method: str, placement: FilePlacement, key: str, attempt: int) -> Ending:
        adapter = self.adapter()
        try:
            call = a_call(Verb.PLACE, key, attempt, deadline_in=self.deadline)
            ending: Ending = getattr(adapter, method)(placement, call)
        except Exception as error:  # noqa: BLE001 - a crash is an ending too, and the kit has to name it
            return error
        finally:
            adapter.close()
        return ending
