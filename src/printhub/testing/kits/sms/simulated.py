"""The SMS kit with its hooks written, for adapters that speak to one of the simulated providers."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlsplit

from printhub.core.model.signals import InboundRequest
from printhub.testing.kits.sms.conformance import SmsConformance
from printhub.testing.kits.sms.hooks import NUMBER, SmsTrouble, TakenText
from printhub.testing.simulator.answer import Answer
from printhub.testing.simulator.modes import Mode, Work
from printhub.testing.sms_gateway_simulator.simulator import SmsGatewaySimulator
from printhub.testing.twilio_simulator import TwilioSimulator, troubles

_TWILIO: Mapping[SmsTrouble, Mode] = {
    SmsTrouble.HANGS: troubles.commits_then_hangs(),
    SmsTrouble.DRIPS: troubles.drips(),
    SmsTrouble.COMMITS_THEN_DROPS: troubles.COMMITS_THEN_DROPS,
    SmsTrouble.SERVER_ERROR: troubles.COMMITS_THEN_500,
    SmsTrouble.GARBAGE: troubles.GARBAGE,
    SmsTrouble.NUMBER_REFUSED: troubles.refuses(21211, {"to": NUMBER}),
    SmsTrouble.SENDER_REFUSED: troubles.refuses(21606, {"from": "PrintHub"}),
    SmsTrouble.OPTED_OUT: troubles.refuses(21610, {"to": NUMBER}),
    SmsTrouble.WRONG_CREDENTIALS: troubles.WRONG_CREDENTIALS,
    SmsTrouble.TOO_MANY: troubles.RATE_LIMITED,
}
_LATER = {"Retry-After": "7"}
_BOTH: Mapping[SmsTrouble, Mode] = {
    SmsTrouble.HANGS: Mode.commits_then_hangs(),
    SmsTrouble.DRIPS: Mode.slow_drip(0.1),
    SmsTrouble.COMMITS_THEN_DROPS: Mode.COMMITS_THEN_DROPS,
    SmsTrouble.SERVER_ERROR: Mode.COMMITS_THEN_500,
}
_JSON: Mapping[SmsTrouble, Mode] = {
    **_BOTH,
    SmsTrouble.GARBAGE: Mode("garbage", Work.ALL, answer=Answer(201, b"\x00\xff<html>")),
    SmsTrouble.NUMBER_REFUSED: Mode.refuses(f"{NUMBER} is no number.", "NUMBER"),
    SmsTrouble.SENDER_REFUSED: Mode.refuses("This sender may not be used.", "SENDER"),
    SmsTrouble.OPTED_OUT: Mode.refuses(f"{NUMBER} wants no messages.", "STOPPED"),
    SmsTrouble.WRONG_CREDENTIALS: Mode.WRONG_CREDENTIALS,
    SmsTrouble.TOO_MANY: Mode.too_many(7),
}


def _plain(status: int, words: str, headers: Mapping[str, str] | None = None, work: Work = Work.NONE) -> Mode:
    return Mode(words, work, answer=Answer(status, words.encode(), {"Content-Type": "text/html", **(headers or {})}))


_KANNEL: Mapping[SmsTrouble, Mode] = {
    **_BOTH,
    SmsTrouble.GARBAGE: _plain(202, "<html>Welcome", work=Work.ALL),
    SmsTrouble.NUMBER_REFUSED: _plain(400, f"Number(s) {NUMBER} has/have been denied by white- and/or black-lists."),
    SmsTrouble.WRONG_CREDENTIALS: _plain(403, "Authorization failed for sendsms"),
    SmsTrouble.TOO_MANY: _plain(503, "Temporal failure, try again later.", _LATER),
}


class TwilioSmsConformance(SmsConformance):
    """Write `adapter` for `self.simulator`, of the account `self.simulator.account`; each test has a new one."""

    simulator: TwilioSimulator

    def setup_method(self) -> None:
        """Start the provider."""
        self.simulator = TwilioSimulator()
        self.simulator.start()

    def teardown_method(self) -> None:
        """End it."""
        self.simulator.stop()

    def taken(self) -> Sequence[TakenText]:
        """What the simulator took."""
        return [TakenText(one.to, one.sender or "", one.body) for one in self.simulator.messages]

    def break_partner(self, trouble: SmsTrouble) -> None:
        """Script the simulator's next request."""
        match trouble:
            case SmsTrouble.DOWN:
                self.simulator.down()
            case SmsTrouble.LOOKUP_BROKEN:
                self.simulator.script("list", troubles.SERVER_ERROR)
            case _:
                self.simulator.script("send", _TWILIO[trouble])
                if trouble is SmsTrouble.WRONG_CREDENTIALS:
                    self.simulator.script("account", _TWILIO[trouble])

    def callback(self) -> InboundRequest:
        """What the simulator tells when its last text is delivered."""
        self.simulator.move(self.simulator.messages[-1], "delivered")
        told = self.simulator.callbacks[-1]
        return _came("POST", told.url, told.headers, told.body)


class GatewaySmsConformance(SmsConformance):
    """Write `adapter` for `self.gateway`: its own interface, or Kannel's with `kannel`; each test has a new one."""

    gateway: SmsGatewaySimulator
    kannel = False

    def setup_method(self) -> None:
        """Start the provider."""
        self.gateway = SmsGatewaySimulator()
        self.gateway.start()

    def teardown_method(self) -> None:
        """End it."""
        self.gateway.stop()

    def taken(self) -> Sequence[TakenText]:
        """What the gateway took."""
        return [TakenText(one.to, one.sender, one.text) for one in self.gateway.texts]

    def break_partner(self, trouble: SmsTrouble) -> None:
        """Script the gateway's next request."""
        modes = _KANNEL if self.kannel else _JSON
        match trouble:
            case SmsTrouble.DOWN:
                self.gateway.down()
            case SmsTrouble.LOOKUP_BROKEN:
                self.gateway.script("lookup", Mode.SERVER_ERROR)
            case _ if trouble not in modes:
                self.cannot(f"Kannel has no answer for {trouble}")
            case _:
                self.gateway.script("send", modes[trouble])
                if trouble is SmsTrouble.WRONG_CREDENTIALS:
                    self.gateway.script("check", modes[trouble])

    def callback(self) -> InboundRequest:
        """What the gateway tells when its last text is delivered."""
        told = self.gateway.receipt(self.gateway.texts[-1], "delivered")
        return _came(told.method, told.url, told.headers, told.body)


def _came(method: str, url: str, headers: Mapping[str, str], body: bytes) -> InboundRequest:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return InboundRequest(method, parts.path, headers, query, body, parts.path.rpartition("/")[2], url)
