"""Kills hubs under load at every failpoint, and has what is left judged by a checker that knows no hub code."""
