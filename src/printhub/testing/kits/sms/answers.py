"""What an SMS adapter hands over where nothing is wrong at the provider."""

from printhub.core.model.adapter import has_verb
from printhub.core.model.errors import Rejected
from printhub.core.model.reports import Outcome, Report
from printhub.testing.kits.kit import expect
from printhub.testing.kits.sms.hooks import NUMBER, OTHER, SmsHooks

_NONE = ("07400123456", "447400123456", "+44 7400 123456", "+447400123456,+447400654321", "+", "")
"""What is no number in E.164, or more than one."""


class Answers(SmsHooks):
    """What arrives is what was written, once, and at one number."""

    def test_a_text_arrives_once_at_its_number(self) -> None:
        """Nobody else reads it, and nobody reads it twice."""
        self.done(self.send())
        assert self.only().recipient == NUMBER, "it went to another number"

    def test_words_of_every_script_arrive(self) -> None:
        """In both alphabets of the network, with the signs that some gateways take for their own."""
        texts = ("Grüße & € [20 % off] +1 <b>", "Là ✓ 注文 🖨 ё", "one\ntwo")
        for text in texts:
            self.done(self.send(self.message(text=text), self.call(key=f"{self.key}-{len(text)}")))
        assert [one.text for one in self.taken()] == list(texts), "the words are others"

    def test_a_long_text_arrives_whole(self) -> None:
        """As one text: the network makes segments of it, and phones put them together."""
        text = "Order O-1 is here. " * 20
        self.done(self.send(self.message(text=text.strip())))
        assert self.only().text == text.strip(), "it was cut, or cut up"

    def test_it_is_from_whom_the_hub_says(self) -> None:
        """The storefront's own sender is what people see and answer to."""
        self.done(self.send(self.message(sender="SampleShop")))
        assert self.only().sender == "SampleShop", "it is from somebody else"

    def test_the_report_has_a_reference(self) -> None:
        """By it receipts and look-ups find their way, and people find it at the provider."""
        report = self.done(self.send())
        assert report.reference, "the report has no reference"

    def test_an_adapter_sends_one_text_after_the_other(self) -> None:
        """It keeps nothing of the one before."""
        adapter = self.adapter()
        try:
            adapter.send(self.message(), self.call())
            adapter.send(self.message(recipient=OTHER, text="Another one"), self.call(key="another-key"))
        finally:
            adapter.close()
        assert [(one.recipient, one.text) for one in self.taken()][1:] == [(OTHER, "Another one")]

    def test_what_is_no_number_is_rejected(self) -> None:
        """The hub hands over E.164; what is anything else goes to nobody."""
        for number in _NONE:
            expect(self.send(self.message(recipient=number)), Rejected, f"{number!r} is not one number in E.164.")
        assert not self.taken(), "a text went to what is not one number"

    def test_an_empty_text_is_rejected(self) -> None:
        """It would be billed all the same."""
        expect(self.send(self.message(text=" ")), Rejected, "There is nothing to send.")
        assert not self.taken(), "an empty text was sent"

    def test_check_sends_nothing(self) -> None:
        """It proves address and credentials; the hub asks it again and again."""
        adapter = self.adapter()
        if not has_verb(type(adapter), "check"):
            self.cannot("the class has no check")
        try:
            report = adapter.check(self.call())  # type: ignore[attr-defined] # asked above
        finally:
            adapter.close()
        assert expect(report, Report, "The provider answers.").outcome in (Outcome.DONE, Outcome.SKIPPED)
        assert not self.taken(), "check sent a text"
