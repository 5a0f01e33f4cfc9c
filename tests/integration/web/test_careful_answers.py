"""What holds of every answer, and of those who come in by a session: headers, ids, pace, and no other site's pages."""

import logging

import pytest
from requests import Response

from printhub.core.identity.credentials import make_password
from printhub.core.model.access import Role
from printhub.core.settings.sections import WebSettings
from printhub.testing.memory_hub import MemoryHub
from printhub.web.app import make_app
from printhub.web.server import WebServer
from tests.integration.web.conftest import As
from tests.integration.web.door import ROOT, Caller
from tests.invariants.shop import order

OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def password(hub: MemoryHub) -> str:
    """The password of the print operator anna."""
    made = make_password()
    hub.hub.identity.users.add("anna", Role.PRINT_OPERATOR, None, made, by=ROOT, must_change_password=False)
    return made


def signed_in(caller: Caller, password: str) -> Response:
    return caller.post("/v1/sessions", {"name": "anna", "password": password}, headers=OWN_PAGE)


def test_every_answer_has_an_id_and_keeps_browsers_careful(base: str) -> None:
    for path in ("/v1/jobs", "/nothing", "/openapi.json"):
        headers = Caller(base, None).get(path).headers
        assert len(headers["X-Request-Id"]) == 32
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "Server" not in headers


def test_a_session_acts_with_its_csrf_word_from_its_own_pages(hub: MemoryHub, base: str, password: str) -> None:
    hub.emit("printhub.order.placed", order())
    anna = Caller(base, None)

    begun = signed_in(anna, password)
    headers = OWN_PAGE | {"X-CSRF-Token": begun.json()["csrf"]}

    assert begun.status_code == 201
    assert "HttpOnly" in begun.headers["Set-Cookie"]
    assert anna.get("/v1/me").json()["name"] == "user:anna"
    assert anna.post("/v1/jobs/J1/block", {"why": "look at it"}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-CSRF-Token": "guessed"},
        {"Sec-Fetch-Site": "cross-site", "X-CSRF-Token": "RIGHT"},
        {"Sec-Fetch-Site": "same-site", "X-CSRF-Token": "RIGHT"},
        {"Origin": "https://elsewhere.example", "X-CSRF-Token": "RIGHT"},
    ],
)
def test_what_a_page_of_another_site_has_a_browser_send_is_refused(
    hub: MemoryHub, base: str, password: str, headers: dict[str, str]
) -> None:
    hub.emit("printhub.order.placed", order())
    anna = Caller(base, None)
    csrf = signed_in(anna, password).json()["csrf"]
    sent = {name: value.replace("RIGHT", csrf) for name, value in headers.items()}

    assert anna.post("/v1/jobs/J1/block", {"why": "look at it"}, headers=sent).status_code == 403
    assert not hub.hub.feed.after(None, types=["printhub.job.blocked"]).items


def test_whoever_signs_out_is_out(base: str, password: str) -> None:
    anna = Caller(base, None)
    signed_in(anna, password)

    anna("DELETE", "/v1/sessions/current", headers=OWN_PAGE)

    assert anna.get("/v1/me").status_code == 401


def test_a_wrong_password_and_an_unknown_name_are_answered_the_same(base: str, password: str) -> None:
    caller = Caller(base, None)
    answers = [
        caller.post("/v1/sessions", {"name": name, "password": f"{password}x"}, headers=OWN_PAGE).json()
        for name in ("anna", "nobody")
    ]

    assert answers[0]["detail"] == answers[1]["detail"]
    assert answers[0]["status"] == 401


def test_whoever_asks_too_often_is_told_when_to_come_again(hub: MemoryHub, as_: As) -> None:
    token = as_(Role.INTEGRATOR).token
    app = make_app(hub.hub)
    web = WebSettings(listen="127.0.0.1:0", requests_per_minute=6)
    app.state.door = type(app.state.door)(hub.hub, type(app.state.door.pace)(6), ())
    with WebServer(app, web) as server:
        caller = Caller(f"http://127.0.0.1:{server.port}", token)
        answers = [caller.get("/v1/me") for _ in range(3)]

    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_neither_tokens_nor_passwords_nor_persons_come_into_the_log(
    hub: MemoryHub, base: str, as_: As, password: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shop = as_(Role.STOREFRONT, "shop")
    customer = {"name": "Jane Doe", "email": "jane@example.org"}
    hub.emit("printhub.order.placed", order(customer=customer))
    shop.get("/v1/jobs", text="jane@example.org")
    shop.get("/v1/orders/O1")
    signed_in(Caller(base, None), password)
    shop.post("/v1/events", {"id": "x", "source": "jane@example.org"})

    written = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    for secret in (str(shop.token), password, "jane@example.org", "Jane Doe"):
        assert secret not in written


def test_a_callback_comes_in_by_its_instance_alone(base: str) -> None:
    caller = Caller(base, None)

    assert caller.post("/in/nobody/status", {}).status_code == 404
    assert caller.post("/in/mis/status", {}).status_code == 404  # it takes none
    assert caller("POST", "/in/mis/status", data=b"x" * (2 * 2**20)).status_code == 413
