"""The body guard: under one key, only the bytes that were sent first are ever sent again."""

from hashlib import sha256

from printhub.core.model.errors import Misconfigured, Scope


class BodyGuard:
    """Keeps a line for each body that left, such as `POST https://mis.example/orders#1 9f86d0…`.

    The line holds method, address without query, the how-manieth body sent there in this call, and the SHA-256 of
    the body. Only bodies that left count: what never left may be composed differently the next time.
    """

    def __init__(self, sent: tuple[str, ...]) -> None:
        """Take the lines of the call's earlier attempts."""
        self._earlier: dict[str, str] = {}
        for line in sent:
            place, _, digest = line.rpartition(" ")
            self._earlier.setdefault(place, digest)
        self._sent: list[str] = []

    @property
    def sent(self) -> tuple[str, ...]:
        """The lines of this call, in the order in which the bodies left."""
        return tuple(self._sent)

    def line(self, method: str, address: str, body: bytes) -> str:
        """The line for a body about to leave; raises Misconfigured when another was sent there first."""
        start = f"{method} {address}#"
        place = f"{start}{1 + sum(line.startswith(start) for line in self._sent)}"
        digest = sha256(body).hexdigest()
        if self._earlier.get(place, digest) != digest:
            raise Misconfigured(
                f"{method} {address}: the body differs from the one first sent under this key; nothing was sent. "
                "Settle the delivery, then send it again, or undo the change of the adapter's configuration",
                Scope.DELIVERY,
            )
        return f"{place} {digest}"

    def left(self, line: str) -> None:
        """Keep the line of a body whose first byte goes out now."""
        self._sent.append(line)
