"""The way to the mail server: TLS, whom it is believed to be, and who signs in there."""

import ssl
from pathlib import Path

import pytest

from plugins.email_smtp.tests.sample import Adapts, call, message
from printhub import Misconfigured, Outcome
from printhub.testing import MailSimulator
from tests.integration.tls import self_signed, served_with


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_messages_go_by_tls(adapter: Adapts, tmp_path: Path, security: str) -> None:
    certificate = self_signed(tmp_path, "IP:127.0.0.1")
    with MailSimulator(tls=served_with(certificate), implicit_tls=security == "tls") as server:
        one = adapter(server, security=security, ca_file=certificate)

        one.send(message(), call())
        one.close()

        assert len(server.taken) == 1


def test_a_certificate_that_nobody_vouches_for_is_for_the_operator(adapter: Adapts, tmp_path: Path) -> None:
    with (
        MailSimulator(tls=served_with(self_signed(tmp_path, "IP:127.0.0.1"))) as server,
        pytest.raises(Misconfigured, match="not trusted"),
    ):
        adapter(server, security="starttls").send(message(), call())


def test_a_server_without_starttls_is_never_spoken_to_in_the_open(adapter: Adapts, server: MailSimulator) -> None:
    with pytest.raises(Misconfigured, match="STARTTLS"):
        adapter(server, security="starttls").send(message(), call())

    assert server.taken == []


def test_who_signs_in_is_let_in_and_others_are_not(adapter: Adapts) -> None:
    with MailSimulator(password="right") as server:
        one = adapter(server, user="hub", password="right")
        one.send(message(), call())
        one.close()
        with pytest.raises(Misconfigured, match="does not know this user") as refused:
            adapter(server, user="hub", password="wrong").send(message(), call())

        assert len(server.taken) == 1
        assert "wrong" not in str(refused.value)


def test_names_and_passwords_may_be_in_any_script(adapter: Adapts) -> None:
    with MailSimulator(password="Schlüssel–ключ") as server:
        adapter(server, user="Bücher", password="Schlüssel–ключ").send(message(), call())
        with pytest.raises(Misconfigured, match="does not know this user") as refused:
            adapter(server, user="Bücher", password="Riegel").send(message(), call())

        assert len(server.taken) == 1
        assert "Riegel" not in str(refused.value)


def test_a_port_without_tls_is_told_in_words(adapter: Adapts, server: MailSimulator) -> None:
    with pytest.raises(Misconfigured, match="does not speak TLS from the first byte"):
        adapter(server, security="tls").send(message(), call())


def test_a_check_connects_and_signs_in(adapter: Adapts) -> None:
    with MailSimulator(password="right") as server:
        assert adapter(server, user="hub", password="right").check(call()).outcome is Outcome.DONE
        with pytest.raises(Misconfigured):
            adapter(server, user="hub", password="wrong").check(call())


def test_a_context_is_made_of_what_is_configured(adapter: Adapts, tmp_path: Path) -> None:
    with (
        MailSimulator(tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)) as server,
        pytest.raises(Misconfigured, match="ca_file"),
    ):
        adapter(server, security="starttls", ca_file=tmp_path / "none.pem").send(message(), call())
