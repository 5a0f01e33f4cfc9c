"""An instance of a plugin that is set aside waits for it; the file is not invalid."""

from printhub.core.plugin.discovery import PluginInfo, Plugins
from tests.unit.settings.sample import BASE, Loading, Mail, problems


def test_an_instance_of_a_plugin_that_is_set_aside_loads_and_says_why(reading: Loading) -> None:
    aside = PluginInfo("acme", "plug-acme", "1", set_aside="cannot be imported: ImportError")
    plugins = Plugins({"mail": Mail}, (aside,))

    settings = reading(
        BASE + '[instances.post]\nadapter = "mail"\nmode = "test"',
        plugins=plugins,
        environ={"PRINTHUB_INSTANCES__PRESS__CONFIG__TOKEN": "x"},
        instances__press__config__other="y",
    )

    press = settings.instances["press"]
    assert press.set_aside == "plugin acme is set aside: cannot be imported: ImportError"
    assert press.config is None
    assert settings.instances["post"].set_aside is None


def test_the_rest_of_an_instance_that_is_set_aside_is_checked_nevertheless(reading: Loading) -> None:
    plugins = Plugins({}, (PluginInfo("acme", "plug-acme", "1", set_aside="broken"),))

    (problem,) = problems(reading, BASE.replace('mode = "test"', 'mode = "tset"'), plugins=plugins)

    assert problem.startswith("printhub.toml: instances.press.mode: expected")


def test_a_config_class_that_crashes_sets_its_instance_aside(reading: Loading) -> None:
    settings = reading(BASE.replace("s3cret-in-file", "crash"))

    assert settings.instances["press"].set_aside == "the adapter acme failed to judge its config: KeyError"
    assert settings.instances["press"].config is None
