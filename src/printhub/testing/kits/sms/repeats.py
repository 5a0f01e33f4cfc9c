"""What `effects` promises of a repeated call, held against the provider."""

from printhub.core.model.reports import Absent, CannotTell, Found, Report
from printhub.core.model.verbs import Effect, Verb
from printhub.testing.kits.kit import expect
from printhub.testing.kits.sms.hooks import OTHER, SmsHooks, SmsTrouble


class Repeats(SmsHooks):
    """The hub acts on the promise when an answer is lost: a broken one is a text sent twice."""

    def test_a_repeated_key_is_one_text(self) -> None:
        """KEYED: the provider knows the second request for the first."""
        self._promises(Effect.KEYED)
        for attempt in (1, 2):
            self.done(self.send(None, self.call(attempt)))
        assert len(self.taken()) == 1, f"one key was sent twice, and {len(self.taken())} texts were taken"

    def test_two_keys_are_two_texts(self) -> None:
        """The same words for the same number are wanted twice where the hub says so."""
        for key in ("one-key", "another-key"):
            self.done(self.send(None, self.call(key=key)))
        assert len(self.taken()) == 2, "two messages of the same words were sent, and one was lost"

    def test_a_text_whose_answer_was_lost_is_found(self) -> None:
        """LOOKUP: with the provider's reference, as if the answer had come."""
        self._promises(Effect.LOOKUP)
        self.break_partner(SmsTrouble.COMMITS_THEN_DROPS)
        self.send()
        found = expect(self.look_up(), Found, "The provider has the text.")
        assert expect(found.report, Report, "The provider has taken it.").reference, "what was found has no reference"

    def test_a_text_that_never_arrived_is_absent(self) -> None:
        """Only then does the hub send it again by itself."""
        self._promises(Effect.LOOKUP)
        self.send(self.message(recipient=OTHER, text="Another one"), self.call(key="another-key"))
        expect(self.look_up(), Absent, "The provider has another text, and not this one.")

    def test_a_broken_look_up_says_nothing(self) -> None:
        """Absent would have the hub send the text again."""
        self._promises(Effect.LOOKUP)
        self.send()
        self.break_partner(SmsTrouble.LOOKUP_BROKEN)
        ending = self.look_up()
        if not isinstance(ending, CannotTell):
            expect(ending, Exception, "Nobody knows what the provider has.")

    def test_a_look_up_sends_nothing(self) -> None:
        """It is asked again and again."""
        self._promises(Effect.LOOKUP)
        self.look_up()
        assert not self.taken(), "a look-up sent a text"

    def _promises(self, effect: Effect) -> None:
        if effect not in self.adapter().effect(Verb.SEND):
            self.cannot(f"send does not declare {effect.name}")
