"""What an e-mail adapter hands over where nothing is wrong at the mail system."""

import base64
import re
from email.message import EmailMessage as Mail
from typing import Literal

from printhub.core.channels.email.messages import InlineImage
from printhub.core.model.adapter import has_verb
from printhub.core.model.known import FileRole
from printhub.core.model.reports import Outcome, Report
from printhub.core.model.verbs import Verb
from printhub.testing.call import a_call
from printhub.testing.kits.email.hooks import Delivered, EmailHooks
from printhub.testing.kits.kit import expect
from printhub.testing.memory_files import MemoryFiles

_LINK = f"<https://shop.example/leave/{'a1' * 60}>"
"""Longer than a line of a header should be (RFC 5322, 2.1.1), and a link only while it is whole."""
_LONGEST = 998
"""Bytes that a line may have without its end (RFC 5321, 4.5.3.1.6)."""
_OWN = frozenset({"date", "content-type", "message-id"})
"""Headers that may be others in another attempt (when it was written, what parts its parts), or have their own test."""


class Answers(EmailHooks):
    """What arrives is what was written, once, and for one recipient."""

    def test_a_message_arrives_once_for_its_recipient(self) -> None:
        """With the address that bounces of this very message come back to."""
        message = self.message()
        self.done(self.send(message))
        taken = self.only()
        assert taken.recipient == message.recipient, "it went to somebody else"
        assert taken.envelope_sender == message.envelope_sender, (
            "its envelope sender is another: its bounces will not be known"
        )

    def test_it_has_the_message_id_that_the_hub_gave(self) -> None:
        """In every attempt the same: by it bounces find their way, and mail programs show one of two copies."""
        message = self.message()
        for attempt in (1, 2):
            self.done(self.send(message, self.call(attempt)))
        assert {one.mail["Message-ID"] for one in self.delivered()} == {f"<{message.message_id}>"}

    def test_another_attempt_is_the_same_mail(self) -> None:
        """Whoever gets both sees one: a filter that removes doubles compares more than the Message-ID."""
        file = MemoryFiles().add("invoice.bin", b"content", role=FileRole.ENCLOSURE)
        message = self.message(attachments=(file,))
        for attempt in (1, 2):
            self.done(self.send(message, self.call(attempt)))
        first, again = (_shape(one) for one in self.delivered())
        assert first == again, "another attempt of one message is another mail"

    def test_it_is_from_whom_the_hub_says(self) -> None:
        """Whom people see and answer to is the print shop, not the address that bounces come to."""
        self.done(self.send(self.message(sender="Käse & Söhne <orders@shop.example>")))
        [shown] = self.only().mail["From"].addresses
        assert (shown.display_name, shown.addr_spec) == ("Käse & Söhne", "orders@shop.example"), "From is another"

    def test_text_and_html_are_two_forms_of_one_message(self) -> None:
        """Whoever reads no HTML reads the text."""
        self.done(self.send(self.message(text="Hello Kim\n", html="<p>Hello Kim</p>")))
        mail = self.only().mail
        assert _read(mail, "plain").split() == ["Hello", "Kim"], "there is no text, or it is another"
        assert _read(mail, "html").strip() == "<p>Hello Kim</p>", "there is no HTML, or it is another"

    def test_a_message_without_html_is_text_alone(self) -> None:
        """An empty HTML form would be shown instead of the text."""
        self.done(self.send(self.message(html=None)))
        assert self.only().mail.get_body(("html",)) is None, "an HTML form was made up"

    def test_words_of_every_script_arrive(self) -> None:
        """In subject, name and text."""
        message = self.message(
            subject="Ihre Bestellung – 注文 ✓", recipient_name="Käthe Übel 山田", text="Grüße, 山田\n"
        )
        self.done(self.send(message))
        mail = self.only().mail
        assert mail["Subject"] == message.subject, "the subject is another"
        assert mail["To"].addresses[0].display_name == message.recipient_name, "the recipient's name is another"
        assert _read(mail, "plain").strip() == "Grüße, 山田", "the text is another"

    def test_a_line_of_a_dot_alone_ends_nothing(self) -> None:
        """RFC 5321, 4.5.2: a dot at the beginning of a line is doubled on the way."""
        text = "before\n.\n..\n.after\n"
        self.done(self.send(self.message(text=text, html=None)))
        assert _read(self.only().mail, "plain").splitlines() == text.splitlines(), "dots were lost, or what follows one"

    def test_lines_are_as_smtp_has_them(self) -> None:
        """CRLF ends a line and stands nowhere else; what one server takes for an end the next may not (RFC 5321)."""
        long = ["ä" * 3000, "b" * 3000]
        self.done(self.send(self.message(text="\n".join([*long, "c\rd"]), html="<p>\r</p>")))
        taken = self.only()
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", taken.raw), "a carriage return or a line feed stands alone"
        assert max(map(len, taken.raw.split(b"\r\n"))) <= _LONGEST, f"a line has more than {_LONGEST} bytes"
        assert _read(taken.mail, "plain").splitlines()[:2] == long, "a long line came in pieces"

    def test_an_attachment_arrives_byte_for_byte(self) -> None:
        """Under its name."""
        files = MemoryFiles()
        content = bytes(range(256)) * 40
        file = files.add("Rechnung – März.bin", content, role=FileRole.ENCLOSURE)
        self.done(self.send(self.message(attachments=(file,))))
        found = list(self.only().mail.iter_attachments())
        assert [one.get_filename() for one in found] == [file.name], "its name is another"
        assert found[0].get_content() == content, "its bytes are others"

    def test_an_image_is_there_under_its_content_id(self) -> None:
        """The HTML shows it by `cid:`."""
        data = b"\x89PNG not really"
        image = InlineImage(
            content_id="logo", name="logo.png", media_type="image/png", data=base64.b64encode(data).decode()
        )
        self.done(self.send(self.message(html='<img src="cid:logo">', inline=(image,))))
        found = [part for part in self.only().mail.walk() if part["Content-ID"] == "<logo>"]
        assert [part.get_content() for part in found] == [data], "the image is not there, or is another"

    def test_the_headers_that_the_hub_asks_for_are_there(self) -> None:
        """Auto-Submitted keeps absence notes away (RFC 3834)."""
        asked = {"Auto-Submitted": "auto-generated", "List-Unsubscribe": "<mailto:orders@shop.example>"}
        self.done(self.send(self.message(headers=asked, reply_to="Help <help@shop.example>")))
        mail = self.only().mail
        assert {name: mail[name] for name in asked} == asked, "a header is missing, or is another"
        assert mail["Reply-To"].addresses[0].addr_spec == "help@shop.example", "answers go somewhere else"

    def test_a_long_link_in_a_header_stays_a_link(self) -> None:
        """RFC 2047, 5: an encoded word within <> is none; mail programs offer a link that leads nowhere."""
        self.done(self.send(self.message(headers={"List-Unsubscribe": f"<mailto:leave@shop.example>, {_LINK}"})))
        header = re.split(rb"\r?\n\r?\n", self.only().raw)[0]
        assert _LINK.encode() in re.sub(rb"\r?\n(?=[ \t])", b"", header), "the link was encoded, cut or left out"

    def test_an_adapter_sends_one_message_after_the_other(self) -> None:
        """Each to its own recipient."""
        adapter = self.adapter()
        wanted = [f"kim{number}@customer.example" for number in range(3)]
        try:
            for number, recipient in enumerate(wanted):
                message = self.message(recipient=recipient, message_id=f"m{number}@hub.example")
                self.done(adapter.send(message, a_call(Verb.SEND, deadline_in=self.deadline)))
        finally:
            adapter.close()
        assert [one.recipient for one in self.delivered()] == wanted

    def test_check_answers_with_a_report(self) -> None:
        """A check at a mail system that is well is done, and sends nothing."""
        adapter = self.adapter()
        if not has_verb(type(adapter), "check"):
            self.cannot("the class has no check")
        try:
            report = expect(adapter.check(a_call(Verb.SEND, deadline_in=self.deadline)), Report, "All is well.")  # type: ignore[attr-defined] # asked above
        finally:
            adapter.close()
        assert report.outcome is Outcome.DONE, f"the mail system is well, and check reports {report.outcome}"
        assert not self.delivered(), "check sent a message"


def _read(mail: Mail, subtype: Literal["plain", "html"]) -> str:
    body = mail.get_body((subtype,))
    return "" if body is None else str(body.get_content())


def _shape(taken: Delivered) -> tuple[object, ...]:
    """All that a mail says, without what may be another in another attempt."""
    headers = [(name.lower(), str(value)) for name, value in taken.mail.items() if name.lower() not in _OWN]
    parts = [(part.get_content_type(), part.get_content()) for part in taken.mail.walk() if not part.is_multipart()]
    return taken.envelope_sender, taken.recipient, headers, parts
