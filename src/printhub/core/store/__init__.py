"""The store: the truth about events, jobs and deliveries. The only place that knows SQLAlchemy."""
