"""Plugins are found in real distributions on the path; a broken one is set aside and harms nobody."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from printhub import Effect, Kind, Verb
from printhub.core.plugin.discovery import Plugins, discover

GOOD = """
from printhub import AdapterConfig, Effect, MisAdapter, Report, Verb, hookimpl

class {cls}Config(AdapterConfig):
    url: str = "http://127.0.0.1/"

class {cls}(MisAdapter[{cls}Config]):
    name = "{name}"
    Config = {cls}Config
    effects = {{Verb.NOTIFY: Effect.KEYED | Effect.LOOKUP}}
    def notify(self, ticket, call):
        return Report.done()
    def lookup(self, ticket, call):
        raise NotImplementedError

@hookimpl
def printhub_adapters():
    return [{cls}]
"""

HEAD = "from printhub import AdapterConfig, Effect, MisAdapter, PaymentAdapter, Report, Verb, hookimpl\n"
ADAPTER = """
class Acme(MisAdapter[AdapterConfig]):
    name = "acme"
    Config = AdapterConfig
    {line}
    def notify(self, ticket, call): ...

@hookimpl
def printhub_adapters():
    return [Acme]
"""

# What is wrong, the plugin's source, and what its reason has to say.
BROKEN = {
    "import fails": ("import no_such_module_at_all", "cannot be imported: ModuleNotFoundError: No module named"),
    "raises at import": ('x = 1\nraise RuntimeError("no licence")', "RuntimeError: no licence (plug_acme.py, line 2)"),
    "exits at import": ("import sys\nsys.exit(3)", "cannot be imported: SystemExit"),
    "syntax error": ("x = 1\ndef broken(:\n", "SyntaxError: invalid syntax (plug_acme.py, line 2)"),
    "misspelt hook": (HEAD + "@hookimpl\ndef printhub_adaptors(): return []", "printhub_adaptors"),
    "hook with arguments": (HEAD + "@hookimpl\ndef printhub_adapters(hub): return []", "takes other arguments"),
    "hook without hookimpl": ("def printhub_adapters(): return []", "is @hookimpl missing"),
    "hook raises": (HEAD + "@hookimpl\ndef printhub_adapters(): raise KeyError('k')", "printhub_adapters failed: Key"),
    "hook exits": (HEAD + "import sys\n@hookimpl\ndef printhub_adapters(): sys.exit()", "failed: SystemExit"),
    "returns None": (HEAD + "@hookimpl\ndef printhub_adapters(): pass", "returned NoneType, not a list"),
    "returns nothing": (HEAD + "@hookimpl\ndef printhub_adapters(): return []", "returned no adapter class"),
    "returns another class": (HEAD + "@hookimpl\ndef printhub_adapters(): return [int]", "int is no subclass of Ada"),
    "returns an object": (HEAD + "@hookimpl\ndef printhub_adapters(): return ['x']", "an object of type str is no"),
    "no name": (HEAD + ADAPTER.format(line="").replace('name = "acme"', ""), "Acme needs a `name`"),
    "a name with blanks": (HEAD + ADAPTER.format(line="name = 'My MIS'"), "Acme needs a `name`"),
    "no Config": (HEAD + ADAPTER.format(line="Config = None"), "Acme needs a `Config`"),
    "Config of another sort": (HEAD + ADAPTER.format(line="Config = dict"), "Acme needs a `Config`"),
    "no kind": (HEAD + ADAPTER.format(line="kind = None"), "Acme has no `kind`"),
    "api of the future": (HEAD + ADAPTER.format(line="api = 99"), "written for api 99; this hub serves api 1"),
    "effect of a missing verb": (
        HEAD + ADAPTER.format(line="effects = {Verb.CANCEL: Effect.KEYED}"),
        "names cancel, but the class has no method cancel",
    ),
    "LOOKUP without lookup": (
        HEAD + ADAPTER.format(line="effects = {Verb.NOTIFY: Effect.LOOKUP}"),
        "declares LOOKUP for notify, but the class has no method lookup",
    ),
    "effects of nonsense": (HEAD + ADAPTER.format(line="effects = {'notify': 'always'}"), "it maps a Verb to an Eff"),
    "effects no mapping": (HEAD + ADAPTER.format(line="effects = 3"), "is no mapping"),
    "abstract": (HEAD + ADAPTER.format(line="").replace("def notify", "def other"), "Acme does not define notify"),
    "half abstract": (
        HEAD + ADAPTER.format(line="def refund(self, request, call): ...").replace("MisAdapter[", "PaymentAdapter["),
        "Acme does not define void, which every payment adapter has",
    ),
    "no kind's class": (
        "from printhub import Adapter, Kind\n" + HEAD
        + ADAPTER.format(line="kind = Kind.MIS").replace("(MisAdapter[", "(Adapter[").replace("def notify", "def tell"),
        "Acme has no verb; subclass MisAdapter",
    ),
    "two of one name": (
        HEAD + ADAPTER.format(line="").replace("return [Acme]", "return [Acme, Acme]"),
        "two of its adapters are called acme",
    ),
    "a class that cannot be asked": (
        HEAD + "class Meta(type):\n    @property\n    def name(cls): raise OSError('gone')\n"
        + ADAPTER.format(line="").replace("[AdapterConfig])", "[AdapterConfig], metaclass=Meta)").replace(
            'name = "acme"', ""
        ),
        "cannot be judged: OSError: gone",
    ),
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    """A folder on the path into which distributions are installed; its modules are forgotten afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(tmp_path))
    yield tmp_path
    sys.path.remove(str(tmp_path))
    for name in set(sys.modules) - before:
        if name.startswith("plug_"):
            del sys.modules[name]


def install(site: Path, name: str, source: str, *, entry: str | None = None, distribution: str | None = None) -> None:
    """Lay out a distribution as pip does: a module and the metadata beside it."""
    module = f"plug_{(distribution or name).replace('-', '_')}"
    (site / f"{module}.py").write_text(source)
    info = site / f"{module}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: plug-{distribution or name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[printhub.plugins]\n{entry or f'{name} = {module}'}\n")


def of_site(plugins: Plugins) -> set[str]:
    """The adapters that come from our temporary distributions, whatever else is installed."""
    return {a.name for plugin in plugins.found if plugin.distribution.startswith("plug-") for a in plugin.adapters}


def test_an_installed_plugin_is_found_with_all_it_brings(site: Path) -> None:
    install(site, "beta", GOOD.format(cls="Beta", name="beta-mis"))

    plugins = discover()

    assert plugins.adapters["beta-mis"].kind is Kind.MIS
    (info,) = [plugin for plugin in plugins.found if plugin.name == "beta"]
    assert (info.distribution, info.version, info.set_aside) == ("plug-beta", "1.2", None)
    (adapter,) = info.adapters
    assert adapter.verbs == (Verb.NOTIFY,)
    assert adapter.effects == {Verb.NOTIFY: Effect.KEYED | Effect.LOOKUP}
    assert "beta" not in plugins.set_aside


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_plugin_is_set_aside_with_its_reason_and_the_others_work(site: Path, how: str) -> None:
    source, reason = BROKEN[how]
    install(site, "acme", source)
    install(site, "aaa", GOOD.format(cls="First", name="first"))
    install(site, "zzz", GOOD.format(cls="Last", name="last"))

    plugins = discover()

    assert reason in plugins.set_aside["acme"]
    assert str(site) not in plugins.set_aside["acme"]
    assert of_site(plugins) == {"first", "last"}
    assert "acme" not in plugins.adapters


def test_an_interrupt_by_the_operator_is_not_taken_for_a_fault_of_the_plugin(site: Path) -> None:
    install(site, "acme", "raise KeyboardInterrupt")

    with pytest.raises(KeyboardInterrupt):
        discover()


def test_an_entry_point_to_nowhere_is_set_aside(site: Path) -> None:
    install(site, "acme", GOOD.format(cls="Acme", name="acme"), entry="acme = plug_acme:missing.thing")
    install(site, "beta", GOOD.format(cls="Beta", name="beta"))

    plugins = discover()

    assert "cannot be imported: AttributeError" in plugins.set_aside["acme"]
    assert of_site(plugins) == {"beta"}


@pytest.mark.parametrize("entry", ["acme", "acme = not a reference!", "= plug_acme"])
def test_damaged_entry_points_hide_no_other_plugin(site: Path, entry: str) -> None:
    install(site, "acme", GOOD.format(cls="Acme", name="acme"), entry=entry)
    install(site, "beta", GOOD.format(cls="Beta", name="beta"))

    plugins = discover()

    assert "beta" in of_site(plugins)
    assert entry == "= plug_acme" or any("acme" in name for name in plugins.set_aside)


def test_of_two_plugins_with_an_adapter_of_the_same_name_the_later_one_is_set_aside(site: Path) -> None:
    install(site, "two", GOOD.format(cls="Two", name="same"))
    install(site, "one", GOOD.format(cls="One", name="same"))

    plugins = discover()

    assert plugins.adapters["same"].__name__ == "One"
    assert plugins.set_aside["two"] == "another plugin already brings an adapter called same"
    assert "one" not in plugins.set_aside


def test_of_two_plugins_of_the_same_name_the_later_one_is_set_aside(site: Path) -> None:
    install(site, "twin", GOOD.format(cls="A", name="a"), distribution="a")
    install(site, "twin", GOOD.format(cls="B", name="b"), distribution="b")

    plugins = discover()

    assert of_site(plugins) == {"a"}
    assert plugins.set_aside["twin (plug-b)"] == "another plugin is called twin too"


def test_a_built_in_module_is_judged_like_any_other_and_comes_first(site: Path) -> None:
    install(site, "acme", GOOD.format(cls="Acme", name="hook"))
    module = ModuleType("printhub.builtin.webhook")
    exec(GOOD.format(cls="Hook", name="hook"), module.__dict__)  # noqa: S102 # our own text, as a module
    broken = ModuleType("printhub.builtin.broken")

    plugins = discover(builtin=[module, broken])

    assert plugins.adapters["hook"].__name__ == "Hook"
    assert plugins.found[0].distribution == "printhub"
    assert {"acme", "printhub.builtin.broken"} <= set(plugins.set_aside)


def test_nothing_installed_is_no_error() -> None:
    plugins = discover(entry_points=[])

    assert plugins.found == ()
    assert not plugins.adapters
    assert plugins.why_missing("acme") is None


def test_a_missing_adapter_is_explained_by_the_plugin_that_was_set_aside(site: Path) -> None:
    install(site, "acme", HEAD + ADAPTER.format(line="api = 99").replace('"acme"', '"acme-mis"'))
    install(site, "beta_x", "import no_such_module_at_all")

    plugins = discover()

    by_its_adapter, by_its_name = plugins.why_missing("acme-mis"), plugins.why_missing("beta-x")
    assert by_its_adapter is not None
    assert "plugin acme is set aside" in by_its_adapter
    assert "beta_x" not in by_its_adapter
    assert by_its_name is not None
    assert "plugin beta_x is set aside" in by_its_name


def test_what_cannot_be_imported_may_have_brought_any_adapter(site: Path) -> None:
    install(site, "acme", "import no_such_module_at_all")

    reason = discover().why_missing("quite-another")

    assert reason is not None
    assert "plugin acme is set aside: cannot be imported" in reason
