"""How plugins are found and what they may bring: the only place that knows pluggy."""
