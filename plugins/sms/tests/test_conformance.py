"""The hub's own conformance kit for SMS adapters, at each of the providers."""

from plugins.sms.tests import sample
from printhub.testing import GatewaySmsConformance, TwilioSmsConformance
from printhub_sms.adapter import Sms


class TestTwilio(TwilioSmsConformance):
    def adapter(self) -> Sms:
        return sample.twilio(self.simulator)


class TestKannel(GatewaySmsConformance):
    kannel = True

    def adapter(self) -> Sms:
        return sample.kannel(self.gateway)


class TestGateway(GatewaySmsConformance):
    def adapter(self) -> Sms:
        return sample.http(self.gateway)
