"""Places files so that whoever watches the folder sees each of them whole or not at all, once, and the last one last.

All files of a call are written into the staging folder first, and synced; then a slip is kept; then they are moved
into the watched folder one by one, in their order, without ever overwriting anything. A call that breaks off is carried
on by the same call, repeated: what is not in the staging folder any more has been moved.
"""

import errno
import importlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta

from pydantic import JsonValue

from printhub.core.model.call import Call
from printhub.core.model.errors import Misconfigured, OutcomeUnknown, Rejected, Scope, Unavailable
from printhub.core.model.signals import Settled
from printhub.core.model.verbs import Verb
from printhub.core.placing.config import Consumption, FolderConfig
from printhub.core.placing.digest import Digest
from printhub.core.placing.folder import CHUNK, Entry, Folder
from printhub.core.placing.local import LocalFolder
from printhub.core.placing.meaning import meaning
from printhub.core.placing.placed import FileToPlace, Placed, Whereabouts
from printhub.core.placing.refused import told_since
from printhub.core.placing.slips import Kept, Slip, Slips

_SWEPT = timedelta(hours=1)
"""How often the staging folder is looked through."""


class SafePlacing:
    """One watched folder, for one worker thread."""

    def __init__(self, config: FolderConfig) -> None:
        """Keep the configuration; nothing is opened."""
        self._config = config
        self._folder: Folder | None = None
        self._swept: datetime | None = None

    def place(self, files: Sequence[FileToPlace], call: Call) -> Placed:
        """Place the files in their order: data first, a ticket or trigger last.

        For one key it has one effect, whatever became of the files since; only what the watcher refused is placed anew.
        Raises Rejected where another file has the name of one of them, Misconfigured, Unavailable where nothing was
        moved, OutcomeUnknown where something was.
        """
        if len({file.name.casefold() for file in files}) != len(files):
            raise Misconfigured("two files would have one name in the folder; tell them apart", Scope.DELIVERY)
        with self._doing(call) as folder:
            self._make_ready(folder, call)
            slips = Slips(self._config, folder)
            slip = slips.of(call.key)
            if slip is not None and self._look(slip, folder, slips).whereabouts is Whereabouts.REFUSED:
                slips.withdraw(slip)
                slip = None
            if slip is None:
                slip = self._prepare(files, call, folder, slips)
            self._move(slip, call, folder, slips)
            if self._config.consumption is Consumption.AWAITED or self._config.refused:
                return self._look(slip, folder, slips)
            return Placed(Whereabouts.WAITING, tuple(kept.name for kept in slip.files))

    def find(self, call: Call) -> Placed:
        """Find out what became of the call with this key; changes nothing that a watcher sees."""
        with self._doing(call) as folder:
            self._require(folder)
            if not folder.is_folder(self._inside(self._config.staging)):
                return Placed(Whereabouts.UNKNOWN)
            slips = Slips(self._config, folder)
            slip = slips.of(call.key)
            return Placed(Whereabouts.NEVER_CAME) if slip is None else self._look(slip, folder, slips)

    def poll(self, cursor: JsonValue, call: Call, verb: Verb) -> tuple[list[Settled], JsonValue]:
        """Tell of calls of `verb` whose files the watcher has refused since the last poll, as `Polls.poll` does."""
        if self._config.refused is None:
            return [], cursor
        with self._doing(call) as folder:
            self._require(folder)
            return told_since(cursor, self._inside(self._config.refused), folder, Slips(self._config, folder), verb)

    def check(self, call: Call) -> str:
        """Prove that files can be placed, without a sign of it in the watched folder; tell what lies there."""
        with self._doing(call) as folder:
            self._make_ready(folder, call)
            self._try_out(folder, Slips(self._config, folder))
            if self._config.refused and not folder.is_folder(self._inside(self._config.refused)):
                raise Misconfigured(f"refused: there is no folder {self._inside(self._config.refused)}")
            waiting = folder.entries(self._config.path)
        if not waiting:
            return "the folder can be written to; nothing lies in it"
        since = f"{min(entry.modified for entry in waiting):%Y-%m-%d %H:%M}Z"
        return f"the folder can be written to; files in it: {len(waiting)}, the oldest since {since}"

    def close(self) -> None:
        """End what is open."""
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.close()

    # --- in the order of a call -------------------------------------------------------------------------------

    @contextmanager
    def _doing(self, call: Call) -> Iterator[Folder]:
        """Open the folder for a call, and name what goes wrong by who must act."""
        if self._folder is None:
            self._folder = _folder_of(self._config)
        try:
            with self._folder.during(lambda: call.remaining):
                yield self._folder
        except OSError as error:
            raise meaning(error, moved=call.wire.sent) from None

    def _require(self, folder: Folder) -> None:
        if not folder.is_folder(self._config.path):
            raise Unavailable("the watched folder is not there; is its share mounted?")

    def _make_ready(self, folder: Folder, call: Call) -> None:
        self._require(folder)
        staging = self._inside(self._config.staging)
        if not folder.is_folder(staging):
            self._make(staging, folder)
        if not folder.same_file_system(staging, self._config.path):
            raise Misconfigured("staging: lies on another file system than path, so nothing can be moved in one step")
        if self._swept is None or call.now() - self._swept >= _SWEPT:
            Slips(self._config, folder).sweep(call.now())
            self._swept = call.now()

    def _make(self, staging: str, folder: Folder) -> None:
        try:
            folder.make_folder(staging)
        except OSError:
            if folder.is_folder(staging):  # another worker made it meanwhile
                return
            if folder.find(staging) is not None:
                raise Misconfigured(f"staging: {staging} is a file, and should be a folder of its own") from None
            raise

    def _prepare(self, files: Sequence[FileToPlace], call: Call, folder: Folder, slips: Slips) -> Slip:
        """Write all files into the staging folder and keep a slip; leaves nothing behind where writing fails."""
        attempt = slips.begin()
        paths = [slips.path_of(call.key, attempt, number) for number in range(len(files))]
        try:
            kept = [self._write(file, path, call, folder) for file, path in zip(files, paths, strict=True)]
            folder.sync(self._inside(self._config.staging))
        except BaseException:
            self._clear(folder, paths)
            raise
        slip = Slip(key=call.key, attempt=attempt, files=tuple(kept))
        try:
            slips.keep(slip)  # where this fails in another way, nobody knows whether files belong to a slip
        except FileExistsError:
            self._clear(folder, paths)
            raise Unavailable("an earlier attempt of this call is still at it") from None
        return slip

    def _write(self, file: FileToPlace, path: str, call: Call, folder: Folder) -> Kept:
        target = self._inside(file.name)
        there = folder.find(target)
        if there is not None:
            size, digest = self._as_announced(file, Digest(_chunks(file, call)).whole())
            if Digest(folder.read(target)).whole() != (size, digest):
                raise Rejected(f"{file.name} lies in the folder with another content; it was not touched")
            return Kept(name=file.name, size=size, sha256=digest, was_there=True)
        if "/" in file.name and not folder.is_folder(target.rpartition("/")[0]):
            raise Misconfigured(f"there is no folder for {file.name}: it is made by whoever watches it", Scope.DELIVERY)
        passing = Digest(_chunks(file, call))
        folder.write(path, passing, self._config.mode_bits)
        size, digest = self._as_announced(file, passing.whole())
        written = folder.find(path)
        if written is None or written.size != size:
            raise OSError(errno.EIO, "what was written is not what is there")
        refused = self._among_refused(file.name, folder)
        return Kept(name=file.name, size=size, sha256=digest, refused_before=refused.modified if refused else None)

    def _as_announced(self, file: FileToPlace, read: tuple[int, str]) -> tuple[int, str]:
        size, digest = read
        if file.size not in (None, size) or file.sha256 not in (None, digest):
            detail = f"the hub's own copy of {file.name} is not what it was; nothing was placed"
            raise Misconfigured(detail, Scope.DELIVERY)
        return size, digest

    def _move(self, slip: Slip, call: Call, folder: Folder, slips: Slips) -> None:
        """Move what still waits in the staging folder, each file when the names of those before it are safe."""
        paths = [slips.path_of(slip.key, slip.attempt, number) for number in range(len(slip.files))]
        waiting = [folder.find(path) is not None for path in paths]
        moved = any(not (kept.was_there or waits) for kept, waits in zip(slip.files, waiting, strict=True))
        places = {self._inside(kept.name).rpartition("/")[0] for kept in slip.files}
        for number, (path, kept) in enumerate(zip(paths, slip.files, strict=True)):
            if not waiting[number]:
                continue
            if moved:
                self._sync(folder, places)
            call.sending()
            try:
                folder.move(path, self._inside(kept.name))
            except FileExistsError:
                self._meet_another(slip, kept, path, folder, slips, moved=moved)
            moved = True
        self._sync(folder, places)

    def _meet_another(self, slip: Slip, kept: Kept, path: str, folder: Folder, slips: Slips, *, moved: bool) -> None:
        """Somebody took the name since it was looked at: that is as well if it is the same, and else in the way."""
        try:
            is_same = Digest(folder.read(self._inside(kept.name))).whole() == (kept.size, kept.sha256)
        except FileNotFoundError:
            raise OutcomeUnknown(f"{kept.name} met another file of its name, which has gone since") from None
        if is_same:
            folder.remove(path)
        elif moved:
            raise OutcomeUnknown(f"{kept.name} met another file of its name, when others had been placed")
        else:
            slips.withdraw(slip)
            raise Rejected(f"{kept.name} lies in the folder with another content; it was not touched")

    def _look(self, slip: Slip, folder: Folder, slips: Slips) -> Placed:
        names = tuple(kept.name for kept in slip.files)
        awaited = self._config.consumption is Consumption.AWAITED
        marked = slips.is_refused(slip)
        refused = next((kept.name for kept in slip.files if marked or self._is_refused(kept, folder)), None)
        if refused is not None:
            slips.mark_refused(slip)
            return Placed(Whereabouts.REFUSED, names, refused=refused, awaited=awaited)
        paths = (slips.path_of(slip.key, slip.attempt, number) for number in range(len(slip.files)))
        if any(folder.find(path) is not None for path in paths):
            return Placed(Whereabouts.COMING, names, awaited=awaited)
        lies_there = any(folder.find(self._inside(kept.name)) is not None for kept in slip.files)
        return Placed(Whereabouts.WAITING if lies_there else Whereabouts.TAKEN, names, awaited=awaited)

    def _is_refused(self, kept: Kept, folder: Folder) -> bool:
        """Whether it lies among what the watcher cannot use, and not another that lay there before."""
        found = self._among_refused(kept.name, folder)
        return found is not None and found.modified != kept.refused_before

    def _among_refused(self, name: str, folder: Folder) -> Entry | None:
        if self._config.refused is None:
            return None
        return folder.find(f"{self._inside(self._config.refused)}/{name.rpartition('/')[2]}")

    def _try_out(self, folder: Folder, slips: Slips) -> None:
        first, second = (slips.path_of("check", slips.begin(), number) for number in range(2))
        try:
            for path in (first, second):
                folder.write(path, [b"check"], self._config.mode_bits)
            with suppress(FileExistsError):
                folder.move(first, second)
                raise Misconfigured("a file that is moved there overwrites one of the same name; nothing is safe there")
        finally:
            self._clear(folder, [first, second])

    def _clear(self, folder: Folder, paths: Sequence[str]) -> None:
        for path in paths:
            with suppress(OSError):  # the sweep finds it later
                folder.remove(path)

    def _sync(self, folder: Folder, places: set[str]) -> None:
        for place in sorted(places):
            folder.sync(place)

    def _inside(self, path: str) -> str:
        return self._config.inside(path)


def _chunks(file: FileToPlace, call: Call) -> Iterator[bytes]:
    with closing(file.open()) as reading:
        while chunk := reading.read(CHUNK):
            if not call.remaining:
                raise Unavailable("there was not time enough to write the files; raise the timeout of the instance")
            yield chunk


def _folder_of(config: FolderConfig) -> Folder:
    if config.sftp is None:
        return LocalFolder()
    try:
        sftp = importlib.import_module("printhub.core.placing.sftp")
    except ModuleNotFoundError:
        raise Misconfigured("SFTP needs paramiko, which is not installed: pip install 'printhub[sftp]'") from None
    folder: Folder = sftp.SftpFolder(config.sftp)
    return folder
