"""The smallest real adapter of each kind: it does something that can be seen in a file, once for each key."""
