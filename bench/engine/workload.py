"""What goes in and what has to come out: orders of one job each, and the calls that each of them means."""

import json
from collections.abc import Mapping
from typing import Any

import pydantic_core

STOREFRONT = "shop"
SOURCE = "https://shop.example"
MAILING = "mailing"
MAILING_SOURCE = "https://mailing.example"
"""The storefront whose orders mean one e-mail each, and no calls."""
POST = "post"
"""The instance that takes e-mail."""
CHAINED = "press"
"""The instance that is told, asked for a ticket and given the files: three calls in a row."""
SINGLE = "laser"
"""The instance that is told, and no more: one call."""
STEPS = (f"{CHAINED}/notify", f"{CHAINED}/manifest", f"{CHAINED}/assets")
CALLS = (*STEPS, f"{SINGLE}/notify")
"""All calls that one event means, each as the path at the sink before the job's number."""

_ADDRESS = {
    "name": "Kim Sample",
    "company": "Sample Stationery Ltd",
    "address1": "1 Sample Street",
    "address2": "Building C, third floor",
    "address3": "c/o reception",
    "state": "Berlin",
    "town": "Berlin",
    "postcode": "10115",
    "country": "DE",
    "phone": "+49 30 1234567",
    "email": "deliveries@customer.example",
}
_PERSON = {"user_name": "kim", "name": "Kim Sample", "email": "kim@customer.example", "phone": "+49 30 1234567"}
_ATTRIBUTES = {
    "material": "300 g/m² silk, coated on both sides",
    "size": "A6, 148 x 105 mm, 3 mm bleed",
    "finish": "matt lamination on the front",
    "colours": "4/4 Euroscale",
    "packing": "in bundles of 50, one sample on top",
}
_NOTE = "Please deliver to the reception on the ground floor, between 8 and 16 o'clock; the ramp is at the back. "


def number_of(place: int) -> str:
    """The number of the order at this place, and of its job."""
    return f"W{place:09}"


def event(place: int, source: str = SOURCE) -> dict[str, Any]:
    """One placed and paid order whose only job is static: its output lies at the storefront, and is handed on."""
    number = number_of(place)
    job = {
        "id": number,
        "product_type": "Static",
        "product": "Postcard, landscape",
        "quantity": 250,
        "attributes": _ATTRIBUTES,
        "line_price": {"amount": "41.50", "currency": "EUR"},
        "output": [{"name": f"{number}.pdf", "url": f"{SOURCE}/files/{number}.pdf", "size": 482113}],
    }
    order = {
        "id": number,
        "jobs": [job],
        "status": "Processing",
        "payment_status": "Paid",
        "payment_method": "invoice",
        "shipping_method": "parcel, insured",
        "total": {"amount": "49.39", "currency": "EUR"},
        "tax": {"amount": "7.89", "currency": "EUR"},
        "checkout_attributes": {"delivery": _NOTE.strip(), "packing": _NOTE.strip()},
        "customer": _PERSON,
        "billing_address": _ADDRESS,
        "delivery_address": _ADDRESS,
        "department": "Marketing",
        "cost_centre": "4711",
        "po_number": f"PO-{number}",
    }
    return {
        "specversion": "1.0",
        "id": f"placed-{number}",
        "source": source,
        "type": "printhub.order.placed",
        "time": "2026-11-02T08:30:00Z",
        "datacontenttype": "application/json",
        "data": {"order": order},
    }


def raw_event(place: int, source: str = SOURCE) -> bytes:
    """The same as it comes over the wire: about 2 KB of JSON."""
    return pydantic_core.to_json(event(place, source))


def body(call: str, order: Mapping[str, Any]) -> bytes:
    """The body of a call, as a program without a hub would build it; the hub's templates give the same."""
    return json.dumps(_body(call, order), ensure_ascii=False, separators=(",", ":")).encode()


def _body(call: str, order: Mapping[str, Any]) -> dict[str, Any]:
    [job] = order["jobs"]
    files = [file["url"] for file in job["output"]]
    told = {
        "job": job["id"],
        "order": order["id"],
        "product": job["product"],
        "quantity": job["quantity"],
        "attributes": job["attributes"],
        "deliver_to": order["delivery_address"],
    }
    if call == f"{SINGLE}/notify":
        return told
    match call.rpartition("/")[2]:
        case "notify":
            return {**told, "artwork": files}
        case "manifest":
            return {"job": job["id"], "product": job["product"], "quantity": job["quantity"]}
        case _:
            return {"job": job["id"], "artwork": files}


_TOLD = """
job = "{{ job.id }}"
order = "{{ order.id }}"
product = "{{ job.product }}"
quantity = "{{ job.quantity }}"
attributes = "{{ job.attributes }}"
deliver_to = "{{ order.delivery_address }}"
"""
_ARTWORK = """artwork = "{{ files | map(attribute='url') | list }}"
"""
BODIES: Mapping[str, str] = {
    f"{CHAINED}/notify": _TOLD + _ARTWORK,
    f"{CHAINED}/manifest": """
job = "{{ job.id }}"
product = "{{ job.product }}"
quantity = "{{ job.quantity }}"
""",
    f"{CHAINED}/assets": """
job = "{{ job.id }}"
"""
    + _ARTWORK,
    f"{SINGLE}/notify": _TOLD,
}
"""The same as templates of `mis_generic`, by call."""
