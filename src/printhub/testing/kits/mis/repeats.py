"""What a MIS adapter does when a call is repeated, or is asked whether it arrived."""

from printhub.core.model.adapter import has_verb
from printhub.core.model.errors import Misconfigured
from printhub.core.model.reports import Absent, Found, Report
from printhub.core.model.verbs import Effect, Verb
from printhub.testing.kits.kit import expect
from printhub.testing.kits.mis.hooks import FOLLOWING, MisHooks
from printhub.testing.kits.trouble import Trouble


class Repeats(MisHooks):
    """Proves what `effects` declares: KEYED and LOOKUP are promises that the hub acts on."""

    def test_the_same_key_twice_notifies_once(self) -> None:
        """KEYED: the hub repeats a doubtful notify with the same key, and one job is printed."""
        self.needs_effect(Effect.KEYED)
        ticket = self.ticket("J-1")
        first = expect(self.attempt(ticket, self.call(Verb.NOTIFY)), Report, "The partner takes this ticket.")
        again = expect(self.attempt(ticket, self.call(Verb.NOTIFY, attempt=2)), Report, "The key makes it one call.")
        effects = self.effects_at_partner("J-1", Verb.NOTIFY)
        assert effects == 1, f"notify declares KEYED, and one key had {effects} effects; does the partner get the key?"
        assert again.reference == first.reference, "one key led to two references"

    def test_the_same_key_twice_has_one_effect_in_every_verb(self) -> None:
        """KEYED of the verbs that come after notify."""
        keyed = [verb for verb in FOLLOWING if verb in self.verbs_with(Effect.KEYED)]
        if not keyed:
            self.cannot("no verb but notify declares KEYED")
        for verb in keyed:
            ticket = self.ticket(f"J-{verb}")
            earlier = self.notified(ticket, f"key-notify-{verb}")
            for attempt in (1, 2):
                ending = self.attempt(ticket, self.call(verb, f"key-{verb}", attempt, earlier=earlier))
                expect(ending, Report, f"{verb} of a job that the partner has ends in a report.")
            effects = self.effects_at_partner(f"J-{verb}", verb)
            assert effects == 1, f"{verb} declares KEYED, and one key had {effects} effects"

    def test_a_repeated_call_sends_the_same_bytes(self) -> None:
        """One key, one body: partners compare them, and the hub's session refuses a second body under a key."""
        ticket = self.ticket("J-1")
        first = self.call(Verb.NOTIFY)
        expect(self.attempt(ticket, first), Report, "The partner takes this ticket.")
        sent = getattr(first.http, "sent", ())
        if not sent:
            self.cannot("notify sends no body through call.http")
        ending = self.attempt(ticket, self.call(Verb.NOTIFY, attempt=2, sent=sent))
        assert not isinstance(ending, Misconfigured), (
            f"the second attempt sent another body than the first: {ending}. Take times, ids and boundaries from the"
            " ticket and the key, not from the clock, the attempt or chance"
        )

    def test_lookup_finds_what_arrived(self) -> None:
        """LOOKUP: a call that was answered is found by its key, under the same reference."""
        self.needs_effect(Effect.LOOKUP)
        ticket = self.ticket("J-1")
        earlier = self.notified(ticket)
        found = expect(self.look_up(ticket, Verb.NOTIFY, "key-1", earlier), Found, "The call arrived.")
        report = expect(found.report, Report, "The partner took the call.")
        assert report.reference == earlier[Verb.NOTIFY].reference, "lookup found another reference than notify told"

    def test_lookup_finds_a_call_whose_answer_was_lost(self) -> None:
        """LOOKUP: the case it is there for; nothing is known but the ticket and the key."""
        self.needs_effect(Effect.LOOKUP)
        ticket = self.ticket("J-1")
        self.break_partner(Trouble.COMMITS_THEN_DROPS, Verb.NOTIFY)
        self.attempt(ticket, self.call(Verb.NOTIFY))
        found = expect(self.look_up(ticket, Verb.NOTIFY, "key-1"), Found, "The call arrived.")
        expect(found.report, Report, "The partner took the call.")

    def test_lookup_finds_every_verb_that_declares_it(self) -> None:
        """LOOKUP of the verbs that come after notify: absent before the call, found after it."""
        asked = [verb for verb in FOLLOWING if verb in self.verbs_with(Effect.LOOKUP)]
        if not asked:
            self.cannot("no verb but notify declares LOOKUP")
        for verb in asked:
            ticket = self.ticket(f"J-{verb}")
            earlier = self.notified(ticket, f"key-notify-{verb}")
            expect(self.look_up(ticket, verb, f"key-{verb}"), Absent, f"{verb} was not called yet, only notify was.")
            ending = self.attempt(ticket, self.call(verb, f"key-{verb}", earlier=earlier))
            expect(ending, Report, f"{verb} of a job that the partner has ends in a report.")
            expect(self.look_up(ticket, verb, f"key-{verb}"), Found, f"{verb} arrived.")

    def test_lookup_is_certain_of_what_never_arrived(self) -> None:
        """LOOKUP: only Absent lets the hub send the call again."""
        self.needs_effect(Effect.LOOKUP)
        self.notified(self.ticket("J-other"), "key-other")
        expect(self.look_up(self.ticket("J-1"), Verb.NOTIFY, "key-1"), Absent, "The call was never made.")

    def test_lookup_changes_nothing(self) -> None:
        """LOOKUP: asking is not doing."""
        self.needs_effect(Effect.LOOKUP)
        ticket = self.ticket("J-1")
        self.look_up(ticket, Verb.NOTIFY, "key-1")
        effects = self.effects_at_partner("J-1", Verb.NOTIFY)
        assert effects == 0, f"a lookup of a call that was never made had {effects} effects"
        self.notified(ticket)
        self.look_up(ticket, Verb.NOTIFY, "key-1")
        effects = self.effects_at_partner("J-1", Verb.NOTIFY)
        assert effects == 1, f"a lookup after the call made {effects} effects of one"

    def test_a_lookup_that_fails_is_not_taken_for_absent(self) -> None:
        """A MIS that cannot answer has not said no: Absent would have the job printed twice."""
        if not has_verb(type(self.adapter()), "lookup"):
            self.cannot("the class has no lookup")
        ticket = self.ticket("J-1")
        earlier = self.notified(ticket)
        for trouble in (Trouble.SERVER_ERROR, Trouble.GARBAGE, Trouble.TOO_MANY):
            self.break_partner(trouble, "lookup")
            ending = self.look_up(ticket, Verb.NOTIFY, "key-1", earlier)
            assert not isinstance(ending, Absent), f"the partner's answer was {trouble}, and lookup says Absent"
