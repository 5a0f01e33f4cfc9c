"""The conformance kit for hot folder adapters."""

from printhub.testing.kits.file.conformance import FileConformance

__all__ = ["FileConformance"]
