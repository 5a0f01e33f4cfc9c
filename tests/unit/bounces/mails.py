"""Mails that come back, as mail systems write them."""

import base64

CRLF = "\r\n"


def headers(subject: str = "Undelivered Mail Returned to Sender", **others: str) -> str:
    """The headers of a mail from a mail system to the one who sent the message; `_` stands for -."""
    usual = {
        "From": "Mail Delivery System <MAILER-DAEMON@mx.example>",
        "To": "bounces@hub.example",
        "Return-Path": "<>",
    }
    named = {name.replace("_", "-"): value for name, value in others.items()}
    return CRLF.join(f"{name}: {value}" for name, value in {**usual, **named, "Subject": subject}.items())


def plain(text: str, subject: str = "Undelivered Mail Returned to Sender", **others: str) -> bytes:
    """A bounce that is text for people."""
    return f"{headers(subject, **others)}{CRLF}{CRLF}{text}".encode()


def report(*recipients: str, text: str = "Your message was not delivered.", kind: str = "delivery-status") -> bytes:
    """A report (RFC 3464); each recipient is its fields, a line each."""
    fields = "\n\n".join(["Reporting-MTA: dns; mx.example\nOriginal-Envelope-Id: ENV-1", *recipients])
    return multipart("report", kind, text, (f"message/{kind}", fields))


def multipart(of: str, kind: str, text: str, *parts: tuple[str, str], **others: str) -> bytes:
    """A mail of several parts: text, then each (content type, content), and the message that came back."""
    returned = "Message-ID: <token123@shop.example>\nFrom: orders@shop.example\nSubject: Your order\n\nThank you"
    whole = [("text/plain; charset=utf-8", text), *parts, ("message/rfc822", returned)]
    body = "".join(f"--B{CRLF}Content-Type: {type_}{CRLF}{CRLF}{content}{CRLF}" for type_, content in whole)
    content_type = f'multipart/{of}; report-type={kind}; boundary="B"'
    head = headers(Content_Type=content_type, MIME_Version="1.0", **others)
    return f"{head}{CRLF}{CRLF}{body}--B--{CRLF}".replace("\n", CRLF).replace("\r\r\n", CRLF).encode()


def encoded(text: str, charset: str) -> bytes:
    """A bounce whose text is in base64."""
    head = headers(Content_Type=f"text/plain; charset={charset}", Content_Transfer_Encoding="base64")
    return f"{head}{CRLF}{CRLF}{base64.b64encode(text.encode(charset)).decode()}".encode()
