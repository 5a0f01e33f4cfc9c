"""`printhub init`, `db upgrade`, `config`, `plugins` and `check`: before the first event."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from printhub import AdapterConfig, Call, JobTicket, MisAdapter, Misconfigured, Report
from printhub.cli.launch import Launch
from printhub.cli.main import cli
from printhub.core.plugin.discovery import Plugins
from printhub.core.store.revision import HEAD
from printhub.testing import Script, scripted_email, scripted_mis
from tests.unit.cli.shop import CONFIG, Shop


class PressConfig(AdapterConfig):
    token: SecretStr


class Press(MisAdapter[PressConfig]):
    name = "press"
    Config = PressConfig

    def notify(self, ticket: JobTicket, call: Call) -> Report:
        raise NotImplementedError


def test_init_writes_a_file_and_a_store_that_every_command_works_with(tmp_path: Path) -> None:
    launch = Launch(tmp_path / "hub" / "printhub.toml", plugins=Plugins(), environ={})

    made = CliRunner().invoke(cli, ["init"], obj=launch)
    listed = CliRunner().invoke(cli, ["jobs", "list"], obj=launch)

    assert made.exit_code == 0, made.output
    assert "next: " in made.stdout
    assert (tmp_path / "hub" / "var" / "printhub.db").exists()
    assert (listed.exit_code, listed.stdout) == (0, "no job matches\n")


def test_init_takes_a_folder(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["init", str(tmp_path / "shop")], obj=Launch(plugins=Plugins(), environ={}))

    assert result.exit_code == 0, result.output
    assert (tmp_path / "shop" / "printhub.toml").exists()
    assert (tmp_path / "shop" / "var" / "printhub.db").exists()


def test_init_writes_over_nothing(shop: Shop) -> None:
    result = shop.cli("init")

    assert result.exit_code == 2
    assert "is there already and was left alone" in result.stderr
    assert shop.path.read_text() == CONFIG


def test_the_data_folder_is_for_its_owner_alone(shop: Shop) -> None:
    assert (shop.folder / "var").stat().st_mode & 0o077 == 0


def test_a_store_is_made_once(tmp_path: Path) -> None:
    shop = Shop(tmp_path)

    first = shop.json("db", "upgrade")
    second = shop.json("db", "upgrade")

    assert (first["before"], first["after"], first["changed"]) == (None, HEAD, True)
    assert (second["before"], second["changed"], second["backup"]) == (HEAD, False, None)
    assert shop.cli("db", "upgrade").stdout.endswith(f"has the present version already: {HEAD}\n")


@pytest.mark.parametrize(
    "command",
    [["jobs", "list"], ["jobs", "show", "J1"], ["deliveries", "list"], ["events", "list"], ["emit", "-"], ["serve"]],
)
def test_without_a_store_a_command_says_how_to_make_one(tmp_path: Path, command: list[str]) -> None:
    result = Shop(tmp_path).cli(*command, stdin="")

    assert result.exit_code == 2
    assert result.stderr.endswith("printhub.db yet; run `printhub db upgrade`\n")
    assert not (tmp_path / "var").exists()


def test_a_right_configuration_is_said_to_be_right(shop: Shop) -> None:
    result = shop.cli("config", "check")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == f"right: {shop.path} with 1 storefront, 1 instance, 1 route"
    assert shop.json("config", "check")["instances"] == [
        {"name": "mis", "adapter": "scripted", "mode": "test", "enabled": True, "set_aside": None}
    ]


def test_all_problems_of_a_configuration_are_told_at_once(shop: Shop) -> None:
    shop.path.write_text(CONFIG.replace('mode = "test"', 'mode = "tset"\nslot = 3'))
    shop.environ = {"PRINTHUB_HUB__DTA": "elsewhere"}

    result = shop.cli("config", "check")

    assert result.exit_code == 2
    assert [line.split()[0] for line in result.stdout.splitlines()[:3]] == ["problem"] * 3
    for words in ("instances.mis.mode", "instances.mis.slot", "did you mean PRINTHUB_HUB__DATA"):
        assert words in result.stdout
    assert len(shop.json("config", "check", code=2)["problems"]) == 3
    assert "the configuration has 3 problems:\n  " in shop.cli("jobs", "list").stderr


def test_an_instance_whose_plugin_is_set_aside_is_a_problem(shop: Shop) -> None:
    shop.path.write_text(CONFIG.replace('adapter = "scripted"', 'adapter = "broken"\nconfig = { token = "hush-hush" }'))

    result = shop.cli("config", "check")

    assert result.exit_code == 2
    assert "instances.mis: plugin broken is set aside: cannot be imported: it is broken" in result.stdout
    assert "hush" not in result.output


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ('instances = ["mis"]', 'storefronts = []\ninstances = ["mis"]\nmode = "live"'),
            "is in test mode, and no route",
        ),
        (("[[routes]]\ninstances", "[elsewhere]\ninstances"), ""),
        (('mode = "test"', 'mode = "live"'), "no route leads to an instance of that mode"),
        (('instances = ["mis"]', 'instances = ["mis"]\nproduct_types = ["Static"]'), "no route for its jobs of type"),
        (("[[routes]]", '[storefronts.shop.brand]\nlogo = "no.svg"\n\n[[routes]]'), "brand.logo: there is no file"),
        (("[[routes]]", '[messages]\ntemplates = "nowhere"\n\n[[routes]]'), "messages.templates: there is no folder"),
    ],
)
def test_what_is_likely_not_meant_so_is_doubted(shop: Shop, change: tuple[str, str], words: str) -> None:
    shop.path.write_text(CONFIG.replace(*change))

    if words:
        assert any(words in doubt for doubt in shop.json("config", "check")["doubts"])
    else:
        assert shop.cli("config", "check").exit_code == 2


def test_a_route_to_a_mail_server_without_a_sender_is_doubted(shop: Shop) -> None:
    shop.plugins = Plugins({"scripted": scripted_mis(Script()), "post": scripted_email(Script())})
    route = '[instances.mail]\nadapter = "post"\nmode = "test"\n\n[[routes]]\ninstances = ["mail"]\n'
    sender = '[storefronts.shop.mail]\nsender = "Shop <orders@shop.example>"\n'

    shop.path.write_text(f"{CONFIG}\n{route}")
    without = shop.json("config", "check")["doubts"]
    shop.path.write_text(f"{CONFIG}\n{route}\n{sender}")
    given = shop.json("config", "check")["doubts"]

    assert any("it names no sender, so no e-mail goes by way of mail" in doubt for doubt in without)
    assert not any("sender" in doubt for doubt in given)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ('[storefronts.shop.mail]\nsender = "a@shop.example, b@shop.example"', "expected one mailbox"),
        ('[notifications.shipped]\nschedule = ["1d"]', "only unpaid_reminder goes on a schedule"),
        ('[notifications.unpaid_reminder]\nschedule = ["3d", "1d"]', "each later than the one before"),
    ],
)
def test_what_is_set_about_messages_has_to_make_sense(shop: Shop, section: str, words: str) -> None:
    shop.path.write_text(f"{CONFIG}\n{section}\n")

    assert any(words in problem for problem in shop.json("config", "check", code=2)["problems"])


def test_a_secret_that_everybody_may_read_is_doubted_and_never_shown(shop: Shop) -> None:
    shop.plugins = Plugins({"press": Press})
    shop.path.write_text(CONFIG.replace('adapter = "scripted"', 'adapter = "press"\nconfig = { token = "hush-hush" }'))

    shop.path.chmod(0o644)
    doubted = shop.cli("config", "check")
    shop.path.chmod(0o600)
    kept = shop.cli("config", "check")

    assert "instances.mis.config.token: a secret in a file that others may read" in doubted.stdout
    assert (doubted.exit_code, kept.exit_code) == (0, 0)
    assert "doubt" not in kept.stdout
    assert "hush" not in doubted.output


def test_a_secret_that_is_missing_is_a_problem(shop: Shop) -> None:
    shop.plugins = Plugins({"press": Press})
    shop.path.write_text(CONFIG.replace('adapter = "scripted"', 'adapter = "press"'))

    missing = shop.cli("config", "check")
    shop.environ = {"PRINTHUB_INSTANCES__MIS__CONFIG__TOKEN": "hush-hush"}
    given = shop.cli("config", "check")

    assert (missing.exit_code, given.exit_code) == (2, 0)
    assert "instances.mis.config.token" in missing.stdout


def test_a_configuration_that_is_no_toml_is_told_with_its_line(shop: Shop) -> None:
    shop.path.write_text("[hub\n")

    result = shop.cli("jobs", "list")

    assert result.exit_code == 2
    assert result.stderr.startswith("printhub: printhub.toml: line 1")


def test_a_configuration_that_is_not_there_is_told_with_what_makes_one(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["--config", str(tmp_path / "no.toml"), "jobs", "list"])

    assert result.exit_code == 2
    assert "there is no such file; `printhub init` writes one" in result.stderr


def test_the_environment_names_the_configuration(shop: Shop) -> None:
    launch = Launch(plugins=shop.plugins, environ={})

    result = CliRunner(env={"PRINTHUB_CONFIG": str(shop.path)}).invoke(cli, ["jobs", "list"], obj=launch)

    assert (result.exit_code, result.stdout) == (0, "no job matches\n")


def test_the_schema_is_json(shop: Shop) -> None:
    assert json.loads(shop.cli("config", "schema").stdout)["title"] == "printhub.toml"


def test_plugins_are_listed_with_why_one_is_set_aside(shop: Shop) -> None:
    text = shop.cli("plugins").stdout
    found = {one["name"]: one for one in shop.json("plugins")["plugins"]}

    assert "set aside  cannot be imported: it is broken" in text
    assert "in use     scripted (mis: notify)" in text
    assert found["broken"]["set_aside"] == "cannot be imported: it is broken"
    assert found["scripted"]["adapters"][0]["effects"] == {"notify": ["lookup"]}


def test_a_partner_that_answers_is_fine(shop: Shop) -> None:
    assert shop.json("check") == {
        "ok": True,
        "instances": [{"instance": "mis", "adapter": "scripted", "mode": "test", "ok": True, "detail": ""}],
    }


def test_a_partner_that_knows_us_not_is_a_no(shop: Shop) -> None:
    shop.script.default("check", Misconfigured("the token is wrong"))

    result = shop.cli("check", "mis")

    assert result.exit_code == 1
    assert result.stdout.splitlines()[1].split() == ["mis", "scripted", "test", "no", "the", "token", "is", "wrong"]


def test_an_instance_that_is_not_there_cannot_be_checked(shop: Shop) -> None:
    result = shop.cli("check", "press")

    assert (result.exit_code, result.stderr) == (
        1,
        "printhub: there is no instance press; the configuration has: mis\n",
    )


def test_an_instance_that_is_set_aside_is_a_no(shop: Shop) -> None:
    shop.path.write_text(CONFIG.replace('adapter = "scripted"', 'adapter = "broken"'))

    assert shop.json("check", code=1)["instances"][0]["detail"].startswith("plugin broken is set aside")


def test_a_partner_that_was_not_asked_is_not_said_to_be_right(shop: Shop) -> None:
    assert shop.json("check")["instances"][0]["ok"] is True

    shop.script.default("check", Report.skipped("no check is configured"))

    [one] = shop.json("check")["instances"]
    assert (one["ok"], one["detail"]) == (None, "no check is configured")
    assert "cannot say" in shop.cli("check").stdout


def test_a_failpoint_that_does_not_exist_is_refused_at_the_start(shop: Shop) -> None:
    shop.environ = {**shop.environ, "PRINTHUB_FAILPOINTS": "claim.comitted"}

    result = shop.cli("jobs", "list")

    assert result.exit_code == 2
    assert "PRINTHUB_FAILPOINTS: there is no failpoint claim.comitted; there are: intake.before_commit" in result.stderr


def test_an_armed_failpoint_is_no_setting(shop: Shop) -> None:
    shop.environ = {**shop.environ, "PRINTHUB_FAILPOINTS": "claim.committed@3"}

    assert shop.cli("config", "check").exit_code == 0
