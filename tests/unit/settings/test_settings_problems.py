"""Whatever is wrong is said with file, key path and what was expected, and never with a secret."""

from pathlib import Path

import pytest

from printhub.core.model.errors import ConfigInvalid
from printhub.core.settings import load
from tests.unit.settings.sample import BASE, PLUGINS, Loading, problems


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigInvalid, match=r"nowhere\.toml: there is no such file"):
        load(tmp_path / "nowhere.toml", plugins=PLUGINS, environ={})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[hub\n", "printhub.toml: line 1, column 5: not valid TOML: Expected ']' at the end of a table declaration"),
        ('[hub]\ndata = "x"\ndata = "y"', "printhub.toml: end of document: not valid TOML: Cannot overwrite a value"),
        (
            BASE + '[instances.press]\nadapter = "mail"',
            "printhub.toml: line 12, column 17: [instances.press] is there twice; expected a name of its own for each",
        ),
    ],
)
def test_bad_toml_names_its_line(reading: Loading, text: str, problem: str) -> None:
    assert problems(reading, text) == [problem]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "printhub.toml").write_bytes(b'[hub]\ndata = "\xff"')

    with pytest.raises(ConfigInvalid, match=r"printhub\.toml: expected UTF-8 text"):
        load(tmp_path / "printhub.toml", plugins=PLUGINS, environ={})


CASES: dict[str, tuple[str, str]] = {
    "unknown section": ("[instance.x]", 'instance: unknown key; did you mean "instances"?'),
    "unknown key": ('[hub]\nloglevel = "info"', 'hub.loglevel: unknown key; did you mean "log_level"?'),
    "no address": ('[hub]\nmetrics = "9464"', "hub.metrics: expected an IP address and a port, such as"),
    "a name for an address": ('[hub]\nmetrics = "localhost:9464"', "hub.metrics: expected an IP address and a port"),
    "a port that is none": ('[hub]\nmetrics = "127.0.0.1:65536"', "hub.metrics: expected an IP address and a port"),
    "unknown key of an instance": (
        BASE.replace('mode = "test"', 'mode = "test"\ntime_out = "3s"'),
        'instances.press.time_out: unknown key; did you mean "timeout"?',
    ),
    "unknown key of an adapter": (BASE + 'tokken = "x"', "instances.press.config.tokken: unknown key; did you mean"),
    "a key of the hub's own": (
        BASE.replace('mode = "test"', 'mode = "test"\nset_aside = "me"'),
        "instances.press.set_aside: unknown key",
    ),
    "the path": ('path = "x"', "path: unknown key"),
    "wrong type": ("[files]\nmax_bytes = []", "files.max_bytes: expected a valid integer"),
    "section of wrong type": ("hub = 3", "hub: expected a table"),
    "instances of wrong type": ("instances = 3", "instances: expected a table"),
    "instance of wrong type": ("[instances]\nx = 3", "instances.x: expected a table"),
    "config of wrong type": (
        '[instances.x]\nadapter = "acme"\nmode = "test"\nconfig = 3',
        "instances.x.config: expected a table",
    ),
    "list of wrong type": ("routes = 3", "routes: expected a list"),
    "a network that is none": (
        '[files]\nprivate_hosts = ["10.0.0.1/8"]',
        "files.private_hosts[0]: expected a host's name, an address or a network",
    ),
    "a host that is none": ('[files]\nprivate_hosts = ["http://x/"]', "files.private_hosts[0]: expected a host's name"),
    "an address that is none": ('[files]\nprivate_hosts = ["10.0.0.256"]', "files.private_hosts[0]: expected a host"),
    "a limit of no product type": (
        '[storefronts.a]\nsources = ["x"]\nmax_bytes = { Poster = 3 }',
        "storefronts.a.max_bytes.Poster",
    ),
    "a limit of nothing": (
        '[storefronts.a]\nsources = ["x"]\nmax_bytes = { MultiPart = 0 }',
        "storefronts.a.max_bytes.MultiPart: ",
    ),
    "one of": ('[hub]\nlog_level = "loud"', "hub.log_level: expected 'debug', 'info', 'warning' or 'error'"),
    "no sources": ("[storefronts.a]\nsources = []", "storefronts.a.sources: Tuple should have at least 1 item"),
    "time zone": (
        '[storefronts.a]\nsources = ["x"]\ntime_zone = "Mars/Olympus"',
        "storefronts.a.time_zone: expected a time zone",
    ),
    "time zone that leaves its folder": (
        '[storefronts.a]\nsources = ["x"]\ntime_zone = "../etc"',
        "storefronts.a.time_zone: expected a time zone",
    ),
    "too many slots": (BASE.replace('mode = "test"', 'mode = "test"\nslots = 65'), "instances.press.slots: expected"),
    "missing adapter": ('[instances.x]\nmode = "test"', "instances.x.adapter: missing"),
    "missing mode": (BASE.replace('mode = "test"', ""), "instances.press.mode: missing"),
    "missing secret": (
        BASE.replace('token = "s3cret-in-file"', ""),
        (
            "instances.press.config.token: missing; expected it here, as PRINTHUB_INSTANCES__PRESS__CONFIG__TOKEN "
            "or as the secret file instances__press__config__token"
        ),
    ),
    "missing secret in one form of a table": (
        BASE + 'auth = { type = "bearer" }',
        (
            "instances.press.config.auth.token: missing; expected it here, as "
            "PRINTHUB_INSTANCES__PRESS__CONFIG__AUTH__TOKEN or"
        ),
    ),
    "unknown adapter": (
        BASE.replace('"acme"', '"acne"'),
        'instances.press.adapter: no plugin brings an adapter "acne"; expected one of: acme, mail',
    ),
    "name of an instance": (
        BASE.replace("instances.press", 'instances."Big Press"'),
        "instances.Big Press: expected a",
    ),
    "name of a storefront": ('[storefronts._x]\nsources = ["x"]', "storefronts._x: expected a name of lower-case"),
    "names that the environment cannot tell apart": (
        '[storefronts.a-b]\nsources = ["x"]\n[storefronts.a_b]\nsources = ["y"]',
        'storefronts.a_b: expected a name that differs from "a-b" in more than - and _',
    ),
    "unknown instance": (
        BASE + '[[routes]]\ninstances = ["pres"]',
        'routes[0].instances: "pres" is not defined; expected one of [instances]: press',
    ),
    "unknown storefront": (
        BASE + '[[routes]]\ninstances = ["press"]\n[[routes]]\nstorefronts = ["shp"]\ninstances = ["press"]',
        'routes[1].storefronts: "shp" is not defined; expected one of [storefronts]: shop',
    ),
    "route to nowhere": (BASE + "[[routes]]\ninstances = []", "routes[0].instances: Tuple should have at least 1 item"),
    "unknown product type": (
        BASE + '[[routes]]\ninstances = ["press"]\nproduct_types = ["Flyer"]',
        "routes[0].product_types[0]: expected 'Ordinary'",
    ),
    "a source of two": (
        BASE + '[storefronts.other]\nsources = ["https://shop.example/"]',
        'storefronts.other.sources: "https://shop.example/" is a source of storefront "shop" already',
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_named_with_file_and_key_path(reading: Loading, case: str) -> None:
    text, said = CASES[case]

    found = problems(reading, text)

    assert [problem for problem in found if problem.startswith(f"printhub.toml: {said}")], found


def test_all_mistakes_are_told_at_once(reading: Loading) -> None:
    text = BASE.replace('mode = "test"', "slots = 0") + "port = 'x'\n[hub]\nlog_level = 'loud'"

    found = problems(reading, text, environ={"PRINTHUB_X": "y"})

    assert {problem.split(": ")[1] for problem in found} >= {
        "instances.press.config.port",
        "instances.press.slots",
        "instances.press.mode",
        "hub.log_level",
        "there is no such setting; expected the name of a setting of the file",
    }


@pytest.mark.parametrize("place", ["file", "environment", "secret file"])
def test_a_secret_never_shows_even_if_the_plugin_puts_it_into_its_message(reading: Loading, place: str) -> None:
    text = BASE.replace('"s3cret-in-file"', '"bad-s3cret"') if place == "file" else BASE
    environ = {"PRINTHUB_INSTANCES__PRESS__CONFIG__TOKEN": "bad-s3cret"} if place == "environment" else {}
    files = {"instances__press__config__token": "bad-s3cret"} if place == "secret file" else {}

    (problem,) = problems(reading, text, environ=environ, **files)

    assert problem.endswith("instances.press.config.token: (secret) is no good token")


def test_a_secret_of_the_wrong_type_does_not_show(reading: Loading) -> None:
    found = problems(reading, BASE.replace('"s3cret-in-file"', "[987654321]"))

    assert found == ["printhub.toml: instances.press.config.token: expected a valid string"]
