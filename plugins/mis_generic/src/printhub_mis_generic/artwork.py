"""The files of a job as the MIS gets them: all there, each under a name of its own."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from printhub import FileRole, JobTicket, Rejected, TicketFile
from printhub_mis_generic.artwork_config import Artwork, NoArtwork
from printhub_mis_generic.templates import Facts, Pen


@dataclass(frozen=True)
class Piece:
    """One file on its way to the MIS."""

    label: str
    """What a report calls it: the part, or the file's id where the part has several files or there is none."""
    name: str
    """What the MIS calls it."""
    file: TicketFile


def require_all(ticket: JobTicket) -> None:
    """Raise Rejected where a part, or a whole job that is printed, has no file. Nothing must be sent then."""
    if ticket.job.product_type.prints and not ticket.files:
        raise Rejected(f"Job {ticket.job.id} is printed and has no file; nothing was sent.")
    if any(file.role is FileRole.OUTPUT and file.part is None for file in ticket.files):
        return  # one output for the whole job
    there = {file.part for file in ticket.files}
    lacking = [part.id for part in ticket.job.parts if part.id not in there]
    if lacking:
        raise Rejected(
            f"{len(lacking)} of {len(ticket.job.parts)} parts of job {ticket.job.id} have no file"
            f" ({', '.join(lacking)}); nothing was sent."
        )


def pieces(ticket: JobTicket, artwork: Artwork, facts: Facts, pen: Pen) -> tuple[Piece, ...]:
    """All files of the job, named for the MIS."""
    per_part = Counter(file.part for file in ticket.files)
    labels = [str(file.id) if file.part is None or per_part[file.part] > 1 else file.part for file in ticket.files]
    names = _names(ticket.files, artwork, facts, pen)
    return tuple(Piece(*piece) for piece in zip(labels, names, ticket.files, strict=True))


def prove_readable(files: Sequence[Piece]) -> None:
    """Open each file once, so that one that the hub has no copy of is found before anything is sent."""
    for piece in files:
        piece.file.open().close()


def _names(files: Sequence[TicketFile], artwork: Artwork, facts: Facts, pen: Pen) -> list[str]:
    if isinstance(artwork, NoArtwork):
        return [file.name for file in files]
    names = []
    for number, file in enumerate(files, start=1):
        known = {**facts, "file": file.model_dump(mode="json"), "number": number}
        names.append(_plain(pen.text("artwork.name", artwork.name, known)))
    if len(set(names)) == len(names):
        return names
    return [f"{number}-{name}" for number, name in enumerate(names, start=1)]


def _plain(name: str) -> str:
    """The name without what a MIS could take for a path or a line end."""
    plain = "".join("_" if letter in '/\\"' or not letter.isprintable() else letter for letter in name).strip()
    return plain if plain.strip(".") else "file"
