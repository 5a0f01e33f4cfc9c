"""What all simulated partners are made of: a door on loopback HTTP, and the ways in which it misbehaves."""
