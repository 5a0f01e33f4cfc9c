"""What `printhub serve` logs, and what never gets there."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, SecretStr, ValidationError
from structlog.contextvars import bound_contextvars

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
    logging.getLogger("paramiko.transport").error("theirs, which is raised as well")

    assert "ours" in stream.getvalue()
    assert "theirs" not in stream.getvalue()


def test_all_secrets_of_a_configuration_are_found() -> None:
    address = "amqp://me:third%2Fsecret@mq.example/hub"
    config = Config(auth=Auth(token=SecretStr("first-secret")), keys=(SecretStr("second-secret"), SecretStr(address)))
    section = InstanceSettings(adapter="a", mode=Mode.TEST, config=config)

    assert set(secrets_of(Settings(instances={"mis": section}))) == {
        "first-secret",
        "second-secret",
        address,
        "third%2Fsecret",
        "third/secret",
    }


def test_what_a_line_is_about_stands_in_fields_whether_it_was_bound_or_given_with_it() -> None:
    stream = io.StringIO()
    log_to(stream, LogLevel.INFO)

    with bound_contextvars(instance="mis", delivery_id="d1"):
        logging.getLogger("some.plugin").warning(
            "it answers slowly", extra={"seconds": 3, "asked": "by +49 170 1234567"}
        )
    logging.getLogger("some.plugin").warning("it is over")

    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["instance"], first["delivery_id"], first["seconds"]) == ("mis", "d1", 3)
    assert "1234567" not in first["asked"]
    assert second.keys() == {"event", "level", "logger", "timestamp"}


class Answer(BaseModel):
    """A model of a plugin's: those of the hub itself do not repeat what they were given."""

    number: int
    names: list[int]


def test_a_fault_in_reading_an_answer_does_not_repeat_the_answer() -> None:
    stream = io.StringIO()
    log_to(stream, LogLevel.INFO)
    given = {"number": "Jane, of Doe", "names": "Jane's\nname"}

    try:
        Answer.model_validate(given)
    except ValidationError:
        logging.getLogger("some.plugin").exception("it cannot be read")

    said = json.loads(stream.getvalue())["exception"]
    assert "Jane" not in said
    assert said.count("input_value=[masked], input_type=") == 2
