"""Everything that people meet is documented, with a meaning."""

import re

import click
import pytest

from docs.ext import commands, errors
from printhub.core.model.access import Right, Role
from printhub.core.model.deliveries import DeliveryState, ObstacleKind
from printhub.core.model.events.catalogue import CATALOGUE
from printhub.core.model.statuses import JobStatus, Label
from printhub.core.model.verbs import Effect, Kind, Verb
from printhub.core.plugin import specs
from printhub.core.settings import SettingDoc, describe
from printhub.web.app import rights
from printhub_email_smtp.config import EmailSmtpConfig
from printhub_hot_folder.config import HotFolderConfig
from printhub_mis_generic.config import MisGenericConfig
from printhub_payment_stripe.config import PaymentStripeConfig
from printhub_sms.config import SmsConfig
from printhub_status_webhook.config import StatusWebhookConfig
from tests.docs.pages import filled, sources
from tests.unit.model.fact_examples import EXAMPLES

PAGES = filled()
COMMANDS = dict(commands.all_commands())
CONFIGS = (EmailSmtpConfig, HotFolderConfig, MisGenericConfig, PaymentStripeConfig, SmsConfig, StatusWebhookConfig)
SETTINGS = [*describe(), *(one for config in CONFIGS for one in describe(config))]


@pytest.mark.parametrize("status", JobStatus)
def test_every_status_has_its_row_with_a_meaning(status: JobStatus) -> None:
    assert re.search(rf"^\| `{status}` \| [^|]+ \| \w[^|]+\|$", PAGES["docs/statuses.md"], re.MULTILINE)


@pytest.mark.parametrize("label", Label)
def test_every_label_of_the_hub_is_named(label: Label) -> None:
    assert f"`{label}`" in PAGES["docs/statuses.md"]


@pytest.mark.parametrize("type_", CATALOGUE)
def test_every_event_has_its_section_with_meaning_example_and_schema(type_: str) -> None:
    section = PAGES["docs/events.md"].partition(f"### {type_}\n")[2].partition("\n### ")[0]

    assert section.strip()[0].isalpha(), "its data model has no docstring"
    assert "<summary>Example</summary>" in section
    assert type_ in EXAMPLES
    assert "JSON Schema" in section


@pytest.mark.parametrize("state", DeliveryState)
def test_every_state_of_a_delivery_says_what_to_do(state: DeliveryState) -> None:
    assert re.search(rf"^\| `{state}` \| \w[^|]+ \| \w[^|]+\|$", sources()["docs/operating.md"], re.MULTILINE)
    assert re.search(rf"^\| `{state}` \|", PAGES["docs/deliveries.md"], re.MULTILINE)


@pytest.mark.parametrize("obstacle", ObstacleKind)
def test_every_obstacle_says_how_it_falls_and_who_lifts_it(obstacle: ObstacleKind) -> None:
    assert re.search(rf"^\| `{obstacle}` \| \w[^|]+ \| \w[^|]+\|$", sources()["docs/operating.md"], re.MULTILINE)
    assert f"`{obstacle}`" in PAGES["docs/deliveries.md"]


@pytest.mark.parametrize("error", errors.all_errors(), ids=lambda error: error.__name__)
def test_every_error_is_in_the_tree_and_has_a_meaning(error: type[Exception]) -> None:
    section = PAGES["docs/errors.md"].partition(f"### {error.__name__}\n")[2].partition("\n### ")[0]

    assert f" {error.__name__} " in errors.tree() or error.__name__ == "PrintHubError"
    assert section.strip()[0].isalpha(), "it has no docstring"


@pytest.mark.parametrize("error", ["Rejected", "Unavailable", "Misconfigured", "OutcomeUnknown"])
def test_every_error_of_an_adapter_is_explained_to_its_author(error: str) -> None:
    assert error in sources()["docs/contract.md"]
    assert error in sources()["docs/writing-a-plugin.md"]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.path)
def test_every_setting_has_its_row_with_a_meaning(setting: SettingDoc) -> None:
    names = ("configuration", "mis-generic", "webhooks", "email-smtp", "hot-folder", "payment-stripe", "sms")
    pages = "".join(PAGES[f"docs/{name}.md"] for name in names)
    if setting.path.rpartition(".")[2] in {"type", "mode"} and not setting.meaning:
        return  # the word that chooses among the forms of a table

    assert setting.meaning
    assert f"| `{setting.path.rpartition('.')[2]}` |" in pages
    assert setting.meaning.replace("|", "\\|") in pages


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_option_says_what_it_does(path: str) -> None:
    command = COMMANDS[path]

    assert f"## {path}\n" in PAGES["docs/commands.md"]
    assert command.help
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    assert [option.name for option in options if not option.help and not option.hidden] == []


@pytest.mark.parametrize("right", Right)
def test_every_right_says_what_it_is_and_who_has_it(right: Right) -> None:
    row = re.search(rf"^\| `{right}` \| \w[^|]+(\|[^|]*){{{len(Role)}}}\|$", PAGES["docs/identity.md"], re.MULTILINE)

    assert row is not None
    assert row[0].count("| yes") == sum(right in role.rights for role in Role)


@pytest.mark.parametrize("route", sorted(rights()))
def test_every_route_stands_in_the_reference(route: tuple[str, str]) -> None:
    assert f"| `{' '.join(route)}` | " in PAGES["docs/api.md"]


def test_json_and_defaults_of_a_command_are_set_as_code() -> None:
    page = PAGES["docs/commands.md"]

    assert '`{"job", "retriggered": […], "others": [{"delivery", "why"}]}`; for\na filter the bulk act' in page
    assert "| `--limit N` | How many to list. Default: `50`. |" in page


def test_every_command_of_the_first_release_is_there() -> None:
    words = "init, config check, plugins, check, db upgrade, serve, emit, jobs list, jobs show, deliveries list, "
    words += "retrigger, settle, block, release, events list, demo"

    assert {f"printhub {command}" for command in words.split(", ")} <= set(COMMANDS)


def test_every_command_that_a_page_names_is_there() -> None:
    shown = re.compile(r"(?:^\$ |`)(printhub(?: [a-z][a-z-]*)+)", re.MULTILINE)
    named = {found for text in sources().values() for found in shown.findall(text)}
    groups = {path.rpartition(" ")[0] for path in COMMANDS} - {"printhub"}
    known = {*COMMANDS, *groups}

    assert named
    assert [name for name in named if not any(name == path or name.startswith(f"{path} ") for path in known)] == []


def test_every_hook_is_in_the_contract_and_in_the_tutorial() -> None:
    hooks = [name for name, value in vars(specs).items() if hasattr(value, f"{specs.PROJECT}_spec")]

    assert hooks
    assert [hook for hook in hooks if hook not in PAGES["docs/contract.md"]] == []
    tutorial = (sources()["docs/writing-a-plugin.md"], sources()["README.md"])
    assert [hook for hook in hooks if not any(hook in page for page in tutorial)] == []


@pytest.mark.parametrize("word", [*Kind, *Verb, *(effect.name for effect in Effect)])
def test_every_kind_verb_and_effect_is_in_the_glossary(word: str) -> None:
    assert re.search(rf"\b{word}\b", sources()["docs/glossary.md"])


def test_every_term_of_the_glossary_stands_there_once() -> None:
    terms = re.findall(r"^([^\n#:][^\n]*)\n: ", sources()["docs/glossary.md"], re.MULTILINE)

    assert len(terms) > 40
    assert sorted(set(terms)) == sorted(terms)


def test_every_decision_is_one_page_and_says_its_price() -> None:
    decisions = {path: text for path, text in sources().items() if re.search(r"decisions/\d{4}-", path)}

    assert len(decisions) >= 10
    for path, text in decisions.items():
        assert len(text.splitlines()) < 60, path
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["The question", "Decided", "What it costs"], path
