"""Tells a mail that a mail system wrote about a delivery from what people, shops and their robots write."""

import re

from printhub.core.bounces import answers
from printhub.core.bounces.mail import Mail

_DAEMONS = re.compile(
    r"mailer[ _-]?daemon|daemon@|mail[ -]?deliver|undeliver|returned mail|\bmail subsystem|"
    r"deliver(?:y|er) (?:status|(?:sub)?system|report|failure|notification)",
    re.IGNORECASE,
)
"""Senders that write about deliveries and nothing else."""
_MASTERS = re.compile(
    r"post_?master|(?<![a-z])mail[ _]?(?:admin|(?:sub)?system|router|service|server)|\bmta\b|\bndr\b|"
    r"microsoft exchange|workmail",
    re.IGNORECASE,
)
"""Senders that write about other things too."""
_SUBJECTS = re.compile(
    r"undeliver|delivery (?:status|report|failure|problem|error|delay|notification|has failed|unsuccess)|"
    r"return(?:ed|ing)? (?:mail|to sender|message)|fail(?:ure|ed)|could ?n.t (?:be )?(?:sent|deliver)|bounce|"
    r"mail (?:system )?error|non-?deliv|not (?:be )?deliver|unknown (?:user|address|recipient)|message status|"
    r"warning: |delayed|reject|nondeliverable|problem with|permanent|cannot|unzustellbar|non remis|エラー|配信|届",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"(?:un)?deliver(?:ed|y|able)?|fail|reject|refus|bounce|unknown|unable|not (?:be )?(?:found|sent|reach|exist|"
    r"accept|valid|deliver)|return(?:ed|ing)|could ?n.t|cannot|invalid|error|denied|blocked|no such|"
    r"disabled|permanent|fatal|rejet|échec|unzustell|fehl|届|配信|不明|送信",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"(?:could not|cannot|can ?not) be delivered to|was not delivered to|delivery to .{1,200} failed|"
    r"(?:has been|was) automatically rejected|undeliverable to|"
    r"(?:deliver|fail|reject|reach|sen[dt])[^.]{0,80}following (?:recipient|address)|"
    r"following (?:recipient|address)[^.]{0,80}(?:fail|reject|undeliver|could not|cannot|"
    r"not (?:be )?(?:deliver|reach))",
    re.IGNORECASE,
)
"""What hardly anybody writes but a mail system."""
_NOTIFICATION = re.compile(r"\"(?:notification|event)Type\\?\"\s{0,9}:\s{0,9}\\?\"Bounce")
"""What Amazon SES sends by way of SNS, here by mail."""
_READ = 3000
"""Characters of the text in which a mail has to say what it is about."""


def is_about_delivery(mail: Mail) -> bool:
    """Whether a mail system wrote it about a message, by the sender, the subject and the text.

    The less sure the sender is, the more the rest has to say: daemons write about nothing else, postmasters do, and
    anybody else has to say it in a daemon's words and to the null sender (RFC 5321, 4.5.5).
    """
    if mail.header("X-Failed-Recipients") or is_notification(mail.text):
        return True
    sender = f"{mail.header('From')} {mail.header('Sender')}"
    nobody = mail.header("Return-Path").strip("<> ") == ""
    said = _FAILED.search(mail.text[:_READ]) is not None
    subject = _SUBJECTS.search(mail.header("Subject")) is not None
    if _DAEMONS.search(sender) or not sender.strip("<> "):
        return subject or said or any(mail.of_type("message/rfc822"))
    if answers.is_absence(mail):
        return False
    if _MASTERS.search(sender):
        return subject + said + nobody >= 2
    return mail.header("Return-Path").strip() == "<>" and _TOLD.search(mail.text[:_READ]) is not None


def is_notification(text: str) -> bool:
    """Whether it is a notification of a bounce in JSON."""
    return _NOTIFICATION.search(text) is not None
