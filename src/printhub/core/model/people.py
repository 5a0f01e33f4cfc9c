"""People and addresses. All of it is personal data: it shows up in no repr and is stored in erasable rows only."""

from typing import Annotated

from pydantic import Field, StringConstraints

from printhub.core.model.record import Message

Line = Annotated[str, StringConstraints(max_length=200)]


class Address(Message):
    """A postal address."""

    name: Line = Field(default="", repr=False)
    company: Line = Field(default="", repr=False)
    address1: Line = Field(default="", repr=False)
    address2: Line = Field(default="", repr=False)
    address3: Line = Field(default="", repr=False)
    town: Line = Field(default="", repr=False)
    state: Line = Field(default="", repr=False)
    postcode: Line = Field(default="", repr=False)
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    """ISO 3166-1 alpha-2."""
    phone: Line = Field(default="", repr=False)
    email: Line = Field(default="", repr=False)


class Person(Message):
    """A customer, guest or registered."""

    user_name: Line = Field(default="", repr=False)
    name: Line = Field(default="", repr=False)
    email: Line = Field(default="", repr=False)
    phone: Line = Field(default="", repr=False)
    company: Line = Field(default="", repr=False)
    language: Line = ""
    """BCP 47 tag such as `de` or `en-GB`."""
    guest: bool = False
