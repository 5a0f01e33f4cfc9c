"""The simulated providers do what they are scripted to do, and nothing else."""

import base64

import pytest
import requests

from plugins.sms.tests import sample
from plugins.sms.tests.sample import HUB, NUMBER, call, message
from printhub import OutcomeUnknown
from printhub.testing import WebhookReceiver
from printhub.testing.simulator.modes import Mode
from printhub.testing.sms_gateway_simulator import SmsGatewaySimulator
from printhub.testing.twilio_simulator import CODES, LATER, TwilioSimulator, troubles
from printhub_sms.twilio.answers import FATES

FIELDS = """
account_sid api_version body date_created date_sent date_updated direction error_code error_message from
messaging_service_sid num_media num_segments price price_unit sid status subresource_uris to uri
"""
"""Of a message, as Twilio's OpenAPI document (twilio_api_v2010) has them."""
STATUSES = """
accepted scheduled canceled queued sending sent failed delivered undelivered receiving received read partially_delivered
"""
PAGE = "end first_page_uri messages next_page_uri page page_size previous_page_uri start uri"


def asked(simulator: TwilioSimulator, method: str, path: str, **form: str) -> requests.Response:
    account = simulator.account
    proof = base64.b64encode(f"{account.sid}:{account.auth_token}".encode()).decode()
    url = f"{simulator.url}/2010-04-01/Accounts/{account.sid}{path}"
    return requests.request(method, url, data=form or None, headers={"Authorization": f"Basic {proof}"}, timeout=5)


def test_what_drops_before_it_commits_has_done_nothing(
    simulator: TwilioSimulator, gateway: SmsGatewaySimulator
) -> None:
    simulator.script("send", troubles.DROPS_BEFORE_COMMIT)
    gateway.script("send", Mode.DROPS_BEFORE_COMMIT, Mode.DROPS_BEFORE_COMMIT)
    for adapter in (sample.twilio(simulator), sample.http(gateway), sample.kannel(gateway)):
        with pytest.raises(OutcomeUnknown):
            adapter.send(message(), call())

    assert simulator.messages == []
    assert gateway.texts == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, 21604),
        ({"To": NUMBER}, 21603),
        ({"To": NUMBER, "From": "+15005550006"}, 21602),
        ({"To": NUMBER, "From": "+15005550006", "Body": "x" * 1601}, 21617),
        ({"To": "07400", "From": "+15005550006", "Body": "x"}, 21211),
        ({"To": NUMBER, "From": "+15005550001", "Body": "x"}, 21606),
        ({"To": NUMBER, "MessagingServiceSid": f"MG{'0' * 32}", "Body": "x"}, 20404),
    ],
)
def test_a_request_that_lacks_something_gets_its_code(
    simulator: TwilioSimulator, form: dict[str, str], code: int
) -> None:
    reply = asked(simulator, "POST", "/Messages.json", **(form or {"Body": "x", "From": "+15005550006"}))

    assert (reply.status_code, reply.json()["code"]) == (CODES[code][0], code)
    assert reply.json()["status"] == reply.status_code


def test_a_message_is_shown_as_twilio_shows_it(simulator: TwilioSimulator) -> None:
    made = asked(simulator, "POST", "/Messages.json", To=NUMBER, From="+15005550006", Body="€" * 81).json()

    assert (made["status"], made["num_segments"], made["price"], made["date_sent"]) == ("queued", "2", None, None)
    assert asked(simulator, "GET", f"/Messages/{made['sid']}.json").json() == made
    assert asked(simulator, "GET", "/Messages.json").json()["messages"] == [made]
    assert asked(simulator, "GET", "/Messages/SM0.json").status_code == 404
    assert asked(simulator, "GET", "/Calls.json").status_code == 404


def test_every_field_and_status_of_twilios_own_document_is_known(simulator: TwilioSimulator) -> None:
    made = asked(simulator, "POST", "/Messages.json", To=NUMBER, From="+15005550006", Body="Hello").json()
    page = asked(simulator, "GET", "/Messages.json").json()

    assert sorted(made) == sorted(FIELDS.split())
    assert sorted(page) == PAGE.split()
    assert set(FATES) == set(STATUSES.split()) - {"receiving", "received"}


def test_a_stranger_is_not_let_in(simulator: TwilioSimulator) -> None:
    url = f"{simulator.url}/2010-04-01/Accounts/{simulator.account.sid}.json"

    for headers in ({}, {"Authorization": "Basic bm9ib2R5Om5vdGhpbmc="}):
        assert requests.get(url, headers=headers, timeout=5).json()["code"] == 20003


def test_callbacks_go_where_the_request_said_twice_if_told_so(simulator: TwilioSimulator) -> None:
    with WebhookReceiver() as hub:
        sample.twilio(simulator).send(message(), call())
        simulator.move(simulator.messages[0], "sent", "delivered")
        sent, delivered = simulator.callbacks

        assert simulator.send([delivered, sent, sent], at=hub.url.removesuffix("/webhooks")) == [204, 204, 204]

        assert [b"MessageStatus=delivered" in one.body for one in hub.came] == [True, False, False]
        assert all("x-twilio-signature" in one.headers for one in hub.came)
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 only"):
        simulator.send()


def test_a_failure_has_a_code_that_there_is(simulator: TwilioSimulator) -> None:
    sample.twilio(simulator).send(message(), call())
    with pytest.raises(ValueError, match="no code"):
        simulator.move(simulator.messages[0], "failed", code=1)
    with pytest.raises(ValueError, match="refuses nothing"):
        simulator.refuse(NUMBER, 30003)
    assert not set(CODES) & set(LATER)


def test_the_gateway_honours_keys_where_it_should(gateway: SmsGatewaySimulator) -> None:
    for _ in range(2):
        sample.http(gateway).send(message(), call())
    assert len(gateway.texts) == 1
    with SmsGatewaySimulator(honours_key=False) as other:
        for _ in range(2):
            sample.http(other).send(message(), call())
        assert len(other.texts) == 2


def test_receipts_of_the_gateway_are_sent_as_told(gateway: SmsGatewaySimulator) -> None:
    with WebhookReceiver() as hub:
        sample.http(gateway).send(message(), call())
        gateway.texts[0].receipt_url = hub.url
        delivered = gateway.receipt(gateway.texts[0], "delivered")

        assert gateway.send(delivered, delivered) == [204, 204]
        assert len(hub.came) == 2
    gateway.texts[0].receipt_url = f"{HUB}/receipt"
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 only"):
        gateway.send(gateway.receipt(gateway.texts[0], "delivered"))
    gateway.texts[0].receipt_url = None
    with pytest.raises(ValueError, match="no address"):
        gateway.receipt(gateway.texts[0], "delivered")


def test_an_unknown_verb_is_refused(simulator: TwilioSimulator, gateway: SmsGatewaySimulator) -> None:
    for one in (simulator, gateway):
        with pytest.raises(ValueError, match="knows no verb"):
            one.script("refund", Mode.TAKES)
