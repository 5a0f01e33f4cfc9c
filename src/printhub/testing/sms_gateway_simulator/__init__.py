"""An SMS gateway on loopback HTTP, with its own interface and with Kannel's, that misbehaves as a test scripts it."""

from printhub.testing.sms_gateway_simulator.records import GatewayReceipt, GatewayText
from printhub.testing.sms_gateway_simulator.simulator import SmsGatewaySimulator

__all__ = ["GatewayReceipt", "GatewayText", "SmsGatewaySimulator"]
