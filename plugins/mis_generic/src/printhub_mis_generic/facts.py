"""The facts that templates, limits and signatures know: plain data, the same for every attempt at a call."""

from collections.abc import Sequence
from typing import Any

from printhub import Call, JobTicket, Verb
from printhub_mis_generic.artwork import Piece
from printhub_mis_generic.artwork_config import UrlArtwork


def of_call(call: Call, verb: str) -> dict[str, Any]:
    """What is known without a job. Neither time nor attempt: the same call must send the same body."""
    return {"verb": verb, "key": call.key, "mode": str(call.mode)}


def of_job(ticket: JobTicket, call: Call) -> dict[str, Any]:
    """The job, its order, and the references that the MIS gave; `reference` is missing as long as there is none."""
    references = {str(verb): earlier.reference for verb, earlier in call.earlier.items() if earlier.reference}
    told = ticket.model_dump(mode="json", exclude={"version", "files"})
    facts = {**of_call(call, str(call.verb)), **told, "references": references}
    reference = known_reference(call)
    return facts if reference is None else {**facts, "reference": reference}


def of_files(files: Sequence[Piece], artwork: UrlArtwork | None) -> list[dict[str, Any]]:
    """The files under the MIS's names for them, and with a URL where the MIS fetches them."""
    described = [{**piece.file.model_dump(mode="json", exclude={"link"}), "name": piece.name} for piece in files]
    if artwork is not None:
        for fact, piece in zip(described, files, strict=True):
            fact["url"] = piece.file.url(artwork.life)
    return described


def known_reference(call: Call) -> str | None:
    """The MIS's id of the job: what notify gave, else what this verb gave before."""
    return call.before(Verb.NOTIFY).reference or call.before(call.verb).reference
