"""Runs typst; nothing else here knows it."""

import os
from collections.abc import Mapping
from importlib.resources import files

import typst

CannotSet = typst.TypstError
"""Raised for what typst refuses. Its texts quote what it was given, so they are never shown or chained."""


def typeset(template: str, inputs: Mapping[str, str]) -> bytes:
    """The PDF/A-3b (ISO 19005-3) that a template of this package makes of `inputs`, which it reads as `sys.inputs`.

    In memory, and of nothing else: the root is no folder, so no file can be read or written, and no font of the
    machine is used. The time is the template's to set.
    """
    pdf: bytes = typst.compile(  # type: ignore[call-overload]  # the stubs want template and root of one type
        files("printhub.core.letters").joinpath(template).read_bytes(),
        sys_inputs=dict(inputs),
        root=os.devnull,
        ignore_system_fonts=True,
        pdf_standards="a-3b",
        timestamp=0,
    )
    return pdf
