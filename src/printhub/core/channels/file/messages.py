"""What a hot folder is given: a job's files, and what their names may be made of."""

from typing import Literal, Self

from printhub.core.channels.files import FileSource, TicketFile
from printhub.core.model.jobs import ProductType
from printhub.core.model.record import Message
from printhub.core.model.verbs import Mode


class FilePlacement(Message):
    """The files of one job, to be placed together."""

    version: Literal[1] = 1
    storefront: str
    mode: Mode
    job: str
    order: str | None = None
    product_type: ProductType
    product: str = ""
    quantity: int = 1
    attributes: dict[str, str] = {}
    files: tuple[TicketFile, ...] = ()

    def bound(self, source: FileSource) -> Self:
        """The same placement, its files able to reach their bytes."""
        return self.model_copy(update={"files": tuple(file.bound(source) for file in self.files)})
