"""Measures the hub at size; not part of what is installed."""
