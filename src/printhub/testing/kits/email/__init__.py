"""The conformance kit for e-mail adapters."""

from printhub.testing.kits.email.conformance import EmailConformance
from printhub.testing.kits.email.simulated import SimulatedEmailConformance

__all__ = ["EmailConformance", "SimulatedEmailConformance"]
