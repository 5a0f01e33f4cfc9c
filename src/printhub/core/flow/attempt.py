"""Station: makes one call, or asks what became of one, and brings back how it ended. No transaction is open here."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any, TypeGuard

from pydantic import JsonValue

from printhub.core.flow.claim import Claim, Purpose
from printhub.core.flow.decision import Crash, Result, Uncomposed
from printhub.core.flow.frozen import FrozenMessages
from printhub.core.flow.outcome import Attempted
from printhub.core.flow.rules import Instance, Rules
from printhub.core.http.addresses import Addresses
from printhub.core.http.redaction import masked_text
from printhub.core.http.secrets import Blackener
from printhub.core.http.session import BoundHttp, HttpPool
from printhub.core.model.adapter import Adapter
from printhub.core.model.call import Call, Wire
from printhub.core.model.errors import (
    AdapterError,
    Misconfigured,
    OutcomeUnknown,
    PrintHubError,
    Rejected,
    Scope,
    StoreUnavailable,
    TemplateInvalid,
    Unavailable,
)
from printhub.core.model.failpoints import Failpoint
from printhub.core.model.reports import Absent, CannotTell, Found, Outcome, Report
from printhub.core.model.signals import AnySignal

log = logging.getLogger(__name__)

_LONGEST_WAIT = timedelta(days=30)
_LONGEST_TEXT = 2000
"""Characters of an adapter's text that are kept: an error page is not an explanation."""
_LOOKED_AT = 10 * _LONGEST_TEXT
"""Characters of it that are masked before they are cut, so that no secret is cut in two and overlooked."""
_LARGEST_CURSOR = 16 * 1024
_NAMED = (Rejected, Unavailable, Misconfigured, OutcomeUnknown)
"""The errors that name who must act."""


def is_proof(answer: Result) -> bool:
    """Whether a check proved address and credentials; one that was skipped proves nothing."""
    return isinstance(answer, Report) and answer.outcome is not Outcome.SKIPPED


class Caller:
    """One worker thread's hands: an adapter object of its own, and a pool of connections."""

    def __init__(self, instance: Instance, rules: Rules, messages: FrozenMessages) -> None:
        """Make the adapter; raises what its constructor raises."""
        self._instance = instance
        self._rules = rules
        self._messages = messages
        self._adapter: Adapter[Any] = instance.adapter(instance.settings.config)
        private = self._adapter.private_hosts()
        setting = f"instances.{instance.name}.config"
        self._pool = HttpPool(addresses=None if private is None else Addresses(private, setting=setting))
        self._blackener = Blackener(instance.settings.config)

    def attempt(self, claim: Claim) -> Attempted:
        """Carry out a claim, and return how it ended, whatever the adapter does and however odd the partner's answer.

        Raises StoreUnavailable when the message could not be composed; nothing was sent then, and it may be called
        again. Nothing else is raised.
        """
        began = self._rules.now()
        wire = Wire()
        deadline = began + self._instance.settings.timeout
        http = self._pool.bound(
            wire=wire,
            deadline=deadline,
            now=self._rules.now,
            sent=claim.delivery.sent,
            gone=partial(self._rules.reached, Failpoint.CALL_SENT),  # through it nothing of the hub can be reached
            traceparent=claim.traceparent,
        )
        call = Call(
            verb=claim.delivery.verb,
            key=claim.delivery.key,
            attempt=claim.delivery.attempts,
            deadline=deadline,
            mode=self._instance.settings.mode,
            http=http,
            now=self._rules.now,
            earlier=claim.earlier,
            callback_url=self._rules.callback_url(self._instance.name),
            wire=wire,
        )
        result = self._result(lambda: self._make(claim, call), wire)
        self._rules.reached(Failpoint.CALL_ANSWERED)
        return Attempted(
            claim=claim,
            result=self._sifted(result, claim.purpose),
            began_at=began,
            ended_at=self._rules.now(),
            sent=http.sent,
            exchanges=self._exchanges(http),
        )

    def check(self) -> Result:
        """Ask the partner whether address and credentials are right: a report says yes, a skipped one nothing.

        An adapter without a `check`, or with none that is configured, skips it.
        """
        check: Callable[[Call], Report] | None = getattr(self._adapter, "check", None)
        if check is None:
            return Report.skipped("its adapter has no check")
        call = self._call("check")
        result = self._result(lambda: check(call), call.wire)
        return result if isinstance(result, Report | AdapterError | Crash) else Report.done()

    def poll(self, cursor: JsonValue) -> tuple[Sequence[AnySignal], JsonValue] | AdapterError | Crash:
        """Ask the partner for its news since `cursor`: the signals and the next cursor, or why it cannot be asked."""
        poll: Callable[[JsonValue, Call], object] = getattr(self._adapter, "poll")  # noqa: B009 - Polls, which it is not
        call = self._call("poll")
        result = self._result(lambda: poll(cursor, call), call.wire)
        match result:
            case AdapterError() | Crash():
                return result
            case (signals, after) if isinstance(signals, Sequence) and _is_cursor(after):
                if all(isinstance(signal, AnySignal) for signal in signals):
                    return signals, after
        kept = f"signals and a cursor of {_LARGEST_CURSOR} bytes of JSON at the most"
        return Crash(f"the adapter returned {type(result).__name__}; expected {kept}", sent=True)

    def close(self) -> None:
        """End what the adapter and the pool hold open."""
        try:
            self._adapter.close()
        finally:
            self._pool.close()

    def _call(self, key: str) -> Call:
        """One that is about no delivery, and no verb in particular."""
        wire, deadline = Wire(), self._rules.now() + self._instance.settings.timeout
        return Call(
            verb=self._rules.channel(self._instance.kind).verbs[0],
            key=key,
            attempt=1,
            deadline=deadline,
            mode=self._instance.settings.mode,
            http=self._pool.bound(wire=wire, deadline=deadline, now=self._rules.now),
            now=self._rules.now,
            callback_url=self._rules.callback_url(self._instance.name),
            wire=wire,
        )

    def _make(self, claim: Claim, call: Call) -> object:
        message = self._messages.of(claim)
        self._rules.reached(Failpoint.CALL_COMPOSED)
        name = "lookup" if claim.purpose is Purpose.LOOKUP else str(claim.delivery.verb)
        verb: Callable[[Any, Call], object] = getattr(self._adapter, name)
        return verb(message, call)

    def _result(self, make: Callable[[], object], wire: Wire) -> object:
        try:
            return make()
        except AdapterError as error:
            return self._sound(error, wire)
        except StoreUnavailable:
            if not wire.sent:
                raise
            return Crash("the store could not be read in the middle of the call", sent=True)
        except TemplateInvalid as error:
            text = self._plain(str(error))
            return Crash(text, sent=True) if wire.sent else Uncomposed(text)
        except PrintHubError as error:
            return Crash(self._plain(f"the hub could not make the call: {error}"), wire.sent)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's crash is a result like any other
            return Crash(self._plain(f"the adapter crashed: {type(error).__name__}: {error}"), wire.sent)

    def _sound(self, error: AdapterError, wire: Wire) -> AdapterError | Crash:
        if not isinstance(error, _NAMED):
            text = f"the adapter raised {type(error).__name__}, which says nothing of who must act: {error}"
            return Crash(self._plain(text), wire.sent)
        error.detail = self._plain(str(error.detail))
        # A plugin may have filled it with anything: what the engine reckons with has to be of the right type.
        wait: object = getattr(error, "retry_after", None)
        if isinstance(error, Unavailable):
            error.retry_after = max(timedelta(), min(wait, _LONGEST_WAIT)) if isinstance(wait, timedelta) else None
        scope: object = getattr(error, "scope", None)
        if isinstance(error, Misconfigured):
            error.scope = scope if isinstance(scope, Scope) else Scope.INSTANCE
            error.lasting = getattr(error, "lasting", False) is True
        return error

    def _sifted(self, result: object, purpose: Purpose) -> Any:  # noqa: ANN401 - what Attempted takes
        try:
            if isinstance(result, Misconfigured) and result.scope is Scope.INSTANCE and is_proof(self.check()):
                # The instance answers its check: it is this delivery that does not fit the configuration.
                result = Misconfigured(result.detail, Scope.DELIVERY)
            return self._allowed(result, purpose)
        except Exception as error:  # noqa: BLE001 - the call was made: how it ended must not be lost
            log.warning("what an adapter of %s returned cannot be read: %s", self._instance.name, type(error).__name__)
            return Crash("what the adapter returned could not be read", sent=True)

    def _exchanges(self, http: BoundHttp) -> list[dict[str, Any]]:
        # They are evidence and no more: what cannot be masked is left out, and the result of the call is kept.
        try:
            return [self._masked(asdict(exchange)) for exchange in http.exchanges]
        except Exception as error:  # noqa: BLE001 - a partner's answer may be anything
            log.warning("the requests of a call of %s cannot be kept: %s", self._instance.name, type(error).__name__)
            return []

    def _allowed(self, result: Any, purpose: Purpose) -> Any:  # noqa: ANN401 - narrowed to what Attempted takes
        expected: tuple[type, ...] = (Report, AdapterError, Crash)
        if purpose is Purpose.LOOKUP:
            expected = (Found, Absent, CannotTell, AdapterError, Crash)
        if not isinstance(result, expected):
            # A call that returned did reach its partner, as far as anybody can know.
            return Crash(f"the adapter returned {type(result).__name__}, not a report", sent=True)
        match result:
            case Report():
                return self._plain_report(result)
            case Found(Report() as report):
                return Found(self._plain_report(report))
            case Found(Rejected() as refusal):
                refusal.detail = self._plain(str(refusal.detail))
                return Found(refusal)
            case Found():
                found = type(result.report).__name__
                return Crash(f"the lookup found {found}, neither a report nor a refusal", sent=True)
            case CannotTell(why):
                return CannotTell(self._plain(str(why)))
            case _:
                return result

    def _plain_report(self, report: Report) -> Report:
        progress = tuple(item.model_copy(update={"detail": self._plain(item.detail)}) for item in report.progress)
        return report.model_copy(update={"detail": self._plain(report.detail), "progress": progress})

    def _plain(self, text: str) -> str:
        # What is no Unicode text cannot be stored; a NUL cannot be stored everywhere.
        text = text.encode(errors="replace").decode().replace("\x00", "?")
        return masked_text(self._blackener.text(text[:_LOOKED_AT]))[:_LONGEST_TEXT]

    def _masked(self, exchange: dict[str, Any]) -> dict[str, Any]:
        return {name: self._blackener.text(v) if isinstance(v, str) else v for name, v in exchange.items()}


def _is_cursor(value: object) -> TypeGuard[JsonValue]:
    try:
        return len(json.dumps(value, allow_nan=False)) <= _LARGEST_CURSOR
    except (TypeError, ValueError, RecursionError):
        return False
