"""The account of announcements that the broker has not confirmed yet."""

from itertools import takewhile

from amqp import ChannelError, Message


class Confirms:
    """One channel's account, by the number that each message has on it.

    py-amqp takes any confirm for the one that it waits for: one that comes late would pass for that of a message which
    never arrived. Here a number that is not expected any more says nothing.
    """

    def __init__(self) -> None:
        """Begin with a channel on which nothing was published yet."""
        self._last = 0
        self._expected: dict[int, str] = {}
        self.returned: set[str] = set()
        """Instances whose messages reached no queue."""
        self.refused: set[str] = set()
        """Instances whose queue took no message."""

    def __len__(self) -> int:
        """How many messages are not confirmed."""
        return len(self._expected)

    def expect(self, instance: str) -> None:
        """Count a message to an instance, just before it is published."""
        self._last += 1
        self._expected[self._last] = instance

    def begin_anew(self) -> None:
        """Expect nothing any more of what was published, and forget what became of it."""
        self._expected.clear()
        self.returned.clear()
        self.refused.clear()

    def on_ack(self, number: int, multiple: bool) -> None:
        """Note that a message, or all up to it, are in their queues, or were returned before."""
        self._settle(number, multiple=multiple)

    def on_nack(self, number: int, multiple: bool) -> None:
        """Note that a message, or all up to it, were not taken."""
        self.refused.update(self._settle(number, multiple=multiple))

    def on_return(self, _error: ChannelError, _exchange: str, routing_key: str, _message: Message) -> None:
        """Note that a message found no queue; its confirm comes all the same."""
        self.returned.add(routing_key)

    def _settle(self, number: int, *, multiple: bool) -> list[str]:
        # They were counted upwards, so those up to a number stand at the front.
        settled = list(takewhile(lambda one: one <= number, self._expected)) if multiple else [number]
        return [self._expected.pop(one) for one in settled if one in self._expected]
