"""Whose fault a final SMTP reply is: tables of what codes and words say, each with where that is written down.

The digits decide first, then the words: many servers say 5.7.1 or nothing at all of everything.
"""

import re
from enum import Enum, auto


class Blame(Enum):
    """Who or what was refused."""

    RECIPIENT = auto()
    """This recipient cannot be reached now or by us; a mailbox that is full, say."""
    DEAD = auto()
    """Nothing will ever arrive at this address."""
    MESSAGE = auto()
    """The sender, what was sent, or how it was said: another recipient would not have helped."""
    SETUP = auto()
    """Who we are to this server: not signed in, no relay for us."""


_R, _D, _M, _S = Blame.RECIPIENT, Blame.DEAD, Blame.MESSAGE, Blame.SETUP

STATUSES = (
    # RFC 3463, 3.2: addresses. The sender's stands among them; 5.1.9 is about lists.
    (r"5\.1\.[01236]", _D),
    (r"5\.1\.10", _D),  # RFC 7505: a null MX
    (r"5\.1\.[45]", _R),  # ambiguous, or valid after all
    (r"5\.1\.[789]", _M),
    (r"5\.1\.\d+", _R),
    # 3.3: mailboxes. 5.2.1 is disabled, 5.2.2 full, 5.2.3 too long a message, 5.2.4 a list that expands to nothing.
    (r"5\.2\.1", _D),
    (r"5\.2\.\d+", _R),
    # 3.4: the whole system of the recipient, or ours on the way there.
    (r"5\.3\.\d+", _M),
    # 3.5: routing. 5.4.4 has no route; Microsoft 365 says 5.4.310 of a domain that does not exist.
    (r"5\.4\.(4|310)", _D),
    (r"5\.4\.\d+", _R),
    # 3.6 and 3.7: protocol and content are what we said.
    (r"5\.[56]\.\d+", _M),
    # 3.8 and the registry of RFC 5248: security. Mailing lists and restricted recipients are about the recipient.
    (r"5\.7\.(8|9|1[0-4])", _S),  # RFC 4954, 5248: credentials, the mechanism, encryption, the account
    (r"5\.7\.2", _R),
    (r"5\.7\.17", _D),  # RFC 7293: the mailbox has another owner
    (r"5\.7\.18", _D),
    (r"5\.7\.(2\d|30)", _M),  # RFC 7372 SPF, DKIM, reverse DNS; 7489 DMARC; 7505; a flood; ARC; REQUIRETLS
    (r"5\.7\.60", _S),  # Exchange: this account may not send as that sender
    (r"5\.7\.1\d\d", _R),  # Exchange: recipients that take mail from some alone
    (r"5\.7\.[5-9]\d\d", _M),  # Microsoft 365: banned senders and clients
    (r"5\.7\.([3-7]|1[56])", _M),
)
"""What an enhanced status code says, the first that matches counts; 5.7.0 and 5.7.1 say nothing by themselves."""

CODES = {
    500: _M,
    501: _M,
    502: _M,
    503: _M,
    504: _M,
    530: _S,  # RFC 4954, 3207: sign in, or turn to TLS, first
    534: _S,
    535: _S,
    538: _S,
    551: _R,  # RFC 5321, 3.4: moved, or not local
    552: _R,
    555: _M,  # RFC 5321, 4.1.1.11: parameters that it does not know
    556: _D,  # RFC 7504: the domain takes no mail
}
"""What a reply code says where there is no status; 550, 553 and 554 are said of everything."""

_WHO = r"(local )?(user|recipient|mailbox|account|address|rcpt|alias|person|customer)"
_NOT = r"(doesn't|does not|does n't|not)"
WORDS = (
    # We are not let through.
    (r"relay(ing)?\b.{0,40}(denied|not permitted|not allowed|prohibited|refused)", _S),
    (r"(unable|not (allowed|permitted|authori[sz]ed)) to relay|we (do not|don't) relay|is not a gateway", _S),
    (r"rcpthosts", _S),  # qmail
    (r"auth\w* (is )?(required|needed)|must (first )?(authenticate|log ?in)|not authenticated", _S),
    (r"must issue a starttls|encryption required|requires? (a )?(tls|secure connection)", _S),
    # The sender, or the machine that speaks for it.
    (r"sender (address|domain|verify|verification|id|is|was|not|blocked|rejected)|(bad|invalid) sender", _M),
    (r"verification failed for|envelope sender|return[- ]path", _M),
    (r"\b(spf|dkim|dmarc|arc|ptr|helo|ehlo)\b|reverse (dns|lookup|hostname)", _M),
    (r"client host|your (ip|server|host|network|mail ?server)|mail from this (ip|host|server)", _M),
    (r"\b(ip|host|client)( address)?\b.{0,60}\b(block|black|list)", _M),
    (r"spamhaus|spamcop|barracuda|sorbs|uceprotect|\b(dns|r)bl\b|(block|black|deny) ?list", _M),
    (r"listed (at|by|in|on)\b|blocked using|reputation|bulk mail|too many (messages|errors)", _M),
    # The recipient, for good.
    (rf"{_WHO}\W{{1,3}}(is |was )?(unknown|not found|invalid|disabled|inactive)", _D),
    (rf"(unknown|no such|invalid|bad|non-?exist\w*|disabled|inactive)\W{{1,3}}{_WHO}", _D),
    (rf"{_NOT} exist|no mailbox (here )?by that name|{_NOT} have an? [\w.]+ account", _D),
    (r"(account|mailbox)( that you tried to reach)?( has been| is)? (disabled|suspended|closed|deactivated)", _D),
    (rf"user (is )?(not local|{_NOT})|not a (valid|known) (user|mailbox|recipient)|unrouteable address", _D),
    # The recipient, for now.
    (r"(mail ?box|inbox|quota|storage)\b.{0,30}\b(full|exceed|over)|over ?quota|out of storage", _R),
)
"""What the words say, the first that match count: those about us first, for they name the recipient too."""

_STATUSES = tuple((re.compile(pattern), blame) for pattern, blame in STATUSES)
_WORDS = tuple((re.compile(pattern, re.IGNORECASE), blame) for pattern, blame in WORDS)
_UNSURE = ("5.0.0", "5.7.0", "5.7.1", "")
"""What says nothing by itself."""


def by_words(text: str) -> Blame | None:
    """Who is blamed by the words; None where they do not tell."""
    return next((blame for pattern, blame in _WORDS if pattern.search(text)), None)


def blame(code: int, status: str, text: str) -> Blame | None:
    """Who is blamed by a final reply; None where neither digits nor words tell."""
    told = next((blame for pattern, blame in _STATUSES if pattern.fullmatch(status)), None)
    said = by_words(text)
    if status in _UNSURE or told is None:
        return said or CODES.get(code)
    if told in (_R, _D, _M) and said is _S:
        return said  # a relay that is denied is told with whatever status
    if status == "5.1.0" and said is not None:
        return said  # Postfix says it of senders too
    if told is _M and said is _D and status[:4] in ("5.3.", "5.5."):
        return said  # Sendmail and others say so of whom they do not know
    return told
