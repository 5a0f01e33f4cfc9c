"""Finds what the watcher could not use, also when that comes out long after the files were taken."""

from collections.abc import Iterator

from pydantic import JsonValue

from printhub.core.model.signals import Settled
from printhub.core.model.verbs import Verb
from printhub.core.placing.folder import Entry, Folder
from printhub.core.placing.slips import Kept, Slip, Slips


def told_since(
    cursor: JsonValue, path: str, folder: Folder, slips: Slips, verb: Verb
) -> tuple[list[Settled], JsonValue]:
    """Say of each call that it has failed whose file came to lie at `path` since `cursor`, and how far that is.

    A file belongs to the call that placed one of its name last. Those that no call has placed are passed over.
    """
    lying = {f"{entry.name} {entry.modified.isoformat()}": entry for entry in folder.entries(path)}
    known = set(cursor) if isinstance(cursor, list) else set()
    fresh = {entry.name: entry for sign, entry in lying.items() if sign not in known}
    told = []
    for slip, kept in _owners(fresh, slips) if fresh else ():
        slips.mark_refused(slip)
        detail = f"the watcher of the folder could not use {kept.name}"
        told.append(Settled(key=slip.key, verb=verb, refused=detail, dedupe=f"{slip.key} {slip.attempt}"))
    return told, [*sorted(lying)]


def _owners(fresh: dict[str, Entry], slips: Slips) -> Iterator[tuple[Slip, Kept]]:
    """The calls that these files belong to, each once."""
    sought = dict(fresh)
    for slip in slips.newest_first():
        own = [kept for kept in slip.files if kept.name.rpartition("/")[2] in sought]
        refused = None
        for kept in own:
            entry = sought.pop(kept.name.rpartition("/")[2])
            refused = kept if entry.modified != kept.refused_before else refused
        if refused is not None:
            yield slip, refused
        if not sought:
            return
