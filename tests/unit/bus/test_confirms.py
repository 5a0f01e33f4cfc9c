"""The account of confirms: every number says something of its own message, and of no other."""

from amqp import ChannelError, Message

from printhub.core.bus.confirms import Confirms


def expecting(*instances: str) -> Confirms:
    confirms = Confirms()
    for instance in instances:
        confirms.expect(instance)
    return confirms


def test_each_message_needs_its_confirm() -> None:
    confirms = expecting("mis", "mis", "folder")

    confirms.on_ack(2, False)
    confirms.on_ack(2, False)

    assert len(confirms) == 2
    confirms.on_ack(1, False)
    confirms.on_ack(3, False)
    assert not confirms


def test_one_confirm_may_be_for_all_up_to_it() -> None:
    confirms = expecting(*["mis"] * 5)

    confirms.on_ack(4, True)

    assert len(confirms) == 1


def test_the_confirm_of_an_earlier_batch_says_nothing_about_this_one() -> None:
    confirms = expecting("mis", "mis")
    confirms.begin_anew()
    confirms.expect("mis")

    confirms.on_ack(1, False)
    confirms.on_ack(2, True)
    confirms.on_nack(2, True)

    assert len(confirms) == 1
    assert confirms.refused == set()
    confirms.on_ack(3, False)
    assert not confirms


def test_a_confirm_for_what_was_never_sent_says_nothing() -> None:
    confirms = expecting("mis")

    confirms.on_ack(7, False)

    assert len(confirms) == 1


def test_what_is_refused_is_no_longer_waited_for_and_names_its_instance() -> None:
    confirms = expecting("mis", "folder", "folder")

    confirms.on_ack(1, False)
    confirms.on_nack(3, True)

    assert not confirms
    assert confirms.refused == {"folder"}


def test_what_is_returned_still_waits_for_its_confirm() -> None:
    confirms = expecting("gone")

    confirms.on_return(ChannelError("no route"), "exchange", "gone", Message(b""))

    assert confirms.returned == {"gone"}
    assert len(confirms) == 1
    confirms.begin_anew()
    assert confirms.returned == set()
