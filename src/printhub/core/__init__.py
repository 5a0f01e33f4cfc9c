"""The hub itself; plugin authors import from `printhub` and `printhub.testing` instead."""
