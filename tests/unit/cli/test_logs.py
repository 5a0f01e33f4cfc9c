"""What `printhub serve` logs, and what never gets there."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from printhub import AdapterConfig
from printhub.cli.logs import log_to, secrets_of
from printhub.core.model.verbs import Mode
from printhub.core.settings import InstanceSettings, LogLevel, Settings


@pytest.fixture(autouse=True)
def _root() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


class Auth(AdapterConfig):
    token: SecretStr


class Config(AdapterConfig):
    auth: Auth
    keys: tuple[SecretStr, ...] = ()


def test_a_line_is_json_with_level_logger_and_time_in_utc() -> None:
    stream = io.StringIO()
    log_to(stream, LogLevel.INFO)

    logging.getLogger("printhub.test").warning("claims for %s wait", "mis")

    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("claims for mis wait", "warning", "printhub.test")
    assert line["timestamp"].endswith("Z")


def test_on_a_terminal_a_line_is_for_people() -> None:
    stream = io.StringIO()
    log_to(stream, LogLevel.INFO, readable=True)

    logging.getLogger("printhub.test").warning("claims wait")

    assert "claims wait" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


@pytest.mark.parametrize(
    "text",
    [
        "mail to jane@example.org was refused",
        "Authorization: Bearer s3cr3t-0f-s0m3b0dy",
        "called with token=s3cr3t-0f-s0m3b0dy",
        "{'api_key': 's3cr3t-0f-s0m3b0dy'}",
        "https://mis.example/jobs?auth=s3cr3t-0f-s0m3b0dy",
        "call +49 170 1234567",
        "the adapter said hush-hush-hush",
    ],
)
def test_secrets_and_personal_data_are_masked(text: str) -> None:
    stream = io.StringIO()
    log_to(stream, LogLevel.INFO, secrets={"hush-hush-hush"})
    log = logging.getLogger("printhub.test")

    log.warning(text)
    log.warning("%s", {"said": text})
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("it failed")

    assert stream.getvalue().count("[masked]") >= 3
    for secret in ("jane@", "s3cr3t-0f", "1234567", "hush-hush"):
        assert secret not in stream.getvalue()


def test_the_level_of_the_configuration_counts_and_libraries_stay_quiet() -> None:
    stream = io.StringIO()
    log_to(stream, LogLevel.DEBUG)

    logging.getLogger("printhub.test").debug("ours")
    logging.getLogger("kombu.x").debug("theirs")

    assert "ours" in stream.getvalue()
    assert "theirs" not in stream.getvalue()


def test_all_secrets_of_a_configuration_are_found() -> None:
    config = Config(auth=Auth(token=SecretStr("first-secret")), keys=(SecretStr("second-secret"),))
    section = InstanceSettings(adapter="a", mode=Mode.TEST, config=config)

    assert set(secrets_of(Settings(instances={"mis": section}))) == {"first-secret", "second-secret"}
