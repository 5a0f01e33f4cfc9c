"""What is asked over HTTP: so far health and metrics, for machines that watch a process."""
