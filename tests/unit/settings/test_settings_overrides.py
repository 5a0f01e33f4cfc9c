"""The environment and secret files fill single keys, and misspelt ones are told."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from printhub.core.settings import LogLevel
from tests.unit.settings.sample import BASE, AcmeConfig, Bearer, Loading, problems


def test_the_environment_fills_one_key_of_an_instance(reading: Loading) -> None:
    settings = reading(
        BASE.replace("press", "big-press"),
        environ={
            "PRINTHUB_INSTANCES__BIG_PRESS__CONFIG__TOKEN": "12345",
            "PRINTHUB_INSTANCES__BIG_PRESS__CONFIG__PORT": "8443",
            "printhub_instances__big_press__retry__give_up_after": "2h",
            "PRINTHUB_INSTANCES__BIG_PRESS__ENABLED": "false",
            "PRINTHUB_STOREFRONTS__SHOP__SOURCES": '["https://a.example/", "https://b.example/"]',
            "PRINTHUB_HUB__LOG_LEVEL": "debug",
            "PRINTHUB_CONFIG": "/etc/printhub.toml",
            "HOME": "/root",
        },
    )

    press = settings.instances["big-press"]
    assert isinstance(press.config, AcmeConfig)
    assert press.config.token.get_secret_value() == "12345"
    assert (press.config.url, press.config.port) == ("http://127.0.0.1/", 8443)
    assert press.retry.give_up_after == timedelta(hours=2)
    assert not press.enabled
    assert settings.storefronts["shop"].sources == ("https://a.example/", "https://b.example/")
    assert settings.hub.log_level is LogLevel.DEBUG


def test_a_secret_file_fills_one_key_and_files_of_others_are_left_alone(reading: Loading) -> None:
    settings = reading(BASE, instances__press__config__token="from-a-file\n", DATABASE_PASSWORD="x", other__app="y")

    config = settings.instances["press"].config
    assert isinstance(config, AcmeConfig)
    assert config.token.get_secret_value() == "from-a-file"


def test_the_environment_comes_before_secret_files(reading: Loading) -> None:
    settings = reading(
        BASE,
        environ={"PRINTHUB_INSTANCES__PRESS__CONFIG__TOKEN": "from-environment"},
        instances__press__config__token="from-a-file",
    )

    config = settings.instances["press"].config
    assert isinstance(config, AcmeConfig)
    assert config.token.get_secret_value() == "from-environment"


def test_a_secret_within_one_of_several_forms_of_a_table_is_filled(reading: Loading) -> None:
    settings = reading(BASE + 'auth = { type = "bearer" }', instances__press__config__auth__token="deep")

    config = settings.instances["press"].config
    assert isinstance(config, AcmeConfig)
    assert isinstance(config.auth, Bearer)
    assert config.auth.token.get_secret_value() == "deep"


def test_the_folder_of_secrets_can_be_named_in_the_file(reading: Loading, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "instances__press__config__token").write_text("mine")

    config = reading('[hub]\nsecrets_dir = "mine"\n' + BASE).instances["press"].config

    assert isinstance(config, AcmeConfig)
    assert config.token.get_secret_value() == "mine"


def test_links_as_kubernetes_lays_them_are_followed(reading: Loading, tmp_path: Path) -> None:
    secrets = tmp_path / "mounted"
    (secrets / "..2026").mkdir(parents=True)
    (secrets / "..2026" / "instances__press__config__token").write_text("linked")
    (secrets / "..data").symlink_to("..2026")
    (secrets / "instances__press__config__token").symlink_to("..data/instances__press__config__token")

    config = reading(BASE, environ={"CREDENTIALS_DIRECTORY": str(secrets)}).instances["press"].config

    assert isinstance(config, AcmeConfig)
    assert config.token.get_secret_value() == "linked"


@pytest.mark.parametrize(
    ("variable", "hint"),
    [
        ("PRINTHUB_INSTANCES__PRESS__CONFIG__TOKN", "did you mean PRINTHUB_INSTANCES__PRESS__CONFIG__TOKEN?"),
        ("PRINTHUB_INSTANCES__PRES__CONFIG__TOKEN", "did you mean PRINTHUB_INSTANCES__PRESS__CONFIG__TOKEN?"),
        ("PRINTHUB_HUB_LOG_LEVEL", "did you mean PRINTHUB_HUB__LOG_LEVEL?"),
        ("PRINTHUB_WAREHOUSE", "expected the name of a setting"),
        ("PRINTHUB_INSTANCES__PRESS__ADAPTER", "there is no such setting"),
        ("PRINTHUB_INSTANCES__PRESS__SET_ASIDE", "there is no such setting"),
        ("PRINTHUB_PATH", "there is no such setting"),
    ],
)
def test_a_misspelt_variable_is_a_problem(reading: Loading, variable: str, hint: str) -> None:
    (problem,) = problems(reading, BASE, environ={variable: "s3cret-value"})

    assert problem.startswith(f"environment variable {variable}: there is no such setting")
    assert hint in problem
    assert "s3cret-value" not in problem


def test_a_misspelt_secret_file_is_a_problem(reading: Loading) -> None:
    (problem,) = problems(reading, BASE, instances__press__config__tokn="s3cret-value")

    assert problem == (
        "secret file instances__press__config__tokn: there is no such setting; "
        "did you mean instances__press__config__token?"
    )


def test_a_wrong_value_names_the_variable_that_it_came_from(reading: Loading) -> None:
    found = problems(
        reading,
        BASE,
        environ={
            "PRINTHUB_INSTANCES__PRESS__CONFIG__PORT": "many",
            "PRINTHUB_INSTANCES__PRESS__SLOTS": "0",
            "PRINTHUB_STOREFRONTS__SHOP__SOURCES": "https://a.example/",
        },
    )

    assert found == [
        (
            "environment variable PRINTHUB_STOREFRONTS__SHOP__SOURCES: expected JSON, because "
            "STOREFRONTS__SHOP__SOURCES is a list or a table"
        ),
        (
            "environment variable PRINTHUB_INSTANCES__PRESS__CONFIG__PORT: instances.press.config.port: "
            "expected a valid integer, unable to parse string as an integer"
        ),
        (
            "environment variable PRINTHUB_INSTANCES__PRESS__SLOTS: instances.press.slots: "
            "expected greater than or equal to 1"
        ),
    ]


@pytest.mark.parametrize("what", ["nothing", "a file"])
def test_a_folder_of_secrets_that_cannot_be_read_is_a_problem(reading: Loading, tmp_path: Path, what: str) -> None:
    if what == "a file":
        (tmp_path / "gone").write_text("x")

    (problem,) = problems(reading, '[hub]\nsecrets_dir = "gone"\n' + BASE)

    assert problem.startswith(f"secrets folder {tmp_path / 'gone'}: cannot be read (")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_of_secrets_without_permission_is_a_problem(reading: Loading, tmp_path: Path) -> None:
    (tmp_path / "secrets").chmod(0)

    (problem,) = problems(reading, BASE)

    (tmp_path / "secrets").chmod(0o700)
    assert "cannot be read (Permission denied); expected a readable folder" in problem
