"""`printhub config`: is the configuration right, and what may stand in it."""

import click

from printhub.cli.exits import WRONG
from printhub.cli.launch import Launch
from printhub.cli.opening import found_plugins, read_settings
from printhub.cli.options import as_json
from printhub.cli.output import Output, styled
from printhub.cli.review import doubts, faults
from printhub.core.model.errors import ConfigInvalid
from printhub.core.plugin.discovery import Plugins
from printhub.core.settings import Settings, schema


@click.group()
def config() -> None:
    """Check the configuration, or show its schema."""


@config.command("check")
@as_json
@click.pass_context
def check(ctx: click.Context, *, as_data: bool) -> None:
    """Check the file, the environment and secret files against the plugins that are installed.

    Makes no calls: `printhub check` does. Exits with 2 and all problems when there are any. With --json: {"ok",
    "file", "problems", "doubts", "storefronts", "instances", "routes"}; the last three are null when it cannot be
    read. No secret is shown.
    """
    launch = ctx.ensure_object(Launch)
    settings: Settings | None = None
    plugins: Plugins | None = None
    try:
        settings, plugins = read_settings(launch)
        problems = faults(settings, plugins)
    except ConfigInvalid as error:
        problems = error.problems
    out = Output()
    doubtful = doubts(settings, plugins) if settings is not None and plugins is not None else []
    if as_data:
        out.json(
            {"ok": not problems, "file": launch.config, "problems": problems, "doubts": doubtful, **_parts(settings)}
        )
    else:
        _tell(launch, out, problems, doubtful, settings)
    ctx.exit(WRONG if problems else 0)


@config.command("schema")
@click.pass_obj
def schema_(launch: Launch) -> None:
    """Write the JSON schema of printhub.toml, for editors.

    Save it beside the file and begin that with `#:schema ./printhub.schema.json`.
    """
    Output().json(schema(found_plugins(launch)))


def _tell(launch: Launch, out: Output, problems: list[str], doubtful: list[str], settings: Settings | None) -> None:
    for problem in problems:
        out.item(styled("problem", "bold red"), problem, lead="")
    for doubt in doubtful:
        out.item(styled("doubt", "yellow"), doubt, lead="")
    if problems or settings is None:
        out.line(f"{launch.config}: {len(problems)} problem{'s' if len(problems) != 1 else ''}")
        return
    counts = [(len(settings.storefronts), "storefront"), (len(settings.instances), "instance")]
    counts.append((len(settings.routes), "route"))
    words = ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts)
    out.line(styled("right", "green"), f": {launch.config} with {words}")


def _parts(settings: Settings | None) -> dict[str, object]:
    if settings is None:
        return {"storefronts": None, "instances": None, "routes": None}
    instances = [
        {
            "name": name,
            "adapter": section.adapter,
            "mode": section.mode,
            "enabled": section.enabled,
            "set_aside": section.set_aside,
        }
        for name, section in settings.instances.items()
    ]
    storefronts = [{"name": name, "mode": section.mode} for name, section in settings.storefronts.items()]
    return {"storefronts": storefronts, "instances": instances, "routes": len(settings.routes)}
