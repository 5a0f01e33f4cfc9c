"""Says what a mail is that came in, and what it tells of the message that it answers.

The tests stand in an order that matters: a complaint is also a report, real bounces call themselves automatic replies,
and what people wrote about a bounce is none.
"""

import re

from printhub.core.bounces import answers, correlation, notices, prose
from printhub.core.bounces.mail import Mail
from printhub.core.bounces.reasons import UNDEFINED, class_of, reason_of, severity_of
from printhub.core.bounces.report import Action, MailKind, MailReport, RecipientReport
from printhub.core.bounces.status import Told, told_by_report

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY = re.compile(r"\b([245]\d\d)[ -]")
_DELIVERED = ("delivered", "relayed", "expanded", "deliverable")


def classify(raw: bytes) -> MailReport:
    """Read a mail as it came in. Never raises, whatever the bytes are.

    It looks at the first half a megabyte, and takes a second at most for what was made to take long.
    """
    try:
        return _classified(Mail(raw))
    except Exception:  # noqa: BLE001 - the library's parsers raise what they like on mails that are none
        return MailReport(MailKind.NOT_BOUNCE)


def is_mail(raw: bytes) -> bool:
    """Whether it begins with headers, as mails do."""
    return bool(Mail(raw).message.keys())


def _classified(mail: Mail) -> MailReport:
    complained = answers.complaint(mail)
    if complained is not None:
        return _report(mail, MailKind.COMPLAINT, complained)
    about_delivery = notices.is_about_delivery(mail)
    told, envelope_id = told_by_report(mail, anywhere=about_delivery)
    if told:
        return _by_report(mail, told, envelope_id)
    if answers.is_receipt(mail):
        return MailReport(MailKind.MDN)
    if not about_delivery and answers.is_challenge(mail):
        return MailReport(MailKind.CHALLENGE)
    if not about_delivery and answers.is_automatic(mail):
        return MailReport(MailKind.AUTOREPLY)
    return _by_prose(mail) if about_delivery else MailReport(MailKind.NOT_BOUNCE)


def _by_report(mail: Mail, told: list[Told], envelope_id: str) -> MailReport:
    if all(one.status.startswith("4.7.0") for one in told) and answers.is_challenge(mail):
        return MailReport(MailKind.CHALLENGE)
    text = prose.explanation(mail)
    recipients = [_of_report(one, text) for one in told]
    return _report(mail, _kind(recipients), recipients, envelope_id)


def _of_report(told: Told, text: str) -> RecipientReport:
    said = told.diagnostic or prose.about(told.address, text)
    enhanced = _ENHANCED.search(told.diagnostic)
    status = told.status
    if enhanced is not None and (not status or status.endswith(".0.0")):
        status = enhanced[0]
    if told.action.startswith(_DELIVERED) or status.startswith("2."):
        return RecipientReport(told.address, Action.DELIVERED, told.alias, status, reason="delivered")
    action = Action.DELAYED if told.action.startswith("delay") else Action.FAILED
    return _refused(told, action, status, said, text)


def _by_prose(mail: Mail) -> MailReport:
    found = prose.told_by_prose(mail)
    recipients = [_of_prose(one, found) for one in found.told]
    if not recipients:
        return MailReport(MailKind.NOT_BOUNCE)
    return _report(mail, _kind(recipients), recipients)


def _of_prose(told: Told, found: prose.Prose) -> RecipientReport:
    if found.action is Action.DELIVERED:
        return RecipientReport(told.address, Action.DELIVERED, reason="delivered")
    enhanced = _ENHANCED.search(told.diagnostic)
    return _refused(told, found.action, enhanced[0] if enhanced else "", told.diagnostic, found.text)


def _refused(told: Told, action: Action, status: str, said: str, text: str) -> RecipientReport:
    reply = _REPLY.search(said)
    words = (reason_of(one, status) for one in (told.diagnostic, said, text))  # the nearer, the surer
    reason = next((word for word in words if word != UNDEFINED), UNDEFINED)
    code = reply[1] if reply else ""
    return RecipientReport(
        address=told.address,
        action=action,
        alias=told.alias,
        status=status,
        status_class=class_of(status, code, action),
        smtp_reply=code,
        reason=reason,
        severity=severity_of(reason),
        detail=" ".join(said.split())[:500],
    )


def _kind(recipients: list[RecipientReport]) -> MailKind:
    actions = {one.action for one in recipients}
    if Action.FAILED in actions:
        return MailKind.BOUNCE
    return MailKind.DELAYED if Action.DELAYED in actions else MailKind.DELIVERED


def _report(mail: Mail, kind: MailKind, recipients: list[RecipientReport], envelope_id: str = "") -> MailReport:
    return MailReport(kind, tuple(recipients), correlation.tokens(mail), correlation.message_ids(mail), envelope_id)
