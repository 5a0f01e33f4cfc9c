"""Reads bounces that are written for people: which addresses they name as refused, and what they say about each."""

import re
from dataclasses import dataclass, field
from email.utils import getaddresses

from flufl.bounce import all_failures

from printhub.core.bounces.mail import Mail
from printhub.core.bounces.notices import is_notification
from printhub.core.bounces.report import Action
from printhub.core.bounces.status import Told

_MOST_RECIPIENTS = 200
_ATEXT = r"A-Za-z0-9.!#$%&'*+/=?^_`{|}~-"
_ADDRESS = rf"(?<![{_ATEXT}])[{_ATEXT}]{{1,128}}@[A-Za-z0-9](?:[A-Za-z0-9.-]{{0,253}}[A-Za-z0-9])?"
"""Looked for from the beginning of a word only, so that a long one is read once."""
_ANY = re.compile(_ADDRESS)
_RETURNED = re.compile(
    r"^[ \t>|*]{0,20}(?:-{2,}(?!-).{0,40}(?:original|returned|copy|header|unsent|(?<!server )message).{0,60}|"
    r"(?:the )?(?:original|returned|your) (?:message|mail|e-?mail) (?:headers?|follows|is (?:attached|included|below)|"
    r"was|text).{0,60}|received: .*|return-path: .*|(?:below|here) is (?:a copy|your|the).{0,60}|"
    r"included is a copy of.*|message headers? follow.*|-+ ?this is a copy of.*|original message.{0,20}|"
    r"--- below (?:this line|the next).*|\*+ ?original.{0,40})$",
    re.IGNORECASE | re.MULTILINE,
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
_DELIVERED = re.compile(
    r"(?:has|have|was|were)(?: been)? (?:successfully )?(?:delivered|relayed)|success\w* (?:mail )?deliver|"
    r"deliver\w* (?:was )?success",
    re.IGNORECASE,
)
_UNDELIVERED = re.compile(
    r"\b(?:not|cannot|nor|un\w+able)\b|n't\b|undeliver|fail|reject|refus|error|delay|return(?:ed|ing)", re.IGNORECASE
)
_OWN = re.compile(r"mailer-?daemon@|postmaster@|^abuse@|^bounces?[+@-]|root@localhost", re.IGNORECASE)
_LABELLED = re.compile(
    rf"(?:^|\n)[ \t>*]{{0,40}}(?:[245]\d\d[ -](?:[245]\.\d{{1,3}}\.\d{{1,3}} )?)?[\"']?"
    rf"(?:<(?P<angle>{_ADDRESS})>|(?P<plain>{_ADDRESS}))[\"']?(?=\.\.\.|[\s:;,()\[]|--|$)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b(?:recipients?|to|for|user|address(?:es)?|rcpt to|destination|addressee|mailbox|deliver(?:ed|y)? to|"
    rf"intended for)[ \t]{{0,3}}(?:\(s\)|[:=]|is|was|to)?[ \t]{{0,3}}[:=]?\s{{0,20}}[\"'<(\[]{{0,3}}"
    rf"(?P<address>{_ADDRESS})",
    re.IGNORECASE,
)
_GENERATED = re.compile(rf"generated from[ \t]+<?({_ADDRESS})", re.IGNORECASE)
"""An alias that led to the address that failed (Exim)."""
_BOUNCED = re.compile(r"\"bouncedRecipients\"\s*:\s*\[(.{0,4000}?)\]", re.DOTALL)
_PERSON = re.compile(r"\{[^{}]{0,2000}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Prose:
    """What a mail for people says: whom it names, and what became of the message for all of them."""

    told: tuple[Told, ...] = field(repr=False)
    action: Action
    text: str = field(repr=False)


def told_by_prose(mail: Mail) -> Prose:
    """The recipients that a mail names as refused, delayed or reached."""
    notified = _by_notification(mail.text.replace('\\"', '"'))  # it may stand within another one
    if notified:
        return Prose(notified, Action.FAILED, text="")
    text = explanation(mail)
    addresses = _named_in_headers(mail) or _by_library(mail) or _by_place(mail, text)
    sources = {one.lower() for one in _GENERATED.findall(text)}
    addresses = [one for one in addresses if one.lower() not in sources] or addresses
    once = list(dict.fromkeys(address.lower() for address in addresses))[:_MOST_RECIPIENTS]
    told = tuple(Told(address, diagnostic=about(address, text)) for address in once)
    return Prose(told, _action(f"{mail.header('Subject')}\n{text}"), text)


def _action(text: str) -> Action:
    if _DELIVERED.search(text) is not None and _UNDELIVERED.search(text) is None:
        return Action.DELIVERED
    delayed = _WARNING.search(text) is not None or (_DELAYED.search(text) is not None and _FINAL.search(text) is None)
    return Action.DELAYED if delayed else Action.FAILED


def explanation(mail: Mail) -> str:
    """What the mail says by itself, without what it returns."""
    text = mail.text if mail.text.strip() else mail.all_text
    cut = _RETURNED.search(text, 1)
    head = text[: cut.start()] if cut is not None else text
    return head if _ANY.search(head) else text[:8000]


def about(address: str, text: str) -> str:
    """What is said near an address: its own line and those after it, up to a line that begins with another address."""
    place = text.lower().find(address.lower())
    if place < 0:
        return text[:2000]
    start = text.rfind("\n", 0, place) + 1
    others = (
        found.start()
        for found in _LABELLED.finditer(text, place + len(address), start + 1500)
        if (found["angle"] or found["plain"]).lower() != address.lower()
    )
    near = text[start : next(others, start + 1500)].strip()
    return near if len(near) > len(address) + 12 else f"{near} {text[:1500]}"


def _by_notification(text: str) -> tuple[Told, ...]:
    """The recipients of a notification in JSON."""
    if not is_notification(text):
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
    if not getaddresses([str(mail.front.get("From", ""))]):
        return []  # some of its detectors fail on that, and log how
    try:
        temporary, permanent = all_failures(mail.front)
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
