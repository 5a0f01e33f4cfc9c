"""Reads bounces that are written for people: which addresses they name as refused, and what they say about each."""

import re
from dataclasses import dataclass, field

from flufl.bounce import all_failures

from printhub.core.bounces.mail import Mail
from printhub.core.bounces.status import Told

_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_ANY = re.compile(_ADDRESS)
_RETURNED = re.compile(
    r"^[ \t>|*-]*(?:-{2,}.{0,40}(?:original|returned|copy|header|unsent|message|transcript of).{0,60}|"
    r"(?:the )?(?:original|returned|your) (?:message|mail|e-?mail) (?:headers?|follows|is (?:attached|included|below)|"
    r"was|text).{0,60}|received: .*|return-path: .*|(?:below|here) is (?:a copy|your|the).{0,60}|"
    r"included is a copy of.*|message headers? follow.*|-+ ?this is a copy of.*|original message.{0,20}|"
    r"--- below (?:this line|the next).*|\*+ ?original.{0,40})$",
    re.IGNORECASE | re.MULTILINE,
)
_FAILED = re.compile(
    r"(?:un)?deliver(?:ed|y|able)?|fail|reject|refus|bounce|unknown|unable|not (?:be )?(?:found|sent|reach|exist|"
    r"accept|valid|deliver)|return(?:ed|ing)|could ?n.t|cannot|invalid|error|denied|blocked|full|quota|no such|"
    r"disabled|permanent|fatal|rejet|échec|unzustell|fehl|届|配信|不明|送信",
    re.IGNORECASE,
)
_WARNING = re.compile(
    r"^warning\b[^\n]*|^[^\n]*\bdelay(?:ed)?\b[^\n]*(?=\n)|no action is required|do not need to re-?send|"
    r"delivery attempts will continue|warning message only|will be (?:retried|attempted again)",
    re.IGNORECASE,
)
"""What is said only while somebody tries still; the first two in the subject."""
_DELAYED = re.compile(
    r"will (?:be|keep|continue|try|retry)[^.]{0,60}(?:retr|try|attempt|deliver)|not yet (?:been )?deliver|"
    r"still (?:being|trying|in the queue)|queued for|delivery (?:is |has been )?delayed",
    re.IGNORECASE,
)
_FINAL = re.compile(r"gave up|giving up|given up|permanent|fatal|could not be delivered|undeliverable", re.IGNORECASE)
_SENDERS = re.compile(
    r"mailer-?daemon|post_?master|mail delivery|mail (?:admin|subsystem|system|router)|mdaemon|daemon@|bounce|"
    r"delivery (?:status|subsystem|report|failure)|undeliver|returned mail|mail ?administrator|complaints|mta|"
    r"no-?reply@[^ ]*amazonses|workmail",
    re.IGNORECASE,
)
_SUBJECTS = re.compile(
    r"undeliver|delivery (?:status|report|failure|problem|error|delay|notification|has failed|unsuccess)|"
    r"return(?:ed|ing)? (?:mail|to sender|message)|fail(?:ure|ed)|could ?n.t (?:be )?(?:sent|deliver)|bounce|"
    r"mail (?:system )?error|non-?deliv|not (?:be )?deliver|unknown (?:user|address|recipient)|message status|"
    r"warning: |delayed|reject|nondeliverable|problem with|permanent|cannot|unzustellbar|non remis|エラー|配信|届",
    re.IGNORECASE,
)
_OWN = re.compile(r"mailer-?daemon@|postmaster@|^abuse@|^bounces?[+@-]|root@localhost", re.IGNORECASE)
_LABELLED = re.compile(
    rf"(?:^|\n)[ \t>*]*(?:[245]\d\d[ -](?:[245]\.\d+\.\d+ )?)?[\"']?(?:<(?P<angle>{_ADDRESS})>|(?P<plain>{_ADDRESS}))"
    rf"[\"']?(?=\.\.\.|[\s:;,()\[]|--|$)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b(?:recipients?|to|for|user|address(?:es)?|rcpt to|destination|addressee|mailbox|deliver(?:ed|y)? to|"
    rf"intended for)[ \t]*(?:\(s\)|[:=]|is|was|to)?[ \t]*[:=]?\s*[\"'<(\[]*(?P<address>{_ADDRESS})",
    re.IGNORECASE,
)


_GENERATED = re.compile(rf"generated from[ \t]+<?({_ADDRESS})", re.IGNORECASE)
"""An alias that led to the address that failed (Exim)."""
_TOLD = re.compile(
    r"could not be delivered to|was not delivered to|delivery to .{1,200} failed|has been automatically rejected|"
    r"was automatically rejected|following (?:recipient|address)|mailbox is full",
    re.IGNORECASE,
)


_NOTIFICATION = re.compile(r"\"(?:notification|event)Type\\?\"\s*:\s*\\?\"Bounce")
"""What Amazon SES sends by way of SNS, here by mail."""
_BOUNCED = re.compile(r"\"bouncedRecipients\"\s*:\s*\[(.{0,4000}?)\]", re.DOTALL)
_PERSON = re.compile(r"\{[^{}]{0,2000}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prose:
    """What a mail for people says: whom it names, and whether it speaks of a delay."""

    told: tuple[Told, ...] = field(repr=False)
    delayed: bool
    text: str = field(repr=False)


def is_about_delivery(mail: Mail) -> bool:
    """Whether a mail looks as if a mail system wrote it about one that it could not deliver."""
    sender = f"{mail.header('From')} {mail.header('Sender')}"
    if mail.header("X-Failed-Recipients") or _NOTIFICATION.search(mail.text):
        return True
    subject = _SUBJECTS.search(mail.header("Subject")) is not None
    if mail.header("Return-Path").strip() == "<>" and _TOLD.search(mail.text[:3000]):
        return True
    machine = _SENDERS.search(sender) is not None
    if machine and any(mail.of_type("message/rfc822")):
        return True
    nobody = mail.header("Return-Path").strip() in ("<>", "")
    return (machine and (subject or _FAILED.search(mail.text[:3000]) is not None)) or (subject and nobody)


def told_by_prose(mail: Mail) -> Prose:
    """The recipients that a mail names as refused or delayed."""
    notified = _by_notification(mail.text.replace('\\"', '"'))  # it may stand within another one
    if notified:
        return Prose(notified, delayed=False, text="")
    text = explanation(mail)
    addresses = _named_in_headers(mail) or _by_library(mail) or _by_place(mail, text)
    sources = {one.lower() for one in _GENERATED.findall(text)}
    addresses = [one for one in addresses if one.lower() not in sources] or addresses
    delayed = _WARNING.search(f"{mail.header('Subject')}\n{text}") is not None or (
        _DELAYED.search(text) is not None and _FINAL.search(text) is None
    )
    once = dict.fromkeys(address.lower() for address in addresses)
    told = tuple(Told(address, diagnostic=about(address, text)) for address in once)
    return Prose(told, delayed, text)


def explanation(mail: Mail) -> str:
    """What the mail says by itself, without what it returns."""
    text = mail.text if mail.text.strip() else mail.all_text
    cut = _RETURNED.search(text, 1)
    head = text[: cut.start()] if cut is not None else text
    return head if _ANY.search(head) else text[:8000]


def about(address: str, text: str) -> str:
    """What is said near an address: its own line and those after it, up to the next address at a line's beginning."""
    place = text.lower().find(address.lower())
    if place < 0:
        return text[:2000]
    start = text.rfind("\n", 0, place) + 1
    after = _LABELLED.search(text, place + len(address))
    end = min(after.start() if after is not None else len(text), start + 1500)
    near = text[start:end].strip()
    return near if len(near) > len(address) + 12 else f"{near} {text[:1500]}"


def _by_notification(text: str) -> tuple[Told, ...]:
    """The recipients of a notification in JSON."""
    if not _NOTIFICATION.search(text):
        return ()
    found = []
    for inside in _BOUNCED.findall(text):
        for person in _PERSON.findall(inside):
            fields = dict(re.findall(r"\"(\w+)\"\s*:\s*\"((?:[^\"\\]|\\.)*)\"", person))
            if address := fields.get("emailAddress", ""):
                diagnostic = f"{fields.get('status', '')} {fields.get('diagnosticCode', '')}".strip()
                found.append(Told(address, diagnostic=diagnostic))
    return tuple(found)


def _named_in_headers(mail: Mail) -> list[str]:
    return _ANY.findall(mail.header("X-Failed-Recipients"))


def _by_library(mail: Mail) -> list[str]:
    try:
        temporary, permanent = all_failures(mail.message)
    except Exception:  # noqa: BLE001 - it was made for mails as they should be
        return []
    found = [one.decode("utf-8", "replace") for one in (*sorted(permanent), *sorted(temporary))]
    own = _own(mail)
    return [one for one in found if _ANY.fullmatch(one) and one.lower() not in own and f"<{one}>" not in mail.ids]


def _own(mail: Mail) -> set[str]:
    """The addresses of those who wrote the bounce, and of whom it came to."""
    return {one.lower() for name in ("From", "To", "Sender", "Reply-To") for one in _ANY.findall(mail.header(name))}


def _by_place(mail: Mail, text: str) -> list[str]:
    """Addresses where recipients stand: at the beginning of a line, else behind a word for one, else any."""
    own = _own(mail)
    first = [one["angle"] or one["plain"] for one in _LABELLED.finditer(text)]
    for found in (first, [one["address"] for one in _NAMED.finditer(text)], _ANY.findall(text)):
        good = [one for one in found if one.lower() not in own and not _OWN.search(one) and f"<{one}>" not in mail.ids]
        if good:
            return good
    return []
