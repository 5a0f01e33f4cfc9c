"""One file a step, called by its number and what it does."""
