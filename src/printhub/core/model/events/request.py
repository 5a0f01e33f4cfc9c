"""Events by which the hub asks the storefront for something; what the storefront does is again an event of its own."""

from printhub.core.model.events.fact import Fact
from printhub.core.model.orders import Note
from printhub.core.model.record import Identifier, Text


class RequestFact(Fact):
    """What all requests share. These go out; the hub takes none in."""

    storefront: Identifier
    order: Identifier | None
    """The storefront's order id; null for a job without an order."""
    why: Text = ""


class RecreationAsked(RequestFact):
    """The output of a job is to be made again; answered by `printhub.job.output_created`."""

    type = "printhub.request.recreation"
    job: Identifier


class FilesAsked(RequestFact):
    """The files of a reopened job are to be supplied again; answered by events that announce them."""

    type = "printhub.request.files"
    job: Identifier


class CancellationAsked(RequestFact):
    """An order is to be cancelled; it takes effect with `printhub.order.cancelled`."""

    type = "printhub.request.cancellation"


class NoteAsked(RequestFact):
    """A note is to be added to an order; its id is the hub's."""

    type = "printhub.request.note"
    note: Note


class PoNumberAsked(RequestFact):
    """The purchase-order number of an order is to be this; null clears it."""

    type = "printhub.request.po_number"
    po_number: Text | None


REQUEST_EVENTS: tuple[type[RequestFact], ...] = (
    RecreationAsked,
    FilesAsked,
    CancellationAsked,
    NoteAsked,
    PoNumberAsked,
)
