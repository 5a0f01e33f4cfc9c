"""Outgoing HTTP: the tuned session that adapters reach as `call.http`; the only place in core that knows requests."""
