"""Plausible orders and what became of them, played through a real hub: the sample that `dev seed` multiplies."""
