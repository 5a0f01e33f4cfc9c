"""The hub's own conformance kit, against a simulated Acme."""

from pydantic import SecretStr

from printhub.testing import MisSimulator, SimulatedMisConformance
from printhub_acme.adapter import AcmeMis
from printhub_acme.config import AcmeConfig


class TestAcme(SimulatedMisConformance):
    """Runs every test of the kit; a new simulator for each."""

    def new_simulator(self) -> MisSimulator:
        """Acme asks for a token."""
        return MisSimulator(auth=("bearer", "acme-t0ken"))

    def adapter(self) -> AcmeMis:
        """Make the adapter that is tested."""
        return AcmeMis(AcmeConfig(url=self.simulator.url, token=SecretStr("acme-t0ken")))
