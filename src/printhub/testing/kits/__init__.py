"""Conformance kits: pytest classes that prove that an adapter keeps the contract of its kind."""
