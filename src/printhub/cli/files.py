"""`printhub files`: what lies in the working folder of a job, and what operators do with it."""

import io
import mimetypes
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from printhub.cli.launch import Launch
from printhub.cli.opening import opened
from printhub.cli.options import as_json, why
from printhub.cli.output import Cell, Output, away, size, state, styled
from printhub.cli.reopen import UNHEARD
from printhub.core.flow.acts.desk import find_job
from printhub.core.flow.acts.files import Supplied, Upload, find_file
from printhub.core.hub import Hub
from printhub.core.model.errors import ActRefused
from printhub.core.model.jobs import ProductType
from printhub.core.model.known import FileRecord, FileRole, FileState
from printhub.core.store import dossiers
from printhub.core.store import files as rows
from printhub.core.store.store import Tx
from printhub.shapes.file import FileDue, FileShown, SuppliedShown


@click.group()
def files() -> None:
    """The files of a job: list, fetch, upload, download, restore.

    A FILE is named by its id, or by the beginning of it.
    """


@files.command("list")
@click.argument("job")
@as_json
@click.pass_obj
def list_(launch: Launch, *, job: str, as_data: bool) -> None:
    """List the files of JOB, those that were superseded too.

    With --json: {"files": […]}; `next_at` is when one that is not there yet is fetched next.
    """

    def read(tx: Tx) -> tuple[list[FileRecord], dict[UUID, datetime]]:
        record = find_job(tx, job)
        found = dossiers.load(tx, [record.id])[record.id].files
        return list(found.values()), rows.next_fetches(tx, found)

    with opened(launch) as hub:
        found, due = hub.store.read(read)
    out = Output()
    if as_data:
        out.json({"files": [FileDue(**dict(FileShown.of(file)), next_at=due.get(file.id)) for file in found]})
        return
    listed: list[list[Cell]] = [
        [str(file.id), state(file.state), file.role, size(file.size), _note(file, due, launch.now())] for file in found
    ]
    out.listing(["file", "state", "role", "size", "name"], listed, None, f"job {job} has no files")


@files.command("fetch")
@click.argument("file", required=False)
@click.option("--job", help="All files of this job that failed or wait to be tried again.")
@why
@as_json
@click.pass_obj
def fetch(launch: Launch, *, file: str | None, job: str | None, why: str, as_data: bool) -> None:
    """Fetch again what could not be fetched: one FILE, or all of a job.

    It is tried at once, and then as patiently as at first. With --json: {"files": […]}.
    """
    if (file is None) is (job is None):
        raise click.UsageError("say either FILE or --job JOB")
    with opened(launch) as hub:
        acts = hub.acts.files
        if file is not None:
            found = acts.fetch(file, by=launch.operator, why=why)
        else:
            found = acts.fetch_all(str(job), by=launch.operator, why=why)
    out = Output()
    if as_data:
        out.json({"files": [FileShown.of(one) for one in found]})
        return
    for one in found:
        out.line(styled(one.name, "bold"), " is fetched again")


@files.command("upload")
@click.argument("job")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--part", help="The part of the job that it belongs to.")
@click.option(
    "--role",
    type=click.Choice(list(map(str, FileRole))),
    help="Artwork is what output is made of; output is printed as it is.  "
    "[default: artwork; of a Static job it has to be said]",
)
@why
@as_json
@click.pass_obj
def upload(
    launch: Launch, *, job: str, path: Path, part: str | None, role: str | None, why: str, as_data: bool
) -> None:
    """Put the file at PATH into the working folder of JOB.

    What it replaces is kept as superseded until clean-up. After new artwork the job waits until the storefront has made
    the output again, which it is asked for. With --json: {"files": […], "superseded": […], "storefront_asked": true,
    false, or null where that was not needed, "told": instances that know of the earlier file, "unable": those of them
    that take no updates}.
    """
    if not path.is_file():
        raise click.BadParameter(f"{path} is no file", param_hint="PATH")
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    with opened(launch) as hub, path.open("rb", buffering=0) as raw:
        meant = FileRole(role) if role else _role(hub, job)
        length = path.stat().st_size
        with click.progressbar(length=length, label=path.name, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            brought = Upload(_Shown(raw, bar), path.name, meant, part, media_type)
            supplied = hub.acts.files.upload(job, brought, by=launch.operator, why=why)
    _tell(supplied, "in place", as_data=as_data)


@files.command("restore")
@click.argument("file", nargs=-1, required=True)
@why
@as_json
@click.pass_obj
def restore(launch: Launch, *, file: tuple[str, ...], why: str, as_data: bool) -> None:
    """Make superseded files stand again: what replaced them is superseded instead.

    This undoes an upload. Several files are restored together: the outputs of all parts, say, that one output for the
    whole job had replaced. With --json: as for `files upload`.
    """
    with opened(launch) as hub:
        supplied = hub.acts.files.restore(file, by=launch.operator, why=why)
    _tell(supplied, "in place again", as_data=as_data)


@files.command("download")
@click.argument("file")
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write; its folder has to be there.",
)
@click.option("--force", is_flag=True, help="Replace what is there already.")
@as_json
@click.pass_obj
def download(launch: Launch, *, file: str, target: Path, force: bool, as_data: bool) -> None:
    """Copy FILE out of its working folder, and check that it is whole.

    Superseded files can be had too, until clean-up. With --json: the file, and `path` where it was written.
    """
    with opened(launch) as hub:
        found = hub.store.read(lambda tx: find_file(tx, file))
        job = hub.store.read(lambda tx: rows.job_of(tx, found.id))
        if found.stored is None:
            raise ActRefused(_why_not(found, job.number if job else ""))
        hub.folders.hand_out(found.stored, target, sha256=found.sha256, force=force)
    out = Output()
    if as_data:
        out.json(dict(FileShown.of(found)) | {"path": str(target)})
    else:
        out.line(styled(found.name, "bold"), f" is written to {target}: {size(found.size)}, sha256 {found.sha256}")


class _Shown(io.BufferedReader):
    """A file that shows how much of it was read."""

    def __init__(self, raw: io.FileIO, bar: Any) -> None:  # noqa: ANN401 - click does not export the bar's type
        super().__init__(raw)
        self._bar = bar

    def read(self, size: int | None = -1, /) -> bytes:
        chunk = super().read(size)
        self._bar.update(len(chunk))
        return chunk


def _role(hub: Hub, job: str) -> FileRole:
    """What is meant where nothing is said: artwork, unless that would cost a job the output that it came with."""
    found = hub.store.read(lambda tx: find_job(tx, job))
    if found.product_type is ProductType.STATIC:
        raise click.UsageError(
            f"job {found.number} is Static, its output came with it: say --role output for what is printed instead, "
            "or --role artwork for what the storefront makes new output of"
        )
    return FileRole.ARTWORK


def _note(file: FileRecord, due: dict[UUID, datetime], now: datetime) -> str:
    notes = [file.name, f"part {file.part}" if file.part else "", "superseded" if file.superseded else "", file.reason]
    notes += [f"by {file.by}" if file.by else "", f"next {away(due[file.id], now)}" if file.id in due else ""]
    return ", ".join(filter(None, notes))


def _why_not(file: FileRecord, job: str) -> str:
    match file.state:
        case FileState.CLEARED:
            return f"{file.name} was cleared; `printhub reopen {job} --why TEXT` asks the storefront for it again"
        case FileState.HANDED_ON:
            return f"{file.name} stays at the storefront, whose address partners get: the hub has no copy"
        case _:
            return f"{file.name} is not there yet: it is {file.state}{f', {file.reason}' if file.reason else ''}"


def _tell(supplied: Supplied, place: str, *, as_data: bool) -> None:
    out = Output()
    if as_data:
        out.json(SuppliedShown.of(supplied))
        return
    for file in supplied.files:
        part = f" of part {file.part}" if file.part else ""
        out.line(styled(file.name, "bold"), f" is {place} as {file.role}{part}: {size(file.size)}, file {file.id}")
    for file in supplied.superseded:
        out.line(f"superseded: {file.name}, {file.role}; `printhub files restore {file.id!s}` makes it stand again")
    if supplied.asked is not None:
        what = "the storefront is asked to make it" if supplied.asked else UNHEARD
        out.line(styled(f"the job waits for new output: {what}", "" if supplied.asked else "yellow"))
    for name in supplied.told:
        what = "tell its people, it takes no updates" if name in supplied.unable else "an update goes to it"
        out.line(styled(f"{name} was told of the earlier file: {what}", "yellow"))
