"""The generic MIS adapter: a configurable HTTP exchange with a print MIS."""
