"""What an e-mail adapter does with what strangers wrote: names, subjects and addresses that would be more than that."""

from printhub.core.channels.email.messages import InlineImage
from printhub.core.model.errors import Rejected
from printhub.core.model.known import FileRole
from printhub.core.model.reports import Report
from printhub.testing.kits.email.hooks import EmailHooks, Ending
from printhub.testing.kits.kit import expect
from printhub.testing.memory_files import MemoryFiles

_BREAKS = ("\r\n", "\n", "\r")
_SOFT = ("\v", "\x85", "\u2028")
"""What some libraries take for the end of a line too; word processors write them."""
_NONE = (
    "kim@customer.example> NOTIFY=NEVER",
    "kim@customer.example, lee@customer.example",
    "Kim <kim@customer.example>",
    "kim@customer.example\t",
    "kim",
)
"""What is no address, or more than one."""


class Safety(EmailHooks):
    """A field is never more than a field."""

    def test_no_line_break_makes_a_header(self) -> None:
        """Names and subjects come from strangers: what would end its header is refused, or made harmless."""
        for broken in (*_BREAKS, *_SOFT):
            bad = f"a{broken}X-Injected: yes{broken}{broken}b"
            for field in ("subject", "recipient_name", "message_id"):
                self._is_harmless(self.send(self.message(**{field: bad})), field)
            for field in ("sender", "reply_to"):
                self._is_harmless(self.send(self.message(**{field: f"{bad} <x@shop.example>"})), field)
            self._is_harmless(self.send(self.message(headers={"X-Shop": bad})), "headers")
            self._is_harmless(self.send(self.message(headers={f"X-Shop: a{broken}X-Injected": "b"})), "headers")
            file = MemoryFiles().add(bad, b"content", role=FileRole.ENCLOSURE)
            self._is_harmless(self.send(self.message(attachments=(file,))), "the name of an attachment")
            self._is_harmless(self.send(self.message(inline=(_image(bad),))), "an image")

    def test_no_line_break_makes_a_command(self) -> None:
        """Addresses are handed over in commands of their own (RFC 5321)."""
        for broken in _BREAKS:
            for field in ("recipient", "envelope_sender"):
                bad = f"kim@customer.example>{broken}RCPT TO:<mallory@customer.example"
                self._is_harmless(self.send(self.message(**{field: bad})), field)
        assert not any("mallory" in one.recipient for one in self.delivered()), "an address brought a second one along"

    def test_what_is_no_address_is_rejected(self) -> None:
        """What follows an address is a parameter to the mail system, or somebody else."""
        for text in _NONE:
            expect(self.send(self.message(recipient=text)), Rejected, f"{text!r} is not one address.")
        text = "bounce@hub.example> RET=FULL"
        expect(self.send(self.message(envelope_sender=text)), Rejected, f"{text!r} is not one address.")
        assert not self.delivered(), "a message went to what is not one address"

    def _is_harmless(self, ending: Ending, field: str) -> None:
        if not isinstance(ending, Report):
            expect(ending, Rejected, f"{field} holds a line break: the message can never go.")
            return
        for one in self.delivered():
            made = [part for part in one.mail.walk() if "X-Injected" in part]
            assert not made, f"a line break in {field} made a header"


def _image(bad: str) -> InlineImage:
    return InlineImage(content_id=bad, name=bad, media_type="image/png", data="iVBORw0KGgo=")
