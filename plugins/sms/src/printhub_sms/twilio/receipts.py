"""What Twilio tells by itself: statuses of messages, and texts of people."""

from urllib.parse import parse_qsl

from printhub import Answer, InboundRequest, OptOut, Receipt, Received, Verb
from printhub_sms.provider import INBOUND
from printhub_sms.twilio.answers import FATES
from printhub_sms.twilio.codes import CODES, Act, in_words
from printhub_sms.words import Words

_SILENCE = Answer(body=b"<Response/>", media_type="text/xml")
"""TwiML that answers nothing to who wrote."""


def read(request: InboundRequest, words: Words) -> Received:
    """Read a verified callback; raises ValueError for a body that is none of these."""
    form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    return _text(form, words) if request.purpose == INBOUND else _status(form, request.query.get("key"))


def _status(form: dict[str, str], key: str | None) -> Received:
    sid, status = form.get("MessageSid") or form.get("SmsSid"), form.get("MessageStatus") or form.get("SmsStatus")
    if not sid or status not in FATES:
        raise ValueError("a status callback has MessageSid and a MessageStatus that is known")
    said, fate = form.get("ErrorCode", ""), FATES[status]
    code = int(said) if said.isascii() and said.isdigit() and said.strip("0") else None
    receipt = Receipt(
        key=key,
        reference=sid,
        verb=Verb.SEND,
        dedupe=f"{sid}:{status}",
        state=status,
        failed=fate.is_lost,
        code=str(code) if code else "",
        detail=in_words(code) if fate.is_lost else "",
    )
    known = CODES.get(code) if code else None
    if known is None or known.act is not Act.OPT_OUT or not form.get("To"):
        return Received([receipt])
    return Received([receipt, OptOut(recipient=form["To"], dedupe=f"{sid}:optout")])


def _text(form: dict[str, str], words: Words) -> Received:
    sender, sid = form.get("From"), form.get("MessageSid")
    if not sender or not sid or "Body" not in form:
        raise ValueError("a text has From, MessageSid and Body")
    match form.get("OptOutType"):  # Twilio knows the words of the Messaging Service better
        case "STOP":
            said: OptOut | None = OptOut(recipient=sender, dedupe=sid)
        case "START":
            said = OptOut(recipient=sender, withdrawn=True, dedupe=sid)
        case _:
            said = words.read(sender, form["Body"], dedupe=sid)
    return Received([said] if said else [], _SILENCE)
