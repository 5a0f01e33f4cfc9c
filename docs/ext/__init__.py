"""A small Sphinx extension: the pages that are written by the code itself, at build time."""
