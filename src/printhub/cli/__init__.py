"""The command line: everything that operators do from a shell."""
