"""What goes over the wire, and what comes of a mail server's replies."""

import socket
from datetime import timedelta
from typing import Any

import pytest

from plugins.email_smtp.tests.sample import Adapts, call, message
from printhub import InlineImage, Misconfigured, Outcome, OutcomeUnknown, Rejected, Unavailable
from printhub.testing import MailSimulator


def test_a_message_arrives_as_it_was_written(adapter: Adapts, server: MailSimulator) -> None:
    report = adapter(server).send(message(reply_to="help@shop.example", recipient_name="Kim Käse"), call())

    [taken] = server.taken
    assert (report.outcome, report.reference) == (Outcome.DONE, "token1@shop.example")
    assert (taken.sender, taken.recipient) == ("bounces+token1@hub.example", "kim@customer.example")
    mail = taken.mail
    assert mail["Message-ID"] == "<token1@shop.example>"
    assert mail["From"] == "Sample Print <orders@shop.example>"
    assert mail["To"].addresses[0].display_name == "Kim Käse"
    assert (mail["Reply-To"], mail["Auto-Submitted"]) == ("help@shop.example", "auto-generated")
    assert mail["Subject"] == "Your order – O-1"
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == ["Thank you.", ".", "A line with a dot above."]
    assert html.get_content().strip() == "<p>Thank you.</p>"


def test_delivery_reports_are_asked_for_where_the_server_offers_them(adapter: Adapts, server: MailSimulator) -> None:
    adapter(server).send(message(envelope_id="a+b=c"), call())

    [taken] = server.taken
    assert "RET=HDRS ENVID=a+2Bb+3Dc" in taken.sender_options
    assert taken.recipient_options == "NOTIFY=FAILURE,DELAY ORCPT=rfc822;kim@customer.example"


def test_a_size_is_told_where_the_server_has_a_limit(adapter: Adapts, server: MailSimulator) -> None:
    adapter(server).send(message(), call())

    [taken] = server.taken
    assert f"SIZE={len(taken.body)}" in taken.sender_options.split()


def test_who_is_refused_is_not_named(adapter: Adapts, server: MailSimulator) -> None:
    server.answer("rcpt", "550 5.1.1 kim: there is no Kim Käse here")

    with pytest.raises(Rejected) as refused:
        adapter(server).send(message(recipient_name="Kim Käse"), call())

    assert "Kim" not in str(refused.value)
    assert "Käse" not in str(refused.value)


def test_a_server_that_offers_nothing_is_asked_for_nothing(adapter: Adapts) -> None:
    with MailSimulator(offered=()) as server:
        adapter(server).send(message(), call())

        assert (server.taken[0].sender_options, server.taken[0].recipient_options) == ("", "")


def test_an_address_beyond_ascii_goes_where_the_server_takes_it(adapter: Adapts, server: MailSimulator) -> None:
    adapter(server).send(message(recipient="käthe@kunde.example"), call())

    assert server.taken[0].recipient == "käthe@kunde.example"
    assert "SMTPUTF8" in server.taken[0].sender_options


def test_an_address_beyond_ascii_bounces_where_the_server_takes_none(adapter: Adapts) -> None:
    with MailSimulator(offered=("8BITMIME",)) as server:
        with pytest.raises(Rejected) as refused:
            adapter(server).send(message(recipient="käthe@kunde.example"), call())

        assert refused.value.bounced
        assert server.taken == []


def test_a_domain_beyond_ascii_goes_by_its_ascii_form(adapter: Adapts) -> None:
    with MailSimulator(offered=("8BITMIME", "DSN")) as server:
        adapter(server).send(message(recipient="kim@künde.example"), call())

        assert server.taken[0].recipient == "kim@xn--knde-0ra.example"
        assert server.taken[0].mail["To"].addresses[0].addr_spec == "kim@xn--knde-0ra.example"
        assert "ORCPT=rfc822;kim@xn--knde-0ra.example" in server.taken[0].recipient_options


def test_a_domain_that_can_be_none_bounces_unsent(adapter: Adapts, server: MailSimulator) -> None:
    with pytest.raises(Rejected, match="domain") as refused:
        adapter(server).send(message(recipient=f"kim@{'ü' * 80}.example"), call())

    assert refused.value.bounced
    assert server.taken == []


def test_a_sender_beyond_ascii_is_not_the_recipients_fault(adapter: Adapts) -> None:
    with MailSimulator(offered=("8BITMIME",)) as server, pytest.raises(Rejected, match="SMTPUTF8") as refused:
        adapter(server).send(message(sender="Laden <käthe@shop.example>"), call())

    assert not refused.value.bounced


def test_a_server_of_seven_bits_gets_no_more(adapter: Adapts) -> None:
    with MailSimulator(offered=()) as server:
        adapter(server).send(message(text="Grüße – für Käthe\n", html="<p>Grüße</p>"), call())

        body = server.taken[0].body
        assert body.isascii()
        text = server.taken[0].mail.get_body(("plain",))
        assert text is not None
        assert text.get_content().splitlines() == ["Grüße – für Käthe"]


def test_images_are_shown_within_the_html(adapter: Adapts, server: MailSimulator) -> None:
    logo = InlineImage(content_id="logo", name="logo.png", media_type="image/png", data="aVZCT1I=")

    adapter(server).send(message(html='<img src="cid:logo">', inline=(logo,)), call())

    related = [part for part in server.taken[0].mail.walk() if part.get_content_type() == "image/png"]
    assert [part["Content-ID"] for part in related] == ["<logo>"]


def test_one_connection_serves_several_messages(adapter: Adapts, server: MailSimulator) -> None:
    one = adapter(server)

    for number in range(3):
        one.send(message(message_id=f"m{number}@shop.example"), call())
    one.close()

    assert (len(server.taken), server.connections) == (3, 1)


def test_a_worn_connection_is_replaced(adapter: Adapts, server: MailSimulator) -> None:
    one = adapter(server, most=1)

    one.send(message(), call())
    one.send(message(), call())
    one.close()

    assert server.connections == 2


def test_a_connection_that_the_server_closed_meanwhile_costs_nothing(adapter: Adapts, server: MailSimulator) -> None:
    one = adapter(server)
    one.send(message(), call())
    server.answer("mail", MailSimulator.HANGS_UP)

    report = one.send(message(), call())
    one.close()

    assert report.outcome is Outcome.DONE
    assert (len(server.taken), server.connections) == (2, 2)


def test_who_ends_a_connection_that_rested_has_said_nothing_of_the_message(
    adapter: Adapts, server: MailSimulator
) -> None:
    one = adapter(server)
    one.send(message(), call())
    server.answer("mail", "421 4.4.2 idle too long")

    one.send(message(), call())
    one.close()

    assert (len(server.taken), server.connections) == (2, 2)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_what_is_to_be_tried_again_is_tried_again_by_the_hub_alone(
    adapter: Adapts, server: MailSimulator, stage: str
) -> None:
    one = adapter(server)
    one.send(message(), call())
    server.answer(stage, "451 4.3.0 try again later")

    with pytest.raises(Unavailable):
        one.send(message(), call())

    assert len(server.taken) == 1


@pytest.mark.parametrize("stage", ["rcpt", "data"])
def test_a_connection_that_breaks_within_a_message_is_not_begun_again(
    adapter: Adapts, server: MailSimulator, stage: str
) -> None:
    one = adapter(server)
    one.send(message(), call())
    server.answer(stage, MailSimulator.HANGS_UP)

    with pytest.raises(Unavailable):
        one.send(message(), call())

    assert server.connections == 1


@pytest.mark.parametrize("reply", ["hello", "250" + "x" * 9000, "354 go on"])
def test_an_answer_to_the_end_of_a_message_that_is_none_leaves_it_open(
    adapter: Adapts, server: MailSimulator, reply: str
) -> None:
    server.answer("dot", reply)

    with pytest.raises(OutcomeUnknown):
        adapter(server).send(message(), call())


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("reply", ["hello", "250" + "x" * 9000])
def test_an_answer_that_is_none_before_that_had_no_effect(
    adapter: Adapts, server: MailSimulator, stage: str, reply: str
) -> None:
    server.answer(stage, reply)
    made = call()

    with pytest.raises((Unavailable, Misconfigured)):
        adapter(server).send(message(), made)

    assert not made.wire.sent


@pytest.mark.parametrize(
    ("stage", "reply", "error", "bounced", "dead"),
    [
        ("rcpt", "550 5.1.1 <kim@customer.example>: user unknown", Rejected, True, True),
        ("rcpt", "552 5.2.2 mailbox full", Rejected, True, False),
        ("rcpt", "550 No such user here", Rejected, True, True),
        ("rcpt", "550 5.7.1 blocked by policy", Rejected, True, False),
        ("rcpt", "554 5.7.1 <kim@customer.example>: Relay access denied", Misconfigured, False, False),
        ("rcpt", "450 4.2.1 try again", Unavailable, False, False),
        ("mail", "550 5.1.8 bad sender", Rejected, False, False),
        ("mail", "530 5.7.0 authentication required", Misconfigured, False, False),
        ("mail", "421 4.3.2 closing", Unavailable, False, False),
        ("data", "451 4.3.0 later", Unavailable, False, False),
        ("dot", "554 5.6.0 content refused", Rejected, False, False),
        ("dot", "550 5.1.1 unknown after all", Rejected, True, True),
        ("dot", "452 4.3.1 no room", Unavailable, False, False),
        ("connect", "554 5.7.1 go away", Misconfigured, False, False),
        ("connect", "421 4.7.0 too many", Unavailable, False, False),
    ],
)
def test_a_reply_says_who_must_act(
    adapter: Adapts, server: MailSimulator, stage: str, reply: str, error: type[Exception], bounced: bool, dead: bool
) -> None:
    server.answer(stage, reply)

    with pytest.raises(error) as refused:
        adapter(server).send(message(), call())

    assert "customer.example" not in str(refused.value)
    assert server.taken == []
    if isinstance(refused.value, Rejected):
        assert (refused.value.bounced, refused.value.dead) == (bounced, dead)


def test_after_a_refusal_the_connection_serves_the_next_message(adapter: Adapts, server: MailSimulator) -> None:
    server.answer("rcpt", "550 5.1.1 unknown")
    one = adapter(server)

    with pytest.raises(Rejected):
        one.send(message(), call())
    one.send(message(), call())
    one.close()

    assert (len(server.taken), server.connections) == (1, 1)


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data"])
def test_a_connection_that_breaks_before_the_end_had_no_effect(
    adapter: Adapts, server: MailSimulator, stage: str
) -> None:
    server.answer(stage, MailSimulator.HANGS_UP)
    made = call()

    with pytest.raises(Unavailable):
        adapter(server).send(message(), made)

    assert not made.wire.sent


def test_a_connection_that_breaks_after_the_end_leaves_it_open(adapter: Adapts, server: MailSimulator) -> None:
    server.answer("dot", MailSimulator.HANGS_UP)
    made = call()

    with pytest.raises(OutcomeUnknown):
        adapter(server).send(message(), made)

    assert made.wire.sent
    assert len(server.taken) == 1


def test_a_message_that_is_too_large_is_not_begun(adapter: Adapts) -> None:
    with MailSimulator(offered=("SIZE 1000",)) as server:
        with pytest.raises(Rejected, match="1000 are the most"):
            adapter(server).send(message(text="x" * 5000), call())

        assert server.taken == []


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hello\r\nBcc: everybody@customer.example"},
        {"sender": "x@shop.example\nBcc: y@shop.example"},
        {"recipient": "kim@customer.example\r\nRCPT TO:<lee@customer.example>"},
        {"headers": {"X-Note": "a\r\n\r\nbody"}},
        {"recipient_name": "Kim\nX-A: b"},
    ],
)
def test_nothing_breaks_out_of_its_header(adapter: Adapts, server: MailSimulator, changes: dict[str, Any]) -> None:
    with pytest.raises(Rejected, match="line break"):
        adapter(server).send(message(**changes), call())

    assert server.taken == []


@pytest.mark.parametrize("soft", ["\v", "\f", "\x1c", "\x85", "\u2028"])
def test_the_soft_line_breaks_of_word_processors_are_spaces(adapter: Adapts, server: MailSimulator, soft: str) -> None:
    headers = {"X-Note": f"a{soft}b"}

    adapter(server).send(message(subject=f"Cards{soft}1", recipient_name=f"Kim{soft}S", headers=headers), call())

    mail = server.taken[0].mail
    assert (mail["Subject"], mail["X-Note"]) == ("Cards 1", "a b")
    assert mail["To"].addresses[0].display_name == "Kim S"


def test_an_image_breaks_out_of_no_header_either(adapter: Adapts, server: MailSimulator) -> None:
    image = InlineImage(content_id="logo", name="a\r\nX-A: b", media_type="image/png", data="aVZCT1I=")

    with pytest.raises(Rejected, match="line break"):
        adapter(server).send(message(inline=(image,)), call())


@pytest.mark.parametrize(
    "recipient", ["kim@customer.example> NOTIFY=NEVER", "kim@customer.example, lee@customer.example", "kim", ""]
)
def test_what_is_not_one_address_bounces_unsent(adapter: Adapts, server: MailSimulator, recipient: str) -> None:
    with pytest.raises(Rejected, match="not an address") as refused:
        adapter(server).send(message(recipient=recipient), call())

    assert refused.value.bounced
    assert server.taken == []


def test_an_envelope_sender_brings_no_parameters_along(adapter: Adapts, server: MailSimulator) -> None:
    with pytest.raises(Rejected, match="envelope sender") as refused:
        adapter(server).send(message(envelope_sender="a@hub.example> RET=FULL"), call())

    assert not refused.value.bounced
    assert server.taken == []


def test_a_link_in_a_header_stays_whole_however_long_it_is(adapter: Adapts, server: MailSimulator) -> None:
    link = f"<https://shop.example/leave/{'x' * 200}>"

    adapter(server).send(message(headers={"List-Unsubscribe": f"<mailto:leave@shop.example>, {link}"}), call())

    assert f"List-Unsubscribe: <mailto:leave@shop.example>,\r\n {link}\r\n".encode() in server.taken[0].body


def test_the_report_names_nobody(adapter: Adapts, server: MailSimulator) -> None:
    server.answer("dot", "250 2.0.0 queued as 7 for <kim@customer.example>")

    report = adapter(server).send(message(), call())

    assert report.detail == "taken: 250 2.0.0 queued as 7 for …"


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt"])
@pytest.mark.parametrize("how", [MailSimulator.STALLS, MailSimulator.DRIPS])
def test_a_server_that_takes_its_time_is_given_up_at_the_deadline(
    adapter: Adapts, server: MailSimulator, stage: str, how: str
) -> None:
    server.answer(stage, how)
    made = call(deadline_in=timedelta(milliseconds=300))

    with pytest.raises(Unavailable):
        adapter(server).send(message(), made)

    assert not made.wire.sent


def test_nobody_listens(adapter: Adapts) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with MailSimulator() as server:
        one = adapter(server, port=port)

        with pytest.raises(Unavailable, match="cannot be reached"):
            one.send(message(), call(deadline_in=timedelta(seconds=5)))
