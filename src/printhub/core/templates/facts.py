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
    """Where it is on the web."""
    email: str = ""
    """Where its customers write to."""
    phone: str = ""
    """Where they call."""
    address: tuple[str, ...] = ()
    """Its postal address, line by line."""
    logo_url: str = ""
    """An image that mail programs load; empty for none."""
    colour: str = "#1f5fa8"
    """Of buttons and headings, as in `#1f5fa8`."""


class CustomerFacts(Record):
    """Who placed the order."""

    name: str = Field(default="", repr=False)
    """Their whole name; empty where the storefront did not say, as all of these may be."""
    first_name: str = Field(default="", repr=False)
    """The first word of it."""
    email: str = Field(default="", repr=False)
    """Their e-mail address."""
    phone: str = Field(default="", repr=False)
    """Their telephone number."""
    company: str = Field(default="", repr=False)
    """Whom they order for."""
    user_name: str = Field(default="", repr=False)
    """The name of their account."""
    guest: bool = False
    """Whether they ordered without one."""


class AddressFacts(Record):
    """A postal address."""

    name: str = Field(default="", repr=False)
    """The person."""
    company: str = Field(default="", repr=False)
    """Where the person is found."""
    address1: str = Field(default="", repr=False)
    """Street and number, mostly."""
    address2: str = Field(default="", repr=False)
    """What the first line has no room for."""
    address3: str = Field(default="", repr=False)
    """What the second one has no room for."""
    postcode: str = Field(default="", repr=False)
    """The postal code."""
    town: str = Field(default="", repr=False)
    """The town."""
    state: str = Field(default="", repr=False)
    """State, province or canton, where addresses name one."""
    country: str = ""
    """ISO 3166-1 alpha-2."""
    phone: str = Field(default="", repr=False)
    """The telephone number there."""
    email: str = Field(default="", repr=False)
    """The e-mail address there."""
    lines: tuple[str, ...] = Field(default=(), repr=False)
    """As it is written on an envelope, without what is empty."""


class JobFacts(Record):
    """One job of the order: an order line."""

    number: str
    """The number that people know it by."""
    product: str = ""
    """What is printed, in words."""
    product_type: str = ""
    """What sort of product it is to the storefront."""
    quantity: int = 1
    """How many are ordered."""
    price: Money | None = None
    """Of the whole line; None where the storefront did not say."""
    status: str = ""
    """The status that stands, such as `InProduction`."""
    attributes: dict[str, str] = {}
    """What else was chosen, such as the paper."""


class OrderFacts(Record):
    """The order."""

    number: str
    """The number that people know it by."""
    url: str = Field(default="", repr=False)
    """Where the customer sees it; empty where the storefront did not say."""
    payment_url: str = Field(default="", repr=False)
    """Where the customer pays; empty where the storefront did not say."""
    placed_on: datetime
    """When it was placed."""
    total: Money
    """What is to be paid."""
    discount: Money | None = None
    """What was taken off; told in the confirmation alone, and None where nobody said."""
    tax: Money | None = None
    """What of the total is tax; told in the confirmation alone, and None where nobody said."""
    status: str = ""
    """How it stands at the storefront."""
    payment_status: str = ""
    """How its payment stands at the storefront."""
    payment_method: str = ""
    """How it is paid."""
    shipping_method: str = ""
    """How it is sent."""
    po_number: str = ""
    """The customer's own number for it."""
    department: str = ""
    """The customer's department."""
    cost_centre: str = ""
    """The customer's cost centre."""
    billing_address: AddressFacts = Field(default=AddressFacts(), repr=False)
    """Where the invoice goes."""
    delivery_address: AddressFacts = Field(default=AddressFacts(), repr=False)
    """Where the goods go."""


class ShipmentFacts(Record):
    """A parcel that left."""

    number: str = ""
    """The storefront's number for it."""
    carrier: str = ""
    """Who carries it."""
    tracking_number: str = ""
    """The carrier's number for it."""
    tracking_url: str = ""
    """Where one sees how far it is."""
    jobs: tuple[JobFacts, ...] = ()
    """What is in it."""


class RefundFacts(Record):
    """Money that was given back."""

    amount: Money
    """How much."""
    reason: str = ""
    """Why; empty where nobody said."""


class ReminderFacts(Record):
    """Which reminder it is."""

    number: int = 1
    """The first is 1."""
    of: int = 1
    """How many there are at the most."""


class StatementFacts(Record):
    """A billing statement or an invoice, which goes along."""

    number: str = ""
    """The number that stands on it."""
    amount: Money | None = None
    """What is to be paid; None where nobody said."""
    due_on: date | None = None
    """The last day to pay it; None where nobody said."""


class FailureFacts(Record):
    """What failed, for staff."""

    what: str = ""
    """In a sentence."""
    instance: str = ""
    """The partner that it failed at; empty for none."""
    matter: str = ""
    """A word for it, such as `MisFailed`."""


class Facts(Record):
    """All that a template may use. What a notification is not about is None or empty."""

    notification: str
    """Which one it is."""
    language: str = "en"
    """BCP 47 tag of the language that the words are in."""
    time_zone: str = "UTC"
    """That of the storefront, in which days and hours are written."""
    now: datetime
    """When the message was drafted."""
    storefront: StorefrontFacts
    """Who it comes from."""
    customer: CustomerFacts = Field(default=CustomerFacts(), repr=False)
    """Who placed the order."""
    order: OrderFacts | None = None
    """None only for staff, of a job without an order."""
    jobs: tuple[JobFacts, ...] = ()
    """All jobs of the order."""
    job: JobFacts | None = None
    """The one that the message is about, where it is about one."""
    shipment: ShipmentFacts | None = None
    """The parcel that left."""
    note: str = Field(default="", repr=False)
    """The text of a note for the customer."""
    refund: RefundFacts | None = None
    """What was given back."""
    reminder: ReminderFacts | None = None
    """Which reminder it is."""
    statement: StatementFacts | None = None
    """The document that goes along."""
    failure: FailureFacts | None = None
    """What failed, for staff."""
    why: str = Field(default="", repr=False)
    """The reason that was given, of a refusal or a cancellation, say."""
    awaited: str = Field(default="", repr=False)
    """What exactly is waited for."""
    url: str = Field(default="", repr=False)
    """Where the customer looks at the proof, or supplies what is missing."""
