"""What is wrong or doubtful in a configuration that could be read: what its sections mean together."""

import tomllib
from collections.abc import Iterator
from typing import Any

from printhub.core.flow.instances import usable
from printhub.core.model.jobs import ProductType
from printhub.core.model.verbs import Kind
from printhub.core.plugin.discovery import Plugins
from printhub.core.settings import Settings, StorefrontSettings
from printhub.core.settings.fields import walk


def faults(settings: Settings, plugins: Plugins) -> list[str]:
    """What keeps an instance from working, though the hub starts without it."""
    tried, _ = usable(settings, plugins.adapters)
    return [f"instances.{name}: {one.set_aside}" for name, one in tried.instances.items() if one.set_aside is not None]


def doubts(settings: Settings, plugins: Plugins) -> list[str]:
    """What works and is likely not meant so."""
    return [
        *_unused(settings),
        *(doubt for name, section in settings.storefronts.items() for doubt in _unrouted(settings, name, section)),
        *(doubt for name in settings.storefronts for doubt in _unsent(settings, plugins, name)),
        *_no_templates(settings),
        *_no_logos(settings),
        *_open_secrets(settings, plugins),
        *(f"plugin {name} is set aside: {why}" for name, why in plugins.set_aside.items()),
    ]


def _unused(settings: Settings) -> Iterator[str]:
    used = {name for route in settings.routes for name in route.instances}
    for name in settings.instances:
        if name not in used:
            yield f"instances.{name}: no route leads to it, so nothing is ever delivered to it"


def _unrouted(settings: Settings, name: str, section: StorefrontSettings) -> Iterator[str]:
    routes = [route for route in settings.routes if not route.storefronts or name in route.storefronts]
    if not routes:
        yield f"storefronts.{name}: no route is for it, so its jobs go nowhere"
        return
    right = [
        route
        for route in routes
        if route.mode in (None, section.mode)
        and any(settings.instances[instance].mode is section.mode for instance in route.instances)
    ]
    if not right:
        yield f"storefronts.{name}: it is in {section.mode} mode, and no route leads to an instance of that mode"
        return
    covered = {product for route in right for product in route.product_types or tuple(ProductType)}
    missing = [str(product) for product in ProductType if product not in covered and product is not ProductType.CUSTOM]
    if missing:
        yield f"storefronts.{name}: no route for its jobs of type {', '.join(missing)}"


def _unsent(settings: Settings, plugins: Plugins, name: str) -> Iterator[str]:
    """Routes to a mail server that no message takes."""
    if settings.storefronts[name].mail.sender is not None:
        return
    for route in settings.routes:
        for instance in route.instances if not route.storefronts or name in route.storefronts else ():
            adapter = plugins.adapters.get(settings.instances[instance].adapter)
            if adapter is not None and adapter.kind is Kind.EMAIL:
                yield f"storefronts.{name}.mail: it names no sender, so no e-mail goes by way of {instance}"
                return


def _no_logos(settings: Settings) -> Iterator[str]:
    for name, section in settings.storefronts.items():
        if section.brand.logo is not None and not section.brand.logo.is_file():
            yield f"storefronts.{name}.brand.logo: there is no file {section.brand.logo}, so no letter can be made"


def _no_templates(settings: Settings) -> Iterator[str]:
    folder = settings.messages.templates
    if folder is not None and not folder.is_dir():
        yield f"messages.templates: there is no folder {folder}, so messages have the words that the hub brings"


def _open_secrets(settings: Settings, plugins: Plugins) -> Iterator[str]:
    """Secrets that stand in the file, where everybody who may read it sees them."""
    if settings.path is None or not settings.path.stat().st_mode & 0o044:
        return
    written: Any = tomllib.loads(settings.path.read_text(encoding="utf-8")).get("instances", {})
    for name, section in settings.instances.items():
        brought = plugins.adapters.get(section.adapter)
        for setting in walk(brought.Config) if brought else ():
            if setting.secret and _stands(written.get(name, {}).get("config", {}), setting.path):
                place = ".".join(map(str, setting.path))
                yield (
                    f"instances.{name}.config.{place}: a secret in a file that others may read; "
                    "give it by the environment or a secret file, or `chmod 600` the file"
                )


def _stands(table: Any, path: tuple[str | int, ...]) -> bool:  # noqa: ANN401 - TOML before it is checked
    for part in path:
        table = table.get(part) if isinstance(table, dict) else None
    return table is not None
