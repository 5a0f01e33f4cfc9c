"""The data model of templates: what a message may speak of. Every name that a template uses stands here."""

from datetime import date, datetime

from pydantic import Field

from printhub.core.model.money import Money
from printhub.core.model.record import Record


class StorefrontFacts(Record):
    """The storefront that the message comes from."""

    name: str
    """Its name in the configuration."""
    title: str
    """Its name for people."""
    url: str = ""
    email: str = ""
    phone: str = ""
    address: tuple[str, ...] = ()
    """Its postal address, line by line."""
    logo_url: str = ""
    colour: str = "#1f5fa8"


class CustomerFacts(Record):
    """Who placed the order."""

    name: str = Field(default="", repr=False)
    first_name: str = Field(default="", repr=False)
    email: str = Field(default="", repr=False)
    phone: str = Field(default="", repr=False)
    company: str = Field(default="", repr=False)
    user_name: str = Field(default="", repr=False)
    guest: bool = False


class AddressFacts(Record):
    """A postal address."""

    name: str = Field(default="", repr=False)
    company: str = Field(default="", repr=False)
    address1: str = Field(default="", repr=False)
    address2: str = Field(default="", repr=False)
    address3: str = Field(default="", repr=False)
    postcode: str = Field(default="", repr=False)
    town: str = Field(default="", repr=False)
    state: str = Field(default="", repr=False)
    country: str = ""
    """ISO 3166-1 alpha-2."""
    phone: str = Field(default="", repr=False)
    email: str = Field(default="", repr=False)
    lines: tuple[str, ...] = Field(default=(), repr=False)
    """As it is written on an envelope, without what is empty."""


class JobFacts(Record):
    """One job of the order: an order line."""

    number: str
    product: str = ""
    product_type: str = ""
    quantity: int = 1
    price: Money | None = None
    status: str = ""
    attributes: dict[str, str] = {}


class OrderFacts(Record):
    """The order."""

    number: str
    url: str = Field(default="", repr=False)
    """Where the customer sees it; empty where the storefront did not say."""
    payment_url: str = Field(default="", repr=False)
    """Where the customer pays; empty where the storefront did not say."""
    placed_on: datetime
    total: Money
    discount: Money | None = None
    tax: Money | None = None
    status: str = ""
    payment_status: str = ""
    payment_method: str = ""
    shipping_method: str = ""
    po_number: str = ""
    department: str = ""
    cost_centre: str = ""
    billing_address: AddressFacts = Field(default=AddressFacts(), repr=False)
    delivery_address: AddressFacts = Field(default=AddressFacts(), repr=False)


class ShipmentFacts(Record):
    """A parcel that left."""

    number: str = ""
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    jobs: tuple[JobFacts, ...] = ()
    """What is in it."""


class RefundFacts(Record):
    """Money that was given back."""

    amount: Money
    reason: str = ""


class ReminderFacts(Record):
    """Which reminder it is."""

    number: int = 1
    of: int = 1


class StatementFacts(Record):
    """A billing statement or an invoice, which goes along."""

    number: str = ""
    amount: Money | None = None
    due_on: date | None = None


class FailureFacts(Record):
    """What failed, for staff."""

    what: str = ""
    """In a sentence."""
    instance: str = ""
    matter: str = ""
    """A word for it, such as `MisFailed`."""


class Facts(Record):
    """All that a template may use. What a notification is not about is None or empty."""

    notification: str
    language: str = "en"
    """BCP 47 tag of the language that was asked for."""
    time_zone: str = "UTC"
    now: datetime
    storefront: StorefrontFacts
    customer: CustomerFacts = Field(default=CustomerFacts(), repr=False)
    order: OrderFacts | None = None
    jobs: tuple[JobFacts, ...] = ()
    """All jobs of the order."""
    job: JobFacts | None = None
    """The one that the message is about, where it is about one."""
    shipment: ShipmentFacts | None = None
    note: str = Field(default="", repr=False)
    """The text of a note for the customer."""
    refund: RefundFacts | None = None
    reminder: ReminderFacts | None = None
    statement: StatementFacts | None = None
    failure: FailureFacts | None = None
    why: str = Field(default="", repr=False)
    """The reason that was given, of a refusal or a cancellation, say."""
    awaited: str = Field(default="", repr=False)
    """What exactly is waited for."""
    url: str = Field(default="", repr=False)
    """Where the customer looks at the proof, or supplies what is missing."""
