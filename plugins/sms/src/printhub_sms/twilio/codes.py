"""Twilio's codes: who must act, and in words (Twilio docs, "Error and Warning Dictionary").

Twilio's own messages are not shown: they repeat numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Act(Enum):
    """Who must act."""

    OPERATOR = "operator"
    """On the instance: credentials, account."""
    OPERATOR_FOR_ONE = "operator for one"
    """On what concerns this one message: its sender, its region."""
    LATER = "later"
    SENDER = "sender"
    """The text is refused for good."""
    NUMBER = "number"
    """The number is: no provider can do better."""
    OPT_OUT = "opt-out"
    """Its owner said STOP."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a code means."""

    act: Act
    words: str


def _of(act: Act, **codes: str) -> dict[int, Code]:
    return {int(code.removeprefix("c")): Code(act, words) for code, words in codes.items()}


CODES: Mapping[int, Code] = MappingProxyType(
    _of(
        Act.OPERATOR,
        c20003="Twilio does not know account and token, or the account is suspended",
        c20404="Twilio does not know the account or the Messaging Service",
        c21603="neither the storefront nor the instance names a sender or a Messaging Service",
    )
    | _of(
        Act.OPERATOR_FOR_ONE,
        c21408="the account may not send to this region: enable it in Twilio's console",
        c21606="the sender is no number of this account that can send texts",
        c21659="the sender is no number of this account, or may not be used in this country",
        c30034="the sender is not registered for this country: register it with Twilio",
    )
    | _of(
        Act.LATER,
        c20429="Twilio takes no more requests at the moment",
    )
    | _of(
        Act.NUMBER,
        c21211="the recipient's number is not valid",
        c21604="the recipient's number is missing",
        c21614="the recipient's number is no mobile number",
        c30003="the phone could not be reached",
        c30005="the number is not in use, or not reachable",
        c30006="the number is a landline, or its network cannot be reached",
    )
    | _of(
        Act.SENDER,
        c21602="the text is empty",
        c21617="the text is longer than Twilio takes",
        c30001="Twilio's queue was full",
        c30007="the network took the text for spam: look at its wording, and at the sender's registration",
        c30008="the network names no reason",
    )
    | _of(
        Act.OPT_OUT,
        c21610="the recipient has opted out (STOP)",
    )
)


def in_words(code: int | None) -> str:
    """What a code means; one that is not in the table is told as its number."""
    if code is None:
        return "Twilio names no reason"
    known = CODES.get(code)
    return f"{known.words} ({code})" if known else f"Twilio calls it {code}, see twilio.com/docs/errors/{code}"
