"""`printhub demo`: real orders with real artwork through a real hub into a simulated MIS, and what came of each."""

from printhub.cli.demo.command import demo

__all__ = ["demo"]
