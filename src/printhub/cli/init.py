"""`printhub init`: a configuration to begin with, the data folder, and a store."""

from pathlib import Path

import click

from printhub.cli.launch import CONFIG, Launch
from printhub.cli.opening import read_settings
from printhub.cli.output import Output
from printhub.core.model.errors import ConfigInvalid
from printhub.core.settings import example
from printhub.core.store.opening import open_store
from printhub.core.store.upgrade import upgrade


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.pass_obj
def init(launch: Launch, *, folder: Path | None) -> None:
    """Write a configuration to begin with, and make the store.

    Goes into FOLDER, or to where --config points, or here. An existing file is never written over.
    """
    path = folder / CONFIG if folder else launch.config
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(example())
    except FileExistsError:
        raise ConfigInvalid(
            [f"{path} is there already and was left alone; remove it, or name another folder"]
        ) from None
    except OSError as error:
        raise ConfigInvalid([f"{path} cannot be written: {error.strerror}"]) from error
    launch.config = path
    settings, _ = read_settings(launch)
    store = open_store(settings, busy_seconds=launch.busy_seconds)
    try:
        upgrade(store, launch.now())
    finally:
        store.close()
    out = Output()
    out.line(f"wrote {path} and made the store {store.name}")
    out.line("next: write your storefront and your MIS into the file, then run `printhub config check`")
