"""Keeps secrets and personal data out of what the MIS says before it is shown to anyone."""

import re
from collections.abc import Iterable, Iterator

from printhub import JobTicket

LENGTH = 300
"""Characters of the MIS's own words that are kept."""
_SHORTEST = 4  # a shorter text is neither a secret nor a name, and would blacken ordinary words


class Redactor:
    """Blackens words, whatever their case."""

    def __init__(self, words: Iterable[str]) -> None:
        """`words` are the secrets; each shorter than four characters is ignored."""
        self._words = tuple(word for word in words if len(word) >= _SHORTEST)

    def knowing(self, ticket: JobTicket) -> "Redactor":
        """One that knows the personal data of this job's order too."""
        return Redactor((*self._words, *_personal(ticket)))

    def __call__(self, text: str) -> str:
        """`text` without those words, on one line, and not long."""
        for word in sorted(self._words, key=len, reverse=True):
            text = re.sub(re.escape(word), "•••", text, flags=re.IGNORECASE)
        text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
        return text if len(text) <= LENGTH else text[: LENGTH - 1] + "…"


def _personal(ticket: JobTicket) -> Iterator[str]:
    if ticket.order is None:
        return
    for person in (ticket.order.customer, ticket.order.billing_address, ticket.order.delivery_address):
        for name, field in type(person).model_fields.items():
            if not field.repr:  # that is how the model marks personal data
                yield str(getattr(person, name))
