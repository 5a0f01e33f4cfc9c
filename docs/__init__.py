"""The documentation; a package, so that its extension and the tests can import `docs.ext`."""
