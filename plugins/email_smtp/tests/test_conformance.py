"""The hub's own conformance kit for e-mail adapters."""

from pydantic import SecretStr

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
            )
        )
