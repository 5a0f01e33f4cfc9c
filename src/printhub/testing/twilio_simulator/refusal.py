"""How Twilio says no: an HTTP status, and one of its codes (Twilio docs, "Error and Warning Dictionary")."""

from collections.abc import Mapping
from types import MappingProxyType

from printhub.testing.simulator.answer import Answer

CODES: Mapping[int, tuple[int, str]] = MappingProxyType(
    {
        20003: (401, "Authenticate"),
        20404: (404, "The requested resource {path} was not found"),
        20429: (429, "Too Many Requests"),
        21211: (400, "The 'To' number {to} is not a valid phone number."),
        21408: (
            400,
            "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}.",
        ),
        21602: (400, "Message body is required."),
        21603: (400, "A 'From' phone number is required."),
        21604: (400, "A 'To' phone number is required."),
        21606: (400, "The 'From' phone number {from} is not a valid, SMS-capable phone number for your account."),
        21610: (400, "Attempt to send to unsubscribed recipient {to}"),
        21614: (400, "'To' number {to} is not a valid mobile number"),
        21617: (400, "The concatenated message body exceeds the 1600 character limit."),
        21659: (400, "'From' {from} is not a Twilio phone number or Short Code country mismatch"),
    }
)
"""What a request is refused with: the HTTP status, and the message with what Twilio quotes of the request in it."""
LATER: Mapping[int, str] = MappingProxyType(
    {
        30001: "Queue overflow",
        30003: "Unreachable destination handset",
        30005: "Unknown destination handset",
        30006: "Landline or unreachable carrier",
        30007: "Message filtered",
        30008: "Unknown error",
        30034: "Message from an Unregistered Number",
    }
)
"""What a message can fail of once it was taken: told by callback."""


_NOTHING: Mapping[str, str] = MappingProxyType({"to": "", "from": "", "path": ""})


class Refusal(Exception):
    """Twilio refuses a request; `quoted` is what its message repeats of that: `to`, `from` or `path`."""

    def __init__(self, code: int, quoted: Mapping[str, str] = _NOTHING) -> None:
        super().__init__(code)
        self.answer = error(code, quoted)


def error(code: int, quoted: Mapping[str, str] = _NOTHING, *, retry_after: int | None = None) -> Answer:
    """An answer with an error object."""
    status, message = CODES[code]
    said = {
        "code": code,
        "message": message.format_map({**_NOTHING, **quoted}),
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    headers = {} if retry_after is None else {"retry_after": str(retry_after)}
    return Answer.json(status, said, **headers)
