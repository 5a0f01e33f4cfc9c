"""What the hub is told by a mail that came back: one signal for each recipient that it speaks of."""

import hashlib

from printhub.core.bounces.classify import classify
from printhub.core.bounces.report import Action, MailKind, MailReport, RecipientReport, Severity
from printhub.core.model.signals import Bounced, BounceKind

_TELLING = (MailKind.BOUNCE, MailKind.DELAYED, MailKind.DELIVERED, MailKind.COMPLAINT)
_OF_ACTION = {
    Action.FAILED: BounceKind.FAILED,
    Action.DELAYED: BounceKind.DELAYED,
    Action.DELIVERED: BounceKind.DELIVERED,
    Action.COMPLAINT: BounceKind.COMPLAINED,
}


def bounce_signals(raw: bytes) -> list[Bounced]:
    """Read a mail as it came in; empty for one that tells of no delivery, such as an automatic reply. Never raises.

    The same mail gives the same signals, with the same `dedupe`, however often it is read.
    """
    report = classify(raw)
    if report.kind not in _TELLING:
        return []
    digest = hashlib.sha256(raw).hexdigest()[:32]
    return [_signal(report, recipient, f"{digest}/{number}") for number, recipient in enumerate(report.recipients)]


def _signal(report: MailReport, recipient: RecipientReport, dedupe: str) -> Bounced:
    return Bounced(
        recipient=recipient.alias or recipient.address,
        detail=recipient.detail,
        hard=recipient.severity is Severity.HARD,
        what=_OF_ACTION[recipient.action],
        status=recipient.status,
        reason=recipient.reason,
        # The envelope id (RFC 3461) confirms one of several, and decides nothing alone: relays make up their own.
        tokens=tuple(sorted(report.tokens, key=lambda token: token != report.envelope_id.lower())),
        message_ids=report.message_ids,
        dedupe=dedupe,
    )
