"""What an operator sets for one hot folder."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from printhub import AdapterConfig, FolderConfig, Renderer, TemplateInvalid


def _template(text: str) -> str:
    try:
        Renderer().check("template", text)
    except TemplateInvalid as error:
        raise ValueError(str(error)) from None
    return text


Template = Annotated[str, StringConstraints(min_length=1), AfterValidator(_template)]
"""A Jinja2 template."""
Ending = Annotated[str, StringConstraints(pattern=r"^\.[A-Za-z0-9_-]{1,16}$")]


class TicketConfig(AdapterConfig):
    """A file that is written for each job and placed behind its artwork, such as a CSV with the quantity."""

    name: Template
    """Its name, as a pattern of the job's facts."""
    body: Template
    """What stands in it. `files` are the job's files under the names that they have in the folder."""


class HotFolderConfig(FolderConfig):
    """One hot folder."""

    name: Template = "{{ job }}-{{ file.name }}"
    """What a file is called, as a pattern of the job's facts, `file` and `number` (from 1). A `/` in the pattern itself
    leads into a folder in the watched one; what a fact holds never does. Where two files of a job would have one name
    they get their numbers in front."""
    ticket: TicketConfig | None = None
    """A file about the job, placed when all others lie there."""
    trigger: Ending | None = None
    """The ending of an empty file, such as `.trg`, that is placed beside every other one when all of them lie there."""
