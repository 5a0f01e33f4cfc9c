"""The child process that renders messages: what a template may cost in time and memory is bounded here.

It reads one JSON object a line and answers each with one. Its memory is limited, and it ends itself where a rendering
takes too long, also when nobody is there any more to end it.
"""

import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from printhub.core.model.errors import TemplateInvalid
from printhub.core.templates.bounds import MEMORY, SECONDS
from printhub.core.templates.layers import Layer
from printhub.core.templates.words import Words

if sys.platform != "win32":  # which has no limits of this kind
    import resource


def answer(words: Words, asked: dict[str, Any]) -> dict[str, Any]:
    """Render what is asked for, or compile one file of a layer where one is named."""
    try:
        if "layer" in asked:
            words.compile(asked["notification"], Layer(asked["layer"]), asked["storefront"], asked["languages"])
            return {}
        rendered = words.render(asked["notification"], asked["storefront"], asked["languages"], asked["facts"])
    except TemplateInvalid as error:
        return {"invalid": str(error)}
    except MemoryError:
        return {"invalid": f"{asked['notification']}: a template takes more than {MEMORY // 2**20} MB"}
    return {"rendered": asdict(rendered)}


def serve(platform: Path | None) -> None:
    """Answer lines of the standard input until it ends."""
    words = Words(platform)
    _limit_memory()
    print(json.dumps({"ready": True}), flush=True)  # noqa: T201 - how it is told that it is there
    for line in sys.stdin:
        _end_within(SECONDS + 1)  # if the one who asked has not ended it by then
        said = json.dumps(answer(words, json.loads(line)))
        _end_within(0)
        print(said, flush=True)  # noqa: T201 - how it answers


def _end_within(seconds: float) -> None:
    """Have SIGALRM end the process after so long; 0 takes that back."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    statm = Path("/proc/self/statm")  # where there is none, the time alone is bounded
    if statm.exists():
        most = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    serve(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
