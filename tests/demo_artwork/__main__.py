"""Draws the demo's artwork anew, and corrects what the sample events say of it: `python -m tests.demo_artwork`."""

from tests.demo_artwork.files import write

write()
