"""What every command starts from: where the configuration is, and the world outside that tests put others for."""

import os
import pwd
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from printhub.core.model.clock import utc_now

if TYPE_CHECKING:  # every command pays for what is imported here, `--help` too
    from printhub.core.plugin.discovery import Plugins

CONFIG = "printhub.toml"


@dataclass(slots=True)
class Launch:
    """How one run of the program was started."""

    config: Path = Path(CONFIG)
    debug: bool = False
    plugins: "Plugins | None" = None
    """The plugins to use instead of those that are installed."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    now: Callable[[], datetime] = utc_now
    pause: Callable[[float], None] = time.sleep
    """How a command waits, for seconds, before it looks again."""
    busy_seconds: float = 10.0
    """How long a command waits for a store that another process writes to."""

    @property
    def operator(self) -> str:
        """Who acts: the user of the operating system, whatever the environment says."""
        try:
            name = pwd.getpwuid(os.getuid()).pw_name
        except KeyError:  # a container may run under a number that has no name
            name = str(os.getuid())
        return f"operator:{name}"
