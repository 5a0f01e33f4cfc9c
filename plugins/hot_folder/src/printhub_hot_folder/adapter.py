"""Places a job's files where a watcher picks them up."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import JsonValue

from printhub import Call, Effect, FileAdapter, FilePlacement, Finding, Report, SafePlacing, Settled, Verb
from printhub_hot_folder.config import HotFolderConfig
from printhub_hot_folder.names import Naming


class HotFolder(FileAdapter[HotFolderConfig]):
    """Artwork and output into a watched folder.

    What was placed is kept in slips beside the folder: by them the same call twice is one, and a file that the
    watcher has taken is not taken for one that never came.
    """

    name = "hot_folder"
    Config = HotFolderConfig
    effects: ClassVar[Mapping[Verb, Effect]] = {Verb.PLACE: Effect.KEYED | Effect.LOOKUP}

    def __init__(self, config: HotFolderConfig) -> None:
        """Keep the configuration; nothing is opened."""
        super().__init__(config)
        self._naming = Naming(config)
        self._placing = SafePlacing(config)

    def place(self, placement: FilePlacement, call: Call) -> Report:
        """Place all files of the job, its ticket and its triggers, in this order."""
        if not placement.files:
            return Report.skipped("the job has no files")
        return self._placing.place(self._naming.files(placement), call).report(parts=_parts(placement))

    def lookup(self, placement: FilePlacement, call: Call) -> Finding:
        """Look into the slips and into the folder."""
        return self._placing.find(call).finding(parts=_parts(placement))

    def poll(self, cursor: JsonValue, call: Call) -> tuple[Sequence[Settled], JsonValue]:
        """Tell of files that the watcher could not use, also when they had been taken before."""
        return self._placing.poll(cursor, call, Verb.PLACE)

    def check(self, call: Call) -> Report:
        """Try out whether files can be placed, without a sign of it in the watched folder."""
        return Report.done(detail=self._placing.check(call))

    def close(self) -> None:
        """Hang up, where the folder is at an SFTP server."""
        self._placing.close()


def _parts(placement: FilePlacement) -> frozenset[str]:
    return frozenset(file.part for file in placement.files if file.part)
