"""What a right file gives: defaults, durations, paths."""

from datetime import timedelta
from pathlib import Path

import pytest

from printhub import Mode
from printhub.core.settings import LogLevel, ProductionOn
from tests.unit.settings.sample import BASE, AcmeConfig, Loading, problems


def test_a_small_file_is_filled_up_with_defaults(reading: Loading, tmp_path: Path) -> None:
    settings = reading(BASE)

    assert settings.path == tmp_path / "printhub.toml"
    assert settings.hub.data == tmp_path / "var"
    assert settings.hub.log_level is LogLevel.INFO
    assert settings.files.max_bytes == 2 * 1024**3
    shop = settings.storefronts["shop"]
    assert (shop.mode, shop.production_on, shop.time_zone) == (Mode.TEST, ProductionOn.PAID, "UTC")
    press = settings.instances["press"]
    assert (press.timeout, press.slots, press.enabled) == (timedelta(seconds=30), 4, True)
    assert press.retry.schedule[0] == timedelta(seconds=10)
    assert press.retry.schedule[-1] == timedelta(hours=4)
    assert press.set_aside is None
    assert isinstance(press.config, AcmeConfig)
    assert press.config.token.get_secret_value() == "s3cret-in-file"


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:9464", ("127.0.0.1", 9464)), ("0.0.0.0:80", ("0.0.0.0", 80)), ("[::1]:9464", ("::1", 9464))],  # noqa: S104 - read, not listened at
)
def test_metrics_are_served_at_an_address(reading: Loading, text: str, address: tuple[str, int]) -> None:
    assert reading(f'[hub]\nmetrics = "{text}"').hub.metrics_address == address
    assert reading(BASE).hub.metrics is None


def test_paths_are_relative_to_the_file(reading: Loading, tmp_path: Path) -> None:
    settings = reading('[hub]\ndata = "x/y"\n[files]\nroots = ["art", "/srv/art"]')

    assert settings.hub.data == tmp_path / "x" / "y"
    assert settings.files.roots == (tmp_path / "art", Path("/srv/art"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("250ms", timedelta(milliseconds=250)),
        ("30s", timedelta(seconds=30)),
        ("1.5h", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("2d 1h", timedelta(hours=49)),
        ("PT30S", timedelta(seconds=30)),
        ("P1DT2H", timedelta(hours=26)),
    ],
)
def test_durations_are_text_with_a_unit(reading: Loading, text: str, meant: timedelta) -> None:
    settings = reading(BASE.replace('mode = "test"', f'mode = "test"\ntimeout = "{text}"') + f'wait = "{text}"')

    press = settings.instances["press"]
    assert press.timeout == meant
    assert isinstance(press.config, AcmeConfig)
    assert press.config.wait == meant


@pytest.mark.parametrize("text", ['"30"', "30", '"30 parsecs"', '""', '"s"', '"-5s"', '"0s"', '"-PT5S"', "true"])
def test_what_is_no_duration_is_refused(reading: Loading, text: str) -> None:
    (problem,) = problems(reading, BASE.replace('mode = "test"', f'mode = "test"\ntimeout = {text}'))

    assert problem.startswith("printhub.toml: instances.press.timeout: expected")


def test_secrets_are_not_in_the_repr(reading: Loading) -> None:
    assert "s3cret" not in repr(reading(BASE))


def test_settings_are_frozen(reading: Loading) -> None:
    settings = reading(BASE)

    with pytest.raises(ValueError, match="frozen"):
        settings.hub = settings.hub  # type: ignore[misc] # that is the test
