"""A Twilio on loopback HTTP that keeps accounts and messages, signs callbacks, and misbehaves as a test scripts it."""

from printhub.testing.simulator.modes import Mode
from printhub.testing.twilio_simulator import troubles
from printhub.testing.twilio_simulator.callbacks import TwilioCallback
from printhub.testing.twilio_simulator.reception import Asked
from printhub.testing.twilio_simulator.records import Account, TwilioMessage
from printhub.testing.twilio_simulator.refusal import CODES, LATER
from printhub.testing.twilio_simulator.simulator import TwilioSimulator

__all__ = [
    "CODES",
    "LATER",
    "Account",
    "Asked",
    "Mode",
    "TwilioCallback",
    "TwilioMessage",
    "TwilioSimulator",
    "troubles",
]
