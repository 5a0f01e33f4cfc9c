"""Finds the installed plugins and sets aside those that cannot be used, each with its reason."""

import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from types import MappingProxyType, ModuleType

import pluggy

from printhub.core.model.errors import PrintHubError
from printhub.core.model.verbs import Effect, Kind, Verb
from printhub.core.plugin import specs
from printhub.core.plugin.fitness import AdapterClass, fault, verbs_of

GROUP = "printhub.plugins"
"""The entry point group under which distributions name their plugins."""

_MACHINERY = re.compile(r"^<frozen|[\\/]importlib[\\/]|[\\/]printhub[\\/]core[\\/]plugin[\\/]")
"""Frames of a traceback that tell a plugin's author nothing."""


@dataclass(frozen=True, slots=True)
class AdapterInfo:
    """What an adapter class says of itself."""

    name: str
    kind: Kind
    verbs: tuple[Verb, ...]
    effects: Mapping[Verb, Effect]


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """One plugin that was found, in use or set aside."""

    name: str
    """The name of its entry point."""
    distribution: str
    version: str
    adapters: tuple[AdapterInfo, ...] = ()
    """Its adapters; empty when it is set aside."""
    set_aside: str | None = None
    """Why it is not used."""
    brings: tuple[str, ...] = ()
    """The names of its adapters as far as they are known, also when it is set aside."""


@dataclass(frozen=True, slots=True)
class Plugins:
    """All plugins that were found, and the adapters of those that can be used."""

    adapters: Mapping[str, AdapterClass] = field(default_factory=lambda: MappingProxyType({}))
    """Adapter classes by the name that operators write."""
    found: tuple[PluginInfo, ...] = ()

    @property
    def set_aside(self) -> Mapping[str, str]:
        """The reasons of the plugins that are not used, by the plugin's name."""
        return {plugin.name: plugin.set_aside for plugin in self.found if plugin.set_aside is not None}

    def why_missing(self, adapter: str) -> str | None:
        """Why an adapter is not there, if a plugin that was set aside may have brought it; else None.

        A plugin that cannot be imported does not tell the names of its adapters. It may have brought any name, so
        an instance of an unknown adapter waits for it instead of stopping the hub.
        """
        aside = [plugin for plugin in self.found if plugin.set_aside is not None]
        sure = [p for p in aside if adapter in p.brings or _plain(p.name) == _plain(adapter)]
        possible = sure or [plugin for plugin in aside if not plugin.brings]
        return "; ".join(f"plugin {p.name} is set aside: {p.set_aside}" for p in possible) or None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A plugin before it is loaded."""

    name: str
    distribution: str
    version: str
    load: Callable[[], object]


class _Unfit(PrintHubError):
    """A plugin is to be set aside; `brings` names its adapters as far as they are known."""

    def __init__(self, reason: str, brings: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.brings = brings


def discover(*, entry_points: Iterable[EntryPoint] | None = None, builtin: Sequence[ModuleType] = ()) -> Plugins:
    """Load all plugins: the built-in modules, then what the installed distributions name, in the order of names.

    Nothing that a plugin does wrong comes out of here as an exception; of two plugins that clash the later one is
    set aside. `entry_points` stands for those of the installed distributions.
    """
    candidates = [_built_in(module) for module in builtin]
    given = _installed() if entry_points is None else map(_candidate, entry_points)
    candidates += sorted(given, key=lambda candidate: (candidate.name, candidate.distribution))
    adapters: dict[str, AdapterClass] = {}
    found: list[PluginInfo] = []
    for candidate in candidates:
        info, brought = _judge(candidate, adapters, {plugin.name for plugin in found})
        adapters |= {adapter.name: adapter for adapter in brought}
        found.append(info)
    return Plugins(MappingProxyType(adapters), tuple(found))


def _judge(
    candidate: _Candidate, taken: Mapping[str, AdapterClass], names: set[str]
) -> tuple[PluginInfo, tuple[AdapterClass, ...]]:
    name, distribution, version = candidate.name, candidate.distribution, candidate.version
    if name in names:
        label = f"{name} ({distribution})"
        return PluginInfo(label, distribution, version, set_aside=f"another plugin is called {name} too"), ()
    try:
        brought = _adapters(candidate)
        brings = tuple(adapter.name for adapter in brought)
        for adapter in brought:
            if adapter.name in taken:
                raise _Unfit(f"another plugin already brings an adapter called {adapter.name}", brings)
        infos = tuple(AdapterInfo(a.name, a.kind, verbs_of(a), MappingProxyType(dict(a.effects))) for a in brought)
    except _Unfit as error:
        return PluginInfo(name, distribution, version, set_aside=str(error), brings=error.brings), ()
    # A plugin is foreign code: whatever it raises concerns nobody but itself.
    except (Exception, SystemExit) as error:  # noqa: BLE001
        return PluginInfo(name, distribution, version, set_aside=f"cannot be judged: {_told(error)}"), ()
    return PluginInfo(name, distribution, version, infos, brings=brings), brought


def _adapters(candidate: _Candidate) -> tuple[AdapterClass, ...]:
    try:
        plugin = candidate.load()
    # A plugin is foreign code, and one that calls sys.exit() while it is imported must not end the hub.
    except (Exception, SystemExit) as error:
        raise _Unfit(f"cannot be imported: {_told(error)}") from error
    brought = _answers(plugin)
    faults = [reason for reason in map(fault, brought) if reason]
    brings = tuple(name for name in (getattr(one, "name", None) for one in brought) if isinstance(name, str))
    if faults:
        raise _Unfit("; ".join(faults), brings)
    twice = sorted({name for name in brings if brings.count(name) > 1})
    if twice:
        raise _Unfit(f"two of its adapters are called {', '.join(twice)}", brings)
    return tuple(brought)


def _answers(plugin: object) -> list[AdapterClass]:
    """Call the plugin's hook through a manager of its own, so that its mistakes stay with it."""
    manager = pluggy.PluginManager(specs.PROJECT)
    manager.add_hookspecs(specs)
    try:
        manager.register(plugin)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        # pluggy goes on with the plugin's repr, which tells where on the disk it lies.
        said = _first_line(error).split(" in plugin <")[0]
        raise _Unfit(f"implements a hook that does not exist or takes other arguments: {said}") from error
    implementations = manager.hook.printhub_adapters.get_hookimpls()
    if not implementations:
        raise _Unfit("does not implement printhub_adapters; is @hookimpl missing above it?")
    brought: list[AdapterClass] = []
    for implementation in implementations:
        try:
            answer = implementation.function()
        except (Exception, SystemExit) as error:
            raise _Unfit(f"printhub_adapters failed: {_told(error)}") from error
        if not isinstance(answer, list):
            raise _Unfit(f"printhub_adapters returned {type(answer).__name__}, not a list of adapter classes")
        brought += answer
    if not brought:
        raise _Unfit("printhub_adapters returned no adapter class")
    return brought


def _installed() -> Iterator[_Candidate]:
    """The plugins of all distributions; one whose entry points are unreadable is a plugin that cannot be loaded."""
    seen: set[str] = set()
    for distribution in distributions():
        name, version = "", ""
        try:
            name, version = _identity(distribution)
            # Of two versions on the path the first one is what `import` finds.
            if _plain(name) in seen:
                continue
            seen |= {_plain(name)} if name else set()
            # Looked at as text first: nobody but ours is held to account for a damaged file.
            if GROUP in (distribution.read_text("entry_points.txt") or ""):
                for entry_point in distribution.entry_points.select(group=GROUP):
                    yield _Candidate(entry_point.name, name, version, entry_point.load)
        # A damaged file of one distribution hides no other.
        except Exception as error:  # noqa: BLE001
            yield _Candidate(name, name, version, _raiser(error))


def _candidate(entry_point: EntryPoint) -> _Candidate:
    name, version = _identity(entry_point.dist) if entry_point.dist else ("", "")
    return _Candidate(entry_point.name, name, version, entry_point.load)


def _built_in(module: ModuleType) -> _Candidate:
    return _Candidate(module.__name__, specs.PROJECT, "", lambda: module)


def _identity(distribution: Distribution) -> tuple[str, str]:
    """Name and version; metadata that does not tell them leaves them empty."""
    metadata = distribution.metadata
    name, version = (next(iter(metadata.get_all(key) or ()), "") for key in ("Name", "Version"))
    return name, version


def _raiser(error: Exception) -> Callable[[], object]:
    def load() -> object:
        raise error

    return load


def _plain(name: str) -> str:
    """Spell a name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _told(error: BaseException) -> str:
    """Say what was raised and where, in one line."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg} ({Path(error.filename or '').name}, line {error.lineno})"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not _MACHINERY.search(frame.filename)]
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {_first_line(error)}{where}"


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "")[:300]
