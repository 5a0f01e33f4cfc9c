"""Measures the engine: how fast events come in and calls go out, at what cost, beside what others are built on."""
