"""One full example of everything that crosses contract version 1: every field of it is set."""

from decimal import Decimal
from uuid import UUID

from printhub import (
    Address,
    Asset,
    Bounced,
    EmailMessage,
    FilePlacement,
    FileRole,
    InlineImage,
    JobStatus,
    JobTicket,
    LookAgain,
    Mode,
    Money,
    OptOut,
    Part,
    Person,
    ProductType,
    Progress,
    ProgressSignal,
    Receipt,
    RefundRequest,
    RefundSeen,
    Report,
    Settled,
    SmsMessage,
    StatusMessage,
    TicketFile,
    TicketJob,
    TicketOrder,
    Verb,
)
from printhub.core.model.envelope import Event
from printhub.core.model.record import Message
from printhub.testing import START

_FILE = TicketFile(
    id=UUID("0190d1f4-0000-7000-8000-000000000001"),
    name="front.pdf",
    role=FileRole.OUTPUT,
    part="front",
    media_type="application/pdf",
    size=1024,
    sha256="ab" * 32,
    link="https://shop.example/files/front.pdf",
)
_ADDRESS = Address(
    name="Kim Sample",
    company="Sample & Co",
    address1="1 Sample Street",
    address2="Back yard",
    address3="Third bell",
    town="Berlin",
    state="Berlin",
    postcode="10115",
    country="DE",
    phone="+4930123456",
    email="kim@customer.example",
)
_TICKET = JobTicket(
    version=1,
    storefront="shop",
    mode=Mode.LIVE,
    job=TicketJob(
        id="J-1",
        product_type=ProductType.MULTI_PART,
        product="Postcard",
        quantity=250,
        attributes={"material": "300 g/m² silk"},
        parts=(
            Part(
                id="front",
                name="Front",
                quantity=250,
                artwork=Asset(
                    name="front.pdf",
                    url="https://shop.example/files/front.pdf",
                    media_type="application/pdf",
                    sha256="ab" * 32,
                    size=1024,
                    part="front",
                ),
            ),
        ),
        weight_grams=1200,
        line_price=Money(amount=Decimal("41.50"), currency="EUR"),
        external_reference="EXT-1",
        epoch=2,
    ),
    order=TicketOrder(
        id="O-1",
        total=Money(amount=Decimal("49.39"), currency="EUR"),
        po_number="PO-1",
        department="Marketing",
        cost_centre="4711",
        shipping_method="courier",
        checkout_attributes={"gift": "no"},
        customer=Person(
            user_name="kim",
            name="Kim Sample",
            email="kim@customer.example",
            phone="+4930123456",
            company="Sample & Co",
            language="de",
            guest=True,
        ),
        billing_address=_ADDRESS,
        delivery_address=_ADDRESS,
    ),
    files=(_FILE,),
)
_REPORT = Report.partial(
    frozenset({"front"}),
    "the back was refused",
    reference="MIS-1",
    covers={Verb.MANIFEST},
    progress=(Progress(status=JobStatus.CUSTOM_STATUS, label="Plated", detail="plate 7", at=START),),
    memo={"slots": ["https://mis.example/slots/1"]},
)
_FOUND_BY = {"key": "key-1", "reference": "MIS-1", "job": "J-1", "verb": Verb.NOTIFY, "at": START, "dedupe": "D-1"}

EXAMPLES: dict[str, Message] = {
    "job_ticket": _TICKET,
    "email_message": EmailMessage(
        version=1,
        storefront="shop",
        mode=Mode.LIVE,
        message_id="0190d1f4-1.1@hub.example",
        sender="Print shop <orders@shop.example>",
        envelope_sender="bounce+0190d1f4@hub.example",
        recipient="kim@customer.example",
        subject="Your order O-1",
        text="Hello Kim",
        html="<p>Hello Kim</p>",
        headers={"Auto-Submitted": "auto-generated"},
        attachments=(_FILE,),
        inline=(InlineImage(content_id="logo", name="logo.png", media_type="image/png", data="aVZCT1I="),),
        recipient_name="Kim Sample",
        reply_to="help@shop.example",
        envelope_id="0190d1f4",
    ),
    "sms_message": SmsMessage(
        version=1, storefront="shop", mode=Mode.LIVE, recipient="+4930123456", sender="PrintShop", text="Ready"
    ),
    "refund_request": RefundRequest(
        version=1,
        storefront="shop",
        mode=Mode.LIVE,
        entry="E-1",
        order="O-1",
        payment="PAY-1",
        amount=Money(amount=Decimal("12.50"), currency="EUR"),
        reason="damaged",
    ),
    "file_placement": FilePlacement(
        version=1,
        storefront="shop",
        mode=Mode.LIVE,
        job="J-1",
        order="O-1",
        product_type=ProductType.MULTI_PART,
        product="Postcard",
        quantity=250,
        attributes={"material": "300 g/m² silk"},
        files=(_FILE,),
    ),
    "status_message": StatusMessage(
        version=1,
        storefront="shop",
        mode=Mode.LIVE,
        event=Event(
            id="0190d1f4-0000-7000-8000-000000000002",
            source="urn:printhub:shop",
            specversion="1.0",
            type="printhub.status.changed",
            subject="J-1",
            time=START,
            datacontenttype="application/json",
            dataschema="https://hub.example/schemas/status.changed",
            data={"job": "J-1", "status": "MisNotified"},
            extensions={"causationid": "E-0", "causationdepth": 1},
        ),
    ),
    "report": _REPORT,
    "signal_progress": ProgressSignal.model_validate(_FOUND_BY | {"progress": _REPORT.progress}),
    "signal_settled": Settled.model_validate(_FOUND_BY | {"report": _REPORT, "refused": "the sheet is too small"}),
    "signal_bounced": Bounced.model_validate(
        _FOUND_BY
        | {"recipient": "kim@customer.example", "detail": "5.1.1 no such user", "hard": True, "what": "failed"}
        | {"status": "5.1.1", "reason": "userunknown", "tokens": ("abc",), "message_ids": ("abc@shop.example",)}
    ),
    "signal_receipt": Receipt.model_validate(
        _FOUND_BY | {"state": "failed", "detail": "handset", "failed": True, "code": "30005"}
    ),
    "signal_refund_seen": RefundSeen.model_validate(
        _FOUND_BY
        | {"amount": Money(amount=Decimal("12.50"), currency="EUR"), "payment": "PAY-1"}
        | {"state": "failed", "reason": "insufficient_funds"}
    ),
    "signal_opt_out": OptOut.model_validate(_FOUND_BY | {"recipient": "+4930123456", "withdrawn": True}),
    "signal_look_again": LookAgain.model_validate(_FOUND_BY),
}
"""Name of the golden file → the example."""
