"""The message bus: it wakes workers, and carries nothing but ids. The only place that knows kombu."""
