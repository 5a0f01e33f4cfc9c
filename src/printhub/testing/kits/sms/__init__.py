"""The conformance kit for text message adapters."""

from printhub.testing.kits.sms.conformance import SmsConformance
from printhub.testing.kits.sms.simulated import GatewaySmsConformance, TwilioSmsConformance

__all__ = ["GatewaySmsConformance", "SmsConformance", "TwilioSmsConformance"]
