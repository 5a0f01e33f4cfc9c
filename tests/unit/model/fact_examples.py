"""One example of what each type of event says."""

from pydantic import JsonValue

MONEY: JsonValue = {"amount": "119.00", "currency": "EUR"}
ARTWORK: JsonValue = {
    "name": "card.pdf",
    "url": "https://store.example/files/1",
    "media_type": "application/pdf",
    "sha256": "0" * 64,
    "size": 1234,
    "part": "front",
}
PERSON: JsonValue = {"user_name": "jdoe", "name": "Jane Doe", "email": "jane@example.org", "language": "en-GB"}
ADDRESS: JsonValue = {"name": "Jane Doe", "address1": "1 High Street", "town": "York", "country": "GB"}
SHIPMENT: JsonValue = {"id": "S-1", "carrier": "DHL", "tracking_number": "T1", "jobs": ["J-1"]}
JOB: JsonValue = {
    "id": "J-1",
    "product_type": "MultiPart",
    "product": "Business card",
    "attributes": {"paper": "350 g"},
    "quantity": 500,
    "weight_grams": 900,
    "line_price": MONEY,
    "approval": "awaiting",
    "parts": [{"id": "front", "name": "Front", "quantity": 250, "artwork": ARTWORK}],
    "artwork": [ARTWORK],
    "output": [ARTWORK],
    "parent": "J-0",
    "external_reference": "X-9",
}
ORDER: JsonValue = {
    "id": "O-1",
    "jobs": [JOB],
    "status": "Processing",
    "payment_status": "Paid",
    "test_payment": False,
    "shipping_status": "open",
    "approval": "approved",
    "total": MONEY,
    "discount": MONEY,
    "tax": MONEY,
    "payment_method": "card",
    "shipping_method": "express",
    "checkout_attributes": {"gift": "no"},
    "customer": PERSON,
    "billing_address": ADDRESS,
    "delivery_address": ADDRESS,
    "department": "Sales",
    "cost_centre": "42",
    "po_number": "PO-1",
    "notes": [{"id": "N-1", "text": "Ring twice.", "for_customer": True}],
    "test": False,
    "release_at": "2026-12-01T00:00:00+01:00",
}
REPORT: JsonValue = {"outcome": "done", "reference": "MIS-1", "covers": ["manifest"], "memo": {"slot": 3}}
REQUEST: dict[str, JsonValue] = {"storefront": "acme", "order": "O-1", "why": "the customer rang"}
CALLBACK: dict[str, JsonValue] = {
    "instance": "acme",
    "key": "k-1",
    "reference": "MIS-1",
    "job": "J-1",
    "verb": "notify",
    "told_at": "2026-11-22T09:30:00Z",
}
OF_ORDER: dict[str, JsonValue] = {"order": "O-1"}
OF_JOB: dict[str, JsonValue] = {"job": "J-1"}

EXAMPLES: dict[str, dict[str, JsonValue]] = {
    "printhub.order.placed": {"order": ORDER},
    "printhub.order.changed": OF_ORDER | {"po_number": None, "department": "Sales", "customer": PERSON},
    "printhub.order.payment_changed": OF_ORDER | {"payment_status": "Paid", "test_payment": True},
    "printhub.order.approval_changed": OF_ORDER | {"approval": "rejected"},
    "printhub.order.status_changed": OF_ORDER | {"status": "Shipped", "shipping_status": "gone"},
    "printhub.order.cancelled": OF_ORDER | {"why": "customer's wish"},
    "printhub.order.scheduled": OF_ORDER | {"release_at": "2026-12-01T00:00:00Z"},
    "printhub.order.shipped": OF_ORDER | {"shipment": SHIPMENT},
    "printhub.order.note_added": OF_ORDER | {"note": {"id": "N-1", "text": "Ring twice."}},
    "printhub.order.statement_issued": OF_ORDER
    | {"statement": {"id": "I-1", "number": "2026-17", "document": ARTWORK}},
    "printhub.order.deleted": OF_ORDER,
    "printhub.job.added": OF_ORDER | {"job": JOB},
    "printhub.job.created": {"job": JOB, "test": True},
    "printhub.job.changed": OF_JOB | {"quantity": 250, "attributes": {"paper": "400 g"}},
    "printhub.job.cancelled": OF_JOB | {"why": "misprint"},
    "printhub.job.approved": OF_JOB | {"matter": "proof"},
    "printhub.job.rejected": OF_JOB | {"why": "wrong logo"},
    "printhub.job.approval_requested": OF_JOB,
    "printhub.job.awaiting": OF_JOB | {"matter": "parts"},
    "printhub.job.awaited": OF_JOB | {"matter": "parts"},
    "printhub.job.verified": OF_JOB,
    "printhub.job.validation_failed": OF_JOB | {"detail": "fonts are missing"},
    "printhub.job.validation_finished": OF_JOB,
    "printhub.job.output_started": OF_JOB,
    "printhub.job.output_created": OF_JOB | {"output": [ARTWORK]},
    "printhub.job.output_failed": OF_JOB | {"detail": "no such template"},
    "printhub.job.output_deleted": OF_JOB,
    "printhub.job.recreation_requested": OF_JOB | {"why": "new artwork"},
    "printhub.job.artwork_uploaded": OF_JOB | {"artwork": ARTWORK},
    "printhub.job.blocked": OF_JOB | {"why": "looks odd"},
    "printhub.job.released": OF_JOB | {"why": "is fine"},
    "printhub.job.shipped": OF_JOB | {"shipment": SHIPMENT},
    "printhub.job.progressed": OF_JOB | {"status": "CustomStatus", "label": "At the bindery", "detail": "till noon"},
    "printhub.mis.progressed": CALLBACK | {"progress": [{"status": "Printed", "at": "2026-11-22T09:30:00Z"}]},
    "printhub.mis.settled": CALLBACK | {"report": REPORT},
    "printhub.mis.changed": CALLBACK,
    "printhub.message.bounced": CALLBACK
    | {"recipient": "kim@customer.example", "what": "failed", "hard": True, "status": "5.1.1", "reason": "userunknown"},
    "printhub.message.receipt": CALLBACK | {"state": "delivered"},
    "printhub.message.optout": CALLBACK | {"recipient": "+4930123456"},
    "printhub.status.changed": {
        "storefront": "acme",
        "order": "O-1",
        "job": "J-1",
        "status": "Printed",
        "at": "2026-11-22T09:30:00Z",
        "by": "acme",
        "epoch": 1,
        "current": "Printed",
    },
    "printhub.staff.notice": {"matter": "mis_failed", "text": "The MIS could not be told.", "facts": {"tries": 9}},
    "printhub.request.recreation": REQUEST | {"job": "J-1"},
    "printhub.request.files": REQUEST | {"job": "J-1"},
    "printhub.request.cancellation": REQUEST,
    "printhub.request.note": REQUEST | {"note": {"id": "N-2", "text": "Rang the customer.", "for_customer": False}},
    "printhub.request.po_number": REQUEST | {"po_number": "PO-2"},
}
