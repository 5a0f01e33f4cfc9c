"""The echo adapters as a plugin brings them."""

from typing import Any

from printhub import Adapter, hookimpl
from tests.echo.email import EchoEmail
from tests.echo.file import EchoFile
from tests.echo.mis import EchoMis
from tests.echo.payment import EchoPayment
from tests.echo.sms import EchoSms
from tests.echo.status import EchoStatus


@hookimpl
def printhub_adapters() -> list[type[Adapter[Any]]]:
    return [EchoMis, EchoEmail, EchoSms, EchoPayment, EchoFile, EchoStatus]
