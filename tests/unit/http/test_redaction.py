"""What is kept of a request must not tell who the customer is, nor how to act in the storefront's name."""

import json
from collections.abc import Callable
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub.core.http.exchange import Recording
from printhub.core.http.redaction import (
    EXCERPT_BYTES,
    MASK,
    cut,
    masked_body,
    masked_headers,
    masked_text,
    masked_url,
    masked_whole,
)
from printhub.core.http.reply import WholeReply

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
XML = "application/xml"

secrets = st.one_of(
    st.text(alphabet="abcdefABCDEF0123456789+/", min_size=20, max_size=40).map("whsec_{}".format),
    st.text(alphabet="abcdefABCDEF0123456789", min_size=16, max_size=40).map("sk_live_{}".format),
    st.text(alphabet="abcdef0123456789", min_size=64, max_size=64).map("phk_0123456789ab_{}".format),
    st.text(alphabet="abcdefABCDEF0123456789-._~", min_size=16, max_size=40).map("Bearer x{}".format),
)
surroundings = st.text(alphabet=" \n\t.,:;/-xÄ9\"'<>&={}[]\\", max_size=20)
Place = Callable[[str], tuple[str, str]]
places: list[Place] = [
    lambda value: (json.dumps({"remark": value}), JSON),
    lambda value: (json.dumps([{"deep": [value]}], ensure_ascii=False), JSON),
    lambda value: (json.dumps({value: 1}), JSON),
    lambda value: (urlencode({"remark": value}), FORM),
    lambda value: (f"<Order><Remark>{escape(value)}</Remark></Order>", XML),
    lambda value: (f"<Order Remark={quoteattr(value)}/>", XML),
    lambda value: (f"could not reach {value} today", "text/plain"),
    lambda value: (f"remark={quote(value)}", "text/plain"),
    lambda value: (f"https://x.example/?remark={quote(value)}&a=b", ""),
]


def excerpts(body: str, content_type: str) -> str:
    recording = Recording("POST", "https://mis.example/", {"Content-Type": content_type}, body.encode())
    recording.reply = WholeReply(200, {"Content-Type": content_type}, body.encode())
    return repr(recording.exchange())


@given(address=st.emails(), before=surroundings, after=surroundings, place=st.sampled_from(places))
def test_an_e_mail_address_never_survives(address: str, before: str, after: str, place: Place) -> None:
    body, content_type = place(f"{before} {address} {after}")
    kept = excerpts(body, content_type)
    assert address not in kept
    assert quote(address) not in kept
    assert "@" + address.rpartition("@")[2] not in kept


@given(secret=secrets, before=surroundings, after=surroundings, place=st.sampled_from(places))
def test_a_token_never_survives(secret: str, before: str, after: str, place: Place) -> None:
    body, content_type = place(f"{before} {secret} {after}")
    assert secret.removeprefix("Bearer ") not in excerpts(body, content_type)


@given(address=st.emails(), lead=st.integers(0, 3 * EXCERPT_BYTES))
def test_shortening_never_uncovers_anything(address: str, lead: int) -> None:
    body = json.dumps({"note": "." * lead, "remark": "." * lead + " " + address})
    assert address[:-1] not in excerpts(body, JSON)


@given(
    body=st.binary(max_size=3000), content_type=st.sampled_from([JSON, FORM, XML, "text/plain", "", "a/b; charset=x"])
)
def test_any_body_can_be_shown_in_two_kilobytes(body: bytes, content_type: str) -> None:
    recording = Recording("POST", "https://mis.example/", {"Content-Type": content_type}, body)
    assert len(recording.exchange().request_excerpt.encode()) <= EXCERPT_BYTES


@pytest.mark.parametrize(
    "key",
    "name firstName last_name recipientName customer-name Name company email e_mail phone mobilePhone address "
    "shippingAddress address_1 street town city postcode postalCode zipCode county vatNumber username password apiKey "
    "accessToken client_secret cardNumber_cvc to note".split(),
)
@pytest.mark.parametrize(
    "place",
    [
        lambda key: (json.dumps({key: "Zanzibar"}), JSON),
        lambda key: (json.dumps({key: {"a": ["Zanzibar"]}}), JSON),
        lambda key: (urlencode({key: "Zanzibar"}), FORM),
        lambda key: (f'<o:{key} lang="en">Zanzibar</o:{key}>', XML),
        lambda key: (f"<Person {key}='Zanzibar' />", XML),
        lambda key: (f"{key}: Zanzibar\nother: x", "text/plain"),
        lambda key: (json.dumps({"message": f'{key} "Zanzibar" is wrong'.replace(" ", "=", 1)}), JSON),
    ],
)
def test_values_under_personal_and_secret_keys_are_masked(key: str, place: Place) -> None:
    kept = excerpts(*place(key))
    assert "Zanzibar" not in kept
    assert MASK in kept


@pytest.mark.parametrize(
    "telling",
    [
        {"productName": "Flyer A5", "file_name": "front.pdf", "quantity": 250, "price": "12.50"},
        {"error": "quantity must be at least 100", "code": 4711, "ok": False, "left": None},
        {"dueDate": "2026-11-22", "at": "2026-11-22T10:00:00Z", "id": "550e8400-e29b-41d4-a716-446655440000"},
        {"reference": "ORD-1234567890", "size": "210x297"},
    ],
)
def test_what_helps_the_operator_is_kept(telling: dict[str, object]) -> None:
    assert json.loads(masked_body(json.dumps(telling).encode(), JSON, written_by_us=False)) == telling


@pytest.mark.parametrize(
    "number",
    ["+44 20 7946 0958", "020 7946 0958", "(030) 901820-12", "+4930901820", "4111 1111 1111 1111", "4111111111111111"],
)
def test_telephone_and_card_numbers_are_masked(number: str) -> None:
    assert masked_text(f"call {number} now") == f"call {MASK} now"


def test_a_card_number_given_as_a_number_is_masked() -> None:
    assert "4111" not in masked_body(b'{"value": 4111111111111111}', JSON, written_by_us=False)


def test_free_text_is_masked_in_requests_and_kept_in_answers() -> None:
    body = b'{"message": "Hello Ada"}'
    assert "Ada" not in masked_body(body, JSON, written_by_us=True)
    assert "Ada" in masked_body(body, JSON, written_by_us=False)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF\x00\x01", "application/pdf"),
        (b"\xff\xfe\xfd", "text/plain"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
    ],
)
def test_what_is_not_text_is_named_by_its_size(body: bytes, content_type: str) -> None:
    assert masked_body(body, content_type, written_by_us=True) == f"<{len(body)} bytes>"


def test_headers_that_can_carry_a_secret_are_left_out() -> None:
    headers = dict.fromkeys(
        ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key", "X-Auth", "webhook-signature"],
        "s3",
    )
    kept = masked_headers({**headers, "Content-Type": "text/plain", "From": "ada@example.com"})
    assert kept == f"Content-Type: text/plain\nFrom: {MASK}\n"


def test_a_url_keeps_the_names_of_its_query() -> None:
    kept = masked_url("https://me:pw@mis.example:8443/a/ada@example.com?token=s3&b=#frag")
    assert kept == f"https://mis.example:8443{MASK}?token={MASK}&b={MASK}"


@given(st.text())
def test_a_cut_text_is_at_most_two_kilobytes(text: str) -> None:
    assert len(cut(text * 50).encode()) <= EXCERPT_BYTES


_PIECES = st.sampled_from(
    "a Z 1 12 3) (4 . / - + % & # ; ? = @ _ \\ : \" ' < > eyJ Bearer basic DIGEST %20 whsec_ phk_ sk_live_ u0040 x40 "
    "-----BEGIN commat wh pk customer example.com 2026-11-02 ٣ \u00a0 \n".split(" ")
)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_what_is_passed_over_has_nothing_to_mask(text: str) -> None:
    assert masked_text(text) == masked_whole(text)
