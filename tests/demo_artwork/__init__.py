"""Draws the artwork that the demo ships; the drawings are plain text in PDF, so that a difference can be read."""
