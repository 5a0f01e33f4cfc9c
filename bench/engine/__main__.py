"""`python -m bench.engine`, which is `make bench`."""

from bench.engine.command import main

main()
