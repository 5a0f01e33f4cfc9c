"""Idempotency keys (Stripe API reference, "Idempotent requests"): what was answered once is answered again."""

from dataclasses import dataclass

from printhub.testing.simulator.answer import Answer
from printhub.testing.stripe_simulator.refusal import Refusal

LONGEST_KEY = 255


@dataclass
class _Use:
    request: str
    answer: Answer | None = None


class Keys:
    """Which key was used for which request, and what it was answered; None while that is still being worked out."""

    def __init__(self) -> None:
        self._uses: dict[str, _Use] = {}

    def begin(self, key: str, request: str) -> Answer | None:
        """Begin a request under a key: None if it is the first, else the answer that was saved.

        Raises Refusal for another request under the same key, and while the first is still at work.
        """
        if len(key) > LONGEST_KEY:
            raise Refusal(400, f"Idempotency keys have {LONGEST_KEY} characters at the most.", saved=False)
        use = self._uses.get(key)
        if use is None:
            self._uses[key] = _Use(request)
            return None
        if use.request != request:
            text = "Keys for idempotent requests can only be used with the same parameters they were first used with."
            raise Refusal(400, text, kind="idempotency_error", saved=False)
        if use.answer is None:
            text = "There is currently another in-progress request using this Idempotent Key."
            raise Refusal(409, text, kind="idempotency_error", code="idempotency_key_in_use", saved=False)
        return use.answer

    def end(self, key: str, answer: Answer | None) -> None:
        """Save what was answered; with None the key is as good as new."""
        if answer is None:
            self._uses.pop(key, None)
        else:
            self._uses[key].answer = answer

    def forget(self) -> None:
        """Drop all that was saved, as Stripe may after 24 hours."""
        self._uses = {key: use for key, use in self._uses.items() if use.answer is None}
