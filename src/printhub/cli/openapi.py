"""`printhub openapi`: the description of the API."""

import click

from printhub.cli.output import Output
from printhub.web.app import plain_app


@click.command()
def openapi() -> None:
    """Write the description of the API (OpenAPI 3.1) as JSON.

    It is what a serving hub answers at /openapi.json; it needs neither configuration nor store.
    """
    Output().json(plain_app().openapi())
