"""What an e-mail adapter makes of callbacks about bounces, where it takes any."""

from collections.abc import Sequence
from dataclasses import replace

from printhub.core.model.errors import Refused
from printhub.core.model.signals import AnySignal, InboundRequest, ReceivesWebhooks
from printhub.testing.kits.email.hooks import EmailHooks
from printhub.testing.kits.kit import expect

_UNREADABLE = (b"", b"\xff\xfe\x00", b"{", b"[]", b"null", b"42", b'{"events": 1}', b"[" * 100_000)


class Callbacks(EmailHooks):
    """Whoever can say that a message bounced can stop the mail of a whole shop."""

    def test_a_genuine_callback_is_read(self) -> None:
        """Else the other tests of callbacks would prove nothing."""
        signals = self._read(self.callback())
        assert not isinstance(signals, Exception), f"a genuine callback was not read: {type(signals).__name__}"
        assert signals, "a genuine callback says nothing"

    def test_a_callback_without_a_proof_is_refused(self) -> None:
        """However it is addressed."""
        adapter = self._receiver()
        for purpose in ("", "bounces", "anything"):
            request = InboundRequest("POST", f"/in/mail/{purpose}", {}, {}, b"{}", purpose)
            expect(_verified(adapter, request), Refused, "Nobody signed it, so anybody may have sent it.")

    def test_a_changed_callback_is_refused(self) -> None:
        """What was signed for one recipient says nothing of another."""
        adapter = self._receiver()
        request = self.callback()
        local = self.message().recipient.partition("@")[0].encode()
        if local not in request.body:
            self.cannot("the recipient does not stand in the callback's body as it is")
        changed = replace(request, body=request.body.replace(local, b"z" * len(local)))
        expect(_verified(adapter, changed), Refused, "Its body was changed after it was signed.")

    def test_a_callback_that_cannot_be_read_says_nothing(self) -> None:
        """It is an error, or no signal: never a made-up one."""
        for body in _UNREADABLE:
            signals = self._read(self.callback(body))
            assert isinstance(signals, Exception) or not signals, f"{body[:20]!r} was read as a signal"

    def _read(self, request: InboundRequest) -> Sequence[AnySignal] | Exception:
        adapter = self._receiver()
        try:
            adapter.verify(request)
            return adapter.read(request).signals
        except Exception as error:  # noqa: BLE001 - the hub takes whatever it raises for unreadable
            return error

    def _receiver(self) -> ReceivesWebhooks:
        adapter: object = self.adapter()
        if not isinstance(adapter, ReceivesWebhooks):
            self.cannot("the class takes no callbacks")
        return adapter


def _verified(adapter: ReceivesWebhooks, request: InboundRequest) -> object:
    try:
        return adapter.verify(request)  # type: ignore[func-returns-value] # None is what the test is about
    except Exception as error:  # noqa: BLE001 - a crash is an ending too, and the kit has to name it
        return error
