"""Templates of the configuration, rendered in a sandbox."""
