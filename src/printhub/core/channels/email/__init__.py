"""E-mail: what an adapter of this kind is asked, and what its answers mean for a job."""
