"""Mails that answer a message and are no bounces: automatic replies, challenges, read receipts, complaints."""

import re

from printhub.core.bounces.mail import LARGEST, Mail, bounded, text_of
from printhub.core.bounces.report import Action, RecipientReport
from printhub.core.bounces.status import address_in

_SUBJECT = re.compile(
    r"^(?:re: ?)?(?:auto(?:matic)?[ -]?(?:reply|response|antwort)|out of (?:the )?office|auto:|vacation|abwesen|"
    r"(?:i am |i'm )?(?:currently )?(?:on holiday|on vacation|away)|réponse automatique|absence)",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"(?:click|visit|reply|confirm|verif|approve)[^.]{0,120}(?:to (?:deliver|release|prove|confirm|send|complete)|"
    r"your (?:message|e?-?mail|identity))|message .{0,40}(?:held|waiting|pending).{0,60}(?:confirm|verif|approv)|"
    r"boxbe|spamarrest|challenge.?response",
    re.IGNORECASE,
)
_FEEDBACK = re.compile(
    r"^(Original-Rcpt-To|Removal-Recipient|Original-Recipient)[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE
)
_RELAYED = re.compile(r"^X-HmXmrOriginalRecipient[ \t]*:[ \t]*<?([^\s<>]+)", re.IGNORECASE | re.MULTILINE)
_COMPLAINED = re.compile(r"\"(?:notificationType|eventType)\"\s*:\s*\"Complaint\"")
_EMAIL_ADDRESS = re.compile(r"\"emailAddress\"\s*:\s*\"([^\"]+)\"")


_REFUSED = re.compile(r"was automatically rejected|has been (?:automatically )?re(?:jected|fused)", re.IGNORECASE)


def is_receipt(mail: Mail) -> bool:
    """Whether it says that the message was displayed, deleted or dealt with (RFC 8098).

    A refusal that a filter sends in this form (RFC 5429, 2.1.2) is none.
    """
    if _REFUSED.search(mail.text[:2000]):
        return False
    receipt = any(mail.of_type("message/disposition-notification"))
    return receipt or mail.report_type == "disposition-notification"


def is_challenge(mail: Mail) -> bool:
    """Whether somebody's filter wants a proof that a person wrote the message."""
    return _CHALLENGE.search(f"{mail.header('Subject')}\n{mail.header('From')}\n{mail.text[:4000]}") is not None


def is_absence(mail: Mail) -> bool:
    """Whether it says of itself that it is somebody's automatic reply; bounces may do so in Auto-Submitted only."""
    if mail.header("X-Autoreply") or mail.header("X-Autorespond"):
        return True
    return mail.header("Precedence").lower() == "auto_reply" or _SUBJECT.search(mail.header("Subject")) is not None


def is_automatic(mail: Mail) -> bool:
    """Whether nobody wrote it: an absence note, say (RFC 3834, and what came before that)."""
    said = mail.header("Auto-Submitted").lower()
    if said and not said.startswith("no"):
        return True
    if mail.header("X-Auto-Response-Suppress") or mail.header("Precedence").lower() in ("bulk", "junk"):
        return True
    return is_absence(mail)


def complaint(mail: Mail) -> list[RecipientReport] | None:
    """Who complained; None where it is no complaint. Whom it was about may be blacked out."""
    reports = list(mail.of_type("message/feedback-report"))
    if reports or mail.report_type == "feedback-report":
        text = bounded("\n".join(text_of(part) for part in reports)) + "\n" + mail.all_text
        found = [address_in(value) for _, value in _FEEDBACK.findall(text)]
        return _reports([one for one in found if one] or _addressed(mail))
    relayed = _RELAYED.findall(mail.raw[:LARGEST].decode("latin-1"))
    if relayed:
        return _reports(relayed)
    if _COMPLAINED.search(mail.all_text):
        return _reports(_EMAIL_ADDRESS.findall(mail.all_text)[:1])
    return None


def _addressed(mail: Mail) -> list[str]:
    """Whom the returned message was to."""
    for part in mail.of_type("message/rfc822", "text/rfc822-headers"):
        found = re.search(r"^To[ \t]*:[ \t]*(.+)$", text_of(part), re.IGNORECASE | re.MULTILINE)
        if found is not None and (address := address_in(found[1])):
            return [address]
    return []


def _reports(addresses: list[str]) -> list[RecipientReport]:
    once = dict.fromkeys(address.strip("<>") for address in addresses)
    return [RecipientReport(address, Action.COMPLAINT, reason="feedback") for address in once]
