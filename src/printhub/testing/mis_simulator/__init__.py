"""A MIS on loopback HTTP that keeps books, honours keys, and misbehaves exactly as a test scripts it."""

from printhub.testing.mis_simulator.journal import Seen
from printhub.testing.mis_simulator.mis_job import Artwork, MisJob
from printhub.testing.mis_simulator.simulator import MisSimulator
from printhub.testing.simulator.modes import Mode

__all__ = ["Artwork", "MisJob", "MisSimulator", "Mode", "Seen"]
