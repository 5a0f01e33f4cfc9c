"""All kinds that the hub knows."""

from printhub.core.channels.channel import Channel
from printhub.core.channels.email.channel import EmailChannel
from printhub.core.channels.file.channel import FileChannel
from printhub.core.channels.mis.channel import MisChannel
from printhub.core.channels.payment.channel import PaymentChannel
from printhub.core.channels.sms.channel import SmsChannel
from printhub.core.channels.status.channel import StatusChannel


def all_channels() -> tuple[Channel, ...]:
    """One channel per kind, made anew."""
    return (MisChannel(), EmailChannel(), SmsChannel(), PaymentChannel(), FileChannel(), StatusChannel())
