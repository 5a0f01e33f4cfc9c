"""What crosses the plugin contract, as JSON, for each version of it: the proof that an older plugin is still served."""
