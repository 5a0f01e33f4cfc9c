"""What plugin authors test with: conformance kits, simulated partners, and a hub in memory."""

from printhub.testing.call import a_call
from printhub.testing.clock import START, FakeClock
from printhub.testing.factories import (
    a_job,
    a_placement,
    a_refund_request,
    a_status_message,
    a_ticket,
    an_email,
    an_event,
    an_order,
    an_sms,
)
from printhub.testing.folder_watcher import FolderWatcher, Grabbed
from printhub.testing.kits.email import EmailConformance, SimulatedEmailConformance
from printhub.testing.kits.email.hooks import Delivered, MailTrouble
from printhub.testing.kits.file.conformance import FileConformance
from printhub.testing.kits.file.hooks import FolderTrouble
from printhub.testing.kits.mis.conformance import MisConformance
from printhub.testing.kits.mis.simulated import SimulatedMisConformance
from printhub.testing.kits.payment import PaymentConformance
from printhub.testing.kits.payment.simulated import StripePaymentConformance
from printhub.testing.kits.sms import GatewaySmsConformance, SmsConformance, TwilioSmsConformance
from printhub.testing.kits.sms.hooks import SmsTrouble, TakenText
from printhub.testing.kits.trouble import Trouble
from printhub.testing.mail_simulator import MailSimulator, Taken
from printhub.testing.memory_files import MemoryFiles
from printhub.testing.memory_hub import MemoryHub
from printhub.testing.mis_simulator import Artwork, MisJob, MisSimulator, Seen
from printhub.testing.mis_simulator import Mode as MisMode
from printhub.testing.pdf import tiny_pdf
from printhub.testing.script import Asked, Script, after_sending
from printhub.testing.scripted import (
    scripted_email,
    scripted_file,
    scripted_mis,
    scripted_payment,
    scripted_sms,
    scripted_status,
)
from printhub.testing.sms_gateway_simulator import SmsGatewaySimulator
from printhub.testing.stripe_simulator import StripeSimulator
from printhub.testing.twilio_simulator import TwilioSimulator
from printhub.testing.webhook_receiver import Came, WebhookReceiver

__all__ = [
    "START",
    "Artwork",
    "Asked",
    "Came",
    "Delivered",
    "EmailConformance",
    "FakeClock",
    "FileConformance",
    "FolderTrouble",
    "FolderWatcher",
    "GatewaySmsConformance",
    "Grabbed",
    "MailSimulator",
    "MailTrouble",
    "MemoryFiles",
    "MemoryHub",
    "MisConformance",
    "MisJob",
    "MisMode",
    "MisSimulator",
    "PaymentConformance",
    "Script",
    "Seen",
    "SimulatedEmailConformance",
    "SimulatedMisConformance",
    "SmsConformance",
    "SmsGatewaySimulator",
    "SmsTrouble",
    "StripePaymentConformance",
    "StripeSimulator",
    "Taken",
    "TakenText",
    "Trouble",
    "TwilioSimulator",
    "TwilioSmsConformance",
    "WebhookReceiver",
    "a_call",
    "a_job",
    "a_placement",
    "a_refund_request",
    "a_status_message",
    "a_ticket",
    "after_sending",
    "an_email",
    "an_event",
    "an_order",
    "an_sms",
    "scripted_email",
    "scripted_file",
    "scripted_mis",
    "scripted_payment",
    "scripted_sms",
    "scripted_status",
    "tiny_pdf",
]
