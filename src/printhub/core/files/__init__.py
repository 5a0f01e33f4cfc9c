"""Working folders: where a job's files lie. The only place that touches the disk."""
