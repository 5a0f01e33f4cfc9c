"""What one rendering may cost."""

SECONDS = 2
"""How long it may take."""
MEMORY = 256 * 2**20
"""Bytes that the process which renders may take beside those that it begins with."""
