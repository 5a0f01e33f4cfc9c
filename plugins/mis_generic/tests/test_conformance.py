"""The hub's own conformance kit, run on every way of delivering artwork."""

from plugins.mis_generic.tests import sample
from printhub.testing import MisSimulator, SimulatedMisConformance
from printhub_mis_generic.adapter import MisGeneric
from printhub_mis_generic.config import MisGenericConfig


class Conforming(SimulatedMisConformance):
    def setup_method(self) -> None:
        super().setup_method()
        self.config = MisGenericConfig.model_validate(self.settings())

    def settings(self) -> sample.Settings:
        raise NotImplementedError

    def adapter(self) -> MisGeneric:
        return MisGeneric(self.config)


class TestSlots(Conforming):
    def settings(self) -> sample.Settings:
        return sample.settings(self.simulator.url)


class TestMultipart(Conforming):
    def settings(self) -> sample.Settings:
        return sample.by_multipart(self.simulator.url)


class TestUrlsInANotificationThatCoversTheRest(Conforming):
    def new_simulator(self) -> MisSimulator:
        return MisSimulator(covers=["manifest", "assets"])

    def settings(self) -> sample.Settings:
        return sample.by_url(self.simulator.url)


class TestSignedRequests(Conforming):
    def new_simulator(self) -> MisSimulator:
        return MisSimulator(auth=("hmac", "shared-s3cret"))

    def settings(self) -> sample.Settings:
        return sample.settings(self.simulator.url, auth={"type": "hmac", "secret": "shared-s3cret"})


class TestAMisThatHonoursNothing(Conforming):
    def new_simulator(self) -> MisSimulator:
        return MisSimulator(honours_key=False, answers_lookups=False)

    def settings(self) -> sample.Settings:
        return sample.settings(self.simulator.url, idempotency={"header": ""}, lookup=None)
