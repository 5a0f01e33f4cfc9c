"""A MIS to try the hub with: it takes every job, and shows each request that it sees."""

import time
from contextlib import suppress

import click

from printhub.testing import MisSimulator


def main() -> None:
    """Run until Ctrl+C."""
    shown = 0
    with MisSimulator() as mis, suppress(KeyboardInterrupt):
        click.echo(f"The simulated MIS listens at {mis.url}. End it with Ctrl+C.")
        while True:
            for seen in mis.journal[shown:]:
                click.echo(f"{seen.method} {seen.path}  job {seen.job or '-'}")
                shown += 1
            time.sleep(0.2)


if __name__ == "__main__":
    main()
