"""The kinds of adapter, the verbs each kind has, and what a repeated call does at the partner."""

from enum import Flag, StrEnum


class Kind(StrEnum):
    """What an adapter connects to."""

    MIS = "mis"
    EMAIL = "email"
    SMS = "sms"
    PAYMENT = "payment"
    FILE = "file"
    STATUS = "status"

    @property
    def partner(self) -> str:
        """What stands at the other end, in words."""
        return _PARTNERS[self]

    @property
    def is_message(self) -> bool:
        """Whether what goes there is written to a person."""
        return self in (Kind.EMAIL, Kind.SMS)

    @property
    def produces(self) -> bool:
        """Whether what goes there leads a job into production."""
        return self in (Kind.MIS, Kind.FILE)


_PARTNERS = {
    Kind.MIS: "a MIS",
    Kind.EMAIL: "a mail server",
    Kind.SMS: "an SMS provider",
    Kind.PAYMENT: "a payment gateway",
    Kind.FILE: "a hot folder",
    Kind.STATUS: "whoever tells the storefront of statuses",
}


class Verb(StrEnum):
    """What the hub asks of an adapter; also the name of the method that does it."""

    NOTIFY = "notify"
    MANIFEST = "manifest"
    ASSETS = "assets"
    UPDATE = "update"
    CANCEL = "cancel"
    SEND = "send"
    REFUND = "refund"
    VOID = "void"
    PLACE = "place"
    PUBLISH = "publish"


class Effect(Flag):
    """What makes a repeated call safe. An empty value, BLIND, means that nothing does.

    KEYED: the partner honours the call's key and has one effect for one key. LOOKUP: the partner can be asked
    whether a call arrived.
    """

    BLIND = 0
    KEYED = 1
    LOOKUP = 2


class Mode(StrEnum):
    """Whether something is for practice or for real: a storefront, an order, an instance's credentials."""

    TEST = "test"
    LIVE = "live"
