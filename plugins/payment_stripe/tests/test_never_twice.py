"""The property that all is for: whatever breaks, an entry is refunded at most once, and never with more than asked."""

from contextlib import suppress
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.payment_stripe.tests.sample import adapter, request
from printhub import Absent, AdapterError, CannotTell, Found, OutcomeUnknown, RefundRequest, Rejected, Report, Verb
from printhub.testing import a_call
from printhub.testing.stripe_simulator import Payment, Settling, StripeSimulator, troubles

PAID = 3000
TROUBLES = [
    troubles.TAKES,
    troubles.COMMITS_THEN_DROPS,
    troubles.DROPS_BEFORE_COMMIT,
    troubles.SERVER_ERROR,
    troubles.COMMITS_THEN_500,
    troubles.OVERLOADED,
    troubles.RATE_LIMITED,
    troubles.LOCK_TIMEOUT,
    troubles.GARBAGE,
    troubles.KEY_EXPIRED,
    troubles.REFUSES,
]


@dataclass(frozen=True)
class Step:
    entry: int
    trouble: int
    at: str = "refund"
    looks_first: bool = False
    keys_forgotten: bool = False
    by_hand: int = 0


STEPS = st.builds(
    Step,
    entry=st.integers(0, 2),
    trouble=st.integers(0, len(TROUBLES) - 1),
    at=st.sampled_from(["refund", "refund", "refunds", "payment"]),
    looks_first=st.booleans(),
    keys_forgotten=st.booleans(),
    by_hand=st.sampled_from([0, 0, 0, 400]),
)
AMOUNTS = st.lists(st.integers(1, PAID), min_size=3, max_size=3)


class World:
    """A hub of one page: it repeats under the same key, and asks where it is in doubt."""

    def __init__(self, stripe: StripeSimulator, payment: Payment, amounts: list[int]) -> None:
        self.stripe = stripe
        self.payment = payment
        self.amounts = amounts
        self.attempts = [0, 0, 0]
        self.doubtful = [False, False, False]
        self.ended = [False, False, False]

    def take(self, step: Step) -> None:
        if step.by_hand:
            with suppress(Exception):  # as much as that may not be left
                self.stripe.refund(self.payment, step.by_hand)
        if step.keys_forgotten:
            self.stripe.forget_keys()
        if self.ended[step.entry]:
            return
        self.stripe.script(step.at, TROUBLES[step.trouble])
        if step.looks_first and self.doubtful[step.entry]:
            self._look(step.entry)
        else:
            self._refund(step.entry)

    def _refund(self, entry: int) -> None:
        self.attempts[entry] += 1
        asked = self._asked(entry)
        call = a_call(Verb.REFUND, asked.entry, self.attempts[entry])
        try:
            report = adapter(self.stripe).refund(asked, call)
        except OutcomeUnknown:
            self.doubtful[entry] = True
        except Rejected:
            self.ended[entry] = True
            assert not self.made(entry), "a refund was called refused, and it was made"
        except AdapterError:
            assert self.doubtful[entry] or not self.made(entry), "nothing was said to have happened, and it had"
        else:
            self.ended[entry] = True
            assert [report.reference] == self.made(entry)

    def _look(self, entry: int) -> None:
        with suppress(AdapterError):
            finding = adapter(self.stripe).lookup(self._asked(entry), a_call(Verb.REFUND, f"E-{entry}"))
            match finding:
                case Found(Report() as report):
                    assert [report.reference] == self.made(entry)
                    self.ended[entry] = True
                case Absent():
                    assert not self.made(entry)
                case CannotTell():
                    pass
                case Found():
                    raise AssertionError(f"no refund fails here: {finding}")

    def made(self, entry: int) -> list[str]:
        own = [refund for refund in self.stripe.refunds if refund.metadata.get("printhub_entry") == f"E-{entry}"]
        assert all(refund.amount == self.amounts[entry] for refund in own)
        return [refund.id for refund in own]

    def _asked(self, entry: int) -> RefundRequest:
        return request(self.payment, f"E-{entry}", f"{self.amounts[entry] // 100}.{self.amounts[entry] % 100:02}")


@settings(max_examples=60)
@given(amounts=AMOUNTS, steps=st.lists(STEPS, min_size=1, max_size=10), settling=st.sampled_from(Settling))
def test_no_entry_is_refunded_twice_whatever_breaks(amounts: list[int], steps: list[Step], settling: Settling) -> None:
    with StripeSimulator() as stripe:
        world = World(stripe, stripe.pay(PAID, settling=settling), amounts)

        for step in steps:
            world.take(step)

        for entry in range(3):
            assert len(world.made(entry)) <= 1
        assert stripe.refunded(world.payment) <= PAID
