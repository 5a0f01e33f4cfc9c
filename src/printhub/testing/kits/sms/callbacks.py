"""What an SMS adapter makes of receipts, where it takes any."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from printhub.core.model.errors import Refused
from printhub.core.model.signals import AnySignal, InboundRequest, Receipt, ReceivesWebhooks
from printhub.testing.kits.kit import expect
from printhub.testing.kits.sms.hooks import SmsHooks

_UNREADABLE = (b"", b"\xff\xfe\x00", b"{", b"[]", b"null", b"42", b"=&=", b"[" * 100_000)
_PURPOSES = ("", "receipt", "inbound", "anything")


class Callbacks(SmsHooks):
    """Whoever can say that a text failed, or that somebody said STOP, can stop the messages of a whole shop."""

    def test_a_genuine_receipt_names_its_message(self) -> None:
        """By the key of its call or by the reference of its report."""
        report = self.done(self.send())
        receipts = [one for one in self._told() if isinstance(one, Receipt)]
        assert receipts, "a genuine receipt says nothing"
        for one in receipts:
            assert one.key == self.key or (one.reference and one.reference == report.reference), (
                "the receipt names neither the key of the call nor the reference of the report"
            )

    def test_a_receipt_that_comes_twice_is_one(self) -> None:
        """Providers repeat what they do not know to have arrived; by `dedupe` the hub knows it again."""
        self.send()
        first, again = ([one.dedupe for one in self._told()] for _ in range(2))
        assert all(first), "a signal has no dedupe: twice it would count twice"
        assert first == again, "the same receipt has another dedupe when it comes again"

    def test_a_callback_without_a_proof_is_refused(self) -> None:
        """However it is addressed, and whatever it says."""
        adapter = self._receiver()
        said = {"key": self.key, "state": "failed", "type": "2", "MessageStatus": "failed", "MessageSid": "SM1"}
        for purpose in _PURPOSES:
            request = self._request(purpose, said, urlencode(said).encode())
            expect(_verified(adapter, request), Refused, "Nobody proved it, so anybody may have sent it.")

    def test_a_changed_callback_is_refused(self) -> None:
        """What was proved for one text says nothing of another."""
        adapter = self._receiver()
        self.send()
        request = self.callback()
        if "key" in request.query:
            other = {**request.query, "key": "0199bbbb-0000-7000-8000-000000000002"}
            changed = replace(request, query=other, url=request.url.replace(self.key, other["key"]))
        else:
            changed = replace(request, body=request.body + b"&more=1")
        expect(_verified(adapter, changed), Refused, "It was changed after it was proved.")

    def test_a_callback_that_cannot_be_read_says_nothing(self) -> None:
        """It is an error, or no signal: never a made-up one."""
        adapter = self._receiver()
        for purpose in _PURPOSES:
            for body in _UNREADABLE:
                try:
                    signals = adapter.read(self._request(purpose, {}, body)).signals
                except Exception:  # noqa: BLE001, S112 - the hub takes whatever it raises for unreadable
                    continue
                assert not signals, f"{body[:20]!r} was read as a signal"

    def _told(self) -> Sequence[AnySignal]:
        adapter = self._receiver()
        request = self.callback()
        adapter.verify(request)
        return adapter.read(request).signals

    def _request(self, purpose: str, query: Mapping[str, str], body: bytes) -> InboundRequest:
        url = f"{self.callback_url}/{purpose}" + (f"?{urlencode(query)}" if query else "")
        return InboundRequest("POST", f"/in/text/{purpose}", {}, query, body, purpose, url)

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
