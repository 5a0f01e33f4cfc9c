"""What an answer of the MIS means for the call: a report, or one of the four errors."""

from collections.abc import Callable
from dataclasses import dataclass

from printhub import (
    AdapterError,
    Misconfigured,
    OutcomeUnknown,
    Progress,
    Rejected,
    Report,
    Unavailable,
)
from printhub_mis_generic.answer_config import AnswerConfig, ErrorConfig, ProgressConfig
from printhub_mis_generic.call_config import CallConfig
from printhub_mis_generic.reading import Reading

_WRONG_CREDENTIALS = {401, 403, 407}
_NO_SUCH_ROUTE = {404, 405}
_MOVED = {301, 307, 308}  # of a 302 or 303 the request may well have been carried out


@dataclass(frozen=True)
class Asked:
    """What the answer is about. `reference` is the MIS's id of the job, where the request named it."""

    what: str
    redact: Callable[[str], str]
    reference: str | None = None
    ours: tuple[str, ...] = ()
    repeatable: bool = False


def judge(reading: Reading, call: CallConfig, errors: ErrorConfig, asked: Asked) -> Report:
    """The report that the answer amounts to; raises Rejected, Unavailable, Misconfigured or OutcomeUnknown."""
    reference = reading.reference(call.reference)
    if reading.status < 500 and reading.status not in _WRONG_CREDENTIALS and reading.holds(errors.action_required):
        detail = asked.redact(reading.text(errors.message)) or "The MIS wants something before it goes on."
        return Report.action_required(detail, reference=reference)
    if not _is_duplicate(reading, errors):
        require_success(reading, call, errors, asked)
    elif not _is_ours(reading, errors, asked, reference):
        raise OutcomeUnknown(f"{asked.what}: the MIS has this already and does not say that it is ours.")
    reference = reference or (asked.reference if _is_duplicate(reading, errors) else None)
    if call.reference and reference is None:
        raise OutcomeUnknown(f"{asked.what}: the MIS answered {reading.status} without a reference.")
    made = Report.accepted if _is_accepted(reading, call) else Report.done
    return made(
        reference,
        detail=asked.redact(reading.text(errors.message)),
        covers=call.covers,
        progress=progress(reading, call.progress, asked),
    )


def require_success(reading: Reading, answer: AnswerConfig, errors: ErrorConfig, asked: Asked) -> None:
    """Return if the success rule holds in status and body; else raise what the failure means."""
    if reading.status not in answer.success.statuses:
        raise failure(reading, errors, asked)
    if not reading.readable:
        raise _unsure(f"{asked.what}: the answer ({reading.status}) cannot be read.", asked)
    rule = answer.success.body
    if reading.holds(errors.when) or not (rule is None or rule.holds(reading.document)):
        raise failure(reading, errors, asked)


def failure(reading: Reading, errors: ErrorConfig, asked: Asked) -> AdapterError:
    """Name a failure by who must act: first by the MIS's own code, then by the HTTP status."""
    status, code = reading.status, reading.text(errors.code)
    said = f"{asked.what}: the MIS answered {status}"
    if words := asked.redact(reading.text(errors.message)):
        said = f"{said}: {words}"
    if code in errors.rejected_codes:
        return Rejected(said)
    if code in errors.misconfigured_codes:
        return Misconfigured(said)
    if code in errors.unavailable_codes or status in errors.unavailable_statuses:
        return Unavailable(said, reading.retry_after)
    if status in _WRONG_CREDENTIALS:
        return Misconfigured(said)
    if status in _MOVED or (asked.repeatable and 300 <= status < 400):
        return Misconfigured(f"{said} (a redirect, which is not followed)")
    if status in _NO_SUCH_ROUTE and (asked.reference is None or status == 405):
        return Misconfigured(f"{said} (is there such a route?)")
    told = reading.holds(errors.when) if errors.when else bool(words or code)
    if (status < 300 and told) or (400 <= status < 500 and status != 408):
        return Rejected(said)
    return _unsure(said, asked)


def progress(reading: Reading, rules: tuple[ProgressConfig, ...], asked: Asked) -> tuple[Progress, ...]:
    """The further statuses that the answer tells of."""
    return tuple(
        Progress(status=rule.status, label=rule.label, detail=asked.redact(reading.text(rule.detail)))
        for rule in rules
        if reading.holds(rule.when)
    )


def _unsure(said: str, asked: Asked) -> AdapterError:
    return Unavailable(said) if asked.repeatable else OutcomeUnknown(said)


def _is_accepted(reading: Reading, call: CallConfig) -> bool:
    return reading.status in call.accepted.statuses or reading.holds(call.accepted.body)


def _is_duplicate(reading: Reading, errors: ErrorConfig) -> bool:
    return reading.status in errors.duplicate_statuses or reading.text(errors.code) in errors.duplicate_codes


def _is_ours(reading: Reading, errors: ErrorConfig, asked: Asked, reference: str | None) -> bool:
    return reading.text(errors.ours) in asked.ours or (reference is not None and reference == asked.reference)
