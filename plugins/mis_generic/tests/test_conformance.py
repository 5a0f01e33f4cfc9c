"""The hub's own conformance kit, run on every way of delivering artwork."""

from plugins.mis_generic.tests import sample
from printhub.testing import MisSimulator, SimulatedMisConformance
from printhub_mis_generic.adapter import MisGeneric


class TestSlots(SimulatedMisConformance):
    def adapter(self) -> MisGeneric:
        return sample.adapter(sample.settings(self.simulator.url))


class TestMultipart(SimulatedMisConformance):
    def adapter(self) -> MisGeneric:
        return sample.adapter(sample.by_multipart(self.simulator.url))


class TestUrlsInANotificationThatCoversTheRest(SimulatedMisConformance):
    def new_simulator(self) -> MisSimulator:
        return MisSimulator(covers=["manifest", "assets"])

    def adapter(self) -> MisGeneric:
        return sample.adapter(sample.by_url(self.simulator.url))


class TestSignedRequests(SimulatedMisConformance):
    def new_simulator(self) -> MisSimulator:
        return MisSimulator(auth=("hmac", "shared-s3cret"))

    def adapter(self) -> MisGeneric:
        auth = {"type": "hmac", "secret": "shared-s3cret"}
        return sample.adapter(sample.settings(self.simulator.url, auth=auth))


class TestAMisThatHonoursNothing(SimulatedMisConformance):
    def new_simulator(self) -> MisSimulator:
        return MisSimulator(honours_key=False, answers_lookups=False)

    def adapter(self) -> MisGeneric:
        return sample.adapter(sample.settings(self.simulator.url, idempotency={"header": ""}, lookup=None))
