"""Jobs (order lines) and their parts, as the storefront tells of them."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from printhub.core.model.assets import Asset
from printhub.core.model.money import Money
from printhub.core.model.record import MAX_INTEGER, Identifier, Message, Text


class ProductType(StrEnum):
    """What sort of product a job is; it decides whether there are files to wait for."""

    ORDINARY = "Ordinary"
    """Stock, off the shelf: no artwork."""
    STATIC = "Static"
    """A fixed PDF, which is its output from the start."""
    VARIABLE = "Variable"
    MULTI_PART = "MultiPart"
    """The customer uploads print-ready PDFs."""
    DYNAMIC = "Dynamic"
    UPLOADABLE_DYNAMIC = "UploadableDynamic"
    SYMPHONY = "Symphony"
    CUSTOM = "Custom"
    """The parent of a kit or of several products; never delivered itself."""
    EXTERNAL = "External"
    """Made by a call from outside or by the hub; it has no order."""

    @property
    def prints(self) -> bool:
        """Whether a job of this type needs output before it can be produced."""
        return self is not ProductType.ORDINARY


class JobApproval(StrEnum):
    """Whether a job may be produced, as far as its approver is concerned."""

    NOT_REQUIRED = "not_required"
    AWAITING = "awaiting"
    APPROVED = "approved"
    REJECTED = "rejected"


class Part(Message):
    """A part of a MultiPart product: one artwork file, perhaps a version with a quantity of its own."""

    id: Identifier
    name: Text = ""
    quantity: Annotated[int, Field(ge=1, le=MAX_INTEGER)] | None = None
    artwork: Asset | None = None


class Job(Message):
    """A job as the storefront describes it when it is added."""

    id: Identifier
    product_type: ProductType
    product: Text = ""
    attributes: dict[str, str] = {}
    """Material, size, finish and the like."""
    quantity: Annotated[int, Field(ge=1, le=MAX_INTEGER)] = 1
    weight_grams: Annotated[int, Field(ge=0, le=MAX_INTEGER)] | None = None
    line_price: Money | None = None
    approval: JobApproval = JobApproval.NOT_REQUIRED
    parts: tuple[Part, ...] = ()
    artwork: tuple[Asset, ...] = ()
    """Artwork that belongs to no single part."""
    output: tuple[Asset, ...] = ()
    """Print-ready files, where they are there from the start."""
    parent: Identifier | None = None
    """The kit that this job is a child of."""
    external_reference: Identifier | None = None
