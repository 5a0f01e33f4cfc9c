"""Which drawing is which file of the demo, where the files lie, and what the sample events say of them."""

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.demo_artwork import drawings
from tests.demo_artwork.pdf import document

DATA = Path(__file__).parents[2] / "src/printhub/cli/demo/data"
ARTWORK, EVENTS = DATA / "artwork", DATA / "events"

DRAWINGS = {
    "garden-guide-cover.pdf": drawings.guide_cover,
    "garden-guide-inside.pdf": drawings.guide_inside,
    "mind-the-press.pdf": drawings.poster,
    "business-cards.pdf": drawings.cards,
    "open-studio-flyer.pdf": drawings.flyer,
    "summer-menu.pdf": drawings.menu,
    "gala-invitation.pdf": drawings.invitation,
    "letterhead.pdf": drawings.letterhead,
}


def drawn(name: str) -> bytes:
    """The bytes of one file, the same on every machine."""
    title = name.removesuffix(".pdf").replace("-", " ").capitalize()
    return document(title, DRAWINGS[name]())


def write() -> None:
    """Draw all files anew, and enter their sizes and digests in the sample events."""
    for name in DRAWINGS:
        (ARTWORK / name).write_bytes(drawn(name))
    for path in sorted(EVENTS.glob("*.json")):
        events = json.loads(path.read_text("utf-8"))
        for asset in assets(events):
            content = (ARTWORK / asset["name"]).read_bytes()
            asset.update(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        path.write_text(json.dumps(events, indent=2, ensure_ascii=False) + "\n", "utf-8")


def assets(value: object) -> list[dict[str, Any]]:
    """Every file that events tell of."""
    if isinstance(value, dict):
        if "sha256" in value:
            return [value]
        value = list(value.values())
    return [asset for inner in value for asset in assets(inner)] if isinstance(value, list) else []
