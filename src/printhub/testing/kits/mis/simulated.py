"""The MIS kit with all its hooks written, for adapters that can speak to the MIS simulator."""

from printhub.core.model.verbs import Verb
from printhub.testing.kits.mis.conformance import MisConformance
from printhub.testing.kits.trouble import Trouble
from printhub.testing.mis_simulator import MisSimulator, Mode

_MODES = {
    Trouble.HANGS: Mode.commits_then_hangs(),
    Trouble.DRIPS: Mode.slow_drip(0.1),
    Trouble.COMMITS_THEN_DROPS: Mode.COMMITS_THEN_DROPS,
    Trouble.SERVER_ERROR: Mode.SERVER_ERROR,
    Trouble.GARBAGE: Mode.GARBAGE,
    Trouble.REFUSES: Mode.refuses(),
    Trouble.ASKS_FOR_MORE: Mode.asks_for_more(),
    Trouble.WRONG_CREDENTIALS: Mode.WRONG_CREDENTIALS,
    Trouble.TOO_MANY: Mode.too_many(7),
}


class SimulatedMisConformance(MisConformance):
    """Write `adapter` for the address `self.simulator.url`; a new simulator is started for each test."""

    simulator: MisSimulator

    def setup_method(self) -> None:
        """Start the partner."""
        self.simulator = self.new_simulator()
        self.simulator.start()

    def teardown_method(self) -> None:
        """End the partner."""
        self.simulator.stop()

    def new_simulator(self) -> MisSimulator:
        """Make the partner, not yet started; override it for one with credentials or covers."""
        return MisSimulator()

    def break_partner(self, trouble: Trouble, verb: str) -> None:
        """Script the simulator's next call of the verb."""
        if trouble is Trouble.DOWN:
            self.simulator.down()
        else:
            self.simulator.script(verb, _MODES[trouble])

    def effects_at_partner(self, job: str, verb: Verb) -> int:
        """Look into the simulator's books."""
        entries = self.simulator.jobs_of(job)
        match verb:
            case Verb.MANIFEST:
                return sum(entry.manifests for entry in entries)
            case Verb.ASSETS:
                return sum(entry.artwork_confirmed for entry in entries)
            case Verb.UPDATE:
                return sum(entry.updates for entry in entries)
            case Verb.CANCEL:
                return sum(entry.cancelled for entry in entries)
            case _:
                return self.simulator.effects(job)

    def requests_at_partner(self, job: str, verb: Verb) -> int:
        """Read the simulator's journal."""
        return sum(seen.verb == verb and seen.job == job for seen in self.simulator.journal)
