"""Paths of the configuration, which are relative to its file."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo


def _beside_file(value: Path, info: ValidationInfo) -> Path:
    """Paths in the file are relative to the file, wherever the hub was started."""
    folder = (info.context or {}).get("folder")
    return Path(folder) / value if folder else value


FilePath = Annotated[Path, AfterValidator(_beside_file)]
"""A path of the configuration, found from wherever the hub was started."""
