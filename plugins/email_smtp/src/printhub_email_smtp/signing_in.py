"""Signs in at a mail server (RFC 4954), with names and passwords in any script."""

import base64
import smtplib

from printhub import Misconfigured, Unavailable
from printhub_email_smtp.line import Line


def sign_in(line: Line, user: str, password: str) -> None:
    """Sign in by PLAIN (RFC 4616, UTF-8), else LOGIN, else what else the library knows.

    Raises Misconfigured where the server does not know them, Unavailable where it cannot say now.
    """
    offered = line.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        code, _ = line.docmd("AUTH", f"PLAIN {_coded(chr(0).join(('', user, password)))}")
    elif "LOGIN" in offered:
        code, _ = line.docmd("AUTH", "LOGIN")
        for word in (user, password):
            code, _ = line.docmd(_coded(word)) if code == 334 else (code, b"")
    else:
        code = _by_library(line, user, password)
    if code // 100 == 2:
        return
    if code // 100 == 5:
        raise Misconfigured(f"the mail server does not know this user and password: {code}")
    raise Unavailable(f"the mail server lets nobody sign in now: {code}")


def _by_library(line: Line, user: str, password: str) -> int:
    try:
        return line.login(user, password)[0]
    except smtplib.SMTPAuthenticationError as error:
        return error.smtp_code
    except smtplib.SMTPNotSupportedError:
        raise Misconfigured("the mail server offers no way to sign in over this connection") from None
    except UnicodeError:
        raise Misconfigured("the mail server takes names and passwords in ASCII alone") from None


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
