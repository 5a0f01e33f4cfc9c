"""What a payment adapter does when a call is repeated, or is asked whether it arrived: here money is lost twice."""

from printhub.core.model.adapter import has_verb
from printhub.core.model.reports import Absent, Found, Report
from printhub.core.model.verbs import Effect, Verb
from printhub.testing.kits.kit import expect
from printhub.testing.kits.payment.hooks import PAID, PART, PaymentHooks
from printhub.testing.kits.trouble import Trouble


class Repeats(PaymentHooks):
    """Proves what `effects` declares: KEYED and LOOKUP are promises that the hub acts on."""

    def test_the_same_entry_twice_is_refunded_once(self) -> None:
        """KEYED: the hub repeats a doubtful refund with the same key."""
        self.needs_effect(Effect.KEYED)
        request = self.request(self.payment(PAID))
        first = expect(self.refund(request), Report, "The gateway takes this refund.")
        again = expect(self.refund(request, attempt=2), Report, "The key makes it one refund.")
        assert self.refunded(request.payment) == PART, "one ledger entry was refunded twice"
        assert again.reference == first.reference, "one key led to two references"

    def test_a_refund_whose_answer_was_lost_is_not_made_again(self) -> None:
        """KEYED: the case it is there for."""
        self.needs_effect(Effect.KEYED)
        request = self.request(self.payment(PAID))
        self.break_partner(Trouble.COMMITS_THEN_DROPS, Verb.REFUND)
        self.refund(request)
        expect(self.refund(request, attempt=2), Report, "The key makes it one refund.")
        assert self.refunded(request.payment) == PART, "a refund whose answer was lost was made twice"

    def test_the_same_void_twice_is_one(self) -> None:
        """KEYED of void: a second one finds it done."""
        payment = self.authorization(PART)
        self.needs_effect(Effect.KEYED, Verb.VOID)
        for attempt in (1, 2):
            expect(self.void(self.request(payment), attempt), Report, "What is released stays released.")

    def test_lookup_finds_what_arrived(self) -> None:
        """LOOKUP: a refund that was answered is found by its entry, under the same reference."""
        self.needs_effect(Effect.LOOKUP)
        request = self.request(self.payment(PAID))
        report = expect(self.refund(request), Report, "The gateway takes this refund.")
        found = expect(self.look_up(request), Found, "The refund arrived.")
        again = expect(found.report, Report, "The gateway took the refund.")
        assert again.reference == report.reference, "lookup found another reference than refund told"

    def test_lookup_finds_a_refund_whose_answer_was_lost(self) -> None:
        """LOOKUP: nothing is known but the request and the key."""
        self.needs_effect(Effect.LOOKUP)
        request = self.request(self.payment(PAID))
        self.break_partner(Trouble.COMMITS_THEN_DROPS, Verb.REFUND)
        self.refund(request)
        expect(self.look_up(request), Found, "The refund arrived.")

    def test_lookup_is_certain_of_what_never_arrived(self) -> None:
        """LOOKUP: only Absent lets the hub send the refund again."""
        self.needs_effect(Effect.LOOKUP)
        expect(self.look_up(self.request(self.payment(PAID))), Absent, "The refund was never asked for.")

    def test_lookup_does_not_take_anothers_refund_for_its_own(self) -> None:
        """LOOKUP: the same amount of the same payment may have been given back for another entry."""
        self.needs_effect(Effect.LOOKUP)
        payment = self.payment(PAID)
        expect(self.refund(self.request(payment, "E-1")), Report, "The gateway takes this refund.")
        expect(self.look_up(self.request(payment, "E-2")), Absent, "That was the refund of another entry.")

    def test_lookup_tells_whether_a_void_arrived(self) -> None:
        """LOOKUP of void: absent before, found after."""
        request = self.request(self.authorization(PART))
        self.needs_effect(Effect.LOOKUP, Verb.VOID)
        expect(self.look_up(request, Verb.VOID), Absent, "The void was not asked for yet.")
        expect(self.void(request), Report, "The gateway takes this void.")
        expect(self.look_up(request, Verb.VOID), Found, "The void arrived.")

    def test_lookup_changes_nothing(self) -> None:
        """LOOKUP: asking is not doing."""
        self.needs_effect(Effect.LOOKUP)
        request = self.request(self.payment(PAID))
        self.look_up(request)
        assert not self.refunded(request.payment).amount, "a lookup of a refund that was never made made it"
        expect(self.refund(request), Report, "The gateway takes this refund.")
        self.look_up(request)
        assert self.refunded(request.payment) == PART, "a lookup after the refund made another"

    def test_a_lookup_that_fails_is_not_taken_for_absent(self) -> None:
        """A gateway that cannot answer has not said no: Absent would have the money sent twice."""
        if not has_verb(type(self.adapter()), "lookup"):
            self.cannot("the class has no lookup")
        request = self.request(self.payment(PAID))
        expect(self.refund(request), Report, "The gateway takes this refund.")
        for trouble in (Trouble.SERVER_ERROR, Trouble.GARBAGE, Trouble.TOO_MANY):
            self.break_partner(trouble, "lookup")
            ending = self.look_up(request)
            assert not isinstance(ending, Absent), f"the gateway's answer was {trouble}, and lookup says Absent"
