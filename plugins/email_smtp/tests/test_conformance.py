"""The hub's own conformance kit for e-mail adapters."""

import json

from pydantic import SecretStr

from plugins.email_smtp.tests.test_webhooks import SECRET, signed
from printhub import InboundRequest
from printhub.testing import SimulatedEmailConformance
from printhub_email_smtp.adapter import EmailSmtp
from printhub_email_smtp.config import EmailSmtpConfig, Security


class TestEmailSmtp(SimulatedEmailConformance):
    def adapter(self) -> EmailSmtp:
        return EmailSmtp(
            EmailSmtpConfig(
                host=self.server.host,
                port=self.server.port,
                security=Security.NONE,
                user="hub",
                password=SecretStr(self.server.password or ""),
                name="hub.example",
                webhook_secrets=(SecretStr(SECRET),),
            )
        )

    def callback(self, body: bytes | None = None) -> InboundRequest:
        event = {"id": "e-1", "kind": "failed", "recipient": self.message().recipient}
        return signed(json.dumps({"events": [event]}).encode() if body is None else body)
